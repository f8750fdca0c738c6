"""The attribution model: one encoder, a head for cues and a head for who and what belongs to each cue."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import AutoModel

from communique.extract.cue_features import DISTANCE_SIZE, SENTENCE_SIZE, UP_SIZE, WORD_SIZES

STATE, WIDTH = 192, 128  # numbers for each word, and for each word as seen from a cue


class Convolution(nn.Module):
    """A residual convolution over words."""

    def __init__(self, width: int, kernel: int, dilation: int = 1, dropout: float = 0.1) -> None:
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


class Words(nn.Module):
    """Word states and cue logits from the encoder's states of their first and last piece."""

    def __init__(self, size: int, pos: int, dep: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.features = nn.ModuleList(nn.Embedding(n, 24) for n in (pos + 1, dep + 1, *WORD_SIZES))
        self.into = nn.Linear(size + 24 * 5, STATE)
        self.dropout = nn.Dropout(dropout)
        self.context = Convolution(STATE, 3)
        self.cue = nn.Linear(STATE, 3)

    def forward(
        self, hidden: torch.Tensor, pieces: torch.Tensor, features: torch.Tensor, mask: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        size = hidden.shape[-1]
        first, last = (
            torch.gather(hidden, 1, pieces[:, :, i].unsqueeze(-1).expand(-1, -1, size)) for i in (0, 1)
        )
        known = [table(features[:, :, i]) for i, table in enumerate(self.features)]
        states = nn.functional.gelu(self.into(self.dropout(torch.cat([(first + last) / 2, *known], -1))))
        states = self.context(states, mask)
        return states, self.cue(states)


class Roles(nn.Module):
    """For each cue, a logit of nothing, source and content for each word of its line."""

    def __init__(self, dep: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.word = nn.Linear(STATE, WIDTH)
        self.cue = nn.Linear(STATE, WIDTH)
        self.meet = nn.Linear(STATE, WIDTH), nn.Linear(STATE, WIDTH)
        self.meet = nn.ModuleList(self.meet)
        self.place = nn.ModuleList(
            nn.Embedding(n, WIDTH) for n in (UP_SIZE, dep + 3, DISTANCE_SIZE, SENTENCE_SIZE)
        )
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Convolution(WIDTH, 5, d) for d in (1, 2, 4))
        self.out = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 3))

    def forward(
        self,
        states: torch.Tensor,
        line: torch.Tensor,
        cues: torch.Tensor,
        places: torch.Tensor,
        mask: torch.Tensor | None,
    ) -> torch.Tensor:
        """`states` (lines, words, STATE); `line` (cues,) which line each cue is of; `cues` (cues, words) the share
        of each word in the cue, summing to 1; `places` (cues, words, 4)."""
        seen = torch.bmm(cues.unsqueeze(1), states[line])  # (cues, 1, STATE)
        x = self.word(states)[line] + self.cue(seen)
        x = x + self.meet[0](states)[line] * self.meet[1](seen)
        for i, table in enumerate(self.place):
            x = x + table(places[:, :, i])
        x = self.dropout(nn.functional.gelu(x))
        part = mask[line] if mask is not None else None
        for layer in self.layers:
            x = layer(x, part)
        return self.out(x)


class Attribution(nn.Module):
    """All of it. The encoder's embeddings and first `frozen` layers don't learn; `read_frozen` gives what comes
    out of them, which training computes once for each line and keeps."""

    def __init__(self, folder: Path, pos: int, dep: int, frozen: int) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False)
        size = self.encoder.config.hidden_size
        self.words = Words(size, pos, dep)
        self.roles = Roles(dep)
        self.frozen = frozen
        for part in (self.encoder.embeddings, *self.encoder.encoder.layer[:frozen]):
            for parameter in part.parameters():
                parameter.requires_grad = False

    def read_frozen(self, ids: torch.Tensor, attention: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder.embeddings(input_ids=ids)
        return self._run(hidden, attention, 0, self.frozen)

    def read_rest(self, hidden: torch.Tensor, attention: torch.Tensor) -> torch.Tensor:
        return self._run(hidden, attention, self.frozen, None)

    def _run(self, hidden: torch.Tensor, attention: torch.Tensor, a: int, b: int | None) -> torch.Tensor:
        wide = torch.zeros(attention.shape, dtype=hidden.dtype).masked_fill(attention == 0, -1e9)[:, None, None]
        for layer in self.encoder.encoder.layer[a:b]:
            hidden = layer(hidden, wide)
            if isinstance(hidden, tuple):
                hidden = hidden[0]
        return hidden
