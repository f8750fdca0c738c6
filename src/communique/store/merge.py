"""Several databases into one, such as those of the shards of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from communique.errors import InputError
from communique.records import CodedDocument
from communique.store.store import Added, Store

BATCH = 256


def merge_stores(target: Store, source: Store) -> Added:
    """Adds a store's documents, failures and reviews to another; equal ids are settled as in `Store.add`.

    Each keeps the version that coded it, and every decision who made it and when. Returns what was added, in all.
    """
    runs: dict[str, str] = {}
    total = Added((), (), (), 0)
    for batch in _batched(source.documents()):
        versions = source.find_versions(doc.id for doc in batch)
        with target.hold(write=True):
            for version in sorted(set(versions.values())):
                if version not in runs:
                    runs[version] = target.start_run(version, {"merged from": source.path})
                added = target.add([doc for doc in batch if versions[doc.id] == version], runs[version])
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
        target.add_failures(new, target.start_run("", {"merged from": source.path}) if new else "")
    target.add_reviews(source.reviews())
    return total


def _batched(documents: Iterator[CodedDocument] | Iterable[CodedDocument]) -> Iterator[list[CodedDocument]]:
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        yield batch
