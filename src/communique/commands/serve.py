"""`communique serve`: the workbench in the browser."""

from __future__ import annotations

import sys
import tempfile
from collections import deque
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from communique.commands.options import parse_day
from communique.commands.report import is_database


def serve(
    source: Annotated[
        str,
        typer.Argument(
            metavar="DB-or-INPUT", help="A database, or an article, folder or glob to code first."
        ),
    ],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8765,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Address to listen on. Anybody who reaches another than loopback can read.",
        ),
    ] = "127.0.0.1",
    published: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of publication of articles to code, whatever they say."),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open a browser, when started from a terminal.")
    ] = True,
) -> None:
    """Look at a database in the browser: articles with what was found in them, actors, pairs.

    It answers on this machine alone unless told otherwise. Articles are coded into a database that is gone
    afterwards. Control-C ends it.
    """
    from communique.serve.server import open_socket, run_server

    day = parse_day("--published", published)
    with ExitStack() as stack:
        path = source
        if not is_database(source):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="communique-"))
            path = str(Path(folder) / "articles.duckdb")
            if not _code(source, path, day):
                raise typer.Exit(1)
        elif day is not None:
            raise typer.BadParameter("is for articles, not for a database", param_hint="--published")
        listening = stack.enter_context(open_socket(host, port))
        run_server(path, listening, host, open_browser=browser and sys.stdout.isatty(), say=typer.echo)


def _code(source: str, path: str, day: str | None) -> int:
    """Codes an input into a new database; returns how many articles it holds."""
    from communique.commands.run import Plan, Run
    from communique.store import open_store

    with open_store(path, write=True) as store:
        run = Run(Plan(inputs=(source,), published=day), store)
        deque(run.documents(), maxlen=0)
    typer.echo(run.tally.say(stored=True), err=True)
    return run.tally.coded
