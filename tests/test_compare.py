"""Comparing with other datasets: the rule pairs what it says, every event has its place, and the counts add up."""

from __future__ import annotations

import csv
import io
import random
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from typer.testing import CliRunner

from communique.analyse.comparing import FOUND, OWN, SIDE, compare_events, fill_days
from communique.analyse.linking import read_rules, update_stories
from communique.commands import app
from communique.errors import StoreError
from communique.knowledge.stories import MatchRule, load_rules
from communique.records import DateRange, Event, Member, Place
from communique.store import Store, open_store
from communique.store.imports import ImportedEvent, add_imports
from documents import event, make_document

USUAL = load_rules().matches
START = date(2022, 2, 24)
QUADS = {
    "ASSAULT": "material conflict",
    "COERCE": "material conflict",
    "AID": "material cooperation",
    "CONSULT": "verbal cooperation",
}


def row(
    key: str = "x", day: int | None = 0, length: int = 1, type: str | None = "ASSAULT", **changes: Any
) -> dict[str, Any]:
    """An event of Russia's army against Ukraine in Ukraine, with what a test is about changed; days count from START."""
    start = None if day is None else START + timedelta(days=day)
    base: dict[str, Any] = dict.fromkeys((*SIDE, *OWN))
    base |= {
        "key": key,
        "document": key,
        "day": start,
        "start": start,
        "end": start and start + timedelta(days=length - 1),
    }
    base |= {
        "type": type,
        "quad": QUADS.get(type or ""),
        "actor": ["RUS.MIL"],
        "recipient": ["UKR"],
        "place_country": "UKR",
    }
    return base | {"reciprocal": False, "asked": True} | changes


SCHEMA = pa.schema(
    [
        (name, pa.list_(pa.string()) if name in ("actor", "recipient") else
         pa.date32() if name in ("day", "start", "end") else pa.bool_() if name in ("reciprocal", "asked") else pa.string())
        for name in row()
    ]
)  # fmt: skip
#: All that tests use.
DAYS = [START + timedelta(days=n) for n in range(-30, 30)]


def compare(
    ours: list[Any], theirs: list[Any], cover: Any = DAYS, other_cover: Any = DAYS, **changes: Any
) -> list[dict[str, Any]]:
    tables = (pa.Table.from_pylist(rows, SCHEMA) for rows in (ours, theirs))
    return compare_events(*tables, cover, other_cover, structs.replace(USUAL, **changes)).to_pylist()


def find(rows: list[dict[str, Any]]) -> list[tuple[str, str | None, str | None]]:
    return [(r["found"], r["happening"], r["other_document"]) for r in rows]


MEETING = {"type": "CONSULT", "reciprocal": True, "recipient": [], "actor": ["RUS.GOV", "CHN.GOV"]}
# Both sides, and what of the rule must be as it is for them to be a pair: None where they are one by the usual rule.
CASES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]] = [
    ({}, {}, None),
    ({}, {"day": 1}, None),
    ({}, {"day": 1}, {"days": 1}),
    ({}, {"day": -2}, {"days": 2}),
    ({"length": 7}, {"day": 7}, None),
    ({"length": 8}, {}, {"longest": 8}),
    ({}, {"type": "COERCE"}, {"kind": "quad"}),
    ({}, {"type": None, "quad": "material conflict"}, {"kind": "quad"}),
    ({"quad": None}, {"quad": None}, None),
    ({}, {"actor": ["RUS.GOV"]}, {"level": "country"}),
    ({}, {"actor": ["UKR"], "recipient": ["RUS"]}, {"direction": False}),
    ({"recipient": []}, {"actor": ["UKR"], "recipient": ["RUS"]}, {"direction": False}),
    ({"recipient": []}, {"actor": [], "recipient": ["RUS"]}, {"direction": False}),
    ({"recipient": [None]}, {}, {"one_side": True}),
    ({}, {"actor": [None, "RUS"], "recipient": []}, {"one_side": True}),
    ({"recipient": []}, {"recipient": []}, {"one_side": True}),
    ({}, {"place_country": "POL"}, {"place": False}),
    ({}, {"place_country": None}, None),
    (MEETING, MEETING, None),
    (MEETING, {"type": "CONSULT", "actor": ["CHN"], "recipient": ["RUS"]}, None),
    ({"type": "CONSULT", "actor": ["USA", "RUS"], "recipient": ["CHN"]}, MEETING, None),
    ({"actor": ["SDN.MIL", "SDN.MIL"], "recipient": [], "reciprocal": True}, {"actor": ["SDN"], "recipient": ["SDN"]}, None),
    ({**MEETING, "actor": ["RUS.GOV", None]}, {"type": "CONSULT", "actor": [None], "recipient": ["RUS"]}, {"one_side": True}),
]  # fmt: skip
TURNED = {"days": 0, "kind": "type", "level": "code", "direction": True, "one_side": False, "place": True}


