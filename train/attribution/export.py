"""Writes the heads of the attribution model as ONNX, in 32 bits."""

from __future__ import annotations

from pathlib import Path

import torch
from model import STATE, VECTORS, Cues, Roles
from torch import nn


def write_heads(cues: Cues, roles: Roles, folder: Path) -> None:
    """`cues.onnx` and `roles.onnx`. Folds the static vectors of `cues`."""
    cues.fold()
    words = (
        torch.zeros(1, 7, VECTORS),
        torch.zeros(1, 7, dtype=torch.long),
        torch.zeros(1, 7, 5, dtype=torch.long),
        torch.zeros(1, 7, dtype=torch.long),
    )
    names = dict.fromkeys(("vectors", "forms", "features", "head"), "words")
    _export(cues, words, folder / "cues.onnx", dict(names), ["states", "logits"])
    seen = torch.zeros(1, 7, STATE), torch.full((2, 7), 1 / 7), torch.zeros(2, 7, 4, dtype=torch.long)
    axes = {"states": {1: "words"}, "cues": {0: "cues", 1: "words"}, "seen": {0: "cues", 1: "words"}}
    _export(roles, seen, folder / "roles.onnx", dict(axes), ["roles"])


def _export(
    module: nn.Module, feed: tuple[torch.Tensor, ...], file: Path, axes: dict[str, object], out: list[str]
) -> None:
    module.eval()
    dynamic = {name: {1: axis} if isinstance(axis, str) else axis for name, axis in axes.items()}
    torch.onnx.export(
        module, feed, str(file), input_names=list(axes), output_names=out, dynamic_axes=dynamic,
        opset_version=17, dynamo=False,
    )  # fmt: skip
