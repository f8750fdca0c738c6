"""Trains the attribution model and writes it into the package. One command, with a fixed seed:

    python train/attribution/train.py --data ../shared/dev/polnear

Stages, the first kept in `--work` and not done again while its file is there: the articles are parsed; the two heads
learn from what the parser's and the name finder's networks make of each word, and from the syntax. One training article
in `HELD` is held out, to choose thresholds and to watch.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "train" / "attribution")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from export import write_heads  # noqa: E402
from model import Cues, Roles  # noqa: E402
from torch import nn  # noqa: E402

from communique.annotate.pipeline import load_pipeline  # noqa: E402
from communique.extract.attribution import FOLDER, PARTS  # noqa: E402
from communique.extract.cue_features import number  # noqa: E402
from data import Article, build_article, read_gold, read_parses  # noqa: E402

SEED = 1
HELD = 20
WORDS = 3000  # in a batch
# A rule's cue word for which nothing as likely as `keep` is found is taken back. Chosen on the held-out articles.
THRESHOLDS = {"cue": 0.25, "role": 0.5, "keep": 0.22}
# The heads that are written are a running mean of those that learn: of about as many steps as an epoch has.
MEAN = 0.998
# What the loss of the head for cues weighs beside that of the head for roles, which would else shape the words' states alone.
CUE_SHARE = 8.0


class Tagger(nn.Module):
    def __init__(self, static: torch.Tensor, pos: int, dep: int, dropout: float) -> None:
        super().__init__()
        self.cues = Cues(static, pos, dep, dropout)
        self.roles = Roles(dep, dropout)


def make_batches(articles: list[Article], rng: random.Random) -> list[list[Article]]:
    """All articles in random order, some together."""
    batches: list[list[Article]] = []
    room = 0
    for article in rng.sample(articles, len(articles)):
        room -= len(article.tags)
        if room < 0:
            batches.append([])
            room = WORDS - len(article.tags)
        batches[-1].append(article)
    return batches


def measure_loss(model: Tagger, batch: list[Article]) -> tuple[torch.Tensor, torch.Tensor]:
    """The losses of both heads on a batch."""

    def join(arrays: list[np.ndarray], sizes: list[int] | None = None) -> torch.Tensor:
        """One array of those of all articles; where they are places, each moved by the sizes of those before."""
        moves = np.cumsum([0, *sizes[:-1]]) if sizes else [0] * len(arrays)
        return torch.from_numpy(np.concatenate([a + move for a, move in zip(arrays, moves, strict=True)]))

    words = [len(a.tags) for a in batch]
    cues = [len(a.cues) for a in batch]
    pairs = [len(a.roles) for a in batch]
    states, logits = model.cues(
        join([a.vectors for a in batch]).float(),
        join([a.forms for a in batch]),
        join([a.words.kinds for a in batch]),
        join([a.words.beside for a in batch], words),
    )
    cue_loss = nn.functional.cross_entropy(logits, join([a.tags for a in batch]))
    out = model.roles(
        states,
        join([a.cues - [0, 1] for a in batch], words),
        join([a.pairs.word for a in batch], words),
        join([a.pairs.cue for a in batch], cues),
        join([a.pairs.places for a in batch]),
        join([a.pairs.beside for a in batch], pairs),
    )
    return cue_loss, nn.functional.cross_entropy(out, join([a.roles for a in batch]), ignore_index=-1)


def learn(model: Tagger, articles: list[Article], held: list[Article], options: argparse.Namespace) -> Tagger:
    """Both heads at once, the rate falling to almost nothing; gives the running mean of their weights."""
    rng = random.Random(SEED)
    mean = copy.deepcopy(model).eval()
    learnt = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=options.rate, weight_decay=0.01)
    start, step = time.time(), 0
    for epoch in range(options.epochs):
        model.train()
        batches = make_batches(articles, rng)
        total = np.zeros(2)
        for i, batch in enumerate(batches):
            step += 1
            done = (epoch + i / len(batches)) / options.epochs
            for group in optimizer.param_groups:
                group["lr"] = options.rate * min(1, step / 50) * max(0.02, 1 - done)
            cue_loss, role_loss = measure_loss(model, batch)
            optimizer.zero_grad()
            (CUE_SHARE * cue_loss + role_loss).backward()
            nn.utils.clip_grad_norm_(learnt, 1.0)
            optimizer.step()
            total += cue_loss.item(), role_loss.item()
            with torch.no_grad():
                share = min(MEAN, step / (step + 10))
                for kept, new in zip(mean.parameters(), model.parameters(), strict=True):
                    if new.requires_grad:
                        kept.lerp_(new, 1 - share)
        with torch.no_grad():
            seen = np.mean(
                [[x.item() for x in measure_loss(mean, b)] for b in make_batches(held, rng)], axis=0
            )
        print(f"{epoch + 1}: {total / len(batches)} held {seen} {time.time() - start:.0f} s", flush=True)
    return mean


def write_settings(folder: Path, settings: dict[str, object]) -> None:
    digests = {part: hashlib.sha256((folder / f"{part}.onnx").read_bytes()).hexdigest() for part in PARTS}
    text = json.dumps({**settings, "sha256": digests}, indent=1) + "\n"
    (folder / "settings.json").write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "attribution")
    parser.add_argument("--out", type=Path, default=Path(str(FOLDER)))
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    parses = read_parses(options.data, "train", options.work)
    nlp = load_pipeline()
    table = torch.from_numpy(nlp.vocab.vectors.data)
    static = torch.cat([torch.zeros(1, table.shape[1]), table])
    pos = sorted({label for parse in parses.values() for label in parse.pos})
    dep = sorted({label for parse in parses.values() for label in parse.dep})
    articles: list[Article] = []
    held: list[Article] = []
    for i, (name, parse) in enumerate(parses.items()):
        gold = read_gold(sorted((options.data / "train" / "attributions").glob(f"{name}_????.ann"))[0])
        (held if i % HELD == 0 else articles).append(build_article(parse, gold, number(pos), number(dep)))
    print(len(articles), "articles,", sum(len(a.cues) for a in articles), "attributions", flush=True)
    model = Tagger(static, len(pos), len(dep), options.dropout)
    model.cues.scale(torch.from_numpy(np.concatenate([a.vectors for a in articles])).float())
    model = learn(model, articles, held, options)
    write_heads(model.cues, model.roles, options.out)
    name = f"{nlp.meta['name']} {nlp.meta['version']}"
    write_settings(options.out, {"pipeline": name, "pos": pos, "dep": dep, **THRESHOLDS})


if __name__ == "__main__":
    main()
