"""What the tests share: one coder with its spaCy pipeline, a parse of a text, and the order they run in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from communique import Coder
from communique.annotate.parse import Parse
from communique.annotate.pipeline import parse_texts
from communique.store import connection


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with slow tests come first: at the end, only short tests are left for the processes to share out."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session", autouse=True)
def _empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new database is a copy of one that was made once: the tables take a fifth of a second, hundreds of times."""
    empty = tmp_path_factory.mktemp("empty") / "store.duckdb"
    connection._make(str(empty))

    def copy(path: str) -> None:
        with suppress(FileExistsError), Path(path).open("xb") as file:
            file.write(empty.read_bytes())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_make", copy)
        yield


@pytest.fixture(scope="session")
def coder() -> Coder:
    return Coder()


@pytest.fixture(scope="session")
def nlp(coder: Coder) -> Any:
    return coder.pipeline


@pytest.fixture(scope="session")
def parse(nlp: Any) -> Callable[[str], Parse]:
    return lambda text: next(parse_texts(nlp, [text]))
