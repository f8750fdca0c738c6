"""What the dictionaries know of an actor."""

from __future__ import annotations

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
def load_dictionary() -> ActorDictionary:
    """The dictionaries, once: that takes seconds, so the server does it before it answers."""
    return load_actors()


def find_known(id: str) -> Known | None:
    """The entry of that id, if there is one."""
    entry = load_dictionary().entries.get(id)
    if entry is None:
        return None
    return Known(
        name=entry.name,
        kind=entry.kind,
        detail=entry.detail,
        where=entry.where,
        members=entry.members,
        offices=tuple(Office(t.title, t.start, t.end, t.where) for t in entry.terms),
    )
