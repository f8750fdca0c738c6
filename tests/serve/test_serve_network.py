"""The network page and the points of a pair's series: the same numbers as the store's own tables."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from communique.serve.charts import list_periods, next_period, say_period, start_period
from communique.serve.pages.network import SHAPES, TALL
from communique.store import open_store


def get(client: TestClient, address: str) -> Any:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("/network", {}),
        ("/network?type=CONSULT", {"type": "CONSULT"}),
        ("/network?factuality=denied", {"factuality": "denied"}),
        ("/network?actor=USA&from=2016-01-01", {"actor": "USA", "start": "2016-01-01"}),
        ("/network?publisher=Paper+1", {"publisher": "Paper 1"}),
    ],
)
def test_all_time_is_the_network_of_the_store(
    client: TestClient, small: Path, address: str, wanted: dict[str, Any]
) -> None:
    data = get(client, address)
    with open_store(small) as store:
        found = store.network(**wanted)
    assert data["people"] == found.nodes.num_rows <= data["most"]
    assert {(t["a"], t["b"], t["events"], t["cooperation"], t["conflict"]) for t in data["ties"]} == {
        (t["a"], t["b"], t["events"], t["cooperation"], t["conflict"]) for t in found.ties.to_pylist()
    }
    balance = found.balance.to_pylist()[0]
    shown = data["shown"]["balance"]
    assert {k: shown[k] for k in balance} == pytest.approx(balance)
    blocs = {m["code"]: bloc["number"] for bloc in data["blocs"] for m in bloc["members"]}
    assert blocs == {n["code"]: n["bloc"] for n in found.nodes.to_pylist() if n["bloc"]}


def test_every_stop_is_that_period_of_the_store(client: TestClient, small: Path) -> None:
    stops = get(client, "/network?by=year")["stops"][1:]
    assert [stop["label"] for stop in stops] == [
        str(year) for year in range(int(stops[0]["label"]), int(stops[-1]["label"]) + 1)
    ]
    with open_store(small) as store:
        ties = store.network(by="year").ties.to_pylist()
        by_year: dict[str, set[tuple[str, str, int]]] = {}
        for t in ties:
            by_year.setdefault(str(t["period"]), set()).add((t["a"], t["b"], t["events"]))
    for stop in stops:
        data = get(client, stop["href"])
        assert data["shown"]["start"] == stop["start"] and data["shown"]["chosen"]
        assert {(t["a"], t["b"], t["events"]) for t in data["ties"]} == by_year.get(stop["start"], set())


def test_everybody_stays_in_place_and_nobody_is_drawn_over_another(client: TestClient) -> None:
    whole = get(client, "/network?by=year")
    place = {n["code"]: (n["x"], n["y"]) for n in whole["nodes"]}
    assert len(place) > 10
    for one, other in combinations(place.values(), 2):
        assert abs(one[0] - other[0]) >= 30 or abs(one[1] - other[1]) >= TALL - 1
    for stop in whole["stops"][1:]:
        for node in get(client, stop["href"])["nodes"]:
            assert place[node["code"]] == (node["x"], node["y"])


def test_a_tie_opens_the_pair_with_as_many_events(client: TestClient) -> None:
    data = get(client, "/network?by=year&at=2018-01-01")
    assert data["ties"] and data["nodes"]
    for tie in data["ties"][:12]:
        pair = get(client, tie["href"])
        assert {pair["a"], pair["b"]} == {tie["a"], tie["b"]}
        happened = [line for line in pair["lines"] if line["factuality"] in ("asserted", "recurring")]
        assert len(happened) == tie["events"] or pair["pages"] > 1
    for node in data["nodes"]:
        assert client.get(node["href"]).status_code == 200


def test_blocs_are_told_apart_without_colour(client: TestClient) -> None:
    page = client.get("/network").text
    for bloc in get(client, "/network")["blocs"]:
        assert bloc["outline"] == SHAPES[bloc["shape"]]
        assert f'y="4">{bloc["number"]}</text>' in page
    assert len(set(SHAPES.values())) == len(SHAPES)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/network?by=decade", 400),
        ("/network?at=soon", 400),
        ("/network?at=1066-10-14", 400),
        ("/network?from=soon", 400),
        ("/network?actor=XYZ", 200),
        ("/network?q=nothing+has+these+words", 200),
        ("/dyad?a=IRN&b=USA&acts=IRN&at=soon", 400),
        ("/dyad?a=IRN&b=USA&acts=NOR&at=2018-01-01/2018-12-31", 400),
    ],
)
def test_wrong_and_empty_questions(client: TestClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


@pytest.mark.parametrize("extra", ["", "&type=CONSULT", "&publisher=Paper+1"])
def test_a_point_opens_just_its_events(client: TestClient, extra: str) -> None:
    points = 0
    for direction in get(client, f"/dyad?a=IRN&b=USA{extra}")["directions"]:
        for point in (direction["series"] or {"points": []})["points"]:
            address = point["href"].split("#")[0]
            behind = get(client, address)
            assert behind["listed"] == point["events"]
            if behind["pages"] == 1:
                scores = [line["score"] for line in behind["lines"]]
                assert len(scores) == point["events"]
                assert sum(scores) / len(scores) == pytest.approx(point["mean"], abs=0.006)
            assert re.search(r'class="chosen" aria-current="true"', client.get(address).text)
            points += 1
    assert points or extra


@pytest.mark.parametrize("by", ["day", "month", "quarter", "year"])
def test_periods_follow_each_other(by: str) -> None:
    periods = list_periods(date(2019, 11, 30), date(2021, 2, 3), by)
    assert periods[0] <= date(2019, 11, 30) and next_period(periods[-1], by) > date(2021, 2, 3)
    assert all(next_period(one, by) == other for one, other in pairwise(periods))
    assert all(start_period(p, by) == p for p in periods)
    assert len({say_period(p, by) for p in periods}) == len(periods)
