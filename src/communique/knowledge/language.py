"""Word lists of English grammar that the extractors read: `data/language/grammar.toml` and `factuality.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import msgspec

from communique.knowledge.load import DATA, load_toml


class _GrammarFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    subject_control: list[str]
    prepositional_control: list[str]
    blame_control: list[str]
    blaming: list[str]
    results: list[str]
    remarks: list[str]
    agentive_of: list[str]
    transparent: list[str]
    manner_nouns: list[str]
    support: list[str]
    reversed_support: list[str]
    particles: list[str]
    quantifiers: list[str]
    statives: list[str]
    speech_acts: list[str]
    human_acts: list[str]
    speakers: list[str]
    mute: list[str]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Closed classes of words, by what they do to the roles of a predicate; see the comments in the data file."""

    subject_control: frozenset[str]
    prepositional_control: frozenset[str]
    blame_control: frozenset[str]
    blaming: frozenset[str]
    results: frozenset[str]
    remarks: frozenset[str]
    agentive_of: frozenset[str]
    transparent: frozenset[str]
    manner_nouns: frozenset[str]
    support: frozenset[str]
    reversed_support: frozenset[str]
    particles: frozenset[str]
    quantifiers: frozenset[str]
    statives: frozenset[str]
    speech_acts: frozenset[str]
    human_acts: frozenset[str]
    speakers: frozenset[str]
    mute: frozenset[str]


@cache
def load_grammar() -> Grammar:
    """The shipped grammar lists."""
    file = load_toml(DATA / "language" / "grammar.toml", _GrammarFile)
    return Grammar(**{name: frozenset(getattr(file, name)) for name in _GrammarFile.__struct_fields__})
