"""The rows a relation model learns from: public training rows read in place, and our own sentences.

A `Pair` has the sentence, the two parties' words, and the labels it may have: one for most, two where the
source's label is coarser than ours (YIELD is CONCEDE or RETREAT), with which the loss sums their probabilities.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TYPES = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip
LABELS = (*TYPES, "NONE")
SENTENCES = Path(__file__).parent / "sentences"

# Eight rows of plv_train.jsonl have a root that contradicts their quad class. Where the sentence shows that the
# quad is right, training uses the root of that quad; where it shows that the root is right, the row stays; where
# neither can be told from the sentence, it is left out of training. Scoring always keeps the root as it is printed.
CONTRADICTING: dict[str, str | None] = {
    "train-136": "AGREE",  # an offer of forces, quad 1; printed AID
    "train-428": "COERCE",  # an arrest, printed so; quad 3 is wrong
    "train-437": "THREATEN",  # a bomb threat, quad 3; printed COERCE
    "train-546": "MOBILIZE",  # forces strengthened, quad 4; printed COOPERATE
    "train-629": "REJECT",  # a refusal to talk, printed so; quad 4 is wrong
    "train-743": "REJECT",  # talks that failed, printed so; quad 4 is wrong
    "train-835": None,  # support "to bring change", quad 2: AID or SUPPORT, not to be told
    "train-857": "YIELD",  # a ceasefire, quad 2; printed SUPPORT
}


@dataclass(frozen=True, slots=True)
class Pair:
    """One row. `labels` are the types it may have, `printed` the label it is scored by, `own` says it is ours."""

    id: str
    sentence: str
    actor: str
    recipient: str
    labels: tuple[str, ...]
    printed: str
    own: bool


def widen(label: str) -> tuple[str, ...]:
    """The model's labels that a row's label stands for."""
    return ("CONCEDE", "RETREAT") if label == "YIELD" else (label,)


def read_plover_rows(path: Path) -> Iterator[Pair]:
    """The rows of `plv_train.jsonl`; `labels` is empty for a row that is scored but not trained on."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            label = CONTRADICTING.get(row["id"], row["label"])
            labels = widen(label) if label else ()
            yield Pair(row["id"], row["text"], row["source"], row["target"], labels, row["label"], False)


def assign_folds(pairs: list[Pair], folds: int = 5) -> dict[str, int]:
    """A fold for every row, stratified by printed label: within a label, rows in order of their id's SHA-256
    are dealt out in turn, each label going on where the one before stopped."""
    fold: dict[str, int] = {}
    turn = 0
    for label in sorted({p.printed for p in pairs}):
        rows = sorted(
            (p.id for p in pairs if p.printed == label), key=lambda i: hashlib.sha256(i.encode()).hexdigest()
        )
        for row in rows:
            fold[row] = turn % folds
            turn += 1
    return fold


def read_lists(path: Path) -> dict[str, list[str]]:
    """`name: item | item` lines of actors and fillers that sentence frames draw from."""
    lists: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, items = line.partition(":")
            lists.setdefault(name.strip(), []).extend(i.strip() for i in items.split("|") if i.strip())
    return lists


SLOT = re.compile(r"\$(\w+)")
ONE_WAY = {"ACCUSE", "REQUEST", "REJECT", "THREATEN", "SANCTION", "COERCE", "ASSAULT", "AID", "MOBILIZE"}
WRAPPED, TURNED = (
    0.6,
    0.08,
)  # shares of written-out sentences that get an opening or ending; that are turned round


def expand_frame(frame: str, lists: dict[str, list[str]], rng: random.Random) -> tuple[str, str, str]:
    """One sentence of a frame: `[…]` marks the actor, `{…}` the recipient, `$name` draws from a list
    (never the same item twice in a sentence)."""
    used: set[str] = set()

    def draw(match: re.Match[str]) -> str:
        items = [i for i in lists[match[1]] if i not in used] or lists[match[1]]
        item = rng.choice(items)
        used.add(item)
        return item

    text = SLOT.sub(draw, frame)
    plain, spans, opened = "", {}, {}
    for character in text:
        if character in "[{":
            opened[character] = len(plain)
        elif character in "]}":
            side = "[" if character == "]" else "{"
            spans[side] = (opened[side], len(plain))
        else:
            plain += character
    plain = plain[:1].upper() + plain[1:]
    actor, recipient = (plain[slice(*spans[s])] if s in spans else "somebody unnamed" for s in "[{")
    return plain, actor, recipient


def wrap_frame(frame: str, lists: dict[str, list[str]], rng: random.Random) -> str:
    """The frame with an opening ("Officials said"), an ending with another event (", a day after …"), or both."""
    if rng.random() < 0.6 and frame.endswith("."):
        ending = rng.choice(lists["after"])
        frame = frame[:-1] + ("" if ending.startswith(",") else " ") + ending + "."
    if rng.random() < 0.5:
        opening = rng.choice(lists["before"])
        literal = frame[0].isalpha() and opening[-1] not in ":-"
        frame = f"{opening} {frame[0].lower() + frame[1:] if literal else frame}"
    return frame


LATE = ("more.tsv",)  # learned beside the rows, not before them


def read_own_sentences(
    copies: int, seed: int, late: bool = False, folder: Path = SENTENCES
) -> Iterator[Pair]:
    """Our own sentences, those of `LATE` or all others: each `LABEL<tab>frame` line, written out `copies` times with other actors if it has
    slots, once if it has none. Some are wrapped in other words; of one-way acts, some are asked the wrong way
    round, which is NONE."""
    lists = read_lists(folder / "lists.txt")
    for file in sorted(f for f in folder.glob("*.tsv") if (f.name in LATE) == late):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            label, _, frame = line.partition("\t")
            if label not in LABELS or not frame:
                raise ValueError(f"{file.name}:{number}: no such label or no sentence: {line[:60]!r}")
            rng = random.Random(f"{seed}:{frame}")
            for copy in range(copies if "$" in frame else 1):
                form = wrap_frame(frame, lists, rng) if rng.random() < WRAPPED else frame
                sentence, actor, recipient = expand_frame(form, lists, rng)
                name = f"{file.stem}-{number}-{copy}"
                yield Pair(name, sentence, actor, recipient, (label,), label, True)
                if label in ONE_WAY and rng.random() < TURNED:
                    yield Pair(f"{name}-turned", sentence, recipient, actor, ("NONE",), "NONE", True)
