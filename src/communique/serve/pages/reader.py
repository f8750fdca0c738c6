"""The reader: an article with its events, statements and stances marked in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from communique.export.plain import clean_line
from communique.export.report import say_date
from communique.knowledge.ontology import load_ontology
from communique.serve.failures import NotFound
from communique.serve.lines import (
    EventLine,
    PartyLine,
    QuoteLine,
    StanceLine,
    make_event_line,
    make_quote_line,
    make_stance_line,
    say_title,
)
from communique.serve.marks import Segment, cut_paragraphs, find_marks
from communique.serve.query import FACTUALITIES, LONGEST, make_address
from communique.serve.reviews import list_added, read_judgements
from communique.serve.source import Reader

LAYERS = ("events", "statements", "stances")


@dataclass(frozen=True, slots=True)
class ReaderEvent:
    """An event with all that was found about it. `details` are said for people: contexts, quantities, code, rule."""

    anchor: str
    line: EventLine
    cameo: str | None
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReaderQuote:
    """A statement; `inside` is the anchor of the one it stands in."""

    anchor: str
    line: QuoteLine
    inside: str | None
    made_by: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ReaderStance:
    """A stance; `statement` is the anchor of the statement that carries it."""

    anchor: str
    line: StanceLine
    statement: str | None
    made_by: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody the article names, and how often."""

    party: PartyLine
    office: str | None
    kind: str
    mentions: int


@dataclass(frozen=True, slots=True)
class Missed:
    """An event that a reviewer added, since nobody had coded it; parties as codes."""

    id: str
    type: str
    actor: str
    recipient: str
    factuality: str
    words: str
    reviewer: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """An article. `layers` are those shown; `paragraphs` its text, cut at every mark; `missed` what reviewers added,
    and `types` what they can choose from."""

    template: ClassVar[str] = "reader.html"
    title: str
    id: str
    published: str | None
    publisher: str | None
    url: str | None
    lang: str | None
    coder: str
    notes: tuple[str, ...]
    layers: tuple[str, ...]
    paragraphs: tuple[tuple[Segment, ...], ...]
    events: tuple[ReaderEvent, ...]
    statements: tuple[ReaderQuote, ...]
    stances: tuple[ReaderStance, ...]
    actors: tuple[Named, ...]
    missed: tuple[Missed, ...]
    types: tuple[str, ...]
    factualities: tuple[str, ...]


def build_reader(reader: Reader, params: Any) -> ReaderPage:
    """The article whose id the address gives. Raises NotFound."""
    id = str(params.get("id") or "")
    doc = reader.documents([id]).get(id)
    if doc is None:
        raise NotFound(f"No article has the id “{id[:LONGEST]}”.")
    asked = params.get("layers")
    layers = LAYERS if asked is None else tuple(layer for layer in LAYERS if layer in asked.split(","))
    statement_anchor = {said.id: f"statement-{n}" for n, said in enumerate(doc.statements)}
    events = []
    for n, event in enumerate(doc.events):
        details = [*event.context]
        details += [
            f"{q.value:,.6g} {clean_line(q.unit)}" + (f" ({clean_line(q.of)})" if q.of else "")
            for q in event.quantities
        ]
        if event.date:
            details.append(f"“{clean_line(event.date.text)}” = {say_date(event.date)}")
        events.append(ReaderEvent(f"event-{n}", make_event_line(doc, n), event.cameo, tuple(details)))
    return ReaderPage(
        title=say_title(doc),
        id=doc.id,
        published=doc.published,
        publisher=doc.publisher,
        url=doc.url,
        lang=doc.lang,
        coder=reader.value("select coder from news.documents where id = ?", [id]),
        notes=doc.notes,
        layers=layers,
        paragraphs=cut_paragraphs(doc.text, find_marks(doc)),
        events=tuple(events),
        statements=tuple(
            ReaderQuote(
                f"statement-{n}",
                make_quote_line(doc, n),
                statement_anchor.get(said.parent or ""),
                said.made_by,
                said.confidence,
            )
            for n, said in enumerate(doc.statements)
        ),
        stances=tuple(
            ReaderStance(
                f"stance-{n}",
                make_stance_line(doc, n),
                statement_anchor.get(stance.statement or ""),
                stance.made_by,
                stance.confidence,
            )
            for n, stance in enumerate(doc.stances)
        ),
        actors=_list_actors(doc.actors),
        missed=_list_missed(reader, id),
        types=tuple(load_ontology().types),
        factualities=FACTUALITIES,
    )


def _list_missed(reader: Reader, document: str) -> tuple[Missed, ...]:
    rows = reader.rows("select * from news.reviews where document = ? order by decided, id", [document])
    found = []
    for judgement in list_added(read_judgements(rows)).values():
        event = judgement.correction or {}
        actor, recipient = (
            ", ".join(m["code"] or "?" for m in event[side]) for side in ("actor", "recipient")
        )
        found.append(
            Missed(
                judgement.item,
                event["type"],
                actor,
                recipient,
                event["factuality"],
                event["trigger"]["text"],
                judgement.reviewer,
                judgement.reason,
            )
        )
    return tuple(found)


def _list_actors(actors: Sequence[Any]) -> tuple[Named, ...]:
    named = [
        Named(
            PartyLine(clean_line(a.name), a.code, make_address("/actor", [("id", a.id)])),
            a.office,
            a.kind,
            len(a.mentions),
        )
        for a in actors
    ]
    return tuple(sorted(named, key=lambda one: (-one.mentions, one.party.name)))
