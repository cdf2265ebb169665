"""From an answer to a report's content: head, provenance and what both views share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import isnan, nan

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.charts.strip_rows import StripRow, strip_rows, verdict_text
from kpi.charts.theme import clause_mark
from kpi.i18n import text
from kpi.model.evaluation import ClauseVerdict, Evaluation, KpiEvaluation, Reason, SensitivityRow, TestResult
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseKpiView, EnterpriseView, PublishedPlace, peers_basis
from kpi.reports import content as cells
from kpi.reports.content import (
    LabelledLine,
    Report,
    ReportCell,
    ReportColumn,
    ReportRow,
    ReportSection,
    ReportTable,
    SectionChart,
    Tone,
    clean,
    words,
)

# An answer as a strip may draw it: without a place where the published table does not narrow it.


_NOT_DRAWN = PublishedPlace(nan, nan, nan)


def drawable_evaluation(answer: Evaluation | EnterpriseView) -> Evaluation | EnterpriseView:
    """A range of 0 to 100 % would be drawn as a mark at 50 %, which nobody knows."""
    if isinstance(answer, Evaluation):
        return answer
    return replace(answer, kpis=tuple(kpi if is_placed(kpi) else replace(kpi, place=_NOT_DRAWN) for kpi in answer.kpis))


def is_placed(kpi: EnterpriseKpiView) -> bool:
    """Whether the published table narrows the place at all."""
    return kpi.state == "reported" and kpi.place.high - kpi.place.low < 1.0


# The table of the KPIs in both views: value, place, line, gap, verdict and reasons.


STRIP_WIDTH = 900
"""Pixels of the strip's picture: on an A4 page its letters are then as large as the table's."""


def strip_chart(answer: Evaluation | EnterpriseView, lang: Lang) -> SectionChart:
    """The strip as on the page; what it would say above itself stands in the report."""
    # Imported when needed: Plotly takes half a second to load.
    from kpi.charts.strip import position_strip
    from kpi.charts.svg import as_svg

    drawn = position_strip(drawable_evaluation(answer), lang, titled=False)
    return SectionChart(as_svg(drawn, width=STRIP_WIDTH, headed=False), drawn.alt)


def kpi_table(answer: Evaluation | EnterpriseView, lang: Lang) -> ReportTable:
    """A row a KPI in the catalogue's order: value, place, line, gap, verdict and the reasons.

    The line and the gap are the published ones and estimates in an enterprise's view, else those counted.
    """
    if isinstance(answer, Evaluation):
        lines = {kpi.code: kpi.leading_line for kpi in answer.kpis}
        return _kpi_table(answer, lang, lines, ("place", "line", "gap"), {})
    lines = {kpi.code: kpi.published.p80 for kpi in answer.kpis}
    return _kpi_table(answer, lang, lines, ("place_estimated", "p80", "gap_estimated"), _published_at(answer))


def _kpi_section(answer: Evaluation | EnterpriseView, lang: Lang) -> ReportSection:
    """The picture, then the table of the same; what both rest on."""
    kind = "authority" if isinstance(answer, Evaluation) else "enterprise"
    on = {"baseline": answer.baseline.name, "confidence": answer.policy.confidence}
    lines = (i18n.headline(answer, lang).count, cells.clean(text(f"report.kpis.line_{kind}", lang, **on)))
    title = text("report.kpis.title", lang)
    return ReportSection("kpis", title, lines, kpi_table(answer, lang), charts=(strip_chart(answer, lang),))


def _kpi_table(
    answer: Evaluation | EnterpriseView,
    lang: Lang,
    lines: Mapping[str, float],
    titles: tuple[str, str, str],
    at: Mapping[str, tuple[float, ...]],
) -> ReportTable:
    """``lines``: what each gap refers to; ``titles``: the headings of place, line and gap; ``at``: the percentiles
    that they name, as ``published_at`` has them.
    """
    place, over_line, gap = titles
    columns = (
        ReportColumn(text("report.kpis.kpi", lang), 3.1),
        ReportColumn(text("report.kpis.value", lang), 1.35, right=True),
        ReportColumn(text("report.kpis.basis", lang), 0.85),
        ReportColumn(text(f"report.kpis.{place}", lang), 2.4),
        ReportColumn(text(f"report.kpis.{over_line}", lang, **at), 1.15, right=True),
        ReportColumn(text(f"report.kpis.{gap}", lang), 1.6, right=True),
        ReportColumn(text("report.kpis.verdict", lang), 1.6),
    )
    by_code = {kpi.code: kpi for kpi in answer.kpis}
    shown = tuple(
        _row(row, by_code[row.code], lines[row.code], lang) for row in strip_rows(drawable_evaluation(answer), lang)
    )
    return ReportTable(columns, shown, text("report.reasons", lang))


def kpi_heading(kpi: Kpi, lang: Lang, *, main: bool) -> str:
    """The notice's full name of the code, main KPIs marked."""
    name = f"{kpi.code} {kpi.name.in_(lang)}"
    return text("report.kpi_main", lang, name=name) if main else name


