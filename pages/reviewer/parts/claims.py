"""A candidate's claims with their evidence, and the reviewer's ruling on each, given or taken back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import floor, isnan

import streamlit as st

from kpi import i18n, stats
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.i18n import text
from kpi.model.claims import ClaimRuling, GivenRuling
from kpi.model.evaluation import Evaluation
from kpi.model.scoring import FlagCode
from kpi.reports.content import ReportCell, count, probability, share, words
from kpi.services.claims import Claim
from kpi.services.reviewer.claims import (
    LONGEST_REASON,
    evidence_file,
    rule_on_claim,
    withdraw_ruling,
)
from kpi.services.reviewer.screening import LONGEST_NOTE, CandidateScreening, RaisedFlag, dismiss_flag
from kpi.stats.power import MOST_PEERS
from pages.session.context import PageContext, current_viewer
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, keep_press, opened_box, press_answered, show_error
from pages.widgets.conditions import claim_name, claim_record, claim_title, claims_title
from pages.widgets.downloads import offer_sent_file
from pages.widgets.tables import about_answer, format_datetime, show_table, typed_table

# A candidate's claims with their evidence, and the reviewer's ruling on each, given or taken back with a reason.


RULING_SAVED = "claim-ruled"
CLAIM = "claim"
"""Where the address of a candidate's page names one of its claims."""
_RULINGS: tuple[GivenRuling, ...] = ("accepted", "refused")


def claim_address(claim: Claim) -> str:
    """A claim of a candidate as the address names it."""
    return f"{claim.key.kind}-{claim.key.item}".rstrip("-")


def claim_named() -> bool:
    """Whether the address names a claim, on which its reader comes to rule."""
    return CLAIM in st.query_params


def ruling_forms(context: PageContext, credit_code: str, year: int, found: Sequence[Claim]) -> None:
    """Nothing where nothing is claimed."""
    if not found:
        return
    st.subheader(claims_title(found), anchor=False)
    html.where(translate("claims.reviewer_how"))
    if said := st.session_state.pop(RULING_SAVED, None):
        st.success(translate(f"claims.{said}"))
    for claim in found:
        named = st.query_params.get(CLAIM) == claim_address(claim)
        with st.expander(html.plain(claim_name(context, claim)), expanded=named):
            claim_record(claim)
            _files(context, credit_code, year, claim)
            _ruling_form(context, credit_code, year, claim)
            if claim.ruling:
                _withdrawal(context, credit_code, year, claim, claim.ruling)


def _files(context: PageContext, credit_code: str, year: int, claim: Claim) -> None:
    for upload in [evidence.upload for evidence in claim.evidence if evidence.upload]:
        find = partial(evidence_file, context.store, credit_code=credit_code, year=year, upload=upload)
        offer_sent_file(context, f"{credit_code} {year}", find, f"claim-file-{upload}")


def _ruling_form(context: PageContext, credit_code: str, year: int, claim: Claim) -> None:
    # Empty again once it was ruled.
    key = f"{credit_code}-{year}-{claim.key.kind}-{claim.key.item}-{claim.ruling.ruled_at if claim.ruling else ''}"
    ruling = st.radio(
        translate("claims.ruling"),
        _RULINGS,
        index=None,
        format_func=lambda item: translate(f"claims.rule_{item}"),
        horizontal=True,
        key=f"ruling-{key}-choice",
    )
    reason = st.text_input(translate("claims.reason"), max_chars=LONGEST_REASON, key=f"ruling-{key}-reason")
    if not confirm_act(translate("claims.rule"), _consequence(context, claim, ruling), key=f"ruling-{key}-sure"):
        return
    try:
        if ruling is None:
            raise UserError("ruling_needed")
        on = (context.store, context.viewer, credit_code, year, claim.key, claim.claimed)
        rule_on_claim(*on, ruling, reason, seen=claim.ruling.ruled_at if claim.ruling else "open")
    except UserError as error:
        show_error(error)
    else:
        st.session_state[RULING_SAVED] = "ruled_done"
        st.rerun()


def _withdrawal(context: PageContext, credit_code: str, year: int, claim: Claim, ruling: ClaimRuling) -> None:
    """Below the form for another ruling: the claim is open again."""
    key = f"unrule-{credit_code}-{year}-{claim.key.kind}-{claim.key.item}-{ruling.ruled_at}"
    reason = st.text_input(translate("claims.withdraw_reason"), max_chars=LONGEST_REASON, key=f"{key}-reason")
    means = translate(
        "claims.withdraw_means",
        claim=claim_title(context, claim),
        ruling=translate(f"claims.{ruling.ruling}"),
        by=ruling.ruled_by,
        at=format_datetime(ruling.ruled_at),
    )
    if not confirm_act(translate("claims.withdraw"), f"{means}\n{translate('claims.withdraw_stays')}", key=key):
        return
    try:
        withdraw_ruling(context.store, context.viewer, credit_code, year, claim.key, ruling.ruled_at, reason)
    except UserError as error:
        show_error(error)
    else:
        st.session_state[RULING_SAVED] = "withdrawn_done"
        st.rerun()


def _consequence(context: PageContext, claim: Claim, ruling: GivenRuling | None) -> str:
    if ruling is None:
        return translate("claims.rule_first")
    means = translate(f"claims.rule_means_{ruling}", claim=claim_title(context, claim))
    return f"{means}\n{translate('claims.rule_stands')}"


# What in a candidate's application is worth a second look, each point to be set aside with a note.


POINTS_SAVED = "point-noted"


