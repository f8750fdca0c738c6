"""Quotations: where they open and close, whatever marks the text uses."""

from __future__ import annotations

import re

# Opening mark -> the marks that close it. A low opening mark is German or Eastern European usage.
PAIRS = {
    "“": "”“",
    "„": "“”",
    "«": "»",
    "‹": "›",
    "「": "」",
    "『": "』",
    "‘": "’",
    '"': '"',
    "``": "''",
    "''": "''",
    "'": "'",
}
_MARKS = re.compile(r"``|''|[“”„«»‹›「」『』‘’\"']")
# Longer than this inside one paragraph is more likely a lost closing mark than a quotation.
MAX_LENGTH = 3000


def find_quotes(text: str) -> list[tuple[int, int]]:
    """Character spans of the quotations, marks included, outermost only, in order.

    A quotation does not cross a paragraph, save that one left open at a paragraph's end runs to that end (news
    style repeats the opening mark in the next paragraph). An apostrophe is no quotation mark: a single mark opens
    only after a space or a bracket and closes only before one, or before punctuation.

    >>> find_quotes('He said “we won’t” and left.')
    [(8, 18)]
    """
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        found.extend((start + a, start + b) for a, b in _find_in_line(line))
        start += len(line) + 1
    return found


def _find_in_line(line: str) -> list[tuple[int, int]]:
    found = []
    opened: tuple[int, str] | None = None
    for mark in _MARKS.finditer(line):
        sign, at, past = mark[0], mark.start(), mark.end()
        before = line[at - 1] if at else " "
        after = line[past] if past < len(line) else " "
        if opened is None:
            # French marks stand apart from their words
            if (
                sign in PAIRS
                and (not after.isspace() or sign in "«‹")
                and (not before.isalnum() or sign in "“„«「『")
            ):
                opened = (at, sign)
        elif sign in PAIRS[opened[1]]:
            if sign in "'’" and after.isalnum():
                continue  # an apostrophe
            if sign in "'’" and before in "sS" and _closes_later(line, past, PAIRS[opened[1]]):
                continue  # a plural possessive inside the quotation
            if past - opened[0] <= MAX_LENGTH:
                found.append((opened[0], past))
            opened = None
    if opened and opened[1] in '“„«"``' and len(line) - opened[0] <= MAX_LENGTH:
        found.append((opened[0], len(line.rstrip())))
    return found


def _closes_later(line: str, at: int, marks: str) -> bool:
    rest = [m for m in _MARKS.finditer(line, at) if m[0] in marks]
    return any(m.end() >= len(line) or not line[m.end()].isalnum() for m in rest) and not any(
        m[0] in "‘'" and line[m.start() - 1].isspace() for m in _MARKS.finditer(line, at)
    )
