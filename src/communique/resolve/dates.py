"""Expressions of time and the days they cover, told from the day of publication.

News looks back: "on Friday" is the last Friday up to the day of publication, "in August" the last August begun, unless
the words around say it is still to come ("will meet on Friday", "talks scheduled for Friday", "next Friday"). A week
runs from Monday to Sunday. Without a day of publication only what names its year is told; nothing is guessed: an end
that can't be told is None.
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

import msgspec

from communique.annotate.parse import Parse
from communique.extract.attach import find_head, find_own_path, find_path
from communique.extract.quantities import is_counted
from communique.knowledge.load import DATA, load_toml
from communique.records import DateRange

Kind = Literal["point", "duration", "set"]
_Days = tuple[date | None, date | None]
_UNTOLD: _Days = (None, None)
_SHORT_MONTHS = ("may", "june", "july")


class _Words(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    daypart: list[str]
    recurring: list[str]
    ambiguous_month: frozenset[str]
    before_month: frozenset[str]
    named_day: frozenset[str]
    numbered: frozenset[str]
    amount_before: frozenset[str]
    amount_after: frozenset[str]
    future_verb: frozenset[str]
    future_word: frozenset[str]
    aspect_verb: frozenset[str]
    superlative: frozenset[str]
    month: dict[str, int]
    weekday: dict[str, int]
    unit: dict[str, str]
    season: dict[str, int]
    part: dict[str, int]
    ordinal: dict[str, int]
    decade_word: dict[str, int]
    number: dict[str, float]


@dataclass(frozen=True, slots=True)
class DateMention:
    """An expression of time at the tokens `first` up to, not including, `past`, its preposition left out.

    `granularity` is day, week, weekend, month, season, quarter, year, decade, century, or hour and minute for
    durations. `kind`: a point is on the calendar; a duration says how long; a set is vague or comes again
    ("in recent years", "every year").
    """

    first: int
    past: int
    date: DateRange
    granularity: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Found:
    """What a pattern made of its match. `redo` tells the days again from another day, looking back from it:
    how "3 May" in "3 May to 5 June 2021" gets its year."""

    days: _Days
    granularity: str
    kind: Kind = "point"
    redo: Callable[[date], _Days] | None = None


@dataclass(frozen=True, slots=True)
class _At:
    """Where a match stands: its tokens, and the day everything is told from."""

    parse: Parse
    words: _Words
    today: date | None
    first: int
    past: int
    token: Callable[[int], int]  # character offset in the sentence → token

    def is_future(self) -> bool:
        return _is_future(self.parse, self.words, self.first, self.past)

    @property
    def before(self) -> str:
        sentence = self.parse.sentences[self.parse.sentence_of[self.first]][0]
        return self.parse.lower[self.first - 1] if self.first > sentence else ""

    @property
    def after(self) -> str:
        past = self.parse.sentences[self.parse.sentence_of[self.first]][1]
        return self.parse.lower[self.past] if self.past < past else ""


_Read = Callable[[re.Match[str], _At], _Found | None]


# --- the calendar ---------------------------------------------------------------------------------------------------


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _years(first: int, count: int = 1) -> _Days:
    if not 1 <= first <= 9999 - count:
        return _UNTOLD
    return date(first, 1, 1), date(first + count - 1, 12, 31)


def _months(first: date, count: int) -> tuple[date, date]:
    """`count` whole months from the one `first` is in."""
    start = first.replace(day=1)
    return start, _shift(start, count, "month") - timedelta(days=1)


def _season(year: int, first_month: int) -> tuple[date, date]:
    return _months(date(year, first_month, 1), 3)


def _shift(day: date, count: float, unit: str) -> date:
    """`day` moved by so many units; the last of the month where the day doesn't exist there."""
    in_months = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
    if unit in in_months:
        whole = day.year * 12 + day.month - 1 + round(count * in_months[unit])
        year, month = divmod(whole, 12)
        year = min(max(year, 1), 9998)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    in_days = {"day": 1.0, "week": 7.0, "weekend": 7.0, "fortnight": 14.0, "hour": 1 / 24, "minute": 1 / 1440}
    return day + timedelta(days=round(max(-700_000.0, min(700_000.0, count * in_days.get(unit, 0.0)))))


def _around(day: date, unit: str) -> _Days:
    """The unit of the calendar that `day` is in."""
    if unit in ("week", "fortnight"):
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if unit == "weekend":
        saturday = day - timedelta(days=day.weekday()) + timedelta(days=5)
        return saturday, saturday + timedelta(days=1)
    if unit == "month":
        return _month(day.year, day.month)
    if unit == "quarter":
        return _months(date(day.year, day.month - (day.month - 1) % 3, 1), 3)
    if unit == "year":
        return _years(day.year)
    if unit == "decade":
        return _years(max(day.year - day.year % 10, 1), 10)
    if unit == "century":
        return _years(max(day.year - day.year % 100, 1), 100)
    return day, day


