"""How to write a file of coded documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

#: What one's own coding is called where it stands beside other datasets.
OWN = "communique"


@dataclass(frozen=True, slots=True)
class Reported:
    """Of a happening that several events report: the first of them (ids of document and event), how many events and
    articles report it, and who published those."""

    document: str
    event: str
    reports: int
    articles: int
    publishers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """`with_text` adds the articles' full text where the format has a place for it; `table` says what the table
    formats (csv, parquet, dta) hold: events, statements, stances or disputes; `datasets` whose events they hold, where
    imported ones are wanted. `deduplicated` says that an event stands for all that report it; `reports` has, by document
    and event, those that several do. Writers count in `left_out` why they left events out."""

    with_text: bool = False
    table: str = "events"
    datasets: tuple[str, ...] = ()
    deduplicated: bool = False
    reports: Mapping[tuple[str, str], Reported] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
