"""Issues in other words, positions over a store, and the command."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from communique.analyse.positions import (
    compute_vectors,
    find_actors,
    group_issues,
    is_issue,
    may_be_same,
    read_phrase,
    score_issue,
)
from communique.analyse.vectors import load_vectors
from communique.commands import app
from communique.errors import CommuniqueError
from communique.records import CodedDocument, Member, Stance, StanceObject
from communique.store import open_store
from documents import make_document

# day, holder, side, object
STANCES = (
    ("2021-03-01", "RUS", "oppose", "further NATO enlargement"),
    ("2022-01-10", "RUS", "oppose", "the expansion of NATO"),
    ("2020-02-02", "FIN", "oppose", "NATO enlargement"),
    ("2022-05-15", "FIN", "support", "the enlargement of NATO"),
    ("2022-05-16", "FIN", "support", "it"),
    ("2021-06-01", "NOR", "oppose", "the new pipeline"),
    ("2021-06-02", "DEU", "support", "the gas pipeline"),
)


def make(n: int, day: str, holder: str, side: str, words: str) -> CodedDocument:
    base = make_document(f"d{n}", day)
    text = f"{holder} said so of {words}."
    at = text.index(words)
    stance = Stance(
        f"p{n}",
        (Member(holder, holder, holder, (0, 3)),),
        side,  # type: ignore[arg-type]
        StanceObject(words, (at, at + len(words)), ()),
        "plain",
        None,
        (0, len(text)),
        0.8,
        "test",
    )
    return replace(base, text=text, actors=(), events=(), statements=(), stances=(stance,), notes=())


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("positions") / "p.duckdb"
    with open_store(path, write=True) as store:
        store.add([make(n, *row) for n, row in enumerate(STANCES)], store.start_run("1.0"))
    return str(path)


def run(*words: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(app, ["positions", *words])
    return found.exit_code, found.stdout, found.stderr


def test_names_are_put_in_one_form() -> None:
    assert find_actors("sanctions against Tehran") == find_actors("the Iranian sanctions") == {"IRN"}
    assert read_phrase("the new penalties on Moscow").words == "penalties on Russia"
    assert not may_be_same(find_actors("aid for Kyiv"), find_actors("aid for Israel"))
    assert may_be_same(find_actors("aid"), find_actors("aid for Israel"))


@pytest.mark.parametrize("text", ["it", "The plan", "these measures", "them", "a"])
def test_words_that_point_are_no_issue(text: str) -> None:
    assert not is_issue(text)


def test_same_in_other_words_scores_higher() -> None:
    near, far, other = score_issue(
        "NATO enlargement", ["the expansion of NATO", "the new pipeline", "the enlargement of ASEAN"]
    )
    assert near > 0.6 > far > other == -1


@given(st.lists(st.text(max_size=30), max_size=8))
def test_every_object_is_in_one_group_at_most(texts: list[str]) -> None:
    kept, issues = group_issues(dict.fromkeys(texts, 1), 0.6)
    assert sorted(n for issue in issues for n in issue.objects) == list(range(len(kept)))
    assert len(compute_vectors(kept)) == len(kept)


def test_threshold_keeps_apart() -> None:
    counts = {"NATO enlargement": 3, "the expansion of NATO": 2, "the new pipeline": 1}
    assert [i.name for i in group_issues(counts, 0.5)[1]] == ["NATO enlargement", "the new pipeline"]
    assert len(group_issues(counts, 0.999)[1]) == 3


def test_unknown_vectors_are_named() -> None:
    with pytest.raises(CommuniqueError, match="wordllama"):
        load_vectors("glove")


def test_positions_of_an_issue_show_changes(db: str) -> None:
    with open_store(db) as store:
        rows = store.positions(issue="NATO expansion", threshold=0.55).to_pylist()
        frame = store.positions(issue="NATO expansion", threshold=0.55, as_="polars", actor="RUS")
    found = [(r["holder"], r["published"], r["polarity"], r["changed"]) for r in rows]
    assert found == [
        ("FIN", "2020-02-02", "oppose", False),
        ("FIN", "2022-05-15", "support", True),
        ("RUS", "2021-03-01", "oppose", False),
        ("RUS", "2022-01-10", "oppose", False),
    ]
    assert {(r["first"], r["last"]) for r in rows if r["holder"] == "FIN"} == {("2020-02-02", "2022-05-15")}
    assert all(r["threshold"] == 0.55 <= r["similarity"] and r["object"] in r["words"] for r in rows)
    assert frame.height == 2


def test_without_an_issue_the_issues_are_listed(db: str) -> None:
    with open_store(db) as store:
        rows = store.positions(threshold=0.55).to_pylist()
    first = rows[0]
    assert (first["holders"], first["support"], first["oppose"]) == (2, 1, 3)
    assert sum(r["stances"] for r in rows) == len(STANCES) - 1


def test_command_in_every_format(db: str, tmp_path: Path) -> None:
    code, out, _ = run(db, "--issue", "NATO enlargement", "--format", "table")
    assert (
        code == 0
        and "0.60" in out
        and "CHANGED" in out
        and "FIN (FIN): against then for, 2020-02-02 to" in out
    )
    code, out, _ = run(
        db, "--issue", "NATO enlargement", "--holder", "RUS", "--since", "2022-01-01", "--format", "json"
    )
    assert code == 0 and [r["published"] for r in json.loads(out)] == ["2022-01-10"]
    code, out, _ = run(db, "--issue", "NATO enlargement", "--until", "2020-12-31")
    assert code == 0 and [r["holder"] for r in csv.DictReader(io.StringIO(out))] == ["FIN"]
    code, out, _ = run(db, "-o", str(tmp_path / "issues.csv"))
    assert code == 0 and out == "" and (tmp_path / "issues.csv").read_text().startswith("issue,stances")
    code, out, _ = run(db, "--format", "table", "--threshold", "0.55")
    assert code == 0 and "2 holders: 1 for, 3 against" in out


def test_command_says_what_is_nearest(db: str, tmp_path: Path) -> None:
    code, out, err = run(db, "--issue", "the price of bread")
    assert (code, out) == (1, "") and "nearest" in err and "pipeline" in err
    empty = tmp_path / "empty.duckdb"
    open_store(empty, write=True).close()
    code, _, err = run(str(empty))
    assert code in (1, 2) and err
    assert run(db, "--format", "xml")[0] == 2
    assert run(db, "--since", "yesterday")[0] == 2
    assert run(db, "--vectors", "glove")[0] == 2
