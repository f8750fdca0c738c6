"""Word embeddings of spaCy's networks, worked out once a word.

The lower half of each of spaCy's networks (hash embeddings of a word's form, its static vector, and the layer that
mixes them) sees a word alone, without its neighbours. News repeats its words, so the mixed vector is kept by word, and
only the convolutions above it are run for every token. That is about half of the work of a network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from spacy.attrs import NORM, ORTH, SPACY
from thinc.api import Model

from communique.annotate.convolve import refuse

Array = np.ndarray[Any, Any]
# New words since those seen longest ago were last forgotten; twice as many are kept. 400 bytes a word and network.
MOST = 10_000
# A word is known by its form, its normal form (which some contractions have of their own) and the space behind it.
_KEYS = (ORTH, NORM, SPACY)


class WordCache:
    """The embedding layers of a network, with the vectors of the words seen so far."""

    def __init__(self, embed: Any) -> None:
        joined, mix, _ = embed.layers
        features, static = joined.layers
        self.columns: Sequence[int] = features.layers[0].attrs["columns"]
        self.hashes, self.static, self.mix = features.layers[2].layers[0], static, mix.layers[0]
        self.width: int = embed.get_dim("nO")
        self.rows: dict[tuple[int, ...], int] = {}
        self.table: Array | None = None
        self.kept = np.zeros((1024, self.width), dtype=np.float32)
        # the words of the time before, until they are seen again
        self.old_rows, self.old = self.rows, self.kept

    def embed(self, docs: Sequence[Any]) -> list[Array]:
        """A matrix (tokens, width) for each document."""
        keys = [list(map(tuple, doc.to_array(_KEYS).tolist())) for doc in docs]
        if len(self.rows) > MOST:
            self.old_rows, self.old = self.rows, self.kept
            self.rows, self.kept = {}, np.zeros_like(self.old)
        rows = self.rows
        new: dict[tuple[int, ...], tuple[int, int]] = {}
        for number, words in enumerate(keys):
            for place, key in enumerate(words):
                if key not in rows:
                    new.setdefault(key, (number, place))
        if new:
            self._add(docs, new)
        return [self.kept[[rows[key] for key in words]] for words in keys]

    def _add(self, docs: Sequence[Any], new: dict[tuple[int, ...], tuple[int, int]]) -> None:
        """The vectors of new words, each seen at one (document, token): of those known before, or worked out."""
        start, past = len(self.rows), len(self.rows) + len(new)
        if past > len(self.kept):
            more = np.zeros((past + past // 2, self.width), dtype=np.float32)
            more[: len(self.kept)] = self.kept
            self.kept = more
        again = [key for key in new if key in self.old_rows]
        if again:
            self.kept[start : start + len(again)] = self.old[[self.old_rows[key] for key in again]]
            new = {key: place for key, place in new.items() if key not in self.old_rows}
        if new:
            self.kept[start + len(again) : past] = self._work_out(docs, new)
        self.rows.update(zip((*again, *new), range(start, past), strict=True))

    def _work_out(self, docs: Sequence[Any], new: dict[tuple[int, ...], tuple[int, int]]) -> Array:
        """The vectors (words, width) of words, each seen at one (document, token)."""
        needed = {number for number, _ in new.values()}
        seen = {number: docs[number].to_array(self.columns) for number in needed}
        values = np.array([seen[number][place] for number, place in new.values()], dtype=np.uint64)
        vectors = docs[0].vocab.vectors
        if self.table is None:  # row 0 is for words without a vector
            table = vectors.data @ self.static.get_param("W").T
            self.table = np.concatenate([np.zeros((1, self.width), dtype=np.float32), table])
        places = np.array(vectors.find(keys=[key[0] for key in new]))
        values = np.concatenate([self.hashes.predict(values), self.table[places + 1]], axis=1)
        maxout, normal = self.mix.layers[0].layers
        weights = maxout.get_param("W").reshape(-1, values.shape[1])
        # one product a word: a row of a matrix product has other last digits beside other rows
        mixed = np.stack([weights @ row for row in values]) + maxout.get_param("b").reshape(-1)
        best, _ = maxout.ops.maxout(mixed.reshape(len(new), self.width, -1))
        found: Array = normal.predict(best)
        return found


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
