"""Work begun ahead of its use comes out as if it had not been."""

from __future__ import annotations

import threading

import pytest

from communique.ahead import ALONE, Ahead


def add(one: int, other: int) -> int:
    return one + other


@pytest.mark.parametrize("ahead", [ALONE, Ahead(2), Ahead(3)])
def test_results_come_in_the_order_of_the_rows(ahead: Ahead) -> None:
    rows = [(k, 2 * k) for k in range(50)]
    assert list(ahead.map(add, rows)) == [3 * k for k in range(50)]
    assert list(ahead.map(add, [])) == []


def test_who_asks_does_what_nobody_works_on_yet() -> None:
    ahead = Ahead(2)
    go, both = threading.Event(), threading.Barrier(3)

    def hold() -> None:
        both.wait(10)
        go.wait(10)

    assert ahead.pool is not None
    held = [ahead.pool.submit(hold) for _ in range(2)]  # both threads are busy
    both.wait(10)
    try:
        assert list(ahead.map(threading.get_ident, [(), ()])) == [threading.get_ident()] * 2
        with ahead.begin(threading.get_ident) as asked:
            assert asked() == threading.get_ident()
    finally:
        go.set()
    for one in held:
        one.result(10)


@pytest.mark.parametrize("ahead", [ALONE, Ahead(2)])
def test_an_error_comes_to_who_asks(ahead: Ahead) -> None:
    with pytest.raises(ZeroDivisionError):
        list(ahead.map(divmod, [(1, 1), (1, 0)]))
    with ahead.begin(lambda: 1 // 0) as asked, pytest.raises(ZeroDivisionError):
        asked()


def test_nothing_that_was_begun_outlives_its_block() -> None:
    ahead = Ahead(2)
    started, go, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        go.wait(10)
        done.set()

    threading.Timer(0.1, go.set).start()
    with pytest.raises(KeyError), ahead.begin(work):
        assert started.wait(10)
        raise KeyError
    assert done.is_set()
