"""Positions: objects of stances that say the same in other words as one issue, and who stands where on it, since when.

Two phrases are the same issue where their vectors' cosine reaches the threshold and they don't name different actors.
Names are put in one form first ("Moscow" is Russia, "Kyiv" Ukraine), and words that only point are left out. How the
threshold was chosen: docs/positions.md.

Issues are found from the most frequent object down, the shorter first: each joins the nearest of the issues so far, or begins a new one
(leader clustering; Hartigan, Clustering Algorithms, 1975, ch. 3), so that an issue's name is its most frequent words and
all of its objects are near to that, not only to each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from communique.analyse.vectors import Vectors, load_vectors
from communique.knowledge.actors import load_actors

#: The encoder and the cosine from which two phrases are one issue: the best of those measured by bench/positions.py.
VECTORS = "wordllama"
THRESHOLD = 0.6
#: So many objects, the most frequent, are grouped; the time grows with the square. An issue asked for is looked for in all.
MOST_GROUPED = 4000
# Words before an object that tell nothing of what it is.
_LEADING = re.compile(
    r"^(?:the|a|an|its|his|her|their|our|your|my|any|such|all|this|that|these|those|further|new)\s+", re.I
)
# Objects that mean something else in every article, or nothing by themselves.
_POINTING = re.compile(
    r"^(?:it|he|she|they|him|her|them|this|that|these|those|us|we|you|me|i|both|so|himself|herself|itself|themselves|which|who|what"
    r"|(?:the|this|that|these|those|such|his|her|its|their|our) (?:idea|move|plan|proposal|decision|measure|step|bill|deal|agreement|claim|call|offer|request|demand|issue"
    r"|matter|effort|one|ones|others?|man|woman|people|person|group|thing|way|case|time|side|sides)s?)$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """An object as it is compared: its words with names in one form, and the ids of the actors it names."""

    words: str
    actors: frozenset[str]


@dataclass(frozen=True, slots=True)
class Issue:
    """Objects that mean the same; `name` is the most frequent, `objects` are places in the list that was grouped."""

    name: str
    objects: tuple[int, ...]


@lru_cache(maxsize=50_000)
def read_phrase(text: str) -> Phrase:
    """The words of an object, names in one form and without words that only point."""
    words, actors, at = [], set(), 0
    dictionary = load_actors()
    for match in sorted(dictionary.find_names(text), key=lambda m: m.start):
        entries = {alias.entry for alias in match.aliases}
        # of states of one capital the first is the one that is there now; any other doubt names nobody
        states = all(dictionary.entries[one].kind == "state" for one in entries)
        if match.start < at or not entries or (len(entries) > 1 and not states):
            continue
        entry = dictionary.entries[match.aliases[0].entry]
        words += [
            text[at : match.start],
            entry.name if entry.kind == "state" else text[match.start : match.end],
        ]
        actors.add(entry.id.split(".")[0] if entry.kind != "person" else entry.id)
        at = match.end
    plain = " ".join("".join([*words, text[at:]]).split())
    while (cut := _LEADING.sub("", plain)) != plain and cut:
        plain = cut
    return Phrase(plain.strip("“”\"'‘’.,;: "), frozenset(actors))


def find_actors(text: str) -> frozenset[str]:
    """Ids of the actors that a phrase names, persons by themselves and all else by country or organisation."""
    return read_phrase(text).actors


def may_be_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the names in two phrases allow that they mean the same: one names nobody, or they share a name."""
    return not one or not other or bool(one & other)


def is_issue(text: str) -> bool:
    """Whether an object says by itself what it is, as "it" and "the plan" don't."""
    return len(text.strip()) > 2 and not _POINTING.match(text.strip())


@cache
def _load(vectors: str) -> Callable[[Sequence[str]], Vectors]:
    return load_vectors(vectors)


def compute_vectors(texts: Sequence[str], vectors: str = VECTORS) -> Vectors:
    """A row for each phrase, of length 1. Raises CommuniqueError where the encoder's package is missing."""
    encode = _load(vectors)
    return encode([read_phrase(text).words for text in texts]) if texts else np.zeros((0, 1), np.float32)


def score_issue(issue: str, texts: Sequence[str], vectors: str = VECTORS) -> Vectors:
    """The cosine of each phrase to the issue; -1 where they name different actors."""
    if not texts:
        return np.zeros(0, np.float32)
    rows = compute_vectors([issue, *texts], vectors)
    asked = find_actors(issue)
    allowed = np.array([may_be_same(asked, find_actors(text)) for text in texts])
    return np.where(allowed, rows[1:] @ rows[0], np.float32(-1))


