"""How long one input may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from communique.errors import InputError

#: Seconds of the clock that one article may take, a thousand times what it does take.
SECONDS = 300.0
# Seconds until it is said again, should a library have caught what was raised.
_AGAIN = 1.0


class _Late(BaseException):
    """Raised wherever the code is when time is up. Not an Exception: no library's own handlers should take it."""


@contextmanager
def limit_time(name: str, seconds: float) -> Iterator[None]:
    """Raises InputError naming the input where what is done inside takes longer than `seconds`.

    The system's timer interrupts Python between two steps, and regular expressions. There is none in threads other than
    a process's first, nor on Windows: there time is not limited.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: Any) -> None:
        raise _Late

    handler = signal.signal(signal.SIGALRM, stop)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _Late:
        raise InputError(name, f"not done within {seconds:g} seconds") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, interval)
        signal.signal(signal.SIGALRM, handler)
