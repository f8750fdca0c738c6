"""Work done ahead of its use on further threads. It gains time where the work lets go of the interpreter, as ONNX
Runtime does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")


class Ahead:
    """`threads` that work beside the one that asks, which may ask for all at once; with one, it does everything itself,
    when it needs it."""

    def __init__(self, threads: int = 1) -> None:
        self.pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def map(self, work: Callable[..., Result], rows: Iterable[tuple[Any, ...]]) -> Iterator[Result]:
        """`work(*row)` for each row, in order, begun now. Who asks for a result that nobody works on yet works it out
        itself, so that no thread waits for another while there is something to do."""
        if self.pool is None:
            return (work(*row) for row in rows)
        begun = [(self.pool.submit(work, *row), row) for row in rows]
        return (work(*row) if one.cancel() else one.result() for one, row in begun)

    @contextmanager
    def begin(self, work: Callable[[], Result]) -> Iterator[Callable[[], Result]]:
        """What gives the result of `work`, which is begun now and not gone on with when this has ended."""
        if self.pool is None:
            yield work
            return
        begun: Future[Result] = self.pool.submit(work)
        try:
            yield lambda: work() if begun.cancel() else begun.result()
        finally:
            if not begun.cancel():
                wait([begun])


#: For who has no threads to give.
ALONE = Ahead()
