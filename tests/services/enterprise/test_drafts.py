"""A file of another year is refused before it is taken, locks nobody out of the others, and can be given up."""

from __future__ import annotations

import re

import pytest

from kpi import i18n, tables
from kpi.errors import UserError
from kpi.i18n.texts import load_texts
from kpi.model.language import Lang
from kpi.services.conditions import own_checklists
from kpi.services.enterprise.drafts import discard_draft, uncovered_drafts
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.sheets import SheetEdit, accept_application, create_sheet, edit_sheet, own_sheets
from kpi.services.enterprise.uploads import receive_file
from kpi.store.store import Store
from tests.services.sample_store import AT, CODE_A, A, file_of
from tests.services.submitting import YEAR, accepted, locked


def of_year(year: int) -> bytes:
    text = file_of(CODE_A).decode("gb18030")
    assert f"年度,{YEAR}" in text or f"year,{YEAR}" in text or str(YEAR) in text
    return text.replace(str(YEAR), str(year)).encode("gb18030")


def take(store: Store, year: int) -> None:
    accept_application(store, A, receive_file(store, A, "a.csv", of_year(year), AT), at=AT)


def planted(store: Store, year: int) -> None:
    """As an earlier version of the product took it."""
    accepted(store, A, CODE_A)
    with store.transaction() as cursor:
        cursor.execute("update worksheet set year = $1", [year])
        cursor.execute(
            "update draft set year = $1, application = replace(application, $2, $3)", [year, str(YEAR), str(year)]
        )


def test_a_year_before_the_first_baseline_is_refused_before_it_is_taken(store: Store) -> None:
    locked(store, A, CODE_A)
    with pytest.raises(UserError) as refused:
        take(store, YEAR - 1)
    assert (refused.value.code, refused.value.params) == ("year_not_covered", {"year": YEAR - 1})
    assert [own_sheet.year for own_sheet in own_sheets(store, A)] == [YEAR]
    [result] = own_results(store, A)
    assert result.locked_at is not None


def test_a_later_year_is_taken_and_compared_with_the_latest_baseline(store: Store) -> None:
    take(store, YEAR + 1)
    [result] = own_results(store, A)
    assert (result.answer.application.year, result.answer.baseline.year) == (YEAR + 1, YEAR)


def test_a_draft_of_an_uncovered_year_keeps_nobody_from_the_others(store: Store) -> None:
    planted(store, YEAR - 1)
    locked(store, A, CODE_A)
    assert [own_result.answer.application.year for own_result in own_results(store, A)] == [YEAR]
    assert [checklist.application.year for checklist in own_checklists(store, A)] == [YEAR]
    assert uncovered_drafts(store, A) == [(CODE_A, YEAR - 1)]
    discard_draft(store, A, CODE_A, YEAR - 1, AT)
    assert uncovered_drafts(store, A) == []
    assert [own_sheet.year for own_sheet in own_sheets(store, A)] == [YEAR]


def test_a_discarded_draft_can_be_begun_again_and_its_earlier_changes_do_no_harm(store: Store) -> None:
    accepted(store, A, CODE_A)
    edit_sheet(store, A, CODE_A, YEAR, 1, [SheetEdit("K08", "value", "44")], at=AT)
    discard_draft(store, A, CODE_A, YEAR, AT)
    assert own_sheets(store, A) == []
    accepted(store, A, CODE_A)
    [sheet] = own_sheets(store, A)
    edit_sheet(store, A, CODE_A, YEAR, sheet.version, [SheetEdit("K08", "value", "43")], at=AT)
    with store.cursor() as cursor:
        acts = [act.action for act in tables.audit.audit_entries(cursor)]
    assert "draft_discarded" in acts


def test_an_edit_begun_on_a_discarded_sheet_does_not_go_into_the_one_that_took_its_place(store: Store) -> None:
    accepted(store, A, CODE_A)
    [seen] = own_sheets(store, A)
    discard_draft(store, A, CODE_A, YEAR, AT)
    accepted(store, A, CODE_A)
    [other] = own_sheets(store, A)
    assert other.version > seen.version, "a form of the sheet before is none of this one"
    with pytest.raises(UserError, match="sheet_begun_again"):
        edit_sheet(store, A, CODE_A, YEAR, seen.version, [SheetEdit("K08", "value", "44")], at=AT)
    assert own_sheets(store, A) == [other]
    edit_sheet(store, A, CODE_A, YEAR, other.version, [SheetEdit("K08", "value", "44")], at=AT)
    with pytest.raises(UserError, match="sheet_begun_again"):
        edit_sheet(store, A, CODE_A, YEAR, seen.version, [SheetEdit("K09", "value", "3")], at=AT)
    edit_sheet(store, A, CODE_A, YEAR, other.version, [SheetEdit("K09", "value", "3")], at=AT)


