"""Reading: every kind of input, in order, lazily; what can't be read is named and the rest goes on."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from communique.deadline import limit_time
from communique.errors import InputError
from communique.ingest import Article, Limits, clean_article, read_articles, to_article
from communique.ingest.gauge import Gauge

TEXT = "Norway and Chile signed a treaty in Oslo on Monday."
PAGE = f"<!DOCTYPE html><html><head><title>Treaty</title></head><body><article><p>{TEXT}</p></article></body></html>"
ROWS = [
    {"id": "1", "text": TEXT, "published": "2021-05-04"},
    {"id": "2", "text": "Chile denied it.", "published": ""},
]


def make_jsonl() -> bytes:
    return "\n".join(json.dumps(row) for row in ROWS).encode()


def make_csv(delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["id", "text", "published"], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode(encoding)


def make_parquet() -> bytes:
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


def make_warc() -> bytes:
    def record(status: str, kind: str, body: bytes) -> bytes:
        http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://fjord.example/a\r\n"
            "WARC-Record-ID: <urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8>\r\nWARC-Date: 2021-05-04T00:00:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        return head.encode() + http + b"\r\n\r\n"

    pages = record("200 OK", "text/html; charset=utf-8", PAGE.encode())
    return (
        record("404 Not Found", "text/html", b"gone")
        + pages
        + record("200 OK", "image/png", b"\x89PNG")
        + pages
    )


def make_record(
    letter: str,
    headers: bytes = b"",
    body: bytes = b"",
    length: int | bytes = 0,
    mark: bytes = b"WARC/1.0",
) -> bytes:
    """A record of a web archive that holds a page; what is given of it is as given, however wrong."""
    page = (
        f"<html><body><p>Norway’s envoy met his counterpart from Denmark in room {letter}.</p></body></html>"
    )
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + headers + b"\r\n"
    http += body or page.encode()
    size = length if isinstance(length, bytes) else str(len(http) + length).encode()
    return (
        mark + b"\r\nWARC-Type: response\r\nWARC-Target-URI: https://fjord.example/" + letter.encode()
        + b"\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: " + size + b"\r\n\r\n"
        + http + b"\r\n\r\n"
    )  # fmt: skip


GZIP = b"Content-Encoding: gzip\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"headers": GZIP, "body": b"not gzip " * 9}, "/b: a damaged record: Gzip"),
        (
            {"headers": GZIP, "body": gzip.compress(b"<p>" * 99)[:-8] + b"12345678"},
            "/b: a damaged record: Gzip",
        ),
        ({"headers": b"Content-Encoding: pack\r\n", "body": b"<p>x"}, "/b: a damaged record: Unsupported"),
        ({"headers": CHUNKED, "body": b"zz\r\n<p>"}, "/b: a damaged record: Invalid chunk"),
        ({"headers": CHUNKED, "body": b"fffffff\r\n<p>"}, "/b: a damaged record: unexpected end"),
        ({"length": 5}, "#2: a damaged record: it is not"),
        ({"length": 300}, "#2: a damaged record: it is not"),
        ({"length": 9_000_000}, "#2: a damaged record: it is not"),
        ({"length": 99_000_000_000}, "#2: a damaged record: it is not"),
        ({"length": -40}, "#2: a damaged record: it is not"),
        ({"length": b"many"}, "#2: a damaged record: its header doesn't say"),
        ({"length": b"-5"}, "#2: a damaged record: its header doesn't say"),
        ({"mark": b"WRAC/1.0"}, "#2: no record begins"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_damaged_record_is_named_and_the_rest_of_its_archive_read(
    tmp_path: Path, wrong: dict[str, Any], said: str, packed: bool
) -> None:
    pieces = [make_record("a"), make_record("b", **wrong), make_record("c"), make_record("d")]
    path = tmp_path / ("x.warc.gz" if packed else "x.warc")
    path.write_bytes(b"".join(gzip.compress(piece) if packed else piece for piece in pieces))
    first, error, *rest = read_articles([str(path)])
    assert isinstance(error, InputError) and said in str(error)
    assert str(error).startswith(str(path))
    assert [a.url for a in (first, *rest) if isinstance(a, Article)] == [
        f"https://fjord.example/{letter}" for letter in "acd"
    ]


def test_an_archive_of_wrong_lengths_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "x.warc").write_bytes(make_record("a", length=9_000_000) * 200)
    errors = list(read_articles([str(tmp_path / "x.warc")]))
    assert len(errors) == 102 and "more than 100 records of a wrong length" in str(errors[-1])


def test_what_is_larger_than_an_article_is_passed_over_and_its_page_named(tmp_path: Path) -> None:
    limits = Limits(article_bytes=1000)
    large = make_record("b", body=b"<p>" + b"x" * 200_000)
    (tmp_path / "x.warc").write_bytes(make_record("a") + large + make_record("c"))
    first, error, last = read_articles([str(tmp_path / "x.warc")], limits=limits)
    assert isinstance(first, Article) and isinstance(last, Article)
    assert "/b: larger than 1,000 bytes" in str(error)


def make_zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


RSS = (
    "<?xml version='1.0'?><rss xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>Fjord Times</title>"
    "<language>en-gb</language><item><title>Treaty</title><link>https://fjord.example/a</link><guid>g1</guid>"
    f"<pubDate>Tue, 04 May 2021 10:31:00 GMT</pubDate><description>Short.</description><content:encoded>"
    f"<![CDATA[<p>{TEXT}</p>]]></content:encoded></item><item><title>Only a headline</title></item></channel></rss>"
).encode()
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>Fjord Times</title><entry><title>Treaty</title><id>e1</id>"
    "<link rel='self' href='x'/><link href='https://fjord.example/a'/><published>2021-05-04T10:00:00Z</published>"
    f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>{TEXT}</p></div></content></entry></feed>"
).encode()
MARKDOWN = f"---\ntitle: Treaty\ndate: 2021-05-04\n---\n# Treaty\n\n**Norway** and [Chile](https://x.example) {TEXT[17:]}\n".encode()
SEEDS: dict[str, bytes] = {
    "a.txt": TEXT.encode(),
    "a.md": MARKDOWN,
    "a.html": PAGE.encode(),
    "a.jsonl": make_jsonl(),
    "a.csv": make_csv(),
    "a.parquet": make_parquet(),
    "a.warc": make_warc(),
    "a.zip": make_zip({"b.txt": TEXT.encode(), "c/d.jsonl": make_jsonl(), "e.parquet": make_parquet()}),
    "a.xml": RSS,
    "a.txt.gz": gzip.compress(TEXT.encode(), mtime=0),
    "a.warc.gz": gzip.compress(make_warc(), mtime=0),
    "a.zip.gz": gzip.compress(make_zip({"b.txt": TEXT.encode()})),
}


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], str]:
    def write(name: str, data: bytes) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return str(path)

    return write


def read(*inputs: str, **limits: int) -> list[Article | InputError]:
    return list(read_articles(inputs, limits=Limits(**limits)))


def read_good(*inputs: str) -> list[Article]:
    found = read(*inputs)
    assert [str(one) for one in found if isinstance(one, InputError)] == []
    return [one for one in found if isinstance(one, Article)]


@pytest.mark.parametrize(
    ("name", "data", "count"),
    [
        *[
            (name, data, {"a.jsonl": 2, "a.csv": 2, "a.parquet": 2, "a.zip": 5, "a.xml": 2}.get(name, 0))
            for name, data in SEEDS.items()
        ],
        ("a.htm", PAGE.encode(), 1),
        ("a", PAGE.encode(), 1),
        ("b.gz", gzip.compress(make_jsonl(), mtime=0), 2),
        ("b.xml", ATOM, 1),
        ("b.csv", make_csv(";"), 2),
        ("c.csv", make_csv("\t", "utf-8-sig"), 2),
        ("d.csv", make_csv(encoding="utf-16"), 2),
        (
            "b.zip",
            make_zip({"b.zip": make_zip({"c.txt": TEXT.encode()}), "__MACOSX/x": b"", ".y.txt": b""}),
            1,
        ),
    ],
)
def test_every_kind(put: Callable[[str, bytes], str], name: str, data: bytes, count: int) -> None:
    articles = read_good(put(name, data))
    assert len(articles) == count or (not count and len(articles) >= 1)
    documents = [clean_article(article) for article in articles]
    assert TEXT in documents[0].text.split("\n")
    assert all(article.name for article in articles)


def test_feed_fields(put: Callable[[str, bytes], str]) -> None:
    first, second = (clean_article(article) for article in read_good(put("a.xml", RSS)))
    assert (first.id, first.title, first.published, first.publisher, first.url, first.lang) == (
        ("g1", "Treaty", "2021-05-04", "Fjord Times", "https://fjord.example/a", "en")
    )
    assert second.text == "Only a headline"
    (entry,) = (clean_article(article) for article in read_good(put("b.xml", ATOM)))
    assert (entry.id, entry.url, entry.published) == ("e1", "https://fjord.example/a", "2021-05-04")


def test_entities_of_a_feed_read_no_files(put: Callable[[str, bytes], str], tmp_path: Path) -> None:
    secret = put("secret.txt", b"a secret")
    declared = f"<!DOCTYPE r [<!ENTITY x SYSTEM 'file://{secret}'><!ENTITY y 'a'><!ENTITY z '&y;&y;&y;'>]>"
    feed = f"{declared}<rss><item><title>&x;&z;</title><description>{TEXT}</description></item></rss>"
    (article,) = read_good(put("a.xml", feed.encode()))
    assert "secret" not in repr(article.title)


def test_markdown_fields(put: Callable[[str, bytes], str]) -> None:
    document = clean_article(read_good(put("a.md", MARKDOWN))[0])
    assert (document.title, document.published, document.text) == ("Treaty", "2021-05-04", f"Treaty\n{TEXT}")


def test_folder_order_hidden_files_and_one_bad_among_good(
    put: Callable[[str, bytes], str], tmp_path: Path
) -> None:
    for name in ("b.txt", "a.txt", "z/a.txt", "c/b.html", ".hidden.txt", ".git/x.txt"):
        put(name, PAGE.encode() if name.endswith("html") else TEXT.encode())
    bad = put("aa.txt", bytes(range(256)))
    found = read(str(tmp_path))
    names = [Path(one.name).relative_to(tmp_path).as_posix() for one in found]
    assert names == ["a.txt", "aa.txt", "b.txt", "c/b.html", "z/a.txt"]
    assert [one.name for one in found if isinstance(one, InputError)] == [bad]


def test_glob(put: Callable[[str, bytes], str], tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c.html", "d/e.txt", "[x].txt"):
        put(name, TEXT.encode())
    assert [Path(a.name).name for a in read_good(str(tmp_path / "*.txt"))] == ["[x].txt", "a.txt", "b.txt"]
    assert [Path(a.name).name for a in read_good(str(tmp_path / "**" / "*.txt"))] == [
        "[x].txt",
        "a.txt",
        "b.txt",
        "e.txt",
    ]
    assert len(read_good(str(tmp_path / "[x].txt"))) == 1  # a file that has such a name is that file


@pytest.mark.parametrize(("data", "is_page"), [(TEXT.encode(), False), (PAGE.encode(), True)])
def test_stdin(monkeypatch: pytest.MonkeyPatch, data: bytes, is_page: bool) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    (article,) = read_good("-")
    assert (article.html is not None) == is_page


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\n ", "empty"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        ("a.txt", bytes(range(1, 256)) * 4, "binary"),
        ("a.html", b"<p>" + b"x" * 11 * 2**20, "larger than"),
        ("a.pdf", b"%PDF-1.4", "not a kind of file"),
        ("a.jsonl", b"\n", "no records"),
        ("a.jsonl", b'{"id": "1"}', "neither text nor html"),
        ("a.jsonl", b'{"text": 1}', "must be a string"),
        ("a.jsonl", b'{"text": "a", "html": "b"}', "both"),
        ("a.jsonl", b"[" * 100_000, "no JSON"),
        ("a.csv", b"a,b\n1,2\n", "no column text or html"),
        ("a.csv", b"text,text\n1,2\n", "twice"),
        ("a.csv", b"id,text\n1,2,3\n", "3 cells"),
        ("a.csv", b"id,text\n", "no records"),
        ("a.parquet", b"PAR1 nothing PAR1", "not Parquet"),
        ("a.warc", b"nothing", "not a web archive"),
        ("a.zip", b"PK nothing", "not a zip"),
        ("a.zip", make_zip({}), "no article"),
        ("a.zip", make_zip({"../a.txt": b"x"}), "leads out"),
        ("a.zip", make_zip({"/etc/a.txt": b"x"}), "leads out"),
        ("a.txt.gz", b"nothing", "not gzip"),
        ("a.txt.gz", gzip.compress(TEXT.encode() * 50, mtime=0)[:-20], "damaged"),
        ("a.xml", b"<html></html>", "no RSS item"),
        ("a.xml", RSS[:200], "broken XML"),
    ],
)
def test_what_cannot_be_read_is_named(
    put: Callable[[str, bytes], str], name: str, data: bytes, reason: str
) -> None:
    path = put(name, data)
    (error,) = read(path)
    assert isinstance(error, InputError)
    assert error.name.startswith(path)
    assert reason in error.reason, error.reason


@pytest.mark.parametrize("given", ["missing.txt", "no/*.txt", "a\0b.txt", "x" * 5000, ""])
def test_what_is_not_there(tmp_path: Path, given: str) -> None:
    (error,) = read(str(tmp_path / given)) if given else read("")
    assert isinstance(error, InputError)


def test_empty_folder(tmp_path: Path) -> None:
    (error,) = read(str(tmp_path))
    assert isinstance(error, InputError)
    assert error.name == str(tmp_path)


def test_a_bad_line_is_named_and_the_next_is_read(put: Callable[[str, bytes], str]) -> None:
    path = put(
        "a.jsonl",
        b'{"text": "One.", "author": "x"}\nnot json\n\n{"text": "Two."}\n' + b'{"text": "%s"}' % (b"x" * 300),
    )
    first, bad, second, long = read(path, article_bytes=200)
    assert isinstance(first, Article) and isinstance(second, Article)
    assert isinstance(bad, InputError) and isinstance(long, InputError)
    assert (bad.name, second.name, long.name) == (f"{path}#2", f"{path}#4", f"{path}#5")
    assert "not read: author" in first.notes[0]


@pytest.mark.parametrize(
    ("encoding", "noted"),
    [("utf-8", False), ("utf-8-sig", False), ("utf-16", True), ("cp1252", True), ("cp1251", True)],
)
def test_encodings(put: Callable[[str, bytes], str], encoding: str, noted: bool) -> None:
    text = "«Мы сдержали слово», — сказал министр иностранных дел в понедельник. " * 3
    if encoding == "cp1252":
        text = "“We’ve kept our word,” the minister said at a café in Malmö on Monday – and left. " * 3
    (article,) = read_good(put("a.txt", text.encode(encoding)))
    assert article.text == text
    assert bool(article.notes) == noted


def test_declared_charset(put: Callable[[str, bytes], str]) -> None:
    page = f"<html><head><meta charset='koi8-r'></head><body><article><p>Мы сдержали слово. {TEXT}</p></article></body></html>"
    (article,) = read_good(put("a.html", page.encode("koi8-r")))
    assert article.html == page
    assert article.notes == ("read as koi8-r",)


def test_a_charset_that_was_sent_with_a_page(put: Callable[[str, bytes], str]) -> None:
    """Which is where most pages say it."""
    body = f"<html><body><article><p>Президент. {TEXT}</p></article></body></html>".encode("koi8-r")
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=KOI8-R\r\n\r\n" + body
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
    head += b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(http)
    (article,) = read_good(put("a.warc", head + http + b"\r\n\r\n"))
    assert "Президент" in (article.html or "")


@pytest.mark.parametrize("words", ["São Paulo and Málaga", "The price was £5 or €6", "“We won’t,” he said"])
@pytest.mark.parametrize("kind", ["txt", "csv"])
def test_english_with_a_few_letters_of_windows(
    put: Callable[[str, bytes], str], words: str, kind: str
) -> None:
    """Too few for its letters to tell an encoding: they were read as Baltic or Polish ones."""
    text = f"{words}. {TEXT}"
    written = text if kind == "txt" else f'text;id\n"{text}";1\n'
    (article,) = read_good(put(f"a.{kind}", written.encode("cp1252")))
    assert article.text == text


def test_one_bad_byte_costs_one_character(put: Callable[[str, bytes], str]) -> None:
    """It made all of a text be read in another encoding, and ended a table."""
    text = f"“Zürich”, it said. {TEXT}".encode()
    (article,) = read_good(put("a.txt", text + b"\xff."))
    assert article.text == text.decode() + "\ufffd."
    assert article.notes == (f"not UTF-8 throughout: byte {len(text)} can't be read",)
    rows = [b'id,text\n0,"%s"\n' % (TEXT.encode() * 1000), b'1,"%s\xff"\n2,"%s"\n' % (text, text)]
    _, bad, good = read_good(put("a.csv", b"".join(rows)))
    assert bad.text == text.decode() + "\ufffd" and "perhaps not utf-8" in bad.notes[0]
    assert good.text == text.decode() and not good.notes


def test_jsonl_in_utf_16(put: Callable[[str, bytes], str]) -> None:
    """As some shells write what a program gives them."""
    lines = f'{{"text": "Zürich. {TEXT}"}}\r\n' * 3
    for encoding in ("utf-16", "utf-32"):
        path = put("a.jsonl", lines.encode(encoding))
        articles = read_good(path)
        assert [article.text for article in articles] == [f"Zürich. {TEXT}"] * 3
        assert [article.name for article in articles] == [f"{path}#{n}" for n in (1, 2, 3)]


def test_binary_data_called_jsonl_is_named_once(put: Callable[[str, bytes], str]) -> None:
    (error,) = read(put("a.jsonl", bytes(range(256)) * 100))
    assert isinstance(error, InputError) and error.reason == "binary, not text"


def test_a_row_too_long_costs_that_row(put: Callable[[str, bytes], str]) -> None:
    """Whether it is one line or many: what follows it in the table is read."""
    many = "word\n" * 100
    table = f'id,text\n1,one\n2,"{"x" * 300}"\n3,three\n4,"a ""{many}"" b"\n5,five\n6,{"y" * 300}\n7,seven\n'
    path = put("a.csv", table.encode())
    before = csv.field_size_limit(250)
    try:
        found = read(path, article_bytes=250)
    finally:
        csv.field_size_limit(before)
    assert [one.id for one in found if isinstance(one, Article)] == ["1", "3", "5", "7"]
    errors = [one for one in found if isinstance(one, InputError)]
    assert [error.name for error in errors] == [f"{path}#{n}" for n in (3, 105, 107)]
    assert all("a row that can't be read" in error.reason for error in errors)


def test_a_quotation_mark_never_closed_is_named(put: Callable[[str, bytes], str]) -> None:
    """The rest of a table is no article."""
    path = put("a.csv", f'id,text\n1,{TEXT}\n2,"{TEXT}\n3,{TEXT}\n'.replace(", ", "; ").encode())
    first, error = read(path)
    assert isinstance(first, Article) and first.id == "1"
    assert isinstance(error, InputError) and "line 3 is never closed" in error.reason


def test_markup_in_a_feed_that_is_not_escaped_keeps_the_words_before_it(
    put: Callable[[str, bytes], str],
) -> None:
    item = f"<item><description>Oslo &amp; Lima met. <b>Talks</b> went on. {TEXT}</description></item>"
    (article,) = read_good(put("a.xml", f"<rss><channel>{item}</channel></rss>".encode()))
    assert clean_article(article).text == f"Oslo & Lima met. Talks went on. {TEXT}"


def test_zeros_between_members_cost_no_time(put: Callable[[str, bytes], str]) -> None:
    """As a file has that was made large before it was written: each was looked at by itself."""
    path = put("a.txt.gz", bytes(50 * 2**20) + gzip.compress(TEXT.encode()))
    with limit_time("a", 5):
        (article,) = read_good(path)
    assert article.text == TEXT


def test_a_link_in_a_zip_is_refused(put: Callable[[str, bytes], str], tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("b.txt", TEXT)
    error, article = read(str(tmp_path / "a.zip"))
    assert isinstance(error, InputError) and "a link" in error.reason
    assert isinstance(article, Article)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_in_a_folder_is_not_waited_for(put: Callable[[str, bytes], str], tmp_path: Path) -> None:
    put("b/a.txt", TEXT.encode())
    os.mkfifo(tmp_path / "b" / "pipe")
    for name in ("b", "b/*"):
        article, error = read(str(tmp_path / name))
        assert isinstance(article, Article)
        assert isinstance(error, InputError) and "a pipe" in error.reason


def test_a_row_group_of_parquet_is_not_read_at_once(tmp_path: Path) -> None:
    """Many writers make one of a whole file."""
    path = tmp_path / "a.parquet"
    table = pa.table({"text": [f"{TEXT} {n} {random.Random(n).randbytes(2000).hex()}" for n in range(4000)]})
    parquet.write_table(table, path, row_group_size=4000, write_batch_size=64, use_dictionary=False)
    gauge = Gauge()
    found = read_articles([str(path)], gauge=gauge)
    assert isinstance(next(found), Article)
    assert gauge.read < path.stat().st_size / 4


def test_zip_bombs_are_refused(put: Callable[[str, bytes], str]) -> None:
    lines = (json.dumps({"text": "x" * 1000}) + "\n").encode() * 40_000
    bombs = (
        put("a.jsonl.gz", gzip.compress(lines, mtime=0)),
        put("b.zip", make_zip({"a.jsonl": lines, "b.txt": b"x"})),
    )
    for path in bombs:
        *_, last = read(path)
        assert isinstance(last, InputError)
        assert (last.name, "zip bomb" in last.reason) == (path, True)
        *_, last = read(path, unpacked_bytes=10_000)
        assert isinstance(last, InputError)
        assert "more than 10,000" in last.reason


def test_nesting_is_limited(put: Callable[[str, bytes], str]) -> None:
    data = TEXT.encode()
    name = "a.txt"
    for _ in range(4):
        data, name = make_zip({name: data}), "a.zip"
    (error,) = read(put("a.zip", data))
    assert isinstance(error, InputError)
    assert "inside archives" in error.reason


def test_reading_is_lazy(put: Callable[[str, bytes], str]) -> None:
    good, bad = put("a.txt", TEXT.encode()), put("b.txt", TEXT.encode())
    found = read_articles([good, bad])
    assert isinstance(next(found), Article)
    Path(bad).unlink()
    assert isinstance(next(found), InputError)


def test_a_mistake_of_ours_is_not_called_bad_input(
    put: Callable[[str, bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise TypeError("a bug")

    monkeypatch.setattr("communique.ingest.inputs.decode_text", fail)
    with pytest.raises(TypeError):
        read(put("a.txt", TEXT.encode()))


@pytest.mark.parametrize(
    ("record", "html", "expected"),
    [
        (TEXT, False, {"text": TEXT}),
        (PAGE, True, {"html": PAGE}),
        (
            {"text": TEXT, "id": 7, "title": None, "url": float("nan"), "lang": " "},
            False,
            {"text": TEXT, "id": "7"},
        ),
        (Article(text=TEXT), False, {"text": TEXT}),
    ],
)
def test_to_article(record: Any, html: bool, expected: dict[str, str]) -> None:
    article = to_article(record, html=html)
    assert {key: getattr(article, key) for key in expected} == expected
    assert (article.title, article.url, article.lang) == (None, None, None)


@pytest.mark.parametrize(
    "record",
    [
        "",
        {},
        {"text": TEXT, "date": "x"},
        {"text": 1},
        {"text": "a", "html": "b"},
        {1: "x"},
        7,
        None,
        b"x",
        Article(),
        {"text": TEXT, "id": True},
    ],
)
def test_bad_records(record: Any) -> None:
    with pytest.raises(InputError):
        to_article(record)


@pytest.mark.parametrize("name", [*SEEDS, "a.gz", "a.htm", "a"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), junk=st.binary(max_size=200))
def test_every_input_ends_as_articles_or_input_errors(
    tmp_path: Path, name: str, seed: int, junk: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(mutate(SEEDS.get(name, junk), random.Random(seed), junk))
    found = read(str(path))
    assert found
    for one in found:
        if isinstance(one, Article):
            try:
                clean_article(one)
            except InputError as error:
                assert error.name


def mutate(data: bytes, dice: random.Random, junk: bytes) -> bytes:
    """The bytes with some changed, cut out, put in or repeated; sometimes only the junk."""
    if dice.random() < 0.2:
        return junk
    changed = bytearray(data)
    for _ in range(dice.choice((1, 2, 5, 20))):
        at = dice.randrange(len(changed) + 1)
        kind = dice.randrange(4)
        if kind == 0 and at < len(changed):
            changed[at] = dice.randrange(256)
        elif kind == 1:
            del changed[at : at + dice.randrange(1, 20)]
        elif kind == 2:
            changed[at:at] = junk[: dice.randrange(1, 20)]
        else:
            changed[at:at] = changed[:50]
    return bytes(changed)
