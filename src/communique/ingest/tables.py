"""Articles from tables: JSONL, CSV and Parquet, a record each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import IO, Any

import msgspec

from communique.errors import InputError
from communique.ingest.article import KEYS, Article, Limits, to_article
from communique.ingest.decode import find_encoding
from communique.ingest.gauge import Watched
from communique.ingest.gunzip import read_on
from communique.ingest.stream import Borrowed, read_text_lines

_SAMPLE = 2**16
_DELIMITERS = ",\t;|"
_BATCH = 64  # rows of Parquet held at a time
# Bytes of a column of Parquet read at once. Without it a column of a whole row group is, which may be the whole file.
_BUFFER = 2**20


def read_jsonl(stream: IO[bytes], name: str, limits: Limits) -> Iterator[Article | InputError]:
    """A record a line. A bad line is an InputError that names it, and the next one is read; likewise
    damage of the gzip that it comes in, after which lines are counted on."""
    empty = True
    for number, line in enumerate(read_on(lambda: read_text_lines(stream, name, limits), name), 1):
        here = f"{name}#{number}"
        if isinstance(line, InputError):
            empty = False
            yield line
            continue
        if number > limits.rows:
            raise InputError(name, f"more than {limits.rows:,} lines")
        if line is not None and not line.strip():
            continue
        empty = False
        if line is None:
            yield InputError(here, f"line {number} is longer than {limits.article_bytes:,} bytes")
            continue
        try:
            record = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield InputError(here, f"line {number} is no JSON: {error}")
            continue
        if isinstance(record, Mapping):
            yield _make_article(record, here)
        else:
            yield InputError(here, f"line {number} is no JSON object")
    if empty:
        raise InputError(name, "no records")


def read_csv_rows(stream: IO[bytes], name: str, limits: Limits) -> Iterator[Article | InputError]:
    """A record a row, columns named in the first row, between commas, tabs, semicolons or bars."""
    buffered = io.BufferedReader(Borrowed(stream), _SAMPLE)
    sample = buffered.peek(_SAMPLE)
    if not sample.strip():
        raise InputError(name, "empty")
    encoding = find_encoding(sample, name, cut=True)
    # a byte that can't be read must not cost what follows it
    text = io.TextIOWrapper(
        buffered, encoding="utf-8-sig" if encoding == "utf-8" else encoding, errors="replace", newline=""
    )
    # the csv module keeps one limit for the whole process, and its default is a quarter of a long article
    csv.field_size_limit(max(csv.field_size_limit(), limits.article_bytes))
    lines = _Lines(text, limits.article_bytes)
    try:
        first = next(lines)
        delimiter = max(
            _DELIMITERS, key=lambda d: sum(c.strip().lower() in KEYS for c in _split_header(first, d))
        )
        columns = [column.strip().lower() for column in _split_header(first, delimiter)]
    except csv.Error as error:
        raise InputError(name, f"not CSV: {error}") from error
    _check_columns(columns, name)
    empty = True
    for row in _read_rows(lines, delimiter):
        if not row:
            continue
        empty = False
        here = f"{name}#{lines.number}"
        if lines.number > limits.rows:
            raise InputError(name, f"more than {limits.rows:,} lines")
        if isinstance(row, str):
            yield InputError(here, row)
        elif len(row) != len(columns):
            yield InputError(here, f"{len(row)} cells where the header has {len(columns)}")
        else:
            article = _make_article(dict(zip(columns, row, strict=True)), here)
            if isinstance(article, Article) and any("\ufffd" in cell for cell in row):
                article = replace(article, notes=(*article.notes, f"perhaps not {encoding} throughout"))
            yield article
    if empty:
        raise InputError(name, "no records")


def read_parquet(file: IO[bytes], name: str, limits: Limits) -> Iterator[Article | InputError]:
    """A record a row, only the columns of the contract read, a few rows at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(file, pre_buffer=False, buffer_size=_BUFFER)
        if table.metadata.num_rows > limits.rows:
            raise InputError(name, f"more than {limits.rows:,} rows")
        names = {column: column.strip().lower() for column in table.schema_arrow.names}
        _check_columns(list(names.values()), name)
        wanted = [column for column, key in names.items() if key in KEYS]
        if isinstance(file, Watched):
            file.gauge.leave_out(_count_unread(table.metadata, set(wanted)))
        number = 0
        for batch in table.iter_batches(_BATCH, columns=wanted):
            columns = [_to_plain(batch.column(column)) for column in wanted]
            for row in zip(*columns, strict=True):
                number += 1
                record = dict(zip((names[column] for column in wanted), row, strict=True))
                yield _make_article(record, f"{name}#{number}")
        if not number:
            raise InputError(name, "no records")
    except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError) as error:
        raise InputError(name, f"not Parquet that can be read: {_first_line(error)}") from error


