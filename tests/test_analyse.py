"""Agreement with a gold standard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.analyse.evaluate import evaluate, score_counts
from communique.errors import InputError


def write(path: Path, *records: Any) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def compare(tmp_path: Path, gold: list[Any], predicted: list[Any]) -> Any:
    return evaluate(write(tmp_path / "gold.jsonl", *gold), write(tmp_path / "found.jsonl", *predicted))


def relations(labels: str) -> list[dict[str, Any]]:
    return [{"id": n, "label": None if label == "-" else label} for n, label in enumerate(labels)]


@pytest.mark.parametrize(
    ("gold", "predicted", "all", "macro"),
    [
        ("AABB", "AABB", (1.0, 1.0, 1.0), 1.0),
        ("AABB", "AAAA", (0.5, 0.5, 0.5), (2 * 2 / 6 + 0) / 2),
        ("AAB-", "A--B", (0.5, 1 / 3, 0.4), (2 / 3) / 2),
        ("AA", "--", (0.0, 0.0, 0.0), 0.0),
        ("--", "AA", (0.0, 0.0, 0.0), 0.0),
        ("AB", "AC", (0.5, 0.5, 0.5), 0.5),
    ],
)
def test_relations(tmp_path: Path, gold: str, predicted: str, all: tuple[float, ...], macro: float) -> None:
    result = compare(tmp_path, relations(gold), relations(predicted))
    first, second = result.scores[:2]
    assert (first.precision, first.recall, first.f1) == pytest.approx(all)
    assert second.f1 == pytest.approx(macro)
    assert first.low <= first.f1 <= first.high


def made(
    type: str, actor: str, recipient: str = "", factuality: str = "asserted", **more: Any
) -> dict[str, Any]:
    return {
        "type": type,
        "actor": [{"code": code or None} for code in actor.split()],
        "recipient": [{"code": code} for code in recipient.split()],
        "factuality": factuality,
        "sentence": [0, 50],
        **more,
    }


GOLD = made("ACCUSE", "RUS.GOV", "USA")


@pytest.mark.parametrize(
    ("gold", "predicted", "counts"),
    [
        ([GOLD], [GOLD], (1, 1, 1)),
        ([GOLD], [made("ACCUSE", "RUS", "USA.GOV")], (1, 1, 1)),  # the country counts
        ([GOLD], [GOLD, GOLD], (1, 1, 1)),
        ([GOLD], [], (1, 0, 0)),
        ([], [GOLD], (0, 1, 0)),
        ([GOLD], [made("REJECT", "RUS", "USA")], (1, 1, 0)),
        ([GOLD], [made("ACCUSE", "USA", "RUS")], (1, 1, 0)),
        ([GOLD], [made("ACCUSE", "RUS", "USA", "denied")], (1, 1, 0)),
        ([GOLD], [made("ACCUSE", "RUS")], (1, 1, 0)),
        ([GOLD], [made("ACCUSE", "RUS", "USA", sentence=[49, 80])], (1, 1, 1)),
        ([GOLD], [made("ACCUSE", "RUS", "USA", sentence=[50, 80])], (1, 1, 0)),
        ([made("ACCUSE", "RUS CHN", "USA")], [GOLD], (2, 1, 1)),
        ([made("CONSULT", "RUS CHN", reciprocal=True)], [made("CONSULT", "CHN", "RUS", reciprocal=True)], (2, 2, 2)),
        ([made("CONSULT", "RUS CHN", reciprocal=True)], [made("CONSULT", "CHN", "RUS")], (2, 1, 1)),
        ([made("CONSULT", "RUS CHN", reciprocal=True)], [made("CONSULT", "RUS", "CHN")], (2, 1, 1)),
    ],
)  # fmt: skip
def test_events(tmp_path: Path, gold: Any, predicted: Any, counts: tuple[int, int, int]) -> None:
    result = compare(tmp_path, [{"id": "d", "events": gold}], [{"id": "d", "events": predicted}])
    score = result.scores[0]
    assert (score.gold, score.predicted, score.correct) == counts


def test_missing_documents_count_and_extra_ones_do_not(tmp_path: Path) -> None:
    gold = [{"id": "a", "events": [GOLD]}, {"id": "b", "events": [GOLD]}]
    result = compare(tmp_path, gold, [gold[0], {"id": "c", "events": [GOLD]}])
    assert (result.missing, result.extra) == (("b",), ("c",))
    assert (result.scores[0].gold, result.scores[0].predicted, result.scores[0].correct) == (2, 1, 1)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("ABC"), st.tuples(*[st.integers(0, 3)] * 2), max_size=3),
        min_size=1,
        max_size=30,
    )
)
def test_measures_stay_in_bounds_and_are_the_same_again(items: list[dict[str, tuple[int, int]]]) -> None:
    counts = [{label: (g, p, min(g, p)) for label, (g, p) in item.items()} for item in items]
    scores = score_counts(counts)
    assert scores == score_counts(counts)
    for score in scores:
        for value in (score.precision, score.recall, score.f1, score.low, score.high):
            assert 0 <= value <= 1


def test_more_documents_make_a_narrower_interval() -> None:
    few = score_counts([{"A": (1, 1, n % 2)} for n in range(10)])[0]
    many = score_counts([{"A": (1, 1, n % 2)} for n in range(1000)])[0]
    assert few.f1 == many.f1 == 0.5
    assert 0 < many.high - many.low < few.high - few.low < 1


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        ('{"id": 1, "label": "A"}\n{"id": 1, "label": "B"}\n', ":2", "twice"),
        ('{"id": 1}\n', ":1", "neither label nor events"),
        ("not json\n", ":1", "malformed"),
        ('{"id": 1, "label": 7}\n', ":1", "label"),
        ("\n", "", "no records"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, text: str, where: str, why: str) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(text)
    with pytest.raises(InputError, match=why) as error:
        evaluate(gold, gold)
    assert error.value.name == f"{gold}{where}"
    with pytest.raises(InputError, match="No such file"):
        evaluate(tmp_path / "nowhere", gold)


def test_the_two_kinds_are_not_mixed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="kind"):
        compare(tmp_path, [{"id": 1, "label": "A"}], [{"id": 1, "events": []}])