def group_issues(
    counts: Mapping[str, int], threshold: float = THRESHOLD, vectors: str = VECTORS
) -> tuple[list[str], list[Issue]]:
    """The objects that were grouped, and the issues they make, the most frequent object first.

    `counts` says how often each object occurs; of more than MOST_GROUPED the rarest are left out.
    """
    texts = sorted((t for t in counts if is_issue(t)), key=lambda t: (-counts[t], len(t), t))[:MOST_GROUPED]
    rows = compute_vectors(texts, vectors)
    named = [find_actors(text) for text in texts]
    leaders = np.zeros((0, rows.shape[1]), np.float32)
    room = np.zeros((256, rows.shape[1]), np.float32)
    groups: list[list[int]] = []
    for n in range(len(texts)):
        if groups:
            scores = leaders @ rows[n]
            for best in np.argsort(-scores, kind="stable"):
                if scores[best] < threshold:
                    break
                if may_be_same(named[groups[best][0]], named[n]):
                    groups[best].append(n)
                    break
            else:
                best = -1
            if best >= 0 and groups[best][-1] == n:
                continue
        if len(groups) == len(room):
            room = np.concatenate([room, np.zeros_like(room)])
        room[len(groups)] = rows[n]
        groups.append([n])
        leaders = room[: len(groups)]
    return texts, [Issue(texts[group[0]], tuple(group)) for group in groups]


POSITIONS = pa.schema(
    [
        ("issue", pa.string()),
        ("holder", pa.string()),
        ("holder_id", pa.string()),
        ("first", pa.string()),
        ("last", pa.string()),
        ("changed", pa.bool_()),
        ("polarity", pa.string()),
        ("strength", pa.string()),
        ("object", pa.string()),
        ("similarity", pa.float64()),
        ("words", pa.string()),
        ("published", pa.string()),
        ("publisher", pa.string()),
        ("title", pa.string()),
        ("url", pa.string()),
        ("document", pa.string()),
        ("stance", pa.string()),
        ("threshold", pa.float64()),
    ]
)

ISSUES = pa.schema(
    [
        ("issue", pa.string()),
        ("stances", pa.int64()),
        ("holders", pa.int64()),
        ("support", pa.int64()),
        ("oppose", pa.int64()),
        ("first", pa.string()),
        ("last", pa.string()),
        ("objects", pa.list_(pa.string())),
        ("threshold", pa.float64()),
    ]
)

Row = dict[str, Any]


def list_holders(row: Row) -> list[tuple[str | None, str]]:
    """The holders of a row of `Store.stances`, each once: id and words."""
    pairs = zip(row["holder_id"], row["holder_text"], strict=True)
    return list({(id or text.lower()): (id, text) for id, text in pairs}.values())


def build_positions(
    issue: str, threshold: float, rows: Sequence[Row], scores: Mapping[str, float], names: Mapping[str, str]
) -> pa.Table:
    """A row for each holder of each stance, a holder's rows together and by date, those with most rows first.

    `rows` are those of `Store.stances`, `scores` the cosine by object, `names` those of actors by id. `first` and `last`
    are the days of the holder's first and last stance; `changed` says that the last before it was of the other side.
    """
    by_holder: dict[str, list[Row]] = {}
    for row in rows:
        for id, text in list_holders(row):
            key = id or text.lower()
            by_holder.setdefault(key, []).append(
                {"holder": names.get(id or "", text), "holder_id": id} | _cut(row)
            )
    out = []
    for key in sorted(by_holder, key=lambda k: (-len(by_holder[k]), k)):
        found = sorted(by_holder[key], key=lambda r: (r["published"] or "9999", r["document"], r["stance"]))
        days = [r["published"] for r in found if r["published"]]
        before = None
        for row in found:
            changed = before is not None and before != row["polarity"] and row["published"] is not None
            before = row["polarity"] if row["published"] else before
            out.append(
                row
                | {
                    "issue": issue,
                    "first": min(days, default=None),
                    "last": max(days, default=None),
                    "changed": changed,
                    "similarity": round(float(scores[row["object"]]), 3),
                    "threshold": threshold,
                }
            )
    return pa.Table.from_pylist(out, schema=POSITIONS)


def _cut(row: Row) -> Row:
    kept = ("polarity", "strength", "published", "publisher", "title", "url", "document", "stance")
    published = row["published"][:10] if row["published"] else None
    words = {"object": row["object_text"], "words": " ".join(row["sentence"].split()), "published": published}
    return {name: row[name] for name in kept} | words


def build_issues(
    threshold: float, texts: Sequence[str], issues: Sequence[Issue], rows: Sequence[Row]
) -> pa.Table:
    """A row for each issue, those with most holders first. `rows` as in `build_positions`."""
    place = {texts[n]: number for number, issue in enumerate(issues) for n in issue.objects}
    found: dict[int, list[Row]] = {}
    for row in rows:
        if row["object_text"] in place:
            found.setdefault(place[row["object_text"]], []).append(row)
    out = []
    for number, stances in found.items():
        days = [row["published"][:10] for row in stances if row["published"]]
        holders = {id or text.lower() for row in stances for id, text in list_holders(row)}
        out.append(
            {
                "issue": issues[number].name,
                "stances": len(stances),
                "holders": len(holders),
                "support": sum(row["polarity"] == "support" for row in stances),
                "oppose": sum(row["polarity"] == "oppose" for row in stances),
                "first": min(days, default=None),
                "last": max(days, default=None),
                "objects": [texts[n] for n in issues[number].objects],
                "threshold": threshold,
            }
        )
    out.sort(key=lambda r: (-r["holders"], -r["stances"], r["issue"]))
    return pa.Table.from_pylist(out, schema=ISSUES)
