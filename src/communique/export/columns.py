"""The columns of the table formats: how each is made and what it means (the codebook says the same)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa

from communique.export.codes import load_countries
from communique.export.options import OWN, Options
from communique.export.pairs import get_day
from communique.records import CodedDocument, Dispute, DisputeSide, Event, Member, Stance, Statement

_TEXTS = pa.list_(pa.string())
_SPANS = pa.list_(pa.list_(pa.int32()))
_NUMBERS = pa.list_(pa.int32())

Column = tuple[str, pa.DataType, str]

_DOCUMENT: tuple[Column, ...] = (
    ("document", pa.string(), "Id of the article."),
    ("published", pa.string(), "Day of publication, ISO 8601."),
    ("publisher", pa.string(), "Who published it."),
    ("url", pa.string(), "Where it was published."),
    ("title", pa.string(), "Headline."),
)


def _side(name: str, means: str) -> tuple[Column, ...]:
    return (
        (name, _TEXTS, f"{means}: codes, country or organisation with a sector after a dot (RUS.GOV)."),
        (f"{name}_id", _TEXTS, f"{means}: ids in the dictionaries."),
        (f"{name}_text", _TEXTS, f"{means}: the words that name them."),
        (f"{name}_span", _SPANS, f"{means}: where those words stand, [start, end) in characters."),
    )


EVENT_COLUMNS: tuple[Column, ...] = (
    *_DOCUMENT,
    ("event", pa.string(), "Id of the event within the article."),
    ("type", pa.string(), "PLOVER event type."),
    ("mode", pa.string(), "PLOVER mode."),
    ("context", _TEXTS, "PLOVER contexts."),
    ("cameo", pa.string(), "CAMEO code; a string, for 010 is not 10."),
    ("score", pa.float64(), "PLOVER intensity from -10 to 10."),
    ("quad", pa.string(), "Verbal or material, cooperation or conflict."),
    *_side("actor", "Who did it"),
    *_side("recipient", "To whom"),
    ("reciprocal", pa.bool_(), "True where every party both acts and receives."),
    (
        "factuality",
        pa.string(),
        "asserted, denied, intended, demanded, hypothetical, suspected or recurring.",
    ),
    ("polarity", pa.string(), "negative where the text says it did not happen."),
    ("according_to", _TEXTS, "Ids of the statements it stands in, outermost first."),
    ("date_text", pa.string(), "The words that date it."),
    ("date_start", pa.string(), "First day it may have happened."),
    ("date_end", pa.string(), "Last day it may have happened."),
    ("place_text", pa.string(), "The words that place it."),
    ("place_country", pa.string(), "Country of the place, ISO 3166 alpha-3."),
    ("place_lat", pa.float64(), "Latitude, WGS 84."),
    ("place_lon", pa.float64(), "Longitude, WGS 84."),
    ("place_geonameid", pa.int64(), "GeoNames id."),
    ("trigger_text", pa.string(), "The words that tell the event."),
    ("trigger_start", pa.int32(), "Its first character."),
    ("trigger_end", pa.int32(), "The character after its last."),
    ("sentence", pa.string(), "The sentence read."),
    ("sentence_start", pa.int32(), "Its first character."),
    ("sentence_end", pa.int32(), "The character after its last."),
    ("confidence", pa.float64(), "From 0 to 1."),
    ("made_by", pa.string(), "The rule or model that coded it."),
)

#: Only in files: a store's table is joined with whatever codes its user has.
FILE_COLUMNS: tuple[Column, ...] = (
    (
        "day",
        pa.date32(),
        "The day it counts for: the first its text gives, else that of publication; empty where neither is known.",
    ),
    ("actor_cow", _NUMBERS, "Who did it: Correlates of War numbers of the countries."),
    ("recipient_cow", _NUMBERS, "To whom: Correlates of War numbers of the countries."),
)

#: Only where an event stands for all that report it.
REPORT_COLUMNS: tuple[Column, ...] = (
    ("reports", pa.int32(), "How many events report it, in the articles asked for."),
    ("articles", pa.int32(), "How many articles do."),
    ("publishers", _TEXTS, "Who published them."),
)

STATEMENT_COLUMNS: tuple[Column, ...] = (
    *_DOCUMENT,
    ("statement", pa.string(), "Id of the statement within the article."),
    ("kind", pa.string(), "direct, mixed or indirect speech."),
    *_side("source", "Who spoke"),
    *_side("addressee", "To whom"),
    *_side("via", "Through which channel"),
    ("cue_text", pa.string(), "The word of saying; empty where the speaker is carried over."),
    ("cue_start", pa.int32(), "Its first character."),
    ("cue_end", pa.int32(), "The character after its last."),
    ("content", _TEXTS, "The words said, in pieces."),
    ("content_span", _SPANS, "Where the pieces stand."),
    ("parent", pa.string(), "Id of the statement this one stands inside."),
    ("confidence", pa.float64(), "From 0 to 1."),
    ("made_by", pa.string(), "The rule or model that found it."),
)

STANCE_COLUMNS: tuple[Column, ...] = (
    *_DOCUMENT,
    ("stance", pa.string(), "Id of the stance within the article."),
    *_side("holder", "Who holds it"),
    ("polarity", pa.string(), "support or oppose."),
    ("object_text", pa.string(), "What for or against."),
    ("object_start", pa.int32(), "Its first character."),
    ("object_end", pa.int32(), "The character after its last."),
    ("object_actors", _TEXTS, "Ids of the actors the object names."),
    ("strength", pa.string(), "weak, plain or strong."),
    ("statement", pa.string(), "Id of the statement that carries it."),
    ("sentence", pa.string(), "The sentence read."),
    ("sentence_start", pa.int32(), "Its first character."),
    ("sentence_end", pa.int32(), "The character after its last."),
    ("confidence", pa.float64(), "From 0 to 1."),
    ("made_by", pa.string(), "The rule or model that found it."),
)


def _held(name: str, means: str) -> tuple[Column, ...]:
    return (
        *_side(f"{name}_source", f"Who {means}; nobody where the article itself does"),
        (f"{name}_statements", _TEXTS, "Ids of the statements that say so."),
        (f"{name}_events", _TEXTS, "Ids of the events that say so."),
        (f"{name}_text", pa.string(), "The words that say so."),
        (f"{name}_start", pa.int32(), "Their first character."),
        (f"{name}_end", pa.int32(), "The character after their last."),
    )


DISPUTE_COLUMNS: tuple[Column, ...] = (
    *_DOCUMENT,
    ("dispute", pa.string(), "Id of the dispute within the article."),
    ("object_text", pa.string(), "The words of the claim that are in dispute."),
    ("object_start", pa.int32(), "Their first character."),
    ("object_end", pa.int32(), "The character after their last."),
    *_held("claim", "claims it"),
    *_held("counter", "denies it or says the contrary"),
    ("confidence", pa.float64(), "From 0 to 1."),
    ("made_by", pa.string(), "The rule that paired them."),
)

TEXT_COLUMN: Column = ("text", pa.string(), "The article's cleaned text that all spans point into.")

DATASET_COLUMN: Column = (
    "dataset",
    pa.string(),
    "Where the event comes from: communique is one's own coding, another one imported, whose rows have no words.",
)

TABLES: dict[str, tuple[Column, ...]] = {
    "events": EVENT_COLUMNS + FILE_COLUMNS,
    "statements": STATEMENT_COLUMNS,
    "stances": STANCE_COLUMNS,
    "disputes": DISPUTE_COLUMNS,
}

Row = dict[str, Any]


def to_table_rows(document: CodedDocument, table: str) -> Iterator[Row]:
    """A document's rows of one of `TABLES`, each with exactly its columns, and the text besides."""
    header = {
        "document": document.id,
        "published": document.published,
        "publisher": document.publisher,
        "url": document.url,
        "title": document.title,
        "text": document.text,
    }
    if table == "events":
        for event in document.events:
            yield header | _event(document, event)
    elif table == "statements":
        for statement in document.statements:
            yield header | _statement(statement)
    elif table == "stances":
        for stance in document.stances:
            yield header | _stance(document, stance)
    else:
        for dispute in document.disputes:
            yield header | _dispute(dispute)


