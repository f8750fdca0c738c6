"""Finds statements: who said what to whom, in whatever form English gives it.

Quotations are hung on their cues first (`quoted.py`); then every cue verb, noun and adjective takes the clause or phrase
it brings in (`cue_words.py`, `content.py`); then come "according to" and "citing" (`set_sources.py`); last, a quotation
without a cue goes to the speaker before it (`continued.py`). What the attribution model found is joined at the end
(`learned.py`), and who said nothing is left out (`unsaid.py`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, NamedTuple

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
from communique.extract.unsaid import is_deed, is_silence
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
    board.drafts = [d for d in board.drafts if not (is_silence(parse, d, cues) or is_deed(parse, d, cues))]
    return order_drafts(parse, board.drafts)


def speakers_of(parse: Parse, statements: Iterable[StatementFound]) -> dict[int, tuple[int, ...]]:
    """Who speaks in each quotation (`Parse.quote` number -> source tokens), for "I" and "we" inside it."""
    found: dict[int, tuple[int, ...]] = {}
    ends = [b for _, b in parse.quotes]
    for statement in statements:
        if not statement.source or statement.parent is not None:
            continue
        covered: Counter[int] = Counter()
        for x, y in statement.content:
            for number in range(bisect_right(ends, x), len(ends)):
                a, b = parse.quotes[number]
                if a >= y:
                    break
                covered[number] += min(b, y) - max(a, x)
        for number, size in covered.items():
            if size >= 0.6 * (ends[number] - parse.quotes[number][0]):
                found.setdefault(number, statement.source)
    return dict(sorted(found.items()))


def order_drafts(parse: Parse, drafts: list[Draft]) -> list[StatementFound]:
    """The drafts that have words as statements, in text order, each knowing the one it stands inside."""
    rows: list[_Row] = []
    for draft in drafts:
        if draft.cue is not None:
            draft.tokens -= set(range(*draft.cue))
        tokens = complete_quotes(parse, draft.tokens)
        spans = to_spans(parse, tokens)
        if spans:
            start = min(spans[0][0], parse.start[draft.cue[0] if draft.cue else min(draft.tokens)])
            rows.append(_Row(start, draft, spans, read_kind(parse, tokens)))
    rows.sort(key=lambda r: (r.start, -r.spans[-1][1]))
    starts = [row.start for row in rows]
    reach = list(accumulate((row.spans[-1][1] for row in rows), max))
    place = {id(row.draft): i for i, row in enumerate(rows)}
    return [
        StatementFound(
            source=draft.source,
            cue=draft.cue,
            content=spans,
            kind=kind,
            addressee=draft.addressee,
            via=draft.via,
            parent=find_parent(parse, i, rows, starts, reach),
            continued_from=place.get(id(draft.continued)) if draft.continued else None,
            confidence=round(draft.confidence, 3),
            made_by=draft.made_by,
        )
        for i, (_, draft, spans, kind) in enumerate(rows)
    ]


class _Row(NamedTuple):
    """A draft that has words: where its cue or words start, and what they are."""

    start: int
    draft: Draft
    spans: tuple[tuple[int, int], ...]
    kind: Kind


def read_kind(parse: Parse, tokens: set[int]) -> Kind:
    quoted = {parse.quote[t] >= 0 for t in tokens if parse.word[t][0].isalnum()}
    return "mixed" if len(quoted) > 1 else "indirect" if False in quoted else "direct"


def find_parent(parse: Parse, i: int, rows: list[_Row], starts: list[int], reach: list[int]) -> int | None:
    """The closest statement whose content holds this one's cue (or content, where there is no cue). `starts` are where
    the rows start, `reach` where the last of all up to each one ends."""
    _, draft, spans, _ = rows[i]
    if draft.cue:
        first, past = parse.start[draft.cue[0]], parse.end[draft.cue[1] - 1]
    else:
        first, past = spans[0][0], spans[-1][1]
    own = sum(b - a for a, b in spans)
    holding: list[tuple[int, int]] = []
    j = bisect_right(starts, first)
    while j and reach[j - 1] >= past:
        j -= 1
        if j != i and any(a <= first and past <= b for a, b in rows[j].spans):
            size = sum(b - a for a, b in rows[j].spans)
            if size > own:
                holding.append((size, j))
    return min(holding)[1] if holding else None
