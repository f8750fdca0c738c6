"""A seeded slice of `bench/fuzz.py`: whatever is given ends in the database or in an error that names it."""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from communique.store import open_store

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
from fuzz_targets import TARGETS, Checker, Target, mutate


@pytest.fixture(scope="module")
def checker(coder: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checker]:
    folder = tmp_path_factory.mktemp("fuzz")
    with open_store(folder / "fuzz.duckdb", write=True) as store, store.hold(write=True):
        yield Checker(folder, store, coder, code_every=50)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_seeds_are_read(checker: Checker, target: Target) -> None:
    counts = [checker.check(target, data) for data in target.seeds]
    assert sum(stored for stored, _ in counts) > 0


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_every_input_is_stored_or_named(checker: Checker, target: Target) -> None:
    @seed(7)
    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(dice=st.integers(0, 2**64), more=st.binary(max_size=40))
    def run(dice: int, more: bytes) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            stored, refused = checker.check(target, mutate(target, random.Random(dice), more))
        assert stored + refused > 0

    run()
