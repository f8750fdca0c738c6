"""What is fuzzed: for each target a seed, what it is cut up and joined from, and how it is read.

A target ends with one `Outcome`: every input is stored, or refused by an error that names it. Anything else that is
raised is a fault, and comes out of `check`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from communique import Coder
from communique.errors import InputError, KnowledgeError
from communique.ingest import Limits, clean_article, read_articles
from communique.knowledge.actors import _Builder
from communique.knowledge.load import list_data_files
from communique.knowledge.ontology import load_ontology
from communique.records import CodedDocument
from communique.store import Store

LIMITS = Limits(article_bytes=2**16, unpacked_bytes=2**22, ratio=100, ratio_from=2**18, members=50, rows=2000)
TEXT = "Norway and Chile signed a treaty in Oslo on Monday. Peru’s minister “denied” it, AFP reported."
PAGE = (
    "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Treaty | Fjord Times</title>"
    "<meta property='article:published_time' content='2021-05-04T10:00:00Z'></head>"
    f"<body><nav><a href='/'>Home</a></nav><article><h1>Treaty</h1><p>{TEXT}</p></article></body></html>"
)
ROWS = [
    {"id": "1", "text": TEXT, "published": "2021-05-04", "url": "https://fjord.example/2021/05/04/a"},
    {"id": "2", "text": "Chile denied it.", "published": "Tue, 04 May 2021 10:31:00 GMT", "url": ""},
]
RSS = (
    "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'b'>]><rss xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
    "<channel><title>Fjord Times</title><language>en-gb</language><item><title>Treaty</title><link>https://fjord.example/a"
    "</link><guid>g1</guid><pubDate>Tue, 04 May 2021 10:31:00 GMT</pubDate><description>Short &a;.</description>"
    f"<content:encoded><![CDATA[<p>{TEXT}</p>]]></content:encoded></item></channel></rss>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>Fjord Times</title><entry><title type='html'>Treaty</title><id>e1</id>"
    "<link rel='self' href='x'/><link href='https://fjord.example/a'/><published>2021-05-04T10:00:00Z</published>"
    f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>{TEXT}</p></div></content></entry></feed>"
)
FRAMES = (
    'type = "ACCUSE"\n[[frame]]\nid = "accuse.slam-me"\nmode = "disapprove"\nverb = ["slam"]\nactor = ["subject"]\n'
    'recipient = ["object", "object.owner"]\nconfidence = 0.7\ncontext = []\nwhen = {object = "party"}\n'
    '[[frame.example]]\ntext = "Oslo slammed Lima."\nactor = ["NOR"]\nrecipient = ["PER"]\n'
)
ACTORS = (
    '[[organisation]]\nid = "FJO"\nname = "Fjord Council"\nkind = "igo"\nnames = ["FC"]\nstart = "1990"\n'
    '[[role]]\nwords = ["fjord warden"]\nkind = "office"\nsector = "GOV"\n[[trap]]\nkind = "x"\nwords = ["Oslo Accords"]\n'
    'patterns = ["{name} Cup"]\n[[group]]\nname = "g"\nwords = ["the two"]\nmembers = ["FJO"]\n'
)


def _warc(kind: str = "text/html; charset=utf-8", encoding: str = "") -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{encoding}\r\n".encode() + PAGE.encode()
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://fjord.example/a\r\nWARC-Date: 2021-05-04T00:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return (head.encode() + http + b"\r\n\r\n") * 2


def _csv() -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROWS[0]))
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode()


def _parquet() -> bytes:
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (("b.txt", TEXT.encode()), ("../c.html", PAGE.encode()), ("d.csv", _csv())):
            archive.writestr(name, data)
    return out.getvalue()


def _texts(*pieces: str) -> tuple[bytes, ...]:
    return tuple(piece.encode("utf-8", "surrogatepass") for piece in pieces)


# Pieces that have broken readers of such things before, in this program or in others.
_ODD = _texts(
    "\x00",
    "\ud800",
    "\u202e",
    "\ufeff",
    "\x85",
    "\u2028",
    "\U0001f600",
    "İ",
    "ﬁ",
    "a" * 300,
    "\n" * 50,
    " " * 200,
)
_DATES = _texts(
    "0000-00-00", "9999-12-31", "2021-02-30", "2021-05-04T25:61:61+99:99", "20210504", "٤ May 2021", "May ²1, 2021", "-1",
    "Feb. 29, 2023", "1e9", "31 June 2020", "Thu, 32 Dec 2020 10:00:00 GMT", "2021-05-04" * 9, "١٩٩٩-٠١-٠١",
)  # fmt: skip
_TAGS = _texts(
    "<p>", "</p>", "<div" + " a='b'" * 30 + ">", "<article>", "<html>", "<body>", "<table><tr><td>", "<!--", "-->", "<![CDATA[", "]]>",
    "<script>", "<base href='http://[::1'>", "<a href='http://[bad'>", "<meta charset='utf-7'>", "<meta http-equiv=refresh>", "&#xD800;",
    "&#0;", "&nbsp;", "<time datetime='2021-13-45'>", "<div>" * 300, "<link rel=canonical href='//['>", "<title/>", "<?xml version='1.1'?>",
    '<script type="application/ld+json">{"datePublished": 7, "@type": [], "publisher": {"name": 1}}</script>',
)  # fmt: skip
_CODECS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "cp1251",
    "koi8-r",
    "gb18030",
    "shift_jis",
    "utf-7",
    "big5",
)
_NUMBERS = _texts(
    "-1",
    "1e999",
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
    '"',
    "\\ud800",
    "\\u0000",
    "9" * 400,
    "0x1F",
    "inf",
    "1979-05-27",
)


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of input: the file's name, seeds, pieces put in by mutation, and what reads it."""

    name: str
    file: str
    seeds: tuple[bytes, ...]
    pieces: tuple[bytes, ...]
    read: Callable[[str], tuple[list[CodedDocument], list[str]]]


