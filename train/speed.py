"""Pairs a second and memory added by the shipped relation model: `python train/speed.py [--threads 2]`.

Sentences are our own held-out ones (`tests/data/relations.tsv`), lengthened to 36 tokens, the mean of news sentences
with two marked parties, by what agency copy puts before and after.
"""

from __future__ import annotations

import argparse
import re
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from communique.ahead import Ahead  # noqa: E402
from communique.extract.marked import encode_pair  # noqa: E402
from communique.extract.relate import load_relation_model  # noqa: E402

PADDING = " , the ministry said in a statement on Tuesday after a meeting of both sides in Geneva"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    rows = []
    for line in (ROOT / "tests" / "data" / "relations.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            frame = line.split("\t")[1]
            actor, recipient = re.search(r"\[(.*?)\]", frame)[1], re.search(r"\{(.*?)\}", frame)[1]  # type: ignore[index]
            rows.append((re.sub(r"[\[\]{}]", "", frame).rstrip(".") + PADDING + ".", actor, recipient))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    model = load_relation_model(ahead=Ahead(options.threads))
    model.relate(rows)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tokens = sum(len(encode_pair(model.tokenizer, *row)[0]) for row in rows) / len(rows)
    began, worked = time.perf_counter(), time.process_time()
    for _ in range(5):
        model.relate(rows)
    rate = 5 * len(rows) / (time.perf_counter() - began)
    busy = 5 * len(rows) / (time.process_time() - worked)
    print(
        f"{rate:.0f} pairs/s, {busy:.0f} a second of one core; {options.threads} threads, {tokens:.0f} tokens a row"
    )
    print(f"{(after - before) / 1024:.0f} MB added")


if __name__ == "__main__":
    main()
