"""Quick pages go one after another in the order asked for; a slow one keeps nobody for longer than the patience."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from pages.server.run_slots import Turns

FOR_EVER = 3600.0
LATER = 30.0
PAGES = 12


def asked(turns: Turns, page: Callable[[], None]) -> threading.Thread:
    """A page whose place in the order is taken when this returns."""
    taken = turns._last

    def run() -> None:
        with turns.turn():
            page()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while turns._last is taken:  # the thread has not asked yet
        thread.join(0.001)
        assert thread.is_alive() or turns._last is not taken
    return thread


def test_pages_go_one_after_another_in_the_order_asked_for() -> None:
    turns, go_on, order = Turns(FOR_EVER), threading.Event(), list[int]()
    most, at_work = [0], [0]

    def page(number: int) -> Callable[[], None]:
        def work() -> None:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
            assert go_on.wait(LATER)
            order.append(number)
            at_work[0] -= 1

        return work

    threads = [asked(turns, page(number)) for number in range(PAGES)]
    go_on.set()
    for thread in threads:
        thread.join(LATER)
    assert order == list(range(PAGES))
    assert most == [1]


def test_nobody_waits_for_a_slow_page() -> None:
    turns, slow_ends, done = Turns(0.0), threading.Event(), list[int]()
    slow = [asked(turns, lambda: slow_ends.wait(LATER) and None) for _ in range(3)]
    quick = asked(turns, lambda: done.append(1))
    quick.join(LATER)
    assert done == [1]
    assert all(thread.is_alive() for thread in slow)
    slow_ends.set()


def test_a_page_that_breaks_off_keeps_nobody() -> None:
    turns = Turns(FOR_EVER)
    with pytest.raises(KeyError), turns.turn():
        raise KeyError("a rerun, say")
    done: list[int] = []
    asked(turns, lambda: done.append(1)).join(LATER)
    assert done == [1]
