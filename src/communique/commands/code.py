"""`communique code`: from articles to a database, a file or a report."""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer

from communique.commands.options import Actors, Model, Ontology, parse_day, parse_shard
from communique.commands.progress import show_progress, show_work
from communique.commands.run import Plan, Run
from communique.deadline import SECONDS
from communique.errors import InputError


def code(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="Articles: .txt .md .html .jsonl .csv .parquet .warc .zip .gz .xml, a folder, a glob, or - for one text on standard input.",
        ),
    ],
    db: Annotated[
        str | None, typer.Option(metavar="FILE", help="Store the results in this database.")
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write the results to this file; - for standard output."),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(help="Format of --out; by default told by its ending, jsonl where it has none."),
    ] = None,
    published: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Day of publication of all the articles, whatever they say (YYYY-MM-DD)."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Processes that code side by side; by default, for many articles, one for each core and 4 GB of memory.",
        ),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(metavar="I/N", help="Code only the I-th of N equal parts; see `communique merge`."),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="MASTER",
            help="Code on Spark: local[2], spark://host:port. Needs communique[spark] and Java 17. --out may be a folder for Parquet.",
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Code anew what is already in the database.")
    ] = False,
    seconds: Annotated[
        float,
        typer.Option(
            min=0.001, help="Time that one article may take; one that takes longer counts as failed."
        ),
    ] = SECONDS,
    ontology: Ontology = None,
    actors: Actors = None,
    model: Model = None,
) -> None:
    """Code articles: into a database, into a file, or, with neither, as a report.

    Running again adds only what is new. An input that can't be used is named on standard error, the rest is coded,
    and the exit code is 1.
    """
    from communique.export.formats import find_format, open_output
    from communique.export.options import Options

    if format is not None and out is None:
        raise typer.BadParameter("needs --out", param_hint="--format")
    try:
        chosen = find_format(format, out or "")
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--format" if format else "--out") from error
    plan = Plan(
        inputs=tuple(inputs),
        published=_parse_published(published),
        workers=workers,
        shard=parse_shard(shard),
        again=again,
        skip=not again and out is None,
        seconds=seconds,
        model=model,
        ontology=tuple(ontology or ()),
        actors=tuple(actors or ()),
    )
    if engine is not None:
        from communique.commands.engine import code_on_engine

        if db is None and out is None:
            raise typer.BadParameter("needs --db or --out", param_hint="--engine")
        if (workers or 1) > 1 or shard is not None:
            raise typer.BadParameter("Spark deals out the work itself", param_hint="--workers, --shard")
        folder = out is not None and out != "-" and format is None and not Path(out).suffix
        tally = code_on_engine(engine, plan, db=db, out=out, format=None if folder else chosen)
        typer.echo(tally.say(stored=db is not None), err=True)
        raise typer.Exit(1 if tally.failures else 0)
    with ExitStack() as stack:
        store = None
        if db is not None:
            from communique.store import open_store

            store = stack.enter_context(open_store(db, write=True))
        run = Run(plan, store)
        documents = show_progress(run, visible=db is not None or out not in (None, "-"))
        stack.enter_context(
            closing(documents)
        )  # before the store: what is coded is stored, also when interrupted
        try:
            if out is not None:
                with open_output(out) as file:
                    chosen.write(documents, file, Options())
            elif store is None:
                from communique.export.report import make_console, write_report

                write_report(documents, make_console())
            else:
                deque(documents, maxlen=0)
        except KeyboardInterrupt:
            documents.close()
            typer.echo(f"Interrupted. {run.tally.say(stored=db is not None)}", err=True)
            raise typer.Exit(130) from None
        if store is not None and run.tally.new + run.tally.replaced:
            from communique.analyse.linking import update_stories

            with show_work("Linking stories…"):
                update_stories(store)
    typer.echo(run.tally.say(stored=db is not None), err=True)
    raise typer.Exit(1 if run.tally.failures else 0)


def _parse_published(day: str | None) -> str | None:
    """An ISO day on which articles can have been published. Raises BadParameter."""
    from communique.ingest import check_date

    day = parse_day("--published", day)
    try:
        return day and check_date(day)
    except InputError as error:
        raise typer.BadParameter(f"{day}: {error.reason}", param_hint="--published") from error
