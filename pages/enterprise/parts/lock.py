"""A draft's estimate in short, and the lock: a person confirms its truth and what it lacks. There is no way back."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.model.application import DOCUMENT_KINDS, dump_application
from kpi.model.publication import EnterpriseView
from kpi.reports.content import About, ReportCell, ReportColumn, ReportRow, ReportSection, ReportTable, number, words
from kpi.reports.evaluation import eligibility_section
from kpi.services.enterprise.before_lock import LockOutlook, LockPoint, LockPointKind, lock_outlook
from kpi.services.enterprise.lock import (
    LONGEST_REASON,
    OwnResult,
    Receipt,
    WordsAtStake,
    lock_application,
    receipt,
    receipt_certificate,
    reopen_application,
    words_at_stake,
)
from pages.session.context import PUBLIC_KEYS, PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, opened_box, say_illustrative, show_error
from pages.widgets.tables import (
    about_answer,
    about_application,
    format_datetime,
    offer_page_report,
    show_table,
    typed_table,
)

# Before the lock: what will decide, what is missing, and which KPIs can get no word, each with what it means.


FIXED_ON: dict[LockPointKind, str] = {
    "unmet": "conditions",
    "conditions": "conditions",
    "documents": "document",
    "factory_name": "sheet",
    "body": "sheet",
    "facts": "sheet",
    "not_reported": "sheet",
    "basis_mismatch": "sheet",
}
"""The enterprise's page where something can still be done about it."""
LISTED: tuple[LockPointKind, ...] = ("unmet", "conditions")
"""Whose names are whole phrases: each on a line of its own instead of within a sentence."""


def show_lock_outlook(context: PageContext, outlook: LockOutlook) -> None:
    """The baseline in a sentence, then a line a point, then the ways to fix what can be fixed."""
    st.subheader(translate("before_lock.title"), anchor=False)
    baseline = outlook.on.baseline
    html.clause(
        translate(
            "before_lock.decides",
            year=outlook.application.year,
            name=baseline.name,
            of=baseline.year,
            provenance=translate(f"provenance.{baseline.provenance}"),
            policy=outlook.on.policy.in_force_from.isoformat(),
        )
    )
    if not outlook.gaps:
        html.where(translate("before_lock.complete"))
        return
    html.open_points([_said(context, outlook, point) for point in outlook.gaps])
    with st.container(horizontal=True):
        for page in dict.fromkeys(FIXED_ON[point.kind] for point in outlook.gaps if point.kind in FIXED_ON):
            st.page_link(f"pages/enterprise/{page}.py", label=translate(f"before_lock.to_{page}"))


def _said(context: PageContext, outlook: LockOutlook, point: LockPoint) -> tuple[str, str]:
    names = [_name(context, item) for item in point.items]
    words = {
        "year": outlook.application.year,
        "baseline": outlook.on.baseline.year,
        "count": len(point.items),
        "names": i18n.text("number.list", context.lang).join(names),
    }
    what, means = (translate(f"before_lock.{form}.{point.kind}", **words) for form in ("point", "means"))
    if point.kind == "not_reported" and (needed := outlook.on.policy.clause_at_least):
        means = translate("before_lock.means.not_reported_at_least", needed=needed)
    return what, "\n".join([means, *names]) if point.kind in LISTED else means


def _name(context: PageContext, item: str) -> str:
    """A KPI, a fact, a document or a condition by its name; anything else as it is."""
    if item in DOCUMENT_KINDS:
        return translate(f"attachment.{item}")
    kpis = {kpi.code: kpi.short for kpi in catalogue().kpis}
    facts = {fact.code: fact.name for fact in catalogue().facts}
    known = kpis.get(item) or facts.get(item)
    return known.in_(context.lang) if known else i18n.condition_name(item, context.lang)


# A draft's estimate in short, and the lock: a person confirms its truth and what it lacks. There is no way back.


CLICKED = "lock-clicked"


def offer_lock(context: PageContext, draft: OwnResult) -> None:
    """What the draft would look like by published numbers, and the button that locks it."""
    answer = draft.answer
    application = answer.application
    st.subheader(translate("lock.title", year=application.year), anchor=False)
    say_illustrative(illustrative=answer.baseline.illustrative)
    html.sentence(i18n.headline(answer, context.lang).title)
    html.where(translate("lock.estimate"))
    st.page_link("pages/enterprise/result.py", label=translate("lock.see"))
    outlook = lock_outlook(context.store, context.viewer, application.credit_code, application.year)
    if outlook.too_early:
        html.notice(translate("lock.too_early", year=application.year))
        return
    show_lock_outlook(context, outlook)
    # Of these points and these values: where another comes up, the tick is gone.
    # By a digest, as the tick outlives a restart of the server and `hash` does not.
    confirmed = f"{outlook.points!r}{dump_application(outlook.application)}"
    digest = hashlib.sha256(confirmed.encode()).hexdigest()[:16]
    key = f"truthful-{application.credit_code}-{application.year}-{digest}"
    form = "truthful_with_gaps" if outlook.gaps else "truthful"
    truthful = st.checkbox(translate(f"lock.{form}", count=len(outlook.gaps)), key=key)
    st.button(
        translate("lock.lock"),
        type="primary",
        disabled=not truthful,
        key="lock",
        on_click=_keep_click,
        args=(key, outlook),
    )


