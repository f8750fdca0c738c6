"""Articles from tables: JSONL, CSV and Parquet, a record each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import IO, Any

import msgspec

from communique.errors import InputError
from communique.ingest.article import KEYS, Article, Limits, to_article
from communique.ingest.decode import find_encoding
from communique.ingest.gunzip import read_on
from communique.ingest.stream import Borrowed, read_lines

_SAMPLE = 2**16
_DELIMITERS = ",\t;|"
_BATCH = 64  # rows of Parquet held at a time


def read_jsonl(stream: IO[bytes], name: str, limits: Limits) -> Iterator[Article | InputError]:
    """A record a line. A bad line is an InputError that names it, and the next one is read; likewise
    damage of the gzip that it comes in, after which lines are counted on."""
    empty = True
    for number, line in enumerate(read_on(lambda: read_lines(stream, limits), name), 1):
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
    text = io.TextIOWrapper(buffered, encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")
    # the csv module keeps one limit for the whole process, and its default is a quarter of a long article
    csv.field_size_limit(max(csv.field_size_limit(), limits.article_bytes))
    try:
        lines = _read_text_lines(text, name, limits)
        first = next(lines, "")
        delimiter = max(
            _DELIMITERS, key=lambda d: sum(c.strip().lower() in KEYS for c in _split_header(first, d))
        )
        columns = [column.strip().lower() for column in _split_header(first, delimiter)]
        _check_columns(columns, name)
        rows = csv.reader(lines, delimiter=delimiter)
        empty = True
        for row in rows:
            if not row:
                continue
            empty = False
            here = f"{name}#{rows.line_num + 1}"
            if rows.line_num > limits.rows:
                raise InputError(name, f"more than {limits.rows:,} lines")
            if len(row) == len(columns):
                yield _make_article(dict(zip(columns, row, strict=True)), here)
            else:
                yield InputError(here, f"{len(row)} cells where the header has {len(columns)}")
        if empty:
            raise InputError(name, "no records")
    except csv.Error as error:
        raise InputError(name, f"not CSV: {error}") from error
    except UnicodeDecodeError as error:
        raise InputError(name, f"not {encoding} throughout: {error.reason} at byte {error.start}") from error


def read_parquet(file: IO[bytes], name: str, limits: Limits) -> Iterator[Article | InputError]:
    """A record a row, only the columns of the contract read, a few rows at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(file, pre_buffer=False)
        if table.metadata.num_rows > limits.rows:
            raise InputError(name, f"more than {limits.rows:,} rows")
        names = {column: column.strip().lower() for column in table.schema_arrow.names}
        _check_columns(list(names.values()), name)
        wanted = [column for column, key in names.items() if key in KEYS]
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


def _read_text_lines(text: IO[str], name: str, limits: Limits) -> Iterator[str]:
    while line := text.readline(limits.article_bytes + 1):
        if len(line) > limits.article_bytes:
            raise InputError(name, f"a line is longer than {limits.article_bytes:,} characters")
        yield line


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
