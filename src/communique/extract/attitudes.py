"""Who is for or against whom in a sentence, and how a text speaks of somebody, read by a small fine-tuned encoder.

One encoder (distilled from MiniLM, four layers, int8) answers two questions. With two parties marked: is the one for
or against the other, in which direction? With one marked: does the text speak well or ill of him? Where weights,
training text and figures come from is told in `train/STANCE_CARD.md`. A row runs alone: the same row gives the same
bytes in any company.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import as_file
from pathlib import Path

import msgspec
import numpy as np
from tokenizers import Tokenizer

from communique.ahead import ALONE, Ahead
from communique.annotate.graph import open_graph
from communique.extract.marked import (
    MARKERS,
    Span,
    encode_spans,
    find_occurrences,
    find_parties,
    load_tokenizer,
    replace_surrogates,
    run_row,
)
from communique.knowledge.load import DATA, load_settings
from communique.records import Attitude

FOLDER = DATA / "models" / "stance"
PAIR_MARKS = MARKERS
TARGET_MARKS = ("[CLS]", "[SEP]", "[unused3]", "[unused4]")
# Of two parties in the order of the text: nothing, the first is for or against the second, the second the first.
PAIR = ("none", "pos_p_to_q", "neg_p_to_q", "pos_q_to_p", "neg_q_to_p")
TARGET = ("neu", "pos", "neg")
DIGITS = 4  # of every probability given out


def encode_row(
    tokenizer: Tokenizer, sentence: str, spans: Sequence[Span | None]
) -> tuple[list[int], list[int]]:
    """Token ids and the two places that are read out: of two parties in the order of the text, or twice of one."""
    if len(spans) == 2:
        return encode_spans(tokenizer, sentence, spans, PAIR_MARKS)
    ids, (place,) = encode_spans(tokenizer, sentence, spans, TARGET_MARKS)
    return ids, [place, place]


class AttitudeSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`settings.json` beside the weights.

    `labels` names the outputs: those of a pair, then those of a single target. `lift` is taken from the logit of a
    pair's "none" (half of the rows without an attitude were left out of training, and the threshold was fitted on rows
    held out of it); `temperatures` divide the logits of pairs and of single targets. `sha256` is that of the weights.
    """

    labels: tuple[str, ...]
    lift: float
    temperatures: tuple[float, float]
    sha256: str


class AttitudeModel:
    """The encoder, ready to run."""

    def __init__(self, folder: Path, settings: AttitudeSettings, ahead: Ahead) -> None:
        self.session = open_graph(folder / "model.onnx")
        self.tokenizer = load_tokenizer(folder)
        self.settings = settings
        self.ahead = ahead

    def judge(self, sentence: str, spans: Sequence[Span | None]) -> dict[str, float]:
        """The probability of every label: of `PAIR` for two spans, which stand in the order of the text, of `TARGET`
        for one. A span that is None is nowhere in the sentence."""
        ids, places = encode_row(self.tokenizer, sentence, spans)
        logits = run_row(self.session, ids, places)
        labels = PAIR if len(spans) == 2 else TARGET
        chosen = np.array([logits[self.settings.labels.index(label)] for label in labels])
        chosen[0] -= self.settings.lift if len(spans) == 2 else 0.0
        weights = np.exp((chosen - chosen.max()) / self.settings.temperatures[len(spans) == 1])
        shares = weights / weights.sum()
        return {label: round(float(x), DIGITS) for label, x in zip(labels, shares, strict=True)}

    def judge_pair(self, sentence: str, holder: Span | None, target: Span | None) -> Attitude:
        """The attitude of the party at `holder` to the one at `target`."""
        turned = holder is not None and target is not None and target < holder
        shares = self.judge(sentence, (target, holder) if turned else (holder, target))
        way = "q_to_p" if turned else "p_to_q"
        best = max(PAIR, key=lambda label: shares[label])
        return _to_attitude(best if best.endswith(way) else "none", shares, f"pos_{way}", f"neg_{way}")

    def judge_ahead(self, rows: Iterable[tuple[str, Span, Span]]) -> Iterator[Attitude]:
        """`judge_pair` of each row, in order, worked out while the caller does something else."""
        return self.ahead.map(self.judge_pair, rows)

    def judge_target(self, sentence: str, target: Span | None) -> Attitude:
        """The attitude of the text to the one at `target`."""
        shares = self.judge(sentence, (target,))
        return _to_attitude(max(TARGET, key=lambda label: shares[label]), shares, "pos", "neg")

    def attitudes(self, rows: Sequence[tuple[str, str, str]]) -> list[Attitude]:
        """For each (sentence, holder's words, target's words): the attitude of the one to the other; with no words
        for the holder, that of the text. Takes any strings."""
        found = []
        for row in rows:
            sentence, holder, target = (replace_surrogates(text) for text in row)
            if holder.strip():
                found.append(self.judge_pair(sentence, *find_parties(sentence, holder, target)))
            else:
                spans = find_occurrences(sentence, target)
                found.append(self.judge_target(sentence, spans[0] if spans else None))
        return found


def _to_attitude(best: str, shares: dict[str, float], positive: str, negative: str) -> Attitude:
    if best == positive:
        return Attitude("positive", shares[positive])
    if best == negative:
        return Attitude("negative", shares[negative])
    return Attitude("none", round(max(0.0, 1 - shares[positive] - shares[negative]), DIGITS))


def load_attitude_model(path: Path | None = None, ahead: Ahead = ALONE) -> AttitudeModel:
    """The model of the package, or of a folder that holds `model.onnx`, `tokenizer.json` and `settings.json`.

    Raises `KnowledgeError` naming the file that is missing or wrong.
    """
    if path is not None:
        return _open_model(path, ahead)
    with as_file(FOLDER) as folder:
        return _open_model(folder, ahead)


def _open_model(folder: Path, ahead: Ahead) -> AttitudeModel:
    settings = load_settings(folder, ("model.onnx", "tokenizer.json"), AttitudeSettings, "stance")
    return AttitudeModel(folder, settings, ahead)
