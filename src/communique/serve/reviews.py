"""Reviews: decisions of people on coded rows, how far two of them agree, and the judged set for `communique evaluate`."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import krippendorff
import msgspec
import numpy as np

from communique.knowledge.ontology import load_ontology
from communique.records import CodedDocument, Event, Member, Piece, Span, Stance, Statement
from communique.serve.failures import Refused

DECISIONS = ("accept", "correct", "reject")
#: The decision that adds an event nobody had coded.
ADD = "add"
KINDS = ("event", "statement", "stance")
#: The fields of a row that a reviewer can correct; parties are given as codes.
CORRECTABLE = {
    "event": ("type", "mode", "actor", "recipient", "factuality", "polarity"),
    "statement": ("source", "kind"),
    "stance": ("holder", "polarity", "strength"),
}
Item = Event | Statement | Stance


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision as it stands in the database; `judged` and `correction` are records of the kind. What was added has
    no `judged`."""

    id: str
    document: str
    kind: str
    item: str
    decision: str
    judged: dict[str, Any] | None
    correction: dict[str, Any] | None
    reviewer: str
    reason: str | None
    decided: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far reviewers agree on the rows that at least two have judged. `alpha` is Krippendorff's for nominal
    decisions: 1 perfect, 0 as by chance; null where it can't be told, and `why` says so."""

    reviewers: tuple[tuple[str, int], ...]
    shared: int
    alpha: float | None
    why: str


def find_item(doc: CodedDocument, kind: str, id: str) -> Item | None:
    """The event, statement or stance of that id."""
    items: Sequence[Item] = getattr(doc, f"{kind}s")
    return next((item for item in items if item.id == id), None)


def correct_item(doc: CodedDocument, item: Item, given: dict[str, str]) -> Item:
    """The row with the fields a reviewer has changed. Raises Refused where a value can't stand, or nothing changed.

    A party that the row didn't have is given the whole sentence as its words, since nobody has marked them.
    """
    kind = "event" if isinstance(item, Event) else "statement" if isinstance(item, Statement) else "stance"
    changes: dict[str, Any] = {}
    for name in CORRECTABLE[kind]:
        if name not in given:
            continue
        value = given[name].strip()
        if name in ("actor", "recipient", "source", "holder"):
            before: tuple[Member, ...] = getattr(item, name)
            if value != join_codes(before):
                changes[name] = _read_members(doc, _sentence(item), before, value)
        elif value != (getattr(item, name) or ""):
            changes[name] = value or None
    if not changes:
        raise Refused("Nothing was changed; accept the row if it is right.")
    checked: Item = _check(replace(item, **changes))
    return checked


def add_event(doc: CodedDocument, given: dict[str, str]) -> Event:
    """An event that a reviewer saw in an article: the `words` that tell it, its type, parties as codes, factuality.

    Raises Refused where the words don't stand in the text, or several times, or a value can't stand.
    """
    words = given.get("words", "").strip()
    name, mode = given.get("type", ""), given.get("mode", "").strip() or None
    places = [found.start() for found in re.finditer(re.escape(words), doc.text)] if words else []
    if not places:
        raise Refused("Those words don't stand in the article; copy them from it, letter by letter.")
    if len(places) > 1:
        raise Refused(f"Those words stand in the article {len(places)} times; give more of them.")
    check_type(name, mode)
    kind = load_ontology().types[name]
    trigger = Piece(words, (places[0], places[0] + len(words)))
    sentence = _find_sentence(doc.text, trigger.span)
    actor, recipient = (
        _read_members(doc, sentence, (), given.get(side, "")) for side in ("actor", "recipient")
    )
    if not actor:
        raise Refused("Somebody must have acted: give the actor's code, such as RUS.GOV.")
    event: Event = _check(
        Event(
            id=f"added-{uuid.uuid4().hex[:12]}",
            type=name,
            mode=mode,
            context=(),
            cameo=(kind.modes[mode].cameo if mode else None) or kind.cameo,
            score=kind.modes[mode].score if mode else kind.score,
            quad=kind.quad,
            actor=actor,
            recipient=recipient,
            reciprocal=False,
            factuality=given.get("factuality", "asserted"),  # type: ignore[arg-type]
            polarity=given.get("polarity", "positive"),  # type: ignore[arg-type]
            according_to=(),
            date=None,
            place=None,
            quantities=(),
            trigger=trigger,
            sentence=sentence,
            confidence=1.0,
            made_by="reviewer",
        )
    )
    return event


def check_type(name: str, mode: str | None) -> None:
    """Raises Refused where there is no such event type, or it has no such mode."""
    types = load_ontology().types
    if name not in types:
        raise Refused(f"“{name}” is not an event type.")
    if mode and mode not in types[name].modes:
        modes = ", ".join(types[name].modes) or "none"
        raise Refused(f"{name} has no mode “{mode}”; its modes: {modes}.")


