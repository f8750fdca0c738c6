"""`communique report`: the readable report of a database or of articles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from communique.commands.options import (
    Actor,
    Document,
    Dyad,
    End,
    Publisher,
    Start,
    Type,
    make_filter,
    parse_day,
)
from communique.commands.run import Plan, Run


def report(
    source: Annotated[
        str,
        typer.Argument(
            metavar="DB-or-INPUT", help="A database, or an article, folder or glob to code first."
        ),
    ],
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many documents of a database, newest first.")
    ] = None,
    actor: Actor = None,
    dyad: Dyad = None,
    type: Type = None,
    start: Start = None,
    end: End = None,
    publisher: Publisher = None,
    document: Document = None,
    published: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of publication of articles to code, whatever they say."),
    ] = None,
) -> None:
    """Events, statements and stances with the words that say so. A database is read newest first."""
    from communique.export.report import make_console, write_report

    wanted = make_filter(
        actor=actor, dyad=dyad, type=type, start=start, end=end, publisher=publisher, document=document
    )
    day = parse_day("--published", published)
    console = make_console()
    if is_database(source):
        from communique.store import open_store

        with open_store(source) as store:
            if not write_report(store.documents(newest_first=True, limit=limit, **wanted), console):
                typer.echo("No such documents." if wanted else "The database is empty.", err=True)
        return
    if wanted or limit is not None:
        raise typer.BadParameter("filters and --limit are for a database", param_hint="DB-or-INPUT")
    run = Run(Plan(inputs=(source,), published=day))
    write_report(run.documents(), console)
    raise typer.Exit(1 if run.tally.failures else 0)


def is_database(path: str) -> bool:
    """Whether a file is a DuckDB database, by its first bytes; or is named like one, so that a damaged one is
    called damaged rather than read as an article."""
    if path.lower().endswith((".duckdb", ".db", ".ddb")):
        return True
    file = Path(path)
    if not file.is_file():
        return False
    with file.open("rb") as handle:
        return handle.read(12)[8:] == b"DUCK"
