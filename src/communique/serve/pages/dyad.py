"""Two actors and what passes between them: scores over time in both directions, and the events behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from communique.serve.charts import Series
from communique.serve.failures import NotFound
from communique.serve.lines import EventLine, read_event_lines
from communique.serve.query import AddressError, Query, join, make_address, read_query
from communique.serve.series import read_score_series
from communique.serve.source import EVENTS, Reader

PER_PAGE = 15


@dataclass(frozen=True, slots=True)
class Direction:
    """What one does to the other. Only what is said to have happened counts; `mean_score` is null where nothing did.
    `outside` events lie before or after what the series shows."""

    actor: str
    recipient: str
    events: int
    mean_score: float | None
    cooperation: int
    conflict: int
    series: Series | None
    outside: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A point of a series: what `actor` is said to have done to the other from `start` to `end`."""

    actor: str
    recipient: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class DyadPage:
    """Two countries or organisations. `events` counts all, also what is denied, wanted or supposed; `lines` are these,
    or where a `point` of a series is chosen just the events behind it, `listed` in number."""

    template: ClassVar[str] = "dyad.html"
    title: str
    a: str
    b: str
    names: tuple[str, str]
    events: int
    directions: tuple[Direction, ...]
    point: Chosen | None
    listed: int
    lines: tuple[EventLine, ...]
    query: Query
    address: str
    page: int
    pages: int


def build_dyad(reader: Reader, params: Any) -> DyadPage:
    """The pair `a` and `b` of the address; codes below a country count for it. `acts` and `at` (first and last day,
    2022-02-01/2022-02-28) choose a point of a series. Raises NotFound, AddressError."""
    query = read_query(params)
    a, b = (str(params.get(name) or "").strip().split(".")[0] for name in "ab")
    a, b = a or query.actor.split(".")[0], b or query.other.split(".")[0]
    query = replace(query, actor=a, other=b)
    found = reader.value(
        "select count(*) from pair p where (p.a = ? and p.b = ?) or (p.a = ? and p.b = ?)", [a, b, b, a]
    )
    if not found:
        raise NotFound(f"No event of the store is between “{a[:80]}” and “{b[:80]}”.")
    narrow, values = _narrow(query)
    both = f"((p.a = ? and p.b = ?) or (p.a = ? and p.b = ?)) and {narrow}", [a, b, b, a, *values]
    events = _count(reader, *both)
    point = _read_point(params, a, b)
    where, values = _find_behind(query, point) if point else both
    listed = _count(reader, where, values)
    keys = reader.rows(
        f"select distinct p.k, p.day from pair p where {where} order by p.day desc nulls last, p.k limit ? offset ?",
        [*values, PER_PAGE, (query.page - 1) * PER_PAGE],
    )
    names: dict[str, str] = dict(reader.rows("select id, name from actor where id in (?, ?)", [a, b]))
    return DyadPage(
        title=f"{names.get(a, a)} and {names.get(b, b)}",
        a=a,
        b=b,
        names=(names.get(a, a), names.get(b, b)),
        events=events,
        directions=tuple(_direction(reader, query, x, y) for x, y in ((a, b), (b, a))),
        point=point,
        listed=listed,
        lines=read_event_lines(reader, [divmod(k, EVENTS) for k, _ in keys]),
        query=query,
        address=_link(replace(query, page=1), point),
        page=query.page,
        pages=max(1, -(-listed // PER_PAGE)),
    )


def _count(reader: Reader, where: str, values: list[Any]) -> int:
    return int(reader.value(f"select count(distinct p.k) from pair p where {where}", values))


def _link(query: Query, point: Chosen | None) -> str:
    chosen = [("acts", point.actor), ("at", f"{point.start}/{point.end}")] if point else []
    return make_address("/dyad", [*query.to_params(), *chosen])


def _read_point(params: Any, a: str, b: str) -> Chosen | None:
    acts, at = (str(params.get(name) or "").strip() for name in ("acts", "at"))
    if not acts and not at:
        return None
    try:
        start, end = (date.fromisoformat(day).isoformat() for day in at.split("/"))
    except ValueError:
        raise AddressError(
            f"“{at[:60]}” is not a first and a last day such as 2022-02-01/2022-02-28."
        ) from None
    if acts not in (a, b):
        raise AddressError(f"“{acts[:60]}” is neither {a[:60]} nor {b[:60]}.")
    return Chosen(acts, b if acts == a else a, start, end)


def _find_behind(query: Query, point: Chosen) -> tuple[str, list[Any]]:
    """A condition for just the events that a point is the mean of."""
    where, values = _narrow(query)
    sql = f"p.a = ? and p.b = ? and p.happened and p.day between ?::date and ?::date and {where}"
    return sql, [point.actor, point.recipient, point.start, point.end, *values]


def _narrow(query: Query) -> tuple[str, list[Any]]:
    parts: list[tuple[str, list[Any]]] = []
    if query.type:
        parts.append(("p.type in (select unnest(?::varchar[]))", [list(query.type)]))
    if query.factuality:
        parts.append(("p.factuality in (select unnest(?::varchar[]))", [list(query.factuality)]))
    if query.publisher:
        parts.append((f"p.k // {EVENTS} in (select n from doc where publisher = ?)", [query.publisher]))
    if query.start:
        parts.append(("p.day >= ?::date", [query.start]))
    if query.end:
        parts.append(("p.day <= ?::date", [query.end]))
    return join(parts)


def _direction(reader: Reader, query: Query, a: str, b: str) -> Direction:
    where, values = _narrow(query)
    sql = f"select p.day, p.score, p.quad from pair p where p.a = ? and p.b = ? and p.happened and {where}"
    params = [a, b, *values]
    events, mean, friendly = reader.rows(
        f"select count(*), avg(score), count(*) filter (where ends_with(quad, 'cooperation')) from ({sql})",
        params,
    )[0]

    def link(start: str, end: str) -> str:
        return _link(replace(query, page=1), Chosen(a, b, start, end)) + "#h-list"

    series, outside = read_score_series(reader, sql, params, link)
    mean = None if mean is None else round(mean, 3)
    return Direction(a, b, events, mean, friendly, events - friendly, series, outside)
