"""What syntax tells the attribution model: numbers for each word, and for each word as seen from a cue.

Used by training and by reading, so that both see the same. All is arrays over the words of a document: the work of a
line is too little to pay for a call of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np

from communique.annotate.parse import Parse

Array = np.ndarray[Any, Any]
NAMES = frozenset({"PERSON", "ORG", "GPE", "NORP"})
_NAMED = {"": 0, **dict.fromkeys(NAMES, 1)}  # any other label 2
# What is told of the words below a word: a subject, a clause, an object (and 1 where a quotation begins or ends after it).
_HANGING = {"nsubj": 8, "nsubjpass": 8, "ccomp": 4, "xcomp": 4, "dobj": 2}
# The second number of a word tells the kind of name, the quotation mark and what hangs below it: how many values each has.
MARKS = (3, 3, 2, 2, 2, 2)
# Steps up from a cue; distances from it, in steps that widen, apart before and after it; sentences apart.
UPS, DISTANCES, SENTENCES = 7, 19, 5
_FAR = UPS - 1
_STEPS = np.array((1, 2, 3, 4, 6, 9, 14, 24))  # 0 in the cue, 1 to 8 before it, from 10 on after it
# The words that a word is seen beside in its line, and in the window of a cue; its governor comes last.
BESIDE, BESIDE_PAIR = (-1, 0, 1), (-4, -2, -1, 0, 1, 2, 4)


def number(names: Sequence[str]) -> dict[str, int]:
    """Names by number, 0 left for any other."""
    return {name: i for i, name in enumerate(names, 1)}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a document. `kinds` (words, 2) are part of speech with dependency, and marks; `beside` (words, 4) the
    places of the words beside it in its line and of its governor, its own where there is none; `low` and `past`
    (words,) the bounds of its line; `dep` and `sentence` (words,) the numbers of its dependency and sentence."""

    kinds: Array
    beside: Array
    low: Array
    past: Array
    dep: Array
    sentence: Array


@dataclass(frozen=True, slots=True)
class Pairs:
    """Words as seen from cues, cue by cue: `word` and `cue` (pairs,) are their numbers, `places` (pairs, 2) the way
    through the parse and the distance, `beside` (pairs, 8) the pairs of the words beside it and of its governor."""

    word: Array
    cue: Array
    places: Array
    beside: Array


def describe_words(
    parse: Parse, lines: Sequence[tuple[int, int]], pos: dict[str, int], dep: dict[str, int]
) -> Words:
    """The words of a document, read in `lines` that cover it."""
    bounds = np.array(lines, dtype=np.int64).reshape(-1, 2)
    low, past = np.repeat(bounds, bounds[:, 1] - bounds[:, 0], axis=0).T
    own = np.arange(len(parse))
    head = np.array(parse.head, dtype=np.int64)
    head = np.where((head >= low) & (head < past), head, own)
    label = _read_numbers(dep, parse.dep)
    quote = np.array(parse.quote, dtype=np.int64)
    mark = np.zeros_like(own)
    quoted = np.flatnonzero(quote >= 0)
    mark[quoted] = [1 if parse.word[t][0].isalnum() else 2 for t in quoted.tolist()]
    hanging = np.zeros_like(own)
    hanging[:-1] = (quote[1:] != quote[:-1]) & (low[1:] == low[:-1])
    signs = np.zeros(len(dep) + 1, dtype=np.int64)
    for name, sign in _HANGING.items():
        if name in dep:
            signs[dep[name]] = sign
    told = np.where(head != own, signs[label], 0)
    for sign in set(_HANGING.values()):
        hanging[head[told == sign]] |= sign
    sizes = [b - a for a, b in parse.sentences]
    return Words(
        kinds=np.stack(
            [
                _read_numbers(pos, parse.pos) * (len(dep) + 1) + label,
                (_read_numbers(_NAMED, parse.ent, 2) * 3 + mark) * 16 + hanging,
            ],
            axis=1,
        ),
        beside=np.concatenate([_find_beside(own, low, past, BESIDE), head[:, None]], axis=1),
        low=low,
        past=past,
        dep=label,
        sentence=np.repeat(np.arange(len(sizes)), sizes),
    )


