"""Writes the parts of the attribution model as ONNX: the encoder in int8, the two heads in 32 bits.

Weights of the encoder's matrix products become 7-bit integers, one scale a column (`reduce_range`: processors without
VNNI add pairs of products in 16 bits, where 8-bit weights overflow and give other bytes); the word embeddings become
8-bit integers, one scale for all.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from model import STATE, Cues, Encoder, Roles
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn


def write_encoder(encoder: Encoder, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, ready = Path(folder) / "plain.onnx", Path(folder) / "ready.onnx"
        feed = torch.tensor([[101, 2000, 2001, 102]]), torch.tensor([[[1, 1], [2, 2]]])
        _export(encoder, feed, plain, {"ids": "pieces", "places": "words"}, ["vectors"])
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(
            str(ready), str(target), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        )  # fmt: skip


def write_heads(cues: Cues, roles: Roles, size: int, folder: Path) -> None:
    words = torch.zeros(1, 7, size), torch.zeros(1, 7, 5, dtype=torch.long)
    _export(
        cues, words, folder / "cues.onnx", {"vectors": "words", "features": "words"}, ["states", "logits"]
    )
    seen = torch.zeros(1, 7, STATE), torch.full((2, 7), 1 / 7), torch.zeros(2, 7, 4, dtype=torch.long)
    axes = {"states": {1: "words"}, "cues": {0: "cues", 1: "words"}, "seen": {0: "cues", 1: "words"}}
    _export(roles, seen, folder / "roles.onnx", axes, ["roles"])


def _export(
    module: nn.Module, feed: tuple[torch.Tensor, ...], file: Path, axes: dict[str, object], out: list[str]
) -> None:
    module.eval()
    dynamic = {name: {1: axis} if isinstance(axis, str) else axis for name, axis in axes.items()}
    torch.onnx.export(
        module, feed, str(file), input_names=list(axes), output_names=out, dynamic_axes=dynamic,
        opset_version=17, dynamo=False,
    )  # fmt: skip
