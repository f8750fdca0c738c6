"""Pictures: what they say, that hostile names stay names, and that the same data makes the same bytes."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lxml.html
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from communique.analyse.network import assess_network
from communique.commands import app
from communique.export.plots import (
    say_filter,
    say_period,
    write_dyads_plot,
    write_network_plot,
    write_series_plot,
)
from communique.store import open_store
from documents import make_document

HOSTILE = (
    "<script>alert(1)</script>",
    "$\\frac{1}{",
    "_hidden",
    '"><img src=x onerror=alert(1)>',
    "a\x00b\x1b[31m",
    "</svg><style>*{display:none}",
    "Ж" * 90,
)
Draw = Callable[[str], None]


def make_series(periods: int = 3) -> pa.Table:
    days = [date(2020, 1 + n, 1) for n in range(periods)]
    counts = {f"{how}_{what}": [2, 0, 1][:periods] for what in ("cooperation", "conflict") for how in ("verbal", "material")}  # fmt: skip
    return pa.table({"period": days, "events": [8, 0, 4][:periods], **counts, "mean_score": [2.5, None, -7.0][:periods]})  # fmt: skip


def make_dyads(names: tuple[str, ...]) -> pa.Table:
    rows = [
        {
            "period": date(2020, m, 1),
            "actor": name,
            "recipient": "NOR",
            "events": m,
            "mean_score": 3.0 - m,
            "cooperation": m,
            "conflict": 0,
        }
        for name in names
        for m in (1, 2, 7)
    ]
    return pa.Table.from_pylist(rows)


def make_network(names: tuple[str, ...], by: str | None = None) -> Any:
    ties = [
        {
            **({"period": date(2020, m, 1)} if by else {}),
            "a": name,
            "b": "NOR",
            "events": m,
            "mean_score": 1.0,
            "cooperation": m,
            "conflict": 0,
            "sign": sign,
            "sum_score": float(sign * m),
        }
        for m in ((1, 2) if by else (1,))
        for sign, name in zip((1, -1, 0, 1, 1, -1, 1), names, strict=False)
    ]
    table = pa.Table.from_pylist(ties)
    edges = table.rename_columns(["actor" if c == "a" else "recipient" if c == "b" else c for c in table.column_names])  # fmt: skip
    nodes, balance = assess_network(edges, table)
    return SimpleNamespace(nodes=nodes, edges=edges, ties=table, balance=balance)


def list_plots(names: tuple[str, ...], who: str) -> dict[str, Draw]:
    return {
        "series": lambda path: write_series_plot(make_series(), path, by="month", who=who),
        "dyads": lambda path: write_dyads_plot(make_dyads(names), path, by="month", who=who),
        "network": lambda path: write_network_plot(make_network(names), path, who=who),
        "network by month": lambda path: write_network_plot(
            make_network(names, "month"), path, by="month", who=who
        ),
    }


@pytest.mark.parametrize("kind", ["series", "dyads", "network", "network by month"])
def test_hostile_names_stay_names_and_nothing_is_fetched(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "plot.html"
    list_plots(HOSTILE, HOSTILE[0])[kind](str(path))
    text = path.read_text(encoding="utf-8")
    page = lxml.html.fromstring(text)
    assert not page.xpath("//script | //img | //link | //iframe | //*[@onerror] | //foreignObject")
    assert not [a for a in page.xpath("//@src | //@href") if not a.startswith("#")]
    assert len(page.xpath("//style")) <= 1 + len(page.xpath("//svg//style"))
    assert "\x00" not in text and "\x1b" not in text
    assert HOSTILE[0] in page.findtext(".//h1")
    if kind != "series":
        cells = [cell.text_content() for cell in page.xpath("//td")]
        assert {HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[3], HOSTILE[6]} <= set(cells)


@pytest.mark.parametrize(("ending", "magic"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("html", b"<!doctype html>")])  # fmt: skip
@pytest.mark.parametrize("kind", ["series", "network"])
def test_the_same_data_makes_the_same_bytes(tmp_path: Path, kind: str, ending: str, magic: bytes) -> None:
    made = []
    for name in ("one", "other"):
        path = tmp_path / f"{name}.{ending}"
        list_plots(("FIN", "SWE"), "")[kind](str(path))
        made.append(path.read_bytes())
    assert made[0] == made[1]
    assert made[0].startswith(magic)


def test_the_page_holds_the_table_of_what_is_drawn(tmp_path: Path) -> None:
    path = tmp_path / "series.html"
    write_series_plot(make_series(), str(path), by="month", who="NOR → FIN")
    page = lxml.html.fromstring(path.read_text(encoding="utf-8"))
    assert page.findtext(".//h1") == "Events per month: NOR → FIN"
    rows = [[cell.text_content() for cell in row] for row in page.xpath("//tbody/tr")]
    assert rows == [
        ["2020-01-01", "8", "2", "2", "2", "2", "2.50"],
        ["2020-02-01", "0", "0", "0", "0", "0", "–"],
        ["2020-03-01", "4", "1", "1", "1", "1", "−7.00"],
    ]
    assert page.xpath("//figure/svg") and page.xpath("//figure/@aria-label")


@pytest.mark.parametrize(
    "draw",
    [
        lambda path: write_series_plot(make_series().slice(0, 0), path, by="day"),
        lambda path: write_series_plot(make_series(1), path, by="year", measure="score"),
        lambda path: write_series_plot(make_series(), path, by="week", measure="count"),
        lambda path: write_dyads_plot(make_dyads(("FIN",)).slice(0, 0), path, by="day"),
        lambda path: write_network_plot(
            SimpleNamespace(
                nodes=make_network(("FIN",)).nodes.slice(0, 0),
                ties=make_network(("FIN",)).ties.slice(0, 0),
                balance=make_network(("FIN",)).balance,
            ),
            path,
        ),
    ],
)
def test_little_or_nothing_to_draw(tmp_path: Path, draw: Draw) -> None:
    draw(str(tmp_path / "x.svg"))
    assert (tmp_path / "x.svg").stat().st_size > 1000


def test_words_for_headings() -> None:
    assert say_filter(a="RUS", b=None, type=["AID", "SANCTION"]) == "RUS → anybody · AID, SANCTION"
    assert say_filter(dyad="RUS,UKR", publisher="The Paper") == "RUS and UKR · The Paper"
    day = date(2022, 2, 7)
    assert [say_period(day, by) for by in ("day", "week", "month", "quarter", "year")] == [
        "7 Feb 2022",
        "week of 7 Feb 2022",
        "Feb 2022",
        "Q1 2022",
        "2022",
    ]


# ---- the commands


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plots") / "events.duckdb"
    with open_store(path, write=True) as store:
        store.add([make_document("old", "2019-05-01"), make_document("new")], store.start_run("1.0.0"))
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def test_series_is_csv_in_a_pipe_without_gaps(db: Path) -> None:
    lines = run("series", db, "--by", "quarter", "--measure", "score").stdout.splitlines()
    assert lines[0] == "period,events,mean_score"
    assert [line.split(",")[0] for line in lines[1:]] == [
        "2019-04-01",
        "2019-07-01",
        "2019-10-01",
        "2020-01-01",
    ]
    assert lines[2] == "2019-07-01,0,"


@pytest.mark.parametrize("command", [("series",), ("dyads",), ("network", "--table", "ties"), ("network", "--table", "balance")])  # fmt: skip
def test_tables_as_files(db: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    for ending in ("csv", "json", "parquet"):
        assert run(*command, db, "-o", tmp_path / f"t.{ending}").exit_code == 0
    records = json.loads((tmp_path / "t.json").read_text())
    table = pq.read_table(tmp_path / "t.parquet").to_pylist()
    assert records == [
        {k: str(v) if isinstance(v, date) else v for k, v in row.items()} for row in table
    ] != []  # fmt: skip
    printed = run(*command, db, "--format", "csv").stdout
    assert printed == (tmp_path / "t.csv").read_text()
    assert len(printed.splitlines()) == len(records) + 1


@pytest.mark.parametrize("command", [("series", "--by", "week"), ("dyads",), ("network",), ("network", "--by", "year")])  # fmt: skip
def test_plots_of_a_store(db: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    result = run(*command, db, "--plot", tmp_path / "p.html", "-o", tmp_path / "t.csv")
    assert result.exit_code == 0, result.output
    assert "drawn" in result.stderr
    assert "<svg" in (tmp_path / "p.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "args",
    [
        ("series", "--plot", "x.gif"),
        ("series", "--measure", "love"),
        ("series", "--by", "decade"),
        ("series", "--weight", "luck"),
        ("series", "--format", "xml"),
        ("series", "-o", "table.xls"),
        ("network", "--table", "chairs"),
        ("network", "--by", "decade"),
        ("dyads", "--plot", "plot"),
        ("series", "--plot", "/nowhere/at/all.png"),
    ],
)
def test_wrong_usage_is_exit_2(db: Path, args: tuple[str, ...]) -> None:
    assert run(args[0], db, *args[1:]).exit_code == 2


def test_without_matplotlib_the_extra_is_named(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "matplotlib" else real(name, *more)
    )
    result = run("series", db, "--plot", tmp_path / "x.png")
    assert result.exit_code == 2
    assert "communique[plot]" in result.stderr
    assert result.stdout == "" and not (tmp_path / "x.png").exists()
