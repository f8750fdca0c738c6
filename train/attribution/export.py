"""Writes the heads of the attribution model as ONNX, in 32 bits, their static vectors in 16."""

from __future__ import annotations

from pathlib import Path

import torch
from model import STATE, VECTORS, Cues, Roles
from torch import nn

from communique.extract.cue_features import BESIDE, BESIDE_PAIR


class FoldedCues(nn.Module):
    """The head for cues, what is the same for every text worked out beforehand: the scale of the vectors lies in their
    weights, and the static vectors are a table of what is kept of them."""

    def __init__(self, cues: Cues) -> None:
        super().__init__()
        weights = cues.into.weight / cues.spread
        self.weights = nn.Parameter(weights.T.contiguous())
        self.table = nn.Parameter(cues.static(cues.table).half())
        first, second = (table.join() for table in cues.kinds)
        self.first = nn.Parameter(first + cues.into.bias - weights @ cues.mean)
        self.second = nn.Parameter(second)
        self.layers, self.out = cues.layers, cues.out

    def forward(
        self, vectors: torch.Tensor, forms: torch.Tensor, kinds: torch.Tensor, beside: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        known = nn.functional.embedding(kinds[:, 0], self.first) + nn.functional.embedding(
            kinds[:, 1], self.second
        )
        known = known + nn.functional.embedding(forms, self.table).float()
        x = torch.relu(torch.addmm(known, vectors, self.weights))
        for layer in self.layers:
            x = layer(x, beside)
        return x, self.out(x).softmax(-1)


class FoldedRoles(nn.Module):
    """The head for roles, giving probabilities."""

    def __init__(self, roles: Roles) -> None:
        super().__init__()
        self.roles = roles
        roles.places = nn.ModuleList(nn.Embedding.from_pretrained(table.join()) for table in roles.places)

    def forward(self, *feed: torch.Tensor) -> torch.Tensor:
        shares: torch.Tensor = self.roles(*feed).softmax(-1)
        return shares


@torch.no_grad()
def write_heads(cues: Cues, roles: Roles, folder: Path) -> None:
    """`cues.onnx` and `roles.onnx`."""
    whole = torch.zeros(7, dtype=torch.long)
    words = {
        "vectors": torch.zeros(7, VECTORS),
        "forms": whole,
        "kinds": torch.zeros(7, 2, dtype=torch.long),
        "beside": torch.zeros(7, len(BESIDE) + 1, dtype=torch.long),
    }
    _export(
        FoldedCues(cues), words, dict.fromkeys(words, "words"), folder / "cues.onnx", ["states", "shares"]
    )
    pairs = {
        "states": torch.zeros(7, STATE),
        "ends": torch.zeros(3, 2, dtype=torch.long),
        "word": whole,
        "cue": torch.zeros(7, dtype=torch.long),
        "places": torch.zeros(7, 2, dtype=torch.long),
        "beside": torch.zeros(7, len(BESIDE_PAIR) + 1, dtype=torch.long),
    }
    axes = {**dict.fromkeys(pairs, "pairs"), "states": "words", "ends": "cues"}
    _export(FoldedRoles(roles), pairs, axes, folder / "roles.onnx", ["shares"])


def _export(
    module: nn.Module, feed: dict[str, torch.Tensor], axes: dict[str, str], file: Path, out: list[str]
) -> None:
    module.eval()
    torch.onnx.export(
        module, tuple(feed.values()), str(file), input_names=list(feed), output_names=out,
        dynamic_axes={name: {0: axis} for name, axis in axes.items()}, opset_version=17, dynamo=False,
    )  # fmt: skip
