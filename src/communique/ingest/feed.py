"""Articles from feeds: RSS (0.9 to 2.0) and Atom, an item each, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import IO, Any

from lxml import etree

from communique.errors import InputError
from communique.ingest.article import Article, Limits, check_article
from communique.ingest.page import looks_like_page

_ITEMS = {"item", "entry"}
# The first that is there counts: the full text before the summary, the first date before a later one.
_BODIES = ("encoded", "content", "description", "summary")
_DATES = ("pubDate", "published", "date", "issued", "updated", "modified")
_TAG = re.compile(r"</?(?:p|div|br|a|b|i|em|strong|ul|ol|li|img|span|h[1-6]|blockquote|figure)\b", re.I)


def read_feed(stream: IO[bytes], name: str, limits: Limits) -> Iterator[Article | InputError]:
    """An article for each item or entry; where it has neither content nor summary, its title is the text."""
    channel: dict[str, str] = {}
    count = 0
    try:
        # no entities, no DTD, no network, and libxml2's own bounds on depth and size stay on
        events = etree.iterparse(
            stream, events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for _, element in events:
            tag = _local(element)
            parent = element.getparent()
            if tag in _ITEMS:
                count += 1
                if count > limits.rows:
                    raise InputError(name, f"more than {limits.rows:,} items")
                yield _make_article(element, channel, f"{name}#{count}")
                _free(element)
            elif tag in ("title", "language") and _local(parent) in ("channel", "feed"):
                channel.setdefault(tag, _text(element))
            elif tag not in _ITEMS and parent is not None and not _is_inside_item(element):
                _free(element)
    except etree.XMLSyntaxError as error:
        raise InputError(name, f"broken XML: {error}") from error
    if not count:
        raise InputError(name, "no RSS item or Atom entry in it")


def _make_article(item: Any, channel: dict[str, str], name: str) -> Article | InputError:
    parts: dict[str, Any] = {}
    for child in item:
        parts.setdefault(_local(child), child)
    values = {tag: _text(child) for tag, child in parts.items()}
    body = next((_inner(parts[tag]) for tag in _BODIES if tag in parts and _inner(parts[tag]).strip()), "")
    title = values.get("title") or None
    is_html = bool(_TAG.search(body)) or looks_like_page(body)
    article = Article(
        id=values.get("guid") or values.get("id") or None,
        text=None if is_html else body or title or "",
        html=body if is_html else None,
        title=title,
        published=next((values[tag] for tag in _DATES if values.get(tag)), None),
        url=_find_link(item),
        publisher=values.get("source") or channel.get("title") or None,
        lang=channel.get("language") or None,
        name=name,
    )
    try:
        check_article(article)
    except InputError as error:
        return error
    return article


def _find_link(item: Any) -> str | None:
    for child in item:
        if _local(child) == "link" and child.get("rel", "alternate") == "alternate":
            return child.get("href") or _text(child) or None
    return None


def _inner(element: Any) -> str:
    """The element's text, or its markup where it holds elements (Atom's type xhtml)."""
    if any(_local(child) for child in element):
        inside = (etree.tostring(child, encoding="unicode") for child in element)
        return escape(element.text or "", quote=False) + "".join(inside)
    return "".join(element.itertext())


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _local(element: Any) -> str:
    """The element's name without its namespace; "" for a comment, an instruction or nothing."""
    # etree.QName would refuse a name such as "a:b:c", which libxml2 lets pass
    return element.tag.rpartition("}")[2] if element is not None and isinstance(element.tag, str) else ""


def _is_inside_item(element: Any) -> bool:
    return any(_local(above) in _ITEMS for above in element.iterancestors())


def _free(element: Any) -> None:
    """Lets go of a finished element and of what stands before it, so that the tree never grows."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
