"""Events of other datasets, stored beside the user's own coding. docs/imports.md says what is kept of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from communique.store.store import Store

Party = tuple[str | None, str]
"""A party's code, if its name is known, and its name."""


@dataclass(frozen=True, slots=True)
class ImportedEvent:
    """An event of another dataset; the fields are the columns of `imported.coded` in docs/schema.md."""

    id: str
    type: str | None
    mode: str | None
    context: tuple[str, ...]
    cameo: str | None
    score: float | None
    quad: str | None
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]
    reciprocal: bool
    date_start: str
    date_end: str
    place_text: str | None = None
    place_country: str | None = None
    place_lat: float | None = None
    place_lon: float | None = None
    place_geonameid: int | None = None
    published: str | None = None
    publisher: str | None = None
    url: str | None = None
    reports: int | None = None
    deaths: int | None = None


def add_imports(store: Store, dataset: str, events: Iterable[ImportedEvent], run: str) -> tuple[int, int]:
    """Adds a dataset's events, those of a known id left out; returns how many were new and how many known."""
    found = list(events)
    first = {event.id: event for event in reversed(found)}  # of two with one id the first stays
    with store.hold(write=True):
        known = store.query(
            "select id from imported.coded where dataset = ? and id in (select unnest(?::varchar[]))",
            [dataset, list(first)],
        )
        stored = set(known["id"].to_pylist())
        new = [event for event in reversed(first.values()) if event.id not in stored]
        store.change(
            [],
            {
                "imported.coded": [
                    (
                        f"{dataset}:{e.id}",
                        dataset,
                        e.id,
                        e.type,
                        e.mode,
                        list(e.context),
                        e.cameo,
                        e.score,
                        e.quad,
                        e.reciprocal,
                        e.date_start,
                        e.date_end,
                        e.place_text,
                        e.place_country,
                        e.place_lat,
                        e.place_lon,
                        e.place_geonameid,
                        e.published,
                        e.publisher,
                        e.url,
                        e.reports,
                        e.deaths,
                        run,
                    )
                    for e in new
                ],
                "imported.members": [
                    (f"{dataset}:{e.id}", side, n, code, name)
                    for e in new
                    for side, parties in (("actor", e.actor), ("recipient", e.recipient))
                    for n, (code, name) in enumerate(parties)
                ],
            },
        )
    return len(new), len(found) - len(new)
