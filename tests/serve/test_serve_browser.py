"""The workbench in Chromium: every page walked by mouse and by keyboard, scripts off and on, and checked with axe.

Needs Debian's `chromium` (`apt-get install chromium`), or another named by COMMUNIQUE_CHROMIUM; without one these are passed over, and fail in CI.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from stores import make_store, read_coded
from test_serve_security import HOSTILE, list_addresses, make_hostile

from communique.serve.server import open_socket
from communique.serve.web import create_app
from communique.store import open_store

DOC = read_coded()[0]
PAGES = (
    "/",
    "/?q=nuclear&type=AGREE",
    f"/document?id={DOC.id}",
    "/actor?id=USA",
    "/dyad?a=IRN&b=USA",
    "/network",
    "/network?by=year&at=2018-06-01",
    "/positions",
    "/positions?holder=USA",
    "/disputes",
    "/map",
    "/map?view=world",
    "/new",
    "/review",
    "/review?reviewer=Anna",
    "/review?reviewer=Anna&kind=statement",
    "/review?reviewer=Anna&kind=stance",
    "/nowhere",
)


def find_chromium() -> str:
    found = os.environ.get("COMMUNIQUE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        reason = "no Chromium: apt-get install chromium, or name one in COMMUNIQUE_CHROMIUM"
        assert "CI" not in os.environ, reason
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        # no sandbox: CI runs as root in a container
        yield play.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])


@contextmanager
def serve(path: Path, **options: Any) -> Iterator[str]:
    with open_socket("127.0.0.1", 0) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(path, **options), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def site(small: Path) -> Iterator[str]:
    with serve(small) as address:
        yield address


@contextmanager
def open_page(browser: Browser, **options: Any) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what goes wrong on it: script errors, and whatever the policy blocks."""
    context = browser.new_context(**options)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: (errors.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on(
        "console",
        lambda message: (
            errors.append(message.text)
            if message.type == "error" and "status of 404" not in message.text
            else None
        ),
    )
    try:
        yield page, errors
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_violation(browser: Browser, site: str, scheme: str) -> None:
    with open_page(browser, color_scheme=scheme) as (page, errors):
        for address in PAGES:
            page.goto(site + address)
            found = Axe().run(page).response["violations"]
            grave = [
                (v["id"], v["nodes"][0]["html"][:160], v["nodes"][0].get("failureSummary", "")[:200])
                for v in found
                if v["impact"] in ("serious", "critical")
            ]
            assert not grave, (address, grave)
        assert not errors


@pytest.mark.parametrize("width", [390, 1200])
def test_no_page_is_wider_than_the_window(browser: Browser, site: str, width: int) -> None:
    with open_page(browser, viewport={"width": width, "height": 800}) as (page, _):
        for address in PAGES:
            page.goto(site + address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_every_link_of_every_page_leads_somewhere(browser: Browser, site: str) -> None:
    with open_page(browser) as (page, errors):
        seen: set[str] = set()
        for address in PAGES[:-1]:
            page.goto(site + address)
            links = page.eval_on_selector_all(
                "a[href]", "all => all.map(one => one.href.baseVal ?? one.href)"
            )
            inner = {link.removeprefix(site).split("#")[0] for link in links if link.startswith((site, "/"))}
            for link in sorted(inner - seen)[:25]:
                answer = page.request.get(site + link)
                assert answer.status == 200, (address, link)
            seen |= inner
        assert len(seen) > 60
        assert not errors


def test_a_row_lights_its_words_and_the_other_way_round(browser: Browser, site: str) -> None:
    with open_page(browser) as (page, errors):
        page.goto(f"{site}/document?id={DOC.id}")
        event = DOC.events[0]
        row = page.locator("#event-0")
        row.locator(".quote").hover()
        lit = page.locator(".text .lit").all_inner_texts()
        assert event.trigger.text in lit
        assert any(event.actor[0].text in piece for piece in lit)
        page.locator(".text a[href='#event-0']").first.hover()
        assert "lit" in (row.get_attribute("class") or "")
        page.locator("h1").hover()
        assert page.locator(".lit").count() == 0
        page.locator("#event-0 a.words").focus()
        assert event.trigger.text in page.locator(".text .lit").all_inner_texts()
        page.keyboard.press("Enter")
        assert page.url.endswith("#t-event-0")
        assert not errors


def test_layers_switch_and_stay_in_the_address(browser: Browser, site: str) -> None:
    with open_page(browser) as (page, errors):
        page.goto(f"{site}/document?id={DOC.id}")
        assert page.locator(".rows-stances").is_visible()
        page.locator("#layer-stances").uncheck()
        page.locator("#layer-statements").uncheck()
        assert "layers=events" in page.url
        page.goto(page.url)
        assert page.locator(".rows-events").is_visible()
        assert not page.locator(".rows-stances").is_visible()
        assert not page.locator("#layer-statements").is_checked()
        assert not errors


def test_filters_stay_in_the_address(browser: Browser, site: str) -> None:
    with open_page(browser) as (page, errors):
        page.goto(site)
        page.get_by_label("Actor").fill("USA")
        page.get_by_label("Type").select_option("CONSULT")
        page.get_by_role("button", name="Show").click()
        assert "actor=USA" in page.url and "type=CONSULT" in page.url
        events = page.locator(".numbers div").nth(1).locator("dd").inner_text()
        data = page.request.get(page.url, headers={"Accept": "application/json"}).json()
        assert events == f"{data['events']:,}"
        page.get_by_role("link", name="Show all").click()
        assert page.url.rstrip("/") == site
        assert not errors


def test_the_slider_steps_through_time_by_keyboard(browser: Browser, site: str) -> None:
    with open_page(browser) as (page, errors):
        page.goto(f"{site}/network?by=year")
        data = page.request.get(page.url, headers={"Accept": "application/json"}).json()
        assert page.locator("#shown h2").inner_text() == "All time"
        slider = page.get_by_role("slider")
        slider.focus()
        for stop in data["stops"][1:4]:
            page.keyboard.press("ArrowRight")
            page.locator("#shown h2", has_text=stop["label"]).wait_for()
            assert page.url == site + stop["href"]
            assert slider.get_attribute("aria-valuetext") == stop["label"]
            assert page.locator(".stops a[aria-current]").inner_text() == stop["label"]
            shown = page.request.get(page.url, headers={"Accept": "application/json"}).json()
            assert page.locator(".net line.tie").count() == len(shown["ties"])
            assert page.locator(".listed tbody tr").count() == len(shown["ties"])
            assert page.evaluate("document.activeElement.type") == "range"
        page.reload()
        assert page.locator("#shown h2").inner_text() == data["stops"][3]["label"]
        assert slider.input_value() == "3"
        assert not errors


def test_the_network_leads_to_pairs_and_dossiers(browser: Browser, site: str) -> None:
    with open_page(browser) as (page, errors):
        page.goto(f"{site}/network")
        page.locator(".listed tbody a").first.click()
        assert "/dyad?" in page.url
        page.go_back()
        page.locator(".net a[aria-label^=USA]").last.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/actor?id=USA")
        page.go_back()
        # by an event, since where a line's middle is others may cross it
        page.locator(".net a[href*='/dyad']").last.dispatch_event("click")
        page.wait_for_url("**/dyad?**")
        assert not errors


def test_the_network_without_scripts(browser: Browser, site: str) -> None:
    with open_page(browser, java_script_enabled=False) as (page, _):
        page.goto(f"{site}/network?by=year")
        assert not page.locator(".slide").is_visible()
        page.get_by_role("navigation", name="Time").get_by_role("link", name="2018").click()
        assert page.locator("#shown h2").inner_text() == "2018"


def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser: Browser, site: str) -> None:
    with open_page(browser) as (page, _):
        for address in PAGES:
            page.goto(site + address)
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "skip"
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.id") == "main"


def test_a_review_by_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    path = make_store(tmp_path / "review.duckdb", 3)
    with serve(path) as site, open_page(browser) as (page, errors):
        page.goto(f"{site}/review")
        page.get_by_label("Your name").fill("Anna")
        page.keyboard.press("Enter")
        page.wait_for_url("**reviewer=Anna**")
        left = int(page.locator("#left").inner_text())
        page.keyboard.press("j")
        page.keyboard.press("a")
        page.locator("#said", has_text="Row 1 accepted.").wait_for()
        page.keyboard.press("r")
        page.locator("#said", has_text="Row 2 rejected.").wait_for()
        page.keyboard.press("k")
        page.keyboard.press("j")
        page.keyboard.press("c")
        type_before = page.locator(".judge li").nth(2).locator("select[name=new-type]").input_value()
        page.keyboard.type("AID" if type_before != "AID" else "COERCE")
        page.locator(".judge li").nth(2).locator("input[name=new-mode]").fill("")
        page.locator(".judge li").nth(2).get_by_role("button", name="Save the correction").press("Enter")
        page.locator("#said", has_text="Row 3 corrected.").wait_for()
        assert int(page.locator("#left").inner_text()) == left - 3
        page.keyboard.press("c")
        page.locator(".judge li").nth(3).get_by_role("button", name="Save the correction").press("Enter")
        page.locator("#said", has_text="Nothing was changed").wait_for()
        page.locator("#keys").uncheck()
        page.locator(".judge li").nth(3).focus()
        page.keyboard.press("a")
        page.reload()
        assert int(page.locator("#left").inner_text()) == left - 3
        assert [e for e in errors if "422" not in e] == []
    with open_store(path) as store:
        rows = store.reviews().to_pylist()
    assert [row["decision"] for row in rows] == ["accept", "reject", "correct"]
    assert {row["reviewer"] for row in rows} == {"Anna"}


def test_a_review_without_scripts(browser: Browser, tmp_path: Path) -> None:
    path = make_store(tmp_path / "plain.duckdb", 1)
    with serve(path) as site, open_page(browser, java_script_enabled=False) as (page, _):
        page.goto(f"{site}/review?reviewer=Ben")
        page.locator(".judge li").first.get_by_label("Why").fill("as it says")
        page.locator(".judge li").first.get_by_role("button", name="Reject").click()
        assert page.url == f"{site}/review?reviewer=Ben&kind=event"
    with open_store(path) as store:
        assert [(r["decision"], r["reason"]) for r in store.reviews().to_pylist()] == [
            ("reject", "as it says")
        ]


def test_an_article_is_pasted_by_keyboard_and_dropped_by_mouse(
    browser: Browser, tmp_path: Path, coder: Any
) -> None:
    path = make_store(tmp_path / "new.duckdb", 1)
    with serve(path, load=lambda: coder) as site, open_page(browser) as (page, errors):
        page.goto(f"{site}/new")
        page.get_by_label("Text of the article").focus()
        page.keyboard.insert_text("Norway’s foreign minister met the Finnish president in Oslo on Tuesday.")
        for _ in range(2):
            page.keyboard.press("Tab")
        page.keyboard.insert_text("Two <b>met</b>")
        page.get_by_label("Publisher").fill("The Example")
        page.keyboard.press("Enter")
        page.wait_for_url("**/document?id=**")
        assert page.locator("h1").inner_text() == "Two <b>met</b>"
        assert page.locator("#event-0").is_visible()
        page.goto(f"{site}/new")
        page.evaluate(
            """() => {
              const data = new DataTransfer();
              data.items.add(new File(["Chile accused Peru of spying, officials in Santiago said."], "a.txt"));
              const form = document.querySelector("form.new");
              for (const type of ["dragover", "drop"])
                form.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
            }"""
        )
        assert page.locator("#said").inner_text() == "a.txt is chosen."
        page.get_by_role("button", name="Code it").click()
        page.wait_for_url("**/document?id=**")
        assert "Chile accused Peru" in page.locator(".text").inner_text()
        page.goto(f"{site}/new")
        page.get_by_role("button", name="Code it").click()
        page.get_by_role("alert").wait_for()
        assert "There is no text" in page.get_by_role("alert").inner_text()
        assert not [
            v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")
        ]
        assert [e for e in errors if "422" not in e] == []


def test_an_article_is_handed_in_without_scripts(browser: Browser, tmp_path: Path, coder: Any) -> None:
    path = make_store(tmp_path / "plain.duckdb", 1)
    ready = threading.Event()

    def load() -> Any:
        ready.wait(30)
        return coder

    with serve(path, load=load) as site, open_page(browser, java_script_enabled=False) as (page, _):
        page.goto(f"{site}/new")
        page.locator("input[type=file]").set_input_files(
            {
                "name": "b.md",
                "mimeType": "text/markdown",
                "buffer": b"# Talks\n\nIran met Iraq in Basra on Monday.",
            }
        )
        page.get_by_role("button", name="Code it").click()
        page.wait_for_url("**/new?job=**")
        page.get_by_text("Loading the dictionaries and models", exact=True).wait_for()
        assert page.locator("[aria-current=step]").count() == 1
        ready.set()
        page.wait_for_url("**/document?id=**")  # the page comes back by itself
        assert page.locator("h1").inner_text() == "Talks"


def test_a_missed_event_is_marked_in_the_text(browser: Browser, tmp_path: Path) -> None:
    path = make_store(tmp_path / "missed.duckdb", 1)
    with serve(path) as site, open_page(browser) as (page, errors):
        page.goto(f"{site}/document?id={DOC.id}")
        page.get_by_text("Add an event that nobody coded").click()
        page.evaluate("getSelection().selectAllChildren(document.querySelector('.text p'))")
        assert page.get_by_label("Its words").input_value() == DOC.text.split("\n")[0]
        page.get_by_label("Type").select_option("REJECT")
        page.get_by_label("Actors").fill("SAU, ARE")
        page.get_by_label("Recipients").fill("QAT")
        page.get_by_label("Your name").fill("Anna")
        page.get_by_role("button", name="Add it").click()
        page.wait_for_url("**#missed")
        assert "REJECT SAU, ARE → QAT · asserted" in page.locator("#missed").inner_text()
        assert not [
            v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")
        ]
        page.get_by_role("button", name="Take back").click()
        page.get_by_text("Missed events (0)").wait_for()
        assert not errors
    with open_store(path) as store:
        assert [row["decision"] for row in store.reviews().to_pylist()] == ["add", "reject"]


def test_hostile_articles_run_nothing(browser: Browser, tmp_path: Path) -> None:
    path = make_hostile(tmp_path / "hostile.duckdb")
    with serve(path) as site, open_page(browser) as (page, errors):
        addresses = [a for a in list_addresses() if a.startswith(("/document", "/actor", "/map"))]
        for address in ["/", "/review?reviewer=Anna", *addresses]:
            page.goto(site + address)
            assert page.title().endswith(" · Communiqué")
            assert page.title() != "owned"
        assert len(addresses) >= 3 * len(HOSTILE)
        assert [e for e in errors if "status of 400" not in e] == []


@pytest.mark.slow
def test_the_walk_over_a_larger_store(browser: Browser, tmp_path: Path) -> None:
    path = make_store(tmp_path / "large.duckdb", 520)
    with open_store(path) as store:
        events = store.count()["events"]
    with serve(path) as site, open_page(browser) as (page, errors):
        page.goto(site)
        assert page.locator(".numbers dd").first.inner_text() == "520"
        assert page.locator(".numbers dd").nth(1).inner_text() == f"{events:,}"
        page.locator("nav.pager a[rel=next]").click()
        assert "Page 2 of" in page.locator("nav.pager").inner_text()
        for address in PAGES[:-1]:
            page.goto(site + address)
            assert page.locator("h1").count() == 1
            data = page.request.get(site + address, headers={"Accept": "application/json"}).json()
            assert page.title() == f"{data['title']} · Communiqué"
            grave = [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] == "critical"]
            assert not grave, (address, grave)
        assert not errors