def lock_if_clicked(context: PageContext) -> None:
    """Lock what was clicked before anything is drawn: the page is then drawn once, with the receipt.

    What is refused is reported above the draft, which is still there.
    """
    if CLICKED not in st.session_state:
        return
    with st.spinner(translate("lock.deciding")):
        # Taken only here: a run that another click ends before it comes so far leaves it to the next one.
        seen: LockOutlook = st.session_state.pop(CLICKED)
        own = seen.application
        try:
            lock_application(context.store, context.viewer, own.credit_code, own.year, seen.points, seen=own)
        except NotFound:
            return  # clicked twice, or discarded on another page: the page shows what there is
        except UserError as error:
            show_error(error)


def _keep_click(key: str, seen: LockOutlook) -> None:
    """A callback runs before the page knows its reader again; so the click is only kept for it."""
    if st.session_state.get(key):
        st.session_state[CLICKED] = seen


# The receipt as a report: that it was submitted, what was submitted, and the conditions as they were locked.


NUMBER_LENGTH = 8
KPI_WIDTHS = (4.2, 1.4, 1.0, 2.4)


def receipt_rows(one: Receipt) -> list[list[str]]:
    """What proves the submission, a line each."""
    return [
        [translate("receipt.number"), f"{one.credit_code}-{one.year}-{one.sha256[:NUMBER_LENGTH].upper()}"],
        [translate("receipt.sha256"), one.sha256],
        [translate("receipt.locked_by"), one.locked_by],
        [translate("receipt.locked_at"), format_datetime(one.locked_at)],
    ]


def about_receipt(context: PageContext, answer: EnterpriseView, one: Receipt) -> About:
    """What goes with the proof. The lock rests on no baseline."""
    sentence = translate("receipt.sentence", year=one.year, at=format_datetime(one.locked_at))
    about = about_answer(context, answer, translate("receipt.title"), sentence, kpis=())
    return replace(about, baseline=None, invented=answer.baseline.illustrative)


def receipt_sections(context: PageContext, answer: EnterpriseView, one: Receipt) -> list[ReportSection]:
    """The proof, the 21 values as locked with their cells, the conditions."""
    columns = (ReportColumn(translate("detail.what"), 1.6), ReportColumn(translate("detail.said"), 5.0))
    rows = tuple(ReportRow(tuple(words(text) for text in row)) for row in receipt_rows(one))
    return [
        ReportSection("receipt", translate("receipt.title"), (translate("receipt.how"),), ReportTable(columns, rows)),
        ReportSection("values", translate("receipt.values"), table=_values(context, answer)),
        eligibility_section(answer, context.lang),
    ]


def _values(context: PageContext, answer: EnterpriseView) -> ReportTable:
    titles = zip(("kpi", "value", "basis", "cell"), KPI_WIDTHS, strict=True)
    columns = tuple(ReportColumn(translate(f"receipt.column_{code}"), width, code == "value") for code, width in titles)
    return ReportTable(
        columns, tuple(_receipt_report_value(context, answer, code) for code in answer.application.values)
    )


def _receipt_report_value(context: PageContext, answer: EnterpriseView, code: str) -> ReportRow:
    known, value = catalogue().kpi(code), answer.application.values[code]
    shown: ReportCell
    if value.value is not None:
        shown = number(value.value, known, context.lang, value.basis)
    else:
        shown = words(
            i18n.verdict_word(
                "not_applicable" if value.state == "not_applicable" else "not_reported", context.lang
            ).word
        )
    basis = i18n.text(f"report.basis.{value.basis or 'none'}", context.lang)
    cell = str(value.cell) if value.cell else i18n.NO_NUMBER
    return ReportRow((words(f"{code} {known.name.in_(context.lang)}"), shown, words(basis), words(cell)))


# The receipt of a locked application, and taking the lock back with a reason.


