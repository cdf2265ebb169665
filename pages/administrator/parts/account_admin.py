"""Changing one account: its password, its reach, whether it may sign in, and its conflicts of interest."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi import i18n
from kpi.access.passwords import FirstPassword
from kpi.errors import UserError
from kpi.queries import Account
from kpi.services.administrator.accounts import (
    LONGEST_CONFLICT_REASON,
    correct_conflict_reason,
    declare_conflict,
    disable_account,
    enable_account,
    end_account_sign_ins,
    known_conflicts,
    list_account_sign_ins,
    list_tokens,
    reset_account,
    set_scope,
    withdraw_conflict,
)
from pages.administrator.parts.account_table import known_codes
from pages.administrator.parts.first_password import hand_over
from pages.administrator.parts.reach_picker import pick_reach
from pages.administrator.parts.scope_labels import scope_label
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_error
from pages.widgets.option_picker import pick_option


def account_form(context: PageContext, found: Sequence[Account]) -> None:
    """Pick an account and offer what can be done with it."""
    st.subheader(translate("accounts.change"), anchor=False)
    by_name = {one.viewer.account: one for one in found}
    # One's own comes last: nobody is to reset or disable it for want of looking.
    names = sorted(by_name, key=lambda name: (name == context.viewer.account, name))
    account = by_name[pick_option(translate("accounts.name"), names, "account", str)]
    try:
        _switch(context, account)
        _scope(context, account, known_codes(found))
        _sign_ins(context, account)
        if account.viewer.role in ("reviewer", "administrator"):
            _conflicts(context, account)
    except UserError as error:
        show_error(error)


def _switch(context: PageContext, account: Account) -> None:
    name = account.viewer.account
    tokens = sum(one.revoked_at is None for one in list_tokens(context.store, context.viewer, name))
    ended = f"\n{translate('accounts.tokens_end', count=tokens)}" if tokens else ""
    with st.container(horizontal=True):
        who = f"{account.viewer.name} ({name})"
        means = translate("accounts.reset_means", who=who) + ended
        if ask_once(translate("accounts.reset"), means, key=f"reset-{name}"):
            password = reset_account(context.store, context.viewer, name).password
            hand_over([FirstPassword(name, account.viewer.name, account.viewer.role, account.viewer.scope, password)])
        if account.disabled:
            if st.button(translate("accounts.enable"), key=f"enable-{name}"):
                _done(enable_account(context.store, context.viewer, name))
        elif ask_once(
            translate("accounts.disable"), translate("accounts.disable_means", who=who) + ended, key=f"disable-{name}"
        ):
            _done(disable_account(context.store, context.viewer, name) is not None)


def _done(changed: bool) -> None:
    """Drawn again with what holds now, unless a colleague had done it in this very moment."""
    if not changed:
        raise UserError("changed_since_read")
    st.rerun()


def _scope(context: PageContext, account: Account, known: Sequence[str]) -> None:
    name, before = account.viewer.account, account.viewer.scope
    # Of this reach: once it is set the field shows the new one.
    scope = pick_reach(context, account.viewer.role, before, known, key=f"reach-{name}-{','.join(before)}")
    if scope == before:
        return
    means = translate(
        "accounts.set_scope_means",
        who=account.viewer.name,
        before=_listed(context, before),
        after=_listed(context, scope),
    )
    if ask_once(translate("accounts.set_scope"), means, key=f"set-reach-{name}"):
        set_scope(context.store, context.viewer, name, scope, seen=before)
        st.rerun()


def _listed(context: PageContext, scope: Sequence[str]) -> str:
    shown = i18n.text("number.list", context.lang).join(scope_label(one, context.lang) for one in scope)
    return shown or translate("accounts.nobody")


def _sign_ins(context: PageContext, account: Account) -> None:
    name = account.viewer.account
    found = list_account_sign_ins(context.store, context.viewer, name)
    html.where(translate("accounts.sign_ins", count=len(found)))
    for one in found:
        device = one.device or translate("account.unknown_device")
        st.text(
            translate("account.sign_in", at=format_datetime(one.created_at), device=device, address=one.address or "-")
        )
    means = translate("accounts.end_means", who=account.viewer.name)
    if found and ask_once(translate("accounts.end_all"), means, key=f"end-{name}"):
        end_account_sign_ins(context.store, context.viewer, name)
        st.rerun()


def _conflicts(context: PageContext, account: Account) -> None:
    """Of a reviewer or an administrator; those of one's own are another administrator's to withdraw and to correct."""
    name = account.viewer.account
    known = known_conflicts(context.store, context.viewer, name)
    if own := name == context.viewer.account:
        html.where(translate("accounts.own_conflicts"))
    for credit_code, reason in known.items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(translate("accounts.barred", code=credit_code, reason=reason))
            if own:
                continue
            means = translate("accounts.withdraw_means", who=account.viewer.name, code=credit_code)
            if ask_once(translate("accounts.withdraw"), means, key=f"withdraw-{name}-{credit_code}"):
                withdraw_conflict(context.store, context.viewer, name, credit_code)
                st.rerun()
        _correct(context, name, credit_code, reason)
    _declare(context, account)


def _correct(context: PageContext, name: str, credit_code: str, reason: str) -> None:
    # By what was read: a colleague's correction is a form of its own.
    key = f"correct-{name}-{credit_code}-{reason}"
    with st.expander(translate("accounts.correct")), st.form(key, border=False):
        said = st.text_input(
            translate("accounts.conflict_reason"), reason, max_chars=LONGEST_CONFLICT_REASON, key=f"{key}-reason"
        )
        html.where(translate("accounts.correct_how"))
        if st.form_submit_button(translate("accounts.correct")) and said != reason:
            correct_conflict_reason(context.store, context.viewer, name, credit_code, said, reason)
            st.rerun()


def _declare(context: PageContext, account: Account) -> None:
    """It reaches further than it looks: scores no longer count, and a round may be released by it."""
    name = account.viewer.account
    # Empty again once it is declared; what a colleague declares meanwhile empties nothing.
    times = f"conflict-{name}-times"
    key = f"conflict-{name}-{st.session_state.get(times, 0)}"
    credit_code = st.text_input(translate("accounts.conflict_with"), max_chars=18, key=f"{key}-with").strip()
    reason = st.text_input(
        translate("accounts.conflict_reason"), max_chars=LONGEST_CONFLICT_REASON, key=f"{key}-reason"
    )
    if not (credit_code and reason.strip()):
        return
    means = translate("accounts.declare_means", who=account.viewer.name, code=credit_code)
    if ask_once(translate("accounts.declare"), means, key=f"declare-{name}"):
        declare_conflict(context.store, context.viewer, name, credit_code, reason)
        st.session_state[times] = st.session_state.get(times, 0) + 1
        st.rerun()
