"""Commands on a store that the app is serving: passed to the serving process over a private local connection.

DuckDB lets one process open a database. The serving process therefore listens on a loopback port of its own choosing,
named in the store's folder; whoever calls must prove that it can read the store's secret. Messages are JSON, never
pickles.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

from kpi.cli.session import Session
from kpi.store import Folder, Store
from kpi.store.folder import write_whole

LOOPBACK = "127.0.0.1"

Run = Callable[[Sequence[str], Session], None]


def _door(folder: Folder) -> Path:
    return folder.root / "serving"


def forward(folder: Folder, arguments: Sequence[str], session: Session) -> bool:
    """Have the serving process do the call: its words and exit code come back. False if nobody serves."""
    try:
        port = int(_door(folder).read_text("ascii"))
        with Client((LOOPBACK, port), authkey=folder.secret()) as connection:
            call = {"arguments": list(arguments), "cwd": str(session.cwd)}
            connection.send_bytes(json.dumps(call).encode())
            answer = json.loads(connection.recv_bytes())
    except (OSError, EOFError, ValueError, AuthenticationError):
        return False
    session.out[:], session.err[:], session.code = answer["out"], answer["err"], answer["code"]
    return True


def listen(store: Store, run: Run) -> Callable[[], None]:
    """Answer calls on ``store`` until the returned function is called."""
    listener = Listener((LOOPBACK, 0), authkey=store.folder.secret())
    write_whole(_door(store.folder), str(listener.address[1]).encode())
    thread = threading.Thread(target=_answer_all, args=(listener, store, run), daemon=True, name="relay")
    thread.start()

    def stop() -> None:
        _door(store.folder).unlink(missing_ok=True)
        listener.close()

    return stop


def _answer_all(listener: Listener, store: Store, run: Run) -> None:
    while True:
        try:
            connection = listener.accept()
        except (AuthenticationError, EOFError, ConnectionError):
            continue  # somebody without the secret, or who hung up
        except OSError:
            return  # closed: serving is over
        threading.Thread(target=_answer, args=(connection, store, run), daemon=True).start()


def _answer(connection: Connection, store: Store, run: Run) -> None:
    with connection:
        call = json.loads(connection.recv_bytes())
        session = Session(cwd=Path(call["cwd"]), serving=store)
        run(call["arguments"], session)
        answer = {"out": session.out, "err": session.err, "code": session.code}
        connection.send_bytes(json.dumps(answer).encode())
