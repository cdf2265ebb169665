"""What is wrong with an installation, and what to do: settings, permissions, disk, clock, font, copies, address."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from kpi import tables
from kpi.errors import UserError
from kpi.model.times import CLOCK_PUT_BACK, now
from kpi.services.operation.demonstration import is_demonstration
from kpi.services.operation.settings import settings_from
from kpi.services.operation.state import LEAST_READY_BYTES, installation_state, refuse_unsound
from kpi.store.folder import WRITTEN_SECONDS, remains
from kpi.store.store import Store
from kpi.store.store_parts import DATABASE

Level = Literal["well", "doubtful", "wrong"]
BACKUP_IS_OLD = timedelta(hours=26)
"""Where ``KPI_BACKUP_HOURS`` says nothing: a night's backup may be late by two hours."""
SNAPSHOT_IS_OLD = timedelta(minutes=5)
CERTIFICATE_ENDS = timedelta(days=14)
PATIENCE_SECONDS = 10.0
CLOCK_TOOL = "timedatectl"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at. Texts: ``cli.doctor.<check>.<said>``; unless it is well, what to do: ``..._do``."""

    check: str
    said: str
    level: Level
    about: Mapping[str, str | int] = field(default_factory=dict)


def well(check: str, **about: str | int) -> Diagnosis:
    return Diagnosis(check, "well", "well", about)


def examine(store: Store, environment: Mapping[str, str], at: datetime | None = None) -> Iterator[Diagnosis]:
    """The installation on this machine. Nothing is changed."""
    moment = at or now()
    yield _settings(environment)
    yield _sound(store)
    yield _permissions(store)
    state = installation_state(store)
    enough = state.free_bytes >= LEAST_READY_BYTES
    megabytes = {"free": state.free_bytes // 1_000_000, "least": LEAST_READY_BYTES // 1_000_000}
    yield well("disk", **megabytes) if enough else Diagnosis("disk", "full", "wrong", megabytes)
    yield _clock(store, moment)
    demonstration = is_demonstration(store)
    if not demonstration:
        yield _backup(state.last_backup, environment, moment)
    if state.last_snapshot:
        minutes = int((moment - state.last_snapshot) / timedelta(minutes=1))
        old = moment - state.last_snapshot > SNAPSHOT_IS_OLD
        yield Diagnosis("snapshot", "old", "wrong", {"minutes": minutes}) if old else well("snapshot", minutes=minutes)
    elif not demonstration and not store.shared:
        yield Diagnosis("snapshot", "none", "doubtful")
    left = [path.name for path in remains(store.folder.root, WRITTEN_SECONDS)]
    yield Diagnosis("remains", "some", "doubtful", {"names": ", ".join(left)}) if left else well("remains")


def _settings(environment: Mapping[str, str]) -> Diagnosis:
    try:
        settings_from(environment)
    except UserError as error:
        return Diagnosis("settings", "invalid", "wrong", {"settings": str(error.params["settings"])})
    return well("settings")


def _sound(store: Store) -> Diagnosis:
    try:
        refuse_unsound(store)
    except UserError as error:
        return Diagnosis("store", "unsound", "wrong", {"code": error.code})
    return well("store")


def _permissions(store: Store) -> Diagnosis:
    """Nobody else reads what is the store's own, and this user may write it."""
    root = store.folder.root
    parts = [root, *(root / name for name in (DATABASE, "secret", "audit-head", "originals", "logs"))]
    there = [path for path in parts if path.exists()]
    open_to_others = [path.name for path in there if path.stat().st_mode & 0o077]
    closed = [path.name for path in there if not os.access(path, os.R_OK | os.W_OK)]
    if open_to_others:
        return Diagnosis("permissions", "open", "wrong", {"names": ", ".join(open_to_others)})
    if closed:
        return Diagnosis("permissions", "closed", "wrong", {"names": ", ".join(closed)})
    return well("permissions")


def _clock(store: Store, moment: datetime) -> Diagnosis:
    with store.cursor() as cursor:
        last = tables.audit.last_act(cursor)
    if last and last.done_at > moment + timedelta(minutes=1):
        ahead = {"minutes": int((last.done_at - moment) / timedelta(minutes=1))}
        return Diagnosis("clock", "behind", "wrong" if last.done_at > moment + CLOCK_PUT_BACK else "doubtful", ahead)
    if (tool := shutil.which(CLOCK_TOOL)) and _says_no(tool):
        return Diagnosis("clock", "not_synchronized", "doubtful")
    return well("clock")


