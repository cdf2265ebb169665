"""The conditions as one works through them: what is open on top, and the declarations with their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from kpi import i18n
from kpi.access.roles import allows
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.clauses import clauses_behind
from kpi.catalogue.conditions import Condition
from kpi.catalogue.schema import Scenario, Tier
from kpi.eligibility.tiers import SegmentCover, TierStanding, segment_cover
from kpi.errors import UserError
from kpi.intake.form.answer_sheet import LIST_SEPARATOR
from kpi.model.application import Application
from kpi.model.claims import EnterpriseStatement
from kpi.model.evaluation import RuleResult
from kpi.reports.content import About, LabelledLine, words
from kpi.services.condition_rulings import LONGEST_RULING, ConditionToRule, appeal_ruling, own_rulings
from kpi.services.conditions import LONGEST_EVIDENCE, Checklist, StatementInput, state_conditions
from kpi.services.enterprise.sheets import SheetEdit, edit_sheet, own_sheet
from pages.session.context import PageContext, current_viewer
from pages.session.language import current_lang, translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, entries, opened_box, show_done, show_error
from pages.widgets.clauses import clause_address
from pages.widgets.conditions import SHAPES, clause_words, condition_rows, said_of_ruling
from pages.widgets.documents import scenario_definitions
from pages.widgets.entry_rows import begin_row, row_basis, row_choice, row_outdated, row_saved, row_text
from pages.widgets.tables import about_application, format_datetime, show_table, typed_table

# The conditions as one works through them: what is open on top, the declarations in one table that is saved at once.
#
# An answer is kept by the button: an arrow key chooses, and what it only passes on the way would be declared.


_ANSWERS: dict[str, bool | None] = {"unsaid": None, "yes": True, "no": False}
_ANSWERED = "declarations-answered"
_WIDTHS = (6, 3, 4)


@dataclass(frozen=True, slots=True)
class _Answered:
    """What a press came to: how many were kept, what waits for its evidence, or an error."""

    kept: int
    bare: Sequence[str]
    refused: UserError | None = None


def work_through(context: PageContext, own: Checklist) -> None:
    """To be fixed, to be declared, left to others, met by facts."""
    stated = {item.code for item in catalogue().stated_conditions}
    others = [rule for rule in own.rules if rule.rule not in stated]
    to_fix = [rule for rule in others if rule.state != "ok" and not _is_for_others(rule)]
    _left(context, own, "elsewhere", to_fix)
    if to_fix:
        st.page_link("pages/enterprise/sheet.py", label=translate("stating.to_sheet"))
    _declarations(context, own)
    _left(context, own, "others", [rule for rule in others if rule.state != "ok" and _is_for_others(rule)])
    met = [rule for rule in others if rule.state == "ok"]
    condition_rows(context, own.application, translate("checklist.met"), met, "conditions-met")


def _is_for_others(rule: RuleResult) -> bool:
    return catalogue().condition(rule.rule).rests_on in ("review", "verdict")


def _left(context: PageContext, own: Checklist, kind: str, rules: Sequence[RuleResult]) -> None:
    title, unfolded = translate(f"stating.{kind}"), kind == "elsewhere"
    condition_rows(context, own.application, title, rules, f"conditions-{kind}", unfolded=unfolded)


def show_not_declared() -> None:
    """A press refused where there is no form of it any more: a colleague has locked or discarded the application."""
    if answered := st.session_state.pop(_ANSWERED, None):
        _show(answered)


def _declarations(context: PageContext, own: Checklist) -> None:
    """In the notice's order, which a press does not change."""
    known, stated = own.known.statements, catalogue().stated_conditions
    answered: _Answered | None = st.session_state.pop(_ANSWERED, None)
    st.subheader(translate("stating.title", given=len(known), all=len(stated)), anchor=False)
    html.where(translate("stating.how"))
    if known:
        last = max(known.values(), key=lambda item: item.stated_at)
        html.where(translate("stating.last", at=format_datetime(last.stated_at), account=last.stated_by))
    with entries("declarations"):
        if len(known) < len(stated):
            means = translate("stating.rest_means")
            st.button(translate("stating.rest"), on_click=_choose_met, args=(own,), key="rest", help=means)
        for condition in stated:
            _declaration(context, own, condition)
        # Before the page is drawn again, which knows what a colleague has declared meanwhile.
        st.button(translate("stating.save"), on_click=_keep, args=(context, own), key="declare", type="primary")
    if answered:
        _show(answered)


