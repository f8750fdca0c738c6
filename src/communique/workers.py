"""Coding in several processes, each with a coder of its own; the process that deals out the records needs none."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from communique.deadline import SECONDS
from communique.errors import CommuniqueError, InputError
from communique.records import CodedDocument

if TYPE_CHECKING:
    from communique.coder import Coder, Record

# How many documents a worker may be ahead of the reader, so that a run of millions never sits in memory.
_AHEAD = 8


def code_in_workers(
    records: Iterable[Record],
    settings: Mapping[str, Any],
    *,
    workers: int,
    published: str | None = None,
    seconds: float = SECONDS,
) -> Iterator[CodedDocument | InputError]:
    """What `Coder(**settings).code_many` gives, from `workers` processes.

    Raises what loading the coder raises, and CommuniqueError where a process is ended from outside.
    """
    # spawn: a forked child would share the threads of the parent's BLAS in an undefined state
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start, (dict(settings),)) as pool:
        pending: deque[Future[CodedDocument | InputError]] = deque()
        try:
            for record in records:
                pending.append(pool.submit(_work, record, published, seconds))
                if len(pending) >= workers * _AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except BrokenProcessPool as error:
            reason = "a worker process was ended, perhaps for want of memory: each needs about 0.9 GB"
            raise CommuniqueError(f"{reason}. Fewer --workers need less") from error
        finally:
            for waiting in pending:  # nobody reads on
                waiting.cancel()


# In a worker process: its coder, or why it could not be loaded.
_loaded: Coder | Exception | None = None


def _start(settings: dict[str, Any]) -> None:
    from communique.coder import Coder

    global _loaded
    try:
        # the other cores have workers of their own
        _loaded = Coder(**settings, threads=1)
    except Exception as error:  # raised here, it would reach nobody
        _loaded = error


def _work(record: Record, published: str | None, seconds: float) -> CodedDocument | InputError:
    from communique.coder import code_or_say

    if isinstance(_loaded, Exception):
        raise _loaded
    assert _loaded is not None
    return code_or_say(_loaded, record, published, seconds)
