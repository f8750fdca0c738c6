"""Runs that survive: killed at any moment, and read while they write."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.testclient import TestClient

from communique.coder import Coder
from communique.errors import StoreBusy
from communique.serve.web import create_app
from communique.store import open_store
from communique.store.connection import open_in_turn

TESTS = Path(__file__).parent
KILLS = 50
SENTENCES = (
    "Kenya’s president met his Ugandan counterpart in Nairobi on Monday.",
    "Tanzania condemned Rwanda, and its foreign minister said the border would be closed.",
    "Norway and Sweden signed an agreement on fishing on 3 March 2021.",
    "“We support the treaty,” the German chancellor said in Berlin.",
    "Chile denied that it had expelled 12 Peruvian diplomats.",
)
Order = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def corpus(coder: Coder, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Twelve short articles and an empty one, and what they are coded as."""
    folder = tmp_path_factory.mktemp("corpus")
    articles, coded = folder / "articles.jsonl", folder / "coded.jsonl"
    records = [
        {"id": f"d{n}", "published": "2021-03-09", "text": " ".join(SENTENCES[: 1 + n % 5]) + f" No {n}."}
        for n in range(12)
    ]
    found = list(coder.code_many(records))
    coded.write_text(
        "".join(doc.to_json() + "\n" for doc in found if not isinstance(doc, Exception)), "utf-8"
    )
    records.insert(5, {"id": "bad", "text": ""})
    articles.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return {"articles": str(articles), "coded": str(coded)}


@pytest.fixture(scope="module")
def order(corpus: dict[str, str]) -> Iterator[Order]:
    """Starts a run in a process of its own; see `precoded.py`."""
    with subprocess.Popen(
        [sys.executable, str(TESTS / "precoded.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin and server.stdout

        def send(db: Path, **more: Any) -> dict[str, Any]:
            assert server.stdin and server.stdout
            print(json.dumps(corpus | {"db": str(db)} | more), file=server.stdin, flush=True)
            answer: dict[str, Any] = json.loads(server.stdout.readline())
            return answer

        yield send
        server.stdin.close()


def dump(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for what names the run and the time."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'main'"
            ).fetchall()
        ]
        rows = {
            table: sorted(connection.execute(f"select * from {table}").fetchall(), key=repr)
            for table in tables
            if table not in ("runs", "failures", "schema_version")
        }
        columns = "columns(* exclude (run, stored))"
        rows["documents"] = sorted(connection.execute(f"select {columns} from documents").fetchall())
        rows["failures"] = connection.execute("select distinct input, reason from failures").fetchall()
    return rows


@pytest.mark.slow
def test_fifty_kills_lose_nothing_and_store_nothing_twice(order: Order, tmp_path: Path) -> None:
    whole = tmp_path / "whole.duckdb"
    undisturbed = order(whole)
    assert undisturbed["status"] == 0
    wanted = dump(whole)
    assert len(wanted["documents"]) == len(undisturbed["reported"]) == 12
    assert wanted["events"] and wanted["failures"]
    moments, kills, stores, inside = random.Random(50), 0, 0, 0
    while kills < KILLS:
        # killed and begun again until it is done
        path, reported = tmp_path / f"killed-{stores}.duckdb", set()
        stores += 1
        while True:
            answer = order(
                path, kill=moments.uniform(0, 0.9 * undisturbed["seconds"]) if kills < KILLS else None
            )
            reported |= set(answer["reported"])
            kills += answer["status"] == -9
            if path.exists():
                with duckdb.connect(str(path), read_only=True) as connection:
                    stored = [row[0] for row in connection.execute("select id from documents").fetchall()]
                assert reported <= set(stored)
                assert len(stored) == len(set(stored))
                inside += 0 < len(stored) < 12
            if answer["status"] == 0:
                break
            assert answer["status"] == -9
        assert dump(path) == wanted
    assert kills == KILLS and inside >= 10


def test_a_disk_that_fills_up_is_said_and_the_next_run_goes_on(order: Order, tmp_path: Path) -> None:
    path, whole = tmp_path / "full.duckdb", tmp_path / "whole.duckdb"
    order(whole)
    open_store(path, write=True).close()
    answer = order(
        path, largest=20_000
    )  # less than the file has: the log of one batch fits, its blocks don't
    *reported, said = answer["reported"]
    assert answer["status"] == 1
    assert str(path) in said and ("disk is full" in said or "lets a file grow" in said), said
    with open_store(path) as store:
        assert set(reported) <= {doc.id for doc in store.documents()}
        assert store.count()["documents"] < 12
    assert order(path)["status"] == 0
    assert dump(path) == dump(whole)


def test_reports_and_pages_read_while_a_run_writes(
    order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("communique.serve.source.QUICK", 60)  # every page is of the newest state
    path = tmp_path / "busy.duckdb"
    open_store(path, write=True).close()
    client = TestClient(create_app(path), base_url="http://127.0.0.1:8765")
    reader = (
        f"from communique.store import open_store; s = open_store({str(path)!r}); n = 0\n"
        "while n < 12:\n    n = len(list(s.documents())); assert s.dyads().num_rows >= 0; print(n, flush=True)\n"
    )
    command = [sys.executable, "-m", "communique", "dyads", str(path)]
    answers: list[dict[str, Any]] = []
    run = threading.Thread(target=lambda: answers.append(order(path, pause=0.3)))
    with subprocess.Popen([sys.executable, "-c", reader], stdout=subprocess.PIPE, text=True) as reading:
        assert reading.stdout
        counts = [int(reading.stdout.readline())]
        run.start()
        seen, times = set(), []
        while run.is_alive():
            began = time.monotonic()
            page = client.get("/?_format=json")
            times.append(time.monotonic() - began)
            assert page.status_code == 200, page.text
            seen.add(page.json()["documents"])
            if len(seen) == 3 and len(times) % 5 == 0:
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                assert done.returncode == 0, done.stderr
        run.join()
        counts += [int(line) for line in reading.stdout]
    assert reading.returncode == 0
    assert answers[0]["status"] == 0 and len(answers[0]["reported"]) == 12
    assert client.get("/?_format=json").json()["documents"] == 12
    # in between, too, and never fewer than before
    assert len(seen) > 2 and len(set(counts)) > 2 and counts == sorted(counts)
    assert max(times) < 5


def test_who_writes_is_not_shut_out_by_readers_that_follow_one_another(tmp_path: Path) -> None:
    """Two who read in turn, so that the file is never free, and one who asks to write."""
    path, taken, stop = "turns", [0], threading.Event()

    def read() -> None:
        def enter() -> None:
            if taken[0] < 0:
                raise StoreBusy("written")
            taken[0] += 1

        while not stop.is_set():
            with open_in_turn(path, enter, write=False, patience=5):
                time.sleep(0.03)
            taken[0] -= 1

    def write() -> None:
        if taken[0]:
            raise StoreBusy("read")
        taken[0] = -1

    readers = [threading.Thread(target=read) for _ in range(2)]
    readers[0].start()
    time.sleep(0.015)
    readers[1].start()
    try:
        for _ in range(5):
            with open_in_turn(path, write, write=True, patience=5):
                assert taken[0] == -1
                taken[0] = 0
    finally:
        stop.set()
        for reader in readers:
            reader.join()