def _declaration(context: PageContext, own: Checklist, condition: Condition) -> None:
    """One row. Below it what a colleague has declared meanwhile instead of what was entered."""
    known = own.known.statements.get(condition.code)
    holds, words = _fields(own.application, condition)
    evidence_kept = "" if known is None else known.evidence
    basis = begin_row({holds: _answer(known), words: evidence_kept}, _as_kept(known))
    said = "unknown" if known is None else "ok" if known.holds else "fails"
    found = next((rule for rule in own.rules if rule.rule == condition.code and known), None)
    mark = SHAPES[found.state if found else said]
    name = i18n.condition_name(condition.code, context.lang)
    what, answer, evidence = st.columns(_WIDTHS, vertical_alignment="center")
    with what, html.together():
        html.clause(f"{mark}\u2002{name}")
        if found and found.state != said:
            html.where(i18n.condition_finding(found, context.lang))
        html.where(clause_words(condition, context.lang), clause_address(condition.clauses, context.lang))
    asked = translate("stating.answer", name=html.plain(name))
    with answer:
        row_choice(asked, list(_ANSWERS), lambda item: translate(f"stating.{item}"), holds)
    hint = condition.evidence.in_(context.lang) if condition.evidence else ""
    with evidence:
        row_text(translate("stating.evidence", hint=hint), LONGEST_EVIDENCE, words)
        if basis.outdated:
            _show_now(known)


def _choose_met(own: Checklist) -> None:
    """In every row without an answer. Nothing is declared by that: each waits for its evidence and the button below."""
    for condition in catalogue().stated_conditions:
        holds, _ = _fields(own.application, condition)
        if st.session_state.get(holds) == "unsaid":
            st.session_state[holds] = "yes"


def _fields(application: Application, condition: Condition) -> tuple[str, str]:
    """The keys of its answer and its evidence."""
    of = f"{application.credit_code}-{application.year}-{condition.code}"
    return f"holds-{of}", f"evidence-{of}"


def _answer(known: EnterpriseStatement | None) -> str:
    return "unsaid" if known is None else "yes" if known.holds else "no"


def _as_kept(known: EnterpriseStatement | None) -> StatementInput:
    return StatementInput(None) if known is None else StatementInput(known.holds, known.evidence)


def _keep(context: PageContext, own: Checklist) -> None:
    """Knowing of the declarations that stood on the page. What still waits for its evidence stays in its fields."""
    fields = {item.code: _fields(own.application, item) for item in catalogue().stated_conditions}
    seen: dict[str, StatementInput] = {item: row_basis(holds).holds for item, (holds, _) in fields.items()}
    changed = {item: said for item, keys in fields.items() if (said := _entered(*keys)) != seen[item]}
    bare = [item for item, said in changed.items() if said.holds and not said.evidence.strip()]
    ready = {item: said for item, said in changed.items() if item not in bare}
    code, year = own.application.credit_code, own.application.year
    try:
        kept = state_conditions(context.store, current_viewer(), code, year, ready, seen=seen) if ready else 0
    except UserError as error:
        st.session_state[_ANSWERED] = _Answered(0, bare, error)
        for fault in (error, *error.also):
            if fault.code == "declaration_changed":
                row_outdated(fields[str(fault.params["rule"])][0])
    else:
        st.session_state[_ANSWERED] = _Answered(kept, bare)
        for item in ready:
            row_saved(*fields[item])


