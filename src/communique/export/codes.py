"""Codes of other datasets: COW and FIPS beside ISO, CAMEO's sectors, scores and quad classes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import msgspec

from communique.knowledge.load import DATA, load_toml, read_csv
from communique.records import Event, Factuality, Member

#: What these formats have no place for is left out of them: what is denied, planned or feared never reads as done.
HAPPENED: tuple[Factuality, ...] = ("asserted", "recurring")
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


def to_cameo_actor(member: Member) -> str | None:
    """An actor code as CAMEO has it: RUSGOV."""
    root = get_root(member)
    return root + (to_cameo_sector(get_sector(member)) or "") if root else None


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