def _count_unread(metadata: Any, wanted: set[str]) -> int:
    """The bytes of the columns that aren't read."""
    groups = (metadata.row_group(n) for n in range(metadata.num_row_groups))
    columns = (group.column(n) for group in groups for n in range(group.num_columns))
    unread = (c for c in columns if c.path_in_schema.partition(".")[0] not in wanted)
    return sum(column.total_compressed_size for column in unread)


def _to_plain(column: Any) -> list[Any]:
    """The column's values as Python's own; a moment becomes its day."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.date32(), safe=False)
    plain: list[Any] = column.to_pylist()
    return plain


def _make_article(record: Mapping[str, Any], name: str) -> Article | InputError:
    """The record as an article. A file may carry keys that are none of ours: a note names them."""
    known = {key: value for key, value in record.items() if key in KEYS}
    # a table with a column for each leaves one of the two empty
    known = {k: v for k, v in known.items() if not (k in ("text", "html") and v == "" and len(known) > 1)}
    ignored = ", ".join(sorted(str(key) for key in record if key not in KEYS))
    try:
        article = to_article(known, name=name)
    except InputError as error:
        return error
    return replace(article, notes=(f"not read: {ignored}",)) if ignored else article


def _check_columns(columns: list[str], name: str) -> None:
    if not {"text", "html"} & set(columns):
        raise InputError(name, f"no column text or html among {', '.join(columns[:20]) or 'none'}")
    twice = sorted({column for column in columns if column in KEYS and columns.count(column) > 1})
    if twice:
        raise InputError(name, f"column {', '.join(twice)} stands there twice")


def _split_header(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


class _Lines:
    """The lines of a table, with `number` the last one's. `open` is whether the row they are part of has a quotation mark
    that isn't closed, which `begin` forgets: a row begins. The end of the file gives one more line, `END`."""

    END = "\0end of the table"

    def __init__(self, text: IO[str], longest: int) -> None:
        self._text = text
        self._longest = longest
        self.number = 0
        self.open = False
        self._ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._longest + 1)
        if not line:
            if self._ended:
                raise StopIteration
            self._ended = True
            return self.END
        self.number += 1
        self._count(line)
        if len(line) > self._longest:
            while line and not line.endswith(("\n", "\r")):
                line = self._text.readline(self._longest)
                self._count(line)
            raise csv.Error(f"a line is longer than {self._longest:,} characters")
        return line

    def begin(self) -> None:
        self.open = False

    def skip(self) -> None:
        """Passes over what is left of a row."""
        while self.open:
            with suppress(csv.Error):
                if next(self) == self.END:
                    return
        self.begin()

    def _count(self, line: str) -> None:
        self.open ^= line.count('"') % 2 == 1


def _read_rows(lines: _Lines, delimiter: str) -> Iterator[list[str] | str]:
    """The rows; in place of one that can't be read, why, and then the next."""
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.begin()
        start = lines.number + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            lines.skip()
            yield f"a row that can't be read: {error}"
            continue
        if row == [_Lines.END]:
            return
        if row and row[-1].endswith(_Lines.END):
            yield f"a quotation mark in the row of line {start} is never closed; nothing behind it can be read"
            return
        yield row


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
