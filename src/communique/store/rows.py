"""Between a `CodedDocument` and the rows of the database's tables. Each is the other's inverse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from communique.records import (
    Actor,
    CodedDocument,
    DateRange,
    Dispute,
    DisputeSide,
    Event,
    Member,
    Piece,
    Place,
    Quantity,
    Stance,
    StanceObject,
    Statement,
)

Row = tuple[Any, ...]

#: What a document's rows fill, besides `documents`; all have the document's id as their first column.
DETAILS = (
    "actors",
    "mentions",
    "events",
    "event_members",
    "event_context",
    "event_quantities",
    "statements",
    "statement_members",
    "statement_content",
    "stances",
    "stance_members",
    "disputes",
    "dispute_members",
)


def to_rows(documents: Iterable[CodedDocument]) -> dict[str, list[Row]]:
    """Rows for each table of `DETAILS`, in the order of the tables' columns."""
    rows: dict[str, list[Row]] = {table: [] for table in DETAILS}
    for doc in documents:
        for n, actor in enumerate(doc.actors):
            rows["actors"].append(
                (
                    doc.id,
                    n,
                    actor.id,
                    actor.name,
                    actor.country,
                    actor.sector,
                    actor.office,
                    actor.kind,
                    actor.code,
                )
            )
            rows["mentions"] += [(doc.id, n, i, *span) for i, span in enumerate(actor.mentions)]
        for n, event in enumerate(doc.events):
            rows["events"].append((doc.id, n, *_event(event)))
            for side, members in (("actor", event.actor), ("recipient", event.recipient)):
                rows["event_members"] += [(doc.id, n, side, i, *_member(m)) for i, m in enumerate(members)]
            rows["event_context"] += [(doc.id, n, i, context) for i, context in enumerate(event.context)]
            rows["event_quantities"] += [
                (doc.id, n, i, q.value, q.unit, q.of, q.text, *q.span) for i, q in enumerate(event.quantities)
            ]
        for n, said in enumerate(doc.statements):
            cue = (said.cue.text, *said.cue.span) if said.cue else (None, None, None)
            rows["statements"].append(
                (doc.id, n, said.id, *cue, said.kind, said.parent, said.confidence, said.made_by)
            )
            for side, members in (("source", said.source), ("addressee", said.addressee), ("via", said.via)):
                rows["statement_members"] += [
                    (doc.id, n, side, i, *_member(m)) for i, m in enumerate(members)
                ]
            rows["statement_content"] += [
                (doc.id, n, i, piece.text, *piece.span) for i, piece in enumerate(said.content)
            ]
        for n, stance in enumerate(doc.stances):
            rows["stances"].append((doc.id, n, *_stance(stance)))
            rows["stance_members"] += [(doc.id, n, i, *_member(m)) for i, m in enumerate(stance.holder)]
        for n, dispute in enumerate(doc.disputes):
            rows["disputes"].append((doc.id, n, *_dispute(dispute)))
            for name, held in (("claim", dispute.claim), ("counter", dispute.counter)):
                rows["dispute_members"] += [
                    (doc.id, n, name, i, *_member(m)) for i, m in enumerate(held.source)
                ]
    return rows


def _member(member: Member) -> Row:
    return member.id, member.code, member.text, *member.span


def _event(event: Event) -> Row:
    date, place = event.date, event.place
    return (
        event.id,
        event.type,
        event.mode,
        event.cameo,
        event.score,
        event.quad,
        event.reciprocal,
        event.factuality,
        event.polarity,
        list(event.according_to),
        *((date.text, *date.span, date.start, date.end) if date else (None,) * 5),
        *(
            (place.text, *place.span, place.country, place.lat, place.lon, place.geonameid)
            if place
            else (None,) * 7
        ),
        event.trigger.text,
        *event.trigger.span,
        *event.sentence,
        event.confidence,
        event.made_by,
    )


def _stance(stance: Stance) -> Row:
    return (
        stance.id,
        stance.polarity,
        stance.object.text,
        *stance.object.span,
        list(stance.object.actors),
        stance.strength,
        stance.statement,
        *stance.sentence,
        stance.confidence,
        stance.made_by,
    )


def _dispute(dispute: Dispute) -> Row:
    return (
        dispute.id,
        dispute.object.text,
        *dispute.object.span,
        *_side(dispute.claim),
        *_side(dispute.counter),
        dispute.confidence,
        dispute.made_by,
    )


def _side(side: DisputeSide) -> Row:
    return list(side.statements), list(side.events), side.words.text, *side.words.span


