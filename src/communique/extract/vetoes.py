"""What a sentence is about, where political words mean something else: sport, film, business, nature, private life."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import msgspec

from communique.annotate.parse import Parse
from communique.knowledge.load import DATA, load_toml


class _Politics(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    words: list[str]


class _Topic(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    words: list[str]
    weak: list[str] = []
    types: list[str] = []


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    politics: _Politics
    topic: list[_Topic]


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that is no politics: one of `words` or two of `weak` tell it. Empty `types` means all types."""

    name: str
    words: frozenset[str]
    weak: frozenset[str]
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vetoes:
    """The topics, and the words of politics that outrank them."""

    politics: frozenset[str]
    topics: tuple[Topic, ...]


@cache
def load_vetoes() -> Vetoes:
    """The shipped topics: `data/language/vetoes.toml`."""
    file = load_toml(DATA / "language" / "vetoes.toml", _File)
    topics = (Topic(t.name, frozenset(t.words), frozenset(t.weak), frozenset(t.types)) for t in file.topic)
    return Vetoes(frozenset(file.politics.words), tuple(topics))


def find_topics(parse: Parse, sentence: int, vetoes: Vetoes) -> tuple[Topic, ...]:
    """The unpolitical topics a sentence is about, by its lemmas, forms and neighbouring pairs; none where a word of
    politics stands in it."""
    first, past = parse.sentences[sentence]
    lower = parse.lower[first:past]
    words = {*lower, *parse.lemma[first:past]}
    if not words.isdisjoint(vetoes.politics):
        return ()
    words.update(map(" ".join, pairwise(lower)))
    if not words.isdisjoint(vetoes.politics):
        return ()
    return tuple(t for t in vetoes.topics if not words.isdisjoint(t.words) or len(words & t.weak) > 1)


def is_vetoed(event_type: str, topics: tuple[Topic, ...]) -> bool:
    """Whether an event of this type is no event in a sentence about these topics."""
    return any(not t.types or event_type in t.types for t in topics)
