"""Positions: who is for and against what, and where they dispute, with the words behind every cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from communique.serve.lines import StanceLine, make_stance_line
from communique.serve.query import LONGEST, make_address
from communique.serve.source import Reader

MOST_HOLDERS, MOST_ISSUES, MOST_DISPUTES, MOST_LINES = 20, 8, 8, 40
#: Of each side of a dispute so many are shown; the rest is behind the link.
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
    """A column: actors, by their codes, or the words of the object."""

    name: str
    stances: int
    href: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """An issue that some support and some oppose, with the newest words of both sides."""

    issue: Issue
    support: tuple[StanceLine, ...]
    oppose: tuple[StanceLine, ...]


@dataclass(frozen=True, slots=True)
class PositionsPage:
    """The matrix of holders and issues, and the disputes; or, with a holder or an issue chosen, their words."""

    template: ClassVar[str] = "positions.html"
    title: str
    holder: str
    issue: str
    issues: tuple[Issue, ...]
    holders: tuple[Holder, ...]
    disputes: tuple[Dispute, ...]
    lines: tuple[StanceLine, ...]
    found: int


def build_positions(reader: Reader, params: Any) -> PositionsPage:
    """All positions, or those of the address's `holder` on its `issue`."""
    holder = str(params.get("holder") or "").strip()[:LONGEST]
    issue = str(params.get("issue") or "").strip()[:LONGEST]
    if holder or issue:
        where = "(? = '' or holder = ?) and (? = '' or issue = ?)"
        keys = reader.rows(
            f"select distinct doc, stance from stand where {where} order by 1, 2",
            [holder, holder, issue, issue],
        )
        lines = _read_lines(reader, keys[:MOST_LINES])
        return PositionsPage("Positions", holder, issue, (), (), (), lines, len(keys))
    issues = tuple(
        Issue(name, n, _link(issue=name))
        for name, n in reader.rows(
            "select issue, count(*) from stand group by 1"
            f" order by count(distinct holder) desc, 2 desc, 1 limit {MOST_ISSUES}"
        )
    )
    counts = {
        (code, name): (support, oppose)
        for code, name, support, oppose in reader.rows(
            "select holder, issue, count(*) filter (where polarity = 'support'),"
            " count(*) filter (where polarity = 'oppose') from stand"
            " where issue in (select unnest(?::varchar[])) group by 1, 2",
            [[one.name for one in issues]],
        )
    }
    totals: dict[str, int] = {}
    for (code, _), both in counts.items():
        totals[code] = totals.get(code, 0) + sum(both)
    chosen = sorted(totals, key=lambda code: (-totals[code], code))[:MOST_HOLDERS]
    return PositionsPage(
        title="Positions",
        holder="",
        issue="",
        issues=issues,
        holders=tuple(
            Holder(
                code,
                make_address("/actor", [("id", code)]),
                tuple(
                    Cell(*counts.get((code, one.name), (0, 0)), _link(code, one.name))
                    if (code, one.name) in counts
                    else Cell(0, 0, None)
                    for one in issues
                ),
            )
            for code in chosen
        ),
        disputes=_read_disputes(reader),
        lines=(),
        found=reader.value("select count(*) from (select distinct doc, stance from stand)"),
    )


def _link(holder: str = "", issue: str = "") -> str:
    return make_address("/positions", [p for p in (("holder", holder), ("issue", issue)) if p[1]])


def _read_disputes(reader: Reader) -> tuple[Dispute, ...]:
    rows = reader.rows(
        "select issue, count(*) from stand group by 1 having count(distinct polarity) = 2"
        f" and count(distinct holder) > 1 order by count(distinct holder) desc, 2 desc, 1 limit {MOST_DISPUTES}"
    )

    def side(name: str, polarity: str) -> tuple[StanceLine, ...]:
        keys = reader.rows(
            "select distinct doc, stance from stand where issue = ? and polarity = ? order by 1, 2 limit ?",
            [name, polarity, PER_SIDE],
        )
        return _read_lines(reader, keys)

    return tuple(
        Dispute(Issue(name, n, _link(issue=name)), side(name, "support"), side(name, "oppose"))
        for name, n in rows
    )


def _read_lines(reader: Reader, keys: list[tuple[Any, ...]]) -> tuple[StanceLine, ...]:
    ids = reader.find_ids({doc for doc, _ in keys})
    docs = reader.documents(list(ids.values()), STANCE_TABLES)
    return tuple(make_stance_line(docs[ids[doc]], n) for doc, n in keys)
