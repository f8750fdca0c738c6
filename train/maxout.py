"""Writes the graph that `annotate/maxout.py` runs: `python train/maxout.py`. It holds no weights; they are fed in."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import TensorProto, helper

FILE = Path(__file__).parent.parent / "src" / "communique" / "data" / "models" / "maxout.onnx"
EPSILON = 1e-8  # added to a variance, as thinc does


def make_graph() -> onnx.ModelProto:
    """Rows (rows, inputs) and a layer's weights to the layer's output (rows, width)."""
    shapes = {
        "seen": ("rows", "inputs"),
        "weights": ("inputs", "products"),
        "bias": ("products",),
        "scale": ("width",),
        "shift": ("width",),
    }
    nodes = [
        helper.make_node("Gemm", ["seen", "weights", "bias"], ["products"]),
        helper.make_node("Split", ["products"], ["first", "second", "third"], axis=1, num_outputs=3),
        helper.make_node("Max", ["first", "second", "third"], ["best"]),
        helper.make_node(
            "LayerNormalization", ["best", "scale", "shift"], ["made"], axis=-1, epsilon=EPSILON
        ),
    ]
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    outputs = [helper.make_tensor_value_info("made", TensorProto.FLOAT, ("rows", "width"))]
    graph = helper.make_graph(nodes, "maxout", inputs, outputs)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8, producer_name="communique"
    )
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    onnx.save(make_graph(), FILE)
