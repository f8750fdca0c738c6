"""Who is meant: the party behind a mention, independent of the words that name it there."""

from __future__ import annotations

from dataclasses import dataclass

from communique.knowledge.actors import ActorDictionary, ActorEntry, join_code, link_term, to_slug
from communique.knowledge.reference import load_reference_words


@dataclass(frozen=True, slots=True)
class Referent:
    """A party. `id` is None for one that is only described ("protesters"); `kind` is state, person, office,
    organisation, group, people or text. `code` is None where no country or organisation is known.
    `gender` is f, m or unknown (""). `title` is a head of state's or minister's office as a slug."""

    id: str | None
    name: str
    kind: str
    country: str | None = None
    sector: str | None = None
    code: str | None = None
    office: str | None = None
    gender: str = ""
    detail: str = ""

    @property
    def is_person(self) -> bool:
        return self.kind == "person"

    @property
    def is_nation(self) -> bool:
        """A state, or the government that stands for it."""
        return self.kind == "state" or self.detail == "gpe"

    @property
    def can_decide(self) -> bool:
        """Whether "it" may mean this: a state, a body, an organisation."""
        return self.kind in ("state", "office", "organisation", "group")

    @property
    def key(self) -> str:
        """What tells parties apart within a document."""
        return self.id or f"{self.code or ''}:{self.name.lower()}"


def make_referent(entry: ActorEntry, date: str | None, gender: str = "") -> Referent:
    """The party of a dictionary entry as of that date."""
    if entry.kind != "person":
        return Referent(
            entry.id, entry.name, entry.kind, entry.country, entry.sector, entry.code, detail=entry.detail
        )
    country, sector, office = link_term(entry, date)
    return Referent(
        entry.id, entry.name, "person", country, sector, join_code(country, sector), office, gender
    )


def make_nation(code: str, dictionary: ActorDictionary, date: str | None) -> Referent | None:
    """The state or organisation a code begins with: `RUS.GOV` → Russia."""
    entry = dictionary.entries.get(code.split(".")[0])
    return make_referent(entry, date) if entry else None


def make_branch(country: Referent, sector: str) -> Referent:
    """A part of a state or organisation, by sector: Russia and MIL → `RUS.MIL`."""
    if country.kind == "state" or (country.country and country.kind != "organisation"):
        code = join_code(country.country, sector)
        label = load_reference_words().branches.get(sector, sector)
        return Referent(code, f"{label} of {country.name}", "office", country.country, sector, code)
    # an organisation's people act as the organisation: NATO officials are NATO
    return country


def make_stranger(
    name: str, kind: str, country: str | None, sector: str | None, gender: str = ""
) -> Referent:
    """Somebody no dictionary has. With a country the id reads like a known person's."""
    code = join_code(country, sector) if country else None
    slug = to_slug(name) or name
    return Referent(
        f"{code}.{slug}" if code else slug,
        name,
        kind,
        country,
        sector if country else None,
        code,
        gender=gender,
    )
