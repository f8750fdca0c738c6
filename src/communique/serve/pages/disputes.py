"""Disputes: claims and what contradicts them, side by side and never resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from communique.export.plain import clean_line
from communique.records import CodedDocument, DisputeSide
from communique.serve.lines import PartyLine, Words, cut_words, link_row, make_parties, name_actors, say_title
from communique.serve.query import LAST_PAGE, LONGEST, make_address, read_number
from communique.serve.source import Reader

PER_PAGE = 20
TABLES = ("actors", "disputes", "dispute_members", "statements")
#: What the rules of `resolve/disputes.py` pair by, for readers.
RULES = {
    "denial": "the denial points back at the claim",
    "short": "the denial points back at the claim",
    "repeated": "the denial repeats the claim’s words",
    "quoted": "the denial quotes the claim",
    "negation": "the same with “not”",
    "opposite": "words that exclude each other",
    "number": "numbers that can’t both be right",
}


@dataclass(frozen=True, slots=True)
class Side:
    """Who holds it, nobody where the article itself does; the words, and the way to them in the article."""

    source: tuple[PartyLine, ...]
    words: tuple[Words, ...]
    href: str


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A claim and what contradicts it; `object` are the words in dispute."""

    document: str
    title: str
    href: str
    publisher: str | None
    day: str | None
    object: str
    claim: Side
    counter: Side
    why: str
    confidence: float


@dataclass(frozen=True, slots=True)
class DisputesPage:
    """The disputes of all articles, or of those that a party takes part in; the newest first."""

    template: ClassVar[str] = "disputes.html"
    title: str
    actor: str
    found: int
    page: int
    lines: tuple[DisputeLine, ...]
    newer: str | None
    older: str | None


def build_disputes(reader: Reader, params: Any) -> DisputesPage:
    """The disputes of the address's `actor`, a code or id and all below it, on its `page`. Raises AddressError."""
    actor = str(params.get("actor") or "").strip()[:LONGEST]
    page = read_number(params.get("page") or "1", 1, LAST_PAGE)
    where, asked = "true", []
    if actor:
        same = " or ".join(
            f"lower(m.{c}) = lower(?) or starts_with(lower(m.{c}), lower(?))" for c in ("code", "id")
        )
        where = (
            "(s.document, s.position) in"
            f" (select (m.document, m.dispute) from news.dispute_members m where {same})"
        )
        asked = [actor, actor + "."] * 2
    joined = f"from news.disputes s join doc d on d.id = s.document where {where}"
    found = reader.value(f"select count(*) {joined}", asked)
    keys = reader.rows(
        f"select d.id, s.position {joined} order by d.n, s.position limit ? offset ?",
        [*asked, PER_PAGE, PER_PAGE * (page - 1)],
    )
    docs = reader.documents(list({id for id, _ in keys}), TABLES)

    def turn(to: int) -> str:
        pairs = (("actor", actor), ("page", str(to) if to > 1 else ""))
        return make_address("/disputes", [p for p in pairs if p[1]])

    return DisputesPage(
        title="Disputes",
        actor=actor,
        found=found,
        page=page,
        lines=tuple(make_dispute_line(docs[id], n) for id, n in keys),
        newer=turn(page - 1) if page > 1 else None,
        older=turn(page + 1) if found > PER_PAGE * page else None,
    )


def make_dispute_line(doc: CodedDocument, position: int) -> DisputeLine:
    """The dispute at that position of its document."""
    dispute = doc.disputes[position]
    return DisputeLine(
        document=doc.id,
        title=say_title(doc),
        href=make_address("/document", [("id", doc.id)]),
        publisher=doc.publisher,
        day=doc.published[:10] if doc.published else None,
        object=clean_line(dispute.object.text),
        claim=_make_side(doc, dispute.claim, dispute.object.span),
        counter=_make_side(doc, dispute.counter, dispute.object.span),
        why=RULES[dispute.made_by.removeprefix("dispute:")],
        confidence=dispute.confidence,
    )


def _make_side(doc: CodedDocument, side: DisputeSide, object: tuple[int, int]) -> Side:
    places = {said.id: n for n, said in enumerate(doc.statements)}
    at = next((places[id] for id in side.statements if id in places), None)
    return Side(
        source=make_parties(side.source, name_actors(doc)),
        words=cut_words(doc.text, side.words.span, [(object, "object")]),
        href=make_address("/document", [("id", doc.id)]) if at is None else link_row(doc.id, "statement", at),
    )
