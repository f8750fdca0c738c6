"""`communique serve` itself: it starts, answers, keeps to its host, and stops when told."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from communique.store import open_store


@contextmanager
def run_serve(*args: str, env: dict[str, str] | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command on a free port, and the address it says."""
    command = [sys.executable, "-m", "communique", "serve", *args, "--port", "0", "--no-browser"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert found, (line, process.stderr.read() if process.stderr else "")
            yield process, found[0]
        finally:
            process.kill()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_its_own_host_and_stops(small: Path, stop: signal.Signals) -> None:
    with run_serve(str(small)) as (process, address):
        assert httpx.get(address).status_code == 200
        assert httpx.get(f"{address}?_format=json").json()["documents"] == 21
        assert httpx.get(address, headers={"Host": "evil.example"}).status_code == 421
        process.send_signal(stop)
        assert process.wait(30) in (0, 130)
        assert process.stderr and "Traceback" not in process.stderr.read()
    with open_store(small) as store:  # nothing holds it
        assert store.count()["documents"] == 21


def test_what_cannot_be_served_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "communique", "serve", str(tmp_path / "none.duckdb"), "--no-browser"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "none.duckdb: no such file" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
def test_an_article_is_coded_first_and_gone_afterwards(tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("Kenya’s president met his Ugandan counterpart in Nairobi on Monday.\n", "utf-8")
    kept = tmp_path / "temporary"
    kept.mkdir()

    with run_serve(str(article), env=os.environ | {"TMPDIR": str(kept)}) as (process, address):
        page = httpx.get(f"{address}?_format=json").json()
        assert page["documents"] == 1 and page["events"] == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert not list(kept.glob("**/*.duckdb"))
