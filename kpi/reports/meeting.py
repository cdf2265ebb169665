"""Papers of a panel: minutes, notes for visits, scores as a workbook; and the sheet of first passwords."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import docx  # noqa: F401 - the package before its parts (tests/house/test_imports.py)
from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from kpi.access.passwords import FirstPassword
from kpi.charts.theme import LIGHT
from kpi.i18n import NO_NUMBER, catalogue_name, long_date, p_value, plain_number, text, two_decimals
from kpi.model.language import Lang
from kpi.model.scoring import PANEL_OUTCOMES, AgendaItem, MeetingHeld, ReviewPanelAgreement, ReviewPanelMeeting
from kpi.model.times import SHANGHAI, shanghai_minute
from kpi.reports.as_docx import add_words, cell_margins, font, page_number, repeat, undated, whole
from kpi.reports.as_xlsx import PlainWorkbookRows as Rows
from kpi.reports.as_xlsx import Written, plain_workbook
from kpi.reports.content import (
    About,
    LabelledLine,
    Report,
    ReportColumn,
    ReportRow,
    ReportSection,
    ReportTable,
    Taken,
    clean,
    column_widths,
    least_widths,
    page_report,
    words,
)
from kpi.reports.forms import (
    FORM_PAGE_CELL_MARGINS as CELL_MARGINS,
)
from kpi.reports.forms import (
    TITLE_SIZE,
    add_line,
    as_bytes,
    form_document,
    set_widths,
    write_cell,
)

# The minutes of a panel's meeting as a Word document: the sections that every other form of them has (below).


LATIN, EASTERN, HEADING = "Times New Roman", "仿宋_GB2312", "黑体"
TEXT_SIZE, TABLE_SIZE, LEAST_SIZE, MINUTES_TITLE_SIZE = 12, 10.0, 8.0, 18
PAGE, MARGIN, MILLIMETRES = (210, 297), 22, 25.4 / 72
SIDE_MARGIN = 60
"""Beside a cell's text, in twentieths of a point."""
FIRST, OTHER = 2.0, 1.0
SPARED = 0.92
"""What the words may take of the page's width: the rest is for names."""


def minutes_docx(meeting: ReviewPanelMeeting, held: MeetingHeld, lang: Lang) -> bytes:
    """The minutes as a Word document."""
    document = Document()
    _page(document, "" if meeting.official else text("scoring.not_official", lang))
    _title(document, text("minutes.title", lang))
    _paragraph(document, _round_words(meeting, lang))
    _paragraph(document, _decisions_in_all(meeting, lang))
    for section in _minutes_sections(meeting, held, lang):
        _minutes_section(document, section)
    out = BytesIO()
    document.save(out)
    return undated(out.getvalue())


def _minutes_section(document: Doc, section: ReportSection) -> None:
    _heading(document, section.title)
    for line in section.lines:
        _paragraph(document, line)
    if section.table:
        _minutes_table(document, section.table)
    for at, line in enumerate(section.points):
        _paragraph(document, line).paragraph_format.space_before = Pt(0 if at else 6)


def agreement_words(found: ReviewPanelAgreement, lang: Lang) -> str:
    """How far the reviewers agree, or why that cannot be said."""
    chance = p_value(found.p_value)
    params = {
        "judges": len(found.judges),
        "candidates": found.candidates,
        "w": plain_number(round(found.w, 2)),
        "p": chance if chance.startswith("<") else f"= {chance}",
    }
    return text(f"scoring.agreement.{found.caution or 'tested'}", lang, **params)


def score_table(meeting: ReviewPanelMeeting, credit_code: str, lang: Lang) -> ReportTable:
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


def item_lines(meeting: ReviewPanelMeeting, credit_code: str, lang: Lang) -> Iterator[str]:
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
    run.bold, run.font.size = True, Pt(MINUTES_TITLE_SIZE)
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


def _minutes_table(document: Doc, table: ReportTable) -> None:
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


# A panel's scores and reasons as a workbook: per candidate, per score, per reviewer; numbers as they were given.


