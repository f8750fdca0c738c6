"""Opens a database file, and says in plain words why one can't be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from communique.errors import StoreError
from communique.store.migrate import check_version, list_migrations, upgrade_schema

# Nothing is fetched at run time, and a Python variable's name is never read as a table's.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
# Pieces of DuckDB's messages, which carry no codes, and what they mean to the user.
_REASONS = (
    ("set lock", "another process has it open; close that one first"),
    ("different configuration", "is open in this process for another purpose; close that store first"),
    ("not a valid duckdb", "not a database"),
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
        for piece, reason in _REASONS:
            if piece in low:
                raise StoreError(f"{path}: {reason}") from error
        if isinstance(error, duckdb.ProgrammingError):
            raise  # wrong SQL is a bug of ours, not the file's
        raise StoreError(f"{path}: damaged or unusable: {message.splitlines()[0]}") from error


def connect(path: str, write: bool) -> duckdb.DuckDBPyConnection:
    """A connection to a database of the newest schema; `write` makes a missing file.

    An older schema is upgraded, for which the file must be writable. Raises StoreError.
    """
    with name_errors(path):
        exists = Path(path).exists()
        if not exists and not write:
            raise StoreError(f"{path}: no such file")
        if exists and Path(path).is_file() and Path(path).stat().st_size == 0:
            raise StoreError(f"{path}: an empty file, not a database")
        if not exists and not Path(path).absolute().parent.is_dir():
            raise StoreError(f"{path}: there is no such folder")
        connection = duckdb.connect(path, read_only=not write, config=CONFIG)
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
