"""`communique export`: a database as a file in one of the field's formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
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
from communique.commands.tables import check_choice, choose_factuality
from communique.commands.wanted import check_wanted
from communique.export.options import Options, Reported

if TYPE_CHECKING:
    import pyarrow as pa

    from communique.store import Store

#: Rows of a table made ready to be written at once.
ROWS = 40_000


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
    codebook: Annotated[
        bool | None,
        typer.Option(
            "--codebook/--no-codebook",
            help="Write FILE.codebook.md beside it: what stands in it, what was left out, how to cite it. By default where there is a file.",
        ),
    ] = None,
) -> None:
    """Write a database's events, statements, stances or disputes to a file.

    The formats of other projects hold what happened, on a day; plover, csv, parquet and dta hold every event with its
    factuality. Statements and stances go by who speaks (--actor), disputes by who stands on either side.
    Events that were imported are written with --dataset, to csv, parquet and dta; the column dataset says whose a row is.
    """
    from communique.export.codebook import make_codebook
    from communique.export.columns import TABLES
    from communique.export.formats import find_format, open_output
    from communique.export.tables import TABLE_FORMATS, write_tables
    from communique.store import open_store

    try:
        chosen = find_format(format, output)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--format" if format else "--output") from error
    tabled = chosen.name in TABLE_FORMATS
    check_choice("--table", table, tuple(TABLES))
    if not tabled and table != "events":
        raise typer.BadParameter(
            f"{chosen.name} has no tables; {', '.join(TABLE_FORMATS)} do", param_hint="--table"
        )
    if with_text and not tabled and chosen.name not in ("plover", "jsonl"):
        raise typer.BadParameter(f"{chosen.name} has no place for a text", param_hint="--with-text")
    if codebook and output == "-":
        raise typer.BadParameter("needs a file to stand beside", param_hint="--codebook")
    if dataset and (not tabled or table != "events" or with_text):
        reason = f"what {chosen.name} holds is made from an article, which imported events don't have"
        if tabled:
            reason = f"imported are events alone, without {'text' if with_text else table}"
        raise typer.BadParameter(f"{reason}; {', '.join(TABLE_FORMATS)} hold events", param_hint="--dataset")
    wanted = make_filter(
        actor=actor,
        dyad=dyad,
        type=type,
        factuality=None if factuality == ["all"] else choose_factuality(factuality).get("factuality"),
        start=start,
        end=end,
        publisher=publisher,
        deduplicated=deduplicated,
        document=document,
    )
    if table != "events" and (only := sorted({"dyad", "type", "factuality", "deduplicated"} & {*wanted})):
        raise typer.BadParameter(f"only events have that, not {table}", param_hint=f"--{only[0]}")
    with open_store(db) as store:
        check_wanted(store, {**wanted, "dataset": dataset or ()})
        options = Options(
            with_text=with_text,
            table=table,
            datasets=tuple(dict.fromkeys(dataset or ())),
            deduplicated=deduplicated,
            reports=_read_reports(store, publisher, document) if deduplicated else {},
        )
        tables = _read_tables(store, options, wanted) if tabled else iter(())
        first = list(islice(tables, 1))  # what is wrong with the question is said before there is a file
        asked = {**wanted, "details": chosen.details} if chosen.details else wanted
        if chosen.name == "gdelt-mentions":
            asked = {**asked, "deduplicated": False}  # all that report a happening
        with open_output(output) as file:
            if tabled:
                rows = write_tables(chain(first, tables), file, options, chosen.name)
            else:
                rows = chosen.write(store.documents(**asked), file, options)
    if codebook if codebook is not None else Path(output).is_file():
        with open_output(output + ".codebook.md") as file:
            file.write(make_codebook(chosen, options, rows, wanted).encode("utf-8"))
    typer.echo(f"{output}: {rows} rows, {chosen.name}.", err=True)
    for reason, count in sorted(options.left_out.items()):
        typer.echo(f"{count:,} events are left out: {reason}.", err=True)


def _read_tables(store: Store, options: Options, wanted: Mapping[str, Any]) -> Iterator[pa.Table]:
    """The tables of a file, each complete."""
    from communique.export.columns import complete_table
    from communique.export.tables import choose_columns

    columns = choose_columns(options)
    for name in options.datasets or (OWN,):
        if options.table == "events":
            found = store.event_tables(dataset=None if name == OWN else name, **wanted)
        else:
            whole = getattr(store, options.table)(**wanted)
            found = (whole.slice(at, ROWS) for at in range(0, max(1, len(whole)), ROWS))
        for table in found:
            texts = _read_texts(store, table) if options.with_text else {}
            yield complete_table(table, columns, options, name, texts)


def _read_texts(store: Store, table: pa.Table) -> dict[str, str]:
    ids = table["document"].unique().to_pylist()
    found = store.query("select id, text from documents where id in (select unnest(?::varchar[]))", [ids])
    return dict(zip(*found.to_pydict().values(), strict=True))


def _read_reports(
    store: Store, publisher: str | None, document: str | None
) -> dict[tuple[str, str], Reported]:
    """By document and event, the events of happenings that several report, in the articles asked for."""
    found = store.query(_REPORTS, [publisher, publisher, document, document]).to_pydict()
    return {
        (doc, event): Reported(first, first_event, reports, articles, tuple(publishers))
        for doc, event, first, first_event, reports, articles, publishers in zip(*found.values(), strict=True)
    }


_REPORTS = """
with told as (
    select r.happening, r.position, r.document, e.id as event, d.publisher
    from event_reports r
    join events e on e.document = r.document and e.position = r.event
    join documents d on d.id = r.document
    where (?::varchar is null or lower(d.publisher) = lower(?)) and (?::varchar is null or d.id = ?)
),
summed as (
    select happening, arg_min(document, position) as first, arg_min(event, position) as first_event,
        count(*) as reports, count(distinct document) as articles,
        list_sort(list(distinct publisher) filter (where publisher is not null)) as publishers
    from told group by happening having count(*) > 1
)
select document, event, first, first_event, reports, articles, coalesce(publishers, []) as publishers
from told join summed using (happening)"""
