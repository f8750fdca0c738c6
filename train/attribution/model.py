"""The attribution model: a head for cues and a head for who and what belongs to each cue, on what spaCy's networks make
of each word.

Words lie one after the other, lines and articles unparted; who stands beside whom is told by places (`cue_features.py`),
so that no word is padding and a word sees its own line alone.
"""

from __future__ import annotations

import torch
from torch import nn

from communique.extract.cue_features import BESIDE, BESIDE_PAIR, DISTANCES, MARKS, SENTENCES, UPS

VECTORS = 192  # numbers the parser's and the name finder's networks give each word
STATE, WIDTH = 64, 32  # numbers for each word, and for each word as seen from a cue
LAYERS, PAIR_LAYERS = 3, 2


class Beside(nn.Module):
    """A residual layer that sees each row beside others: `beside` (rows, count) are their places."""

    def __init__(self, width: int, count: int, dropout: float, norm: nn.Module) -> None:
        super().__init__()
        self.norm = norm
        self.near = nn.Linear(width * count, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, beside: torch.Tensor) -> torch.Tensor:
        seen = nn.functional.embedding(beside, self.norm(x)).flatten(1)
        y: torch.Tensor = x + self.dropout(torch.relu(self.near(seen)))
        return y


class Table(nn.Module):
    """A row for each combination of some features, learnt as the sum of a row for each."""

    def __init__(self, sizes: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.parts = nn.ParameterList(nn.Parameter(torch.randn(size, width) * 0.3) for size in sizes)

    def join(self) -> torch.Tensor:
        """The rows (combinations, width), the last feature changing fastest."""
        joined: torch.Tensor = self.parts[0]
        for rows in list(self.parts)[1:]:
            joined = (joined.unsqueeze(1) + rows).flatten(0, 1)
        return joined

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        return nn.functional.embedding(numbers, self.join())


class Cues(nn.Module):
    """Word states, and logits of no cue, its first and a further word.

    `static` (forms + 1, width) are the pipeline's static vectors, row 0 for a form without one; `kinds` (words, 2) and
    `beside` (words, 4) are those of `Words`.
    """

    def __init__(self, static: torch.Tensor, pos: int, dep: int, dropout: float) -> None:
        super().__init__()
        self.table = nn.Buffer(static)
        self.mean, self.spread = nn.Buffer(torch.zeros(VECTORS)), nn.Buffer(torch.ones(VECTORS))
        self.static = nn.Linear(static.shape[1], STATE, bias=False)
        self.kinds = nn.ModuleList(Table(sizes, STATE) for sizes in ((pos + 1, dep + 1), MARKS))
        self.into = nn.Linear(VECTORS, STATE)
        self.drop_vectors, self.drop_static = nn.Dropout(dropout), nn.Dropout(dropout)
        self.layers = nn.ModuleList(
            Beside(STATE, len(BESIDE) + 1, dropout, nn.LayerNorm(STATE)) for _ in range(LAYERS)
        )
        self.out = nn.Linear(STATE, 3)

    def scale(self, vectors: torch.Tensor) -> None:
        """Takes mean and spread from the vectors (words, VECTORS) to learn from."""
        self.mean.copy_(vectors.mean(0))
        self.spread.copy_(vectors.std(0) + 1e-3)

    def forward(
        self, vectors: torch.Tensor, forms: torch.Tensor, kinds: torch.Tensor, beside: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        static = self.static(self.drop_static(nn.functional.embedding(forms, self.table)))
        x = self.into(self.drop_vectors((vectors - self.mean) / self.spread)) + static
        for i, table in enumerate(self.kinds):
            x = x + table(kinds[:, i])
        x = torch.relu(x)
        for layer in self.layers:
            x = layer(x, beside)
        return x, self.out(x)


class Roles(nn.Module):
    """For each word as seen from a cue, a logit of neither, source and content.

    `states` (words, STATE); `ends` (cues, 2) the first and last word of each cue; the rest are those of `Pairs`.
    """

    def __init__(self, dep: int, dropout: float) -> None:
        super().__init__()
        self.words, self.cues = nn.Linear(STATE, 2 * WIDTH), nn.Linear(2 * STATE, 2 * WIDTH)
        self.places = nn.ModuleList(Table(sizes, WIDTH) for sizes in ((UPS, dep + 3), (DISTANCES, SENTENCES)))
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(
            Beside(WIDTH, len(BESIDE_PAIR) + 1, dropout, nn.Identity()) for _ in range(PAIR_LAYERS)
        )
        self.out = nn.Linear(WIDTH, 3)

    def forward(
        self,
        states: torch.Tensor,
        ends: torch.Tensor,
        word: torch.Tensor,
        cue: torch.Tensor,
        places: torch.Tensor,
        beside: torch.Tensor,
    ) -> torch.Tensor:
        words = nn.functional.embedding(word, self.words(states))
        cues = nn.functional.embedding(cue, self.cues(nn.functional.embedding(ends, states).flatten(1)))
        x = words[:, :WIDTH] + cues[:, :WIDTH] + words[:, WIDTH:] * cues[:, WIDTH:]
        for i, table in enumerate(self.places):
            x = x + table(places[:, i])
        x = self.dropout(torch.relu(x))
        for layer in self.layers:
            x = layer(x, beside)
        logits: torch.Tensor = self.out(x)
        return logits