def show_receipt(context: PageContext, answer: EnterpriseView) -> None:
    """When, by whom, and a hash that anybody can compute again from the file offered beside it."""
    credit_code, year = answer.application.credit_code, answer.application.year
    one = receipt(context.store, context.viewer, credit_code, year)
    about = about_receipt(context, answer, one)
    html.sentence(about.finding)
    table = typed_table([translate("detail.what"), translate("detail.said")], receipt_rows(one))
    show_table(context, about, table, "receipt", form="facts")
    offer_page_report(
        context,
        "receipt_report",
        about,
        f"{credit_code} {year}",
        partial(receipt_sections, context, answer, one),
    )
    st.download_button(
        translate("receipt.download"),
        one.text.encode(),
        file_name=f"{credit_code}-{year}.json",
        mime="application/json",
        key=f"receipt-of-{credit_code}-{year}",
        on_click="ignore",
    )
    st.download_button(
        translate("receipt.certificate"),
        partial(_certificate, context, credit_code, year),
        file_name=f"{credit_code}-{year}.jws",
        mime="application/jose",
        key=f"certificate-of-{credit_code}-{year}",
        on_click="ignore",
    )
    html.where(translate("receipt.how"))
    html.where(translate("receipt.certificate_how", address=PUBLIC_KEYS))
    st.page_link("pages/enterprise/result.py", label=translate("receipt.to_result"))


def _certificate(context: PageContext, credit_code: str, year: int) -> bytes:
    return receipt_certificate(context.store, context.reader_by_now(), credit_code, year).encode()


def offer_reopening(context: PageContext, credit_code: str, year: int) -> None:
    """With a reason, and with the words that it may cost. Offered only where nothing else stands in the way."""
    with st.expander(translate("reopen.title")):
        html.where(translate("reopen.what"))
        stake = words_at_stake(context.store, context.viewer, credit_code, year)
        html.bullets(_said_at_stake(context, stake))
        key = f"reopen-{credit_code}-{year}"
        reason = st.text_input(translate("reopen.reason"), max_chars=LONGEST_REASON, key=f"{key}-reason")
        means = translate("reopen.means", year=year)
        if not confirm_act(translate("reopen.reopen"), means, key=key, read=stake):
            return
        try:
            reopen_application(context.store, context.viewer, credit_code, year, reason)
        except UserError as error:
            show_error(error)
            return
        st.switch_page("pages/enterprise/sheet.py")


def _said_at_stake(context: PageContext, stake: WordsAtStake) -> list[str]:
    """A line for each thing that a change may cost, with the KPIs by name, and with the word that is there."""
    names = {kpi.code: f"{kpi.code} {kpi.short.in_(context.lang)}" for kpi in catalogue().kpis}
    now_there = [
        translate("reopen.with_word", kpi=names[code], word=i18n.verdict_word(word, context.lang).word)
        for code, word in stake.words
    ]
    groups = {
        "words": now_there,
        "waiting": [names[code] for code in stake.waiting],
        "after_changing_back": [names[code] for code in stake.after_changing_back],
        "without": [names[code] for code in stake.without],
    }
    comma = i18n.text("number.list", context.lang)
    said = [
        translate(f"reopen.stake_{group}", count=len(kpis), kpis=comma.join(kpis))
        for group, kpis in groups.items()
        if kpis
    ]
    return [*said, translate("reopen.stake_clause")] if stake.clause else said


# What will be locked, whole: each KPI as reported, with the cell it came from, and annex 3.


def review(context: PageContext, answer: EnterpriseView) -> None:
    """First what is missing, in a sentence; then everything."""
    kpis = [answer.kpi(kpi.code) for kpi in catalogue().kpis]
    reported = sum(item.state == "reported" for item in kpis)
    missing = [item for item in kpis if item.main and item.state != "reported"]
    html.sentence(translate("review.sentence", reported=reported, missing=len(missing)))
    if missing:
        listed = i18n.text("number.list", context.lang)
        names = listed.join(f"{item.code} {catalogue().kpi(item.code).short.in_(context.lang)}" for item in missing)
        html.notice(translate("review.missing", names=names))
    if box := opened_box(translate("review.kpis"), "review-kpis"):
        with box:
            table = typed_table(
                [translate(f"review.{name}") for name in ("kpi", "value", "state", "cell")],
                [
                    [
                        f"{item.code} {catalogue().kpi(item.code).name.in_(context.lang)}",
                        _review_value(context, item.code, answer),
                        translate(f"review.{item.state}"),
                        str(item.cell)
                        if item.cell
                        else translate("sheet.typed")
                        if item.state != "not_reported"
                        else "",
                    ]
                    for item in kpis
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


def _review_value(context: PageContext, code: str, answer: EnterpriseView) -> str:
    one = answer.kpi(code)
    return (
        i18n.kpi_number(one.value, catalogue().kpi(code), context.lang, one.basis) if one.state == "reported" else "—"
    )
