"""Finds statements: who said what to whom, in whatever form English gives it.

Quotations are hung on their cues first (`quoted.py`); then every cue verb, noun and adjective takes the clause or phrase
it brings in (`cue_words.py`, `content.py`); then come "according to" and "citing" (`set_sources.py`); last, a quotation
without a cue goes to the speaker before it (`continued.py`). What the attribution model found is joined at the end
(`learned.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from communique.annotate.parse import Parse
from communique.extract.attribution import Attributed
from communique.extract.content import complete_quotes, to_spans
from communique.extract.continued import continue_speakers
from communique.extract.cue_words import read_cue_words
from communique.extract.drafts import Board, Draft, words_of
from communique.extract.learned import join_attributions
from communique.extract.predicates import Predicate
from communique.extract.quoted import hang_quotations
from communique.extract.set_sources import read_set_sources
from communique.knowledge.cues import Cues

Kind = Literal["direct", "mixed", "indirect"]


@dataclass(frozen=True, slots=True)
class StatementFound:
    """A statement before its parties are linked.

    `source`, `addressee`, `via` are head tokens. `cue` is a token range. `content` are character spans, without the
    quotation marks and commas at their outer edges. `parent` and `continued_from` are places in the list of statements:
    the one this stands inside, and the one whose speaker goes on here.
    """

    source: tuple[int, ...]
    cue: tuple[int, int] | None
    content: tuple[tuple[int, int], ...]
    kind: Kind
    addressee: tuple[int, ...]
    via: tuple[int, ...]
    parent: int | None
    continued_from: int | None
    confidence: float
    made_by: str


def find_statements(
    parse: Parse,
    predicates: dict[int, Predicate],
    cues: Cues,
    attributions: Sequence[Attributed] | None = None,
) -> list[StatementFound]:
    """All statements of the document in the order of their words: those of the rules, joined with what the attribution
    model found where it ran."""
    board = Board()
    hangings = hang_quotations(parse, predicates, cues)
    read_cue_words(parse, predicates, cues, hangings, board)
    for quotation, source, sign in hangings.by_name:
        speaker = tuple(parse.conjuncts(source))
        draft = Draft(speaker, (sign, sign + 1), words_of(quotation), 0.8, "speaker-set-off")
        board.keep(draft, quotation.first, quoted=True)
    read_set_sources(parse, predicates, cues, board)
    continue_speakers(parse, predicates, hangings.loose, board)
    if attributions is not None:
        join_attributions(parse, attributions, board)
    return order_drafts(parse, board.drafts)


def speakers_of(parse: Parse, statements: Iterable[StatementFound]) -> dict[int, tuple[int, ...]]:
    """Who speaks in each quotation (`Parse.quote` number -> source tokens), for "I" and "we" inside it."""
    found: dict[int, tuple[int, ...]] = {}
    for number, (a, b) in enumerate(parse.quotes):
        size = max(1, b - a)
        for statement in statements:
            covered = sum(max(0, min(b, y) - max(a, x)) for x, y in statement.content)
            if statement.source and covered >= 0.6 * size and statement.parent is None:
                found.setdefault(number, statement.source)
    return found


def order_drafts(parse: Parse, drafts: list[Draft]) -> list[StatementFound]:
    """The drafts that have words as statements, in text order, each knowing the one it stands inside."""
    rows: list[tuple[Draft, tuple[tuple[int, int], ...]]] = []
    for draft in drafts:
        if draft.cue is not None:
            draft.tokens -= set(range(*draft.cue))
        spans = to_spans(parse, draft.tokens)
        if spans:
            rows.append((draft, spans))
    rows.sort(key=lambda r: (min(r[1][0][0], find_start(parse, r[0])), -r[1][-1][1]))
    place = {id(draft): i for i, (draft, _) in enumerate(rows)}
    return [
        StatementFound(
            source=draft.source,
            cue=draft.cue,
            content=spans,
            kind=read_kind(parse, draft.tokens),
            addressee=draft.addressee,
            via=draft.via,
            parent=find_parent(parse, i, rows),
            continued_from=place.get(id(draft.continued)) if draft.continued else None,
            confidence=round(draft.confidence, 3),
            made_by=draft.made_by,
        )
        for i, (draft, spans) in enumerate(rows)
    ]


def find_start(parse: Parse, draft: Draft) -> int:
    return parse.start[draft.cue[0] if draft.cue else min(draft.tokens)]


def read_kind(parse: Parse, tokens: set[int]) -> Kind:
    words = [t for t in complete_quotes(parse, tokens) if parse.word[t][0].isalnum()]
    inside = sum(parse.quote[t] >= 0 for t in words)
    return "direct" if inside == len(words) else "mixed" if inside else "indirect"


def find_parent(parse: Parse, i: int, rows: list[tuple[Draft, tuple[tuple[int, int], ...]]]) -> int | None:
    """The closest statement whose content holds this one's cue (or content, where there is no cue)."""
    draft, spans = rows[i]
    here = (
        (parse.start[draft.cue[0]], parse.end[draft.cue[1] - 1]) if draft.cue else (spans[0][0], spans[-1][1])
    )
    best: tuple[int, int] | None = None
    for j, (_, other) in enumerate(rows):
        if j == i or not any(a <= here[0] and here[1] <= b for a, b in other):
            continue
        size = sum(b - a for a, b in other)
        if size > sum(b - a for a, b in spans) and (best is None or size < best[0]):
            best = (size, j)
    return best[1] if best else None
