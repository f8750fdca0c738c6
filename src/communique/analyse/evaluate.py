"""How well predictions agree with a gold standard: precision, recall and F1 with confidence intervals.

Two kinds of JSONL are read: relations, `{"id": …, "label": …}`, and documents with `id` and `events` as in the JSON
record. Confidence intervals are percentile bootstraps over relations or documents (Efron 1979), since the events of
one document are not independent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from communique.errors import InputError

RESAMPLES, SEED = 2000, 20220204
#: Labels that say that there is no relation; they count neither as found nor as missed.
NO_LABEL = frozenset({None, "", "NONE"})


class _Member(msgspec.Struct, frozen=True):
    code: str | None = None


class _Event(msgspec.Struct, frozen=True):
    type: str
    actor: tuple[_Member, ...]
    recipient: tuple[_Member, ...] = ()
    reciprocal: bool = False
    factuality: str = "asserted"
    sentence: tuple[int, int] = (0, 0)


class _Record(msgspec.Struct, frozen=True):
    id: str | int
    label: str | msgspec.UnsetType | None = msgspec.UNSET
    events: tuple[_Event, ...] | msgspec.UnsetType = msgspec.UNSET


@dataclass(frozen=True, slots=True)
class Score:
    """Agreement on one label, or on all (`label` "all"; "macro" is the mean over labels of the gold).

    `low` and `high` bound F1's 95 % confidence interval. All measures lie in 0–1; a measure with nothing to divide
    by is 0.
    """

    label: str
    gold: int
    predicted: int
    correct: int
    precision: float
    recall: float
    f1: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores per label, after "all" and "macro"; `kind` is relations or documents. `missing` are gold ids without a
    prediction, which count as empty; `extra` predicted ids without gold, which don't count."""

    kind: str
    scores: tuple[Score, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]


# (label) -> gold, predicted, correct, for one relation or document
Counts = Mapping[str, tuple[int, int, int]]


def evaluate(gold: Path, predictions: Path) -> Evaluation:
    """Compares two JSONL files of the same kind. Raises InputError naming file and line."""
    wanted, found = _read(gold), _read(predictions)
    if not wanted:
        raise InputError(str(gold), "holds no records")
    relations = all(record.label is not msgspec.UNSET for record in wanted.values())
    counts = []
    for id, record in wanted.items():
        other = found.get(id)
        if other is not None and (other.label is not msgspec.UNSET) != relations:
            raise InputError(str(predictions), f"record {id!r} is not of the gold standard's kind")
        counts.append(
            _count_relation(record.label, other.label if other else None)
            if relations
            else _count_events(record.events or (), (other.events or ()) if other else ())
        )
    return Evaluation(
        kind="relations" if relations else "documents",
        scores=tuple(score_counts(counts)),
        missing=tuple(id for id in wanted if id not in found),
        extra=tuple(id for id in found if id not in wanted),
    )


