"""The encoders that ship: two narrow layers that don't learn any more, and one or two full ones; the last of them
reads for three tokens only.

The narrow layers have learnt to give what the trained encoder's three lower layers give (`bottom.py`); what they give
is computed once a row. The full layers are copies of upper layers of the trained encoder. The last is computed at the
two opening markers and at the first token, whose states the head reads. They learn from the rows and from the
trained encoder's distributions.
"""

from __future__ import annotations

from pathlib import Path

import torch
from encoder import TopEncoder
from torch import nn

NARROW = 2  # layers at the bottom
WIDTH = 1024  # of their feed-forward part; MiniLM's is 1536 wide

State = dict[str, torch.Tensor]


def make_narrow(layer: nn.Module) -> None:
    """Gives a layer of BERT a feed-forward part of `WIDTH` units, weights to be loaded or copied."""
    wide, back = layer.intermediate.dense, layer.output.dense
    layer.intermediate.dense = nn.Linear(wide.in_features, WIDTH)
    layer.output.dense = nn.Linear(WIDTH, back.out_features)


class ShortEncoder(TopEncoder):
    """Narrow layers that don't learn, and `full` ones that do. Its logits are those of a PairEncoder, in meaning and order."""

    def __init__(self, folder: Path, full: int = 1) -> None:
        super().__init__(folder, 0)
        layers = self.encoder.encoder.layer[: NARROW + full]
        for layer in layers[:NARROW]:
            make_narrow(layer)
        self.encoder.encoder.layer = layers
        self.encoder.config.num_hidden_layers = len(layers)
        self.bottom, self.top = layers[:NARROW], layers[NARROW:]
        self.bottom.requires_grad_(False)

    def start_from(self, state: State, bottom: State) -> None:
        """Takes embeddings, head and the last layers of a trained PairEncoder, and the narrow layers of `bottom`."""
        last = max(int(k.split(".layer.")[1].split(".")[0]) for k in state if ".layer." in k)
        taken = {k: v for k, v in state.items() if ".layer." not in k}
        taken |= {f"encoder.encoder.layer.{k}": v for k, v in bottom.items()}
        for i in range(len(self.top)):
            old, new = f".layer.{last - len(self.top) + 1 + i}.", f".layer.{NARROW + i}."
            taken |= {k.replace(old, new): v for k, v in state.items() if old in k}
        self.load_state_dict(taken)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, places: torch.Tensor
    ) -> torch.Tensor:
        hidden, barred = self.read_rows(input_ids, attention_mask)
        hidden = self.run_layers(self.top[:-1], hidden, barred)
        where = torch.cat([places, torch.zeros_like(places[:, :1])], 1)
        asking = torch.gather(hidden, 1, where.unsqueeze(-1).expand(-1, -1, hidden.shape[-1]))
        return self.head(self.dropout(self.read_last(asking, hidden, barred).flatten(1)))

    def read_last(self, asking: torch.Tensor, hidden: torch.Tensor, barred: torch.Tensor) -> torch.Tensor:
        """The last layer's states of the tokens `asking`, `(rows, 3, size)`, which attend to all of `hidden`."""
        layer = self.top[-1]
        parts, heads = layer.attention.self, self.encoder.config.num_attention_heads

        def split(states: torch.Tensor) -> torch.Tensor:
            return states.view(*states.shape[:2], heads, -1).transpose(1, 2)

        seen = nn.functional.scaled_dot_product_attention(
            split(parts.query(asking)), split(parts.key(hidden)), split(parts.value(hidden)),
            attn_mask=barred, dropout_p=self.dropout.p if self.training else 0.0,
        )  # fmt: skip
        joined = layer.attention.output(seen.transpose(1, 2).reshape(asking.shape), asking)
        return layer.output(layer.intermediate(joined), joined)
