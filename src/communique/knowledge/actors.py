"""Who there is: states, organisations, groups of states, people with their terms of office, and the words for roles.

The knowledge is in `data/actors/`; a user adds files of the same shape. This module reads them strictly, builds one
index over all names, and says which entries a text's words may mean. Which of them is meant at the article's date is
for `communique.resolve`; `link_name` and `explain_name` answer it for a bare name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import ahocorasick_rs
import msgspec

from communique.errors import KnowledgeError
from communique.knowledge.load import list_data_files, load_toml, read_csv
from communique.knowledge.reference import load_reference_words

T = TypeVar("T")
Worded = TypeVar("Worded", "Role", "GroupWords")
# Sectors from the most to the least prominent: who is meant by a name that several people bear.
_RANK = ("GOV", "MIL", "LEG", "PTY", "OPP", "REB", "JUD", "SPY")
_HEADS = frozenset({"head-of-state", "head-of-government"})


class _Metonym(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    names: list[str]
    sector: str = "GOV"
    name: str | None = None


class _State(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    name: str
    names: list[str] = []
    demonyms: list[str] = []
    capital: str | None = None
    other_capitals: list[str] = []
    metonyms: list[str] = []
    metonym: list[_Metonym] = []
    cow: int | None = None
    cow_abbrev: str | None = None
    fips: str | None = None
    iso2: str | None = None
    start: int | None = None
    end: int | None = None
    ambiguous: bool = False
    ambiguous_capital: bool = False
    note: str | None = None


class _Change(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    country: str
    date: str


class _Organisation(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    name: str
    kind: str
    code: str | None = None
    names: list[str] = []
    country: str | None = None
    sector: str | None = None
    members: list[str] = []
    metonyms: list[str] = []
    joined: list[_Change] = []
    left: list[_Change] = []
    start: str | None = None
    end: str | None = None
    ambiguous: bool = False
    ambiguous_names: list[str] = []
    note: str | None = None


class _Group(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    words: list[str]
    members: list[str] = []
    adjectives: list[str] = []
    note: str | None = None


class _Role(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    words: list[str]
    kind: str
    sector: str | None = None
    office: str | None = None
    title: bool = False
    note: str | None = None


class _Trap(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    kind: str
    words: list[str] = []
    patterns: list[str] = []
    note: str | None = None


class _ActorFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    state: list[_State] = []
    organisation: list[_Organisation] = []
    group: list[_Group] = []
    role: list[_Role] = []
    trap: list[_Trap] = []


class _Person(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    name: str
    country: str | None = None
    sector: str | None = None
    office: str | None = None
    title: str | None = None
    start: str | None = None
    end: str | None = None
    aliases: str = ""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One office held by a person. `start` and `end` are ISO dates, cut to what is known ("2013", "2013-03")."""

    country: str | None
    sector: str | None
    office: str | None
    title: str | None = None
    start: str | None = None
    end: str | None = None
    where: str = ""

    def covers(self, date: str) -> bool:
        """Whether the term was running on that day; the days of change count for both."""
        return (self.start or "")[: len(date)] <= date and (not self.end or date[: len(self.end)] <= self.end)

    @property
    def is_head(self) -> bool:
        """Whether the office leads a state or government."""
        return self.office in _HEADS


