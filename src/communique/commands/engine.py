"""A run on a Spark cluster: coded by its workers, then stored, written or kept as Parquet."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer

from communique.commands.run import BATCH, Plan, Tally
from communique.errors import CommuniqueError, InputError
from communique.export.formats import Format, open_output
from communique.export.options import Options
from communique.export.plain import clean_line
from communique.records import CodedDocument

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from communique.store import Store

#: The tables written beside `documents`.
TABLES = ("events", "statements", "stances")


def code_on_engine(
    engine: str, plan: Plan, *, db: str | None, out: str | None, format: Format | None
) -> Tally:
    """Codes a plan's inputs on the Spark master `engine`. With `format` they go to the file `out`, without one to
    Parquet in the folder `out`: `documents` and `TABLES`. Failures are named on standard error once all is coded.

    Raises CommuniqueError where there is no Spark or Java, and where the folder is there already.
    """
    from communique.spark import open_session

    if out is not None and format is None and Path(out).exists():
        raise CommuniqueError(f"{out}: is there already; name a new folder")
    # what the workers write must lie where they and this process reach it: where the result will be
    kept = Path(out) if out is not None and format is None else Path(f"{db or out}.parts")
    session = open_session(engine)
    from pyspark.errors import PySparkException

    try:
        return _run(session, plan, kept.absolute(), db, out, format)
    except PySparkException as error:
        if "No module named 'communique'" in str(error):
            reason = "its workers have no communique; docs/scale.md says how they get it"
            raise CommuniqueError(f"{engine}: {reason}") from error
        raise
    finally:
        session.stop()
        if kept != Path(out or ""):
            shutil.rmtree(kept, ignore_errors=True)


def _run(
    session: SparkSession, plan: Plan, kept: Path, db: str | None, out: str | None, format: Format | None
) -> Tally:
    from communique.spark import code_files, compute_key, explode_table
    from communique.store import open_store
    from communique.version import VERSION

    known: frozenset[int] = frozenset()
    if db is not None and plan.skip and Path(db).exists():
        with open_store(db) as store:
            known = frozenset(compute_key(*each) for each in store.read_coded(VERSION))
    coded = code_files(
        session,
        plan.inputs,
        known=known,
        published=plan.published,
        ontology=[str(Path(file).absolute()) for file in plan.ontology],
        actors=[str(Path(file).absolute()) for file in plan.actors],
        model=plan.model,
        seconds=plan.seconds,
    )
    coded.write.mode("overwrite").parquet(str(kept / "documents"))
    documents = session.read.parquet(str(kept / "documents"))
    if out is not None and format is None:
        for table in TABLES:
            explode_table(documents, table).write.parquet(str(kept / table))
    tally = Tally()
    with closing(_read_back(documents, tally, plan, db)) as found:
        if out is not None and format is not None:
            with open_output(out) as file:
                format.write(found, file, Options())
        else:
            for _ in found:
                pass
    return tally


def _read_back(
    documents: DataFrame, tally: Tally, plan: Plan, db: str | None
) -> Generator[CodedDocument, None, None]:
    """The documents in the order of the inputs, once they are in the database where there is one."""
    from communique.spark import from_record
    from communique.store import open_store

    rows = documents.select("input", "error", "record").orderBy("file", "row", "id").toLocalIterator()
    store = open_store(db, write=True) if db is not None else None
    run = _start(store, plan) if store is not None else ""
    while batch := list(islice(rows, BATCH)):
        failed = [InputError(row.input, row.error) for row in batch if row.error is not None]
        coded = [from_record(row.record) for row in batch if row.record is not None]
        for error in failed:
            typer.echo(clean_line(str(error)), err=True)
        tally.failures += len(failed)
        tally.coded += len(coded)
        tally.same += len(batch) - len(failed) - len(coded)
        if store is None:
            tally.events += sum(len(document.events) for document in coded)
        else:
            store.add_failures(failed, run)
            added = store.add(coded, run, again=plan.again)
            tally.new += len(added.new)
            tally.replaced += len(added.replaced)
            tally.same += len(added.same)
            tally.events += added.events
        yield from coded
    if store is not None:
        if tally.new + tally.replaced:
            from communique.analyse.linking import update_stories

            update_stories(store)
        store.close()


def _start(store: Store, plan: Plan) -> str:
    from communique.version import VERSION

    return store.start_run(VERSION, msgspec.to_builtins(plan))
