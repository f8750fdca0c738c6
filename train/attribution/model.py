"""The attribution model: a frozen encoder, a head for cues and a head for who and what belongs to each cue."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import AutoModel

from communique.extract.cue_features import DISTANCE_SIZE, SENTENCE_SIZE, UP_SIZE, WORD_SIZES

LAYERS = (2, 4)  # of the encoder, whose states are read; the layers above the last are left off
STATE, WIDTH = 192, 96  # numbers for each word, and for each word as seen from a cue
KNOWN = 16  # numbers for each feature of a word


class Encoder(nn.Module):
    """The lower layers of MiniLM: for each word, the mean of its first and last piece's states."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        whole = AutoModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")
        self.embeddings = whole.embeddings
        self.layers = whole.encoder.layer[: LAYERS[-1]]

    def forward(self, ids: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        hidden = self.embeddings(input_ids=ids)
        kept = []
        for number, layer in enumerate(self.layers, 1):
            hidden = layer(hidden)
            hidden = hidden[0] if isinstance(hidden, tuple) else hidden
            if number in LAYERS:
                kept.append(hidden)
        states = torch.cat(kept, -1)
        size = states.shape[-1]
        first, last = (
            torch.gather(states, 1, places[:, :, i].unsqueeze(-1).expand(-1, -1, size)) for i in (0, 1)
        )
        return (first + last) / 2


class Convolution(nn.Module):
    """A residual convolution over words."""

    def __init__(self, width: int, kernel: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.near = nn.Conv1d(width, width, kernel, padding=dilation * (kernel // 2), dilation=dilation)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        y = self.norm(x)
        if mask is not None:  # padding must count as the nothing beyond a line's end
            y = y * mask.unsqueeze(-1)
        y = self.near(y.transpose(1, 2)).transpose(1, 2)
        return x + self.dropout(nn.functional.gelu(y))


class Cues(nn.Module):
    """Word states, and logits of no cue, its first and a further word."""

    def __init__(self, size: int, pos: int, dep: int, dropout: float) -> None:
        super().__init__()
        self.known = nn.ModuleList(nn.Embedding(n, KNOWN) for n in (pos + 1, dep + 1, *WORD_SIZES))
        self.into = nn.Linear(size + KNOWN * len(self.known), STATE)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Convolution(STATE, 3, d, dropout) for d in (1, 2))
        self.out = nn.Sequential(nn.LayerNorm(STATE), nn.Linear(STATE, 3))

    def forward(
        self, vectors: torch.Tensor, features: torch.Tensor, mask: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        known = [table(features[:, :, i]) for i, table in enumerate(self.known)]
        x = nn.functional.gelu(self.into(self.dropout(torch.cat([vectors, *known], -1))))
        for layer in self.layers:
            x = layer(x, mask)
        return x, self.out(x)


class Roles(nn.Module):
    """For each cue, a logit of neither, source and content for each word of its line.

    `states` (cues, words, STATE), or (1, words, STATE) for all; `cues` (cues, words) the share of each word in the
    cue, summing to 1; `seen` (cues, words, 4) from `describe_pairs`.
    """

    def __init__(self, dep: int, dropout: float) -> None:
        super().__init__()
        self.word, self.cue, self.word_met, self.cue_met = (nn.Linear(STATE, WIDTH) for _ in range(4))
        self.place = nn.ModuleList(
            nn.Embedding(n, WIDTH) for n in (UP_SIZE, dep + 3, DISTANCE_SIZE, SENTENCE_SIZE)
        )
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Convolution(WIDTH, 5, d, dropout) for d in (1, 2, 4))
        self.out = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 3))

    def forward(
        self, states: torch.Tensor, cues: torch.Tensor, seen: torch.Tensor, mask: torch.Tensor | None = None
    ) -> torch.Tensor:
        cue = torch.matmul(cues.unsqueeze(1), states)
        x = self.word(states) + self.cue(cue) + self.word_met(states) * self.cue_met(cue)
        for i, table in enumerate(self.place):
            x = x + table(seen[:, :, i])
        x = self.dropout(nn.functional.gelu(x))
        for layer in self.layers:
            x = layer(x, mask)
        logits: torch.Tensor = self.out(x)
        return logits
