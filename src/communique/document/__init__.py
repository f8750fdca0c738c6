"""A document: cleaned text and what is known about it. All later offsets point into `text`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """One article after ingest.

    `title` stands once in `text`, as its first line, where the article has one. `published` is an ISO date
    or None, never a guess. `lang` is ISO 639-1, or None where the text is too short to tell.
    `notes` are remarks for the reader of the results ("no publication date found"); `name` is what an error calls it.
    """

    id: str
    text: str
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    url: str | None = None
    lang: str | None = None
    notes: tuple[str, ...] = ()
    name: str = field(default="", compare=False)


def compute_content_id(text: str, title: str | None, published: str | None, url: str | None) -> str:
    """The id of a document that brings none: 16 hex digits of a digest over what makes it this document."""
    joined = "\x1f".join((url or "", published or "", title or "", text))
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
