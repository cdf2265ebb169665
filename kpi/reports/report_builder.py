"""From an answer to a report's content: head, provenance and what both views share."""

from __future__ import annotations

from collections.abc import Iterable

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.evaluation import ClauseVerdict, Evaluation, Reason
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView
from kpi.reports import authority_sections, enterprise_sections
from kpi.reports.report_cells import clean, words
from kpi.reports.report_content import LabelledLine, Report, ReportColumn, ReportRow, ReportSection, ReportTable, Tone

_FACTORY = ("enterprise", "factory_name", "credit_code", "group", "industry", "body", "year")
_SHA_SHOWN = 12


def report_content(answer: Evaluation | EnterpriseView, lang: Lang) -> Report:
    """The report of an answer; an enterprise's is made from its reduced view, which has no counts."""
    head = i18n.headline(answer, lang)
    baseline = answer.baseline
    counted = isinstance(answer, Evaluation)
    verdict = answer.clause.verdict if isinstance(answer, Evaluation) else answer.clause
    reasons = answer.clause.reasons if isinstance(answer, Evaluation) else answer.clause_reasons
    own = (
        authority_sections.authority_sections(answer, lang)
        if isinstance(answer, Evaluation)
        else enterprise_sections.enterprise_sections(answer, lang)
    )
    warning = baseline.illustrative
    return Report(
        lang=lang,
        heading=text("report.heading", lang),
        subject=clean(i18n.factory_label(answer.application, lang)),
        view=text(f"report.view.{'authority' if counted else 'enterprise'}", lang),
        warning=clean(text("report.illustrative.long", lang, baseline=baseline.name)) if warning else "",
        warning_short=text("report.illustrative.short", lang) if warning else "",
        finding=head.title,
        clause_label=text("report.clause_label", lang),
        clause_word=i18n.clause_word(verdict, lang),
        clause_tone=_tone(verdict),
        clause=clean(head.clause),
        clause_reasons=_reason_texts(reasons, lang),
        provenance_title=text("report.provenance_title", lang),
        provenance=tuple(_provenance(answer, lang)),
        sections=(*own, eligibility_section(answer, lang), _words(answer, lang), _method(answer, lang)),
        as_of=answer.as_of,
        footer=report_footer(answer, lang),
        first_sheet=text("report.first_sheet", lang),
    )


def _tone(verdict: ClauseVerdict | None) -> Tone:
    return "leading" if verdict == "met" else "undecided" if verdict == "undecided" else "plain"


def _reason_texts(reasons: Iterable[Reason], lang: Lang) -> tuple[str, ...]:
    return tuple(clean(i18n.reason_text(reason, lang)) for reason in reasons)


def report_footer(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    """Baseline, the first of its hash and the day, as at the foot of each page."""
    on = {"baseline": answer.baseline.name, "sha": answer.baseline.sha256[:_SHA_SHOWN], "day": answer.as_of}
    return clean(text("report.footer", lang, **on))


def _provenance(answer: Evaluation | EnterpriseView, lang: Lang) -> Iterable[LabelledLine]:
    baseline, policy = answer.baseline, answer.policy
    for code in _FACTORY:
        if fact := answer.application.text(code):
            yield _line(code, i18n.catalogue_name(fact, lang) if code in ("industry", "body") else fact, lang)
    if files := sorted({kpi.cell.file for kpi in answer.kpis if kpi.cell}):
        yield _line("file", text("number.list", lang).join(files), lang)
    yield _line("as_of", answer.as_of.isoformat(), lang)
    where = i18n.region_name(baseline.region, lang)
    named = text("report.provenance.baseline_text", lang, name=baseline.name, region=where, year=baseline.year)
    yield _line("baseline", named, lang)
    yield _line("provenance", text(f"report.provenance_word.{baseline.provenance}", lang), lang)
    yield _line("source", baseline.source, lang)
    yield _line("sha256", baseline.sha256, lang)
    since = text("report.provenance.policy_text", lang, reference=policy.reference, day=policy.in_force_from)
    yield _line("policy", since, lang)
    quantile, confidence = policy.leading_quantile, policy.confidence
    line = text("report.provenance.line_text", lang, quantile=quantile, confidence=confidence)
    yield _line("line", line, lang)
    names = [catalogue().kpi(code).short.in_(lang) for code in policy.main_kpis]
    yield _line("main", text("number.list", lang).join(names), lang)
    coverage = answer.clause.coverage if isinstance(answer, Evaluation) else answer.coverage
    yield _line("coverage", i18n.percent(coverage), lang)


def _line(code: str, words: str, lang: Lang) -> LabelledLine:
    return LabelledLine(text(f"report.provenance.{code}", lang), clean(words))


def eligibility_section(answer: Evaluation | EnterpriseView, lang: Lang) -> ReportSection:
    """The conditions of the notice, each with its state and ground."""
    titles = (("state", 1.1), ("rule", 5.0), ("source", 2.3))
    tones: dict[str, Tone] = {"ok": "leading", "fails": "error", "unknown": "undecided"}
    rows = []
    for rule in answer.eligibility:
        state = text(f"report.eligibility.{rule.state}", lang)
        # The sentence starts with the state, which has its own column here.
        why = i18n.reason_text(rule.why, lang).removeprefix(text("report.eligibility.opening", lang, state=state))
        place = i18n.condition_reference(rule, lang)
        rows.append(ReportRow((words(state, tones[rule.state]), words(why), words(place))))
    columns = tuple(ReportColumn(text(f"report.eligibility.{code}", lang), width) for code, width in titles)
    line = text("report.eligibility.line", lang)
    return ReportSection(
        "eligibility", text("report.eligibility.title", lang), (line,), ReportTable(columns, tuple(rows))
    )


def _words(answer: Evaluation | EnterpriseView, lang: Lang) -> ReportSection:
    """The meanings of the verdicts in this report, each once."""
    met = dict.fromkeys(i18n.kpi_word(kpi, lang) for kpi in answer.kpis)
    rows = tuple(ReportRow((words(word.word), words(word.explanation))) for word in met)
    columns = (
        ReportColumn(text("report.words.word", lang), 1.2),
        ReportColumn(text("report.words.meaning", lang), 6),
    )
    return ReportSection("words", text("report.words.title", lang), (), ReportTable(columns, rows))


def _method(answer: Evaluation | EnterpriseView, lang: Lang) -> ReportSection:
    peers = "peers_authority" if isinstance(answer, Evaluation) else "peers_enterprise"
    codes = (peers, "shown", "readings", "standard", "undecided", "low_start", "other_clauses", "no_official")
    points = tuple(
        clean(text(f"report.method.{code}", lang, baseline=answer.baseline.name, confidence=answer.policy.confidence))
        for code in codes
    )
    return ReportSection("method", text("report.method.title", lang), points=points)
