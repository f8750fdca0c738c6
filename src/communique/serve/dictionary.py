"""What the dictionaries know of an actor; loaded beside the first requests, since that takes seconds."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from communique.knowledge.actors import ActorDictionary, load_actors


@dataclass(frozen=True, slots=True)
class Office:
    """An office and when it was held; `where` is the line of the data file that says so."""

    title: str | None
    start: str | None
    end: str | None
    where: str


@dataclass(frozen=True, slots=True)
class Known:
    """An actor's entry. `where` is file and line; `members` are codes, for those that stand for several."""

    name: str
    kind: str
    detail: str
    where: str
    members: tuple[str, ...]
    offices: tuple[Office, ...]


@cache
def start_loading() -> Future[ActorDictionary]:
    """Loads in another thread, once."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(load_actors)
    pool.shutdown(wait=False)
    return future


def is_loading() -> bool:
    """Whether the dictionaries aren't there yet."""
    return not start_loading().done()


def find_known(id: str) -> Known | None:
    """The entry of that id; None where there is none, or none yet."""
    if is_loading():
        return None
    entry = start_loading().result().entries.get(id)
    if entry is None:
        return None
    return Known(
        name=entry.name,
        kind=entry.kind,
        detail=entry.detail,
        where=entry.where,
        members=tuple(str(getattr(m, "code", m)) for m in entry.members),
        offices=tuple(Office(t.title, t.start, t.end, t.where) for t in entry.terms),
    )
