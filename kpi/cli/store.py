"""``kpi store``: check that the store is complete and unchanged."""

from __future__ import annotations

from dataclasses import asdict

import click

from kpi.cli.session import STORE_UNUSABLE, CallSession, shared_options
from kpi.services.operation.store_verification import verify_store


@click.group()
@shared_options
def store() -> None:
    """Verify the store."""


@store.command("verify")
@shared_options
@click.pass_obj
def print_verification(session: CallSession) -> None:
    """Check originals, baselines, sealed records and the audit trail against their hashes."""
    with session.store() as opened:
        verified = verify_store(opened)
    if session.as_json:
        session.say_json(asdict(verified) | {"sound": verified.sound})
    else:
        session.say(
            session.words(
                "verified",
                originals=verified.originals,
                baselines=verified.baselines,
                releases=verified.releases,
                acts=verified.acts,
                faults=len(verified.findings),
            )
        )
    if not verified.sound:
        for finding in verified.findings:
            session.complain(session.words(f"finding.{finding.code}", name=finding.name))
        session.code = STORE_UNUSABLE
