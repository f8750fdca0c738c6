"""Opens a database file, and says in plain words why one can't be used.

DuckDB lets one process write to a file, or several read it. So nobody keeps a file open: everybody opens it for a
moment and in turn, and who finds it taken tries again for a while.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import duckdb

from communique.errors import StoreBusy, StoreError
from communique.store.migrate import check_version, list_migrations, upgrade_schema

Opened = TypeVar("Opened")

# Nothing is fetched at run time, and a Python variable's name is never read as a table's.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
#: Seconds to wait for a file that another process has open: its moment of writing takes far less.
PATIENCE = 10.0
# Seconds between two tries, and for how long who would write keeps newcomers out while those who read finish.
_PAUSE, _DRAIN = 0.01, 0.5
# Pieces of DuckDB's messages, which carry no codes, where the file is taken: by another process, or in this one.
_TAKEN = (
    ("set lock", "another process has it open; close that one first"),
    ("different configuration", "is open in this process for another purpose; close that store first"),
    ("unique file handle", "is open in this process for another purpose; close that store first"),
)
# Likewise, and what they mean to the user.
_REASONS = (
    ("not a valid duckdb", "not a database"),
    ("sqlite_scanner", "an SQLite database, not one of DuckDB"),  # for which it would want an extension
    ("is a directory", "a folder, not a database file"),
    ("permission denied", "no permission to open it"),
    ("no space left", "the disk is full"),
    ("file too large", "larger than this system lets a file grow"),
    ("disk quota", "the disk quota is used up"),
    ("read-only", "opened for reading, or the file can't be written"),
    ("version number", "written by another version of DuckDB that this one can't read; upgrade duckdb"),
)


@contextmanager
def name_errors(path: str) -> Iterator[None]:
    """Turns what DuckDB raises into StoreError naming the file."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        message = str(error)
        low = message.lower()
        for piece, reason in _TAKEN:
            if piece in low:
                raise StoreBusy(f"{path}: {reason}") from error
        for piece, reason in _REASONS:
            if piece in low:
                raise StoreError(f"{path}: {reason}") from error
        if isinstance(error, duckdb.ProgrammingError):
            raise  # wrong SQL is a bug of ours, not the file's
        raise StoreError(f"{path}: damaged or unusable: {message.splitlines()[0]}") from error


@contextmanager
def open_in_turn(
    path: str, open_file: Callable[[], Opened], *, write: bool, patience: float = PATIENCE
) -> Iterator[Opened]:
    """What `open_file` gives, tried until the file is free; raises StoreBusy where it isn't within `patience` seconds.

    Who opens a file holds its turn: to read, for as long as opening takes; to write, to the end of the with. So a
    writer isn't shut out by readers that follow one another.
    """
    end = time.monotonic() + patience
    while True:
        with _take_turn(path, end) as turn:
            drained = time.monotonic() + (_DRAIN if write else 0)
            while True:
                try:
                    opened = open_file()
                except StoreBusy:
                    now = time.monotonic()
                    if now > end:
                        raise
                    if now > drained:
                        break
                    time.sleep(_PAUSE)
                    continue
                if not write:
                    turn.close()
                yield opened
                return
        time.sleep(_PAUSE)


@contextmanager
def _take_turn(path: str, end: float) -> Iterator[ExitStack]:
    """Holds the turn for a file until the with ends or the stack is closed; without it where `end` passes or a
    turn can't be kept: it is for fairness, what keeps the file whole is DuckDB's own lock."""
    with ExitStack() as stack:
        if sys.platform != "win32":
            import fcntl

            # not beside the file, whose folder may be read-only and is no place for litter; and not the file itself,
            # since closing it would let go of DuckDB's lock on it
            name = hashlib.blake2b(os.fsencode(os.path.realpath(path)), digest_size=12).hexdigest()
            place = Path(tempfile.gettempdir()) / f"communique-{os.getuid()}-{name}.turn"
            try:
                handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            except OSError:
                handle = None
            if handle is not None:
                stack.callback(os.close, handle)
                while time.monotonic() < end:
                    try:
                        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        break
                    except BlockingIOError:
                        time.sleep(_PAUSE)
        yield stack


def connect(path: str, write: bool) -> duckdb.DuckDBPyConnection:
    """A connection to a database of the newest schema; `write` makes a missing file.

    An older schema is upgraded, for which the file must be writable. Raises StoreError, and StoreBusy at once where
    another process has the file open.
    """
    if not path:
        raise StoreError("a database needs a name")
    with name_errors(path):
        exists = Path(path).exists()
        if not exists and not write:
            raise StoreError(f"{path}: no such file")
        if exists and Path(path).is_file() and Path(path).stat().st_size == 0:
            raise StoreError(f"{path}: an empty file, not a database")
        if not exists:
            if not Path(path).absolute().parent.is_dir():
                raise StoreError(f"{path}: there is no such folder")
            _make(path)
        connection = open_silently(path, read_only=not write)
        try:
            version = check_version(connection, path)
            if version == list_migrations()[-1][0]:
                return connection
            if version == 0 and not write:
                raise StoreError(f"{path}: a database without tables; nothing was ever stored in it")
            if write:
                upgrade_schema(connection, version)
                return connection
            connection.close()
            connect(path, write=True).close()
            return connect(path, write=False)
        except BaseException:
            connection.close()
            raise


def open_silently(path: str, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection that leaves standard output to the results: DuckDB draws a bar there when a query takes seconds."""
    connection = duckdb.connect(path, read_only=read_only, config=CONFIG)
    with suppress(
        duckdb.InvalidInputException
    ):  # in a notebook that can draw none, it can't be forbidden either
        connection.execute("set enable_progress_bar_print = false")
    return connection


def _make(path: str) -> None:
    """A new database, in its place once it is whole: who is killed while making it leaves none."""
    draft = f"{path}.{os.getpid()}.new"
    try:
        with open_silently(draft) as connection:
            upgrade_schema(connection, 0)
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was quicker
    finally:
        for left in (draft, draft + ".wal"):
            Path(left).unlink(missing_ok=True)
