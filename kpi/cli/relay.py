"""Commands on a store that the app is serving: passed to the serving process over a private local connection.

DuckDB lets one process open a database. The serving process therefore listens on a loopback port of its own choosing,
named in the store's folder; whoever calls must prove that it can read the store's secret. Messages are JSON, never
pickles.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path

from kpi.cli.call import CallSession
from kpi.errors import StoreUnavailable
from kpi.store.database import FULL_NUMBERS
from kpi.store.folder import StoreFolder, write_whole
from kpi.store.store import Store

LOOPBACK = "127.0.0.1"
SECONDS_TO_PROVE = 10.0
"""How long the other side may take to begin its proof. The port of a killed server may be anybody's by now."""

ROOM_AWAITED_SECONDS = 10.0
"""So often a server that found the disk full tries again to say where it listens."""

Run = Callable[[Sequence[str], CallSession], None]


def _port_file(folder: StoreFolder) -> Path:
    return folder.root / "serving"


def forward(folder: StoreFolder, arguments: Sequence[str], session: CallSession) -> bool:
    """Run the call in the serving process and take over its output and exit code. False if none is serving.

    Raises:
        StoreUnavailable: the serving process took the call and ended before it answered: nobody knows what it did,
            and to run the call again might do it twice.
    """
    sent = False
    try:
        port = int(_port_file(folder).read_text("ascii"))
        with Client((LOOPBACK, port)) as connection:
            _wait_for_data(connection)
            answer_challenge(connection, folder.secret())
            deliver_challenge(connection, folder.secret())
            call = {"arguments": list(arguments), "cwd": str(session.cwd), "user": session.user}
            connection.send_bytes(json.dumps(call).encode())
            sent = True
            answer = json.loads(connection.recv_bytes())
    except (OSError, EOFError, ValueError, AuthenticationError) as error:
        if sent:
            raise StoreUnavailable("call_unanswered") from error
        return False
    session.out[:], session.err[:], session.code = answer["out"], answer["err"], answer["code"]
    return True


def listen(store: Store, run: Run) -> Callable[[], None]:
    """Answer calls on ``store`` until the returned function is called.

    On a full disk nobody can find it, until there is room again: pages are served meanwhile.

    Raises:
        OSError: the folder cannot be written, for another reason.
    """
    listener, ended = Listener((LOOPBACK, 0)), threading.Event()

    def name_port() -> bool:
        try:
            write_whole(_port_file(store.folder), str(listener.address[1]).encode())
        except OSError as error:
            if error.errno not in FULL_NUMBERS:
                raise
            return False
        return True

    def name_port_later() -> None:
        with suppress(OSError):
            while not ended.wait(ROOM_AWAITED_SECONDS) and not name_port():
                pass

    if not name_port():
        threading.Thread(target=name_port_later, daemon=True, name="relay-port").start()
    thread = threading.Thread(target=_answer_all, args=(listener, store, run), daemon=True, name="relay")
    thread.start()

    def stop() -> None:
        ended.set()
        _port_file(store.folder).unlink(missing_ok=True)
        listener.close()

    return stop


def _answer_all(listener: Listener, store: Store, run: Run) -> None:
    while True:
        try:
            connection = listener.accept()
        except ConnectionError:
            continue  # somebody who hung up
        except OSError:
            return  # closed: serving is over
        # The proof is asked for in the caller's own thread: who calls and says nothing keeps nobody else waiting.
        threading.Thread(target=_answer_call, args=(connection, store, run), daemon=True).start()


def _answer_call(connection: Connection, store: Store, run: Run) -> None:
    with connection:
        try:
            deliver_challenge(connection, store.folder.secret())
            answer_challenge(connection, store.folder.secret())
            call = json.loads(connection.recv_bytes())
        except (AuthenticationError, EOFError, OSError, StoreUnavailable):
            return  # no secret here, somebody without the secret, or who hung up
        session = CallSession(cwd=Path(call["cwd"]), user=call["user"], serving=store)
        run(call["arguments"], session)
        answer = {"out": session.out, "err": session.err, "code": session.code}
        connection.send_bytes(json.dumps(answer).encode())


def _wait_for_data(connection: Connection) -> None:
    if not connection.poll(SECONDS_TO_PROVE):
        raise EOFError("nothing said")
