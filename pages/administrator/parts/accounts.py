"""Accounts in a table, and changing one: its password, its reach, whether it may sign in, its conflicts of interest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast, get_args

import streamlit as st

from kpi import i18n
from kpi.access.passwords import FirstPassword
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import code_or_text
from kpi.errors import UserError
from kpi.model.language import Lang, Text
from kpi.model.times import shanghai_date
from kpi.model.viewer import DUTIES, ENTERPRISE_DUTIES, EnterpriseDuty, Role
from kpi.reports.content import About, LabelledLine, ReportTable
from kpi.services.administrator.accounts import (
    LONGEST_CONFLICT_REASON,
    applicant_names,
    correct_conflict_reason,
    declare_conflict,
    disable_account,
    enable_account,
    end_account_sign_ins,
    known_conflicts,
    list_account_sign_ins,
    list_tokens,
    remove_second_factor,
    reset_account,
    set_person_duties,
    set_scope,
    withdraw_conflict,
)
from kpi.tables.accounts import Account
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_error
from pages.widgets.first_passwords import give_first_passwords
from pages.widgets.picker import pick_day, pick_option, search_word
from pages.widgets.tables import format_datetime, show_long_table, typed_table

# Whom an account reaches, by names of the reader's language.


def scope_label(reach: str, lang: Lang) -> str:
    """A recommending body, an industry or a duty in the reader's language; a credit code as it is."""
    if reach in (*DUTIES, *ENTERPRISE_DUTIES):
        return i18n.text(f"page.duty.{reach}", lang)
    return {name.zh: name.in_(lang) for name in _scope_labels_names()}.get(reach, reach)


def _scope_labels_names() -> list[Text]:
    bodies = [body.name for body in catalogue().bodies]
    return [*bodies, *(industry.name for industry in catalogue().industries)]


# The accounts as a table, by what is looked for: a word of a name or a reach, a role, a state, the day of adding.


EVERY = "every"


def account_table(context: PageContext, found: Sequence[Account]) -> None:
    """The filters, and the accounts that pass them."""
    left, middle, right = st.columns(3)
    with left:
        word = search_word(translate("accounts.search"), "accounts-word").lower()
    with middle:
        role = pick_option(
            translate("accounts.role"),
            [EVERY, *get_args(Role)],
            "accounts-role",
            lambda item: translate("accounts.every_role") if item == EVERY else translate(f"role.{item}"),
        )
    with right:
        state = pick_option(
            translate("accounts.state"),
            [EVERY, "enabled", "disabled"],
            "accounts-state",
            lambda item: translate("accounts.every_state") if item == EVERY else translate(f"accounts.{item}"),
        )
    left, middle, _ = st.columns(3)
    with left:
        begin = pick_day(translate("accounts.added_from"), "accounts-added_from")
    with middle:
        end = pick_day(translate("accounts.added_to"), "accounts-added_to")
    rows = [_row(context, account) for account in found]
    shown = [
        row
        for account, row in zip(found, rows, strict=True)
        if role in (EVERY, account.viewer.role) and state in (EVERY, "disabled" if account.disabled else "enabled")
        if (begin or date.min) <= shanghai_date(account.created_at) <= (end or date.max)
        if word in "\n".join(row).lower()
    ]
    narrowed = len(shown) < len(rows)
    if narrowed:
        html.where(translate("accounts.shown", shown=len(shown), count=len(found)))
    asked = [("search", word), ("role", translate(f"role.{role}") if role != EVERY else "")]
    asked.append(("state", translate(f"accounts.{state}") if state != EVERY else ""))
    asked += [(name, day.isoformat() if day else "") for name, day in (("added_from", begin), ("added_to", end))]
    about = About(
        translate("title.accounts"),
        filters=[LabelledLine(translate(f"accounts.{name}"), value) for name, value in asked if value],
    )
    everything = rows if narrowed else None
    show_long_table(context, about, shown, _table, "accounts", form="stacked", everything=everything, thing="accounts")


def known_codes(found: Sequence[Account]) -> tuple[str, ...]:
    """The credit codes that enterprises' accounts reach."""
    return tuple(
        sorted({code for account in found if account.viewer.role == "enterprise" for code in account.viewer.scope})
    )


