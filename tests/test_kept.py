"""What is kept by word says what spaCy's own components say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thinc.api import LayerNorm, Maxout
from thinc.api import chain as chain_layers

from communique.annotate import embed, lemmas
from communique.annotate.maxout import MaxoutLayer, load_graph, read_layer
from communique.annotate.parse import Parse
from communique.annotate.pipeline import parse_texts

TEXTS = (
    "There is no deal. There’s a plan, and there were talks; let’s go, the envoy said, y'all are gonna wait.",
    "The ministers' left wing left. It ain't over. I got ta sign, c'm on! But the better offer was rejected.",
    "Norwegian officials were meeting in Oslo on 3 May. That is what the U.S. had asked for.\nNo verb here",
)


@pytest.mark.parametrize("text", TEXTS)
def test_parts_of_speech_and_lemmas_are_those_of_the_components(
    nlp: Any, parse: Callable[[str], Parse], text: str
) -> None:
    own = parse(text)
    docs = [nlp(line.replace("’", "'")) for line in text.split("\n")]
    tokens = [token for doc in docs for token in doc]
    assert own.lemma == [token.lemma_.lower() for token in tokens]
    assert own.pos == [token.pos_ for token in tokens]
    assert own.dep == [token.dep_ for token in tokens]
    assert own.ent == [token.ent_type_ for token in tokens]


def test_forgetting_changes_nothing(nlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = list(parse_texts(nlp, TEXTS))
    monkeypatch.setattr(embed, "MOST", 0)
    monkeypatch.setattr(lemmas, "MOST", 0)
    fresh = list(parse_texts(nlp, reversed(TEXTS)))[::-1]
    assert fresh == kept
    for one, other in zip(fresh, kept, strict=True):
        assert np.array_equal(one.vectors, other.vectors)


def test_words_are_known_again_from_before(nlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = list(parse_texts(nlp, TEXTS))
    monkeypatch.setattr(embed, "MOST", 0)  # whatever is read next, all that is known is from before
    worked: list[int] = []
    real = embed.WordCache._work_out
    monkeypatch.setattr(embed.WordCache, "_work_out", lambda *a: worked.append(len(a[2])) or real(*a))
    again = list(parse_texts(nlp, (TEXTS[0], TEXTS[0])))
    assert not worked
    for one in again:
        assert np.array_equal(one.vectors, kept[0].vectors)


def test_every_token_has_its_vectors(parse: Callable[[str], Parse]) -> None:
    own = parse("Oslo signed.\n\nRome did not.")
    assert own.vectors.shape == (len(own), 192)
    assert own.forms.shape == (len(own),)
    assert parse("").vectors is None


@settings(max_examples=30, deadline=None)
@given(first=st.integers(0, 60), size=st.integers(1, 40))
def test_a_row_is_the_same_beside_any_others(first: int, size: int) -> None:
    rows = np.random.default_rng(5).normal(size=(100, 288)).astype(np.float32)
    weights = np.random.default_rng(6).normal(size=(288, 288)).astype(np.float32)
    plain = np.ones(96, dtype=np.float32)
    layer = MaxoutLayer(load_graph(), weights, np.zeros(288, dtype=np.float32), plain, 0 * plain)
    part = slice(first, first + size)
    assert np.array_equal(layer.run(rows[part]), layer.run(rows)[part])


def test_a_layer_is_that_of_the_network() -> None:
    chain = chain_layers(Maxout(nO=8, nI=12, nP=3), LayerNorm(nI=8))
    chain.initialize()
    rng = np.random.default_rng(7)
    chain.layers[0].set_param("b", rng.normal(size=(8, 3)).astype(np.float32))
    chain.layers[1].set_param("G", rng.normal(size=8).astype(np.float32))
    chain.layers[1].set_param("b", rng.normal(size=8).astype(np.float32))
    rows = rng.normal(size=(7, 12)).astype(np.float32)
    assert read_layer(chain).run(rows) == pytest.approx(chain.predict(rows), abs=1e-5)
    with pytest.raises(ValueError, match="another kind"):
        read_layer(chain_layers(Maxout(nO=8, nI=12, nP=2), LayerNorm(nI=8)).initialize())
