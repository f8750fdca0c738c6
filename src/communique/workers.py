"""Coding in several processes, each with a coder of its own; the process that deals out the records needs none."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from communique.deadline import SECONDS
from communique.errors import CommuniqueError, InputError
from communique.records import CodedDocument

if TYPE_CHECKING:
    from communique.coder import Coder, Record

# How many documents a worker may be ahead of the reader, so that a run of millions never sits in memory.
_AHEAD = 8
#: So many articles must wait before a second process is worth the seconds that it takes to start.
WORTH = 64
# Bytes of the machine's memory for each worker, four times what it takes: nobody asked for them.
_ROOM = 4 << 30


def count_workers() -> int:
    """How many processes may code on this machine where nobody says: one for each core that this process may use and
    `OMP_NUM_THREADS` allows, and no more than one for each 4 GB of memory."""
    try:
        cores = len(os.sched_getaffinity(0))
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError):  # not on this system: nothing is known of its memory
        return 1
    told = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(cores, memory // _ROOM, int(told) if told.isdecimal() else cores))


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
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(workers, context, _start, (dict(settings),)) as pool:
        pending: deque[Future[CodedDocument | InputError]] = deque()
        try:
            for record in records:
                with _hold_interrupts():  # the first starts the processes, which take over what is ignored
                    pending.append(pool.submit(_work, record, published, seconds))
                if len(pending) >= workers * _AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except BrokenProcessPool as error:
            reason = "a worker process was ended, perhaps for want of memory: each needs about 0.9 GB"
            raise CommuniqueError(f"{reason}. Fewer --workers need less") from error
        finally:
            if pending:  # nobody reads on: what they are at needn't be waited for
                for process in set(multiprocessing.active_children()) - others:
                    process.terminate()


@contextmanager
def _hold_interrupts() -> Iterator[None]:
    """Inside, Ctrl-C is ignored: it reaches all processes at once, and ending a run is for the one that began it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# In a worker process: its coder, or why it could not be loaded.
_loaded: Coder | Exception | None = None


def _start(settings: dict[str, Any]) -> None:
    from communique.coder import Coder

    global _loaded
    threading.Thread(target=_follow_parent, daemon=True).start()
    try:
        # the other cores have workers of their own
        _loaded = Coder(**settings, threads=1)
    except Exception as error:  # raised here, it would reach nobody
        _loaded = error


def _follow_parent() -> None:
    """Ends this process when the one that deals out the work is gone, killed perhaps: it would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(record: Record, published: str | None, seconds: float) -> CodedDocument | InputError:
    from communique.coder import code_or_say

    if isinstance(_loaded, Exception):
        raise _loaded
    assert _loaded is not None
    return code_or_say(_loaded, record, published, seconds)