@dataclass(frozen=True, slots=True)
class ActorEntry:
    """Somebody of the dictionaries.

    `kind` is state, office (a government, a ministry, an army as a whole), person, organisation, group or people.
    `code` is the actor code; for a person it depends on the date, see `link_term`. `members` are alpha-3 codes.
    `detail` is the data file's own finer kind (igo, media, territory, party …). `where` is `file:line`.
    """

    id: str
    name: str
    kind: str
    country: str | None = None
    sector: str | None = None
    code: str | None = None
    detail: str = ""
    terms: tuple[Term, ...] = ()
    members: tuple[str, ...] = ()
    joined: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    start: str | None = None
    end: str | None = None
    ambiguous: bool = False
    where: str = ""

    def exists(self, date: str | None) -> bool:
        """Whether there was such an actor on that day. Without a date: whether there still is."""
        if date is None:
            return self.end is None
        return (self.start or "") <= date and (self.end is None or date[: len(self.end)] <= self.end)

    def members_at(self, date: str | None) -> tuple[str, ...]:
        """The member states on that day; without a date, those listed as of today."""
        if date is None:
            return self.members
        out = [m for m in self.members if all(m != c or d <= date for c, d in self.joined)]
        out += [c for c, d in self.left if date < d and c not in out]
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Alias:
    """A name and what it may stand for.

    `how` is name, demonym, capital, metonym, alias (of a person) or surname. `plain` is False where the bare
    words are as often something else, so that the text has to speak for the reading.
    """

    name: str
    entry: str
    how: str
    where: str
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Role:
    """A word for somebody by what they do. `kind` is person, people, body, land or document."""

    words: tuple[str, ...]
    kind: str
    sector: str | None
    office: str | None
    title: bool


@dataclass(frozen=True, slots=True)
class GroupWords:
    """A description that stands for several states, or for a bloc without members to count ("the West")."""

    name: str
    words: tuple[str, ...]
    members: tuple[str, ...]
    adjective: bool = False
    capital: bool = False  # a plain word that is a name only with a capital: "the West"
    article: bool = False  # a name only after "the": "the 27"


@dataclass(frozen=True, slots=True)
class Match:
    """Words of a text that an index entry covers: half-open character span and the aliases. `trap` is the kind of
    the thing that only contains an actor's name, else None."""

    start: int
    end: int
    aliases: tuple[Alias, ...]
    trap: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reading of a name, for people. `chosen` marks the one taken at that date; `why` gives the grounds."""

    entry: ActorEntry
    code: str | None
    office: str | None
    chosen: bool
    why: str
    where: str


@dataclass(frozen=True, slots=True)
class _Shape:
    """What turns a name into a trap: words before it (searched up to the name) and after it. The name of the last
    group that matched ends in the kind. `before` and `after` are the three letters next to the name that all such
    words have, or empty where anything may stand there."""

    head: re.Pattern[str] | None
    tail: re.Pattern[str]
    before: frozenset[str]
    after: frozenset[str]

    def may_fit(self, text: str, start: int, end: int) -> bool:
        """Whether the letters around the name at `start` to `end` could be those of a trap."""
        return not (self.before and text[max(0, start - 3) : start] not in self.before) and not (
            self.after and text[end : end + 3] not in self.after
        )


@dataclass(frozen=True, slots=True, eq=False)
class ActorDictionary:
    """All actors with an index over their names. Made by `load_actors`."""

    entries: Mapping[str, ActorEntry]
    aliases: Mapping[str, tuple[Alias, ...]]
    roles: Mapping[str, tuple[Role, ...]]  # by first word
    groups: Mapping[str, tuple[GroupWords, ...]]  # by first word
    officers: Mapping[tuple[str, str], tuple[str, ...]]  # (country, office in lower case) -> person ids
    _shapes: tuple[_Shape, ...] = field(repr=False)
    _loose: tuple[tuple[re.Pattern[str], str], ...] = field(repr=False)
    _names: tuple[str, ...] = field(repr=False)
    _traps: Mapping[str, str] = field(repr=False)
    _automaton: Any = field(repr=False)

    def find_names(self, text: str) -> list[Match]:
        """The longest names in a text, in order, never overlapping. A name begins and ends at a word's edge."""
        plain = _straighten(text)
        found: list[tuple[int, int, int | str]] = []  # start, end, and the name's number or a trap's kind
        for index, start, end in self._automaton.find_matches_as_indexes(plain, overlapping=True):
            if start and plain[start - 1].isalnum() and plain[start].isalnum():
                continue
            if end < len(plain) and plain[end].isalnum() and plain[end - 1].isalnum():
                continue
            found.append((start, end, index))
        for regex, kind in self._loose:
            found.extend((m.start(), m.end(), kind) for m in regex.finditer(plain))
        out: list[Match] = []
        past = 0
        for start, end, index in _keep_longest(found):
            if start < past:
                continue
            if isinstance(index, str):
                match = Match(start, end, (), index)
            else:
                name = self._names[index]
                match = Match(start, end, self.aliases.get(name, ()), self._traps.get(name))
            if match.trap is None:
                match = self._widen(plain, match, past)
            out.append(match)
            past = match.end
        return out

    def _widen(self, text: str, match: Match, floor: int) -> Match:
        """`match`, or the trap around it: "Sea of {name}", "{name} Street"."""
        fitting = [s for s in self._shapes if s.may_fit(text, match.start, match.end)]
        if not fitting or not any(a.how in ("name", "demonym", "capital") for a in match.aliases):
            return match
        best = match
        for shapes in fitting:
            left, before = match.start, None
            if shapes.head:
                before = shapes.head.search(text, max(floor, left - 40), left)
                if before is None:
                    continue
                left = before.start()
            after = shapes.tail.match(text, match.end)
            if after and after.end() - left > best.end - best.start:
                kind = after.lastgroup or (before.lastgroup if before else None) or "x0_other"
                best = Match(left, after.end(), match.aliases, kind[1:].lstrip("0123456789_"))
        return best


