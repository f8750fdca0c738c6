"""Fits the judge that says which questions the coder puts to the stance model. One command, no chance in it:

    python train/stance_gate.py --data ../shared/dev

The texts of five files are coded; of every question the coder raises, the judge's description and the stance model's
answer are kept. So are pairs of parties that stand near each other in sentences with a loaded word, and the pairs
marked in the sixth: the same words tell there too. A logistic regression learns how sure the model will be. The
threshold is the score that the wanted share of the model's sure answers reaches in folds not learnt from, texts kept
together. Rows stay in `--work`; a file of rows that is there is not made again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "train")]

import numpy as np  # noqa: E402
from scipy import sparse  # type: ignore[import-untyped]  # noqa: E402
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # noqa: E402
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]  # noqa: E402

from communique import Coder  # noqa: E402
from communique.annotate.mentions import Mention, find_mentions  # noqa: E402
from communique.annotate.parse import Parse  # noqa: E402
from communique.annotate.pipeline import parse_texts  # noqa: E402
from communique.errors import InputError  # noqa: E402
from communique.extract.attitude_gate import FOLDER, AttitudeGate, describe_question, load_attitude_gate  # noqa: E402
from communique.extract.attitudes import FOLDER as MODEL  # noqa: E402
from communique.extract.attitudes import AttitudeModel, load_attitude_model  # noqa: E402
from communique.extract.marked import Span  # noqa: E402
from communique.records import Attitude  # noqa: E402
from communique.resolve.attitudes import ACCEPT  # noqa: E402

CODED = ("polnear/train/text", "dse_train", "newsmtsc_train", "trnews", "indiapolice")
MARKED = "dse_train"
PAIRED = ("polnear/train/text", "newsmtsc_train")
PUBLISHED = "2016-09-01"  # of texts that don't say
NEAREST = 4  # pairs of a sentence that are taken, the nearest first
SUBJECTS = ("nsubj", "nsubjpass", "conj", "compound", "appos", "poss")  # what a holder mostly is
LOW, HIGH = 0.4, 0.95  # the model's probability that counts as no, and as yes; between, in part
PAIR_WEIGHT, NUMBER_WEIGHT, PENALTY = 0.5, 0.1, 0.3
LEAST_SEEN = 5  # rows with a word
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """Two parties of a sentence, how the judge sees them, and the model's probability of an attitude of the first to
    the second. `text` is the sentence, `group` what is never split over folds."""

    group: str
    text: str
    asked: bool
    words: list[str]
    numbers: np.ndarray
    share: float
    sure: bool


class Recorder:
    """Stands in for both judge and model: lets every question pass, and keeps what is seen and answered."""

    def __init__(self, model: AttitudeModel) -> None:
        self.model, self.group = model, ""
        self.rows: list[Row] = []
        self.seen: list[tuple[list[str], np.ndarray]] = []

    def passes(self, parse: Parse, holder: Mention, target: Mention) -> bool:
        self.seen.append(describe_question(parse, holder, target))
        return True

    def judge_ahead(self, rows: Sequence[tuple[str, Span, Span]]) -> Iterator[Attitude]:
        """Of the questions that have passed since it was last asked."""
        for (sentence, *spans), (words, numbers) in zip(rows, self.seen, strict=True):
            answer = self.model.judge_pair(sentence, *spans)
            none = answer.label == "none"
            share = 1 - answer.confidence if none else answer.confidence
            sure = not none and answer.confidence >= ACCEPT
            self.rows.append(Row(self.group, sentence, True, words, numbers.astype(np.float32), share, sure))
            yield answer
        self.seen.clear()


def read_texts(data: Path, name: str) -> Iterator[tuple[str, str, str | None]]:
    """Name, text and date of every text of a folder of articles or a file of texts; each text once."""
    if (data / name).is_dir():
        for file in sorted((data / name).glob("*.txt")):
            yield file.stem, file.read_text(encoding="utf-8"), PUBLISHED
        return
    seen = set()
    for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["text"] not in seen:
            seen.add(row["text"])
            yield str(row.get("doc", row.get("id"))), row["text"], row.get("date", PUBLISHED)


def record_questions(coder: Coder, data: Path, name: str) -> list[Row]:
    """A row for every question that coding a file raises."""
    recorder = Recorder(load_attitude_model())
    vars(coder).update(attitude_model=recorder, attitude_gate=recorder)
    for group, text, published in read_texts(data, name):
        recorder.group = f"{name} {group}"
        try:
            coder.code(text, published=published)
        except InputError:  # a date that is none
            coder.code(text, published=PUBLISHED)
    return recorder.rows


def record_pairs(coder: Coder, data: Path, name: str) -> list[Row]:
    """Two rows, one a direction, for near pairs of a file: those that are marked, or mentions beside a loaded word."""
    model, rows = load_attitude_model(), []
    marked: dict[str, list[tuple[Span, Span]]] = {}
    if name == MARKED:
        for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            marked.setdefault(row["text"], []).append((row["p_span"], row["q_span"]))
    texts = list(read_texts(data, name))
    parses = parse_texts(coder.pipeline, [text for _, text, _ in texts])
    for (group, text, _), parse in zip(texts, parses, strict=True):
        pairs = [_to_pair(parse, *spans) for spans in marked[text]] if marked else _near_pairs(coder, parse)
        for pair in pairs:
            if pair is None or parse.vectors is None:
                continue
            first, past = parse.sentences[parse.sentence_of[pair[0].head]]
            start, sentence = parse.start[first], parse.slice(first, past)
            spans = [(parse.start[m.first] - start, parse.end[m.past - 1] - start) for m in pair]
            shares = model.judge(sentence, spans)
            for (holder, target), way in ((pair, "p_to_q"), (pair[::-1], "q_to_p")):
                if parse.dep[holder.head] not in SUBJECTS:
                    continue
                share = max(shares[f"pos_{way}"], shares[f"neg_{way}"])
                words, numbers = describe_question(parse, holder, target)
                small = numbers.astype(np.float32)
                rows.append(Row(f"{name} {group}", sentence, False, words, small, share, share >= ACCEPT))
    return rows


def _to_pair(parse: Parse, one: Span, other: Span) -> tuple[Mention, Mention] | None:
    """Marked spans as parties, where they stand apart, in order and in one sentence."""
    found = []
    for start, end in (one, other):
        inside = [t for t in range(len(parse)) if parse.start[t] < end and parse.end[t] > start]
        if not inside:
            return None
        first, past = inside[0], inside[-1] + 1
        heads = [t for t in inside if not first <= parse.head[t] < past or parse.head[t] == t]
        found.append(Mention(first, past, heads[0] if heads else past - 1, "description"))
    ends = {parse.sentence_of[t] for m in found for t in (m.first, m.head, m.past - 1)}
    return (found[0], found[1]) if found[0].past <= found[1].first and len(ends) == 1 else None


def _near_pairs(coder: Coder, parse: Parse) -> list[tuple[Mention, Mention]]:
    """The nearest pairs of named actors in each sentence that has a loaded word."""
    by_sentence: dict[int, list[Mention]] = {}
    for mention in find_mentions(parse, coder.actors):
        if mention.kind in ("name", "person", "organisation", "role"):
            by_sentence.setdefault(parse.sentence_of[mention.head], []).append(mention)
    pairs = []
    for sentence, inside in by_sentence.items():
        tokens = range(*parse.sentences[sentence])
        if len(inside) > 1 and any(parse.lemma[t].lower() in coder.stances.loaded for t in tokens):
            near = [(a, b) for a in inside for b in inside if a.past <= b.first]
            pairs += sorted(near, key=lambda pair: pair[1].first - pair[0].past)[:NEAREST]
    return pairs


class Learner:
    """Rows as one matrix, and the regression on them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        counts = Counter(word for row in rows for word in row.words)
        self.vocabulary = {
            w: i for i, w in enumerate(sorted(w for w, n in counts.items() if n >= LEAST_SEEN))
        }
        numbers = np.array([row.numbers for row in rows], dtype=np.float64)
        self.mean, self.spread = numbers.mean(0), numbers.std(0) + 1e-6
        scaled = sparse.csr_matrix((numbers - self.mean) / self.spread * NUMBER_WEIGHT)
        places = [[self.vocabulary[w] for w in row.words if w in self.vocabulary] for row in rows]
        ends = np.cumsum([0, *map(len, places)])
        flat = np.concatenate([np.array(p, dtype=np.int64) for p in places])
        ones = sparse.csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), len(self.vocabulary)))
        self.matrix = sparse.hstack([scaled, ones]).tocsr()
        self.target = np.clip((np.array([row.share for row in rows]) - LOW) / (HIGH - LOW), 0, 1)
        self.weight = np.array([1.0 if row.asked else PAIR_WEIGHT for row in rows])

    def fit(self, chosen: np.ndarray) -> Any:
        """The regression on the rows chosen, each a part yes and a part no."""
        part = self.matrix[chosen]
        yes, weight = self.target[chosen], self.weight[chosen]
        classes = np.r_[np.ones(len(chosen)), np.zeros(len(chosen))]
        weights = np.r_[weight * yes, weight * (1 - yes)]
        counts = np.flatnonzero(weights)
        both = sparse.vstack([part, part]).tocsr()
        model = LogisticRegression(C=PENALTY, max_iter=400)
        return model.fit(both[counts], classes[counts], weights[counts])

    def score_folds(self, rows: Sequence[Row]) -> np.ndarray:
        """The score of every row, from a regression that learnt from no row of its group or its sentence."""
        scores = np.zeros(len(rows))
        groups = [row.group for row in rows]
        for learnt, held in GroupKFold(FOLDS).split(self.matrix, groups=groups):
            barred = {rows[i].text for i in held}
            kept = np.array([i for i in learnt if rows[i].text not in barred])
            scores[held] = self.fit(kept).decision_function(self.matrix[held])
        return scores


