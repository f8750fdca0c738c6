"""Files of events, plain or in gz and zip, streamed into a store."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import IO

from communique.errors import InputError
from communique.imports.formats import Format, detect_format
from communique.ingest.archives import UNPACK_ERRORS, list_members, open_member, open_zip, to_seekable
from communique.ingest.article import Limits
from communique.ingest.gunzip import Gunzip
from communique.ingest.stream import Borrowed, Budget, Counted, read_lines
from communique.store import Store
from communique.store.imports import ImportedEvent, add_imports

BATCH = 20_000
LIMITS = Limits()
_SPOOL = 32 * 2**20  # bytes of a zip inside gz kept in memory before a temporary file takes over


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows new, already there, and refused, and the dataset they belong to."""

    new: int = 0
    known: int = 0
    failed: int = 0
    dataset: str = ""


def import_file(
    store: Store,
    path: str,
    run: str,
    say: Callable[[InputError], None],
    *,
    format: Format | None = None,
    dataset: str | None = None,
) -> Imported:
    """Adds a file's events; `say` is told of each line that can't be used, by file and number, and the rest goes on.

    The format is told by the first line unless given; `dataset` is the name the events are kept under, by default that
    of the format. Raises InputError where the file as a whole can't be used; what was read before that is stored.
    """
    done = Imported()
    try:
        for name, stream in _open(path):
            batch: list[ImportedEvent] = []
            reader = _Reader(stream, name, format)
            try:
                for found in reader.events():
                    if isinstance(found, InputError):
                        say(found)
                        done = replace(done, failed=done.failed + 1)
                        continue
                    batch.append(found)
                    if len(batch) >= BATCH:
                        done = _store(store, dataset or reader.format.name, batch, run, done)
                        batch = []
            finally:  # also what stands before damage
                done = _store(store, dataset or reader.format.name, batch, run, done)
    except UNPACK_ERRORS as error:
        raise InputError(path, f"damaged archive: {error}") from error
    except OSError as error:
        raise InputError(path, error.strerror or str(error)) from error
    return done


def _store(store: Store, dataset: str, batch: list[ImportedEvent], run: str, done: Imported) -> Imported:
    new, known = add_imports(store, dataset, batch, run) if batch else (0, 0)
    return replace(done, new=done.new + new, known=done.known + known, dataset=dataset)


class _Reader:
    """The events of a stream. Its format is known once the first line has been read."""

    def __init__(self, stream: IO[bytes], name: str, format: Format | None) -> None:
        self._name = name
        self._bad: list[InputError] = []
        self._line = 0
        lines = self._decode(stream)
        first = next(lines, None)
        if first is None:
            raise self._bad[0] if self._bad else InputError(name, "empty")
        chosen = format or detect_format(first)
        if chosen is None:
            raise InputError(name, "its columns are those of no known format; name one with --format")
        self.format = chosen
        self._lines = chain([first], lines)

    def _decode(self, stream: IO[bytes]) -> Iterator[str]:
        for raw in read_lines(stream, LIMITS):
            self._line += 1
            try:
                if raw is None:
                    raise ValueError("longer than a line may be")
                yield raw.decode("utf-8")
            except ValueError as error:
                reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
                self._bad.append(InputError(f"{self._name}:{self._line}", reason))

    def events(self) -> Iterator[ImportedEvent | InputError]:
        """An event for each row, an error for each that is none, in order."""
        quoted = self.format.delimiter != "\t"
        rows = csv.reader(
            self._lines,
            delimiter=self.format.delimiter,
            quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        )
        columns = self._read_header(rows) if self.format.needs else None
        while True:
            before = self._line
            try:
                row = next(rows, None)
            except csv.Error as error:
                yield InputError(f"{self._name}:{self._line}", str(error))
                continue
            yield from self._bad
            self._bad.clear()
            if row is None:
                return
            if not row:
                continue
            # a quoted cell may run over lines: the row is named by its first
            where = f"{self._name}:{before + 1 if quoted else self._line}"
            names = columns or self.format.widths.get(len(row))
            if names is None or len(row) != len(names):
                wanted = len(columns) if columns else " or ".join(map(str, self.format.widths))
                yield InputError(where, f"{len(row)} columns, not {wanted}")
                continue
            try:
                yield self.format.read(dict(zip(names, row, strict=True)))
            except ValueError as error:
                yield InputError(where, str(error))

    def _read_header(self, rows: Iterator[list[str]]) -> list[str]:
        columns = [cell.strip() for cell in next(rows, [])]
        missing = [name for name in self.format.needs if name not in columns]
        if missing:
            raise InputError(self._name, f"no column {', '.join(missing)}, which {self.format.name} has")
        return columns


def _open(path: str) -> Iterator[tuple[str, IO[bytes]]]:
    """The files in a file: itself, or what its gz or zip holds, each with its name."""
    with Path(path).open("rb") as file:
        budget = Budget(path, Path(path).stat().st_size, LIMITS)
        yield from _unpack(file, path, path, budget, 0)


def _unpack(
    stream: IO[bytes], path: str, name: str, budget: Budget, depth: int
) -> Iterator[tuple[str, IO[bytes]]]:
    ending = Path(path).suffix.lower()
    if ending not in (".gz", ".zip"):
        yield name, io.BufferedReader(Borrowed(stream), io.DEFAULT_BUFFER_SIZE)
        return
    if depth >= budget.limits.nesting:
        raise InputError(
            name, f"archives stand inside archives more than {budget.limits.nesting} deep; refused"
        )
    with tempfile.SpooledTemporaryFile(_SPOOL) as spool:
        if ending == ".gz":
            inner = path[: -len(".gz")]
            source: IO[bytes] = io.BufferedReader(Counted(Gunzip(stream), budget), io.DEFAULT_BUFFER_SIZE)
            if inner.lower().endswith(".zip"):
                source = to_seekable(source, spool)
            yield from _unpack(source, inner, name, budget, depth + 1)
            return
        with open_zip(stream, name, budget.limits) as archive:
            for member in list_members(archive):
                here = f"{name}#{member.filename}"
                with open_member(archive, member, here) as unpacked:
                    source = io.BufferedReader(Counted(unpacked, budget), io.DEFAULT_BUFFER_SIZE)
                    if member.filename.lower().endswith(".zip"):
                        source = to_seekable(source, spool)
                    yield from _unpack(source, member.filename, here, budget, depth + 1)
