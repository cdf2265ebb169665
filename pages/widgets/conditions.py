"""The notice's conditions, one by one: met, not met, or not known from what was reported; and on what that rests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.conditions import Condition
from kpi.model.application import Application
from kpi.model.claims import GROUP_ITEM, ConditionRuling
from kpi.model.evaluation import Evaluation, RuleResult, RuleState
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView
from kpi.reports.content import LabelledLine, ReportCell, ReportTable, words
from kpi.services.claims import Claim
from kpi.services.conditions import Checklist
from pages.session.cached_pieces import cached_piece
from pages.session.context import PageContext, page_at
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box
from pages.widgets.clauses import clause_address
from pages.widgets.tables import about_answer, about_application, format_datetime, show_table, typed_table

# The notice's conditions, one by one: met, not met, or not known from what was reported; and on what that rests.


SHAPES = {"ok": "✓", "fails": "✗", "unknown": "?"}
_ORDER: tuple[RuleState, ...] = ("fails", "unknown", "ok")


def checklist_summary(context: PageContext, own: Checklist) -> None:
    """The count first, then whose conditions they are and whether they can still be declared."""
    counted = Counter(rule.state for rule in own.rules)
    states = {str(name): counted[name] for name in _ORDER}
    html.sentence(translate("checklist.sentence", all=len(own.rules), **states))
    html.where(
        translate(
            "checklist.where",
            factory=i18n.factory_label(own.application, context.lang),
            year=own.application.year,
            state=translate("checklist.locked" if own.locked_at else "checklist.draft"),
        )
    )


def conditions_in_full(context: PageContext, application: Application, rules: Sequence[RuleResult]) -> None:
    """Every condition with its wording and its ground, as it was locked: what is not met in sight, the rest folded."""
    for state in _ORDER:
        found = [rule for rule in rules if rule.state == state]
        title = translate(f"checklist.{state}")
        key = f"conditions-{state}"
        condition_rows(context, application, title, found, key, unfolded=state == "fails", settled=True)


def condition_rows(
    context: PageContext,
    application: Application,
    title: str,
    rules: Sequence[RuleResult],
    key: str,
    *,
    unfolded: bool = False,
    settled: bool = False,
) -> None:
    """Some of the conditions under one title with their number; nothing where there are none.

    ``settled``: what to do about one that is not met is left out, as nothing can be done any more.
    """
    if not rules:
        return
    if box := opened_box(translate("checklist.counted", title=title, count=len(rules)), key, unfolded=unfolded):
        with box:
            table = cached_piece(_full_table, tuple(rules), context.lang, settled)
            about = about_application(context, application, translate("title.conditions"))
            about = replace(about, filters=[*about.filters, LabelledLine(translate("checklist.state"), title)])
            show_table(context, about, table, key, form="stacked")


def _full_table(rules: Sequence[RuleResult], lang: Lang, settled: bool) -> ReportTable:
    return typed_table(
        [translate(f"checklist.{name}") for name in ("state", "condition", "clause", "grounds")],
        [_row(lang, rule, settled) for rule in rules],
    )


def contradictions(context: PageContext, application: Application, rules: Sequence[RuleResult]) -> None:
    """Where the notice says two things: both as they stand, and which of them binds."""
    states = {rule.rule: rule.state for rule in rules}
    if box := opened_box(translate("contradictions.title"), "contradictions"):
        with box:
            html.where(translate("contradictions.what"))
            table = typed_table(
                [translate("contradictions.binds"), translate("contradictions.other")],
                [
                    [
                        translate(
                            "contradictions.cell",
                            clause=clause_words(item, context.lang),
                            state=condition_state(states[item.code]),
                        )
                        for item in (stricter, catalogue().condition(stricter.stricter_than))
                    ]
                    for stricter in catalogue().conditions
                    if stricter.stricter_than
                ],
            )
            about = about_application(context, application, translate("contradictions.title"))
            show_table(context, about, table, "contradictions", form="stacked")


def condition_table(context: PageContext, answer: Evaluation | EnterpriseView) -> None:
    """A short table, what fails first: for a page that is about something else."""
    rules = answer.eligibility
    counted = Counter(rule.state for rule in rules)
    if box := opened_box(
        translate("conditions.title", fails=counted["fails"], unknown=counted["unknown"]), "conditions"
    ):
        with box:
            table = cached_piece(_short_table, tuple(rules), context.lang)
            about = about_answer(context, answer, translate("title.conditions"), kpis=())
            show_table(context, replace(about, kpis=()), table, "conditions", form="stacked")


def _short_table(rules: Sequence[RuleResult], lang: Lang) -> ReportTable:
    return typed_table(
        [translate("conditions.state"), translate("conditions.rule"), translate("conditions.source")],
        [
            [condition_state(rule.state), i18n.condition_finding(rule, lang), i18n.condition_source(rule.rule, lang)]
            for rule in sorted(rules, key=lambda rule: _ORDER.index(rule.state))
        ],
    )


def _row(lang: Lang, rule: RuleResult, settled: bool) -> list[str | ReportCell]:
    condition = catalogue().condition(rule.rule)
    return [
        condition_state(rule.state),
        i18n.condition_finding(rule, lang),
        replace(words(clause_words(condition, lang)), link=clause_address(condition.clauses, lang)),
        _grounds(lang, rule, condition, settled),
    ]


def _grounds(lang: Lang, rule: RuleResult, condition: Condition, settled: bool) -> str:
    """On what the state rests, and what to do about it unless it is met, or settled as it is."""
    if rule.evidence:
        ruled = rule.why.code in ("rule.ruled_met", "rule.ruled_not_met")
        grounds = translate("rulings.ruled_evidence" if ruled else "checklist.evidence", evidence=rule.evidence)
    else:
        grounds = translate(f"checklist.rests_on.{condition.rests_on}")
    if rule.state == "ok" or settled:
        return grounds
    return translate("checklist.grounds_and_remedy", grounds=grounds, remedy=i18n.condition_remedy(rule, lang))


def clause_words(condition: Condition, lang: Lang) -> str:
    """Where in the notice it stands, and its words there."""
    return translate("checklist.clause_of", source=condition.source.in_(lang), quote=condition.quote)


def condition_state(state: str) -> str:
    """The state of a condition as its shape and its word."""
    return f"{SHAPES[state]}\N{NO-BREAK SPACE}{translate(f'conditions.{state}')}"


def said_of_ruling(context: PageContext, given: ConditionRuling) -> str:
    """What was decided, when, by whom, why and against what; or that it was appealed or taken back."""
    said = {
        "at": format_datetime(given.ruled_at),
        "by": i18n.text(f"ruled_by.{given.role}", context.lang),
        "account": given.ruled_by,
        "outcome": translate(f"rulings.{given.outcome}"),
        "reason": given.reason,
    }
    return translate("rulings.given_on" if given.evidence else "rulings.given", evidence=given.evidence, **said)


def link_to_rulings(credit_code: str, year: int) -> None:
    """To where the conditions of an application are ruled on."""
    query = {"of": f"{credit_code} {year}"}
    st.page_link(page_at("condition-rulings").file, label=translate("rulings.to_rulings"), query_params=query)


# A claim as its enterprise and its reviewer read it: what is claimed, what shows it, how it was ruled on.


def claims_title(found: Sequence[Claim]) -> str:
    return translate("claims.title", open=sum(claim.ruling is None for claim in found), all=len(found))


def claim_title(context: PageContext, claim: Claim) -> str:
    """What is claimed."""
    return translate(f"claims.{claim.key.kind}", kpi=claim_item(context, claim), claimed=claimed_words(claim))


def claim_item(context: PageContext, claim: Claim) -> str:
    """The KPI of which it is claimed; nothing for a group, which is the factory's."""
    item = claim.key.item
    return "" if item == GROUP_ITEM else f"{item} {catalogue().kpi(item).name.in_(context.lang)}"


