"""Markdown to plain text: marks of emphasis, links, pictures and headings go, the words stay."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_FIELD = re.compile(r"(\w+)\s*:\s*[\"']?(.*?)[\"']?\s*")
_NAMES = {
    "title": "title",
    "date": "published",
    "published": "published",
    "url": "url",
    "publisher": "publisher",
    "lang": "lang",
}


def read_markdown(text: str) -> tuple[str, dict[str, str]]:
    """The paragraphs, a blank line between them, and what the front matter says under the names of `Article`."""
    fields: dict[str, str] = {}
    text = text.replace("\r\n", "\n")
    if front := _FRONT.match(text):
        for line in front[1].split("\n"):
            found = _FIELD.fullmatch(line)
            if found and found[1].lower() in _NAMES and found[2]:
                fields.setdefault(_NAMES[found[1].lower()], found[2])
        text = text[front.end() :]
    tokens = MarkdownIt("commonmark", {"html": False}).parse(text)
    blocks = [
        _join(t.children or []) if t.type == "inline" else t.content for t in tokens if t.content.strip()
    ]
    return "\n\n".join(block.strip() for block in blocks), fields


def _join(children: list[Token]) -> str:
    pieces = (
        " " if c.type == "softbreak" else "\n" if c.type == "hardbreak" else c.content for c in children
    )
    return "".join(piece for piece, c in zip(pieces, children, strict=True) if c.type != "image")
