"""Charts as geometry: what a template draws as SVG. Lengths are in user units of the drawing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

QUADS = ("verbal cooperation", "material cooperation", "verbal conflict", "material conflict")
WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 26
# Days up to which a series is drawn by day or by month; a chart has room for about sixty columns.
BY_DAY, BY_MONTH = 45, 5 * 366


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a column: a rectangle of that kind (a CSS class)."""

    kind: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """What happened in a period: cooperation above the line, conflict below it. `counts` are in the order of QUADS."""

    label: str
    start: str
    end: str
    counts: tuple[int, ...]
    parts: tuple[Part, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled mark on an axis, at that distance."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Events per period by kind. `zero` is where the line lies; `by` is day, month or year."""

    by: str
    columns: tuple[Column, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    zero: float
    width: int = WIDTH
    height: int = HEIGHT


def choose_period(first: date, last: date) -> str:
    """day, month or year: the finest that leaves few enough columns."""
    days = (last - first).days
    return "day" if days <= BY_DAY else "month" if days <= BY_MONTH else "year"


def start_period(day: date, by: str) -> date:
    """The first day of the period (day, month, quarter, year) a day lies in."""
    if by == "quarter":
        return day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return day if by == "day" else day.replace(day=1) if by == "month" else day.replace(month=1, day=1)


def next_period(start: date, by: str) -> date:
    """The first day of the period after; the last day there is stays."""
    try:
        if by == "day":
            return start + timedelta(days=1)
        if by == "quarter":
            return date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)
        if by == "year" or start.month == 12:
            return date(start.year + 1, 1, 1)
        return date(start.year, start.month + 1, 1)
    except (ValueError, OverflowError):
        return date.max


def say_period(start: date, by: str) -> str:
    """ "4 Feb 2022", "Feb 2022", "Q1 2022" or "2022"."""
    if by == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    month = f"{start:%b} {start.year}"
    return f"{start.day} {month}" if by == "day" else month if by == "month" else str(start.year)


def list_periods(first: date, last: date, by: str) -> list[date]:
    """Every period from the one of `first` to the one of `last`."""
    periods = [start_period(first, by)]
    while (after := next_period(periods[-1], by)) <= last and after > periods[-1]:
        periods.append(after)
    return periods


def draw_columns(
    counts: Mapping[tuple[date, str], int], by: str, link: Callable[[str, str], str]
) -> Columns | None:
    """Columns from counts per (period, quad); None where there is nothing to draw."""
    if not counts:
        return None
    starts = [start for start, _ in counts]
    periods = list_periods(min(starts), max(starts), by)
    table = [tuple(counts.get((p, quad), 0) for quad in QUADS) for p in periods]
    up = max(row[0] + row[1] for row in table)
    down = max(row[2] + row[3] for row in table)
    step = _step(max(up, down))
    high = math.ceil(up / step) * step if up else 0
    low = math.ceil(down / step) * step if down else 0
    scale = (HEIGHT - TOP - BOTTOM) / (high + low)
    zero = TOP + high * scale
    pitch = (WIDTH - LEFT - RIGHT) / len(periods)
    wide = min(max(pitch * 0.8, 1), 28)
    columns = []
    for n, (start, row) in enumerate(zip(periods, table, strict=True)):
        x = LEFT + n * pitch + (pitch - wide) / 2
        above = below = zero
        parts = []
        for quad, count in zip(QUADS, row, strict=True):
            tall = count * scale
            if not count:
                continue
            if quad.endswith("cooperation"):
                above -= tall
                y = above
            else:
                y = below
                below += tall
            parts.append(Part(_kind(quad), count, _round(x), _round(y), _round(wide), _round(tall)))
        last = next_period(start, by) - timedelta(days=1)
        href = link(start.isoformat(), last.isoformat())
        columns.append(
            Column(
                say_period(start, by),
                start.isoformat(),
                last.isoformat(),
                row,
                tuple(parts),
                href,
            )
        )
    y_ticks = [Tick(_round(zero - v * scale), f"{abs(v):,}") for v in range(-low, high + 1, step)]
    return Columns(by, tuple(columns), _time_ticks(periods, by, pitch), tuple(y_ticks), _round(zero))


def _kind(quad: str) -> str:
    return "quad-" + quad.replace(" ", "-")


def _time_ticks(periods: Sequence[date], by: str, pitch: float) -> tuple[Tick, ...]:
    # a label needs about so many units of room
    every = max(1, math.ceil((76 if by == "day" else 64 if by == "month" else 36) / pitch))
    return tuple(
        Tick(_round(LEFT + (n + 0.5) * pitch), say_period(p, by))
        for n, p in enumerate(periods)
        if (n % every == 0 and LEFT + (n + 0.5) * pitch < WIDTH - RIGHT - 20) or len(periods) == 1
    )


def _step(most: int) -> int:
    """A round step that gives about three ticks up to `most`."""
    rough = max(1, most / 3)
    power = 10 ** math.floor(math.log10(rough))
    return int(next(m * power for m in (1, 2, 5, 10) if m * power >= rough))


def _round(value: float) -> float:
    return round(value, 1)


@dataclass(frozen=True, slots=True)
class Point:
    """A period's mean score: `radius` grows with the number of events (area in proportion)."""

    label: str
    start: str
    end: str
    events: int
    mean: float
    x: float
    y: float
    radius: float
    sign: str
    href: str


@dataclass(frozen=True, slots=True)
class Series:
    """Mean scores over time, from −10 (conflict) to 10 (cooperation); `path` joins the points."""

    by: str
    points: tuple[Point, ...]
    path: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    zero: float
    width: int = WIDTH
    height: int = HEIGHT


def draw_series(
    means: Mapping[date, tuple[int, float]], by: str, link: Callable[[str, str], str]
) -> Series | None:
    """A series from (events, mean score) per period; None where there is nothing to draw."""
    if not means:
        return None
    periods = list_periods(min(means), max(means), by)
    pitch = (WIDTH - LEFT - RIGHT) / len(periods)
    scale = (HEIGHT - TOP - BOTTOM) / 20
    most = max(events for events, _ in means.values())
    points = []
    for n, start in enumerate(periods):
        if start in means:
            events, mean = means[start]
            last = (next_period(start, by) - timedelta(days=1)).isoformat()
            points.append(
                Point(
                    label=say_period(start, by),
                    start=start.isoformat(),
                    end=last,
                    events=events,
                    mean=round(mean, 2),
                    x=_round(LEFT + (n + 0.5) * pitch),
                    y=_round(TOP + (10 - max(-10.0, min(10.0, mean))) * scale),
                    radius=_round(3 + 7 * math.sqrt(events / most)),
                    sign="friendly" if mean > 0 else "hostile" if mean < 0 else "even",
                    href=link(start.isoformat(), last),
                )
            )
    y_ticks = tuple(
        Tick(_round(TOP + (10 - v) * scale), f"{v:+d}".replace("-", "−") if v else "0")
        for v in (10, 5, 0, -5, -10)
    )
    path = "M" + " L".join(f"{p.x} {p.y}" for p in points)
    return Series(by, tuple(points), path, _time_ticks(periods, by, pitch), y_ticks, _round(TOP + 10 * scale))
