"""JSONL: the record of a document, one line each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from communique.export.options import Options
from communique.records import CodedDocument


def write_jsonl(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """Always with the text, since all spans point into it. Each line is on its way before the next is coded."""
    count = 0
    for document in documents:
        file.write(document.to_json().encode("utf-8"))
        file.write(b"\n")
        file.flush()
        count += 1
    return count
