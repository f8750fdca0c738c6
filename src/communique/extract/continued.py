"""Speakers who go on: a quotation that stands alone has the speaker of the statement before it."""

from __future__ import annotations

from communique.annotate.parse import Parse
from communique.extract.drafts import Board, Draft, Index, words_of
from communique.extract.predicates import Predicate
from communique.extract.quoted import Quotation


def continue_speakers(
    parse: Parse, predicates: dict[int, Predicate], loose: list[Quotation], board: Board
) -> None:
    """Adds a draft for every one of the `loose` quotations that goes on speaking."""
    _Continuer(parse, predicates, board).continue_speakers(loose)


class _Continuer:
    def __init__(self, parse: Parse, predicates: dict[int, Predicate], board: Board) -> None:
        self.p = parse
        self.predicates = predicates
        self.board = board

    def continue_speakers(self, loose: list[Quotation]) -> None:
        p = self.p
        if not loose:
            return
        index = Index(p, self.board.drafts)
        covered = {t for d in self.board.drafts if d.quoted for t in d.tokens}
        for quotation in sorted(loose, key=lambda q: q.first):
            if not quotation.alone or covered.intersection(words_of(quotation)):
                continue
            before = self.draft_before(quotation, index)
            tokens = words_of(quotation)
            if before is not None:
                draft = Draft(
                    before.source,
                    None,
                    tokens,
                    0.85 if before.quoted else 0.7,
                    "quote-continued",
                    continued=before,
                    via=before.via,
                )
            else:
                subject = self.subject_before(quotation)
                if not subject or len([t for t in tokens if p.word[t][0].isalnum()]) <= 3:
                    continue
                draft = Draft(subject, None, tokens, 0.6, "quote-after-subject")
            self.board.keep(draft, quotation.first, quoted=True)
            index.add(draft)

    def draft_before(self, quotation: Quotation, index: Index) -> Draft | None:
        """The last statement in the sentence, or in the paragraph, right before a quotation."""
        p = self.p
        if not quotation.first:
            return None
        own = p.sentence_of[quotation.first]
        previous = p.sentence_of[quotation.first - 1]
        gap = p.paragraph_of[own] - p.paragraph_of[previous]
        if gap > 1:
            return None
        low, high = p.sentences[previous]
        near = [
            d
            for d in index.find([low])
            if d.source and self.touches(d, low, quotation.first) and self.can_go_on(d)
        ]
        return max(near, key=lambda d: (d.quoted, min(d.anchor, high)), default=None)

    def touches(self, draft: Draft, low: int, high: int) -> bool:
        where = draft.anchor if draft.cue else max(draft.tokens)
        return low <= where < high or not draft.tokens.isdisjoint(range(low, high))

    def can_go_on(self, draft: Draft) -> bool:
        return draft.quoted or draft.made_by.startswith(("cue:", "according"))

    def subject_before(self, quotation: Quotation) -> tuple[int, ...]:
        """The person who is the subject of the sentence before a quotation, in its paragraph."""
        p = self.p
        if not quotation.first:
            return ()
        previous = p.sentence_of[quotation.first - 1]
        if p.paragraph_of[previous] != p.paragraph_of[p.sentence_of[quotation.first]]:
            return ()
        low, high = p.sentences[previous]
        root = next((t for t in range(low, high) if p.head[t] == t), low)
        predicate = self.predicates.get(root)
        subject = predicate.get("subject") if predicate is not None and predicate.kind == "verb" else ()
        persons = tuple(t for t in subject if p.ent[t] == "PERSON" or p.lower[t] in ("he", "she"))
        return persons
