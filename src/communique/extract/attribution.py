"""Attributions read by a small learned tagger: which words are the cue, and for each cue who speaks and what is said.

The parser and the name finder have read every word in its place already; what their networks made of it (`Parse.vectors`)
and the syntax of `cue_features.py` are all the tagger sees, so that it costs a small part of a parse. One head finds
cues; a second sees every word of the line from one cue and says whether the word belongs to the source, to the content
or to neither. Each line is read alone: the same line gives the same answer whatever stands beside it. Where weights,
training text and figures come from is told in `train/attribution/MODEL_CARD.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnxruntime as ort

from communique.annotate.parse import Parse
from communique.extract.cue_features import describe_pairs, describe_words, find_places, number
from communique.knowledge.load import DATA, load_settings

Array = np.ndarray[Any, Any]
FOLDER = DATA / "models" / "attribution"
PARTS = ("cues", "roles")  # the ONNX files
MAX_WORDS = 200  # words read at once; a longer line is cut between sentences


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


def find_cues(probabilities: Array, threshold: float) -> list[tuple[int, int, float]]:
    """Ranges of words that are likely cues, each with its likelihood. `probabilities` (words, 3) are those of no
    cue, the first word of one and a further word of one."""
    found: list[tuple[int, int, float]] = []
    for at, (none, begins, goes_on) in enumerate(probabilities.tolist()):
        if 1 - none < threshold:
            continue
        if found and found[-1][1] == at and goes_on >= begins:
            first, _, best = found[-1]
            found[-1] = (first, at + 1, max(best, 1 - none))
        else:
            found.append((at, at + 1, 1 - none))
    return found


class AttributionModel:
    """The tagger, ready to run."""

    def __init__(self, folder: Path, settings: AttributionSettings) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.cues, self.roles = (
            ort.InferenceSession(str(folder / f"{part}.onnx"), options, providers=["CPUExecutionProvider"])
            for part in PARTS
        )
        self.settings = settings
        self.pos, self.dep = number(settings.pos), number(settings.dep)

    def fits(self, nlp: Any) -> bool:
        """Whether a spaCy pipeline is the one the model was trained on."""
        return f"{nlp.meta['name']} {nlp.meta['version']}" == self.settings.pipeline

    def find_attributions(self, parse: Parse) -> list[Attributed]:
        """All attributions of the document, in the order of their cues; none where the parse has no vectors."""
        if parse.vectors is None:
            return []
        return [found for first, past in cut_lines(parse) for found in self.read_line(parse, first, past)]

    def read_line(self, parse: Parse, first: int, past: int) -> list[Attributed]:
        """The attributions of one line, the tokens from `first` up to `past`."""
        feed = {
            "vectors": parse.vectors[None, first:past],
            "forms": parse.forms[None, first:past],
            "features": np.array([describe_words(parse, first, past, self.pos, self.dep)], dtype=np.int64),
            "head": np.array([find_places(parse, first, past)], dtype=np.int64),
        }
        states, logits = self.cues.run(None, feed)
        cues = find_cues(_soften(logits[0]), self.settings.cue)
        if not cues:
            return []
        shares = np.zeros((len(cues), past - first), dtype=np.float32)
        for row, (a, b, _) in enumerate(cues):
            shares[row, a:b] = 1 / (b - a)
        seen = np.array(
            [describe_pairs(parse, first, past, (first + a, first + b), self.dep) for a, b, _ in cues],
            dtype=np.int64,
        )
        (roles,) = self.roles.run(None, {"states": states, "cues": shares, "seen": seen})
        out = []
        for (a, b, likely), row in zip(cues, _soften(roles), strict=True):
            source, content = (
                [i for i in np.flatnonzero(row[:, role] >= self.settings.role).tolist() if not a <= i < b]
                for role in (1, 2)
            )
            if not content:
                continue
            confidence = likely * float(np.mean(row[content, 2]))
            if confidence >= self.settings.keep:
                out.append(
                    Attributed(
                        (first + a, first + b),
                        tuple(first + i for i in source),
                        tuple(first + i for i in content),
                        round(confidence, 3),
                    )
                )
        return out


def _soften(logits: Array) -> Array:
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    shares: Array = weights / weights.sum(-1, keepdims=True)
    return shares


@lru_cache(maxsize=1)
def load_attribution_model() -> AttributionModel | None:
    """The model of the package, None where its weights are not installed."""
    with as_file(FOLDER) as folder:
        return open_attribution_model(folder) if (folder / "settings.json").is_file() else None


def open_attribution_model(folder: Path) -> AttributionModel:
    """The model in a folder. Raises KnowledgeError naming the file that is missing or wrong."""
    settings = load_settings(folder, [f"{part}.onnx" for part in PARTS], AttributionSettings, "attribution")
    return AttributionModel(folder, settings)
