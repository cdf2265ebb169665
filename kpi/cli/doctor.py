"""``kpi doctor``: what is wrong with the installation, and what to do about it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import asdict

import click

from kpi.cli.call import STORE_UNUSABLE, CallSession, shared_options
from kpi.errors import StoreUnavailable
from kpi.i18n import error_message
from kpi.services.operation.doctor import Diagnosis, examine, examine_address


@click.command("doctor")
@click.option("--url", metavar="URL", help="The address that people use: certificate and proxy are looked at too.")
@shared_options
@click.pass_obj
def examine_installation(session: CallSession, url: str | None) -> None:
    """Look at settings, permissions, disk, clock, font, copies and address, and say what is wrong and what to do.

    Exit 0: nothing is wrong, though something may be doubtful. Exit 3: something is wrong.
    """
    try:
        with session.reading() as store:
            found = [*examine(store, os.environ), _font()]
            found += examine_address(store, url) if url else ()
    except StoreUnavailable as error:
        if error.code == "store_locked":
            raise  # the process that serves it is asked
        words, remedy = error_message(error, session.lang)
        found = [Diagnosis("store", "unusable", "wrong", {"why": words, "what": remedy})]
    levels = Counter(item.level for item in found)
    if session.as_json:
        session.say_json({"found": [asdict(item) for item in found], "wrong": levels["wrong"]})
    else:
        for item in found:
            session.say(_line(session, item))
        session.say(session.words("doctor.sum", wrong=levels["wrong"], doubtful=levels["doubtful"]))
    if levels["wrong"]:
        session.code = STORE_UNUSABLE


def _font() -> Diagnosis:
    from kpi.reports.fonts import FAMILY, fonts  # Typst is loaded for it

    try:
        found = FAMILY in fonts().families()
    except (ImportError, OSError):
        found = False
    return (
        Diagnosis("font", "well", "well", {"name": FAMILY})
        if found
        else Diagnosis("font", "missing", "wrong", {"name": FAMILY})
    )


def _line(session: CallSession, item: Diagnosis) -> str:
    said = session.words(f"doctor.{item.check}.{item.said}", **item.about)
    line = f"{session.words(f'doctor.level.{item.level}'):8}  {said}"
    return (
        line
        if item.level == "well"
        else f"{line}\n    {session.words(f'doctor.{item.check}.{item.said}_do', **item.about)}"
    )
