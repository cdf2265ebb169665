"""The minutes of a panel's meeting for every writer: what the Word document says, as sections and tables."""

from __future__ import annotations

from kpi.i18n import catalogue_name, text
from kpi.model.language import Lang
from kpi.model.scoring import AgendaItem, PanelMeeting
from kpi.model.times import SHANGHAI
from kpi.reports.data.page_report import About, Taken, page_report
from kpi.reports.panel.minutes_docx import agreement_words, item_lines, score_table
from kpi.reports.report_cells import clean
from kpi.reports.report_content import LabelledLine, Report, ReportSection


def minutes_report(meeting: PanelMeeting, lang: Lang, taken: Taken) -> Report:
    """Who was there, how far they agreed, and each item with its scores, discussion and decision."""
    of, listed = meeting.round, text("number.list", lang)
    industry, occasion = catalogue_name(of.industry, lang), text(f"scoring.occasion.{of.occasion}", lang)
    round_words = text("scoring.round", lang, year=of.year, industry=industry, occasion=occasion, number=of.number)
    about = About(
        title=text("minutes.title", lang),
        subject=round_words,
        finding=agreement_words(meeting.results.agreement, lang),
        filters=[LabelledLine(text("scoring_file.round", lang), round_words)],
        caution="" if meeting.official else text("scoring.not_official", lang),
    )
    lines = [
        text("minutes.sheet", lang, sheet=meeting.sheet.in_(lang), most=meeting.most_points),
        text("minutes.panel", lang, names=listed.join(meeting.acted)),
    ]
    if of.released_at:
        lines.append(text("minutes.released", lang, at=f"{of.released_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"))
    lines.append(text("minutes.order", lang, leavings=meeting.leavings))
    head = ReportSection("meeting", round_words, tuple(map(clean, lines)))
    return page_report(about, [head, *(_item(meeting, item, lang) for item in meeting.agenda)], lang, taken)


def _item(meeting: PanelMeeting, item: AgendaItem, lang: Lang) -> ReportSection:
    """One item; of an enterprise that the reader leaves for, its number alone."""
    code = f"item-{item.number}"
    if item.credit_code is None:
        return ReportSection(code, text("minutes.hidden", lang, number=item.number))
    title = text("minutes.item", lang, number=item.number, candidate=meeting.labels[item.credit_code])
    names = text("number.list", lang).join(item.away)
    away = (clean(text("minutes.away", lang, names=names)),) if item.away else ()
    said = tuple(map(clean, item_lines(meeting, item.credit_code, lang)))
    return ReportSection(code, clean(title), away, score_table(meeting, item.credit_code, lang), said)