def score_counts(counts: Sequence[Counts]) -> list[Score]:
    """Scores from counts per item; the same items give the same intervals (fixed seed)."""
    labels = sorted({label for item in counts for label in item})
    table = np.zeros((len(counts), len(labels), 3))
    for row, item in enumerate(counts):
        for column, label in enumerate(labels):
            table[row, column] = item.get(label, (0, 0, 0))
    rng = np.random.default_rng(SEED)
    share = np.full(len(counts), 1 / len(counts))
    # how often each item is drawn in each resample; in blocks, so that memory stays flat
    drawn = [
        np.tensordot(rng.multinomial(len(counts), share, size=100), table, axes=1)
        for _ in range(RESAMPLES // 100)
    ]
    resampled = np.concatenate(drawn) if labels else np.zeros((RESAMPLES, 0, 3))
    total = table.sum(axis=0)
    in_gold = total[:, 0] > 0
    scores = [_score("all", total.sum(axis=0), _f1(resampled.sum(axis=1)))]
    macro = _f1(total)[in_gold].mean() if in_gold.any() else 0.0
    macros = _f1(resampled)[:, in_gold].mean(axis=1) if in_gold.any() else np.zeros(RESAMPLES)
    low, high = np.percentile(macros, [2.5, 97.5])
    precision, recall = (
        (_divide(total[in_gold, 2], total[in_gold, n]).mean() if in_gold.any() else 0.0) for n in (1, 0)
    )
    g, p, c = (int(n) for n in total[in_gold].sum(axis=0))
    scores.append(
        Score("macro", g, p, c, float(precision), float(recall), float(macro), float(low), float(high))
    )
    scores += [_score(label, total[n], _f1(resampled[:, n])) for n, label in enumerate(labels)]
    return scores


def _score(label: str, total: np.ndarray, resampled: np.ndarray) -> Score:
    gold, predicted, correct = (int(n) for n in total)
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Score(
        label,
        gold,
        predicted,
        correct,
        correct / predicted if predicted else 0.0,
        correct / gold if gold else 0.0,
        float(_f1(total)),
        float(low),
        float(high),
    )


def _f1(counts: np.ndarray) -> np.ndarray:
    """F1 of counts (…, gold/predicted/correct): twice the correct over all found and all wanted."""
    return _divide(2 * counts[..., 2], counts[..., 0] + counts[..., 1])


def _divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    out = np.zeros_like(a, dtype=float)
    np.divide(a, b, out=out, where=b > 0)
    return out


def _count_relation(gold: object, predicted: object) -> Counts:
    counts: dict[str, tuple[int, int, int]] = {}
    if gold not in NO_LABEL:
        counts[str(gold)] = (1, int(gold == predicted), int(gold == predicted))
    if predicted not in NO_LABEL and predicted != gold:
        counts[str(predicted)] = (0, 1, 0)
    return counts


def _count_events(gold: Iterable[_Event], predicted: Iterable[_Event]) -> Counts:
    """An event is a unit for each pair of countries, a reciprocal one in both directions; units agree in type, actor, recipient and factuality and stand
    in overlapping sentences. Each is matched once."""
    wanted, found = _units(gold), _units(predicted)
    gold_count = Counter(unit[0] for unit, _ in wanted)
    found_count = Counter(unit[0] for unit, _ in found)
    correct: Counter[str] = Counter()
    for unit, (start, end) in wanted:
        match = next((u for u in found if u[0] == unit and _overlap(u[1], (start, end))), None)
        if match:
            found.remove(match)
            correct[unit[0]] += 1
    return {
        type: (gold_count[type], found_count[type], correct[type]) for type in {*gold_count, *found_count}
    }


_Unit = tuple[tuple[str, str | None, str | None, str], tuple[int, int]]


def _units(events: Iterable[_Event]) -> list[_Unit]:
    units: dict[_Unit, None] = {}
    for event in events:
        actors, recipients = _countries(event.actor), _countries(event.recipient)
        if event.reciprocal:
            # both directions, whoever is host and whoever visits
            parties = list(dict.fromkeys([*actors, *recipients]))
            pairs = [(a, r) for a in parties for r in parties if a != r] or [(a, None) for a in parties]
        else:
            pairs = [(a, r) for a in actors for r in recipients or [None]]
        for a, r in pairs:
            units[(event.type, a, r, event.factuality), event.sentence] = None
    return sorted(units, key=lambda unit: (unit[1], str(unit[0])))


def _countries(members: Iterable[_Member]) -> list[str | None]:
    return list(dict.fromkeys(m.code.split(".")[0] if m.code else None for m in members))


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a == b or (a[0] < b[1] and b[0] < a[1])


def _read(path: Path) -> dict[str, _Record]:
    decoder = msgspec.json.Decoder(_Record)
    records: dict[str, _Record] = {}
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(str(path), error.strerror or str(error)) from error
    for n, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{path}:{n}", str(error)) from error
        if record.label is msgspec.UNSET and record.events is msgspec.UNSET:
            raise InputError(f"{path}:{n}", "has neither label nor events")
        if str(record.id) in records:
            raise InputError(f"{path}:{n}", f"the id {record.id!r} stands twice")
        records[str(record.id)] = record
    return records