def complete_table(
    table: pa.Table,
    columns: Iterable[Column],
    options: Options,
    dataset: str = "",
    texts: Mapping[str, str] = {},
) -> pa.Table:
    """A table as `Store` gives it with all the columns of a file. `texts` are the articles' by id."""
    arrays: dict[str, Any] = {}
    for name, type, _ in columns:
        if name in table.column_names and not (name.endswith("_span") and dataset not in ("", OWN)):
            arrays[name] = table[name].cast(type)
            continue
        arrays[name] = pa.array(_complete(name, table, options, dataset, texts), type)
    return pa.table(arrays)


def _complete(
    name: str, table: pa.Table, options: Options, dataset: str, texts: Mapping[str, str]
) -> list[Any]:
    if name == "dataset":
        return [dataset] * len(table)
    if name == "text":
        return [texts.get(id) for id in table["document"].to_pylist()]
    if name == "day":
        starts, published = (table[column].to_pylist() for column in ("date_start", "published"))
        return [_parse_day(start or day) for start, day in zip(starts, published, strict=True)]
    if name.endswith("_cow"):
        return [[_find_cow(code) for code in codes] for codes in table[name.removesuffix("_cow")].to_pylist()]
    if name.endswith("_span"):
        return [[]] * len(table)  # where there is no text
    keys = zip(table["document"].to_pylist(), table["event"].to_pylist(), strict=True)
    return [
        _reports(options, key, publisher)[name]
        for key, publisher in zip(keys, table["publisher"].to_pylist(), strict=True)
    ]


