"""What holds of every connection to the server."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.web.server.starlette.starlette_server import _bind_socket
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from pages.server.connections import HttpConnections
from pages.server.limits import limits

NOBODY = 8


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_no_piece_of_an_answer_waits_for_the_one_before(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nagle's algorithm would hold it back until the reader's machine has acknowledged what was sent."""
    monkeypatch.setattr(H11Protocol, "connection_made", H11Protocol.connection_made)
    HttpConnections(limits()).install()

    with ThreadPoolExecutor(1) as apart:  # the tests of a browser leave a loop running in this thread
        sent_at_once = apart.submit(asyncio.run, _sent_at_once(_bind_socket(address, 0, NOBODY))).result()

    assert sent_at_once == [True]


async def _sent_at_once(listening: socket.socket) -> list[bool]:
    """Of each connection to a server that listens as Streamlit's does, whether it sends at once."""
    server = Server(Config(_no_app, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    host, port = listening.getsockname()[:2]
    _, writer = await asyncio.open_connection(host, port)
    while not server.server_state.connections:
        await asyncio.sleep(0)
    found = [
        bool(connection.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        for connection in server.server_state.connections
    ]
    writer.close()
    server.should_exit = True
    await serving
    return found


async def _no_app(_scope: object, _receive: object, _send: object) -> None:
    raise AssertionError("nothing is asked")
