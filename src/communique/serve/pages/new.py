"""A new article: the form to hand one in, and how far it is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, ClassVar

from communique.errors import InputError
from communique.ingest import check_date
from communique.ingest.inputs import KINDS
from communique.serve.desk import DONE, LONGEST_ARTICLE, STEPS, Desk, Handed, Job
from communique.serve.failures import Refused
from communique.serve.query import make_address

TITLE = "New article"
LONGEST_FIELD = 2_000


@dataclass(frozen=True, slots=True)
class Step:
    """Something done with an article; `state` is done, now or later."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an article is. `href` leads to it once it is stored; `known`: it was already; `error`: why it isn't."""

    job: str
    steps: tuple[Step, ...]
    seconds: float
    characters: int | None
    href: str | None
    known: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class NewPage:
    """The form, with what was entered where it was refused for `error`; or the progress of an article."""

    template: ClassVar[str] = "new.html"
    title: str
    text: str
    headline: str
    published: str
    publisher: str
    url: str
    kinds: tuple[str, ...]
    longest: int
    error: str | None
    progress: Progress | None


def build_new(desk: Desk, params: Any) -> NewPage:
    """The form, or the progress of the job the address names. Raises NotFound."""
    id = str(params.get("job") or "")
    if not id:
        return _make(Handed())
    job = desk.find(id)
    return _make(job.handed if job.error else Handed(), job.error, _say_progress(job))


def hand_in(desk: Desk, form: dict[str, str], file: bytes, file_name: str) -> NewPage:
    """Begins with the article of a form; where that is refused, the form again."""
    handed = Handed(
        text=form.get("text", ""),
        file=file,
        file_name=file_name,
        **{name: form.get(name, "").strip() for name in ("headline", "published", "publisher", "url")},
    )
    try:
        for value in (handed.headline, handed.published, handed.publisher, handed.url):
            if len(value) > LONGEST_FIELD:
                raise Refused(f"A field has at most {LONGEST_FIELD:,} characters.")
        if handed.published:
            check_date(handed.published)
        job = desk.hand_in(handed)
    except InputError as error:
        return _make(handed, f"Day of publication: {error.reason}")
    except Refused as error:
        return _make(handed, str(error))
    return _make(Handed(), None, _say_progress(job))


def _make(handed: Handed, error: str | None = None, progress: Progress | None = None) -> NewPage:
    return NewPage(
        TITLE,
        handed.text,
        handed.headline,
        handed.published,
        handed.publisher,
        handed.url,
        KINDS,
        LONGEST_ARTICLE,
        error,
        progress,
    )


def _say_progress(job: Job) -> Progress:
    step = job.step
    steps = tuple(
        Step(name, "done" if n < step else "now" if n == step else "later") for n, name in enumerate(STEPS)
    )
    return Progress(
        job=job.id,
        steps=steps,
        seconds=round((job.ended or time.monotonic()) - job.began, 1),
        characters=job.characters,
        href=make_address("/document", [("id", job.document)]) if job.document and step == DONE else None,
        known=job.known,
        error=job.error,
    )
