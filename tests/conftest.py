"""What the tests share: one coder with its spaCy pipeline, a parse of a text, and the order they run in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from communique import Coder
from communique.annotate.parse import Parse
from communique.annotate.pipeline import parse_texts


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with slow tests come first: at the end, only short tests are left for the processes to share out."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def coder() -> Coder:
    return Coder()


@pytest.fixture(scope="session")
def nlp(coder: Coder) -> Any:
    return coder.pipeline


@pytest.fixture(scope="session")
def parse(nlp: Any) -> Callable[[str], Parse]:
    return lambda text: next(parse_texts(nlp, [text]))
