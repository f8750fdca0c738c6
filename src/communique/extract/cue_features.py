"""What syntax tells the attribution model: numbers for each word, and for each word as seen from a cue.

Used by training and by reading, so that both see the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from communique.annotate.parse import Parse

NAMES = frozenset({"PERSON", "ORG", "GPE", "NORP"})
# What is told of the words below a word: a subject, a clause, an object.
_HANGING = {"nsubj": 1, "nsubjpass": 1, "ccomp": 2, "xcomp": 2, "dobj": 4}
# Columns of `describe_words`: part of speech, dependency, entity, quotation, what hangs below; and how many values
# the last three take.
WORD_SIZES = (3, 3, 16)
# Columns of `describe_pairs`: steps up from the cue, the branch taken down, distance, sentences apart.
UP_SIZE, DISTANCE_SIZE, SENTENCE_SIZE = 7, 19, 5
_FAR = UP_SIZE - 1
_ELSEWHERE = (_FAR, 0)
# Distances from the cue in words are told in steps that widen, apart before and after it.
_STEPS = (1, 2, 3, 4, 6, 9, 14, 24)
_LONGEST = _STEPS[-1]
_STEP = [sum(away >= s for s in _STEPS) for away in range(_LONGEST + 1)]


def number(names: Sequence[str]) -> dict[str, int]:
    """Names by number, 0 left for any other."""
    return {name: i for i, name in enumerate(names, 1)}


def describe_words(
    parse: Parse, first: int, past: int, pos: dict[str, int], dep: dict[str, int]
) -> list[list[int]]:
    """A row of five numbers for each token from `first` up to `past`."""
    hanging = [0] * (past - first)
    for t in range(first, past):
        up = parse.head[t]
        sign = _HANGING.get(parse.dep[t], 0)
        if sign and up != t and first <= up < past:
            hanging[up - first] |= sign
        if t + 1 < past and parse.quote[t + 1] != parse.quote[t]:
            hanging[t - first] |= 8
    return [
        [
            pos.get(parse.pos[t], 0),
            dep.get(parse.dep[t], 0),
            0 if not parse.ent[t] else 1 if parse.ent[t] in NAMES else 2,
            0 if parse.quote[t] < 0 else 1 if parse.word[t][0].isalnum() else 2,
            hanging[t - first],
        ]
        for t in range(first, past)
    ]


def find_places(parse: Parse, first: int, past: int) -> list[int]:
    """The place of each token's head, counted from `first`; a token is its own where the head lies outside."""
    return [h - first if first <= h < past else t for t, h in enumerate(parse.head[first:past])]


def find_head(parse: Parse, first: int, past: int) -> int:
    """The first token of a range whose head lies outside it."""
    return next(
        (t for t in range(first, past) if not first <= parse.head[t] < past or parse.head[t] == t), first
    )


def describe_pairs(
    parse: Parse, first: int, past: int, cue: tuple[int, int], dep: dict[str, int]
) -> list[list[int]]:
    """How each token from `first` up to `past` stands to the cue: a row of four numbers for each.

    The way from the cue's head to a token goes some steps up and then down one branch; the branch is told by its
    dependency (1 for a token on the way up itself, 0 in another sentence).
    """
    head = find_head(parse, *cue)
    way: dict[int, tuple[int, int]] = {}
    token, steps = head, 0
    while True:
        way[token] = (min(steps, _FAR - 1), 1)
        up = parse.head[token]
        if up == token or up in way:
            break
        token, steps = up, steps + 1
    home = parse.sentence_of[head]
    low, high = parse.sentences[home]
    rows = []
    for t in range(first, past):
        place = way.get(t) or _trace(parse, t, way, dep) if low <= t < high else _ELSEWHERE
        apart = parse.sentence_of[t] - home
        before, after = cue[0] - t, t - cue[1] + 1
        if before > 0:
            distance = _STEP[min(before, _LONGEST)]
        else:
            distance = _STEP[min(after, _LONGEST)] + len(_STEPS) + 1 if after > 0 else 0
        rows.append([*place, distance, (2 if apart > 2 else -2 if apart < -2 else apart) + 2])
    return rows


def _trace(parse: Parse, token: int, way: dict[int, tuple[int, int]], dep: dict[str, int]) -> tuple[int, int]:
    path = []
    at = token
    while at not in way:
        path.append(at)
        up = parse.head[at]
        if up == at:
            place = _ELSEWHERE
            break
        at = up
    else:
        place = way[at]
    for t in reversed(path):
        if place[1] == 1:
            place = (place[0], dep.get(parse.dep[t], 0) + 2)
        way[t] = place
    return place
