"""The layer that spaCy's networks are built of: a product, the largest of its three pieces, normalised.

It runs in ONNX Runtime, which works out a row alike whatever stands beside it and on however many threads (numpy's
product does neither), and lets go of the interpreter meanwhile. The graph is written by `train/maxout.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from communique.annotate.graph import open_graph
from communique.knowledge.load import DATA

Array = np.ndarray[Any, Any]
PIECES = 3  # products of which the largest is taken


@dataclass(frozen=True, slots=True)
class MaxoutLayer:
    """A layer's weights (inputs, pieces * width), a piece's columns side by side, and what is added to the products; then
    scale and shift (width,) of the normalisation."""

    session: Any
    weights: Array
    bias: Array
    scale: Array
    shift: Array

    @property
    def width(self) -> int:
        return self.scale.size

    def run(self, rows: Array) -> Array:
        """What the layer makes (rows, width) of each row (rows, inputs)."""
        alone = len(rows) == 1  # a single row is worked out in another order, and has other last digits
        seen = np.concatenate([rows, rows]) if alone else rows
        made: Array
        (made,) = self.session.run(
            None,
            {
                "seen": seen,
                "weights": self.weights,
                "bias": self.bias,
                "scale": self.scale,
                "shift": self.shift,
            },
        )
        return made[:1] if alone else made


def read_layer(chain: Any) -> MaxoutLayer:
    """thinc's `maxout >> layernorm`. Raises ValueError, or one of the errors of looking into a network that is built in
    another way."""
    product, normal = chain.layers
    weights, bias = product.get_param("W"), product.get_param("b")
    if weights.shape[1] != PIECES or normal.name != "layernorm":
        raise ValueError("another kind of layer")
    return MaxoutLayer(
        load_graph(),
        np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(-1, weights.shape[2]).T),
        np.ascontiguousarray(bias.T).reshape(-1),
        normal.get_param("G"),
        normal.get_param("b"),
    )


@cache
def load_graph() -> Any:
    """The graph, ready to run any layer's weights."""
    return open_graph((DATA / "models" / "maxout.onnx").read_bytes())
