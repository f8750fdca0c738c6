"""Runs over articles that are coded already, so that a test of storing needn't wait for coding: `python precoded.py`.

For each line on standard input, a JSON object, a child is forked that runs the real `Run` into a database; after
`kill` seconds, where given, it is killed; no file of it grows over `largest` bytes. The answer, a line, says which documents the run reported as stored, whether
it came to its end, and how many seconds it took. Nothing here opens a database itself: a fork must not copy one.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from communique.commands import run as runs
from communique.commands.run import Plan, Run
from communique.ingest import clean_article, to_article
from communique.records import CodedDocument
from communique.store import open_store


class Coder:
    """Gives for each article what it was coded as before, after a pause."""

    coded: dict[str, CodedDocument]
    pause: float

    def __init__(self, **_: Any) -> None:
        pass

    def code_many(self, articles: Iterable[Any], **_: Any) -> Iterator[CodedDocument]:
        for article in articles:
            time.sleep(self.pause)
            yield self.coded[article.id]


def run_one(order: dict[str, Any], report: int) -> None:
    """The child: a run to its end, each document reported once it is stored."""
    with Path(order["coded"]).open("rb") as file:
        Coder.coded = {doc.id: doc for doc in (msgspec.json.decode(li, type=CodedDocument) for li in file)}
    Coder.pause = order.get("pause", 0.0)
    runs.BATCH = 3
    if "largest" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest"],) * 2)
    with open_store(order["db"], write=True) as store:
        for doc in Run(Plan(inputs=(order["articles"],), skip=True), store).documents():
            os.write(report, f"{doc.id}\n".encode())


def main() -> None:
    """Orders on standard input, answers on standard output."""
    stub = types.ModuleType("communique.coder")
    stub.Coder = Coder  # type: ignore[attr-defined]
    sys.modules["communique.coder"] = stub
    # what is loaded at its first use, once, before any child is forked
    clean_article(to_article("A text of more than forty letters, so that its language is told."))
    pa.array(["pandas"])
    for line in sys.stdin:
        order = json.loads(line)
        reader, report = os.pipe()
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            try:
                run_one(order, report)
                os._exit(0)
            except BaseException as error:
                os.write(report, f"{error}\n".encode())
                os._exit(1)
        os.close(report)
        if order.get("kill") is not None:
            # waits for the end of the child, which closes the pipe, or for the moment to kill it
            said, end = b"", began + order["kill"]
            while (left := end - time.monotonic()) > 0 and select.select([reader], [], [], left)[0]:
                if not (piece := os.read(reader, 65536)):
                    break
                said += piece
            os.kill(child, signal.SIGKILL)
        else:
            said = b""
        while piece := os.read(reader, 65536):
            said += piece
        os.close(reader)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        answer = {
            "reported": said.decode().split("\n")[:-1],
            "status": status,
            "seconds": time.monotonic() - began,
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
