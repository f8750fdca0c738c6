"""How to write a file of coded documents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """`with_text` adds the articles' full text where the format has a place for it; `table` says what the table
    formats (csv, parquet, dta) hold: events, statements, stances or disputes; `datasets` whose events they hold, where
    imported ones are wanted."""

    with_text: bool = False
    table: str = "events"
    datasets: tuple[str, ...] = ()
