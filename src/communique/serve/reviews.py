"""Reviews: decisions of people on coded rows, how far two of them agree, and the judged set for `communique evaluate`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import krippendorff
import msgspec
import numpy as np

from communique.records import CodedDocument, Event, Member, Span, Stance, Statement
from communique.serve.failures import Refused

DECISIONS = ("accept", "correct", "reject")
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
    """A decision as it stands in the database; `judged` and `correction` are records of the kind."""

    id: str
    document: str
    kind: str
    item: str
    decision: str
    judged: dict[str, Any]
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
    try:
        # checked as any record is: a type that isn't one of the kind's is refused
        return msgspec.convert(msgspec.to_builtins(replace(item, **changes)), type(item))
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


def export_judged(judgements: Iterable[Judgement], which: str) -> str:
    """Judged events as JSONL for `communique evaluate`: `gold` holds those accepted and, as corrected, those
    corrected; `predictions` all of them as they were coded. The last decision on a row counts."""
    last = {(j.document, j.item): j for j in judgements if j.kind == "event"}
    documents: dict[str, list[dict[str, Any]]] = {}
    for judgement in last.values():
        events = documents.setdefault(judgement.document, [])
        if which == "predictions" or judgement.decision == "accept":
            events.append(judgement.judged)
        elif judgement.correction:
            events.append(judgement.correction)
    return "".join(
        json.dumps({"id": id, "events": events}, ensure_ascii=False) + "\n"
        for id, events in sorted(documents.items())
    )
