"""The PLOVER type that holds from one party to another in a sentence, read by a small fine-tuned encoder.

The two parties are marked where they stand in the sentence; the encoder (two narrow layers distilled from MiniLM
and a last one, int8) reads the whole sentence and gives one probability to each of the sixteen PLOVER types and one to
"no event between them". Where weights, training text and figures come from is told in `train/MODEL_CARD.md`.

The same row gives the same bytes whatever stands beside it in the batch: each row runs alone, unpadded, because
dynamic int8 takes its scale from the whole tensor it is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import as_file
from pathlib import Path

import msgspec
import numpy as np
from tokenizers import Tokenizer

from communique.ahead import ALONE, Ahead
from communique.annotate.graph import open_graph
from communique.extract.marked import encode_pair, load_tokenizer, run_row
from communique.knowledge.load import DATA, load_settings

Judgement = tuple[str | None, float, dict[str, float]]

NONE = "NONE"
DIGITS = 4  # of every probability given out


class RelationSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`settings.json` beside the weights: what the outputs mean and how confident they may be.

    `labels` names the outputs in order; `temperature` divides the logits (fitted on held-out folds);
    `together` are labels the training rows don't tell apart: one of them is chosen when their sum is largest,
    and then the larger of them. `sha256` is the digest of the weights all this was fitted for.
    """

    labels: tuple[str, ...]
    together: tuple[tuple[str, ...], ...]
    temperature: float
    sha256: str


class RelationModel:
    """The encoder, ready to run. Holds an ONNX Runtime session, the tokenizer and the calibration."""

    def __init__(self, weights: Path, tokenizer: Tokenizer, settings: RelationSettings, ahead: Ahead) -> None:
        self.session = open_graph(weights)
        self.tokenizer = tokenizer
        self.settings = settings
        self.ahead = ahead

    def relate(self, rows: Sequence[tuple[str, str, str]]) -> list[Judgement]:
        """For each (sentence, actor's words, recipient's words): the PLOVER type from the one to the other
        (None for no event between them), its calibrated confidence, and the probability of every type.

        Takes any strings: empty ones, parties that aren't in the sentence, texts of any length.
        """
        return list(self.judge_ahead(rows))

    def judge_ahead(self, rows: Sequence[tuple[str, str, str]]) -> Iterator[Judgement]:
        """What `relate` gives, in order, worked out while the caller does something else."""
        return self.ahead.map(self.judge, rows)

    def judge(self, sentence: str, actor: str, recipient: str) -> Judgement:
        """One row of `relate`."""
        return choose_type(self.score_labels(sentence, actor, recipient), self.settings)

    def score_labels(self, sentence: str, actor: str, recipient: str) -> np.ndarray:
        """The logits of one row, in the order of the labels, before calibration."""
        ids, *places = encode_pair(self.tokenizer, sentence, actor, recipient)
        return run_row(self.session, ids, places)


def choose_type(logits: np.ndarray, settings: RelationSettings) -> Judgement:
    """Type, calibrated confidence and probabilities from the logits of one row."""
    scaled = logits / settings.temperature
    weights = np.exp(scaled - scaled.max())
    shares = weights / weights.sum()
    probabilities = {
        label: round(float(share), DIGITS) for label, share in zip(settings.labels, shares, strict=True)
    }
    joined = {label for group in settings.together for label in group}
    groups = [(label,) for label in settings.labels if label not in joined] + list(settings.together)
    group = max(groups, key=lambda labels: sum(probabilities[label] for label in labels))
    best = max(group, key=lambda label: probabilities[label])
    return (None if best == NONE else best), probabilities[best], probabilities


def load_relation_model(path: Path | None = None, ahead: Ahead = ALONE) -> RelationModel:
    """The model of the package, or of a folder that holds `model.onnx`, `tokenizer.json` and `settings.json`.

    Raises `KnowledgeError` naming the file that is missing or wrong.
    """
    if path is not None:
        return open_model(path, ahead)
    with as_file(DATA / "models" / "relate") as folder:
        return open_model(folder, ahead)


def open_model(folder: Path, ahead: Ahead) -> RelationModel:
    """The model in a folder."""
    settings = load_settings(folder, ("model.onnx", "tokenizer.json"), RelationSettings, "relation")
    return RelationModel(folder / "model.onnx", load_tokenizer(folder), settings, ahead)
