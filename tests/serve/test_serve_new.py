"""A new article: handed in as text or file, coded in the background, and what can't be coded said."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from stores import make_store
from test_serve_security import HOSTILE, Inspector

from communique.coder import Coder
from communique.serve.web import LARGEST_FORM, create_app
from communique.store import open_store

BASE = "http://127.0.0.1:8765"
ARTICLE = (
    "Kenya’s president met his Ugandan counterpart in Nairobi on Monday.\n\nTanzania condemned Rwanda.\n"
)
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("new") / "new.duckdb", 2)


@pytest.fixture(scope="module")
def loads() -> list[Coder]:
    return []


@pytest.fixture(scope="module")
def bench(store: Path, coder: Coder, loads: list[Coder]) -> TestClient:
    def load() -> Coder:
        loads.append(coder)
        return coder

    return TestClient(create_app(store, load=load), base_url=BASE, follow_redirects=False)


def hand_in(client: TestClient, file: tuple[str, bytes] | None = None, **fields: str) -> Any:
    token = re.findall(r'name="token" value="([^"]+)"', client.get("/new").text)[0]
    return client.post(
        "/new", data={"token": token} | fields, files={"file": file or ("", b"")}, headers=JSON
    )


def wait(client: TestClient, answer: Any) -> Any:
    assert answer.status_code == 202, answer.text
    for _ in range(600):
        page = client.get("/new", params={"job": answer.json()["progress"]["job"]}, headers=JSON).json()
        if page["progress"]["href"] or page["progress"]["error"]:
            return page
        time.sleep(0.05)
    raise AssertionError(page)


def test_a_pasted_article_is_coded_and_opens(bench: TestClient, store: Path, loads: list[Coder]) -> None:
    page = wait(
        bench,
        hand_in(bench, text=ARTICLE, headline="Leaders meet", published="2021-03-02", publisher="A <b>"),
    )
    assert [step["state"] for step in page["progress"]["steps"]] == ["done"] * 5
    job = page["progress"]["job"]
    moved = bench.get("/new", params={"job": job})
    assert (moved.status_code, moved.headers["location"]) == (303, page["progress"]["href"])
    article = bench.get(page["progress"]["href"], headers=JSON).json()
    assert (article["title"], article["published"], article["publisher"]) == (
        "Leaders meet",
        "2021-03-02",
        "A <b>",
    )
    assert {event["line"]["type"] for event in article["events"]} >= {"CONSULT", "ACCUSE"}
    with open_store(store) as opened:
        assert opened.has(article["id"])
        before = opened.count()
    # the same again leads to the stored one, and the coder is loaded once for all
    again = wait(bench, hand_in(bench, text=ARTICLE, headline="Leaders meet", published="2021-03-02"))
    assert again["progress"]["known"] is False  # another publisher is another reading
    same = wait(bench, hand_in(bench, text=ARTICLE, headline="Leaders meet", published="2021-03-02"))
    assert same["progress"]["known"] and same["progress"]["href"] == page["progress"]["href"]
    assert loads and len(loads) == 1
    with open_store(store) as opened:
        assert opened.count()["documents"] == before["documents"]


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("a.txt", ARTICLE.encode(), None),
        ("b.MD", b"# Two met\n\n" + ARTICLE.encode() + b"\n*Third* paragraph.", "Two met"),
        (
            "../../c.html",
            b"<html><head><title>A page</title></head><body><article><h1>A page</h1><p>"
            + ARTICLE.replace("\n\n", "</p><p>").encode()
            + b"</p></article></body></html>",
            "A page",
        ),
        ("d.jsonl", b'{"text": "Norway met Sweden in Oslo to talk about fish.", "title": "Fish"}\n', "Fish"),
    ],
)
def test_a_file_is_coded(bench: TestClient, name: str, content: bytes, title: str | None) -> None:
    page = wait(bench, hand_in(bench, (name, content), published="2020-01-02"))
    assert page["progress"]["error"] is None
    article = bench.get(page["progress"]["href"], headers=JSON).json()
    assert article["events"]
    if title:
        assert article["title"] == title


GERMAN = "Die Außenministerin traf am Montag in Berlin ihren französischen Amtskollegen, um über Zölle zu sprechen."


@pytest.mark.parametrize(
    ("file", "fields", "reason"),
    [
        (None, {}, "There is no text"),
        (None, {"text": "  \n "}, "There is no text"),
        (("a.txt", b"x"), {"text": "y"}, "Both a text and a file"),
        (None, {"text": ARTICLE, "published": "yesterday"}, "Day of publication: not a date"),
        (None, {"text": ARTICLE, "url": "h" * 2_001}, "at most 2,000 characters"),
        (None, {"text": "* * *"}, "empty|no text"),
        (None, {"text": GERMAN}, "“de”, and only English"),
        (None, {"text": "Norway met Sweden. " * 15_000}, "too long: 2[0-9]{2},[0-9]{3} characters"),
        (("a.txt", bytes(range(256)) * 20), {}, "binary"),
        (("a.pdf", b"%PDF-1.7 ..."), {}, r"\.pdf is not a kind of file"),
        (("a.jsonl", b'{"text": "Iran met Iraq."}\n' * 2), {}, "more than one article"),
        (("a.html", b"<html><body></body></html>"), {}, "no article text"),
    ],
)
def test_what_cannot_be_coded_is_said(
    bench: TestClient, store: Path, file: Any, fields: dict[str, str], reason: str
) -> None:
    before = dump(store)
    answer = hand_in(bench, file, **fields)
    page = answer.json() if answer.status_code == 422 else wait(bench, answer)
    error = page["error"]
    assert re.search(reason, error, re.IGNORECASE), error
    assert page["text"] == fields.get("text", "")
    if page["progress"]:
        html = bench.get("/new", params={"job": page["progress"]["job"]}).text
        assert 'role="alert"' in html
    assert dump(store) == before


def dump(path: Path) -> dict[str, int]:
    with open_store(path) as opened:
        return opened.count()


def test_hostile_articles_stay_text(bench: TestClient) -> None:
    for n, bad in enumerate(HOSTILE):
        fields = {"text": f"Norway met Sweden. {bad}", "headline": bad, "publisher": bad, "url": bad}
        pages = [hand_back(bench, fields)]
        if n % 4 == 0:
            progress = wait(bench, hand_in(bench, **fields))["progress"]
            pages.append(bench.get(progress["href"] or f"/new?job={progress['job']}").text)
        for html in pages:
            inspector = Inspector()
            inspector.feed(html)
            assert not inspector.found, (bad, inspector.found)


def hand_back(client: TestClient, fields: dict[str, str]) -> str:
    """The form again, with what was entered."""
    token = re.findall(r'name="token" value="([^"]+)"', client.get("/new").text)[0]
    answer = client.post("/new", data=fields | {"token": token, "published": "never"})
    assert answer.status_code == 422
    return answer.text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"data": {"text": ARTICLE}}, 403),
        ({"data": {"text": ARTICLE, "token": "x"}}, 403),
        ({"data": {"text": ARTICLE, "token": "x"}, "headers": {"Origin": "http://evil.example"}}, 403),
        ({"content": b"{}", "headers": {"Content-Type": "application/json"}}, 415),
        ({"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"content": b"x" * 50, "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, 400),
        ({"data": {"token": "x"}, "files": {"file": ("a.txt", b"x" * LARGEST_FORM)}}, 413),
    ],
)
def test_other_sites_and_floods_are_refused(bench: TestClient, change: dict[str, Any], status: int) -> None:
    assert bench.post("/new", **change).status_code == status


def test_a_job_that_is_not_there_is_said(bench: TestClient) -> None:
    assert bench.get("/new?job=nothing").status_code == 404
