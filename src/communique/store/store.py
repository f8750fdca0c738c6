"""`Store`: a database file of coded documents."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike, fspath
from types import TracebackType
from typing import Any, Literal, Self

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from communique.document import Document
from communique.errors import InputError, StoreError
from communique.records import CodedDocument
from communique.store.compared import build_days, build_side, widen
from communique.store.connection import PATIENCE, connect, name_errors, open_in_turn
from communique.store.filters import Filter, find_event_conditions
from communique.store.queries import (
    HAPPENED,
    build_disputes,
    build_dyads,
    build_edges,
    build_event_counts,
    build_events,
    build_series,
    build_stances,
    build_statements,
    build_ties,
)
from communique.store.rows import DETAILS, Row, from_rows, to_rows

As = Literal["arrow", "pandas", "polars"]
# Documents read back at once: enough to make the per-query cost small, few enough to hold in memory.
READ_BATCH = 1024
# Events of a table made at once, which takes about 300 MB; all of a large store at once would take many times that.
TABLE_BATCH = 40_000


@dataclass(frozen=True, slots=True)
class Added:
    """What a call of `Store.add` did: ids of documents new, replaced (other text, or an older version's coding)
    and already there; `events` counts those of the new and replaced ones."""

    new: tuple[str, ...]
    replaced: tuple[str, ...]
    same: tuple[str, ...]
    events: int


@dataclass(frozen=True, slots=True)
class Network:
    """Who deals with whom; every table begins with `period`, its first day, where the network is asked for by period.

    `nodes`: code, events (the sum over its edges), bloc (null outside of any). `edges`: actor, recipient, events,
    mean_score, cooperation, conflict, sign (1 friendly, -1 hostile, 0 neither), sum_score. `ties`: the same of a and
    b without direction, where an event counts once. `balance`: one row, or one per period, as `analyse.network.Balance`.
    """

    nodes: Any
    edges: Any
    ties: Any
    balance: Any


def compute_digest(document: CodedDocument | Document) -> str:
    """A digest of what was read: text and header, not what was found in it; the same before and after coding."""
    header = (document.title, document.published, document.publisher, document.url, document.lang)
    joined = "\x1f".join("" if part is None else f"+{part}" for part in (*header, document.text))
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def parse_version(version: str) -> tuple[int, ...]:
    """The numbers of a version, for comparing: "0.10.1" is newer than "0.9"."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def is_current(stored: tuple[str, str], document: CodedDocument | Document, version: str) -> bool:
    """Whether a stored document, by its (digest, version of the coder), needn't be coded again by that version."""
    digest, coder = stored
    return digest == compute_digest(document) and parse_version(coder) >= parse_version(version)


class Store:
    """A database file. Use as a context manager, or `close()` it.

    The file is open only while a method runs, so that others can read it while one writes; who finds it taken
    waits, PATIENCE seconds at most. Threads take turns. `hold` keeps it open over several calls.

    Tables come as Arrow, or with `as_=` as pandas or polars. Keywords narrow them as in `Filter`.
    Every failure raises StoreError, which names the file; StoreBusy where another process keeps it.
    """

    def __init__(self, path: str | PathLike[str], *, write: bool = False) -> None:
        self.path = fspath(path)
        self._write = write
        self._lock = threading.RLock()
        self._held: duckdb.DuckDBPyConnection | None = None
        self._closed = False
        self._schemas: dict[str, pa.Schema] = {}
        with self._open(write=write):
            pass  # checks it, makes it where it is missing, and upgrades an older schema

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends its use; what was stored is on disk already."""
        self._closed = True

    @contextmanager
    def hold(self, *, write: bool = False, patience: float | None = None) -> Iterator[None]:
        """Keeps the file open meanwhile, so that many small calls needn't open it each; nobody else writes to it
        then, nor, where this is for writing, reads it. `patience`: seconds to wait for it, PATIENCE by default."""
        with self._lock:
            if self._held is not None:
                yield
                return
            if self._closed:
                raise StoreError(f"{self.path}: this store has been closed")
            if write and not self._write:
                raise StoreError(f"{self.path}: opened for reading; open it with write=True")
            with open_in_turn(
                self.path,
                lambda: connect(self.path, write),
                write=write,
                patience=PATIENCE if patience is None else patience,
            ) as connection:
                self._held = connection
                try:
                    yield
                finally:
                    self._held = None
                    with name_errors(self.path):
                        connection.close()

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[None]:
        with self.hold(write=write), name_errors(self.path):
            yield

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        assert self._held is not None, "only within `hold`"
        return self._held

    # ---- writing

    def start_run(self, version: str, options: Mapping[str, Any] | None = None) -> str:
        """Notes that a run of that version begins; its id goes to `add` and `add_failures`."""
        run = uuid.uuid4().hex[:12]
        with self._open(write=True):
            self._connection.execute(
                "insert into runs values (?, ?, ?, ?)", [run, version, _now(), json.dumps(options or {})]
            )
        return run

    def add(self, documents: Iterable[CodedDocument], run: str, *, again: bool = False) -> Added:
        """Stores documents in one transaction: when this returns they are on disk, when it raises none is.

        A document with the id of a stored one is left out where the same was read and by the same or a newer
        version; otherwise, or with `again`, it takes the stored one's place.
        """
        batch = list(documents)
        with self._open(write=True):
            version = self._find_version(run)
            known = self._find_known([doc.id for doc in batch])
            stored = set(known)
            chosen: dict[str, CodedDocument] = {}
            new, replaced, same = [], [], []
            for doc in batch:
                digest = compute_digest(doc)
                before = known.get(doc.id)
                if before is None:
                    new.append(doc.id)
                elif again or before[0] != digest or parse_version(before[1]) < parse_version(version):
                    replaced.append(doc.id)
                else:
                    same.append(doc.id)
                    continue
                known[doc.id] = (digest, version)
                chosen[doc.id] = doc
            if chosen:
                headers = [
                    (*_header(doc), list(doc.notes), known[id][0], version, run, _now())
                    for id, doc in chosen.items()
                ]
                old = [id for id in chosen if id in stored]
                deletions = [
                    (f"delete from {table} where {column} in (select unnest(?::varchar[]))", [old])
                    for table, column in (*((detail, "document") for detail in DETAILS), ("documents", "id"))
                    if old
                ]
                self.change(deletions, {"documents": headers, **to_rows(chosen.values())})
        return Added(
            tuple(new), tuple(replaced), tuple(same), sum(len(doc.events) for doc in chosen.values())
        )

    def add_failures(self, failures: Iterable[InputError], run: str) -> None:
        """Notes the inputs of a run that could not be used."""
        rows = [(failure.name, failure.reason, run, _now()) for failure in failures]
        if rows:
            with self._open(write=True):
                self._insert("failures", rows)

    def add_review(
        self,
        *,
        document: str,
        kind: str,
        item: str,
        decision: str,
        judged: str,
        correction: str | None,
        reviewer: str,
        reason: str | None,
    ) -> str:
        """Notes a reviewer's decision as a new row; see `reviews` in docs/schema.md. Returns its id."""
        id = uuid.uuid4().hex
        row = (id, document, kind, item, decision, judged, correction, reviewer, reason, _now())
        with self._open(write=True):
            self._insert("reviews", [row])
        return id

    def add_reviews(self, reviews: pa.Table) -> int:
        """Notes the decisions of another store, as `reviews` gives them, that aren't noted here; returns how many."""
        with self._open(write=True):
            self._connection.register("_batch", reviews)
            try:
                added = self._connection.execute(
                    "insert into reviews by name select * from _batch where id not in (select id from reviews)"
                ).fetchall()
            finally:
                self._connection.unregister("_batch")
        return int(added[0][0])

    def change(
        self,
        statements: Iterable[tuple[str, list[Any]]],
        rows: Mapping[str, list[Row] | pa.Table] | None = None,
    ) -> None:
        """Runs statements, then adds rows to tables, all of it or nothing: for what is computed from what is stored."""
        with self._open(write=True):
            connection = self._connection
            connection.begin()
            try:
                for sql, params in statements:
                    connection.execute(sql, params)
                for table, found in (rows or {}).items():
                    if len(found):
                        self._insert(table, found)
                connection.commit()
            except BaseException:
                with suppress(duckdb.Error):  # where committing failed there is nothing to roll back any more
                    connection.rollback()
                raise

    def _insert(self, table: str, rows: list[Row] | pa.Table) -> None:
        """All rows at once, through Arrow; row by row DuckDB is a hundred times slower."""
        if not isinstance(rows, pa.Table):
            schema = self._schemas.get(table)
            if schema is None:
                schema = self._schemas[table] = self._arrow(f"select * from {table} limit 0", []).schema
            columns = zip(*rows, strict=True)
            arrays = [pa.array(column, type) for column, type in zip(columns, schema.types, strict=True)]
            rows = pa.Table.from_arrays(arrays, schema=schema)
        self._connection.register("_batch", rows)
        try:
            self._connection.execute(f"insert into {table} by name select * from _batch")
        finally:
            self._connection.unregister("_batch")

    def _find_version(self, run: str) -> str:
        found = self._connection.execute("select version from runs where id = ?", [run]).fetchall()
        if not found:
            raise ValueError(f"no run {run!r}; begin with start_run")
        return str(found[0][0])

    def _find_known(self, ids: list[str]) -> dict[str, tuple[str, str]]:
        found = self._connection.execute(
            "select id, digest, coder from documents where id in (select unnest(?::varchar[]))", [ids]
        )
        return {id: (digest, coder) for id, digest, coder in found.fetchall()}

    # ---- reading

    def count(self) -> dict[str, int]:
        """Rows of each table."""
        with self._open():
            tables = ("documents", *DETAILS, "runs", "failures")
            return {
                t: int(self._connection.execute(f"select count(*) from {t}").fetchall()[0][0]) for t in tables
            }

    def has(self, id: str) -> bool:
        """Whether a document of that id is stored."""
        with self._open():
            return bool(self._find_known([id]))

    def find_coded(self, documents: Iterable[Document], version: str) -> set[str]:
        """Ids of those documents that `add` would leave out, so that they needn't be coded."""
        batch = list(documents)
        with self._open():
            known = self._find_known([doc.id for doc in batch])
        return {doc.id for doc in batch if doc.id in known and is_current(known[doc.id], doc, version)}

    def read_coded(self, version: str) -> Iterator[tuple[str, str]]:
        """Id and digest of every document that a coder of that version needn't code again."""
        with self._open():
            found = self._connection.execute("select id, digest, coder from documents").fetchall()
        for id, digest, coder in found:
            if parse_version(coder) >= parse_version(version):
                yield id, digest

    def find_versions(self, ids: Iterable[str]) -> dict[str, str]:
        """Which version coded each of these documents, of those that are stored."""
        with self._open():
            return {id: coder for id, (_, coder) in self._find_known(list(ids)).items()}

    def failures(self, *, as_: As = "arrow") -> Any:
        """One row per input that could not be used: input, reason, run, happened."""
        return self._table("select * from failures order by happened, input", [], as_)

    def documents(
        self,
        *,
        newest_first: bool = False,
        limit: int | None = None,
        details: Collection[str] = DETAILS,
        **wanted: Any,
    ) -> Iterator[CodedDocument]:
        """Stored documents, equal to what was stored, oldest first; with fewer `details` (tables of `rows.DETAILS`)
        without what the others hold, which is quicker.

        With keywords (see `Filter`) only documents with a wanted event, each with its wanted events alone;
        except that `document` and `publisher` by themselves select whole documents.
        """
        asked = Filter(**wanted)
        whole = asked == Filter(document=asked.document, publisher=asked.publisher)
        with self._open():
            ids, keep = self._find_whole(asked) if whole else self._find_cut(asked)
            order = f"order by published {'desc' if newest_first else ''} nulls last, id"
            found = self._connection.execute(
                f"select id from documents where id in (select unnest(?::varchar[])) {order} limit ?",
                [ids, limit if limit is not None else len(ids)],
            )
            chosen = [row[0] for row in found.fetchall()]
        for at in range(0, len(chosen), READ_BATCH):
            with self._open():
                batch = self._read(chosen[at : at + READ_BATCH], keep, details)
            yield from batch

    def _find_whole(self, wanted: Filter) -> tuple[list[str], None]:
        found = self._connection.execute(
            "select id from documents d where (?::varchar is null or lower(publisher) = lower(?))"
            " and (?::varchar is null or id = ?)",
            [wanted.publisher, wanted.publisher, wanted.document, wanted.document],
        )
        return [row[0] for row in found.fetchall()], None

    def _find_cut(self, wanted: Filter) -> tuple[list[str], set[tuple[str, int]]]:
        where, params = find_event_conditions(wanted)
        found = self._connection.execute(
            "select e.document, e.position from events e join documents d on d.id = e.document"
            f" join event_days y on y.document = e.document and y.event = e.position where {where}",
            params,
        )
        keep = {(doc, n) for doc, n in found.fetchall()}
        return list({doc for doc, _ in keep}), keep

    def _read(
        self, ids: list[str], keep: set[tuple[str, int]] | None, details: Collection[str]
    ) -> list[CodedDocument]:
        def fetch(sql: str) -> list[Row]:
            return self._connection.execute(sql, [ids]).fetchall()

        headers = fetch(
            "select id, title, published, publisher, url, lang, text, notes from documents"
            " where id in (select unnest(?::varchar[]))"
        )
        place = {id: n for n, id in enumerate(ids)}
        rows = {
            table: fetch(
                f"select * from {table} where document in (select unnest(?::varchar[])) order by position"
            )
            if table in details
            else []
            for table in DETAILS
        }
        return from_rows(sorted(headers, key=lambda header: place[header[0]]), rows, keep)

    def query(self, sql: str, params: Iterable[Any] = (), *, as_: As = "arrow") -> Any:
        """The result of a select over the tables that docs/schema.md describes."""
        return self._table(sql, list(params), as_)

    def reviews(self, *, as_: As = "arrow") -> Any:
        """One row per decision of a reviewer, in the order they were made."""
        return self._table("select * from reviews order by decided, id", [], as_)

    def events(self, *, as_: As = "arrow", **wanted: Any) -> Any:
        """One row per event, the parties as lists of codes, ids, words and spans."""
        return _convert(pa.concat_tables(self.event_tables(**wanted)), as_)

    def event_tables(self, **wanted: Any) -> Iterator[pa.Table]:
        """The rows of `events`, some at a time; one table at least."""
        asked, dataset = Filter(**wanted), wanted.get("dataset")
        counts = self._table(*build_event_counts(asked), "arrow", dataset)
        documents, before = counts["document"], 0
        ends = pc.floor(pc.divide(pc.cumulative_sum(counts["events"]).cast(pa.float64()), TABLE_BATCH))
        for part in pc.value_counts(ends) if len(ends) else [{"counts": pa.scalar(0)}]:
            some = documents[before : before + part["counts"].as_py()].to_pylist()
            yield self._table(*build_events(asked, some), "arrow", dataset)
            before += len(some)

    def statements(self, *, as_: As = "arrow", **wanted: Any) -> Any:
        """One row per statement; `actor` selects by who speaks."""
        return self._table(*build_statements(Filter(**wanted)), as_)

    def stances(self, *, as_: As = "arrow", **wanted: Any) -> Any:
        """One row per stance; `actor` selects by who holds it."""
        return self._table(*build_stances(Filter(**wanted)), as_)

    def disputes(self, *, as_: As = "arrow", **wanted: Any) -> Any:
        """One row per dispute; `actor` selects by who stands on either side."""
        return self._table(*build_disputes(Filter(**wanted)), as_)

    def positions(
        self,
        *,
        issue: str | None = None,
        threshold: float | None = None,
        vectors: str | None = None,
        as_: As = "arrow",
        **wanted: Any,
    ) -> Any:
        """Who stands where on an issue, since when, with the words: a row for each holder of each stance whose object
        means the issue, a holder's together and by date. Without an issue, a row for each issue found.

        `threshold` is the cosine from which two phrases mean the same, `vectors` the encoder (docs/positions.md).
        `actor` selects by who holds the stance. Columns: `analyse.positions.POSITIONS` and `ISSUES`.
        """
        from communique.analyse import positions as found

        threshold = found.THRESHOLD if threshold is None else threshold
        vectors = vectors or found.VECTORS
        sql, params = build_stances(Filter(**wanted))
        with self.hold():
            counts: dict[str, int] = dict(
                self._connection.execute(
                    f"select object_text, count(*) from ({sql}) group by 1 order by 1", params
                ).fetchall()
            )
        if issue is None:
            texts, issues = found.group_issues(counts, threshold, vectors)
            rows = self._read_stances(sql, params, texts)
            return _convert(found.build_issues(threshold, texts, issues, rows), as_)
        texts = [text for text in counts if found.is_issue(text)]
        scores = dict(zip(texts, found.score_issue(issue, texts, vectors).tolist(), strict=True))
        near = {text: score for text, score in scores.items() if score >= threshold}
        rows = self._read_stances(sql, params, list(near))
        ids = sorted({id for row in rows for id in row["holder_id"] if id})
        with self.hold():
            names: dict[str, str] = dict(
                self._connection.execute(
                    "select id, min(name) from actors where id in (select unnest(?::varchar[])) group by id",
                    [ids],
                ).fetchall()
            )
        return _convert(found.build_positions(issue, threshold, rows, near, names), as_)

    def nearest_issues(
        self, issue: str, *, most: int = 5, vectors: str | None = None, **wanted: Any
    ) -> list[tuple[str, float]]:
        """Objects of stances that come nearest to an issue, each with its cosine; the nearest first."""
        from communique.analyse import positions as found

        sql, params = build_stances(Filter(**wanted))
        with self.hold():
            rows = self._connection.execute(f"select distinct object_text from ({sql}) order by 1", params)
            texts = [row[0] for row in rows.fetchall() if found.is_issue(row[0])]
        scores = found.score_issue(issue, texts, vectors or found.VECTORS)
        ranked = sorted(zip(texts, scores.tolist(), strict=True), key=lambda p: (-p[1], p[0]))
        return [(text, round(score, 2)) for text, score in ranked[:most]]

    def _read_stances(self, sql: str, params: list[Any], objects: list[str]) -> list[dict[str, Any]]:
        """The stances of a question whose objects are among some."""
        with self.hold():
            narrowed = f"select * from ({sql}) where object_text in (select unnest(?::varchar[]))"
            rows: list[dict[str, Any]] = self._arrow(narrowed, [*params, objects]).to_pylist()
        return rows

    def dyads(
        self,
        *,
        by: str = "month",
        level: str = "country",
        weight: str = "one",
        as_: As = "arrow",
        **wanted: Any,
    ) -> Any:
        """Events per period, actor and recipient: how many, their mean score, cooperative and hostile ones.

        Every actor is paired with every recipient; a reciprocal event counts in both directions. Only what is
        said to have happened counts (asserted and recurring) unless `factuality` asks otherwise. Parties without
        a code don't appear. `by` is day, week (from Monday), month, quarter or year; `level` is country, which takes
        RUS.GOV and RUS.MIL together, or code. With `weight="confidence"` an event counts for its confidence.
        """
        wanted.setdefault("factuality", HAPPENED)
        return self._table(*build_dyads(Filter(**wanted), by, level, weight), as_, wanted.get("dataset"))

    def series(
        self,
        *,
        by: str = "month",
        weight: str = "one",
        undated: bool = False,
        as_: As = "arrow",
        **wanted: Any,
    ) -> Any:
        """Events per period without gaps: period (its first day), events, the four kinds of PLOVER's quad, mean_score.

        Each event counts once, whoever takes part; what counts, `by` and `weight` are as in `dyads`. Periods run from
        `start` to `end`, or from the first event to the last. Of a period without events the counts are 0 and the
        mean score is null, since there is nothing to take a mean of. Events without a day are left out, or with
        `undated` come first, with a null period.
        """
        wanted.setdefault("factuality", HAPPENED)
        table = self._table(*build_series(Filter(**wanted), by, weight), "arrow", wanted.get("dataset"))
        return _convert(table if undated else table.filter(table["period"].is_valid()), as_)

    def compare(self, dataset: str, *, as_: As = "arrow", **asked: Any) -> Any:
        """One's own happenings beside the events of a dataset that was imported: a row for each pair, and for each
        happening and event without one; `found` says which.

        Keywords are those of `Filter` and the parameters of the rule (`knowledge.stories.MatchRule`, docs/compare.md):
        `factuality` (as in `dyads`), `publisher` and `document` say what one's own coding is; the others which rows are
        wanted, by either of its events, and never change what is paired with what. Of the dataset are left out the events
        without a pair on days that one's own articles don't cover. Columns: `analyse.comparing.compare_events`, after
        `dataset`. Raises StoreError where there is no such dataset, ValueError for a parameter that is none.
        """
        # to the right, as in `network`
        from msgspec import convert, structs

        from communique.analyse.comparing import compare_events, fill_days, find_days
        from communique.knowledge.stories import MatchRule, load_rules

        usual = structs.asdict(load_rules().matches)
        rule = convert({name: asked.pop(name, value) for name, value in usual.items()}, MatchRule)
        which = {name: asked.pop(name) for name in ("publisher", "document") if name in asked}
        own = Filter(factuality=asked.pop("factuality", HAPPENED), deduplicated=True, **which)
        other, wanted = Filter(dataset=dataset), Filter(**asked)
        # what is farther from the days asked for is neither a pair of one asked for nor a better one of its pair
        reach = rule.days + rule.longest
        with self.hold():
            known = self._table(*build_days(other), "arrow", dataset)["day"].to_pylist()
            covered = fill_days(self._table(*build_days(Filter(**which)), "arrow")["day"].to_pylist(), rule)
            ours = self._table(*build_side(widen(own, wanted, 2 * reach), wanted), "arrow")
            days = covered | find_days(ours, rule)
            theirs = self._table(*build_side(widen(other, wanted, reach), wanted, days), "arrow", dataset)
        found = compare_events(ours, theirs, covered, fill_days(known, rule), rule)
        return _convert(
            found.add_column(0, "dataset", pa.array([dataset] * found.num_rows, pa.string())), as_
        )

    def network(
        self,
        *,
        by: str | None = None,
        level: str = "country",
        weight: str = "one",
        least: int = 1,
        resolution: float = 1.0,
        seed: int = 1,
        as_: As = "arrow",
        **wanted: Any,
    ) -> Network:
        """The dyads as a signed network, without events inside one country; over all time, or for each period.

        Edges and ties of fewer than `least` events are left out. Blocs come from the friendly ties (`resolution`
        above 1 makes them smaller, `seed` fixes their search) and keep their number over periods.
        """
        # the one look to the right: analyse takes tables and knows nothing of stores
        from communique.analyse.network import assess_network

        wanted.setdefault("factuality", HAPPENED)
        asked = Filter(**wanted), level, by, weight, least
        edges, ties = (
            self._table(*build(*asked), "arrow", wanted.get("dataset")) for build in (build_edges, build_ties)
        )
        nodes, balance = assess_network(edges, ties, resolution=resolution, seed=seed)
        return Network(*(_convert(table, as_) for table in (nodes, edges, ties, balance)))

    def _table(self, sql: str, params: list[Any], as_: As, dataset: str | None = None) -> Any:
        """The result of a query; of a dataset that was imported, whose tables have the same names, where one is named."""
        with self._open():
            if dataset is None:
                return _convert(self._arrow(sql, params), as_)
            self._check_dataset(dataset)
            self._connection.execute("set search_path = 'imported,main'")
            try:
                return _convert(self._arrow(sql, params), as_)
            finally:
                self._connection.execute("reset search_path")

    def datasets(self) -> list[str]:
        """The names of the datasets that were imported, in alphabetical order."""
        with self._open():
            found = self._connection.execute(
                "select distinct dataset from imported.coded order by 1"
            ).fetchall()
        return [row[0] for row in found]

    def _check_dataset(self, name: str) -> None:
        if name not in (found := self.datasets()):
            known = ", ".join(found) or "none"
            raise StoreError(f"{self.path}: no dataset {name!r} was imported; there are: {known}")

    def _arrow(self, sql: str, params: list[Any]) -> pa.Table:
        return self._connection.sql(sql, params=params).to_arrow_table()


def open_store(path: str | PathLike[str], *, write: bool = False) -> Store:
    """The store in that file; for reading unless `write`, which makes the file where it is missing.

    Processes take turns, for the length of a call. Raises StoreError.
    """
    return Store(path, write=write)


def _header(doc: CodedDocument) -> Row:
    return doc.id, doc.title, doc.published, doc.publisher, doc.url, doc.lang, doc.text


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _convert(table: pa.Table, as_: As) -> Any:
    if as_ == "arrow":
        return table
    if as_ == "pandas":
        return table.to_pandas(date_as_object=False)  # days as datetime64, to resample and plot by
    if as_ == "polars":
        import polars

        return polars.from_arrow(table)
    raise ValueError(f"as_ is arrow, pandas or polars, not {as_!r}")
