"""Hostile inputs by the thousand: `fuzz.py [--inputs 10000] [--seed 1] [--engine both|hypothesis|atheris] [--only WORD]`.

Each input is read, cleaned and stored as `communique code` does it, some are coded. It must end in the database or be
refused by an error that names it; data files must load or be refused with file and line. Prints a table and exits with 1
where anything else happened. Hypothesis mutates seeds (`fuzz_targets.py`) and finds the smallest failing input; atheris
(Linux, `communique[fuzz]`) is guided by what code an input reaches, from the same seeds.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from communique import Coder

sys.path.insert(0, str(Path(__file__).parent))
_ENGINES = ("hypothesis", "atheris")
_SLOW = 10.0  # seconds; an input that takes longer is reported, too


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--inputs", type=int, default=10_000, help="in all, shared out over targets and engines"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("both", *_ENGINES), default="both")
    parser.add_argument("--only", default="", help="targets whose name holds this")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    given_ = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    if given_.worker:
        run_atheris(given_.worker, given_.inputs, given_.seed)
        return
    from fuzz_targets import TARGETS

    targets = [t for t in TARGETS if given_.only in t.name]
    engines = _ENGINES if given_.engine == "both" else (given_.engine,)
    if "atheris" in engines and find_spec("atheris") is None:
        parser.error("atheris is not installed: pip install 'communique[fuzz]', or --engine hypothesis")
    share = -(-given_.inputs // (len(targets) * len(engines)))
    total: Counter[str] = Counter()
    print(
        "| target | engine | inputs | documents stored | refused with a named error | unhandled |\n|---|---|---|---|---|---|"
    )
    for target in targets:
        for engine in engines:
            run = run_hypothesis if engine == "hypothesis" else start_atheris
            counts = run(target.name, share, given_.seed)
            total.update(counts)
            print(f"| {target.name} | {engine} | {_cells(counts)} |", flush=True)
    print(f"| all | | {_cells(total)} |")
    raise SystemExit(bool(total["unhandled"]))


def _cells(counts: Counter[str]) -> str:
    return " | ".join(f"{counts[key]:,}" for key in ("inputs", "stored", "refused", "unhandled"))


class Watched:
    """A target with its counts; a fault is printed, with the input kept beside."""

    def __init__(self, name: str, folder: Path, *, code: bool) -> None:
        from fuzz_targets import TARGETS, Checker

        from communique.store import open_store

        self.target = next(t for t in TARGETS if t.name == name)
        store = open_store(folder / "fuzz.duckdb", write=True)
        self.checker = Checker(
            folder, store, _coder() if code and self.target.file in ("a.html", "a.txt") else None
        )
        self.counts: Counter[str] = Counter()
        self.held = store.hold(write=True)
        self.held.__enter__()

    def __call__(self, data: bytes) -> None:
        self.counts["inputs"] += 1
        began = time.monotonic()
        try:
            stored, refused = self.checker.check(self.target, data)
            if time.monotonic() - began > _SLOW:
                raise AssertionError(f"took {time.monotonic() - began:.0f} s")
        except Exception:
            self.counts["unhandled"] += 1
            kept = (
                Path(tempfile.gettempdir()) / f"fuzz-{self.target.name.split()[0]}-{self.counts['unhandled']}"
            )
            kept.write_bytes(data)
            print(f"{self.target.name}: {kept}\n{traceback.format_exc(limit=-4)}", file=sys.stderr)
            return
        self.counts["stored"] += stored
        self.counts["refused"] += refused


_loaded: list[Coder] = []


def _coder() -> Coder:
    from communique import Coder

    if not _loaded:
        _loaded.append(Coder())
    return _loaded[0]


def run_hypothesis(name: str, inputs: int, number: int) -> Counter[str]:
    """That many inputs of one target."""
    from fuzz_targets import mutate

    with tempfile.TemporaryDirectory() as folder:
        watched = Watched(name, Path(folder), code=True)

        # hypothesis draws the dice and some bytes, and stops early where it thinks it has seen all: so, in rounds
        @settings(
            max_examples=inputs,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(dice=st.integers(0, 2**64), more=st.binary(max_size=40) | st.text(max_size=20).map(str.encode))
        def run(dice: int, more: bytes) -> None:
            if watched.counts["inputs"] < inputs:
                watched(mutate(watched.target, random.Random(dice), more))

        for round_ in range(20):
            if watched.counts["inputs"] < inputs:
                seed(number + round_)(run)()
        watched.held.__exit__(None, None, None)
        return watched.counts


def start_atheris(name: str, inputs: int, number: int) -> Counter[str]:
    """The same in a process of its own, which libFuzzer ends as it likes."""
    command = [sys.executable, __file__, "--worker", name, "--inputs", str(inputs), "--seed", str(number)]
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"FUZZ_FOLDER": folder}
        ran = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", check=False)
        counts = Path(folder) / "counts.json"
        found = Counter(json.loads(counts.read_text())) if counts.exists() else Counter({"inputs": 0})
        if found["unhandled"] or found["inputs"] < inputs:
            sys.stderr.write(ran.stderr[-4000:])
            found["unhandled"] += found["inputs"] < inputs  # the process died of an input
        return found


def run_atheris(name: str, inputs: int, number: int) -> None:
    """One target under libFuzzer, with the ingest code instrumented."""
    import atheris

    import communique.knowledge.ontology  # noqa: F401 - with all that it and the package import

    # functions one by one: instrumenting imports would take in the whole package and its data
    for name_, module in list(sys.modules.items()):
        if name_.startswith(("communique.ingest.", "communique.knowledge.")):
            for thing in list(vars(module).values()):
                if isinstance(thing, FunctionType) and thing.__module__ == name_:
                    atheris.instrument_func(thing)
    folder = Path(os.environ["FUZZ_FOLDER"])
    watched = Watched(name, folder, code=False)
    corpus = folder / "corpus"
    corpus.mkdir()
    for n, data in enumerate(watched.target.seeds):
        (corpus / str(n)).write_bytes(data)
    pieces = folder / "pieces.dict"
    lines = ("".join(f"\\x{byte:02x}" for byte in piece[:60]) for piece in watched.target.pieces)
    pieces.write_text("".join(f'"{line}"\n' for line in lines))

    def one(data: bytes) -> None:
        if watched.counts["inputs"] < inputs:
            watched(data)
            if watched.counts["inputs"] % 50 == 0 or watched.counts["inputs"] == inputs:
                (folder / "counts.json").write_text(json.dumps(watched.counts))

    options = [
        f"-runs={inputs + 10}",
        f"-seed={number}",
        "-max_len=4096",
        f"-dict={pieces}",
        "-close_fd_mask=0",
        "-timeout=60",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