def _read_articles(path: str) -> tuple[list[CodedDocument], list[str]]:
    done, refused = [], []
    for found in read_articles([path], limits=LIMITS):
        try:
            if isinstance(found, InputError):
                raise found
            d = clean_article(found)
        except InputError as error:
            if not (error.name and error.reason):
                raise AssertionError("an error that names nothing") from error
            refused.append(str(error))
        else:
            done.append(
                CodedDocument(d.id, d.title, d.published, d.publisher, d.url, d.lang, d.text, notes=d.notes)
            )
    if not done and not refused:
        raise AssertionError("an input that is neither read nor named")
    return done, refused


def _read_ontology(path: str) -> tuple[list[CodedDocument], list[str]]:
    shipped = [*list_data_files("ontology", ".toml"), *list_data_files("frames", "classes.toml")]
    return _load(path, lambda: load_ontology([*(Path(str(f)) for f in shipped), Path(path)], shipped=False))


def _read_actors(path: str) -> tuple[list[CodedDocument], list[str]]:
    def load() -> None:
        builder = _Builder()
        builder.add_toml(next(f for f in list_data_files("actors", ".toml") if f.name == "states.toml"))
        builder.own.add(path)
        if path.endswith(".csv"):
            builder.add_csv(Path(path))
        else:
            builder.add_toml(Path(path))
        builder.build()

    return _load(path, load)


def _load(path: str, load: Callable[[], object]) -> tuple[list[CodedDocument], list[str]]:
    try:
        load()
    except KnowledgeError as error:
        if Path(path).name not in str(error):
            raise AssertionError(f"an error that doesn't name its file: {error}") from error
        return [], [str(error)]
    return [], []


PEOPLE = (
    "id,name,aliases,country,sector,office,title,start,end\n"
    "kari-dal,Kari Dal,K. Dal|Dal,NOR,GOV,head-of-government,Prime Minister,2015-09-01,2019-08-31\n"
    "ole-vik,Ole Vik,,NOR,GOV,minister,Foreign Minister,2001,\n"
)


