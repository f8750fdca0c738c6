"""What an act still to come, or refused, is by PLOVER's rules: "will help" is AGREE, "will not meet" REJECT."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import msgspec

from communique.annotate.parse import Parse
from communique.extract.factuality import Reading
from communique.knowledge.load import DATA, load_toml
from communique.records import Factuality


class _Shift(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"source": "from"}):
    source: list[str]
    label: Factuality
    to: str
    words: list[str] = []
    unless: list[str] = []
    factuality: Factuality | None = None
    cameo: dict[str, str] = {}


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    shift: list[_Shift]


@dataclass(frozen=True, slots=True)
class Shift:
    """From types of a factuality to another type; `words` and `unless` are about what decided the factuality."""

    source: frozenset[str]
    label: Factuality
    to: str
    words: frozenset[str]
    unless: frozenset[str]
    factuality: Factuality | None
    cameo: dict[str, str]


@cache
def load_shifts() -> tuple[Shift, ...]:
    """The shipped rules: `data/language/shifts.toml`."""
    file = load_toml(DATA / "language" / "shifts.toml", _File)
    return tuple(
        Shift(
            frozenset(s.source),
            s.label,
            s.to,
            frozenset(s.words),
            frozenset(s.unless),
            s.factuality,
            s.cameo,
        )
        for s in file.shift
    )


def choose_shift(parse: Parse, event_type: str, trigger: int, reading: Reading) -> Shift | None:
    """The first rule that fits an event of this type and factuality at `trigger`, or None."""
    deciding: set[str] | None = None
    for shift in load_shifts():
        if event_type not in shift.source or reading.label != shift.label:
            continue
        if deciding is None:
            deciding = _deciding_words(parse, trigger, reading)
        if (not shift.words or shift.words & deciding) and not shift.unless & deciding:
            return shift
    return None


def _deciding_words(parse: Parse, trigger: int, reading: Reading) -> set[str]:
    """The words that decided a factuality: those the reading names, and the auxiliaries and governors of the trigger
    within its clause."""
    tokens = {*reading.by, trigger}
    top = trigger
    for _ in range(3):
        up = parse.head[top]
        if up == top or parse.dep[top] in ("relcl", "advcl", "ccomp"):
            break
        tokens.add(up)
        top = up
    words = {parse.lemma[t] for t in tokens if t != trigger} | {parse.lower[t] for t in reading.by}
    for token in tokens:
        words.update(parse.lower[c] for c in parse.children[token] if parse.dep[c] == "aux")
    return words
