"""Which lines of a saved page are no part of the article, and what they tell about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal

import msgspec

from communique.knowledge.load import DATA, load_toml

Zone = Literal["any", "below", "head", "foot"]
# No pattern is tried on a longer line: furniture is short, and a paragraph must never go.
MAX_LINE = 300
_HEAD, _FOOT = 12, 5  # lines
_PROSE = re.compile(r".{80,}[.!?…][\"'”’»)\]]*")


class Kind(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One kind of furniture. `drops` and `keeps` are lines that must leave and must stay."""

    name: str
    zone: Zone
    patterns: list[str]
    drops: list[str]
    keeps: list[str]
    case: bool = False


class Furniture(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The shape of furniture.toml. `parts` are pieces of patterns, put in for `<NAME>`."""

    sections: list[str]
    filler_sections: list[str]
    source_labels: list[str]
    dateline_places: list[str]
    parts: dict[str, str]
    kind: list[Kind]


@cache
def load_furniture() -> Furniture:
    """The package's patterns."""
    return load_toml(DATA / "ingest" / "furniture.toml", Furniture)


@lru_cache(maxsize=512)  # an article's lines are looked at again until none leaves
def is_furniture(line: str, zones: frozenset[Zone]) -> bool:
    """Whether the line, standing in those zones, is furniture."""
    if len(line) > MAX_LINE:
        return False
    if not any(map(str.isalnum, line)):
        return True
    return any(pattern.fullmatch(line) for zone, pattern in _compile().items() if zone in zones)


def find_zones(lines: Sequence[str]) -> list[frozenset[Zone]]:
    """For each line the zones it stands in."""
    head = next((i for i, line in enumerate(lines[:_HEAD]) if is_prose(line)), min(len(lines), _HEAD))
    foot = max(len(lines) - _FOOT, 1)
    return [_name_zones(i > 0, i < head, i >= foot) for i in range(len(lines))]


@cache
def _name_zones(below: bool, head: bool, foot: bool) -> frozenset[Zone]:
    named: tuple[tuple[Zone, bool], ...] = (("any", True), ("below", below), ("head", head), ("foot", foot))
    return frozenset(zone for zone, is_there in named if is_there)


def is_prose(line: str) -> bool:
    """Whether the line is a full paragraph: long, and closed by a full stop or its like."""
    return _PROSE.fullmatch(line) is not None


@cache
def _compile() -> dict[Zone, re.Pattern[str]]:
    """One expression a zone for all its kinds of furniture."""
    furniture = load_furniture()
    patterns: dict[Zone, list[str]] = {}
    for kind in furniture.kind:
        filled = "|".join(_fill(p, furniture.parts) for p in kind.patterns)
        patterns.setdefault(kind.zone, []).append(filled if kind.case else f"(?i:{filled})")
    return {zone: re.compile("|".join(parts)) for zone, parts in patterns.items()}


def _fill(pattern: str, parts: dict[str, str]) -> str:
    """The pattern with its parts put in; parts may hold parts."""
    for _ in parts:
        for name, part in parts.items():
            pattern = pattern.replace(f"<{name}>", part)
    return f"(?:{pattern})"
