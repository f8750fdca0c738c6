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
    DISTANCES,
    MARKS,
    SENTENCES,
    UPS,
    Pairs,
    describe_pairs,
    describe_words,
    find_head,
    find_window,
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


def test_lines_read_together_give_the_bytes_of_each_alone(parse: Parser, model: AttributionModel) -> None:
    doc = parse(
        "\n".join([GAZA, "“No,” she said.", "Stop.", f"{GAZA} {GAZA} He denied it.", "Fog", GAZA * 9])
    )
    lines = cut_lines(doc)
    words = describe_words(doc, lines, model.pos, model.dep)

    def run(first: int, past: int) -> list[np.ndarray]:
        at = slice(first, past)
        feed = {"vectors": doc.vectors[at], "forms": doc.forms[at]}
        return model.cues.run(None, {**feed, "kinds": words.kinds[at], "beside": words.beside[at] - first})

    together = run(0, len(doc))
    for first, past in lines:
        for whole, alone in zip(together, run(first, past), strict=True):
            assert whole[first:past].tobytes() == alone.tobytes()


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
    ("rows", "low", "expected"),
    [
        ([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.3, 0.1, 0.6]], [0, 0, 0], [(1, 3, 0.8)]),
        ([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.3, 0.1, 0.6]], [0, 0, 2], [(1, 2, 0.8), (2, 3, 0.7)]),
        ([[0.1, 0.8, 0.1], [0.2, 0.7, 0.1]], [0, 0], [(0, 1, 0.9), (1, 2, 0.8)]),
        ([[0.9, 0.05, 0.05]], [0], []),
    ],
)
def test_cues_are_runs_of_likely_words_of_a_line(
    rows: list[list[float]], low: list[int], expected: list[tuple[int, int, float]]
) -> None:
    found = find_cues(np.array(rows), np.array(low), 0.5)
    assert [(a, b, pytest.approx(p)) for a, b, p in found] == expected


def see(parse: Parse, cues: list[tuple[int, int]], dep: dict[str, int]) -> Pairs:
    words = describe_words(parse, cut_lines(parse), number(["VERB"]), dep)
    return describe_pairs(parse, words, cues, len(dep))


def test_pairs_tell_the_way_from_the_cue(parse: Parser) -> None:
    doc = parse("The mayor of Lviv said trains “run again. Shops” opened. Snow fell.")
    said = find_token(doc, "said")
    dep = number(sorted(set(doc.dep)))
    pairs = see(doc, [(said, said + 1)], dep)
    way, branch = np.divmod(pairs.places[:, 0], len(dep) + 3)
    distance, apart = np.divmod(pairs.places[:, 1], SENTENCES)
    mayor, lviv, run, shops = (find_token(doc, w) for w in ("mayor", "Lviv", "run", "Shops"))
    # the quoted sentence is in, the next is not
    assert pairs.word.tolist() == list(range(doc.sentences[1][1]))
    assert (way[said], branch[said], distance[said]) == (0, 1, 0)
    assert (way[mayor], branch[mayor]) == (0, dep["nsubj"] + 2)
    assert (way[lviv], branch[lviv]) == (way[mayor], branch[mayor])
    assert (way[run], branch[run]) == (0, dep["ccomp"] + 2)
    assert (way[shops], branch[shops]) == (UPS - 1, 0)
    assert (apart[mayor], apart[shops]) == (2, 3)
    assert distance[said - 1] != distance[said + 1]
    assert find_head(doc, find_token(doc, "The"), said) == mayor


def test_each_cue_is_seen_alone(parse: Parser) -> None:
    doc = parse("He said it rained and she thinks it snowed.\n“No.” Ann denied that. Bo agreed.")
    dep = number(sorted(set(doc.dep)))
    cues = [(t, t + 1) for t in (find_token(doc, w) for w in ("said", "thinks", "denied", "agreed"))]
    together = see(doc, cues, dep)
    for number_, cue in enumerate(cues):
        alone = see(doc, [cue], dep)
        rows = np.flatnonzero(together.cue == number_)
        assert together.word[rows].tolist() == alone.word.tolist()
        assert (together.places[rows] == alone.places).all()
        assert (together.beside[rows] - rows[0] == alone.beside).all()


@given(text=st.text("“”\"'.,:;? aAbsaidthenKv\n", max_size=120), data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_features_stay_in_their_tables_and_windows_in_their_lines(
    parse: Parser, text: str, data: st.DataObject
) -> None:
    doc = parse(text)
    if not len(doc):
        return
    cue = data.draw(st.integers(0, len(doc) - 1))
    dep = number(["nsubj", "ccomp"])
    words = describe_words(doc, cut_lines(doc), number(["VERB"]), dep)
    for column, size in zip(words.kinds.T, (2 * (len(dep) + 1), np.prod(MARKS)), strict=True):
        assert column.min() >= 0 and column.max() < size
    assert (words.low[:, None] <= words.beside).all() and (words.beside < words.past[:, None]).all()
    low, past = find_window(doc, words, cue)
    assert words.low[cue] <= low <= cue < past <= words.past[cue]
    pairs = describe_pairs(doc, words, [(cue, cue + 1)], len(dep))
    assert pairs.word.tolist() == list(range(low, past))
    for column, size in zip(pairs.places.T, (UPS * (len(dep) + 3), DISTANCES * SENTENCES), strict=True):
        assert column.min() >= 0 and column.max() < size
    assert pairs.beside.min() >= 0 and pairs.beside.max() < len(pairs.word)


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
