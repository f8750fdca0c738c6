"""Whom an act answers where only the other's act is named: "Serbia rejects the accusation", "Russia condemned the raid".

The event meant is the last of a fitting type, told as having happened, by somebody else; where several within
reach are by different ones, it is not told whom, unless one was told with the very word.
"""

from __future__ import annotations

from collections.abc import Sequence

from communique.annotate.parse import Parse
from communique.extract.events import EventFound
from communique.extract.predicates import is_set_off
from communique.knowledge.answers import Answer, load_answers
from communique.records import Event, Member

_DEFINITE = frozenset({"the", "this", "that", "these", "those", "such"})


def find_answered(
    parse: Parse, item: EventFound, actor: Sequence[Member], earlier: Sequence[tuple[EventFound, Event]]
) -> tuple[Member, ...]:
    """Who did what the object of an act points back at, with the object's words; () where it points at nothing known.

    `actor` is who acts now, `earlier` the document's events so far in text order.
    """
    answers = load_answers()
    if item.type not in answers.by:
        return ()
    for noun in item.match.predicate.get("object"):
        for answer in answers.of.get(parse.lemma[noun], ()):
            if not points_back(parse, noun, item.trigger):
                continue
            meant = choose_event(parse, item, noun, answer, actor, earlier)
            if meant is not None:
                first = min((c for c in parse.children[noun] if c < noun), default=noun)
                span = (parse.start[first], parse.end[noun])
                return tuple(Member(m.id, m.code, parse.text[slice(*span)], span) for m in meant.actor)
    return ()


def points_back(parse: Parse, noun: int, trigger: int) -> bool:
    """Whether a noun means something told before: behind an article, or the head of the clause that answers it ("a demand
    that Peru rejected")."""
    if any(parse.lower[c] in _DEFINITE for c in parse.children[noun] if parse.dep[c] == "det"):
        return True
    relative = parse.dep[trigger] in ("relcl", "acl") and parse.head[trigger] == noun
    return relative and (parse.dep[noun] == "appos" or is_set_off(parse, noun))


def choose_event(
    parse: Parse,
    item: EventFound,
    noun: int,
    answer: Answer,
    actor: Sequence[Member],
    earlier: Sequence[tuple[EventFound, Event]],
) -> Event | None:
    """The event a noun means, or None where there is none or it could be any of several."""
    own = {state_of(m) for m in actor}
    fitting = []
    for found, event in reversed(earlier):
        if item.sentence - found.sentence > answer.reach:
            break
        by = {state_of(m) for m in event.actor}
        if event.type not in answer.types or event.factuality != "asserted" or not own.isdisjoint(by):
            continue
        to = {state_of(m) for m in event.recipient if m.code}
        if answer.mutual and to and own.isdisjoint(to):
            continue
        if all(m.code for m in event.actor):
            fitting.append((found, event))
    if not fitting:
        return None
    if answer.mutual or len({frozenset(state_of(m) for m in e.actor) for _, e in fitting}) == 1:
        return fitting[0][1]
    word = parse.lemma[noun]
    return next((e for f, e in fitting if parse.lemma[f.trigger] == word), None)


def state_of(member: Member) -> str:
    """What stands before the dot of a code; the words of who has none."""
    return member.code.partition(".")[0] if member.code else member.text
