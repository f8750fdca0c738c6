"""Trains, checks and writes the relation model. One command does it all, with a fixed seed:

    python train/relation.py --rows ../shared/dev/plv_train.jsonl --base MINILM_FOLDER --teacher MPNET_FOLDER \
        --unlabelled ../shared/dev/dse_train.jsonl

Stages, each kept in `--work` and not done again while its file is there:
 1. `own`: the encoder learns our own sentences (`train/sentences`), which hold no row of the training file;
 2. `fold-N`: from there, it learns four fifths of the rows and is exported; the exported model judges the rest;
 3. `full`: from there, it learns all rows and is exported into the package;
 4. `train/heldout.jsonl`: what every row was given by the model that had not seen it. Temperature, reliability
    plot and `docs/relation.md` come from this file (`python train/relation.py --report`).

With `--teacher`, an MPNet goes through the same stages first, fold by fold, and the small encoder also learns
from its distributions, on the rows of the fold's training part, on our sentences and on unlabelled news pairs.
The teacher of a fold never sees the fold.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "train")]

SEED = 1
FOLDS = 5
HELDOUT = ROOT / "train" / "heldout.jsonl"
MODEL = ROOT / "src" / "communique" / "data" / "models" / "relate"
TEACHER_MARKS = ("<s>", "</s>", "@", "*", "#", "~")  # signs its frozen layers know, unlike unused tokens


def load_tokens(folder: Path):  # type: ignore[no-untyped-def]
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class Trainer:
    """The stages, with what they share. Torch is imported here so that `--report` runs without it."""

    def __init__(self, options: argparse.Namespace) -> None:
        import encoder
        import pairs
        import torch

        torch.set_num_threads(options.threads)
        self.options, self.torch, self.encoder, self.pairs = options, torch, encoder, pairs
        options.work.mkdir(parents=True, exist_ok=True)
        self.rows = list(pairs.read_plover_rows(options.rows))
        self.fold = pairs.assign_folds(self.rows, FOLDS)
        self.own = list(pairs.read_own_sentences(options.copies, SEED))
        self.late = list(pairs.read_own_sentences(1, SEED, late=True))
        self.loose = read_unlabelled(options.unlabelled, options.loose) if options.unlabelled else []
        self.tokens = load_tokens(options.base)

    def learn_own(self, teacher: bool) -> Path:
        """Stage 1."""
        o, name = self.options, "teacher-own" if teacher else "own"
        file = o.work / f"{name}.pt"
        if not file.exists():
            model = self.new_model(teacher)
            tokens = self.encode(self.own, teacher)
            self.encoder.fit(
                model, tokens, self.encoder.to_targets(self.own), weights=self.torch.ones(len(self.own)),
                epochs=2 if teacher else o.own_epochs, rate=6e-5 if teacher else 2e-4,
                layer_decay=0.9 if teacher else 0.85, pad=1 if teacher else 0, seed=SEED, log=name,
            )  # fmt: skip
            self.torch.save(model.state_dict(), file)
        return file

    def new_model(self, teacher: bool, frozen: int = 0):  # type: ignore[no-untyped-def]
        self.torch.manual_seed(SEED)
        if teacher:
            return self.encoder.TopEncoder(self.options.teacher, self.options.teacher_frozen)
        if frozen:
            return self.encoder.TopEncoder(self.options.base, frozen)
        return self.encoder.PairEncoder(self.options.base)

    def load_plain(self, file: Path):  # type: ignore[no-untyped-def]
        model = self.encoder.PairEncoder(self.options.base)
        model.load_state_dict(self.torch.load(file))
        return model

    def encode(self, rows: Sequence, teacher: bool):  # type: ignore[no-untyped-def]
        if teacher:
            return self.encoder.tokenize_pairs(load_tokens(self.options.teacher), rows, TEACHER_MARKS)
        return self.encoder.tokenize_pairs(self.tokens, rows)

    def learn_rows(self, fold: int | None, teacher: bool) -> Path:
        """Stages 2 and 3: the rows outside `fold` (all rows for None), with our own sentences beside them."""
        o = self.options
        name = ("teacher-" if teacher else "") + ("full" if fold is None else f"fold-{fold}")
        file = o.work / f"{name}.pt"
        if file.exists():
            return file
        rows = [r for r in self.rows if self.fold[r.id] != fold and r.labels]
        own = sorted(self.own, key=lambda p: hashlib.sha256(f"{SEED}{p.id}".encode()).hexdigest())[: o.beside]
        soft = None
        together = [*rows, *own, *self.late]
        if o.teacher and not teacher:
            together += self.loose
            soft = self.torch.softmax(self.torch.tensor(self.ask_teacher(fold, together)) / 2.0, -1)
        model = self.new_model(teacher, o.frozen)
        model.load_state_dict(self.torch.load(self.learn_own(teacher)))
        weights = self.torch.ones(len(together))
        self.encoder.fit(
            model, self.encode(together, teacher), self.encoder.to_targets(together), weights=weights, soft=soft,
            soft_share=0.5, epochs=o.teacher_epochs if teacher else o.epochs, rate=4e-5 if teacher else 1.5e-4,
            layer_decay=0.9 if teacher else 0.85, pad=1 if teacher else 0, seed=SEED + (fold or 0), log=name,
        )  # fmt: skip
        self.torch.save(model.state_dict(), file)
        return file

    def ask_teacher(self, fold: int | None, rows: Sequence):  # type: ignore[no-untyped-def]
        model = self.new_model(True)
        model.load_state_dict(self.torch.load(self.learn_rows(fold, True)))
        return self.encoder.predict(model, self.encode(rows, True), 1)

    def judge_fold(self, fold: int) -> list[dict[str, object]]:
        """The held-out rows of a fold, judged by the exported model."""
        from export import write_model

        from communique.extract.relate import load_relation_model

        file = self.options.work / f"fold-{fold}.jsonl"
        if not file.exists():
            folder = self.options.work / f"fold-{fold}"
            model = self.load_plain(self.learn_rows(fold, False))
            write_model(model, self.options.base, folder)
            judge = load_relation_model(folder)
            lines = []
            for row in self.rows:
                if self.fold[row.id] == fold:
                    logits = judge.score_labels(row.sentence, row.actor, row.recipient)
                    found = [round(float(x), 3) for x in logits]
                    lines.append(
                        json.dumps({"id": row.id, "fold": fold, "label": row.printed, "logits": found})
                    )
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def write_final(self) -> None:
        """Stage 3's export into the package."""
        from export import write_model

        model = self.load_plain(self.learn_rows(None, False))
        write_model(model, self.options.base, self.options.out)