def from_rows(
    headers: Iterable[Row], rows: Mapping[str, Iterable[Row]], wanted: set[tuple[str, int]] | None = None
) -> list[CodedDocument]:
    """Documents again. `headers` are (id, title, published, publisher, url, lang, text, notes); the rows of a
    table are in order of position. `wanted`, where given, are the (document, position) of the events to keep."""
    actors: dict[str, list[Actor]] = defaultdict(list)
    mentions = _group(rows["mentions"], 2)
    for doc, n, id, name, country, sector, office, kind, code in rows["actors"]:
        spans = tuple((a, b) for _, a, b in mentions[doc, n])
        actors[doc].append(Actor(id, name, country, sector, office, kind, code, spans))
    events = _read_events(rows, wanted)
    statements: dict[str, list[Statement]] = defaultdict(list)
    speakers = _group(rows["statement_members"], 3)
    contents = _group(rows["statement_content"], 2)
    for doc, n, id, cue, cue_a, cue_b, kind, parent, confidence, made_by in rows["statements"]:
        source, addressee, via = (_members(speakers[doc, n, side]) for side in ("source", "addressee", "via"))
        statements[doc].append(
            Statement(
                id=id,
                source=source,
                cue=None if cue is None else Piece(cue, (cue_a, cue_b)),
                content=tuple(Piece(text, (a, b)) for _, text, a, b in contents[doc, n]),
                kind=kind,
                addressee=addressee,
                via=via,
                parent=parent,
                confidence=confidence,
                made_by=made_by,
            )
        )
    stances: dict[str, list[Stance]] = defaultdict(list)
    holders = _group(rows["stance_members"], 2)
    for doc, n, id, polarity, text, a, b, named, strength, said, sent_a, sent_b, sure, made_by in rows[
        "stances"
    ]:
        stances[doc].append(
            Stance(
                id=id,
                holder=_members(holders[doc, n]),
                polarity=polarity,
                object=StanceObject(text, (a, b), tuple(named)),
                strength=strength,
                statement=said,
                sentence=(sent_a, sent_b),
                confidence=sure,
                made_by=made_by,
            )
        )
    disputes = _read_disputes(rows)
    return [
        CodedDocument(
            id=id,
            title=title,
            published=published,
            publisher=publisher,
            url=url,
            lang=lang,
            text=text,
            actors=tuple(actors[id]),
            events=tuple(events[id]),
            statements=tuple(statements[id]),
            stances=tuple(stances[id]),
            disputes=tuple(disputes[id]),
            notes=tuple(notes),
        )
        for id, title, published, publisher, url, lang, text, notes in headers
    ]


def _read_events(
    rows: Mapping[str, Iterable[Row]], wanted: set[tuple[str, int]] | None
) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    members = _group(rows["event_members"], 3)
    contexts = _group(rows["event_context"], 2)
    quantities = _group(rows["event_quantities"], 2)
    for doc, n, id, type, mode, cameo, score, quad, reciprocal, factuality, polarity, said, *rest in rows[
        "events"
    ]:
        if wanted is not None and (doc, n) not in wanted:
            continue
        date, date_a, date_b, start, end, *rest = rest
        place, place_a, place_b, country, lat, lon, geonameid, *rest = rest
        trigger, trigger_a, trigger_b, sentence_a, sentence_b, confidence, made_by = rest
        found[doc].append(
            Event(
                id=id,
                type=type,
                mode=mode,
                context=tuple(context for _, context in contexts[doc, n]),
                cameo=cameo,
                score=score,
                quad=quad,
                actor=_members(members[doc, n, "actor"]),
                recipient=_members(members[doc, n, "recipient"]),
                reciprocal=reciprocal,
                factuality=factuality,
                polarity=polarity,
                according_to=tuple(said),
                date=None if date is None else DateRange(date, (date_a, date_b), start, end),
                place=None
                if place is None
                else Place(place, (place_a, place_b), country, lat, lon, geonameid),
                quantities=tuple(
                    Quantity(value, unit, text, (a, b), of)
                    for _, value, unit, of, text, a, b in quantities[doc, n]
                ),
                trigger=Piece(trigger, (trigger_a, trigger_b)),
                sentence=(sentence_a, sentence_b),
                confidence=confidence,
                made_by=made_by,
            )
        )
    return found


def _read_disputes(rows: Mapping[str, Iterable[Row]]) -> dict[str, list[Dispute]]:
    found: dict[str, list[Dispute]] = defaultdict(list)
    members = _group(rows["dispute_members"], 3)
    for doc, n, id, object, object_a, object_b, *sides, confidence, made_by in rows["disputes"]:

        def side(name: str, part: Row, key: Row = (doc, n)) -> DisputeSide:
            statements, events, words, a, b = part
            source = _members(members[(*key, name)])
            return DisputeSide(source, tuple(statements), tuple(events), Piece(words, (a, b)))

        found[doc].append(
            Dispute(
                id=id,
                claim=side("claim", tuple(sides[:5])),
                counter=side("counter", tuple(sides[5:])),
                object=Piece(object, (object_a, object_b)),
                confidence=confidence,
                made_by=made_by,
            )
        )
    return found


def _group(rows: Iterable[Row], keys: int) -> dict[Row, list[Row]]:
    grouped: dict[Row, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[:keys]].append(row[keys:])
    return grouped


def _members(rows: Iterable[Row]) -> tuple[Member, ...]:
    return tuple(Member(id, code, text, (a, b)) for _, id, code, text, a, b in rows)
