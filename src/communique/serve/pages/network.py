"""The signed network over time: who is friendly and hostile with whom, in which blocs, and how balanced that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from communique.analyse.network import (
    Balance,
    Tie,
    find_blocs,
    lay_out,
    measure_balance,
    spread_out,
    track_blocs,
)
from communique.serve.charts import list_periods, next_period, say_period, start_period
from communique.serve.choices import Choices, read_choices
from communique.serve.query import AddressError, Query, find_events, make_address, read_query
from communique.serve.series import ENOUGH, TAIL
from communique.serve.source import Reader

#: Those with most events make the network; of their ties in a period the strongest are drawn and listed.
MOST_NODES, MOST_TIES = 40, 150
#: Periods on the slider: the finest that leaves about so many is taken, and no finer one than leaves the second.
FEW_PERIODS, MOST_PERIODS = 24, 48
BY = ("month", "quarter", "year")
WIDTH, HEIGHT = 960, 620
#: Half the size of a node, how tall it is with the name under it, how far above the middle of both its own middle lies,
#: and room for each letter.
RADIUS, TALL, RISE, LETTER = 11.0, 46.0, 7.0, 8.0
COLOURS = 7


def _polygon(corners: int, turn: float, size: float = 1.0) -> str:
    angles = [math.radians(turn + 360 * n / corners) for n in range(corners)]
    points = (f"{RADIUS * size * math.sin(a):.1f} {-RADIUS * size * math.cos(a):.1f}" for a in angles)
    return "M" + "L".join(points) + "Z"


_ROUND = f"M-{RADIUS} 0A{RADIUS} {RADIUS} 0 1 1 {RADIUS} 0A{RADIUS} {RADIUS} 0 1 1 -{RADIUS} 0Z"
#: Outlines around 0, by name; which one a bloc has goes by its number, as its colour does.
SHAPES = {
    "circle": _ROUND,
    "square": _polygon(4, 45, 1.25),
    "triangle": _polygon(3, 0, 1.5),
    "diamond": _polygon(4, 0, 1.35),
    "inverted triangle": _polygon(3, 180, 1.5),
    "hexagon": _polygon(6, 30, 1.12),
}


@dataclass(frozen=True, slots=True)
class Node:
    """Somebody with a tie in the period, at a place that is the same in all periods. `bloc` is null in none.
    `outline` is an SVG path around the place."""

    code: str
    events: int
    bloc: int | None
    colour: int | None
    outline: str
    x: float
    y: float
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """A tie between two nodes, both directions together. `sign` is friendly, hostile or even: that of the mean score."""

    a: str
    b: str
    events: int
    mean_score: float
    cooperation: int
    conflict: int
    sign: str
    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    href: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a bloc, and the way to the dossier."""

    code: str
    href: str


@dataclass(frozen=True, slots=True)
class Bloc:
    """Who is tied by friendly ties; a bloc keeps its number over periods. `shape` names its outline."""

    number: int
    shape: str
    colour: int
    outline: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """One position of the slider: a period, or all time, where `start` and `end` are null."""

    label: str
    start: str | None
    end: str | None
    events: int
    balance: Balance
    chosen: bool
    href: str


@dataclass(frozen=True, slots=True)
class NetworkPage:
    """The network of the stop that is chosen. Unless factuality is asked for, of what is said to have happened.

    `outside` events are undated or lie before the first or after the last period; all time counts them. `people` is how
    many have ties at all, of whom at most `most`, those with most events, are here; `more_ties` are too weak to be drawn.
    """

    template: ClassVar[str] = "network.html"
    title: str
    query: Query
    choices: Choices
    by: str
    stops: tuple[Stop, ...]
    shown: Stop
    nodes: tuple[Node, ...]
    ties: tuple[Line, ...]
    blocs: tuple[Bloc, ...]
    people: int
    more_ties: int
    outside: int
    most: int = MOST_NODES
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class _Row:
    a: str
    b: str
    events: int
    score: float
    cooperation: int


@dataclass(frozen=True, slots=True)
class _Networks:
    """What all stops of a view share; of all time under null."""

    by: str
    rows: dict[date | None, list[_Row]]
    events: dict[date | None, int]
    blocs: dict[date | None, dict[str, int]]
    balance: dict[date | None, Balance]
    place: dict[str, tuple[float, float]]
    people: int
    outside: int


