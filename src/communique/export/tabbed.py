"""Tab-separated formats of other datasets: GDELT, ICEWS, POLECAT, Phoenix.

Their readers take every row for something that happened on its day, so only asserted and recurring events that have one
are written. Those with CAMEO codes leave out events that have none. What Communiqué doesn't measure (tone) stays empty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from communique.export.codes import (
    NOT_HAPPENED,
    find_country,
    find_place_kind,
    find_state_code,
    get_quad_class,
    get_root,
    get_sector,
    has_happened,
    load_countries,
    score_cameo,
    to_cameo_actor,
    to_cameo_root,
    to_cameo_sector,
)
from communique.export.options import Options
from communique.export.pairs import expand_pairs, find_names, find_sentence_number, get_day
from communique.export.plain import clean_line, guard_formula
from communique.export.plover import QUAD_CODES
from communique.records import CodedDocument, Event, Member, Place
from communique.version import VERSION

_ACTOR = "Code Name CountryCode KnownGroupCode EthnicCode Religion1Code Religion2Code Type1Code Type2Code Type3Code"
_GEO = "Type FullName CountryCode ADM1Code ADM2Code Lat Long FeatureID"
GDELT_COLUMNS = (
    *["GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"],
    *(f"Actor{n}{name}" for n in (1, 2) for name in _ACTOR.split()),
    *["IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"],
    *["NumMentions", "NumSources", "NumArticles", "AvgTone"],
    *(f"{who}Geo_{name}" for who in ("Actor1", "Actor2", "Action") for name in _GEO.split()),
    *["DATEADDED", "SOURCEURL"],
)
GDELT_MENTION_COLUMNS = (
    *[
        "GLOBALEVENTID",
        "EventTimeDate",
        "MentionTimeDate",
        "MentionType",
        "MentionSourceName",
        "MentionIdentifier",
    ],
    *["SentenceID", "Actor1CharOffset", "Actor2CharOffset", "ActionCharOffset", "InRawText", "Confidence"],
    *["MentionDocLen", "MentionDocTone", "MentionDocTranslationInfo", "Extras"],
)
ICEWS_COLUMNS = (
    "Event ID",
    "Event Date",
    "Source Name",
    "Source Sectors",
    "Source Country",
    "Event Text",
    "CAMEO Code",
    "Intensity",
    "Target Name",
    "Target Sectors",
    "Target Country",
    "Story ID",
    "Sentence Number",
    "Publisher",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
)
POLECAT_COLUMNS = (
    "Event ID",
    "Event Date",
    "Event Type",
    "Event Mode",
    "Intensity",
    "Quad Code",
    "Contexts",
    "Actor Name",
    "Actor Country",
    "Actor COW",
    "Primary Actor Sector",
    "Actor Sectors",
    "Actor Title",
    "Actor Name Raw",
    "Wikipedia Actor ID",
    "Recipient Name",
    "Recipient Country",
    "Recipient COW",
    "Primary Recipient Sector",
    "Recipient Sectors",
    "Recipient Title",
    "Recipient Name Raw",
    "Wikipedia Recipient ID",
    "Placename",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
    "GeoNames ID",
    "Raw Placename",
    "Feature Type",
    "Source",
    "Publication Date",
    "Story People",
    "Story Organizations",
    "Story Locations",
    "Language",
    "Version",
)
PHOENIX_COLUMNS = (
    "id_version",
    "story_date",
    "year",
    "month",
    "day",
    "source",
    "source_root",
    "source_agent",
    "source_others",
    "target",
    "target_root",
    "target_agent",
    "target_others",
    "code",
    "root_code",
    "quad_class",
    "goldstein",
    "issues",
    "lat",
    "lon",
    "placeName",
    "stateName",
    "countryName",
    "ids",
    "urls",
    "sources",
)


def compute_event_number(document: str, event: str, *parties: Member | None) -> int:
    """A number for formats that want one: 48 bits of a digest, the same in every run. Reports of one happening, under
    the ids of its first, have the same number for the same parties."""
    names = [str(party and (party.code or party.text)) for party in parties]
    digest = hashlib.blake2b("\x1f".join([document, event, *names]).encode("utf-8", "replace"), digest_size=6)
    return int.from_bytes(digest.digest())


def _select(
    documents: Iterable[CodedDocument], options: Options, *, cameo: bool
) -> Iterator[tuple[CodedDocument, Event, str]]:
    """The events that can be written, each with its day."""
    for document in documents:
        for event in document.events:
            day = get_day(document, event)
            if not has_happened(event):
                options.left_out[NOT_HAPPENED] += 1
            elif cameo and not event.cameo:
                options.left_out["without a CAMEO code"] += 1
            elif day is None:
                options.left_out["without a day"] += 1
            else:
                yield document, event, day


@dataclass(frozen=True, slots=True)
class _Dyad:
    """A row with one source, one target, a CAMEO code, a number and a day; `names` are the document's actors by id."""

    document: CodedDocument
    event: Event
    code: str
    day: str
    number: int
    actor: Member
    recipient: Member | None
    names: dict[str, str]


