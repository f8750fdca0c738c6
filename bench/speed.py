"""Whole coding against bare spaCy on the same text, in one run: `speed.py [FOLDER] [--articles N] [--workers] [--out OUT]`.

Bare is the coder's spaCy model with tagger and parser alone, over the lines of the cleaned texts: once as its package
loads it, once with the faster of spaCy's two kernels, which the coder takes. Whole is `Coder.code` with every stage on.
Articles are taken in groups, and each group is parsed bare and coded whole in turn, so that what else the machine does
falls on all. Each reads a group twice, and the second time counts. FOLDER holds `.txt` articles; without one the shipped
samples are taken.
Prints, as a table, microseconds a token of the clock and of the processors (all threads), and the clock's
speed of each as a share of bare parsing; with `--workers` also of coding in one and in two worker processes, once they
run. Then comes what more could be left unparsed: the words in lines in which nothing is found. `--out` writes the table
and a plot.
"""

from __future__ import annotations

import argparse
import importlib
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from thinc.api import NumpyOps, get_current_ops, set_current_ops

from communique import Coder
from communique.annotate.pipeline import MODEL, parse_texts
from communique.ingest import Article, clean_article
from communique.workers import code_in_workers

GROUP = 4
DATE = "2016-09-01"


def load_bare(ops: NumpyOps) -> Any:
    """The coder's model as its package loads it, with tagger and parser alone, on one of spaCy's kernels."""
    before = get_current_ops()
    set_current_ops(ops)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r".*W095.*")
            return importlib.import_module(MODEL).load(disable=["ner", "attribute_ruler", "lemmatizer"])
    finally:
        set_current_ops(before)


def time_workers(texts: list[str], sizes: list[int], workers: int) -> float:
    """Seconds of the clock a token, without the first articles, at which the processes start."""
    many = max(2, 160 // len(texts))
    began, early = time.perf_counter(), 8 * workers
    for done, _ in enumerate(code_in_workers(texts * many, {}, workers=workers, published=DATE), 1):
        if done == early:
            began = time.perf_counter()
    return (time.perf_counter() - began) / sum((sizes * many)[early:])


def count_idle(coder: Coder, texts: list[str]) -> tuple[int, int, int]:
    """Words of the texts; of them, in lines that hold no event, statement or stance; of these, in lines that name no
    actor of the document either."""
    words = idle = nameless = 0
    for text in texts:
        doc = coder.code(text, published=DATE)
        found = [e.sentence for e in doc.events] + [s.sentence for s in doc.stances]
        found += [piece.span for s in doc.statements for piece in (*s.content, *s.source)]
        named = [span for actor in doc.actors for span in actor.mentions]
        start = 0
        for line in doc.text.split("\n"):
            end, count = start + len(line), len(line.split())
            words += count
            if not any(a < end and start < b for a, b in found):
                idle += count
                nameless += 0 if any(a < end and start < b for a, b in named) else count
            start = end + 1
    return words, idle, nameless


def write_plot(each: dict[str, float], head: str, path: Path) -> None:
    """A bar for each part: tokens a second."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 0.5 * len(each) + 1.3), layout="constrained")
    names = list(each)[::-1]
    colours = ["tab:grey" if name.startswith("bare") else "tab:blue" for name in names]
    bars = axes.barh(names, [1 / each[name] for name in names], color=colours)
    axes.bar_label(bars, fmt="{:,.0f}", padding=3)
    axes.set(xlabel="tokens a second", title=head)
    axes.margins(x=0.12)
    figure.savefig(path, dpi=120, metadata={"Software": None})


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", action="store_true")
    parser.add_argument("--out", type=Path, help="for OUT.md and OUT.png")
    given = parser.parse_args()
    folder = given.folder or resources.files("communique") / "data" / "samples"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name)
    files = files[:: max(1, len(files) // given.articles)][: given.articles]
    texts = [f.read_text(encoding="utf-8") for f in files]
    cleaned = [clean_article(Article(text=text)).text for text in texts]
    coder = Coder()
    loaders = {
        "bare spaCy as installed: tagger, parser": NumpyOps(),
        "bare spaCy, faster kernel": NumpyOps(use_blis=False),
    }
    pipelines = {name: load_bare(ops) for name, ops in loaders.items()}
    clock: dict[str, float] = defaultdict(float)
    processor: dict[str, float] = defaultdict(float)
    tokenizer = coder.pipeline.tokenizer
    sizes = [sum(len(tokenizer(line)) for line in text.split("\n")) for text in cleaned]

    def parse_bare(bare: Any, group: slice) -> None:
        for _ in bare.pipe([line for text in cleaned[group] for line in text.split("\n")]):
            pass

    def read(group: slice) -> None:
        for _ in parse_texts(coder.pipeline, cleaned[group], coder.ahead):
            pass

    def code(group: slice) -> None:
        for text in texts[group]:
            coder.code(text, published=DATE)

    parts: dict[str, Callable[[slice], None]] = {
        **{name: partial(parse_bare, bare) for name, bare in pipelines.items()},
        "read to arrays: also names, lemmas": read,
        "whole coding, every stage": code,
    }
    for _ in range(given.rounds):
        for at in range(0, len(texts), GROUP):
            group = slice(at, at + GROUP)
            for name, work in parts.items():
                time.sleep(0.2)  # the threads of the part before look for more work for a while
                work(group)  # and have left its caches cold
                began, used = time.perf_counter(), time.process_time()
                work(group)
                clock[name] += time.perf_counter() - began
                processor[name] += time.process_time() - used
    each = {part: seconds / sum(sizes) / given.rounds for part, seconds in clock.items()}
    if given.workers:
        for many, name in ((1, "one worker process"), (2, "two worker processes")):
            each[f"whole coding, {name}"] = time_workers(texts, sizes, many)
    head = f"{len(texts)} articles of {sum(sizes) // len(texts)} tokens, {given.rounds} rounds"
    table = [
        "| µs a token | clock | processors | speed to bare as installed | to bare, faster kernel |",
        "|---|---|---|---|---|",
    ]
    for part, seconds in each.items():
        used = f"{processor[part] / sum(sizes) / given.rounds * 1e6:.0f}" if part in processor else ""
        shares = " | ".join(f"{each[name] / seconds:.2f}" for name in pipelines)
        table.append(f"| {part} | {seconds * 1e6:.0f} | {used} | {shares} |")
    print("\n".join([head, "", *table]))
    if given.out:
        given.out.with_suffix(".md").write_text("\n".join([head, "", *table, ""]), encoding="utf-8")
        write_plot(each, head, given.out.with_suffix(".png"))
    words, idle, nameless = count_idle(coder, texts)
    print(f"\nOf {words:,} words {idle / words:.1%} stand in lines in which nothing is found,")
    print(f"{nameless / words:.1%} in lines that name no actor either.")


if __name__ == "__main__":
    main()
