"""Writes the fixture of the current schema: run once when a schema is new, from the checkout's root."""

from __future__ import annotations

import gzip
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import duckdb  # noqa: E402

from communique.errors import InputError  # noqa: E402
from communique.store import open_store  # noqa: E402
from communique.store.migrate import list_migrations  # noqa: E402
from documents import make_document  # noqa: E402

documents = [make_document("old-1", "2019-01-01"), make_document("old-2", "2020-03-05")]
target = HERE / f"schema-{list_migrations()[-1][0]}.duckdb.gz"
if target.exists():
    sys.exit(f"{target.name} is there; a released schema never changes")
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "old.duckdb"
    # small blocks keep the file small
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as small (block_size 16384)")
    with open_store(path, write=True) as store:
        run = store.start_run("0.1.0", {"made for": "tests"})
        store.add(documents, run)
        store.add_failures([InputError("empty.txt", "empty")], run)
    target.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
(HERE / "documents.jsonl").write_text("".join(doc.to_json() + "\n" for doc in documents), encoding="utf-8")
