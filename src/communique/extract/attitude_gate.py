"""Whether it is worth while to ask the stance model about two parties: a linear judge of what the parse knows already.

The model is dear, and of four questions it is sure of an attitude in one. The judge looks at the way between the two
parties in the parse and at what hangs on it: words, labels, and what the parser's and the name finder's networks made
of them (`Parse.vectors`). It was fitted on the model's own answers; how, and what it loses, is told in
`train/STANCE_CARD.md`.
"""

from __future__ import annotations

from importlib.resources import as_file
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from communique.annotate.mentions import Mention
from communique.annotate.parse import Parse
from communique.knowledge.load import DATA, load_settings
from communique.knowledge.stances import load_stance_lexicon

Array = np.ndarray[Any, Any]
FOLDER = DATA / "models" / "stance" / "gate"
DIGITS = 2  # of a score, so that another processor's last bits of a vector hardly ever decide
_RINGS = (1, 2)  # steps off the way that are looked at


class GateSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`settings.json`, the whole judge.

    A question is put to the model from the score `least` on: `start`, the weights of the `words` that describe it, and
    the product of `numbers` with the numbers that do. `pipeline` is the name and version of the spaCy pipeline whose
    vectors the judge was fitted on, `sha256` that of the weights of the model whose answers it foretells.
    """

    pipeline: str
    sha256: str
    least: float
    start: float
    words: dict[str, float]
    numbers: tuple[float, ...]


class AttitudeGate:
    """The judge, ready to be asked."""

    def __init__(self, settings: GateSettings) -> None:
        self.settings = settings
        self.numbers = np.array(settings.numbers)

    def fits(self, nlp: Any) -> bool:
        """Whether a spaCy pipeline is the one the judge was fitted on."""
        return f"{nlp.meta['name']} {nlp.meta['version']}" == self.settings.pipeline

    def passes(self, parse: Parse, holder: Mention, target: Mention) -> bool:
        """Whether the model is to be asked; always where the parse has no vectors."""
        return parse.vectors is None or self.score(parse, holder, target) >= self.settings.least

    def score(self, parse: Parse, holder: Mention, target: Mention) -> float:
        """How likely the model is sure of an attitude, in log odds. The parse has vectors."""
        words, numbers = describe_question(parse, holder, target)
        weights = self.settings.words
        told = sum(weights[word] for word in words if word in weights)
        return round(self.settings.start + told + float(numbers @ self.numbers), DIGITS)


def describe_question(parse: Parse, holder: Mention, target: Mention) -> tuple[list[str], Array]:
    """Words, sorted, and numbers (6 vectors and 5 counts) that describe the way between two parties of a sentence."""
    up, down = find_way(parse, holder.head, target.head)
    top, way = up[-1], up + down[-2::-1]
    off, ring = dict.fromkeys(way, 0), way
    for steps in _RINGS:
        ring = [c for t in ring for c in parse.children[t] if c not in off]
        off.update(dict.fromkeys(ring, steps))
    near = [
        t
        for t in off
        if not (holder.first <= t < holder.past or target.first <= t < target.past)
        and parse.pos[t] != "SPACE"
    ]
    lemmas = {t: parse.lemma[t].lower() for t in (*near, holder.head, target.head)}
    found = {
        f"holder:{parse.dep[holder.head]}",
        f"target:{parse.dep[target.head]}",
        f"holder={lemmas[holder.head]}",
        f"target={lemmas[target.head]}",
        "|".join("/".join(parse.dep[t] for t in part) for part in (up, down)),
    }
    for t in near:
        place = ("on", "by", "far")[off[t]]
        found.update((lemmas[t], f"{'by' if off[t] else 'on'}={lemmas[t]}", f"{place}:{parse.dep[t]}"))
    loaded = load_stance_lexicon().loaded
    vectors = parse.vectors
    inside = vectors[way[1:-1] or [top]]
    bearing = vectors[[t for t in near if lemmas[t] in loaded] or [top]]
    first, past = parse.sentences[parse.sentence_of[top]]
    far = min(abs(holder.head - target.head), 30) / 5
    counts = (len(up), len(down), far, (past - first) / 20, holder.head < target.head)
    numbers = np.concatenate(
        (
            vectors[holder.head],
            vectors[target.head],
            inside.mean(0),
            inside.max(0),
            bearing.mean(0),
            vectors[top],
            counts,
        )
    )
    return sorted(found), numbers.astype(np.float64)


def find_way(parse: Parse, one: int, other: int) -> tuple[list[int], list[int]]:
    """The tokens from each of two of a sentence up to the nearest that governs both, all included; up to their roots
    where nothing governs both."""
    up, down = _climb(parse, one), _climb(parse, other)
    above = set(down)
    top = next((t for t in up if t in above), None)
    return (up, down) if top is None else (up[: up.index(top) + 1], down[: down.index(top) + 1])


def _climb(parse: Parse, token: int) -> list[int]:
    way = [token]
    while (up := parse.head[way[-1]]) != way[-1]:
        way.append(up)
    return way


def load_attitude_gate(path: Path | None = None) -> AttitudeGate:
    """The judge of the package, or of a folder. Raises `KnowledgeError` naming the file that is missing or wrong."""
    if path is not None:
        return AttitudeGate(load_settings(path, (), GateSettings, "stance gate"))
    with as_file(FOLDER) as folder:
        return AttitudeGate(load_settings(folder, (), GateSettings, "stance gate"))
