"""The database behind the pages: read for the length of a request, so that a run may write between two of them.

Beside the file stands an index of it in memory (`index.sql`). When somebody has written to the file, a small index is
made anew before the page; a large one meanwhile, in the background, and pages count by the old one until it is there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from itertools import count
from pathlib import Path
from typing import Any

import duckdb

from communique.errors import StoreError
from communique.records import CodedDocument
from communique.store import Store, open_store
from communique.store.connection import name_errors, open_in_turn, open_silently
from communique.store.rows import DETAILS, from_rows

#: What the parties, words and sources of an event are read from; the rest of a document isn't needed for a list.
EVENT_TABLES = (
    "actors",
    "events",
    "event_members",
    "event_context",
    "event_quantities",
    "statements",
    "statement_members",
)
#: The index counts an event as its document's number times this, plus its position.
EVENTS = 100_000
Row = tuple[Any, ...]
#: (st_mtime_ns, st_size) of the file: what tells that somebody has written to it.
Stamp = tuple[int, int]


#: An index made within so many seconds is made while the page waits.
QUICK = 0.4
#: A slower one is made anew at most for one part in so many of the time, since no run can write meanwhile.
SHARE = 10
#: Seconds a page waits for a run's moment of writing.
PATIENCE = 5.0


@dataclass(slots=True)
class Index:
    """The tables of `index.sql` in a schema of their own; of which state of the file, made when (monotonic seconds
    and time of day) and in how many seconds; and answers that hold as long as it does."""

    schema: str
    stamp: Stamp
    made: float
    clock: str
    seconds: float
    kept: dict[str, Any] = field(default_factory=dict)


class Source:
    """A database file and an index of it. `warm` is asked of every new index before pages use it.

    One request at a time reads. The file is attached only meanwhile: DuckDB lets one process write or several read.
    Raises StoreError where the file can't be used, StoreBusy where a run writes to it for too long.
    """

    def __init__(self, path: str | Path, warm: Callable[[Reader], object] = lambda _: None) -> None:
        self.path = str(path)
        self.name = Path(path).name
        self.behind: str | None = (
            None  # the time of day of the index, where the file has been written to since
        )
        self._warm = warm
        self._lock = threading.RLock()
        self._memory = open_silently(":memory:")
        self._attached = threading.Condition()
        self._users = 0  # how many have the file attached: a request, and who makes an index
        self._index: Index | None = None
        self._numbers = count()
        self._maker: duckdb.DuckDBPyConnection | None = None
        open_store(self.path).close()  # checks it, and upgrades an older schema
        with self.read():
            pass

    def close(self) -> None:
        """Lets go of the memory."""
        with self._lock:
            self._stop_making()
            self._memory.close()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """The data, as it is now."""
        with self._lock, self._attach(), name_errors(self.path):
            index = self._find_index()
            with self._memory.cursor() as cursor:
                cursor.execute(f"set schema = 'memory.{index.schema}'")
                yield Reader(cursor, index.kept)

    @contextmanager
    def write(self, *, indexed: bool = False) -> Iterator[Store]:
        """The store, opened for writing, for a moment. What is written must not concern the index, unless `indexed`."""
        with self._lock, self._attached:
            self._stop_making()
            index = self._index
            known = not indexed and index is not None and index.stamp == self._take_stamp()
            with open_store(self.path, write=True) as store:
                yield store
            if known and index is not None:
                index.stamp = self._take_stamp()

    @contextmanager
    def _attach(self) -> Iterator[None]:
        with self._attached:
            if self._users == 0:
                if not Path(self.path).exists():
                    raise StoreError(f"{self.path}: no such file")
                with open_in_turn(self.path, self._attach_file, write=False, patience=PATIENCE):
                    pass
            self._users += 1
        try:
            yield
        finally:
            with self._attached:
                self._users -= 1
                if self._users == 0:
                    self._memory.execute("detach news")
                    self._attached.notify_all()

    def _attach_file(self) -> None:
        with name_errors(self.path):
            self._memory.execute(f"attach {_quote(self.path)} as news (read_only)")

    def _find_index(self) -> Index:
        """The index to use, which is not always the newest there could be."""
        index, stamp = self._index, self._take_stamp()
        if index is None or (index.stamp != stamp and index.seconds < QUICK):
            with self._memory.cursor() as cursor:
                index = self._use(self._make(cursor))
        self.behind = index.clock if index.stamp != stamp else None
        if self.behind and self._maker is None and time.monotonic() - index.made > SHARE * index.seconds:
            self._maker = self._memory.cursor()
            threading.Thread(target=self._make_meanwhile, args=(self._maker,), daemon=True).start()
        return index

    def _make(self, cursor: duckdb.DuckDBPyConnection) -> Index:
        began = time.monotonic()
        stamp, schema = self._take_stamp(), f"index_{next(self._numbers)}"
        cursor.execute(f"create schema {schema}; set schema = 'memory.{schema}'")
        try:
            cursor.execute((resources.files("communique.serve") / "index.sql").read_text("utf-8"))
            clock = datetime.now().strftime("%H:%M:%S")
            index = Index(schema, stamp, began, clock, time.monotonic() - began)
            self._warm(Reader(cursor, index.kept))
        except BaseException:
            self._memory.execute(f"drop schema {schema} cascade")
            raise
        return index

    def _use(self, index: Index) -> Index:
        if self._index is not None:
            self._memory.execute(f"drop schema {self._index.schema} cascade")
        self._index = index
        return index

    def _make_meanwhile(self, cursor: duckdb.DuckDBPyConnection) -> None:
        try:
            with self._attach():
                index = self._make(cursor)
            with self._lock:
                self._use(index)
        except (StoreError, duckdb.Error):
            pass  # interrupted or locked out: the next page tries again, and says what is wrong
        finally:
            cursor.close()
            self._maker = None

    def _stop_making(self) -> None:
        """Waits until nobody has the file attached; whoever makes an index is interrupted."""
        with self._attached:
            while self._users:
                maker = self._maker
                if maker is not None:
                    with suppress(duckdb.Error):  # done just now
                        maker.interrupt()
                self._attached.wait(0.05)

    def _take_stamp(self) -> Stamp:
        found = Path(self.path).stat()
        return found.st_mtime_ns, found.st_size


class Reader:
    """Asks the index (the tables of `index.sql`) and the file (`news.…`).

    `kept` is for answers that hold until the index is made anew; what reviewers write isn't in the index.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, kept: dict[str, Any]) -> None:
        self._connection = connection
        self.kept = kept

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """All rows of a question."""
        return self._connection.execute(sql, list(params)).fetchall()

    def value(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """The first column of the first row."""
        return self.rows(sql, params)[0][0]

    def find_ids(self, numbers: Iterable[int]) -> dict[int, str]:
        """Ids of documents by their numbers."""
        found = self.rows("select n, id from doc where n in (select unnest(?::integer[]))", [list(numbers)])
        return dict(found)

    def documents(
        self, ids: Sequence[str], tables: Sequence[str] = DETAILS, keep: set[tuple[str, int]] | None = None
    ) -> dict[str, CodedDocument]:
        """Documents by id, with what those tables hold; `keep` are the (document, position) of the events wanted."""
        if not ids:
            return {}
        one_of = "in (select unnest(?::varchar[]))"
        headers = self.rows(
            f"select id, title, published, publisher, url, lang, text, notes from news.documents where id {one_of}",
            [list(ids)],
        )
        rows: dict[str, list[Row]] = {table: [] for table in DETAILS}
        for table in tables:
            rows[table] = self.rows(
                f"select * from news.{table} where document {one_of} order by position", [list(ids)]
            )
        return {doc.id: doc for doc in from_rows(headers, rows, keep)}


def _quote(path: str) -> str:
    return "'" + path.replace("'", "''") + "'"
