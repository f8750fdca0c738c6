"""Statements in the making: what the readers of `extract/` add to one list before it is put in order."""

from __future__ import annotations

from dataclasses import dataclass, field

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


def words_of(quotation: Quotation) -> set[int]:
    return set(range(quotation.first, quotation.past))
