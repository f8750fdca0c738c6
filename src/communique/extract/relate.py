"""The PLOVER type that holds from one party to another in a sentence, read by a small fine-tuned encoder.

The two parties are marked where they stand in the sentence; the encoder (MiniLM, six layers, int8) reads the
whole sentence and gives one probability to each of the sixteen PLOVER types and one to "no event between them".
Where weights, training text and figures come from is told in `train/MODEL_CARD.md`.

The same row gives the same bytes whatever stands beside it in the batch: each row runs alone, unpadded, because
dynamic int8 takes its scale from the whole tensor it is given. A second core is used through `threads`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.resources import as_file
from pathlib import Path

import msgspec
import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from communique.errors import KnowledgeError
from communique.knowledge.load import DATA

Span = tuple[int, int]
Judgement = tuple[str | None, float, dict[str, float]]

NONE = "NONE"
# First and last token, actor starts, actor ends, recipient starts, recipient ends.
MARKERS = ("[CLS]", "[SEP]", "[unused1]", "[unused2]", "[unused3]", "[unused4]")
MAX_TOKENS = 160  # 99.9 % of news sentences are shorter; longer ones keep what surrounds the two parties
MAX_CHARS = 4000  # read around the parties in texts that are no sentence at all
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


def find_parties(sentence: str, actor: str, recipient: str) -> tuple[Span | None, Span | None]:
    """Where the actor's and the recipient's words stand in the sentence; None for one that isn't there.

    The first pair of occurrences that don't overlap is taken, whole words before parts of words; one party
    inside the other ("Iraqi fighters", "Iraqi") is allowed where nothing better exists.

    >>> find_parties("US officials said the US and Iran met.", "the US", "Iran")
    ((18, 24), (29, 33))
    """
    actors, recipients = find_occurrences(sentence, actor), find_occurrences(sentence, recipient)
    apart = ((a, r) for a in actors for r in recipients if a[1] <= r[0] or r[1] <= a[0])
    pair = next(apart, None)
    if pair:
        return pair
    return (actors[0] if actors else None), (recipients[0] if recipients else None)


def find_occurrences(sentence: str, words: str, limit: int = 8) -> list[Span]:
    """Spans of `words` in `sentence`: as whole words, else as any piece, else ignoring case and spacing."""
    words = words.strip()
    if not words:
        return []
    exact = re.escape(words)
    loose = r"\s+".join(re.escape(part) for part in words.split())
    for pattern in (
        re.compile(rf"(?<!\w){exact}(?!\w)"),
        re.compile(exact),
        re.compile(loose, re.IGNORECASE),
    ):
        spans = [m.span() for m, _ in zip(pattern.finditer(sentence), range(limit), strict=False)]
        if spans:
            return spans
    return []


def encode_pair(
    tokenizer: Tokenizer, sentence: str, actor: str, recipient: str, marks: Sequence[str] = MARKERS
) -> tuple[list[int], int, int]:
    """Token ids of the sentence with both parties marked, and the positions of the two opening markers.

    A party that isn't in the sentence is marked empty at the end, so that "somebody" is asked for.
    """
    sentence, actor, recipient = (replace_surrogates(text) for text in (sentence, actor, recipient))
    spans: Sequence[Span | None] = find_parties(sentence, actor, recipient)
    sentence, spans = crop_text(sentence, spans)
    encoding = tokenizer.encode(sentence, add_special_tokens=False)
    first, last, *markers = find_token_ids(tokenizer, marks)
    starts = [s for s, _ in encoding.offsets]
    ends = [e for _, e in encoding.offsets]
    size = len(starts)
    places: list[Span] = []  # tokens [from, to) of each party
    for span in spans:
        inside = [i for i in range(size) if span and starts[i] < span[1] and ends[i] > span[0]]
        places.append((inside[0], inside[-1] + 1) if inside else (size, size))
    kept = choose_tokens(size, places)
    opening = {(p[0], i) for i, p in enumerate(places)}
    closing = {(p[1], i) for i, p in enumerate(places)}
    ids, where = [first], [0, 0]
    for position in [*kept, size]:
        for party in (1, 0):  # close before the next opens; an empty party opens and closes at once
            if (position, party) in closing and places[party][0] < position:
                ids.append(markers[2 * party + 1])
        for party in (0, 1):
            if (position, party) in opening:
                where[party] = len(ids)
                ids.append(markers[2 * party])
                if places[party][0] == places[party][1]:
                    ids.append(markers[2 * party + 1])
        if position < size:
            ids.append(encoding.ids[position])
    ids.append(last)
    return ids, where[0], where[1]


def find_token_ids(tokenizer: Tokenizer, tokens: Sequence[str]) -> list[int]:
    """The ids of single tokens. Raises `KnowledgeError` for one the tokenizer doesn't have."""
    ids = []
    for token in tokens:
        number = tokenizer.token_to_id(token)
        if number is None:
            raise KnowledgeError("tokenizer.json", None, f"has no token {token}")
        ids.append(number)
    return ids


