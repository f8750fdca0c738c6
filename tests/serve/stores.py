"""Stores for the tests: coded samples, varied so that each document has its own id, days and parties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import msgspec

from communique.records import CodedDocument, DateRange, Event, Member
from communique.store import open_store

CODED = Path(__file__).parent / "data" / "coded.jsonl"
COUNTRIES = ("NOR", "KEN", "BRA", "VNM", "PER", "EGY", "POL", "CAN", "IDN", "NGA", "CHL", "JOR")


def read_coded() -> list[CodedDocument]:
    """The samples as they were coded; made by `communique code src/communique/data/samples --out FILE`."""
    return [msgspec.json.decode(line, type=CodedDocument) for line in CODED.read_bytes().splitlines()]


def vary_documents() -> Iterator[CodedDocument]:
    """First the samples, then copies of them on other days, with every third party another country."""
    samples = read_coded()
    yield from samples
    n = 0
    while True:
        for sample in samples:
            n += 1
            yield _vary(sample, n)


def _vary(doc: CodedDocument, n: int) -> CodedDocument:
    def shift(day: str | None) -> str | None:
        return (date.fromisoformat(day[:10]) + timedelta(days=11 * (n % 97))).isoformat() if day else None

    def swap(member: Member, at: int) -> Member:
        if (n + at) % 3 or member.code is None:
            return member
        code = COUNTRIES[(n + at) % len(COUNTRIES)]
        return replace(member, id=code, code=code)

    def vary(event: Event, at: int) -> Event:
        when = event.date
        return replace(
            event,
            actor=tuple(swap(m, at + i) for i, m in enumerate(event.actor)),
            recipient=tuple(swap(m, at + i + 1) for i, m in enumerate(event.recipient)),
            date=DateRange(when.text, when.span, shift(when.start), shift(when.end)) if when else None,
        )

    return replace(
        doc,
        id=f"{doc.id}-{n}",
        published=shift(doc.published),
        publisher=f"Paper {n % 9}" if n % 5 else None,
        events=tuple(vary(e, at) for at, e in enumerate(doc.events)),
    )


def make_store(path: Path, documents: int) -> Path:
    """A store of so many documents."""
    with open_store(path, write=True) as store:
        store.add(islice(vary_documents(), documents), store.start_run("1.0.0"))
    return path
