"""What is loaded beside the first visitors waits until they have what they ask for, and not for ever."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pages.server import warmup
from pages.server.warmup import PATIENCE_SECONDS, QUIET_SECONDS, WarmUp

OVERSLEPT = 0.001


class Clock:
    """Time that passes only while the warm-up sleeps, a little longer than it means to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, asked_at: tuple[float, ...]) -> None:
        self.now = 0.0
        self._asked_at = asked_at
        monkeypatch.setattr(warmup, "time", SimpleNamespace(sleep=self._sleep))
        monkeypatch.setattr(warmup.LATEST_REQUEST, "seconds_ago", self._seconds_ago)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds + OVERSLEPT

    def _seconds_ago(self) -> float:
        return self.now - max(at for at in self._asked_at if at <= self.now)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts in the order in which they were loaded; none is really."""
    parts: list[str] = []
    monkeypatch.setattr(warmup, "_parts_of_first_page", lambda: iter([lambda: parts.append("first")]))
    monkeypatch.setattr(warmup, "_parts_of_pages", lambda: iter([lambda: parts.append("page")] * 3))
    monkeypatch.setattr(warmup, "_example", lambda: parts.append("example"))
    monkeypatch.setattr(warmup, "_load_the_rest", lambda: parts.append("rest"))
    for name in ("collect", "freeze", "set_threshold"):
        monkeypatch.setattr(warmup.gc, name, lambda *_: None)
    return parts


def test_parts_wait_until_nobody_has_asked_for_a_while(monkeypatch: pytest.MonkeyPatch, loaded: list[str]) -> None:
    last = 0.9
    clock = Clock(monkeypatch, (0.0, 0.25, 0.5, 0.75, last))
    monkeypatch.setattr(warmup, "_parts_of_pages", lambda: iter([lambda: loaded.append(f"{clock.now:.2f}")] * 2))
    WarmUp().run()
    assert loaded == ["first"] + [f"{last + QUIET_SECONDS:.2f}"] * 2 + ["example", "rest"]
    assert clock.now < last + QUIET_SECONDS + 0.01


def test_whoever_asks_all_the_time_delays_it_only_so_long(monkeypatch: pytest.MonkeyPatch, loaded: list[str]) -> None:
    clock = Clock(monkeypatch, tuple(at / 10 for at in range(1000)))
    WarmUp().run()
    assert loaded == ["first"] + ["page"] * 3 + ["example", "rest"]
    assert PATIENCE_SECONDS <= clock.now < PATIENCE_SECONDS + QUIET_SECONDS


def test_what_the_first_page_would_import_waits_for_nobody(monkeypatch: pytest.MonkeyPatch, loaded: list[str]) -> None:
    clock = Clock(monkeypatch, (0.0,))
    monkeypatch.setattr(warmup, "_parts_of_first_page", lambda: iter([lambda: loaded.append(f"first at {clock.now}")]))
    WarmUp().run()
    assert loaded[0] == "first at 0.0"
