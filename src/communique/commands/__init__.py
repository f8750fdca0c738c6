"""The command line: one small file a verb, each calling what the Python interface offers."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from communique.commands.actors import actors
from communique.commands.code import code
from communique.commands.compare import compare
from communique.commands.dyads import dyads
from communique.commands.evaluate import evaluate
from communique.commands.export import export
from communique.commands.imports import import_
from communique.commands.merge import merge
from communique.commands.network import network
from communique.commands.ontology import ontology
from communique.commands.positions import positions
from communique.commands.report import report
from communique.commands.series import series
from communique.commands.serve import serve
from communique.commands.stories import stories
from communique.errors import CommuniqueError

COMMANDS = (
    code,
    report,
    export,
    series,
    dyads,
    network,
    positions,
    actors,
    evaluate,
    stories,
    import_,
    compare,
    merge,
    serve,
)


# What writing runs into where a disk is full.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Commands(TyperGroup):
    """Says what went wrong in one line and exits with 2; a pipe closed by its reader is no error."""

    def invoke(self, ctx: Any) -> Any:
        _open_closed()
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # here, not when Python exits, what goes wrong can be said
        except BrokenPipeError:
            sys.stdout = None  # type: ignore[assignment]  # else Python complains once more when it exits
            raise typer.Exit(0) from None
        except CommuniqueError as error:
            typer.echo(f"communique: {error}", err=True)
            raise typer.Exit(2) from error
        except OSError as error:
            if error.errno not in _FULL:
                raise
            sys.stdout = None  # type: ignore[assignment]
            typer.echo(f"communique: {error.filename or 'the output'}: {error.strerror}", err=True)
            raise typer.Exit(2) from error


def _open_closed() -> None:
    """Opens what of the three standard streams was closed by whoever began the process, as to nowhere: Python has None in
    their place, and the next file opened would have their number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - for good


app = typer.Typer(
    cls=Commands,
    help="Reads the news and returns political event data that can be audited: who did or said what to whom.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in COMMANDS:
    app.command(command.__name__.rstrip("_"))(command)
app.add_typer(ontology, name="ontology")
