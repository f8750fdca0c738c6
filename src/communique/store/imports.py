"""Events of other datasets, stored beside the user's own coding. docs/imports.md says what is kept of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

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


#: Events carried over at once by `merge_imports`.
BATCH = 50_000


def merge_imports(target: Store, source: Store, begin: Callable[[str], str]) -> dict[str, tuple[int, int]]:
    """Adds a store's imported events to another, those of a known dataset and id left out; returns for each dataset how
    many were new and how many known. `begin` gives the run of the target that stands for a version's."""
    done: dict[str, tuple[int, int]] = {}
    last: int = source.query("select coalesce(max(rowid), -1) as last from imported.coded")["last"][0].as_py()
    for low in range(0, last + 1, BATCH):
        batch = [low, low + BATCH]
        with source.hold():
            coded = source.query(
                "select c.* exclude (run), v.version from imported.coded c left join runs v on v.id = c.run"
                " where c.rowid >= ? and c.rowid < ? order by c.rowid",
                batch,
            )
            members = source.query(
                "select * from imported.members where document in"
                " (select document from imported.coded where rowid >= ? and rowid < ?)",
                batch,
            )
        with target.hold(write=True):
            known = target.query(
                "select document from imported.coded where document in (select unnest(?::varchar[]))",
                [coded["document"].to_pylist()],
            )["document"]
            new = coded.filter(pc.invert(pc.is_in(coded["document"], known)))
            runs = pa.array([begin(version or "") for version in new["version"].to_pylist()], pa.string())
            target.change(
                [],
                {
                    "imported.coded": new.drop_columns(["version"]).append_column("run", runs),
                    "imported.members": members.filter(pc.is_in(members["document"], new["document"])),
                },
            )
        for name in coded["dataset"].unique().to_pylist():
            found, added = (pc.sum(pc.equal(t["dataset"], name)).as_py() or 0 for t in (coded, new))
            before = done.get(name, (0, 0))
            done[name] = (before[0] + added, before[1] + found - added)
    return dict(sorted(done.items()))
