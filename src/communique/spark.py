"""Coding on a Spark cluster: DataFrames of articles to DataFrames of coded documents, events, statements and stances.

    articles = spark.read.parquet("articles.parquet")     # columns as in the contract: text or html, id, published …
    coded = articles.mapInPandas(code_partitions, SCHEMA)
    coded.write.parquet("coded/documents")
    explode_table(spark.read.parquet("coded/documents"), "events").write.parquet("coded/events")

Each Python worker loads the coder once and keeps it. Needs `communique[spark]` and Java 17 or newer where the session
runs, and `communique` on every worker. Results are those of one machine, row for row: coding knows no other document.
"""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from communique.coder import Coder
from communique.deadline import SECONDS, attempt
from communique.document import Document
from communique.errors import CommuniqueError, InputError
from communique.export.columns import TABLES, to_table_rows
from communique.ingest import Article, clean_article, list_files, read_articles, to_article
from communique.ingest.article import KEYS
from communique.records import CodedDocument
from communique.store.store import compute_digest

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    from pyspark.sql import DataFrame, SparkSession

    Coding = Callable[[Iterator[pd.DataFrame]], Iterator[pd.DataFrame]]

#: A row for each article in the order of the input: where `error` is null it was coded and `record` is its JSON line,
#: as docs/schema.md and the README describe it, or nothing where it was known; else `input` says which one failed and `error` why.
SCHEMA = (
    "input string, error string, id string, title string, published string, publisher string, url string, lang string,"
    " events int, statements int, stances int, record string"
)
_COLUMNS = [column.split()[0] for column in SCHEMA.split(", ")]
# What files given on the command line are coded with: their place in the order comes first.
_PLACED = f"file int, row long, {SCHEMA}"
_JAVA = 17
_GROUP = 32  # documents handed to Spark at a time
# A task takes every n-th article of one file. Bytes a task: some ten minutes' work. Tasks a core: enough to even out.
_TASK_BYTES, _TASKS_A_CORE = 2**21, 8
Task = tuple[int, str, int, int]  # number of the file, its path, and which part of how many


