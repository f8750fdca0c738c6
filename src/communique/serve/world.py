"""The world as an outline to draw places on, in the Natural Earth projection."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from itertools import accumulate
from math import pi, radians
from typing import Any

#: Units of the drawing per radian; the world is about 1000 wide.
SCALE = 1000 / (2 * pi * 0.8707)
WIDTH, HEIGHT = 1000.0, 520.0
ANTARCTICA = "010"


def project(lat: float, lon: float) -> tuple[float, float]:
    """Degrees to units of the drawing. Šavrič, Patterson & Jenny, IJGIS 29 (2015): the polynomial form of Patterson's
    projection, in which area and shape are both a little wrong rather than one of them much."""
    a, b = radians(max(-90.0, min(90.0, lat))), radians(lon)
    s = a * a
    x = b * (0.8707 - 0.131979 * s + s * s * (-0.013791 + s**3 * (0.003971 - 0.001529 * s)))
    y = a * (1.007226 + s * (0.015085 + s * s * (-0.044475 + 0.028874 * s - 0.005916 * s * s)))
    return WIDTH / 2 + x * SCALE, HEIGHT / 2 - y * SCALE


@cache
def draw_world() -> str:
    """The outlines of all countries but Antarctica as one SVG path."""
    file = resources.files("communique.serve") / "data" / "countries-110m.json"
    topology = json.loads(file.read_text(encoding="utf-8"))
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        xs = accumulate(point[0] for point in arc)
        ys = accumulate(point[1] for point in arc)
        arcs.append([project(y0 + y * ky, x0 + x * kx) for x, y in zip(xs, ys, strict=True)])
    paths = [
        _draw_ring(ring, arcs)
        for shape in topology["objects"]["countries"]["geometries"]
        if shape.get("id") != ANTARCTICA
        for polygon in (shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]])
        for ring in polygon
    ]
    return "".join(paths)


def _draw_ring(ring: list[int], arcs: list[list[tuple[float, float]]]) -> str:
    points: list[Any] = []
    for index in ring:
        # a negative index is the arc ~index read backwards; neighbouring arcs share a point
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    # a ring over the antimeridian is cut there, and begun there, so that no line crosses the whole drawing
    cuts = [n for n in range(1, len(points)) if abs(points[n][0] - points[n - 1][0]) > WIDTH / 2]
    if cuts:
        points = points[cuts[0] : -1] + points[: cuts[0]]
    return "".join(
        f"{'M' if n == 0 or abs(x - points[n - 1][0]) > WIDTH / 2 else 'L'}{x:.1f} {y:.1f}"
        for n, (x, y) in enumerate(points)
    ) + ("" if cuts else "Z")
