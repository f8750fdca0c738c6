"""Pictures of series, dyads and networks: PNG, SVG, or a page of its own with the picture and the table under it.

matplotlib draws them (the extra `communique[plot]`). The same data gives the same bytes. Names come from articles and from users'
dictionaries: they are drawn as they are, never as mathematics or markup, and a page holds no script.
"""

from __future__ import annotations

import importlib.util
import io
import math
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import jinja2

from communique.errors import CommuniqueError
from communique.export.formats import open_output
from communique.export.plain import clean_line

ENDINGS = (".png", ".svg", ".html")
QUADS = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")
#: Blue for cooperation, orange to red for conflict, the material darker: told apart by lightness alone as well.
COLOURS = dict(zip(QUADS, ("#7fb2dd", "#1f5f99", "#eda063", "#a8321f"), strict=True))
FRIENDLY, HOSTILE, NEITHER, INK, SOFT = "#1f5f99", "#a8321f", "#767d84", "#1b1f23", "#565e66"
#: Okabe & Ito's colours for colour-blind readers, and as many shapes; colour and shape go by a bloc's number.
BLOC_COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
BLOC_SHAPES = ("o", "s", "D", "^", "v", "P", "X", "*")
MOST_DYADS, MOST_NODES, MOST_PANELS = 8, 30, 12
#: The days of a period, about, and how it is called in a heading.
DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{{ title }}</title>
<style>
body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; color: #1b1f23; background: #fdfdfb; }
figure { margin: 0; background: #fff; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; display: block; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.2rem 0.9rem 0.2rem 0; border-bottom: 1px solid #d3d5d0; }
th.n, td.n { text-align: right; }
summary { cursor: pointer; }
@media (prefers-color-scheme: dark) {
  body { color: #e6e8ea; background: #14171a; }
  th, td { border-color: #3a4249; }
}
</style>
</head>
<body>
<h1>{{ title }}</h1>
<figure role="img" aria-label="{{ title }}; the numbers are in the table below">{{ svg }}</figure>
{% for note in notes %}<p>{{ note }}</p>
{% endfor %}
{% for name, columns, rows in tables %}<details{% if loop.first %} open{% endif %}>
<summary>{{ name }} ({{ "{:,}".format(rows | length) }} rows)</summary>
<div class="scroll" tabindex="0" role="region" aria-label="{{ name }}">
<table>
<thead><tr>{% for column in columns %}<th scope="col"{% if column[1] %} class="n"{% endif %}>{{ column[0] }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}<tr>{% for cell in row %}<td{% if columns[loop.index0][1] %} class="n"{% endif %}>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody>
</table>
</div>
</details>
{% endfor %}</body>
</html>
"""


def check_plot(path: str) -> None:
    """That such a file can be drawn. Raises ValueError for an unknown ending, CommuniqueError without matplotlib."""
    if Path(path).suffix.lower() not in ENDINGS:
        raise ValueError(f"a picture is {', '.join(ENDINGS)}, not {path!r}")
    if importlib.util.find_spec("matplotlib") is None:
        raise CommuniqueError("--plot needs matplotlib: pip install 'communique[plot]'")


def say_filter(**given: Any) -> str:
    """What was asked for, in words for a heading: "RUS → UKR · SANCTION"."""
    parts = []
    if given.get("a") or given.get("b"):
        parts.append(f"{given.get('a') or 'anybody'} → {given.get('b') or 'anybody'}")
    if given.get("dyad"):
        parts.append(str(given["dyad"]).replace(",", " and "))
    parts += [str(given[name]) for name in ("actor", "publisher") if given.get(name)]
    parts += [", ".join(given[name]) for name in ("type", "factuality") if given.get(name)]
    return clean_line(" · ".join(parts))


def write_series_plot(
    table: Any, path: str, *, by: str, who: str = "", measure: str | None = None, weight: str = "one"
) -> None:
    """Columns of events per period, cooperation above the line and conflict below, and the mean score under them;
    or with a `measure` (count, quad, score) only that. `table` is of `Store.series`."""
    shown = [measure] if measure else ["quad", "score"]
    unit = f"events per {by}" + (", weighted by confidence" if weight == "confidence" else "")
    title = f"{'Mean score' if measure == 'score' else 'Events'} per {by}" + (f": {who}" if who else "")
    with _drawing() as make:
        figure = make(figsize=(10, 1 + 2.9 * len(shown)))
        axes = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
        rows = table.to_pylist()
        for axis, one in zip(axes, shown, strict=True):
            if one == "score":
                _draw_scores(axis, rows, by)
                axis.set_ylabel("mean score\n(−10 conflict … 10 cooperation)")
            else:
                _draw_columns(axis, rows, by, one)
                axis.set_ylabel(unit)
        _finish_time_axis(axes[-1], rows)
        _write(figure, path, title, [("Series", table)], [NOTES["series"]])


def write_dyads_plot(table: Any, path: str, *, by: str, who: str = "") -> None:
    """Mean scores over time, one panel a dyad, of those with most events. `table` is of `Store.dyads`."""
    rows = [row for row in table.to_pylist() if row["period"] is not None]
    totals: dict[tuple[str, str], float] = {}
    for row in rows:
        pair = row["actor"], row["recipient"]
        totals[pair] = totals.get(pair, 0) + row["events"]
    chosen = sorted(totals, key=lambda pair: (-totals[pair], pair))[:MOST_DYADS]
    title = f"Mean score per {by}" + (f": {who}" if who else "")
    notes = [NOTES["dyads"]]
    if len(totals) > len(chosen):
        notes.append(f"Drawn are the {len(chosen)} dyads with most events of {len(totals):,}.")
    with _drawing() as make:
        figure = make(figsize=(10, 1.2 + 1.75 * max(1, len(chosen))))
        axes = figure.subplots(max(1, len(chosen)), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
        for axis, pair in zip(axes, chosen, strict=False):
            own = [row for row in rows if (row["actor"], row["recipient"]) == pair]
            _draw_scores(axis, own, by)
            heading = f"{_plain(pair[0])} → {_plain(pair[1])}  ({_count(totals[pair])} events)"
            axis.set_title(heading, loc="left", fontsize=10)
        figure.supylabel("mean score (−10 conflict … 10 cooperation)", fontsize=10)
        _finish_time_axis(axes[-1], [row for row in rows if (row["actor"], row["recipient"]) in chosen])
        _write(figure, path, title, [("Dyads", table)], notes)


def write_network_plot(found: Any, path: str, *, by: str | None = None, who: str = "") -> None:
    """The signed network, or one panel a period, everybody in the same place in each. `found` is of `Store.network`."""
    from communique.analyse.network import Tie, lay_out, spread_out

    ties, nodes = found.ties.to_pylist(), found.nodes.to_pylist()
    totals: dict[str, float] = {}
    summed: dict[tuple[str, str], list[float]] = {}
    for row in ties:
        for code in (row["a"], row["b"]):
            totals[code] = totals.get(code, 0) + row["events"]
        both = summed.setdefault((row["a"], row["b"]), [0.0, 0.0])
        both[0] += row["events"]
        both[1] += row["sum_score"]
    chosen = sorted(totals, key=lambda code: (-totals[code], code))[:MOST_NODES]
    periods = sorted({row.get("period") for row in nodes}, key=lambda p: p or date.min)
    shown = periods[-MOST_PANELS:] or [None]
    title = "Signed network" + (f" per {by}" if by else "") + (f": {who}" if who else "")
    notes = [NOTES["network"]]
    if len(totals) > len(chosen):
        notes.append(f"Drawn are the {len(chosen)} with most events of {len(totals):,}.")
    if len(periods) > len(shown):
        notes.append(f"Drawn are the last {len(shown)} periods of {len(periods):,}.")
    across = min(3, len(shown))
    down = math.ceil(len(shown) / across)
    width, height = (9.0, 6.4) if len(shown) == 1 else (4.4, 3.7)
    place = lay_out([Tie(a, b, n, score) for (a, b), (n, score) in summed.items() if {a, b} <= {*chosen}])
    room = {code: 0.16 + 0.085 * len(_plain(code)) for code in place}
    at = spread_out(place, width - 0.3, height - 0.6, room, 0.36)
    most = max((row["events"] for row in ties), default=1)
    with _drawing() as make:
        figure = make(figsize=(width * across + 0.4, height * down + 1.5))
        axes = figure.subplots(down, across, squeeze=False).flat
        blocs: dict[int, set[str]] = {}
        for axis, period in zip(axes, shown, strict=False):
            _draw_ties(axis, [t for t in ties if t.get("period") == period], at, most)
            _draw_nodes(axis, [n for n in nodes if n.get("period") == period], at, blocs)
            axis.set_xlim(-0.15, width - 0.15)
            axis.set_ylim(-0.2, height - 0.4)
            if period:
                axis.set_title(say_period(period, by or "day"), fontsize=11)
        for axis in figure.axes:
            axis.set_axis_off()
        _add_network_legend(figure, blocs, by)
        tables = [("Ties", found.ties), ("Nodes and blocs", found.nodes), ("Balance", found.balance)]
        _write(figure, path, title, tables, notes)


NOTES = {
    "series": "A period without events has counts of 0 and no mean score. Scores run from −10 (conflict) to 10 (cooperation).",
    "dyads": "A point’s area is in proportion to its number of events. Scores run from −10 (conflict) to 10 (cooperation).",
    "network": "A line’s width grows with its events; its sign is that of their mean score. Blocs are Louvain communities of the"
    " friendly ties; colour and shape go by the bloc’s number, which it keeps over periods.",
}


def say_period(start: date, by: str) -> str:
    """ "4 Feb 2022", "week of 31 Jan 2022", "Feb 2022", "Q1 2022" or "2022"."""
    if by == "year":
        return str(start.year)
    if by == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    month = f"{start:%b} {start.year}"
    return month if by == "month" else ("week of " if by == "week" else "") + f"{start.day} {month}"


@contextmanager
def _drawing() -> Any:
    """What makes figures, with settings under which a text is only a text and the same figure the same bytes."""
    import warnings

    from matplotlib import rc_context
    from matplotlib.figure import Figure

    settings: Any = {
        "text.parse_math": False,
        "text.usetex": False,
        "svg.hashsalt": "communique",
        "svg.fonttype": "path",
        "font.family": "DejaVu Sans",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": SOFT,
        "text.color": INK,
    }
    with rc_context(settings), warnings.catch_warnings():
        # a letter that the font lacks is drawn as a box; the page's table has it
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield lambda **options: Figure(layout="constrained", dpi=150, **options)


def _draw_columns(axis: Any, rows: Sequence[dict[str, Any]], by: str, measure: str) -> None:
    starts = [row["period"] for row in rows]
    widths = [timedelta(days=DAYS[by] * 0.86)] * len(rows)
    if measure == "count":
        axis.bar(starts, [row["events"] for row in rows], widths, align="edge", color=SOFT, label="events")
    else:
        above, below = [0.0] * len(rows), [0.0] * len(rows)
        for quad in QUADS:
            friendly = quad.endswith("cooperation")
            base = above if friendly else below
            tall = [row[quad] * (1 if friendly else -1) for row in rows]
            name = quad.replace("_", " ")
            axis.bar(starts, tall, widths, bottom=base, align="edge", color=COLOURS[quad], label=name)
            base[:] = [b + t for b, t in zip(base, tall, strict=True)]
        axis.axhline(0, color=SOFT, linewidth=0.8)
    axis.yaxis.set_major_locator(_whole_numbers())
    axis.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.10g}")
    axis.grid(axis="y", color="#d3d5d0", linewidth=0.5)
    axis.set_axisbelow(True)
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=9)


def _whole_numbers() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=6, integer=True)


def _draw_scores(axis: Any, rows: Sequence[dict[str, Any]], by: str) -> None:
    """Points at the middle of their periods, joined where one period follows the other."""
    scored = [row for row in rows if row["mean_score"] is not None]
    when = [datetime.combine(r["period"], datetime.min.time()) + timedelta(days=DAYS[by] / 2) for r in scored]
    scores = [row["mean_score"] for row in scored]
    most = max((row["events"] for row in scored), default=1)
    sizes = [8 + 70 * row["events"] / most for row in scored]
    colours = [FRIENDLY if score > 0 else HOSTILE if score < 0 else NEITHER for score in scores]
    axis.axhline(0, color=SOFT, linewidth=0.8)
    for n in range(1, len(when)):
        if when[n] - when[n - 1] < timedelta(days=DAYS[by] * 1.5):
            axis.plot(when[n - 1 : n + 1], scores[n - 1 : n + 1], color=SOFT, linewidth=0.9, zorder=2)
    axis.scatter(when, scores, sizes, color=colours, edgecolors="white", linewidths=0.5, zorder=3)
    axis.set_ylim(-11, 11)
    axis.set_yticks([-10, -5, 0, 5, 10], ["−10", "−5", "0", "5", "10"])
    axis.grid(axis="y", color="#d3d5d0", linewidth=0.5)


def _finish_time_axis(axis: Any, rows: Sequence[dict[str, Any]]) -> None:
    import matplotlib.dates

    dates: Any = matplotlib.dates
    if not rows:
        axis.text(0.5, 0.5, "no events", transform=axis.transAxes, ha="center", va="center", color=SOFT)
        axis.set_xticks([])
        return
    locator = dates.AutoDateLocator(minticks=3, maxticks=10)
    axis.xaxis.set_major_locator(locator)
    axis.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, show_offset=True))


def _draw_ties(axis: Any, ties: Sequence[dict[str, Any]], at: dict[str, Any], most: float) -> None:
    for tie in sorted(ties, key=lambda tie: (tie["events"], tie["a"], tie["b"])):
        if tie["a"] in at and tie["b"] in at:
            (x, y), (u, v) = at[tie["a"]], at[tie["b"]]
            colour, style = SIGNS[tie["sign"]]
            wide = 0.6 + 3.4 * math.sqrt(tie["events"] / most)
            axis.plot([x, u], [y, v], color=colour, linestyle=style, linewidth=wide, alpha=0.65, zorder=1)


SIGNS: dict[int, tuple[str, Any]] = {
    1: (FRIENDLY, "-"),
    -1: (HOSTILE, (0, (3, 1.5))),
    0: (NEITHER, (0, (1, 1.5))),
}


def _draw_nodes(
    axis: Any, nodes: Sequence[dict[str, Any]], at: dict[str, Any], blocs: dict[int, set[str]]
) -> None:
    for node in nodes:
        if node["code"] not in at:
            continue
        x, y = at[node["code"]]
        bloc = node["bloc"]
        if bloc is not None:
            blocs.setdefault(bloc, set()).add(node["code"])
        axis.plot([x], [y], **_bloc_style(bloc), linestyle="none", zorder=3)
        axis.text(
            x,
            y - 0.1,
            _plain(node["code"]),
            fontsize=8,
            ha="center",
            va="top",
            zorder=4,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6},
        )


def _bloc_style(bloc: int | None) -> dict[str, Any]:
    style: dict[str, Any] = {"markersize": 9, "markeredgecolor": INK, "markeredgewidth": 0.8}
    if bloc is None:
        return {**style, "marker": "o", "color": "white", "markersize": 6}
    n = bloc - 1
    return {
        **style,
        "marker": BLOC_SHAPES[n % len(BLOC_SHAPES)],
        "color": BLOC_COLOURS[n % len(BLOC_COLOURS)],
    }


def _add_network_legend(figure: Any, blocs: dict[int, set[str]], by: str | None) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=SIGNS[sign][0], linestyle=SIGNS[sign][1], linewidth=2, label=label)
        for sign, label in ((1, "friendly"), (-1, "hostile"), (0, "neither"))
    ]
    for bloc, members in sorted(blocs.items()):
        names = [_plain(code) for code in sorted(members)]
        listed = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        handles.append(Line2D([], [], linestyle="none", **_bloc_style(bloc), label=f"bloc {bloc}: {listed}"))
    handles.append(Line2D([], [], linestyle="none", **_bloc_style(None), label="in no bloc"))
    title = f"Of each bloc all who are in it in some {by} drawn" if by else None
    figure.legend(
        handles=handles,
        loc="outside lower left",
        ncols=2,
        frameon=False,
        fontsize=9,
        title=title,
        alignment="left",
        title_fontsize=9,
    )


def _plain(code: str) -> str:
    """A name as it is drawn: on one line, and not so long that it runs over others."""
    line = clean_line(code)
    return line if len(line) <= 24 else line[:23] + "…"


def _count(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def _write(
    figure: Any, path: str, title: str, tables: Sequence[tuple[str, Any]], notes: Sequence[str]
) -> None:
    ending = Path(path).suffix.lower().removeprefix(".")
    if ending != "html":
        figure.suptitle(title, x=0.01, ha="left", fontsize=12)
    held = io.BytesIO()
    metadata = {} if ending == "png" else dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(held, format="png" if ending == "png" else "svg", metadata=metadata)
    made = held.getvalue()
    if ending == "html":
        svg = made.decode("utf-8")
        made = _make_page(svg[svg.index("<svg") :], title, tables, notes).encode("utf-8", "replace")
    with open_output(path) as file:
        file.write(made)


def _make_page(svg: str, title: str, tables: Sequence[tuple[str, Any]], notes: Sequence[str]) -> str:
    from markupsafe import Markup

    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(PAGE)
    return template.render(
        title=title,
        svg=Markup(svg),  # matplotlib has escaped the names in it
        notes=notes,
        tables=[(name, *_read_cells(table)) for name, table in tables],
    )


def _read_cells(table: Any) -> tuple[list[tuple[str, bool]], list[list[str]]]:
    import pyarrow as pa

    columns = [
        (field.name.replace("_", " "), pa.types.is_integer(field.type) or pa.types.is_floating(field.type))
        for field in table.schema
    ]
    return columns, [[_say(cell) for cell in row.values()] for row in table.to_pylist()]


def _say(cell: Any) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.2f}".replace("-", "−")
    return f"{cell:,}" if isinstance(cell, int) else clean_line(str(cell))
