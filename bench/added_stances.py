"""Stances that the model adds to those of the rules on real news, judged by a reader.

`added_stances.py draw FOLDER OUT.tsv [SEED]` codes the `.txt` articles of a folder (dated by the second part of their
names, `outlet_DATE_title`), counts how often the model is asked, draws sixty of what it adds and writes a line each:
document, spans of holder and object, side, confidence, an empty verdict; beside it `OUT.tsv.txt` has the sentences to
read. A reader fills in `right` or `wrong`. `added_stances.py count FILE.tsv` prints the share that is right with
Wilson's interval, from each confidence on. No article text goes into the TSV.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

from endtoend import wilson

from communique import Coder
from communique.resolve.attitudes import MADE_BY

COLUMNS = ("document", "holder", "object", "side", "confidence", "verdict")


def draw(folder: Path, out: Path, number: int = 60, seed: int = 2022) -> None:
    """Codes, counts, draws, writes."""
    coder = Coder()
    asked, articles, added, others = 0, 0, [], 0
    judge = coder.attitude_model.judge

    def count(*row: object) -> dict[str, float]:
        nonlocal asked
        asked += 1
        return judge(*row)  # type: ignore[arg-type]

    coder.attitude_model.judge = count  # type: ignore[method-assign,assignment]
    for file in sorted(folder.glob("*.txt")):
        document = coder.code(
            file.read_text(encoding="utf-8"), id=file.stem, published=file.stem.split("_")[1]
        )
        articles += 1
        mine = [s for s in document.stances if s.made_by == MADE_BY]
        others += len(document.stances) - len(mine)
        added += [(document, s) for s in mine]
    print(
        f"{articles} articles; asked {asked / articles:.2f} times an article; {len(added)} stances added to {others}"
    )
    drawn = random.Random(seed).sample(added, min(number, len(added)))
    with out.open("w", encoding="utf-8", newline="") as rows, Path(f"{out}.txt").open("w") as sheet:
        writer = csv.writer(rows, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        for n, (document, s) in enumerate(drawn, 1):
            spans = ["-".join(map(str, span)) for span in (s.holder[0].span, s.object.span)]
            writer.writerow((document.id, *spans, s.polarity, s.confidence, ""))
            sheet.write(f"{n}. [{s.holder[0].text}] {s.polarity} [{s.object.text}] {s.confidence}\n")
            sheet.write(f"   {document.text[slice(*s.sentence)]}\n")


def list_shares(file: Path) -> list[str]:
    """The shares that are right, a line for each confidence."""
    with file.open(encoding="utf-8", newline="") as rows:
        judged = [r for r in csv.DictReader(rows, delimiter="\t") if r["verdict"]]
    lines = []
    for least in (0.7, 0.8, 0.85, 0.9):
        part = [r for r in judged if float(r["confidence"]) >= least]
        if part:
            right = sum(r["verdict"] == "right" for r in part)
            low, high = wilson(right, len(part))
            lines.append(
                f"confidence from {least}: {right} of {len(part)} right [{100 * low:.0f}, {100 * high:.0f}]"
            )
    return lines


if __name__ == "__main__":
    command, path, *rest = sys.argv[1:]
    if command == "draw":
        draw(Path(path), Path(rest[0]), seed=int(rest[1]) if len(rest) > 1 else 2022)
    else:
        print("\n".join(list_shares(Path(path))))