def _row(row: StripRow, kpi: KpiEvaluation | EnterpriseKpiView, line: float, lang: Lang) -> ReportRow:
    known = catalogue().kpi(kpi.code)
    basis = f"report.basis.{kpi.basis or 'none'}"
    return ReportRow(
        cells=(
            cells.words(kpi_heading(known, lang, main=kpi.main)),
            _value(kpi, known, lang),
            cells.words(text(basis, lang)),
            _place(kpi, row) if row.drawn else ReportCell(i18n.NO_NUMBER),
            cells.number(line, known, lang, peers_basis(kpi)),
            cells.gap(kpi.gap_to_line, known, lang),
            cells.verdict(row.verdict, verdict_text(row, lang)),
        ),
        notes=_notes(kpi, row, lang),
        band=catalogue().group(known.group).name.in_(lang),
        strong=kpi.main,
    )


def _value(kpi: KpiEvaluation | EnterpriseKpiView, known: Kpi, lang: Lang) -> ReportCell:
    if kpi.state == "not_applicable":
        return ReportCell(i18n.verdict_word("not_applicable", lang).word)
    return cells.number(kpi.value, known, lang, kpi.basis)


def _place(kpi: KpiEvaluation | EnterpriseKpiView, row: StripRow) -> ReportCell:
    """The place with its range; the number is the mid-rank or the estimate, none for a range only."""
    value = kpi.percentile.mid if isinstance(kpi, KpiEvaluation) else kpi.place.estimate
    return ReportCell(row.place, value)


def _notes(kpi: KpiEvaluation | EnterpriseKpiView, row: StripRow, lang: Lang) -> tuple[str, ...]:
    """The value with the one reported where its basis is another, then the reasons."""
    return tuple(cells.clean(said) for said in (row.stated, *i18n.kpi_reasons(kpi, lang)) if said)


# What reviewers and the authority read: counts, places with bounds, tests, scores and sensitivity.


_COUNTS = ("n", "size", "worse", "tied", "better", "strict", "mid", "lower", "upper")
_TESTS = ("n", "worse", "not_better", "p_value", "p_value_not", "p_value_median", "gamma", "mean", "median")


def authority_sections(answer: Evaluation, lang: Lang) -> tuple[ReportSection, ...]:
    return (
        _kpi_section(answer, lang),
        _counts(answer, lang),
        _tests(answer, lang),
        _groups_for_authority(answer, lang),
        _sensitivity(answer, lang),
    )


def _compared(answer: Evaluation) -> list[KpiEvaluation]:
    return [kpi for kpi in answer.kpis if not isnan(kpi.percentile.mid)]


def _counts(answer: Evaluation, lang: Lang) -> ReportSection:
    columns = (
        _kpi_column(lang),
        *(ReportColumn(text(f"report.counts.{code}", lang), 1.0, right=True) for code in _COUNTS),
    )
    rows = tuple(_counts_row(kpi, lang) for kpi in _compared(answer))
    line = text("report.counts.line", lang, confidence=answer.policy.confidence)
    return _section("counts", line, columns, rows, lang)


