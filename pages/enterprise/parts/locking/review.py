"""What will be locked, whole: each KPI as reported, with the cell it came from, and annex 3."""

from __future__ import annotations

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.publication import EnterpriseView
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import about_answer, about_application, show_table, typed_table
from pages.widgets.folded import opened_box


def review(context: PageContext, answer: EnterpriseView) -> None:
    """First what is missing, in a sentence; then everything."""
    kpis = [answer.kpi(kpi.code) for kpi in catalogue().kpis]
    reported = sum(one.state == "reported" for one in kpis)
    missing = [one for one in kpis if one.main and one.state != "reported"]
    html.sentence(translate("review.sentence", reported=reported, missing=len(missing)))
    if missing:
        listed = i18n.text("number.list", context.lang)
        names = listed.join(f"{one.code} {catalogue().kpi(one.code).short.in_(context.lang)}" for one in missing)
        html.notice(translate("review.missing", names=names))
    if box := opened_box(translate("review.kpis"), "review-kpis"):
        with box:
            table = typed_table(
                [translate(f"review.{name}") for name in ("kpi", "value", "state", "cell")],
                [
                    [
                        f"{one.code} {catalogue().kpi(one.code).name.in_(context.lang)}",
                        _value(context, one.code, answer),
                        translate(f"review.{one.state}"),
                        str(one.cell) if one.cell else translate("sheet.typed") if one.state != "not_reported" else "",
                    ]
                    for one in kpis
                ],
                numbers=(1,),
            )
            show_table(
                context, about_answer(context, answer, translate("review.kpis")), table, "review-kpis", form="stacked"
            )
    if box := opened_box(translate("review.facts"), "review-facts"):
        with box:
            facts = answer.application.facts
            table = typed_table(
                [translate("detail.what"), translate("detail.said")],
                [
                    [fact.name.in_(context.lang), i18n.fact_shown(fact, facts[fact.code], context.lang)]
                    for fact in catalogue().facts
                    if fact.code in facts
                ],
            )
            about = about_application(context, answer.application, translate("review.facts"))
            show_table(context, about, table, "review-facts")


def _value(context: PageContext, code: str, answer: EnterpriseView) -> str:
    one = answer.kpi(code)
    return (
        i18n.kpi_number(one.value, catalogue().kpi(code), context.lang, one.basis) if one.state == "reported" else "—"
    )
