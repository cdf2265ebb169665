"""The minutes of a panel's meeting as a Word document, in the agenda's order."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from kpi.charts.theme import LIGHT
from kpi.i18n import NO_NUMBER, catalogue_name, p_value, plain_number, text, two_decimals
from kpi.model.language import Lang
from kpi.model.scoring import AgendaItem, PanelAgreement, PanelMeeting
from kpi.model.times import SHANGHAI
from kpi.reports.column_widths import column_widths, least_widths
from kpi.reports.docx_formatting import add_words, cell_margins, font, page_number, repeat, undated, whole
from kpi.reports.forms.form_page import set_widths, write_cell
from kpi.reports.report_cells import clean, words
from kpi.reports.report_content import ReportColumn, ReportRow, ReportTable

LATIN, EASTERN, HEADING = "Times New Roman", "仿宋_GB2312", "黑体"
TEXT_SIZE, TABLE_SIZE, LEAST_SIZE, TITLE_SIZE = 12, 10.0, 8.0, 18
PAGE, MARGIN, MILLIMETRES = (210, 297), 22, 25.4 / 72
SIDE_MARGIN = 60
"""Beside a cell's text, in twentieths of a point."""
FIRST, OTHER = 2.0, 1.0
SPARED = 0.92
"""What the words may take of the page's width: the rest is for names."""


def minutes_docx(meeting: PanelMeeting, lang: Lang) -> bytes:
    """Who scored, noted or decided, how far they agreed; each item with its scores, discussion and decision, and with
    those who may not be there.
    """
    document = Document()
    _page(document, "" if meeting.official else text("scoring.not_official", lang))
    _title(document, text("minutes.title", lang))
    of = meeting.round
    occasion = text(f"scoring.occasion.{of.occasion}", lang)
    industry = catalogue_name(of.industry, lang)
    round_words = text("scoring.round", lang, year=of.year, industry=industry, occasion=occasion, number=of.number)
    _paragraph(document, round_words)
    _paragraph(document, text("minutes.sheet", lang, sheet=meeting.sheet.in_(lang), most=meeting.most_points))
    listed = text("number.list", lang)
    _paragraph(document, text("minutes.panel", lang, names=listed.join(meeting.acted)))
    if of.released_at:
        at = f"{of.released_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        _paragraph(document, text("minutes.released", lang, at=at))
    _paragraph(document, agreement_words(meeting.results.agreement, lang))
    _paragraph(document, text("minutes.order", lang, leavings=meeting.leavings))
    for item in meeting.agenda:
        _item(document, meeting, item, lang)
    _paragraph(document, text("minutes.signature", lang))
    out = BytesIO()
    document.save(out)
    return undated(out.getvalue())


def agreement_words(found: PanelAgreement, lang: Lang) -> str:
    """How far the reviewers agree, or why that cannot be said."""
    chance = p_value(found.p_value)
    params = {
        "judges": len(found.judges),
        "candidates": found.candidates,
        "w": plain_number(round(found.w, 2)),
        "p": chance if chance.startswith("<") else f"= {chance}",
    }
    return text(f"scoring.agreement.{found.caution or 'tested'}", lang, **params)


def _item(document: Doc, meeting: PanelMeeting, item: AgendaItem, lang: Lang) -> None:
    listed = text("number.list", lang)
    if item.credit_code is None:
        _heading(document, text("minutes.hidden", lang, number=item.number))
        return
    _heading(document, text("minutes.item", lang, number=item.number, candidate=meeting.labels[item.credit_code]))
    if item.away:
        _paragraph(document, text("minutes.away", lang, names=listed.join(item.away)))
    _table(document, score_table(meeting, item.credit_code, lang))
    for at, line in enumerate(item_lines(meeting, item.credit_code, lang)):
        _paragraph(document, line).paragraph_format.space_before = Pt(0 if at else 6)


