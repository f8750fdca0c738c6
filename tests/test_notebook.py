"""The notebook of docs/ runs, and what is stored in it is what it gives."""

from __future__ import annotations

import copy
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

DOCS = Path(__file__).parent.parent / "docs"
SOURCE = DOCS.parent / "src"


@pytest.mark.slow
def test_the_notebook_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{SOURCE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    stored = nbformat.read(DOCS / "analysis.ipynb", as_version=4)
    fresh = copy.deepcopy(stored)
    NotebookClient(fresh, timeout=120, kernel_name="python3").execute()
    for before, after in zip(stored.cells, fresh.cells, strict=True):
        kinds = [[(o.output_type, sorted(o.get("data", {}))) for o in c.get("outputs", [])] for c in (before, after)]  # fmt: skip
        assert kinds[0] == kinds[1], before.source
    table = next(c for c in fresh.cells if "store.series(by=" in c.source).outputs[0].data["text/html"]
    assert "2016-01-01" in table and "NaN" in table  # a year without events is there, without a score


def test_the_notebook_names_no_place_on_this_machine() -> None:
    stored = nbformat.read(DOCS / "analysis.ipynb", as_version=4)
    nbformat.validate(stored)
    assert all(cell.outputs for cell in stored.cells if cell.cell_type == "code")
    text = nbformat.writes(stored)
    assert str(DOCS.parent) not in text and "site-packages" not in text and "Traceback" not in text