def _third(days: _Days, part: int | None) -> _Days:
    """The early, middle or late third: of a year in months, of a month in tens of days."""
    start, end = days
    if part is None or start is None or end is None:
        return days
    length = (end - start).days + 1
    if length < 3:
        return days
    if length > 360:
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        first = _shift(start, months * part // 3, "month")
        past = _shift(start, months * (part + 1) // 3, "month")
        return first, past - timedelta(days=1)
    if 28 <= length <= 31:
        return start + timedelta(days=10 * part), end if part == 2 else start + timedelta(days=10 * part + 9)
    first_day = start + timedelta(days=length * part // 3)
    return first_day, start + timedelta(days=length * (part + 1) // 3 - 1)


def _nearest(today: date, future: bool, at_year: Callable[[int], tuple[date, date] | None]) -> _Days:
    """The yearly thing last begun up to today, or for the future the first not over."""
    years = range(today.year - 9, today.year + 2) if not future else range(today.year - 1, today.year + 9)
    spans = [s for y in years if 1 <= y < 9999 and (s := at_year(y))]
    if future:
        return next((s for s in spans if s[1] >= today), _UNTOLD)
    return next((s for s in reversed(spans) if s[0] <= today), _UNTOLD)


def _day(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        return (date(year, month, day),) * 2
    except ValueError:
        return None


# --- the words ------------------------------------------------------------------------------------------------------


def _is_future(parse: Parse, words: _Words, first: int, past: int) -> bool:
    """Whether the expression is said of something still to come: an auxiliary or a planning word governs it."""
    token = top = find_head(parse, first, past)
    for _ in range(12):
        # "agreed on Friday to withdraw": a planning verb of its own tense is over
        planned = parse.lemma[token] in words.future_verb and parse.dep[token] in (
            "acl",
            "amod",
            "acomp",
            "oprd",
        )
        if token != top and (parse.lower[token] in words.future_word or planned):
            return True
        below = [parse.lower[c] for c in parse.children[token] if not first <= c < past]
        if not words.future_word.isdisjoint(below) and "have" not in below:
            return True
        verb = parse.pos[token] in ("VERB", "AUX")
        infinitive = verb and any(parse.tag[c] == "TO" for c in parse.children[token])
        up = parse.head[token]
        if verb and not infinitive:
            return parse.lemma[token] == "go" and parse.tag[token] == "VBG" and parse.dep[token] == "xcomp"
        if infinitive:
            planned = parse.lemma[up] in words.future_verb or parse.lemma[up] in ("go", "be", "have")
            if up != token and planned:
                return True
            if parse.dep[token] in ("xcomp", "acl", "advcl", "relcl", "ccomp"):
                return parse.lemma[up] in words.future_verb
        if up == token:
            return False
        token = up
    return False


def _choice(words: Sequence[str]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(words, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class _Grammar:
    """A sentence is only looked at for one of the tokens `anchors` or a figure, and a pattern only tried on a sentence
    whose words have, by `signs`, all the letters it asks for."""

    words: _Words
    patterns: tuple[tuple[frozenset[str], re.Pattern[str], _Read], ...]
    anchors: frozenset[str]
    signs: dict[str, str]


@cache
def _load() -> _Grammar:
    words = load_toml(DATA / "language" / "dates.toml", _Words)
    long_days = [w for w in words.weekday if len(w) > 4]
    months = [w for w in words.month if len(w) > 4 or w in _SHORT_MONTHS]
    abbreviations = [w for w in words.month if w not in months]
    pieces = {
        "D": r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\w:%]|[.,]\d)",
        "M": rf"(?:(?:{_choice(months)})\b|(?:{_choice(abbreviations)})\b\.?)",
        "Y": r"(?:1\d{3}|2[01]\d{2})(?![\w%]|[.,:]\d)",
        "W": rf"(?:{_choice(long_days)})",
        "WS": rf"(?:(?:{_choice(list(words.weekday))})\b\.?)",
        "TO": r"(?:\s*[-–—]\s*|\s+(?:to|and|until|till|through)\s+)",
        "N": rf"(?:\d+(?:\.\d+)?|{_choice(list(words.number))})",
        "U": rf"(?:{_choice(list(words.unit))})",
        "S": rf"(?:{_choice(list(words.season))})",
        "P": rf"(?:(?P<part>{_choice(list(words.part))})(?:\s+|\s*-\s*)(?:the\s+)?)?",
        "OF": r"(?:\s+(?:of\s+)?(?P<ry>last|this|next)\s+year)?",
        "DP": rf"(?:\s+(?:{_choice(words.daypart)}))?",
        "O": rf"(?:{_choice(list(words.ordinal))})",
        "DW": rf"(?:{_choice(list(words.decade_word))})",
        "E": rf"(?:{_choice(words.recurring)})",
    }
    table: tuple[tuple[str, str, _Read], ...] = (
        (
            "MD",
            r"(?P<d1><D>)<TO>(?:the\s+)?(?P<d2><D>)\s+(?:of\s+)?(?P<m><M>)(?:,?\s+(?P<y><Y>))?<OF>",
            _read_days,
        ),
        ("MD", r"(?P<m><M>)\s+(?P<d1><D>)<TO>(?P<d2><D>)(?:,?\s+(?P<y><Y>))?<OF>", _read_days),
        (
            "MD",
            r"(?:<WS>,?\s+)?(?:the\s+)?(?P<d><D>)\s+(?:of\s+)?(?P<m><M>)(?:,?\s+(?P<y><Y>))?<OF>",
            _read_day,
        ),
        ("MD", r"(?:<WS>,?\s+)?(?P<m><M>)\s+(?:the\s+)?(?P<d><D>)(?:,?\s+(?P<y><Y>))?<OF>", _read_day),
        ("Y", r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?![\w-])", _read_iso),
        ("Y", r"(?P<a>\d\d?)/(?P<b>\d\d?)/(?P<y>\d{4})(?![\w/])", _read_slashes),
        (
            "M",
            r"<P>(?:(?P<rel>last|this\s+past|this\s+coming|this|next)\s+)?(?P<m><M>)(?:,?\s+(?:of\s+)?(?P<y><Y>))?<OF>",
            _read_month,
        ),
        ("Y", r"<P>(?P<y><Y>)", _read_year),
        ("Y", r"(?P<y><Y>)\s*[-–—/]\s*(?P<z>\d\d)(?![\w-])", _read_year_pair),
        ("Y", r"(?:the\s+)?<P>(?P<y>(?:1\d|20)\d0)\s?['’]?s\b", _read_decade),
        ("B", r"(?:the\s+)?<P>['’](?P<y>\d0)s\b", _read_decade),
        ("T", r"the\s+<P>(?P<w><DW>)", _read_decade),
        ("DC", r"(?:the\s+)?<P>(?P<c>\d\d?)(?:st|nd|rd|th)[\s-]+century", _read_century),
        (
            "Q",
            r"(?:the\s+)?(?P<o><O>)\s+(?P<u>quarter|half)(?:(?:\s+of)?\s+(?:(?P<y><Y>)|(?P<ry>last|this|next|the)\s+year))?",
            _read_quarter,
        ),
        ("Z", r"q(?P<o>[1-4])(?:\s+(?:of\s+)?(?P<y><Y>))?(?!\w)", _read_quarter),
        (
            "S",
            r"<P>(?:(?P<rel>last|this\s+past|this|next|the)\s+)?(?P<s><S>)(?:(?:\s+of)?\s+(?P<y><Y>))?<OF>",
            _read_season,
        ),
        (
            "RU",
            r"(?:(?P<part>earlier|later|late|early|mid|the\s+end\s+of|the\s+start\s+of|the\s+beginning\s+of|the\s+middle\s+of)(?:\s*-\s*|\s+))?(?P<rel>last|this|next|the\s+current|the\s+previous|the\s+following|the\s+same|the\s+past|the\s+coming)\s+(?P<u><U>|<DPW>)",
            _read_relative,
        ),
        (
            "N",
            r"(?:earlier\s+|later\s+|late\s+|early\s+)?(?P<w>the\s+day\s+before\s+yesterday|the\s+day\s+after\s+tomorrow|today|tonight|yesterday|tomorrow|overnight)<DP>",
            _read_near,
        ),
        (
            "W",
            r"(?:(?:early|late)\s+)?(?:(?P<rel>last|next|this\s+past|this\s+coming|this|the\s+coming)\s+)?(?:(?:early|late)\s+)?(?P<w><W>)(?P<s>s)?<DP>(?:,?\s+(?:of\s+)?(?P<rw>last|this|next)\s+week)?",
            _read_weekday,
        ),
        ("UA", r"(?:(?P<n><N>)\s+)?(?P<u><U>)\s+(?P<way>ago|earlier|later|from\s+now)", _read_ago),
        (
            "UR",
            r"(?:the\s+|this\s+)?(?P<rel>last|past|previous|next|coming|following)\s+(?:(?P<n><N>)\s+)?(?P<u><U>)",
            _read_span,
        ),
        ("UR", r"(?:the\s+)?(?:recent|coming)\s+(?P<u><U>)", _read_set),
        ("E", r"(?:<E>)\s+(?:<N>\s+)?(?P<u><U>|<W>|<M>|<S>)", _read_set),
        (
            "U",
            r"(?P<n><N>)(?:\s*-\s*|\s+)(?:and\s+a\s+half\s+)?(?:more\s+|straight\s+|consecutive\s+|full\s+)?(?P<u><U>)",
            _read_duration,
        ),
        (
            "U",
            r"(?<=for\s)(?:many\s+)?(?P<u>seconds|minutes|hours|days|weeks|months|years|decades|centuries)",
            _read_duration,
        ),
    )
    pieces["DPW"] = _choice(words.daypart)
    patterns = []
    for needs, pattern, read in table:
        for name in ("P", *pieces):
            pattern = pattern.replace(f"<{name}>", pieces[name])
        regex = re.compile(rf"(?<![\w$€£])(?:{pattern})(?!\w)", re.IGNORECASE)
        patterns.append((frozenset(needs), regex, read))
    anchors = {*words.month, *words.weekday, *words.unit, *words.season, *words.decade_word, *words.daypart}
    anchors |= {f"{w}." for w in (*words.month, *words.weekday)} | {f"{w}s" for w in words.weekday}
    anchors |= {"today", "tonight", "yesterday", "tomorrow", "overnight", "half"}
    return _Grammar(words, tuple(patterns), frozenset(anchors), _list_signs(words))


def _list_signs(words: _Words) -> dict[str, str]:
    """The letters of the words that a pattern can't do without: U for a unit, M for a month …"""
    kinds = {
        "U": (*words.unit, *words.daypart),
        "M": words.month,
        "W": (*words.weekday, *(f"{w}s" for w in words.weekday)),
        "S": words.season,
        "T": words.decade_word,
        "R": ("last", "past", "this", "next", "coming", "current", "same", "previous", "following", "recent"),
        "A": ("ago", "earlier", "later", "from"),
        "E": [w.split()[0] for w in words.recurring],
        "N": ("yesterday", "tomorrow", "today", "tonight", "overnight"),
        "Q": ("quarter", "half"),
        "Z": ("q1", "q2", "q3", "q4"),
        "C": ("century",),
        "B": [f"{tens}0s" for tens in range(10)],
    }
    signs: dict[str, str] = {}
    for letter, of_kind in kinds.items():
        for word in of_kind:
            signs[word] = signs.get(word, "") + letter
    return signs


_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\d{4}")


def find_dates(
    parse: Parse, published: str | None, sentences: Iterable[int] | None = None
) -> list[DateMention]:
    """Every expression of time of the document, or of those of its sentences, in order and apart.

    `published` is the ISO date everything relative is told from; without one its ends are None.
    """
    grammar = _load()
    today = date.fromisoformat(published[:10]) if published else None
    out: list[DateMention] = []
    for number in range(len(parse.sentences)) if sentences is None else sorted(set(sentences)):
        first, past = parse.sentences[number]
        if not grammar.anchors.isdisjoint(parse.lower[first:past]) or _DIGIT.search(
            parse.text, parse.start[first], parse.end[past - 1]
        ):
            out.extend(_find_in_sentence(parse, grammar, today, first, past))
    return out


def _find_in_sentence(
    parse: Parse, grammar: _Grammar, today: date | None, first: int, past: int
) -> list[DateMention]:
    offset, text = parse.start[first], parse.slice(first, past)
    signs = {s for w in grammar.signs.keys() & _WORD.findall(text.lower()) for s in grammar.signs[w]}
    if _DIGIT.search(text):
        signs.update("DY" if _YEAR.search(text) else "D")

    def token_at(place: int) -> int:
        # a group may begin inside a token ("mid-2014"): the token it is in
        return bisect_right(parse.start, offset + place, first, past) - 1

    matches = []
    for rank, (needs, pattern, _) in enumerate(grammar.patterns):
        if needs <= signs:
            for match in pattern.finditer(text):
                a, b = match.span()
                begin, last = token_at(a), token_at(b - 1)
                if parse.end[last] != offset + b and text[b - 1] == ".":
                    b -= 1
                    last = token_at(b - 1)
                if parse.start[begin] == offset + a and parse.end[last] == offset + b:
                    matches.append((begin, -last - 1, rank, match))
    matches.sort(key=lambda m: m[:3])
    found: list[tuple[int, int, _Found]] = []
    at = first
    for a, minus_b, rank, match in matches:
        if a < at:
            continue
        where = _At(parse, grammar.words, today, a, -minus_b, token_at)
        if (what := grammar.patterns[rank][2](match, where)) is not None:
            found.append((a, -minus_b, what))
            at = -minus_b
    return [_finish(parse, today, *f) for f in _join_ranges(parse, found)]


_FROM_TO = {
    "to": "from",
    "until": "from",
    "till": "from",
    "through": "",
    "and": "between",
    "-": "",
    "–": "",
    "—": "",
}


def _join_ranges(parse: Parse, found: list[tuple[int, int, _Found]]) -> list[tuple[int, int, _Found]]:
    """Two points with a dash or "to" between them are one range, as are two with "and" after "between"."""
    out: list[tuple[int, int, _Found]] = []
    for first, past, what in found:
        if out and what.kind == "point" and out[-1][2].kind == "point" and out[-1][1] == first - 1:
            begin, _, start = out[-1]
            needs = _FROM_TO.get(parse.lower[first - 1])
            before = parse.lower[begin - 1] if begin else ""
            if needs is not None and (
                needs in ("", before) or (needs == "from" and start.granularity == what.granularity)
            ):
                days = start.days
                if start.redo and what.days[0]:
                    days = start.redo(what.days[0])
                if days[0] and what.days[1] and days[0] <= what.days[1]:
                    out[-1] = (begin, past, _Found((days[0], what.days[1]), what.granularity))
                    continue
        out.append((first, past, what))
    return out


def _finish(parse: Parse, today: date | None, first: int, past: int, what: _Found) -> DateMention:
    """The mention, with "since", "until", "before" and "after" read into its ends."""
    start, end = what.days
    before = (
        parse.lower[first - 1] if first and parse.sentence_of[first - 1] == parse.sentence_of[first] else ""
    )
    if what.kind == "point":
        if before == "since":
            start, end = (start, today) if start and today and start <= today else (start, None)
        elif before in ("until", "till", "by", "through") and end:
            if today and (start or end) > today:
                start = today
            elif before != "by":
                start = None
        elif before == "before" and start:
            end = _shift(start, -1, "day")
            start = None
        elif before == "after" and end:
            start, end = end + timedelta(days=1), None
    text = parse.slice(first, past)
    span = (parse.start[first], parse.end[past - 1])
    told = DateRange(text, span, start.isoformat() if start else None, end.isoformat() if end else None)
    return DateMention(first, past, told, what.granularity, what.kind)


# --- one reader a pattern: None where the words aren't a date after all ---------------------------------------------


def _part(match: re.Match[str], at: _At) -> int | None:
    words = match["part"]
    return at.words.part[" ".join(words.lower().split()).replace("the the", "the")] if words else None


def _read_month_word(match: re.Match[str], at: _At, alone: bool) -> int | None:
    """The number of the month in `m`, None where the word is a verb or a name. `alone`: no day or year with it."""
    name = match["m"].lower().rstrip(".")
    token = at.token(match.start("m"))
    parse = at.parse
    if not parse.word[token][0].isupper() and (alone or name in at.words.ambiguous_month):
        return None
    if alone:
        if len(name) <= 4 and name not in _SHORT_MONTHS and not match["m"].endswith("."):
            return None
        if parse.ent[token] in ("PERSON", "ORG", "WORK_OF_ART", "LAW", "PRODUCT") or parse.tag[token] == "MD":
            return None
        if name in at.words.ambiguous_month:
            led = token > at.first or at.before in at.words.before_month
            named = token > 0 and parse.pos[token - 1] == "PROPN" and parse.head[token - 1] == token
            if named or parse.pos[token] in ("VERB", "AUX") or (not led and parse.ent[token] != "DATE"):
                return None
    return at.words.month[name]


def _year_of(match: re.Match[str], at: _At) -> int | None:
    groups = match.groupdict()
    if groups.get("y"):
        return int(match["y"])
    if groups.get("ry") and at.today:
        return at.today.year + {"last": -1, "next": 1}.get(match["ry"].lower(), 0)
    return None


def _unit_year(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    return bool(groups.get("y") or groups.get("ry"))


def _read_days(match: re.Match[str], at: _At) -> _Found | None:
    month = _read_month_word(match, at, alone=False)
    first, last = int(re.sub(r"\D", "", match["d1"])), int(re.sub(r"\D", "", match["d2"]))
    if not month or first > last:
        return None

    def at_year(year: int) -> tuple[date, date] | None:
        start, end = _day(year, month, first), _day(year, month, last)
        return (start[0], end[0]) if start and end else None

    return _yearly(match, at, at_year, "day")


def _read_day(match: re.Match[str], at: _At) -> _Found | None:
    month = _read_month_word(match, at, alone=False)
    if not month:
        return None
    day = int(re.sub(r"\D", "", match["d"]))
    if (
        match.start("m") < match.start("d")
        and not match["y"]
        and at.before == "in"
        and at.past < len(at.parse)
        and at.parse.tag[at.past] in ("NNS", "JJ")
    ):
        return None  # "in August 12 people died"
    return _yearly(match, at, lambda year: _day(year, month, day), "day")


def _yearly(
    match: re.Match[str], at: _At, at_year: Callable[[int], tuple[date, date] | None], granularity: str
) -> _Found | None:
    """What comes once a year: in the year that is said, or the nearest one before or after today."""
    year = _year_of(match, at)
    if year:
        days = at_year(year)
        return _Found(days, granularity) if days else None
    if not any(at_year(y) for y in (2023, 2024)):
        return None

    def redo(day: date) -> _Days:
        return _nearest(day, False, at_year)

    if not at.today or _unit_year(match):
        return _Found(_UNTOLD, granularity, redo=redo)
    future = at.is_future()
    days_told = _nearest(at.today, future, at_year)
    if granularity == "day" and not future and days_told[0] and not _is_past(at.parse, at.first, at.past):
        # "leaves office on Jan. 20", printed in October: without a past verb the nearer of the two
        ahead = _nearest(at.today, True, at_year)
        if ahead[0] and ahead[0] - at.today < at.today - days_told[0]:
            days_told = ahead
    return _Found(days_told, granularity, redo=redo)


def _is_past(parse: Parse, first: int, past: int) -> bool:
    token = find_head(parse, first, past)
    while parse.pos[token] not in ("VERB", "AUX") and parse.head[token] != token:
        token = parse.head[token]
    return parse.tag[token] in ("VBD", "VBN")


def _read_iso(match: re.Match[str], at: _At) -> _Found | None:
    day = _day(int(match["y"]), int(match["m"]), int(match["d"])) if int(match["y"]) else None
    return _Found(day, "day") if day else None


def _read_slashes(match: re.Match[str], at: _At) -> _Found | None:
    a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
    readings = {d for d in (_day(year, a, b), _day(year, b, a)) if d} if year else set()
    if not readings:
        return None
    return _Found(readings.pop() if len(readings) == 1 else _UNTOLD, "day")


def _read_month(match: re.Match[str], at: _At) -> _Found | None:
    rel, part = match["rel"], _part(match, at)
    month = _read_month_word(match, at, alone=not _unit_year(match) and not rel)
    if not month:
        return None
    year = _year_of(match, at)
    if not year and rel and at.today:
        rel = " ".join(rel.lower().split())
        if rel in ("last", "this past"):
            told = _nearest(at.today.replace(day=1) - timedelta(days=1), False, lambda y: _month(y, month))
        elif rel == "this":
            told = _month(at.today.year, month)
        else:
            told = _nearest(at.today + timedelta(days=1), True, lambda y: _month(y, month))
        return _Found(_third(told, part), "month")
    found = _yearly(match, at, lambda y: _month(y, month), "month")
    if not found or part is None:
        return found
    return _Found(_third(found.days, part), "month")


def _read_year(match: re.Match[str], at: _At) -> _Found | None:
    token, year = at.token(match.start("y")), int(match["y"])
    parse, words = at.parse, at.words
    before, after = at.before, at.after
    dated = parse.ent[token] == "DATE"
    if before in words.numbered or before.rstrip(".") in words.numbered or before in words.amount_before:
        return None
    if after in words.amount_after and not (after == "-" and dated):
        return None
    if is_counted(parse, at.past) and before not in ("in", "since"):
        return None
    head = parse.head[token]
    counts = parse.dep[token] == "nummod" and head >= at.past and parse.tag[head] == "NNS"
    led = before in (
        "in",
        "since",
        "until",
        "by",
        "of",
        "from",
        "during",
        "before",
        "after",
        "between",
        "through",
    )
    if match["part"] or (led and not counts):
        pass
    elif (
        (counts and not dated and not (parse.pos[at.first - 1] in ("DET", "PRON", "PART") and at.first))
        or (not dated and not 1900 <= year <= 2100)
        or (before in ("about", "around") and not dated)
    ):
        return None
    return _Found(_third(_years(year), _part(match, at)), "year")


def _read_year_pair(match: re.Match[str], at: _At) -> _Found | None:
    first = int(match["y"])
    last = first - first % 100 + int(match["z"])
    return _Found((date(first, 1, 1), date(last, 12, 31)), "year") if first < last <= first + 60 else None


def _read_decade(match: re.Match[str], at: _At) -> _Found | None:
    groups = match.groupdict()
    first = at.words.decade_word[groups["w"].lower()] if groups.get("w") else int(groups["y"] or 0)
    if first < 100:
        first += 1900 if first >= 20 else 2000
    return _Found(_third(_years(first, 10), _part(match, at)), "decade")


def _read_century(match: re.Match[str], at: _At) -> _Found | None:
    number = int(match["c"])
    return (
        _Found(_third(_years(number * 100 - 99, 100), _part(match, at)), "century")
        if 0 < number < 22
        else None
    )


def _read_quarter(match: re.Match[str], at: _At) -> _Found | None:
    number = at.words.ordinal.get(match["o"].lower()) or int(match["o"][0])
    half = (match.groupdict().get("u") or "quarter").lower() == "half"
    if half and number > 2:
        return None
    length = 6 if half else 3
    year = _year_of(match, at)
    if (
        not year
        and match.groupdict().get("u")
        and not match["ry"]
        and at.before not in ("in", "for", "during", "since")
    ):
        return None  # "the first half was goalless"
    if year:
        return _Found(_months(date(year, (number - 1) * length + 1, 1), length), "quarter")
    if not at.today:
        return _Found(_UNTOLD, "quarter")
    return _Found(
        _nearest(at.today, at.is_future(), lambda y: _months(date(y, (number - 1) * length + 1, 1), length)),
        "quarter",
    )


def _read_season(match: re.Match[str], at: _At) -> _Found | None:
    rel, name = " ".join((match["rel"] or "").lower().split()), match["s"].lower()
    first_month = at.words.season[name]
    token = at.token(match.start("s"))
    if _is_in_name(at.parse, token) and not match["y"]:
        return None
    bare = not _unit_year(match) and not match["part"] and rel in ("", "the")
    if bare and at.before not in ("in", "by", "since", "until", "during", "before", "after", "over"):
        return None
    if bare and name == "fall" and (rel != "the" or at.after == "of" or at.parse.pos[token] == "VERB"):
        return None  # "in the fall of Kabul"
    if bare and at.past < len(at.parse) and at.parse.pos[at.past] in ("NOUN", "PROPN"):
        return None  # "in the spring offensive"
    year, part = _year_of(match, at), _part(match, at)
    if year:
        return _Found(_third(_season(year, first_month), part), "season")
    if not at.today:
        return _Found(_UNTOLD, "season")
    if rel in ("last", "this past"):
        spans = [_season(y, first_month) for y in range(at.today.year - 2, at.today.year + 1)]
        told: _Days = next((s for s in reversed(spans) if s[1] < at.today), _UNTOLD)
    elif rel == "next":
        spans = [_season(y, first_month) for y in range(at.today.year - 1, at.today.year + 3)]
        told = next((s for s in spans if s[0] > at.today), _UNTOLD)
    elif rel == "this":
        told = _season(at.today.year - (name == "winter" and at.today.month < 9), first_month)
    else:
        told = _nearest(at.today, at.is_future(), lambda y: _season(y, first_month))
    return _Found(_third(told, part), "season")


def _is_in_name(parse: Parse, token: int) -> bool:
    """Whether a capital inside the sentence says the word is part of a name ("the Arab Spring")."""
    inside = token > parse.sentences[parse.sentence_of[token]][0]
    return (
        inside
        and parse.word[token][0].isupper()
        and parse.pos[token] == "PROPN"
        and parse.ent[token] != "DATE"
    )


def _read_relative(match: re.Match[str], at: _At) -> _Found | None:
    rel = " ".join(match["rel"].lower().split())
    word = match["u"].lower()
    unit = at.words.unit.get(word, "day")
    if word.endswith("s") or unit in ("hour", "minute", "second"):
        return None  # spans and durations: "the past days"
    part = " ".join((match["part"] or "").lower().split())
    if rel in ("the same", "the previous", "the following"):
        return _Found(_UNTOLD, unit)  # told from another date of the text, not from today
    if not at.today:
        return _Found(_UNTOLD, unit)
    today = at.today
    if rel == "the past":
        return _Found((_shift(today, -1, unit), today), unit)
    if rel == "the coming":
        return _Found((today, _shift(today, 1, unit)), unit)
    step = {"last": -1, "next": 1}.get(rel, 0)
    if unit == "day":
        if word == "day" and rel != "this":
            return None
        return _Found((_shift(today, step, "day"),) * 2, "day")
    if unit == "weekend" and rel == "last":
        days = _around(today - timedelta(days=7), unit)
    elif unit == "fortnight":
        days = (_shift(today, step, unit), today) if step <= 0 else (today, _shift(today, 1, unit))
        return _Found(days, unit)
    else:
        days = _around(_shift(today, step, unit), unit)
    start, end = days
    if part == "earlier" and start and step == 0:
        return _Found((start, today), unit)
    if part == "later" and end and step == 0:
        return _Found((today, end), unit)
    thirds = {"early": 0, "mid": 1, "late": 2, "the start of": 0, "the beginning of": 0, "the middle of": 1}
    thirds["the end of"] = 2
    return _Found(_third(days, thirds.get(part)), unit)


_NEAR = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "overnight": -1}


def _read_near(match: re.Match[str], at: _At) -> _Found | None:
    word = " ".join(match["w"].lower().split())
    step = _NEAR.get(word, -2 if word.endswith("yesterday") else 2)
    token = at.token(match.start("w"))
    if _is_in_name(at.parse, token):
        return None  # "USA Today"
    if at.today is None:
        return _Found(_UNTOLD, "day")
    if word == "overnight":
        future = at.is_future()
        night = (
            (at.today, at.today + timedelta(days=1)) if future else (at.today - timedelta(days=1), at.today)
        )
        return _Found(night, "day")
    return _Found((at.today + timedelta(days=step),) * 2, "day")


def _read_weekday(match: re.Match[str], at: _At) -> _Found | None:
    token = at.token(match.start("w"))
    parse = at.parse
    if at.before in at.words.named_day or parse.ent[token] in ("WORK_OF_ART", "LAW", "PRODUCT", "EVENT"):
        return None
    if parse.ent[token] in ("ORG", "PERSON") and parse.ent_id[token] in (
        parse.ent_id[token - 1] if token else -1,
        parse.ent_id[token + 1] if token + 1 < len(parse) else -1,
    ):
        return None  # "the Sunday Times"
    if match["s"]:
        return _Found(_UNTOLD, "day", "set")
    weekday = at.words.weekday[match["w"].lower()]
    if at.today is None:
        return _Found(_UNTOLD, "day")
    today = at.today
    rel = " ".join((match["rel"] or "").lower().split())
    if match["rw"]:
        step = {"last": -7, "next": 7}.get(match["rw"].lower(), 0)
        day = today - timedelta(days=today.weekday() - weekday) + timedelta(days=step)
        return _Found((day, day), "day")
    back = today - timedelta(days=(today.weekday() - weekday) % 7)
    ahead = today + timedelta(days=(weekday - today.weekday()) % 7)
    if rel in ("last", "this past"):
        day = back if back < today else back - timedelta(days=7)
    elif rel == "next":
        day = ahead if ahead > today else ahead + timedelta(days=7)
    elif rel in ("this", "this coming", "the coming"):
        day = ahead
    else:
        day = ahead if at.is_future() else back

    def redo(until: date) -> _Days:
        start = until - timedelta(days=(until.weekday() - weekday) % 7)
        return start, start

    return _Found((day, day), "day", redo=redo)


def _number(match: re.Match[str], at: _At) -> float | None:
    """The number said, None where there is none or it is vague ("several")."""
    words = match["n"]
    if not words:
        return None
    words = " ".join(words.lower().split())
    number = float(words) if words[0].isdigit() else at.words.number[words]
    return number if 0 < number <= 5000 else None


def _read_ago(match: re.Match[str], at: _At) -> _Found | None:
    unit, number = at.words.unit[match["u"].lower()], _number(match, at)
    way = match["way"].lower()
    if not match["n"] and not match["u"].lower().endswith("s"):
        return None
    if number is None or at.today is None or way in ("earlier", "later"):
        return _Found(_UNTOLD, unit)
    day = _shift(at.today, number if way.startswith("from") else -number, unit)
    coarse = {"decade": "year", "century": "decade", "fortnight": "week", "weekend": "weekend"}.get(
        unit, unit
    )
    if coarse in ("hour", "minute", "second"):
        coarse = "day"
    return _Found(_around(day, coarse), coarse)


def _read_span(match: re.Match[str], at: _At) -> _Found | None:
    word = match["u"].lower()
    unit, number = at.words.unit[word], _number(match, at)
    if not match["n"] and not word.endswith("s"):
        return None
    rel = match["rel"].lower()
    forward = rel in ("next", "coming", "following")
    if rel in ("previous", "following") or at.today is None:
        return _Found(_UNTOLD, unit)
    edge = _shift(at.today, number if forward else -number, unit) if number else None
    return _Found((at.today, edge) if forward else (edge, at.today), unit)


def _read_set(match: re.Match[str], at: _At) -> _Found | None:
    return _Found(_UNTOLD, at.words.unit.get(match["u"].lower(), "day"), "set")


def _read_duration(match: re.Match[str], at: _At) -> _Found | None:
    number = match.groupdict().get("n")
    if (
        at.after in ("old", "-") and at.parse.lower[at.past : at.past + 2] in (["old"], ["-", "old"])
    ) or at.after == "old":
        return None
    if (
        number
        and number.lower() in ("a", "an", "one")
        and at.before not in ("for", "in", "within", "over", "than", "after", "during")
    ):
        return None  # "barrels a day"
    if at.before in ("aged", "age", "per"):
        return None
    return _Found(_UNTOLD, at.words.unit[match["u"].lower()], "duration")


# --- whose date it is -----------------------------------------------------------------------------------------------


def choose_date(dates: Sequence[DateMention], parse: Parse, trigger: int) -> DateRange | None:
    """The expression that says when the event at token `trigger` was: one below it in the tree and in no other clause,
    else one of the clause it stands in, else None. A point goes before a duration, then the nearest in the tree."""
    first, past = parse.sentences[parse.sentence_of[trigger]]
    low, high = (bisect_left(dates, edge, key=lambda d: d.first) for edge in (first, past))
    here = [d for d in dates[low:high] if not _is_reckoned(parse, d)]
    if not here:
        return None
    near: list[tuple[int, int, DateMention]] = []
    for mention in here:
        path = find_own_path(parse, find_head(parse, mention.first, mention.past), trigger)
        if path is not None:
            near.append((_rank(mention), len(path), mention))
    if near:
        return min(near, key=lambda n: n[:2])[2].date
    for clause in find_clauses(parse, trigger):
        near = []
        for mention in here:
            path = find_path(parse, find_head(parse, mention.first, mention.past), clause)
            if path is not None and all(_is_adverbial(parse, i, mention) for i in path):
                near.append((_rank(mention), len(path), mention))
        if near:
            return min(near, key=lambda n: n[:2])[2].date
    return None


def _is_reckoned(parse: Parse, mention: DateMention) -> bool:
    """Whether the date is what something is the first since: "their first meeting since 2019" wasn't in 2019."""
    since = mention.first - 1
    if since < 0 or parse.lower[since] != "since":
        return False
    words = _load().words
    above, left = parse.head[since], max(since - 1, 0)
    around = [above, *parse.children[above], left, *parse.children[left]]
    return any(parse.lower[i] in words.superlative or parse.tag[i] in ("JJS", "RBS") for i in around)


def _rank(mention: DateMention) -> int:
    told = mention.date.start is not None or mention.date.end is not None
    return {"point": 0 if told else 1, "duration": 2, "set": 2}[mention.kind]


def _is_adverbial(parse: Parse, token: int, mention: DateMention) -> bool:
    """Whether a token between a date and a verb leaves the date to the verb: no noun but the date's own."""
    if mention.first <= token < mention.past:
        return True
    return parse.pos[token] in ("ADP", "SCONJ", "ADV", "NUM") or parse.ent[token] in ("DATE", "TIME")


def find_clauses(parse: Parse, trigger: int) -> list[int]:
    """The verbs above `trigger` whose date is also its own, nearest first."""
    words = _load().words
    out: list[int] = []
    token = trigger
    while parse.head[token] != token:
        up, dep = parse.head[token], parse.dep[token]
        if parse.pos[token] in ("VERB", "AUX"):
            shares = (
                (dep == "advcl" and parse.tag[token] == "VBG" and not _marked(parse, token))
                or (dep == "xcomp" and (parse.lemma[up] in words.aspect_verb))
                or (
                    dep == "conj"
                    and parse.child(token, "nsubj", "nsubjpass") is None
                    and parse.tag[up] == parse.tag[token]
                )
                or (dep in ("auxpass", "aux"))
            )
            if not shares:
                return out
        elif dep in ("relcl", "acl", "advcl", "ccomp", "parataxis", "appos"):
            return out
        token = up
        if parse.pos[token] in ("VERB", "AUX"):
            out.append(token)
    return out


def _marked(parse: Parse, verb: int) -> bool:
    """Whether a word sets the clause apart in time ("before leaving", "after meeting")."""
    return parse.child(verb, "mark", "advmod") is not None and parse.lower[parse.children[verb][0]] in (
        "before",
        "after",
        "since",
    )
