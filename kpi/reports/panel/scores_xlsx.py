"""A panel's scores and reasons as a workbook: per candidate, per score, per reviewer; numbers as they were given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi.i18n import catalogue_name, text
from kpi.model.language import Lang
from kpi.model.scoring import PanelMeeting
from kpi.model.times import SHANGHAI
from kpi.reports.panel.minutes_docx import agreement_words
from kpi.reports.plain_workbook import Rows, Written, plain_workbook


def panel_scores_xlsx(meeting: PanelMeeting, lang: Lang) -> bytes:
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


def _about(meeting: PanelMeeting, lang: Lang) -> Iterable[Sequence[Written]]:
    yield [text("scoring_file.title", lang)]
    yield [meeting.sheet.in_(lang), "" if meeting.official else text("scoring.not_official", lang)]
    of = meeting.round
    industry, occasion = catalogue_name(of.industry, lang), text(f"scoring.occasion.{of.occasion}", lang)
    named = text("scoring.round", lang, year=of.year, industry=industry, occasion=occasion, number=of.number)
    yield [text("scoring_file.round", lang), named]
    yield [text("scoring_file.industry", lang), industry]
    yield [text("scoring_file.occasion", lang), occasion]
    yield [text("scoring_file.most", lang), meeting.most_points]
    agreement = meeting.results.agreement
    yield [text("scoring_file.w", lang), agreement.w]
    yield [text("scoring_file.p", lang), agreement.p_value]
    yield [text("scoring_file.judges", lang), len(agreement.judges)]
    yield [text("scoring_file.shared", lang), agreement.candidates]
    yield [agreement_words(agreement, lang)]


def _candidates(meeting: PanelMeeting, lang: Lang) -> Iterable[Sequence[Written]]:
    columns = ("candidate", "credit_code", "mean", "median", "spread", "lowest", "highest", "outcome", "reason")
    yield _head(columns, lang)
    for one in meeting.results.candidates:
        decided = meeting.decisions.get(one.credit_code)
        yield [
            meeting.labels[one.credit_code],
            one.credit_code,
            one.mean,
            one.median,
            one.spread,
            one.lowest,
            one.highest,
            text(f"scoring.outcome.{decided.outcome}", lang) if decided else None,
            decided.reason if decided else None,
        ]


def _scores(meeting: PanelMeeting, lang: Lang) -> Iterable[Sequence[Written]]:
    head = _head(("candidate", "credit_code", "reviewer", "state", "total"), lang)
    for name in meeting.criteria.values():
        head += [name.in_(lang), text("scoring_file.why", lang, criterion=name.in_(lang))]
    yield [*head, *_head(("remark", "position", "list_length", "handed_in_at"), lang)]
    for one in meeting.results.candidates:
        for given in one.given:
            version = given.version
            row: list[Written] = [
                meeting.labels[one.credit_code],
                one.credit_code,
                given.name,
                text(f"scoring.state.{version.state}", lang),
                given.total,
            ]
            for code in meeting.criteria:
                row += [version.content.levels.get(code), version.content.reasons.get(code)]
            at = f"{version.saved_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
            yield [*row, version.content.remark, version.position, version.list_length, at]


def _reviewers(meeting: PanelMeeting, lang: Lang) -> Iterable[Sequence[Written]]:
    yield _head(("reviewer", "compared", "severity"), lang)
    for one in meeting.results.severities:
        yield [one.name, one.candidates, one.difference]
