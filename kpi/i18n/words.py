"""Words beside numbers: verdicts, headlines, gaps, flags, policy values, reasons of a change and of a proposal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, isclose, isnan
from typing import TYPE_CHECKING, Any

from kpi.catalogue.catalogue import catalogue
from kpi.errors import DataFault, InvalidData, UserError
from kpi.i18n import texts
from kpi.i18n.conditions import catalogue_name, condition_name, rule_names
from kpi.i18n.published_lines import published_at
from kpi.i18n.texts import NO_NUMBER, figures, has_text, is_undefined, placeholders, stated_percent, text
from kpi.model.application import Basis, ReportedValue
from kpi.model.evaluation import ClauseVerdict, Evaluation, KpiEvaluation, Reason, Verdict
from kpi.model.language import Lang
from kpi.model.problem import Problem
from kpi.model.publication import EnterpriseKpiView, EnterpriseView
from kpi.model.scoring import Flag, FlagCode
from kpi.policy.load import policies
from kpi.policy.schema import Band, value_rule

if TYPE_CHECKING:
    from kpi.catalogue.schema import Kpi


# Problems, reasons, errors and verdicts in words.


@dataclass(frozen=True, slots=True)
class VerdictWord:
    """A verdict's word and its meaning."""

    word: str
    explanation: str


def problem_message(found: Problem, lang: Lang) -> tuple[str, str]:
    """Message and remedy of a problem; they may name its place (file, sheet, cell, value) and its items."""
    place = {"file": found.file, "sheet": found.sheet, "row": found.row, "column": found.column, "value": found.value}
    filled = {name: "" if value is None else value for name, value in place.items()} | _named(found.params, lang)
    if found.items:
        filled |= {"count": len(found.items), "names": text("number.list", lang).join(_item_names(found.items, lang))}
    key = f"problem.{found.code}"
    message, remedy = _message_and_remedy(key, lang, filled)
    # Where nothing is alike, nothing is said of it.
    alone = "" in (filled.get("suggestion"), filled.get("nearest")) and has_text(f"{key}.alone", lang)
    return message, text(f"{key}.alone", lang, **filled) if alone else remedy


def error_message(error: UserError, lang: Lang) -> tuple[str, str]:
    """Message and remedy of an error; what is not there and has no name is not named."""
    unnamed = f"error.{error.code}.unnamed"
    if not error.params.get("name", "x") and has_text(unnamed, lang):
        return text(unnamed, lang, **_named(error.params, lang)), text(f"error.{error.code}.remedy", lang)
    return _message_and_remedy(f"error.{error.code}", lang, _named(error.params, lang))


def page_error_message(error: UserError, lang: Lang) -> tuple[str, str]:
    """Message and remedy of an error on a page, whose reader has no command line."""
    on_page = f"error.{error.code}.on_page"
    message, remedy = error_message(error, lang)
    return message, text(on_page, lang, **_named(error.params, lang)) if has_text(on_page, lang) else remedy


def data_faults(error: InvalidData, lang: Lang) -> list[tuple[DataFault, str]]:
    """What is wrong in files of ``data``, each with its sentence; as it was raised where it has no words for people."""
    faults = error.faults or [DataFault(line, "", {}) for line in str(error).splitlines()]
    return [(fault, text(f"data_fault.{fault.code}", lang, **fault.params) if fault.code else "") for fault in faults]


def reason_text(why: Reason, lang: Lang) -> str:
    """A reason's sentence, with its counts where the reason carries them.

    ``docs/method.md`` 5 applies here: a reason stripped of its params gets the sentence without counts, so an
    enterprise's view cannot reveal more than it was given. One whose counts are all 0 may have a sentence of its own.
    """
    counted, none = f"reason.{why.code}.counted", f"reason.{why.code}.none"
    if why.params and not any(why.params.values()) and has_text(none, lang):
        return text(none, lang)
    params = rule_names(why.params, lang) if why.code.startswith("rule.") else _named(why.params, lang)
    if has_text(counted, lang) and placeholders(texts.load_texts(lang)[counted]) <= params.keys():
        return text(counted, lang, **params)
    return text(f"reason.{why.code}.plain", lang, **params)


def verdict_word(verdict: Verdict | None, lang: Lang) -> VerdictWord:
    """The word of a KPI's verdict; None is not released yet."""
    key = f"verdict.{verdict or 'unreleased'}"
    return VerdictWord(text(f"{key}.word", lang), text(f"{key}.explanation", lang))


