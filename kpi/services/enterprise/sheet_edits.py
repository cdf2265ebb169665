"""What an editor changes of an answer sheet, and what differs between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.errors import NotFound, UserError
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import AnswerSheet

LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class SheetEdit:
    """Set one field of one item to this text."""

    item: str
    field: str
    text: str


def edited(rows: AnswerSheet, edits: Sequence[SheetEdit]) -> AnswerSheet:
    """Raises ``NotFound`` for what is not in the sheet, ``UserError`` for a text that is too long."""
    known = {row.item: row for row in rows}
    for one in edits:
        # Another code or year would be another sheet.
        if one.item not in known or one.field not in ANSWER_FIELDS or one.item in ("credit_code", "year"):
            raise NotFound("item", one.item[:40])
        if len(one.text) > LONGEST_TEXT:
            raise UserError("text_too_long", limit=LONGEST_TEXT)
        if known[one.item].text(one.field) != one.text:
            known[one.item] = known[one.item].with_text(one.field, one.text)
    return tuple(known[row.item] for row in rows)


def differences_of(before: AnswerSheet, after: AnswerSheet) -> list[tuple[str, str, str, str]]:
    """Item, field, and its text before and after."""
    was = {row.item: row for row in before}
    return [
        (row.item, field, was[row.item].text(field), row.text(field))
        for row in after
        for field in ANSWER_FIELDS
        if was[row.item].text(field) != row.text(field)
    ]
