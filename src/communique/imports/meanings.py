"""What other datasets call countries, sectors, kinds of events, in our codes. What isn't known is None, never a guess."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import msgspec

from communique.export.codes import load_countries
from communique.knowledge.actors import explain_name, join_code, load_actors
from communique.knowledge.load import DATA, read_csv
from communique.knowledge.ontology import load_ontology

QUADS = {1: "verbal cooperation", 2: "material cooperation", 3: "verbal conflict", 4: "material conflict"}
# CAMEO's MED is the media and its HLH health.
_SECTORS = {"MED": "JRN", "HLH": "MED"}
# "Military Forces of Ukraine (2019-)", "Protesters (Nigeria)"
_BRACKETED = re.compile(r"\(([^()\d]+)\)")
_FORCES_OF = re.compile(r"\bof (?:the )?([^()]+?)\s*(?:\(|$)")


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """PLOVER's type, mode and contexts (joined with ";") of a CAMEO code."""

    code: str
    type: str
    mode: str = ""
    context: str = ""


class AcledMeaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """PLOVER's type and mode of an ACLED sub-event type, and how its two sides stand: acts, both or turned."""

    name: str
    sides: str
    type: str | None = None
    mode: str | None = None


class _Sector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    sector: str


class _Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cameo: str
    code: str


@cache
def load_meanings() -> dict[str, Meaning]:
    """By CAMEO code."""
    return {row.code: row for _, row in read_csv(DATA / "cameo" / "plover.csv", Meaning)}


@cache
def load_acled() -> dict[str, AcledMeaning]:
    """By sub-event type, in small letters."""
    return {row.name.casefold(): row for _, row in read_csv(DATA / "imports" / "acled.csv", AcledMeaning)}


@cache
def load_sectors(dataset: str) -> dict[str, str]:
    """A dataset's sectors as PLOVER's, in order of precedence; PLOVER's own stand for themselves."""
    rows = read_csv(DATA / "imports" / f"{dataset}_sectors.csv", _Sector)
    return {row.name.casefold(): row.sector for _, row in rows}


@cache
def load_codes() -> dict[str, str]:
    """CAMEO's codes of countries and organisations that aren't ours."""
    return {row.cameo: row.code for _, row in read_csv(DATA / "imports" / "codes.csv", _Code)}


@cache
def _fips() -> dict[str, str]:
    return {country.fips: country.iso3 for country in load_countries().values() if country.fips}


@cache
def _plover() -> dict[str, tuple[float, str, dict[str, float]]]:
    """Score, quad and the scores of modes by type."""
    types = load_ontology().types
    return {t.name: (t.score, t.quad, {m.name: m.score for m in t.modes.values()}) for t in types.values()}


@lru_cache(10_000)
def find_meaning(cameo: str) -> Meaning | None:
    """That of a CAMEO code, or of the code it is a case of."""
    return next(
        (load_meanings()[cameo[:n]] for n in range(len(cameo), 2, -1) if cameo[:n] in load_meanings()), None
    )


def is_type(name: str) -> bool:
    """Whether PLOVER has such an event type."""
    return name in _plover()


def score_type(type: str | None, mode: str | None) -> float | None:
    """PLOVER's intensity."""
    if type is None or type not in _plover():
        return None
    score, _, modes = _plover()[type]
    return modes.get(mode or "", score)


def get_quad(type: str | None) -> str | None:
    """PLOVER's quad class of a type, in words."""
    return _plover()[type][1] if type in _plover() else None


def from_fips(code: str | None) -> str | None:
    """ISO alpha-3 of a FIPS 10-4 code."""
    return _fips().get(code or "")


@lru_cache(10_000)
def find_root(code: str | None) -> str | None:
    """Our code of a country or organisation of CAMEO's, or one that is ours already."""
    if not code:
        return None
    root = load_codes().get(code, code)
    return root if root in load_countries() or root in _organisations() else None


@cache
def _organisations() -> frozenset[str]:
    codes = {entry.code for entry in load_actors().entries.values() if entry.code}
    return frozenset(code for code in codes if "." not in code)


def from_cameo_sector(sector: str | None) -> str | None:
    """PLOVER's sector."""
    return _SECTORS.get(sector, sector) if sector else None


@lru_cache(50_000)
def find_name(name: str, country_only: bool = False) -> str | None:
    """The country or organisation that a name stands for, by its code without the sector; None where the dictionaries
    don't know it."""
    if find_root(name) and name.isupper():
        return find_root(name)
    for found in explain_name(name, None, load_actors()):
        if found.chosen and found.code and (found.entry.kind == "state" or not country_only):
            return found.code.split(".")[0]
    return None


@lru_cache(50_000)
def link_party(root: str | None, sector: str | None) -> str | None:
    """The code: RUS.GOV."""
    return join_code(root, sector) if root else None


@lru_cache(10_000)
def find_icews_sector(sectors: str) -> str | None:
    """Of an actor's sectors the one that says most, or PLOVER's own."""
    known = load_sectors("icews")
    given = [part.strip() for part in sectors.split(",") if part.strip()]
    names = {part.casefold() for part in given}
    named = next((sector for name, sector in known.items() if name in names), None)
    return named or next((part for part in given if re.fullmatch(r"[A-Z]{3}", part)), None)


@lru_cache(50_000)
def find_acled_party(name: str, kind: str) -> str | None:
    """The code of an ACLED actor: the state it names ("… of Ukraine", "… (Nigeria)") with the sector of its kind, else
    what the dictionaries know it as."""
    sector = load_sectors("acled").get(kind.strip().casefold())
    places = [*_FORCES_OF.findall(name), *_BRACKETED.findall(name)]
    country = next((code for place in reversed(places) if (code := find_name(place.strip(), True))), None)
    if country:
        return link_party(country, sector)
    found = [
        e for e in explain_name(_BRACKETED.sub("", name).strip(), None, load_actors()) if e.chosen and e.code
    ]
    return found[0].code if found else None
