"""``deploy/duibiao-rsyslog.conf`` sends each line of the log to another machine, also those of while that was away."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kpi import logs
from tests.conftest import ROOT, _free_port
from tests.programs import needed

pytestmark = [pytest.mark.slow, pytest.mark.campaign]
SHIPPED = ROOT / "deploy" / "duibiao-rsyslog.conf"
PATIENCE = 60.0


@contextmanager
def running(folder: Path, name: str, text: str) -> Iterator[None]:
    (folder / f"{name}.conf").write_text(f'global(workDirectory="{folder}")\n{text}')
    command = [needed("rsyslogd"), "-n", "-f", str(folder / f"{name}.conf"), "-i", str(folder / f"{name}.pid")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def receiver(port: int, into: Path) -> str:
    return (
        f'module(load="imtcp")\ninput(type="imtcp" port="{port}" address="127.0.0.1")\n'
        'template(name="raw" type="string" string="%msg%\\n")\n'
        f'action(type="omfile" file="{into}" template="raw")\n'
    )


def sender(port: int, store: Path) -> str:
    """The shipped file in its places alone; TLS needs certificates of the site, and is left to rsyslog's own tests."""
    text = SHIPPED.read_text("utf-8").replace("/var/lib/duibiao", str(store))
    text = text.replace("logs.example.org", "127.0.0.1").replace('port="6514"', f'port="{port}"')
    return re.sub(r"^ *StreamDriver=.*\n", "", text, flags=re.M).replace('resumeInterval="5"', 'resumeInterval="1"')


def arrived(into: Path) -> list[str]:
    text = into.read_text("utf-8") if into.exists() else ""
    return [json.loads(line)["reference"] for line in text.splitlines() if line.strip()]


def wait_for(into: Path, many: int) -> list[str]:
    until = time.monotonic() + PATIENCE
    while len(arrived(into)) < many and time.monotonic() < until:
        time.sleep(0.2)
    return arrived(into)


def test_every_line_arrives_also_those_of_while_the_other_machine_was_away(tmp_path: Path) -> None:
    store, into, port = tmp_path / "store", tmp_path / "arrived", _free_port()
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (store, here, there):
        folder.mkdir()
    logs.keep(store)
    try:
        with running(here, "sender", sender(port, store)):
            with running(there, "receiver", receiver(port, into)):
                logs.event("start", reference="00000001")
                assert wait_for(into, 1) == ["00000001"]
            for number in range(2, 7):
                logs.event("start", reference=f"0000000{number}")
            time.sleep(1)
            with running(there, "receiver", receiver(port, into)):
                logs.event("start", reference="00000007")
                found = wait_for(into, 7)
    finally:
        logs.let_go()
    # TCP does not say what the other side had not read when it ended: of those one may be lost, or come twice.
    assert set(found) >= {f"0000000{number}" for number in (1, 3, 4, 5, 6, 7)}


def test_it_is_sent_over_tls_to_a_machine_with_a_name() -> None:
    text = SHIPPED.read_text("utf-8")
    assert 'StreamDriverMode="1"' in text
    assert 'StreamDriverAuthMode="x509/name"' in text
