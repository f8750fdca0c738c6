"""The rows of GDELT, ICEWS, POLECAT and ACLED files as events: an explicit list of formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from communique.export.codes import get_quad_class
from communique.export.tabbed import GDELT_COLUMNS, ICEWS_COLUMNS, POLECAT_COLUMNS
from communique.imports.meanings import (
    QUADS,
    find_acled_party,
    find_icews_sector,
    find_meaning,
    find_name,
    find_root,
    from_cameo_sector,
    from_fips,
    get_quad,
    is_type,
    link_party,
    load_acled,
    score_type,
)
from communique.store.imports import ImportedEvent, Party

Cells = Mapping[str, str]
# GDELT 1.0 lacks the second administrative division and, in the files of before 2013, the address.
GDELT1_COLUMNS = tuple(name for name in GDELT_COLUMNS if not name.endswith("ADM2Code"))
ACLED_COLUMNS = (
    "event_id_cnty",
    "event_date",
    "sub_event_type",
    "actor1",
    "inter1",
    "actor2",
    "inter2",
    "country",
)
_CAMEO = re.compile(r"(?:0[1-9]|1\d|20)\d{0,2}")


@dataclass(frozen=True, slots=True)
class Format:
    """A format. `headers` are columns that its first line must have, or none where it has no header; `widths` the
    number of its columns then, with their names; `read` makes an event of a row, and raises ValueError for one it can't."""

    name: str
    delimiter: str
    needs: tuple[str, ...]
    widths: Mapping[int, Sequence[str]]
    read: Callable[[Cells], ImportedEvent]


def _day(text: str) -> str:
    """ISO day of 2020-01-31, 20200131, 20200131120000, 01/31/2020 or "31 January 2020". Raises ValueError."""
    return _parse_day(text.strip())


@lru_cache(10_000)
def _parse_day(text: str) -> str:
    if re.fullmatch(r"\d{8}(\d{6})?", text):
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).isoformat()
    for shape in ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%m/%d/%Y", "%d-%b-%Y"):
        try:
            return datetime.strptime(text[:10] if shape == "%Y-%m-%d" else text, shape).date().isoformat()
        except ValueError:
            continue
    raise ValueError(f"{text[:40]!r} is no date")


def _perhaps_day(text: str) -> str | None:
    return _day(text) if text and text != "None" else None


def _number(text: str, low: float | None = None, high: float | None = None) -> float | None:
    if not text or text == "None":
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no number") from None
    if not (low if low is not None else -1e300) <= value <= (high if high is not None else 1e300):
        raise ValueError(f"{text[:40]!r} is out of range")
    return value


def _whole(text: str) -> int | None:
    value = _number(text, 0)
    return None if value is None else int(value)


def _id(text: str) -> str:
    if not text:
        raise ValueError("no id")
    return text


def _cameo(code: str) -> str:
    """Codes that lost their zero in a spreadsheet ("40" for 040) can't be told from others, and are refused."""
    if not _CAMEO.fullmatch(code):
        raise ValueError(f"{code[:40]!r} is no CAMEO code")
    return code


def _coordinates(latitude: str, longitude: str) -> tuple[float | None, float | None]:
    lat, lon = _number(latitude, -90, 90), _number(longitude, -180, 180)
    return (lat, lon) if lat is not None and lon is not None else (None, None)


def read_gdelt(row: Cells) -> ImportedEvent:
    """GDELT 2.0 or 1.0. `score` is Goldstein's. Groups inside a state (Actor1Code USAGOV) are its sector."""
    code = _cameo(row["EventCode"])
    meaning = find_meaning(code)
    day = _day(row["SQLDATE"])
    lat, lon = _coordinates(row["ActionGeo_Lat"], row["ActionGeo_Long"])
    feature = row["ActionGeo_FeatureID"]
    quad = row["QuadClass"]
    if quad not in ("1", "2", "3", "4"):
        raise ValueError(f"{quad[:40]!r} is no quad class")
    url = row.get("SOURCEURL") or None
    return ImportedEvent(
        id=_id(row["GLOBALEVENTID"]),
        type=meaning.type if meaning else None,
        mode=(meaning.mode or None) if meaning else None,
        context=tuple(meaning.context.split(";")) if meaning and meaning.context else (),
        cameo=code,
        score=_number(row["GoldsteinScale"], -10, 10),
        quad=QUADS[int(quad)],
        actor=_gdelt_party(row, "Actor1"),
        recipient=_gdelt_party(row, "Actor2"),
        reciprocal=False,
        date_start=day,
        date_end=day,
        place_text=row["ActionGeo_FullName"] or None,
        place_country=from_fips(row["ActionGeo_CountryCode"]),
        place_lat=lat,
        place_lon=lon,
        # GDELT's own ids for places are numbers of another register (GNS, GNIS), but where the file is Communiqué's
        place_geonameid=None if row["AvgTone"] else (int(feature) if feature.isdecimal() else None),
        published=_perhaps_day(row["DATEADDED"]),
        publisher=urlsplit(url).hostname if url and "://" in url else None,
        url=url,
        reports=_whole(row["NumArticles"]),
    )


