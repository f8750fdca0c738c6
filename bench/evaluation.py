"""Runs the commands of `evaluation.toml` and writes `docs/evaluation.md`; with `--check` only holds the floors.

`evaluation.py [--check] [--only WORDS]`. Exit code 1 where a figure is below its floor or a command fails. `--check`
passes over figures without a floor, and over those that read data this machine doesn't have.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
HEAD = """# Evaluation

<!-- made by bench/evaluation.py -->

Every figure is what the command above it prints, run from the root of the repository. Figures on data that is not ours to pass on
need that data beside the checkout. Floors are held in CI by `python bench/evaluation.py --check`.

The relation model behind `Coder.relate` has a page of its own: [relation.md](relation.md). What a hundred coded events looked like to a
reader: [precision.md](precision.md).
"""


def run(figure: dict[str, Any]) -> tuple[int, str]:
    """The exit code and output of a figure's command."""
    done = subprocess.run(
        ["bash", "-c", f"PATH={Path(sys.executable).parent}:$PATH; {figure['command']}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    shown = figure.get("show")
    lines = [line for line in done.stdout.splitlines() if not shown or re.search(shown, line)]
    return done.returncode, "\n".join(lines).strip() or done.stderr.strip()[-2000:]


def check_floors(figure: dict[str, Any], output: str) -> list[str]:
    """What is below its floor, in words."""
    wrong = []
    for floor in figure.get("floor", []):
        found = re.search(floor["pattern"], output)
        if not found or float(found[1]) < floor["least"]:
            got = found[1] if found else "nothing"
            wrong.append(f"{figure['title']}: {floor['name']}: {got}, floor {floor['least']}")
    return wrong


def main() -> int:
    """Runs the figures; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    figures = tomllib.loads((HERE / "evaluation.toml").read_text(encoding="utf-8"))["figure"]
    page, wrong = [HEAD], []
    for figure in figures:
        missing = [need for need in figure.get("needs", []) if not (ROOT / need).exists()]
        if given.only not in figure["title"] or missing or (given.check and not figure.get("floor")):
            continue
        code, output = run(figure)
        wrong += check_floors(figure, output)
        if code:
            wrong.append(f"{figure['title']}: the command failed with {code}: {output[-500:]}")
        print(f"{figure['title']}\n{output}\n", flush=True)
        page.append(
            f"## {figure['title']}\n\n{figure['anchor']}\n\n```\n$ {figure['command']}\n{output}\n```\n"
        )
    if not given.check and not given.only:
        (ROOT / "docs" / "evaluation.md").write_text("\n".join(page), encoding="utf-8")
    print("\n".join(wrong) or "all floors held")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
