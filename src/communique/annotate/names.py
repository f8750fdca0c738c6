"""Names found as spaCy's entity recogniser finds them, all tokens at once.

The recogniser goes from token to token and chooses an action: outside, begin, inside, last, a name of one word. Outside
a name its choice hangs on the token alone, so that all tokens are scored in one product; only the tokens inside the
names that begin are then followed, all names in step. The names are spaCy's own, in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from communique.annotate.convolve import lighten
from communique.annotate.embed import keep_words

Array = np.ndarray[Any, Any]
# What the recogniser looks at: the token, the first token of the open name, the token before.
_FEATURES, _PIECES = 3, 2
_COMPONENTS = {"tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "ner"}


class NameReader:
    """The networks and weights of an entity recogniser. Its own network is made fast (`keep_words`, `lighten`), so that
    it can't be trained any more."""

    def __init__(self, recogniser: Any) -> None:
        into, lower, upper = recogniser.model.layers
        self.network, _, self.linear = into.layers
        if (
            recogniser.cfg["beam_width"] != 1
            or (lower.get_dim("nF"), lower.get_dim("nP")) != (_FEATURES, _PIECES)
            or not recogniser.model.attrs["has_upper"]
        ):
            raise ValueError("another kind of recogniser")
        self.lower = lower
        keep_words(self.network)
        lighten(self.network)
        self.bias = lower.get_param("b")
        self.weights, self.offsets = upper.get_param("W"), upper.get_param("b")
        names = [recogniser.moves.get_class_name(i) for i in range(recogniser.moves.n_moves)]
        if len(names) != len(self.weights) or "O" not in names:
            raise ValueError("actions without weights")
        # an action "U-" without a label is for names set beforehand, of which there are none here
        starts = [i for i, name in enumerate(names) if name == "O" or (name[:2] in ("B-", "U-") and name[2:])]
        self.first_weights, self.first_offsets = self.weights[starts].T, self.offsets[starts]
        self.kinds = [names[i][0] for i in starts]
        self.labels = [names[i][2:] for i in starts]
        self.begins = np.array([kind == "B" for kind in self.kinds])
        self.outside = self.kinds.index("O")
        self.inside, self.last = (
            np.array([names.index(f"{kind}-{label}") if label else 0 for label in self.labels])
            for kind in "IL"
        )

    def look(self, docs: Sequence[Any]) -> list[Array]:
        """The vectors (tokens, width) of the recogniser's network for each document; it need only be cut into tokens."""
        vectors: list[Array] = self.network.predict(docs)
        return vectors

    def read(
        self, vectors: Sequence[Array], opening: Array, spaces: Array
    ) -> tuple[list[tuple[int, int, str]], Array]:
        """The names of documents that follow each other, as (first token, past its last, label), and all their vectors in
        one. `opening` and `spaces` (tokens,) are whether a token opens a sentence and whether it is white space."""
        joined = np.concatenate(vectors)
        seen = self.lower.predict(self.linear.predict(joined))
        pad, seen = seen[0], seen[1:]
        # whether a name may go on behind the token: not over the end of a document or sentence
        open_end = np.append(~opening[1:], False)
        open_end[np.cumsum([len(part) for part in vectors if len(part)]) - 1] = False
        scores = self._hide(seen[:, 0] + pad[1] + pad[2]) @ self.first_weights + self.first_offsets
        scores[np.ix_(~open_end, self.begins)] = -np.inf
        scores[np.ix_(spaces, np.arange(len(self.labels)) != self.outside)] = -np.inf
        chosen = scores.argmax(axis=1)
        ends = self._follow(seen, np.flatnonzero(self.begins[chosen]), chosen, open_end)
        names = []
        past = 0
        for at in np.flatnonzero(chosen != self.outside).tolist():
            if at >= past:
                past = ends.get(at, at + 1)
                names.append((at, past, self.labels[chosen[at]]))
        return names, joined

    def _hide(self, summed: Array) -> Array:
        """The hidden layer (tokens, hidden) of what is seen, summed over the three features."""
        pieces = summed + self.bias
        largest: Array = np.maximum(pieces[..., 0], pieces[..., 1])
        return largest

    def _follow(self, seen: Array, firsts: Array, chosen: Array, open_end: Array) -> dict[int, int]:
        """Where the name ends that begins at each of the tokens `firsts`."""
        ends: dict[int, int] = {}
        at = firsts + 1
        while len(firsts):
            hidden = self._hide(seen[at, 0] + seen[firsts, 1] + seen[at - 1, 2])
            inside, last = self.inside[chosen[firsts]], self.last[chosen[firsts]]
            on, off = (
                (hidden * self.weights[action]).sum(axis=1) + self.offsets[action]
                for action in (inside, last)
            )
            goes_on = open_end[at] & np.where(inside < last, on >= off, on > off)
            ends.update(zip(firsts[~goes_on].tolist(), (at[~goes_on] + 1).tolist(), strict=True))
            firsts, at = firsts[goes_on], at[goes_on] + 1
        return ends


def make_name_reader(nlp: Any) -> NameReader | None:
    """A reader of the names that a pipeline finds; None where it has no recogniser, one that is built in another way,
    or further components that have to do with names."""
    if not set(nlp.pipe_names) <= _COMPONENTS or "ner" not in nlp.pipe_names:
        return None
    try:
        return NameReader(nlp.get_pipe("ner"))
    except (AttributeError, IndexError, KeyError, ValueError):
        return None
