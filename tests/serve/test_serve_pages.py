"""Pages: the same facts as HTML and as JSON, and the same as the store's own tables."""

from __future__ import annotations

import html
import time
from collections import Counter
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from stores import make_store, read_coded, vary_documents

from communique.serve.marks import Mark, cut_paragraphs, find_marks
from communique.serve.web import create_app
from communique.serve.world import draw_world, project
from communique.store import open_store

SAMPLE = read_coded()[0]
ADDRESSES = (
    "/",
    "/?q=nuclear",
    "/?type=CONSULT&from=2018-01-01",
    "/?actor=USA&with=PRK",
    "/?publisher=Paper+1&page=1",
    f"/document?id={SAMPLE.id}",
    f"/document?id={SAMPLE.id}&layers=events",
    "/actor?id=USA",
    "/actor?id=USA&type=CONSULT",
    "/dyad?a=IRN&b=USA",
    "/network",
    "/network?by=year&at=2018-06-01&type=CONSULT",
    "/positions",
    "/positions?holder=USA",
    "/positions?threshold=75",
    "/disputes",
    "/disputes?actor=QAT",
    "/map",
    "/map?view=world&type=CONSULT",
)


def get(client: TestClient, address: str) -> Any:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_says_what_its_json_says(client: TestClient, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    data = get(client, address)
    also = client.get(address + ("&" if "?" in address else "?") + "_format=json").json()
    assert data == also
    text = html.unescape(page.text)
    assert data["title"] in text
    for key in ("articles", "lines", "events", "statements", "stances", "found_actors"):
        rows = data.get(key)
        for row in rows if isinstance(rows, list) else []:
            line = row.get("line", row)
            assert line["href"] in text or f'id="{row.get("anchor")}"' in page.text
            for party in line.get("actor", []):
                assert party["name"] in text


def test_the_overview_counts_what_the_store_holds(client: TestClient, small: Path) -> None:
    data = get(client, "/")
    with open_store(small) as store:
        counts = store.count()
        events = store.events().to_pylist()
    assert data["documents"] == counts["documents"] == 21
    for what in ("events", "statements", "stances"):
        assert data[what] == counts[what]
    assert {one["label"]: one["count"] for one in data["types"]} == Counter(e["type"] for e in events)
    drawn = sum(sum(column["counts"]) for column in data["timeline"]["columns"]["columns"])
    assert drawn + data["timeline"]["outside"] + data["timeline"]["undated"] == len(events)


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({"actor": "USA"}, {"actor": "USA"}),
        ({"actor": "IRN", "type": "AGREE"}, {"actor": "IRN", "type": "AGREE"}),
        ({"from": "2018-06-12", "to": "2018-12-31"}, {"start": "2018-06-12", "end": "2018-12-31"}),
        ({"factuality": "denied"}, {"factuality": "denied"}),
        ({"publisher": "Paper 1"}, {"publisher": "Paper 1"}),
    ],
)
def test_filters_mean_what_they_mean_to_the_store(
    client: TestClient, small: Path, params: dict[str, str], wanted: dict[str, str]
) -> None:
    data = client.get("/", params=params | {"_format": "json"}).json()
    with open_store(small) as store:
        events = store.events(**wanted).to_pylist()
    assert data["events"] == len(events) > 0
    if "publisher" not in params:
        assert data["documents"] == len({e["document"] for e in events})


def test_a_pair_has_the_scores_of_the_store(client: TestClient, small: Path) -> None:
    with open_store(small) as store:
        rows = [
            row
            for row in store.network().edges.to_pylist()
            if {row["actor"], row["recipient"]} == {"IRN", "USA"}
        ]
    found = get(client, "/dyad?a=IRN&b=USA")["directions"]
    for row in rows:
        one = next(d for d in found if d["actor"] == row["actor"])
        assert one["events"] == row["events"]
        assert one["mean_score"] == pytest.approx(row["mean_score"], abs=1e-3)
        assert (one["cooperation"], one["conflict"]) == (row["cooperation"], row["conflict"])