@pytest.mark.parametrize(("ours", "theirs", "needs"), CASES)
def test_a_pair_and_what_it_needs(
    ours: dict[str, Any], theirs: dict[str, Any], needs: dict[str, Any] | None
) -> None:
    pair = [("both", "o", "t")]
    sides = [row("o", **ours)], [row("t", **theirs)]
    assert find(compare(*sides, **needs or {})) == pair
    for name, value in (needs or {}).items():
        other = (
            not value if isinstance(value, bool) else value - 1 if isinstance(value, int) else TURNED[name]
        )
        assert ("both", "o", "t") not in find(compare(*sides, **{name: other}))


@pytest.mark.parametrize(("ours", "theirs", "change"), [
    ({}, {"day": 2}, {}), ({}, {"type": "AID"}, {}), ({}, {"recipient": ["POL"]}, {}),
    # who act together act on none of each other
    ({"actor": ["USA", "RUS"], "recipient": ["CHN"]}, {"actor": ["USA"], "recipient": ["RUS"]}, {"direction": False}),
    # of one known side, the type and the place must be the same
    ({}, {"recipient": [], "type": "COERCE"}, {}), ({}, {"recipient": [], "place_country": "RUS"}, {}),
    ({}, {"recipient": [], "place_country": None}, {}), ({}, {"recipient": [], "actor": ["UKR"]}, {}),
    ({}, {"actor": ["RUS.GOV"]}, {"level": "code"}),
])  # fmt: skip
def test_no_pair(ours: dict[str, Any], theirs: dict[str, Any], change: dict[str, Any]) -> None:
    found = find(compare([row("o", **ours)], [row("t", **theirs)], **change))
    assert ("both", "o", "t") not in found and len(found) == 2


@pytest.mark.parametrize(("better", "worse", "theirs"), [
    ({"type": "ASSAULT"}, {"type": "COERCE"}, {}), ({}, {"day": 1}, {}), ({}, {"day": -1}, {}),
    ({"day": -1}, {"recipient": []}, {}), ({"type": "ASSAULT", "day": 1}, {"type": "COERCE"}, {}),
    ({"mode": "aerial"}, {}, {"mode": "aerial"}), ({"actor": ["RUS.MIL"]}, {"actor": ["RUS.GOV"]}, {}),
    ({}, {"place_country": None}, {}), ({"day": -1}, {"day": 1}, {}), ({"key": "a"}, {"key": "b"}, {}),
])  # fmt: skip
def test_the_best_is_taken(better: dict[str, Any], worse: dict[str, Any], theirs: dict[str, Any]) -> None:
    one, two = row(**{"key": "z", **better}), row(**{"key": "y", **worse})
    for ours in ([one, two], [two, one]):
        assert ("both", one["key"], "t") in find(compare(ours, [row("t", **theirs)]))