def review_panel_scores_xlsx(meeting: ReviewPanelMeeting, lang: Lang) -> bytes:
    """Sheets: about the round, the candidates, every score with its reasons, the reviewers."""
    sheets: dict[str, Rows] = {
        "about": _about(meeting, lang),
        "candidates": _candidates(meeting, lang),
        "scores": _scores(meeting, lang),
        "reviewers": _reviewers(meeting, lang),
    }
    return plain_workbook({text(f"scoring_file.{name}", lang): rows for name, rows in sheets.items()})


def _head(names: Sequence[str], lang: Lang) -> list[Written]:
    return [text(f"scoring_file.{name}", lang) for name in names]


def _about(meeting: ReviewPanelMeeting, lang: Lang) -> Iterable[Sequence[Written]]:
    yield [text("scoring_file.title", lang)]
    yield [meeting.sheet.in_(lang), "" if meeting.official else text("scoring.not_official", lang)]
    of = meeting.round
    yield [text("scoring_file.round", lang), _round_words(meeting, lang)]
    yield [text("scoring_file.industry", lang), catalogue_name(of.industry, lang)]
    yield [text("scoring_file.occasion", lang), text(f"scoring.occasion.{of.occasion}", lang)]
    yield [text("scoring_file.most", lang), meeting.most_points]
    agreement = meeting.results.agreement
    yield [text("scoring_file.w", lang), agreement.w]
    yield [text("scoring_file.p", lang), agreement.p_value]
    yield [text("scoring_file.judges", lang), len(agreement.judges)]
    yield [text("scoring_file.shared", lang), agreement.candidates]
    yield [agreement_words(agreement, lang)]


def _candidates(meeting: ReviewPanelMeeting, lang: Lang) -> Iterable[Sequence[Written]]:
    columns = ("candidate", "credit_code", "mean", "median", "spread", "lowest", "highest", "outcome", "reason")
    yield _head(columns, lang)
    for candidate in meeting.results.candidates:
        decided = meeting.decisions.get(candidate.credit_code)
        yield [
            meeting.labels[candidate.credit_code],
            candidate.credit_code,
            candidate.mean,
            candidate.median,
            candidate.spread,
            candidate.lowest,
            candidate.highest,
            text(f"scoring.outcome.{decided.outcome}", lang) if decided else None,
            decided.reason if decided else None,
        ]


def _scores(meeting: ReviewPanelMeeting, lang: Lang) -> Iterable[Sequence[Written]]:
    head = _head(("candidate", "credit_code", "reviewer", "state", "total"), lang)
    for name in meeting.criteria.values():
        head += [name.in_(lang), text("scoring_file.why", lang, criterion=name.in_(lang))]
    yield [*head, *_head(("remark", "position", "list_length", "handed_in_at"), lang)]
    for candidate in meeting.results.candidates:
        for given in candidate.given:
            version = given.version
            row: list[Written] = [
                meeting.labels[candidate.credit_code],
                candidate.credit_code,
                given.name,
                text(f"scoring.state.{version.state}", lang),
                given.total,
            ]
            for code in meeting.criteria:
                row += [version.content.levels.get(code), version.content.reasons.get(code)]
            at = f"{version.saved_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
            yield [*row, version.content.remark, version.position, version.list_length, at]


def _reviewers(meeting: ReviewPanelMeeting, lang: Lang) -> Iterable[Sequence[Written]]:
    yield _head(("reviewer", "compared", "severity"), lang)
    for severity in meeting.results.severities:
        yield [severity.name, severity.candidates, severity.difference]


# The checklist for an on-site visit as a Word document to print and to write on.


VISIT_WIDTHS = (12, 44, 64, 30, 24)
"""In millimetres: number, what, what to look at, seen or not, remark."""
VISIT_SIZE, SECTION_SIZE = 10.5, 13.0
BOX = "□"


@dataclass(frozen=True, slots=True)
class VisitSection:
    """``rows``: what is claimed or open, and what to look at or to ask."""

    title: str
    rows: tuple[tuple[str, str], ...]


