"""Publication dates: read strictly, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from communique.errors import InputError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_TIME = (
    r"(?:(?:\s*[,|•·@–—-]|\s+at|T)?\s*\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?:\s*[ap]\.?m\.?)?"
    r"(?:\s*\(?(?:Z|[+-]\d{2}:?\d{2}|[A-Z]{2,5}|GMT[+-]\d+)\)?)?)?"
)
# Day and month in figures alone ("04/02/2022") can't be told apart and are no date here.
_FORMS = (
    rf"(?P<year>(?:1[89]|20)\d\d)(?P<sep>[-/.])(?P<number>\d{{1,2}})(?P=sep){_DAY}",
    r"(?P<year>(?:1[89]|20)\d\d)(?P<number>\d{2})(?P<day>\d{2})",
    rf"{_DAY}\s*[- ]\s*(?:of\s+)?{_MONTH},?\s*[- ]\s*{_YEAR}",
    rf"{_MONTH}\s*{_DAY}\s*,?\s+{_YEAR}",
)
_WHOLE = tuple(re.compile(rf"{_WEEKDAY}{form}{_TIME}", re.IGNORECASE) for form in _FORMS)
_INSIDE = tuple(
    re.compile(rf"(?<![\w/.-]){form}(?![\w/-])", re.IGNORECASE) for form in (_FORMS[0], *_FORMS[2:])
)
_LABEL = (
    r"(?:(?:first|last|originally)\s+)?(?P<label>published|posted|updated|modified|released|issued|created|uploaded|dated?"
    r"|publication date|date published|publish date)(?:\s+(?:on|at|date))?\s*[:|–—-]?\s*"
)
# "Published 4 Feb 2022 10:31 GMT | Updated 5 Feb 2022": the first date counts
_AFTER = r"(?:\s*[|•·,;(–—/-]*\s*(?:last\s+)?(?:updated|modified|published)\b.{0,60})?[).]?"
_LINES = tuple(
    re.compile(rf"\(?(?:{_LABEL})?{_WEEKDAY}{form}{_TIME}{_AFTER}", re.IGNORECASE) for form in _FORMS
)
_YEARLESS = tuple(
    re.compile(rf"{_LABEL}{_WEEKDAY}{form}{_TIME}[).]?", re.IGNORECASE)
    for form in (rf"{_DAY}\s+{_MONTH}", rf"{_MONTH}\s+{_DAY}")
)
_DIGIT = re.compile(r"\d")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-]?(\d{2})[/-]?(\d{2})(?:[/_-]|$)")
# A page may be dated in a time zone that is ahead of this machine's.
_AHEAD = timedelta(days=2)


def check_date(text: str) -> str:
    """The date as `YYYY-MM-DD`; of a date with a time only the date is kept, as written, whatever its zone.

    Reads ISO 8601, RFC 822 and dates with a month's name. Raises InputError for anything else, for a day that
    does not exist, and for one more than two days ahead.

    >>> check_date("Fri, 04 Feb 2022 10:31:00 GMT"), check_date("Feb. 4, 2022")
    ('2022-02-04', '2022-02-04')
    """
    stripped = " ".join(text.split())
    for form in _WHOLE:
        if found := form.fullmatch(stripped):
            return _to_iso(found, text)
    raise InputError(text, "not a date; write YYYY-MM-DD")


def find_date(text: str) -> str | None:
    """The first full date inside a line, or None."""
    matches = [found for form in _INSIDE if (found := form.search(text))]
    for found in sorted(matches, key=lambda m: m.start()):
        try:
            return _to_iso(found, text)
        except InputError:
            continue
    return None


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that says when the page was published. `date` is None where it names no year or no possible day;
    `labelled` is false for a bare date, `updated` true where the date is that of a later change."""

    date: str | None
    labelled: bool
    updated: bool


def find_date_line(line: str) -> DateLine | None:
    """What a line tells that holds a date, perhaps with a label and a time, and nothing else; None for any other."""
    if not _DIGIT.search(line):
        return None
    found = next((m for form in (*_LINES, *_YEARLESS) if (m := form.fullmatch(line))), None)
    if found is None:
        return None
    label = (found["label"] or "").lower()
    try:
        day = _to_iso(found, line) if "year" in found.groupdict() else None
    except InputError:
        day = None
    return DateLine(day, bool(label), label in ("updated", "modified"))


def find_address_date(url: str) -> str | None:
    """The date in an address such as `…/2022/02/04/…`, or None."""
    found = _IN_ADDRESS.search(url)
    try:
        return check_date("-".join(found.groups())) if found else None
    except InputError:
        return None


def _to_iso(found: re.Match[str], text: str) -> str:
    groups = found.groupdict()
    number = groups.get("number")
    month = int(number) if number else _MONTHS.index(groups["month"][:3].lower()) + 1
    try:
        day = date(int(groups["year"]), month, int(groups["day"]))
    except ValueError as error:
        raise InputError(text, "no such day") from error
    if day > date.today() + _AHEAD:
        raise InputError(text, "lies in the future")
    return day.isoformat()
