"""The article in a web page: its text and what the page says about itself."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import date, timedelta

from lxml.etree import LxmlError
from trafilatura import bare_extraction
from trafilatura.settings import Document, use_config

from communique.errors import InputError

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_MARKUP = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|article|main|div|p|meta|title|h1)\b", re.I | re.S
)
_WHOLE = re.compile(r"<(?:html|body)\b", re.I)
# Below 250 characters, by default, trafilatura takes the page's text as one line instead, furniture and all;
# a short report is a report.
_CONFIG = use_config()
_CONFIG.set("DEFAULT", "MIN_EXTRACTED_SIZE", "50")
# They speak of pages they give up on; what that means for us is the InputError below.
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Page:
    """What was read from a page; None where the page does not say."""

    text: str
    title: str | None
    published: str | None
    publisher: str | None
    url: str | None


def looks_like_page(text: str) -> bool:
    """Whether a text of unknown kind opens as HTML does."""
    return _MARKUP.match(text[:4096]) is not None


def read_page(html: str, url: str | None, name: str) -> Page:
    """The article of an HTML page, found by trafilatura. Raises InputError where there is none."""
    html = _FORBIDDEN.sub("", html)
    if not _WHOLE.search(html):  # a fragment, as feeds carry it: trafilatura wants a whole page
        html = f"<html><body><article>{html}</article></body></html>"
    # htmldate's extensive search takes any date on the page, such as a copyright year: a guess
    dates = {
        "extensive_search": False,
        "original_date": True,
        "max_date": (date.today() + timedelta(days=2)).isoformat(),
    }
    try:
        found = bare_extraction(
            html,
            url=url,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            config=_CONFIG,
            date_extraction_params=dates,
        )
    except (LxmlError, RecursionError) as error:
        raise InputError(name, f"broken HTML: {error}") from error
    if not isinstance(found, Document) or not (found.text or "").strip():
        raise InputError(name, "no article text found in this page")
    # for want of a name trafilatura gives the host, which the address tells already
    named = found.sitename if (found.sitename or "").lower() != (found.hostname or "").lower() else None
    return Page(found.text or "", found.title or None, found.date or None, named or None, found.url or None)