def build_network(reader: Reader, params: Any) -> NetworkPage:
    """The network for the address's filters; `by` is the period, `at` a day of the one to show, without it all time.
    Raises AddressError."""
    query = read_query(params)
    asked = str(params.get("by") or "")
    if asked and asked not in BY:
        raise AddressError(f"“{asked[:40]}” is none of {', '.join(BY)}.")
    key = query.to_address("/network"), asked
    # moving the slider asks for the same view again and again
    kept = reader.kept.get("network")
    found: _Networks = kept[1] if kept and kept[0] == key else _read_networks(reader, query, asked)
    reader.kept["network"] = key, found
    at = _read_at(str(params.get("at") or ""), found)

    def link(period: date | None) -> str:
        changes = [("by", found.by)] if period or asked else []
        return make_address(
            "/network",
            [*query.to_params(), *changes, *([("at", period.isoformat())] if period else [])],
        )

    stops = tuple(
        Stop(
            label=say_period(period, found.by) if period else "All time",
            start=period.isoformat() if period else None,
            end=(next_period(period, found.by) - timedelta(days=1)).isoformat() if period else None,
            events=found.events.get(period, 0),
            balance=found.balance[period],
            chosen=period == at,
            href=link(period),
        )
        for period in found.rows
    )
    shown = next(stop for stop in stops if stop.chosen)
    blocs = found.blocs[at]
    rows = found.rows[at]
    return NetworkPage(
        title="Network",
        query=query,
        choices=read_choices(reader),
        by=found.by,
        stops=stops,
        shown=shown,
        nodes=_make_nodes(rows, blocs, found.place),
        ties=_make_lines(rows[:MOST_TIES], query, shown, found.place),
        blocs=_make_blocs(blocs),
        people=found.people,
        more_ties=max(0, len(rows) - MOST_TIES),
        outside=found.outside,
    )


def _read_at(text: str, found: _Networks) -> date | None:
    """The period that is asked for, or None for all time."""
    if not text:
        return None
    try:
        period = start_period(date.fromisoformat(text), found.by)
    except ValueError:
        raise AddressError(f"“{text[:40]}” is not a day such as 2022-02-04.") from None
    if period not in found.rows:
        raise AddressError(f"No {found.by} shown begins on {period.isoformat()}.")
    return period


def _read_networks(reader: Reader, query: Query, asked: str) -> _Networks:
    where, params = find_events(query)
    if not query.factuality:
        where += " and e.happened"
    reader.rows(
        "create or replace temp table tie as select e.k, e.day, e.score, e.quad, c.a, c.b"
        f" from couple c join ev e on e.k = c.k where {where}",
        params,
    )
    months: dict[date | None, int] = dict(
        reader.rows("select cast(date_trunc('month', day) as date), count(distinct k) from tie group by 1")
    )
    top = reader.rows(
        "select code, count(*) over () from (select a as code from tie union all select b from tie)"
        f" group by 1 order by count(*) desc, 1 limit {MOST_NODES}"
    )
    codes = [code for code, _ in top]
    by, periods = _choose_periods(months, asked)
    sums = (
        "count(*), sum(score), count(*) filter (where ends_with(quad, 'cooperation')) from tie"
        " where a in (select unnest(?::varchar[])) and b in (select unnest(?::varchar[]))"
    )
    rows: dict[date | None, list[_Row]] = {None: [], **{period: [] for period in periods}}
    events: dict[date | None, int] = {None: sum(months.values())}
    if periods:
        for period, *row in reader.rows(
            f"select cast(date_trunc('{by}', day) as date) as p, a, b, {sums} and day between ? and ?"
            " group by all order by p, 4 desc, a, b",
            [codes, codes, periods[0], next_period(periods[-1], by) - timedelta(days=1)],
        ):
            rows[period].append(_Row(*row))
        for month, n in months.items():
            if month and (period := start_period(month, by)) in rows:
                events[period] = events.get(period, 0) + n
    rows[None] = [
        _Row(*row)
        for row in reader.rows(f"select a, b, {sums} group by all order by 3 desc, a, b", [codes, codes])
    ]
    ties = {p: [Tie(row.a, row.b, row.events, row.score) for row in found] for p, found in rows.items()}
    numbered = track_blocs([find_blocs(ties[p]) for p in rows])
    blocs = dict(zip(rows, numbered, strict=True))
    room = {code: max(3 * RADIUS, LETTER * min(len(code), 12)) + 8 for code in codes}
    drawn = {code: spot for code, spot in lay_out(ties[None]).items() if code in room}
    return _Networks(
        by=by,
        rows=rows,
        events=events,
        blocs=blocs,
        balance={p: measure_balance(ties[p], blocs[p]) for p in rows},
        place={code: (x, y - RISE) for code, (x, y) in spread_out(drawn, WIDTH, HEIGHT, room, TALL).items()},
        people=top[0][1] if top else 0,
        outside=events[None] - sum(n for p, n in events.items() if p),
    )