def _entered(holds: str, words: str) -> StatementInput:
    said = _ANSWERS[st.session_state[holds]]
    return StatementInput(said, "" if said is None else st.session_state[words])


def _show(answered: _Answered) -> None:
    if answered.refused is not None:
        show_error(answered.refused, over_the_page=True)
    elif answered.kept:
        show_done(translate("stating.kept", count=answered.kept))
    elif not answered.bare:
        html.notice(translate("stating.unchanged"))
    if answered.bare:
        names = [i18n.condition_name(item, current_lang()) for item in answered.bare]
        html.notice(translate("stating.evidence_first", count=len(names)))
        html.bullets(names)


def _show_now(known: EnterpriseStatement | None) -> None:
    """What holds instead of what was entered."""
    html.clause(translate("stating.now", answer=translate(f"stating.{_answer(known)}")))
    if known:
        evidence = translate("stating.evidence", hint=known.evidence or i18n.NO_NUMBER)
        by = translate("stating.last", at=format_datetime(known.stated_at), account=known.stated_by)
        html.where(f"{evidence} · {by}")


# What was decided on conditions since the lock, and a second look asked for.


_APPEALED = "ruling-appealed"


def show_rulings(context: PageContext, application: Application) -> None:
    """Each that was decided on, with its history; nothing where nobody has decided."""
    found = own_rulings(context.store, context.viewer, application.credit_code, application.year)
    decided = [item for item in found.conditions if item.given]
    if not decided:
        return
    st.subheader(translate("rulings.own_title"), anchor=False)
    if st.session_state.pop(_APPEALED, False):
        show_done(translate("rulings.appeal_done"))
    for item in decided:
        with html.together():
            html.clause(f"{SHAPES[item.found.state]}\u2002{i18n.condition_finding(item.found, context.lang)}")
            for given in item.given:
                html.where(said_of_ruling(context, given))
        if item.may_appeal and not found.closed and allows(context.viewer, "fill_own"):
            _appeal(context, application, item)


def _appeal(context: PageContext, application: Application, item: ConditionToRule) -> None:
    of = f"appeal-{application.credit_code}-{application.year}-{item.found.rule}"
    reason = st.text_input(translate("rulings.appeal_reason"), max_chars=LONGEST_RULING, key=f"{of}-reason")
    means = translate("rulings.appeal_means", name=i18n.condition_name(item.found.rule, context.lang))
    if not confirm_act(translate("rulings.appeal"), means, key=of):
        return
    try:
        on = context.store, context.viewer, application.credit_code, application.year
        appeal_ruling(*on, item.found.rule, reason)
    except UserError as error:
        show_error(error)
    else:
        st.session_state[_APPEALED] = True
        st.rerun()


# Scenarios of annex 2: those chosen by stage, how far they fill the segments, and choosing among the 40.


_COLUMNS = 2


def chosen_by_stage(context: PageContext, application: Application) -> None:
    """The scenarios of an application, stage by stage in annex 2's order."""
    chosen = application.scenarios
    table = typed_table(
        [translate("scenarios.stage"), translate("scenarios.names")],
        [
            [
                stage.name.in_(context.lang),
                translate("coverage.comma").join(
                    scenario.name.in_(context.lang)
                    for scenario in _scenarios_of_stage(stage.code)
                    if scenario.name.zh in chosen
                )
                or "—",
            ]
            for stage in catalogue().stages
        ],
    )
    about = about_application(context, application, translate("scenarios.title"))
    show_table(context, about, table, "scenarios", form="stacked")
    scenario_definitions(context, chosen)


def segment_cover_table(context: PageContext, chosen: Sequence[str]) -> None:
    """The three segments that an advanced factory must cover, by word, shape and bar."""
    needed = segment_cover(catalogue().tier("advanced").segments, chosen)
    for column, cover in zip(st.columns(len(needed)), needed, strict=True):
        every = len(cover.chosen) + len(cover.open)
        filled = translate(
            "scenarios.filling",
            mark="✓" if cover.covered else "✗",
            segment=catalogue().segment(cover.segment).name.in_(context.lang),
            count=len(cover.chosen),
            all=every,
        )
        column.progress(len(cover.chosen) / every, text=filled)


