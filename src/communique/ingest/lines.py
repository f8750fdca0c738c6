"""An article's lines: furniture taken out, headline found, and what the furniture told kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from communique.ingest.datelines import TURN, find_dateline, load_agencies
from communique.ingest.dates import find_date, find_date_line
from communique.ingest.furniture import MAX_LINE, Zone, find_zones, is_furniture, is_prose, load_furniture

_WORD = re.compile(r"\w+")
_TRAIL = re.compile(
    r"(?:[^.!?>»›→]{1,60}+[>»›→]\s*+){2,}+[^>»›→]{0,200}|Home(?:page)?\s*[>»›→/|]+\s*.{1,250}", re.IGNORECASE
)
_SUFFIX = re.compile(r"(?P<title>\S.{9,200}?) [|–—-] (?P<site>[^|]{2,50})")
_TELLS_DATE = re.compile(r"(?:by|published|posted|written)\b", re.I)
_SOURCE_VALUE = r"(?P<url>https?://\S+)|(?P<name>[\"“]?[A-Z0-9][^!?:;]{1,60}?)[\"”]?"
_SMALL = frozenset({"of", "the", "and", "de", "la", "del", "for", "in", "&", "on"})
_PASSES = 20  # real pages need two or three; a page made of bylines must not take for ever
_MAX_SOURCE_WORDS = 7
_CLOSING = ".!?…\"'”’»)"
_MAX_TITLE = 200
_TITLE_LINES = 10  # the page prints its headline twice near the top, not further down
_REPEATED = 80  # characters from which a line printed twice is a paragraph printed twice


@dataclass(frozen=True, slots=True)
class Lines:
    """The paragraphs left, the headline (then the first of them), and what lines that left had told.

    `source` is the outlet a "Source:" line names, `agency` the one of a dateline or byline.
    """

    lines: tuple[str, ...]
    title: str | None = None
    source: str | None = None
    agency: str | None = None
    site: str | None = None
    url: str | None = None
    published: str | None = None
    updated: str | None = None


def clean_lines(paragraphs: list[str], title: str | None = None) -> Lines:
    """The paragraphs of an article without the page's furniture; `title` is the headline where it is known.

    Taking out one line can bring another to an edge where it shows for what it is (the byline under a menu), so
    this goes on until nothing changes.
    """
    now = Lines(tuple(paragraphs), title)
    for _ in range(_PASSES):
        before = now
        now = _find_title(_strip_datelines(_strip_lines(_strip_trails(now, title))), title)
        if now == before:
            break
    return now


def make_key(line: str) -> str:
    """What two printings of a headline share: its words in small letters."""
    return " ".join(_WORD.findall(line)).casefold()


def _has_key(line: str, key: str) -> bool:
    first = _WORD.search(line)  # told by it mostly
    return key.startswith(first[0].casefold() if first else "") and make_key(line) == key


def _strip_lines(now: Lines) -> Lines:
    kept: list[str] = []
    seen: set[str] = set()
    for line, zones in zip(now.lines, find_zones(now.lines), strict=True):
        if line in seen and len(line) >= _REPEATED:
            continue
        seen.add(line)
        if len(line) > MAX_LINE:
            kept.append(line)
            continue
        if now.title is not None and not kept and line == now.title:
            kept.append(line)  # a known headline may look like anything
        elif "below" in zones and (found := _compile_source().fullmatch(line)) and _is_outlet(found["name"]):
            outlet = found["name"].strip(' ."“”)]') if found["name"] else None
            # "Source: NATO." under a graph ends as a sentence; an outlet's name under an article does not
            if outlet and ("foot" not in zones or not line.endswith(".")):
                now = replace(now, source=now.source or load_agencies().get(outlet.casefold(), outlet))
            now = replace(now, url=now.url or found["url"])
        elif dated := find_date_line(line) if dated_zone(zones) or line[:1].isalpha() else None:
            if not dated.labelled and not dated_zone(zones):
                kept.append(line)  # a bare date further down heads a part of a chronicle
            elif dated.updated:
                now = replace(now, updated=now.updated or dated.date)
            else:
                now = replace(now, published=now.published or dated.date)
        elif now.site and "head" in zones and make_key(line) == make_key(now.site):
            continue
        elif agency := _find_agency_byline(line, zones):
            now = replace(now, agency=now.agency or agency)
        elif is_furniture(line, zones):
            if _TELLS_DATE.match(line):
                now = replace(now, published=now.published or find_date(line))
        else:
            kept.append(line)
    return replace(now, lines=tuple(kept))


def dated_zone(zones: frozenset[Zone]) -> bool:
    """Whether a bare date standing there is the page's own."""
    return "head" in zones or "foot" in zones


