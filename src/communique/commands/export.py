"""`communique export`: a database as a file in one of the field's formats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from communique.commands.options import (
    OWN,
    Actor,
    Datasets,
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

if TYPE_CHECKING:
    import pyarrow as pa


def export(
    db: Db,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The file to write; - for standard output.")
    ],
    format: Annotated[
        str | None,
        typer.Option(
            help="jsonl, csv, parquet, dta, plover, polecat, phoenix, icews, gdelt, gdelt-mentions, graphml or gexf; by default told by the file's ending, jsonl where it has none."
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
    dataset: Datasets = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Add the articles' full text; jsonl always has it.")
    ] = False,
    codebook: Annotated[bool, typer.Option("--codebook", help="Write FILE.codebook.md beside it.")] = False,
) -> None:
    """Write a database's events, statements, stances or disputes to a file.

    Events that were imported are written with --dataset, to csv, parquet and dta; the column dataset says whose a row is.
    """
    from communique.export.codebook import make_codebook
    from communique.export.columns import TABLES, to_dataset_rows
    from communique.export.formats import find_format, open_output
    from communique.export.options import Options
    from communique.export.tables import TABLE_FORMATS, write_datasets
    from communique.store import open_store

    try:
        chosen = find_format(format, output)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--format" if format else "--output") from error
    if table not in TABLES:
        raise typer.BadParameter(f"one of {', '.join(TABLES)}", param_hint="--table")
    if codebook and output == "-":
        raise typer.BadParameter("needs a file to stand beside", param_hint="--codebook")
    if dataset and (chosen.name not in TABLE_FORMATS or table != "events" or with_text):
        reason = f"what {chosen.name} holds is made from an article, which imported events don't have"
        if chosen.name in TABLE_FORMATS:
            reason = f"imported are events alone, without {'text' if with_text else table}"
        raise typer.BadParameter(f"{reason}; {', '.join(TABLE_FORMATS)} hold events", param_hint="--dataset")
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
    options = Options(with_text=with_text, table=table, datasets=tuple(dict.fromkeys(dataset or ())))
    with open_store(db) as store:
        found = [store.events(dataset=None if name == OWN else name, **wanted) for name in options.datasets]
        with open_output(output) as file:
            if options.datasets:
                each = zip(options.datasets, found, strict=True)
                events = (row for name, rows_of in each for row in to_dataset_rows(name, read_rows(rows_of)))
                rows = write_datasets(events, file, options, chosen.name)
            else:
                rows = chosen.write(store.documents(**wanted), file, options)
    if codebook:
        with open_output(output + ".codebook.md") as file:
            file.write(make_codebook(chosen, options, rows, wanted).encode("utf-8"))
    typer.echo(f"{output}: {rows} rows, {chosen.name}.", err=True)


def read_rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The rows of a table, few of them as Python's at a time."""
    for batch in table.to_batches(max_chunksize=1000):
        yield from batch.to_pylist()