def _gdelt_party(row: Cells, side: str) -> tuple[Party, ...]:
    name, code = row[f"{side}Name"], row[f"{side}Code"]
    if not (name or code):
        return ()
    root = find_root(row[f"{side}CountryCode"]) or find_root(row[f"{side}KnownGroupCode"])
    return ((link_party(root, from_cameo_sector(row[f"{side}Type1Code"] or None)), name or code),)


def read_icews(row: Cells) -> ImportedEvent:
    """ICEWS. `score` is its Intensity. Publisher and story stand for the article, which has no address."""
    code = _cameo(row["CAMEO Code"])
    meaning = find_meaning(code)
    type, _, mode = row["Event Text"].partition(" ")
    if is_type(type):  # a file of Communiqué's own, which has PLOVER there
        found: tuple[str | None, str | None, tuple[str, ...]] = (type, mode or None, ())
    elif meaning:
        context = tuple(meaning.context.split(";")) if meaning.context else ()
        found = (meaning.type, meaning.mode or None, context)
    else:
        found = (None, None, ())
    day = _day(row["Event Date"])
    lat, lon = _coordinates(row["Latitude"], row["Longitude"])
    place = next((row[c] for c in ("City", "District", "Province", "Country") if _given(row[c])), None)
    return ImportedEvent(
        id=_id(row["Event ID"]),
        type=found[0],
        mode=found[1],
        context=found[2],
        cameo=code,
        score=_number(row["Intensity"], -10, 10),
        quad=get_quad(found[0]) if is_type(type) else QUADS[get_quad_class(code)],
        actor=_icews_party(row, "Source"),
        recipient=_icews_party(row, "Target"),
        reciprocal=False,
        date_start=day,
        date_end=day,
        place_text=place,
        place_country=find_name(row["Country"], True) if _given(row["Country"]) else None,
        place_lat=lat,
        place_lon=lon,
        publisher=row["Publisher"] if _given(row["Publisher"]) else None,
    )


def _given(cell: str) -> bool:
    return cell not in ("", "NULL", "None")


def _icews_party(row: Cells, side: str) -> tuple[Party, ...]:
    name, country = row[f"{side} Name"], row[f"{side} Country"]
    if not _given(name):
        return ()
    sectors = row[f"{side} Sectors"]
    sector = find_icews_sector(sectors) if _given(sectors) else None
    # an organisation of states has no country there, and a state is its own name
    root = find_name(country) if _given(country) else find_name(name)
    return ((link_party(root, sector), name),)


def read_polecat(row: Cells) -> ImportedEvent:
    """POLECAT: PLOVER already. A row with several actors and no recipient is reciprocal."""
    type = row["Event Type"].upper()
    if not is_type(type):
        raise ValueError(f"{type[:40]!r} is no PLOVER type")
    mode = row["Event Mode"] if _given(row["Event Mode"]) else None
    day = _day(row["Event Date"])
    lat, lon = _coordinates(row["Latitude"], row["Longitude"])
    actor, recipient = _polecat_parties(row, "Actor"), _polecat_parties(row, "Recipient")
    place = next(
        (row[c] for c in ("Placename", "City", "District", "Province", "Country") if _given(row[c])), None
    )
    score = _number(row["Intensity"], -10, 10)
    country = row["Country"]
    return ImportedEvent(
        id=_id(row["Event ID"]),
        type=type,
        mode=mode,
        context=_split(row["Contexts"]),
        cameo=None,
        score=score if score is not None else score_type(type, mode),
        quad=get_quad(type),
        actor=actor,
        recipient=recipient,
        reciprocal=len(actor) > 1 and not recipient,
        date_start=day,
        date_end=day,
        place_text=place,
        place_country=(find_root(country) or find_name(country, True)) if _given(country) else None,
        place_lat=lat,
        place_lon=lon,
        place_geonameid=_whole(row["GeoNames ID"]),
        published=_perhaps_day(row["Publication Date"]),
        publisher=row["Source"] if _given(row["Source"]) else None,
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if _given(part.strip()))