def load_actors(extra: Iterable[Path | str] = ()) -> ActorDictionary:
    """The shipped actors and those of the user's TOML and CSV files, which add to them and win for an equal id.

    Raises KnowledgeError, with file and line, for a file that breaks the schema or names an unknown country.
    """
    return _load(tuple(str(path) for path in extra))


@lru_cache(maxsize=4)
def _load(extra: tuple[str, ...]) -> ActorDictionary:
    builder = _Builder()
    for toml in list_data_files("actors", ".toml"):
        builder.add_toml(toml)
    for sheet in list_data_files("actors", ".csv"):
        builder.add_csv(sheet)
    for name in extra:
        path = Path(name)
        builder.own.add(str(path))
        if path.suffix.lower() == ".csv":
            builder.add_csv(path)
        elif path.suffix.lower() == ".toml":
            builder.add_toml(path)
        else:
            raise KnowledgeError(name, None, "a file of actors ends in .toml or .csv")
    return builder.build()


class _Builder:
    def __init__(self) -> None:
        self.entries: dict[str, ActorEntry] = {}
        self.aliases: dict[str, dict[tuple[str, str], Alias]] = {}
        self.roles: dict[tuple[str, ...], Role] = {}
        self.groups: dict[tuple[str, ...], GroupWords] = {}
        self.traps: dict[str, str] = {}
        self.patterns: list[tuple[str, str, str]] = []
        self.loose: list[tuple[re.Pattern[str], str]] = []
        self.own: set[str] = set()  # the user's files; the shipped ones are checked by the tests
        self.countries: list[
            tuple[str, str, int]
        ] = []  # (country, file, line): checked once all files are read

    def name(self, name: str, entry: str, how: str, where: str, *, plain: bool = True) -> None:
        name = _straighten(unicodedata.normalize("NFC", name))
        alias = Alias(name, entry, how, where, plain)
        self.aliases.setdefault(name, {}).setdefault((entry, "demonym" if how == "demonym" else ""), alias)
        # headlines and datelines are often set in capitals
        if len(name) > 3 and not name.isupper():
            self.aliases.setdefault(name.upper(), {}).setdefault(
                (entry, "demonym" if how == "demonym" else ""), alias
            )

    def add_toml(self, file: Traversable | Path) -> None:
        content = load_toml(file, _ActorFile)
        text = file.read_text(encoding="utf-8")
        for state, line in _with_lines(content.state, text, "state"):
            self.add_state(state, f"{file.name}:{line}")
        for organisation, line in _with_lines(content.organisation, text, "organisation"):
            self.add_organisation(organisation, f"{file.name}:{line}")
        for group in content.group:
            for phrase, adjective in (
                *((w, False) for w in group.words),
                *((a, True) for a in group.adjectives),
            ):
                words = _split(phrase)
                capital = adjective or (len(words) == 1 and phrase[0].isupper())
                article = phrase.lower().startswith("the ") and len(words) == 1
                if words in self.groups and article:
                    continue
                self.groups[words] = GroupWords(
                    group.name, words, tuple(group.members), adjective, capital, article
                )
        for role in content.role:
            for phrase in role.words:
                words = _split(phrase)
                self.roles[words] = Role(words, role.kind, role.sector, role.office, role.title)
        for trap in content.trap:
            for phrase in trap.words:
                self.traps[_straighten(phrase)] = trap.kind
            for pattern in trap.patterns:
                try:
                    regex = re.compile(rf"(?<!\w){_straighten(pattern).replace('{name}', 'X')}(?!\w)")
                except re.error as error:
                    raise KnowledgeError(
                        str(file),
                        find_line(text, pattern),
                        f"the pattern {pattern!r} is no regular expression: {error}",
                    ) from error
                if pattern.count("{name}") > 1:
                    raise KnowledgeError(str(file), find_line(text, pattern), f"{pattern!r} has two {{name}}")
                if "{name}" in pattern:
                    head, tail = _straighten(pattern).split("{name}")
                    self.patterns.append((head, tail, trap.kind))
                else:
                    self.loose.append((regex, trap.kind))

    def add_state(self, state: _State, where: str) -> None:
        start, end = (None if y is None else str(y) for y in (state.start, state.end))
        self.entries[state.id] = ActorEntry(
            id=state.id,
            name=state.name,
            kind="state",
            country=state.id,
            code=state.id,
            start=start,
            end=end,
            ambiguous=state.ambiguous,
            where=where,
        )
        for name in (state.name, *state.names):
            self.name(name, state.id, "name", where, plain=not (state.ambiguous and name == state.name))
        for name in state.demonyms:
            self.name(name, state.id, "demonym", where)
        for name in (*([state.capital] if state.capital else []), *state.other_capitals):
            self.name(name, state.id, "capital", where, plain=not state.ambiguous_capital)
        branches = [*([_Metonym(state.metonyms, "GOV")] if state.metonyms else []), *state.metonym]
        for branch in branches:
            code = f"{state.id}.{branch.sector}"
            title = branch.name or (
                f"Government of {state.name}"
                if branch.sector == "GOV"
                else branch.names[0].removeprefix("the ").removeprefix("The ")
            )
            if code not in self.entries:
                self.entries[code] = ActorEntry(
                    id=code,
                    name=title,
                    kind="office",
                    country=state.id,
                    sector=branch.sector,
                    code=code,
                    start=start,
                    end=end,
                    where=where,
                )
            for name in branch.names:
                self.name(name.removeprefix("the "), code, "metonym", where)

    def add_organisation(self, row: _Organisation, where: str) -> None:
        code = row.code or join_code(row.country, row.sector)
        if code is None and row.kind in ("igo", "agency"):
            code = row.id
        kind = (
            "people"
            if row.kind == "people"
            else "office"
            if row.kind in ("ministry", "parliament", "military", "police")
            else "organisation"
        )
        self.entries[row.id] = ActorEntry(
            id=row.id,
            name=row.name,
            kind=kind,
            country=row.country,
            sector=row.sector,
            code=code,
            detail=row.kind,
            members=tuple(row.members),
            joined=tuple((c.country, c.date) for c in row.joined),
            left=tuple((c.country, c.date) for c in row.left),
            start=row.start,
            end=row.end,
            where=where,
        )
        for name in (row.name, *row.names):
            bare = row.ambiguous or name in row.ambiguous_names
            self.name(name, row.id, "name", where, plain=not bare)
        for name in row.metonyms:
            self.name(name.removeprefix("the "), row.id, "metonym", where)

    def add_csv(self, file: Traversable | Path) -> None:
        rows: dict[str, list[tuple[int, _Person]]] = {}
        for line, row in read_csv(file, _Person):
            rows.setdefault(row.id, []).append((line, row))
        for person, lines in rows.items():
            self.add_person(person, lines, file)

    def add_person(self, person: str, lines: Sequence[tuple[int, _Person]], file: Traversable | Path) -> None:
        terms = []
        for line, row in lines:
            if row.country:
                self.countries.append((row.country, str(file), line))
            terms.append(
                Term(
                    row.country, row.sector, row.office, row.title, row.start, row.end, f"{file.name}:{line}"
                )
            )
        main = max(terms, key=lambda t: (t.is_head, t.sector == "GOV", t.start or ""))
        terms.sort(key=lambda t: t.start or "")
        first = lines[0][1]
        where = f"{file.name}:{lines[0][0]}"
        # an id must not change with the date, or no two articles about one person join: the main office makes it
        code = join_code(main.country, main.sector)
        person = f"{code}.{person}" if code else person
        self.entries[person] = ActorEntry(
            id=person,
            name=first.name,
            kind="person",
            country=main.country,
            sector=main.sector,
            code=code,
            terms=tuple(terms),
            where=where,
        )
        names = [first.name, *(a.strip() for _, row in lines for a in row.aliases.split("|") if a.strip())]
        for i, name in enumerate(dict.fromkeys(names)):
            self.name(name, person, "name" if i == 0 else "alias" if " " in name else "surname", where)
        words = first.name.split()
        eastern = any(t.country in load_reference_words().surname_first for t in terms)
        surname = words[0] if eastern else words[-1]
        if len(words) > 1 and surname[0].isupper():
            self.name(surname, person, "surname", where)

    def build(self) -> ActorDictionary:
        codes = {c for e in self.entries.values() if e.kind != "person" for c in (e.id, e.code)}
        for country, file, line in self.countries:
            if country not in codes and file in self.own:
                raise KnowledgeError(file, line, f"no state or organisation has the id {country!r}")
        names = [*self.aliases, *(t for t in self.traps if t not in self.aliases)]
        officers: dict[tuple[str, str], list[str]] = {}
        for entry in self.entries.values():
            for term in entry.terms:
                for office in (term.office, term.title):
                    if term.country and office:
                        held = officers.setdefault((term.country, office.lower()), [])
                        if entry.id not in held:
                            held.append(entry.id)
        return ActorDictionary(
            entries=self.entries,
            aliases={name: tuple(found.values()) for name, found in self.aliases.items()},
            roles=_by_first_word(self.roles.values()),
            groups=_by_first_word(self.groups.values()),
            officers={key: tuple(ids) for key, ids in officers.items()},
            _shapes=_compile_shapes(self.patterns),
            _loose=tuple(self.loose),
            _names=tuple(names),
            _traps=self.traps,
            _automaton=ahocorasick_rs.AhoCorasick(names) if names else ahocorasick_rs.AhoCorasick(["\0"]),
        )


