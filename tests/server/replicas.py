"""Several ``kpi serve`` on one shared store, behind nginx as ``deploy`` configures it, changed in its places alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kpi.store.store_place import StorePlace
from tests.conftest import ROOT, _free_port, _wait
from tests.programs import needed
from tests.server.http_client import Answer, ask

SHIPPED = ROOT / "deploy" / "duibiao-several.conf"
MARK = "duibiao_process"
PATIENCE = 120.0
"""Seconds for nginx to start and to write its log, on a machine that does much else."""


@dataclass(slots=True)
class Replica:
    """One process of the store, which may be ended and started again on its port."""

    place: StorePlace
    port: int
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()
    program: Path = ROOT
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> subprocess.Popen[bytes]:
        assert self.process
        return self.process

    def begin(self) -> None:
        """Start it, and wait for nothing."""
        around = os.environ | self.place.environment | self.environment
        with self.log.open("ab") as out:
            command = [sys.executable, "-m", "kpi", "serve", "--port", str(self.port), *self.options]
            self.process = subprocess.Popen(command, cwd=self.program, env=around, stdout=out, stderr=out)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.begin()
        self.wait()

    def wait(self) -> None:
        _wait(self.url, self.running, self.log)

    def end(self, how: signal.Signals) -> int:
        """What it ended with."""
        self.running.send_signal(how)
        return self.running.wait(PATIENCE)


@dataclass(frozen=True, slots=True)
class Several:
    """``url`` is nginx; ``log`` is what it writes down."""

    url: str
    place: StorePlace
    replicas: Sequence[Replica]
    log: Path

    def answering(self, mark: str, path: str = "/livez") -> Replica:
        """Which one answers a visitor with that mark."""
        before = len(self.lines())
        ask(self.url, path, headers={"Cookie": f"{MARK}={mark}"})
        return self.by_line(self.lines(before + 1)[before])

    def lines(self, least: int = 0) -> list[str]:
        """nginx writes a line once it has answered: so many at least are waited for."""
        deadline = time.monotonic() + PATIENCE
        while len(lines := self.log.read_text("utf-8").splitlines()) < least:
            assert time.monotonic() < deadline, lines
            time.sleep(0.05)
        return lines

    def by_line(self, line: str) -> Replica:
        """Who answered in the end: the last that was asked."""
        return next(replica for replica in self.replicas if line.endswith(f":{replica.port}"))

    def mark_for(self, replica: Replica) -> str:
        """Of a new visitor whom this one answers."""
        for _ in range(60):
            mark = mark_in(ask(self.url, "/livez"))
            assert mark
            if self.answering(mark) is replica:
                return mark
        raise AssertionError("sixty visitors, and all went to the others")


def mark_in(answer: Answer) -> str | None:
    """The mark that a visitor is given."""
    found = [re.match(rf"{MARK}=(\w+)", cooky) for cooky in answer.cookies]
    return next((item[1] for item in found if item), None)


def configured(folder: Path, port: int, ports: Sequence[int], tls: bool = False, limited: bool = False) -> Path:
    """The shipped configuration with other places, and, unless ``limited``, with room for a caller who is all visitors
    at once.
    """
    text = SHIPPED.read_text("utf-8")
    servers = re.findall(r"    server 127.0.0.1:\d+ (.*)\n", text)
    changes = [
        ("    server 127.0.0.1:8501 ", "".join(f"    server 127.0.0.1:{item} {servers[0]}\n" for item in ports) + "#"),
        ("    server 127.0.0.1:8502 ", "#"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} {'ssl' if tls else ''};"),
        ("listen 80;", f"listen 127.0.0.1:{_free_port()};"),
        ("/etc/ssl/duibiao.pem", f"{folder}/tls.pem"),
        ("/etc/ssl/private/duibiao.key", f"{folder}/tls.key"),
        ("/var/log/nginx/", f"{folder}/"),
    ]
    if not limited:
        changes += [
            ("rate=20r/s", "rate=20000r/s"),
            ("rate=2r/s", "rate=20000r/s"),
            ("duibiao_at_once 200;", "duibiao_at_once 4000;"),
        ]
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    if not tls:
        text = re.sub(r"ssl_certificate\w*\s.*", "", text).replace("; Secure", "")
    (folder / "duibiao-several.conf").write_text(text, "utf-8")
    kept = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(
        f"{user} daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.error.log;"
        f"events {{ worker_connections 2048; }} http {{ {kept} include {folder}/duibiao-several.conf; }}"
    )
    return main


@contextmanager
def proxy(folder: Path, ports: Sequence[int], tls: bool = False, limited: bool = False) -> Iterator[str]:
    """nginx before these ports of this machine; where it answers. ``limited``: by the shipped limits."""
    program, port = needed("nginx"), _free_port()
    main = configured(folder, port, ports, tls, limited)
    command = [program, "-c", str(main), "-e", str(folder / "nginx.error.log")]
    process = subprocess.Popen(command, cwd=folder)
    try:
        deadline = time.monotonic() + PATIENCE
        while not (folder / "nginx.pid").exists():
            assert process.poll() is None, (folder / "nginx.error.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def replicas(place: StorePlace, folder: Path, each: Sequence[Mapping[str, str]], *options: str) -> Iterator[Several]:
    """One for each of these environments, none of them started yet, behind nginx."""
    made = [
        Replica(place, _free_port(), folder / f"replica{number}.log", around, options)
        for number, around in enumerate(each)
    ]
    try:
        with proxy(folder, [item.port for item in made]) as url:
            yield Several(url, place, made, folder / "access.log")
    finally:
        for replica in made:
            if replica.process is not None and replica.process.poll() is None:
                replica.end(signal.SIGKILL)