def score_table(meeting: PanelMeeting, credit_code: str, lang: Lang) -> ReportTable:
    """Each reviewer's levels and total."""
    titles = [text("scoring.reviewer", lang), *(name.in_(lang) for name in meeting.criteria.values())]
    titles.append(text("scoring.total", lang))
    rows = []
    for given in meeting.scores(credit_code).given:
        levels = [str(given.version.content.levels.get(code, NO_NUMBER)) for code in meeting.criteria]
        total = text("scoring.state.abstained", lang) if given.total is None else str(given.total)
        rows.append(ReportRow(tuple(words(cell) for cell in (given.name, *levels, total))))
    columns = tuple(ReportColumn(title, OTHER if at else FIRST) for at, title in enumerate(titles))
    return ReportTable(columns, tuple(rows))


def item_lines(meeting: PanelMeeting, credit_code: str, lang: Lang) -> Iterator[str]:
    """The figures, the discussion, the decision."""
    scores = meeting.scores(credit_code)
    figures = {name: two_decimals(getattr(scores, name)) for name in ("mean", "median", "spread")}
    yield text("minutes.figures", lang, **figures)
    for note in meeting.notes_on(credit_code):
        name = meeting.names.get(note.written_by, note.written_by)
        yield text("minutes.note", lang, name=name, note=note.note)
    decided = meeting.decisions.get(credit_code)
    if decided is None:
        yield text("minutes.undecided", lang)
    else:
        outcome = text(f"scoring.outcome.{decided.outcome}", lang)
        yield text("minutes.decided", lang, outcome=outcome, reason=decided.reason)


def _page(document: Doc, caution: str) -> None:
    """``caution`` stands at the head of each."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    normal = document.styles["Normal"]
    normal.font.size = Pt(TEXT_SIZE)
    font(normal.element.get_or_add_rPr(), LATIN, EASTERN)
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.add_run(caution).font.color.rgb = RGBColor.from_string(LIGHT.error[1:])
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    page_number(foot)


def _title(document: Doc, said: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = add_words(paragraph, said)
    run.bold, run.font.size = True, Pt(TITLE_SIZE)
    font(run._r.get_or_add_rPr(), LATIN, HEADING)


def _heading(document: Doc, said: str) -> None:
    paragraph = document.add_paragraph()
    spacing = paragraph.paragraph_format
    spacing.space_before, spacing.space_after, spacing.keep_with_next = Pt(12), Pt(4), True
    run = add_words(paragraph, clean(said))
    run.bold = True
    font(run._r.get_or_add_rPr(), LATIN, HEADING)


def _paragraph(document: Doc, said: str) -> Paragraph:
    paragraph = document.add_paragraph()
    add_words(paragraph, clean(said))
    paragraph.paragraph_format.space_after = Pt(4)
    return paragraph


def _table(document: Doc, table: ReportTable) -> None:
    made = document.add_table(rows=len(table.rows) + 1, cols=len(table.columns), style="Table Grid")
    cell_margins(made, 30, SIDE_MARGIN)
    repeat(made.rows[0])
    size, widths = _sized(table)
    set_widths(made, widths)
    texts = [[column.title for column in table.columns], *([cell.text for cell in row.cells] for row in table.rows)]
    for line, row in zip(made.rows, texts, strict=True):
        whole(line)
        for cell, said in zip(line.cells, row, strict=True):
            write_cell(cell, said, size)
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _sized(table: ReportTable) -> tuple[float, list[float]]:
    """The font's size, no larger than every word has room for, and the columns in millimetres."""
    size = TABLE_SIZE
    while size > LEAST_SIZE and sum(least_widths(table, *_in_sizes(size))) > _in_sizes(size)[0] * SPARED:
        size -= 0.5
    return size, [width * size * MILLIMETRES for width in column_widths(table, *_in_sizes(size))]


def _in_sizes(size: float) -> tuple[float, float]:
    """The page's width, and a cell's margins."""
    return (PAGE[0] - 2 * MARGIN) / MILLIMETRES / size, 2 * SIDE_MARGIN / 20 / size
