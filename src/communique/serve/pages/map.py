"""The map: where events are said to have happened."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from communique.serve.choices import Choices, read_choices
from communique.serve.lines import EventLine, read_event_lines
from communique.serve.query import AddressError, Query, find_events, make_address, read_query
from communique.serve.source import Reader
from communique.serve.world import HEIGHT, WIDTH, project

MOST_PLACES, MOST_LABELS, MOST_LISTED, PER_PLACE = 400, 14, 20, 20
# The drawing is never cut narrower than this many of its 1000 units: a region, not a street.
NARROWEST = 260.0
# Text and circles are so many thousandths of the width shown.
LETTER, SMALLEST, LARGEST = 0.0135, 0.0035, 0.016


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its events. `sign` is that of their mean score. Lengths are in units of the drawing."""

    place: str
    country: str | None
    lat: float
    lon: float
    events: int
    mean_score: float
    sign: str
    x: float
    y: float
    radius: float
    label: str
    label_x: float
    label_y: float
    href: str


@dataclass(frozen=True, slots=True)
class MapPage:
    """Events with coordinates. Unless factuality is asked for, those said to have happened. `unplaced` have no place
    or none with coordinates; `listed` are the events of the place that is chosen."""

    template: ClassVar[str] = "map.html"
    title: str
    query: Query
    choices: Choices
    spots: tuple[Spot, ...]
    placed: int
    unplaced: int
    whole: bool
    box: tuple[float, float, float, float]
    letter: float
    chosen: str
    listed: tuple[EventLine, ...]


def build_map(reader: Reader, params: Any) -> MapPage:
    """The map for the address's filters; `at` (latitude,longitude) opens a place, `view=world` shows everything."""
    query = read_query(params)
    where, values = find_events(query)
    if not query.factuality:
        where += " and e.happened"
    whole = params.get("view") == "world"
    placed, total = reader.rows(f"select count(e.lat), count(*) from ev e where {where}", values)[0]
    rows = reader.rows(
        "select e.lat, e.lon, arg_min(e.place, length(e.place)), min(e.country), count(*),"
        f" avg(e.score) from ev e where e.lat is not null and e.lon is not null and {where} group by 1, 2 order by 5 desc, 1, 2 limit ?",
        [*values, MOST_PLACES],
    )
    rows = [row for row in rows if math.isfinite(row[0]) and math.isfinite(row[1])]
    points = [project(lat, lon) for lat, lon, *_ in rows]
    box = (0.0, 0.0, WIDTH, HEIGHT) if whole or not points else _fit(points)
    at = _read_at(str(params.get("at") or ""))
    chosen = ""
    listed: tuple[EventLine, ...] = ()
    if at:
        found = [row for row in rows if (row[0], row[1]) == at]
        chosen = str(found[0][2]) if found else "this place"
        keys = reader.rows(
            f"select e.doc, e.event from ev e where e.lat = ? and e.lon = ? and {where}"
            " order by e.day desc nulls last, e.doc, e.event limit ?",
            [*at, *values, PER_PLACE],
        )
        listed = read_event_lines(reader, [(doc, event) for doc, event in keys])
    return MapPage(
        title="Map",
        query=query,
        choices=read_choices(reader),
        spots=_draw(rows, points, box, query, whole),
        placed=placed,
        unplaced=total - placed,
        whole=whole,
        box=box,
        letter=round(box[2] * LETTER, 2),
        chosen=chosen,
        listed=listed,
    )


def _read_at(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        lat, lon = (round(float(part), 3) for part in text.split(","))
    except ValueError:
        raise AddressError("A place is a latitude and a longitude, such as 46.948,7.447.") from None
    if not (math.isfinite(lat) and math.isfinite(lon)):
        raise AddressError("A place is a latitude and a longitude, such as 46.948,7.447.")
    return lat, lon


def _fit(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    """The part of the drawing that holds all points, with a margin, in its proportions."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide = max(max(xs) - min(xs), (max(ys) - min(ys)) * WIDTH / HEIGHT) * 1.2
    wide = min(WIDTH, max(NARROWEST, wide))
    tall = wide * HEIGHT / WIDTH
    left = min(max(0.0, (min(xs) + max(xs) - wide) / 2), WIDTH - wide)
    top = min(max(0.0, (min(ys) + max(ys) - tall) / 2), HEIGHT - tall)
    return round(left, 1), round(top, 1), round(wide, 1), round(tall, 1)


def _draw(
    rows: list[tuple[Any, ...]],
    points: list[tuple[float, float]],
    box: tuple[float, float, float, float],
    query: Query,
    whole: bool,
) -> tuple[Spot, ...]:
    most = max((row[4] for row in rows), default=1)
    letter = box[2] * LETTER
    taken: list[tuple[float, float, float, float]] = []
    spots = []
    for (lat, lon, place, country, events, mean), (x, y) in zip(rows, points, strict=True):
        radius = box[2] * (SMALLEST + (LARGEST - SMALLEST) * math.sqrt(events / most))
        text = f"{place} ({events})"
        label_x, label_y = x + radius + letter * 0.3, y + letter * 0.35
        wide = len(text) * letter * 0.62
        frame = (x - radius, label_y - letter, label_x + wide, label_y + letter * 0.3)
        fits = (
            len(taken) < MOST_LABELS
            and frame[2] < box[0] + box[2]
            and not any(
                frame[0] < b[2] and b[0] < frame[2] and frame[1] < b[3] and b[1] < frame[3] for b in taken
            )
        )
        if fits:
            taken.append(frame)
        params = [*query.to_params(), *([("view", "world")] if whole else []), ("at", f"{lat},{lon}")]
        spots.append(
            Spot(
                place=str(place),
                country=country,
                lat=lat,
                lon=lon,
                events=events,
                mean_score=round(mean, 2),
                sign="friendly" if mean > 0 else "hostile" if mean < 0 else "even",
                x=round(x, 2),
                y=round(y, 2),
                radius=round(radius, 2),
                label=text if fits else "",
                label_x=round(label_x, 2),
                label_y=round(label_y, 2),
                href=make_address("/map", params) + "#listed",
            )
        )
    return tuple(spots)
