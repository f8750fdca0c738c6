"""Events expanded to pairs of parties, for formats with one source and one target a row."""

from __future__ import annotations

import re

from communique.records import CodedDocument, Event, Member

Pair = tuple[Member, Member | None]
_STOP = re.compile(r"""[.!?](?=$|[ ”"’)\]])""")


def expand_pairs(event: Event) -> list[Pair]:
    """Every actor with every recipient, each pair once; a reciprocal event in both directions.

    An actor without a recipient stands alone. Parties with the same code are one.
    """
    actors, recipients = _unique(event.actor), _unique(event.recipient)
    if event.reciprocal:
        pairs = [(a, r) for a in actors for r in recipients or actors if _key(a) != _key(r)]
        if recipients:
            pairs += [(r, a) for a, r in pairs]
    else:
        pairs = [(a, r) for a in actors for r in recipients]
    once = {(_key(a), _key(r)): (a, r) for a, r in pairs}  # who stands on both sides is met twice
    return list(once.values()) if once else [(actor, None) for actor in actors]


def _unique(members: tuple[Member, ...]) -> list[Member]:
    return list({_key(m): m for m in reversed(members)}.values())[::-1]


def _key(member: Member) -> str:
    return member.code or f"“{member.text}"


def get_day(document: CodedDocument, event: Event) -> str | None:
    """The ISO day an event counts for: its first day where the text dates it, else the day of publication."""
    day = event.date.start if event.date and event.date.start else document.published
    return day[:10] if day else None


def find_sentence_number(document: CodedDocument, event: Event) -> int:
    """Which sentence of the text it is, from 1, counted by full stops and line ends: near enough to find it by."""
    before = document.text[: event.sentence[0]]
    lines = [line for line in before.split("\n") if line.strip()]
    return 1 + sum(max(1, len(_STOP.findall(line))) for line in lines)


def find_names(document: CodedDocument) -> dict[str, str]:
    """Full names of the document's actors by id."""
    return {actor.id: actor.name for actor in document.actors}