def _counts_row(kpi: KpiEvaluation, lang: Lang) -> ReportRow:
    place = kpi.percentile
    counted = (kpi.peers.n, kpi.peers.industry_size, kpi.worse, kpi.tied, kpi.better)
    shares = (place.strict, place.mid, place.lower, place.upper)
    return ReportRow(
        (
            _name(kpi, lang),
            *(cells.count(item) for item in counted),
            *(cells.share(share, 1) for share in shares),
        ),
        strong=kpi.main,
    )


def _tests(answer: Evaluation, lang: Lang) -> ReportSection:
    columns = (
        _kpi_column(lang),
        ReportColumn(text("report.tests.unit", lang), 1.0),
        *(ReportColumn(text(f"report.tests.{code}", lang), 1.0, right=True) for code in _TESTS),
    )
    rows = tuple(row for kpi in _compared(answer) for row in _tests_rows(kpi, lang))
    # 1 - 0.95 is 0.05000000000000004 as a float: display only, the policy has the exact alpha.
    line = text("report.tests.line", lang, alpha=i18n.plain_number(round(1 - answer.policy.confidence, 9)))
    return _section("tests", line, columns, rows, lang)


def _tests_rows(kpi: KpiEvaluation, lang: Lang) -> Iterator[ReportRow]:
    """One for each test that the word must hold by; what is said of the peers themselves stands in the first."""
    known = catalogue().kpi(kpi.code)
    for number, test in enumerate(kpi.tests or (TestResult(kpi.tested, kpi.p_value, kpi.p_value_not),)):
        tested = test.tested
        of_peers = (
            cells.probability(kpi.p_value_median),
            cells.odds(kpi.gamma),
            cells.number(kpi.mean, known, lang, kpi.basis),
            cells.number(kpi.median, known, lang, kpi.basis),
        )
        yield ReportRow(
            (
                _name(kpi, lang),
                cells.words(text(f"report.tests.{tested.unit}", lang)),
                *(cells.count(counted) for counted in (tested.n, tested.worse, tested.not_better)),
                cells.probability(test.p_value),
                cells.probability(test.p_value_not),
                *(of_peers if number == 0 else [cells.words("") for _ in of_peers]),
            ),
            strong=kpi.main,
        )


def _groups_for_authority(answer: Evaluation, lang: Lang) -> ReportSection:
    titles = ("score", "highest", "leading", "reported")
    columns = (
        ReportColumn(text("report.groups.group", lang), 2.6),
        *(ReportColumn(text(f"report.groups.{code}", lang), 1.0, right=True) for code in titles),
    )
    rows = tuple(
        ReportRow(
            (
                cells.words(catalogue().group(group.code).name.in_(lang)),
                cells.share(group.score),
                cells.share(group.highest),
                cells.count(group.leading),
                cells.count(group.reported),
            )
        )
        for group in answer.groups
    )
    return _section("groups", text("report.groups.line_authority", lang), columns, rows, lang)


def _sensitivity(answer: Evaluation, lang: Lang) -> ReportSection:
    columns = (
        ReportColumn(text("report.sensitivity.reading", lang), 4.0),
        ReportColumn(text("report.sensitivity.p_value", lang), 1.0, right=True),
        ReportColumn(text("report.sensitivity.verdict", lang), 1.6),
    )
    rows = tuple(_sensitivity_row(row, lang) for row in answer.sensitivity)
    listed = [catalogue().kpi(code).short.in_(lang) for code in answer.leading_list]
    names = text("number.list", lang).join(listed)
    form = "line" if listed else "none"
    leading = text(f"report.at_least.{form}", lang, names=names, count=answer.at_least_leading)
    table = ReportTable(columns, rows)
    lines = (leading, text("report.sensitivity.line", lang))
    return ReportSection("sensitivity", text("report.sensitivity.title", lang), lines, table)


