"""A run: inputs coded, stored in batches and given on, failures named and counted."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec
import typer

from communique.commands.pace import Pace
from communique.deadline import SECONDS, attempt
from communique.errors import InputError, StoreBusy
from communique.export.plain import clean_line
from communique.records import CodedDocument

if TYPE_CHECKING:
    from communique.document import Document
    from communique.ingest import Article
    from communique.store import Store

Work = TypeVar("Work")
Result = TypeVar("Result")

# A batch goes to disk when it is so large or so old (seconds): a kill loses at most that, and none that was counted.
BATCH, PATIENCE = 32, 2.0
# Seconds that a run waits for somebody who keeps the database open: giving up would throw away what has been coded.
LONG_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to code and how. Where `workers` is None, many articles are coded by as many processes as the machine has room
    for. `shard` (i, n) takes the i-th of n parts; `again` codes and replaces what is stored;
    `skip` neither codes nor gives on what is stored; `seconds` is the time an article may take. The rest goes to the
    Coder."""

    inputs: tuple[str, ...]
    published: str | None = None
    workers: int | None = None
    shard: tuple[int, int] | None = None
    again: bool = False
    skip: bool = False
    seconds: float = SECONDS
    model: str | None = None
    ontology: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """What a run has done so far."""

    coded: int = 0
    new: int = 0
    replaced: int = 0
    same: int = 0
    events: int = 0
    failures: int = 0

    def say(self, stored: bool) -> str:
        """The line a run ends with."""
        parts = [f"{self.coded} coded"]
        if stored:
            parts = [f"{self.new} stored"]
            parts += [f"{self.replaced} replaced"] if self.replaced else []
            parts += [f"{self.same} already there"]
        return f"Documents: {', '.join(parts)}, {self.failures} failed. Events: {self.events}."