def _dyadic(documents: Iterable[CodedDocument], options: Options) -> Iterator[_Dyad]:
    names: dict[str, str] = {}
    last = None
    for document, event, day in _select(documents, options, cameo=True):
        if document is not last:
            names, last = find_names(document), document
        shared = options.reports.get((document.id, event.id))
        ids = (shared.document, shared.event) if shared else (document.id, event.id)
        for actor, recipient in expand_pairs(event):
            number = compute_event_number(*ids, actor, recipient)
            yield _Dyad(document, event, event.cameo or "", day, number, actor, recipient, names)


def _write(
    rows: Iterable[Sequence[Any]], file: BinaryIO, header: Sequence[str] | None = None, missing: str = ""
) -> int:
    count = 0
    if header:
        file.write(("\t".join(header) + "\n").encode())
    for row in rows:
        cells = (_clean(cell) if isinstance(cell, str) else "" if cell is None else str(cell) for cell in row)
        file.write(("\t".join([cell or missing for cell in cells]) + "\n").encode())
        count += 1
    return count


@lru_cache(100_000)
def _clean(cell: str) -> str:
    return guard_formula(clean_line(cell))


def write_gdelt(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """GDELT 2.0 events: 61 columns, no header. A feature id is GeoNames'; AvgTone is empty."""
    return _write((_gdelt(row, options) for row in _dyadic(documents, options)), file)


def _gdelt(row: _Dyad, options: Options) -> list[Any]:
    document, event, code, names = row.document, row.event, row.code, row.names
    shared = options.reports.get((document.id, event.id))
    return [
        row.number,
        *_gdelt_days(row.day),
        *_gdelt_actor(row.actor, names),
        *_gdelt_actor(row.recipient, names),
        int(_is_lead(document, event)),
        code,
        code[:3],
        code[:2],
        get_quad_class(code),
        score_cameo(code),
        *((shared.reports, max(1, len(shared.publishers)), shared.articles) if shared else (1, 1, 1)),
        None,
        *_gdelt_place(None),
        *_gdelt_place(None),
        *_gdelt_place(event.place),
        _to_second(document.published or row.day),
        document.url,
    ]


def _to_second(day: str) -> str:
    """The first second of a day, 20220204000000."""
    return day[:10].replace("-", "") + "000000"


def _gdelt_days(day: str) -> list[Any]:
    year, month, dom = day[:4], day[5:7], day[8:10]
    # GDELT's own formula, which takes every month for 30 days
    fraction = ((int(month) - 1) * 30 + int(dom)) / 365
    return [f"{year}{month}{dom}", f"{year}{month}", year, f"{int(year) + fraction:.4f}"]


def _gdelt_actor(member: Member | None, names: dict[str, str]) -> list[Any]:
    if member is None:
        return [None] * 10
    country = find_country(member)
    name = names.get(member.id or "", member.text).upper()
    sector = to_cameo_sector(get_sector(member))
    return [
        to_cameo_actor(member),
        name,
        to_cameo_root(member) if country else None,
        None if country else to_cameo_root(member),
        None,
        None,
        None,
        sector,
        None,
        None,
    ]


def _gdelt_place(place: Place | None) -> list[Any]:
    if place is None:
        return [0, *[None] * 7]
    country = load_countries().get(place.country or "")
    fips = country.fips if country else None
    kind, state = find_place_kind(place), find_state_code(place)
    if kind == "place":
        type = 3 if place.country == "USA" else 4
    else:
        type = 2 if kind == "state" else 1 if country else 0
    first = f"US{state}" if state else fips
    return [type, place.text, fips, first, None, place.lat, place.lon, place.geonameid]


def _is_lead(document: CodedDocument, event: Event) -> bool:
    """Whether it stands in the headline or the first paragraph."""
    body = document.text.lstrip()
    skipped = len(document.text) - len(body)
    if document.title and body.startswith(document.title):
        skipped += len(document.title)
        rest = document.text[skipped:]
        skipped += len(rest) - len(rest.lstrip())
    end = document.text.find("\n", skipped)
    return end < 0 or event.sentence[0] < end


def write_gdelt_mentions(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """GDELT 2.0 mentions: 16 columns, no header; joins with the events on the first. Tone is empty. Of a happening every
    report is a mention."""
    return _write(map(_gdelt_mention, _dyadic(documents, options)), file)


def _gdelt_mention(row: _Dyad) -> list[Any]:
    document, event = row.document, row.event
    return [
        row.number,
        _to_second(row.day),
        _to_second(document.published or row.day),
        1 if document.url else 2,  # GDELT's web, and a citation only
        urlsplit(document.url).hostname if document.url else document.publisher,
        document.url or document.id,
        find_sentence_number(document, event),
        row.actor.span[0],
        row.recipient.span[0] if row.recipient else -1,
        event.trigger.span[0],
        1,
        max(10, round(event.confidence * 10) * 10),
        len(document.text),
        None,
        None,
        None,
    ]


def write_icews(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """ICEWS: 20 columns with a header. `Event Text` is PLOVER's type and mode; sectors are PLOVER's."""
    return _write(map(_icews, _dyadic(documents, options)), file, ICEWS_COLUMNS)


def _icews(row: _Dyad) -> list[Any]:
    document, event, code = row.document, row.event, row.code
    names, place = row.names, event.place

    def party(member: Member | None) -> list[Any]:
        if member is None:
            return [None, None, None]
        country = find_country(member)
        name = names.get(member.id or "", member.text)
        return [name, get_sector(member), country.name if country else get_root(member)]

    country = load_countries().get(place.country or "") if place else None
    return [
        row.number,
        row.day,
        *party(row.actor),
        f"{event.type} {event.mode}" if event.mode else event.type,
        code,
        score_cameo(code),
        *party(row.recipient),
        document.id,
        find_sentence_number(document, event),
        document.publisher,
        *_find_divisions(place),
        country.name if country else None,
        place.lat if place else None,
        place.lon if place else None,
    ]


def _find_divisions(place: Place | None) -> list[str | None]:
    """City, district, province."""
    kind = find_place_kind(place) if place else None
    return [
        place.text if place and kind == "place" else None,
        None,
        place.text if place and kind == "state" else None,
    ]


def write_polecat(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """POLECAT: one row an event, header, several values joined with "; ", "None" where missing."""
    rows = (_polecat(*found) for found in _select(documents, options, cameo=False))
    return _write(rows, file, POLECAT_COLUMNS, missing="None")


def _polecat(document: CodedDocument, event: Event, day: str) -> list[Any]:
    names = find_names(document)
    offices = {actor.id: actor.office for actor in document.actors}
    place = event.place

    def join(values: Iterable[Any]) -> str:
        return "; ".join(str(v) for v in dict.fromkeys(values) if v is not None)

    def party(members: Sequence[Member]) -> list[Any]:
        countries = [find_country(m) for m in members]
        sectors = list(dict.fromkeys(s for m in members if (s := get_sector(m))))
        return [
            join(names.get(m.id or "", m.text) for m in members),
            join(c.iso3 if c else get_root(m) for c, m in zip(countries, members, strict=True)),
            join(c.cow for c in countries if c),
            sectors[0] if sectors else None,
            join(sectors),
            join(offices.get(m.id or "") for m in members),
            join(m.text for m in members),
            None,
        ]

    kinds: dict[str, list[str]] = {}
    for actor in document.actors:
        kinds.setdefault(
            "person"
            if actor.kind == "person"
            else "organisation"
            if actor.kind in ("organisation", "group")
            else actor.kind,
            [],
        ).append(actor.name)
    return [
        f"{document.id}:{event.id}",
        day,
        event.type,
        event.mode,
        event.score,
        QUAD_CODES[event.quad],
        join(event.context),
        *party(event.actor),
        *party(event.recipient),
        place.text if place else None,
        *_find_divisions(place),
        place.country if place else None,
        place.lat if place else None,
        place.lon if place else None,
        place.geonameid if place else None,
        place.text if place else None,
        None,
        document.publisher,
        document.published,
        join(kinds.get("person", ())),
        join(kinds.get("organisation", ())),
        join(e.place.text for e in document.events if e.place),
        document.lang,
        VERSION,
    ]


def write_phoenix(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """Phoenix: 26 columns with a header; quad classes as Phoenix counts them."""
    return _write(map(_phoenix, _dyadic(documents, options)), file, PHOENIX_COLUMNS)


def _phoenix(row: _Dyad) -> list[Any]:
    document, event, code, day = row.document, row.event, row.code, row.day
    place = event.place
    city, _, state = _find_divisions(place)

    def party(member: Member | None) -> list[Any]:
        if member is None:
            return [None] * 4
        sector = to_cameo_sector(get_sector(member))
        return [to_cameo_actor(member) or "---", to_cameo_root(member), sector, None]

    country = load_countries().get(place.country or "") if place else None
    return [
        f"{row.number}_{VERSION}",
        day.replace("-", ""),
        day[:4],
        day[5:7],
        day[8:10],
        *party(row.actor),
        *party(row.recipient),
        code,
        code[:2],
        get_quad_class(code, phoenix=True),
        score_cameo(code),
        ";".join(event.context),
        place.lat if place else None,
        place.lon if place else None,
        city,
        state,
        country.name if country else None,
        document.id,
        document.url,
        document.publisher,
    ]