def link_term(entry: ActorEntry, date: str | None) -> tuple[str | None, str | None, str | None]:
    """Country, sector and office (its title) of a person on that day; without a date, of the newest term.

    Between terms and after the last one a person is a former official, ELI; before the first, of that country
    with no sector yet known.
    """
    if not entry.terms:
        return entry.country, entry.sector, None
    if date is None:
        newest = max(entry.terms, key=lambda t: (t.end is None, t.start or "", t.is_head))
        return newest.country, newest.sector, newest.title or newest.office
    running = [t for t in entry.terms if t.covers(date)]
    if running:
        best = max(running, key=lambda t: (t.is_head, t.sector == "GOV", t.start or ""))
        return best.country, best.sector, best.title or best.office
    past = [t for t in entry.terms if t.end and t.end < date]
    if past:
        return (
            past[-1].country,
            "ELI" if past[-1].sector in ("GOV", "LEG", "MIL", "JUD", "SPY") else past[-1].sector,
            None,
        )
    return entry.terms[0].country, None, None


def is_in_office(entry: ActorEntry, date: str | None) -> bool:
    """Whether the person held an office on that day; without a date, whether one is still held."""
    if date is None:
        return any(t.end is None for t in entry.terms)
    return any(t.covers(date) for t in entry.terms)