def test_a_draft_is_neither_discarded_nor_replaced_over_what_a_colleague_has_done_since_it_was_read(
    store: Store,
) -> None:
    sent = receive_file(store, A, "a.csv", file_of(CODE_A), AT)
    first = create_sheet(store, A, sent, 0, CODE_A, YEAR, AT, seen=0)
    with pytest.raises(UserError, match="changed_since_read"):
        create_sheet(store, A, sent, 0, CODE_A, YEAR, AT, seen=0)
    edit_sheet(store, A, CODE_A, YEAR, first.version, [SheetEdit("K08", "value", "44")], at=AT)
    edited = own_sheets(store, A)
    for act in (
        lambda: create_sheet(store, A, sent, 0, CODE_A, YEAR, AT, seen=first.version),
        lambda: discard_draft(store, A, CODE_A, YEAR, AT, seen=first.version),
    ):
        with pytest.raises(UserError, match="changed_since_read"):
            act()
    assert own_sheets(store, A) == edited
    replaced = create_sheet(store, A, sent, 0, CODE_A, YEAR, AT, seen=edited[0].version)
    discard_draft(store, A, CODE_A, YEAR, AT, seen=replaced.version)
    with pytest.raises(UserError, match="changed_since_read"):
        create_sheet(store, A, sent, 0, CODE_A, YEAR, AT, seen=replaced.version)
    assert own_sheets(store, A) == []


def test_what_is_locked_cannot_be_discarded(store: Store) -> None:
    locked(store, A, CODE_A)
    with pytest.raises(UserError, match="already_locked"):
        discard_draft(store, A, CODE_A, YEAR, AT)
    assert own_results(store, A)[0].locked_at is not None


# Reached by the command line and by the start of a server alone.
NOT_ON_A_PAGE = {
    "place_one_of",
    "place_panel_of_what",
    "too_many_for_csv",
    "pyspark_missing",
    "java_missing",
    "spark_failed",
    "spark_incomplete",
    "engine_while_served",
    "api_token_needed",
    "secret_missing",
    "store_served",
    "store_being_served",
    "notice_is_fictitious",
    "notice_of_store",
    "notice_without_demonstration",
    "notice_without_panel",
    "store_in_use",
    "demonstration_of_official",
    "nothing_lost",
    "other_loss",
    "anchor_invalid",
    "keys_invalid",
    "signed_needs_keys",
    "loss_reason_needed",
    "backup_without_secret",
    "secret_file_invalid",
    "no_backup",
    "trail_broken",
    "host_needed",
    "demonstration_not_public",
    "demonstration_unasked",
    "database_collation",
    "files_not_empty",
    "not_to_be_moved",
    "import_engine_while_served",
    "instead_of_shared_alone",
    "no_head_there",
    "cannot_listen",
    "parts_no_recipe",
    "port_taken",
    "place_purpose_missing",
    "place_purpose_of_panel",
    "restore_taken",
    "restored_unsound",
}
COMMANDS = re.compile(r"--\w|\bkpi \w")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_speaks_of_the_command_line(lang: Lang) -> None:
    codes = {key.split(".")[1] for key in load_texts(lang) if re.fullmatch(r"error\.\w+\.message", key)}
    assert {"no_baseline", "store_damaged", "year_not_covered"} <= codes

    spoken = set()
    for code in codes - NOT_ON_A_PAGE:
        texts = [load_texts(lang)[f"error.{code}.{part}"] for part in ("message", "remedy")]
        names = re.findall(r"\{(\w+)", " ".join(texts))
        error = UserError(code, **dict.fromkeys(names, 1))
        if COMMANDS.search(" ".join(i18n.page_error_message(error, lang))):
            spoken.add(code)
    assert spoken == set()
    assert COMMANDS.search(i18n.error_message(UserError("no_baseline", day="x"), lang)[1])


def test_records_are_dropped_of_that_year_alone(store: Store) -> None:
    accepted(store, A, CODE_A)
    with store.transaction() as cursor:
        tables.sheets.drop_worksheet(cursor, CODE_A, YEAR + 1)
    assert [own_sheet.year for own_sheet in own_sheets(store, A)] == [YEAR]
