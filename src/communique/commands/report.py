"""`communique report`: the readable report of a database or of articles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from communique.commands.options import (
    Actor,
    Dataset,
    Document,
    Dyad,
    End,
    Publisher,
    Start,
    Type,
    make_filter,
    parse_day,
)
from communique.commands.print import print_table
from communique.commands.run import Plan, Run
from communique.commands.wanted import check_wanted


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
    dataset: Dataset = None,
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
            check_wanted(store, {**wanted, "dataset": dataset})
            if dataset is not None:
                _print_imports(store.events(dataset=dataset, **wanted), limit)
                return
            if not write_report(store.documents(newest_first=True, limit=limit, **wanted), console):
                typer.echo("No such documents." if wanted else "The database is empty.", err=True)
        return
    if wanted or limit is not None or dataset is not None:
        raise typer.BadParameter("filters and --limit are for a database", param_hint="DB-or-INPUT")
    run = Run(Plan(inputs=(source,), published=day))
    write_report(run.documents(), console)
    raise typer.Exit(1 if run.tally.failures else 0)


def _print_imports(events: Any, limit: int | None) -> None:
    """Events of a dataset, newest first: without a text there are no words to show."""
    rows = sorted(events.to_pylist(), key=lambda row: row["date_start"] or "", reverse=True)
    columns = ("date", "actor", "type", "mode", "recipient", "place", "source")
    print_table(columns, (_say_import(row) for row in rows[:limit]))


def _say_import(row: dict[str, Any]) -> list[Any]:
    actor, recipient = (
        "; ".join(code or text for code, text in zip(row[side], row[f"{side}_text"], strict=True))
        for side in ("actor", "recipient")
    )
    kind = row["type"] or f"CAMEO {row['cameo']}"
    return [
        row["date_start"],
        actor,
        kind,
        row["mode"],
        recipient,
        row["place_text"],
        row["url"] or row["publisher"],
    ]


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
