"""Raw text to paragraphs: characters put right, hard wraps undone."""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import pairwise

# Line and paragraph separators, vertical tab and form feed break lines, as \r does.
_BREAK = "[\r\v\f\x1c-\x1e\x85\u2028\u2029]"
_BREAKS = re.compile("\r\n|" + _BREAK)
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\ufe00-\ufe0f]|[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ODD = re.compile("|".join((_BREAK, _INVISIBLE.pattern, _SURROGATE.pattern)))
_ENTITY = re.compile(r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_ESCAPES = 4  # times over that a text may have been escaped: "&amp;amp;#8217;"
_WORD = re.compile(r"\S+")
# Texts are wrapped at 60 to 80 columns by custom, at 100 by some; under 40 a column of verse or a list is likelier.
_MIN_WIDTH, _MAX_WIDTH = 40, 100
_WRAPPED_SHARE = 0.6  # of the line breaks inside blocks stand where a greedy wrap would put them

_MIN_BREAKS = 3  # two may be a byline and a date that happen to fit
_CLOSED_SHARE = 0.4  # of wrapped lines end a sentence by chance; of one-line paragraphs nearly all do
_CLOSING = '.!?…"”’»)'


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs of a raw text, each one line, in order, none empty.

    Lines are paragraphs, unless blank lines part them and the lines between are wrapped at a common width. Every run of white space
    becomes one blank, letters are composed (NFC), entities left over from a page are resolved, control and
    invisible characters go.
    """
    lines = [" ".join(line.split()) for line in clean_characters(text).split("\n")]
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    # Only where blank lines part the paragraphs can a line break inside one mean nothing.
    parted = len(blocks) > 1
    width = _find_width(blocks) if parted else None
    return [paragraph for block in blocks for paragraph in _join_lines(block, width, parted)]


def clean_characters(text: str) -> str:
    """The text in NFC with entities resolved, `\\n` as its only line break and no control or invisible character."""
    for _ in range(_ESCAPES):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    if _ODD.search(text):
        text = _INVISIBLE.sub("", _SURROGATE.sub("\ufffd", _BREAKS.sub("\n", text)))
    return unicodedata.normalize("NFC", text)


def _find_width(blocks: list[list[str]]) -> int | None:
    """The column at which the text is hard-wrapped, or None where a line is a paragraph."""
    broken = [block for block in blocks if len(block) > 1]
    width = max((len(line) for block in broken for line in block), default=0)
    if not _MIN_WIDTH <= width <= _MAX_WIDTH:
        return None
    breaks = [(a, b) for block in broken for a, b in pairwise(block)]
    if len(breaks) < _MIN_BREAKS:
        return None
    fits = sum(_is_full(a, b, width) for a, b in breaks)
    closed = sum(a[-1] in _CLOSING for a, _ in breaks)
    return width if fits >= _WRAPPED_SHARE * len(breaks) and closed <= _CLOSED_SHARE * len(breaks) else None


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the next line's first word would not have fitted; an editor may break a few columns early."""
    word = _WORD.match(following)
    return len(line) + 1 + len(word[0] if word else "") > 0.9 * width


def _join_lines(block: list[str], width: int | None, parted: bool) -> list[str]:
    joined: list[str] = []
    last = ""  # the line before this one, as it stood in the raw text
    for line in block:
        wrapped = width is not None and _is_full(last, line, width)
        # a link on a page that was saved as text leaves a break in mid-sentence
        before = joined[-1] if parted and joined else ""
        torn = len(before) >= _MIN_WIDTH and (before[-1].isalpha() or before[-1] == ",") and line[0].islower()
        if joined and (wrapped or torn):
            hyphenated = last.endswith("-") and last[-2:-1].isalpha()
            joined[-1] += line if hyphenated else " " + line
        else:
            joined.append(line)
        last = line
    return joined