def _table(rows: Sequence[Sequence[str]]) -> ReportTable:
    names = ("name", "display", "role", "reach", "conflicts", "state", "since")
    return typed_table([translate(f"accounts.{name}") for name in names], rows)


def _row(context: PageContext, one: Account) -> list[str]:
    return [
        one.viewer.account,
        one.viewer.name,
        translate(f"role.{one.viewer.role}"),
        "\n".join(scope_label(reach, context.lang) for reach in (*one.viewer.scope, *one.viewer.named))
        or "\n".join(scope_label(duty, context.lang) for duty in one.viewer.duties),
        "\n".join(one.viewer.barred),
        translate("accounts.disabled") if one.disabled else translate("accounts.enabled"),
        format_datetime(one.created_at),
    ]


# Choosing whom an account reaches: from what the notice and the programme know, by names of the reader's language.


def pick_reach(
    context: PageContext, role: Role, chosen: Sequence[str], known: Sequence[str], key: str
) -> tuple[str, ...]:
    """By role: duties; one body; industries and candidates; credit codes. ``known`` codes are offered, others typed."""
    if role == "administrator":
        return _duties(context, chosen, key)
    if role == "leader":
        return _body(context, chosen, key)
    names = applicant_names(context.store, context.viewer)
    listed = [industry.name.zh for industry in catalogue().industries] if role == "reviewer" else []
    options = list(dict.fromkeys([*listed, *chosen, *sorted({*names, *known})]))
    picked = st.multiselect(
        translate(f"accounts.reach_of_{role}"),
        options,
        list(chosen),
        format_func=lambda item: _label(context, names, item),
        accept_new_options=True,
        placeholder=translate("accounts.reach_choose"),
        help=translate("accounts.reach_help"),
        select_all=False,  # Streamlit's first entry would grant every industry and candidate by one press
        key=key,
    )
    return tuple(item if item in listed else code_or_text(item) for item in picked)


def _duties(context: PageContext, chosen: Sequence[str], key: str) -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            translate("accounts.reach_of_administrator"),
            DUTIES,
            [duty for duty in DUTIES if duty in chosen],
            format_func=lambda duty: scope_label(duty, context.lang),
            placeholder=translate("duty.all"),
            help=translate("accounts.duties_help"),
            select_all=False,
            key=key,
        )
    )


def _body(context: PageContext, chosen: Sequence[str], key: str) -> tuple[str, ...]:
    bodies = [body.name.zh for body in catalogue().bodies]
    at = bodies.index(chosen[0]) if chosen and chosen[0] in bodies else None
    picked = cast(
        str | None,
        st.selectbox(
            translate("accounts.reach_of_leader"),
            bodies,
            index=at,
            format_func=lambda item: scope_label(item, context.lang),
            placeholder=translate("accounts.reach_choose"),
            key=key,
        ),
    )
    return () if picked is None else (picked,)


def _label(context: PageContext, names: dict[str, str], reach: str) -> str:
    return f"{reach}　{names[reach]}" if reach in names else scope_label(reach, context.lang)


# Changing one account: its password, its reach, whether it may sign in, and its conflicts of interest.


def account_form(context: PageContext, found: Sequence[Account]) -> None:
    """Pick an account and offer what can be done with it."""
    html.titled(translate("accounts.change"))
    by_name = {item.viewer.account: item for item in found}
    # One's own comes last: nobody is to reset or disable it for want of looking.
    names = sorted(by_name, key=lambda name: (name == context.viewer.account, name))
    account = by_name[pick_option(translate("accounts.name"), names, "account", str)]
    try:
        _switch(context, account)
        _scope(context, account, known_codes(found))
        if account.viewer.role == "enterprise":
            _person_duties(context, account)
        _second_factor(context, account)
        _sign_ins(context, account)
        if account.viewer.role in ("reviewer", "administrator"):
            _conflicts(context, account)
    except UserError as error:
        show_error(error)


