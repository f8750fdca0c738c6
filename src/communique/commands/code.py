"""`communique code`: from articles to a database, a file or a report."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from communique.errors import InputError
from communique.export.plain import clean_line
from communique.records import CodedDocument

if TYPE_CHECKING:
    from communique.document import Document
    from communique.ingest import Article
    from communique.store import Store

# A batch goes to disk when it is so large or so old (seconds): a kill loses at most that, and none that was counted.
BATCH, PATIENCE = 32, 2.0


@dataclass(slots=True)
class Tally:
    """What a run has done so far."""

    coded: int = 0
    new: int = 0
    replaced: int = 0
    same: int = 0
    events: int = 0
    failures: list[InputError] = field(default_factory=list)

    def say(self, db: str | None) -> str:
        """The line a run ends with."""
        parts = [f"{self.coded} coded"]
        if db is not None:
            parts = [f"{self.new} stored"]
            parts += [f"{self.replaced} replaced"] if self.replaced else []
            parts += [f"{self.same} already there"]
        return f"Documents: {', '.join(parts)}, {len(self.failures)} failed. Events: {self.events}."


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
        str | None, typer.Option(help="Format of --out; by default told by its ending, else jsonl.")
    ] = None,
    published: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Day of publication of all the articles, whatever they say (YYYY-MM-DD)."
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that code side by side.")] = 1,
    shard: Annotated[
        str | None,
        typer.Option(metavar="I/N", help="Code only the I-th of N equal parts; see `communique merge`."),
    ] = None,
    again: Annotated[bool, typer.Option(help="Code anew what is already in the database.")] = False,
) -> None:
    """Code articles: into a database, into a file, or, with neither, as a report.

    Running again adds only what is new. An input that can't be used is named on standard error, the rest is coded,
    and the exit code is 1.
    """
    from communique.export.formats import find_format, open_output
    from communique.export.options import Options

    part = parse_shard(shard)
    day = parse_day("--published", published)
    if format is not None and out is None:
        raise typer.BadParameter("needs --out", param_hint="--format")
    try:
        chosen = find_format(format, out or "")
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--format") from error
    tally = Tally()
    with ExitStack() as stack:
        store = None
        if db is not None:
            from communique.store import open_store

            store = stack.enter_context(open_store(db, write=True))
        options = {
            "inputs": inputs,
            "published": published,
            "workers": workers,
            "shard": shard,
            "again": again,
        }
        documents = run(
            inputs, store, tally, options, day, workers, part, again, skip=not again and out is None
        )
        documents = show_progress(documents, tally, db is not None or out not in (None, "-"))
        try:
            if out is not None:
                with open_output(out) as file:
                    chosen.write(documents, file, Options())
            elif store is None:
                from communique.export.report import make_console, write_report

                write_report(documents, make_console())
            else:
                deque(documents, maxlen=0)
        except BrokenPipeError:
            raise
        except OSError as error:
            typer.echo(f"communique: {out}: {error.strerror or error}", err=True)
            raise typer.Exit(2) from error
    typer.echo(tally.say(db), err=True)
    raise typer.Exit(1 if tally.failures else 0)


def run(
    inputs: list[str],
    store: Store | None,
    tally: Tally,
    options: dict[str, Any],
    published: str | None,
    workers: int,
    part: tuple[int, int] | None,
    again: bool,
    skip: bool,
) -> Iterator[CodedDocument]:
    """Codes the inputs and stores them in batches; gives each document on once it is on disk.

    Failures are named on standard error as they come, counted, and stored. With `skip` articles that are stored
    already aren't coded, and not given on.
    """
    from communique.coder import Coder
    from communique.ingest import clean_article, read_articles
    from communique.version import VERSION

    fresh: list[InputError] = []  # failures not yet stored

    def fail(error: InputError) -> None:
        typer.echo(clean_line(str(error)), err=True)
        tally.failures.append(error)
        fresh.append(error)

    def articles() -> Iterator[Article]:
        for n, article in enumerate(read_articles(inputs)):
            if part is not None and n % part[1] != part[0] - 1:
                continue
            if isinstance(article, InputError):
                fail(article)
            else:
                yield article

    def new_articles(store: Store) -> Iterator[Article]:
        """Without those that are stored already: cleaning them tells, and costs little beside coding."""
        rest = articles()
        while batch := list(islice(rest, BATCH)):
            cleaned = {n: doc for n, article in enumerate(batch) if (doc := clean(article))}
            known = store.find_coded(cleaned.values(), VERSION)
            for n, article in enumerate(batch):
                if n in cleaned and cleaned[n].id in known:
                    tally.same += 1
                else:
                    yield article

    def clean(article: Article) -> Document | None:
        try:
            return clean_article(article, published)
        except InputError:
            return None  # for the coder to say

    wanted = new_articles(store) if store is not None and skip else articles()
    coded = Coder().code_many(wanted, workers=workers, published=published)
    if store is None:
        for result in coded:
            if isinstance(result, InputError):
                fail(result)
            else:
                tally.coded += 1
                tally.events += len(result.events)
                yield result
        return

    started = store.start_run(VERSION, options)

    def flush(batch: list[CodedDocument]) -> None:
        store.add_failures(fresh, started)
        fresh.clear()
        if not batch:
            return
        added = store.add(batch, started, again=again)
        tally.coded += len(batch)
        tally.new += len(added.new)
        tally.replaced += len(added.replaced)
        tally.same += len(added.same)
        tally.events += added.events

    batch: list[CodedDocument] = []
    last = time.monotonic()
    try:
        for result in coded:
            if isinstance(result, InputError):
                fail(result)
                continue
            batch.append(result)
            if len(batch) >= BATCH or time.monotonic() - last > PATIENCE:
                ready, batch = batch, []
                flush(ready)
                last = time.monotonic()
                yield from ready
    finally:
        # also when interrupted: what has been coded is kept
        flush(batch)
    yield from batch


def show_progress(documents: Iterable[CodedDocument], tally: Tally, wanted: bool) -> Iterator[CodedDocument]:
    """The documents, with a moving line on a terminal that says how far the run is; nothing in a pipe."""
    if not (wanted and sys.stderr.isatty()):
        yield from documents
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Loading…", total=None)
        for document in documents:
            progress.update(task, description=tally.say("x"))
            yield document


def parse_shard(shard: str | None) -> tuple[int, int] | None:
    """ "2/4" as (2, 4). Raises BadParameter."""
    if shard is None:
        return None
    first, slash, second = shard.partition("/")
    if not (slash and first.isdecimal() and second.isdecimal() and 1 <= int(first) <= int(second)):
        raise typer.BadParameter("write I/N, the I-th of N parts, such as 1/4", param_hint="--shard")
    return int(first), int(second)


def parse_day(option: str, day: str | None) -> str | None:
    """An ISO day, checked. Raises BadParameter."""
    from datetime import date

    if day is None:
        return None
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise typer.BadParameter(f"{day!r} is not a day such as 2022-02-04", param_hint=option) from error
