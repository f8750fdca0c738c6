"""Tab-separated formats of other datasets: GDELT, ICEWS, POLECAT, Phoenix.

Their readers take every row for something that happened, so only asserted and recurring events are written. Those
with CAMEO codes leave out events that have none. What Communiqué doesn't measure (tone) stays empty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from communique.export.codes import (
    find_country,
    get_quad_class,
    get_root,
    get_sector,
    has_happened,
    load_countries,
    score_cameo,
    to_cameo_actor,
    to_cameo_sector,
)
from communique.export.options import Options
from communique.export.pairs import expand_pairs, find_names, find_sentence_number, get_day
from communique.export.plain import clean_line
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


def compute_event_number(document: CodedDocument, event: Event, pair: int) -> int:
    """A number for formats that want one: 48 bits of a digest, the same in every run."""
    digest = hashlib.blake2b(
        f"{document.id}\x1f{event.id}\x1f{pair}".encode("utf-8", "replace"), digest_size=6
    )
    return int.from_bytes(digest.digest())


def _dyadic(
    documents: Iterable[CodedDocument],
) -> Iterator[tuple[CodedDocument, Event, str, int, Member, Member | None]]:
    """Rows with one source, one target and a CAMEO code."""
    for document in documents:
        for event in document.events:
            if event.cameo and has_happened(event):
                for n, (actor, recipient) in enumerate(expand_pairs(event)):
                    yield (
                        document,
                        event,
                        event.cameo,
                        compute_event_number(document, event, n),
                        actor,
                        recipient,
                    )


def _write(
    rows: Iterable[Sequence[Any]], file: BinaryIO, header: Sequence[str] | None = None, missing: str = ""
) -> int:
    count = 0
    if header:
        file.write(("\t".join(header) + "\n").encode())
    for row in rows:
        cells = [missing if cell is None or cell == "" else clean_line(str(cell)) for cell in row]
        file.write(("\t".join(cells) + "\n").encode())
        count += 1
    return count


def write_gdelt(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """GDELT 2.0 events: 61 columns, no header. A feature id is GeoNames'; AvgTone is empty."""
    return _write((_gdelt(*row) for row in _dyadic(documents)), file)


def _gdelt(
    document: CodedDocument, event: Event, code: str, number: int, actor: Member, recipient: Member | None
) -> list[Any]:
    day = get_day(document, event)
    names = find_names(document)
    added = (document.published or "")[:10].replace("-", "")
    return [
        number,
        *_gdelt_days(day),
        *_gdelt_actor(actor, names),
        *_gdelt_actor(recipient, names),
        int(_is_lead(document, event)),
        code,
        code[:3],
        code[:2],
        get_quad_class(code),
        score_cameo(code),
        1,
        1,
        1,
        None,
        *_gdelt_place(None),
        *_gdelt_place(None),
        *_gdelt_place(event.place),
        added and f"{added}000000",
        document.url,
    ]


def _gdelt_days(day: str | None) -> list[Any]:
    if day is None:
        return [None] * 4
    year, month, dom = day[:4], day[5:7], day[8:10]
    # GDELT's own formula, which takes every month for 30 days
    fraction = ((int(month) - 1) * 30 + int(dom)) / 365
    return [f"{year}{month}{dom}", f"{year}{month}", year, f"{int(year) + fraction:.4f}"]


def _gdelt_actor(member: Member | None, names: dict[str, str]) -> list[Any]:
    if member is None:
        return [None] * 10
    country = find_country(member)
    name = names.get(member.id or "", member.text).upper()
    group = None if country else get_root(member)
    sector = to_cameo_sector(get_sector(member))
    return [
        to_cameo_actor(member),
        name,
        country and country.iso3,
        group,
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
    kind = 1 if place.lat is None else 3 if place.country == "USA" else 4
    return [kind, place.text, fips, fips, None, place.lat, place.lon, place.geonameid]


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
    """GDELT 2.0 mentions: 16 columns, no header; joins with the events on the first. Tone is empty."""
    return _write((_gdelt_mention(*row) for row in _dyadic(documents)), file)


def _gdelt_mention(
    document: CodedDocument, event: Event, code: str, number: int, actor: Member, recipient: Member | None
) -> list[Any]:
    day = (get_day(document, event) or "").replace("-", "")
    seen = (document.published or "")[:10].replace("-", "")
    return [
        number,
        day and f"{day}000000",
        seen and f"{seen}000000",
        1,
        urlsplit(document.url).hostname if document.url else document.publisher,
        document.url or document.id,
        find_sentence_number(document, event),
        actor.span[0],
        recipient.span[0] if recipient else -1,
        event.trigger.span[0],
        1,
        round(event.confidence * 10) * 10,
        len(document.text),
        None,
        None,
        None,
    ]


def write_icews(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """ICEWS: 20 columns with a header. `Event Text` is PLOVER's type and mode; sectors are PLOVER's."""
    rows = (_icews(*row) for row in _dyadic(documents))
    return _write(rows, file, ICEWS_COLUMNS)


def _icews(
    document: CodedDocument, event: Event, code: str, number: int, actor: Member, recipient: Member | None
) -> list[Any]:
    names, place = find_names(document), event.place

    def party(member: Member | None) -> list[Any]:
        if member is None:
            return [None, None, None]
        country = find_country(member)
        name = names.get(member.id or "", member.text)
        return [name, get_sector(member), country.name if country else get_root(member)]

    country = load_countries().get(place.country or "") if place else None
    return [
        number,
        get_day(document, event),
        *party(actor),
        f"{event.type} {event.mode}" if event.mode else event.type,
        code,
        score_cameo(code),
        *party(recipient),
        document.id,
        find_sentence_number(document, event),
        document.publisher,
        place.text if place and place.lat is not None else None,
        None,
        None,
        country.name if country else None,
        place.lat if place else None,
        place.lon if place else None,
    ]


def write_polecat(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """POLECAT: one row an event, header, several values joined with "; ", "None" where missing."""
    rows = (
        _polecat(document, event)
        for document in documents
        for event in document.events
        if has_happened(event)
    )
    return _write(rows, file, POLECAT_COLUMNS, missing="None")


def _polecat(document: CodedDocument, event: Event) -> list[Any]:
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
        get_day(document, event),
        event.type,
        event.mode,
        event.score,
        QUAD_CODES[event.quad],
        join(event.context),
        *party(event.actor),
        *party(event.recipient),
        place.text if place else None,
        place.text if place and place.lat is not None else None,
        None,
        None,
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
    return _write((_phoenix(*row) for row in _dyadic(documents)), file, PHOENIX_COLUMNS)


def _phoenix(
    document: CodedDocument, event: Event, code: str, number: int, actor: Member, recipient: Member | None
) -> list[Any]:
    day = get_day(document, event) or ""
    place = event.place

    def party(member: Member | None) -> list[Any]:
        if member is None:
            return [None] * 4
        return [to_cameo_actor(member) or "---", get_root(member), to_cameo_sector(get_sector(member)), None]

    country = load_countries().get(place.country or "") if place else None
    return [
        f"{number}_{VERSION}",
        day.replace("-", ""),
        day[:4],
        day[5:7],
        day[8:10],
        *party(actor),
        *party(recipient),
        code,
        code[:2],
        get_quad_class(code, phoenix=True),
        score_cameo(code),
        ";".join(event.context),
        place.lat if place else None,
        place.lon if place else None,
        place.text if place else None,
        None,
        country.name if country else None,
        document.id,
        document.url,
        document.publisher,
    ]
