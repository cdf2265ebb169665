"""Last year's values taken over into this year's sheet, and what has changed since, before the lock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kpi.errors import NotFound
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import AnswerRow
from kpi.intake.form.carried_over import is_taken_over, taken_over, without_source
from kpi.model.application import CellReference
from kpi.services.enterprise.carry_over import YearChange, changes_since, earlier_year
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.sheets import SheetEdit, accept_application, edit_sheet, own_sheet
from kpi.services.enterprise.uploads import receive_file
from kpi.store.store import Store
from tests.services.sample_store import CODE_A, A, B, file_of
from tests.services.submitting import lock_as_it_stands

IN_2026 = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.fixture
def begun(store: Store) -> Store:
    """2025 is locked; the sheet of 2026 says the same but for K08."""
    for year, efficiency in ((2025, "45"), (2026, "30")):
        accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A, efficiency, year)))
        if year == 2025:
            lock_as_it_stands(store, A, CODE_A, 2025, IN_2026)
    return store


def edit(store: Store, *edits: SheetEdit) -> dict[str, AnswerRow]:
    version = own_sheet(store, A, CODE_A, 2026).version
    return {row.item: row for row in edit_sheet(store, A, CODE_A, 2026, version, edits).rows}


def changed(store: Store) -> dict[YearChange, list[str]]:
    found = changes_since(store, A, CODE_A, 2026)
    assert found is not None
    assert found.before == 2025
    return {change: [after.kpi.code for _, after in pairs] for change, pairs in found.found.items()}


def test_a_value_is_taken_over_with_its_source_until_it_is_changed_or_confirmed(begun: Store) -> None:
    earlier = earlier_year(begun, A, CODE_A, 2026)
    assert earlier is not None
    assert earlier.year == 2025
    edit(begun, SheetEdit("K08", "value", ""))
    row = earlier.rows["K08"]
    taking = [SheetEdit("K08", field, row.text(field)) for field in ANSWER_FIELDS]
    taken = edit(begun, *taking)["K08"]
    assert (taken.value, is_taken_over(taken.note)) == ("45", True)
    assert "a.csv" in taken.note, "the file that it was sent in"
    assert changed(begun)["taken_over"] == ["K08"]
    assert own_results(begun, A)[0].locked_at is None, "nothing is locked by that"

    again = edit(begun, SheetEdit("K08", "value", "46"))["K08"]
    assert not is_taken_over(again.note)
    edit(begun, *taking)
    confirmed = edit(begun, SheetEdit("K08", "note", without_source(row.note)))["K08"]
    assert (confirmed.value, is_taken_over(confirmed.note)) == ("45", False)
    assert "K08" in changed(begun)["unchanged"]


def test_what_has_changed_is_pointed_out_and_keeps_nobody_from_locking(begun: Store) -> None:
    found = changed(begun)
    assert "K08" not in found["unchanged"]
    assert found["unchanged"], "the same to the last digit"
    edit(begun, SheetEdit("K08", "value", "99"), SheetEdit("K01", "value", ""), SheetEdit("K07", "value", "-3"))
    edit(begun, SheetEdit("K09", "basis", "points"))
    found = changed(begun)
    assert (found["jump"], found["gone"], found["sign"], found["other_basis"]) == (["K08"], ["K01"], ["K07"], ["K09"])
    lock_as_it_stands(begun, A, CODE_A, 2026, IN_2026)


def test_it_is_the_own_factorys_alone(begun: Store) -> None:
    assert earlier_year(begun, B, CODE_A, 2026) is None
    assert earlier_year(begun, A, CODE_A, 2025) is None, "there is no year before"
    with pytest.raises(NotFound):
        changes_since(begun, B, CODE_A, 2026)


def test_a_remark_keeps_its_own_words() -> None:
    row = AnswerRow("K08", "45", note="见附件；第二页", cell=CellReference("表（1）.xlsx", "答卷", 3, "B"))
    once = taken_over(row, 2025)
    assert without_source(once.note) == row.note
    assert taken_over(once, 2026).note.count("沿用") == 1, "of the year before alone"
    assert not is_taken_over(None)