def _find_agency_byline(line: str, zones: frozenset[Zone]) -> str | None:
    """The agency of "By Reuters" above an article or "(AFP)" under it."""
    head = re.fullmatch(r"by:? (.{2,40})", line, re.I) if "head" in zones else None
    foot = re.fullmatch(r"[(\[–—-]*\s*(.{2,40}?)[)\]]?", line) if "foot" in zones else None
    named = head or foot
    return load_agencies().get(named[1].casefold().strip(" .")) if named else None


@cache
def _compile_source() -> re.Pattern[str]:
    labels = "|".join(map(re.escape, load_furniture().source_labels))
    return re.compile(rf"[(\[]?(?i:{labels}) ?[:–—-] ?(?:{_SOURCE_VALUE})[)\]]?\.?")


def _is_outlet(name: str | None) -> bool:
    """Whether the words after "Source:" are a name, not a sentence; an address (None) always is."""
    if name is None:
        return True
    words = name.split()
    return len(words) <= _MAX_SOURCE_WORDS and all(
        w in _SMALL or not w[0].islower() or "." in w for w in words
    )


def _strip_trails(now: Lines, title: str | None) -> Lines:
    """Menus and the trails that led to the page ("Home > World > …", "Home Uncategorized <headline>")."""
    lines = list(now.lines)
    zones = find_zones(lines)
    kept: list[str] = []
    for i, line in enumerate(lines):
        if "head" not in zones[i] or len(lines) == 1 or len(line) > MAX_LINE:
            kept.append(line)
            continue
        rest = _cut_sections(line)
        if not rest or _TRAIL.fullmatch(line):
            continue
        if rest == line:
            kept.append(line)
            continue
        others = [other for j, other in enumerate(lines[:_TITLE_LINES]) if j != i]
        if make_key(rest) in map(make_key, [*others, title] if title else others):
            continue
        filler = any(
            re.search(rf"\b{word}\b", line[: -len(rest)], re.I) for word in load_furniture().filler_sections
        )
        kept.append(rest if filler else line)
    return replace(now, lines=tuple(kept or lines))


def _cut_sections(line: str) -> str:
    """The line without the names of sections it opens with."""
    found = _compile_sections().match(line)
    return line[found.end() :] if found else line


@cache
def _compile_sections() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(load_furniture().sections, key=len, reverse=True))
    return re.compile(rf"(?:(?:{names})(?=[\s/|,·•&-]|$)[\s/|,·•&-]*)+", re.I)


def _strip_datelines(now: Lines) -> Lines:
    # The report opens with the first full paragraph, or above it where its lead is short.
    opening = next(
        (i for i, line in enumerate(now.lines) if is_prose(line) and line != now.title), len(now.lines)
    )
    lines = list(now.lines)
    turning = [TURN.match(line) is not None for line in lines]
    turns = sum(turning)
    for i, line in enumerate(lines):
        if line == now.title:
            continue
        opens = i <= opening and line[-1] in _CLOSING
        transcript = turns > turning[i]  # of the other lines
        if found := find_dateline(line, opening=opens, transcript=transcript):
            lines[i] = line[found.end :]
            now = replace(now, agency=now.agency or found.agency, published=now.published or found.date)
    return replace(now, lines=tuple(lines))


def _find_title(now: Lines, given: str | None) -> Lines:
    """With the headline as first line, once: the one given, one printed twice, or a first line that looks like one."""
    lines = list(now.lines)
    if not lines:
        return replace(now, title=given, lines=(given,) if given else ())
    first = given or now.title or lines[0]
    site = now.site
    if first == lines[0] and not given and (named := _SUFFIX.fullmatch(first)):
        key = make_key(named["title"])
        if any(_has_key(line, key) for line in lines[1:_TITLE_LINES]):
            first, site = named["title"], named["site"]
    key = make_key(first)
    top = lines[:_TITLE_LINES]
    others = [line for line in top if not _has_key(line, key) and not _is_suffixed(line, key)]
    repeated = len(top) - len(others) > 1 and not is_prose(first)
    if not (given or repeated or now.title or (len(lines) > 1 and _is_headline(first))):
        return replace(now, title=None)
    return replace(now, title=first, site=site, lines=(first, *others, *lines[_TITLE_LINES:]))


def _is_suffixed(line: str, key: str) -> bool:
    """Whether the line is the headline with the site's name after it."""
    named = _SUFFIX.fullmatch(line)
    return named is not None and make_key(named["title"]) == key


def _is_headline(line: str) -> bool:
    bare = line.rstrip("\"'”’»)")
    if len(line) > _MAX_TITLE or not bare or bare[-1] in ",;:":
        return False
    if bare[-1] not in ".…":
        return not (is_prose(line) and bare[-1] != "?")
    # A headline printed with a full stop: every word of some length has a capital.
    words = [w for w in re.findall(r"[^\W\d_][\w'’\-]*", line) if len(w) > 3]
    return len(words) > 2 and sum(w[0].isupper() for w in words) >= 0.75 * len(words)
