"""Review: every decision is a new row with who, when and why; agreement and export follow from them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from stores import make_store, read_coded

from communique.analyse.evaluate import evaluate
from communique.serve.reviews import score_agreement
from communique.serve.web import create_app
from communique.store import merge_stores, open_store

BASE = "http://127.0.0.1:8765"
DOC = read_coded()[0]
EVENT = DOC.events[0]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make_store(tmp_path / "review.duckdb", 3)


@pytest.fixture
def bench(store: Path) -> TestClient:
    return TestClient(create_app(store), base_url=BASE, follow_redirects=False)


def token(client: TestClient) -> str:
    page = client.get("/review", params={"reviewer": "Anna"}).text
    return re.findall(r'name="token" value="([^"]+)"', page)[0]


def decide(client: TestClient, decision: str = "accept", **more: str) -> Any:
    form = {
        "token": token(client),
        "reviewer": "Anna",
        "kind": "event",
        "document": DOC.id,
        "item": EVENT.id,
        "decision": decision,
    }
    return client.post("/review", data=form | more, headers={"Accept": "application/json"})


def test_every_decision_is_a_new_row(bench: TestClient, store: Path) -> None:
    assert decide(bench, reason="plain").json()["decision"] == "accept"
    assert decide(bench, "reject", reason="on second thoughts").status_code == 200
    with open_store(store) as opened:
        rows = opened.reviews().to_pylist()
        assert next(opened.documents(document=DOC.id)) == DOC
    assert [(r["decision"], r["reason"], r["reviewer"]) for r in rows] == [
        ("accept", "plain", "Anna"),
        ("reject", "on second thoughts", "Anna"),
    ]
    assert all(json.loads(r["judged"])["id"] == EVENT.id and r["decided"] for r in rows)
    page = bench.get("/review?reviewer=Anna&show=judged&_format=json").json()
    assert [(r["item"], r["decision"]) for r in page["rows"]] == [(EVENT.id, "reject")]
    still_open = bench.get("/review?reviewer=Anna&_format=json").json()
    assert (still_open["judged"], still_open["left"]) == (1, sum(len(d.events) for d in read_coded()[:3]) - 1)


def test_without_scripts_a_form_leads_back(bench: TestClient) -> None:
    form = {
        "token": token(bench),
        "reviewer": "Anna",
        "kind": "event",
        "document": DOC.id,
        "item": EVENT.id,
        "decision": "accept",
    }
    answer = bench.post("/review", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/review?reviewer=Anna&kind=event")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"token": "wrong"}, 403),
        ({"token": ""}, 403),
        ({"token": "ünïcode"}, 403),
        ({"reviewer": " "}, 422),
        ({"reviewer": "x" * 81}, 422),
        ({"decision": "delete"}, 422),
        ({"kind": "documents"}, 422),
        ({"item": "none"}, 404),
        ({"document": "'; drop table reviews; --"}, 404),
        ({"decision": "correct"}, 422),
        ({"decision": "correct", "new-type": "HUG"}, 422),
        ({"decision": "correct", "new-type": EVENT.type, "new-mode": "underwater"}, 422),
        ({"decision": "correct", "new-type": EVENT.type, "new-factuality": "perhaps"}, 422),
        ({"decision": "correct", "new-type": EVENT.type}, 422),
    ],
)
def test_what_cannot_be_decided_changes_nothing(
    bench: TestClient, store: Path, change: dict[str, str], status: int
) -> None:
    answer = decide(bench, **change)
    assert answer.status_code == status
    assert answer.json()["reason"]
    with open_store(store) as opened:
        assert opened.reviews().num_rows == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Host": "evil.example"}, 421),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/json"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
    ],
)
def test_other_sites_cannot_decide(
    bench: TestClient, store: Path, headers: dict[str, str], status: int
) -> None:
    body = f"token={token(bench)}&reviewer=Eve&kind=event&document={DOC.id}&item={EVENT.id}&decision=reject"
    given = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    assert bench.post("/review", content=body, headers=given).status_code == status
    with open_store(store) as opened:
        assert opened.reviews().num_rows == 0


def test_a_form_too_large_is_refused(bench: TestClient) -> None:
    assert bench.post("/review", data={"token": "x" * 5_000_000}).status_code == 413


def test_the_judged_set_is_what_evaluate_reads(bench: TestClient, tmp_path: Path) -> None:
    first, second, third = DOC.events[:3]
    decide(bench)
    decide(bench, "reject", item=second.id)
    new_type = "AID" if third.type != "AID" else "AGREE"
    done = decide(
        bench,
        "correct",
        item=third.id,
        reason="it gave money",
        **{"new-type": new_type, "new-mode": "", "new-actor": "NOR, SWE.GOV", "new-recipient": "FIN"},
    )
    assert done.status_code == 200, done.text
    files = {}
    for which in ("gold", "predictions"):
        files[which] = tmp_path / f"{which}.jsonl"
        files[which].write_text(bench.get(f"/review/{which}.jsonl").text, encoding="utf-8")
    (gold,) = [json.loads(line) for line in files["gold"].read_text("utf-8").splitlines()]
    assert [e["id"] for e in gold["events"]] == [first.id, third.id]
    assert [m["code"] for m in gold["events"][1]["actor"]] == ["NOR", "SWE.GOV"]
    for member in gold["events"][1]["actor"]:
        start, end = member["span"]
        assert DOC.text[start:end] == member["text"]
    score = evaluate(files["gold"], files["predictions"]).scores[0]
    assert score.predicted > score.correct > 0
    decisions = bench.get("/review/decisions.jsonl").text.splitlines()
    assert [json.loads(line)["decision"] for line in decisions] == ["accept", "reject", "correct"]
    assert bench.get("/review/secret.jsonl").status_code == 404


WORDS = DOC.text[EVENT.sentence[0] : EVENT.sentence[1]][:60]
MISSED = {"new-words": WORDS, "new-type": "CONSULT", "new-actor": "NOR, SWE.GOV", "new-recipient": "KEN"}


def test_a_missed_event_is_added_counted_and_taken_back(
    bench: TestClient, store: Path, tmp_path: Path
) -> None:
    decide(bench)
    saved = decide(bench, "add", item="", reason="plainly there", **MISSED)
    assert saved.status_code == 200, saved.text
    assert saved.json()["back"] == f"/document?id={DOC.id}#missed"
    with open_store(store) as opened:
        row = opened.reviews().to_pylist()[-1]
        assert next(opened.documents(document=DOC.id)) == DOC
    added = json.loads(row["correction"])
    assert (row["decision"], json.loads(row["judged"]), row["item"]) == ("add", None, added["id"])
    start, end = added["trigger"]["span"]
    assert DOC.text[start:end] == added["trigger"]["text"] == WORDS
    assert added["sentence"][0] <= start < end <= added["sentence"][1]
    (missed,) = bench.get(f"/document?id={DOC.id}&_format=json").json()["missed"]
    assert (missed["type"], missed["actor"], missed["reviewer"]) == ("CONSULT", "NOR, SWE.GOV", "Anna")
    assert bench.get("/review?reviewer=Anna&_format=json").json()["judged"] == 1
    assert evaluate_files(bench, tmp_path).recall == pytest.approx(1 / 3, abs=0.01)  # two pairs were missed
    assert decide(bench, "reject", item=added["id"]).json()["decision"] == "reject"
    assert bench.get(f"/document?id={DOC.id}&_format=json").json()["missed"] == []
    assert evaluate_files(bench, tmp_path).recall == 1
    with open_store(store) as opened:
        assert opened.reviews().num_rows == 3


def evaluate_files(bench: TestClient, folder: Path) -> Any:
    """The score on all types of the judged set."""
    files = {}
    for which in ("gold", "predictions"):
        files[which] = folder / f"{which}.jsonl"
        files[which].write_text(bench.get(f"/review/{which}.jsonl").text, "utf-8")
    return evaluate(files["gold"], files["predictions"]).scores[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"new-words": ""}, "don't stand in the article"),
        ({"new-words": "words that nobody wrote"}, "don't stand in the article"),
        ({"new-words": "the"}, "times; give more"),
        ({"new-type": "HUG"}, "not an event type"),
        ({"new-mode": "underwater"}, "has no mode"),
        ({"new-actor": " , "}, "Somebody must have acted"),
        ({"new-factuality": "perhaps"}, "can't stand"),
        ({"kind": "stance"}, "of an event"),
    ],
)
def test_what_cannot_be_added_is_said(
    bench: TestClient, store: Path, change: dict[str, str], reason: str
) -> None:
    answer = decide(bench, "add", **MISSED | change)
    assert answer.status_code == 422
    assert reason in answer.json()["reason"]
    with open_store(store) as opened:
        assert opened.reviews().num_rows == 0


def test_a_merge_carries_decisions_once(bench: TestClient, store: Path, tmp_path: Path) -> None:
    decide(bench, reason="plain")
    decide(bench, "add", **MISSED)
    with open_store(tmp_path / "all.duckdb", write=True) as target, open_store(store) as source:
        merge_stores(target, source)
        merge_stores(target, source)
        assert target.reviews().equals(source.reviews()) and target.reviews().num_rows == 2
        assert target.count()["documents"] == 3


def rows(*decisions: str) -> list[tuple[str, str, str, str, str]]:
    """ "ar" on the n-th item: Anna accepts, Ben rejects; "-" is no decision."""
    names = {"a": "accept", "c": "correct", "r": "reject"}
    return [
        ("d", "event", f"e{n}", reviewer, names[letter])
        for n, pair in enumerate(decisions)
        for reviewer, letter in zip(("Anna", "Ben"), pair, strict=True)
        if letter != "-"
    ]


@pytest.mark.parametrize(
    ("found", "alpha", "shared"),
    [
        (rows("aa", "rr", "cc"), 1.0, 3),
        (rows("ar", "ra"), -0.5, 2),
        # by hand: 10 values, 6 a and 4 r; observed disagreement 2/10, expected 2·6·4/(10·9)
        (rows("aa", "aa", "ar", "rr", "a-", "-r", "rr"), 1 - 0.2 / (2 * 5 * 5 / 90), 5),
        (rows("aa", "aa"), None, 2),
        (rows("a-", "-r"), None, 0),
        ([], None, 0),
    ],
)
def test_agreement_is_krippendorffs(
    found: list[tuple[str, str, str, str, str]], alpha: float | None, shared: int
) -> None:
    result = score_agreement(found)
    assert result.shared == shared
    assert result.alpha == (None if alpha is None else pytest.approx(alpha, abs=1e-3))
    assert bool(result.why) is (alpha is None)


def test_only_a_reviewers_last_decision_counts() -> None:
    changed = [("d", "event", "e0", "Anna", "reject"), *rows("aa", "rr")]
    assert score_agreement(changed).alpha == 1.0


def test_reviewers_do_not_see_each_others_decisions(bench: TestClient) -> None:
    decide(bench, reason="a secret reason")
    page = bench.get("/review?reviewer=Ben&_format=json").json()
    assert page["judged"] == 0
    assert all((row["decision"], row["reason"]) == (None, None) for row in page["rows"])
    assert "a secret reason" not in bench.get("/review?reviewer=Ben").text


def test_going_on_passes_over_no_row(bench: TestClient) -> None:
    seen: list[tuple[str, str]] = []
    address = "/review?reviewer=Anna"
    while address:
        page = bench.get(address + "&_format=json").json()
        seen += [(row["document"], row["item"]) for row in page["rows"]]
        decide(bench, document=page["rows"][0]["document"], item=page["rows"][0]["item"])
        address = page["older"]
    assert sorted(seen) == sorted((d.id, e.id) for d in read_coded()[:3] for e in d.events)
