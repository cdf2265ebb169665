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


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs, which Debian keeps off the PATH: of the newest version installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    return folders[0].parent if folders else None


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
        return "no PostgreSQL: install Debian's postgresql (see scripts/postgresql.sh)"
    return None


@contextmanager
def running() -> Iterator[str]:
    """The server's connection string while it runs. Only this user and root reach its folder."""
    folder, bin_folder, user = Path(tempfile.mkdtemp(prefix="kpi-pg-")), programs(), owner()
    assert bin_folder
    assert user
    # A test's own folder is too long for the name of a socket, which has room for 107 letters.
    shutil.chown(folder, user)
    data, log = folder / "data", folder / "log"

    def run(*command: str) -> None:
        as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=folder, env=os.environ | {"LC_ALL": "C.UTF-8"},
            **as_user,  # type: ignore[call-overload]
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + (log.read_text("utf-8") if log.exists() else "")

    try:
        run(f"{bin_folder}/initdb", "-D", str(data), "-U", "kpi", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8",
            "--no-sync", "--no-instructions")  # fmt: skip
        options = [f"-c {name}={value or repr('')}" for name, value in SETTINGS.items()]
        # Its own output goes to a file: a pipe would stay open as long as the server lives.
        run(f"{bin_folder}/pg_ctl", "-D", str(data), "-l", str(log), "-t", PATIENCE, "-w", "start",
            "-o", " ".join([*options, f"-k {folder}"]))  # fmt: skip
        try:
            yield f"host={folder} user=kpi dbname=postgres"
        finally:
            run(f"{bin_folder}/pg_ctl", "-D", str(data), "-t", PATIENCE, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