def choose_scenarios(context: PageContext, chosen: tuple[str, ...], key: str = "") -> tuple[str, ...]:
    """Choose among the 40 of annex 2, grouped by its eight stages, the three segments filling up meanwhile.

    ``chosen`` and the answer are exact Chinese names, the answer in the notice's order. ``chosen`` is where a reader
    starts; ``key`` tells one factory and year from another, so that none starts with another's choice.
    """
    st.markdown(f"**{translate('scenarios.needed')}**")
    above = st.container()
    picked = [name for stage in catalogue().stages for name in _choose(context, stage.code, chosen, key)]
    with above:
        segment_cover_table(context, picked)
    return tuple(picked)


def keep_scenarios(context: PageContext, application: Application, tried: tuple[str, ...]) -> None:
    """Put what was tried into the answer sheet, where there is one that can still be changed."""
    if set(tried) == set(application.scenarios):
        return
    html.notice(translate("scenarios.not_kept", tried=len(tried), kept=len(application.scenarios)))
    if not allows(context.viewer, "fill_own") or not st.button(translate("scenarios.keep"), type="primary"):
        return
    code, year = application.credit_code, application.year
    try:
        sheet = own_sheet(context.store, context.viewer, code, year)
        edit_sheet(
            context.store,
            context.viewer,
            code,
            year,
            sheet.version,
            [SheetEdit("scenarios", "value", LIST_SEPARATOR.join(tried))],
        )
    except UserError as error:
        show_error(error)
    else:
        st.toast(translate("scenarios.kept", count=len(tried)))
        st.rerun()


def _choose(context: PageContext, stage: str, chosen: Sequence[str], key: str) -> list[str]:
    """Row by row, so that on a narrow screen, where columns come one below the other, they keep their order."""
    st.markdown(f"**{catalogue().stage(stage).name.in_(context.lang)}**")
    scenarios = _scenarios_of_stage(stage)
    picked = []
    for at in range(0, len(scenarios), _COLUMNS):
        for column, scenario in zip(st.columns(_COLUMNS), scenarios[at : at + _COLUMNS], strict=False):
            name = f"scenario-{key}-{scenario.number}"
            if name not in st.session_state:
                st.session_state[name] = scenario.name.zh in chosen
            label = f"{scenario.number}　{scenario.name.in_(context.lang)}"
            if column.checkbox(label, key=name, help=html.plain(scenario.definition)):
                picked.append(scenario.name.zh)
    return picked


def _scenarios_of_stage(stage: str) -> list[Scenario]:
    return [scenario for scenario in catalogue().scenarios if scenario.stage == stage]


# The four tiers side by side: what annex 1 asks of each, and what stands of it.


def about_tiers(context: PageContext, application: Application, tried: Sequence[str]) -> About:
    """What goes with data of the tiers: the scenarios are those chosen or tried out, and so a filter."""
    about = about_application(context, application, translate("tiers.title"))
    names = i18n.text("number.list", context.lang).join(
        catalogue().scenario(item).name.in_(context.lang) for item in tried
    )
    return replace(about, filters=[*about.filters, LabelledLine(translate("scenarios.title"), names or i18n.NO_NUMBER)])


def tier_by_tier(context: PageContext, about: About, standings: Sequence[TierStanding]) -> None:
    """One row a tier. A clause that needs peers of China or of the world is not decided, and says so."""
    table = typed_table(
        [translate(f"tiers.{name}") for name in ("tier", "segments", "maturity", "ai", "clause")],
        [
            [
                replace(words(standing.tier.name.in_(context.lang)), link=_tier_address(context, standing.tier)),
                _segments(context, standing),
                _maturity(standing),
                _ai(standing),
                _clause(context, standing),
            ]
            for standing in standings
        ],
    )
    show_table(context, about, table, "tiers", form="stacked")


