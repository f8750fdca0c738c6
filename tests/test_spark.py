"""Spark: the same rows as one machine, failures as rows, and what is said where Spark or Java is missing."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from importlib import resources
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

import communique
from communique import spark
from communique.commands import app, engine
from communique.commands.run import Plan
from communique.document import Document
from communique.errors import InputError
from communique.export.columns import TABLES, to_table_rows
from communique.export.options import Options
from communique.export.tables import write_parquet
from communique.ingest import Article, clean_article, read_articles
from communique.records import CodedDocument
from communique.spark import code_partitions, from_record
from communique.store import open_store
from communique.store.store import compute_digest

SAMPLES = str(resources.files("communique") / "data" / "samples")
TEXT = "Iran’s foreign minister met his Iraqi counterpart in Basra on Monday."


def test_a_partition_is_coded_row_by_row(coder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "load_coder", lambda *_: coder)
    frame = pd.DataFrame(
        {
            "id": ["a", "b", "c"],
            "text": [TEXT, None, "x" * 11 * 2**20],
            "published": [pd.Timestamp("2021-03-04"), pd.NaT, pd.NaT],
            "section": ["world", "world", "world"],
        }
    )
    (rows,) = code_partitions(iter([frame]))
    alone = coder.code(TEXT, id="a", published="2021-03-04")
    assert list(rows.columns) == [column.split()[0] for column in spark.SCHEMA.split(", ")]
    assert [error is None for error in rows["error"]] == [True, False, False]
    assert from_record(rows["record"][0]) == alone
    assert rows["events"][0] == len(alone.events) > 0
    assert rows["input"].tolist() == ["a", "b", "c"]
    assert "neither text nor html" in rows["error"][1] and "10,485,760" in rows["error"][2]


def test_what_the_database_has_is_not_coded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither in a worker, nor is a coder loaded for it; another text under its id is coded."""
    document = clean_article(Article(id="a", text=TEXT))
    with open_store(tmp_path / "db", write=True) as store:
        header = {key: getattr(document, key) for key in ("title", "published", "publisher", "url", "lang")}
        store.add([CodedDocument("a", text=document.text, **header)], store.start_run("1.2"))
        assert list(store.read_coded("1.3")) == []
        known = frozenset(spark.compute_key(*each) for each in store.read_coded("1.1.9"))
    coded: list[Document] = []

    class Coder:
        def code_many(self, documents: list[Document], **_: Any) -> list[InputError]:
            coded.extend(documents)
            return [InputError(document.name, "coded") for document in documents]

    monkeypatch.setattr(spark, "load_coder", lambda *_: Coder())
    frame = pd.DataFrame({"id": ["a", "a"], "text": [TEXT, TEXT + " It rained."]})
    (rows,) = spark.make_coding(known=known)(iter([frame]))
    assert rows[["input", "id", "error", "record"]].to_numpy().tolist() == [
        ["a", "a", None, None],
        ["a", None, "coded", None],
    ]
    assert [document.text for document in coded] == [TEXT + " It rained."]


def test_what_was_known_is_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given: list[frozenset[int]] = []
    rows = [
        SimpleNamespace(input=name, error=error, record=None) for name, error in (("a", None), ("b", "empty"))
    ]
    read = SimpleNamespace(toLocalIterator=lambda: iter(rows))
    frame = MagicMock()
    frame.select.return_value.orderBy.return_value = read
    session = MagicMock()
    session.read.parquet.return_value = frame
    monkeypatch.setattr(spark, "code_files", lambda *_, known, **__: given.append(known) or frame)
    db = str(tmp_path / "db")
    with open_store(db, write=True) as store:
        document = CodedDocument("a", None, None, None, None, "en", TEXT)
        store.add([document], store.start_run(communique.__version__))
    for again in (False, True):
        plan = Plan(("a.txt", "b.txt"), skip=not again, again=again)
        tally = engine._run(session, plan, tmp_path, db, None, None)
        assert (tally.same, tally.failures, tally.coded) == (1, 1, 0)
    known = spark.compute_key("a", compute_digest(document))
    assert given == [frozenset([known]), frozenset()]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Spark's Python workers need fork")
