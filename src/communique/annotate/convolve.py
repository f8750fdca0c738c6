"""The convolutions of spaCy's networks, without what only training needs.

Each layer looks at a token and its two neighbours, takes the largest of three products and normalises the sum. spaCy
also notes which of the three it was, in its own loop: a third of the time of a layer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from thinc.api import Model

Array = np.ndarray[Any, Any]
PIECES = 3  # products of which the largest is taken
_TINY = 1e-8  # added to a variance, as thinc does


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights (3 * width, pieces * width), a piece's columns side by side, and what is added to the products; then
    scale and shift (width,) of the normalisation."""

    weights: Array
    bias: Array
    scale: Array
    shift: Array


def convolve(layers: Sequence[Layer], values: Array) -> Array:
    """The vectors (tokens, width) of the top layer."""
    size, width = values.shape
    windows = np.zeros((size, 3 * width), dtype=np.float32)
    products = np.empty((size, PIECES * width), dtype=np.float32)
    for layer in layers:
        windows[1:, :width] = values[:-1]
        windows[:, width : 2 * width] = values
        windows[:-1, 2 * width :] = values[1:]
        np.matmul(windows, layer.weights, out=products)
        products += layer.bias
        best = np.maximum(products[:, :width], products[:, width : 2 * width])
        np.maximum(best, products[:, 2 * width :], out=best)
        best -= best.mean(axis=1, keepdims=True)
        spread = (best * best).mean(axis=1, keepdims=True)
        best *= (spread + _TINY) ** -0.5
        best *= layer.scale
        best += layer.shift
        values = values + best
    return values


def lighten(network: Any) -> bool:
    """Puts `convolve` in the place of the upper half of a spaCy Tok2Vec `network`; whether it could: it must be built as
    `MaxoutWindowEncoder` builds it, with a window of one. Its output stays what it was, to a float's last digits; it
    can't be trained any more."""
    try:
        upper = network.layers[1]
        layers = [_read_layer(residual) for residual in upper.layers[0].layers]
    except (AttributeError, IndexError, KeyError, ValueError):
        return False
    if not layers:
        return False
    pad: int = upper.attrs["pad"]

    def forward(model: Any, values: list[Array], is_train: bool) -> tuple[list[Array], Callable[[Any], Any]]:
        lengths = [len(part) for part in values]
        joined = convolve(layers, upper.ops.flatten(values, pad=pad))
        return upper.ops.unflatten(joined, lengths, pad=pad), refuse

    width = layers[0].scale.size
    network.layers[1] = Model("light_convolutions", forward, dims={"nI": width, "nO": width})
    return True


def _read_layer(residual: Any) -> Layer:
    """One layer of the network. Raises one of the errors that `lighten` takes for one that is built in another way."""
    window, rest = residual.layers[0].layers
    product, normal = rest.layers[0].layers
    weights, bias = product.get_param("W"), product.get_param("b")
    if (
        not residual.name.startswith("residual(expand_window>>maxout>>layernorm")
        or window.attrs["window_size"] != 1
        or weights.shape[1] != PIECES
    ):
        raise ValueError("another kind of layer")
    return Layer(
        np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(-1, weights.shape[2])).T,
        np.ascontiguousarray(bias.T).reshape(-1),
        normal.get_param("G"),
        normal.get_param("b"),
    )


def refuse(_: Any) -> Any:
    """What stands for the way back of a network that can't be trained any more."""
    raise NotImplementedError("a network made ready for reading can't be trained")