def claimed_words(claim: Claim) -> str:
    """The start's number, the note beside "not applicable", or the group's name."""
    return i18n.plain_number(float(claim.claimed)) if claim.key.kind == "start" else claim.claimed


def claim_name(context: PageContext, claim: Claim) -> str:
    """What is claimed, and whether it has been ruled on."""
    state = claim.ruling.ruling if claim.ruling else "open"
    return f"{claim_title(context, claim)} · {translate(f'claims.{state}')}"


def claim_record(claim: Claim) -> None:
    """All evidence with its dates, and the ruling with its reason, or the one that was withdrawn."""
    if not claim.evidence:
        html.where(translate("claims.no_evidence"))
    for evidence in claim.evidence:
        at = format_datetime(evidence.attached_at)
        html.where(translate("claims.given", at=at, by=evidence.attached_by, evidence=evidence.evidence))
    if given := claim.ruling or claim.taken_back:
        html.where(
            translate(
                "claims.ruled",
                ruling=translate(f"claims.{given.ruling}"),
                by=given.ruled_by,
                at=format_datetime(given.ruled_at),
                reason=given.reason,
            )
        )
        if taken := given.withdrawn:
            at = format_datetime(taken.withdrawn_at)
            html.where(translate("claims.taken_back", by=taken.withdrawn_by, at=at, reason=taken.reason))
