"""Load without end on an address: enterprises that send files, reviewers who save scores, whatever becomes of the
server. What is answered goes into a ledger.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from websockets.exceptions import WebSocketException

from tests.server.acknowledged import DRAFT, SCORE, YEAR, Ledger
from tests.server.scorers import at_score_form
from tests.server.writers import Writer, send

AN_ACCOUNTS_PAUSE = 2.0
"""Seconds between two files: an account may send 30 a minute."""
SAVES = 3
"""Of each candidate before the next one's form is opened."""
AGAIN = 0.3
"""Seconds before a server that is gone is asked again."""


class Load:
    """``answers``: how often each status was answered, 0 for no answer; ``wrong``: pages that showed a bug."""

    def __init__(self, url: str, ledger: Ledger) -> None:
        self.url, self.ledger = url, ledger
        self.year = YEAR
        """Of which enterprises send their figures."""
        self.answers = Counter[int]()
        self.wrong: list[str] = []
        self.held = threading.Event()
        """While it is set nobody sends: who locks does nothing else."""
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def send(self, writers: Sequence[Writer], threads: int) -> None:
        """Begin: each of so many senders takes its part of the enterprises in turn."""
        for number in range(threads):
            self._begin(self._send, writers[number::threads])

    def score(self, round_id: str, cookies: Mapping[str, str], candidates: Mapping[str, Sequence[str]]) -> None:
        """Begin: each reviewer, by account, saves scores of all its candidates again and again."""
        for account, cookie in cookies.items():
            self._begin(self._score, account, cookie, round_id, candidates[account])

    def _begin(self, work: Callable[..., None], *given: object) -> None:
        self._threads.append(threading.Thread(target=work, args=given, daemon=True))
        self._threads[-1].start()

    def _send(self, writers: Sequence[Writer]) -> None:
        while not self._ended.is_set():
            for writer in writers:
                while self.held.is_set() and not self._ended.wait(AGAIN):
                    pass
                year = self.year
                fact, number = self.ledger.next(DRAFT, writer.name, f"{writer.code} {year}")
                status = send(self.url, writer, str(number), year)
                self.answers[status] += 1
                if status == 201:
                    self.ledger.acknowledge(fact, number)
                if self._ended.wait(AN_ACCOUNTS_PAUSE / len(writers) if status else AGAIN):
                    return

    def _score(self, account: str, cookie: str, round_id: str, codes: Sequence[str]) -> None:
        while not self._ended.is_set():
            for code in codes:
                try:
                    with at_score_form(self.url, cookie, round_id, code) as save:
                        self._save(account, code, save)
                except (OSError, WebSocketException):
                    self._ended.wait(AGAIN)
                except AssertionError as error:
                    self.wrong.append(f"{account}: {error}")

    def _save(self, account: str, code: str, save: Callable[[str], bool]) -> None:
        for _ in range(SAVES):
            fact, number = self.ledger.next(SCORE, account, f"{code} {YEAR}")
            if self._ended.is_set() or not save(str(number)):
                return
            self.ledger.acknowledge(fact, number)

    def end(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(300)
            assert not thread.is_alive()


@contextmanager
def loaded(url: str, ledger: Ledger) -> Iterator[Load]:
    """Ended at the end, also where the test fails."""
    load = Load(url, ledger)
    try:
        yield load
    finally:
        load.end()
