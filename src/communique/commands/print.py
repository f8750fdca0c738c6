"""Prints a table: for a person on a terminal, as CSV in a pipe."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from communique.export.plain import clean_line


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows under their column names; numbers to the right, floats with two digits on a terminal."""
    if not sys.stdout.isatty():
        write_csv(columns, rows, sys.stdout)
        return
    from rich.table import Table
    from rich.text import Text

    from communique.export.report import make_console

    table = Table(box=None, pad_edge=False, header_style="bold")
    found = list(rows)
    for n, name in enumerate(columns):
        number = any(isinstance(row[n], int | float) for row in found)
        table.add_column(Text(name), justify="right" if number else "left", overflow="fold")
    for row in found:
        table.add_row(*(Text(_say(cell)) for cell in row))
    make_console().print(table)


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], file: TextIO) -> None:
    """Rows under their column names; nothing is written for what is null, and several values joined with "; "."""
    from communique.export.tables import to_cell

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(to_cell, row) for row in rows)


def _say(cell: Any) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.2f}"
    return clean_line(str(cell))
