"""``kpi account``: manage accounts, including the first administrator's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

import click

from kpi.access.passwords import FirstPassword
from kpi.cli.call import CallSession, base_name, read_file, refuse_to_replace, shared_options
from kpi.cli.main import CommandGroup
from kpi.cli.problems import print_row_faults
from kpi.errors import UserError
from kpi.model.times import now, shanghai_date, shanghai_minute
from kpi.model.viewer import Role
from kpi.services.administrator.account_import import add_accounts, preview_accounts
from kpi.services.administrator.accounts import (
    NewAccount,
    add_account,
    add_token,
    disable_account,
    enable_account,
    list_accounts,
    list_tokens,
    remove_second_factor,
    reset_account,
    revoke_token,
)
from kpi.store.folder import PRIVATE, write_whole
from kpi.tables.accounts import Account
from kpi.tables.api import ApiToken

# ``kpi account token``: tokens by which an enterprise's own systems use the HTTP interface.


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
        session.say_json({"tokens": [_token_json(item) for item in found]})
        return
    for api_token in found:
        state, moment = _state(api_token)
        used = session.words("token_used", moment=shanghai_minute(api_token.used_at)) if api_token.used_at else None
        columns = [
            api_token.id,
            api_token.account,
            session.words(f"token_state_{state}", moment=shanghai_minute(moment)),
        ]
        session.say("  ".join([*columns, used or session.words("token_unused"), api_token.label]).rstrip())


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


@click.group(cls=CommandGroup)
@shared_options
def account() -> None:
    """Add, disable, enable, reset and list accounts, and their tokens and second factors."""


account.add_command(token)


@account.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(get_args(Role)))
@click.option("--display", help="Display name (default: NAME).")
@click.option("--scope", multiple=True, metavar="SCOPE", help="Credit code, industry, body or duty; repeatable.")
@click.option("--oidc", nargs=2, metavar="ISSUER SUBJECT", help="OpenID Connect identity that may sign in to it.")
@shared_options
@click.pass_obj
def add(
    session: CallSession,
    name: str,
    role: Role,
    display: str | None,
    scope: tuple[str, ...],
    oidc: tuple[str, str] | None,
) -> None:
    """Add account NAME and print its initial password, which must be changed at first sign-in."""
    with session.store() as store:
        password = add_account(store, session.viewer, NewAccount(name, display or name, role, scope, oidc))
    _print_password(session, name, password)


@account.command("import")
@click.argument("file")
@click.option("--check", "only_check", is_flag=True, help="Show what the file would add, and add nothing.")
@click.option(
    "--sheet", metavar="OUT.docx", help="Write the initial passwords to a Word sheet instead of printing them."
)
@shared_options
@click.pass_obj
def import_accounts(session: CallSession, file: str, only_check: bool, sheet: str | None) -> None:
    """Add the accounts listed in FILE, all of them or none; columns as on the page (account, display, role, scope)."""
    data = read_file(session, file)
    if sheet and not sheet.endswith(".docx"):
        raise UserError("sheet_not_docx", name=sheet)
    if sheet and not only_check:
        refuse_to_replace(session, sheet)  # an earlier sheet: its passwords are kept nowhere else
    with session.reading() if only_check else session.store() as store:
        preview = preview_accounts(store, session.viewer, base_name(file), data)
        if preview.faults:
            print_row_faults(session, preview.faults)
            return
        if only_check:
            _print_preview(session, preview.accounts)
            return
        given = add_accounts(store, session.viewer, base_name(file), data)
    if sheet:
        from kpi.reports.meeting import password_sheet

        written = password_sheet(given, session.lang, "", shanghai_date(now()))
        try:
            write_whole(session.path(sheet), written, PRIVATE)
        except OSError:
            # They are kept nowhere: what cannot be written is printed.
            session.complain(session.words("sheet_not_written", name=sheet))
            sheet = None
    _print_passwords(session, given, sheet)


@account.command()
@click.argument("name")
@shared_options
@click.pass_obj
def disable(session: CallSession, name: str) -> None:
    """Disable account NAME, effective at its next click, and revoke its tokens."""
    with session.store(furnish=False) as store:
        tokens = disable_account(store, session.viewer, name)
    if session.as_json:
        session.say_json({"name": name, "changed": tokens is not None, "tokens_revoked": tokens or 0})
        return
    session.say(session.words("account_disabled_already" if tokens is None else "account_disabled", name=name))
    _say_revoked(session, tokens or 0)


@account.command()
@click.argument("name")
@shared_options
@click.pass_obj
def enable(session: CallSession, name: str) -> None:
    """Enable account NAME again; its tokens stay revoked."""
    with session.store(furnish=False) as store:
        changed = enable_account(store, session.viewer, name)
    if session.as_json:
        session.say_json({"name": name, "changed": changed})
        return
    session.say(session.words("account_enabled" if changed else "account_enabled_already", name=name))


@account.command()
@click.argument("name")
@shared_options
@click.pass_obj
def reset(session: CallSession, name: str) -> None:
    """Give account NAME a new initial password; end its sign-ins and any wait, and revoke its tokens."""
    with session.store(furnish=False) as store:
        done = reset_account(store, session.viewer, name)
    if session.as_json:
        session.say_json({"name": name, "password": done.password, "tokens_revoked": done.tokens})
        return
    _print_password(session, name, done.password)
    _say_revoked(session, done.tokens)


@account.command("remove-second-factor")
@click.argument("name")
@shared_options
@click.pass_obj
def remove_factor(session: CallSession, name: str) -> None:
    """Remove account NAME's second factor, whose holder has lost it, and end its sign-ins."""
    with session.store(furnish=False) as store:
        remove_second_factor(store, session.viewer, name)
    if session.as_json:
        session.say_json({"name": name, "second_factor": False})
        return
    session.say(session.words("second_factor_removed", name=name))


