"""The ways to many machines in docs/scale.md: its job script, run as SLURM would, and its parts put together."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from communique.commands import app
from communique.store import open_store

PAGE = (Path(__file__).parent.parent / "docs" / "scale.md").read_text(encoding="utf-8")
SAMPLES = str(resources.files("communique") / "data" / "samples")


def run_script(script: str, folder: Path, **env: str) -> list[list[str]]:
    """The calls of `communique` that a script makes."""
    stub = folder / "bin" / "communique"
    stub.parent.mkdir(exist_ok=True)
    stub.write_text("#!/bin/sh\nprintf '%s\\n' \"$*\" >> calls\n")
    stub.chmod(0o755)
    calls = folder / "calls"
    calls.unlink(missing_ok=True)
    path = f"{stub.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["bash", "-euc", script], cwd=folder, env=os.environ | env | {"PATH": path}, check=True)
    return [shlex.split(line) for line in calls.read_text().splitlines()]


def test_shards_of_the_job_script_give_the_rows_of_one_process(
    coder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("communique.coder.Coder", lambda **_: coder)
    monkeypatch.chdir(tmp_path)
    job, merge = re.findall(r"```bash\n(.*?)```", PAGE, re.S)
    (first, last) = re.findall(r"--array=(\d+)-(\d+)", job)[0]
    Path("parts").mkdir()
    for task in range(int(first), int(last) + 1):
        ids = {"SLURM_ARRAY_TASK_ID": str(task), "SLURM_ARRAY_TASK_COUNT": last, "ARTICLES": SAMPLES}
        (call,) = run_script(job, tmp_path, **ids)
        assert CliRunner().invoke(app, call).exit_code == 0
    (call,) = run_script(merge.replace("sbatch --wait", "true"), tmp_path)
    assert CliRunner().invoke(app, call).exit_code == 0
    assert CliRunner().invoke(app, ["code", SAMPLES, "--db", "one.duckdb"]).exit_code == 0
    with open_store("news.duckdb") as merged, open_store("one.duckdb") as one:
        assert list(merged.documents()) == list(one.documents())
        for table in ("events", "statements", "stances"):
            rows = [sorted(map(repr, getattr(store, table)().to_pylist())) for store in (merged, one)]
            assert rows[0] == rows[1] != []
    sizes = []
    for n in range(int(first), int(last) + 1):
        with open_store(f"parts/{n}.duckdb") as part:
            sizes.append(part.count()["documents"])
    assert sum(sizes) == 7 and min(sizes) > 0
