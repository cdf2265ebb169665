"""Clauses of the notice as its page draws them: their words, what decides them, an enterprise's state and next act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import streamlit as st

from kpi import i18n
from kpi.access.roles import allows
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.clauses import ClauseUse, UseKind, is_heading, lines_of, reason_of
from kpi.catalogue.conditions import RestsOn
from kpi.catalogue.schema import Clause
from kpi.eligibility.tiers import segment_cover
from kpi.model.application import Application
from kpi.model.evaluation import RuleResult
from kpi.services.conditions import own_checklists
from pages.session.context import PageContext, page_at
from pages.session.language import translate
from pages.session.notice import context_of_year
from pages.widgets import html
from pages.widgets.acts import opened_box
from pages.widgets.conditions import condition_state

NAMES = 6
"""So many are named of what rests on a clause."""
_ACT: Mapping[RestsOn, str] = {
    "fact": "answers",
    "statement": "conditions",
    "list": "conditions",
    "verdict": "result",
    "review": "document",
}
"""The page on which an enterprise does something about a condition, by what that rests on."""

_PAGE: Mapping[UseKind, str] = {
    "condition": "conditions",
    "tier": "conditions",
    "segment": "conditions",
    "scenario": "conditions",
    "kpi": "result",
    "fact": "answers",
    "report": "document",
}
"""The page on which an enterprise reads, by what rests on a clause."""


@dataclass(frozen=True, slots=True)
class OwnStates:
    """What an enterprise's conditions of the notice's year have come to."""

    application: Application
    rules: Mapping[str, RuleResult]


def own_states(context: PageContext) -> OwnStates | None:
    """Of the reader's own latest application under the notice shown; None where there is none, or to other roles."""
    if not allows(context.viewer, "submit_own"):
        return None
    for own in own_checklists(context.store, context.viewer):
        with context_of_year(context, own.application.year) as of_its_year:
            if of_its_year.notice == context.notice:
                return OwnStates(own.application, {rule.rule: rule for rule in own.rules})
    return None


Uses = Mapping[str, Sequence[ClauseUse]]


def by_part(context: PageContext, uses: Uses, own: OwnStates | None) -> None:
    """The whole notice, a folded box a part."""
    for part, clauses in groupby(context.notice.clauses, lambda clause: clause.part):
        listed = list(clauses)
        title = translate("notice.part", title=_title(context, listed[0]), count=len(listed))
        if box := opened_box(title, f"notice-{part}"):
            with box:
                for clause in listed:
                    show_clause(context, clause, uses, own)


def _title(context: PageContext, head: Clause) -> str:
    """How it is cited, and in Chinese its own title behind that where it has one."""
    label, lines = head.label.in_(context.lang), lines_of(context.notice, head)
    return f"{label}\u2002{lines[1]}" if len(lines) > 1 and lines[0] == label else label


def found_in(context: PageContext, words: str) -> list[tuple[Clause, list[str]]]:
    """The clauses with those words, and of each the lines that have them; a clause of its own text is shown whole."""
    found = []
    for clause in context.notice.clauses:
        lines = [line for line in lines_of(context.notice, clause) if words.casefold() in line.casefold()]
        if lines:
            found.append((clause, lines if clause.holds else list(lines_of(context.notice, clause))))
    return found


def show_clause(
    context: PageContext, clause: Clause, uses: Uses, own: OwnStates | None, lines: Sequence[str] | None = None
) -> None:
    """Its words, or only those ``lines`` of it, and below them what decides it."""
    resting = uses.get(clause.code, ())
    with html.together():
        html.titled(clause.label.in_(context.lang))
        for line in lines_of(context.notice, clause) if lines is None else lines:
            for piece in line.split("\n"):
                html.paragraph(piece)
        for words in _decided(context, clause, resting, own):
            html.where(words)
    if own:
        _ways(context, resting, own)


def _decided(
    context: PageContext, clause: Clause, resting: Sequence[ClauseUse], own: OwnStates | None
) -> Iterator[str]:
    for kind, of_kind in groupby(resting, lambda use: use.kind):
        listed = list(of_kind)
        states = [own.rules[use.code] for use in listed if own and use.code in own.rules] if kind == "condition" else []
        for rule in states:
            state, name = condition_state(rule.state), i18n.condition_name(rule.rule, context.lang)
            remedy = i18n.condition_remedy(rule, context.lang)
            yield translate(f"notice.{'met' if rule.state == 'ok' else 'open'}", state=state, name=name, remedy=remedy)
        if kind == "segment" and clause.segment and own:
            yield _covered(context, clause.segment, own.application)
            continue
        known = {rule.rule for rule in states}
        if rest := [use for use in listed if use.code not in known]:
            yield translate(f"notice.uses.{kind}", names=_names(context, rest), count=len(rest))
    if not resting:
        reason = reason_of(context.notice, clause)
        if reason:
            yield translate("notice.reason", reason=reason.in_(context.lang))
        elif is_heading(context.notice, clause):
            yield translate("notice.heading")


def _covered(context: PageContext, segment: str, application: Application) -> str:
    """Which of its scenarios are claimed; what was built with them is judged from the report and on site."""
    [cover] = segment_cover([segment], application.scenarios)
    names = [catalogue().scenario(name).name.in_(context.lang) for name in cover.chosen]
    said = translate("notice.between").join(names) or translate("notice.no_scenario")
    name = catalogue().segment(segment).name.in_(context.lang)
    return translate("notice.covered", segment=name, names=said, of=len(cover.chosen) + len(cover.open))


def _names(context: PageContext, listed: Sequence[ClauseUse]) -> str:
    names = translate("notice.between").join(use.name.in_(context.lang) for use in listed[:NAMES])
    return names if len(listed) <= NAMES else translate("notice.names", names=names, count=len(listed))


def _ways(context: PageContext, resting: Sequence[ClauseUse], own: OwnStates) -> None:
    """To the page of each kind of thing that rests on it, and to where something is to be done about a condition."""
    rules = [own.rules[use.code] for use in resting if use.kind == "condition" and use.code in own.rules]
    open_ones = [context.notice.condition(rule.rule).rests_on for rule in rules if rule.state != "ok"]
    pages = [page for use in resting if (page := _PAGE.get(use.kind))]
    asked = {"application": f"{own.application.credit_code} {own.application.year}"}
    with st.container(horizontal=True):
        for address in dict.fromkeys([*pages, *(_ACT[rests_on] for rests_on in open_ones)]):
            st.page_link(page_at(address).file, label=translate(f"notice.go_{address}"), query_params=asked)
