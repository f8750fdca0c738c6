"""CSV, Parquet and Stata: a row an event, statement, stance or dispute."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from communique.errors import CommuniqueError
from communique.export.columns import DATASET_COLUMN, TABLES, TEXT_COLUMN, Column, Row, to_table_rows
from communique.export.options import Options
from communique.records import CodedDocument

# Rows of a Parquet row group: large enough to compress well, small enough to hold in memory with their texts.
GROUP = 5000
# Words that Stata keeps for itself.
STATA_NAMES = {"quad": "quad_class"}


def choose_columns(options: Options) -> tuple[Column, ...]:
    """The columns of a table file."""
    if options.datasets:
        return (DATASET_COLUMN, *TABLES["events"])
    return TABLES[options.table] + ((TEXT_COLUMN,) if options.with_text else ())


def _rows(documents: Iterable[CodedDocument], options: Options) -> Iterator[Row]:
    for document in documents:
        yield from to_table_rows(document, options.table)


def write_csv(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """UTF-8 with a header line; several values in a cell are joined with "; ", a span is "start-end"."""
    return _write_csv(_rows(documents, options), choose_columns(options), file)


def write_parquet(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """Typed columns; several values are a list."""
    return _write_parquet(_rows(documents, options), choose_columns(options), file)


def write_dta(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """Stata 14 and later (format 118), with a label for each variable; several values as in CSV."""
    return _write_dta(_rows(documents, options), choose_columns(options), file)


def write_datasets(rows: Iterable[Row], file: BinaryIO, options: Options, format: str) -> int:
    """Events of the datasets in `options` as a file of one of `TABLE_FORMATS`; the rows are `to_dataset_rows`'."""
    return TABLE_FORMATS[format](rows, choose_columns(options), file)


def _write_csv(rows: Iterable[Row], columns: tuple[Column, ...], file: BinaryIO) -> int:
    names = [name for name, _, _ in columns]
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(names)
    count = 0
    for row in rows:
        writer.writerow([to_cell(row[name]) for name in names])
        count += 1
    text.flush()
    text.detach()
    return count


def _write_parquet(rows: Iterable[Row], columns: tuple[Column, ...], file: BinaryIO) -> int:
    schema = pa.schema([(name, type) for name, type, _ in columns])
    rest, count = iter(rows), 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        while batch := list(islice(rest, GROUP)):
            arrays = [pa.array([row[field.name] for row in batch], field.type) for field in schema]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(batch)
    return count


def _write_dta(given: Iterable[Row], columns: tuple[Column, ...], file: BinaryIO) -> int:
    try:
        import pandas as pd  # type: ignore[import-untyped]
    except ImportError as error:
        raise CommuniqueError("format dta needs pandas: pip install pandas") from error
    rows = list(given)
    data: dict[str, Any] = {}
    for name, type, _ in columns:
        values = [row[name] for row in rows]
        if pa.types.is_floating(type) or pa.types.is_integer(type):
            data[name] = pd.array(values, dtype="Float64").to_numpy(dtype=float, na_value=float("nan"))
        elif pa.types.is_boolean(type):
            data[name] = pd.Series(values, dtype="int8")
        else:
            # a NUL would end the string for Stata
            data[name] = pd.Series([to_cell(v).replace("\0", "�") for v in values], dtype="object")
    frame = pd.DataFrame(data).rename(columns=STATA_NAMES)
    long = [
        name
        for name in frame.columns
        if frame[name].dtype == object
        and frame[name].str.len().max() > 500  # in bytes at most four times that
    ]
    frame.to_stata(
        file,
        write_index=False,
        version=118,
        convert_strl=long,
        variable_labels={STATA_NAMES.get(name, name): means[:80] for name, _, means in columns},
    )
    return len(rows)


#: Formats that events without an article can be written in.
TABLE_FORMATS = {"csv": _write_csv, "parquet": _write_parquet, "dta": _write_dta}


def to_cell(value: Any) -> str:
    """A value as text: nothing for None, lists joined with "; ", a span as "start-end"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if value and isinstance(value[0], list):
            return "; ".join(f"{a}-{b}" for a, b in value)
        return "; ".join(to_cell(v) for v in value)
    return str(value)
