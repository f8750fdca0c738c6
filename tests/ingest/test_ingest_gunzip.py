"""Damaged gzip: what stands outside the damaged members is read, nothing altered is, and the damage is named."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import tempfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ingest_read import make_record

from communique.errors import InputError
from communique.ingest.article import Article, Limits
from communique.ingest.gunzip import Damaged, Gunzip
from communique.ingest.inputs import read_articles

RANDOM = random.Random(7)
LETTERS = "abcdefghijkl"


def make_noise(length: int) -> bytes:
    """What deflate can make nothing of, and so stores as it is."""
    return RANDOM.randbytes(length).hex().encode()


MEMBERS = {
    letter: gzip.compress(make_record(letter, body=b"<p>" + make_noise(40 * n * n)), mtime=0)
    for n, letter in enumerate(LETTERS)
}
LINES = [json.dumps({"text": f"Line {n}: {make_noise(30).decode()}"}).encode() + b"\n" for n in range(60)]


def read(name: str, data: bytes) -> tuple[list[Article], list[InputError]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        found = list(read_articles([str(path)]))
    assert all(one.name.startswith(str(path)) for one in found)
    return [a for a in found if isinstance(a, Article)], [e for e in found if isinstance(e, InputError)]


def find_letters(articles: list[Article]) -> str:
    return "".join((a.url or "?")[-1] for a in articles)


WHOLE = read("x.warc.gz", b"".join(MEMBERS.values()))[0]
PAGES = {article.url: article.html for article in WHOLE}
FLIPS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=4)


@given(flips=FLIPS)
@settings(max_examples=100, deadline=None)
def test_flipped_bytes_cost_the_members_they_are_in(flips: list[tuple[int, int]]) -> None:
    data = bytearray(b"".join(MEMBERS.values()))
    ends = [sum(len(m) for m in list(MEMBERS.values())[: n + 1]) for n in range(len(MEMBERS))]
    hit = set()
    for at, by in flips:
        at %= len(data)
        data[at] ^= by
        hit.add(LETTERS[next(n for n, end in enumerate(ends) if at < end)])
    articles, errors = read("x.warc.gz", bytes(data))
    letters = find_letters(articles)
    assert letters == "".join(sorted(set(letters)))
    assert set(LETTERS) - hit <= set(letters)
    assert all(article.html == PAGES[article.url] for article in articles)
    if set(letters) != set(LETTERS):
        assert any(re.search(r"damaged archive: .* byte [\d,]+", error.reason) for error in errors), errors


@given(cut=st.integers(1, sum(map(len, MEMBERS.values())) - 1))
@settings(max_examples=60, deadline=None)
def test_a_cut_archive_gives_every_record_before_the_cut(cut: int) -> None:
    articles, errors = read("x.warc.gz", b"".join(MEMBERS.values())[:cut])
    ends = [sum(len(m) for m in list(MEMBERS.values())[: n + 1]) for n in range(len(MEMBERS))]
    whole = "".join(letter for letter, end in zip(LETTERS, ends, strict=True) if end <= cut)
    letters = find_letters(articles)
    # of a member without the end of its check all may be there
    assert letters.startswith(whole) and len(letters) <= len(whole) + 1
    assert cut in ends or len(errors) == 1
    assert all(article.html == PAGES[article.url] for article in articles)


@given(cut=st.integers(1, len(gzip.compress(b"".join(LINES))) - 1))
@settings(max_examples=60, deadline=None)
def test_of_a_single_member_what_came_before_the_cut_is_kept(cut: int) -> None:
    articles, errors = read("x.jsonl.gz", gzip.compress(b"".join(LINES))[:cut])
    texts = [json.loads(line)["text"] for line in LINES]
    assert [article.text for article in articles] == texts[: len(articles)]
    out = zlib.decompressobj(31).decompress(gzip.compress(b"".join(LINES))[:cut])
    assert len(articles) == out.count(b"\n")
    (error,) = errors
    assert f"cut off at byte {cut:,}" in error.reason


@given(flip=st.tuples(st.integers(0, 10**6), st.integers(1, 255)), parts=st.integers(1, 6))
@settings(max_examples=100, deadline=None)
def test_lines_behind_a_damaged_member_are_read(flip: tuple[int, int], parts: int) -> None:
    size = len(LINES) // parts
    pieces = [LINES[n * size : (n + 1) * size] for n in range(parts)]
    packed = [gzip.compress(b"".join(piece), mtime=0) for piece in pieces]
    data = bytearray(b"".join(packed))
    at = flip[0] % len(data)
    data[at] ^= flip[1]
    hit = next(n for n in range(parts) if at < sum(map(len, packed[: n + 1])))
    articles, errors = read("x.jsonl.gz", bytes(data))
    texts = {article.text for article in articles}
    for n, piece in enumerate(pieces):
        if n != hit:
            assert {json.loads(line)["text"] for line in piece} <= texts
    intact = {json.loads(line)["text"] for line in pieces[hit]} <= texts
    assert intact or errors


@given(data=st.binary(max_size=300), cut=st.integers(0, 80))
@settings(max_examples=60, deadline=None)
def test_any_bytes_end_read_or_named(data: bytes, cut: int) -> None:
    start = gzip.compress(LINES[0])[:cut]
    for name in ("x.jsonl.gz", "x.warc.gz", "x.txt.gz", "x.csv.gz", "x.gz", "x.jsonl.gz.gz"):
        articles, errors = read(name, start + data or b"\0")
        assert articles or errors


@given(
    data=st.lists(st.binary(max_size=70_000), max_size=4), step=st.integers(1, 9000), pad=st.integers(0, 3)
)
@settings(max_examples=50, deadline=None)
def test_what_is_sound_comes_out_as_it_went_in(data: list[bytes], step: int, pad: int) -> None:
    unpacked = Gunzip(io.BytesIO(b"".join(gzip.compress(piece) + bytes(pad) for piece in data)))
    assert b"".join(iter(lambda: unpacked.read(step), b"")) == b"".join(data)


def test_what_a_damaged_member_holds_is_not_taken_for_one() -> None:
    """A page that itself was sent packed stands in the archive as it was sent, with the bytes that begin a member."""
    forged = gzip.compress(make_record("z", body=b"<p>forged"))
    page = make_record("b", b"Content-Encoding: gzip\r\n", forged)
    pieces = [gzip.compress(piece, 0, mtime=0) for piece in (make_record("a"), page, make_record("c"))]
    assert forged in pieces[1]
    pieces[1] = pieces[1][:-8] + b"1234" + pieces[1][-4:]
    articles, (error,) = read("x.warc.gz", b"".join(pieces))
    assert find_letters(articles) == "ac"
    start, behind = len(pieces[0]), len(pieces[0]) + len(pieces[1])
    assert f"in the gzip member that begins at byte {start:,}; read on from byte {behind:,}" in error.reason


@pytest.mark.parametrize(
    ("name", "said"), [("x.txt.gz", "damaged"), ("x.csv.gz", "damaged"), ("x.html.gz", "damaged")]
)
def test_half_an_article_is_none(name: str, said: str) -> None:
    data = gzip.compress(b"text\n" + b"Norway signed the treaty on Monday. " * 400, mtime=0)
    for cut in (len(data) // 2, len(data) - 4):
        articles, (error,) = read(name, data[:cut])
        assert not articles and said in error.reason


def test_rows_before_the_damage_are_kept(tmp_path: Path) -> None:
    rows = b"".join(b"%d,Norway signed treaty %d: %s.\n" % (n, n, make_noise(300)) for n in range(2000))
    data = gzip.compress(b"id,text\n" + rows)
    articles, (error,) = read("x.csv.gz", data[: len(data) // 2])
    assert 900 < len(articles) < 1100 and "cut off at byte" in error.reason


def test_a_file_of_beginnings_is_given_up() -> None:
    started = gzip.compress(b"x" * 40_000)[:-12] + b"\xff\xff"
    unpacked = Gunzip(io.BytesIO(started * 3000))
    damages = 0
    with pytest.raises(Damaged):
        while True:
            try:
                if not unpacked.read(100_000):
                    break
            except Damaged as damage:
                damages += 1
                if damage.resume() is None:
                    raise
    assert 1 < damages <= 1001


def test_a_bomb_behind_damage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(LINES[0])[:-6] + gzip.compress(b'{"text": "x"}\n' * 100_000))
    *_, last = read_articles([str(path)], limits=Limits(unpacked_bytes=300_000))
    assert isinstance(last, InputError) and "unpacks to more than 300,000 bytes" in last.reason
