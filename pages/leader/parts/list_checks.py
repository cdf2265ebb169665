"""All that a list lacks before it leaves, each with who fixes it."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.services.leader.own_list import FixedBy, ListFault, OwnList
from pages.leader.parts.list_anchors import row_anchor
from pages.leader.parts.list_table import about_list, label_of
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import offer_data, typed_table

CHECKS = "checks"


def faults_ahead(found: OwnList) -> None:
    """Near the top of the page: how much is still to be fixed, and the way there."""
    if found.latest.state != "sent" and found.faults:
        html.links([html.Link(translate("nomination.faults", count=len(found.faults)), CHECKS)])


def checks(context: PageContext, found: OwnList) -> None:
    """A row for each candidate and whoever fixes it, which leads to the candidate's own row or to the act."""
    if found.latest.state == "sent":
        return
    st.subheader(translate("nomination.checks"), anchor=CHECKS)
    if not found.faults:
        html.clause(translate("nomination.no_faults"))
        return
    html.clause(translate("nomination.faults", count=len(found.faults)))
    columns = [translate(f"nomination.column_{name}") for name in ("factory", "fault", "fixed_by")]
    by_row = sorted(found.faults, key=lambda one: (one.credit_code != "", _rank(found, one)))
    rows: list[list[html.Cell]] = [
        [
            label_of(found, code) if code else translate("nomination.whole"),
            "\n".join(fault_words(context, one) for one in faults),
            html.Link(translate(f"nomination.fixed_by_{fixed_by if code else 'order'}"), _where(code, fixed_by)),
        ]
        for (code, fixed_by), faults in groupby(by_row, key=lambda one: (one.credit_code, one.fixed_by))
    ]
    html.table(columns, rows, form="stacked")
    about = about_list(context, found, translate("nomination.checks"))
    offer_data(context, about, "list-checks", table=typed_table(columns, rows))


def _rank(found: OwnList, fault: ListFault) -> tuple[int, FixedBy]:
    order = found.latest.content.order
    return (order.index(fault.credit_code) if fault.credit_code in order else len(order)), fault.fixed_by


def _where(credit_code: str, fixed_by: FixedBy) -> str:
    """An enterprise corrects after its candidate is withdrawn; all else is fixed in the candidate's own row."""
    if fixed_by == "enterprise":
        return "acts"
    return row_anchor(credit_code) if credit_code else "order"


def fault_words(context: PageContext, fault: ListFault) -> str:
    params: dict[str, object] = dict(fault.why.params)
    if "condition" in params:
        params["condition"] = i18n.condition_name(str(params["condition"]), context.lang)
    if "tier" in params:
        params["tier"] = i18n.catalogue_name(str(params["tier"]), context.lang)
    if "fact" in params:
        params["fact"] = catalogue().fact(str(params["fact"])).name.in_(context.lang)
    return i18n.text(f"nomination.fault.{fault.why.code}", context.lang, **params)
