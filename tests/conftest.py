"""What the tests share: the spaCy pipeline, loaded once, and a parse of a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from communique.annotate.parse import Parse
from communique.annotate.pipeline import load_pipeline, parse_texts


@pytest.fixture(scope="session")
def nlp() -> Any:
    return load_pipeline()


@pytest.fixture(scope="session")
def parse(nlp: Any) -> Callable[[str], Parse]:
    return lambda text: next(parse_texts(nlp, [text]))


@pytest.fixture(scope="session")
def coder() -> Any:
    from communique import Coder

    return Coder()
