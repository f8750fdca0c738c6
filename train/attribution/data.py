"""Reads annotated articles as lines of parsed words with what is to be learnt of them."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from communique.annotate.parse import Parse
from communique.annotate.pipeline import load_pipeline, parse_texts
from communique.extract.attribution import cut_lines
from communique.extract.cue_features import describe_pairs, describe_words, find_places

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated attribution, in characters."""

    source: Spans
    cue: Spans
    content: Spans


@dataclass(slots=True)
class Line:
    """One line of an article. `vectors` (words, size), `forms` (words,), `features` (words, 5), `head` (words,) the place
    of each word's governor, `tags` (words,) 0 no cue, 1 its first word, 2 a further one; for each cue: its `cues` range, `roles` (words,) 0 neither, 1 source, 2 content, and `seen`
    (words, 4)."""

    vectors: np.ndarray
    forms: np.ndarray
    features: np.ndarray
    head: np.ndarray
    tags: np.ndarray
    cues: list[tuple[int, int]]
    roles: np.ndarray
    seen: np.ndarray


def read_gold(file: Path) -> list[Gold]:
    """The attributions of a brat stand-off file."""
    bound: dict[str, Spans] = {}
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        key, _, rest = line.partition("\t")
        if key.startswith("T"):
            places = re.match(r"\S+ ([\d; ]+)", rest)
            if places:
                pairs = (piece.split() for piece in places[1].split(";"))
                bound[key] = sorted((int(a), int(b)) for a, b in pairs)
        elif key.startswith("E"):
            roles: dict[str, Spans] = {"Source": [], "Cue": [], "Content": []}
            for argument in rest.split()[1:]:
                role, _, target = argument.partition(":")
                roles.get(role.rstrip("0123456789"), []).extend(bound.get(target, []))
            if roles["Cue"] and roles["Content"]:
                found.append(Gold(sorted(roles["Source"]), sorted(roles["Cue"]), sorted(roles["Content"])))
    return found


def read_parses(data: Path, split: str, work: Path) -> dict[str, Parse]:
    """The parses of a split by file name, made once and kept in `work`."""
    kept = work / f"{split}.pkl"
    if not kept.is_file():
        files = sorted((data / split / "text").glob("*.txt"))
        texts = [file.read_bytes().decode("utf-8") for file in files]
        parses = parse_texts(load_pipeline(), texts)
        kept.write_bytes(pickle.dumps(dict(zip((f.stem for f in files), parses, strict=True))))
    parses_: dict[str, Parse] = pickle.loads(kept.read_bytes())
    return parses_


def build_lines(parse: Parse, gold: list[Gold], pos: dict[str, int], dep: dict[str, int]) -> Iterator[Line]:
    """The lines of an article with what is to be learnt."""
    rows = [(_tokens(parse, g.cue), g) for g in gold]
    for first, past in cut_lines(parse):
        size = past - first
        tags = np.zeros(size, dtype=np.int64)
        cues, roles, seen = [], [], []
        for tokens, attribution in rows:
            run = _longest([t for t in tokens if first <= t < past])
            if not run:
                continue
            a, b = run[0], run[-1] + 1
            tags[a - first] = 1
            tags[a - first + 1 : b - first] = 2
            role = np.zeros(size, dtype=np.int64)
            for value, spans in ((2, attribution.content), (1, attribution.source)):
                for t in _tokens(parse, spans):
                    if first <= t < past and not a <= t < b:
                        role[t - first] = value
            cues.append((a - first, b - first))
            roles.append(role)
            seen.append(describe_pairs(parse, first, past, (a, b), dep))
        yield Line(
            parse.vectors[first:past].astype(np.float16),
            parse.forms[first:past],
            np.array(describe_words(parse, first, past, pos, dep), dtype=np.int8),
            np.array(find_places(parse, first, past), dtype=np.int64),
            tags,
            cues,
            np.array(roles, dtype=np.int8),
            np.array(seen, dtype=np.int8),
        )


def _tokens(parse: Parse, spans: Spans) -> list[int]:
    """Tokens of which at least half lies in the spans."""
    out = []
    for a, b in spans:
        for t in range(int(np.searchsorted(parse.end, a, side="right")), len(parse)):
            if parse.start[t] >= b:
                break
            if min(b, parse.end[t]) - max(a, parse.start[t]) >= (parse.end[t] - parse.start[t]) / 2:
                out.append(t)
    return out


def _longest(tokens: list[int]) -> list[int]:
    runs: list[list[int]] = []
    for t in tokens:
        if runs and runs[-1][-1] == t - 1:
            runs[-1].append(t)
        else:
            runs.append([t])
    return max(runs, key=len, default=[])