def rank_person(entry: ActorEntry, date: str | None) -> tuple[int, int, int]:
    """How likely a bare surname means this person: in office first, heads of state or government, then sectors."""
    _, sector, _ = link_term(entry, date)
    heads = any(t.is_head and (date is None or t.covers(date)) for t in entry.terms)
    was_head = any(t.is_head for t in entry.terms)
    order = len(_RANK) - _RANK.index(sector) if sector in _RANK else 0
    return (2 * heads + is_in_office(entry, date), int(was_head), order)


def link_name(name: str, date: str | None, dictionary: ActorDictionary) -> tuple[ActorEntry, ...]:
    """The entries a bare name means at that date, the chosen one first; more than one where it stays open."""
    return tuple(e.entry for e in explain_name(name, date, dictionary))


def explain_name(query: str, date: str | None, dictionary: ActorDictionary) -> list[Explanation]:
    """Every reading of a name with the one taken at that date marked, best first. No reading: an empty list.

    A name that matches nothing as a whole is looked up without regard to case, then as part of longer names.
    """
    name = " ".join(_straighten(unicodedata.normalize("NFC", query)).split()).removeprefix("the ")
    found = dictionary.aliases.get(name) or dictionary.aliases.get(f"the {name}") or ()
    how_found = ""
    if not found:
        lower = name.lower()
        found = _unique(a for key, group in dictionary.aliases.items() if key.lower() == lower for a in group)
        how_found = " without regard to case"
    if not found and len(name) > 2:
        part = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        found = _unique(a for key, group in dictionary.aliases.items() if part.search(key) for a in group)
        how_found = " as part of a name"
    readings = _sort_readings(found, date, dictionary)
    choice = _choose(readings, date, dictionary)
    out = []
    for alias in readings:
        entry = dictionary.entries[alias.entry]
        country, sector, office = (
            link_term(entry, date) if entry.terms else (entry.country, entry.sector, None)
        )
        code = join_code(country, sector) if entry.terms else entry.code
        out.append(
            Explanation(
                entry=entry,
                code=code,
                office=office,
                chosen=alias is choice,
                why=f"{alias.how} {alias.name!r}{how_found}; {_say_when(entry, date, office)}",
                where=next((t.where for t in entry.terms if date and t.covers(date)), alias.where),
            )
        )
    return out


