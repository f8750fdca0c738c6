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
from communique.export.columns import (
    DATASET_COLUMN,
    REPORT_COLUMNS,
    TABLES,
    TEXT_COLUMN,
    Column,
    Row,
    to_table_rows,
)
from communique.export.options import Options
from communique.export.plain import guard_formula
from communique.records import CodedDocument

# Rows of a Parquet row group: large enough to compress well, small enough to hold in memory with their texts.
GROUP = 5000
# Words that Stata keeps for itself.
STATA_NAMES = {"quad": "quad_class"}


def choose_columns(options: Options) -> tuple[Column, ...]:
    """The columns of a table file."""
    columns = TABLES[options.table]
    if options.datasets:
        columns = (DATASET_COLUMN, *columns)
    if options.deduplicated and options.table == "events":
        columns += REPORT_COLUMNS
    return columns + ((TEXT_COLUMN,) if options.with_text else ())


def _rows(documents: Iterable[CodedDocument], options: Options) -> Iterator[Row]:
    for document in documents:
        yield from to_table_rows(document, options.table)


def write_csv(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """UTF-8 with a header line; several values in a cell are joined with "; ", a span is "start-end". An apostrophe
    stands before what a spreadsheet would take for a formula."""
    return _write_csv(_rows(documents, options), choose_columns(options), file)


def write_parquet(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """Typed columns; several values are a list."""
    columns = choose_columns(options)
    return _write_parquet(_to_tables(_rows(documents, options), columns), columns, file)


def write_dta(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """Stata 14 and later (format 118), with a label for each variable; several values as in CSV."""
    columns = choose_columns(options)
    return _write_dta(_to_tables(_rows(documents, options), columns), columns, file)


def write_tables(tables: Iterable[pa.Table], file: BinaryIO, options: Options, format: str) -> int:
    """Tables with the columns of a file (`complete_table`), one after the other, as one of `TABLE_FORMATS`."""
    columns = choose_columns(options)
    if format == "parquet":
        return _write_parquet(tables, columns, file)
    if format == "dta":
        return _write_dta(tables, columns, file)
    batches = (batch for table in tables for batch in table.to_batches(max_chunksize=1000))
    return _write_csv((row for batch in batches for row in batch.to_pylist()), columns, file)


#: Formats that tables can be written in.
TABLE_FORMATS = ("csv", "parquet", "dta")


def _to_tables(rows: Iterable[Row], columns: tuple[Column, ...]) -> Iterator[pa.Table]:
    schema = pa.schema([(name, type) for name, type, _ in columns])
    rest = iter(rows)
    while batch := list(islice(rest, GROUP)):
        arrays = [pa.array([row[field.name] for row in batch], field.type) for field in schema]
        yield pa.Table.from_arrays(arrays, schema=schema)


def _write_csv(rows: Iterable[Row], columns: tuple[Column, ...], file: BinaryIO) -> int:
    names = [name for name, _, _ in columns]
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(names)
    count = 0
    for row in rows:
        writer.writerow([to_csv_cell(row[name]) for name in names])
        count += 1
    text.flush()
    text.detach()
    return count


def _write_parquet(tables: Iterable[pa.Table], columns: tuple[Column, ...], file: BinaryIO) -> int:
    schema = pa.schema([(name, type) for name, type, _ in columns])
    count = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table, row_group_size=GROUP)
            count += len(table)
    return count


def _write_dta(tables: Iterable[pa.Table], columns: tuple[Column, ...], file: BinaryIO) -> int:
    try:
        import pandas as pd  # type: ignore[import-untyped]
    except ImportError as error:
        raise CommuniqueError("format dta needs pandas: pip install pandas") from error
    # of equal texts one is kept: most repeat, and a million rows must fit
    same: dict[str, str] = {}
    held: dict[str, list[Any]] = {name: [] for name, _, _ in columns}
    for table in tables:
        for name, type, _ in columns:
            found = table[name].to_pylist()
            if _is_text(type):
                # a NUL would end the string for Stata
                cells = (to_cell(value).replace("\0", "�") for value in found)
                found = [same.setdefault(cell, cell) for cell in cells]
            held[name] += found
    rows = len(next(iter(held.values())))
    data: dict[str, Any] = {}
    for name, type, _ in columns:
        values = held.pop(name)
        if pa.types.is_floating(type) or pa.types.is_integer(type):
            data[name] = pd.array(values, dtype="Float64").to_numpy(dtype=float, na_value=float("nan"))
        elif pa.types.is_boolean(type):
            data[name] = pd.Series(values, dtype="int8")
        elif pa.types.is_date(type):
            data[name] = pd.Series(pd.to_datetime(pd.Series(values, dtype="object")), dtype="datetime64[ns]")
        else:
            data[name] = pd.Series(values, dtype="object")
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
        convert_dates={name: "td" for name, type, _ in columns if pa.types.is_date(type)},
        convert_strl=long,
        variable_labels={STATA_NAMES.get(name, name): means[:80] for name, _, means in columns},
    )
    return rows


def _is_text(type: pa.DataType) -> bool:
    known = (pa.types.is_floating, pa.types.is_integer, pa.types.is_boolean, pa.types.is_date)
    return not any(is_one(type) for is_one in known)


def to_csv_cell(value: Any) -> str:
    """A value as text, safe in a spreadsheet: -5.5 stays a number, "=cmd()" a text."""
    cell = to_cell(value)
    return guard_formula(cell) if isinstance(value, str | list) else cell


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
