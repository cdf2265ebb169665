"""A checklist for the on-site visit, to be printed: scenarios claimed, what is in doubt, what waits for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application
from kpi.reports.meeting import VisitSection, visit_docx
from kpi.services.reviewer.evidence import CandidateEvidence
from kpi.services.reviewer.screening import CandidateScreening
from pages.reviewer.parts.evidence import about
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box
from pages.widgets.documents import scenario_definitions
from pages.widgets.downloads import Offered, offer_files
from pages.widgets.tables import about_application, offer_data, typed_table


def visit_checklist(
    context: PageContext, evidence: CandidateEvidence, screening: CandidateScreening, *, illustrative: bool
) -> None:
    """Sections without a row are left out; where nothing is claimed nor open there is no list."""
    application = evidence.application
    sections = [item for item in _sections(context, evidence, screening) if item.rows]
    st.subheader(translate("visit.title", count=len(application.scenarios)), anchor=False)
    scenario_definitions(context, application.scenarios)
    if not sections:
        html.where(translate("visit.nothing"))
        return
    columns = [translate("visit.what"), translate("visit.look")]
    if box := opened_box(translate("visit.show"), "visit"):
        with box:
            for section in sections:
                html.clause(section.title)
                html.table(columns, [list(row) for row in section.rows], form="stacked")
            rows = [[section.title, *row] for section in sections for row in section.rows]
            table = typed_table([translate("visit.section"), *columns], rows)
            given = about_application(context, application, translate("visit.name"))
            offer_data(context, replace(given, invented=illustrative), "visit", table=table, thing="visit_checklist")
            html.where(i18n.text("visit.source", context.lang))
    warning = i18n.text("report.illustrative.short", context.lang) if illustrative else ""
    lines = _about(context, application)
    offered = Offered(
        ".docx",
        translate("visit.docx"),
        lambda: visit_docx(application.label, application.year, lines, sections, context.lang, warning),
    )
    subject = f"{application.credit_code} {application.year}"
    stem = translate("visit.file_name", code=application.credit_code, year=application.year)
    offer_files(context, translate("visit.download"), "visit_checklist", subject, stem, [offered])


def _sections(
    context: PageContext, evidence: CandidateEvidence, screening: CandidateScreening
) -> Iterator[VisitSection]:
    lang = context.lang
    claimed = [scenario for scenario in catalogue().scenarios if scenario.name.zh in evidence.application.scenarios]
    for stage in catalogue().stages:
        of_stage = [item for item in claimed if item.stage == stage.code]
        yield VisitSection(
            translate("visit.stage", stage=stage.name.in_(lang)),
            tuple((f"{item.number} {item.name.in_(lang)}", item.look.in_(lang)) for item in of_stage),
        )
    doubted = [finding for finding in evidence.findings.values() if finding.finding != "confirmed"]
    yield VisitSection(
        translate("visit.doubted"),
        tuple(
            (
                about(context, finding.kpi),
                i18n.text("carried.line", lang, label=translate(f"evidence.{finding.finding}"), text=finding.note),
            )
            for finding in doubted
        ),
    )
    waiting = [enquiry for enquiry in evidence.enquiries if enquiry.waiting]
    yield VisitSection(
        translate("visit.waiting"), tuple((about(context, enquiry.kpi), enquiry.question) for enquiry in waiting)
    )
    standing = [item.flag for item in screening.flags if item.dismissal is None]
    yield VisitSection(
        translate("visit.points"),
        tuple((i18n.flag_name(flag.code, lang), i18n.flag_reason(flag, lang)) for flag in standing),
    )


def _about(context: PageContext, application: Application) -> list[str]:
    """Whose it is, of which year and where; persons are not named on a paper that goes around."""
    facts = [catalogue().fact(code) for code in ("enterprise", "credit_code", "industry", "address")]
    rows = [
        (fact.name.in_(context.lang), i18n.fact_shown(fact, answer, context.lang))
        for fact in facts
        if (answer := application.facts.get(fact.code)) is not None
    ]
    rows.insert(0, (i18n.text("report.provenance.year", context.lang), str(application.year)))
    return [i18n.text("carried.line", context.lang, label=label, text=said) for label, said in rows]