def clause_word(verdict: ClauseVerdict | None, lang: Lang) -> str:
    """The word of the clause's verdict; None is not released yet."""
    return text(f"clause.{verdict or 'unreleased'}.word", lang)


def region_name(name: str, lang: Lang) -> str:
    """A region's name by its exact Chinese one; another's than the notice's as it is."""
    home = catalogue().notice.region
    return home.in_(lang) if name == home.zh else name


def _message_and_remedy(key: str, lang: Lang, params: Mapping[str, object]) -> tuple[str, str]:
    return text(f"{key}.message", lang, **params), text(f"{key}.remedy", lang, **params)


def _named(params: Mapping[str, str | float], lang: Lang) -> dict[str, object]:
    """The params with kinds, roles, rules, scenarios, KPI codes and keys of policy replaced by names; ``kpi`` and
    ``policy_keys`` are comma-separated.
    """
    named: dict[str, object] = dict(params)
    if has_text(kind := f"not_there.{params.get('kind')}", lang):
        named["kind"] = text(kind, lang)
    if has_text(role := f"page.role.{params.get('role')}", lang):
        named["role"] = text(role, lang)
    if isinstance(rule := params.get("rule"), str):
        named["rule"] = condition_name(rule, lang)
    if isinstance(scenario := params.get("scenario"), str):
        named["scenario"] = _scenario_name(scenario, lang)
    if isinstance(codes := params.get("kpi"), str):
        named["kpi"] = text("number.list", lang).join(_name(code.strip(), lang) for code in codes.split(","))
    if isinstance(keys := params.get("policy_keys"), str):
        named["policy_keys"] = text("number.list", lang).join(
            policy_value_name(key.strip(), lang) for key in keys.split(",")
        )
    return named


def policy_value_name(key: str, lang: Lang) -> str:
    """A policy value's name by its key; a key that is none stays."""
    names = {statement.key: statement.name.in_(lang) for statement in policies().statements()}
    return names.get(key, key)


def _name(code: str, lang: Lang) -> str:
    names = {kpi.code: kpi.short.in_(lang) for kpi in catalogue().kpis}
    return names.get(code, code)


def _scenario_name(name: str, lang: Lang) -> str:
    names = {scenario.name.zh: scenario.name.in_(lang) for scenario in catalogue().scenarios}
    return names.get(name, name)


def _item_names(codes: Iterable[str], lang: Lang) -> list[str]:
    """The full names of facts and KPIs."""
    names = {kpi.code: kpi.name for kpi in catalogue().kpis} | {fact.code: fact.name for fact in catalogue().facts}
    return [names[code].in_(lang) for code in codes]


# The word beside a KPI: its verdict, else - for an enterprise - where it stands to what is published, or none.


def verdict_shown(kpi: KpiEvaluation | EnterpriseKpiView) -> Verdict | None:
    """The verdict; a blank or a "not applicable" is the enterprise's own word, which needs no release."""
    if kpi.verdict is None and kpi.state != "reported":
        return "not_applicable" if kpi.state == "not_applicable" else "not_reported"
    return kpi.verdict


def kpi_word(kpi: KpiEvaluation | EnterpriseKpiView, lang: Lang) -> VerdictWord:
    """The word and its meaning. A draft's is an estimate: on which side of the published line, else median, it is."""
    shown = verdict_shown(kpi)
    if shown or isinstance(kpi, KpiEvaluation):
        return verdict_word(shown, lang)
    form = _standing(kpi) if is_open(kpi) else "without"
    at = published_at([kpi.published])
    return VerdictWord(text(f"standing.{form}.word", lang), text(f"standing.{form}.explanation", lang, **at))


def verdict_sentence(kpi: KpiEvaluation | EnterpriseKpiView, whole: Evaluation | EnterpriseView, lang: Lang) -> str:
    """A KPI's verdict as a full sentence: among whom, of which baseline, at which confidence, on declared figures."""
    if isinstance(kpi, EnterpriseKpiView):
        if kpi.verdict is None:
            return kpi_word(kpi, lang).explanation
        form, n = "released", 0
    else:
        form, n = "sentence", kpi.peers.n
    return text(
        f"verdict.{kpi.verdict}.{form}",
        lang,
        baseline=whole.baseline.name,
        n=n,
        confidence=whole.policy.confidence,
        quantile=whole.policy.leading_quantile,
    )


