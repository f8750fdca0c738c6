"""One input that takes too long ends in an error that names it; nothing else is touched."""

from __future__ import annotations

import contextlib
import re
import signal
import threading
import time

import pytest

from communique import Coder
from communique.deadline import limit_time
from communique.errors import InputError


def _spin() -> None:
    while True:
        with contextlib.suppress(Exception):  # a library that takes every error
            sum(range(1000))


def test_a_loop_is_ended_though_it_takes_every_error() -> None:
    with (
        pytest.raises(InputError, match=r"^slow\.html: not done within 0\.05 seconds$"),
        limit_time("slow.html", 0.05),
    ):
        _spin()


def test_a_regular_expression_is_ended() -> None:
    with pytest.raises(InputError), limit_time("a", 0.05):
        re.match(r"(a+)+$", "a" * 40 + "b")


def test_nothing_is_left_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with limit_time("a", 0.05):
        pass
    time.sleep(0.1)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_somebody_elses_timer_goes_on() -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with limit_time("a", 9):
            pass
        time.sleep(0.2)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert rung == [1]


def test_a_thread_is_not_limited_and_does_not_fail() -> None:
    done: list[bool] = []

    def work() -> None:
        with limit_time("a", 0.01):
            time.sleep(0.05)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_the_rest_of_a_run_is_coded_the_same(coder: Coder) -> None:
    short = "Norway summoned the Danish ambassador on Monday."
    long = "\n".join(
        f"Norway summoned the Danish ambassador, and Chad sued Mali over {n} goats." for n in range(3000)
    )
    alone = coder.code(short)
    first, late, last = coder.code_many([short, {"text": long, "id": "x"}, short], seconds=1)
    assert isinstance(late, InputError)
    assert "1 seconds" in late.reason
    assert first == last == alone


@pytest.mark.parametrize("seconds", [1e12, float("inf")])
def test_no_time_is_too_long(seconds: float) -> None:
    with limit_time("a", seconds):
        pass
