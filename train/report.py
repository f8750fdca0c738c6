"""Figures of the relation model from the judgements on held-out rows: `docs/relation.md`, the reliability plot,
and the temperature in the package's settings.

The temperature of a fold's figures is fitted on the other folds; the one that ships, on all of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from export import write_settings
from pairs import CONTRADICTING, LABELS

DOCS = Path(__file__).resolve().parent.parent / "docs"
BINS = 15
Judged = tuple[str, str, float]  # printed label, label found, confidence


def merge_shares(logits: Sequence[float], temperature: float) -> dict[str, float]:
    """Probabilities over the printed labels: YIELD is CONCEDE and RETREAT together."""
    top = max(logits)
    weights = [math.exp((x - top) / temperature) for x in logits]
    shares: dict[str, float] = {}
    for label, weight in zip(LABELS, weights, strict=True):
        name = "YIELD" if label in ("CONCEDE", "RETREAT") else label
        shares[name] = shares.get(name, 0.0) + weight / sum(weights)
    return shares


def fit_temperature(rows: Sequence[dict]) -> float:
    """The temperature with the smallest negative log likelihood, by golden section between 0.3 and 5."""

    def loss(temperature: float) -> float:
        shares = (merge_shares(r["logits"], temperature)[r["label"]] for r in rows)
        return -sum(math.log(max(s, 1e-9)) for s in shares)

    low, high, golden = 0.3, 5.0, (math.sqrt(5) - 1) / 2
    while high - low > 1e-3:
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return (low + high) / 2


def judge_rows(rows: Sequence[dict]) -> list[Judged]:
    """Each row with what was found, at the temperature of the other folds."""
    judged = []
    for fold in sorted({r["fold"] for r in rows}):
        temperature = fit_temperature([r for r in rows if r["fold"] != fold])
        for row in rows:
            if row["fold"] == fold:
                shares = merge_shares(row["logits"], temperature)
                best = max(shares, key=lambda label: shares[label])
                judged.append((row["label"], best, shares[best]))
    return judged


def score_classes(judged: Sequence[Judged]) -> dict[str, tuple[float, float, float, int]]:
    """Precision, recall, F1 and number of rows of every printed label."""
    scores = {}
    for label in sorted({gold for gold, _, _ in judged}):
        hit = sum(gold == found == label for gold, found, _ in judged)
        given = sum(found == label for _, found, _ in judged)
        there = sum(gold == label for gold, _, _ in judged)
        scores[label] = (hit / given if given else 0.0, hit / there, 2 * hit / (given + there), there)
    return scores


def score_macro(judged: Sequence[Judged]) -> float:
    scores = score_classes(judged)
    return sum(f for _, _, f, _ in scores.values()) / len(scores)


def score_accuracy(judged: Sequence[Judged]) -> float:
    return sum(gold == found for gold, found, _ in judged) / len(judged)


def find_interval(judged: Sequence[Judged], score, draws: int = 1000) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """95 % percentile interval over bootstrap draws of rows."""
    rng = np.random.default_rng(0)
    values = [score([judged[i] for i in rng.integers(0, len(judged), len(judged))]) for _ in range(draws)]
    return float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))


def bin_confidence(judged: Sequence[Judged]) -> list[tuple[int, float, float]]:
    """Rows, mean confidence and accuracy of each non-empty bin of fifteen."""
    bins = []
    for k in range(BINS):
        inside = [j for j in judged if k / BINS < j[2] <= (k + 1) / BINS]
        if inside:
            bins.append((len(inside), sum(j[2] for j in inside) / len(inside), score_accuracy(inside)))
    return bins


def score_calibration(judged: Sequence[Judged]) -> float:
    """Expected calibration error over fifteen bins."""
    return sum(n * abs(sure - right) for n, sure, right in bin_confidence(judged)) / len(judged)


def draw_reliability(judged: Sequence[Judged], file: Path) -> None:
    """How often an answer of a given confidence is right."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axis = pyplot.subplots(figsize=(5, 5), dpi=110)
    bins = bin_confidence(judged)
    axis.plot([0, 1], [0, 1], color="#999999", linewidth=1, label="perfectly calibrated")
    axis.scatter([b[1] for b in bins], [b[2] for b in bins], s=[8 + b[0] / 2 for b in bins], color="#1f5a94")
    axis.plot([b[1] for b in bins], [b[2] for b in bins], color="#1f5a94", linewidth=1, label="held-out rows")
    axis.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    axis.set_title(f"relate: expected calibration error {score_calibration(judged):.3f}")
    axis.legend(loc="upper left", frameon=False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Software": None})
    pyplot.close(figure)


def write_report(heldout: Path, model: Path) -> None:
    """`docs/relation.md`, `docs/relation-reliability.png`, and the temperature beside the weights."""
    rows = [json.loads(line) for line in heldout.read_text(encoding="utf-8").splitlines()]
    judged = judge_rows(rows)
    temperature = fit_temperature(rows)
    write_settings(model, temperature)
    DOCS.mkdir(exist_ok=True)
    draw_reliability(judged, DOCS / "relation-reliability.png")
    macro, exact = score_macro(judged), score_accuracy(judged)
    spans = [find_interval(judged, score) for score in (score_macro, score_accuracy)]
    clean = [
        j
        for r, j in zip(sorted(rows, key=lambda r: r["fold"]), judged, strict=True)
        if r["id"] not in CONTRADICTING
    ]
    wrong: dict[tuple[str, str], int] = {}
    for gold, found, _ in judged:
        if gold != found:
            wrong[gold, found] = wrong.get((gold, found), 0) + 1
    lines = [
        "# Typing a pair: `Coder.relate`",
        "",
        "Made by `python train/relation.py --report` from `train/heldout.jsonl`: five folds, every row judged by the",
        "int8 model that had not seen it. How the model is trained and on what: `train/MODEL_CARD.md`.",
        "",
        "| | relate (16M, int8, CPU) | 95 % interval | zero-shot NLI, RoBERTa-large, GPU, same rows |",
        "|---|---|---|---|",
        f"| macro F1, 15 labels | {macro:.3f} | {spans[0][0]:.3f}–{spans[0][1]:.3f} | .743 |",
        f"| accuracy | {exact:.3f} | {spans[1][0]:.3f}–{spans[1][1]:.3f} | .760 |",
        f"| expected calibration error, 15 bins | {score_calibration(judged):.3f} | | |",
        "",
        f"Rows: {len(judged)}. Eight of them have a root that contradicts their quad class; they are scored as printed",
        f"(without them macro F1 is {score_macro(clean):.3f}). Temperature: {temperature:.3f}. An answer of “no event”",
        f"({sum(found == 'NONE' for _, found, _ in judged)} rows) counts as wrong here, as every row holds an event.",
        "",
        "![reliability](relation-reliability.png)",
        "",
        "## By label",
        "",
        "| label | precision | recall | F1 | rows |",
        "|---|---|---|---|---|",
        *(f"| {k} | {p:.2f} | {r:.2f} | {f:.2f} | {n} |" for k, (p, r, f, n) in score_classes(judged).items()),
        "",
        "## What is taken for what",
        "",
        "| printed | found | rows |",
        "|---|---|---|",
        *(f"| {g} | {f} | {n} |" for (g, f), n in sorted(wrong.items(), key=lambda w: (-w[1], w[0]))[:15]),
        "",
    ]  # fmt: skip
    (DOCS / "relation.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines[:16]))
