"""What to select from a database, as parameterised SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Sql = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events, statements or stances are wanted; every part that is given must hold.

    `actor` takes part on any side; `a` acts and `b` receives; `dyad` are two parties of one event, in either
    direction. Each is a code or an id, and stands for all below it: "RUS" includes RUS.GOV and its people.
    `start` and `end` are days (ISO 8601), both included: an event counts for the day its text gives, else for
    the day of publication. `type` and `factuality` are one value or several. Statements go by who speaks,
    stances by who holds them; the parts that only events have don't touch them. `deduplicated` takes one report of
    each happening: the earliest, of those that `publisher` and `document` leave (see docs/stories.md). `dataset` are
    events that were imported, by its name (see docs/imports.md); without it, the user's own coding.
    """

    actor: str | None = None
    a: str | None = None
    b: str | None = None
    dyad: tuple[str, str] | None = None
    type: str | Sequence[str] | None = None
    factuality: str | Sequence[str] | None = None
    start: str | None = None
    end: str | None = None
    publisher: str | None = None
    document: str | None = None
    deduplicated: bool = False
    dataset: str | None = None

    def __post_init__(self) -> None:
        for day in (self.start, self.end):
            if day is not None:
                date.fromisoformat(day)


def find_event_conditions(wanted: Filter) -> Sql:
    """A condition over `events e`, `documents d` and `event_days y`."""
    parts = [_days("y.day", wanted), _documents(wanted)]
    for code, sides in (
        (wanted.actor, ("actor", "recipient")),
        (wanted.a, ("actor",)),
        (wanted.b, ("recipient",)),
    ):
        if code is not None:
            parts.append(_takes_part(code, sides))
    if wanted.dyad is not None:
        parts.append(_dyad(*wanted.dyad))
    for column, value in (("e.type", wanted.type), ("e.factuality", wanted.factuality)):
        if value is not None:
            values = [value] if isinstance(value, str) else list(value)
            parts.append((f"lower({column}) in (select lower(unnest(?::varchar[])))", [values]))
    if wanted.dataset is not None:
        parts.append(("e.dataset = ?", [wanted.dataset]))
    if wanted.deduplicated:
        parts.append(_first_reports(wanted))
    return _all(parts)


def _first_reports(wanted: Filter) -> Sql:
    """One report a happening; an event that hasn't been compared yet stands for itself."""
    where, params = _documents(wanted)
    sql = f"""((e.document, e.position) in (
            select (r.document, r.event) from event_reports r join documents d on d.id = r.document where {where}
            qualify row_number() over (partition by r.happening order by r.position) = 1
        ) or not exists (select 1 from event_reports r where r.document = e.document and r.event = e.position))"""
    return sql, params


def find_speech_conditions(wanted: Filter, table: str, owner: str, side: str | None) -> Sql:
    """A condition over statements or stances `s` and `documents d`: who speaks or holds, when published."""
    parts = [_days("try_cast(left(d.published, 10) as date)", wanted), _documents(wanted)]
    if wanted.actor is not None:
        same, params = _same_code("m", wanted.actor)
        only = f" and m.side = '{side}'" if side else ""
        parts.append(
            (
                f"exists (select 1 from {table} m where m.document = s.document and m.{owner} = s.position"
                f"{only} and {same})",
                params,
            )
        )
    return _all(parts)


def _all(parts: list[Sql]) -> Sql:
    given = [part for part in parts if part[0]]
    return " and ".join(sql for sql, _ in given) or "true", [value for _, params in given for value in params]


def _same_code(member: str, code: str) -> Sql:
    sql = " or ".join(
        f"lower({member}.{column}) = ? or starts_with(lower({member}.{column}), ?)"
        for column in ("code", "id")
    )
    return f"({sql})", [code.lower(), code.lower() + "."] * 2


def _takes_part(code: str, sides: tuple[str, ...]) -> Sql:
    """In a reciprocal event every party is on both sides."""
    same, params = _same_code("m", code)
    sql = (
        "exists (select 1 from event_members m where m.document = e.document and m.event = e.position "
        f"and (m.side in (select unnest(?::varchar[])) or e.reciprocal) and {same})"
    )
    return sql, [list(sides), *params]


def _dyad(first: str, second: str) -> Sql:
    a, a_params = _same_code("m", first)
    b, b_params = _same_code("o", second)
    sql = (
        "exists (select 1 from event_members m join event_members o on o.document = m.document and o.event = m.event"
        " where m.document = e.document and m.event = e.position"
        f" and (m.side <> o.side or (e.reciprocal and m.position <> o.position)) and {a} and {b})"
    )
    return sql, a_params + b_params


def _days(column: str, wanted: Filter) -> Sql:
    return _all(
        [
            (f"{column} >= ?::date" if wanted.start else "", [wanted.start]),
            (f"{column} <= ?::date" if wanted.end else "", [wanted.end]),
        ]
    )


def _documents(wanted: Filter) -> Sql:
    return _all(
        [
            ("lower(d.publisher) = lower(?)" if wanted.publisher else "", [wanted.publisher]),
            ("d.id = ?" if wanted.document else "", [wanted.document]),
        ]
    )
