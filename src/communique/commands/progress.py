"""What a run shows on a terminal while it goes on; in a pipe, nothing."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from communique.commands.pace import say_left
from communique.commands.run import Run
from communique.records import CodedDocument

if TYPE_CHECKING:
    from rich.console import RenderableType

# Times a second that it is drawn anew.
_REFRESH = 4
_BAR = 20


def show_progress(run: Run, visible: bool) -> Generator[CodedDocument, None, None]:
    """A run's documents, with two moving lines that say what was done, how much of the input that is, how fast it goes
    and how long it still takes; the time only where the inputs are files."""
    if not (visible and sys.stderr.isatty()):
        yield from run.documents()
        return
    from rich.console import Console
    from rich.live import Live

    began = time.monotonic()
    total: list[int | None] = [None]

    def measure() -> None:  # beside the run: a folder of a million files, or one far away, takes a while
        total[0] = run.measure()

    threading.Thread(target=measure, daemon=True).start()
    with Live(
        get_renderable=lambda: draw_progress(run, total[0], began, time.monotonic()),
        console=Console(stderr=True),
        refresh_per_second=_REFRESH,
        transient=True,
    ):
        yield from run.documents()


def draw_progress(run: Run, total: int | None, began: float, now: float) -> RenderableType:
    """The two lines at a moment; `total` are the bytes of the inputs where they are known."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    done = run.tally.say(stored=run.store is not None) if run.pace.begun else "Loading…"
    known = bool(total) and run.pace.begun
    bar = ProgressBar(
        total=total if known else None, completed=run.read, width=_BAR, pulse=not known, animation_time=now
    )
    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_row(bar, Text(" · ".join(_say_progress(run, total, began, now))))
    return Group(Text(done), line)


def _say_progress(run: Run, total: int | None, began: float, now: float) -> Iterator[str]:
    if total and run.pace.begun:
        yield f"{min(run.read / total, 1):.0%}"
    if rate := run.pace.rate(now):
        yield f"{rate:,.1f} articles/s"
    minutes, seconds = divmod(int(now - began), 60)
    hours, minutes = divmod(minutes, 60)
    yield f"{hours}:{minutes:02}:{seconds:02}"
    left = run.pace.left(now, total, run.coding) if total and run.read < total else None
    if left is not None:
        yield say_left(left)


@contextmanager
def show_work(what: str) -> Iterator[None]:
    """Says on a terminal what is being done meanwhile."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
