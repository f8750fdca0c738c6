"""Words by which somebody is for or against something: `data/language/stances.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import msgspec

from communique.errors import KnowledgeError
from communique.knowledge.load import DATA, find_toml_line, load_toml

Side = Literal["support", "oppose"]
Strength = Literal["weak", "plain", "strong"]


class StanceExample(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A sentence whose stance must be found so: a word of the holder, the exact words of the object."""

    text: str
    holder: str
    object: str
    polarity: Side | None = None
    strength: Strength = "plain"


class _Pattern(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    polarity: Side
    holder: list[str]
    object: list[str]
    confidence: float
    example: list[StanceExample]
    verb: list[str] = []
    noun: list[str] = []
    adj: list[str] = []
    object_not: list[str] = []
    none: list[str] = []


class _Claims(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    own: list[str]
    normative: list[str]
    never: list[str]


class _Degrees(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    strong: list[str]
    weak: list[str]


class _Attitudes(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    words: list[str]


class _StancesFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    stance: list[_Pattern]
    claims: _Claims
    strength: _Degrees
    attitudes: _Attitudes = _Attitudes([])


@dataclass(frozen=True, slots=True)
class StancePattern:
    """How a word takes sides; see the comments in the data file."""

    id: str
    polarity: Side
    holder: tuple[str, ...]
    object: tuple[str, ...]
    confidence: float
    object_not: frozenset[str]
    examples: tuple[StanceExample, ...]
    none: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StanceLexicon:
    """Stance words by `(kind of word, lemma)`, what makes a claim a position, words of degree, and the lemmas without
    one of which a sentence is not shown to the stance model."""

    patterns: tuple[StancePattern, ...]
    by_word: dict[tuple[str, str], tuple[StancePattern, ...]]
    own: frozenset[str]
    normative: frozenset[str]
    never: frozenset[str]
    degree: dict[str, Strength]
    loaded: frozenset[str]


def read_stance_lexicon(file: Traversable | Path) -> StanceLexicon:
    """A stance lexicon from a file. Raises KnowledgeError where it breaks its shape or a pattern has no example."""
    raw = load_toml(file, _StancesFile)
    patterns: list[StancePattern] = []
    by_word: dict[tuple[str, str], tuple[StancePattern, ...]] = {}
    for number, p in enumerate(raw.stance):
        if not p.example or not (p.verb or p.noun or p.adj):
            text = file.read_text(encoding="utf-8")
            line = find_toml_line(text, f"`$.stance[{number}].id`")
            raise KnowledgeError(str(file), line, f"stance {p.id!r} needs words and an example")
        pattern = StancePattern(
            p.id,
            p.polarity,
            tuple(p.holder),
            tuple(p.object),
            p.confidence,
            frozenset(p.object_not),
            tuple(p.example),
            tuple(p.none),
        )
        patterns.append(pattern)
        for kind, words in (("verb", p.verb), ("noun", p.noun), ("adj", p.adj)):
            for word in dict.fromkeys(words):
                by_word[kind, word] = (*by_word.get((kind, word), ()), pattern)
    degree: dict[str, Strength] = dict.fromkeys(raw.strength.weak, "weak")
    degree |= dict.fromkeys(raw.strength.strong, "strong")
    claims = raw.claims
    return StanceLexicon(
        tuple(patterns),
        by_word,
        frozenset(claims.own),
        frozenset(claims.normative),
        frozenset(claims.never),
        degree,
        frozenset(raw.attitudes.words),
    )


@cache
def load_stance_lexicon() -> StanceLexicon:
    """The shipped lexicon."""
    return read_stance_lexicon(DATA / "language" / "stances.toml")
