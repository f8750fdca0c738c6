"""A run: inputs coded, stored in batches and given on, failures named and counted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, cast

import msgspec
import typer

from communique.deadline import SECONDS, attempt
from communique.errors import InputError, StoreBusy
from communique.export.plain import clean_line
from communique.records import CodedDocument

if TYPE_CHECKING:
    from communique.document import Document
    from communique.ingest import Article
    from communique.store import Store

# A batch goes to disk when it is so large or so old (seconds): a kill loses at most that, and none that was counted.
BATCH, PATIENCE = 32, 2.0
# Seconds that a run waits for somebody who keeps the database open: giving up would throw away what has been coded.
LONG_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to code and how. `shard` (i, n) takes the i-th of n parts; `again` codes and replaces what is stored;
    `skip` neither codes nor gives on what is stored; `seconds` is the time an article may take. The rest goes to the
    Coder."""

    inputs: tuple[str, ...]
    published: str | None = None
    workers: int = 1
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
    """Codes a plan's inputs; `tally` says how far it is. Failures are named on standard error as they come."""

    def __init__(self, plan: Plan, store: Store | None = None) -> None:
        self.plan = plan
        self.store = store
        self.tally = Tally()
        self._fresh: list[InputError] = []  # failures not yet stored

    def documents(self) -> Iterator[CodedDocument]:
        """Each coded document, once it is on disk where there is a store. Lazy: nothing runs until it is read."""
        store = self.store
        articles = self._read() if store is None or not self.plan.skip else self._read_new(store)
        coded = self._code(articles)
        found = (result for result in coded if not self._has_failed(result))
        if store is not None:
            yield from self._store(found, store)  # type: ignore[arg-type]
            return
        for document in found:
            assert isinstance(document, CodedDocument)
            self.tally.coded += 1
            self.tally.events += len(document.events)
            yield document

    def _code(self, articles: Iterator[Article | Document]) -> Iterator[CodedDocument | InputError]:
        plan = self.plan
        settings: dict[str, Any] = {"ontology": plan.ontology, "actors": plan.actors}
        settings |= {"model": plan.model} if plan.model else {}
        limits: dict[str, Any] = {"published": plan.published, "seconds": plan.seconds}
        for first in articles:  # where there is none, nothing is loaded
            rest = chain([first], articles)
            if plan.workers > 1:
                from communique.workers import code_in_workers

                yield from code_in_workers(rest, settings, workers=plan.workers, **limits)
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

    def _read(self) -> Iterator[Article]:
        from communique.ingest import read_articles

        for n, article in enumerate(read_articles(self.plan.inputs)):
            mine = self.plan.shard is None or n % self.plan.shard[1] == self.plan.shard[0] - 1
            if mine and not self._has_failed(article):
                yield article  # type: ignore[misc]

    def _read_new(self, store: Store) -> Iterator[Article | Document]:
        """What isn't stored already; cleaning tells, so that it comes cleaned."""
        from communique.ingest import clean_article
        from communique.version import VERSION

        rest = self._read()
        while batch := list(islice(rest, BATCH)):
            cleaned = []
            for article in batch:
                work = partial(clean_article, article, self.plan.published)
                found = attempt(article.name, self.plan.seconds, work)
                if not self._has_failed(found):
                    cleaned.append(cast("Document", found))
            known = store.find_coded(cleaned, VERSION)
            for document in cleaned:
                if document.id in known:
                    self.tally.same += 1
                else:
                    yield document

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
