"""The notice's own forms filled in from the application: annex 3, and a skeleton of annex 4."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.forms import requirements
from kpi.model.publication import EnterpriseView
from kpi.reports.annex4 import annex4_docx
from kpi.reports.forms import annex3_docx
from kpi.services.enterprise.journey import Journey
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.what_if import what_if
from pages.enterprise.parts.journey_steps import own_of
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.downloads import Offered, offer_files


def offer_notice_forms(context: PageContext, journey: Journey) -> None:
    """Nothing before there is an application to fill them in from."""
    results = own_results(context.store, context.viewer)
    result = own_of(journey, [(one.answer.application, one) for one in results])
    if result is None:
        return
    answer = result.answer
    name = {"code": answer.application.credit_code, "year": answer.application.year}
    st.subheader(translate("forms.title"), anchor=False)
    html.where(translate("forms.how", pictures=requirements().pictures.least))
    annex3 = Offered(".docx", translate("forms.annex3"), partial(_annex3, answer))
    offer_files(context, "", "annex3", _subject(answer), translate("forms.annex3_file", **name), [annex3])
    if not st.button(translate("forms.annex4_make")):
        return
    bar = st.progress(0.0, translate("forms.annex4_making"))
    made = annex4_file(context, answer, bar.progress)
    bar.empty()
    annex4 = Offered(".docx", translate("forms.annex4"), lambda: made)
    offer_files(context, "", "annex4_skeleton", _subject(answer), translate("forms.annex4_file", **name), [annex4])


def _annex3(answer: EnterpriseView) -> bytes:
    return annex3_docx(answer.application, _warning(answer))


def annex4_file(context: PageContext, answer: EnterpriseView, report: Callable[[float], object]) -> bytes:
    """The skeleton of annex 4 as a Word document; ``report`` receives the share done."""
    gaps = what_if(context.store, context.viewer, answer, {}).own
    return annex4_docx(answer, gaps, _warning(answer), report)


def _warning(answer: EnterpriseView) -> str:
    return i18n.text("report.illustrative.short", "zh") if answer.baseline.illustrative else ""


def _subject(answer: EnterpriseView) -> str:
    return f"{answer.application.credit_code} {answer.application.year}"
