"""Review: rows to accept, correct or reject, and how far reviewers agree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, get_args

import msgspec

from communique.knowledge.ontology import load_ontology
from communique.records import Factuality
from communique.serve.failures import NotFound, Refused
from communique.serve.lines import (
    EventLine,
    QuoteLine,
    StanceLine,
    make_event_line,
    make_quote_line,
    make_stance_line,
)
from communique.serve.query import AddressError, make_address, read_number
from communique.serve.reviews import (
    ADD,
    DECISIONS,
    KINDS,
    Agreement,
    add_event,
    check_type,
    correct_item,
    export_judged,
    find_item,
    join_codes,
    list_added,
    read_judgements,
    score_agreement,
)
from communique.serve.source import Reader, Source
from communique.store.rows import DETAILS

PER_PAGE = 12
LONGEST_NAME, LONGEST_REASON = 80, 2000
SHOWS = ("open", "judged")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the correction form; `choices` where there is a list."""

    name: str
    label: str
    value: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row to judge. `decision` is this reviewer's own last one: what others decided isn't shown to them."""

    item: str
    document: str
    line: EventLine | QuoteLine | StanceLine
    fields: tuple[Field, ...]
    decision: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Rows of a kind for a reviewer. `left` are those the reviewer has not judged."""

    template: ClassVar[str] = "review.html"
    title: str
    reviewer: str
    kind: str
    show: str
    rows: tuple[ReviewRow, ...]
    left: int
    judged: int
    agreement: Agreement
    older: str | None


@dataclass(frozen=True, slots=True)
class Saved:
    """A decision that has been stored."""

    title: str
    id: str
    decision: str
    reviewer: str
    back: str


def build_review(reader: Reader, params: Any) -> ReviewPage:
    """Rows for the reviewer the address names; without one, only the agreement so far."""
    reviewer = str(params.get("reviewer") or "").strip()[:LONGEST_NAME]
    kind, show = str(params.get("kind") or "event"), str(params.get("show") or "open")
    if kind not in KINDS or show not in SHOWS:
        raise AddressError(f"kind is one of {', '.join(KINDS)}, show one of {', '.join(SHOWS)}.")
    after = _read_place(str(params.get("after") or ""))
    table = f"news.{kind}s"
    reader.rows(
        "create or replace temp table mine as select d.n as doc, i.position from"
        " (select distinct document, item from news.reviews where kind = ? and reviewer = ?) r"
        f" join doc d on d.id = r.document join {table} i on i.document = r.document and i.id = r.item",
        [kind, reviewer],
    )
    total, judged = (reader.value(f"select count(*) from {t}") for t in (table, "mine"))
    rows: tuple[ReviewRow, ...] = ()
    older = None
    if reviewer:
        source = (
            "select doc, position from mine where true"
            if show == "judged"
            else f"select d.n as doc, i.position from {table} i join doc d on d.id = i.document"
            " where (d.n, i.position) not in (select (doc, position) from mine)"
        )
        keys = reader.rows(
            f"select * from ({source}) x(doc, position) where (doc, position) > (?, ?) order by 1, 2 limit ?",
            [*after, PER_PAGE + 1],
        )
        if len(keys) > PER_PAGE:
            # by place, not by number: what is judged leaves the list, and no row may be passed over
            place = f"{keys[PER_PAGE - 1][0]}.{keys[PER_PAGE - 1][1]}"
            older = make_address(
                "/review", [("reviewer", reviewer), ("kind", kind), ("show", show), ("after", place)]
            )
        keys = keys[:PER_PAGE]
        rows = _read_rows(reader, kind, reviewer, keys)

    return ReviewPage(
        title="Review",
        reviewer=reviewer,
        kind=kind,
        show=show,
        rows=rows,
        left=total - judged,
        judged=judged,
        agreement=score_agreement(
            reader.rows(
                "select document, kind, item, reviewer, decision from news.reviews order by decided, id"
            )  # type: ignore[arg-type]
        ),
        older=older,
    )


def _read_place(text: str) -> tuple[int, int]:
    """ "12.3": the row of that position in the document of that number."""
    first, _, second = text.partition(".")
    return (read_number(first, 0, 10**9), read_number(second, 0, 10**9)) if text else (0, -1)


