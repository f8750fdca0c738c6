"""Words that tell that two sources contradict each other: `data/language/disputes.toml`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import msgspec

from communique.knowledge.load import DATA, load_toml


class _Bounds(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    lower: list[str]
    upper: list[str]
    about: list[str]


class _DisputesFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    deny: frozenset[str]
    refuse: frozenset[str]
    accuse: frozenset[str]
    claims: frozenset[str]
    pointing: frozenset[str]
    untrue: frozenset[str]
    light: frozenset[str]
    vague: frozenset[str]
    opposite: list[tuple[str, str]]
    counted: dict[str, list[str]]
    bounds: _Bounds


@dataclass(frozen=True, slots=True)
class DisputeWords:
    """The words by what they do; see the comments in the data file. `opposite` has for every word those that exclude it,
    `counted` maps a lemma to what it counts, `bounds` words before a number to lower, upper or about."""

    deny: frozenset[str]
    refuse: frozenset[str]
    accuse: frozenset[str]
    claims: frozenset[str]
    pointing: frozenset[str]
    untrue: frozenset[str]
    light: frozenset[str]
    vague: frozenset[str]
    opposite: dict[str, frozenset[str]]
    counted: dict[str, str]
    bounds: dict[str, str]


@cache
def load_dispute_words() -> DisputeWords:
    """The shipped words of contradiction."""
    file = load_toml(DATA / "language" / "disputes.toml", _DisputesFile)
    opposite: defaultdict[str, set[str]] = defaultdict(set)
    for a, b in file.opposite:
        opposite[a].add(b)
        opposite[b].add(a)
    bounds = {"lower": file.bounds.lower, "upper": file.bounds.upper, "about": file.bounds.about}
    return DisputeWords(
        deny=file.deny,
        refuse=file.refuse,
        accuse=file.accuse,
        claims=file.claims,
        pointing=file.pointing,
        untrue=file.untrue,
        light=file.light,
        vague=file.vague,
        opposite={word: frozenset(others) for word, others in opposite.items()},
        counted={word: what for what, words in file.counted.items() for word in words},
        bounds={phrase: kind for kind, phrases in bounds.items() for phrase in phrases},
    )
