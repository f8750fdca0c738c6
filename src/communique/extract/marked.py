"""Sentences in which one or two parties are marked, as the small encoders read them.

The parties are marked where they stand, with tokens the encoder has never seen in text. A row runs alone and
unpadded: dynamic int8 takes its scale from the whole tensor it is given, so that neighbours in a batch would change
its last bits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from communique.errors import KnowledgeError

Span = tuple[int, int]

# First and last token, first party starts, first party ends, second party starts, second party ends.
MARKERS = ("[CLS]", "[SEP]", "[unused1]", "[unused2]", "[unused3]", "[unused4]")
MAX_TOKENS = 160  # 99.9 % of news sentences are shorter; longer ones keep what surrounds the two parties
MAX_CHARS = 4000  # read around the parties in texts that are no sentence at all


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
    for whole in (True, False):
        spans: list[Span] = []
        start = sentence.find(words)
        while start >= 0 and len(spans) < limit:
            end = start + len(words)
            if whole and (_is_word(sentence[max(0, start - 1) : start]) or _is_word(sentence[end : end + 1])):
                start = sentence.find(words, start + 1)
                continue
            spans.append((start, end))
            start = sentence.find(words, end)
        if spans:
            return spans
    loose = r"\s+".join(re.escape(part) for part in words.split())
    matches = re.finditer(loose, sentence, re.IGNORECASE)
    return [match.span() for match, _ in zip(matches, range(limit), strict=False)]


def _is_word(character: str) -> bool:
    """Whether a character, or none, is what the `\\w` of a regular expression takes."""
    return character.isalnum() or character == "_"


def encode_pair(
    tokenizer: Tokenizer, sentence: str, actor: str, recipient: str, marks: Sequence[str] = MARKERS
) -> tuple[list[int], int, int]:
    """Token ids of the sentence with both parties marked, and the positions of the two opening markers.

    A party that isn't in the sentence is marked empty at the end, so that "somebody" is asked for.
    """
    sentence, actor, recipient = (replace_surrogates(text) for text in (sentence, actor, recipient))
    ids, (source, target) = encode_spans(tokenizer, sentence, find_parties(sentence, actor, recipient), marks)
    return ids, source, target


def encode_spans(
    tokenizer: Tokenizer, sentence: str, spans: Sequence[Span | None], marks: Sequence[str] = MARKERS
) -> tuple[list[int], list[int]]:
    """Token ids of the sentence with the parties at `spans` marked, and the positions of the opening markers.

    `marks` are the first and the last token, then an opening and a closing one for each party. `sentence` holds no
    lone surrogates. A party that is None is marked empty at the end.
    """
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
    ids, where = [first], [0] * len(places)
    for position in [*kept, size]:
        for party in reversed(
            range(len(places))
        ):  # close before the next opens; an empty party opens and closes at once
            if (position, party) in closing and places[party][0] < position:
                ids.append(markers[2 * party + 1])
        for party in range(len(places)):
            if (position, party) in opening:
                where[party] = len(ids)
                ids.append(markers[2 * party])
                if places[party][0] == places[party][1]:
                    ids.append(markers[2 * party + 1])
        if position < size:
            ids.append(encoding.ids[position])
    ids.append(last)
    return ids, where


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


def run_row(session: ort.InferenceSession, ids: Sequence[int], places: Sequence[int]) -> np.ndarray:
    """The logits of one row of tokens, read out at `places`."""
    feed = {"ids": np.array(ids, dtype=np.int64), "places": np.array(places, dtype=np.int64)}
    (logits,) = session.run(["logits"], feed)
    return np.asarray(logits, dtype=np.float64)


@lru_cache(maxsize=4)
def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer in a folder, without its padding and truncation."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
