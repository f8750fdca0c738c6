"""The short encoder as it is exported: one row at a time, unpadded, so that no mask, no batch and no shape is computed.

The arithmetic is that of `ShortEncoder`; projections of the same input are one product.
"""

from __future__ import annotations

import torch
from short import ShortEncoder
from torch import nn

from communique.extract.marked import MAX_TOKENS

HEADS, DEPTH = 12, 32  # of MiniLM: 384 = 12 heads of 32
SIZE = HEADS * DEPTH


class Product(nn.Module):
    """One or more linear layers side by side, as one product with a constant matrix."""

    def __init__(self, *layers: nn.Linear) -> None:
        super().__init__()
        self.matrix = nn.Parameter(torch.cat([layer.weight for layer in layers]).T.contiguous().detach())
        self.shift = nn.Parameter(torch.cat([layer.bias for layer in layers]).detach())

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden @ self.matrix + self.shift


class Layer(nn.Module):
    """A layer of BERT: `(asking tokens, 384)` of `(tokens, 384)`."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        parts, joined = layer.attention.self, layer.attention.output
        self.parts = nn.ModuleList([parts.query, parts.key, parts.value])
        self.joined, self.first_norm = Product(joined.dense), joined.LayerNorm
        self.wide, self.narrow = Product(layer.intermediate.dense), Product(layer.output.dense)
        self.second_norm = layer.output.LayerNorm

    def attend(
        self, asking: torch.Tensor, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor
    ) -> torch.Tensor:
        """The states of the tokens that ask; query, key and value are `(heads, tokens, 32)`."""
        seen = torch.softmax(query @ key.transpose(1, 2) * DEPTH**-0.5, -1) @ value
        hidden = self.first_norm(self.joined(seen.transpose(0, 1).reshape(-1, SIZE)) + asking)
        return self.second_norm(self.narrow(nn.functional.gelu(self.wide(hidden))) + hidden)


class FullLayer(Layer):
    """Every token asks."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__(layer)
        self.projections = Product(*self.parts)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        query, key, value = (
            self.projections(hidden).reshape(-1, 3, HEADS, DEPTH).permute(1, 2, 0, 3).unbind(0)
        )
        return self.attend(hidden, query, key, value)


class LastLayer(Layer):
    """Only some tokens ask."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__(layer)
        query, key, value = self.parts
        self.asked, self.told = Product(query), Product(key, value)

    def forward(self, asking: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        query = self.asked(asking).reshape(-1, HEADS, DEPTH).transpose(0, 1)
        key, value = self.told(hidden).reshape(-1, 2, HEADS, DEPTH).permute(1, 2, 0, 3).unbind(0)
        return self.attend(asking, query, key, value)


class LeanEncoder(nn.Module):
    """Token ids `(tokens,)` and the two opening markers' positions `(2,)` → logits `(labels,)`."""

    def __init__(self, model: ShortEncoder) -> None:
        super().__init__()
        embeddings = model.encoder.embeddings
        self.words, self.norm = embeddings.word_embeddings, embeddings.LayerNorm
        places = embeddings.position_embeddings.weight[:MAX_TOKENS]
        self.places = nn.Parameter((places + embeddings.token_type_embeddings.weight[0]).detach())
        self.layers = nn.ModuleList(FullLayer(layer) for layer in (*model.bottom, *model.top[:-1]))
        self.last, self.head = LastLayer(model.top[-1]), model.head

    def forward(self, ids: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        hidden = self.norm(self.words(ids) + self.places[: ids.shape[0]])
        for layer in self.layers:
            hidden = layer(hidden)
        asking = torch.cat([hidden[places], hidden[:1]])
        return self.head(self.last(asking, hidden).reshape(1, -1))[0]
