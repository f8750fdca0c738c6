"""PLOVER 2.0 JSON: an array with one record an event, one to a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, BinaryIO

import msgspec

from communique.export.codes import get_root, get_sector
from communique.export.options import Options
from communique.export.pairs import find_names, find_sentence_number, get_day
from communique.knowledge.load import DATA, read_csv
from communique.records import CodedDocument, Event, Factuality, Member
from communique.version import VERSION

QUAD_CODES = {
    "verbal cooperation": 1,
    "material cooperation": 2,
    "verbal conflict": 3,
    "material conflict": 4,
}
# PLOVER keeps what did not (yet) happen among an event's contexts.
AUXILIARY: dict[Factuality, str] = {
    "denied": "negation",
    "intended": "future",
    "demanded": "future",
    "hypothetical": "hypothetical",
    "suspected": "hypothetical",
}
# An event that ended so many days before publication is history rather than news. PLOVER gives no number.
HISTORICAL_DAYS = 365
# Characters between a number and the word that says what it counts ("12 people were killed", "killing at least 12").
NEAR = 25


def write_plover(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """Every event, also what was denied or planned, marked in `context`. `date` is null where nothing dates it."""
    count = 0
    file.write(b"[")
    for document in documents:
        for event in document.events:
            file.write(b",\n" if count else b"\n")
            file.write(msgspec.json.encode(to_plover(document, event, options.with_text)))
            count += 1
    file.write(b"\n]\n")
    return count


def to_plover(document: CodedDocument, event: Event, with_text: bool = False) -> dict[str, Any]:
    """An event as PLOVER's record; keys without a value are left out, but for the required ones."""
    start, end = event.sentence
    place = event.place
    names = find_names(document)
    offices = {actor.id: actor.office for actor in document.actors}
    record = {
        "enddate": event.date.end if event.date and event.date.end != event.date.start else None,
        "recipient": [_entity(m, names, offices) for m in event.recipient],
        "event_loc": place
        and _without_none(
            {
                "extracted_place": place.text,
                "country_code": place.country,
                "lat": place.lat,
                "lon": place.lon,
                "geonameid": place.geonameid,
            }
        ),
        "event_text": event.trigger.text,
        "quad_code": QUAD_CODES[event.quad],
        "event_scale": event.score,
        "mode": event.mode,
        "size": find_size(document, event) or None,
        "context": [*event.context, *find_auxiliary(document, event)],
        "text": document.text[start:end],
        "text_info": _without_none(
            {
                "sequence": find_sentence_number(document, event),
                "start": start,
                "end": end,
                "text_story": document.text if with_text else None,
            }
        ),
        "cite_info": _without_none(
            {
                "citation": document.id,
                "url": document.url,
                "title": document.title,
                "language": document.lang,
                "publication": document.publisher,
                "version": VERSION,
            }
        ),
        "coder": f"communique {VERSION}",
        "comment": f"{event.made_by}, confidence {event.confidence:.2f}, {event.factuality}",
    }
    required = {
        "id": f"{document.id}:{event.id}",
        "date": get_day(document, event),
        "actor": [_entity(m, names, offices) for m in event.actor],
        "event": event.type,
    }
    return required | _without_none(record)


class _Stem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stem: str
    size: str


@cache
def _stems() -> dict[str, str]:
    return {row.stem: row.size for _, row in read_csv(DATA / "plover" / "size.csv", _Stem)}


def find_size(document: CodedDocument, event: Event) -> dict[str, int]:
    """PLOVER's `size`: how many dead, injured and arrested the event's numbers of persons are, told by the nearest word
    of its clause that says so; a number without such a word near it is left out. Of two for one the higher stays."""
    found: dict[str, int] = {}
    start, end = event.sentence
    told = [
        (start + word.start(), start + word.end(), size)
        for word in re.finditer(r"\w+", document.text[start:end].casefold())
        for stem, size in _stems().items()
        if word[0].startswith(stem)
    ]
    for quantity in event.quantities:
        if quantity.unit != "persons":
            continue
        left, right = quantity.span
        near = [
            (max(a - right, left - b), size)
            for a, b, size in told
            if not set(",;:") & set(document.text[min(right, b) : max(left, a)])
        ]
        distance, size = min(near, default=(NEAR + 1, ""))
        if distance <= NEAR:
            found[size] = max(found.get(size, 0), round(quantity.value))
    return found


def find_auxiliary(document: CodedDocument, event: Event) -> list[str]:
    """PLOVER's auxiliary contexts of an event: negation, future, hypothetical, historical."""
    found = [AUXILIARY[event.factuality]] if event.factuality in AUXILIARY else []
    if event.polarity == "negative" and "negation" not in found:
        found.append("negation")
    if event.date and event.date.end and document.published:
        try:
            age = date.fromisoformat(document.published[:10]) - date.fromisoformat(event.date.end[:10])
        except ValueError:
            return found
        if age.days > HISTORICAL_DAYS:
            found.append("historical")
    return found


def _entity(member: Member, names: dict[str, str], offices: dict[str, str | None]) -> dict[str, Any]:
    known = member.id is not None
    return _without_none(
        {
            "code": get_root(member),
            "sector": get_sector(member),
            "entity_text": member.text,
            "identifier_text": names.get(member.id or "") if known else None,
            "office": offices.get(member.id or "") if known else None,
        }
    )


def _without_none(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value is not None}
