"""Statements in the making: what the readers of `extract/` add to one list before it is put in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from communique.annotate.parse import Parse
from communique.extract.quoted import Quotation


@dataclass(slots=True)
class Draft:
    """A statement whose content is still tokens. `anchor` is the token it was found at, `quoted` whether a whole
    quotation belongs to it, `continued` the statement whose speaker it has."""

    source: tuple[int, ...]
    cue: tuple[int, int] | None
    tokens: set[int]
    confidence: float
    made_by: str
    addressee: tuple[int, ...] = ()
    via: tuple[int, ...] = ()
    continued: Draft | None = None
    quoted: bool = False
    anchor: int = field(default=0)


@dataclass(slots=True)
class Board:
    """All drafts of a document, and the first one found at each token."""

    drafts: list[Draft] = field(default_factory=list)
    by_cue: dict[int, Draft] = field(default_factory=dict)

    def keep(self, draft: Draft, anchor: int, quoted: bool = False) -> None:
        draft.anchor, draft.quoted = anchor, quoted
        self.drafts.append(draft)
        self.by_cue.setdefault(anchor, draft)

    def drop(self, token: int) -> None:
        """Takes back what was found at a token."""
        draft = self.by_cue.pop(token, None)
        if draft is not None:
            self.drafts.remove(draft)


class Index:
    """Drafts by the sentences that they have a word, a cue or their anchor in."""

    def __init__(self, parse: Parse, drafts: Iterable[Draft]) -> None:
        self.sentence_of = parse.sentence_of
        self.drafts: defaultdict[int, list[Draft]] = defaultdict(list)
        for draft in drafts:
            self.add(draft)

    def add(self, draft: Draft) -> None:
        """Adds a draft, or what was added to one that is there."""
        cue = range(*draft.cue) if draft.cue else ()
        for sentence in {self.sentence_of[t] for t in (draft.anchor, *cue, *draft.tokens)}:
            self.drafts[sentence].append(draft)

    def find(self, tokens: Iterable[int]) -> list[Draft]:
        """The drafts of the sentences that some tokens are in, each once."""
        sentences = {self.sentence_of[t] for t in tokens}
        return list({id(d): d for s in sorted(sentences) for d in self.drafts.get(s, ())}.values())


def words_of(quotation: Quotation) -> set[int]:
    return set(range(quotation.first, quotation.past))