TARGETS: tuple[Target, ...] = (
    Target("html", "a.html", _texts(PAGE, f"<p>{TEXT}</p>"), _TAGS + _DATES + _ODD, _read_articles),
    Target("text", "a.txt", _texts(TEXT, f"Treaty\n\nBy AFP\n\n{TEXT}\n"), _texts("By Reuters", "OSLO, May 4 (AFP) - ", "Source: X", "Home > A > B", "&amp;#8217;") + _DATES + _ODD, _read_articles),
    Target("markdown", "a.md", _texts(f"---\ntitle: T\ndate: 2021-05-04\n---\n# T\n\n**{TEXT}**\n"), _texts("---\n", "[a](b)", "![", "```", "> " * 99, "<b>", "* " * 99) + _ODD, _read_articles),
    Target("encodings", "a.txt", tuple(TEXT.encode(c, "replace") for c in _CODECS), (*("Öл漢é".encode(c, "replace") for c in _CODECS), b"\xff\xfe", b"\xef\xbb\xbf", b"\x80\x81", b"\x1b$B"), _read_articles),
    Target("page encodings", "a.html", tuple(PAGE.replace("utf-8", c).encode(c, "replace") for c in _CODECS), _texts(*_CODECS, "rot13", "base64", "idna", "unicode_escape", "x-user-defined"), _read_articles),
    Target("dates", "a.jsonl", _texts(*(json.dumps(row) for row in ROWS)), _DATES + _NUMBERS, _read_articles),
    Target("jsonl", "a.jsonl", _texts("\n".join(json.dumps(row) for row in ROWS)), _NUMBERS + _ODD, _read_articles),
    Target("csv", "a.csv", (_csv(), _csv().replace(b",", b";"), _csv().decode().encode("utf-16")), _texts(",", ";", "\t", '"', "\r", "\n", ",,,,") + _ODD + _DATES, _read_articles),
    Target("parquet", "a.parquet", (_parquet(),), (b"PAR1", b"\xff" * 8, b"\x00" * 8, b"\x15\x02\x19"), _read_articles),
    Target("rss", "a.xml", _texts(RSS), _TAGS + _DATES + _ODD + _texts("<item>", "</item>", "&a;", "<guid/>"), _read_articles),
    Target("atom", "a.xml", _texts(ATOM), _TAGS + _DATES + _ODD + _texts("<entry>", "</entry>", "<link/>", "<title><b>x</b></title>"), _read_articles),
    Target("warc", "a.warc", (_warc(), _warc("text/plain"), _warc(encoding="Content-Encoding: gzip\r\n"), _warc(encoding="Transfer-Encoding: chunked\r\n")), _texts("WARC/1.0\r\n", "Content-Length: 99999999999\r\n", "Content-Length: -5\r\n", "\r\n\r\n", "WARC-Type: resource\r\n", "HTTP/1.1 abc\r\n", "charset=utf-16", "WARC-Target-URI: \r\n", ": \r\n") + _ODD, _read_articles),
    Target("warc.gz", "a.warc.gz", (gzip.compress(_warc(), mtime=0),), (b"\x1f\x8b\x08\x00", b"\x00" * 8), _read_articles),
    Target("zip", "a.zip", (_zip(),), (b"PK\x03\x04", b"PK\x05\x06", b"PK\x01\x02", b"../", b"\xff\xff\xff\xff"), _read_articles),
    Target("gz", "a.txt.gz", (gzip.compress(TEXT.encode(), mtime=0),), (b"\x1f\x8b\x08\x08", b"\x00" * 8), _read_articles),
    Target("unnamed", "a", _texts(TEXT, PAGE, RSS, json.dumps(ROWS[0])), _ODD, _read_articles),
    Target("frames (TOML)", "a.toml", _texts(FRAMES), _NUMBERS + _ODD + _texts('""', "[[frame]]", "[classes]", "[[type]]", '"@x"', '"+"', "[frame.when]"), _read_ontology),
    Target("actors (TOML)", "a.toml", _texts(ACTORS), _NUMBERS + _ODD + _texts('""', "[[state]]", "[[trap]]", '"("', '"{name}{name}"', '" "'), _read_actors),
    Target("people (CSV)", "a.csv", _texts(PEOPLE), _texts(",", '"', "\n", ";", "|") + _ODD + _DATES, _read_actors),
)  # fmt: skip


def mutate(target: Target, dice: random.Random, more: bytes = b"") -> bytes:
    """A seed with pieces put in, bytes changed, spans cut out or doubled; `more` is put in, too."""
    data = bytearray(dice.choice(target.seeds))
    pieces = [*target.pieces, *([more] if more else [])]
    for _ in range(dice.choice((0, 1, 1, 2, 3, 8, 20))):
        at = dice.randrange(len(data) + 1)
        match dice.randrange(6):
            case 0 if at < len(data):
                data[at] = dice.randrange(256)
            case 1:
                del data[at : at + dice.choice((1, 3, 20, 200))]
            case 2:
                start = dice.randrange(len(data) + 1)
                data[at:at] = data[start : start + dice.choice((5, 50, 500))]
            case 3:
                # in the place of a value, so that what stands around it still parses
                end = at + dice.randrange(12)
                data[at:end] = dice.choice(pieces)
            case _:
                data[at:at] = dice.choice(pieces)
    return bytes(data)


@dataclass(slots=True)
class Checker:
    """Reads inputs and keeps what came of them in a database; every `code_every`-th document is coded, too."""

    folder: Path
    store: Store
    coder: Coder | None = None
    code_every: int = 20
    _run: str = ""
    _seen: int = 0

    def check(self, target: Target, data: bytes) -> tuple[int, int]:
        """How many documents were stored and how many inputs refused by a named error. Raises on a fault."""
        path = self.folder / target.file
        path.write_bytes(data)
        done, refused = target.read(str(path))
        for n, document in enumerate(done):
            self._seen += 1
            if self.coder and self._seen % self.code_every == 0:
                done[n] = self.coder.code(
                    document.text[:2000] if document.text.strip() else "x", id=document.id
                )
                check_spans(done[n])
        self._run = self._run or self.store.start_run("1")
        self.store.add(done, self._run)
        self.store.add_failures([InputError(target.name, reason) for reason in refused], self._run)
        for document in done:
            if not self.store.has(document.id):
                raise AssertionError(f"not stored: {document.id!r}")
        return (len(done) if done else not refused), len(refused)


def check_spans(document: CodedDocument) -> None:
    """Raises AssertionError unless `text[start:end]` is the quoted piece."""
    for event in document.events:
        members: Sequence[tuple[str, tuple[int, int]]] = [
            (m.text, m.span) for m in (*event.actor, *event.recipient)
        ]
        for text, (start, end) in (*members, (event.trigger.text, event.trigger.span)):
            if document.text[start:end] != text:
                raise AssertionError(f"{text!r} is not at {start}")
