"""Bars: how much of something, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Share:
    """One bar: how many of a kind, and where clicking on it leads. `share` is of the longest bar, 0–1."""

    label: str
    count: int
    share: float
    href: str
    chosen: bool = False


def make_shares(
    rows: Sequence[tuple[Any, ...]], link: Callable[[str], str], chosen: Sequence[str] = ()
) -> tuple[Share, ...]:
    """Bars of (label, count), in their order."""
    most = max((n for _, n in rows), default=1)
    return tuple(Share(label, n, round(n / most, 4), link(label), label in chosen) for label, n in rows)
