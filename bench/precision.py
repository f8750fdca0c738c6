"""Precision on real news, judged by a reader.

`precision.py draw FOLDER OUT.tsv [SEED]` codes the `.txt` articles of a folder (dated by the second part of
their names, `outlet_DATE_title`), draws events and writes a line each: document, event id, trigger span, type, and an empty verdict
and reason; beside it `OUT.tsv.txt` has the sentences to read. A reader fills in the verdict (`right`, or `wrong` with a reason).
`precision.py count FILE.tsv` prints the share that is right with Wilson's interval, and the reasons of the wrong ones.

An event is right where actor, recipient, type and factuality are all right. No article text goes into the TSV.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import Counter
from pathlib import Path

from endtoend import wilson

from communique import Coder
from communique.records import Member

COLUMNS = ("document", "event", "start", "end", "type", "verdict", "reason")


def draw(folder: Path, out: Path, number: int = 100, seed: int = 2022) -> None:
    """Codes, draws, writes."""
    coder = Coder()
    drawn = []
    for file in sorted(folder.glob("*.txt")):
        document = coder.code(
            file.read_text(encoding="utf-8"), id=file.stem, published=file.stem.split("_")[1]
        )
        drawn += [(document, event) for event in document.events]
    drawn = random.Random(seed).sample(drawn, min(number, len(drawn)))

    def name(members: tuple[Member, ...]) -> str:
        return ", ".join(f"{m.text} [{m.code}]" for m in members) or "-"

    with out.open("w", encoding="utf-8", newline="") as rows, Path(f"{out}.txt").open("w") as sheet:
        writer = csv.writer(rows, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        for n, (document, e) in enumerate(drawn, 1):
            writer.writerow((document.id, e.id, *e.trigger.span, e.type, "", ""))
            sheet.write(
                f"{n}. {e.type} {e.factuality} <{e.trigger.text}> {name(e.actor)} -> {name(e.recipient)} ({e.made_by})\n"
            )
            sheet.write(f"   {document.text[slice(*e.sentence)]}\n")


def count(file: Path) -> None:
    """Prints the share and the reasons."""
    with file.open(encoding="utf-8", newline="") as rows:
        judged = [row for row in csv.DictReader(rows, delimiter="\t") if row["verdict"]]
    right = sum(row["verdict"] == "right" for row in judged)
    low, high = wilson(right, len(judged))
    print(f"right {right}/{len(judged)}  {right / len(judged):.1%}  [{low:.1%}, {high:.1%}]")
    for reason, times in Counter(row["reason"] for row in judged if row["verdict"] != "right").most_common():
        print(f"  {times:3d}  {reason}")


if __name__ == "__main__":
    if sys.argv[1] == "draw":
        draw(Path(sys.argv[2]), Path(sys.argv[3]), seed=int(sys.argv[4]) if len(sys.argv) > 4 else 2022)
    else:
        count(Path(sys.argv[2]))
