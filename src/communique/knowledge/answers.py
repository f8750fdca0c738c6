"""What nouns point back at which events: `data/language/answers.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import msgspec

from communique.knowledge.load import DATA, load_toml


class Answer(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Nouns for an event told before, its types, and how many sentences back it may stand. `mutual`: whoever answers must
    be of that event's recipient, where it has one."""

    nouns: frozenset[str]
    types: frozenset[str]
    reach: int
    mutual: bool = False


class _AnswerFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    by: frozenset[str]
    answer: list[Answer]


@dataclass(frozen=True, slots=True)
class Answers:
    """`by`: the event types that may answer; `of`: by noun, what it may point back at."""

    by: frozenset[str]
    of: dict[str, tuple[Answer, ...]]


@cache
def load_answers() -> Answers:
    """The shipped list."""
    file = load_toml(DATA / "language" / "answers.toml", _AnswerFile)
    nouns = {noun for answer in file.answer for noun in answer.nouns}
    return Answers(file.by, {n: tuple(a for a in file.answer if n in a.nouns) for n in nouns})