def write_gate(learner: Learner, least: float, pipeline: str, out: Path) -> None:
    """`settings.json` with the regression on all rows."""
    model = learner.fit(np.arange(learner.matrix.shape[0]))
    size = len(learner.mean)
    numbers = model.coef_[0][:size] * NUMBER_WEIGHT / learner.spread
    words = {w: round(float(model.coef_[0][size + i]), 3) for w, i in learner.vocabulary.items()}
    settings = {
        "pipeline": pipeline,
        "sha256": hashlib.sha256((MODEL / "model.onnx").read_bytes()).hexdigest(),
        "least": round(least, 2),
        "start": round(float(model.intercept_[0] - learner.mean @ numbers), 3),
        "words": {w: x for w, x in words.items() if x},
        "numbers": [round(float(x), 4) for x in numbers],
    }
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
    (out / "settings.json").write_text(
        text.replace('],"', '],\n"').replace('},"', '},\n"') + "\n", encoding="utf-8"
    )


def report(name: str, scores: np.ndarray, sure: np.ndarray, least: float) -> str:
    """How many questions pass, and how many of those the model is sure of."""
    passed = scores >= least
    kept, all_sure = int((passed & sure).sum()), int(sure.sum())
    return f"{name}: {passed.sum()} of {len(scores)} asked ({passed.mean():.3f}), {kept} of {all_sure} sure ones kept"


