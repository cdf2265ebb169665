"""The documents that go with an application, as its enterprise and its reviewer read them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from html import escape

import streamlit as st

from kpi import i18n
from kpi.annex4.self_assessment import AssessedFact, assessed_pairs
from kpi.catalogue.catalogue import catalogue
from kpi.errors import RowFault
from kpi.model.application import DOCUMENT_KINDS, Application, AttachedDocument, DocumentKind
from kpi.model.language import Lang
from kpi.model.problem import DocumentFinding, DocumentReport, Problem
from kpi.reports.content import About, LabelledLine, ReportTable
from pages.session.context import PageContext
from pages.session.language import current_lang, translate
from pages.widgets import html
from pages.widgets.acts import opened_box
from pages.widgets.clauses import lead_to_clauses
from pages.widgets.downloads import Offered, offer_files
from pages.widgets.tables import format_datetime, offer_data, show_table, typed_table

# The check of an application document: what was counted, what departs from annex 4 and where, every picture.


def say_checked(report: DocumentReport) -> None:
    """How many faults there are, and how many differences from the application."""
    faults, differing = len(report.faults), len(report.differences)
    said = translate("document.faulty", count=faults) if faults else translate("document.faultless")
    html.sentence(said + (translate("document.differing", count=differing) if differing else ""))


def summary(context: PageContext, report: DocumentReport) -> None:
    """Characters by the rule that decides and by two others, pictures, parts."""
    if report.characters is None:
        return
    counts = report.characters
    listed = i18n.text("number.list", context.lang)
    table = typed_table(
        [translate("detail.what"), translate("detail.said")],
        [
            [translate("document.counted"), f"{counts.counted:,}"],
            [translate("document.whole"), f"{counts.whole:,}"],
            [translate("document.without_punctuation"), f"{counts.without_punctuation:,}"],
            [translate("document.pictures"), str(report.different_pictures)],
            [translate("document.parts"), listed.join(str(part) for part in sorted(report.parts)) or "—"],
        ],
    )
    show_table(context, _about(report, translate("document.summary")), table, "document", form="narrow")


def _about(report: DocumentReport, title: str) -> About:
    return About(title, facts=[LabelledLine(translate("attachment.file_name"), report.name)])


def findings(context: PageContext, report: DocumentReport, commented: Callable[[], bytes] | None = None) -> None:
    """Faults, then what differs from the application, then what else a person is to look at; and all as a file.

    ``commented`` makes the report with the findings as comments, where the reader may take that away.
    """
    kinds = (
        ("fault", "error", report.faults),
        ("difference", "warning", report.differences),
        ("note", "warning", report.notes),
    )
    for kind, shown, found in kinds:
        if found:
            st.subheader(translate(f"document.{kind}", count=len(found)), anchor=False)
            html.element(
                f'<ul class="kpi-faults">{"".join(_document_report_item(context, item, shown) for item in found)}</ul>'
            )
    if report.findings:
        about = _about(report, translate("document.findings_name"))
        with st.container(horizontal=True, vertical_alignment="center", key="report-findings"):
            offer_data(context, about, "report-findings", table=partial(_findings_table, report, context.lang))
            if commented and report.characters:
                name = report.name.removesuffix(".docx")
                copy = Offered(".docx", translate("document.commented"), commented, translate("document.commented_tag"))
                offer_files(context, "", "commented_report", name, name, [copy])


def _findings_table(report: DocumentReport, lang: Lang) -> ReportTable:
    """A finding a row; both places and both values where it is a difference."""
    rows: list[list[str]] = []
    for kind, found in (("fault", report.faults), ("difference", report.differences), ("note", report.notes)):
        for item in found:
            message, remedy = i18n.document_finding(item, lang)
            there = i18n.application_place(item.against, lang) if item.against else ""
            place = i18n.document_place(item.where, lang) or translate("document.whole_place")
            rows.append([translate(f"document.kind_{kind}"), message, place, there, remedy])
    columns = ("severity", "what", "where", "there", "remedy")
    return typed_table([translate(f"document.{name}") for name in columns], rows)


def pictures(context: PageContext, report: DocumentReport) -> None:
    """Every picture with its size, so that a person finds the one that is meant."""
    if not report.pictures:
        return
    if box := opened_box(translate("document.every_picture", count=len(report.pictures)), "pictures"):
        with box:
            table = typed_table(
                [
                    translate(f"document.{name}")
                    for name in ("number", "caption", "kind", "size", "megapixels", "bytes")
                ],
                [
                    [
                        str(picture.number),
                        picture.caption,
                        picture.kind or "—",
                        f"{picture.width} × {picture.height}" if picture.width else "—",
                        "—" if picture.megapixels is None else f"{picture.megapixels:.1f}",
                        "—" if picture.bytes is None else f"{picture.bytes / 1_000_000:.2f} MB",
                    ]
                    for picture in report.pictures
                ],
                numbers=(0, 4, 5),
            )
            show_table(context, _about(report, translate("document.pictures_name")), table, "pictures", form="stacked")


def _document_report_item(context: PageContext, finding: DocumentFinding, shown: str) -> str:
    message, remedy = i18n.document_finding(finding, context.lang)
    place = i18n.document_place(finding.where, context.lang)
    if finding.against:
        own = place or translate("document.whole_place")
        place = translate("document.both", report=own, there=i18n.application_place(finding.against, context.lang))
    place_html = f'<span class="place">{escape(place)}</span><br>' if place else ""
    return f'<li class="{shown}">{place_html}{escape(message)}<br><span class="remedy">{escape(remedy)}</span></li>'


# A file's faults: what, where, why, and what to do, all of them at once; equal ones as one line with their cells.


NAMED = 3
"""So many places of equal faults are named."""


def in_file(problem: Problem) -> str:
    """The sheet and the cell of the file that was sent, or the whole row or column."""
    cell = f"{problem.column or ''}{problem.row or ''}"
    if problem.row and not problem.column:
        cell = translate("faults.whole_row", row=problem.row)
    return " › ".join(part for part in (problem.sheet, cell) if part)


def problem_list(problems: Sequence[Problem], place: Callable[[Problem], str] = in_file) -> None:
    """Errors first, then questions, then warnings; within each in the file's order. ``place`` says where one is.

    Those that differ in their row alone are one line; a heading counts the lines below it.
    """
    for severity in ("error", "question", "warning"):
        groups = _equal([problem for problem in problems if problem.severity == severity])
        if groups:
            st.subheader(translate(f"faults.{severity}", count=len(groups)), anchor=False)
            _group_items(groups, place)


def _group_items(groups: Sequence[Sequence[Problem]], place: Callable[[Problem], str]) -> None:
    lines = [_one_line(equal) for equal in groups]
    places = {
        id(line): _some([place(problem) for problem in equal], "places")
        for line, equal in zip(lines, groups, strict=True)
    }
    problem_items(lines, lambda line: places[id(line)])


def problem_items(problems: Sequence[Problem], place: Callable[[Problem], str] = in_file) -> None:
    """Problems without a heading, one below the other."""
    html.element(f'<ul class="kpi-faults">{"".join(_problem_list_item(problem, place) for problem in problems)}</ul>')


def _equal(problems: Sequence[Problem]) -> list[list[Problem]]:
    groups: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        params = tuple(sorted((name, str(value)) for name, value in problem.params.items() if name != "first"))
        key = (problem.code, problem.sheet, problem.column, problem.value, params)
        groups.setdefault(key, []).append(problem)
    return list(groups.values())


def _one_line(equal: Sequence[Problem]) -> Problem:
    """The first of them, whose sentence names the first rows of all."""
    if len(equal) == 1 or equal[0].row is None:
        return equal[0]
    rows = _some([str(problem.row) for problem in equal], "rows")
    return replace(equal[0], params={**equal[0].params, "row": rows})


def _some(names: Sequence[str], kind: str) -> str:
    named = i18n.text("number.list", current_lang()).join(names[:NAMED])
    return translate(f"faults.{kind}", named=named, count=len(names)) if len(names) > NAMED else named


def row_fault_list(faults: Sequence[RowFault]) -> None:
    """Every fault of a list's rows, with its row and what to do about it."""
    worded = [(fault.row, *i18n.page_error_message(fault.error, current_lang())) for fault in faults]
    html.open_points([(translate("faults.row", row=row, what=message), remedy) for row, message, remedy in worded])


