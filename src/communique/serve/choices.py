"""What filters can be set to, as far as the store holds it."""

from __future__ import annotations

from dataclasses import dataclass

from communique.serve.query import FACTUALITIES
from communique.serve.source import Reader

MOST_PUBLISHERS = 200


@dataclass(frozen=True, slots=True)
class Choices:
    """Types and publishers of the store, and all kinds of factuality."""

    types: tuple[str, ...]
    publishers: tuple[str, ...]
    factualities: tuple[str, ...] = FACTUALITIES


def read_choices(reader: Reader) -> Choices:
    """From the index; of very many publishers those with most articles."""
    types = reader.rows("select distinct type from ev order by 1")
    publishers = reader.rows(
        "select publisher from doc where publisher is not null group by 1"
        f" order by count(*) desc, 1 limit {MOST_PUBLISHERS}"
    )
    return Choices(tuple(t for (t,) in types), tuple(sorted(p for (p,) in publishers)))