def visit_docx(
    factory: str, year: int, about: Sequence[str], sections: Sequence[VisitSection], lang: Lang, warning: str = ""
) -> bytes:
    """``about``: lines below the title. The same for the same words."""
    title = text("visit.heading", lang)
    document = form_document(title, year, warning)
    foot = document.sections[0].footer.paragraphs[0]
    foot.add_run(f"{clean(factory)} · {year}    ").font.size = Pt(VISIT_SIZE)
    page_number(foot)
    add_line(document, title, TITLE_SIZE, heading=True, centred=True)
    add_line(document, clean(factory), SECTION_SIZE, heading=True)
    for line in (*about, text("visit.signature", lang)):
        add_line(document, clean(line), VISIT_SIZE)
    for section in sections:
        add_line(document, section.title, SECTION_SIZE, heading=True)
        spacing = document.paragraphs[-1].paragraph_format
        spacing.space_before, spacing.space_after = Pt(12), Pt(3)
        _visit_table(document, section, lang)
    add_line(document, text("visit.source", lang), VISIT_SIZE)
    document.paragraphs[-1].paragraph_format.space_before = Pt(6)
    return as_bytes(document)


def _visit_table(document: Any, section: VisitSection, lang: Lang) -> None:
    table = document.add_table(rows=len(section.rows) + 1, cols=len(VISIT_WIDTHS), style="Table Grid")
    cell_margins(table, *CELL_MARGINS)
    set_widths(table, VISIT_WIDTHS)
    repeat(table.rows[0])
    names = ("number", "what", "look", "result", "remark")
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        write_cell(cell, text(f"visit.{name}", lang), VISIT_SIZE, centred=True, bold=True)
    boxes = f"{BOX} {text('visit.yes', lang)}\n{BOX} {text('visit.no', lang)}"
    for number, (line, (what, look)) in enumerate(zip(table.rows[1:], section.rows, strict=True), start=1):
        whole(line)
        for cell, said in zip(line.cells, (str(number), clean(what), clean(look), boxes, ""), strict=True):
            write_cell(cell, said, VISIT_SIZE)


# First passwords to hand out: one strip an account, to be cut apart and given to its holder alone.


PASSWORD_SIZE, PASSWORD_TITLE_SIZE, PASSWORD_SIZE = 10.5, 15.0, 14.0
PASSWORD_WIDTHS = (74, 100)
"""In millimetres: whose account it is, and the password."""
FONT = ("Courier New", "仿宋_GB2312")


def password_sheet(passwords: Sequence[FirstPassword], lang: Lang, address: str, on: date) -> bytes:
    """A Word document. ``address`` is where one signs in; left out where it is not known."""
    title = text("password_sheet.title", lang)
    document = form_document(title, on.year, "")
    add_line(document, title, PASSWORD_TITLE_SIZE, heading=True, centred=True)
    add_line(document, text("password_sheet.how", lang, count=len(passwords), on=on.isoformat()), PASSWORD_SIZE)
    table = document.add_table(rows=len(passwords), cols=len(PASSWORD_WIDTHS), style="Table Grid")
    cell_margins(table, *CELL_MARGINS)
    set_widths(table, PASSWORD_WIDTHS)
    for row, password in zip(table.rows, passwords, strict=True):
        whole(row)
        _strip(row.cells, password, lang, address)
    return as_bytes(document)


def _strip(cells: Any, one: FirstPassword, lang: Lang, address: str) -> None:
    write_cell(cells[0], one.display, PASSWORD_SIZE, bold=True)
    _line(cells[0], text(f"page.role.{one.role}", lang))
    _line(cells[0], text("password_sheet.account", lang, account=one.account))
    write_cell(cells[1], text("password_sheet.password", lang), PASSWORD_SIZE)
    written = cells[1].add_paragraph().add_run(one.password)
    written.font.size = Pt(PASSWORD_SIZE)
    font(written._r.get_or_add_rPr(), *FONT)
    if address:
        _line(cells[1], text("password_sheet.address", lang, address=address))
    _line(cells[1], text("password_sheet.change", lang))


def _line(cell: Any, words: str) -> None:
    cell.add_paragraph().add_run(words).font.size = Pt(PASSWORD_SIZE)