# The end of a sentence, as far as it can be told without a parser; a party's words may be wider than need be.
_END = re.compile(r"[.!?][”\"’)]*(?=\s+[“\"A-Z])|\n")


def _find_sentence(text: str, span: Span) -> Span:
    ends = [found.end() for found in _END.finditer(text)]
    start = max((end for end in ends if end <= span[0]), default=0)
    end = min((end for end in ends if end >= span[1]), default=len(text))
    while start < span[0] and text[start].isspace():
        start += 1
    return start, len(text[:end].rstrip())


def _check(item: Any) -> Any:
    try:
        # checked as any record is: a factuality that isn't one is refused
        return msgspec.convert(msgspec.to_builtins(item), type(item))
    except msgspec.ValidationError as error:
        raise Refused(f"That can't stand: {error}") from None


def join_codes(members: Iterable[Member]) -> str:
    """Codes of a side as a reviewer sees and writes them."""
    return ", ".join(dict.fromkeys(m.code or f"“{m.text}”" for m in members))


def _read_members(
    doc: CodedDocument, sentence: Span, before: tuple[Member, ...], value: str
) -> tuple[Member, ...]:
    known = {m.code or f"“{m.text}”": m for m in before}
    start, end = sentence
    return tuple(
        known.get(code) or Member(None, code, doc.text[start:end], sentence)
        for code in dict.fromkeys(part.strip() for part in value.split(","))
        if code
    )


def _sentence(item: Item) -> Span:
    return item.content[0].span if isinstance(item, Statement) else item.sentence


def read_judgements(rows: Iterable[Sequence[Any]]) -> list[Judgement]:
    """Decisions from rows of the table, in its columns' order."""
    return [
        Judgement(
            id,
            doc,
            kind,
            item,
            decision,
            json.loads(judged),
            json.loads(correction) if correction else None,
            reviewer,
            reason,
            decided.isoformat(timespec="seconds"),
        )
        for id, doc, kind, item, decision, judged, correction, reviewer, reason, decided in rows
    ]


def score_agreement(rows: Iterable[tuple[str, str, str, str, str]]) -> Agreement:
    """From (document, kind, item, reviewer, decision) in the order they were made; the last of each counts.

    Krippendorff, Content Analysis (2004), chapter 11.
    """
    last: dict[tuple[str, str, str], dict[str, str]] = {}
    for doc, kind, item, reviewer, decision in rows:
        if decision == ADD:
            continue  # nobody else has seen it
        last.setdefault((doc, kind, item), {})[reviewer] = decision
    counts: dict[str, int] = {}
    for by in last.values():
        for reviewer in by:
            counts[reviewer] = counts.get(reviewer, 0) + 1
    reviewers = tuple(sorted(counts.items()))
    shared = [by for by in last.values() if len(by) > 1]
    if not shared:
        return Agreement(reviewers, 0, None, "needs two reviewers who have judged the same row")
    if len({decision for by in shared for decision in by.values()}) == 1:
        return Agreement(reviewers, len(shared), None, "every decision is the same, so chance can't be told")
    table = np.array(
        [
            [DECISIONS.index(by[name]) if name in by else np.nan for by in shared]
            for name, _ in reviewers
            if any(name in by for by in shared)
        ]
    )
    alpha = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
    return Agreement(reviewers, len(shared), round(float(alpha), 4), "")


def list_added(judgements: Iterable[Judgement]) -> dict[tuple[str, str], Judgement]:
    """Events that reviewers added and have not taken back, by document and id."""
    added: dict[tuple[str, str], Judgement] = {}
    for judgement in judgements:
        if judgement.decision == ADD:
            added[judgement.document, judgement.item] = judgement
        elif judgement.decision == "reject":
            added.pop((judgement.document, judgement.item), None)
    return added


def export_judged(judgements: Sequence[Judgement], which: str) -> str:
    """Judged events as JSONL for `communique evaluate`: `gold` holds those accepted, as corrected those corrected, and
    those added because they had been missed; `predictions` all that were coded, as they were. The last decision on a
    row counts."""
    added = list_added(judgements)
    ever = {(j.document, j.item) for j in judgements if j.decision == ADD}
    last = {(j.document, j.item): j for j in judgements if j.kind == "event"}
    documents: dict[str, list[dict[str, Any]]] = {}
    for key, judgement in last.items():
        events = documents.setdefault(judgement.document, [])
        if key in ever:
            if which == "gold" and key in added and (event := added[key].correction):
                events.append(event)
        elif judgement.judged and (which == "predictions" or judgement.decision == "accept"):
            events.append(judgement.judged)
        elif judgement.correction:
            events.append(judgement.correction)
    return "".join(
        json.dumps({"id": id, "events": events}, ensure_ascii=False) + "\n"
        for id, events in sorted(documents.items())
    )