def _polecat_parties(row: Cells, side: str) -> tuple[Party, ...]:
    """Several values stand in a cell without saying which belongs to which: the sector is kept where there is one
    party or one for each."""
    names, countries = _split(row[f"{side} Name"]), _split(row[f"{side} Country"])
    sectors = _split(row[f"{side} Sectors"])
    roots = [find_root(country) or find_name(country) for country in countries]
    if len(sectors) != len(roots):
        primary = row[f"Primary {side} Sector"]
        only = primary if _given(primary) and len(roots) == 1 else None
        sectors = tuple([only] * len(roots))  # type: ignore[list-item]
    if not roots:
        return tuple((None, name) for name in names)
    paired = names if len(names) == len(roots) else ["; ".join(names)] * len(roots)
    return tuple((link_party(root, s), n) for root, s, n in zip(roots, sectors, paired, strict=True))


def read_acled(row: Cells) -> ImportedEvent:
    """ACLED. It has no intensity: `score` is that of PLOVER's type. Deaths are those it reports, at its lowest."""
    known = load_acled().get(row["sub_event_type"].strip().casefold())
    if known is None:
        raise ValueError(f"{row['sub_event_type'][:40]!r} is no sub-event type")
    day = _day(row["event_date"])
    lat, lon = _coordinates(row.get("latitude", ""), row.get("longitude", ""))
    first, second = (
        ((find_acled_party(row[f"actor{n}"], row[f"inter{n}"]), row[f"actor{n}"]),)
        if row[f"actor{n}"]
        else ()
        for n in (1, 2)
    )
    if known.sides == "turned" and second:
        first, second = second, first
    both = known.sides == "both" and bool(second)
    return ImportedEvent(
        id=_id(row["event_id_cnty"]),
        type=known.type,
        mode=known.mode,
        context=(),
        cameo=None,
        score=score_type(known.type, known.mode),
        quad=get_quad(known.type),
        actor=first + second if both else first,
        recipient=() if both else second,
        reciprocal=both,
        date_start=day,
        date_end=day,
        place_text=row.get("location") or row["country"] or None,
        place_country=find_name(row["country"], True) if row["country"] else None,
        place_lat=lat,
        place_lon=lon,
        publisher=row.get("source") or None,
        deaths=_whole(row.get("fatalities", "")),
    )


FORMATS: tuple[Format, ...] = (
    Format(
        "gdelt",
        "\t",
        (),
        {
            len(GDELT_COLUMNS): GDELT_COLUMNS,
            len(GDELT1_COLUMNS): GDELT1_COLUMNS,
            len(GDELT1_COLUMNS) - 1: GDELT1_COLUMNS[:-1],
        },
        read_gdelt,
    ),
    Format("icews", "\t", ICEWS_COLUMNS, {}, read_icews),
    Format(
        "polecat",
        "\t",
        tuple(c for c in POLECAT_COLUMNS if c not in ("Version", "Raw Placename", "Feature Type")),
        {},
        read_polecat,
    ),
    Format("acled", ",", ACLED_COLUMNS, {}, read_acled),
)


def find_format(name: str) -> Format:
    """The format of that name. Raises ValueError."""
    for known in FORMATS:
        if known.name == name:
            return known
    raise ValueError(f"no format {name!r}; there are {', '.join(known.name for known in FORMATS)}")


def detect_format(line: str) -> Format | None:
    """The format that a file's first line tells."""
    for known in FORMATS:
        cells = [cell.strip().strip('"') for cell in line.rstrip("\r\n").split(known.delimiter)]
        if known.needs and set(known.needs) <= set(cells):
            return known
        if len(cells) in known.widths and cells[0].isdecimal():
            return known
    semicolons = {cell.strip().strip('"') for cell in line.rstrip("\r\n").split(";")}
    acled = find_format("acled")
    return Format("acled", ";", acled.needs, {}, acled.read) if set(acled.needs) <= semicolons else None
