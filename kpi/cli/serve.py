"""``kpi serve``: the app on a store."""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn

import click

from kpi.cli.session import Session, shared_options
from kpi.errors import StoreUnusable, Told
from kpi.services.demonstration import ACCOUNTS, ensure_demonstration, is_demonstration
from kpi.services.freezing import ensure_baseline
from kpi.store import Store

APP = Path(__file__).resolve().parents[2] / "app.py"


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, envvar="PORT", show_default=True)
@click.option("--address", default="127.0.0.1", show_default=True)
@click.option("--demo", is_flag=True, help="Fill an empty store with fictitious enterprises and four accounts.")
@shared_options
@click.pass_obj
def serve(session: Session, port: int, address: str, demo: bool) -> NoReturn:
    """Serve the app until it is stopped."""
    if session.serving is not None:
        # The app that serves the store is asked: to start here would put the new app in the running one's place.
        raise StoreUnusable("store_served")
    with Store.open(session.folder) as store:
        ensure_demonstration(store) if demo else ensure_baseline(store)
        demonstration = is_demonstration(store)
    if demonstration and not _loopback(address):
        raise Told("demonstration_not_public", address=address)
    lines = [session.words("serving", address=f"http://{address}:{port}")]
    if demonstration:
        lines += [session.words("demonstration_accounts")]
        lines += [f"    {account.name:14} {account.password:20} {account.display}" for account in ACCOUNTS]
    print("\n".join(lines), flush=True)
    os.environ["KPI_STORE"] = str(session.folder)
    # The app's own process from here on: signals and exit code are Streamlit's.
    os.chdir(APP.parent)
    command = ["-m", "streamlit", "run", str(APP), f"--server.port={port}", f"--server.address={address}"]
    os.execv(sys.executable, [sys.executable, *command, "--server.headless=true"])  # noqa: S606 - our own words, no shell


def _loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
