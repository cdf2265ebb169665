"""Accounts from a file: what it would add and what keeps it from that, asked once, then all of them together."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import StringIO
from typing import Generic, TypeVar

import streamlit as st

from kpi.errors import InvalidFile, UserError
from kpi.files.limits import application_limits
from kpi.intake.lists import LIST_TYPES, list_form
from kpi.services.administrator.account_import import AccountsPreview, add_accounts, preview_accounts
from pages.administrator.parts.accounts import scope_label
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_error
from pages.widgets.documents import problem_list, row_fault_list
from pages.widgets.first_passwords import give_first_passwords

# A list as a file: it is read when it comes, and what would be refused of it is said instead.


Preview = TypeVar("Preview")


@dataclass(frozen=True, slots=True)
class ReadList(Generic[Preview]):
    """A file as it came, and what it would do."""

    name: str
    data: bytes
    preview: Preview


def upload_list(
    label: str, key: str, read: Callable[[str, bytes], Preview], refused: str, explained: str | None = None
) -> ReadList[Preview] | None:
    """The uploader; None while there is no file, or where ``read`` raises ``InvalidFile``.

    ``refused`` is the sentence above the problems then.
    """
    most = application_limits().file_megabytes
    file = st.file_uploader(label, type=list(LIST_TYPES), key=key, help=explained, max_upload_size=most)
    if file is None:
        return None
    data = file.getvalue()
    try:
        return ReadList(file.name, data, read(file.name, data))
    except InvalidFile as fault:
        html.sentence(refused)
        problem_list(fault.problems)
        if fault.rows:
            st.subheader(translate("faults.other_rows", count=len(fault.rows)), anchor=False)
            row_fault_list(fault.rows)
        return None


_ROUND = "accounts_round"


def offer_accounts_file(context: PageContext) -> None:
    """The uploader; below it what the file would do."""
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
    if confirm_act(translate("accounts.add_all", count=len(preview.accounts)), means, key=f"add-{key}"):
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
    give_first_passwords(given)


# Without files: what a file of the reader's own would add, before it does
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
                account.name,
                account.display,
                translate(f"role.{account.role}") if account.role in list_form("accounts").words else account.role,
                "\n".join(scope_label(reach, context.lang) for reach in account.scope),
            ]
            for account in preview.accounts
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
    csv.writer(out, lineterminator="\r\n").writerows([[form.heading(column) for column in form.columns], *rows])
    return out.getvalue().encode("utf-8-sig")
