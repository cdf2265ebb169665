"""``kpi serve``: the app on a store."""

from __future__ import annotations

import hashlib
import hmac
import os
import runpy
import socket
import sys
from contextvars import Context
from errno import EADDRINUSE
from pathlib import Path
from typing import NoReturn

import click

from kpi.catalogue.catalogue import serve_notice
from kpi.cli.call import CallSession, shared_options, write_out
from kpi.cli.problems import saying_what_backup_stays
from kpi.errors import StoreUnavailable, UserError
from kpi.model.viewer import SYSTEM
from kpi.services.notices import notice_of_store
from kpi.services.operation.demonstration import (
    demonstration_accounts,
    ensure_demonstration,
    is_demonstration,
    loopback,
    refuse_public,
    refuse_public_demonstration,
)
from kpi.services.operation.settings import settings_from
from kpi.services.operation.state import BLOCKS_READ_BY, refuse_unsound
from kpi.services.operation.upgrade import upgrade_store
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.folder import StoreFolder
from kpi.store.open_store import open_store
from kpi.store.store import Store

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - to be recognised
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PROXIES = "FORWARDED_ALLOW_IPS"
"""Who serves to other machines names the proxy in front of it there, or "" for none."""
APP = Path(__file__).resolve().parents[2] / "app.py"


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, envvar="PORT", show_default=True)
@click.option("--address", default="127.0.0.1", show_default=True)
@click.option("--host", "hosts", multiple=True, metavar="NAME", help="Host name people use to reach it; repeatable.")
@click.option(
    "--demo", is_flag=True, help="Fill an empty store with fictitious enterprises and demonstration accounts."
)
@shared_options
@click.pass_obj
def serve(session: CallSession, port: int, address: str, hosts: tuple[str, ...], demo: bool) -> NoReturn:
    """Serve the app until it is stopped."""
    if session.serving is not None:
        # The app that serves the store is asked: to start here would put the new app in the running one's place.
        raise StoreUnavailable("store_served")
    settings_from(os.environ)
    names = _names(address, hosts)
    if demo:
        refuse_public_demonstration(address)
    if session.place.address is None and StoreFolder(session.folder).exists():
        _bring_forward(session)
    with open_store(session.place) as store:
        refuse_unsound(store)
        ensure_demonstration(store) if demo else ensure_baseline(store)
        notice_of_store(store, session.notice_option)
        demonstration = is_demonstration(store)
        serve_notice(notice_of_store(store))
        os.environ["STREAMLIT_SERVER_COOKIE_SECRET"] = _cookie_secret(store)
        refuse_public(store, address)
        if demonstration and not demo:
            # Its accounts, whose passwords everybody knows, would live on in what somebody takes for his own store.
            raise UserError("demonstration_unasked", name=session.folder.name)
    _refuse_unfit(address, port)
    lines = [session.words("serving", address=f"http://{address}:{port}")]
    if not loopback(address) and PROXIES not in os.environ:
        lines += [session.words("no_proxy")]
    if demonstration:
        lines += [session.words("demonstration_accounts")]
        lines += [
            f"    {account.name:14} {account.password:20} {account.display}" for account in demonstration_accounts()
        ]
    write_out([f"{line}\n" for line in lines], 1)
    os.environ |= {**session.place.environment, BLOCKS_READ_BY: str(os.getpid())}
    # Streamlit's own from here on, signals and exit code too. In this process, which has half of what it needs loaded.
    os.chdir(APP.parent)
    os.umask(0o077)  # what the server writes, the database's log among it, is its owner's alone
    sys.argv = ["streamlit", "run", str(APP), f"--server.port={port}", f"--server.address={address}"]
    sys.argv += ["--server.headless=true", *(f"--server.allowedHosts={name}" for name in names)]
    # In a context of its own: what this call has saved is not the doing of those who ask the server later.
    Context().run(runpy.run_module, "streamlit", run_name="__main__")
    sys.exit()


def _refuse_unfit(address: str, port: int) -> None:
    """Before anybody reads that the app is ready; Streamlit would say it in its own words, and end with 1.

    Raises:
        UserError: another program listens there, or this machine lets nobody listen there.
    """
    try:
        family, kind, _, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
    except OSError as error:
        raise UserError(
            "port_taken" if error.errno == EADDRINUSE else "cannot_listen", address=address, port=port
        ) from error


def _bring_forward(session: CallSession) -> None:
    """A store that an older program left is upgraded before it is served; one that was never finished is not old."""
    try:
        with saying_what_backup_stays(session) as backed_up:
            done = upgrade_store(session.folder, SYSTEM, backed_up=backed_up)
    except StoreUnavailable as error:
        if error.code != "store_absent":
            raise
        return
    if done.backup:
        said = session.words("upgraded", before=done.before, after=done.after, backup=done.backup)
        write_out([f"{said}\n"], 1)


def _cookie_secret(store: Store) -> str:
    """The key for Streamlit's cookies: the same after a restart, and revealing nothing of the store's own secret.

    It goes by the environment, which no other user can read, never by the command line, which everybody can.
    """
    return hmac.new(store.folder.secret(), b"streamlit cookies", hashlib.sha256).hexdigest()


def _names(address: str, hosts: tuple[str, ...]) -> list[str]:
    """The accepted hosts: this machine's own, the address served on, and the names people use.

    Any other name that leads here is somebody else's, who would read our pages through a visitor's browser.
    """
    if address in EVERYWHERE and not hosts:
        raise UserError("host_needed", address=address)
    return [*LOOPBACK, *([] if address in EVERYWHERE or loopback(address) else [address]), *hosts]