def code_partitions(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """For `DataFrame.mapInPandas(code_partitions, SCHEMA)`: articles coded with the shipped ontology and actors.

    Input columns are `text` or `html`, optionally `id, title, published, url, publisher, lang`; others are left aside.
    A row a document, with `SCHEMA`'s columns; one that can't be used has its reason in `error`. Never raises on input.
    """
    yield from make_coding()(frames)


def make_coding(
    *,
    published: str | None = None,
    ontology: Iterable[str] = (),
    actors: Iterable[str] = (),
    model: str | None = None,
    seconds: float = SECONDS,
    known: frozenset[int] = frozenset(),
) -> Coding:
    """`code_partitions` with a `Coder`'s options and the time an article may take. Files named must be there on every
    worker. `known`: see `code_files`."""
    code = _Coding((tuple(ontology), tuple(actors), model), published, seconds, known)

    def coding(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            kept = [column for column in frame.columns if column in KEYS]
            records = ({k: _to_plain(v) for k, v in row.items()} for row in frame[kept].to_dict("records"))
            for rows in _group(map(code.to_row, records)):
                yield _to_frame(rows, _COLUMNS)

    return coding


def explode_table(coded: DataFrame, table: str = "events") -> DataFrame:
    """The events, statements or stances (`table`) of coded documents, a row each, with the columns of the exports
    (docs/cli.md, `export --format parquet`). `coded` has `SCHEMA`'s columns; nothing is coded again."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_schema

    schema = pa.schema([(name, type) for name, type, _ in TABLES[table]])

    def explode(batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            documents = [from_record(r) for r in batch.column(0).to_pylist() if r is not None]
            rows = [row for document in documents for row in to_table_rows(document, table)]
            arrays = [pa.array([row[field.name] for row in rows], field.type) for field in schema]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    return coded.select("record").mapInArrow(explode, from_arrow_schema(schema))


def code_files(
    session: SparkSession, inputs: Iterable[str], *, known: frozenset[int] = frozenset(), **chosen: Any
) -> DataFrame:
    """Everything that `communique code` reads, coded: `SCHEMA`'s columns after `file` and `row`, which tell its order.

    Paths must be readable under the same name on every worker, as a shared folder is. An address with "://" is read by
    Spark as Parquet. A large file is split: each task reads it through and codes every n-th of its articles, reading
    being a hundredth of the work. `known` are documents, by `compute_key`, that aren't coded: of them there is an `id`
    and no `record`. `chosen` are the options of `make_coding`.
    """
    listed = list(inputs)
    cores = session.sparkContext.defaultParallelism
    tasks: list[Task] = []
    parquet: list[tuple[int, str]] = []
    for number, path in enumerate(_list_paths(listed)):
        if "://" in path:
            parquet.append((number, path))
            continue
        size = os.path.getsize(path) if os.path.isfile(path) else 0  # noqa: PTH113, PTH202 - any string is a path here
        parts = max(1, min(math.ceil(size / _TASK_BYTES), _TASKS_A_CORE * cores))
        tasks += [(number, path, part, parts) for part in range(parts)]
    frames = []
    if tasks:
        slices = min(len(tasks), _TASKS_A_CORE * cores)
        # numbers, which Spark deals out without Python: a second Python process a core would load a second coder
        given = session.range(0, len(tasks), 1, slices)
        frames.append(given.mapInPandas(_make_file_coding(tasks, known=known, **chosen), _PLACED))
    for number, path in parquet:
        coded = session.read.parquet(path).mapInPandas(make_coding(known=known, **chosen), SCHEMA)
        frames.append(coded.selectExpr(f"{number} as file", "cast(null as long) as row", *_COLUMNS))
    if not frames:
        raise CommuniqueError("no input")
    whole = frames[0]
    for frame in frames[1:]:
        whole = whole.unionAll(frame)
    return whole


def open_session(engine: str) -> SparkSession:
    """A session on that master (`local[2]`, `spark://host:port`). Raises CommuniqueError where PySpark or Java is missing
    or the master can't be reached."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise CommuniqueError("--engine needs PySpark: pip install 'communique[spark]'") from error
    _check_java()
    from py4j.protocol import Py4JError

    # with pandas 3 the rows are the same, which a test holds
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(engine).appName("communique")
    builder = builder.config("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())
    if engine.startswith("local"):
        # nothing listens on a laptop, nor asks its name of a network
        builder = builder.config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as error:
        raise CommuniqueError(f"{engine}: no Spark session: {_first_line(error)}") from error
    session.sparkContext.setLogLevel("ERROR")
    return session


def _check_java() -> None:
    """Raises CommuniqueError unless a Java of the version that Spark asks for is there."""
    need = f"--engine needs Java {_JAVA} or newer, which pip can't install with communique[spark]"
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        raise CommuniqueError(f"{need}: there is none in {home + '/bin' if home else 'PATH'}")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = said.partition('"')[2].partition('"')[0]
    first = version.removeprefix("1.").partition(".")[0]
    if first.isdecimal() and int(first) < _JAVA:
        raise CommuniqueError(f"{need}: {java} is version {version}")


def from_record(record: str) -> CodedDocument:
    """The document that a `record` column holds."""
    return msgspec.json.decode(record, type=CodedDocument)


@cache
def load_coder(ontology: tuple[str, ...], actors: tuple[str, ...], model: str | None) -> Coder:
    """This process's coder with these settings."""
    chosen: dict[str, Any] = {"model": model} if model else {}
    # Spark runs a process for each core
    return Coder(ontology=ontology, actors=actors, threads=1, **chosen)


def compute_key(id: str, digest: str) -> int:
    """A document as `code_files` knows it: by its id and `store.compute_digest`."""
    joined = f"{id}\x1f{digest}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest())


def _make_file_coding(
    tasks: Sequence[Task],
    *,
    published: str | None = None,
    ontology: Iterable[str] = (),
    actors: Iterable[str] = (),
    model: str | None = None,
    seconds: float = SECONDS,
    known: frozenset[int] = frozenset(),
) -> Coding:
    code = _Coding((tuple(ontology), tuple(actors), model), published, seconds, known)

    def read(number: int) -> Iterator[dict[str, Any]]:
        file, path, part, parts = tasks[number]
        for row, article in enumerate(read_articles([path])):
            if row % parts == part:
                yield {"file": file, "row": row} | code.to_row(article)

    def coding(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            for number in frame["id"]:
                for rows in _group(read(number)):
                    yield _to_frame(rows, ["file", "row", *_COLUMNS])

    return coding


def _list_paths(inputs: Iterable[str]) -> Iterator[str]:
    for given in inputs:
        if given == "-":
            raise CommuniqueError("--engine reads files, not standard input")
        yield from [given] if "://" in given else list_files(given)


@dataclass(frozen=True, slots=True)
class _Coding:
    """What a Python worker needs to know to code an article."""

    settings: tuple[tuple[str, ...], tuple[str, ...], str | None]
    published: str | None
    seconds: float
    known: frozenset[int]

    def to_row(self, found: Article | InputError | Mapping[str, Any]) -> dict[str, Any]:
        """The row of an article, or of why there is none."""
        result = found if isinstance(found, InputError) else self._code(found)
        if isinstance(result, InputError):
            return dict.fromkeys(_COLUMNS) | {"input": _clean(result.name), "error": _clean(result.reason)}
        name = found.name if isinstance(found, Article) else ""
        row = dict.fromkeys(_COLUMNS) | {
            "input": _clean(name) or result.id,
            "id": _clean(result.id),
            "title": _clean(result.title),
            "published": result.published,
            "publisher": _clean(result.publisher),
            "url": _clean(result.url),
            "lang": result.lang,
        }
        if isinstance(result, Document):
            return row
        return row | {
            "events": len(result.events),
            "statements": len(result.statements),
            "stances": len(result.stances),
            "record": result.to_json(),
        }

    def _code(self, record: Article | Mapping[str, Any]) -> CodedDocument | Document | InputError:
        """The article coded; only cleaned where it is known."""
        try:
            article = to_article(record)
        except InputError as error:
            return error
        document = attempt(
            article.name or "record", self.seconds, lambda: clean_article(article, self.published)
        )
        if isinstance(document, InputError):
            return document
        if self.known and compute_key(document.id, compute_digest(document)) in self.known:
            return document
        return next(iter(load_coder(*self.settings).code_many([document], seconds=self.seconds)))


def _clean(text: str | None) -> str | None:
    """As UTF-8 can carry it: a name of a file may hold bytes that are no characters."""
    return text and text.encode("utf-8", "replace").decode()


def _to_plain(value: Any) -> Any:
    """A cell as Python's own value; pandas has several for one that is missing."""
    import pandas as pd

    if isinstance(value, pd.Timestamp):
        return value.date()
    if not isinstance(value, str) and pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _to_frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype="object") for name in columns})


def _group(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    rest = iter(rows)
    while group := list(islice(rest, _GROUP)):
        yield group


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