def test_every_page_of_the_list_holds_other_articles(client: TestClient) -> None:
    seen: set[str] = set()
    data = get(client, "/actor?id=USA")
    for page in range(1, data["pages"] + 1):
        lines = get(client, f"/actor?id=USA&page={page}")["lines"]
        keys = {line["href"] for line in lines}
        assert keys and not keys & seen
        seen |= keys
    assert len(seen) == data["events"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere", 404),
        ("/document?id=none", 404),
        ("/document", 404),
        ("/actor?id=XYZ", 404),
        ("/actor", 404),
        ("/dyad?a=IRN&b=XYZ", 404),
        ("/?from=yesterday", 400),
        ("/?page=0", 400),
        ("/?page=-1", 400),
        ("/?page=9999999999999", 400),
        ("/static/../web.py", 404),
        ("/static/..%2fweb.py", 404),
    ],
)
def test_what_is_not_there_is_said(client: TestClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_a_denied_act_looks_and_reads_denied(client: TestClient) -> None:
    doc = next(d for d in read_coded() if any(e.factuality == "denied" for e in d.events))
    n = next(n for n, e in enumerate(doc.events) if e.factuality == "denied")
    page = client.get(f"/document?id={doc.id}").text
    row = page.split(f'id="event-{n}"')[1].split("</li>")[0]
    assert 'class="badge f-denied">denied<' in row
    assert 'class="act f-denied' in row


texts = st.text("ab \n", max_size=40)
spans = st.tuples(st.integers(-2, 42), st.integers(-2, 42))


@given(text=texts, found=st.lists(spans, max_size=6))
def test_segments_are_the_text_and_know_their_rows(text: str, found: list[tuple[int, int]]) -> None:
    marks = [Mark(span, "event", "trigger", f"event-{n}") for n, span in enumerate(found)]
    segments = [s for p in cut_paragraphs(text, marks) for s in p]
    covered = set()
    for segment in segments:
        end = segment.start + len(segment.text)
        assert text[segment.start : end] == segment.text != ""
        covered |= set(range(segment.start, end))
        for at in range(segment.start, end):
            holding = {
                f"event-{n}" for n, (a, b) in enumerate(found) if 0 <= a < b <= len(text) and a <= at < b
            }
            assert set(segment.rows) == holding
    assert {n for n, c in enumerate(text) if not c.isspace()} <= covered


def test_every_row_of_a_sample_has_its_words_in_the_text() -> None:
    for doc in read_coded():
        marks = find_marks(doc)
        anchors = [a for p in cut_paragraphs(doc.text, marks) for s in p for a in s.anchors]
        assert sorted(anchors) == sorted(set(anchors))
        assert {f"event-{n}" for n in range(len(doc.events))} <= set(anchors)


def test_the_map_places_what_has_coordinates(client: TestClient, small: Path) -> None:
    data = get(client, "/map")
    with open_store(small) as store:
        events = store.events(factuality=("asserted", "recurring")).to_pylist()
    placed = [e for e in events if e["polarity"] == "positive" and e["place_lat"] is not None]
    assert data["placed"] == sum(spot["events"] for spot in data["spots"]) == len(placed) > 0
    left, top, wide, tall = data["box"]
    for spot in data["spots"]:
        assert left <= spot["x"] <= left + wide and top <= spot["y"] <= top + tall
        opened = get(client, spot["href"].split("#")[0])
        assert opened["chosen"] == spot["place"]
        assert len(opened["listed"]) == min(spot["events"], 20)


def test_labels_of_the_map_do_not_overlap(client: TestClient) -> None:
    data = get(client, "/map?view=world")
    letter = data["letter"]
    boxes = [
        (s["label_x"], s["label_y"] - letter, s["label_x"] + 0.62 * letter * len(s["label"]), s["label_y"])
        for s in data["spots"]
        if s["label"]
    ]
    assert boxes
    for n, a in enumerate(boxes):
        for b in boxes[:n]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.parametrize(
    ("lat", "lon", "x", "y"),
    [(0, 0, 500, 260), (0, 180, 1000, 260), (0, -180, 0, 260), (90, 0, 500, 1.3), (-90, 0, 500, 518.7)],
)
def test_the_projection_keeps_its_corners(lat: float, lon: float, x: float, y: float) -> None:
    assert project(lat, lon) == pytest.approx((x, y), abs=1.5)


def test_the_world_has_no_line_across_it() -> None:
    for piece in draw_world().replace("Z", "").split("M")[1:]:
        xs = [float(point.split()[0]) for point in piece.split("L")]
        assert all(abs(a - b) < 100 for a, b in pairwise(xs))


def test_every_cell_of_the_positions_opens_its_words(client: TestClient, small: Path) -> None:
    data = get(client, "/positions")
    with open_store(small) as store:
        stances = store.stances().to_pylist()
    assert data["found"] == sum(any(s["holder"]) for s in stances) > 0
    cells = [cell for holder in data["holders"] for cell in holder["cells"] if cell["href"]]
    assert cells
    for cell in cells:
        lines = get(client, cell["href"])["lines"]
        counted = Counter(line["polarity"] for line in lines)
        assert (counted["support"], counted["oppose"]) == (cell["support"], cell["oppose"])
    for one in data["divided"]:
        assert one["support"] and one["oppose"]
    apart = get(client, "/positions?threshold=90")
    assert apart["threshold"] == 90 and len({i["name"] for i in apart["issues"]}) == len(apart["issues"])


def test_disputes_stand_side_by_side(coder: Any, tmp_path: Path) -> None:
    text = "Kenya said Somalia had shelled the border post. Somalia denied it. The talks went on."
    with open_store(tmp_path / "d.duckdb", write=True) as store:
        coded = coder.code(text, published="2021-05-02", title="Shells <b>")
        store.add([coded], store.start_run("1.0"))
    client = TestClient(create_app(tmp_path / "d.duckdb"), base_url="http://127.0.0.1:8765")
    (line,) = get(client, "/disputes")["lines"]
    assert [p["name"] for p in line["claim"]["source"]] == ["Kenya"]
    assert [p["name"] for p in line["counter"]["source"]] == ["Somalia"]
    assert line["object"] == coded.disputes[0].object.text
    assert get(client, "/disputes?actor=SOM")["found"] == 1
    assert get(client, "/disputes?actor=NOR")["found"] == 0
    page = client.get("/disputes").text
    assert "denies or contradicts" in page and "Shells &lt;b&gt;" in page


def test_a_large_index_is_made_anew_in_the_background(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages count by the old one meanwhile, and say so; an article is there at once."""
    path = make_store(tmp_path / "large.duckdb", 2)
    monkeypatch.setattr("communique.serve.source.QUICK", -1)
    monkeypatch.setattr("communique.serve.source.SHARE", 0)
    client = TestClient(create_app(path), base_url="http://127.0.0.1:8765")
    assert "newer articles soon" not in client.get("/").text
    new = list(islice(vary_documents(), 3))[2]
    with open_store(path, write=True) as store:
        store.add([new], store.start_run("1.0.0"))
    assert "newer articles soon" in client.get("/").text
    assert client.get("/document", params={"id": new.id}).status_code == 200
    for _ in range(100):
        if client.get("/?_format=json").json()["documents"] == 3:
            break
        time.sleep(0.1)
    else:
        raise AssertionError("the index never came")
    assert "newer articles soon" not in client.get("/").text
