"""What was typed into the grid: saved once, at the version that each cell was seen at, and kept where it is refused."""

from __future__ import annotations

from datetime import UTC, datetime

from kpi.errors import UserError
from kpi.intake.form.answer_sheet import AnswerRow
from kpi.services.enterprise.sheets import OwnAnswerSheet, SheetEdit
from pages.enterprise.parts.grid_typing import GridTyping

ROWS = (AnswerRow("K01", "95"), AnswerRow("K02", "5", "relative"))


class Saved:
    """What was asked to be saved, in order; ``refuse`` names items whose edits are refused."""

    def __init__(self, refuse: str = "", version: int = 7) -> None:
        self.refuse, self.version = refuse, version
        self.asked: list[tuple[int, list[tuple[str, str]]]] = []

    def __call__(self, version: int, edits: list[SheetEdit]) -> int:
        self.asked.append((version, [(edit.item, edit.text) for edit in edits]))
        if any(edit.item == self.refuse for edit in edits):
            raise UserError("changed_meanwhile", kpi=self.refuse, account="other")
        self.version += 1
        return self.version


def typing() -> GridTyping:
    return GridTyping(OwnAnswerSheet("CODE", 2025, "", ROWS, 7, "me", datetime(2026, 1, 1, tzinfo=UTC)), ROWS)


def test_only_what_is_new_is_saved_at_the_version_it_was_seen_at() -> None:
    open_grid, save = typing(), Saved()
    open_grid.keep({0: {"value": "96"}}, save)
    open_grid.keep({0: {"value": "96"}}, save)
    open_grid.keep({0: {"value": "97"}, 1: {"value": "6"}}, save)
    assert save.asked == [(7, [("K01", "96")]), (8, [("K01", "97")]), (7, [("K02", "6")])]


def test_what_is_typed_back_to_what_stood_there_is_saved_too() -> None:
    open_grid, save = typing(), Saved()
    open_grid.keep({0: {"value": "96"}}, save)
    open_grid.keep({}, save)
    assert save.asked == [(7, [("K01", "96")]), (8, [("K01", "95")])]


def test_a_basis_is_kept_by_its_code_whatever_its_word() -> None:
    for word in ("百分点", "points", "pp"):
        assert typing().shown({1: {"basis": word}})[1].basis == "points"
    assert typing().shown({1: {"basis": "相对"}})[1].basis == "relative"
    assert typing().shown({1: {"basis": "同比"}})[1].basis == "同比"


def test_a_blank_cell_and_no_basis_are_nothing() -> None:
    shown = typing().shown({0: {"value": None}, 1: {"basis": "none"}})
    assert (shown[0].value, shown[1].basis) == ("", "")


def test_of_several_the_refused_alone_is_held_and_not_tried_again_until_it_is_another() -> None:
    open_grid, save = typing(), Saved("K01")
    edited = {0: {"value": "96"}, 1: {"value": "6"}}
    open_grid.keep(edited, save)
    assert {cell: held.text for cell, held in open_grid.refused.items()} == {("K01", "value"): "96"}
    assert open_grid.shows(edited, ROWS)
    tried = len(save.asked)
    open_grid.keep(edited, save)
    assert len(save.asked) == tried
    save.refuse = ""
    open_grid.keep({0: {"value": "98"}, 1: {"value": "6"}}, save)
    assert save.asked[-1] == (7, [("K01", "98")])
    assert not open_grid.refused


def test_who_insists_saves_over_the_version_now_seen() -> None:
    open_grid, save = typing(), Saved("K01")
    open_grid.keep({0: {"value": "96"}}, save)
    save.refuse = ""
    open_grid.insist(11, save)
    assert save.asked[-1] == (11, [("K01", "96")])
    assert not open_grid.refused


def test_a_change_that_it_does_not_show_makes_it_another() -> None:
    open_grid = typing()
    assert open_grid.shows({}, ROWS)
    assert not open_grid.shows({}, (ROWS[0].with_text("note", "theirs"), ROWS[1]))


def test_beside_what_was_refused_others_changes_are_shown_and_may_be_changed() -> None:
    open_grid, save = typing(), Saved("K01")
    edited = {0: {"value": "96"}}
    open_grid.keep(edited, save)
    now = (ROWS[0].with_text("value", "94"), ROWS[1].with_text("note", "theirs"))
    open_grid.take_over(edited, now, 9)
    shown = open_grid.shown(edited)
    assert (shown[0].value, shown[1].note) == ("96", "theirs")
    open_grid.keep(edited, save)
    open_grid.keep({**edited, 1: {"note": "mine"}}, save)
    assert save.asked[1:] == [(9, [("K02", "mine")])]
