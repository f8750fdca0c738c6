"""`communique import`: event files of other datasets beside the user's own coding."""

from __future__ import annotations

from typing import Annotated

import typer

from communique.commands.options import OWN
from communique.errors import InputError
from communique.export.plain import clean_line


def import_(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Event files of GDELT, ICEWS, POLECAT or ACLED; also .gz and .zip."
        ),
    ],
    db: Annotated[str, typer.Option(metavar="FILE", help="The database to add to; made where missing.")],
    format: Annotated[
        str | None, typer.Option(help="gdelt, icews, polecat or acled; by default told by the columns.")
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The name to keep the events under; by default the format's."),
    ] = None,
) -> None:
    """Add events of other datasets, to set beside your own with --dataset of dyads, series, network, report
    and export.

    An event that is already there is left alone. A line that can't be used is named on standard error, the rest is
    added, and the exit code is 1.
    """
    from communique.imports import find_format, import_file
    from communique.store import open_store
    from communique.version import VERSION

    try:
        chosen = find_format(format) if format else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--format") from error
    if dataset == OWN:
        raise typer.BadParameter("is the name of your own coding", param_hint="--dataset")
    failed = 0

    def say(error: InputError) -> None:
        typer.echo(clean_line(str(error)), err=True)

    with open_store(db, write=True) as store:
        run = store.start_run(VERSION, {"import": files, "format": format, "dataset": dataset})
        for file in files:
            try:
                done = import_file(store, file, run, say, format=chosen, dataset=dataset)
            except InputError as error:
                say(error)
                failed += 1
                continue
            failed += done.failed
            typer.echo(
                clean_line(
                    f"{file}: {done.new:,} added to {done.dataset}, {done.known:,} already there, {done.failed:,} refused."
                ),
                err=True,
            )
    raise typer.Exit(1 if failed else 0)