# The minutes of a panel's meeting for every writer, as sections and tables: what an authority files, to be signed.


def minutes_report(meeting: ReviewPanelMeeting, held: MeetingHeld, lang: Lang, taken: Taken) -> Report:
    """What the Word document says, for every other form."""
    about = About(
        title=text("minutes.title", lang),
        subject=_round_words(meeting, lang),
        finding=_decisions_in_all(meeting, lang),
        filters=[LabelledLine(text("scoring_file.round", lang), _round_words(meeting, lang))],
        caution="" if meeting.official else text("scoring.not_official", lang),
    )
    return page_report(about, _minutes_sections(meeting, held, lang), lang, taken)


def _minutes_sections(meeting: ReviewPanelMeeting, held: MeetingHeld, lang: Lang) -> list[ReportSection]:
    """When, where and with whom; the results; each item with its scores, discussion and decision; the signatures."""
    return [
        _held_section(meeting, held, lang),
        _results_section(meeting, lang),
        *(_item_section(meeting, held, item, lang) for item in meeting.agenda),
        _signatures(meeting, held, lang),
    ]


def _round_words(meeting: ReviewPanelMeeting, lang: Lang) -> str:
    of = meeting.round
    industry, occasion = catalogue_name(of.industry, lang), text(f"scoring.occasion.{of.occasion}", lang)
    return text("scoring.round", lang, year=of.year, industry=industry, occasion=occasion, number=of.number)


def _decisions_in_all(meeting: ReviewPanelMeeting, lang: Lang) -> str:
    """How many of those that the reader may know came to which decision."""
    times = Counter(decided.outcome for decided in meeting.decisions.values())
    named = {text(f"scoring.outcome.{outcome}", lang): times[outcome] for outcome in PANEL_OUTCOMES}
    named[text("scoring.outcome_none", lang)] = len(meeting.labels) - times.total()
    counted = [text("minutes.outcome_count", lang, outcome=name, count=count) for name, count in named.items()]
    outcomes = text("number.list", lang).join(counted)
    return text("minutes.in_all", lang, count=len(meeting.labels), outcomes=outcomes)


def _held_section(meeting: ReviewPanelMeeting, held: MeetingHeld, lang: Lang) -> ReportSection:
    blank, listed = _to_fill_in("", lang), text("number.list", lang)
    there, missing = held.attendance(meeting)
    said = {
        "time": _time(held, lang),
        "place": held.place or blank,
        "chair": held.chair or blank,
        "recorder": held.recorder or blank,
        "present": _names(there, lang),
        "absent": _names(missing, lang),
        "others": held.others or text("minutes.nobody", lang),
        "officials": _names([meeting.names[account] for account in meeting.officials], lang),
        "away": listed.join(_away_by_name(meeting, held, lang)) or text("minutes.nobody", lang),
    }
    if held.present is None:
        names = listed.join(meeting.names[account] for account in meeting.reviewers)
        said |= {
            "present": text("minutes.present_unsaid", lang, blank=blank, names=names),
            "absent": blank,
            "others": held.others or blank,
        }
    columns = tuple(ReportColumn(text(f"minutes.column_{name}", lang), wide) for name, wide in _HELD_COLUMNS.items())
    rows = tuple(ReportRow((words(text(f"minutes.row_{name}", lang)), words(what))) for name, what in said.items())
    return ReportSection("meeting", text("minutes.held", lang), table=ReportTable(columns, rows))


_HELD_COLUMNS = {"matter": OTHER, "content": 3 * OTHER}


def _time(held: MeetingHeld, lang: Lang) -> str:
    line = text("minutes.blank", lang)
    day = long_date(held.day, lang) if held.day else line
    said = text("minutes.time", lang, day=day, hours=held.hours or line)
    return said if held.day and held.hours else _to_fill_in(said, lang)


def _to_fill_in(said: str, lang: Lang) -> str:
    """A line to be written on, which says so: of what nobody has entered."""
    return text("minutes.to_fill_in", lang, words=said or text("minutes.blank", lang))


