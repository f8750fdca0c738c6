"""Series without gaps, the signed network, its balance and blocs: against cases small enough to count by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.analyse.network import (
    Tie,
    find_blocs,
    lay_out,
    list_codes,
    measure_balance,
    spread_out,
    track_blocs,
)
from communique.records import CodedDocument, DateRange, Event
from communique.store import Store, open_store
from documents import event, make_document, member


def ties(text: str) -> list[Tie]:
    """ "AB+ BC-" as ties with one event each."""
    return [Tie(w[0], w[1], 1, {"+": 5.0, "-": -5.0, "0": 0.0}[w[2]]) for w in text.split()]


@pytest.mark.parametrize(
    ("network", "triads", "balanced", "weakly", "frustrated"),
    [
        ("AB+ BC+ CA+", 1, 1, 1, 0),
        ("AB+ BC+ CA-", 1, 0, 0, 1),
        ("AB+ BC- CA-", 1, 1, 1, 0),
        ("AB- BC- CA-", 1, 0, 1, 1),
        ("AB+ BC+ CA0", 0, 0, 0, 0),
        ("AB+ BC+", 0, 0, 0, 0),
        ("AB+ AC+ AD+ BC+ BD+ CD-", 4, 2, 2, 1),
        ("AB+ CD+ AC- AD- BC- BD-", 4, 4, 4, 0),
    ],
)
def test_triads_and_frustration(
    network: str, triads: int, balanced: int, weakly: int, frustrated: int
) -> None:
    found = measure_balance(ties(network), {})
    assert (found.triads, found.balanced, found.weakly_balanced) == (triads, balanced, weakly)
    signed = sum(tie.sign != 0 for tie in ties(network))
    assert found.frustration == pytest.approx(frustrated / signed)
    assert found.balance == (pytest.approx(balanced / triads) if triads else None)


signed_ties = st.lists(
    st.tuples(st.sampled_from(list(combinations("ABCDEFGH", 2))), st.sampled_from([-1.0, 0.0, 1.0])),
    max_size=28,
    unique_by=lambda pair: pair[0],
).map(lambda found: [Tie(a, b, 1, score) for (a, b), score in found])


@settings(max_examples=60, deadline=None)
@given(signed_ties)
def test_balance_is_what_counting_one_by_one_gives(found: list[Tie]) -> None:
    signs = {frozenset((t.a, t.b)): t.sign for t in found if t.sign}
    products = [
        signs[frozenset(ab)] * signs[frozenset(bc)] * signs[frozenset(ca)]
        for a, b, c in combinations(list_codes(found), 3)
        if all(frozenset(x) in signs for x in ((a, b), (b, c), (c, a)))
        for ab, bc, ca in [((a, b), (b, c), (c, a))]
    ]
    measured = measure_balance(found, {})
    assert (measured.triads, measured.balanced) == (len(products), products.count(1))
    codes = list_codes(found)
    least = min(
        (
            sum(sign != sides[codes.index(a)] * sides[codes.index(b)] for (a, b), sign in map_pairs(signs))
            for sides in product((1, -1), repeat=len(codes))
        ),
        default=0,
    )
    assert (measured.frustration or 0.0) * max(1, len(signs)) == pytest.approx(least)


def map_pairs(signs: dict[frozenset[str], int]) -> list[tuple[tuple[str, str], int]]:
    return [((min(pair), max(pair)), sign) for pair, sign in signs.items()]


TWO_CAMPS = ties("AB+ BC+ CA+ DE+ EF+ FD+ AD- BE- CF- GA-")


def test_blocs_are_the_camps_and_whoever_has_no_friend_is_in_none() -> None:
    assert find_blocs(TWO_CAMPS) == [frozenset("ABC"), frozenset("DEF")]
    assert find_blocs(list(reversed(TWO_CAMPS)), seed=7) == [frozenset("ABC"), frozenset("DEF")]
    assert find_blocs(ties("AB-")) == find_blocs([]) == []
    numbers = track_blocs([find_blocs(TWO_CAMPS)])[0]
    assert measure_balance(TWO_CAMPS, numbers).against_blocs == 0
    assert measure_balance(ties("AB- AC+"), {"A": 1, "B": 1}).against_blocs == 1


@pytest.mark.parametrize(
    ("periods", "numbers"),
    [
        (["ABC DEF", "DEFG AB"], ["A1 B1 C1 D2 E2 F2", "D2 E2 F2 G2 A1 B1"]),
        (["ABC", "", "ABD"], ["A1 B1 C1", "", "A1 B1 D1"]),
        (["ABC", "XYZ"], ["A1 B1 C1", "X2 Y2 Z2"]),
        (["ABCDEF", "ABC DEF"], ["A1 B1 C1 D1 E1 F1", "A1 B1 C1 D2 E2 F2"]),
        (["AB CD", "ABCD"], ["A1 B1 C2 D2", "A1 B1 C1 D1"]),
    ],
)
def test_a_bloc_keeps_its_number_while_it_is_the_same(periods: list[str], numbers: list[str]) -> None:
    found = track_blocs([[frozenset(bloc) for bloc in period.split()] for period in periods])
    assert found == [{pair[0]: int(pair[1:]) for pair in period.split()} for period in numbers]


@settings(max_examples=12, deadline=None)
@given(signed_ties, st.sampled_from([(900.0, 600.0), (400.0, 300.0)]))
def test_nobody_is_drawn_over_another(found: list[Tie], size: tuple[float, float]) -> None:
    unit = lay_out(found)
    assert unit == lay_out(found)
    assert all(0 <= value <= 1 for point in unit.values() for value in point)
    at = spread_out(unit, *size, dict.fromkeys(unit, 50.0), 40.0)
    for one, other in combinations(at.values(), 2):
        assert abs(one[0] - other[0]) >= 49 or abs(one[1] - other[1]) >= 39
    assert all(25 <= x <= size[0] - 25 and 20 <= y <= size[1] - 20 for x, y in at.values())


# ---- the store


def dated(id: str, day: str, score: float, quad: str, parties: str, **more: Any) -> Event:
    a, b = parties.split()
    return event(
        id,
        "CONSULT",
        score=score,
        quad=quad,
        actor=(member("Norway", a, a),),
        recipient=(member("Finland", b, b),),
        date=DateRange(day, (0, len(day)), day, day),
        reciprocal=False,
        **more,
    )


EVENTS = (
    dated("1", "2020-01-10", 4.0, "verbal cooperation", "NOR FIN", confidence=0.5),
    dated("2", "2020-01-20", -2.0, "verbal conflict", "FIN NOR", confidence=1.0),
    dated("3", "2020-04-02", 6.0, "material cooperation", "NOR SWE", confidence=1.0),
    dated("4", "2020-04-03", -9.0, "material conflict", "NOR.MIL SWE", confidence=1.0),
    dated("5", "2020-04-04", -9.0, "material conflict", "NOR SWE", factuality="denied", polarity="negative"),
    dated("6", "2020-04-05", -9.0, "material conflict", "NOR SWE", factuality="intended"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    document: CodedDocument = replace(make_document(), events=EVENTS)
    with open_store(tmp_path / "x.duckdb", write=True) as store:
        store.add([document], store.start_run("1.0.0"))
        yield store


def test_a_series_has_no_gaps(store: Store) -> None:
    rows = store.series().to_pylist()
    assert [str(row["period"]) for row in rows] == ["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"]
    assert [row["events"] for row in rows] == [2, 0, 0, 2]
    assert [row["mean_score"] for row in rows] == [1.0, None, None, -1.5]
    assert [row["verbal_cooperation"] for row in rows] == [1, 0, 0, 0]
    assert [row["material_conflict"] for row in rows] == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"by": "quarter"}, [("2020-01-01", 2), ("2020-04-01", 2)]),
        ({"by": "year", "start": "2019-05-01", "end": "2021-01-01"}, [("2019-01-01", 0), ("2020-01-01", 4), ("2021-01-01", 0)]),
        ({"by": "year", "a": "NOR", "b": "SWE"}, [("2020-01-01", 2)]),
        ({"by": "year", "a": "FIN"}, [("2020-01-01", 1)]),
        ({"by": "year", "dyad": ("FIN", "NOR")}, [("2020-01-01", 2)]),
        ({"by": "year", "factuality": "denied"}, [("2020-01-01", 1)]),
        ({"by": "year", "factuality": None}, [("2020-01-01", 6)]),
        ({"by": "year", "weight": "confidence"}, [("2020-01-01", 3.5)]),
        ({"by": "day", "end": "2020-01-11"}, [("2020-01-10", 1), ("2020-01-11", 0)]),
        ({"actor": "XYZ"}, []),
        ({"by": "year", "actor": "XYZ", "start": "2020-01-01", "end": "2020-02-01"}, [("2020-01-01", 0)]),
    ],
)  # fmt: skip
def test_series(store: Store, wanted: dict[str, Any], expected: list[tuple[str, float]]) -> None:
    rows = store.series(**wanted).to_pylist()
    assert [(str(row["period"]), row["events"]) for row in rows] == expected


def test_the_mean_is_weighted_by_confidence(store: Store) -> None:
    first = store.series(weight="confidence").to_pylist()[0]
    assert first["mean_score"] == pytest.approx((4 * 0.5 - 2 * 1.0) / 1.5)
    edge = store.network(weight="confidence").ties.to_pylist()[1]
    assert (edge["a"], edge["b"], edge["events"]) == ("FIN", "NOR", pytest.approx(1.5))


def test_a_series_of_a_pair_adds_up_to_its_dyad(store: Store) -> None:
    pair = {"a": "NOR", "b": "SWE", "by": "month"}
    summed = [r for r in store.series(**pair).to_pylist() if r["events"]]
    dyads = store.dyads(**pair).to_pylist()
    assert [(r["period"], r["events"], r["mean_score"]) for r in summed] == [
        (r["period"], r["events"], r["mean_score"]) for r in dyads
    ]


def test_undated_events_are_left_out_unless_asked(tmp_path: Path) -> None:
    undated = replace(make_document("u"), published=None, events=(replace(EVENTS[0], date=None),))
    with open_store(tmp_path / "u.duckdb", write=True) as store:
        store.add([undated, replace(make_document("d"), events=EVENTS[2:3])], store.start_run("1.0.0"))
        assert [r["period"] for r in store.series().to_pylist()] == [date(2020, 4, 1)]
        rows = store.series(undated=True).to_pylist()
        assert [(r["period"], r["events"]) for r in rows] == [(None, 1), (date(2020, 4, 1), 1)]
        assert store.network().edges.num_rows == 2
        assert store.network(by="year").edges.num_rows == 1


def test_the_network_by_period(store: Store) -> None:
    found = store.network(by="quarter")
    assert [(str(r["period"]), r["a"], r["b"], r["events"], r["sign"]) for r in found.ties.to_pylist()] == [
        ("2020-01-01", "FIN", "NOR", 2, 1),
        ("2020-04-01", "NOR", "SWE", 2, -1),
    ]
    assert [(str(r["period"]), r["code"], r["bloc"]) for r in found.nodes.to_pylist()] == [
        ("2020-01-01", "FIN", 1),
        ("2020-01-01", "NOR", 1),
        ("2020-04-01", "NOR", None),
        ("2020-04-01", "SWE", None),
    ]
    assert [(r["ties"], r["friendly"], r["hostile"], r["blocs"]) for r in found.balance.to_pylist()] == [
        (1, 1, 0, 1),
        (1, 0, 1, 0),
    ]
    assert store.network(least=2).edges.num_rows == 1
    assert store.network(level="code").nodes["code"].to_pylist() == ["FIN", "NOR", "NOR.MIL", "SWE"]
    assert store.network(factuality="denied").ties["events"].to_pylist() == [1]
    assert list(store.network(by="year", as_="pandas").balance["triads"]) == [0]
    assert store.network(as_="polars").nodes.height == 3


def test_days_are_days_in_every_library(store: Store) -> None:
    assert str(store.dyads(as_="pandas")["period"].dtype).startswith("datetime64")
    assert str(store.series(as_="polars").schema["period"]) == "Date"
    assert str(store.network(by="year").balance.schema.field("period").type) == "date32[day]"


def test_an_empty_network(store: Store) -> None:
    found = store.network(type="AID", by="month")
    assert found.nodes.num_rows == found.edges.num_rows == found.balance.num_rows == 0
    (row,) = store.network(type="AID").balance.to_pylist()
    assert (row["nodes"], row["triads"], row["balance"], row["frustration"]) == (0, 0, None, None)


@pytest.mark.parametrize("wanted", [{"by": "decade"}, {"weight": "luck"}, {"start": "soon"}])
def test_a_wrong_series_is_refused(store: Store, wanted: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        store.series(**wanted)


def test_blocs_do_not_depend_on_the_order_of_sets() -> None:
    dice = np.random.default_rng(3)
    codes = [f"C{n:02}" for n in range(30)]
    found = [Tie(a, b, 1, float(dice.normal())) for a, b in combinations(codes, 2) if dice.random() < 0.3]
    shuffled = [found[n] for n in dice.permutation(len(found))]
    assert find_blocs(found) == find_blocs(shuffled)