def test_what_a_pair_agrees_in_is_said() -> None:
    def agrees(ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[int, list[str]]:
        (found,) = compare([row("o", **ours)], [row("t", **theirs)])
        return found["apart"], found["agrees"]

    assert agrees({"mode": "m"}, {"mode": "m"}) == (0, ["parties", "type", "day", "mode", "sectors", "place"])
    assert agrees({}, {"type": "COERCE", "day": 1, "actor": ["RUS"], "place_country": None}) == (
        1,
        ["parties"],
    )
    assert agrees({"length": 3}, {"day": 2, "recipient": []}) == (0, ["type", "day", "sectors", "place"])


def test_every_kind_of_row() -> None:
    ours = [
        row("double"),
        row("alone", type="AID"),
        row("early", day=-20),
        row("undated", day=None),
        row("year", length=300),
        row("nobody", actor=[None], recipient=[]),
        row("nowhere", recipient=[], place_country=None),
    ]
    theirs = [
        row("t1"),
        row("t2"),
        row("strange", type="CONSULT"),
        row("nameless", actor=[], recipient=[None]),
    ]
    theirs += [row("old", day=-25, type="AID"), row("other-year", day=-29)]
    ours += [row("told-late", day=-29), row("typeless", type=None, quad="verbal conflict", recipient=[])]
    covered = [START + timedelta(days=n) for n in (-1, 0, 1)]
    found = find(compare(ours, theirs, covered, covered))
    assert found == [
        ("both", "told-late", "other-year"),  # a pair is one on whatever day
        ("both", "double", "t1"),
        ("both", "double", "t2"),
        ("ours", "alone", None),
        ("theirs", None, "strange"),
        ("uncovered", "early", None),
        ("vague", "nobody", None),
        ("vague", "nowhere", None),
        ("vague", "typeless", None),
        ("vague", "year", None),
        ("vague", None, "nameless"),
        ("vague", "undated", None),
    ]
    assert [kind for kind in FOUND if kind not in {f for f, _, _ in found}] == []


def test_rows_are_chosen_by_either_event_and_pairs_stay() -> None:
    ours = [row("o1", type="COERCE", asked=False), row("o2", day=1), row("o3", type="AID", asked=False)]
    theirs = [row("t1", type="COERCE"), row("t2", asked=False), row("t3", type="CONSULT", asked=False)]
    assert find(compare(ours, theirs)) == [("both", "o1", "t1"), ("both", "o2", "t2")]


def test_covered_days() -> None:
    def days(*numbers: int) -> set[date]:
        return {START + timedelta(days=n) for n in numbers}

    rule = structs.replace(USUAL, days=1, gap=3)
    assert fill_days([], rule) == set()
    assert fill_days(days(0), rule) == days(-1, 0, 1)
    assert fill_days(days(0, 4), rule) == days(*range(-1, 6))
    assert fill_days(days(0, 5), rule) == days(-1, 0, 1, 4, 5, 6)
    assert fill_days([date.min, date.max], rule) >= {date.min, date.max}


# ---- whatever the events are

CODES = st.sampled_from(["RUS", "RUS.GOV", "UKR", "UKR.MIL", None])
ROWS = st.builds(
    row,
    day=st.one_of(st.none(), st.integers(-5, 5)),
    length=st.sampled_from([1, 1, 1, 3, 9]),
    type=st.sampled_from(["ASSAULT", "COERCE", "CONSULT", None]),
    actor=st.lists(CODES, max_size=2),
    recipient=st.lists(CODES, max_size=2),
    reciprocal=st.booleans(),
    place_country=st.sampled_from(["UKR", "RUS", None]),
)
RULES = st.builds(
    MatchRule,
    days=st.integers(0, 3),
    longest=st.integers(1, 9),
    gap=st.just(0),
    kind=st.sampled_from(["type", "quad"]),
    level=st.sampled_from(["country", "code"]),
    direction=st.booleans(),
    one_side=st.booleans(),
    place=st.booleans(),
)


def read_pairs(event: dict[str, Any], rule: MatchRule) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Who acts on whom, and who is on which side."""
    parties = [
        (side, n, code.split(".")[0] if rule.level == "country" else code)
        for side in ("actor", "recipient")
        for n, code in enumerate(event[side])
        if code
    ]
    pairs, sides = set(), set()
    for side, n, code in parties:
        sides |= {
            (s, code)
            for s in ("actor", "recipient")
            if s == side or event["reciprocal"] or not rule.direction
        }
        for other, m, code2 in parties:
            turned = not rule.direction and side != other
            if (
                (event["reciprocal"] and (side, n) != (other, m))
                or (side, other) == ("actor", "recipient")
                or turned
            ):
                pairs.add((code, code2))
    return pairs, sides


def may_pair(o: dict[str, Any], t: dict[str, Any], rule: MatchRule) -> bool:
    """The rule again, as docs/compare.md tells it."""
    days = timedelta(days=rule.days)
    for one in (o, t):
        if one["start"] is None or (one["end"] - one["start"]).days >= rule.longest:
            return False
    if t["start"] > o["end"] + days or t["end"] < o["start"] - days:
        return False
    same_type = o["type"] is not None and o["type"] == t["type"]
    if not same_type and (rule.kind == "type" or o["quad"] is None or o["quad"] != t["quad"]):
        return False
    (o_pairs, o_sides), (t_pairs, t_sides) = read_pairs(o, rule), read_pairs(t, rule)
    places = (o["place_country"], t["place_country"])
    if o_pairs & t_pairs and not (rule.place and None not in places and places[0] != places[1]):
        return True
    known = rule.one_side and same_type and places[0] is not None and places[0] == places[1]
    return bool(known and not (o_pairs and t_pairs) and o_sides & t_sides)


@given(ours=st.lists(ROWS, max_size=6), theirs=st.lists(ROWS, max_size=6), rule=RULES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_theirs_are_paired_once_and_nothing_is_lost(
    ours: list[Any], theirs: list[Any], rule: MatchRule
) -> None:
    ours = [{**r, "key": f"o{n}", "document": f"o{n}"} for n, r in enumerate(ours)]
    theirs = [{**r, "key": f"t{n}", "document": f"t{n}"} for n, r in enumerate(theirs)]
    rows = find(compare(ours, theirs, **structs.asdict(rule)))
    pairs = {other: key for found, key, other in rows if found == "both"}
    assert len(pairs) == sum(found == "both" for found, _, _ in rows)
    for t in theirs:
        fitting = [o["key"] for o in ours if may_pair(o, t, rule)]
        assert pairs.get(t["key"]) in (fitting or [None])
    alone = [key or other for found, key, other in rows if found != "both"]
    undated = {t["key"] for t in theirs if t["start"] is None}  # they are on no day that is covered
    assert sorted(alone) == sorted(
        ({o["key"] for o in ours} | {t["key"] for t in theirs}) - undated - set(pairs) - set(pairs.values())
    )


# ---- databases


def party(code: str | None, text: str = "x") -> Member:
    return Member(code, code, text, (0, 6))


def own(id: str, type: str, actor: str, recipient: str, day: str | None = None, **changes: Any) -> Event:
    dated = None if day is None else DateRange(day, (0, 3), day, day)
    place = Place("Kyiv", (0, 4), "UKR", 50.45, 30.52, 703448)
    parties = {"actor": (party(actor),), "recipient": (party(recipient),)}
    return event(id, type, quad=QUADS[type], date=dated, place=place, **(parties | changes))


def theirs(id: str, type: str, actor: str, recipient: str, day: str, **changes: Any) -> ImportedEvent:
    base: dict[str, Any] = {
        "id": id, "type": type, "mode": None, "context": (), "cameo": None, "score": -9.0, "quad": QUADS[type],
        "actor": ((actor, actor),), "recipient": ((recipient, recipient),), "reciprocal": False,
        "date_start": day, "date_end": day, "place_country": "UKR", "published": day, "reports": 3,
    }  # fmt: skip
    return ImportedEvent(**(base | changes))


def article(id: str, published: str | None, *events: Event, **changes: Any) -> Any:
    return replace(make_document(id, published), events=events, statements=(), stances=(), **changes)


def fill(store: Store) -> None:
    """Two articles of the 24th and 25th, of which one event is in both, and two datasets."""
    run = store.start_run("1.0")
    attack = own("e1", "ASSAULT", "RUS.MIL", "UKR", "2022-02-24")
    help = own("e2", "AID", "USA", "UKR")
    store.add(
        [
            article("a", "2022-02-24", attack, help, own("e3", "COERCE", "RUS", "UKR", polarity="negative", factuality="denied")),
            article("b", "2022-02-25", attack, own("e4", "ASSAULT", "UKR", "RUS", "1991-08-24"), publisher="Other"),
        ],
        run,
    )  # fmt: skip
    add_imports(
        store,
        "gdelt",
        [
            theirs("1", "ASSAULT", "RUS.MIL", "UKR", "2022-02-24"),
            theirs("2", "ASSAULT", "RUS", "UKR", "2022-02-25"),
            theirs("3", "CONSULT", "CHN", "RUS", "2022-02-25"),
            theirs("4", "CONSULT", "CHN", "RUS", "2021-02-24", published="2022-02-25"),
            theirs("5", "COERCE", "RUS", "UKR", "2022-02-24"),
        ],
        run,
    )
    add_imports(store, "acled", [theirs("1", "ASSAULT", "KEN", "SOM", "2019-01-01")], run)
    update_stories(store, *read_rules(store))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with open_store(tmp_path_factory.mktemp("compared") / "db", write=True) as store:
        fill(store)
        yield store


def test_own_happenings_beside_imported_events(store: Store) -> None:
    rows = store.compare("gdelt").to_pylist()
    assert find(rows) == [
        ("both", "a:0", "gdelt:1"),
        ("both", "a:0", "gdelt:5"),
        ("both", "a:0", "gdelt:2"),
        ("ours", "a:1", None),
        ("theirs", None, "gdelt:3"),  # 4 is of a day that the articles don't cover
        ("uncovered", "b:1", None),
    ]
    first = rows[0]
    assert (first["dataset"], first["type"], first["actor"], first["reports"], first["event"]) == ("gdelt", "ASSAULT", ["RUS.MIL"], 2, "e1")  # fmt: skip
    assert (first["other_type"], first["other_actor"], first["other_reports"]) == ("ASSAULT", ["RUS.MIL"], 3)
    assert first["sentence"].startswith("Norway’s foreign minister met") and first["day"] == START
    assert [r["found"] for r in store.compare("acled").to_pylist()] == ["uncovered"] * 3


def test_what_is_asked_chooses_rows_or_what_is_ones_own(store: Store) -> None:
    def ask(**wanted: Any) -> list[Any]:
        return find(store.compare("gdelt", **wanted).to_pylist())

    assert ask(type="COERCE") == [("both", "a:0", "gdelt:5")]
    assert ask(actor="CHN") == [("theirs", None, "gdelt:3")]
    assert ask(a="RUS", start="2022-02-25") == [("both", "a:0", "gdelt:2")]
    assert ask(dyad=("UKR", "USA")) == [("ours", "a:1", None)]
    assert ("both", "a:2", "gdelt:5") in ask(factuality="denied")
    assert ("both", "b:0", "gdelt:1") not in ask(publisher="The Example")
    other = ask(publisher="Other")  # the report of its own stands for the happening, and no other is known
    assert ("both", "a:0", "gdelt:1") in other and ("ours", "a:1", None) not in other
    assert {key for _, key, _ in ask(document="a") if key} == {"a:0", "a:1"}
    assert ask(kind="type", level="code") == [
        ("both", "a:0", "gdelt:1"),
        ("ours", "a:1", None),
        ("theirs", None, "gdelt:5"),
        ("theirs", None, "gdelt:2"),
        ("theirs", None, "gdelt:3"),
        ("uncovered", "b:1", None),
    ]


def test_days_asked_for_never_change_what_is_paired(tmp_path: Path) -> None:
    chance = random.Random(1)

    def pick() -> tuple[date, str]:
        return START + timedelta(days=chance.randrange(60)), chance.choice(["ASSAULT", "COERCE", "AID"])

    with open_store(tmp_path / "db", write=True) as store:
        begun = store.start_run("1.0")
        events = []
        for n in range(20):
            day, type = pick()
            end = day + timedelta(days=chance.choice([0, 0, 6]))
            dated = DateRange("then", (0, 4), day.isoformat(), end.isoformat())
            events.append(replace(own(f"e{n}", type, "RUS", "UKR"), date=dated))
        articles = [article(f"a{n}", event.date.start, event) for n, event in enumerate(events) if event.date]
        store.add([*articles, article("b", None, own("e1", "AID", "RUS", "UKR"))], begun)
        others = [(str(n), *pick()) for n in range(80)]
        add_imports(store, "gdelt", [theirs(n, t, "RUS", "UKR", d.isoformat()) for n, d, t in others], begun)
        every = store.compare("gdelt").to_pylist()
        assert {row["found"] for row in every} == {"both", "ours", "theirs", "vague"}
        for start, end in (
            ("2022-03-10", "2022-03-12"),
            ("2022-04-01", None),
            (None, "2022-03-01"),
            ("0001-01-01", "9999-12-31"),
        ):
            low, high = (date.fromisoformat(x or y) for x, y in ((start, "0001-01-01"), (end, "9999-12-31")))
            days = [(row, (row["day"], row["other_day"])) for row in every]
            wanted = [row for row, pair in days if any(day and low <= day <= high for day in pair)]
            assert store.compare("gdelt", start=start, end=end).to_pylist() == wanted


def test_pandas_and_polars(store: Store) -> None:
    assert list(store.compare("gdelt", as_="pandas")["found"])[:1] == ["both"]
    assert store.compare("gdelt", as_="polars").columns == store.compare("gdelt").column_names


def test_what_is_wrong_is_said(store: Store) -> None:
    assert store.datasets() == ["acled", "gdelt"]
    with pytest.raises(StoreError, match="no dataset 'polecat' was imported; there are: acled, gdelt"):
        store.compare("polecat")
    for wrong in ({"kind": "mode"}, {"days": -1}, {"level": "city"}):
        with pytest.raises(ValueError):
            store.compare("gdelt", **wrong)
    with pytest.raises(TypeError):
        store.compare("gdelt", nonsense=True)


def test_an_empty_database_and_articles_without_dates(tmp_path: Path) -> None:
    with open_store(tmp_path / "db", write=True) as store:
        run = store.start_run("1.0")
        add_imports(store, "gdelt", [theirs("1", "ASSAULT", "RUS", "UKR", "2022-02-24")], run)
        assert store.compare("gdelt").num_rows == 0  # no article covers any day
        store.add(
            [
                article(
                    "a", None, own("e1", "AID", "USA", "UKR"), own("e2", "AID", "FRA", "UKR", "2022-02-23")
                )
            ],
            run,
        )
        assert find(store.compare("gdelt").to_pylist()) == [
            ("ours", "a:1", None),
            ("theirs", None, "gdelt:1"),
            ("vague", "a:0", None),
        ]
        # an article in which nothing was found covers its day like any other
        add_imports(store, "acled", [theirs("1", "ASSAULT", "KEN", "SOM", "2019-01-02")], run)
        assert store.compare("acled", actor="KEN").num_rows == 0
        store.add([article("b", "2019-01-01", publisher="Other")], run)
        assert find(store.compare("acled", actor="KEN").to_pylist()) == [("theirs", None, "acled:1")]
        assert store.compare("acled", actor="KEN", publisher="The Example").num_rows == 0


# ---- the command


def run(*args: str) -> Any:
    return CliRunner().invoke(app, ["compare", *args], env={"COLUMNS": "300"})


def test_the_command(store: Store, tmp_path: Path) -> None:
    db = store.path
    done = run(db)
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [r["dataset"] for r in rows] == ["acled"] * 3 + ["gdelt"] * 6
    assert (rows[3]["found"], rows[3]["actor"], rows[3]["agrees"]) == ("both", "RUS.MIL", "parties; type; day; sectors; place")  # fmt: skip
    assert done.stderr.splitlines() == [
        "acled: of yours 0 in both, 0 alone, 3 on days without it, 0 too vague to compare; of theirs 0 in both, 0 alone, 0 too vague.",
        "gdelt: of yours 1 in both, 1 alone, 1 on days without it, 0 too vague to compare; of theirs 3 in both, 1 alone, 0 too vague.",
    ]
    out = tmp_path / "out.parquet"
    narrow = (
        "--dataset",
        "gdelt",
        "--found",
        "theirs",
        "--found",
        "both",
        "--kind",
        "type",
        "--level",
        "code",
    )
    assert run(db, *narrow, "-o", str(out)).exit_code == 0
    assert find(pq.read_table(out).to_pylist()) == [
        ("both", "a:0", "gdelt:1"),
        ("theirs", None, "gdelt:5"),
        ("theirs", None, "gdelt:2"),
        ("theirs", None, "gdelt:3"),
    ]
    for options, kinds in (
        (("--actor", "CHN"), "theirs"),
        (("--days", "0", "--from", "2022-02-25"), "theirs theirs"),
        (("--any-direction", "--type", "AID"), "ours"),
        (
            ("--dyad", "RUS,UKR", "--longest", "1", "--two-sides", "--place", "--gap", "0"),
            "both both both uncovered",
        ),
    ):
        done = run(db, "--dataset", "gdelt", *options)
        assert [r["found"] for r in csv.DictReader(io.StringIO(done.stdout))] == kinds.split(), done.output


def test_a_terminal_shows_counts_and_the_first_rows(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[list[Any]] = []
    module = sys.modules["communique.commands.compare"]  # its package has the command under that name
    monkeypatch.setattr(module, "print_table", lambda columns, rows: shown.append([columns, *rows]))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    module.compare(store.path, dataset=["gdelt"], limit=1)
    counts, rows = shown
    assert counts[1:] == [["gdelt", "ours", 1, 1, 1, 0], ["gdelt", "theirs", 3, 1, None, 0]]
    attack = "2022-02-24 ASSAULT: RUS.MIL → UKR"
    assert rows[1] == ["gdelt", "both", attack, attack, "parties, type, day, sectors, place"]
    assert [row[1] for row in rows[1:]] == ["both", "ours", "theirs", "uncovered"]


def test_wrong_usage_of_the_command(store: Store, tmp_path: Path) -> None:
    for args, said in (
        (("--dataset", "polecat"), "no dataset 'polecat' was imported; there are: acled, gdelt"),
        (("--dataset", "communique"), "no dataset 'communique' was imported"),
        (("--kind", "mode"), "'mode' is none of type, quad"),
        (("--found", "none"), "'none' is none of both, ours, theirs, uncovered, vague"),
        (("-o", "x.doc"), "can't tell a format"),
        (("--days", "-1"), "--days"),
    ):
        done = run(store.path, *args)
        assert done.exit_code == 2 and said in done.output, done.output
    empty = tmp_path / "empty"
    open_store(empty, write=True).close()
    done = run(str(empty))
    assert done.exit_code == 1 and "no dataset was imported; `communique import` adds one" in done.stderr