def _reports(options: Options, key: tuple[str, str], publisher: str | None) -> Row:
    shared = options.reports.get(key)
    if shared is None:
        return {"reports": 1, "articles": 1, "publishers": [publisher] if publisher else []}
    return {"reports": shared.reports, "articles": shared.articles, "publishers": list(shared.publishers)}


@lru_cache(10_000)
def _parse_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _members(name: str, members: Iterable[Member]) -> Row:
    found = list(members)
    return {
        name: [m.code for m in found],
        f"{name}_id": [m.id for m in found],
        f"{name}_text": [m.text for m in found],
        f"{name}_span": [list(m.span) for m in found],
    }


def _event(document: CodedDocument, event: Event) -> Row:
    date, place = event.date, event.place
    return {
        "event": event.id,
        "type": event.type,
        "mode": event.mode,
        "context": list(event.context),
        "cameo": event.cameo,
        "score": event.score,
        "quad": event.quad,
        **_members("actor", event.actor),
        **_members("recipient", event.recipient),
        "reciprocal": event.reciprocal,
        "factuality": event.factuality,
        "polarity": event.polarity,
        "according_to": list(event.according_to),
        "date_text": date.text if date else None,
        "date_start": date.start if date else None,
        "date_end": date.end if date else None,
        "place_text": place.text if place else None,
        "place_country": place.country if place else None,
        "place_lat": place.lat if place else None,
        "place_lon": place.lon if place else None,
        "place_geonameid": place.geonameid if place else None,
        "trigger_text": event.trigger.text,
        "trigger_start": event.trigger.span[0],
        "trigger_end": event.trigger.span[1],
        **_sentence(document, event),
        "confidence": event.confidence,
        "made_by": event.made_by,
        "day": _parse_day(get_day(document, event)),
        "actor_cow": _cow(event.actor),
        "recipient_cow": _cow(event.recipient),
    }


def _cow(members: Iterable[Member]) -> list[int | None]:
    return [_find_cow(m.code) for m in members]


def _find_cow(code: str | None) -> int | None:
    country = load_countries().get((code or "").partition(".")[0])
    return country.cow if country else None


def _sentence(document: CodedDocument, found: Event | Stance) -> Row:
    start, end = found.sentence
    return {"sentence": document.text[start:end], "sentence_start": start, "sentence_end": end}


def _statement(said: Statement) -> Row:
    return {
        "statement": said.id,
        "kind": said.kind,
        **_members("source", said.source),
        **_members("addressee", said.addressee),
        **_members("via", said.via),
        "cue_text": said.cue.text if said.cue else None,
        "cue_start": said.cue.span[0] if said.cue else None,
        "cue_end": said.cue.span[1] if said.cue else None,
        "content": [piece.text for piece in said.content],
        "content_span": [list(piece.span) for piece in said.content],
        "parent": said.parent,
        "confidence": said.confidence,
        "made_by": said.made_by,
    }


def _stance(document: CodedDocument, stance: Stance) -> Row:
    return {
        "stance": stance.id,
        **_members("holder", stance.holder),
        "polarity": stance.polarity,
        "object_text": stance.object.text,
        "object_start": stance.object.span[0],
        "object_end": stance.object.span[1],
        "object_actors": list(stance.object.actors),
        "strength": stance.strength,
        "statement": stance.statement,
        **_sentence(document, stance),
        "confidence": stance.confidence,
        "made_by": stance.made_by,
    }


def _dispute(dispute: Dispute) -> Row:
    start, end = dispute.object.span
    return {
        "dispute": dispute.id,
        "object_text": dispute.object.text,
        "object_start": start,
        "object_end": end,
        **_held_row("claim", dispute.claim),
        **_held_row("counter", dispute.counter),
        "confidence": dispute.confidence,
        "made_by": dispute.made_by,
    }


def _held_row(name: str, side: DisputeSide) -> Row:
    return {
        **_members(f"{name}_source", side.source),
        f"{name}_statements": list(side.statements),
        f"{name}_events": list(side.events),
        f"{name}_text": side.words.text,
        f"{name}_start": side.words.span[0],
        f"{name}_end": side.words.span[1],
    }
