"""What a reader hands on: one raw article, and the limits that reading keeps to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from communique.errors import InputError

KEYS = ("id", "text", "html", "title", "published", "url", "publisher", "lang")
_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Article:
    """One raw record: exactly one of `text` and `html` is given; nothing in it has been cleaned.

    `name` is what an error calls it: `path`, `path#row`, `archive#member`. `notes` are remarks made while reading
    ("read as windows-1252"), handed on to the document.
    """

    id: str | None = None
    text: str | None = None
    html: str | None = None
    title: str | None = None
    published: str | None = None
    url: str | None = None
    publisher: str | None = None
    lang: str | None = None
    name: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading refuses, so that one hostile or broken input can't take the machine down.

    The defaults are far above any news article or archive met in practice (Common Crawl's WARC files unpack
    to about 5 GB at a ratio of 5) and far below what harms.
    """

    article_bytes: int = 10 * 2**20
    """bytes of one article: a page, a line of JSONL, a cell of a table, an item of a feed"""
    characters: int = 500_000
    """characters of one article once cleaned: a book's length, some minutes of coding"""
    paragraphs: int = 20_000
    """lines of one article, before and after cleaning"""
    unpacked_bytes: int = 64 * 2**30
    """bytes unpacked from one file given, all its members and nested archives together"""
    ratio: int = 200
    """unpacked to packed bytes of one file given; looked at once `ratio_from` bytes are unpacked"""
    ratio_from: int = 16 * 2**20
    """bytes that may be unpacked before the ratio counts"""
    nesting: int = 3
    """archives inside archives"""
    members: int = 1_000_000
    """members of one zip archive"""
    rows: int = 100_000_000
    """records of one file"""


def to_article(record: str | Mapping[str, Any] | Article, *, html: bool = False, name: str = "") -> Article:
    """The record as an `Article`; a plain string is its text, or its page where `html` is true.

    Keys are those of the JSONL contract: `text` or `html`, and optionally `id, title, published, url, publisher,
    lang`. Empty strings, None and NaN count as not given; a whole number is taken as an id; `published` may be a
    date. Raises InputError for an unknown key, a wrong type, or not exactly one of `text` and `html`.
    """
    if isinstance(record, Article):
        article = record
    elif isinstance(record, str):
        article = Article(html=record, name=name) if html else Article(text=record, name=name)
    elif isinstance(record, Mapping):
        name = name or _find_name(record)
        unknown = sorted(str(key) for key in record if key not in KEYS)
        if unknown:
            raise InputError(name, f"unknown key {', '.join(unknown)}; known are {', '.join(KEYS)}")
        fields: dict[str, Any] = {key: _to_text(key, value, name) for key, value in record.items()}
        article = Article(**fields, name=name)
    else:
        raise InputError(name or "record", f"a {type(record).__name__} is no article; give text or a mapping")
    check_article(article)
    return article


def check_article(article: Article) -> None:
    """Raises InputError unless exactly one of `text` and `html` is there and holds more than blanks."""
    name = article.name or "record"
    if (article.text is None) == (article.html is None):
        raise InputError(name, "neither text nor html" if article.text is None else "both text and html")
    if not (article.text or article.html or "").strip():
        raise InputError(name, "empty")


def _to_text(key: str, value: Any, name: str) -> str | None:
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        # an empty text is an empty article, which is said; another empty value is one not given
        return "" if value == "" and key in ("text", "html") else None
    if isinstance(value, str):
        return value if key in ("text", "html") else value.strip() or None
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if key == "published" and isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    raise InputError(name, f"{key} must be a string, not {type(value).__name__}")


def _find_name(record: Mapping[str, Any]) -> str:
    """What to call a record that has no path: its id, address or title."""
    found = next(
        (record[k] for k in ("id", "url", "title") if isinstance(record.get(k), (str, int))), "record"
    )
    return str(found)[:_NAME_LENGTH] or "record"
