"""Whole coding against bare spaCy parsing of the same text, in one run: `speed.py [FOLDER] [--articles N]`.

Prints processor seconds of both, their ratio (1.0: coding costs no more than parsing alone), tokens a second, and
resident memory before and after. FOLDER holds `.txt` articles; without one the shipped samples are taken, repeated.
The pipeline that is timed bare is the one the coder uses, with all its components.
"""

from __future__ import annotations

import argparse
import resource
import time
from importlib import resources
from pathlib import Path

from communique import Coder
from communique.annotate.pipeline import parse_texts
from communique.ingest import Article, clean_article


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--articles", type=int, default=40)
    given = parser.parse_args()
    folder = given.folder or resources.files("communique") / "data" / "samples"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name)
    texts = [f.read_text(encoding="utf-8") for f in files]
    texts = (texts * (given.articles // len(texts) + 1))[: given.articles]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    coder = Coder()
    cleaned = [clean_article(Article(text=t)).text for t in texts]
    coder.code(texts[0])
    loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    start = time.process_time()
    tokens = 0
    for text in cleaned:
        tokens += sum(len(doc) for doc in coder.pipeline.pipe(text.split("\n"), batch_size=64))
    bare = time.process_time() - start

    start = time.process_time()
    sum(len(p) for p in parse_texts(coder.pipeline, cleaned))
    ours = time.process_time() - start

    start = time.process_time()
    events = sum(len(coder.code(text).events) for text in texts)
    whole = time.process_time() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    print(f"articles {len(texts)}, tokens {tokens}, events {events}")
    print(f"bare spaCy          {bare:7.2f} s   {tokens / bare:8.0f} tokens/s")
    print(f"parsed to arrays    {ours:7.2f} s   {tokens / ours:8.0f} tokens/s")
    print(
        f"whole coding        {whole:7.2f} s   {tokens / whole:8.0f} tokens/s   {whole / len(texts):.3f} s/article"
    )
    print(f"speed of coding to bare parsing: {bare / whole:.2f}")
    print(
        f"resident memory: {before:.0f} MB before loading, {loaded:.0f} MB loaded, {after:.0f} MB at the end"
    )


if __name__ == "__main__":
    main()
