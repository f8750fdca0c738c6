"""The store: what goes in comes out, nothing twice, nothing lost, and what can't be used is named."""

from __future__ import annotations

import gzip
import json
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.errors import InputError, StoreError
from communique.export.columns import EVENT_COLUMNS, STANCE_COLUMNS, STATEMENT_COLUMNS, to_table_rows
from communique.export.pairs import expand_pairs
from communique.records import (
    Actor,
    CodedDocument,
    DateRange,
    Event,
    Factuality,
    Member,
    Piece,
    Place,
    Quantity,
    Stance,
    StanceObject,
    Statement,
)
from communique.store import Store, merge_stores, open_store
from communique.store.connection import open_silently
from communique.store.migrate import list_migrations
from communique.store.rows import DETAILS
from documents import event, make_document, member

FIXTURES = Path(__file__).parent / "store_fixtures"

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
maybe = st.none() | words | st.just("infinity")  # a day to DuckDB
numbers = st.integers(0, 2**31 - 1)
spans = st.tuples(numbers, numbers)
floats = st.floats(allow_nan=False)
codes = st.none() | st.sampled_from(["RUS", "RUS.GOV", "RUS.MIL", "CHN", "CHN.GOV", "NATO", "ÅLA"])
members = st.lists(st.builds(Member, id=maybe, code=codes, text=words, span=spans), max_size=3).map(tuple)
pieces = st.builds(Piece, text=words, span=spans)
texts = st.lists(words, max_size=3).map(tuple)
quads = st.sampled_from(
    ["verbal cooperation", "material cooperation", "verbal conflict", "material conflict"]
)
events = st.builds(
    Event,
    id=words,
    type=st.sampled_from(["CONSULT", "ASSAULT"]),
    mode=maybe,
    context=texts,
    cameo=maybe,
    score=floats,
    quad=quads,
    actor=members,
    recipient=members,
    reciprocal=st.booleans(),
    factuality=st.sampled_from(get_args(Factuality)),
    polarity=st.sampled_from(["positive", "negative"]),
    according_to=texts,
    date=st.none() | st.builds(DateRange, text=words, span=spans, start=maybe, end=maybe),
    place=st.none()
    | st.builds(
        Place,
        text=words,
        span=spans,
        country=maybe,
        lat=st.none() | floats,
        lon=st.none() | floats,
        geonameid=st.none() | st.integers(0, 2**60),
    ),
    quantities=st.lists(
        st.builds(Quantity, value=floats, unit=words, text=words, span=spans, of=maybe), max_size=2
    ).map(tuple),
    trigger=pieces,
    sentence=spans,
    confidence=floats,
    made_by=words,
)
documents = st.builds(
    CodedDocument,
    id=words,
    title=maybe,
    published=maybe,
    publisher=maybe,
    url=maybe,
    lang=maybe,
    text=words,
    actors=st.lists(
        st.builds(
            Actor,
            id=words,
            name=words,
            country=maybe,
            sector=maybe,
            office=maybe,
            kind=words,
            code=maybe,
            mentions=st.lists(spans, max_size=3).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    events=st.lists(events, max_size=3).map(tuple),
    statements=st.lists(
        st.builds(
            Statement,
            id=words,
            source=members,
            cue=st.none() | pieces,
            content=st.lists(pieces, max_size=2).map(tuple),
            kind=st.sampled_from(["direct", "mixed", "indirect"]),
            addressee=members,
            via=members,
            parent=maybe,
            confidence=floats,
            made_by=words,
        ),
        max_size=2,
    ).map(tuple),
    stances=st.lists(
        st.builds(
            Stance,
            id=words,
            holder=members,
            polarity=st.sampled_from(["support", "oppose"]),
            object=st.builds(StanceObject, text=words, span=spans, actors=texts),
            strength=st.sampled_from(["weak", "plain", "strong"]),
            statement=maybe,
            sentence=spans,
            confidence=floats,
            made_by=words,
        ),
        max_size=2,
    ).map(tuple),
    notes=texts,
)
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "events.duckdb")


def fill(path: str, *docs: CodedDocument, version: str = "1.0.0") -> None:
    with open_store(path, write=True) as store:
        store.add(docs, store.start_run(version))


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with open_store(tmp_path_factory.mktemp("busy") / "busy.duckdb", write=True) as store:
        yield store, store.start_run("1.0.0")


@few
@given(docs=st.lists(documents, max_size=6, unique_by=lambda doc: doc.id))
def test_documents_come_back_equal(busy: tuple[Store, str], docs: list[CodedDocument]) -> None:
    store, run = busy
    store.add(docs, run, again=True)
    for doc in docs:
        assert list(store.documents(document=doc.id)) == [doc]


@few
@given(found=st.lists(events, max_size=8))
def test_dyads_are_the_pairs_that_exports_write(busy: tuple[Store, str], found: list[Event]) -> None:
    store, run = busy
    doc = replace(make_document("pairs"), events=tuple(found))
    store.add([doc], run, again=True)
    expected = Counter(
        (actor.code, recipient.code)
        for one in found
        if one.polarity == "positive"
        for actor, recipient in expand_pairs(one)
        if recipient and actor.code and recipient.code
    )
    counted: Counter[tuple[str, str]] = Counter()
    for row in store.dyads(level="code", factuality=None, document="pairs").to_pylist():
        counted[row["actor"], row["recipient"]] += row["events"]
    assert counted == expected


@pytest.mark.parametrize(
    ("table", "columns"),
    [("events", EVENT_COLUMNS), ("statements", STATEMENT_COLUMNS), ("stances", STANCE_COLUMNS)],
)
def test_a_stores_tables_are_those_that_exports_write(path: str, table: str, columns: Any) -> None:
    doc = make_document()
    fill(path, doc)
    with open_store(path) as store:
        stored = getattr(store, table)()
    assert stored.column_names == [name for name, _, _ in columns]
    exported = [{name: row[name] for name, _, _ in columns} for row in to_table_rows(doc, table)]
    assert stored.to_pylist() == exported
    for name, type, _ in columns:
        assert stored.schema.field(name).type.equals(type) or pa.types.is_list(type)


def test_the_same_document_is_stored_once(path: str) -> None:
    doc = make_document()
    with open_store(path, write=True) as store:
        first = store.add([doc, doc], store.start_run("1.0.0"))
        before = store.count()
        again = store.add([doc], store.start_run("1.0.0"))
        after = store.count()
    assert (first.new, first.same, first.events) == ((doc.id,), (doc.id,), 3)
    assert (again.new, again.replaced, again.same, again.events) == ((), (), (doc.id,), 0)
    assert before | {"runs": 2} == after


OTHER = replace(make_document(), text="Another text.", events=())


@pytest.mark.parametrize(
    ("then", "version", "again", "replaced"),
    [
        (OTHER, "1.0.0", False, True),
        (replace(make_document(), published="2020-03-06"), "1.0.0", False, True),
        (make_document(), "1.10.0", False, True),
        (make_document(), "1.9.0", False, False),
        (make_document(), "0.9.9", False, False),
        (make_document(), "1.9.0", True, True),
    ],
)
def test_other_text_or_a_newer_version_replaces(
    path: str, then: CodedDocument, version: str, again: bool, replaced: bool
) -> None:
    fill(path, make_document(), version="1.9.0")
    with open_store(path, write=True) as store:
        added = store.add([then], store.start_run(version), again=again)
        assert bool(added.replaced) is replaced
        assert list(store.documents()) == [then if replaced else make_document()]
        assert store.count()["event_members"] == sum(len(e.actor + e.recipient) for e in then.events)


def test_a_batch_is_stored_whole_or_not_at_all(path: str) -> None:
    bad = replace(make_document("bad"), publisher="a lone surrogate \ud800")
    with open_store(path, write=True) as store:
        run = store.start_run("1.0.0")
        store.add([make_document("kept")], run)
        before = store.count()
        with pytest.raises(UnicodeEncodeError):
            store.add([make_document("lost"), replace(make_document("kept"), text="New."), bad], run)
        assert store.count() == before
        assert list(store.documents()) == [make_document("kept")]


def test_a_killed_process_loses_nothing_it_had_reported(path: str) -> None:
    program = f"""
        import sys
        from dataclasses import replace
        sys.path[:0] = {sys.path!r}
        from documents import make_document
        from communique.store import open_store
        store = open_store({path!r}, write=True)
        run = store.start_run("1.0.0")
        for n in range(10_000):
            print(*store.add([make_document(f"d{{n}}")], run).new, flush=True)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    reported = [process.stdout.readline().strip() for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    reported += process.stdout.read().split("\n")[:-1]
    process.wait()
    with open_store(path, write=True) as store:
        found = {doc.id: doc for doc in store.documents()}
        assert set(reported) <= set(found)
        assert all(doc == make_document(id) for id, doc in found.items())
        counts = store.count()
        assert counts["events"] == 3 * counts["documents"]


@pytest.mark.parametrize("fixture", sorted(FIXTURES.glob("*.duckdb.gz")), ids=lambda f: f.name)
def test_old_databases_still_open(fixture: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.duckdb"
    old.write_bytes(gzip.decompress(fixture.read_bytes()))
    wanted = [json.loads(line) for line in (FIXTURES / "documents.jsonl").read_text().splitlines()]
    with open_store(old) as store:
        assert [json.loads(doc.to_json()) for doc in store.documents()] == wanted
        assert store.failures().to_pylist()[0]["reason"] == "empty"
        assert store.dyads().num_rows > 0
    with open_store(old, write=True) as store:
        assert store.add([make_document("fresh")], store.start_run("1.0.0")).new == ("fresh",)


def make_foreign(path: str) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("create table mine (x integer)")


def make_newer(path: str) -> None:
    fill(path, make_document())
    with duckdb.connect(path) as connection:
        connection.execute("insert into schema_version values (9999, now()::timestamp)")


def make_damaged(path: str) -> None:
    """The header is sound, what it points to is not."""
    fill(path, make_document())
    content = Path(path).read_bytes()
    Path(path).write_bytes(content[: 3 * 4096] + bytes(len(content) - 3 * 4096))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "no such file"),
        (lambda path: Path(path).write_text("Just an article.\n" * 500), "not a database"),
        (lambda path: Path(path).touch(), "an empty file"),
        (lambda path: sqlite3.connect(path).execute("create table a (b)"), "an SQLite database"),
        (lambda path: Path(path).mkdir(), "a folder"),
        (lambda path: duckdb.connect(path).close(), "without tables"),
        (make_foreign, "not one of Communiqué's"),
        (make_newer, "upgrade Communiqué"),
        (make_damaged, "damaged"),
    ],
)
def test_what_is_no_database_is_named(path: str, make: Any, reason: str) -> None:
    make(path)
    with pytest.raises(StoreError, match=reason) as error:
        open_store(path)
    assert path in str(error.value)


def test_a_write_into_a_foreign_database_is_refused(path: str) -> None:
    make_foreign(path)
    with pytest.raises(StoreError, match="not one of Communiqué's"):
        open_store(path, write=True)
    with duckdb.connect(path) as connection:
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("mine",)]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such folder"):
        open_store(tmp_path / "nowhere" / "events.duckdb", write=True)


def test_a_database_open_elsewhere_is_said_to_be(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("communique.store.store.PATIENCE", 0.2)
    fill(path, make_document())
    program = f"import duckdb; c = duckdb.connect({path!r}); print(1, flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    try:
        for write in (True, False):
            with pytest.raises(StoreError, match="another process has it open") as error:
                open_store(path, write=write)
            assert path in str(error.value)
    finally:
        process.communicate(b"\n")


def test_who_finds_it_taken_waits(path: str) -> None:
    fill(path, make_document())
    program = f"import duckdb, time; c = duckdb.connect({path!r}); print(1, flush=True); time.sleep(0.5)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        with open_store(path, write=True) as store:
            assert store.add([make_document("next")], store.start_run("1.0.0")).new == ("next",)


def test_a_store_for_reading_cannot_be_written_to(path: str) -> None:
    fill(path, make_document())
    with open_store(path) as store, pytest.raises(StoreError, match="opened for reading"):
        store.start_run("1.0.0")


def test_a_full_disk_is_named_and_keeps_what_was_stored(path: str) -> None:
    fill(path, make_document("before"))
    size = Path(path).stat().st_size
    program = f"""
        import resource, sys
        sys.path[:0] = {sys.path!r}
        from dataclasses import replace
        from documents import make_document
        from communique.errors import StoreError
        from communique.store import open_store
        store = open_store({path!r}, write=True)
        run = store.start_run("1.0.0")
        resource.setrlimit(resource.RLIMIT_FSIZE, ({size} + 100_000,) * 2)
        import random
        try:
            for n in range(100):
                noise = random.Random(n).randbytes(200_000).hex()
                store.add([replace(make_document(f"d{{n}}"), text=noise)], run)
        except StoreError as error:
            print(error)
    """
    assert resource.RLIMIT_FSIZE is not None
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False
    )
    assert path in done.stdout, done.stderr
    with open_store(path, write=True) as store:
        assert list(store.documents(document="before")) == [make_document("before")]


FIRST = make_document("first")
SECOND = replace(
    make_document("second", "2021-01-01"),
    publisher="Another",
    events=(
        event("x", "ASSAULT", score=-9.0, quad="material conflict", actor=(member("Norway", "NOR", "NOR"),)),
    ),
)
UNDATED = replace(FIRST, id="third", published=None, events=FIRST.events[2:], statements=(), stances=())


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["first:e1", "first:e2", "first:e3", "second:x", "third:e3"]),
        ({"actor": "FIN"}, ["first:e1", "first:e2", "first:e3", "third:e3"]),
        ({"actor": "fin.gov"}, ["first:e1"]),
        ({"actor": "FIN.GOV.president"}, ["first:e1"]),
        ({"actor": "FI"}, []),
        ({"a": "FIN"}, ["first:e1", "first:e2"]),
        ({"b": "NOR"}, ["first:e1"]),
        ({"a": "NOR", "b": "FIN"}, ["first:e1", "first:e3", "third:e3"]),
        ({"dyad": ("FIN", "NOR")}, ["first:e1", "first:e3", "third:e3"]),
        ({"type": "support"}, ["first:e3", "third:e3"]),
        ({"type": ["SANCTION", "ASSAULT"]}, ["first:e2", "second:x"]),
        ({"factuality": "denied"}, ["first:e2"]),
        ({"start": "2020-03-04"}, ["first:e2", "first:e3", "second:x"]),
        ({"end": "2020-03-03"}, ["first:e1"]),
        ({"start": "2020-03-03", "end": "2020-03-05"}, ["first:e1", "first:e2", "first:e3"]),
        ({"publisher": "another"}, ["second:x"]),
        ({"document": "third"}, ["third:e3"]),
        ({"actor": "' or 1=1 --"}, []),
        ({"publisher": "x'); drop table events; --"}, []),
        ({"type": ["' union select 1"]}, []),
        ({"document": "%"}, []),
    ],
)
def test_filters(path: str, wanted: dict[str, Any], expected: list[str]) -> None:
    fill(path, FIRST, SECOND, UNDATED)
    with open_store(path) as store:
        rows = store.events(**wanted).to_pylist()
        assert sorted(f"{row['document']}:{row['event']}" for row in rows) == expected
        whole = {doc.id: [e.id for e in doc.events] for doc in store.documents(**wanted)}
        assert sorted(f"{id}:{e}" for id, found in whole.items() for e in found) == expected
        assert store.count()["events"] == 5


@pytest.mark.parametrize(
    ("table", "wanted", "expected"),
    [
        ("statements", {"actor": "FIN"}, ["s1"]),
        ("statements", {"actor": "NOR", "publisher": "The Example"}, ["s2"]),
        ("statements", {"end": "2020-01-01"}, []),
        ("stances", {"actor": "NOR", "start": "2020-03-05"}, ["p1"]),
        ("stances", {"actor": "FIN"}, []),
    ],
)
def test_filters_of_speech(path: str, table: str, wanted: dict[str, Any], expected: list[str]) -> None:
    fill(path, FIRST)
    with open_store(path) as store:
        assert store_ids(getattr(store, table)(**wanted), table[:-1]) == expected


def store_ids(table: pa.Table, column: str) -> list[str]:
    found: list[str] = table[column].to_pylist()
    return found


@pytest.mark.parametrize(
    "wanted", [{"start": "yesterday"}, {"nobody": 1}, {"by": "decade"}, {"level": "planet"}, {"as_": "list"}]
)
def test_a_wrong_question_is_refused(path: str, wanted: dict[str, Any]) -> None:
    fill(path, FIRST)
    with open_store(path) as store, pytest.raises((ValueError, TypeError)):
        store.dyads(**wanted)


DYADS = [
    ({}, [("2020-03-01", "FIN", "NOR", 1, 2.5), ("2020-03-01", "NOR", "FIN", 2, 3.75)]),
    ({"level": "code", "type": "CONSULT"}, [("2020-03-01", "FIN.GOV", "NOR.GOV", 1, 2.5), ("2020-03-01", "NOR.GOV", "FIN.GOV", 1, 2.5)]),
    ({"by": "week", "a": "NOR", "b": "FIN"}, [("2020-03-02", "NOR", "FIN", 2, 3.75)]),
    ({"by": "day", "a": "NOR.GOV"}, [("2020-03-03", "NOR", "FIN", 1, 2.5)]),
    ({"by": "year", "b": "NOR"}, [("2020-01-01", "FIN", "NOR", 1, 2.5)]),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "expected"), DYADS)
def test_dyads(path: str, wanted: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    fill(path, FIRST)
    with open_store(path) as store:
        rows = store.dyads(**wanted).to_pylist()
    columns = ("period", "actor", "recipient", "events", "mean_score")
    found = [tuple(str(row[c]) if c == "period" else row[c] for c in columns) for row in rows]
    assert sorted(found) == sorted(expected)


def test_what_did_not_happen_is_not_counted_unless_asked(path: str) -> None:
    planned = event(
        "x",
        "ASSAULT",
        score=-9.0,
        quad="material conflict",
        factuality="intended",
        actor=(member("Norway", "NOR", "NOR"),),
        recipient=(member("Finland", "FIN", "FIN"),),
    )
    fill(path, replace(FIRST, events=(planned,)))
    with open_store(path) as store:
        assert store.dyads().num_rows == 0
        assert store.network().edges.num_rows == 0
        assert store.dyads(factuality=["intended"]).to_pylist()[0]["conflict"] == 1


def test_network(path: str) -> None:
    hostile = event(
        "x",
        "ASSAULT",
        score=-9.0,
        quad="material conflict",
        actor=(member("Norway", "NOR.MIL", "NOR.MIL"),),
        recipient=(member("Finland", "FIN", "FIN"),),
    )
    inside = replace(hostile, id="y", recipient=(member("Norway", "NOR", "NOR"),))
    fill(path, replace(FIRST, events=(hostile, inside)))
    with open_store(path) as store:
        network = store.network()
    assert network.nodes.to_pylist() == [
        {"code": "FIN", "events": 1, "bloc": None},
        {"code": "NOR", "events": 1, "bloc": None},
    ]
    (edge,) = network.edges.to_pylist()
    assert (edge["actor"], edge["recipient"], edge["events"], edge["sign"]) == ("NOR", "FIN", 1, -1)


def test_tables_as_pandas_and_polars(path: str) -> None:
    fill(path, FIRST)
    with open_store(path) as store:
        assert len(store.events(as_="pandas")) == 3
        assert store.events(as_="polars").height == 3


def test_merging_shards_gives_what_one_run_gives(tmp_path: Path) -> None:
    one, two, all = (str(tmp_path / f"{name}.duckdb") for name in ("one", "two", "all"))
    fill(one, FIRST, SECOND, version="1.2.3")
    fill(two, UNDATED, FIRST, version="1.2.4")
    with open_store(two, write=True) as store:
        store.add_failures([InputError("a.txt", "empty")], store.start_run("1.2.4"))
    with open_store(all, write=True) as target:
        for path in (one, two, one):
            with open_store(path) as source:
                merge_stores(target, source)
    with open_store(all) as store:
        assert sorted(store.documents(), key=lambda d: d.id) == [FIRST, SECOND, UNDATED]
        assert store.find_versions(["first", "second", "third"]) == {
            "first": "1.2.4",
            "second": "1.2.3",
            "third": "1.2.4",
        }
        assert store.failures().num_rows == 1


def test_every_table_and_column_is_documented(path: str) -> None:
    fill(path)
    with duckdb.connect(path) as connection:
        bare = connection.execute(
            "select table_name, column_name from duckdb_columns()"
            " where not internal and comment is null and table_name <> 'schema_version'"
            " and not (schema_name = 'imported' and table_name not in ('coded', 'members'))"
        ).fetchall()
        tables = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert bare == []
    stories = {
        "story_rule",
        "story_index",
        "story_bands",
        "story_keys",
        "story_links",
        "stories",
        "story_members",
    }
    made = {"happenings", "event_reports", "coded", "members", *stories}
    assert {"documents", "runs", "failures", "reviews", "schema_version", *DETAILS, *made} == tables


def test_migrations_are_numbered_without_gaps() -> None:
    assert [n for n, _ in list_migrations()] == list(range(1, len(list_migrations()) + 1))


def test_a_slow_query_draws_nothing_on_standard_output(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    connection = open_silently(str(tmp_path / "a.duckdb"))
    connection.execute("set progress_bar_time = 1")  # milliseconds; also switches the bar on
    connection.execute("select count(*) from range(4000) a, range(4000) b where (a.range * b.range) % 7 = 3")
    connection.close()
    assert capfd.readouterr().out == ""