def join_code(country: str | None, sector: str | None) -> str | None:
    """An actor code: country or IGO, then the sector after a dot."""
    return f"{country}.{sector}" if country and sector else country


def to_slug(name: str) -> str:
    """A name in lower case ASCII letters with hyphens, for ids: "Recep Tayyip Erdoğan" → recep-tayyip-erdogan."""
    plain = unicodedata.normalize("NFKD", name.replace("ı", "i")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def find_line(text: str, piece: str) -> int | None:
    """1-based line of the first place where `piece` stands in `text`."""
    at = text.find(piece)
    return text.count("\n", 0, at) + 1 if at >= 0 else None


def _sort_readings(found: Iterable[Alias], date: str | None, dictionary: ActorDictionary) -> list[Alias]:
    order = {"name": 0, "metonym": 1, "capital": 1, "demonym": 2, "alias": 1, "surname": 3}

    def key(alias: Alias) -> tuple[Any, ...]:
        entry = dictionary.entries[alias.entry]
        rank = rank_person(entry, date) if entry.terms else (0, 0, 0)
        return (not entry.exists(date), order[alias.how], tuple(-r for r in rank), entry.id)

    return sorted(_unique(found), key=key)


def _choose(readings: list[Alias], date: str | None, dictionary: ActorDictionary) -> Alias | None:
    """The first reading, unless a second is as good."""
    if not readings:
        return None
    first = dictionary.entries[readings[0].entry]
    for other in (dictionary.entries[a.entry] for a in readings[1:2]):
        if first.terms and other.terms and readings[1].how == readings[0].how:
            return readings[0] if rank_person(first, date) > rank_person(other, date) else None
    return readings[0]


def _say_when(entry: ActorEntry, date: str | None, office: str | None) -> str:
    if entry.terms:
        if date is None:
            return "no date given, so the newest term" + (f": {office}" if office else "")
        if is_in_office(entry, date):
            term = next(t for t in entry.terms if t.covers(date))
            return f"{office or 'in office'} on {date} (from {term.start or '?'} to {term.end or 'now'})"
        return f"in no listed office on {date}"
    if date and not entry.exists(date):
        return f"did not exist on {date} ({entry.start or '?'} to {entry.end or 'now'})"
    return {"state": "a state", "office": "a branch of a state"}.get(entry.kind, entry.detail or entry.kind)


def _keep_longest(found: list[tuple[int, int, int | str]]) -> list[tuple[int, int, int | str]]:
    """Matches that do not overlap, in order: of those that do, the longest, then the first."""
    found.sort(key=lambda f: (f[0], -f[1]))
    kept: list[tuple[int, int, int | str]] = []
    i = 0
    while i < len(found):
        past, j = found[i][1], i + 1
        while j < len(found) and found[j][0] < past:
            past = max(past, found[j][1])
            j += 1
        chosen = found[i:j]
        if j - i > 1:
            cluster, chosen = sorted(chosen, key=lambda f: (f[0] - f[1], f[0])), []
            for match in cluster:
                if all(match[1] <= c[0] or c[1] <= match[0] for c in chosen):
                    chosen.append(match)
            chosen.sort(key=lambda f: f[0])
        kept.extend(chosen)
        i = j
    return kept


def _straighten(text: str) -> str:
    """The text with straight apostrophes and plain blanks, as in the data files. One character for one, so offsets
    hold."""
    return text.replace("’", "'").replace("ʼ", "'").replace("\u00a0", " ")


def _split(phrase: str) -> tuple[str, ...]:
    """The tokens of a phrase in lower case, without a leading article; a hyphen is a token of its own."""
    words = tuple(re.findall(r"[^\s-]+|-", _straighten(phrase.lower())))
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _unique(aliases: Iterable[Alias]) -> tuple[Alias, ...]:
    return tuple({a.entry: a for a in reversed(tuple(aliases))}.values())[::-1]


def _compile_shapes(patterns: Sequence[tuple[str, str, str]]) -> tuple[_Shape, ...]:
    """One expression for all traps that only follow a name, one for all that only precede it, and one for each
    that does both. Longer ones come first."""
    ordered = sorted(patterns, key=lambda p: -len(p[0] + p[1]))

    def join(parts: list[tuple[int, str, str]]) -> str:
        return "|".join(f"(?P<t{i}_{kind}>{part})" for i, part, kind in parts)

    def edges(parts: list[str], side: slice) -> frozenset[str]:
        plain = all(re.fullmatch(r"[\w -]{3,}", part) for part in parts)
        return frozenset(part[side] for part in parts if plain)

    def make(heads: list[tuple[int, str, str]], tails: list[tuple[int, str, str]]) -> _Shape:
        return _Shape(
            re.compile(rf"(?<!\w)(?:{join(heads)})$") if heads else None,
            re.compile(rf"(?:{join(tails)})(?!\w)"),
            edges([head for _, head, _ in heads], slice(-3, None)),
            edges([tail for _, tail, _ in tails], slice(3)),
        )

    tails = [(i, tail, kind) for i, (head, tail, kind) in enumerate(ordered) if not head]
    heads = [(i, head, kind) for i, (head, tail, kind) in enumerate(ordered) if not tail]
    both = [
        ([(i, head, kind)], [(i, tail, kind)])
        for i, (head, tail, kind) in enumerate(ordered)
        if head and tail
    ]
    return tuple(make(*parts) for parts in (([], tails), (heads, []), *both) if any(parts))


def _with_lines(rows: Sequence[T], text: str, table: str) -> Iterator[tuple[T, int]]:
    header = re.compile(rf"\s*\[\[\s*{table}\s*\]\]")
    lines = [i for i, line in enumerate(text.splitlines(), 1) if header.match(line)]
    for i, row in enumerate(rows):
        yield row, lines[i] if i < len(lines) else 1


def _by_first_word(items: Iterable[Worded]) -> dict[str, tuple[Worded, ...]]:
    """Longest first, so that the first that fits is the one meant."""
    out: dict[str, list[Worded]] = {}
    for item in items:
        out.setdefault(item.words[0], []).append(item)
    return {word: tuple(sorted(found, key=lambda r: -len(r.words))) for word, found in out.items()}
