"""Several databases into one, such as those of the shards of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from communique.errors import InputError
from communique.records import CodedDocument
from communique.store.imports import merge_imports
from communique.store.store import Added, Store

BATCH = 256


@dataclass(frozen=True, slots=True)
class Merged(Added):
    """What a merge did; `imported` has for each dataset of imported events how many were new and how many there already."""

    imported: dict[str, tuple[int, int]]


def merge_stores(target: Store, source: Store) -> Merged:
    """Adds a store's documents, failures, reviews and imported events to another; equal ids of documents are settled as
    in `Store.add`, imported events of a known dataset and id are left out.

    Each keeps the version that coded it, and every decision who made it and when. Returns what was added, in all.
    """

    @cache
    def begin(version: str) -> str:
        return target.start_run(version, {"merged from": source.path})

    total = Added((), (), (), 0)
    for batch in _batched(source.documents()):
        versions = source.find_versions(doc.id for doc in batch)
        with target.hold(write=True):
            for version in sorted(set(versions.values())):
                added = target.add([doc for doc in batch if versions[doc.id] == version], begin(version))
                total = Added(
                    total.new + added.new,
                    total.replaced + added.replaced,
                    total.same + added.same,
                    total.events + added.events,
                )
    failed = [InputError(row["input"], row["reason"]) for row in source.failures().to_pylist()]
    if failed:
        known = {(row["input"], row["reason"]) for row in target.failures().to_pylist()}
        new = [error for error in failed if (error.name, error.reason) not in known]
        target.add_failures(new, begin("") if new else "")
    target.add_reviews(source.reviews())
    imported = merge_imports(target, source, begin)
    return Merged(total.new, total.replaced, total.same, total.events, imported)


def _batched(documents: Iterator[CodedDocument] | Iterable[CodedDocument]) -> Iterator[list[CodedDocument]]:
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        yield batch