def _sensitivity_row(row: SensitivityRow, lang: Lang) -> ReportRow:
    reading = text(f"report.sensitivity.{row.rule}", lang, quantile=row.leading_quantile, of=row.of, least=row.at_least)
    return ReportRow((cells.words(reading), cells.probability(row.p_value), cells.words(_clause(row.verdict, lang))))


def _clause(verdict: str, lang: Lang) -> str:
    return text(f"clause.{verdict}.word", lang)


def _section(
    code: str, line: str, columns: tuple[ReportColumn, ...], rows: tuple[ReportRow, ...], lang: Lang
) -> ReportSection:
    lines = (line,) if rows else (line, text("report.nothing", lang))
    return ReportSection(code, text(f"report.{code}.title", lang), lines, ReportTable(columns, rows) if rows else None)


def _kpi_column(lang: Lang) -> ReportColumn:
    return ReportColumn(text("report.kpis.kpi", lang), 2.6)


def _name(kpi: KpiEvaluation | EnterpriseKpiView, lang: Lang) -> ReportCell:
    return cells.words(f"{kpi.code} {catalogue().kpi(kpi.code).short.in_(lang)}")


# What an enterprise reads: published figures, estimates based on them, and released verdicts.
#
# Made from the reduced view only (method 5), so nothing else can be printed.


_PUBLISHED = ("band", "p20", "median", "mean", "p80", "step")


def enterprise_sections(answer: EnterpriseView, lang: Lang) -> tuple[ReportSection, ...]:
    return (
        _kpi_section(answer, lang),
        _published(answer, lang),
        _groups_for_enterprise(answer, lang),
    )


def _published_at(answer: EnterpriseView) -> dict[str, tuple[float, ...]]:
    return i18n.published_at(kpi.published for kpi in answer.kpis)


def _published(answer: EnterpriseView, lang: Lang) -> ReportSection:
    columns = (
        ReportColumn(text("report.kpis.kpi", lang), 3.0),
        *(
            ReportColumn(text(f"report.published.{code}", lang, **_published_at(answer)), 1.0, right=True)
            for code in _PUBLISHED
        ),
    )
    rows = tuple(_published_row(kpi, lang) for kpi in answer.kpis)
    table = ReportTable(columns, rows, text("report.reasons", lang))
    other = i18n.other_line((kpi.published for kpi in answer.kpis), answer.policy.leading_quantile, lang)
    lines = (text("report.published.line", lang), *filter(None, [other]))
    return ReportSection("published", text("report.published.title", lang), lines, table)


def _published_row(kpi: EnterpriseKpiView, lang: Lang) -> ReportRow:
    known, published = catalogue().kpi(kpi.code), kpi.published
    figures = (published.p20, published.median, published.mean, published.p80, published.step)
    withheld = (text(f"reason.{published.withheld}.plain", lang),) if published.withheld else ()
    return ReportRow(
        (
            cells.words(f"{kpi.code} {known.short.in_(lang)}"),
            cells.words((published.band or i18n.NO_NUMBER).replace("-", "–")),
            *(cells.number(figure, known, lang, peers_basis(kpi)) for figure in figures),
        ),
        notes=withheld,
        strong=kpi.main,
    )


def _groups_for_enterprise(answer: EnterpriseView, lang: Lang) -> ReportSection:
    columns = (
        ReportColumn(text("report.groups.group", lang), 2.6),
        ReportColumn(text("report.groups.score_estimated", lang), 1.2, right=True),
        ReportColumn(text("report.groups.reported", lang), 1.0, right=True),
    )
    rows = tuple(
        ReportRow(
            (
                cells.words(catalogue().group(group.code).name.in_(lang)),
                cells.share(group.score),
                cells.count(group.reported),
            )
        )
        for group in answer.groups
    )
    line = text("report.groups.line_enterprise", lang)
    return ReportSection("groups", text("report.groups.title", lang), (line,), ReportTable(columns, rows))


# From an answer to a report's content: head, provenance and what both views share.


