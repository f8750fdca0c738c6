"""End to end on single sentences: `endtoend.py [--split dev|test|all] [--show]`.

A sentence of `tests/data/endtoend.jsonl` counts where one event has its type, actor countries and recipient countries
all right; for a reciprocal one the union of both sides is compared, and a sentence that names no recipient asks for
none. A sentence without an event counts where none is coded. `tests/data/negatives.jsonl` are the classes of
false events that the literature counts: the share of sentences per class where nothing is coded. `--show` prints what
is wrong; use it for the dev half only, the test half is not to be tuned on.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from communique import Coder
from communique.records import Event, Member

DATA = Path(__file__).parent.parent / "tests" / "data"
PUBLISHED = "2024-06-10"


def read_rows(name: str, split: str) -> list[dict[str, Any]]:
    """The rows of one file that belong to a split ("all": every row)."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if split in ("all", row["split"])]


def list_countries(members: Iterable[Member]) -> set[str]:
    """The countries and international organisations of a side."""
    return {member.code.partition(".")[0] for member in members if member.code}


def is_right(row: dict[str, Any], event: Event) -> bool:
    """Whether type, actor countries and recipient countries of an event are those of the row."""
    actor, recipient = list_countries(event.actor), list_countries(event.recipient)
    wanted_actor, wanted_recipient = set(row["actor"]), set(row["recipient"])
    if event.type != row["type"]:
        return False
    if event.reciprocal or (len(wanted_actor) > 1 and not wanted_recipient):
        return actor | recipient == wanted_actor | wanted_recipient
    return actor == wanted_actor and (not wanted_recipient or recipient == wanted_recipient)


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not total:
        return 0.0, 1.0
    share = right / total
    middle = share + z * z / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (middle - half) / (1 + z * z / total), (middle + half) / (1 + z * z / total)


def describe(event: Event) -> str:
    """An event in one line."""
    actor, recipient = sorted(list_countries(event.actor)), sorted(list_countries(event.recipient))
    return f"{event.type} {actor}->{recipient} {event.factuality} [{event.trigger.text}] {event.made_by}"


def print_table(title: str, right: Counter[str], total: Counter[str]) -> None:
    """One line a class and one for all of them."""
    print(f"\n{title}")
    for name in sorted(total):
        print(f"  {name:12} {right[name]:4}/{total[name]:<4} {right[name] / total[name]:6.1%}")
    low, high = wilson(right.total(), total.total())
    share = right.total() / total.total()
    print(f"  {'all':12} {right.total():4}/{total.total():<4} {share:6.1%}  [{low:.1%}, {high:.1%}]")


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", default="all", choices=["dev", "test", "all"])
    parser.add_argument("--show", action="store_true", help="print the sentences that are wrong")
    options = parser.parse_args()
    coder = Coder()

    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    quiet: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    for row in read_rows("endtoend.jsonl", options.split):
        events = coder.code(row["text"], published=PUBLISHED).events
        if row["type"] is None:
            silent["no event"] += 1
            quiet["no event"] += not events
            good = not events
        else:
            total[row["type"]] += 1
            good = any(is_right(row, event) for event in events)
            right[row["type"]] += good
        if options.show and not good:
            print(f"{row['id']} {row['actor']}->{row['recipient']}: {row['text']}")
            for event in events:
                print(f"      {describe(event)}")
    print_table("type, actor and recipient right", right, total)
    print_table("sentences without an event left alone", quiet, silent)

    left: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for row in read_rows("negatives.jsonl", options.split):
        events = coder.code(row["text"], published=PUBLISHED).events
        seen[row["class"]] += 1
        left[row["class"]] += not events
        if options.show and events:
            print(f"{row['id']}: {row['text']}")
            for event in events:
                print(f"      {describe(event)}")
    print_table("error classes left alone", left, seen)


if __name__ == "__main__":
    main()
