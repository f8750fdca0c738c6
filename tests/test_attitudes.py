"""The stance model: what it says of plain sentences, that it never fails, that company changes nothing, and which pairs
the coder shows it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique import Coder
from communique.ahead import Ahead
from communique.annotate.mentions import Mention
from communique.annotate.parse import Parse
from communique.errors import KnowledgeError
from communique.extract.attitude_gate import FOLDER as GATE
from communique.extract.attitude_gate import describe_question, find_way, load_attitude_gate
from communique.extract.attitudes import (
    FOLDER,
    PAIR,
    TARGET,
    AttitudeModel,
    encode_row,
    load_attitude_model,
)
from communique.knowledge.load import DATA
from communique.resolve.attitudes import MADE_BY

BETWEEN = [
    ("positive", "Chancellor Weber praised President Okoro for his courage.", "Weber", "Okoro"),
    ("negative", "Senator Lindqvist blasted Governor Amadi as a liar.", "Lindqvist", "Amadi"),
    ("none", "Senator Lindqvist blasted Governor Amadi as a liar.", "Amadi", "Lindqvist"),
    ("negative", "Governor Amadi was condemned by Senator Lindqvist.", "Lindqvist", "Amadi"),
    ("none", "The minister flew from Norway to Chile on Monday.", "Norway", "Chile"),
]
TONE = [
    ("positive", "Mayor Duarte did a wonderful job and is loved in her town.", "Duarte"),
    ("negative", "The corrupt and incompetent Mayor Duarte has disgraced her town.", "Duarte"),
]
ODD = [
    ("", "", ""), ("Iran", "", ""), ("", "Iran", "Iraq"), ("Iran met Iraq.", "Iran", "Narnia"),
    ("Iran met Iraq.", "", "Narnia"), ("Iran met Iraq.", "Iran", "Iran"), ("[unused3] [CLS] [SEP]", "[unused3]", "[SEP]"),
    ("\ud800 Iran \udfff attacked Iraq", "Iran \udfff", "Iraq"), ("😀🇮🇷 hates 🇮🇶", "🇮🇷", "🇮🇶"), ("\x00\n\t", "\x00", "\n"),
    ("word " * 9000 + "Iran praised Iraq", "Iran", "Iraq"),
]  # fmt: skip


@pytest.fixture(scope="module")
def model() -> AttitudeModel:
    return load_attitude_model()


@pytest.mark.parametrize(("label", "sentence", "holder", "target"), BETWEEN)
def test_between_two(model: AttitudeModel, label: str, sentence: str, holder: str, target: str) -> None:
    (found,) = model.attitudes([(sentence, holder, target)])
    assert found.label == label
    assert 0.2 < found.confidence <= 1


@pytest.mark.parametrize(("label", "sentence", "target"), TONE)
def test_of_the_text(model: AttitudeModel, label: str, sentence: str, target: str) -> None:
    assert model.attitudes([(sentence, "", target)])[0].label == label


@settings(max_examples=30, deadline=None)
@given(row=st.tuples(st.text(max_size=200), st.text(max_size=20), st.text(max_size=20)))
def test_any_text(model: AttitudeModel, row: tuple[str, str, str]) -> None:
    assert 0 <= model.attitudes([row])[0].confidence <= 1


def test_odd_strings_and_company(model: AttitudeModel) -> None:
    rows = [row[1:] for row in BETWEEN] + ODD
    together = model.attitudes(rows)
    assert together == [model.attitudes([row])[0] for row in rows]
    assert together == model.attitudes(rows[::-1])[::-1]
    assert model.attitudes([]) == []


def test_probabilities(model: AttitudeModel) -> None:
    text = "Norway thanked Chile."
    for spans, labels in ((((0, 6), (15, 20)), PAIR), (((15, 20),), TARGET)):
        shares = model.judge(text, spans)
        assert tuple(shares) == labels
        assert sum(shares.values()) == pytest.approx(1, abs=0.001)


def test_places_tell_the_question(model: AttitudeModel) -> None:
    _, pair = encode_row(model.tokenizer, "Norway thanked Chile.", ((0, 6), (15, 20)))
    _, one = encode_row(model.tokenizer, "Norway thanked Chile.", ((15, 20),))
    assert pair[0] != pair[1]
    assert one[0] == one[1]


def test_more_threads_read_the_same(model: AttitudeModel) -> None:
    rows = [("Oslo thanked Lima for its help.", (0, 4), (13, 17)), ("Oslo accused Lima.", (0, 4), (13, 17))]
    assert list(load_attitude_model(ahead=Ahead(2)).judge_ahead(rows)) == list(model.judge_ahead(rows))


def test_settings_belong_to_the_weights() -> None:
    told = json.loads((FOLDER / "settings.json").read_text(encoding="utf-8"))
    assert hashlib.sha256((FOLDER / "model.onnx").read_bytes()).hexdigest() == told["sha256"]
    assert set(told["labels"]) == {*PAIR, *TARGET}


def test_all_weights_of_the_project_are_small() -> None:
    files = Path(str(DATA / "models")).rglob("*")
    assert sum(f.stat().st_size for f in files if f.is_file()) < 60_000_000


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"settings\.json"):
        load_attitude_model(tmp_path)


LEADERS = (
    "Paris, 4 May. German Chancellor Olaf Scholz called Russian President Vladimir Putin a liar and a murderer. "
    "Emmanuel Macron thanked Volodymyr Zelensky for his courage. "
    "According to Sergei Lavrov, Joe Biden thanked Emmanuel Macron for his help."
)


def test_stances_of_the_model_are_traced(coder: Coder) -> None:
    text = LEADERS
    document = coder.code(text, published="2023-05-04")
    found = [s for s in document.stances if s.made_by == MADE_BY]
    assert [(s.holder[0].code, s.polarity, s.object.actors) for s in found] == [
        ("DEU.GOV", "oppose", ("RUS.GOV.vladimir-putin",)),
        ("FRA.GOV", "support", ("UKR.GOV.volodymyr-zelenskyy",)),
        ("USA.GOV", "support", ("FRA.GOV.emmanuel-macron",)),
    ]
    for stance in found:
        assert text[slice(*stance.object.span)] == stance.object.text
        assert text[slice(*stance.holder[0].span)] == stance.holder[0].text
        assert stance.sentence[0] <= stance.object.span[0] < stance.sentence[1]


def test_answers_are_asked_for_through_the_coder(coder: Coder) -> None:
    label, sentence, holder, target = BETWEEN[1]
    assert coder.attitudes([(sentence, holder, target)])[0].label == label


def _at(parse: Parse, word: str) -> Mention:
    token = parse.word.index(word)
    return Mention(token, token + 1, token, "name")


def test_the_way_goes_through_what_governs_both(parse: Callable[[str], Parse]) -> None:
    read = parse("Norway said that Chile had thanked Peru.")
    up, down = find_way(read, read.word.index("Chile"), read.word.index("Peru"))
    assert [read.word[t] for t in up] == ["Chile", "thanked"]
    assert [read.word[t] for t in down] == ["Peru", "thanked"]
    assert find_way(read, 0, 0) == ([0], [0])
    apart = parse("Norway won. Peru lost.")
    assert find_way(apart, 0, apart.word.index("Peru")) == ([0, 1], [3, 4])


def test_a_question_is_described_by_what_stands_near(parse: Callable[[str], Parse]) -> None:
    read = parse("Norway did not thank Peru in the long letter that Chile wrote.")
    words, numbers = describe_question(read, _at(read, "Norway"), _at(read, "Peru"))
    assert {"on=thank", "by=not", "holder:nsubj", "nsubj/ROOT|dobj/ROOT"} <= set(words)
    assert "write" not in words
    assert words == sorted(set(words))
    assert numbers.shape == (len(load_attitude_gate().settings.numbers),)


def test_the_gate_lets_what_is_loaded_pass(parse: Callable[[str], Parse]) -> None:
    gate = load_attitude_gate()
    for sentence, passes in (
        ("Norway called Peru a liar.", True),
        ("Norway praised Peru for its courage.", True),
        ("Norway has said it will travel to Peru next week.", False),
    ):
        read = parse(sentence)
        pair = _at(read, "Norway"), _at(read, "Peru")
        assert gate.passes(read, *pair) is passes, sentence
        assert gate.score(read, *pair) == gate.score(read, *pair)
        assert gate.passes(replace(read, vectors=None), *pair)


def test_the_gate_belongs_to_the_weights_and_the_pipeline(coder: Coder) -> None:
    gate = load_attitude_gate()
    assert gate.settings.sha256 == hashlib.sha256((FOLDER / "model.onnx").read_bytes()).hexdigest()
    assert gate.fits(coder.pipeline)
    assert coder.attitude_gate is not None
    assert not gate.fits(SimpleNamespace(meta={"name": "another", "version": "1"}))
    with pytest.raises(KnowledgeError, match=r"settings\.json"):
        load_attitude_gate(Path(str(GATE)) / "none")


@pytest.mark.parametrize(("gate", "stances"), [(None, 3), (SimpleNamespace(passes=lambda *_: False), 0)])
def test_the_model_is_not_asked_what_the_gate_refuses(
    coder: Coder, monkeypatch: pytest.MonkeyPatch, gate: object, stances: int
) -> None:
    monkeypatch.setitem(vars(coder), "attitude_gate", gate)
    document = coder.code(LEADERS, published="2023-05-04")
    assert sum(s.made_by == MADE_BY for s in document.stances) == stances
