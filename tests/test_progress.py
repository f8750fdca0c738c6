"""How far a run is, how fast, and how long it still takes: the estimate by itself, and what a terminal shows."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from rich.console import Console

from communique.commands.pace import Pace, say_left
from communique.commands.progress import draw_progress
from communique.commands.run import Plan, Run
from communique.ingest import read_articles
from communique.ingest.gauge import Gauge, measure_files
from communique.records import CodedDocument
from communique.store import open_store

TEXT = "Kenya’s president met his Ugandan counterpart in Nairobi on Monday, and both spoke of the border."


def run_at(pace: Pace, start: float, read: int, coded: int, *, articles: int, seconds: float) -> float:
    """Marks for so many articles of 1000 bytes that are coded; returns the time then."""
    for n in range(1, articles + 1):
        pace.mark(start + n * seconds, read + 1000 * n, coded + n)
    return start + articles * seconds


def test_time_left_follows_bytes_and_rate_follows_articles() -> None:
    pace = Pace()
    now = run_at(pace, 20.0, 0, 0, articles=30, seconds=0.5)
    assert pace.rate(now) == pytest.approx(2.0)
    assert pace.left(now, 100_000, coding=True) == pytest.approx(35)  # 70,000 bytes at 2,000 a second
    later = now + 15  # nothing came of late: both say so
    assert pace.rate(later) == pytest.approx(1.0, rel=0.1)
    assert pace.left(later, 100_000, coding=True) == pytest.approx(72, rel=0.1)


def test_nothing_is_said_before_enough_is_known() -> None:
    pace = Pace()
    assert not pace.begun
    assert pace.rate(0) is pace.left(0, 100) is None
    now = run_at(pace, 0, 0, 0, articles=5, seconds=1)
    assert pace.rate(now) is pace.left(now, 100_000, coding=True) is None


def test_what_is_stored_already_is_progress_and_no_rate() -> None:
    pace = Pace()
    for n in range(1, 1001):  # a thousand a second are passed over
        pace.mark(n / 200, 1000 * n, 0)
    assert pace.rate(5) is None
    assert pace.left(5, 1_500_000) == pytest.approx(2.5, rel=0.1)
    # then it comes to new ones, for which the coder is loaded first
    assert pace.left(9, 1_500_000, coding=True) is None
    now = run_at(pace, 14, 1_000_000, 0, articles=20, seconds=0.5)
    assert pace.rate(now) == pytest.approx(2.0)
    assert pace.left(now, 1_500_000, coding=True) == pytest.approx(240)


def test_only_the_last_minute_counts_and_memory_does_not_grow() -> None:
    pace = Pace()
    now = run_at(pace, 0, 0, 0, articles=5000, seconds=0.01)
    now = run_at(pace, now, 5_000_000, 5000, articles=120, seconds=1)
    assert pace.rate(now) == pytest.approx(1.0, rel=0.05)
    assert len(pace._marks) < 300


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "5 s"),
        (41, "40 s"),
        (56, "1 min"),
        (200, "3 min"),
        (3500, "1 h"),
        (7900, "2 h 10 min"),
        (40_000, "11 h"),
        (400_000, "5 days"),
    ],
)
def test_a_time_is_said_as_roughly_as_it_is_known(seconds: float, said: str) -> None:
    assert say_left(seconds) == f"about {said} left"


def make_lines(count: int) -> bytes:
    return b"".join(
        json.dumps({"id": f"d{n}", "text": f"{TEXT} {n}."}).encode() + b"\n" for n in range(count)
    )


def make_zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def make_parquet(count: int) -> bytes:
    """Nine tenths of it in a column that isn't read."""
    columns = {
        "text": [f"{TEXT} {os.urandom(100).hex()}" for _ in range(count)],
        "vector": [os.urandom(3000) for _ in range(count)],
    }
    file = io.BytesIO()
    parquet.write_table(pa.table(columns), file, data_page_size=2000, use_dictionary=False)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.jsonl", lambda: make_lines(4000)),
        ("a.csv", lambda: b"id,text\n" + b"".join(b'%d,"%s"\n' % (n, TEXT.encode()) for n in range(4000))),
        ("a.jsonl.gz", lambda: gzip.compress(make_lines(20_000))),
        ("a.zip", lambda: make_zip({f"{n}.txt": os.urandom(400).hex().encode() for n in range(2000)})),
        ("b.zip", lambda: make_zip({"a.jsonl": make_lines(20_000)})),
        ("a.parquet", lambda: make_parquet(4000)),
    ],
)
def test_half_of_the_articles_are_half_of_the_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, make: Callable[[], bytes]
) -> None:
    monkeypatch.setattr("communique.ingest.tables._BUFFER", 10_000)
    path = tmp_path / name
    path.write_bytes(make())
    gauge = Gauge()
    seen = [gauge.read for _ in read_articles([str(path)], gauge=gauge)]
    total = measure_files([str(path)])
    assert total == path.stat().st_size == gauge.read
    assert seen == sorted(seen)
    assert seen[len(seen) // 2] / total == pytest.approx(0.5, abs=0.15)
    assert seen[len(seen) // 10] / total < 0.35


def test_inputs_are_measured_where_they_are_files(tmp_path: Path) -> None:
    for name in ("b/1.txt", "b/2.txt", "3.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x" * 100)
    os.mkfifo(tmp_path / "pipe")
    folder, missing = str(tmp_path / "b"), str(tmp_path / "missing.txt")
    assert Run(Plan((folder, str(tmp_path / "*.txt"), missing))).measure() == 300
    assert Run(Plan((folder, "-"))).measure() is None
    assert Run(Plan((folder, str(tmp_path / "pipe")))).measure() is None


class Instant:
    """A coder that finds nothing, at once."""

    def __init__(self, **_: Any) -> None:
        pass

    def code_many(self, documents: Any, **_: Any) -> Any:
        for document in documents:
            yield CodedDocument(
                document.id,
                document.title,
                document.published,
                document.publisher,
                document.url,
                document.lang,
                document.text,
            )


def test_what_is_read_ahead_is_not_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("communique.coder.Coder", Instant)
    monkeypatch.setattr("communique.commands.run.BATCH", 4)
    first, both = tmp_path / "first.jsonl", tmp_path / "both.jsonl"
    first.write_bytes(make_lines(8))
    both.write_bytes(make_lines(16))
    with open_store(tmp_path / "x.duckdb", write=True) as store:
        for _ in Run(Plan((str(first),), skip=True), store).documents():
            pass
        run = Run(Plan((str(both), str(tmp_path / "missing.txt")), skip=True), store)
        size = both.stat().st_size
        reads = [run.read / size for _ in run.documents()]
    assert run.tally.same == run.tally.new == 8
    assert reads[0] == pytest.approx(12 / 16, abs=0.02)  # a batch is stored when its last article is coded
    assert reads[-1] == run.read / size == 1.0
    assert not run.coding


def test_what_the_lines_say(tmp_path: Path) -> None:
    run = Run(Plan(("a",)))

    def draw(total: int | None, now: float) -> str:
        console = Console(file=io.StringIO(), width=80, force_terminal=False)
        console.print(draw_progress(run, total, 0.0, now))
        written: str = console.file.getvalue()  # type: ignore[attr-defined]
        return re.sub(r"\s+", " ", written)

    assert "Loading…" in draw(None, 3) and "%" not in draw(100_000, 3)
    now = run_at(run.pace, 20.0, 0, 0, articles=30, seconds=0.5)
    run.read = 30_000
    assert "30% · 2.0 articles/s · 0:00:35 · about 35 s left" in draw(100_000, now)
    assert "2.0 articles/s · 0:00:35" in (unknown := draw(None, now))
    assert "left" not in unknown and "%" not in unknown
