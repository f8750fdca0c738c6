"""Words that bring in what somebody said: `data/language/cues.toml`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import Literal

import msgspec

from communique.errors import KnowledgeError
from communique.knowledge.load import DATA, load_toml

Shape = Literal["clause", "infinitive", "gerund", "object", "as", "predicate", "of"]


class _Group(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    kind: str
    words: list[str]
    confidence: float
    takes: list[Shape] = []
    addressee: list[str] = []


class _CuesFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    verb: list[_Group]
    adjective: list[_Group]
    noun: list[_Group]
    phrase: list[_Group]
    lists: dict[str, list[str]]


_LISTS = (
    "citing",
    "channels",
    "documents",
    "issuing",
    "occasions",
    "relayed",
    "answering",
    "disclosing",
    "withholding",
    "handling",
    "holding",
    "territory",
)


@dataclass(frozen=True, slots=True)
class Cue:
    """One way a word brings in content: the shapes it comes in, and the roles of the hearer."""

    kind: str
    takes: frozenset[str]
    addressee: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Cues:
    """The cue words by lemma, each with its ways in the order of the file; see the comments there for the lists.
    `phrases` are lower-cased word sequences, longest first; `starts` the lemmas that are a cue or begin one, by the kind
    of word."""

    verbs: dict[str, tuple[Cue, ...]]
    adjectives: dict[str, tuple[Cue, ...]]
    nouns: dict[str, tuple[Cue, ...]]
    phrases: tuple[tuple[tuple[str, ...], Cue], ...]
    starts: dict[str, frozenset[str]]
    citing: frozenset[str]
    channels: frozenset[str]
    documents: frozenset[str]
    issuing: frozenset[str]
    occasions: frozenset[str]
    relayed: frozenset[str]
    answering: frozenset[str]
    disclosing: frozenset[str]
    withholding: frozenset[str]
    handling: frozenset[str]
    holding: frozenset[str]
    territory: frozenset[str]


def read_cues(file: Traversable | Path) -> Cues:
    """Cues from a file. Raises KnowledgeError where it breaks its shape."""
    raw = load_toml(file, _CuesFile)
    if sorted(raw.lists) != sorted(_LISTS):
        raise KnowledgeError(str(file), None, f"[lists] must have exactly the keys {', '.join(_LISTS)}")
    phrases = [(tuple(w.split()), _as_cue(g)) for g in raw.phrase for w in g.words]
    verbs, adjectives, nouns = (_by_word(groups) for groups in (raw.verb, raw.adjective, raw.noun))
    return Cues(
        verbs=verbs,
        adjectives=adjectives,
        nouns=nouns,
        starts={"verb": _starts(verbs), "adj": _starts(adjectives), "noun": _starts(nouns)},
        phrases=tuple(sorted(phrases, key=lambda p: -len(p[0]))),
        **{name: frozenset(words) for name, words in raw.lists.items()},
    )


@cache
def load_cues() -> Cues:
    """The shipped cues."""
    return read_cues(DATA / "language" / "cues.toml")


def list_cue_words(cues: Cues) -> list[str]:
    """Every word and phrase of the cues, lists included."""
    listed = (word for name in _LISTS for word in getattr(cues, name))
    return [*chain(*cues.starts.values(), listed), *(" ".join(words) for words, _ in cues.phrases)]


def _as_cue(group: _Group) -> Cue:
    return Cue(group.kind, frozenset(group.takes), tuple(group.addressee), group.confidence)


def _starts(words: Iterable[str]) -> frozenset[str]:
    return frozenset(start for word in words for start in (word, word.rpartition(" ")[0]) if start)


def _by_word(groups: list[_Group]) -> dict[str, tuple[Cue, ...]]:
    found: dict[str, tuple[Cue, ...]] = {}
    for group in groups:
        cue = _as_cue(group)
        for word in dict.fromkeys(group.words):
            found[word] = (*found.get(word, ()), cue)
    return found