def _problem_list_item(problem: Problem, place: Callable[[Problem], str]) -> str:
    message, remedy = i18n.problem_message(problem, current_lang())
    value = "" if problem.value is None else translate("faults.value", value=problem.value)
    return (
        f'<li class="{problem.severity}"><span class="place">{escape(place(problem))}</span> {escape(value)}'
        f'<br>{escape(message)}<br><span class="remedy">{escape(remedy)}</span></li>'
    )


# The documents that go with an application, as its enterprise and its reviewer read them.


def document_list(context: PageContext, title: str, found: Mapping[DocumentKind, AttachedDocument]) -> None:
    """Each kind, attached or not; the hash in full, for whoever compares it."""
    table = typed_table(
        [translate("attachment.document"), translate("attachment.file_name"), translate("attachment.sha256")],
        [_row(kind, found.get(kind)) for kind in DOCUMENT_KINDS],
    )
    show_table(context, About(title), table, "documents", form="stacked")


def _row(kind: DocumentKind, one: AttachedDocument | None) -> list[str]:
    name = translate(f"attachment.{kind}")
    if one is None:
        return [name, translate("attachment.none"), i18n.NO_NUMBER]
    at = format_datetime(one.attached_at)
    return [name, translate("attachment.attached", name=one.file_name, at=at, account=one.attached_by), one.sha256]