def points_to_verify(context: PageContext, credit_code: str, year: int, found: CandidateScreening) -> None:
    """Points that stand first, then those set aside; what could not be compared is named."""
    st.subheader(points_title(found), anchor=False)
    if st.session_state.pop(POINTS_SAVED, False):
        st.success(translate("screening.done"))
    for raised in found.flags:
        with st.expander(i18n.flag_name(raised.flag.code, context.lang), expanded=raised.dismissal is None):
            _point(context, raised)
            _note_form(context, credit_code, year, raised)
    if found.not_run:
        separator = text("number.list", context.lang)
        names = separator.join(i18n.flag_name(code, context.lang) for code in found.not_run)
        html.where(translate("screening.not_run", names=names))
    html.where(translate("screening.how"))


def points_title(found: CandidateScreening) -> str:
    """How many points stand."""
    return translate("screening.title", count=found.standing) if found.standing else translate("screening.title_none")


def _point(context: PageContext, raised: RaisedFlag) -> None:
    st.text(i18n.flag_reason(raised.flag, context.lang))
    if raised.flag.kpis:
        names = text("number.list", context.lang).join(
            catalogue().kpi(code).short.in_(context.lang) for code in raised.flag.kpis
        )
        html.where(translate("screening.kpis", names=names))
    if aside := raised.dismissal:
        at = format_datetime(aside.at)
        html.where(translate("screening.dismissed", account=aside.by, at=at, note=aside.note))


def _note_form(context: PageContext, credit_code: str, year: int, raised: RaisedFlag) -> None:
    """Empty again after each note: that of an act is not that of its opposite."""
    of = f"point-{credit_code}-{year}-{raised.flag.code}"
    form, standing = f"{of}-{st.session_state.get(of, 0)}", raised.dismissal is None
    with st.form(form, border=False):
        st.text_input(translate("screening.note"), max_chars=LONGEST_NOTE, key=f"{form}-note")
        # Before the page is drawn again, whose button has another name where a colleague has set it aside meanwhile.
        st.form_submit_button(
            translate("screening.dismiss" if standing else "screening.take_up"),
            on_click=_note,
            args=(context, credit_code, year, raised.flag.code, standing),
        )
    if refused := st.session_state.pop(f"{of}-refused", None):
        press_answered()
        show_error(refused)


def _note(context: PageContext, credit_code: str, year: int, flag: FlagCode, dismissed: bool) -> None:
    of = f"point-{credit_code}-{year}-{flag}"
    times = st.session_state.get(of, 0)
    note = st.session_state[f"{of}-{times}-note"]
    try:
        dismiss_flag(context.store, current_viewer(), credit_code, year, flag, note, dismissed=dismissed)
    except UserError as error:
        keep_press({translate("screening.note"): f"{of}-{times}-note"})
        if not isinstance(error, NotFound):  # else no page has its form, and it would be said on a later one
            st.session_state[f"{of}-refused"] = error
    else:
        st.session_state[of], st.session_state[POINTS_SAVED] = times + 1, True


# Why the clause is what it is, and what it would be under other readings: for reviewers and the authority.


TRUE_PERCENTILES = (0.9, 0.95, 0.99)
"""Where a factory may truly stand, for the number of peers that would show it."""


def clause_reasons(context: PageContext, answer: Evaluation) -> None:
    """Each blocker by name, and how likely "met" could have been at all."""
    main = [kpi for kpi in answer.kpis if kpi.main]
    html.bullets(
        [
            *(i18n.reason_text(reason, context.lang) for reason in answer.clause.reasons),
            translate("clause.at_least", count=answer.at_least_leading),
            translate("clause.at_least_main", count=answer.clause.at_least_main, of=len(main)),
        ]
    )


def sensitivity(context: PageContext, answer: Evaluation) -> None:
    """The clause at other leading lines, and for "at least u of m"."""
    if box := opened_box(translate("clause.sensitivity"), "sensitivity"):
        with box:
            rows: list[list[str | ReportCell]] = []
            for row in answer.sensitivity:
                reading = (
                    translate("clause.by_quantile", quantile=row.leading_quantile)
                    if row.rule == "quantile"
                    else translate("clause.by_count", at_least=row.at_least, of=row.of, quantile=row.leading_quantile)
                )
                p_value = words(i18n.NO_NUMBER) if isnan(row.p_value) else probability(row.p_value)
                rows.append([reading, p_value, i18n.clause_word(row.verdict, context.lang)])
            table = typed_table([translate("clause.reading"), "p", translate("clause.verdict")], rows)
            about = about_answer(context, answer, translate("clause.sensitivity"), kpis=())
            show_table(context, about, table, "sensitivity")
            _what_is_shown(context, answer)


def _what_is_shown(context: PageContext, answer: Evaluation) -> None:
    """Where a word is missing: how far ahead each main KPI is shown to be, and how many peers would decide."""
    rows: list[list[str | ReportCell]] = [
        [
            catalogue().kpi(kpi.code).name.in_(context.lang),
            # Rounded down: not shown ahead of more than it is.
            share(floor(100 * kpi.percentile.lower) / 100),
            count(kpi.tested.n),
        ]
        for kpi in answer.kpis
        if kpi.main and kpi.tested.n
    ]
    if rows:
        columns = [translate("clause.kpi"), translate("clause.ahead_of"), translate("clause.tested_peers")]
        about = about_answer(context, answer, translate("clause.shown_name"))
        show_table(context, about, typed_table(columns, rows, numbers=(1, 2)), "shown-ahead", form="stacked")
    policy = answer.policy
    needed = {
        at: stats.peers_needed(policy.leading_quantile, stats.exact_alpha(policy.confidence), at)
        for at in TRUE_PERCENTILES
    }
    words = "; ".join(f"P{round(at * 100)}: {n or f'> {MOST_PEERS}'}" for at, n in needed.items())
    html.where(translate("clause.peers_needed", needed=words))
