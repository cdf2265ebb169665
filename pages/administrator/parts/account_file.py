"""Accounts from a file: what it would add and what keeps it from that, asked once, then all of them together."""

from __future__ import annotations

import csv
from functools import partial
from io import StringIO

import streamlit as st

from kpi.errors import UserError
from kpi.intake.lists import list_form
from kpi.services.administrator.account_import import AccountsPreview, add_accounts, preview_accounts
from pages.administrator.parts.first_password import hand_over
from pages.administrator.parts.list_upload import upload_list
from pages.administrator.parts.scope_labels import scope_label
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.error_message import show_error
from pages.widgets.problem_list import row_fault_list

_ROUND = "accounts_round"


def offer_accounts_file(context: PageContext) -> None:
    """The uploader; below it what the file would do."""
    st.subheader(translate("accounts.from_file"), anchor=False)
    html.where(translate("accounts.file_how", most=list_form("accounts").most))
    st.download_button(
        translate("accounts.template"),
        _template(),
        file_name=translate("accounts.template_name"),
        mime="text/csv",
        on_click="ignore",
        key="accounts-template",
    )
    key = f"accounts-file-{st.session_state.get(_ROUND, 0)}"
    read = partial(preview_accounts, context.store, context.viewer)
    found = upload_list(translate("accounts.file"), key, read, translate("accounts.file_refused"))
    if found is None:
        return
    preview = found.preview
    _show(context, preview)
    if preview.faults:
        return
    means = translate("accounts.file_means", count=len(preview.accounts))
    if ask_once(translate("accounts.add_all", count=len(preview.accounts)), means, key=f"add-{key}"):
        _add(context, found.name, found.data)


def _add(context: PageContext, name: str, data: bytes) -> None:
    bar = st.progress(0.0, translate("accounts.adding"))

    def report(share: float) -> None:
        bar.progress(share, translate("accounts.adding"))

    try:
        given = add_accounts(context.store, context.viewer, name, data, report)
    except UserError as error:
        bar.empty()
        show_error(error)
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    hand_over(given)


def _show(context: PageContext, preview: AccountsPreview) -> None:
    if preview.faults:
        html.sentence(translate("accounts.file_faulty", count=len(preview.faults)))
        row_fault_list(preview.faults)
    else:
        html.sentence(translate("accounts.file_fine", count=len(preview.accounts)))
    html.table(
        [translate(f"accounts.{name}") for name in ("name", "display", "role", "reach")],
        [
            [
                one.name,
                one.display,
                translate(f"role.{one.role}") if one.role in list_form("accounts").words else one.role,
                "\n".join(scope_label(reach, context.lang) for reach in one.scope),
            ]
            for one in preview.accounts
        ],
        form="stacked",
    )


def _template() -> bytes:
    """The columns, and a fictitious account of each role that reaches somebody."""
    out = StringIO()
    form = list_form("accounts")
    rows = [
        ["example-enterprise", "演示企业（虚构）", "企业", "91000000MA9990001E"],
        ["example-reviewer", "演示评审（虚构）", "评审", "汽车；高端装备"],
        ["example-leader", "演示推荐单位（虚构）", "推荐单位", "松江区"],
    ]
    csv.writer(out, lineterminator="\r\n").writerows([[form.heading(one) for one in form.columns], *rows])
    return out.getvalue().encode("utf-8-sig")