# What the PDF of the self-assessment says, held against what the enterprise says.


def self_assessment_remarks(
    context: PageContext, one: AttachedDocument | None, application: Application | None
) -> None:
    """Each difference as a question, then what agrees and what could not be read; nothing where nothing was read."""
    if one is None or one.assessment is None:
        return
    day = translate("attachment.assessed", day=one.assessment.assessed_on or i18n.NO_NUMBER)
    if not one.assessment.has_text:
        html.where(day + translate("attachment.no_text"))
        return
    pairs = assessed_pairs(one.assessment, application)
    differing = [
        (
            translate(
                "attachment.differs",
                fact=_assessed_fact(context, pair.fact),
                said=_assessed_value(pair.fact, pair.said),
                in_text=_assessed_value(pair.fact, pair.in_text),
            ),
            translate("attachment.differs_remedy"),
        )
        for pair in pairs
        if pair.differs
    ]
    if differing:
        html.open_points(differing)
    listed = i18n.text("number.list", context.lang)
    agreeing = [pair for pair in pairs if None not in (pair.said, pair.in_text) and not pair.differs]
    unread = [pair for pair in pairs if pair.in_text is None]
    for said, found in (("agrees", agreeing), ("unread", unread)):
        if found:
            names = listed.join(_assessed_fact(context, pair.fact) for pair in found)
            day += translate(f"attachment.{said}", facts=names)
    html.where(day)


def _assessed_fact(context: PageContext, fact: AssessedFact) -> str:
    return (
        translate("attachment.day") if fact == "date" else catalogue().fact(f"maturity_{fact}").name.in_(context.lang)
    )


def _assessed_value(fact: AssessedFact, value: float | date | None) -> str:
    shown = f"{value:.12g}" if isinstance(value, int | float) else str(value)
    return translate("attachment.level", level=shown) if fact == "level" else shown


# The scenarios that an application names, as the notice defines them.


def scenario_definitions(context: PageContext, names: Collection[str]) -> None:
    """Folded, in the notice's order; nothing where none is named."""
    named = [scenario for scenario in catalogue().scenarios if scenario.name.zh in names]
    if named:
        points = [(f"{item.number} {item.name.in_(context.lang)}", item.definition) for item in named]
        html.folded(translate("scenarios.definitions"), points)
        lead_to_clauses("scenario", str(named[0].number), context.lang)
