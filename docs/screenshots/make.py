"""Makes the pictures of docs/workbench.md: `python docs/screenshots/make.py`, with Chromium installed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "serve"))

from playwright.sync_api import sync_playwright  # noqa: E402
from stores import read_coded  # noqa: E402
from test_serve_browser import find_chromium, serve  # noqa: E402

SAMPLES = HERE.parent.parent / "src" / "communique" / "data" / "samples"
READER = f"/document?id={read_coded()[1].id}"
#: Name, address, colour scheme and width of each picture; the network is as tall as wide.
PICTURES = (
    ("overview", "/", "light", 1200),
    ("reader", READER, "light", 1200),
    ("reader-dark", READER, "dark", 1200),
    ("reader-narrow", READER, "light", 390),
    ("actor", "/actor?id=IRN", "light", 1200),
    ("dyad", "/dyad?a=PRK&b=USA", "light", 1200),
    ("network", "/network", "light", 1200),
    ("network-dark", "/network?by=year&at=2015-01-01", "dark", 1200),
    ("positions", "/positions", "light", 1200),
    ("disputes", "/disputes", "light", 1200),
    ("map", "/map", "dark", 1200),
    ("new", "/new", "light", 1200),
    ("new-dark", "/new", "dark", 1200),
    ("review", "/review?reviewer=Anna", "light", 1200),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        path = Path(folder) / "news.duckdb"
        subprocess.run([sys.executable, "-m", "communique", "code", SAMPLES, "--db", path], check=True)
        browser = play.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        with serve(path) as site:
            for name, address, scheme, width in PICTURES:
                page = browser.new_page(
                    color_scheme=scheme,  # type: ignore[arg-type]
                    viewport={"width": width, "height": 1270 if name.startswith("network") else 900},
                )
                page.goto(site + address)
                page.screenshot(path=HERE / f"{name}.png")
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
