"""The desk where articles are handed in: each is read, coded and stored in the background, one after another."""

from __future__ import annotations

import logging
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from communique.errors import CommuniqueError, InputError
from communique.ingest import Article, clean_article, read_articles, to_article
from communique.serve.failures import NotFound, Refused
from communique.serve.source import Source
from communique.store.store import is_current
from communique.version import VERSION

if TYPE_CHECKING:
    from communique.coder import Coder
    from communique.document import Document

#: What is done with an article, in order.
STEPS = (
    "Waiting for its turn",
    "Reading the article",
    "Loading the dictionaries and models",
    "Coding",
    "Storing",
)
DONE = len(STEPS)
#: Characters of an article coded here; far more than a news article has. `communique code` takes more.
LONGEST_ARTICLE = 200_000
#: Articles that may wait, and how many are remembered after they are done.
WAITING, REMEMBERED = 8, 100
ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Handed:
    """An article as it was handed in: a text or page pasted, or a file. Empty strings are not given."""

    text: str = ""
    file: bytes = b""
    file_name: str = ""
    headline: str = ""
    published: str = ""
    publisher: str = ""
    url: str = ""


@dataclass(slots=True)
class Job:
    """How far an article is. `step` counts STEPS, up to DONE; `document` is its id once it is stored, or was already
    (`known`); `error` says why it never will be. Times are monotonic seconds."""

    id: str
    handed: Handed
    began: float
    step: int = 0
    ended: float | None = None
    characters: int | None = None
    document: str | None = None
    known: bool = False
    error: str | None = None


class Desk:
    """Takes articles in. `load` gives the coder, which takes seconds: it is called once, for the first article."""

    def __init__(self, source: Source, load: Callable[[], Coder]) -> None:
        self._source = source
        self._load = load
        self._coder: Coder | None = None
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="desk")

    def hand_in(self, handed: Handed) -> Job:
        """Begins with an article. Raises Refused where there is none, or too many wait."""
        if not handed.text.strip() and not handed.file:
            raise Refused("There is no text: paste an article, or choose a file.")
        if handed.text.strip() and handed.file:
            raise Refused("Both a text and a file: hand in one of them.")
        with self._lock:
            if sum(job.ended is None for job in self._jobs.values()) >= WAITING:
                raise Refused(f"{WAITING} articles are waiting already; try again in a moment.")
            job = Job(secrets.token_hex(8), handed, time.monotonic())
            self._jobs[job.id] = job
            for old in [id for id, one in self._jobs.items() if one.ended is not None][:-REMEMBERED]:
                del self._jobs[old]
        self._pool.submit(self._work, job)
        return job

    def find(self, id: str) -> Job:
        """The job of that id. Raises NotFound."""
        job = self._jobs.get(id)
        if job is None:
            raise NotFound("No article of that number was handed in here, or it is long ago.")
        return job

    def close(self) -> None:
        """Takes nothing more in; what is being coded comes to its end, what waits doesn't begin."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, job: Job) -> None:
        try:
            self._code(job)
            job.step = DONE
        except InputError as error:
            job.error = error.reason[:1].upper() + error.reason[1:]
        except CommuniqueError as error:
            job.error = str(error)
        except Exception as error:  # a mistake of ours: the workbench goes on, and it is said and logged
            logging.getLogger(__name__).exception("while coding an article that was handed in")
            job.error = f"A mistake in Communiqué ({type(error).__name__}: {error}); please report it."
        finally:
            job.ended = time.monotonic()

    def _code(self, job: Job) -> None:
        job.step = 1
        document = clean_handed(job.handed)
        job.characters = len(document.text)
        with self._source.read() as reader:
            stored = reader.rows("select digest, coder from news.documents where id = ?", [document.id])
        if stored and is_current(stored[0], document, VERSION):
            job.document, job.known = document.id, True
            return
        job.step = 2
        if self._coder is None:
            self._coder = self._load()
        job.step = 3
        coded = self._coder.code_document(document)
        job.step = 4
        with self._source.write(indexed=True) as store, store.hold(write=True):
            store.add([coded], store.start_run(VERSION, {"handed in": "workbench"}))
        job.document = document.id


def clean_handed(handed: Handed) -> Document:
    """The article cleaned. Raises InputError where it can't be read, holds several, is too long or not English."""
    article = _read_file(handed) if handed.file else _read_text(handed)
    given = {
        "title": handed.headline.strip() or article.title,
        "publisher": handed.publisher.strip() or article.publisher,
        "url": handed.url.strip() or article.url,
    }
    article = Article(
        id=article.id,
        text=article.text,
        html=article.html,
        published=article.published,
        lang=article.lang,
        name="the article",
        notes=article.notes,
        **given,
    )
    document = clean_article(article, handed.published.strip() or None)
    if len(document.text) > LONGEST_ARTICLE:
        raise InputError(
            "the article",
            f"too long: {len(document.text):,} characters, and {LONGEST_ARTICLE:,} are the most here; "
            "use communique code",
        )
    if document.lang not in (None, ENGLISH):
        raise InputError("the article", f"its language is “{document.lang}”, and only English is coded")
    return document


def _read_text(handed: Handed) -> Article:
    from communique.ingest.page import looks_like_page

    kind = "html" if looks_like_page(handed.text) else "text"
    return to_article({kind: handed.text}, name="the article")


def _read_file(handed: Handed) -> Article:
    with tempfile.TemporaryDirectory(prefix="communique-") as folder:
        # only the ending of the name is used: it says what kind of file it is
        path = Path(folder) / f"article{Path(handed.file_name).suffix[:12].lower()}"
        path.write_bytes(handed.file)
        found: list[Article] = []
        for one in read_articles([str(path)]):
            if isinstance(one, InputError):
                raise InputError("the article", one.reason)
            found.append(one)
            if len(found) > 1:
                raise InputError("the article", "more than one article in this file; use communique code")
    if not found:
        raise InputError("the article", "no article in this file")
    return found[0]