def test_spark_gives_the_rows_of_one_machine(
    coder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Java's second compiler pays off after minutes, and this runs for seconds
    java = "--driver-memory 512m --driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'"
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"{java} --conf spark.sql.shuffle.partitions=2 pyspark-shell")
    bad, table, out, db = (tmp_path / name for name in ("bad.jsonl", "more.parquet", "coded", "all.duckdb"))
    bad.write_text('{"text": 1}\n' + json.dumps({"id": "k", "text": TEXT, "published": "2021-03-04"}) + "\n")
    rows = [
        {"id": "p", "text": TEXT, "published": datetime(2020, 1, 2), "section": 1},
        {"id": "q", "text": None, "published": None, "section": 2},
    ]
    parquet.write_table(pa.Table.from_pylist(rows), table)
    files = [SAMPLES, str(bad), str(tmp_path / "missing.txt"), str(table)]
    inputs = [*files[:-1], f"file://{table}"]
    ran = CliRunner().invoke(
        app,
        ["code", *inputs, "--engine", "local[2]", "--out", str(out), "--db", str(db)],
        env={"COLUMNS": "200"},
    )
    assert ran.exit_code == 1, (ran.output, ran.exception)
    for said in (
        "bad.jsonl#1: text must",
        "missing.txt: no such file",
        "q: neither text nor html",
        "3 failed",
    ):
        assert said in ran.stderr

    articles = [a for a in read_articles(files) if not isinstance(a, InputError)]
    alone = [d for d in coder.code_many(articles) if not isinstance(d, InputError)]
    assert len(alone) == 9
    # the note on a column that isn't read is the reader's, who isn't asked where Spark reads
    alone[-1] = coder.code(TEXT, id="p", published="2020-01-02")
    found = parquet.read_table(out / "documents").to_pylist()
    coded = sorted((r for r in found if r["error"] is None), key=lambda r: (r["file"], r["row"] or 0))
    assert [from_record(r["record"]) for r in coded] == alone
    assert [r["events"] for r in coded] == [len(d.events) for d in alone]
    for name in ("events", "statements", "stances"):
        columns = [column for column, _, _ in TABLES[name]]
        expected = [{c: row[c] for c in columns} for d in alone for row in to_table_rows(d, name)]
        made = parquet.read_table(out / name)
        assert sorted(map(repr, made.to_pylist())) == sorted(map(repr, expected))
        whole = BytesIO()
        write_parquet(alone, whole, Options(table=name))
        assert made.schema.names == parquet.read_schema(whole).names
    with open_store(db) as store:
        assert {d.id: d for d in store.documents()} == {d.id: d for d in alone}
        assert len(store.failures()) == 3
    again = CliRunner().invoke(app, ["code", SAMPLES, "--engine", "local[2]", "--out", str(out)])
    assert again.exit_code == 2 and "there already" in again.stderr


def fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *options: str) -> str:
    ran = CliRunner().invoke(app, ["code", SAMPLES, "--engine", "local[2]", *options], env={"COLUMNS": "200"})
    assert ran.exit_code == 2, ran.output
    return ran.stderr


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "x"))
    assert "needs --db or --out" in fail(monkeypatch, tmp_path)
    assert "itself" in fail(monkeypatch, tmp_path, *out, "--shard", "1/2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "communique[spark]: there is none in" in fail(monkeypatch, tmp_path, *out)
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o755)
    assert "is version 11.0.2" in fail(monkeypatch, tmp_path, *out)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    assert "pip install 'communique[spark]'" in fail(monkeypatch, tmp_path, *out)
    assert not (tmp_path / "x").exists()
