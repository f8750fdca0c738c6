"""How long one input may take."""

from __future__ import annotations

import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from communique.errors import InputError

#: Seconds of the clock that one article may take, a thousand times what it does take.
SECONDS = 300.0
# Seconds until it is said again, should a library have caught what was raised.
_AGAIN = 1.0
# Seconds beyond which time is as good as not limited, and some systems' timers can't count.
_LONGEST = 1e7


Result = TypeVar("Result")


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
    left, interval = signal.setitimer(signal.ITIMER_REAL, min(seconds, _LONGEST), _AGAIN)
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


def attempt(name: str, seconds: float, work: Callable[[], Result]) -> Result | InputError:
    """What `work` gives, or why the input of that name failed: it can't be used, takes longer than `seconds`, or meets a
    fault of ours, which costs one article, not a run of a million."""
    try:
        with limit_time(name, seconds):
            return work()
    except InputError as error:
        return error
    except Exception as error:
        at = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(at.filename).name}, line {at.lineno}"
        return InputError(
            name, f"a fault in Communiqué, please report it: {type(error).__name__} in {where}: {error}"
        )
