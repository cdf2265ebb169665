"""``kpi account token``: tokens by which an enterprise's own systems use the HTTP interface."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from kpi.cli.lazy_commands import CommandGroup
from kpi.cli.session import CallSession, shared_options
from kpi.model.times import now, shanghai_minute
from kpi.queries import ApiToken
from kpi.services.administrator.api_tokens import add_token, list_tokens, revoke_token

DAYS = 90


@click.group(cls=CommandGroup)
@shared_options
def token() -> None:
    """Add, list and revoke tokens of the HTTP interface."""


@token.command("add")
@click.argument("account")
@click.option("--days", type=int, default=DAYS, show_default=True, help="Days until it expires.")
@click.option("--label", default="", help="What it is for, such as the system that uses it.")
@shared_options
@click.pass_obj
def print_new_token(session: CallSession, account: str, days: int, label: str) -> None:
    """Add a token that acts as ACCOUNT, within its role and scope, and print it once."""
    with session.store(furnish=False) as store:
        new = add_token(store, session.viewer, account, days, label)
    if session.as_json:
        session.say_json({"id": new.id, "account": account, "token": new.token, "expires_at": _utc(new.expires_at)})
        return
    until = shanghai_minute(new.expires_at)
    session.say(session.words("token_added", id=new.id, account=account, expires=until, token=new.token))


@token.command("list")
@click.argument("account", required=False)
@shared_options
@click.pass_obj
def print_tokens(session: CallSession, account: str | None) -> None:
    """List all tokens, or those of ACCOUNT, the latest first. The tokens themselves are not kept."""
    with session.reading() as store:
        found = list_tokens(store, session.viewer, account)
    if session.as_json:
        session.say_json({"tokens": [_token_json(one) for one in found]})
        return
    for one in found:
        state, moment = _state(one)
        used = session.words("token_used", moment=shanghai_minute(one.used_at)) if one.used_at else None
        columns = [one.id, one.account, session.words(f"token_state_{state}", moment=shanghai_minute(moment))]
        session.say("  ".join([*columns, used or session.words("token_unused"), one.label]).rstrip())


@token.command("revoke")
@click.argument("token_id", metavar="ID")
@shared_options
@click.pass_obj
def refuse_token(session: CallSession, token_id: str) -> None:
    """Revoke token ID, effective at its next call."""
    with session.store(furnish=False) as store:
        changed = revoke_token(store, session.viewer, token_id)
    if session.as_json:
        session.say_json({"id": token_id, "changed": changed})
    else:
        session.say(session.words("token_revoked" if changed else "token_revoked_already", id=token_id))


def _state(one: ApiToken) -> tuple[str, datetime]:
    if one.revoked_at:
        return "revoked", one.revoked_at
    return ("valid" if one.expires_at > now() else "expired"), one.expires_at


def _token_json(one: ApiToken) -> dict[str, Any]:
    return {
        "id": one.id,
        "account": one.account,
        "label": one.label,
        "state": _state(one)[0],
        "added_by": one.added_by,
        "added_at": _utc(one.added_at),
        "expires_at": _utc(one.expires_at),
        "revoked_at": _utc(one.revoked_at) if one.revoked_at else None,
        "used_at": _utc(one.used_at) if one.used_at else None,
    }


def _utc(moment: datetime) -> str:
    return moment.isoformat()
