"""``kpi certificate``: a statement that an installation signed, read by whoever has its published keys."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import click

from kpi.cli.call import INPUT_HAS_ERRORS, CallSession, read_file, shared_options
from kpi.errors import UserError
from kpi.files.text import printable
from kpi.services.signatures import CERTIFICATES, read_statement

LONGEST = 120


@click.command("certificate")
@click.argument("file", metavar="CERTIFICATE.jws")
@click.option("--keys", required=True, metavar="KEYS.json", help="The published keys of the installation that signed.")
@click.option("--of", metavar="FILE", help="The file it certifies, compared by its SHA-256.")
@shared_options
@click.pass_obj
def print_certificate(session: CallSession, file: str, keys: str, of: str | None) -> None:
    """Check a certificate against the published keys, and say what it certifies; without a store.

    Exit 0: signed by one of the keys, and FILE is what it certifies. Exit 1: FILE is another.
    """
    found = read_statement(read_text(session, file), read_keys(session, keys), *CERTIFICATES)
    same = None if of is None else hashlib.sha256(read_file(session, of)).hexdigest() == found.claims.get("sha256")
    if session.as_json:
        session.say_json({"kind": found.kind, "key": found.key, "certifies": dict(found.claims), "same": same})
    else:
        session.say(session.words(f"certificate.{found.kind}", signer=found.key))
        for name, value in found.claims.items():
            session.say(f"  {printable(name, LONGEST)}: {printable(str(value), LONGEST)}")
        if of is not None:
            session.say(session.words("certificate.same" if same else "certificate.other", name=printable(of, LONGEST)))
    if same is False:
        session.code = INPUT_HAS_ERRORS


def read_text(session: CallSession, name: str) -> str:
    """A signed text that was kept somewhere.

    Raises:
        UserError: the file cannot be read, or is no text.
    """
    try:
        return read_file(session, name).decode("ascii")
    except UnicodeDecodeError as error:
        raise UserError("signature_invalid") from error


def read_keys(session: CallSession, name: str) -> dict[str, Any]:
    """The published keys, as ``kpi store keys`` and the server give them.

    Raises:
        UserError: the file cannot be read, or holds no keys.
    """
    try:
        keys: dict[str, Any] = json.loads(read_file(session, name))
    except ValueError as error:
        raise UserError("keys_invalid") from error
    return keys
