"""A transformer with two marked parties and one softmax over the types, and how it learns."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from pairs import LABELS, Pair
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

from communique.extract.marked import MARKERS, encode_pair

Tokens = tuple[list[int], int, int]


class PairEncoder(nn.Module):
    """Reads marked sentences; gives logits over `LABELS` from both opening markers and the mean of all tokens."""

    def __init__(self, folder: Path, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            folder, attn_implementation="eager" if "mpnet" in str(folder) else "sdpa"
        )
        size = self.encoder.config.hidden_size
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(3 * size, len(LABELS))

    def read_out(
        self, hidden: torch.Tensor, attention_mask: torch.Tensor, places: torch.Tensor
    ) -> torch.Tensor:
        """Logits from the hidden states."""
        parties = torch.gather(hidden, 1, places.unsqueeze(-1).expand(-1, -1, hidden.shape[-1])).flatten(1)
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        return self.head(self.dropout(torch.cat([parties, mean], dim=-1)))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, places: torch.Tensor
    ) -> torch.Tensor:
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return self.read_out(hidden, attention_mask, places)


class TopEncoder(PairEncoder):
    """An encoder of which only the layers above `frozen` learn. What comes out of the frozen ones is computed once
    for every row and kept in `kept`, which saves their share of every epoch. Its parameters are a PairEncoder's."""

    def __init__(
        self,
        folder: Path,
        frozen: int,
        dropout: float = 0.1,
        kept: dict[tuple[int, ...], torch.Tensor] | None = None,
    ) -> None:
        super().__init__(folder, dropout)
        self.bottom = self.encoder.encoder.layer[:frozen]
        self.top = self.encoder.encoder.layer[frozen:]
        self.kept = {} if kept is None else kept
        self.relative = self.encoder.config.model_type == "mpnet"
        for part in (self.encoder.embeddings, self.bottom):
            part.requires_grad_(False)
        if self.relative:
            self.encoder.encoder.relative_attention_bias.requires_grad_(False)

    def state_dict(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        """Without the second names of the layers, so that a PairEncoder reads it."""
        full = super().state_dict(*args, **kwargs)
        return {k: v for k, v in full.items() if not k.startswith(("bottom.", "top."))}

    def load_state_dict(self, state, strict: bool = True, assign: bool = False):  # type: ignore[no-untyped-def]
        self.kept.clear()
        return super().load_state_dict(state, strict=False, assign=assign)

    def run_layers(
        self, layers: nn.ModuleList, hidden: torch.Tensor, barred: torch.Tensor | None
    ) -> torch.Tensor:
        bias = self.encoder.encoder.compute_position_bias(hidden) if self.relative else None
        for layer in layers:
            hidden = layer(hidden, barred, bias)[0] if self.relative else layer(hidden, barred)
        return hidden

    @torch.no_grad()
    def read_bottom(self, ids: tuple[int, ...]) -> torch.Tensor:
        """The frozen layers' output of one row, `(tokens, size)`."""
        if ids not in self.kept:
            self.encoder.embeddings.eval()
            self.bottom.eval()
            hidden = self.encoder.embeddings(input_ids=torch.tensor([ids]))
            self.kept[ids] = self.run_layers(self.bottom, hidden, None)[0]
        return self.kept[ids]

    @torch.no_grad()
    def keep_bottom(self, rows: Sequence[Tokens], batch: int = 64) -> None:
        """Reads many rows with the frozen layers, rows of a length together."""
        self.eval()
        order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
        for start in range(0, len(order), batch):
            part = [rows[i] for i in order[start : start + batch]]
            ids, mask, _ = collate(part, 0)
            hidden = self.encoder.embeddings(input_ids=ids)
            hidden = self.run_layers(self.bottom, hidden, bar_padding(mask))
            for (row, *_), states in zip(part, hidden, strict=True):
                self.kept[tuple(row)] = states[: len(row)].clone()

    def read_rows(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What the lower layers make of the rows, `(rows, tokens, size)`, and what bars the upper ones from padding."""
        lengths = attention_mask.sum(1).tolist()
        rows = [self.read_bottom(tuple(r[:n])) for r, n in zip(input_ids.tolist(), lengths, strict=True)]
        hidden = nn.utils.rnn.pad_sequence(rows, batch_first=True)
        return hidden, bar_padding(attention_mask)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, places: torch.Tensor
    ) -> torch.Tensor:
        hidden, barred = self.read_rows(input_ids, attention_mask)
        return self.read_out(self.run_layers(self.top, hidden, barred), attention_mask, places)


def bar_padding(mask: torch.Tensor) -> torch.Tensor:
    """What a layer adds to attention so that none falls on padding; `mask` is 1 where there is a token."""
    return (1.0 - mask[:, None, None, :].float()) * -1e4


def tokenize_pairs(
    tokenizer: Tokenizer, pairs: Sequence[Pair], marks: Sequence[str] = MARKERS
) -> list[Tokens]:
    return [encode_pair(tokenizer, p.sentence, p.actor, p.recipient, marks) for p in pairs]


def collate(tokens: Sequence[Tokens], pad: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    width = max(len(t[0]) for t in tokens)
    ids = torch.full((len(tokens), width), pad)
    mask = torch.zeros(len(tokens), width, dtype=torch.long)
    for i, (row, _, _) in enumerate(tokens):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return ids, mask, torch.tensor([[t[1], t[2]] for t in tokens])


def to_targets(pairs: Sequence[Pair]) -> torch.Tensor:
    """A row of ones at the labels each pair may have."""
    allowed = torch.zeros(len(pairs), len(LABELS))
    for i, pair in enumerate(pairs):
        for label in pair.labels:
            allowed[i, LABELS.index(label)] = 1
    return allowed


def make_batches(tokens: Sequence[Tokens], size: int, rng: random.Random) -> list[list[int]]:
    """Batches of about the same length, in random order."""
    order = list(range(len(tokens)))
    rng.shuffle(order)
    chunk = size * 16
    batches = []
    for start in range(0, len(order), chunk):
        part = sorted(order[start : start + chunk], key=lambda i: len(tokens[i][0]))
        batches += [part[i : i + size] for i in range(0, len(part), size)]
    rng.shuffle(batches)
    return batches


def fit(
    model: PairEncoder, tokens: Sequence[Tokens], targets: torch.Tensor, *, weights: torch.Tensor,
    soft: torch.Tensor | None = None, soft_share: float = 0.0, temperature: float = 2.0,
    epochs: float, rate: float, head_rate: float = 1e-3, batch: int = 16, smoothing: float = 0.05, seed: int = 0,
    pad: int = 0, decay: float = 0.01, layer_decay: float = 1.0, log: str = "",
    share: Callable[[nn.Module], None] | None = None,
) -> None:  # fmt: skip
    """Fine-tunes. The loss is minus the log of the summed probability of a row's allowed labels, smoothed;
    with `soft`, also the divergence from the teacher's distribution at `temperature`. A row without allowed
    labels (unlabelled text) learns from the teacher alone."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    depth = model.encoder.config.num_hidden_layers
    groups = []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        layer = depth
        if ".layer." in name:
            layer = int(name.split(".layer.")[1].split(".")[0])
        elif "embeddings" in name:
            layer = -1
        lr = (
            head_rate
            if name.startswith("head")
            else rate * layer_decay ** (depth - 1 - layer if layer < depth else 0)
        )
        groups.append({"params": [parameter], "lr": lr, "weight_decay": decay if parameter.ndim > 1 else 0.0})
    optimizer = torch.optim.AdamW(groups)
    per_epoch = math.ceil(len(tokens) / batch)
    total = int(per_epoch * epochs)
    warm = max(1, int(0.1 * total))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / warm, max(0.0, (total - s) / max(1, total - warm)))
    )
    model.train()
    step, began, running = 0, time.time(), 0.0
    while step < total:
        for indices in make_batches(tokens, batch, rng):
            if step >= total:
                break
            ids, mask, places = collate([tokens[i] for i in indices], pad)
            logits = model(ids, mask, places)
            logs = torch.log_softmax(logits, -1)
            allowed = targets[indices]
            weight = weights[indices]
            hard = -torch.logsumexp(logs.masked_fill(allowed == 0, -1e4), -1)
            uniform = -logs.mean(-1)
            labelled = (allowed.sum(-1) > 0).float()
            loss = ((1 - smoothing) * hard + smoothing * uniform) * labelled * weight
            if soft is not None:
                known = soft[indices]
                has = (known.sum(-1) > 0).float()
                cross = -(known * torch.log_softmax(logits / temperature, -1)).sum(-1) * temperature**2
                part = torch.where(has > 0, torch.where(labelled > 0, soft_share, 1.0), 0.0)
                loss = (1 - part) * loss + part * cross * weight
            loss = loss.sum() / weight.sum()
            optimizer.zero_grad()
            loss.backward()
            if share is not None:  # workers on parts of the rows take the mean of their gradients
                share(model)
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            running = 0.95 * running + 0.05 * loss.item()
            step += 1
            if log and step % 25 == 0:
                print(f"{log} step {step}/{total} loss {running:.3f} {time.time() - began:.0f}s", flush=True)
    model.eval()


@torch.no_grad()
def predict(model: PairEncoder, tokens: Sequence[Tokens], pad: int = 0, batch: int = 32) -> np.ndarray:
    """Logits of every row."""
    model.eval()
    out = np.zeros((len(tokens), model.head.out_features), dtype=np.float32)
    order = sorted(range(len(tokens)), key=lambda i: len(tokens[i][0]))
    for start in range(0, len(order), batch):
        indices = order[start : start + batch]
        out[indices] = model(*collate([tokens[i] for i in indices], pad)).numpy()
    return out
