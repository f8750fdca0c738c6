"""Counts and scores of events over time, cut to where nearly all of them lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from communique.serve.charts import (
    Columns,
    Series,
    choose_period,
    draw_columns,
    draw_series,
    next_period,
    start_period,
)
from communique.serve.query import Query
from communique.serve.source import Reader

# A news item now and then recalls a war of a century ago; the axis covers all but that share of the events at
# either end, where there are enough of them for shares to mean something.
TAIL, ENOUGH = 0.02, 60


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events over time. `outside` is how many lie before or after what is drawn, `undated` how many have no day."""

    columns: Columns | None
    outside: int
    undated: int
    first: str | None
    last: str | None


def read_timeline(reader: Reader, query: Query, table: str, path: str) -> Timeline:
    """The events of a table like `ev`, as columns that link to `path` narrowed to their period."""
    total, dated, low, high, first, last = reader.rows(
        f"select count(*), count(e.day), quantile_disc(e.day, {TAIL}), quantile_disc(e.day, {1 - TAIL}),"
        f" min(e.day), max(e.day) from {table} e"
    )[0]
    if not dated:
        return Timeline(None, 0, total, None, None)
    by, begin, end = _choose_span(*((low, high) if dated >= ENOUGH else (first, last)))
    found = reader.rows(
        f"select cast(date_trunc('{by}', e.day) as date), e.quad, count(*) from {table} e"
        " where e.day between ? and ? group by all",
        [begin, end],
    )
    counts = {(start, quad): n for start, quad, n in found}

    def link(start: str, end: str) -> str:
        return query.to_address(path, start=start, end=end)

    return Timeline(
        columns=draw_columns(counts, by, link),
        outside=dated - sum(counts.values()),
        undated=total - dated,
        first=first.isoformat(),
        last=last.isoformat(),
    )


def _choose_span(begin: date, end: date) -> tuple[str, date, date]:
    """The period, and the days widened to whole ones, so that the outermost hold all that their links open."""
    by = choose_period(begin, end)
    after = next_period(start_period(end, by), by)
    return by, start_period(begin, by), after if after == date.max else after - timedelta(days=1)


def read_score_series(reader: Reader, sql: str, params: list[Any], link: Any) -> tuple[Series | None, int]:
    """Mean scores per period of rows (day, score), and how many lie outside what is drawn."""
    low, high, first, last, dated = reader.rows(
        f"select quantile_disc(day, {TAIL}), quantile_disc(day, {1 - TAIL}), min(day), max(day), count(day) from ({sql})",
        params,
    )[0]
    if not dated:
        return None, 0
    by, begin, end = _choose_span(*((low, high) if dated >= ENOUGH else (first, last)))
    found = reader.rows(
        f"select cast(date_trunc('{by}', day) as date), count(*), avg(score) from ({sql})"
        " where day between ? and ? group by all",
        [*params, begin, end],
    )
    means: dict[date, tuple[int, float]] = {start: (n, mean) for start, n, mean in found}
    return draw_series(means, by, link), dated - sum(n for n, _ in means.values())
