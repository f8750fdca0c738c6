"""Which ids a run has met, and with what."""

from __future__ import annotations

import hashlib
import sqlite3

from communique.errors import CommuniqueError


class Seen:
    """Remembers ids in a temporary file, since a run of millions must not grow in memory; the file has no name and goes
    with the process."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        # nothing in it is needed again after a failure
        self._file.execute("pragma journal_mode = off")
        self._file.execute("create table seen (id blob primary key, digest text) without rowid")
        self._file.execute("begin")  # one transaction, never committed: it lasts as long as the run

    def add(self, id: str, digest: str) -> bool:
        """False where the id was met with another digest, which stays."""
        key = hashlib.blake2b(id.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        try:
            if self._file.execute("insert or ignore into seen values (?, ?)", (key, digest)).rowcount:
                return True
            (before,) = self._file.execute("select digest from seen where id = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise CommuniqueError(f"the temporary file of ids can't be written: {error}") from error
        return bool(before == digest)
