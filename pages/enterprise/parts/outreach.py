"""A listed factory writes down on its home what it will do to spread its experience, and reports that it did."""

from __future__ import annotations

import streamlit as st

from kpi.access.roles import allows
from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.model.outreach import OUTREACH_KINDS, ListedFactory
from kpi.model.times import now, shanghai_date
from kpi.reports.content import About
from kpi.services.outreach import LONGEST_PROMISE, own_outreach, promise_outreach, report_outreach
from pages.session.context import PageContext, current_viewer
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import entries, show_done, show_error
from pages.widgets.outreach import outreach_counts, promise_cells, promise_label
from pages.widgets.tables import show_table, typed_table

_ANSWERED, _TIMES = "outreach-answered", "outreach-times"


def show_own_outreach(context: PageContext) -> None:
    """Of the factory that was listed last; nothing where none is."""
    if own := own_outreach(context.store, context.viewer):
        factory, today = own[0], shanghai_date(now())
        with st.container(border=True, key="outreach"):
            said = {"factory": factory.label, "year": factory.year, **outreach_counts([factory], today)}
            html.titled(translate("outreach.title", **said))
            html.where(translate("outreach.how"))
            _show_answered()
            if factory.promises:
                columns = [translate(f"outreach.column_{name}") for name in ("kind", "what", "due", "state")]
                table = typed_table(columns, [promise_cells(item, today) for item in factory.promises])
                about = About(translate("outreach.name"), factory.label)
                show_table(context, about, table, "outreach", form="stacked")
            if not allows(context.viewer, "fill_own"):
                return
            _promise_form(context, factory)
            if factory.promises:
                _report_form(context, factory)


def _show_answered() -> None:
    answered = st.session_state.pop(_ANSWERED, None)
    if isinstance(answered, UserError):
        show_error(answered, over_the_page=True)
    elif answered:
        show_done(translate(f"outreach.{answered}"))


def _form(name: str) -> str:
    """Empty again after each that was kept; refused, all stays."""
    return f"outreach-{name}-{st.session_state.get(_TIMES, 0)}"


def _promise_form(context: PageContext, factory: ListedFactory) -> None:
    form = _form("promise")
    with st.expander(translate("outreach.promise")), entries(form):
        kind, due = st.columns(2)
        kind.selectbox(
            translate("outreach.column_kind"),
            OUTREACH_KINDS,
            format_func=lambda item: translate(f"outreach.kind_{item}"),
            key=f"{form}-kind",
            on_change="ignore",
        )
        due.date_input(translate("outreach.due"), None, format="YYYY-MM-DD", key=f"{form}-due", on_change="ignore")
        st.text_input(translate("outreach.what"), max_chars=LONGEST_PROMISE, key=f"{form}-what", on_change="ignore")
        st.button(translate("outreach.keep"), on_click=_promise, args=(context, factory, form), key=form)


def _promise(context: PageContext, factory: ListedFactory, form: str) -> None:
    kind, what, due = (st.session_state[f"{form}-{field}"] for field in ("kind", "what", "due"))
    try:
        if due is None:
            raise UserError("outreach_what_needed")
        promise_outreach(context.store, current_viewer(), factory.credit_code, factory.year, kind, what, due)
    except UserError as error:
        st.session_state[_ANSWERED] = error
    else:
        _begin_again("kept")


def _report_form(context: PageContext, factory: ListedFactory) -> None:
    form, labels = _form("report"), {item.id: promise_label(item) for item in factory.promises}
    waiting = [item.id for item in factory.promises if item.done_on is None]
    with st.expander(translate("outreach.report")), entries(form):
        which, day = st.columns((7, 5))
        which.selectbox(
            translate("outreach.which"),
            [*waiting, *(number for number in labels if number not in waiting)],
            format_func=labels.__getitem__,
            key=f"{form}-which",
            on_change="ignore",
        )
        day.date_input(translate("outreach.done_on"), None, format="YYYY-MM-DD", key=f"{form}-day", on_change="ignore")
        said = translate("outreach.evidence")
        st.text_input(said, max_chars=LONGEST_PROMISE, key=f"{form}-evidence", on_change="ignore")
        most = application_limits().file_megabytes
        st.file_uploader(translate("outreach.file"), key=f"{form}-file", max_upload_size=most)
        st.button(translate("outreach.send"), on_click=_report, args=(context, form), key=form)


def _report(context: PageContext, form: str) -> None:
    which, day, said, sent = (st.session_state[f"{form}-{field}"] for field in ("which", "day", "evidence", "file"))
    try:
        if day is None:
            raise UserError("outreach_evidence_needed")
        file = (sent.name, sent.getvalue()) if sent else None
        report_outreach(context.store, current_viewer(), which, day, said, file)
    except UserError as error:
        st.session_state[_ANSWERED] = error
    else:
        _begin_again("sent")


def _begin_again(done: str) -> None:
    st.session_state[_ANSWERED] = done
    st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1