def kpi_reasons(kpi: KpiEvaluation | EnterpriseKpiView, lang: Lang) -> list[str]:
    """Its reasons as sentences; where they and the gap beside them point to two sides of the line, why that can be.

    That a verdict is not released is said by its own word.
    """
    said = [reason_text(reason, lang) for reason in kpi.reasons if reason.code != "not_released"]
    if isnan(kpi.gap_to_line) or not _other_side(kpi):
        return said
    if isinstance(kpi, KpiEvaluation):
        return [*said, text("line.counted", lang)]
    return [*said, text("line.published", lang, **published_at([kpi.published]))]


def _other_side(kpi: KpiEvaluation | EnterpriseKpiView) -> bool:
    """Whether the gap has another sign than the word: the line shown is a number, and the verdict counts peers."""
    if isinstance(kpi, KpiEvaluation):
        sides = [_SIDE[reason.code] for reason in kpi.reasons if reason.code in _SIDE]
        gap = 0.0 if isclose(kpi.gap_to_line, 0, abs_tol=1e-9) else kpi.gap_to_line  # what floats add is no gap
        return any(gap * side < 0 if side else gap != 0 for side in sides)
    return kpi.gap_to_line < 0 if kpi.verdict == "leading" else kpi.verdict == "not_leading" and kpi.gap_to_line >= 0


_SIDE = {"leading_shown": 1, "leans_leading": 1, "tied_on_line": 0, "leans_not_leading": -1, "not_leading_shown": -1}
"""By reason: above the line, on it or below, counted in peers."""


def is_open(kpi: EnterpriseKpiView) -> bool:
    """Whether the KPI waits for the lock: a draft's. After it a word that is missing is withheld by a rule."""
    return not any(reason.code in WITHHELD for reason in kpi.reasons)


WITHHELD = frozenset(
    {
        "decided_before",
        "decided_in_other_industry",
        "few_groups_main",
        "held_exposing",
        "held_exposing_main",
        "held_for_group",
        "held_to_close",
        "no_word_of_few_groups",
    }
)
"""Reasons of a word that the lock did not give."""


def _standing(kpi: EnterpriseKpiView) -> str:
    if not isnan(kpi.gap_to_line):
        return "at_line" if kpi.gap_to_line >= 0 else "below_line"
    if isnan(kpi.value) or isnan(kpi.published.median):
        return "nothing_published"
    return "at_median" if kpi.value >= kpi.published.median else "below_median"


# The opening sentences of an answer. The count is of the list corrected for multiple testing, and says so.


_TESTED: tuple[Verdict, ...] = ("leading", "undecided", "not_leading", "no_discrimination")


@dataclass(frozen=True, slots=True)
class Headline:
    """``count`` is of all KPIs, ``main`` of the policy's main ones (None where nothing may be stated).

    ``title`` is both in one sentence; ``clause`` is the verdict on the clause.
    """

    count: str
    main: str | None
    clause: str
    title: str


def headline(answer: Evaluation | EnterpriseView, lang: Lang) -> Headline:
    """The authority's headline counts exactly; an enterprise's counts released verdicts, or else estimates."""
    verdicts = {kpi.code: kpi.verdict for kpi in answer.kpis}
    main = _main(verdicts, answer.policy.main_kpis, lang)
    if isinstance(answer, Evaluation):
        count = _counted(answer, lang)
    else:
        count = _as_released(answer, lang)
        main = main if any(verdict in _TESTED for verdict in verdicts.values()) else None
    title = text("headline.join", lang).join(part for part in (count, main) if part)
    return Headline(count=count, main=main, clause=_clause(answer, lang), title=title)


def clause_of(answer: Evaluation | EnterpriseView) -> ClauseVerdict | None:
    """The verdict on the clause; None of one that is not released yet."""
    return answer.clause.verdict if isinstance(answer, Evaluation) else answer.clause


