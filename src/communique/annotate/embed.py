"""Word embeddings of spaCy's networks, worked out once a word.

The lower half of each of spaCy's networks (hash embeddings of a word's form, its static vector, and the layer that
mixes them) sees a word alone, without its neighbours. News repeats its words, so the mixed vector is kept by word, and
only the convolutions above it are run for every token. That is about half of the work of a network.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from spacy.attrs import NORM, ORTH, SPACY
from thinc.api import Model

from communique.annotate.convolve import refuse
from communique.annotate.maxout import Array, read_layer

# New words since those seen longest ago were last forgotten; twice as many are kept. 400 bytes a word and network.
MOST = 10_000
# A word is known by its form, its normal form (which some contractions have of their own) and the space behind it: by
# the sum of their numbers, times odd ones. spaCy's numbers are hashes, as good as random, and so is the sum.
_KEYS = (ORTH, NORM, SPACY)
_FACTORS = np.array((1, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F), dtype=np.uint64)


class WordCache:
    """The embedding layers of a network, with the vectors of the words seen so far."""

    def __init__(self, embed: Any) -> None:
        joined, mix, _ = embed.layers
        features, static = joined.layers
        self.columns: Sequence[int] = features.layers[0].attrs["columns"]
        self.hashes, self.static = features.layers[2].layers[0], static
        self.mix = read_layer(mix.layers[0].layers[0])
        self.width = self.mix.width
        self.rows: dict[int, int] = {}
        self.table: Array | None = None
        self.kept = np.zeros((1024, self.width), dtype=np.float32)
        # the words of the time before, until they are seen again
        self.old_rows, self.old = self.rows, self.kept

    def embed(self, docs: Sequence[Any]) -> list[Array]:
        """A matrix (tokens, width) for each document."""
        if not docs:
            return []
        if len(self.rows) > MOST:
            self.old_rows, self.old = self.rows, self.kept
            self.rows, self.kept = {}, np.zeros_like(self.old)
        ends = np.cumsum([len(doc) for doc in docs]).tolist()
        keys = (np.concatenate([doc.to_array(_KEYS) for doc in docs]) * _FACTORS).sum(axis=1).tolist()
        new: dict[int, int] = {}
        for at, key in enumerate(keys):
            if key not in self.rows:
                new.setdefault(key, at)
        if new:
            self._add(docs, ends, new)
        found = self.kept[[self.rows[key] for key in keys]]
        return [found[a:b] for a, b in pairwise([0, *ends])]

    def _add(self, docs: Sequence[Any], ends: Sequence[int], new: dict[int, int]) -> None:
        """The vectors of new words, each seen at one of all tokens: of those known before, or worked out."""
        start, past = len(self.rows), len(self.rows) + len(new)
        if past > len(self.kept):
            more = np.zeros((past + past // 2, self.width), dtype=np.float32)
            more[: len(self.kept)] = self.kept
            self.kept = more
        again = [key for key in new if key in self.old_rows]
        if again:
            self.kept[start : start + len(again)] = self.old[[self.old_rows[key] for key in again]]
            new = {key: at for key, at in new.items() if key not in self.old_rows}
        if new:
            self.kept[start + len(again) : past] = self._work_out(docs, ends, list(new.values()))
        self.rows.update(zip((*again, *new), range(start, past), strict=True))

    def _work_out(self, docs: Sequence[Any], ends: Sequence[int], places: Sequence[int]) -> Array:
        """The vectors (words, width) of the words at some of all tokens."""
        within = [(number := bisect_right(ends, at), at - ends[number]) for at in places]
        seen = {n: docs[n].to_array([ORTH, *self.columns]) for n in {number for number, _ in within}}
        told = np.array([seen[number][back] for number, back in within], dtype=np.uint64)
        vectors = docs[0].vocab.vectors
        if self.table is None:  # row 0 is for words without a vector
            table = vectors.data @ self.static.get_param("W").T
            self.table = np.concatenate([np.zeros((1, self.width), dtype=np.float32), table])
        rows = np.array(vectors.find(keys=told[:, 0].tolist()))
        values = np.concatenate([self.hashes.predict(told[:, 1:]), self.table[rows + 1]], axis=1)
        return self.mix.run(values)


def keep_words(network: Any) -> bool:
    """Puts a `WordCache` in the place of the embedding layers of a spaCy Tok2Vec `network`; whether it could: the
    network must be built as `MultiHashEmbed` with static vectors builds it. Its output stays what it was, to a float's
    last digits; it can't be trained any more."""
    try:
        embed = network.layers[0]
        cache = WordCache(embed)
        known = all(layer.name.endswith("hashembed") for layer in cache.hashes.layers)
    except (AttributeError, IndexError, KeyError, ValueError):
        return False
    if not known or len(cache.hashes.layers) != len(cache.columns):
        return False

    def forward(model: Any, docs: Any, is_train: bool) -> tuple[list[Array], Callable[[Any], Any]]:
        return cache.embed(docs), refuse

    network.layers[0] = Model("kept_words", forward, dims={"nO": cache.width})
    return True
