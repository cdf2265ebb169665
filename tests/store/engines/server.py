"""A PostgreSQL of the tests' own, from the system's packages: in a temporary folder, on a Unix socket, for one run."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import programs as programs_of_tests
from tests.clock.sitecustomize import AHEAD

SETTINGS = {
    # A store that lives for a minute need not survive the machine.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "",
    "shared_buffers": "16MB",
    "max_connections": "80",
    "autovacuum": "off",
}
PATIENCE = "300"
"""Seconds: on a machine that runs much else a start takes longer than the minute that pg_ctl would wait."""
CONTROL = ("pg_ctl", "-w", "-t", PATIENCE)


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs."""
    found = programs_of_tests.found("initdb")
    return Path(found).resolve().parent if found else None


def owner() -> str | None:
    """Whom the server runs as: this user; for root, whom PostgreSQL refuses, "postgres"; None where that is missing."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    return next((user.pw_name for user in pwd.getpwall() if user.pw_name == "postgres"), None)


def missing() -> str | None:
    """What keeps these tests from running, or None."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "no psycopg: install requirements-dev.txt"
    if programs() is None or owner() is None:
        return "no PostgreSQL: install Debian's postgresql (see scripts/programs.sh)"
    return None


@contextmanager
def running(**more: str) -> Iterator[str]:
    """The server's connection string while it runs. Only this user and root reach its folder. ``more`` are settings."""
    # A test's own folder is too long for the name of a socket, which has room for 107 letters.
    folder = Path(tempfile.mkdtemp(prefix="kpi-pg-"))
    shutil.chown(folder, owner())
    try:
        _run(folder, "initdb", "-U", "kpi", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync",
             "--no-instructions")  # fmt: skip
        options = [f"-c {name}={value or repr('')}" for name, value in (SETTINGS | more).items()]
        _run(folder, *CONTROL, "start", "-o", " ".join([*options, f"-k {folder}"]))
        try:
            said = f"host={folder} user=kpi dbname=postgres"
            _move_clock(said)
            yield said
        finally:
            _run(folder, *CONTROL, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _move_clock(said: str) -> None:
    """To the day of the tests, in all databases that will be made: theirs is the clock of a shared store."""
    import psycopg

    with psycopg.connect(said, autocommit=True) as connection:
        connection.execute("alter database template0 allow_connections true")
    for template in ("template0", "template1"):
        with psycopg.connect(said, dbname=template) as connection:
            connection.execute("alter function pg_catalog.clock_timestamp() rename to machine_timestamp")
            connection.execute(
                "create function pg_catalog.clock_timestamp() returns timestamptz language sql"
                f" return pg_catalog.machine_timestamp() + interval '{AHEAD.total_seconds()} seconds'".encode()
            )


def start_again(said: str) -> None:
    """End the server of that connection string as by a power cut, and start it again."""
    folder = Path(said.split()[0].removeprefix("host="))
    _run(folder, *CONTROL, "-m", "immediate", "restart")


def _run(folder: Path, program: str, *arguments: str) -> None:
    bin_folder, user = programs(), owner()
    assert bin_folder
    assert user
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to serve as root
        as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    log = folder / "log"
    # The server's own output goes to a file: a pipe would stay open as long as it lives.
    output = ["-l", str(log)] if program == "pg_ctl" else []
    done = subprocess.run(
        [f"{bin_folder}/{program}", "-D", str(folder / "data"), *output, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        **as_user,
    )
    assert done.returncode == 0, done.stderr + (log.read_text("utf-8") if log.exists() else "")
