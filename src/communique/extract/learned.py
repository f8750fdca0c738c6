"""Joins what the attribution model found with what the rules found.

The rules keep what they are sure of: quotations and their speakers, hearers, channels, nesting. The model adds the
attributions that no list of cues has, gives sources and contents where the rules found none or too little, and takes
back cue words that it sees nothing in.
"""

from __future__ import annotations

from collections.abc import Sequence

from communique.annotate.parse import Parse
from communique.extract.attribution import Attributed
from communique.extract.content import collect_below, has_words
from communique.extract.cue_features import NAMES
from communique.extract.drafts import Board, Draft, Index
from communique.extract.predicates import NOMINAL

MADE_BY = "model:attribution"
# An attribution no rule found is taken from this confidence on, one without a source from the other. All numbers here
# were chosen on training articles held out from the model's training.
SURE, SOURCELESS = 0.5, 0.5
# The words of two findings are the same ones from this share in common (Dice) on; contents of one cue that share less
# than the other are in contest.
SAME, APART = 0.8, 0.5


def join_attributions(parse: Parse, found: Sequence[Attributed], board: Board) -> None:
    """Adds a draft for every attribution that no rule found; mends and takes back rule findings by cue words."""
    supported: set[int] = set()
    added: list[Draft] = []
    index = Index(parse, board.drafts)  # what is the same has a token in common
    for attribution in found:
        tokens = complete_content(parse, attribution)
        source = find_heads(parse, attribution.source)
        near = index.find((*range(*attribution.cue), *tokens))
        known = [d for d in near if is_same(parse, d, attribution, tokens)]
        supported.update(id(d) for d in known)
        for draft in known:
            mend_draft(parse, draft, source, tokens, attribution)
            index.add(draft)
        if not known and attribution.confidence >= (SURE if source else SOURCELESS):
            added.append(Draft(source, attribution.cue, tokens, attribution.confidence, MADE_BY))
    kept = supported | {id(d.continued) for d in board.drafts}
    board.drafts = [d for d in board.drafts if id(d) in kept or not is_doubtful(parse, d, index)]
    for draft in added:
        board.keep(draft, draft.cue[0] if draft.cue else min(draft.tokens))


def mend_draft(
    parse: Parse, draft: Draft, source: tuple[int, ...], tokens: set[int], attribution: Attributed
) -> None:
    """Gives a rule finding the source it lacks, and the content where the model is sure of another one."""
    if not overlaps(draft, attribution):
        return
    if not draft.source and source and draft.continued is None:
        draft.source = source
    if attribution.confidence >= SURE and share(parse, draft.tokens, tokens) < APART:
        draft.tokens = draft.tokens | tokens if draft.quoted else tokens


def is_doubtful(parse: Parse, draft: Draft, index: Index) -> bool:
    """Whether a finding stands on a cue word alone. Inside somebody else's words, which the model learnt to read as one
    piece, a speaker with a name is enough besides."""
    if draft.quoted or draft.via or draft.addressee or draft.cue is None:
        return False
    if not draft.made_by.startswith(("cue:", "noun:")):
        return False
    first = draft.cue[0]
    inside = any(first in d.tokens for d in index.find([first]) if d is not draft)
    return not inside or not any(parse.ent[t] in NAMES for t in draft.source)


def complete_content(parse: Parse, attribution: Attributed) -> set[int]:
    """The tokens of a content, without single words left far from the rest."""
    runs: list[list[int]] = []
    for t in attribution.content:
        if runs and (t == runs[-1][-1] + 1 or not has_words(parse, runs[-1][-1] + 1, t)):
            runs[-1].append(t)
        else:
            runs.append([t])
    longest = max(len(run) for run in runs)
    kept = {t for run in runs for t in run if len(run) > 1 or longest < 4}
    last = max(kept)
    # a content that ends at a preposition was cut short: "new polls, including"
    inner = parse.child(last, "pobj") if parse.dep[last] == "prep" else None
    return kept if inner is None or inner < last else kept | collect_below(parse, inner)


def find_heads(parse: Parse, tokens: tuple[int, ...]) -> tuple[int, ...]:
    """The noun that names a source, and those coordinated with it."""
    inside = set(tokens)
    tops = [t for t in tokens if parse.head[t] not in inside or parse.head[t] == t]
    named = [t for t in tops if parse.pos[t] in NOMINAL]
    if not named:
        return ()
    return tuple(t for t in parse.conjuncts(named[0]) if t in inside)


def is_same(parse: Parse, draft: Draft, attribution: Attributed, tokens: set[int]) -> bool:
    """Whether a rule found this attribution: by the same cue, or with the same words."""
    return overlaps(draft, attribution) or share(parse, draft.tokens, tokens) >= SAME


def overlaps(draft: Draft, attribution: Attributed) -> bool:
    """Whether both have a word of the cue in common."""
    return draft.cue is not None and draft.cue[0] < attribution.cue[1] and attribution.cue[0] < draft.cue[1]


def share(parse: Parse, tokens: set[int], others: set[int]) -> float:
    """The words two sets of tokens have in common, as Dice."""
    if tokens.isdisjoint(others):  # most pairs of a document
        return 0.0
    words, more = ({t for t in some if parse.word[t][0].isalnum()} for some in (tokens, others))
    return 2 * len(words & more) / max(1, len(words) + len(more))
