"""The database's schema and its migrations: `schema/0001_….sql` and on, each run once and in order."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources
from importlib.resources.abc import Traversable

import duckdb

from communique.errors import StoreError

FOLDER = resources.files("communique.store") / "schema"


def list_migrations() -> list[tuple[int, Traversable]]:
    """Every migration with its number, in order."""
    files = sorted((f for f in FOLDER.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [(int(f.name.split("_")[0]), f) for f in files]


def read_version(connection: duckdb.DuckDBPyConnection) -> int | None:
    """The schema's number; 0 for a database without tables, None for one that isn't Communiqué's."""
    tables = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    if not tables:
        return 0
    if "schema_version" not in tables:
        return None
    found = connection.execute("select coalesce(max(version), 0) from schema_version").fetchall()
    return int(found[0][0])


def check_version(connection: duckdb.DuckDBPyConnection, path: str) -> int:
    """The schema's number, 0 for an empty database.

    Raises StoreError where the database isn't Communiqué's or is of a newer schema than this version knows.
    """
    version = read_version(connection)
    if version is None:
        raise StoreError(f"{path}: a DuckDB database, but not one of Communiqué's; name another file")
    newest = list_migrations()[-1][0]
    if version > newest:
        raise StoreError(
            f"{path}: has schema {version}, newer than {newest}, the newest this version knows; upgrade Communiqué"
        )
    return version


def upgrade_schema(connection: duckdb.DuckDBPyConnection, version: int) -> None:
    """Runs the migrations after `version`, all of them or none."""
    connection.begin()
    try:
        connection.execute(
            "create table if not exists schema_version (version integer primary key, applied timestamp not null)"
        )
        for number, file in list_migrations():
            if number > version:
                connection.execute(file.read_text(encoding="utf-8"))
                now = datetime.now(UTC).replace(tzinfo=None)
                connection.execute("insert into schema_version values (?, ?)", [number, now])
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