def _says_no(tool: str) -> bool:
    """Only a plain no counts: in a container nobody knows."""
    asked = subprocess.run(  # noqa: S603 - found by its name, our own words
        [tool, "show", "--property=NTPSynchronized", "--value"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() == "no"


def _backup(last: datetime | None, environment: Mapping[str, str], moment: datetime) -> Diagnosis:
    if last is None:
        return Diagnosis("backup", "none", "wrong")
    try:
        longest = settings_from(environment).longest_without_backup or BACKUP_IS_OLD
    except UserError:
        longest = BACKUP_IS_OLD
    hours = {"hours": int((moment - last) / timedelta(hours=1))}
    return Diagnosis("backup", "old", "wrong", hours) if moment - last > longest else well("backup", **hours)


# What people reach: the address, through its proxy.


def examine_address(store: Store, url: str, at: datetime | None = None) -> Iterator[Diagnosis]:
    """As a visitor finds it: certificate, readiness, headers, an open page's connection, and who is seen to call."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield Diagnosis("address", "invalid", "wrong", {"url": url[:100]})
        return
    try:
        with closing(_connection(parts)) as asking:
            asking.connect()
            yield _certificate(parts, asking, at or now())
            own = ip_address(asking.sock.getsockname()[0])
            answer, body = _ask(asking, "/readyz")
        ready = answer.status == 200
        yield well("ready") if ready else Diagnosis("ready", "failed", "wrong", {"checks": _failed(body)})
        strict = bool(answer.getheader("strict-transport-security"))
        if parts.scheme == "https":
            yield well("headers") if strict else Diagnosis("headers", "not_strict", "doubtful")
        yield _open_page(parts)
        yield _caller(store, parts, own.is_loopback)
    except ssl.SSLCertVerificationError as error:
        yield Diagnosis("certificate", "untrusted", "wrong", {"why": str(error.verify_message)[:100]})
    except (OSError, HTTPException) as error:
        yield Diagnosis("address", "silent", "wrong", {"url": url[:100], "why": type(error).__name__})


def _connection(parts: SplitResult) -> HTTPConnection:
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "http":
        return HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    return HTTPSConnection(host, port, timeout=PATIENCE_SECONDS, context=ssl.create_default_context())


def _ask(asking: HTTPConnection, path: str, headers: Mapping[str, str] | None = None) -> tuple[HTTPResponse, str]:
    asking.request("GET", path, headers=dict(headers or {}))
    answer = asking.getresponse()
    return answer, "" if answer.status == 101 else answer.read(10_000).decode("utf-8", "replace")


def _certificate(parts: SplitResult, asking: HTTPConnection, moment: datetime) -> Diagnosis:
    if not isinstance(asking.sock, ssl.SSLSocket):
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        return well("certificate_of_none") if local else Diagnosis("certificate", "none", "wrong")
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(asking.sock.getpeercert()["notAfter"])), UTC)  # type: ignore[index]
    days = {"days": (until - moment).days}
    if until - moment < CERTIFICATE_ENDS:
        return Diagnosis("certificate", "ends", "wrong", days)
    return well("certificate", **days)


def _failed(body: str) -> str:
    try:
        return ", ".join(name for name, word in json.loads(body).items() if word != "ok")
    except (ValueError, AttributeError):
        return "?"


def _open_page(parts: SplitResult) -> Diagnosis:
    """A page goes on talking over a websocket, which a proxy lets through only where it is configured to."""
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "ZHVpYmlhby1kb2N0b3IhIQ==",
        "Sec-WebSocket-Protocol": "streamlit",
    }
    with closing(_connection(parts)) as asking:
        status = _ask(asking, "/_stcore/stream", upgrade)[0].status
    # 403: it came through, and the server lets no stranger have one.
    return well("websocket") if status in (101, 403) else Diagnosis("websocket", "stopped", "wrong", {"status": status})


def _caller(store: Store, parts: SplitResult, by_loopback: bool) -> Diagnosis:
    """Limits and the trail go by the caller's address: the proxy must pass it on."""
    if by_loopback or store.shared:
        return well("caller_unasked")
    log = store.folder.root / "logs" / "duibiao.jsonl"
    before = log.stat().st_size if log.exists() else 0
    with closing(_connection(parts)) as asking:
        _ask(asking, "/ask-account")
    seen = {line["address"] for line in _lines_from(log, before) if line.get("path") == "/ask-account"}
    if any(ip_address(address).is_loopback for address in seen if address):
        return Diagnosis("caller", "hidden", "wrong")
    return well("caller") if seen else Diagnosis("caller", "unseen", "doubtful")


def _lines_from(log: Path, start: int) -> list[dict[str, str]]:
    try:
        with log.open(encoding="utf-8") as lines:
            lines.seek(start)
            return [json.loads(line) for line in lines]
    except (OSError, ValueError):
        return []
