"""Memory against the number of articles, in one run: `memory.py [--sizes 1000 10000 100000] [--workers 1 2]`.

Runs `communique code CORPUS.jsonl --db FILE` as a user would and watches it: resident memory of the process and its
workers, twice a second, against how much of the corpus it has read. Corpora are drawn from the shipped samples and
perturbed with invented words and numbers, so that the vocabulary grows as it does in an archive; the same seed gives the
same corpus. `--kind whole` takes whole samples, `short` a sentence an article, `mixed` the same with nine of ten marked
as German, which are read, cleaned, compared and stored but not coded, so that a hundred thousand take half an hour. Prints a table and writes it and a plot where `--out` says.
Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from communique.ingest import clean_article, read_articles
from communique.ingest.article import Article

_SYLLABLES = [
    "ba",
    "ko",
    "lu",
    "ren",
    "ti",
    "shan",
    "vo",
    "mir",
    "da",
    "zel",
    "po",
    "ka",
    "ne",
    "ru",
    "dov",
    "sa",
    "lin",
    "go",
    "te",
    "mar",
]
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
_NUMBER = re.compile(r"\b[1-9]\d\b")
_SENTENCE = re.compile(r"[A-Z“][^.!?\n]{40,120}[.!?]”?(?=\s|$)")
_PAUSE = 0.5  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Look:
    """Resident megabytes, of all processes together, when so many articles had been read."""

    articles: int
    megabytes: float


@dataclass(frozen=True, slots=True)
class Result:
    """One run watched. `steady` is the median of the looks taken while the last tenth was read, `peak` the largest of all."""

    kind: str
    articles: int
    workers: int
    seconds: float
    looks: tuple[Look, ...]

    @property
    def peak(self) -> float:
        return max(look.megabytes for look in self.looks)

    @property
    def steady(self) -> float:
        return self.at(self.articles)

    def at(self, articles: int) -> float:
        """The median while the tenth of the articles before that number was read."""
        near = [k.megabytes for k in self.looks if 0.9 * articles <= k.articles <= articles]
        return statistics.median(near or [self.looks[-1].megabytes])


def read_samples(kind: str) -> list[str]:
    """The pieces that articles are drawn from: cleaned samples, or their sentences."""
    folder = resources.files("communique") / "data" / "samples"
    found = [clean_article(a).text for a in read_articles([str(folder)]) if isinstance(a, Article)]
    return found if kind == "whole" else [s for text in found for s in _SENTENCE.findall(text)]


def make_articles(count: int, kind: str, seed: int) -> Iterator[dict[str, str]]:
    """Records as in JSONL, one at a time; each with its own invented names and numbers."""
    pieces = read_samples(kind)
    dice = random.Random(seed)
    for n in range(count):
        text = dice.choice(pieces)
        text = _NAME.sub(lambda m: _invent(dice) if dice.random() < 0.2 else m[0], text)
        text = _NUMBER.sub(lambda _: str(dice.randrange(10, 100)), text)
        yield {
            "lang": "de" if kind == "mixed" and n % 10 else "en",
            "id": f"{seed}-{n}",
            "text": text,
            "published": f"20{dice.randrange(10, 25)}-05-{dice.randrange(10, 29)}",
        }


def _invent(dice: random.Random) -> str:
    return "".join(dice.choices(_SYLLABLES, k=dice.randrange(2, 5))).title()


def measure(count: int, kind: str, workers: int, seed: int) -> Result:
    """Codes a corpus into a database in a process of its own and watches it."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, db = Path(folder) / "corpus.jsonl", Path(folder) / "news.duckdb"
        with corpus.open("w", encoding="utf-8") as file:
            for record in make_articles(count, kind, seed):
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        command = [
            sys.executable,
            "-m",
            "communique",
            "code",
            str(corpus),
            "--db",
            str(db),
            "--workers",
            str(workers),
        ]
        began = time.monotonic()
        looks: list[Look] = []
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            while process.poll() is None:
                share = read_position(process.pid, corpus)
                if share is not None:
                    looks.append(Look(round(share * count), read_memory(process.pid)))
                time.sleep(_PAUSE)
            said = process.stderr.read() if process.stderr else ""
        if process.returncode:
            raise SystemExit(f"coding failed: {said}")
        return Result(kind, count, workers, time.monotonic() - began, tuple(looks))


def read_position(pid: int, file: Path) -> float | None:
    """How far into the file the process has read, from 0 to 1; None while it hasn't it open."""
    try:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            if link.resolve() == file:
                info = Path(f"/proc/{pid}/fdinfo/{link.name}").read_text(encoding="ascii")
                return int(info.split()[1]) / file.stat().st_size
    except OSError:
        pass  # it ended, or closed the file, meanwhile
    return None


def read_memory(pid: int) -> float:
    """Resident megabytes of a process and all below it."""
    total = 0
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        total = int(found[1]) if (found := re.search(r"VmRSS:\s+(\d+)", status)) else 0
        for task in Path(f"/proc/{pid}/task").iterdir():
            children = (task / "children").read_text(encoding="ascii").split()
            total += sum(int(read_memory(int(child)) * 1024) for child in children)
    except OSError:
        pass
    return total / 1024


def write_table(results: Sequence[Result], path: Path) -> None:
    """The looks as CSV, from which the figures and the plot can be made again."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["kind", "articles", "workers", "seconds", "read", "megabytes"])
        for r in results:
            step = max(1, len(r.looks) // 200)
            for k in r.looks[::step]:
                out.writerow(
                    [r.kind, r.articles, r.workers, round(r.seconds), k.articles, round(k.megabytes, 1)]
                )


def write_plot(results: Sequence[Result], path: Path) -> None:
    """Memory over articles read, a line a run."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for r in results:
        label = f"{r.articles:,} {r.kind}, {r.workers} worker{'s' if r.workers > 1 else ''}"
        axes.plot([max(1, k.articles) for k in r.looks], [k.megabytes for k in r.looks], label=label, lw=1.2)
    axes.set(xscale="log", xlabel="articles read", ylabel="resident memory, MB", ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.savefig(path, dpi=120, metadata={"Software": None})


def main() -> None:
    """Runs and prints; exit code 1 where memory grows by more than a tenth from 10,000 articles to the largest corpus."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--kind", choices=("whole", "short", "mixed"), default="short")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, help="for OUT.csv and OUT.png")
    given = parser.parse_args()
    results = []
    print(
        "| articles | workers | peak MB | steady MB | MB at 1,000 | at 10,000 | articles/s |\n|---|---|---|---|---|---|---|"
    )
    for workers in given.workers:
        for size in given.sizes:
            r = measure(size, given.kind, workers, given.seed)
            marks = " | ".join(f"{r.at(n):.0f}" if size >= n else "" for n in (1_000, 10_000))
            print(
                f"| {size:,} {given.kind} | {workers} | {r.peak:.0f} | {r.steady:.0f} | {marks} | {size / r.seconds:.1f} |",
                flush=True,
            )
            results.append(r)
            if given.out:
                write_table(results, given.out.with_suffix(".csv"))
                write_plot(results, given.out.with_suffix(".png"))
    grown = [r.steady / r.at(10_000) - 1 for r in results if r.articles > 10_000]
    for r, share in zip((r for r in results if r.articles > 10_000), grown, strict=True):
        print(f"from 10,000 to {r.articles:,} articles, {r.workers} workers: {share:+.1%}")
    raise SystemExit(any(share > 0.1 for share in grown))


if __name__ == "__main__":
    main()