class Run:
    """Codes a plan's inputs; `tally` says what it has done, `read` how many bytes of the inputs that were, `pace` how
    fast it is. Failures are named on standard error as they come."""

    def __init__(self, plan: Plan, store: Store | None = None) -> None:
        from communique.ingest.gauge import Gauge

        self.plan = plan
        self.store = store
        self.tally = Tally()
        self.read = 0
        self.pace = Pace()
        self._gauge = Gauge()
        self._handed: deque[int] = deque()  # how far reading was, for each article that is being coded
        self._done = 0  # articles coded, stored or not
        self._fresh: list[InputError] = []  # failures not yet stored

    def documents(self) -> Iterator[CodedDocument]:
        """Each coded document, once it is on disk where there is a store. Lazy: nothing runs until it is read."""
        store = self.store
        articles = self._read() if store is None else self._read_new(store)
        coded = self._follow(self._code(self._hand_on(articles)))
        found = (result for result in coded if not self._has_failed(result))
        if store is not None:
            yield from self._store(found, store)  # type: ignore[arg-type]
            return
        for document in found:
            assert isinstance(document, CodedDocument)
            self.tally.coded += 1
            self.tally.events += len(document.events)
            yield document

    @property
    def coding(self) -> bool:
        """Whether articles are being coded, not only passed over."""
        return bool(self._handed)

    def measure(self) -> int | None:
        """The bytes of all inputs, which `read` comes to; None where that can't be known beforehand."""
        from communique.ingest import list_files
        from communique.ingest.gauge import measure_files

        given = self.plan.inputs
        return None if "-" in given else measure_files(chain.from_iterable(map(list_files, given)))

    def _hand_on(self, articles: Iterator[tuple[Work, int]]) -> Iterator[Work]:
        """The articles, with how far reading was at each noted until it is coded: reading runs ahead of coding."""
        for article, read in articles:
            self._handed.append(read)
            yield article

    def _follow(self, coded: Iterator[Result]) -> Iterator[Result]:
        for result in coded:
            self._done += 1
            self._pass(self._handed.popleft())
            yield result

    def _pass(self, read: int) -> None:
        """Notes that what was read so far is done with."""
        self.read = max(self.read, read)
        self.pace.mark(time.monotonic(), self.read, self._done)

    def _code(self, articles: Iterator[Article | Document]) -> Iterator[CodedDocument | InputError]:
        from communique.workers import WORTH, code_in_workers, count_workers

        plan = self.plan
        settings: dict[str, Any] = {"ontology": plan.ontology, "actors": plan.actors}
        settings |= {"model": plan.model} if plan.model else {}
        limits: dict[str, Any] = {"published": plan.published, "seconds": plan.seconds}
        ahead = list(islice(articles, WORTH))
        if not ahead:  # nothing is loaded
            return
        rest = chain(ahead, articles)
        workers = plan.workers or (count_workers() if len(ahead) == WORTH else 1)
        if workers > 1:
            yield from code_in_workers(rest, settings, workers=workers, **limits)
        else:
            from communique.coder import Coder

            yield from Coder(**settings).code_many(rest, **limits)

    def _has_failed(self, result: Any) -> bool:
        if not isinstance(result, InputError):
            return False
        typer.echo(clean_line(str(result)), err=True)
        self.tally.failures += 1
        if self.store is not None:
            # without the frames that raised it, which hold the article
            self._fresh.append(InputError(result.name, result.reason))
        return True

    def _read(self) -> Iterator[tuple[Article, int]]:
        """Each article, with how far reading is."""
        from communique.ingest import read_articles

        for n, article in enumerate(read_articles(self.plan.inputs, gauge=self._gauge)):
            mine = self.plan.shard is None or n % self.plan.shard[1] == self.plan.shard[0] - 1
            if mine and not self._has_failed(article):
                yield article, self._gauge.read  # type: ignore[misc]
            elif not self._handed:
                self._pass(self._gauge.read)

    def _read_new(self, store: Store) -> Iterator[tuple[Document, int]]:
        """What is to be stored: where the plan says so, what isn't already. Cleaning tells, so that it comes cleaned. An id
        stands for one article: another with the same would take its place, now and again in every run."""
        from communique.commands.seen import Seen
        from communique.document import Document
        from communique.ingest import clean_article
        from communique.store.store import compute_digest
        from communique.version import VERSION

        rest, seen = self._read(), Seen()
        while batch := list(islice(rest, BATCH)):
            cleaned = []
            for article, read in batch:
                work = partial(clean_article, article, self.plan.published)
                found = attempt(article.name, self.plan.seconds, work)
                if isinstance(found, Document) and not seen.add(found.id, compute_digest(found)):
                    reason = f"its id {found.id[:60]!r} is that of another article of this run, which is kept"
                    found = InputError(article.name, reason)
                if not self._has_failed(found):
                    cleaned.append((cast("Document", found), read))
            skip = self.plan.skip
            known = store.find_coded((document for document, _ in cleaned), VERSION) if skip else set()
            for document, read in cleaned:
                if document.id not in known:
                    yield document, read
                    continue
                self.tally.same += 1
                if not self._handed:  # else what is before it isn't done with
                    self._pass(read)

    def _store(self, coded: Iterator[CodedDocument], store: Store) -> Iterator[CodedDocument]:
        from communique.version import VERSION

        started = store.start_run(VERSION, msgspec.to_builtins(self.plan))
        batch: list[CodedDocument] = []
        last = time.monotonic()
        try:
            for document in coded:
                batch.append(document)
                if len(batch) >= BATCH or time.monotonic() - last > PATIENCE:
                    ready, batch = batch, []
                    self._flush(ready, store, started)
                    last = time.monotonic()
                    yield from ready
        finally:
            # also when interrupted: what has been coded is kept
            self._flush(batch, store, started)
        yield from batch

    def _flush(self, batch: list[CodedDocument], store: Store, run: str) -> None:
        if not batch and not self._fresh:
            return
        with ExitStack() as stack:
            try:
                stack.enter_context(store.hold(write=True))
            except StoreBusy as error:
                typer.echo(f"{error} (waiting for it {LONG_PATIENCE / 60:.0f} minutes)", err=True)
                stack.enter_context(store.hold(write=True, patience=LONG_PATIENCE))
            store.add_failures(self._fresh, run)
            self._fresh.clear()
            added = store.add(batch, run, again=self.plan.again)
        # counted when it is on disk
        self.tally.coded += len(batch)
        self.tally.new += len(added.new)
        self.tally.replaced += len(added.replaced)
        self.tally.same += len(added.same)
        self.tally.events += added.events
