"""The formats that coded documents can be written in: an explicit list."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from communique.export.jsonl import write_jsonl
from communique.records import CodedDocument


@dataclass(frozen=True, slots=True)
class Options:
    """How to write. `with_text` adds the articles' full text; `table` is what a table format holds."""

    with_text: bool = False
    table: str = "events"


Writer = Callable[[Iterable[CodedDocument], BinaryIO, Options], int]


@dataclass(frozen=True, slots=True)
class Format:
    """A format. `write` takes documents, a binary file and options, and returns the number of rows written."""

    name: str
    ending: str
    means: str
    write: Writer


FORMATS: tuple[Format, ...] = (
    Format("jsonl", ".jsonl", "one record a document, everything that was coded", write_jsonl),
)


def find_format(name: str | None, path: str) -> Format:
    """The format of that name, or, without one, of the file's ending; JSONL where the ending says nothing.

    Raises ValueError for a name that isn't one.
    """
    for known in FORMATS:
        if known.name == name or (name is None and path.lower().endswith(known.ending)):
            return known
    if name is None:
        return FORMATS[0]
    raise ValueError(f"no format {name!r}; there are {', '.join(known.name for known in FORMATS)}")


@contextmanager
def open_output(path: str) -> Iterator[BinaryIO]:
    """A file to write, "-" for standard output. It appears under its name once whole; until then, and after a
    failure, what was written stands beside it as `.part`. Raises OSError."""
    if path == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    part = target.with_name(target.name + ".part")
    with part.open("wb") as handle:
        yield handle
    part.replace(target)
