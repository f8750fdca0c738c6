"""Numbers with their units: what is counted, measured or paid.

A range ("10 to 15") and a plural without a number ("dozens", "hundreds of thousands") are read at their lower
bound: at least two of the scale, so 24 and 200,000. A number that only points back at somebody ("the two leaders",
ten or fewer after a definite word) is no quantity, nor are dates, durations, ages, ordinals, numbers in names
("Resolution 1701") and phone numbers. `text` is the number with its modifier ("over 100,000") and, where it is
measured, its unit and rate ("$3.5 billion", "10 billion cubic meters of gas per year"); the noun counted is in `of`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

import msgspec

from communique.annotate.parse import Parse
from communique.extract.attach import find_adjuncts, find_clause_head, find_head, find_path, is_barrier
from communique.knowledge.load import DATA, load_toml
from communique.records import Quantity


class _Units(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    before: list[str]
    definite: frozenset[str]
    per: frozenset[str]
    not_counted: frozenset[str]
    harm: frozenset[str]
    persons: frozenset[str]
    number: dict[str, float]
    scale: dict[str, float]
    several: dict[str, float]
    period: dict[str, str]
    currency: dict[str, str]
    unit: dict[str, str]


class _Months(msgspec.Struct, frozen=True):
    """The part of dates.toml that tells a date or a duration from an amount."""

    month: dict[str, int]
    unit: dict[str, str]


@dataclass(frozen=True, slots=True)
class QuantityMention:
    """A quantity at the tokens `first` up to, not including, `past`."""

    first: int
    past: int
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class _Lexicon:
    units: _Units
    before: frozenset[tuple[str, ...]]
    unit: dict[tuple[str, ...], str]
    months: frozenset[str]
    times: frozenset[str]
    starts: frozenset[str]


_DIGITS = re.compile(r"(\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d+(?:\.\d+)?)([a-z]{1,3})?")
_CLOCK = frozenset({"am", "pm", "a.m.", "p.m.", "a.m", "p.m", "o'clock", "o’clock", "gmt", "utc", "hrs"})
_DASHES = frozenset({"-", "–", "—", "to"})
_AGE = frozenset({"aged", "age"})


@cache
def _load() -> _Lexicon:
    units = load_toml(DATA / "language" / "units.toml", _Units)
    dates = load_toml(DATA / "language" / "dates.toml", _Months)
    scales = {f"{s}s" for s in units.scale if len(s) > 3}
    return _Lexicon(
        units=units,
        before=frozenset(tuple(w.split()) for w in units.before),
        unit={tuple(w.split()): name for w, name in units.unit.items()},
        months=frozenset(dates.month),
        times=frozenset(dates.unit),
        starts=frozenset(units.number) | frozenset(units.scale) | scales | frozenset(units.several),
    )


def find_number(words: list[str], i: int, past: int) -> tuple[float, int] | None:
    """The cardinal number that starts at word `i` (lower case) and the index past it: "3.5 million",
    "twenty-five thousand", "2bn", "a dozen", "several hundred", "tens of thousands". None where none starts."""
    units = _load().units
    start, word = i, words[i]
    if word in ("a", "an") and i + 1 < past and words[i + 1] in units.scale and len(words[i + 1]) > 3:
        return _read_scales(1.0, words, i + 1, past)
    digits = _DIGITS.fullmatch(word)
    if digits:
        value = float(digits[1].replace(",", ""))
        if digits[2]:
            if digits[2] not in units.scale:
                return None
            return value * units.scale[digits[2]], i + 1
        return _read_scales(value, words, i + 1, past)
    if word in units.several:
        j = i + 2 if i + 1 < past and words[i + 1] == "of" else i + 1
        if j < past and words[j].removesuffix("s") in units.scale:
            return _read_scales(units.several[word], words, j, past)
        return (2.0, j) if word == "couple" and j > i + 1 and i and words[i - 1] == "a" else None
    if word.endswith("s") and len(word) > 4 and word[:-1] in units.scale:
        value = 2 * units.scale[word[:-1]]
        if (
            i + 2 < past
            and words[i + 1] == "of"
            and words[i + 2][:-1] in units.scale
            and words[i + 2][-1] == "s"
        ):
            return value * units.scale[words[i + 2][:-1]], i + 3
        return value, i + 1
    if word == "half" and i + 2 < past and words[i + 1] in ("a", "an") and words[i + 2] in units.scale:
        return 0.5 * units.scale[words[i + 2]], i + 3
    total = group = 0.0
    while i < past:
        word = words[i]
        if word in units.number:
            group += units.number[word]
        elif word in units.scale and len(word) > 3 and i > start:
            if units.scale[word] == 100 or units.scale[word] < 100:
                group = (group or 1) * units.scale[word]
            else:
                total += (group or 1) * units.scale[word]
                group = 0.0
        elif word not in ("-", "and") or i == start or not _goes_on(words, i, past):
            break
        i += 1
    return (total + group, i) if i > start else None


def _goes_on(words: list[str], i: int, past: int) -> bool:
    """Whether "-" joins tens and ones, or "and" follows a scale: "two hundred and five", not "two and three"."""
    units = _load().units
    if i + 1 >= past or words[i + 1] not in units.number:
        return False
    if words[i] == "-":
        return words[i - 1].endswith("ty") and units.number[words[i + 1]] < 10
    return words[i - 1] in units.scale


def _read_scales(value: float, words: list[str], i: int, past: int) -> tuple[float, int]:
    scales = _load().units.scale
    while i < past and len(words[i]) > 1 and words[i].removesuffix("s") in scales:
        value *= scales[words[i].removesuffix("s")]
        i += 1
    return value, i


def find_quantities(parse: Parse) -> list[QuantityMention]:
    """Every quantity of the document, in order."""
    lexicon = _load()
    starts, lower = lexicon.starts, parse.lower
    out: list[QuantityMention] = []
    for first, past in parse.sentences:
        i = first
        while i < past:
            word = lower[i]
            if (word in starts or word[0].isdigit()) and (found := _read(parse, i, first, past, lexicon)):
                out.append(found)
                i = max(found.past, i + 1)
            else:
                i += 1
    return out


def _read(parse: Parse, i: int, low: int, high: int, lexicon: _Lexicon) -> QuantityMention | None:
    units, lower = lexicon.units, parse.lower
    article = (
        i > low and lower[i - 1] in ("a", "an") and not lower[i][0].isdigit() and lower[i] in units.scale
    )
    number = find_number(lower, i - 1 if article else i, high)
    if not number:
        return None
    value, past = number
    first = i - 1 if article or (lower[i] in units.several and i > low and lower[i - 1] == "a") else i
    currency = None
    if first > low and (currency := units.currency.get(lower[first - 1])):
        first -= 1
        if first > low and lower[first - 1] in ("us", "u.s.") and lower[first] == "$":
            first -= 1
    if past + 1 < high and lower[past] in _DASHES and lower[past + 1] != "one":
        at = past + 2 if lower[past + 1] in units.currency and past + 2 < high else past + 1
        if upper := find_number(lower, at, high):
            # "3 to 5 million": the scale said once holds for both ends
            if upper[0] > value and upper[1] > at + 1 and past == i + 1 and value < 1000 <= upper[0]:
                scale = upper[0] / (find_number(lower[at : at + 1], 0, 1) or upper)[0]
                value *= scale
            past = upper[1]
    if not currency and _is_name_or_date(parse, first, past, low, high, value, lexicon):
        return None
    glued = past < high and lower[past].rstrip(".") == "m" and parse.start[past] == parse.end[past - 1]
    if glued and (currency or (past + 1 < high and parse.tag[past + 1] == "NNS")):
        # "£20m", "20m people"; a bare "300m" is metres
        value, past = value * 1e6, past + 1
    measured = _read_unit(lower, past, high, lexicon)
    if not measured and past < high and lower[past] == "of" and lower[past - 1].endswith("s"):
        measured = _read_unit(lower, past + 1, high, lexicon)  # "hundreds of billions of dollars"
    unit = currency
    of: str | None = None
    if currency:
        if measured and len(measured[0]) == 3 and measured[0].isupper():
            past = measured[1]
        of = _find_paid_for(parse, first, past, high)
    elif measured:
        unit, past = measured
        if past < high and lower[past] == "of":
            if noun := _find_object(parse, past):
                of = _name(parse, noun)
                past_of = noun + 1
                if (rate := _read_rate(lower, past_of, high, units)) is not None:
                    unit, past = f"{unit}/{rate[0]}", rate[1]
        elif lower[past - 1] == "of" and (noun := _find_object(parse, past - 1)):
            of = _name(parse, noun)
    if unit is not None:
        if "/" not in unit and (rate := _read_rate(lower, past, high, units)):
            unit, past = f"{unit}/{rate[0]}", rate[1]
    else:
        counted = _find_counted(parse, first, past, high, value, lexicon)
        if counted is None:
            return None
        noun, unit = counted
        of = _name(parse, noun) if noun is not None else None
        if noun is not None and (rate := _read_rate(lower, noun + 1, high, units)):
            unit = f"{unit}/{rate[0]}"
    first = _read_before(lower, first, low, lexicon)
    if (
        value <= 10
        and currency is None
        and not measured
        and first > low
        and lower[first - 1] in units.definite
    ):
        return None
    if value <= 10 and not measured and first > low and parse.tag[first - 1] == "POS":
        return None
    span = (
        parse.start[first],
        parse.end[past - 1] - (lower[past - 1] == "m."),
    )  # "£20m." ends the sentence, too
    return QuantityMention(
        first, past, Quantity(value=value, unit=unit, text=parse.text[slice(*span)], span=span, of=of)
    )


def _read_before(lower: list[str], first: int, low: int, lexicon: _Lexicon) -> int:
    for n in (3, 2, 1):
        if first - n >= low and tuple(lower[first - n : first]) in lexicon.before:
            return first - n
    return first


def _read_unit(lower: list[str], i: int, high: int, lexicon: _Lexicon) -> tuple[str, int] | None:
    if i + 1 < high and lower[i] == "-":  # "a 30-kilometre zone"
        i += 1
    for n in (3, 2, 1):
        if i + n <= high and (unit := lexicon.unit.get(tuple(lower[i : i + n]))):
            return unit, i + n
    return None


def _read_rate(lower: list[str], i: int, high: int, units: _Units) -> tuple[str, int] | None:
    if i >= high:
        return None
    if lower[i] in ("daily", "annually", "hourly", "weekly", "monthly", "yearly"):
        return units.period[lower[i]], i + 1
    if lower[i] in units.per and i + 1 < high and lower[i + 1] in units.period:
        return units.period[lower[i + 1]], i + 2
    return None


def _is_name_or_date(
    parse: Parse, first: int, past: int, low: int, high: int, value: float, lexicon: _Lexicon
) -> bool:
    lower, units = parse.lower, lexicon.units
    before = lower[first - 1] if first > low else ""
    after = lower[past] if past < high else ""
    following = lower[past + 1] if past + 1 < high else ""
    if before in units.not_counted or before in _AGE or before.rstrip(".") in units.not_counted:
        return True
    if before.rstrip(".") in lexicon.months or after.rstrip(".") in lexicon.months:
        return parse.word[first - 1].istitle() or (after != "" and parse.word[past].istitle())
    if after in ("of", "-", "–") and following.rstrip(".") in lexicon.months:
        return True
    if after in lexicon.times or after in _CLOCK or after == ":" or before in (":", "+", "#"):
        return True
    if after in ("-", "–", "more", "full", "consecutive", "straight", "long") and following in lexicon.times:
        return True
    if parse.word[first][0].isdigit() and (before[:1].isdigit() or after[:1].isdigit()):
        return True  # a phone number, a date or a table
    if (
        before == "-"
        and first - 2 >= low
        and parse.end[first - 2] == parse.start[first - 1] == parse.start[first] - 1
    ):
        return True  # "F-16", "COVID-19", "2-1"
    if (
        first == past - 1
        and parse.word[first].isdigit()
        and len(parse.word[first]) == 4
        and 1000 <= value <= 2100
    ):
        return _is_year(parse, first, past, low, high, lexicon)
    return first > low and parse.pos[first - 1] == "PROPN" and parse.head[first] == first - 1


def _is_year(parse: Parse, i: int, past: int, low: int, high: int, lexicon: _Lexicon) -> bool:
    if _read_before(parse.lower, i, low, lexicon) < i and parse.lower[i - 1] not in (
        "about",
        "around",
        "some",
    ):
        return False
    if past < high and (
        tuple(parse.lower[past : past + 1]) in lexicon.unit
        or tuple(parse.lower[past : past + 2]) in lexicon.unit
        or parse.lemma[past] in lexicon.units.persons
    ):
        return i > low and (
            parse.lower[i - 1] in lexicon.units.definite or parse.lower[i - 1] in ("in", "since")
        )
    noun = parse.head[i]
    if parse.dep[i] == "nummod" and noun > i and parse.lemma[noun] in lexicon.units.persons:
        return i > low and parse.lower[i - 1] in lexicon.units.definite
    return True


def _find_object(parse: Parse, preposition: int) -> int | None:
    """The noun behind "of"."""
    found = parse.child(preposition, "pobj")
    return found if found is not None and found > preposition and parse.pos[found] != "NUM" else None


def is_counted(parse: Parse, token: int) -> bool:
    """Whether a number before `token` would count it: a unit, a currency or persons ("2008 rubles")."""
    if token >= len(parse):
        return False
    lexicon = _load()
    return (parse.lower[token],) in lexicon.unit or parse.lemma[token] in lexicon.units.persons


def _name(parse: Parse, noun: int) -> str:
    """What is counted: the noun with the nouns compounded to it ("fighter jets")."""
    first = noun
    while (
        first > 0
        and first <= parse.head[first - 1] <= noun
        and parse.dep[first - 1] == "compound"
        and parse.pos[first - 1] != "NUM"
    ):
        first -= 1
    return parse.slice(first, noun + 1)


def _find_counted(
    parse: Parse, first: int, past: int, high: int, value: float, lexicon: _Lexicon
) -> tuple[int | None, str] | None:
    """The noun a bare number counts and its unit: persons or items."""
    units = lexicon.units
    top = find_head(parse, first, past)
    noun: int | None = None
    if past < high and parse.lower[past] == "of":
        noun = _find_object(parse, past)
        if parse.lower[past - 1].removesuffix("s") not in units.scale:
            return None  # "one of the ministers", "40 of them"
    elif parse.dep[top] in ("nummod", "compound", "quantmod", "amod", "nmod") and parse.head[top] >= past:
        noun = parse.head[top]
    if noun is None or (parse.pos[noun] == "PROPN" and parse.tag[noun] != "NNPS"):
        for i in range(past, min(past + 4, high)):
            if parse.tag[i] in ("NNS", "NNPS") or parse.lemma[i] in units.persons:
                noun = i
                break
            if parse.pos[i] not in ("ADJ", "NOUN", "PROPN") and parse.tag[i] not in ("VBN", "VBG", "HYPH"):
                break
    if noun is not None and parse.pos[noun] in ("NOUN", "PROPN", "ADJ"):
        if parse.lower[noun] in lexicon.times or parse.lower[noun].rstrip(".") in lexicon.months:
            return None
        if parse.lemma[noun] in units.persons or parse.lower[noun] in units.persons:
            return noun, "persons"
        if parse.lower[noun] in units.harm:
            return noun, "persons"
        if parse.lower[noun] == "others":
            return noun, "persons"
        if parse.tag[noun] in ("NNS", "NNPS") and parse.lower[noun] != "times":
            return noun, "items"
        if (value > 1 and parse.lemma[noun] in ("aircraft", "percent")) or parse.lower[noun].endswith(
            "craft"
        ):
            return noun, "items"
        if parse.pos[noun] != "ADJ":
            return None
    if past < high and parse.lower[past] in units.harm:
        return None, "persons"
    if past + 1 < high and parse.lower[past] in ("were", "was", "are", "others", "have", "had"):
        if parse.lower[past] == "others":
            return past, "persons"
        verb = parse.head[top]
        if parse.lemma[verb] in units.harm and parse.dep[top] in ("nsubjpass", "nsubj"):
            return None, "persons"
    if parse.dep[top] in ("dobj", "nsubjpass") and parse.lemma[parse.head[top]] in units.harm:
        return None, "persons"
    return None


def _find_paid_for(parse: Parse, first: int, past: int, high: int) -> str | None:
    """What money is for: "$3.5 billion in aid", "worth of weapons", "a $40 billion package"."""
    if past + 1 < high and parse.lower[past] == "worth":
        past += 1
    if past < high and parse.lower[past] in ("in", "of"):
        noun = _find_object(parse, past)
        return _name(parse, noun) if noun is not None and parse.ent[noun] not in ("DATE", "GPE") else None
    top = find_head(parse, first, past)
    noun = parse.head[top]
    if parse.dep[top] in ("nummod", "nmod", "compound", "amod") and past <= noun < high:
        return _name(parse, noun)
    return None


def choose_quantities(quantities: list[QuantityMention], parse: Parse, trigger: int) -> tuple[Quantity, ...]:
    """The quantities of the event at token `trigger`, in order of the text: those below it in the tree and in no
    other clause, but for its infinitives ("a deal to deliver 40 tanks") and the harm it did (", killing 12 people");
    for a noun that has none, those of the harm its verb tells ("the strike killed 12")."""
    near = _choose(quantities, parse, trigger)
    verb = find_clause_head(parse, trigger)
    if near or verb is None:
        return near
    if parse.lemma[verb] in _load().units.harm and parse.dep[trigger] in ("nsubj", "pobj"):
        return _choose(quantities, parse, verb)
    return tuple(q for adjunct in find_adjuncts(parse, trigger) for q in _choose(quantities, parse, adjunct))


def _choose(quantities: list[QuantityMention], parse: Parse, top: int) -> tuple[Quantity, ...]:
    first, past = parse.sentences[parse.sentence_of[top]]
    low, high = (bisect_left(quantities, edge, key=lambda q: q.first) for edge in (first, past))
    out = []
    for mention in quantities[low:high]:
        path = find_path(parse, find_head(parse, mention.first, mention.past), top)
        if path is not None and not any(_blocks(parse, i, top) for i in path):
            out.append(mention.quantity)
    return tuple(out)


def _blocks(parse: Parse, token: int, top: int) -> bool:
    if not is_barrier(parse, token, top):
        return False
    if parse.dep[token] in ("xcomp", "acl") and any(parse.tag[c] == "TO" for c in parse.children[token]):
        return False
    harm = _load().units.harm
    if parse.dep[token] == "conj" and parse.head[token] != top:
        return not (parse.lemma[token] in harm and parse.lemma[parse.head[token]] in harm)
    if parse.dep[token] == "advcl" and parse.tag[token] == "VBG" and parse.lemma[token] in harm:
        return False
    return parse.dep[token] not in ("appos", "pcomp")
