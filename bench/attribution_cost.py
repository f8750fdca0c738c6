"""What the attribution tagger costs: `attribution_cost.py TEXT_FOLDER [--articles 30]`.

Codes the same articles with and without it, turn by turn in one process, and prints the processor seconds of both and
their ratio. The articles are those of the folder, evenly spread.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from communique import Coder


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=30)
    options = parser.parse_args()
    files = sorted(options.folder.glob("*.txt"))
    files = files[:: max(1, len(files) // options.articles)][: options.articles]
    texts = [file.read_text(encoding="utf-8") for file in files]
    coders = {"rules": Coder(attribution=False), "joined": Coder()}
    spent = dict.fromkeys(coders, 0.0)
    for coder in coders.values():
        coder.code(texts[0], published="2016-09-01")
    for text in texts:
        for name, coder in coders.items():
            start = time.process_time()
            coder.code(text, published="2016-09-01")
            spent[name] += time.process_time() - start
    words = sum(len(text.split()) for text in texts)
    for name, seconds in spent.items():
        print(f"{name}: {seconds / len(texts):.3f} s an article, {words / seconds:.0f} words a second")
    print(f"ratio: {spent['joined'] / spent['rules']:.2f}")


if __name__ == "__main__":
    main()
