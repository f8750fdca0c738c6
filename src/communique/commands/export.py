"""`communique export`: a database as a file in one of the field's formats."""

from __future__ import annotations

from typing import Annotated

import typer

from communique.commands.options import (
    Actor,
    Db,
    Deduplicated,
    Document,
    Dyad,
    End,
    Factuality,
    Publisher,
    Start,
    Type,
    make_filter,
)


def export(
    db: Db,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The file to write; - for standard output.")
    ],
    format: Annotated[
        str | None,
        typer.Option(
            help="jsonl, csv, parquet, dta, plover, polecat, phoenix, icews, gdelt, gdelt-mentions, graphml or gexf; by default told by the file's ending."
        ),
    ] = None,
    table: Annotated[
        str, typer.Option(help="What csv, parquet and dta hold: events, statements, stances or disputes.")
    ] = "events",
    actor: Actor = None,
    dyad: Dyad = None,
    type: Type = None,
    factuality: Factuality = None,
    start: Start = None,
    end: End = None,
    publisher: Publisher = None,
    deduplicated: Deduplicated = False,
    document: Document = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Add the articles' full text; jsonl always has it.")
    ] = False,
    codebook: Annotated[bool, typer.Option("--codebook", help="Write FILE.codebook.md beside it.")] = False,
) -> None:
    """Write a database's events, statements, stances or disputes to a file."""
    from communique.export.codebook import make_codebook
    from communique.export.columns import TABLES
    from communique.export.formats import find_format, open_output
    from communique.export.options import Options
    from communique.store import open_store

    try:
        chosen = find_format(format, output)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--format") from error
    if table not in TABLES:
        raise typer.BadParameter(f"one of {', '.join(TABLES)}", param_hint="--table")
    if codebook and output == "-":
        raise typer.BadParameter("needs a file to stand beside", param_hint="--codebook")
    wanted = make_filter(
        actor=actor,
        dyad=dyad,
        type=type,
        factuality=None if factuality == ["all"] else factuality,
        start=start,
        end=end,
        publisher=publisher,
        deduplicated=deduplicated,
        document=document,
    )
    options = Options(with_text=with_text, table=table)
    with open_store(db) as store, open_output(output) as file:
        rows = chosen.write(store.documents(**wanted), file, options)
    if codebook:
        with open_output(output + ".codebook.md") as file:
            file.write(make_codebook(chosen, options, rows, wanted).encode("utf-8"))
    typer.echo(f"{output}: {rows} rows, {chosen.name}.", err=True)