def _choose_periods(months: dict[date | None, int], asked: str) -> tuple[str, list[date]]:
    """The period, and all of them from where the events begin in earnest to where they end."""
    dated = sorted((month, n) for month, n in months.items() if month)
    if not dated:
        return asked or "year", []
    total, running = sum(n for _, n in dated), 0
    low = high = None
    for month, n in dated:
        running += n
        if low is None and running > total * TAIL:
            low = month
        if high is None and running >= total * (1 - TAIL):
            high = month
    if total < ENOUGH:
        low, high = dated[0][0], dated[-1][0]
    assert low is not None and high is not None
    choices = {by: list_periods(low, high, by) for by in BY if _count_years(low, high) <= 200 or by == "year"}
    if asked in choices and len(choices[asked]) <= MOST_PERIODS:
        return asked, choices[asked]
    most = MOST_PERIODS if asked else FEW_PERIODS
    by = next((by for by in choices if by != asked and len(choices[by]) <= most), "year")
    return by, choices[by][-MOST_PERIODS:]


def _count_years(low: date, high: date) -> int:
    return high.year - low.year


def _style(number: int) -> tuple[str, str, int]:
    """Name and outline of a bloc's shape, and its colour's number."""
    name = tuple(SHAPES)[(number - 1) % len(SHAPES)]
    return name, SHAPES[name], (number - 1) % COLOURS


def _make_nodes(
    rows: list[_Row], blocs: dict[str, int], place: dict[str, tuple[float, float]]
) -> tuple[Node, ...]:
    events: dict[str, int] = {}
    for row in rows:
        for code in (row.a, row.b):
            events[code] = events.get(code, 0) + row.events
    nodes = []
    for code in sorted(events, key=lambda code: (-events[code], code)):
        bloc = blocs.get(code)
        _, outline, colour = _style(bloc) if bloc else ("", _ROUND, None)
        x, y = (round(value, 1) for value in place[code])
        href = make_address("/actor", [("id", code)])
        nodes.append(Node(code, events[code], bloc, colour, outline, x, y, href))
    return tuple(nodes)


def _make_lines(
    rows: list[_Row], query: Query, shown: Stop, place: dict[str, tuple[float, float]]
) -> tuple[Line, ...]:
    most = max((row.events for row in rows), default=1)
    about = [
        (name, value) for name, value in query.to_params() if name in ("type", "factuality", "publisher")
    ]
    start, end = shown.start or query.start, shown.end or query.end
    days = [(name, value) for name, value in (("from", start), ("to", end)) if value]
    lines = []
    for row in rows:
        (x1, y1), (x2, y2) = place[row.a], place[row.b]
        mean = row.score / row.events
        lines.append(
            Line(
                a=row.a,
                b=row.b,
                events=row.events,
                mean_score=round(mean, 2),
                cooperation=row.cooperation,
                conflict=row.events - row.cooperation,
                sign="friendly" if mean > 0 else "hostile" if mean < 0 else "even",
                x1=round(x1, 1),
                y1=round(y1, 1),
                x2=round(x2, 1),
                y2=round(y2, 1),
                width=round(1 + 5 * math.sqrt(row.events / most), 1),
                href=make_address("/dyad", [("a", row.a), ("b", row.b), *about, *days]),
            )
        )
    return tuple(lines)


def _make_blocs(blocs: dict[str, int]) -> tuple[Bloc, ...]:
    found = []
    for number in sorted(set(blocs.values())):
        shape, outline, colour = _style(number)
        members = tuple(
            Member(code, make_address("/actor", [("id", code)]))
            for code in sorted(blocs)
            if blocs[code] == number
        )
        found.append(Bloc(number, shape, colour, outline, members))
    return tuple(found)
