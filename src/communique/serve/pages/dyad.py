"""Two actors and what passes between them: scores over time in both directions, and the events behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from communique.serve.charts import Series
from communique.serve.failures import NotFound
from communique.serve.lines import EventLine, read_event_lines
from communique.serve.query import Query, join, read_query
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
class DyadPage:
    """Two countries or organisations. `events` counts all, also what is denied, wanted or supposed."""

    template: ClassVar[str] = "dyad.html"
    title: str
    a: str
    b: str
    names: tuple[str, str]
    events: int
    directions: tuple[Direction, ...]
    lines: tuple[EventLine, ...]
    query: Query
    page: int
    pages: int


def build_dyad(reader: Reader, params: Any) -> DyadPage:
    """The pair `a` and `b` of the address; codes below a country count for it. Raises NotFound."""
    query = read_query(params)
    a, b = (str(params.get(name) or "").strip().split(".")[0] for name in "ab")
    a, b = a or query.actor.split(".")[0], b or query.other.split(".")[0]
    query = replace(query, actor=a, other=b)
    where, values = _narrow(query)
    found = reader.value(
        "select count(*) from pair p where (p.a = ? and p.b = ?) or (p.a = ? and p.b = ?)", [a, b, b, a]
    )
    if not found:
        raise NotFound(f"No event of the store is between “{a[:80]}” and “{b[:80]}”.")
    keys = (
        "select distinct p.k, p.day from pair p"
        f" where ((p.a = ? and p.b = ?) or (p.a = ? and p.b = ?)) and {where}"
    )
    pair = [a, b, b, a, *values]
    events = reader.value(f"select count(*) from ({keys})", pair)
    names: dict[str, str] = dict(reader.rows("select id, name from actor where id in (?, ?)", [a, b]))
    return DyadPage(
        title=f"{names.get(a, a)} and {names.get(b, b)}",
        a=a,
        b=b,
        names=(names.get(a, a), names.get(b, b)),
        events=events,
        directions=tuple(_direction(reader, query, x, y) for x, y in ((a, b), (b, a))),
        lines=read_event_lines(
            reader,
            [
                divmod(k, EVENTS)
                for k, _ in reader.rows(
                    f"{keys} order by p.day desc nulls last, p.k limit ? offset ?",
                    [*pair, PER_PAGE, (query.page - 1) * PER_PAGE],
                )
            ],
        ),
        query=query,
        page=query.page,
        pages=max(1, -(-events // PER_PAGE)),
    )


def _narrow(query: Query) -> tuple[str, list[Any]]:
    parts: list[tuple[str, list[Any]]] = []
    if query.type:
        parts.append(("p.type in (select unnest(?::varchar[]))", [list(query.type)]))
    if query.factuality:
        parts.append(("p.factuality in (select unnest(?::varchar[]))", [list(query.factuality)]))
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
    series, outside = read_score_series(
        reader, sql, params, lambda start, end: query.to_address("/dyad", start=start, end=end)
    )
    return Direction(
        a, b, events, None if mean is None else round(mean, 3), friendly, events - friendly, series, outside
    )
