"""The attribution tagger: lines, what syntax tells, and what comes out of the shipped weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.annotate.parse import Parse
from communique.errors import KnowledgeError
from communique.extract.attribution import (
    FOLDER,
    MAX_WORDS,
    PARTS,
    Attributed,
    AttributionModel,
    cut_lines,
    find_cues,
    load_attribution_model,
    open_attribution_model,
)
from communique.extract.cue_features import (
    DISTANCE_SIZE,
    SENTENCE_SIZE,
    UP_SIZE,
    WORD_SIZES,
    describe_pairs,
    describe_words,
    find_head,
    number,
)
from communique.extract.drafts import Board, Draft
from communique.extract.learned import MADE_BY, join_attributions
from communique.extract.predicates import find_predicates
from communique.extract.statements import StatementFound, find_statements
from communique.knowledge.cues import load_cues
from communique.knowledge.language import load_grammar

Parser = Callable[[str], Parse]
GAZA = "Two diplomats familiar with the file hinted that the port would reopen within weeks."


@pytest.fixture(scope="module")
def model() -> AttributionModel:
    loaded = load_attribution_model()
    assert loaded is not None
    return loaded


def words(parse: Parse, tokens: tuple[int, ...]) -> str:
    return " ".join(parse.word[t] for t in tokens)


def find_token(parse: Parse, word: str) -> int:
    return parse.word.index(word)


@pytest.mark.parametrize(
    ("sentence", "source", "cue", "content"),
    [
        ("The minister said on Monday that the talks had failed.", "minister", "said", "talks"),
        ("Kenya will send more police, the spokesman added.", "spokesman", "added", "police"),
        (GAZA, "diplomats", "hinted", "reopen"),
        ("Analysts expect the central bank to raise rates.", "Analysts", "expect", "raise"),
        ("“We will not sign this,” Petrov told reporters in Sofia.", "Petrov", "told", "sign"),
        ("The report warns of famine in the south.", "report", "warns", "famine"),
    ],
)
def test_finds_source_cue_and_content(
    parse: Parser, model: AttributionModel, sentence: str, source: str, cue: str, content: str
) -> None:
    doc = parse(sentence)
    found = [a for a in model.find_attributions(doc) if cue in words(doc, tuple(range(*a.cue)))]
    assert len(found) == 1
    assert source in words(doc, found[0].source)
    assert content in words(doc, found[0].content)
    assert source not in words(doc, found[0].content)


@pytest.mark.parametrize(
    "sentence", ["The bridge is 400 metres long.", "Snow fell in the north.", "", "   \n"]
)
def test_finds_nothing_where_nobody_speaks(parse: Parser, model: AttributionModel, sentence: str) -> None:
    assert model.find_attributions(parse(sentence)) == []


def test_a_line_reads_the_same_whatever_stands_beside_it(parse: Parser, model: AttributionModel) -> None:
    alone, together = parse(GAZA), parse(f"Rain is forecast.\n{GAZA}\nNobody said why.")
    shift = find_token(together, "Two")
    moved = [
        Attributed(
            (a.cue[0] + shift, a.cue[1] + shift),
            tuple(t + shift for t in a.source),
            tuple(t + shift for t in a.content),
            a.confidence,
        )
        for a in model.find_attributions(alone)
    ]
    assert moved
    assert [a for a in model.find_attributions(together) if a in moved] == moved


@given(text=st.text(st.characters(codec="utf-8"), max_size=200))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reads_any_text(parse: Parser, model: AttributionModel, text: str) -> None:
    doc = parse(text)
    for a in model.find_attributions(doc):
        assert 0 <= a.cue[0] < a.cue[1] <= len(doc)
        assert not set(a.content) & set(range(*a.cue))
        assert not set(a.source) & set(a.content)
        assert list(a.content) == sorted(a.content)


def test_lines_cover_every_token_once(parse: Parser) -> None:
    doc = parse(
        "One line. It has two sentences.\n" + "and then " * 150 + "\nLast. " + "Short one here. " * 80
    )
    blocks = cut_lines(doc)
    assert [t for a, b in blocks for t in range(a, b)] == list(range(len(doc)))
    assert max(b - a for a, b in blocks) <= MAX_WORDS


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.3, 0.1, 0.6]], [(1, 3, 0.8)]),
        ([[0.1, 0.8, 0.1], [0.2, 0.7, 0.1]], [(0, 1, 0.9), (1, 2, 0.8)]),
        ([[0.9, 0.05, 0.05]], []),
    ],
)
def test_cues_are_runs_of_likely_words(
    rows: list[list[float]], expected: list[tuple[int, int, float]]
) -> None:
    found = find_cues(np.array(rows), 0.5)
    assert [(a, b, pytest.approx(p)) for a, b, p in found] == expected


def test_pairs_tell_the_way_from_the_cue(parse: Parser) -> None:
    doc = parse("The mayor of Lviv said trains run again. Shops opened.")
    said = find_token(doc, "said")
    dep = number(sorted(set(doc.dep)))
    rows = describe_pairs(doc, 0, len(doc), (said, said + 1), dep)
    mayor, run, shops = (rows[find_token(doc, w)] for w in ("mayor", "run", "Shops"))
    assert rows[said][:3] == [0, 1, 0]
    assert mayor[:2] == [0, dep["nsubj"] + 2]
    assert rows[find_token(doc, "Lviv")][:2] == mayor[:2]
    assert run[:2] == [0, dep["ccomp"] + 2]
    assert shops[:2] == [UP_SIZE - 1, 0]
    assert (mayor[3], shops[3]) == (2, 3)
    assert find_head(doc, find_token(doc, "The"), said) == find_token(doc, "mayor")


@given(text=st.text("“”\"'.,:;? aAbsaidthenKv\n", max_size=120), data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_features_stay_in_their_tables(parse: Parser, text: str, data: st.DataObject) -> None:
    doc = parse(text)
    if not len(doc):
        return
    cue = data.draw(st.integers(0, len(doc) - 1))
    dep = number(["nsubj", "ccomp"])
    for row in describe_pairs(doc, 0, len(doc), (cue, cue + 1), dep):
        for value, size in zip(row, (UP_SIZE, len(dep) + 3, DISTANCE_SIZE, SENTENCE_SIZE), strict=True):
            assert 0 <= value < size
    for row in describe_words(doc, 0, len(doc), number(["VERB"]), dep):
        for value, size in zip(row, (2, len(dep) + 1, *WORD_SIZES), strict=True):
            assert 0 <= value < size


def attribute(parse: Parse, cue: str, source: str, content: str, confidence: float) -> Attributed:
    """An attribution by its words: each piece is a run of words of the text."""

    def run(piece: str) -> tuple[int, ...]:
        at = parse.text.index(piece)
        return tuple(t for t in range(len(parse)) if at <= parse.start[t] < at + len(piece))

    at = run(cue)
    return Attributed((at[0], at[-1] + 1), run(source) if source else (), run(content), confidence)


def join(parse: Parse, *found: Attributed) -> list[StatementFound]:
    return find_statements(parse, find_predicates(parse, load_grammar()), load_cues(), found)


def test_the_model_adds_what_no_rule_has(parse: Parser) -> None:
    doc = parse("The two coaches let slip that the pitch was frozen.")
    added = attribute(doc, "let slip", "The two coaches", "that the pitch was frozen", 0.9)
    (statement,) = [s for s in join(doc, added) if s.made_by == MADE_BY]
    assert [doc.word[t] for t in statement.source] == ["coaches"]
    ((a, b),) = statement.content
    assert doc.text[a:b] == "the pitch was frozen"
    assert statement.confidence == 0.9
    weak = attribute(doc, "let slip", "The two coaches", "that the pitch was frozen", 0.3)
    assert not [s for s in join(doc, weak) if s.made_by == MADE_BY]


def test_rules_keep_what_they_found(parse: Parser) -> None:
    doc = parse("The envoy told lawmakers that the camp would close.")
    rules = join(doc)
    same = attribute(doc, "told", "The envoy", "the camp would close", 0.95)
    assert join(doc, same) == find_statements(doc, find_predicates(doc, load_grammar()), load_cues())
    assert [doc.word[t] for s in join(doc, same) for t in s.addressee] == ["lawmakers"]
    assert rules  # the hearer keeps it even where the model finds nothing


def test_a_source_is_given_where_a_rule_has_none(parse: Parser) -> None:
    doc = parse("Trade grew, Mr. Osei believes.")
    cue = find_token(doc, "believes")
    board = Board()
    board.keep(Draft((), (cue, cue + 1), {0, 1}, 0.5, "cue:believes"), cue)
    join_attributions(doc, [attribute(doc, "believes", "Mr. Osei", "Trade grew", 0.9)], board)
    assert [doc.word[t] for t in board.drafts[0].source] == ["Osei"]


def test_doubted_cue_words_go_and_quotations_stay(parse: Parser) -> None:
    doc = parse("Trade grew. “Trade grew,” he said.")
    said = find_token(doc, "said")
    board = Board()
    board.keep(Draft((0,), (1, 2), {0}, 0.5, "cue:grew"), 1)
    board.keep(Draft((said - 1,), (said, said + 1), {4, 5}, 0.9, "cue:said"), said, quoted=True)
    join_attributions(doc, [], board)
    assert [d.made_by for d in board.drafts] == ["cue:said"]


@pytest.mark.parametrize(("name", "kept"), [("Lagos", True), ("buyers", False)])
def test_inside_other_words_a_name_keeps_a_doubted_cue(parse: Parser, name: str, kept: bool) -> None:
    doc = parse(f"Mr. Osei said {name} expect a deal.")
    said, expect = find_token(doc, "said"), find_token(doc, "expect")
    board = Board()
    board.keep(Draft((1,), (said, said + 1), set(range(said + 1, len(doc) - 1)), 0.9, "cue:said"), said)
    board.keep(Draft((said + 1,), (expect, expect + 1), {expect + 1, expect + 2}, 0.9, "cue:expect"), expect)
    outer = attribute(doc, "said", "Mr. Osei", f"{name} expect a deal", 0.9)
    join_attributions(doc, [outer], board)
    assert ("cue:expect" in [d.made_by for d in board.drafts]) is kept


def test_weights_fit_their_settings(model: AttributionModel) -> None:
    import hashlib

    for part in PARTS:
        digest = hashlib.sha256((FOLDER / f"{part}.onnx").read_bytes()).hexdigest()
        assert digest == model.settings.sha256[part]
    assert sum((FOLDER / f"{part}.onnx").stat().st_size for part in PARTS) < 5_000_000  # type: ignore[attr-defined]


def test_another_pipeline_has_no_vectors_it_can_read(parse: Parser, model: AttributionModel) -> None:
    import spacy

    assert not model.fits(spacy.blank("en"))
    assert model.find_attributions(replace(parse(GAZA), vectors=None, forms=None)) == []


@pytest.mark.parametrize("broken", ["settings.json", "cues.onnx"])
def test_a_missing_or_wrong_file_is_named(tmp_path: Path, broken: str) -> None:
    for name in ("settings.json", *(f"{part}.onnx" for part in PARTS)):
        if name != broken or broken == "settings.json":
            (tmp_path / name).write_text(json.dumps({"cue": 1}), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=broken):
        open_attribution_model(tmp_path)