def _read_rows(
    reader: Reader, kind: str, reviewer: str, keys: list[tuple[Any, ...]]
) -> tuple[ReviewRow, ...]:
    ids = reader.find_ids({doc for doc, _ in keys})
    documents = reader.documents(list(ids.values()), [t for t in DETAILS if t != "mentions"])
    made = {
        (doc, item): (decision, reason)
        for doc, item, decision, reason in reader.rows(
            "select document, item, decision, reason from news.reviews where kind = ? and reviewer = ?"
            " and document in (select unnest(?::varchar[])) order by decided, id",
            [kind, reviewer, list(ids.values())],
        )
    }
    rows = []
    for number, position in keys:
        doc = documents[ids[number]]
        make: Any = {"event": make_event_line, "statement": make_quote_line, "stance": make_stance_line}[kind]
        items: Any = getattr(doc, f"{kind}s")
        if position >= len(items):
            continue  # coded anew since the index was made
        decision, reason = made.get((doc.id, items[position].id), (None, None))
        rows.append(
            ReviewRow(
                items[position].id,
                doc.id,
                make(doc, position),
                _make_fields(kind, items[position]),
                decision,
                reason,
            )
        )
    return tuple(rows)


@cache
def list_types() -> dict[str, tuple[str, ...]]:
    """PLOVER's types with their modes."""
    return {t.name: tuple(t.modes) for t in load_ontology().types.values()}


def _make_fields(kind: str, item: Any) -> tuple[Field, ...]:
    if kind == "event":
        return (
            Field("type", "Type", item.type, tuple(list_types())),
            Field("mode", "Mode", item.mode or ""),
            Field("actor", "Actors (codes, with commas)", join_codes(item.actor)),
            Field("recipient", "Recipients", join_codes(item.recipient)),
            Field("factuality", "Factuality", item.factuality, get_args(Factuality)),
            Field("polarity", "Polarity", item.polarity, ("positive", "negative")),
        )
    if kind == "statement":
        return (
            Field("source", "Speakers (codes, with commas)", join_codes(item.source)),
            Field("kind", "Kind", item.kind, ("direct", "mixed", "indirect")),
        )
    return (
        Field("holder", "Holders (codes, with commas)", join_codes(item.holder)),
        Field("polarity", "Polarity", item.polarity, ("support", "oppose")),
        Field("strength", "Strength", item.strength, ("weak", "plain", "strong")),
    )


_OF_DOCUMENT = "select * from news.reviews where document = ? order by decided, id"


def save_review(source: Source, form: dict[str, str]) -> Saved:
    """Stores a decision as a new row, also one that adds an event nobody had coded. Raises Refused, NotFound, and
    StoreBusy where a run keeps the database."""
    reviewer = form.get("reviewer", "").strip()
    kind, decision, reason = form.get("kind", ""), form.get("decision", ""), form.get("reason", "").strip()
    document, item_id = form.get("document", ""), form.get("item", "")
    if not reviewer or len(reviewer) > LONGEST_NAME:
        raise Refused("Say who you are first: a decision without a name can't be stored.")
    if kind not in KINDS or decision not in (*DECISIONS, ADD) or (decision == ADD and kind != "event"):
        raise Refused(f"A decision is one of {', '.join(DECISIONS)}; or {ADD}, of an event.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"A reason has at most {LONGEST_REASON} characters.")
    with source.read() as reader:
        doc = reader.documents([document]).get(document)
        added = list_added(read_judgements(reader.rows(_OF_DOCUMENT, [document])))
    if doc is None:
        raise NotFound("That article isn't in the database.")
    given = {name[len("new-") :]: value for name, value in form.items() if name.startswith("new-")}
    judged: Any = find_item(doc, kind, item_id)
    correction: Any = None
    if decision == ADD:
        judged, correction = None, add_event(doc, given)
        item_id = correction.id
    elif judged is None and decision == "reject" and (document, item_id) in added:
        judged = added[document, item_id].correction  # taken back
    elif judged is None:
        raise NotFound("That row isn't in the database any more; it may have been coded anew.")
    if decision == "correct":
        if kind == "event":
            check_type(given.get("type", ""), given.get("mode", "").strip() or None)
        correction = correct_item(doc, judged, given)
    with source.write() as store:
        id = store.add_review(
            document=document,
            kind=kind,
            item=item_id,
            decision=decision,
            judged=msgspec.json.encode(judged).decode(),
            correction=msgspec.json.encode(correction).decode() if correction else None,
            reviewer=reviewer,
            reason=reason or None,
        )
    back = make_address("/review", [("reviewer", reviewer), ("kind", kind)])
    if decision == ADD or (document, item_id) in added:
        back = make_address("/document", [("id", document)]) + "#missed"
    return Saved("Saved", id, decision, reviewer, back)


def build_export(reader: Reader, which: str) -> str:
    """gold, predictions or decisions, as JSONL."""
    judgements = read_judgements(reader.rows("select * from news.reviews order by decided, id"))
    if which == "decisions":
        return "".join(msgspec.json.encode(j).decode() + "\n" for j in judgements)
    return export_judged(judgements, which)
