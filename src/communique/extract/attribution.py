"""Attributions read by a small learned tagger: which words are the cue, and for each cue who speaks and what is said.

The parser and the name finder have read every word in its place already; what their networks made of it (`Parse.vectors`)
and the syntax of `cue_features.py` are all the tagger sees, so that it costs a small part of a parse. One head finds
cues; a second sees every word of the line from one cue and says whether the word belongs to the source, to the content
or to neither. No word sees beyond its line, and each row of a product is worked out alone: the same line gives the same
answer whatever stands beside it. Where weights, training text and figures come from is told in
`train/attribution/MODEL_CARD.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from communique.annotate.graph import open_graph
from communique.annotate.parse import Parse
from communique.extract.cue_features import Words, describe_pairs, describe_words, number
from communique.knowledge.load import DATA, load_settings

Array = np.ndarray[Any, Any]
Cue = tuple[int, int, float]  # first word, past the last, how likely
FOLDER = DATA / "models" / "attribution"
PARTS = ("cues", "roles")  # the ONNX files
MAX_WORDS = 200  # a longer line is cut between sentences
# Whole lines are read in runs of so many words: few calls, and no more memory for a long document.
RUN_WORDS = 1000


class AttributionSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`settings.json` beside the weights.

    `pipeline` is the name and version of the spaCy pipeline whose vectors the model was trained on; `pos` and `dep` number the labels of the parser the model was trained on. A word is part of a cue from probability
    `cue` on, and part of its content or source from `role` on; an attribution whose joint probability is lower than
    `keep` is left out. `sha256` is the digest of each file of weights.
    """

    pipeline: str
    pos: tuple[str, ...]
    dep: tuple[str, ...]
    cue: float
    role: float
    keep: float
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class Attributed:
    """An attribution as the model sees it: token range of the cue, tokens of source and content, and how likely."""

    cue: tuple[int, int]
    source: tuple[int, ...]
    content: tuple[int, ...]
    confidence: float


def cut_lines(parse: Parse) -> list[tuple[int, int]]:
    """Token ranges read at once: the lines of the text, longer ones cut between sentences."""
    blocks: list[tuple[int, int]] = []
    line = -1
    for number_, (first, past) in enumerate(parse.sentences):
        same = parse.paragraph_of[number_] == line
        line = parse.paragraph_of[number_]
        if same and past - blocks[-1][0] <= MAX_WORDS:
            blocks[-1] = (blocks[-1][0], past)
            continue
        blocks.extend((a, min(a + MAX_WORDS, past)) for a in range(first, past, MAX_WORDS))
    return blocks


def join_lines(lines: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Token ranges of lines that are read in one run."""
    runs: list[tuple[int, int]] = []
    for first, past in lines:
        if runs and past - runs[-1][0] <= RUN_WORDS:
            runs[-1] = (runs[-1][0], past)
        else:
            runs.append((first, past))
    return runs


def find_cues(shares: Array, low: Array, threshold: float) -> list[Cue]:
    """Likely cues. `shares` (words, 3) are the probabilities of no cue, the first word of one and a further word of one; `low` (words,)
    the first word of each word's line, which no cue leaves."""
    found: list[Cue] = []
    rows = np.flatnonzero(1 - shares[:, 0] >= threshold)
    for at, start, (none, begins, goes_on) in zip(
        rows.tolist(), low[rows].tolist(), shares[rows].tolist(), strict=True
    ):
        if found and found[-1][1] == at and at > start and goes_on >= begins:
            first, _, best = found[-1]
            found[-1] = (first, at + 1, max(best, 1 - none))
        else:
            found.append((at, at + 1, 1 - none))
    return found


class AttributionModel:
    """The tagger, ready to run."""

    def __init__(self, folder: Path, settings: AttributionSettings) -> None:
        self.cues, self.roles = (open_graph(folder / f"{part}.onnx") for part in PARTS)
        self.settings = settings
        self.pos, self.dep = number(settings.pos), number(settings.dep)

    def fits(self, nlp: Any) -> bool:
        """Whether a spaCy pipeline is the one the model was trained on."""
        return f"{nlp.meta['name']} {nlp.meta['version']}" == self.settings.pipeline

    def find_attributions(self, parse: Parse) -> list[Attributed]:
        """All attributions of the document, in the order of their cues; none where the parse has no vectors."""
        if parse.vectors is None or not len(parse):
            return []
        lines = cut_lines(parse)
        words = describe_words(parse, lines, self.pos, self.dep)
        return [found for some in join_lines(lines) for found in self._read_words(parse, words, *some)]

    def _read_words(self, parse: Parse, words: Words, first: int, past: int) -> list[Attributed]:
        """The attributions of the lines that reach from token `first` up to `past`."""
        at = slice(first, past)
        feed = {"vectors": parse.vectors[at], "forms": parse.forms[at], "kinds": words.kinds[at]}
        states, shares = self.cues.run(None, {**feed, "beside": words.beside[at] - first})
        cues = find_cues(shares, words.low[at] - first, self.settings.cue)
        if not cues:
            return []
        pairs = describe_pairs(parse, words, [(first + a, first + b) for a, b, _ in cues], len(self.dep))
        ends = np.array([(a, b - 1) for a, b, _ in cues])
        word = pairs.word - first
        feed = {"states": states, "ends": ends, "word": word, "cue": pairs.cue}
        (shares,) = self.roles.run(None, {**feed, "places": pairs.places, "beside": pairs.beside})
        found = []
        spoken, said = (self._read_role(shares[:, role], word, pairs.cue, ends) for role in (1, 2))
        for (a, b, likely), (source, _), (content, each) in zip(cues, spoken, said, strict=True):
            if content:
                confidence = likely * sum(each) / len(each)
                if confidence >= self.settings.keep:
                    found.append(
                        Attributed(
                            (first + a, first + b),
                            tuple(first + t for t in source),
                            tuple(first + t for t in content),
                            round(confidence, 3),
                        )
                    )
        return found

    def _read_role(
        self, shares: Array, word: Array, cue: Array, ends: Array
    ) -> Iterator[tuple[list[int], list[float]]]:
        """For each cue the words that have a role, and how likely. `shares` (pairs,) are the probabilities of it for each
        `word` as seen from each `cue`; the cue itself, its first and last word in `ends`, has none."""
        rows = np.flatnonzero(shares >= self.settings.role)
        word, cue = word[rows], cue[rows]
        outside = (word < ends[cue, 0]) | (word > ends[cue, 1])
        cuts = np.searchsorted(cue[outside], np.arange(len(ends) + 1)).tolist()
        words, likely = word[outside].tolist(), shares[rows[outside]].tolist()
        for a, b in pairwise(cuts):
            yield words[a:b], likely[a:b]


@lru_cache(maxsize=1)
def load_attribution_model() -> AttributionModel | None:
    """The model of the package, None where its weights are not installed."""
    with as_file(FOLDER) as folder:
        return open_attribution_model(folder) if (folder / "settings.json").is_file() else None


def open_attribution_model(folder: Path) -> AttributionModel:
    """The model in a folder. Raises KnowledgeError naming the file that is missing or wrong."""
    settings = load_settings(folder, [f"{part}.onnx" for part in PARTS], AttributionSettings, "attribution")
    return AttributionModel(folder, settings)