def _names(names: Sequence[str], lang: Lang) -> str:
    return text("number.list", lang).join(names) or text("minutes.nobody", lang)


def _away_by_name(meeting: ReviewPanelMeeting, held: MeetingHeld, lang: Lang) -> list[str]:
    """Each who leaves for a conflict of interest, and for which items."""
    items: dict[str, list[str]] = {}
    for item in meeting.agenda:
        for name in held.away(meeting, item):
            items.setdefault(name, []).append(str(item.number))
    listed = text("number.list", lang)
    return [
        text("minutes.away_for", lang, name=name, numbers=listed.join(numbers))
        for name, numbers in sorted(items.items())
    ]


def _results_section(meeting: ReviewPanelMeeting, lang: Lang) -> ReportSection:
    """The agenda's candidates with their totals and decisions; of one that the reader leaves for, nothing."""
    lines = [text("minutes.sheet", lang, sheet=meeting.sheet.in_(lang), most=meeting.most_points)]
    if meeting.round.released_at:
        lines.append(text("minutes.released", lang, at=shanghai_minute(meeting.round.released_at)))
    lines += [agreement_words(meeting.results.agreement, lang), text("minutes.order", lang, leavings=meeting.leavings)]
    titles = [text(f"scoring_file.{name}", lang) for name in ("candidate", "mean", "median", "spread", "outcome")]
    columns = [ReportColumn(text("minutes.column_item", lang), OTHER)]
    columns += [ReportColumn(title, OTHER if at else FIRST) for at, title in enumerate(titles)]
    rows = tuple(
        ReportRow(tuple(words(cell) for cell in (str(item.number), *_result(meeting, item.credit_code, lang))))
        for item in meeting.agenda
    )
    return ReportSection("results", text("minutes.results", lang), tuple(lines), ReportTable(tuple(columns), rows))


def _result(meeting: ReviewPanelMeeting, credit_code: str | None, lang: Lang) -> list[str]:
    if credit_code is None:
        return [text("minutes.hidden", lang), *[NO_NUMBER] * 4]
    scores, decided = meeting.scores(credit_code), meeting.decisions.get(credit_code)
    outcome = text(f"scoring.outcome.{decided.outcome}" if decided else "scoring.outcome_none", lang)
    return [
        meeting.labels[credit_code],
        *(two_decimals(number) for number in (scores.mean, scores.median, scores.spread)),
        outcome,
    ]


def _item_section(meeting: ReviewPanelMeeting, held: MeetingHeld, item: AgendaItem, lang: Lang) -> ReportSection:
    """One item; of an enterprise that the reader leaves for, its number alone."""
    code = f"item-{item.number}"
    if item.credit_code is None:
        hidden = text("minutes.hidden", lang)
        return ReportSection(code, text("minutes.item", lang, number=item.number, candidate=hidden))
    title = text("minutes.item", lang, number=item.number, candidate=meeting.labels[item.credit_code])
    names = text("number.list", lang).join(held.away(meeting, item))
    away = (clean(text("minutes.away", lang, names=names)),) if names else ()
    said = tuple(map(clean, item_lines(meeting, item.credit_code, lang)))
    return ReportSection(code, clean(title), away, score_table(meeting, item.credit_code, lang), said)


def _signatures(meeting: ReviewPanelMeeting, held: MeetingHeld, lang: Lang) -> ReportSection:
    """A line each for the chair, whoever kept the minutes, and every reviewer who was there, or may have been."""
    line = text("minutes.blank", lang)
    there = held.attendance(meeting)[0]
    signing = [("chair", held.chair), ("recorder", held.recorder), *(("reviewer", name) for name in there)]
    columns = tuple(ReportColumn(text(f"minutes.column_{name}", lang), OTHER) for name in _SIGNED)
    rows = tuple(
        ReportRow(tuple(words(cell) for cell in (text(f"minutes.signs_{what}", lang), name or line, line, line)))
        for what, name in signing
    )
    return ReportSection("signatures", text("minutes.signatures", lang), table=ReportTable(columns, rows))


_SIGNED = ("signs_as", "name", "signature", "signed_on")
