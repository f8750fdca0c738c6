"""The convolutions of spaCy's networks, without what only training needs.

Each layer looks at a token and its two neighbours and adds what `MaxoutLayer` makes of the three. spaCy also notes which
of the layer's three pieces was the largest, in its own loop: a third of the time of a layer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from thinc.api import Model

from communique.annotate.maxout import Array, MaxoutLayer, read_layer


def convolve(layers: Sequence[MaxoutLayer], values: Array) -> Array:
    """The vectors (tokens, width) of the top layer."""
    size, width = values.shape
    windows = np.zeros((size, 3 * width), dtype=np.float32)
    for layer in layers:
        windows[1:, :width] = values[:-1]
        windows[:, width : 2 * width] = values
        windows[:-1, 2 * width :] = values[1:]
        values = values + layer.run(windows)
    return values


def lighten(network: Any) -> bool:
    """Puts `convolve` in the place of the upper half of a spaCy Tok2Vec `network`; whether it could: it must be built as
    `MaxoutWindowEncoder` builds it, with a window of one. Its output stays what it was, to a float's last digits; it
    can't be trained any more."""
    try:
        upper = network.layers[1]
        layers = [_read_residual(residual) for residual in upper.layers[0].layers]
    except (AttributeError, IndexError, KeyError, ValueError):
        return False
    if not layers:
        return False
    pad: int = upper.attrs["pad"]

    def forward(model: Any, values: list[Array], is_train: bool) -> tuple[list[Array], Callable[[Any], Any]]:
        lengths = [len(part) for part in values]
        joined = convolve(layers, upper.ops.flatten(values, pad=pad))
        return upper.ops.unflatten(joined, lengths, pad=pad), refuse

    width = layers[0].width
    network.layers[1] = Model("light_convolutions", forward, dims={"nI": width, "nO": width})
    return True


def _read_residual(residual: Any) -> MaxoutLayer:
    """One layer of the network. Raises one of the errors that `lighten` takes for one that is built in another way."""
    window, rest = residual.layers[0].layers
    if (
        not residual.name.startswith("residual(expand_window>>maxout>>layernorm")
        or window.attrs["window_size"] != 1
    ):
        raise ValueError("another kind of layer")
    return read_layer(rest.layers[0])


def refuse(_: Any) -> Any:
    """What stands for the way back of a network that can't be trained any more."""
    raise NotImplementedError("a network made ready for reading can't be trained")
