"""Word lists for mentions that name nobody by themselves: `data/actors/pronouns.toml`, see the comments there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from communique.knowledge.load import DATA, load_toml


class _ReferenceFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    state_nouns: list[str]
    side_nouns: list[str]
    person_nouns: list[str]
    bare_plurals: list[str]
    relational: list[str]
    honorifics: list[str]
    female_titles: list[str]
    male_titles: list[str]
    former: list[str]
    events: list[str]
    pleonastic: list[str]
    impersonal: list[str]
    motion: list[str]
    place_prepositions: list[str]
    agentive: list[str]
    female_names: list[str]
    male_names: list[str]
    us_states: list[str]
    media_nouns: list[str]
    party_nouns: list[str]
    company_nouns: list[str]
    surname_first: list[str]
    attitudes: list[str]
    detaching_prefixes: list[str]
    attaching_suffixes: list[str]
    surname_offices: list[str]
    assumable_sectors: list[str]
    home_sectors: list[str]
    home_nouns: list[str]
    suffered: list[str]
    not_own: list[str]
    some: list[str]
    for_roles: list[str]
    person_again: list[str]
    much_reported: list[str]
    issuing: list[str]
    islands: list[str]
    kingdoms: list[str]
    organisation_nouns: dict[str, list[str]]
    branches: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReferenceWords:
    """The lists as sets."""

    state_nouns: frozenset[str]
    side_nouns: frozenset[str]
    person_nouns: frozenset[str]
    bare_plurals: frozenset[str]
    relational: frozenset[str]
    honorifics: frozenset[str]
    female_titles: frozenset[str]
    male_titles: frozenset[str]
    former: frozenset[str]
    events: frozenset[str]
    pleonastic: frozenset[str]
    impersonal: frozenset[str]
    motion: frozenset[str]
    place_prepositions: frozenset[str]
    agentive: frozenset[str]
    female_names: frozenset[str]
    male_names: frozenset[str]
    us_states: frozenset[str]
    media_nouns: frozenset[str]
    party_nouns: frozenset[str]
    company_nouns: frozenset[str]
    surname_first: frozenset[str]
    attitudes: frozenset[str]
    detaching_prefixes: frozenset[str]
    attaching_suffixes: frozenset[str]
    surname_offices: frozenset[str]
    assumable_sectors: frozenset[str]
    home_sectors: frozenset[str]
    home_nouns: frozenset[str]
    suffered: frozenset[str]
    not_own: frozenset[str]
    some: frozenset[str]
    for_roles: frozenset[str]
    person_again: frozenset[str]
    much_reported: frozenset[str]
    issuing: frozenset[str]
    islands: frozenset[str]
    kingdoms: frozenset[str]
    organisation_nouns: dict[str, frozenset[str]]
    branches: dict[str, str]


@cache
def load_reference_words() -> ReferenceWords:
    """The shipped lists."""
    file = load_toml(DATA / "language" / "reference.toml", _ReferenceFile)
    nouns = {noun: frozenset(kinds) for noun, kinds in file.organisation_nouns.items()}
    lists: dict[str, Any] = {
        name: frozenset(getattr(file, name)) for name in _ReferenceFile.__struct_fields__
    }
    return ReferenceWords(**{**lists, "organisation_nouns": nouns, "branches": file.branches})
