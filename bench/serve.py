"""How fast the workbench answers over a store of a million events: `python bench/serve.py [--events N] [--keep FILE]`.

The store is made from the coded samples of the tests, copied inside the database under new ids, on other days and with
some countries exchanged. Each page is asked for once cold and then twice more; exit code 1 where the overview takes
more than 300 ms or any page more than 1 s, by the first and by the worst answer. With `--write` another process stores a
batch of 32 documents every two seconds meanwhile, as a run does, and says how long each took.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from dataclasses import replace
from itertools import islice
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "serve"))

from starlette.testclient import TestClient
from stores import make_store, read_coded, vary_documents

from communique.serve.dictionary import load_dictionary
from communique.serve.web import create_app
from communique.store import open_store
from communique.store.rows import DETAILS

FIRST_PAGE, ANY_PAGE = 0.3, 1.0  # seconds
COUNTRIES = [
    "NOR",
    "KEN",
    "BRA",
    "VNM",
    "PER",
    "EGY",
    "POL",
    "CAN",
    "IDN",
    "NGA",
    "CHL",
    "JOR",
    "MEX",
    "THA",
    "FRA",
    "DEU",
    "IND",
    "JPN",
    "GBR",
    "AUS",
]


def make_large(path: Path, events: int) -> int:
    """A store of at least so many events; returns how many."""
    make_store(path, len(read_coded()))
    with duckdb.connect(str(path)) as connection:
        have = connection.execute("select count(*) from events").fetchall()[0][0]
        copies = -(-events // have)
        connection.execute(f"create temp table copy as select range as n from range(1, {copies})")
        new_id = "substr(md5({0} || '-' || c.n), 1, 16)"
        day = "cast(try_cast({0} as date) + cast(c.n * 7 % 3650 as integer) as varchar)"
        listed = "[" + ", ".join(f"'{c}'" for c in COUNTRIES) + "]"
        other = f"{listed}[1 + (c.n + t.position) % {len(COUNTRIES)}]"
        swap = f"case when (c.n + t.position) % 3 = 0 and t.{{0}} is not null then {other} else t.{{0}} end"
        for table in (*DETAILS, "documents"):
            key = "id" if table == "documents" else "document"
            changes = [f"{new_id.format('t.' + key)} as {key}"]
            if table == "documents":
                changes += [
                    f"{day.format('t.published')} as published",
                    "'Paper ' || (c.n % 40) as publisher",
                ]
            if table == "events":
                changes += [
                    f"{day.format('t.date_start')} as date_start",
                    f"{day.format('t.date_end')} as date_end",
                ]
            if table == "event_members":
                changes += [f"{swap.format(column)} as {column}" for column in ("id", "code")]
            connection.execute(
                f"insert into {table} select t.* replace ({', '.join(changes)}) from {table} t, copy c"
                " order by c.n, " + ("t.id" if table == "documents" else "t.document, t.position")
            )
        return int(connection.execute("select count(*) from events").fetchall()[0][0])


def store_batches(path: Path, stop: Event) -> None:
    """Stores batches as a run does until told to stop; prints seconds a batch."""
    documents = vary_documents()
    with open_store(path, write=True) as store:
        run, times = store.start_run("1.0.0"), []
        while not stop.wait(2):
            batch = [replace(doc, id=f"{time.time_ns()}-{doc.id}") for doc in islice(documents, 32)]
            began = time.perf_counter()
            store.add(batch, run)
            times.append(time.perf_counter() - began)
    print(f"{len(times)} batches of 32 stored meanwhile, {min(times):.2f}–{max(times):.2f} s each")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="Use this store, made where it is missing.")
    parser.add_argument("--write", action="store_true", help="Store batches from another process meanwhile.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "large.duckdb"
        if not path.exists():
            began = time.perf_counter()
            events = make_large(path, options.events)
            print(f"store of {events:,} events made in {time.perf_counter() - began:.0f} s")
        print(f"{path.stat().st_size / 1e6:,.0f} MB on disk")
        began = time.perf_counter()
        load_dictionary()
        client = TestClient(create_app(path), base_url="http://127.0.0.1:8765")
        print(f"ready after {time.perf_counter() - began:.1f} s")
        if not options.write:
            return measure(client)
        spawn = get_context("spawn")
        stop = spawn.Event()
        writer = spawn.Process(target=store_batches, args=(path, stop))
        writer.start()
        try:
            return measure(client)
        finally:
            stop.set()
            writer.join()


def measure(client: TestClient) -> int:
    """Asks for every page and prints seconds; returns the exit code."""
    document = client.get("/?_format=json&page=900").json()["articles"][0]["id"]
    pages = {
        "/": FIRST_PAGE,
        "/?page=1000": ANY_PAGE,
        "/?q=enrichment": ANY_PAGE,
        "/?q=macron": ANY_PAGE,
        "/?type=CONSULT&from=2019-01-01&to=2020-12-31": ANY_PAGE,
        "/?actor=USA&with=IRN": ANY_PAGE,
        f"/document?id={document}": ANY_PAGE,
        "/actor?id=USA": ANY_PAGE,
        "/actor?id=KEN&page=50": ANY_PAGE,
        "/actor?id=PRK.GOV.kim-jong-un": ANY_PAGE,
        "/dyad?a=IRN&b=USA": ANY_PAGE,
        "/dyad?a=IRN&b=USA&acts=USA&at=2019-01-01/2019-12-31": ANY_PAGE,
        "/network": ANY_PAGE,
        "/network?by=quarter": ANY_PAGE,
        "/network?by=quarter&at=2019-04-01": ANY_PAGE,
        "/network?type=CONSULT&publisher=Paper+3": ANY_PAGE,
        "/positions": ANY_PAGE,
        "/positions?holder=USA": ANY_PAGE,
        "/disputes": ANY_PAGE,
        "/map": ANY_PAGE,
        "/review?reviewer=Anna": ANY_PAGE,
        "/review?reviewer=Anna&kind=statement": ANY_PAGE,
    }
    slow = 0
    for page, most in pages.items():
        times = []
        for _ in range(3):
            began = time.perf_counter()
            answer = client.get(page)
            times.append(time.perf_counter() - began)
            assert answer.status_code == 200, (page, answer.status_code)
        bad = max(times) > most
        slow += bad
        print(
            f"{page:50} {times[0]:6.2f} s first, {min(times):5.2f}–{max(times):.2f} s{'  TOO SLOW' if bad else ''}"
        )
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB at most")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