def measure(coder: Coder, gate: AttitudeGate, data: Path, name: str) -> str:
    """The same of texts that were not learnt from."""
    rows = record_questions(coder, data, name)
    weights = gate.settings.words
    scores = [
        gate.settings.start + sum(weights.get(w, 0) for w in row.words) + float(row.numbers @ gate.numbers)
        for row in rows
    ]
    return report(name, np.round(scores, 2), np.array([row.sure for row in rows]), gate.settings.least)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the development data")
    parser.add_argument("--keep", type=float, default=0.985, help="share of the sure answers that must pass")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "stance_gate")
    parser.add_argument("--out", type=Path, default=Path(str(FOLDER)))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    coder = Coder()
    rows: list[Row] = []
    jobs = [(record_questions, n) for n in CODED] + [(record_pairs, n) for n in (MARKED, *PAIRED)]
    for record, name in jobs:
        file = options.work / f"{record.__name__}_{name.replace('/', '_')}.pickle"
        if not file.exists():
            file.write_bytes(pickle.dumps(record(coder, options.data, name)))
        rows += pickle.loads(file.read_bytes())
    learner = Learner(rows)
    print(
        len(rows),
        "rows,",
        sum(row.asked for row in rows),
        "questions,",
        len(learner.vocabulary),
        "words",
        flush=True,
    )
    scores = learner.score_folds(rows)
    asked, sure = np.array([r.asked for r in rows]), np.array([r.sure for r in rows])
    ranked = np.sort(scores[asked & sure])
    least = float(np.floor(ranked[int((1 - options.keep) * len(ranked))] * 100) / 100)
    for name in CODED:
        chosen = asked & np.array([row.group.startswith(name) for row in rows])
        if chosen.any():
            print("folds,", report(name, scores[chosen], sure[chosen], least), flush=True)
    nlp = coder.pipeline.meta
    write_gate(learner, least, f"{nlp['name']} {nlp['version']}", options.out)
    print("held out,", measure(coder, load_attitude_gate(options.out), options.data, "polnear/dev/text"))


if __name__ == "__main__":
    main()