def _tier_address(context: PageContext, tier: Tier) -> str:
    """All that the notice asks of a tier, on its page: the item that speaks of the tier, with what lies below it."""
    items = {".".join(clause.code.split(".")[:2]) for clause in clauses_behind("tier", tier.code)}
    asked = [clause.code for clause in context.notice.clauses if ".".join(clause.code.split(".")[:2]) in items]
    return clause_address(asked, context.lang)


def _clause(context: PageContext, standing: TierStanding) -> str:
    """What the tier asks of the main KPIs and how that stands; beside the word of the average what it follows from."""
    word, means = i18n.clause_word(standing.clause, context.lang), standing.means
    said = translate(f"tiers.clause_of.{standing.tier.code}", word=word)
    if means is None:
        return said
    counts = translate("tiers.means", above=means.above, not_above=means.not_above, unknown=means.unknown)
    return said + counts


def missing_segments(context: PageContext, about: About, standings: Sequence[TierStanding]) -> None:
    """Each segment that some tier asks for and nothing covers, with the scenarios that would."""
    missing = {cover.segment: cover for standing in standings for cover in standing.missing}
    if not missing:
        html.where(translate("tiers.none_missing"))
        return
    html.clause(translate("tiers.missing"))
    comma = translate("coverage.comma")
    table = typed_table(
        [translate("tiers.segment"), translate("tiers.asked_by"), translate("tiers.would_cover")],
        [
            [
                catalogue().segment(code).name.in_(context.lang),
                comma.join(
                    standing.tier.name.in_(context.lang) for standing in standings if code in standing.tier.segments
                ),
                comma.join(catalogue().scenario(name).name.in_(context.lang) for name in missing[code].open),
            ]
            for code in (segment.code for segment in catalogue().segments)
            if code in missing
        ],
    )
    show_table(context, replace(about, title=translate("tiers.missing")), table, "segments", form="stacked")


def _segments(context: PageContext, one: TierStanding) -> str:
    covered = translate("coverage.comma").join(_segment(context, cover) for cover in one.segments)
    return f"{covered}{translate('tiers.in_principle')}" if one.tier.in_principle else covered


def _segment(context: PageContext, cover: SegmentCover) -> str:
    mark = SHAPES["ok" if cover.covered else "fails"]
    return f"{mark} {catalogue().segment(cover.segment).name.in_(context.lang)}"


def _maturity(one: TierStanding) -> str:
    # The notice's body speaks of the advanced tier alone.
    form = "maturity_advanced" if one.maturity_needed > one.tier.maturity else "maturity_cell"
    return translate(f"tiers.{form}", mark=SHAPES[one.maturity], needed=one.maturity_needed)


def _ai(one: TierStanding) -> str:
    if one.ai_state is None:
        return translate("tiers.ai_none")
    if one.ai_share is None:
        return translate("tiers.ai_blank", needed=one.tier.ai_share)
    return translate("tiers.ai_cell", mark=SHAPES[one.ai_state], needed=one.tier.ai_share, share=one.ai_share)


# Annex 3 as it was filled in, row by row; people's names and telephones are shown in part only.


def annex3(context: PageContext, application: Application) -> None:
    """In the annex's own order, its two rows numbered 8 included."""
    if box := opened_box(translate("annex3.title"), "annex3"):
        with box:
            html.where(translate("annex3.how"))
            table = typed_table(
                [translate("annex3.row"), translate("annex3.item"), translate("annex3.reported")],
                [
                    [
                        fact.source.in_(context.lang),
                        fact.name.in_(context.lang),
                        i18n.fact_shown(fact, application.facts[fact.code], context.lang)
                        if fact.code in application.facts
                        else translate("annex3.blank"),
                    ]
                    for fact in catalogue().facts
                ],
            )
            about = about_application(context, application, translate("annex3.title"))
            show_table(context, about, table, "annex3", form="stacked")
