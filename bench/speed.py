"""Whole coding against bare spaCy on the same text, in one run: `speed.py [FOLDER] [--articles N] [--workers]`.

Bare is the coder's spaCy model as its package loads it, with tagger and parser alone, over the lines of the cleaned
texts; whole is `Coder.code` with every stage on. Articles are taken in groups, and each group is parsed bare and coded
whole in turn, so that what else the machine does falls on both. One round before is not counted. FOLDER holds `.txt`
articles; without one the shipped samples are taken. Prints, as a table, processor seconds of each part, tokens a second and the
speed of coding as a share of bare parsing; with `--workers` also articles a second of one and of two worker processes,
by the clock.
"""

from __future__ import annotations

import argparse
import importlib
import time
import warnings
from importlib import resources
from itertools import pairwise
from pathlib import Path

from communique import Coder
from communique.annotate.pipeline import MODEL, parse_texts
from communique.ingest import Article, clean_article

GROUP = 4
DATE = "2016-09-01"


def time_workers(texts: list[str], workers: int) -> float:
    """Articles a second by the clock, without the first, in which the processes start."""
    done = 0
    start = time.perf_counter()
    for _ in Coder().code_many(texts, workers=workers, published=DATE):
        done += 1
        if done == 2 * workers:
            start = time.perf_counter()
    return (done - 2 * workers) / (time.perf_counter() - start)


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", action="store_true")
    given = parser.parse_args()
    folder = given.folder or resources.files("communique") / "data" / "samples"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name)
    files = files[:: max(1, len(files) // given.articles)][: given.articles]
    texts = [f.read_text(encoding="utf-8") for f in files]
    cleaned = [clean_article(Article(text=text)).text for text in texts]
    coder = Coder()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r".*W095.*")
        bare = importlib.import_module(MODEL).load(
            disable=["ner", "attribute_ruler", "lemmatizer"]
        )  # as installed: nothing of it is kept by word
    spent = dict.fromkeys(("bare", "parsed", "coded"), 0.0)
    tokens = 0
    for turn in range(given.rounds + 1):
        for at in range(0, len(texts), GROUP):
            group, clean = texts[at : at + GROUP], cleaned[at : at + GROUP]
            marks = [time.process_time()]
            size = sum(len(doc) for doc in bare.pipe(line for text in clean for line in text.split("\n")))
            marks.append(time.process_time())
            for _ in parse_texts(coder.pipeline, clean):
                pass
            marks.append(time.process_time())
            for text in group:
                coder.code(text, published=DATE)
            marks.append(time.process_time())
            if turn:
                tokens += size
                for part, (a, b) in zip(spent, pairwise(marks), strict=True):
                    spent[part] += b - a
    names = {
        "bare": "bare spaCy: tagger and parser",
        "parsed": "read to arrays: also names, lemmas",
        "coded": "whole coding, every stage",
    }
    print(f"{len(texts)} articles of {tokens // given.rounds // len(texts)} tokens, {given.rounds} rounds\n")
    print("| | s | µs a token | tokens/s | speed to bare |\n|---|---|---|---|---|")
    for part, seconds in spent.items():
        print(
            f"| {names[part]} | {seconds:.2f} | {seconds / tokens * 1e6:.0f} | {tokens / seconds:.0f} "
            f"| {spent['bare'] / seconds:.2f} |"
        )
    if given.workers:
        many = texts * (1 + 80 // len(texts))
        for workers in (1, 2):
            print(f"\n{workers} worker{'s' * (workers > 1)}: {time_workers(many, workers):.1f} articles/s")


if __name__ == "__main__":
    main()