def answer_in_short(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    """What the clause comes to, in one line: "met: all 6 main KPIs lead"; before it is decided, what is estimated."""
    said, clause = headline(answer, lang), clause_of(answer)
    if clause is None or said.main is None:
        return said.count
    lead = sum(kpi.verdict == "leading" for kpi in answer.kpis if kpi.code in answer.policy.main_kpis)
    main = len(answer.policy.main_kpis)
    parts = text("headline.all_lead", lang, of=main) if (clause, lead) == ("met", main) else said.main
    return text("headline.short", lang, word=text(f"clause.{clause}.short", lang), parts=parts)


def _clause(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    on = {
        "baseline": answer.baseline.name,
        "confidence": answer.policy.confidence,
        # The policy of the day that is decided as of: for a past year it is not today's.
        "year": answer.as_of.year,
        "since": answer.policy.in_force_from.isoformat(),
    }
    if not isinstance(answer, Evaluation):
        if why := next((reason for reason in answer.clause_reasons if reason.code in WITHHELD), None):
            return text("clause.unreleased.without", lang, reason=reason_text(why, lang))
        return text(f"clause.{answer.clause or 'unreleased'}.released", lang, **on)
    counts = [kpi.peers.n for kpi in answer.kpis if kpi.main and kpi.peers.n] or [0]
    low, high = min(counts), max(counts)
    return text(f"clause.{answer.clause.verdict}.sentence", lang, n=low if low == high else f"{low}–{high}", **on)


def _counted(answer: Evaluation, lang: Lang) -> str:
    comparable = sum(kpi.verdict in _TESTED for kpi in answer.kpis)
    if not comparable:
        return text("headline.none_comparable", lang)
    return text("headline.counted", lang, comparable=comparable, leading=len(answer.leading_list))


def _as_released(answer: EnterpriseView, lang: Lang) -> str:
    released = [kpi.verdict for kpi in answer.kpis if kpi.verdict in _TESTED]
    if released:
        return text("headline.released", lang, of=len(released), parts=_parts(released, lang))
    measured = [kpi for kpi in answer.kpis if not isnan(kpi.gap_to_line)]
    form = "headline.estimated" if all(is_open(kpi) for kpi in answer.kpis) else "headline.without"
    if not measured:
        return text(f"{form}_none", lang)
    above = sum(kpi.gap_to_line >= 0 for kpi in measured)
    return text(form, lang, of=len(measured), above=above, **published_at(kpi.published for kpi in measured))


def _main(verdicts: Mapping[str, Verdict | None], main_kpis: tuple[str, ...], lang: Lang) -> str | None:
    if not main_kpis:
        return None
    parts = _parts([verdicts.get(code) for code in main_kpis], lang)
    return text("headline.main", lang, of=len(main_kpis), parts=parts)


def _parts(verdicts: Iterable[Verdict | None], lang: Lang) -> str:
    """ "4 项领先、2 项尚不能判定": every verdict is in exactly one part, so the parts add up."""
    counts = Counter(verdict if verdict in _TESTED else "without" for verdict in verdicts)
    present = [name for name in (*_TESTED, "without") if counts[name]]
    return text("number.list", lang).join(text(f"headline.part_{name}", lang, count=counts[name]) for name in present)


# A KPI's numbers in a language: values with units, signed gaps, dates.


def kpi_number(value: float | None, kpi: Kpi, lang: Lang, basis: Basis | None = None) -> str:
    """A KPI's value with its unit: "92.0 %", "12.25 %", "36 个", "2.1 个百分点"; undefined is "—"."""
    if value is None or is_undefined(value):
        return NO_NUMBER
    unit = text("number.points", lang) if basis == "points" else kpi.unit.in_(lang)
    return f"{figures(value, whole=kpi.whole)} {unit}"


def compared_and_stated(reported: ReportedValue, value: float, kpi: Kpi, lang: Lang, basis: Basis | None = None) -> str:
    """A value as ``kpi_number``; one compared on another basis than it was stated on with both: "7.1 % (reported …)".

    ``value`` and ``basis`` are those compared.
    """
    compared = kpi_number(value, kpi, lang, basis)
    if reported.value is None or is_undefined(value) or reported.basis == basis or not kpi.bases:
        return compared
    stated = kpi_number(reported.value, kpi, lang, reported.basis)
    return compared if stated == compared else text("number.compared", lang, value=compared, stated=stated)


def kpi_gap(value: float | None, kpi: Kpi, lang: Lang) -> str:
    """A signed difference of two values of one KPI; two percentages differ by percentage points."""
    if value is None or is_undefined(value):
        return NO_NUMBER
    unit = text("number.points", lang) if kpi.unit.zh == "%" else kpi.unit.in_(lang)
    return f"{'+' if value > 0 else ''}{figures(value, whole=kpi.whole)} {unit}"


def long_date(value: date, lang: Lang) -> str:
    """A date in the language, independent of the process's locale, which all sessions share."""
    month = text("number.months", lang).split()[value.month - 1]
    return text("number.day", lang, day=value.day, month=month, year=value.year)


# Policy values as people read them: whatever their kind, never as Python writes them.


WORDS = ("relative", "points", "arithmetic_mean", "at_locking", "at_close", "optional", "administrators", "everyone")
"""Values that are words, and are said in the reader's."""
_KPI = re.compile(r"K\d\d")


def policy_value(key: str, value: Any, lang: Lang) -> str:
    """Shares in percent; else as ``value_in_words``."""
    if not value_rule(key).is_share:
        return value_in_words(value, lang)
    shares = value if isinstance(value, tuple | list) else [value]
    return text("number.list", lang).join(stated_percent(share) for share in shares)


def value_in_words(value: Any, lang: Lang) -> str:
    """Yes or no, a list with commas, a KPI by its name, a band as "10-14", a number or a word as it is."""
    if isinstance(value, bool):
        return text("policy_value.yes" if value else "policy_value.no", lang)
    if isinstance(value, Band):
        return value.name
    if isinstance(value, tuple | list):
        said = text("number.list", lang).join(value_in_words(item, lang) for item in value)
        return said or text("policy_value.none", lang)
    if isinstance(value, str) and _KPI.fullmatch(value):
        return kpi_label(value, lang)
    if isinstance(value, float):
        return f"{value:.15g}"
    return text(f"policy_value.{value}", lang) if value in WORDS else str(value)


def kpi_label(code: str, lang: Lang) -> str:
    """A KPI's code and short name."""
    return f"{code} {catalogue().kpi(code).short.in_(lang)}"


# A proposal's wishes and the reasons for what it leaves out, in words.


WORTH_DIGITS = 4
"""A quality has four decimals, and so its worth is shown with as many."""


def left_out_text(reason: Reason, lang: Lang) -> str:
    """Why a candidate is not in a proposal; conditions by their names."""
    params: dict[str, object] = dict(reason.params)
    if isinstance(codes := params.get("conditions"), str):
        params["conditions"] = text("number.list", lang).join(condition_name(code, lang) for code in codes.split(","))
    if isinstance(loss := params.get("loss"), float):
        params["loss"] = f"{loss:.{WORTH_DIGITS}f}"
    return text(f"recommend.left_out.{reason.code}", lang, **params)


def wish_text(kind: str, factory: str, most: int | None, lang: Lang) -> str:
    """A wish; ``factory`` is the factory's name for a wish that names one, ``most`` the number of a bound."""
    return text(f"recommend.wish.{kind}", lang, factory=factory, most=most)


# Why a word would be another against another baseline, or by another policy.


def verdict_change_reason(why: Sequence[str], lang: Lang) -> str:
    """All that moved for one KPI."""
    return text("changed_because.separator", lang).join(text(f"changed_because.{item}", lang) for item in why)


def clause_change_reason(kpis: Sequence[str], rules: Sequence[str], lang: Lang) -> str:
    """By which main KPIs the clause changes, and by which rules; else by peers whose words stay."""
    said = [text(f"changed_because.rule_{rule}", lang) for rule in rules]
    if kpis:
        listed = text("number.list", lang).join(kpis)
        said.insert(0, text("changed_because.main_kpis", lang, count=len(kpis), kpis=listed))
    return text("changed_because.separator", lang).join(said) or text("changed_because.place", lang)


# Gaps of coverage in words that one can act on.


def coverage_gap(gap: Reason, lang: Lang) -> str:
    """A gap of coverage, with names in the reader's language."""
    params: dict[str, object] = dict(gap.params)
    for key in ("body", "industry", "stage"):
        if isinstance(name := params.get(key), str):
            params[key] = catalogue_name(name, lang)
    if isinstance(names := params.get("scenarios"), str):
        shown = [catalogue_name(name, lang) for name in names.split(",")]
        params["scenarios"] = text("number.list", lang).join(shown)
    return text(f"gap.{gap.code}", lang, **params)


# A flag of screening in words.


def flag_name(code: FlagCode, lang: Lang) -> str:
    return text(f"flag.{code}.name", lang)


def flag_reason(flag: Flag, lang: Lang) -> str:
    """Why it was raised, with how rare that is among peers."""
    rare = {} if isnan(flag.chance) else {"one_in": floor(1 / flag.chance)}
    return text(f"flag.{flag.code}.why", lang, **flag.params, **rare)
