"""Turns found stances into records: holders become parties, and each points to the statement that carries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from communique.annotate.parse import Parse
from communique.extract.frames import Party
from communique.extract.stances import StanceFound
from communique.records import Member, Span, Stance, StanceObject, Statement
from communique.resolve.events import first_named
from communique.resolve.ids import make_id
from communique.resolve.statements import find_according_to, quote_member

Parties = Callable[[Party], tuple[Member, ...]]


def build_stances(
    parse: Parse,
    found: Sequence[StanceFound],
    parties: Parties,
    statements: Sequence[Statement],
    document_id: str,
    actor_ids_in: Callable[[int, int], tuple[str, ...]],
) -> tuple[Stance, ...]:
    """Stance records in text order.

    A holder no dictionary has is kept by his words where they are a name; a stance nobody holds is dropped, and so is a
    second one of the same holder towards the same words. `actor_ids_in` gives the ids of the actors that the text names
    between two characters.
    """
    kept: dict[tuple[object, ...], Stance] = {}
    for item in found:
        holder = first_named(tuple((side,) for side in item.holder), parties) or name_holder(parse, item)
        if not holder:
            continue
        first, past = parse.sentences[parse.sentence_of[item.trigger]]
        trigger = parse.start[item.trigger], parse.end[item.trigger]
        who = tuple(m.id or m.text for m in holder)
        parts = [document_id, item.polarity, str(item.object), str(trigger), *who]
        stance = Stance(
            id=make_id("p", parts),
            holder=holder,
            polarity=item.polarity,
            object=StanceObject(parse.text[slice(*item.object)], item.object, actor_ids_in(*item.object)),
            strength=item.strength,
            statement=find_carrier(statements, trigger, item.object),
            sentence=(parse.start[first], parse.end[past - 1]),
            confidence=round(item.confidence, 3),
            made_by=item.made_by,
        )
        key = (who, item.polarity, item.object)
        if key not in kept or kept[key].confidence < stance.confidence:
            kept[key] = stance
    return tuple(kept.values())


def name_holder(parse: Parse, item: StanceFound) -> tuple[Member, ...]:
    """The holder by his words, where they are a name."""
    for side in item.holder:
        named = tuple(
            quote_member(parse, p.token) for p in side if p.how == "itself" and parse.pos[p.token] == "PROPN"
        )
        if named:
            return named
    return ()


def find_carrier(statements: Sequence[Statement], trigger: Span, item: Span) -> str | None:
    """The statement that a stance is told in: the innermost whose content holds its trigger, else the one that its
    trigger is the cue of."""
    inside = find_according_to(statements, trigger)
    if inside:
        return inside[-1]
    for s in statements:
        if s.cue is None or trigger[0] < s.cue.span[0] or s.cue.span[1] < trigger[1]:
            continue
        if any(p.span[0] < item[1] and item[0] < p.span[1] for p in s.content):
            return s.id
    return None
