"""Reads annotated articles as parsed words with what is to be learnt of them."""

from __future__ import annotations

import pickle
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from communique.annotate.parse import Parse
from communique.annotate.pipeline import load_pipeline, parse_texts
from communique.extract.attribution import cut_lines
from communique.extract.cue_features import Pairs, Words, describe_pairs, describe_words

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated attribution, in characters."""

    source: Spans
    cue: Spans
    content: Spans


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `vectors` (words, size), `forms` (words,), `words` what syntax tells of them, `tags` (words,) 0 no cue, 1 its
    first word, 2 a further one; `cues` (cues, 2) their ranges, `pairs` how the words of a cue's line stand to it, `roles` (pairs,)
    0 neither, 1 source, 2 content, -1 the cue itself."""

    vectors: np.ndarray
    forms: np.ndarray
    words: Words
    tags: np.ndarray
    cues: np.ndarray
    pairs: Pairs
    roles: np.ndarray


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


def build_article(parse: Parse, gold: list[Gold], pos: dict[str, int], dep: dict[str, int]) -> Article:
    """An article with what is to be learnt. An attribution is learnt as far as it lies in the line of its cue."""
    words = describe_words(parse, cut_lines(parse), pos, dep)
    tags = np.zeros(len(parse), dtype=np.int64)
    cues, rows = [], []
    for attribution in gold:
        tokens = _longest(_tokens(parse, attribution.cue))
        if not tokens:
            continue
        a, b = tokens[0], tokens[-1] + 1
        b = min(b, int(words.past[a]))
        tags[a] = 1
        tags[a + 1 : b] = 2
        row = np.zeros(len(parse), dtype=np.int64)
        row[_tokens(parse, attribution.content)] = 2
        row[_tokens(parse, attribution.source)] = 1
        row[a:b] = -1
        cues.append((a, b))
        rows.append(row)
    pairs = describe_pairs(parse, words, cues, len(dep))
    roles = np.array(rows, dtype=np.int64).reshape(-1, len(parse))[pairs.cue, pairs.word]
    return Article(
        parse.vectors.astype(np.float16),
        parse.forms,
        words,
        tags,
        np.array(cues, dtype=np.int64).reshape(-1, 2),
        pairs,
        roles,
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
