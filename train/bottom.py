"""The narrow layers at the bottom of both encoders that ship, and how they learn.

They stand for the three lower layers of the trained encoder, which relation and stance model have in common: two
layers, the first and the third of the three, with the feed-forward units that move the output most. They learn to give
the third layer's states, token by token, on marked sentences: our own and the training texts of the stance model, no
label of which is read, and none of the rows that the relation model is judged on.
"""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Sequence
from itertools import count, islice
from pathlib import Path

import torch
from encoder import Tokens, TopEncoder, bar_padding, collate, make_batches
from short import NARROW, WIDTH, make_narrow
from stance_rows import read_rows
from tokenizers import Tokenizer
from torch import nn

from communique.extract.attitudes import TARGET_MARKS
from communique.extract.marked import encode_spans

TEXTS = ("dse_train.jsonl", "newsmtsc_train.jsonl")
LONGEST = 96  # tokens of a row
BATCH = 32

Row = Sequence[int]


def read_marked_texts(tokenizer: Tokenizer, data: Path, seed: int) -> list[Row]:
    """The rows of the stance model's training files: pairs in one order or the other, and single targets."""
    rng = random.Random(seed)
    rows = []
    for name in TEXTS:
        for row in read_rows(data / name):
            spans = list(row.spans)
            if len(spans) == 2:
                turned = spans[::-1] if rng.random() < 0.5 else spans
                ids, _ = encode_spans(tokenizer, row.sentence, turned)
            else:
                ids, _ = encode_spans(tokenizer, row.sentence, spans, TARGET_MARKS)
            if len(ids) <= LONGEST:
                rows.append(ids)
    return rows


def read_batch(rows: Sequence[Tokens]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Padded ids, where there are tokens, and what bars attention from the rest."""
    ids, mask, _ = collate(rows, 0)
    return ids, mask.bool(), bar_padding(mask)


@torch.no_grad()
def start_narrow(trained: TopEncoder, rows: Sequence[Tokens]) -> nn.ModuleList:
    """The narrow layers before they learn. `rows` tell which feed-forward units move the output."""
    layers = trained.bottom
    ids, mask, barred = read_batch(rows)
    hidden = trained.encoder.embeddings(input_ids=ids)
    narrow = copy.deepcopy(nn.ModuleList([layers[0], layers[-1]]))
    chosen = []
    for layer in layers:
        units = layer.intermediate(layer.attention(hidden, barred)[0])[mask]
        strength = units.std(0) * layer.output.dense.weight.norm(dim=0)
        chosen.append(strength.argsort(descending=True)[:WIDTH].sort().values)
        hidden = layer(hidden, barred)
    for layer, kept in zip(narrow, (chosen[0], chosen[-1]), strict=True):
        wide, back = layer.intermediate.dense, layer.output.dense
        make_narrow(layer)
        layer.intermediate.dense.weight.copy_(wide.weight[kept])
        layer.intermediate.dense.bias.copy_(wide.bias[kept])
        layer.output.dense.weight.copy_(back.weight[:, kept])
        layer.output.dense.bias.copy_(back.bias)
    assert len(narrow) == NARROW
    return narrow


def learn_bottom(
    trained: TopEncoder, rows: Sequence[Row], steps: int, seed: int, rate: float = 1e-3
) -> dict[str, torch.Tensor]:
    """The weights of the narrow layers that stand for the frozen ones of `trained` after `steps` batches, keyed
    `<layer>.…`."""
    torch.manual_seed(seed)
    trained.eval()
    rng = random.Random(seed)
    rows = sorted(rows)
    rng.shuffle(rows)
    tokens: list[Tokens] = [(list(row), 0, 0) for row in rows]  # nothing is read out at a place
    narrow = start_narrow(trained, tokens[:300])
    narrow.requires_grad_(True)
    narrow.eval()  # what it learns from has no dropout either
    optimizer = torch.optim.AdamW(narrow.parameters(), lr=rate, weight_decay=0.01)
    warm = min(50, steps // 2)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / (warm + 1), max(0.0, (steps - s) / (steps - warm)))
    )
    began, running = time.time(), 0.0
    batches = (batch for _ in count() for batch in make_batches(tokens, BATCH, rng))
    for step, batch in enumerate(islice(batches, steps)):
        ids, mask, barred = read_batch([tokens[i] for i in batch])
        with torch.no_grad():
            hidden = trained.encoder.embeddings(input_ids=ids)
            told = trained.run_layers(trained.bottom, hidden, barred)
        loss = (trained.run_layers(narrow, hidden, barred) - told)[mask].square().mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(narrow.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        running = 0.95 * running + 0.05 * loss.item() if step else loss.item()
        if step % 100 == 99:
            print(f"bottom step {step + 1}/{steps} loss {running:.4f} {time.time() - began:.0f}s", flush=True)
    return narrow.state_dict()
