"""Reads the package's data files, and users' own, strictly: an unknown key, a wrong type or a missing field is a
`KnowledgeError` that names file and line."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from communique.errors import KnowledgeError

T = TypeVar("T")
DATA = resources.files("communique") / "data"


def list_data_files(folder: str, ending: str) -> list[Traversable]:
    """The package's data files of one folder, by name, so that load order never depends on the file system."""
    return sorted((f for f in (DATA / folder).iterdir() if f.name.endswith(ending)), key=lambda f: f.name)


def load_toml(file: Traversable | Path, shape: type[T]) -> T:
    """One TOML file as `shape` (a msgspec.Struct with `forbid_unknown_fields`)."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(str(file), None, str(error)) from error
    try:
        return msgspec.convert(tomllib.loads(text), shape)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise KnowledgeError(
            str(file), int(found[1]) if found else None, f"not valid TOML: {error}"
        ) from error
    except msgspec.ValidationError as error:
        raise KnowledgeError(str(file), find_toml_line(text, str(error)), str(error)) from error


def find_toml_line(text: str, message: str) -> int | None:
    """The line a msgspec message points at: `… - at `$.frame[3].type`` is the key `type` of the 4th [[frame]]."""
    path = re.search(r"`\$\.([\w-]+)(?:\[(\d+)\])?(?:\.([\w-]+))?", message)
    if not path:
        unknown = re.search(r"unknown field `([\w-]+)`", message)
        return find_key_line(text.splitlines(), 0, unknown[1]) if unknown else None
    table, index, key = path[1], int(path[2] or 0), path[3]
    unknown = re.search(r"unknown field `([\w-]+)`", message)
    if unknown:
        key = unknown[1]
    header = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\b")
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if header.match(line)]
    if index >= len(starts):
        return find_key_line(lines, 0, table)
    return (find_key_line(lines, starts[index], key) if key else None) or starts[index] + 1


def find_key_line(lines: list[str], start: int, key: str) -> int | None:
    """1-based line of `key =` at or below `start`."""
    wanted = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    return next((i + 1 for i in range(start, len(lines)) if wanted.match(lines[i])), None)


def read_csv(file: Traversable | Path, shape: type[T]) -> Iterator[tuple[int, T]]:
    """Rows of a CSV file as `shape`, each with its line. Empty cells are left out, so that defaults hold."""
    with file.open("rb") as raw:
        rows = csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline=""), strict=True)
        try:
            for row in rows:
                if None in row or None in row.values():
                    raise KnowledgeError(str(file), rows.line_num, "this row has too many or too few cells")
                cells: dict[str, Any] = {k: v.strip() for k, v in row.items() if v.strip()}
                try:
                    yield rows.line_num, msgspec.convert(cells, shape, strict=False)
                except msgspec.ValidationError as error:
                    raise KnowledgeError(str(file), rows.line_num, str(error)) from error
        except (csv.Error, UnicodeDecodeError) as error:
            raise KnowledgeError(str(file), rows.line_num, str(error)) from error


def load_settings(folder: Path, weights: Sequence[str], kind: type[T], model: str) -> T:
    """What `settings.json` says of a model in a folder that also holds the files `weights`.

    Raises KnowledgeError naming the file that is missing or wrong; `model` is what the model is called there.
    """
    settings = folder / "settings.json"
    for file in (settings, *(folder / name for name in weights)):
        if not file.is_file():
            raise KnowledgeError(str(file), None, f"this file of the {model} model is missing")
    try:
        return msgspec.json.decode(settings.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise KnowledgeError(str(settings), None, str(error)) from error