def find_head(parse: Parse, first: int, past: int) -> int:
    """The first token of a range whose head lies outside it."""
    return next(
        (t for t in range(first, past) if not first <= parse.head[t] < past or parse.head[t] == t), first
    )


def find_window(parse: Parse, words: Words, token: int) -> tuple[int, int]:
    """Where what belongs to a cue is looked for: the sentence of `token`, and those of its line before and after that one
    after the other hold a quotation."""
    home = parse.sentence_of[token]
    low, past = int(words.low[token]), int(words.past[token])

    def is_quoted(sentence: int) -> bool:
        first, end = parse.sentences[sentence]
        return any(q >= 0 for q in parse.quote[first:end])

    first = last = home
    while parse.sentences[first][0] > low and is_quoted(first - 1):
        first -= 1
    while parse.sentences[last][1] < past and is_quoted(last + 1):
        last += 1
    return max(low, parse.sentences[first][0]), min(past, parse.sentences[last][1])


def describe_pairs(parse: Parse, words: Words, cues: Sequence[tuple[int, int]], labels: int) -> Pairs:
    """How the words of its window stand to each cue, a token range; `labels` is how many dependencies there are.

    The way from the cue's head to a token goes some steps up and then down one branch; the branch is told by its
    dependency (1 for a token on the way up itself, 0 in another sentence).
    """
    heads = [find_head(parse, *cue) for cue in cues]
    windows = np.array([find_window(parse, words, head) for head in heads], dtype=np.int64).reshape(-1, 2)
    low, past = windows.T
    ranges = np.array(cues, dtype=np.int64).reshape(-1, 2)
    sizes = past - low
    start = np.cumsum(sizes) - sizes
    base = start - low  # of a word in the pairs of its cue
    on_way: list[int] = []
    steps: list[int] = []
    for at, shift in zip(heads, base.tolist(), strict=True):
        step = 0
        while not on_way or on_way[-1] != at + shift:  # the governor of the topmost word is itself
            on_way.append(at + shift)
            steps.append(min(step, _FAR - 1))
            at, step = int(words.beside[at, -1]), step + 1
    cue = np.repeat(np.arange(len(cues)), sizes)
    own = np.arange(len(cue))
    word = own - base[cue]
    up = np.full(len(cue), -1)
    up[on_way] = steps
    governor = words.beside[word, -1] + base[cue]
    # the topmost word of each branch that leaves the way up
    top = np.where(up[governor] >= 0, own, governor)
    while not np.array_equal(above := top[top], top):
        top = above
    way = up[governor[top]]
    branch = np.where(up >= 0, 1, np.where(way >= 0, words.dep[word[top]] + 2, 0))
    way = np.where(up >= 0, up, np.where(way >= 0, way, _FAR))
    first, last = ranges[cue].T
    before, after = first - word, word - last + 1
    step = np.searchsorted(_STEPS, np.maximum(before, after), side="right")
    distance = np.where(before > 0, step, np.where(after > 0, step + len(_STEPS) + 1, 0))
    apart = np.clip(words.sentence[word] - words.sentence[np.array(heads, dtype=np.int64)][cue], -2, 2) + 2
    return Pairs(
        word=word,
        cue=cue,
        places=np.stack([way * (labels + 3) + branch, distance * SENTENCES + apart], axis=1),
        beside=np.concatenate(
            [_find_beside(own, start[cue], (start + sizes)[cue], BESIDE_PAIR), governor[:, None]], axis=1
        ),
    )


def _find_beside(own: Array, low: Array, past: Array, offsets: tuple[int, ...]) -> Array:
    """The places (…, offsets) of the words so far away, at most at the ends."""
    away = own[:, None] + np.array(offsets)
    places: Array = np.minimum(np.maximum(away, low[:, None]), past[:, None] - 1)
    return places


def _read_numbers(numbers: dict[str, int], names: list[str], other: int = 0) -> Array:
    return np.fromiter(map(numbers.get, names, repeat(other)), dtype=np.int64, count=len(names))