def replace_surrogates(text: str) -> str:
    """The text with lone surrogates replaced, character for character: the tokenizer takes valid Unicode only."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def crop_text(sentence: str, spans: Sequence[Span | None]) -> tuple[str, Sequence[Span | None]]:
    """A text too long for a sentence, cut to what surrounds its parties."""
    if len(sentence) <= MAX_CHARS:
        return sentence, spans
    found = [s for s in spans if s]
    start = max(0, min((s[0] for s in found), default=0) - MAX_CHARS // 4)
    end = start + MAX_CHARS
    cut = [(s[0] - start, min(s[1], end) - start) if s and s[0] < end else None for s in spans]
    return sentence[start:end], cut


def choose_tokens(size: int, places: Sequence[Span]) -> list[int]:
    """Which tokens to read when there are more than the model takes: those nearest to a party's edge,
    the edges themselves always among them."""
    room = MAX_TOKENS - 6
    if size <= room:
        return list(range(size))
    edges = [e for p in places if p[0] < size for e in (p[0], p[1] - 1, min(p[1], size - 1))] or [0]
    nearest = sorted(range(size), key=lambda i: (min(abs(i - e) for e in edges), i))
    return sorted(nearest[:room])


class RelationModel:
    """The encoder, ready to run. Holds an ONNX Runtime session, the tokenizer and the calibration."""

    def __init__(
        self, weights: Path, tokenizer: Tokenizer, settings: RelationSettings, threads: int = 1
    ) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = ort.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
        self.tokenizer = tokenizer
        self.settings = settings
        self.threads = threads

    def relate(self, rows: Sequence[tuple[str, str, str]]) -> list[Judgement]:
        """For each (sentence, actor's words, recipient's words): the PLOVER type from the one to the other
        (None for no event between them), its calibrated confidence, and the probability of every type.

        Takes any strings: empty ones, parties that aren't in the sentence, texts of any length.
        """
        if self.threads == 1 or len(rows) < 2 * self.threads:
            return [self.judge(*row) for row in rows]
        with ThreadPoolExecutor(self.threads) as pool:  # the session lets go of the interpreter while it runs
            return list(pool.map(lambda row: self.judge(*row), rows))

    def judge(self, sentence: str, actor: str, recipient: str) -> Judgement:
        """One row of `relate`."""
        return choose_type(self.score_labels(sentence, actor, recipient), self.settings)

    def score_labels(self, sentence: str, actor: str, recipient: str) -> np.ndarray:
        """The logits of one row, in the order of the labels, before calibration."""
        ids, source, target = encode_pair(self.tokenizer, sentence, actor, recipient)
        feed = {
            "input_ids": np.array([ids], dtype=np.int64),
            "attention_mask": np.ones((1, len(ids)), dtype=np.int64),
            "places": np.array([[source, target]], dtype=np.int64),
        }
        (logits,) = self.session.run(["logits"], feed)
        return np.asarray(logits[0], dtype=np.float64)


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


def load_relation_model(path: Path | None = None, threads: int = 1) -> RelationModel:
    """The model of the package, or of a folder that holds `model.onnx`, `tokenizer.json` and `settings.json`.

    Raises `KnowledgeError` naming the file that is missing or wrong.
    """
    if path is not None:
        return open_model(path, threads)
    with as_file(DATA / "models" / "relate") as folder:
        return open_model(folder, threads)


def open_model(folder: Path, threads: int) -> RelationModel:
    """The model in a folder."""
    settings_file = folder / "settings.json"
    for file in (settings_file, folder / "model.onnx", folder / "tokenizer.json"):
        if not file.is_file():
            raise KnowledgeError(str(file), None, "this file of the relation model is missing")
    try:
        settings = msgspec.json.decode(settings_file.read_bytes(), type=RelationSettings)
    except msgspec.DecodeError as error:
        raise KnowledgeError(str(settings_file), None, str(error)) from error
    return RelationModel(folder / "model.onnx", load_tokenizer(folder), settings, threads)


@lru_cache(maxsize=4)
def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer in a folder, without its padding and truncation."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
