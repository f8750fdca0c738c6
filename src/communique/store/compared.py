"""The two sides of a comparison, one's own happenings and the events of an imported dataset, as SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from communique.store.filters import Filter, find_event_conditions
from communique.store.queries import build_events, is_counted, select_events


def build_side(side: Filter, asked: Filter, days: Collection[date] | None = None) -> tuple[str, list[Any]]:
    """A row for each event of a side (on some days, where they are given), with the columns of `analyse.comparing.SIDE`
    and `OWN`; besides `key`, its happening or document, `start` and `end`, its days, and whether it is also `asked` for.
    """
    condition, chosen = "true", list[Any]()
    if days is not None:
        condition, chosen = "y.day in (select unnest(?::date[]))", [sorted(days)]
        low, high = min(days, default=date.max).isoformat(), max(days, default=date.min).isoformat()
        side = replace(side, start=max(low, side.start or low), end=min(high, side.end or high))
    events, params = build_events(side)
    where, more = find_event_conditions(replace(asked, dataset=side.dataset))
    if side.dataset is None:
        key, reports = "coalesce(r.happening, e.document || ':' || e.position)", "coalesce(h.reports, 1)"
        joined = """left join event_reports r on r.document = e.document and r.event = e.position
            left join happenings h on h.id = r.happening"""
    else:
        key, reports = "e.document", "h.reports"
        joined = "join imported.coded h on h.document = e.document"
    sql = f"""
    select q.*, {key} as key, {reports} as reports, y.day,
        coalesce(try_cast(q.date_start as date), y.day) as start,
        coalesce(try_cast(q.date_end as date), try_cast(q.date_start as date), y.day) as "end",
        (e.document, e.position) in ({select_events(where)}) as asked
    from ({events}) q
    join events e on e.document = q.document and e.id = q.event
    join event_days y on y.document = e.document and y.event = e.position
    {joined}
    where {is_counted(side)} and {condition}"""
    return sql, [*more, *params, *chosen]


def widen(side: Filter, asked: Filter, days: int) -> Filter:
    """A side without what is more than so many days from the days asked for."""

    def move(day: str | None, by: int) -> str | None:
        if day is None:
            return None
        moved = date.fromisoformat(day).toordinal() + by
        return date.fromordinal(min(max(moved, 1), date.max.toordinal())).isoformat()

    return replace(side, start=move(asked.start, -days), end=move(asked.end, days))


def build_days(side: Filter) -> tuple[str, list[Any]]:
    """The days that a side has reports of: those of publication, and where they aren't known, those of the events."""
    where, params = find_event_conditions(side)
    sql = f"""
    select distinct coalesce(try_cast(left(d.published, 10) as date), y.day) as day
    from documents d
    left join events e on e.document = d.id
    left join event_days y on y.document = e.document and y.event = e.position
    where {where}"""
    return f"select day from ({sql}) where day is not null", params
