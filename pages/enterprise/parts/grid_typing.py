"""What was typed into the grid since it was made: what it shows, what of that is saved, and what was refused.

An editor that is made anew drops the cell that is being typed into by then. So one editor stays for as long as it shows
the sheet as it is: the rows that it was made with, under everything typed since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kpi.errors import UserError
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import AnswerRow
from kpi.intake.settings import comparable_word, vocabulary
from kpi.services.enterprise.sheets import OwnAnswerSheet, SheetEdit

NO_BASIS = "none"
"""A blank choice is drawn as Streamlit's own word for nothing, so nothing is a choice of its own."""

Cell = tuple[str, str]
"""An item and its field."""
Edited = Mapping[int, Mapping[str, Any]]
"""All that was typed since the editor was made, by row and column."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A text that was typed and not saved."""

    text: str
    error: UserError


@dataclass(slots=True)
class GridTyping:
    """One editor: ``sheet`` and its ``rows`` as it was made with them, ``given_up`` how many before it at this version.

    ``saved``: text and version of each cell as last saved from here.
    """

    sheet: OwnAnswerSheet
    rows: Sequence[AnswerRow]
    given_up: int = 0
    saved: dict[Cell, tuple[str, int]] = field(default_factory=dict)
    refused: dict[Cell, Refused] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What was typed means something only on the rows it was typed over, which a version names."""
        return f"grid-{self.sheet.credit_code}-{self.sheet.year}-{self.sheet.version}-{self.given_up}"

    def shown(self, edited: Edited) -> list[AnswerRow]:
        """The rows as the editor shows them."""
        found = list(self.rows)
        for at, fields in edited.items():
            for name, text in fields.items():
                if (words := _answer(name, text)) != found[at].text(name):
                    found[at] = found[at].with_text(name, words)
        return found

    def keep(self, edited: Edited, save: Callable[[int, list[SheetEdit]], int]) -> None:
        """Save what the editor shows and the sheet does not have from it yet.

        ``save`` takes the version that these cells were seen at, and returns that of the sheet after it.
        """
        waiting = self._unsaved(edited)
        self.refused = {cell: held for cell, held in self.refused.items() if waiting.get(cell) == held.text}
        together: dict[int, list[SheetEdit]] = {}
        for (item, name), text in waiting.items():
            if (item, name) not in self.refused:
                together.setdefault(self._seen((item, name)), []).append(SheetEdit(item, name, text))
        for version, edits in together.items():
            if not self._save(version, edits, save) and len(edits) > 1:
                for edit in edits:
                    self._save(version, [edit], save)

    def insist(self, version: int, save: Callable[[int, list[SheetEdit]], int]) -> None:
        """Save what was refused over what its author has now seen at ``version``."""
        for (item, name), held in list(self.refused.items()):
            self._save(version, [SheetEdit(item, name, held.text)], save)

    def take_over(self, edited: Edited, now: Sequence[AnswerRow], version: int) -> None:
        """Show what others changed since, where nothing was typed."""
        rows = []
        for at, (row, current) in enumerate(zip(self.rows, now, strict=True)):
            for name in ANSWER_FIELDS:
                if name not in edited.get(at, {}) and row.text(name) != current.text(name):
                    row = row.with_text(name, current.text(name))
                    self.saved[row.item, name] = current.text(name), version
            rows.append(row)
        self.rows = rows

    def shows(self, edited: Edited, now: Sequence[AnswerRow]) -> bool:
        """Whether the editor shows the sheet as it is now, or holds what was refused."""
        shown = self.shown(edited)
        return bool(self.refused) or all(
            row.text(name) == current.text(name)
            for row, current in zip(shown, now, strict=True)
            for name in ANSWER_FIELDS
        )

    def _save(self, version: int, edits: list[SheetEdit], save: Callable[[int, list[SheetEdit]], int]) -> bool:
        try:
            after = save(version, edits)
        except UserError as error:
            if error.code != "nothing_changed":
                self.refused |= {(edit.item, edit.field): Refused(edit.text, error) for edit in edits}
                return False
            after = version
        for edit in edits:
            self.saved[edit.item, edit.field] = edit.text, after
            self.refused.pop((edit.item, edit.field), None)
        return True

    def _unsaved(self, edited: Edited) -> dict[Cell, str]:
        """Typed texts, and those typed before and taken back since."""
        before = {row.item: row for row in self.rows}
        shown = {row.item: row for row in self.shown(edited)}
        cells = {(self.rows[at].item, name): None for at, fields in edited.items() for name in fields}
        return {
            (item, name): text
            for item, name in cells | dict.fromkeys(self.saved)
            if (text := shown[item].text(name))
            != (self.saved[item, name][0] if (item, name) in self.saved else before[item].text(name))
        }

    def _seen(self, cell: Cell) -> int:
        return self.saved[cell][1] if cell in self.saved else self.sheet.version


def _answer(name: str, text: object) -> str:
    """What the sheet keeps of a cell; of a basis, which is shown by its word, the code."""
    answer = "" if text in (None, NO_BASIS) else str(text)
    return vocabulary().bases.get(comparable_word(answer), answer) if name == "basis" else answer
