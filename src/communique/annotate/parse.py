"""A parsed document as plain arrays over its tokens.

spaCy's objects are left behind here: lists of strings and integers are several times faster to walk than
`Token` attributes, travel between processes and let tests build a parse by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Parse:
    """Syntax of a document. All lists have one item per token and are indexed by token number.

    `head[i] == i` at the root of a sentence. `ent[i]` is spaCy's entity label or "", `ent_id[i]` numbers the
    entities (-1 outside), so that two neighbours with the same label stay apart. `quote[i]` is the number of the
    quotation the token stands in, or -1. `sentences` are `(first, past_last)` token ranges in order;
    `sentence_of[i]` indexes them. `quotes` are character spans, marks included, indexed by `quote[i]`.
    `paragraph_of[s]` numbers the paragraph (line of the text) of sentence `s`. `vectors` (tokens, 2 * width) are what
    the parser's and the name finder's networks make of each token in its place, `forms` (tokens,) the rows of their
    static vectors, from 1; both None for a pipeline that has other networks.
    """

    text: str
    word: list[str]
    lower: list[str]
    lemma: list[str]
    pos: list[str]
    tag: list[str]
    dep: list[str]
    head: list[int]
    ent: list[str]
    ent_id: list[int]
    start: list[int]
    end: list[int]
    children: list[list[int]]
    sentence_of: list[int]
    sentences: list[tuple[int, int]]
    paragraph_of: list[int]
    quote: list[int]
    quotes: list[tuple[int, int]]
    vectors: Any = field(default=None, compare=False, repr=False)
    forms: Any = field(default=None, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.word)

    def slice(self, first: int, past: int) -> str:
        """The text from token `first` up to, not including, token `past`."""
        return self.text[self.start[first] : self.end[past - 1]]

    def subtree(self, token: int) -> tuple[int, int]:
        """Token range `(first, past_last)` that covers everything below `token`."""
        below = [token]
        for i in below:
            below += self.children[i]
        return min(below), max(below) + 1

    def is_below(self, token: int, top: int) -> bool:
        """Whether `top` governs `token`, directly or not; a token governs itself."""
        while token != top:
            up = self.head[token]
            if up == token:
                return False
            token = up
        return True

    def child(self, token: int, *deps: str) -> int | None:
        """The first child with one of these dependency labels."""
        for c in self.children[token]:
            if self.dep[c] in deps:
                return c
        return None

    def conjuncts(self, token: int) -> list[int]:
        """`token` and everything coordinated after it ("Russia, China and Iran" from "Russia")."""
        out = [token]
        for t in out:
            for c in self.children[t]:
                if self.dep[c] == "conj":
                    out.append(c)
        return out
