"""Stores and a running workbench for the tests of the pages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parent))

from stores import make_store

from communique.serve.web import create_app

BASE = "http://127.0.0.1:8765"


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 21 documents; not to be written to."""
    return make_store(tmp_path_factory.mktemp("serve") / "small.duckdb", 21)


@pytest.fixture(scope="session")
def client(small: Path) -> TestClient:
    return TestClient(create_app(small), base_url=BASE)
