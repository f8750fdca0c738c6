"""Writes a trained encoder as the int8 ONNX model the package ships.

Weights of the matrix products become 7-bit integers, one scale a column (`reduce_range`: processors without VNNI
add pairs of products in 16 bits, where 8-bit weights overflow and give other bytes than a processor with VNNI);
the word embeddings become 8-bit integers, one scale for all. Attention and normalisation stay in 32 bits.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import torch
from lean import LeanEncoder
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from pairs import LABELS
from short import ShortEncoder


def write_model(model: ShortEncoder, source: Path, target: Path, temperature: float = 1.0) -> Path:
    """`model.onnx`, `tokenizer.json` and `settings.json` in `target`; `source` holds the tokenizer."""
    target.mkdir(parents=True, exist_ok=True)
    quantize_lean(model, target / "model.onnx")
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
    return write_settings(target, temperature)


def quantize_lean(model: ShortEncoder, file: Path) -> None:
    """The encoder with its head, in int8, for one unpadded row at a time."""
    lean = LeanEncoder(model).eval()
    feed = (torch.tensor([101, 2, 2000, 3, 2001, 4, 2002, 5, 102]), torch.tensor([1, 5]))
    with tempfile.TemporaryDirectory() as folder:
        plain, ready = Path(folder) / "plain.onnx", Path(folder) / "ready.onnx"
        torch.onnx.export(
            lean, feed, str(plain), input_names=["ids", "places"], output_names=["logits"],
            dynamic_axes={"ids": {0: "tokens"}}, opset_version=17, dynamo=False,
        )  # fmt: skip
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(
            str(ready), str(file), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        )  # fmt: skip


def write_settings(target: Path, temperature: float) -> Path:
    """`settings.json` for the weights that lie in `target`."""
    digest = hashlib.sha256((target / "model.onnx").read_bytes()).hexdigest()
    settings = {
        "labels": list(LABELS),
        "together": [["CONCEDE", "RETREAT"]],
        "temperature": round(temperature, 4),
        "sha256": digest,
    }
    file = target / "settings.json"
    file.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    return file
