"""A serving process that ends between taking a call and answering it."""

from __future__ import annotations

import threading
from multiprocessing.connection import Listener, answer_challenge, deliver_challenge
from pathlib import Path

import pytest

from kpi.cli import relay
from kpi.cli.call import CallSession
from kpi.errors import StoreUnavailable
from kpi.store.store import Store


def takes_the_call_and_ends(listener: Listener, secret: bytes) -> None:
    with listener.accept() as connection:
        deliver_challenge(connection, secret)
        answer_challenge(connection, secret)
        connection.recv_bytes()


def test_a_call_that_was_taken_and_not_answered_is_not_run_again(tmp_path: Path) -> None:
    """What was taken may have been done: to do it again would add an account, or turn a secret, twice."""
    with Store.open(tmp_path / "s") as store:
        secret, folder = store.folder.secret(), store.folder
    with Listener((relay.LOOPBACK, 0)) as listener:
        (folder.root / "serving").write_text(str(listener.address[1]), "ascii")
        server = threading.Thread(target=takes_the_call_and_ends, args=(listener, secret))
        server.start()
        with pytest.raises(StoreUnavailable, match="call_unanswered"):
            relay.forward(folder, ["account", "add"], CallSession(cwd=tmp_path))
        server.join()
    (folder.root / "serving").unlink()
    assert relay.forward(folder, ["account", "add"], CallSession(cwd=tmp_path)) is False