@account.command("list")
@shared_options
@click.pass_obj
def print_accounts(session: CallSession) -> None:
    """List all accounts by name."""
    with session.reading() as store:
        found = list_accounts(store, session.viewer)
    if session.as_json:
        session.say_json({"accounts": [_as_json(entry) for entry in found]})
        return
    for item in found:
        state = session.words("account_is_disabled") if item.disabled else ""
        columns = [item.viewer.account, item.viewer.role, item.viewer.name, *item.viewer.scope, state]
        session.say("  ".join(columns).rstrip())


def _as_json(found: Account) -> dict[str, Any]:
    return {
        "name": found.viewer.account,
        "display": found.viewer.name,
        "role": found.viewer.role,
        "scope": list(found.viewer.scope),
        "conflicts": list(found.viewer.barred),
        "disabled": found.disabled,
        "demonstration": found.demonstration,
        "second_factor": found.second_factor_at is not None,
        "oidc": [found.issuer, found.subject] if found.issuer else None,
    }


def _print_preview(session: CallSession, accounts: Sequence[NewAccount]) -> None:
    if session.as_json:
        listed = [
            {"name": item.name, "display": item.display, "role": item.role, "scope": item.scope} for item in accounts
        ]
        session.say_json({"accounts": listed})
        return
    for new_account in accounts:
        session.say("  ".join([new_account.name, new_account.role, new_account.display, *new_account.scope]))
    session.say(session.words("accounts_would_be", count=len(accounts)))


def _print_passwords(session: CallSession, given: Sequence[FirstPassword], sheet: str | None) -> None:
    """Not the passwords where they lie in a sheet."""
    if session.as_json:
        secret = [{} if sheet else {"password": first.password} for first in given]
        added = [{"name": first.account, **more} for first, more in zip(given, secret, strict=True)]
        session.say_json({"accounts": added, "sheet": sheet})
        return
    for password in [] if sheet else given:
        session.say(session.words("first_password", name=password.account, password=password.password))
    session.say(session.words("accounts_added", count=len(given)))
    if sheet:
        session.say(session.words("sheet_written", name=sheet))


def _print_password(session: CallSession, name: str, password: str) -> None:
    if session.as_json:
        session.say_json({"name": name, "password": password})
    else:
        session.say(session.words("first_password", name=name, password=password))


def _say_revoked(session: CallSession, tokens: int) -> None:
    if tokens:
        session.say(session.words("tokens_revoked", count=tokens))