def read_unlabelled(file: Path, limit: int) -> list:  # type: ignore[type-arg]
    """News sentences with two marked parties and no label of ours, in an order fixed by their ids' digests."""
    from pairs import Pair

    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [r for r in rows if 40 < len(r["text"]) < 260]
    rows.sort(key=lambda r: hashlib.sha256(str(r["id"]).encode()).hexdigest())
    return [Pair(f"loose-{r['id']}", r["text"], r["p"], r["q"], (), "", False) for r in rows[:limit]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=Path, help="plv_train.jsonl")
    parser.add_argument("--base", type=Path, help="folder of the MiniLM that is fine-tuned")
    parser.add_argument("--teacher", type=Path, help="folder of the MPNet that teaches it; none without")
    parser.add_argument(
        "--unlabelled", type=Path, help="JSONL with text, p, q: more news for the teacher to judge"
    )
    parser.add_argument("--loose", type=int, default=1500, help="how many of those")
    parser.add_argument("--copies", type=int, default=2, help="sentences written out of each frame")
    parser.add_argument(
        "--beside", type=int, default=300, help="own sentences beside the rows in stages 2 and 3"
    )
    parser.add_argument("--own-epochs", type=float, default=3)
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--teacher-epochs", type=float, default=4)
    parser.add_argument("--frozen", type=int, default=3, help="layers that don't learn in stages 2 and 3")
    parser.add_argument(
        "--teacher-frozen", type=int, default=6, help="layers of the teacher that never learn"
    )
    parser.add_argument("--folds", type=int, nargs="*", default=list(range(FOLDS)), help="only these folds")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "relation")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--stage", choices=["all", "own", "folds", "full", "report"], default="all")
    parser.add_argument(
        "--report", action="store_true", help="only rewrite the report from train/heldout.jsonl"
    )
    options = parser.parse_args()
    if not options.report and options.stage != "report":
        trainer = Trainer(options)
        if options.stage == "own":
            trainer.learn_own(False)
            return
        if options.stage in ("all", "folds"):
            lines = [line for fold in options.folds for line in trainer.judge_fold(fold)]
            if len(options.folds) == FOLDS:
                lines.sort(key=lambda line: int(str(line["id"]).rpartition("-")[2]))
                HELDOUT.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
            if options.stage == "folds":
                return
        trainer.write_final()
        if options.stage == "full":
            return
    from report import write_report

    write_report(HELDOUT, options.out)


if __name__ == "__main__":
    main()
