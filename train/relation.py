"""Trains, checks and writes the relation model. One command does it all, with a fixed seed:

    python train/relation.py --data ../shared/dev --base MINILM_FOLDER

Stages, each kept in `--work` and not done again while its file is there:
 1. `own`: the encoder learns our own sentences (`train/sentences`), which hold no row of the training file;
 2. `bottom`: two narrow layers learn to stand for its lower half, on texts without labels (`bottom.py`);
 3. `fold-N`: from `own`, its upper half learns four fifths of the rows;
 4. `short-fold-N`: a short encoder, `bottom` and one layer more, learns the same rows and what `fold-N` says of
    them. It is exported; the exported model judges the rows that neither has seen;
 5. `full`, `short-full`: the same with all rows. `short-full` is exported into the package;
 6. `train/heldout.jsonl`: what every row was given by the model that had not seen it. Temperature, reliability
    plot and `docs/relation.md` come from this file (`python train/relation.py --report`).
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
FROZEN = 3  # lower layers, which learn in the first stage only
ROWS = "plv_train.jsonl"
BESIDE, BESIDE_SHORT = 300, 320  # own sentences beside the rows, in stage 3 and in stage 4
HELDOUT = ROOT / "train" / "heldout.jsonl"
MODEL = ROOT / "src" / "communique" / "data" / "models" / "relate"


def load_tokens(folder: Path):  # type: ignore[no-untyped-def]
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class Trainer:
    """The stages, with what they share. Torch is imported here so that `--report` runs without it."""

    def __init__(self, options: argparse.Namespace) -> None:
        import bottom
        import encoder
        import pairs
        import short
        import torch

        torch.set_num_threads(options.threads)
        self.options, self.torch, self.encoder = options, torch, encoder
        self.bottom, self.short = bottom, short
        options.work.mkdir(parents=True, exist_ok=True)
        self.rows = list(pairs.read_plover_rows(options.data / ROWS))
        self.fold = pairs.assign_folds(self.rows, FOLDS)
        self.own = list(pairs.read_own_sentences(options.copies, SEED))
        self.late = list(pairs.read_own_sentences(1, SEED, late=True))
        self.tokens = load_tokens(options.base)

    def learn_own(self) -> Path:
        """Stage 1."""
        file = self.options.work / "own.pt"
        if not file.exists():
            self.torch.manual_seed(SEED)
            model = self.encoder.PairEncoder(self.options.base)
            self.encoder.fit(
                model, self.encode(self.own), self.encoder.to_targets(self.own), weights=self.torch.ones(len(self.own)),
                epochs=self.options.own_epochs, rate=2e-4, layer_decay=0.85, seed=SEED, log="own",
            )  # fmt: skip
            self.torch.save(model.state_dict(), file)
        return file

    def learn_bottom(self) -> Path:
        """Stage 2."""
        file = self.options.work / "bottom.pt"
        if not file.exists():
            trained = self.encoder.TopEncoder(self.options.base, FROZEN)
            trained.load_state_dict(self.torch.load(self.learn_own()))
            rows = [ids for ids, *_ in self.encode([*self.own, *self.late])]
            rows += self.bottom.read_marked_texts(self.tokens, self.options.data, SEED)
            state = self.bottom.learn_bottom(trained, rows, self.options.bottom_steps, SEED)
            self.torch.save(state, file)
        return file

    def encode(self, rows: Sequence):  # type: ignore[no-untyped-def,type-arg]
        return self.encoder.tokenize_pairs(self.tokens, rows)

    def choose_rows(self, fold: int | None, beside: int) -> list:  # type: ignore[type-arg]
        """The rows outside `fold` (all rows for None), with `beside` of our own sentences and the late ones."""
        rows = [r for r in self.rows if self.fold[r.id] != fold and r.labels]
        own = sorted(self.own, key=lambda p: hashlib.sha256(f"{SEED}{p.id}".encode()).hexdigest())
        return [*rows, *own[:beside], *self.late]

    def learn_rows(self, fold: int | None) -> Path:
        """Stage 3, and its part of stage 5."""
        o, name = self.options, name_stage(fold)
        file = o.work / f"{name}.pt"
        if not file.exists():
            rows = self.choose_rows(fold, BESIDE)
            self.torch.manual_seed(SEED)
            model = self.encoder.TopEncoder(o.base, FROZEN)
            model.load_state_dict(self.torch.load(self.learn_own()))
            self.encoder.fit(
                model, self.encode(rows), self.encoder.to_targets(rows), weights=self.torch.ones(len(rows)),
                epochs=o.epochs, rate=1.5e-4, layer_decay=0.85, seed=SEED + (fold or 0), log=name,
            )  # fmt: skip
            self.torch.save(model.state_dict(), file)
        return file

    def learn_short(self, fold: int | None) -> Path:
        """Stage 4, and its part of stage 5."""
        o, name = self.options, f"short-{name_stage(fold)}"
        file = o.work / f"{name}.pt"
        if not file.exists():
            state = self.torch.load(self.learn_rows(fold))
            rows = self.choose_rows(fold, BESIDE_SHORT)
            tokens = self.encode(rows)
            teacher = self.encoder.PairEncoder(o.base)
            teacher.load_state_dict(state)
            told = self.torch.tensor(self.encoder.predict(teacher, tokens))
            model = self.short.ShortEncoder(o.base)
            model.start_from(state, self.torch.load(self.learn_bottom()))
            self.encoder.fit(
                model, tokens, self.encoder.to_targets(rows), weights=self.torch.ones(len(rows)),
                soft=self.torch.softmax(told / 2.0, -1), soft_share=0.5, temperature=2.0,
                epochs=o.short_epochs, rate=2e-4, seed=SEED, log=name,
            )  # fmt: skip
            self.torch.save(model.state_dict(), file)
        return file

    def write(self, fold: int | None, folder: Path) -> None:
        """Exports a short encoder."""
        from export import write_model

        file = self.learn_short(fold)
        model = self.short.ShortEncoder(self.options.base)
        model.load_state_dict(self.torch.load(file))
        write_model(model, self.options.base, folder)

    def judge_fold(self, fold: int) -> list[dict[str, object]]:
        """The held-out rows of a fold, judged by the exported model."""
        from communique.extract.relate import load_relation_model

        file = self.options.work / f"short-fold-{fold}.jsonl"
        if not file.exists():
            folder = self.options.work / f"short-fold-{fold}"
            self.write(fold, folder)
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


def name_stage(fold: int | None) -> str:
    return "full" if fold is None else f"fold-{fold}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder of the training files")
    parser.add_argument("--base", type=Path, help="folder of the MiniLM that is fine-tuned")
    parser.add_argument("--copies", type=int, default=2, help="sentences written out of each frame")
    parser.add_argument("--own-epochs", type=float, default=3)
    parser.add_argument("--bottom-steps", type=int, default=1800)
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--short-epochs", type=float, default=4)
    parser.add_argument("--folds", type=int, nargs="*", default=list(range(FOLDS)), help="only these folds")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "relation")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--stage", choices=["all", "own", "bottom", "folds", "full", "report"], default="all")
    parser.add_argument(
        "--report", action="store_true", help="only rewrite the report from train/heldout.jsonl"
    )
    options = parser.parse_args()
    if not options.report and options.stage != "report":
        trainer = Trainer(options)
        if options.stage == "own":
            trainer.learn_own()
            return
        if options.stage == "bottom":
            trainer.learn_bottom()
            return
        if options.stage in ("all", "folds"):
            lines = [line for fold in options.folds for line in trainer.judge_fold(fold)]
            if len(options.folds) == FOLDS:
                lines.sort(key=lambda line: int(str(line["id"]).rpartition("-")[2]))
                HELDOUT.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
            if options.stage == "folds":
                return
        trainer.write(None, options.out)
        if options.stage == "full":
            return
    from report import write_report

    write_report(HELDOUT, options.out)


if __name__ == "__main__":
    main()
