"""Reads actor dictionaries of TABARI and PETRARCH and turns them into this project's own two kinds of file.

An entry is a name, its other names (`+NAME`) and codes in brackets, each for all time or for some days:

    JANE_DOE_
    +J._DOE_
        [XYZGOV 20010101-20050420]
        [XYZELI]
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from communique.errors import KnowledgeError
from communique.knowledge.actors import load_actors, to_slug

# Countries that CAMEO codes otherwise than ISO.
_COUNTRIES = {
    "KSV": "KOS",
    "ROM": "ROU",
    "TMP": "TLS",
    "GFR": "DEU",
    "PAL": "PSE",
    "ZAR": "COD",
    "GZS": "PSE",
}
# CAMEO's sectors as PLOVER has them; what is not named here has no counterpart.
_SECTORS = {
    **{s: s for s in ("COP", "GOV", "JUD", "LEG", "MIL", "PTY", "REB", "SPY", "UAF", "AGR", "BUS", "CRM", "CVL", "EDU")},
    **{s: s for s in ("ELI", "LAB", "OPP", "REF", "REL", "PRE")},
    "MED": "JRN", "HLH": "MED", "INS": "REB", "SEP": "REB", "MOD": "OPP", "RAD": "OPP", "SET": "CVL", "ENV": "CVL",
    "HRI": "CVL", "DEV": "CVL", "STU": "EDU", "MNC": "BUS",
}  # fmt: skip
_NON_STATE = {
    "IGO": "igo",
    "NGO": "ngo",
    "NGM": "ngo",
    "MNC": "company",
    "IMG": "armed",
    "UIS": "armed",
    "ISM": "movement",
}
_CODE = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Term:
    """A code and the days it holds, ISO 8601, None where open."""

    code: str
    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An actor of the dictionary. `line` is 1-based."""

    names: tuple[str, ...]
    terms: tuple[Term, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Import:
    """`people`: CSV of those with dated codes. `organisations`: TOML of the others. `skipped` says of each entry that
    has no counterpart here why, with its line."""

    people: str
    organisations: str
    taken: int
    skipped: tuple[str, ...]


def read_petrarch(file: Path) -> Iterator[Entry]:
    """The entries of a dictionary. Raises KnowledgeError for a file that can't be read."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise KnowledgeError(str(file), None, error.strerror or str(error)) from error
    names: list[str] = []
    terms: list[Term] = []
    first = 0
    for number, line in enumerate(lines, 1):
        bare = line.split("#")[0]
        if not bare.strip() or bare.lstrip().startswith(("!", "<")):
            continue
        codes = [term for code in _CODE.findall(bare) if (term := _read_term(code))]
        name = _to_name(_CODE.sub("", bare).split(";")[0])
        if name and not bare.startswith(("+", " ", "\t")):
            if names and terms:
                yield Entry(tuple(names), tuple(terms), first)
            names, terms, first = [], [], number
        if name:
            names.append(name)
        terms += codes
    if names and terms:
        yield Entry(tuple(names), tuple(terms), first)


def import_petrarch(files: list[Path]) -> Import:
    """Dictionaries as the text of a CSV of people and a TOML of organisations, both for `load_actors`."""
    known = load_actors()
    people = io.StringIO()
    writer = csv.writer(people, lineterminator="\n")
    writer.writerow("id name aliases country sector office title start end".split())  # noqa: SIM905
    organisations: list[str] = []
    taken: set[str] = set()
    skipped: list[str] = []
    for file in files:
        for entry in read_petrarch(file):
            read = [(_read_code(term.code, known.entries), term) for term in entry.terms]
            fits = [(code, term) for code, term in read if code]
            if not fits:
                codes = ", ".join(term.code for term in entry.terms)
                skipped.append(f"{file.name}:{entry.line}: {entry.names[0]}: no counterpart for {codes}")
                continue
            country, sector, kind = fits[0][0]
            name, *others = dict.fromkeys(entry.names)
            id = ".".join(part for part in (country or kind.upper(), sector, to_slug(name)) if part)
            dated = any(term.start or term.end for _, term in fits)
            if not to_slug(name) or (id in taken and not dated):
                skipped.append(
                    f"{file.name}:{entry.line}: {name}: stands there before, or has no Latin letters"
                )
            elif not dated and country and not sector:
                skipped.append(
                    f"{file.name}:{entry.line}: {name}: a name of {country}, which is no actor by itself"
                )
            elif dated:
                taken.add(id)
                for (of, sector, _), term in fits:
                    row = (id, name, "|".join(others), of, sector, None, None, term.start, term.end)
                    writer.writerow(["" if cell is None else cell for cell in row])
            else:
                taken.add(id)
                organisations.append(_to_toml(id, name, others, country, sector, kind))
    return Import(people.getvalue(), "\n".join(organisations), len(taken), tuple(skipped))


def _to_toml(
    id: str, name: str, others: list[str], country: str | None, sector: str | None, kind: str
) -> str:
    lines = ["[[organisation]]", f"id = {_quote(id)}", f"name = {_quote(name)}", f"kind = {_quote(kind)}"]
    if others:
        lines.append(f"names = [{', '.join(map(_quote, others))}]")
    lines += [f"country = {_quote(country)}"] if country else [f"code = {_quote(kind.upper())}"]
    lines += [f"sector = {_quote(sector)}"] if sector else []
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # JSON's strings are TOML's


def _read_code(code: str, states: object) -> tuple[str | None, str | None, str] | None:
    """Country, sector and kind of a CAMEO actor code; None where it has no counterpart."""
    parts = [code[i : i + 3] for i in range(0, len(code), 3)]
    sector = next((_SECTORS[part] for part in reversed(parts[1:]) if part in _SECTORS), None)
    if parts[0] in _NON_STATE:
        return None, None, _NON_STATE[parts[0]]
    country = _COUNTRIES.get(parts[0], parts[0])
    if country not in states:  # type: ignore[operator]
        return None
    return country, sector, "armed" if sector in ("REB", "UAF") else "movement"


def _to_name(text: str) -> str:
    """ "KOFI_ANNAN_" as "Kofi Annan"; a short word alone, or with full stops, is an abbreviation."""
    words = text.strip().lstrip("+").replace("_", " ").split()
    joined = " ".join(words)
    if not joined.isupper():
        return joined
    if len(words) == 1 and (len(joined) <= 4 or "." in joined):
        return joined
    return " ".join(re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), word) for word in words)


def _read_term(text: str) -> Term | None:
    """A code with its days: "XYZGOV 20010101-20050420", "XYZGOV >070101", "XYZGOV <1990"."""
    parts = text.split()
    if not parts or not re.fullmatch(r"[A-Z]{3}([A-Z]{3})*", parts[0]):
        return None
    days = parts[1] if len(parts) > 1 else ""
    first, dash, last = days.partition("-")
    if dash:
        return Term(parts[0], _read_day(first), _read_day(last))
    if days.startswith(">"):
        return Term(parts[0], _read_day(days[1:]), None)
    if days.startswith("<"):
        return Term(parts[0], None, _read_day(days[1:]))
    return Term(parts[0], None, None)


def _read_day(text: str) -> str | None:
    """YYYYMMDD or YYMMDD as ISO 8601; two-digit years count from 1920, since the dictionaries were made in the
    2010s. None for anything else."""
    digits = re.sub(r"\D", "", text)
    if len(digits) == 6:
        digits = ("19" if digits >= "20" else "20") + digits
    if len(digits) != 8:
        return None
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    for last in (day, 30, 28):  # dictionaries know a 31 June
        try:
            return date(year, month, last).isoformat()
        except ValueError:
            continue
    return None
