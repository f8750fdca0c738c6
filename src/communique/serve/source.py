"""The database behind the pages: read for the length of a request, so that a run may write between two of them."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from communique.errors import StoreError
from communique.records import CodedDocument
from communique.store import Store, open_store
from communique.store.connection import CONFIG, name_errors
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


class Source:
    """A database file and, in memory, an index of it (`index.sql`), made anew when the file has changed.

    One request at a time reads. The file is attached only meanwhile: DuckDB lets one process write or several read.
    Raises StoreError where the file can't be used, which includes a run writing to it.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self.name = Path(path).name
        self._lock = threading.RLock()
        self._memory = duckdb.connect(":memory:", config=CONFIG)
        self._stamp: Stamp | None = None
        self._kept: dict[str, Any] = {}
        open_store(self.path).close()  # checks it, and upgrades an older schema
        with self.read():
            pass

    def close(self) -> None:
        """Lets go of the memory."""
        with self._lock:
            self._memory.close()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """The data, as it is now."""
        with self._lock, name_errors(self.path):
            if not Path(self.path).exists():
                raise StoreError(f"{self.path}: no such file")
            self._memory.execute(f"attach {_quote(self.path)} as news (read_only)")
            try:
                stamp = self._take_stamp()
                if stamp != self._stamp:
                    self._memory.execute(
                        (resources.files("communique.serve") / "index.sql").read_text("utf-8")
                    )
                    self._stamp = stamp
                    self._kept.clear()
                yield Reader(self._memory, self._kept)
            finally:
                self._memory.execute("detach news")

    @contextmanager
    def write(self) -> Iterator[Store]:
        """The store, opened for writing, for a moment. What is written must not concern the index."""
        with self._lock:
            known = self._stamp is not None and self._stamp == self._take_stamp()
            with open_store(self.path, write=True) as store:
                yield store
            if known:
                self._stamp = self._take_stamp()

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
