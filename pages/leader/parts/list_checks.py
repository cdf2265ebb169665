"""All that a list lacks before it leaves, each with who fixes it."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.services.leader.list_checks import ListFault
from kpi.services.leader.own_list import OwnList
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


def checks(context: PageContext, found: OwnList) -> None:
    if found.latest.state == "sent":
        return
    st.subheader(translate("nomination.checks"), anchor=False)
    if not found.faults:
        html.clause(translate("nomination.no_faults"))
        return
    html.clause(translate("nomination.faults", count=len(found.faults)))
    columns = [translate(f"nomination.column_{name}") for name in ("factory", "fault", "fixed_by")]
    html.table(
        columns,
        [
            [
                found.applications[fault.credit_code].label if fault.credit_code else translate("nomination.whole"),
                _words(context, fault),
                translate(f"nomination.fixed_by_{fault.fixed_by}"),
            ]
            for fault in found.faults
        ],
        form="stacked",
    )


def _words(context: PageContext, fault: ListFault) -> str:
    params: dict[str, object] = dict(fault.why.params)
    if "condition" in params:
        params["condition"] = i18n.condition_name(str(params["condition"]), context.lang)
    if "fact" in params:
        params["fact"] = catalogue().fact(str(params["fact"])).name.in_(context.lang)
    return i18n.text(f"nomination.fault.{fault.why.code}", context.lang, **params)
