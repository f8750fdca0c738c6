"""Copies and retellings: which articles tell the same story. docs/stories.md explains the rule."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from communique.knowledge.stories import StoryRule

# 42 bands of 3: two texts that share a third of their word triples meet in a band with probability 0.8, those that
# share half with 0.996; whoever meets is then compared exactly, so that the signature decides nothing by itself.
BANDS, ROWS = 42, 3
SEED = 1
SHINGLE = 3
# Texts of fewer word triples are too short for a part of one in the other to mean anything: they are measured whole.
SHORT = 40
# Fewer names than these say nothing; and of a digest with over so many times an article's words everything is a part.
LEAST_NAMES, DIGEST = 4, 5
_WORD = re.compile(r"\w+")
_CONTENT = re.compile(r"[^\W\d_]{4,}|\d{2,}")


Hashes = NDArray[np.int64]
"""A set of strings by their hashes, sorted: a tenth of the memory, and two sets are compared as fast."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an article is compared by, worked out once for all that it is compared with."""

    id: str
    names: frozenset[str]
    """actors.id of everybody it names"""
    shingles: Hashes
    content: Hashes


def tell(id: str, text: str, names: Iterable[str] = ()) -> Told:
    """An article as it is compared."""
    return Told(id, frozenset(names), _hash_all(find_shingles(text)), _hash_all(find_content(text)))


def _hash_all(strings: Collection[str]) -> Hashes:
    # 64 bits: of two articles' thousand strings two meet by chance once in some 10¹³ pairs
    return np.unique(np.fromiter(map(hash, strings), np.int64, len(strings)))


@dataclass(frozen=True, slots=True)
class Link:
    """Two articles of one story, the one that sorts first first."""

    document: str
    other: str
    reason: str
    similarity: float


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article of a story; `reason`, `similarity` and `linked_to` are those of its strongest link to an earlier one."""

    story: str
    document: str
    reason: str
    similarity: float | None
    linked_to: str | None


def find_shingles(text: str) -> frozenset[str]:
    """Every run of three words, in small letters without punctuation; of shorter texts the whole."""
    words = _WORD.findall(text.casefold())
    if len(words) < SHINGLE:
        return frozenset([" ".join(words)]) if words else frozenset()
    return frozenset(" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))


def compute_bands(shingles: Collection[str]) -> list[int]:
    """64-bit hashes of the bands of the MinHash signature, the same in every run; none for an empty text."""
    if not shingles:
        return []
    from rensa import RMinHash

    signature = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    signature.update(sorted(shingles))
    digest = signature.digest()
    return [_hash(band, digest[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)]


def _hash(band: int, rows: Iterable[int]) -> int:
    words = ",".join(map(str, (band, *rows))).encode()
    return int.from_bytes(blake2b(words, digest_size=8).digest())


def score_copy(a: Told, b: Told) -> float:
    """The share of the shorter text's shingles that the other has: 1 for a text cut from another. Of short texts, the
    share of all shingles that both have."""
    shorter = min(len(a.shingles), len(b.shingles))
    if not shorter:
        return 0.0
    shared = _count_shared(a.shingles, b.shingles)
    return shared / (shorter if shorter >= SHORT else len(a.shingles) + len(b.shingles) - shared)


def _count_shared(a: Hashes, b: Hashes) -> int:
    return np.intersect1d(a, b, assume_unique=True).size


def score_retelling(a: Told, b: Told) -> float:
    """The mean of how far the names and how far the content words of two articles overlap, each as the share of the
    poorer one's that the other has (the overlap coefficient). 0 where one has too few names or is a digest."""
    names = min(len(a.names), len(b.names))
    words, more = sorted((len(a.content), len(b.content)))
    if names < LEAST_NAMES or not words or more > DIGEST * words:
        return 0.0
    return (len(a.names & b.names) / names + _count_shared(a.content, b.content) / words) / 2


def find_content(text: str) -> frozenset[str]:
    """Its longer words cut to their first six letters, which takes most inflections together, and its numbers."""
    return frozenset(word[:6] for word in _CONTENT.findall(text.casefold()))


def link_articles(a: Told, b: Told, rule: StoryRule, *, near: bool) -> Link | None:
    """The link between two articles, if they are of one story. `near`: they were published within the
    days that the rule gives and have an event or three names in common, without which there is no retelling."""
    first, second = sorted((a.id, b.id))
    copied = score_copy(a, b)
    if copied >= rule.similarity:
        return Link(first, second, "copy", round(copied, 4))
    told = score_retelling(a, b) if near else 0.0
    return Link(first, second, "retelling", round(told, 4)) if told >= rule.retelling else None


def join_stories(links: Collection[Link], days: dict[str, str | None]) -> Iterator[StoryMember]:
    """The members of every story: whatever links tie together, directly or through others, each story in order of
    time. `days` are the days of publication; the undated come last."""
    near: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        near[link.document].append(link)
        near[link.other].append(link)
    seen: set[str] = set()

    def when(id: str) -> tuple[str, str]:
        return days.get(id) or "~", id

    for start in sorted(near, key=when):
        if start in seen:
            continue
        story, queue = {start}, [start]
        while queue:
            here = queue.pop()
            for link in near[here]:
                other = link.other if link.document == here else link.document
                if other not in story:
                    story.add(other)
                    queue.append(other)
        seen |= story
        yield from _order(sorted(story, key=when), near)


def _order(members: list[str], near: dict[str, list[Link]]) -> Iterator[StoryMember]:
    place = {id: n for n, id in enumerate(members)}
    for id in members:
        if place[id] == 0:
            yield StoryMember(members[0], id, "first", None, None)
            continue
        ends = [(link, link.other if link.document == id else link.document) for link in near[id]]
        earlier = [(link, other) for link, other in ends if place[other] < place[id]] or ends
        best, other = max(
            earlier, key=lambda end: (end[0].reason == "copy", end[0].similarity, -place[end[1]])
        )
        yield StoryMember(members[0], id, best.reason, best.similarity, other)
