"""Advice beside each gap as a table, and what comes first for the clause: on the page, in its files, on one page."""

from __future__ import annotations

from collections.abc import Sequence

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Scenario
from kpi.charts.gap import gap_text, gap_word
from kpi.i18n import text
from kpi.model.advice import Advice, ClauseWay, OwnTarget, target_state
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView, GapAnalysis, KpiGap
from kpi.reports.content import ReportColumn, ReportRow, ReportTable, words

WIDTHS = {"kpi": 1.1, "gap": 1.2, "scenarios": 2.0, "accounts": 2.2, "targets": 1.2}
MOST_ACCOUNTS, MOST_LETTERS, MOST_TARGETS = 2, 36, 2
"""Of a KPI on one printed page: factories, letters of what each did, and years."""


def clause_way_text(way: ClauseWay, own: GapAnalysis, lang: Lang) -> str:
    """How many main KPIs are still needed, which of them decides first, and of which nothing can be said."""
    if way.verdict == "met":
        return text("advice.clause_met", lang)
    rule = text(f"advice.rule_{'least' if own.main_at_least else 'every'}", lang, of=way.main, required=way.required)
    form = "enough" if not way.needed else "first" if way.first else "not_known"
    first = own.of(way.first) if way.first else None
    said = {"counted": len(way.counted), "needed": way.needed, "name": "", "short": ""}
    if first:
        known = catalogue().kpi(first.code)
        blank = first.standing == "no_value"
        said["name"] = known.short.in_(lang)
        said["short"] = text("advice.blank", lang) if blank else gap_text(first.to_line, known, lang)
    parts = [text("advice.clause_not_met", lang)] if way.verdict == "not_met" else []
    parts.append(text(f"advice.clause_{form}", lang, rule=rule, **said))
    if way.unsaid and way.needed:
        names = text("number.list", lang).join(catalogue().kpi(code).short.in_(lang) for code in way.unsaid)
        parts.append(text("advice.clause_unsaid", lang, names=names))
    return "".join(parts)


def advice_table(
    own: GapAnalysis,
    advice: Advice,
    answer: EnterpriseView,
    answers: Sequence[EnterpriseView],
    lang: Lang,
    *,
    brief: bool,
) -> ReportTable:
    """A row a KPI, the nearest to its line first. ``answers``: the factory's own, for its targets. ``brief``: cut, so
    that all of it goes on one page.
    """
    columns = tuple(ReportColumn(text(f"advice.column_{name}", lang), width) for name, width in WIDTHS.items())
    rows = []
    for kpi in own.kpis:
        moving = catalogue().scenarios_moving(kpi.code)
        targets = [item for item in advice.targets if item.kpi == kpi.code]
        if brief:
            targets = [item for item in targets if item.year >= answer.application.year][:MOST_TARGETS]
        cells = (
            _name(kpi, lang),
            _gap(kpi, lang),
            "\n".join(_scenario(item, answer, lang) for item in moving) or text("advice.not_known", lang),
            _accounts(moving, advice, lang, brief=brief),
            "\n".join(_target(item, answers, lang) for item in targets),
        )
        rows.append(ReportRow(tuple(words(cell or i18n.NO_NUMBER) for cell in cells), strong=kpi.main))
    return ReportTable(columns, tuple(rows))


def _name(kpi: KpiGap, lang: Lang) -> str:
    name = catalogue().kpi(kpi.code).short.in_(lang)
    return text("strip.main_named", lang, name=name) if kpi.main else name


def _gap(kpi: KpiGap, lang: Lang) -> str:
    known = catalogue().kpi(kpi.code)
    value, line = (i18n.kpi_number(number, known, lang, kpi.basis) for number in (kpi.value, kpi.published.p80))
    return f"{value} / {line}\n{gap_word(kpi, lang)}"


def _scenario(scenario: Scenario, answer: EnterpriseView, lang: Lang) -> str:
    claimed = "claimed" if scenario.name.zh in answer.application.scenarios else "not_claimed"
    return text(
        f"advice.scenario_{claimed}",
        lang,
        number=scenario.number,
        name=scenario.name.in_(lang),
        quote=scenario.effect.quote if scenario.effect else "",
    )


def _accounts(moving: Sequence[Scenario], advice: Advice, lang: Lang, *, brief: bool) -> str:
    """What the factories of the industry did that agreed to show it."""
    if not moving:
        return ""
    names = {scenario.name.zh for scenario in moving}
    found = [item for item in advice.accounts if item.scenario in names]
    shown = found[:MOST_ACCOUNTS] if brief else found
    lines = [
        text(
            "advice.account",
            lang,
            factory=item.factory,
            year=item.year,
            how=f"{item.how[:MOST_LETTERS]}…" if brief and len(item.how) > MOST_LETTERS else item.how,
        )
        for item in shown
    ]
    if further := len(found) - len(shown):
        lines.append(text("advice.further", lang, count=further))
    return "\n".join(lines) or text("advice.none_shared", lang)


def _target(target: OwnTarget, answers: Sequence[EnterpriseView], lang: Lang) -> str:
    known = catalogue().kpi(target.kpi)
    value = i18n.kpi_number(target.value, known, lang, target.basis)
    state = text(f"advice.target_{target_state(target, answers)}", lang)
    return text("advice.target", lang, year=target.year, value=value, state=state)
