"""When articles tell one story and events are one happening: `data/stories/rules.toml`, which says what each value means."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

import msgspec

from communique.knowledge.load import DATA, load_toml

Days = Annotated[int, msgspec.Meta(ge=0)]


class StoryRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When articles tell the same story."""

    similarity: float
    retelling: float
    days: Days


class ReportRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When two reports of one type, with the same parties, are of one event."""

    days: Days
    story_days: Days
    across: bool


class MatchRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When an event of another dataset is a happening of one's own."""

    days: Days
    longest: Days
    gap: Days
    kind: Literal["type", "quad"]
    level: Literal["country", "code"]
    direction: bool
    one_side: bool
    place: bool


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The three rules."""

    stories: StoryRule
    reports: ReportRule
    matches: MatchRule


@cache
def load_rules() -> Rules:
    """The usual rules."""
    return load_toml(DATA / "stories" / "rules.toml", Rules)
