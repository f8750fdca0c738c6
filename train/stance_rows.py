"""The rows the stance model learns from, read in place, and the smaller vocabulary its encoder gets."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from communique.extract.marked import Span

# Of a pair in the order of the text: who is for or against whom. Of a single target: how the text speaks of it.
LABELS = (
    "none", "pos_p_to_q", "neg_p_to_q", "pos_q_to_p", "neg_q_to_p", "neu", "pos", "neg",
)  # fmt: skip
HELD = 10  # one text in so many is held out of training, to choose thresholds and temperatures on


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence with one or two marked parties, in the order of the text, and its label."""

    id: str
    sentence: str
    spans: tuple[Span, ...]
    label: str


def read_rows(path: Path) -> list[Row]:
    """The rows of a file of pairs (`p_span`, `q_span`) or of single targets (`start`, `end`).

    A span that stops a letter short of its word's end goes on to it.
    """
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["text"]
        spans = [row["p_span"], row["q_span"]] if "p_span" in row else [(row["start"], row["end"])]
        rows.append(Row(row["id"], text, tuple(_widen(text, *span) for span in spans), row["label"]))
    return rows


def _widen(text: str, start: int, end: int) -> Span:
    while 0 < end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start, end


def is_held(row: Row) -> bool:
    """Whether a row is held out, by the digest of its text, so that a sentence is never on both sides."""
    return int(hashlib.sha256(row.sentence.encode()).hexdigest(), 16) % HELD == 0


def is_learnt(row: Row) -> bool:
    """Whether a row's label is learnt from: of the commonest label every other one, by the digest of its id. The
    threshold is fitted on rows where all are in, so that it knows how common the label is."""
    return row.label != "none" or int(hashlib.sha256(row.id.encode()).hexdigest(), 16) % 2 == 0


def prune_tokenizer(
    source: Path, texts: Iterable[str], size: int, target: Path, keep: Sequence[str]
) -> list[int]:
    """Writes the tokenizer in `source` with its `size` commonest pieces to `target`; gives the ids they had.

    Special tokens, those in `keep`, all single characters and their continuations stay, so that a word that is gone is read in
    smaller pieces and never unknown.
    """
    tokenizer = Tokenizer.from_file(str(source))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    counts: Counter[int] = Counter()
    for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        counts.update(encoding.ids)
    told = json.loads(source.read_text(encoding="utf-8"))
    vocabulary: dict[str, int] = told["model"]["vocab"]
    special = {t["content"] for t in told["added_tokens"]} | set(keep)
    small = {
        piece for piece in vocabulary
        if piece in special or (len(piece.removeprefix("##")) == 1 and ord(piece[-1]) < 0x2100)
    }  # fmt: skip
    ranked = sorted(vocabulary, key=lambda piece: (piece not in small, -counts[vocabulary[piece]], piece))
    kept = sorted(vocabulary[piece] for piece in ranked[:size])
    number = {old: new for new, old in enumerate(kept)}
    told["model"]["vocab"] = {p: number[i] for p, i in vocabulary.items() if i in number}
    for token in told["added_tokens"]:
        token["id"] = number[token["id"]]
    for name, entry in (told["post_processor"] or {}).get("special_tokens", {}).items():
        entry["ids"] = [told["model"]["vocab"][name]]
    told["padding"] = told["truncation"] = None
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return kept
