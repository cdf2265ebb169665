"""Many callers at once who mean no good, and what they take of the server."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

HANDSHAKE = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nX-Forwarded-For: {address}\r\n\r\n"
)
CLOSE_FRAME = b"\x88"


@contextmanager
def lines(url: str, count: int, said: str) -> Iterator[list[socket.socket]]:
    """So many connections, each having said this much; ``{host}`` and ``{address}`` are filled in."""
    place = urlsplit(url)
    with ExitStack() as kept:
        made = []
        for number in range(count):
            line = kept.enter_context(socket.create_connection((place.hostname, place.port), timeout=20))
            line.sendall(said.format(host=place.netloc, address="203.0.113.9", number=number).encode())
            made.append(line)
        yield made


def first_words(line: socket.socket) -> bytes:
    """The status line's code; nothing where the server has hung up."""
    try:
        return line.recv(4096)[9:12]
    except ConnectionError:
        return b""


def hung_up(line: socket.socket, seconds: float) -> bool:
    """Whether the server has let go of it by then, whatever it said before: has hung up, or closed the websocket."""
    line.settimeout(0.2)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if line.recv(65536)[:1] in (b"", CLOSE_FRAME):
                return True
        except TimeoutError:
            continue
        except ConnectionError:
            return True
    return False


def server_pid(url: str) -> int:
    """The process that listens there, found as the system knows it."""
    port = f":{urlsplit(url).port:04X}"
    inodes = {
        row.split()[9]
        for row in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if row.split()[1].endswith(port) and row.split()[3] == "0A"
    }
    for process in Path("/proc").glob("[0-9]*"):
        if _held(process) & {f"socket:[{inode}]" for inode in inodes}:
            return int(process.name)
    raise AssertionError(f"nobody listens on {url}")


def _held(process: Path) -> set[str]:
    """What a process has open; what it closes meanwhile is left out, and so is a process that is not ours."""
    held: set[str] = set()
    with suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                held.add(str(descriptor.readlink()))
    return held


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
