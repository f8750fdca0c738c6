"""The attribution model: a head for cues and a head for who and what belongs to each cue, on what spaCy's networks make
of each word."""

from __future__ import annotations

import torch
from torch import nn

from communique.extract.cue_features import DISTANCE_SIZE, SENTENCE_SIZE, UP_SIZE, WORD_SIZES

VECTORS = 192  # numbers the parser's and the name finder's networks give each word
STATE, WIDTH = 96, 32  # numbers for each word, and for each word as seen from a cue
STATIC = 48  # numbers kept of a word's static vector
KNOWN = 12  # numbers for each feature of a word


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


class Above(nn.Module):
    """A residual layer that sees each word beside the word that governs it."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, head: torch.Tensor) -> torch.Tensor:
        y = self.norm(x)
        above = torch.gather(y, 1, head.unsqueeze(-1).expand(-1, -1, y.shape[-1]))
        return x + self.dropout(nn.functional.gelu(self.up(torch.cat([y, above], -1))))


class Cues(nn.Module):
    """Word states, and logits of no cue, its first and a further word. `static` (forms + 1, width) are the pipeline's
    static vectors, row 0 for a form without one; `head` (1, words) is the place of each word's governor."""

    def __init__(self, static: torch.Tensor, pos: int, dep: int, dropout: float) -> None:
        super().__init__()
        self.table: nn.Module = nn.Embedding.from_pretrained(static, freeze=True)
        self.static: nn.Module = nn.Linear(static.shape[1], STATIC, bias=False)
        self.known = nn.ModuleList(nn.Embedding(n, KNOWN) for n in (pos + 1, dep + 1, *WORD_SIZES))
        self.scale = nn.LayerNorm(VECTORS)
        self.into = nn.Linear(VECTORS + STATIC + KNOWN * len(self.known), STATE)
        self.dropout = nn.Dropout(dropout)
        self.first = Above(STATE, dropout)
        self.layers = nn.ModuleList(Convolution(STATE, 3, d, dropout) for d in (1, 2))
        self.out = nn.Sequential(nn.LayerNorm(STATE), nn.Linear(STATE, 3))

    def fold(self) -> None:
        """Makes one table of the static vectors and what is kept of them."""
        with torch.no_grad():
            folded = self.static(self.table.weight)  # type: ignore[arg-type]
        self.table, self.static = nn.Embedding.from_pretrained(folded), nn.Identity()

    def forward(
        self,
        vectors: torch.Tensor,
        forms: torch.Tensor,
        features: torch.Tensor,
        head: torch.Tensor,
        mask: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        known = [table(features[:, :, i]) for i, table in enumerate(self.known)]
        seen = [self.scale(vectors), self.static(self.table(forms)), *known]
        x = nn.functional.gelu(self.into(self.dropout(torch.cat(seen, -1))))
        x = self.first(self.layers[0](x, mask), head)
        x = self.layers[1](x, mask)
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
