"""What syntax tells the attribution model: numbers for each word, and for each word as seen from a cue.

Used by training and by reading, so that both see the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from communique.annotate.parse import Parse

NAMES = frozenset({"PERSON", "ORG", "GPE", "NORP"})
_CLAUSES = frozenset({"ccomp", "xcomp"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
# Columns of `describe_words`: part of speech, dependency, entity, quotation, what hangs below; and how many values
# the last three take.
WORD_SIZES = (3, 3, 16)
# Columns of `describe_pairs`: steps up from the cue, the branch taken down, distance, sentences apart.
UP_SIZE, DISTANCE_SIZE, SENTENCE_SIZE = 7, 19, 5
_FAR = UP_SIZE - 1
_STEPS = (1, 2, 3, 4, 6, 9, 14, 24)


def number(names: Sequence[str]) -> dict[str, int]:
    """Names by number, 0 left for any other."""
    return {name: i for i, name in enumerate(names, 1)}


def describe_words(
    parse: Parse, first: int, past: int, pos: dict[str, int], dep: dict[str, int]
) -> list[list[int]]:
    """A row of five numbers for each token from `first` up to `past`."""
    rows = []
    for t in range(first, past):
        below = {parse.dep[c] for c in parse.children[t]}
        hanging = (
            bool(below & _SUBJECTS)
            + 2 * bool(below & _CLAUSES)
            + 4 * ("dobj" in below)
            + 8 * (t + 1 < past and parse.quote[t + 1] != parse.quote[t])
        )
        label = parse.ent[t]
        rows.append(
            [
                pos.get(parse.pos[t], 0),
                dep.get(parse.dep[t], 0),
                0 if not label else 1 if label in NAMES else 2,
                0 if parse.quote[t] < 0 else 1 if parse.word[t][0].isalnum() else 2,
                hanging,
            ]
        )
    return rows


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
    low, high = parse.sentences[parse.sentence_of[head]]
    rows = []
    for t in range(first, past):
        place = _trace(parse, t, way, dep) if low <= t < high else (_FAR, 0)
        apart = parse.sentence_of[t] - parse.sentence_of[head]
        rows.append([*place, _measure(t, cue), max(-2, min(2, apart)) + 2])
    return rows


def _trace(parse: Parse, token: int, way: dict[int, tuple[int, int]], dep: dict[str, int]) -> tuple[int, int]:
    path = []
    at = token
    while at not in way:
        path.append(at)
        up = parse.head[at]
        if up == at:
            place = (_FAR, 0)
            break
        at = up
    else:
        place = way[at]
    for t in reversed(path):
        if place[1] == 1:
            place = (place[0], dep.get(parse.dep[t], 0) + 2)
        way[t] = place
    return place


def _measure(token: int, cue: tuple[int, int]) -> int:
    """Distance to the cue in words, in steps that widen, before and after it."""
    if cue[0] <= token < cue[1]:
        return 0
    away = cue[0] - token if token < cue[0] else token - cue[1] + 1
    step = sum(away >= s for s in _STEPS)
    return step if token < cue[0] else step + len(_STEPS) + 1
