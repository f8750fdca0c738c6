"""Positions: who is for and against what, and which issues divide them, with the words behind every cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from communique.analyse.positions import THRESHOLD, group_issues
from communique.serve.lines import StanceLine, make_stance_line
from communique.serve.query import LONGEST, Sql, make_address, read_number
from communique.serve.source import Reader

MOST_HOLDERS, MOST_ISSUES, MOST_DIVIDED, MOST_LINES = 20, 8, 8, 40
#: From 0 to 100 in steps of 5, so that only so many groupings are ever kept.
LOWEST, HIGHEST, STEP = 40, 90, 5
#: Of each side of an issue so many are shown; the rest is behind the link.
PER_SIDE = 4
STANCE_TABLES = ("actors", "stances", "stance_members")


@dataclass(frozen=True, slots=True)
class Cell:
    """How often a holder supports and opposes an issue; `href` opens the words, null where there are none."""

    support: int
    oppose: int
    href: str | None


@dataclass(frozen=True, slots=True)
class Holder:
    """A row: a country or organisation with a cell for each issue."""

    code: str
    href: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """A column: objects that mean the same, under the most frequent words; `others` are more of them."""

    name: str
    others: tuple[str, ...]
    stances: int
    href: str


@dataclass(frozen=True, slots=True)
class Divided:
    """An issue that some support and some oppose, with the newest words of both sides."""

    issue: Issue
    support: tuple[StanceLine, ...]
    oppose: tuple[StanceLine, ...]


@dataclass(frozen=True, slots=True)
class PositionsPage:
    """The matrix of holders and issues, and the issues that divide them; or, with a holder or an issue chosen, their words.
    `threshold` is the cosine from which two objects are the same issue, in hundredths."""

    template: ClassVar[str] = "positions.html"
    title: str
    holder: str
    issue: str
    threshold: int
    thresholds: tuple[int, ...]
    issues: tuple[Issue, ...]
    holders: tuple[Holder, ...]
    divided: tuple[Divided, ...]
    lines: tuple[StanceLine, ...]
    found: int


@dataclass(frozen=True, slots=True)
class Grouped:
    """Every issue by its name, and the name of the issue of every object."""

    objects: dict[str, tuple[str, ...]]
    issue_of: dict[str, str]


def group_stands(reader: Reader, threshold: int = round(THRESHOLD * 100)) -> Grouped:
    """The issues of the store; found once for an index and threshold."""
    key = f"issues {threshold}"
    if key not in reader.kept:
        counts: dict[str, int] = dict(reader.rows("select object, count(*) from stand group by 1 order by 1"))
        texts, issues = group_issues(counts, threshold / 100)
        objects = {issue.name: tuple(texts[n] for n in issue.objects) for issue in issues}
        reader.kept[key] = Grouped(objects, {text: name for name, group in objects.items() for text in group})
    found: Grouped = reader.kept[key]
    return found


def build_positions(reader: Reader, params: Any) -> PositionsPage:
    """All positions, or those of the address's `holder` on its `issue`. Raises AddressError."""
    holder = str(params.get("holder") or "").strip()[:LONGEST]
    issue = str(params.get("issue") or "").strip()[:LONGEST]
    threshold = read_number(params.get("threshold") or str(round(THRESHOLD * 100)), LOWEST, HIGHEST)
    threshold -= threshold % STEP
    grouped = group_stands(reader, threshold)
    page = PositionsPage(
        "Positions", holder, issue, threshold, tuple(range(LOWEST, HIGHEST + 1, STEP)), (), (), (), (), 0
    )
    with_groups = _join(grouped)
    if holder or issue:
        where = "(? = '' or holder = ?) and (? = '' or i.issue = ?)"
        keys = reader.rows(
            f"select distinct doc, stance from {with_groups[0]} where {where} order by 1, 2",
            [*with_groups[1], holder, holder, issue, issue],
        )
        return replace(page, lines=_read_lines(reader, keys[:MOST_LINES]), found=len(keys))
    rows = reader.rows(
        f"select i.issue, holder, count(*) filter (where polarity = 'support'),"
        f" count(*) filter (where polarity = 'oppose') from {with_groups[0]} group by 1, 2",
        with_groups[1],
    )
    counts = {(code, name): (support, oppose) for name, code, support, oppose in rows}
    by_issue: dict[str, list[tuple[int, int]]] = {}
    for (_, name), both in counts.items():
        by_issue.setdefault(name, []).append(both)
    ranked = sorted(by_issue, key=lambda name: (-len(by_issue[name]), -_total(by_issue[name]), name))

    def make(name: str) -> Issue:
        others = tuple(" ".join(text.split()) for text in grouped.objects[name][1:4])
        return Issue(name, others, _total(by_issue[name]), _link(threshold, issue=name))

    issues = tuple(make(name) for name in ranked[:MOST_ISSUES])
    shown = {one.name for one in issues}
    totals: dict[str, int] = {}
    for (code, name), both in counts.items():
        if name in shown:
            totals[code] = totals.get(code, 0) + sum(both)
    chosen = sorted(totals, key=lambda code: (-totals[code], code))[:MOST_HOLDERS]

    def cell(code: str, name: str) -> Cell:
        if (code, name) not in counts:
            return Cell(0, 0, None)
        return Cell(*counts[code, name], _link(threshold, code, name))

    split = [
        n for n in ranked if len(by_issue[n]) > 1 and all(sum(s) for s in zip(*by_issue[n], strict=True))
    ]
    return replace(
        page,
        issues=issues,
        holders=tuple(
            Holder(
                code, make_address("/actor", [("id", code)]), tuple(cell(code, one.name) for one in issues)
            )
            for code in chosen
        ),
        divided=tuple(_read_divided(reader, make(name), grouped) for name in split[:MOST_DIVIDED]),
        found=reader.value("select count(*) from (select distinct doc, stance from stand)"),
    )


def _total(sides: list[tuple[int, int]]) -> int:
    return sum(map(sum, sides))


def _join(grouped: Grouped) -> Sql:
    """The stands with the name of their issue."""
    pairs = "(select unnest(?::varchar[]) as object, unnest(?::varchar[]) as issue)"
    return f"stand s join {pairs} i on i.object = s.object", [
        list(grouped.issue_of),
        list(grouped.issue_of.values()),
    ]


def _link(threshold: int, holder: str = "", issue: str = "") -> str:
    given = "" if threshold == round(THRESHOLD * 100) else str(threshold)
    pairs = (("holder", holder), ("issue", issue), ("threshold", given))
    return make_address("/positions", [p for p in pairs if p[1]])


def _read_divided(reader: Reader, issue: Issue, grouped: Grouped) -> Divided:
    def side(polarity: str) -> tuple[StanceLine, ...]:
        keys = reader.rows(
            "select distinct doc, stance from stand where object in (select unnest(?::varchar[]))"
            " and polarity = ? order by 1, 2 limit ?",
            [list(grouped.objects[issue.name]), polarity, PER_SIDE],
        )
        return _read_lines(reader, keys)

    return Divided(issue, side("support"), side("oppose"))


def _read_lines(reader: Reader, keys: list[tuple[Any, ...]]) -> tuple[StanceLine, ...]:
    ids = reader.find_ids({doc for doc, _ in keys})
    docs = reader.documents(list(ids.values()), STANCE_TABLES)
    return tuple(make_stance_line(docs[ids[doc]], n) for doc, n in keys)
