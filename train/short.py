"""The encoder that ships: the lower layers of a trained one, and one more layer that reads for three tokens only.

The lower layers are those that stay frozen while the encoder learns the rows, so that what they give is computed once
a row. The last layer is a copy of the trained encoder's last; it is computed at the two opening markers and at the
first token, whose states the head reads. It learns from the rows and from the trained encoder's distributions.
"""

from __future__ import annotations

from pathlib import Path

import torch
from encoder import TopEncoder
from torch import nn


class ShortEncoder(TopEncoder):
    """`frozen` layers that don't learn and one that does. Its logits are those of a PairEncoder, in meaning and order."""

    def __init__(self, folder: Path, frozen: int) -> None:
        super().__init__(folder, frozen)
        layers = self.encoder.encoder.layer
        self.encoder.encoder.layer = layers[: frozen + 1]
        self.encoder.config.num_hidden_layers = frozen + 1
        self.bottom, self.top = layers[:frozen], layers[frozen : frozen + 1]

    def start_from(self, state: dict[str, torch.Tensor]) -> None:
        """Takes the lower layers, the last one and the head of a trained PairEncoder."""
        own, last = (
            len(self.bottom),
            max(int(k.split(".layer.")[1].split(".")[0]) for k in state if ".layer." in k),
        )
        kept = {k: v for k, v in state.items() if f".layer.{own}." not in k}
        self.load_state_dict({k.replace(f".layer.{last}.", f".layer.{own}."): v for k, v in kept.items()})

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, places: torch.Tensor
    ) -> torch.Tensor:
        hidden, barred = self.read_rows(input_ids, attention_mask)
        where = torch.cat([places, torch.zeros_like(places[:, :1])], 1)
        asking = torch.gather(hidden, 1, where.unsqueeze(-1).expand(-1, -1, hidden.shape[-1]))
        return self.head(self.dropout(self.read_last(asking, hidden, barred).flatten(1)))

    def read_last(self, asking: torch.Tensor, hidden: torch.Tensor, barred: torch.Tensor) -> torch.Tensor:
        """The last layer's states of the tokens `asking`, `(rows, 3, size)`, which attend to all of `hidden`."""
        layer = self.top[0]
        parts, heads = layer.attention.self, self.encoder.config.num_attention_heads

        def split(states: torch.Tensor) -> torch.Tensor:
            return states.view(*states.shape[:2], heads, -1).transpose(1, 2)

        seen = nn.functional.scaled_dot_product_attention(
            split(parts.query(asking)), split(parts.key(hidden)), split(parts.value(hidden)),
            attn_mask=barred, dropout_p=self.dropout.p if self.training else 0.0,
        )  # fmt: skip
        joined = layer.attention.output(seen.transpose(1, 2).reshape(asking.shape), asking)
        return layer.output(layer.intermediate(joined), joined)
