"""From a raw article to a `Document`: the cleaned text that all later offsets point into."""

from __future__ import annotations

from communique.document import Document, compute_content_id
from communique.errors import InputError
from communique.ingest.article import Article, Limits, check_article
from communique.ingest.dates import check_date, find_address_date
from communique.ingest.language import check_language, find_language
from communique.ingest.lines import clean_lines
from communique.ingest.page import Page, read_page
from communique.ingest.paragraphs import split_paragraphs


def clean_article(article: Article, published: str | None = None) -> Document:
    """The article cleaned: furniture out, white space and characters put right, headline once as the first line.

    The text holds one paragraph a line, with "\\n" between them and no blank lines. `published` overrides every
    other date; else the record's own counts, then the page's metadata, then a date line or dateline in the text,
    then the address. A date that can't be read or lies ahead is not used, and a note says so.
    Raises InputError where `published` is no date, where there is no text, or where it is beyond all measure.
    """
    name = article.name or article.id or article.url or "article"
    check_article(article)
    raw = article.text if article.text is not None else article.html or ""
    if len(raw) > Limits().article_bytes:
        raise InputError(name, f"{len(raw):,} characters; one article may have {Limits().article_bytes:,}")
    page = read_page(raw, article.url, name) if article.text is None else Page(raw, None, None, None, None)

    paragraphs = split_paragraphs(page.text)
    _check_size(paragraphs, name)
    title = " ".join(split_paragraphs(article.title or page.title or "")) or None
    found = clean_lines(paragraphs, title)
    if not any(map(str.isalnum, "".join(found.lines))):
        raise InputError(name, "no text left once the page's furniture is out" if raw.strip() else "empty")
    text = "\n".join(found.lines)

    notes = list(article.notes)
    url = article.url or page.url or found.url
    if published is not None:
        day: str | None = check_date(published)
    else:
        offered = (article.published, page.published, found.published, found.updated)
        day = _choose_date(offered, notes)
        if day is None and url and (day := find_address_date(url)):
            notes.append("publication date read from the address")
    if day is None:
        notes.append("no publication date found")
    lang = check_language(article.lang)
    if article.lang and not lang:
        notes.append(f"language {article.lang!r} is no ISO 639-1 code; detected instead")
    return Document(
        id=article.id or compute_content_id(text, found.title, day, url),
        text=text,
        title=found.title,
        published=day,
        publisher=article.publisher or page.publisher or found.source or found.agency or found.site,
        url=url,
        lang=lang or find_language(text),
        notes=tuple(notes),
        name=name,
    )


def _check_size(paragraphs: list[str], name: str) -> None:
    """Raises InputError for more text than one article has: a file of many should be given as JSONL or a folder."""
    limits = Limits()
    if len(paragraphs) > limits.paragraphs:
        raise InputError(
            name, f"{len(paragraphs):,} lines of text; one article may have {limits.paragraphs:,}"
        )
    if (count := sum(map(len, paragraphs))) > limits.characters:
        raise InputError(name, f"{count:,} characters of text; one article may have {limits.characters:,}")


def _choose_date(offered: tuple[str | None, ...], notes: list[str]) -> str | None:
    """The first date offered that can be used; why another was not is added to `notes`."""
    for text in offered:
        if text:
            try:
                return check_date(text)
            except InputError as error:
                notes.append(f"publication date {text!r} not used: {error.reason}")
    return None
