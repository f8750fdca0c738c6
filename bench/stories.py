"""Precision and recall of the linking of articles into stories: `python bench/stories.py [--copies N] [--sweep]`.

The shipped samples are perturbed as syndication does it (other words, paragraphs cut, other byline, headline and
publisher); `stories.toml` has retellings in other words, and articles on the same people that tell another story. A
pair of articles is right when both come from the same sample.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from msgspec import structs

from communique import Coder
from communique.analyse.linking import update_stories
from communique.errors import InputError
from communique.ingest import read_articles
from communique.knowledge.stories import load_rules
from communique.records import CodedDocument
from communique.store import Store, open_store
from communique.version import VERSION

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "src" / "communique" / "data" / "samples"
NAMES = ("Ann Berg", "Luis Ortega", "Priya Nair", "Tom Weller", "Sofia Rossi")
PUBLISHERS = ("The Courier", "Evening Star", "Daily Post", "The Herald-Times", "Metro Wire")
# What an editor changes without changing what is said.
SWAPS = {
    "said": "stated",
    "also": "in addition",
    "called": "termed",
    "about": "roughly",
    "after": "following",
    "earlier": "previously",
    "talks": "negotiations",
    "country": "nation",
    "several": "a number of",
    "began": "started",
    "but": "yet",
    "although": "though",
}
RETELLINGS = (0.25, 0.3, 0.34, 0.4, 0.45, 0.5, 0.6)
SIMILARITIES = (0.5, 0.6, 0.7, 0.8, 0.9)


def perturb(text: str, seed: int, cut: float, swap: float) -> str:
    """A copy as another newsroom would print it: a byline and perhaps a headline of its own, a share of the paragraphs
    cut from the end, a share of the swappable words swapped and of the others dropped now and then."""
    rng = random.Random(seed)
    paragraphs = [p for p in re.split(r"\n\s*\n|\n(?=[A-Z])", text) if p.strip()]
    body = paragraphs[: max(3, round(len(paragraphs) * (1 - cut)))]
    if rng.random() < 0.5:
        body[0] = f"{body[0]}, Report Says"

    def change(match: re.Match[str]) -> str:
        word = match[0]
        if word in SWAPS and rng.random() < 4 * swap:
            return SWAPS[word]
        return "" if word in {"the", "very", "its", "had"} and rng.random() < swap else word

    changed = [re.sub(r"[A-Za-z]+", change, paragraph) for paragraph in body]
    return "\n\n".join([changed[0], f"By {rng.choice(NAMES)}", *changed[1:]])


def make_articles(copies: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(kind, story, record) of every article."""
    for article in read_articles([str(SAMPLES)]):
        if isinstance(article, InputError):
            raise article
        stem = Path(article.name).stem
        (document,) = code([article])
        record = {"text": document.text, "published": document.published}
        yield "sample", stem, {"id": stem, "publisher": "The Wire", **record}
        for n in range(copies):
            cut, swap = (0.0, 0.15, 0.3, 0.5)[n % 4], (0.0, 0.1, 0.2)[n % 3]
            text = perturb(document.text, n, cut, swap)
            here = {"id": f"{stem}-{n}", "text": text, "published": document.published}
            yield "copy", stem, here | {"publisher": PUBLISHERS[n % len(PUBLISHERS)]}
    for entry in tomllib.loads((HERE / "stories.toml").read_text(encoding="utf-8"))["article"]:
        record = {"id": entry["id"], "text": entry["text"].strip(), "published": entry["published"]}
        yield (
            "retelling" if "of" in entry else "other",
            entry.get("of", entry["id"]),
            record | {"publisher": "The Monitor"},
        )


@cache
def load_coder() -> Coder:
    return Coder()


def code(records: Iterable[Any]) -> list[CodedDocument]:
    """Raises InputError for what can't be coded."""
    found = []
    for document in load_coder().code_many(records):
        if isinstance(document, InputError):
            raise document
        found.append(document)
    return found


def score(store: Store, kinds: dict[str, str], truth: dict[str, str]) -> dict[str, tuple[int, int, int]]:
    """(right, linked, wanted) pairs, over all and for pairs with an article of a kind."""
    found = {row["document"]: row["story"] for row in store.query("select * from story_members").to_pylist()}
    sums = {kind: [0, 0, 0] for kind in ("all", "copy", "retelling", "other")}
    for a, b in combinations(sorted(truth), 2):
        linked = found.get(a, a) == found.get(b, b)
        wanted = truth[a] == truth[b]
        pair = {kinds[a], kinds[b]}
        kind = next(k for k in ("other", "retelling", "copy", "sample") if k in pair)
        for name in ("all", kind):
            if name in sums:
                sums[name] = [
                    x + y for x, y in zip(sums[name], (linked and wanted, linked, wanted), strict=True)
                ]
    return {kind: (a, b, c) for kind, (a, b, c) in sums.items()}


def say(name: str, right: int, linked: int, wanted: int) -> str:
    precision = f"{right / linked:.3f}" if linked else "–"
    recall = f"{right / wanted:.3f}" if wanted else "–"
    return f"{name:<28} {precision:>9} {recall:>9} {right:>7} {linked:>7} {wanted:>7}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=6, help="perturbed copies of each sample")
    parser.add_argument("--sweep", action="store_true", help="also with other thresholds")
    args = parser.parse_args()
    made = list(make_articles(args.copies))
    kinds = {record["id"]: kind for kind, _, record in made}
    truth = {record["id"]: story for _, story, record in made}
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "stories.duckdb", write=True)
        run = store.start_run(VERSION)
        store.add(code(record for _, _, record in made), run)
        linked = update_stories(store)
        count = {
            kind: sum(k == kind for k in kinds.values()) for kind in ("sample", "copy", "retelling", "other")
        }
        print(
            ", ".join(f"{n} {kind}" for kind, n in count.items()), f"— {linked.pairs} pairs read of", end=" "
        )
        print(len(made) * (len(made) - 1) // 2)
        print(f"{'pairs with a':<28} precision    recall   right  linked  wanted")
        for kind, sums in score(store, kinds, truth).items():
            print(say(kind, *sums))
        print(f"events: {linked.reports} reports of {linked.happenings} happenings")
        if args.sweep:
            usual = load_rules().stories
            rules = [structs.replace(usual, similarity=s) for s in SIMILARITIES] + [
                structs.replace(usual, retelling=r) for r in RETELLINGS
            ]
            for rule in rules:
                update_stories(store, rule)
                name = f"similarity {rule.similarity} retelling {rule.retelling}"
                print(say(name, *score(store, kinds, truth)["all"]))


if __name__ == "__main__":
    main()