_FACTORY = ("enterprise", "factory_name", "credit_code", "group", "industry", "body", "year")
_SHA_SHOWN = 12


def report_content(answer: Evaluation | EnterpriseView, lang: Lang) -> Report:
    """The report of an answer; an enterprise's is made from its reduced view, which has no counts."""
    baseline = answer.baseline
    verdict = i18n.clause_of(answer)
    reasons = answer.clause.reasons if isinstance(answer, Evaluation) else answer.clause_reasons
    own = authority_sections(answer, lang) if isinstance(answer, Evaluation) else enterprise_sections(answer, lang)
    warning = baseline.illustrative
    return Report(
        lang=lang,
        heading=text("report.heading", lang),
        subject=clean(i18n.factory_label(answer.application, lang)),
        view=text(f"report.view.{'authority' if isinstance(answer, Evaluation) else 'enterprise'}", lang),
        warning=clean(text("report.illustrative.long", lang, baseline=baseline.name)) if warning else "",
        warning_short=text("report.illustrative.short", lang) if warning else "",
        finding="",
        clause_label=text("report.clause_label", lang, year=answer.application.year),
        clause_word=f"{clause_mark(verdict, 'light').glyph} {i18n.answer_in_short(answer, lang)}",
        clause_tone=_tone(verdict),
        clause=clean(i18n.headline(answer, lang).clause),
        clause_reasons=_reason_texts(reasons, lang),
        provenance_title=text("report.provenance_title", lang),
        provenance=tuple(_provenance(answer, lang).values()),
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


def _provenance(answer: Evaluation | EnterpriseView, lang: Lang) -> dict[str, LabelledLine]:
    said = dict(_provenance_words(answer, lang))
    return {code: LabelledLine(text(f"report.provenance.{code}", lang), clean(words)) for code, words in said.items()}


def _provenance_words(answer: Evaluation | EnterpriseView, lang: Lang) -> Iterator[tuple[str, str]]:
    baseline, policy = answer.baseline, answer.policy
    for code in _FACTORY:
        if fact := answer.application.text(code):
            yield code, i18n.catalogue_name(fact, lang) if code in ("industry", "body") else fact
    if files := sorted({kpi.cell.file for kpi in answer.kpis if kpi.cell}):
        yield "file", text("number.list", lang).join(files)
    yield "as_of", answer.as_of.isoformat()
    where = i18n.region_name(baseline.region, lang)
    named = text("report.provenance.baseline_text", lang, name=baseline.name, region=where, year=baseline.year)
    yield "baseline", named
    yield "provenance", text(f"report.provenance_word.{baseline.provenance}", lang)
    if said := i18n.peers_sentence(answer, lang):
        yield "peers", said
    if isinstance(answer, Evaluation) and (said := i18n.fragile_sentence(answer, lang)):
        yield "fragile", said
    yield "source", baseline.source
    yield "sha256", baseline.sha256
    since = text("report.provenance.policy_text", lang, reference=policy.reference, day=policy.in_force_from)
    yield "policy", since
    quantile, confidence = policy.leading_quantile, policy.confidence
    line = text("report.provenance.line_text", lang, quantile=quantile, confidence=confidence)
    yield "line", line
    names = [catalogue().kpi(code).short.in_(lang) for code in policy.main_kpis]
    yield "main", text("number.list", lang).join(names)
    coverage = answer.clause.coverage if isinstance(answer, Evaluation) else answer.coverage
    yield "coverage", i18n.percent(coverage)


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


# One page of the report for whoever decides at the enterprise: a choice of its content, nothing of its own.


MOST_MISSED = 6
"""KPIs beside the main ones that have a row on the page; the others are named."""
_SUMMARY_COLUMNS = (1, 4, 5, 6)
_SUMMARY_PROVENANCE = ("baseline", "provenance", "peers", "source", "policy", "line")


def summary_content(answer: EnterpriseView, lang: Lang, pending: str) -> Report:
    """The answer, the main KPIs, what else does not lead and by how much, and what comes next, on one A4 page.

    ``pending`` is what may still change the answer, as the page says it, or empty.
    """
    whole = report_content(answer, lang)
    kpis = next(section for section in whole.sections if section.code == "kpis")
    rows = dict(zip((row.code for row in strip_rows(answer, lang)), _table_of(kpis).rows, strict=True))
    main = [kpi for kpi in answer.kpis if kpi.main]
    missed = sorted((kpi for kpi in answer.kpis if not kpi.main and _is_missed(kpi)), key=_nearness, reverse=True)
    shown, named = missed[:MOST_MISSED], missed[MOST_MISSED:]
    blank = [kpi for kpi in answer.kpis if isnan(kpi.value) and not kpi.main]
    all_lead = all(kpi.verdict == "leading" for kpi in answer.kpis if not kpi.main and not isnan(kpi.value))
    none = "none_missed" if all_lead else "none_below"
    lines = [text(f"report.summary.{'missed_line' if shown else none}", lang)]
    lines += [_named("further", named, lang)] if named else []
    lines += [_named("blank", blank, lang)] if blank else []
    steps = tuple(_next_steps(answer, main, pending, lang))
    sections = (
        ReportSection("main", text("report.summary.main", lang), kpis.lines[1:], _chosen(kpis, main, rows, lang)),
        ReportSection(
            "missed",
            text("report.summary.missed", lang),
            tuple(lines),
            _chosen(kpis, shown, rows, lang) if shown else None,
        ),
        ReportSection("next", text("report.summary.next", lang), points=steps),
    )
    known = _provenance(answer, lang)
    provenance = tuple(known[code] for code in _SUMMARY_PROVENANCE if code in known)
    heading = text("report.summary.heading", lang)
    return replace(whole, heading=heading, sections=sections, provenance=provenance, one_page=True)


def _table_of(section: ReportSection) -> ReportTable:
    if section.table is None:
        raise ValueError(section.code)
    return section.table


def _chosen(
    kpis: ReportSection, chosen: Iterable[EnterpriseKpiView], rows: Mapping[str, ReportRow], lang: Lang
) -> ReportTable:
    """Short names, then value, line, gap and verdict as in the whole table."""
    columns = _table_of(kpis).columns
    return ReportTable(
        (columns[0], *(columns[at] for at in _SUMMARY_COLUMNS)),
        tuple(ReportRow((_name(kpi, lang), *(rows[kpi.code].cells[at] for at in _SUMMARY_COLUMNS))) for kpi in chosen),
    )


def _is_missed(kpi: EnterpriseKpiView) -> bool:
    """Reported and not leading; where no verdict is released, below the published line."""
    if isnan(kpi.value):
        return False
    return kpi.verdict != "leading" if kpi.verdict else kpi.gap_to_line < 0


def _nearness(kpi: EnterpriseKpiView) -> float:
    place = kpi.place
    middle = (place.low + place.high) / 2 if isnan(place.estimate) else place.estimate
    return -1.0 if isnan(middle) else middle


def _named(key: str, kpis: Iterable[EnterpriseKpiView], lang: Lang) -> str:
    names = text("number.list", lang).join(catalogue().kpi(kpi.code).short.in_(lang) for kpi in kpis)
    return text(f"report.summary.{key}", lang, names=names)


def _next_steps(answer: EnterpriseView, main: Iterable[EnterpriseKpiView], pending: str, lang: Lang) -> Iterator[str]:
    if pending:
        yield clean(pending)
    below = [
        f"{catalogue().kpi(kpi.code).short.in_(lang)} {i18n.kpi_gap(kpi.gap_to_line, catalogue().kpi(kpi.code), lang)}"
        for kpi in main
        if kpi.gap_to_line < 0
    ]
    if below:
        yield text("report.summary.main_below", lang, names=text("number.list", lang).join(below))
    states = Counter(rule.state for rule in answer.eligibility)
    counted = {"ok": states["ok"], "fails": states["fails"], "unknown": states["unknown"]}
    yield text("report.summary.conditions", lang, **counted)
    yield text("report.summary.more", lang)