def _switch(context: PageContext, account: Account) -> None:
    name = account.viewer.account
    tokens = sum(list_token.revoked_at is None for list_token in list_tokens(context.store, context.viewer, name))
    ended = f"\n{translate('accounts.tokens_end', count=tokens)}" if tokens else ""
    with st.container(horizontal=True):
        who = f"{account.viewer.name} ({name})"
        means = translate("accounts.reset_means", who=who) + ended
        if confirm_act(translate("accounts.reset"), means, key=f"reset-{name}"):
            password = reset_account(context.store, context.viewer, name).password
            give_first_passwords(
                [FirstPassword(name, account.viewer.name, account.viewer.role, account.viewer.scope, password)]
            )
        if account.disabled:
            if st.button(translate("accounts.enable"), key=f"enable-{name}"):
                _done(enable_account(context.store, context.viewer, name))
        elif confirm_act(
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
    if account.viewer.duties and name == context.viewer.account:
        html.where(translate("accounts.own_duties", duties=_listed(context, "administrator", before)))
        return
    # Of this reach: once it is set the field shows the new one.
    scope = pick_reach(context, account.viewer.role, before, known, key=f"reach-{name}-{','.join(before)}")
    if scope == before:
        return
    means = translate(
        "accounts.set_scope_means",
        who=account.viewer.name,
        before=_listed(context, account.viewer.role, before),
        after=_listed(context, account.viewer.role, scope),
    )
    if confirm_act(translate("accounts.set_scope"), means, key=f"set-reach-{name}"):
        set_scope(context.store, context.viewer, name, scope, seen=before)
        st.rerun()


def _person_duties(context: PageContext, account: Account) -> None:
    """What a person of an enterprise does there, where its own people cannot set it right any more."""
    name, before = account.viewer.account, account.viewer.enterprise_duties
    duties: list[EnterpriseDuty] = st.multiselect(
        translate("people.duties"),
        ENTERPRISE_DUTIES,
        list(before),
        format_func=lambda duty: scope_label(duty, context.lang),
        placeholder=translate("people.duties_choose"),
        select_all=False,
        key=f"person-duties-{name}-{','.join(before)}",
    )
    if set(duties) == set(before):
        return
    words = {"before": _listed(context, "enterprise", before), "after": _listed(context, "enterprise", duties)}
    means = translate("people.change_means", who=account.viewer.name, **words)
    if confirm_act(translate("people.change"), means, key=f"set-duties-{name}"):
        set_person_duties(context.store, context.viewer, name, duties, seen=before)
        st.rerun()


def _listed(context: PageContext, role: Role, scope: Sequence[str]) -> str:
    shown = i18n.text("number.list", context.lang).join(scope_label(item, context.lang) for item in scope)
    return shown or translate("duty.all" if role == "administrator" else "accounts.nobody")


def _sign_ins(context: PageContext, account: Account) -> None:
    name = account.viewer.account
    found = list_account_sign_ins(context.store, context.viewer, name)
    html.where(translate("accounts.sign_ins", count=len(found)))
    html.bullets(
        [
            translate(
                "account.sign_in",
                at=format_datetime(sign_in.created_at),
                device=sign_in.device or translate("account.unknown_device"),
                address=sign_in.address or "-",
            )
            for sign_in in found
        ]
    )
    means = translate("accounts.end_means", who=account.viewer.name)
    if found and confirm_act(translate("accounts.end_all"), means, key=f"end-{name}"):
        end_account_sign_ins(context.store, context.viewer, name)
        st.rerun()


def _second_factor(context: PageContext, account: Account) -> None:
    if account.second_factor_at is None:
        return
    name = account.viewer.account
    html.where(translate("accounts.second_factor", at=format_datetime(account.second_factor_at)))
    means = translate("accounts.remove_factor_means", who=account.viewer.name)
    own = name == context.viewer.account
    if not own and confirm_act(translate("accounts.remove_factor"), means, key=f"factor-{name}"):
        remove_second_factor(context.store, context.viewer, name)
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
            if confirm_act(translate("accounts.withdraw"), means, key=f"withdraw-{name}-{credit_code}"):
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
    if confirm_act(translate("accounts.declare"), means, key=f"declare-{name}"):
        declare_conflict(context.store, context.viewer, name, credit_code, reason)
        st.session_state[times] = st.session_state.get(times, 0) + 1
        st.rerun()
