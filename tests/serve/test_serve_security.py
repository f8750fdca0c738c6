"""Hostile articles and hostile sites: nothing is executed, nothing leaks, nothing changes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import duckdb
import pytest
from starlette.testclient import TestClient
from stores import make_store, read_coded

from communique.records import Member, Piece, StanceObject
from communique.serve.security import POLICY
from communique.serve.web import create_app
from communique.store import open_store

BASE = "http://127.0.0.1:8765"
HOSTILE = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=document.title='owned'>",
    "<svg onload=document.title='owned'><animate onbegin=alert(1)>",
    "\"><a href=javascript:document.title='owned'>x</a>",
    "javascript:document.title='owned'",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7 * 191 }}{% for x in (1,) %}{{ config }}{% endfor %}",
    "'; drop table documents; --",
    "' or 1=1; update documents set title='owned'; --",
    "</title><script>alert(1)</script><title>",
    "--><script>alert(1)</script><!--",
    "\u202etxt.exe \x00\x07 \ufeff",
    "x' onmouseover='alert(1)' \" onfocus=\"alert(1)\" autofocus",
)


def make_hostile(path: Path) -> Path:
    """A store with each hostile string in every field that comes from outside."""
    sample = read_coded()[0]
    docs = []
    for n, bad in enumerate(HOSTILE):

        def spoil(members: tuple[Member, ...], bad: str = bad) -> tuple[Member, ...]:
            return tuple(replace(m, id=bad, code=bad, text=bad) for m in members)

        docs.append(
            replace(
                sample,
                id=f"{bad} {n}",
                title=bad,
                publisher=bad,
                url=bad,
                text=bad + sample.text[len(bad) :],
                notes=(bad,),
                actors=tuple(
                    replace(a, id=bad, name=bad, code=bad, office=bad, kind=bad, country=bad, sector=bad)
                    for a in sample.actors[:1]
                ),
                events=tuple(
                    replace(
                        e,
                        id=bad,
                        actor=spoil(e.actor),
                        recipient=spoil(e.recipient),
                        mode=bad,
                        context=(bad,),
                        cameo=bad,
                        trigger=Piece(bad, e.trigger.span),
                        made_by=bad,
                        date=replace(e.date, text=bad) if e.date else None,
                        place=replace(e.place, text=bad, country=bad) if e.place else None,
                        quantities=tuple(replace(q, unit=bad, text=bad, of=bad) for q in e.quantities),
                    )
                    for e in sample.events
                ),
                statements=tuple(
                    replace(
                        s,
                        source=spoil(s.source),
                        content=tuple(replace(c, text=bad) for c in s.content),
                        made_by=bad,
                    )
                    for s in sample.statements
                ),
                stances=tuple(
                    replace(
                        s,
                        holder=spoil(s.holder),
                        object=StanceObject(bad, s.object.span, (bad,)),
                        made_by=bad,
                    )
                    for s in sample.stances
                ),
            )
        )
    with open_store(path, write=True) as store:
        store.add(docs, store.start_run("1.0.0"))
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hostile(tmp_path_factory.mktemp("hostile") / "hostile.duckdb")


def list_addresses() -> Iterator[str]:
    """Every page, asked for with every hostile string in every parameter."""
    yield "/"
    yield "/map"
    yield "/network"
    yield "/positions"
    yield "/disputes"
    for n, bad in enumerate(HOSTILE):
        yield "/document?" + urlencode({"id": f"{bad} {n}", "layers": bad})
        yield "/actor?" + urlencode({"id": bad})
        yield "/dyad?" + urlencode({"a": bad, "b": bad})
        yield "/dyad?" + urlencode({"a": "USA", "b": "IRN", "acts": bad, "at": bad})
        yield "/network?" + urlencode({"by": bad, "at": bad})
        yield "/positions?" + urlencode({"holder": bad, "issue": bad})
        yield "/disputes?" + urlencode({"actor": bad})
        yield "/map?" + urlencode({"at": bad, "view": bad})
        for name in ("q", "actor", "with", "type", "factuality", "publisher", "from", "to", "page"):
            yield "/?" + urlencode({name: bad})


class Inspector(HTMLParser):
    """Collects what a page could run or lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and not (values.get("src") or "").startswith("/static/"):
            self.found.append(f"script {values}")
        if tag in ("iframe", "object", "embed", "base", "img", "style", "animate", "foreignobject"):
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "autofocus"):
                self.found.append(f"{tag} {name}")
            if name in ("href", "src", "action", "xlink:href", "formaction"):
                scheme = urlsplit((value or "").strip()).scheme
                if scheme not in ("", "http", "https"):
                    self.found.append(f"{tag} {name}={value}")


def test_hostile_articles_and_addresses_do_nothing(hostile: Path) -> None:
    client = TestClient(create_app(hostile), base_url=BASE)
    before = dump(hostile)
    served = 0
    for address in list_addresses():
        answer = client.get(address)
        assert answer.status_code in (200, 400, 404), (address, answer.text)
        served += answer.status_code == 200
        inspector = Inspector()
        inspector.feed(answer.text)
        assert not inspector.found, (address, inspector.found)
        assert "1337" not in answer.text
        assert client.get(address, headers={"Accept": "application/json"}).status_code == answer.status_code
    assert served > 3 * len(HOSTILE)
    assert dump(hostile) == before


def dump(path: Path) -> list[object]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'main'"
            ).fetchall()
        ]
        return [
            connection.execute(f"select {t!r}, count(*), sum(hash(t)) from {t} t").fetchall()
            for t in sorted(tables)
        ]


@pytest.mark.parametrize("address", ["/", "/nowhere", "/static/style.css", "/?from=x"])
def test_every_answer_carries_the_policy(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:8765"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Host": ""}, 421),
        ({"Host": "[::1"}, 421),
        ({"Host": "localhost:9"}, 200),
        ({"Host": "[::1]:8765"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://127.0.0.1:8765"}, 403),
        ({"Origin": "http://127.0.0.1:8766"}, 403),
        ({"Origin": "http://127.0.0.1:8765"}, 200),
    ],
)
def test_other_hosts_and_origins_are_refused(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    for address in ("/", "/static/style.css"):
        answer = client.get(address, headers=headers)
        assert answer.status_code == status
        assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    assert client.request(method, "/").status_code == 405


def test_a_run_that_writes_is_named_and_not_disturbed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("communique.serve.source.PATIENCE", 0.3)
    path = make_store(tmp_path / "busy.duckdb", 2)
    client = TestClient(create_app(path), base_url=BASE)
    program = (
        f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout and run.stdin and run.stdout.readline() == "ready\n"
        answer = client.get("/")
        run.stdin.close()
        run.wait()
    assert answer.status_code == 503
    assert "A run is writing" in answer.text
    assert client.get("/").status_code == 200
    with open_store(path, write=True) as store:  # nothing is held between requests
        store.start_run("1.0.0")
    assert client.get("/").status_code == 200
