"""Single awards: each change has its reason and stays on record, and the body's count and the check move with it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kpi import tables
from kpi.errors import InvalidFile, NotFound, UserError
from kpi.intake.lists import read_awarded
from kpi.model.claims import Award
from kpi.services.administrator.awards import (
    add_single_award,
    award_history,
    award_totals,
    check_awarded,
    correct_award,
    earlier_revocation,
    import_awards,
    list_awards,
    preview_awards,
    revoke_award,
)
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, CODE_A, CODE_B, A
from tests.services.submitting import YEAR, locked

BODY = "松江区"
AWARD = Award(CODE_A, "演示工厂（虚构）", "先进级", YEAR - 1, "虚构", BODY)
HEAD = "信用代码,工厂名称,等级,年度,来源"


def counted(store: Store) -> dict[str, int]:
    return dict(award_totals(store, ADMINISTRATOR).by_body)


def test_added_corrected_and_revoked_with_everything_that_hangs_on_it(store: Store) -> None:
    locked(store, A, CODE_A)
    assert check_awarded(store, ADMINISTRATOR, CODE_A).awards == ()
    kept = add_single_award(store, ADMINISTRATOR, replace(AWARD, credit_code=CODE_A.lower()), "公布文件补录")
    assert kept == AWARD
    found = check_awarded(store, ADMINISTRATOR, CODE_A)
    assert [(hand.credit_code, hand.year) for hand in found.barred] == [(CODE_A, YEAR)]
    assert counted(store) == {BODY: 1}

    later = correct_award(store, ADMINISTRATOR, AWARD, replace(AWARD, body="嘉定区"), "推荐单位有误")
    assert counted(store) == {"嘉定区": 1}
    assert dict(award_totals(store, ADMINISTRATOR).by_body_year) == {("嘉定区", YEAR - 1, "先进级"): 1}
    after = correct_award(store, ADMINISTRATOR, later, replace(later, year=YEAR + 1), "年度有误")
    assert check_awarded(store, ADMINISTRATOR, CODE_A).barred == ()

    revoke_award(store, ADMINISTRATOR, after, "撤销称号")
    assert list_awards(store, ADMINISTRATOR) == []
    assert counted(store) == {}
    history = award_history(store, ADMINISTRATOR)
    assert [change.act for change in history] == ["revoked", "corrected", "corrected", "added"]
    assert [change.reason for change in history] == ["撤销称号", "年度有误", "推荐单位有误", "公布文件补录"]
    assert (history[0].before, history[0].after) == (after, None)
    assert (history[-1].before, history[-1].after) == (None, AWARD)


def test_a_tier_below_the_advanced_moves_no_quota(store: Store) -> None:
    add_single_award(store, ADMINISTRATOR, replace(AWARD, tier="市级智能工厂"), "补录")
    assert counted(store) == {}


def test_what_is_wrong_is_refused_and_nothing_is_changed(store: Store) -> None:
    add_single_award(store, ADMINISTRATOR, AWARD, "补录")
    with pytest.raises(InvalidFile) as raised:
        add_single_award(store, ADMINISTRATOR, Award("123", "", "特级", 1999, "虚构", "天涯区"), "补录")
    assert len(raised.value.problems) == 5
    for refused, code in (
        (lambda: add_single_award(store, ADMINISTRATOR, AWARD, "补录"), "award_listed"),
        (lambda: add_single_award(store, ADMINISTRATOR, replace(AWARD, body=None), "补录"), "award_listed"),
        (lambda: correct_award(store, ADMINISTRATOR, AWARD, AWARD, "更正"), "award_same"),
        (lambda: revoke_award(store, ADMINISTRATOR, AWARD, " "), "award_needs_reason"),
    ):
        with pytest.raises(UserError) as error:
            refused()
        assert error.value.code == code
    with pytest.raises(NotFound):
        revoke_award(store, ADMINISTRATOR, replace(AWARD, credit_code=CODE_B), "撤销")
    assert list_awards(store, ADMINISTRATOR) == [AWARD]
    assert len(award_history(store, ADMINISTRATOR)) == 1


def test_a_list_without_bodies_keeps_those_that_are_known_and_is_in_the_history(store: Store) -> None:
    add_single_award(store, ADMINISTRATOR, AWARD, "补录")
    known = f"{CODE_A},{AWARD.factory},{AWARD.tier},{AWARD.year},{AWARD.source}"
    data = f"{HEAD}\n{known}\n{CODE_B},乙（虚构）,先进级,2024,虚构\n".encode()
    preview = preview_awards(store, ADMINISTRATOR, "a.csv", data)
    assert (preview.awards, preview.added, preview.removed) == (2, 1, 0)
    import_awards(store, ADMINISTRATOR, "a.csv", data)
    assert {list_award.credit_code: list_award.body for list_award in list_awards(store, ADMINISTRATOR)} == {
        CODE_A: BODY,
        CODE_B: None,
    }
    assert counted(store) == {BODY: 1}
    assert [change.act for change in award_history(store, ADMINISTRATOR)] == ["imported", "added"]
    with store.cursor() as cursor:
        assert len(tables.awards.awarded(cursor)) == 2


def file_with(*awards: Award, bodies: bool = True) -> bytes:
    lines = [
        f"{award.credit_code},{award.factory},{award.tier},{award.year},{award.source},{award.body or ''}"
        for award in awards
    ]
    if not bodies:
        lines = [line.rsplit(",", 1)[0] for line in lines]
    return "\n".join([f"{HEAD},推荐单位" if bodies else HEAD, *lines]).encode()


def test_faults_of_a_single_award_name_their_fields(store: Store) -> None:
    with pytest.raises(InvalidFile) as raised:
        add_single_award(store, ADMINISTRATOR, Award("123", "", "先进级", 0, "虚构", "天涯区"), "补录")
    found = {(problem.params["field"], problem.code) for problem in raised.value.problems}
    assert found == {
        ("credit_code", "awarded_invalid_credit_code"),
        ("factory", "awarded_blank"),
        ("year", "awarded_blank"),
        ("body", "awarded_unknown_body"),
    }


def test_a_file_brings_a_revoked_award_back_only_where_that_is_said_with_a_reason(store: Store) -> None:
    other = replace(AWARD, credit_code=CODE_B)
    data = file_with(AWARD, other)
    import_awards(store, ADMINISTRATOR, "a.csv", data)
    revoke_award(store, ADMINISTRATOR, AWARD, "撤销称号")
    renamed = file_with(other, replace(AWARD, factory="另一写法（虚构）", source="另一文件"))
    for content, row in ((data, 2), (renamed, 3)):
        preview = preview_awards(store, ADMINISTRATOR, "a.csv", content)
        assert [(change.row, change.change.reason) for change in preview.revoked] == [(row, "撤销称号")]
    elsewhere = replace(other, source="另一文件")
    assert import_awards(store, ADMINISTRATOR, "b.csv", file_with(AWARD, elsewhere)) == 1
    assert list_awards(store, ADMINISTRATOR) == [elsewhere]
    assert counted(store) == {BODY: 1}
    with pytest.raises(UserError) as refused:
        import_awards(store, ADMINISTRATOR, "a.csv", data, brought_back=[2], reason=" ")
    assert refused.value.code == "award_needs_reason"
    assert list_awards(store, ADMINISTRATOR) == [elsewhere]

    assert import_awards(store, ADMINISTRATOR, "a.csv", data, brought_back=[2], reason="复核后恢复") == 2
    assert counted(store) == {BODY: 2}
    back = award_history(store, ADMINISTRATOR)[0]
    assert (back.act, back.after, back.reason) == ("added", AWARD, "复核后恢复")
    assert preview_awards(store, ADMINISTRATOR, "a.csv", data).revoked == ()
    with store.cursor() as cursor:
        trail = [
            audit_entry for audit_entry in tables.audit.audit_entries(cursor) if audit_entry.action.startswith("award")
        ]
    assert [
        (audit_entry.action, json.loads(audit_entry.after or "").get("left_out"))
        for audit_entry in trail
        if audit_entry.action == "awards_imported"
    ] == [
        ("awards_imported", None),
        ("awards_imported", 1),
        ("awards_imported", None),
    ]
    assert [
        json.loads(audit_entry.after or "")["reason"] for audit_entry in trail if audit_entry.action == "award_added"
    ] == ["复核后恢复"]


def test_a_file_does_not_take_off_what_was_added_since_it_was_looked_at(store: Store) -> None:
    other, data = replace(AWARD, credit_code=CODE_B), file_with(AWARD)
    seen = preview_awards(store, ADMINISTRATOR, "a.csv", data).changes
    add_single_award(store, ADMINISTRATOR, other, "补录")
    with pytest.raises(UserError, match="changed_since_read"):
        import_awards(store, ADMINISTRATOR, "a.csv", data, seen=seen)
    assert (list_awards(store, ADMINISTRATOR), counted(store)) == ([other], {BODY: 1})
    seen = preview_awards(store, ADMINISTRATOR, "a.csv", data).changes
    assert import_awards(store, ADMINISTRATOR, "a.csv", data, seen=seen) == 1


def test_the_same_list_once_more_is_no_import(store: Store) -> None:
    other = replace(AWARD, credit_code=CODE_B)
    data = file_with(AWARD, other)
    assert not preview_awards(store, ADMINISTRATOR, "a.csv", data).same
    import_awards(store, ADMINISTRATOR, "a.csv", data)
    for again in (data, file_with(other, AWARD), file_with(AWARD, other, bodies=False)):
        assert preview_awards(store, ADMINISTRATOR, "b.csv", again).same
        with pytest.raises(UserError, match="awards_same"):
            import_awards(store, ADMINISTRATOR, "b.csv", again)
    revoke_award(store, ADMINISTRATOR, other, "撤销称号")
    assert preview_awards(store, ADMINISTRATOR, "a.csv", data).same
    with pytest.raises(UserError, match="awards_same"):
        import_awards(store, ADMINISTRATOR, "a.csv", data)
    assert [change.act for change in award_history(store, ADMINISTRATOR)] == ["revoked", "imported"]
    moved = file_with(replace(AWARD, body="嘉定区"), other)
    assert not preview_awards(store, ADMINISTRATOR, "a.csv", moved).same
    assert import_awards(store, ADMINISTRATOR, "a.csv", moved) == 1
    assert import_awards(store, ADMINISTRATOR, "a.csv", moved, brought_back=[3], reason="复核后恢复") == 2


def test_what_stays_on_the_list_is_not_taken_for_the_one_that_was_revoked(store: Store) -> None:
    second = replace(AWARD, factory="二厂（虚构）")
    import_awards(store, ADMINISTRATOR, "a.csv", file_with(AWARD, second))
    revoke_award(store, ADMINISTRATOR, AWARD, "撤销称号")
    preview = preview_awards(store, ADMINISTRATOR, "a.csv", file_with(AWARD, second))
    assert [change.award for change in preview.revoked] == [AWARD]
    assert earlier_revocation(store, ADMINISTRATOR, AWARD) is not None
    assert earlier_revocation(store, ADMINISTRATOR, second) is None
    add_single_award(store, ADMINISTRATOR, AWARD, "恢复")
    assert earlier_revocation(store, ADMINISTRATOR, AWARD) is None


def test_a_file_with_what_stood_before_a_correction_is_said(store: Store) -> None:
    import_awards(store, ADMINISTRATOR, "a.csv", file_with(AWARD))
    correct_award(store, ADMINISTRATOR, AWARD, replace(AWARD, body="嘉定区"), "推荐单位有误")
    preview = preview_awards(store, ADMINISTRATOR, "a.csv", file_with(AWARD))
    assert [(change.row, change.change.reason) for change in preview.corrected] == [(2, "推荐单位有误")]
    assert preview.revoked == ()
    for same in (file_with(AWARD, bodies=False), file_with(replace(AWARD, body="嘉定区"))):
        assert preview_awards(store, ADMINISTRATOR, "a.csv", same).corrected == ()


def test_awards_without_a_body_are_named_and_counted_for_nobody(store: Store) -> None:
    nobodys, below = replace(AWARD, credit_code=CODE_B, body=None), replace(AWARD, tier="市级智能工厂", body=None)
    data = file_with(AWARD, nobodys, below)
    preview = preview_awards(store, ADMINISTRATOR, "a.csv", data)
    assert [(award.row, award.award.credit_code) for award in preview.without_body] == [(3, CODE_B)]
    import_awards(store, ADMINISTRATOR, "a.csv", data)
    totals = award_totals(store, ADMINISTRATOR)
    assert (totals.by_body, totals.without_body) == ({BODY: 1}, 1)
    known = preview_awards(store, ADMINISTRATOR, "a.csv", file_with(AWARD, nobodys, bodies=False))
    assert [(award.row, award.award.credit_code) for award in known.without_body] == [(3, CODE_B)]


def test_a_list_without_bodies_takes_off_the_count_what_it_no_longer_has(store: Store) -> None:
    other = replace(AWARD, credit_code=CODE_B)
    import_awards(store, ADMINISTRATOR, "a.csv", file_with(AWARD, other))
    import_awards(store, ADMINISTRATOR, "b.csv", file_with(other, bodies=False))
    assert counted(store) == {BODY: 1}


def test_a_column_is_named_as_its_writer_named_it() -> None:
    [fault] = read_awarded(
        "a.csv", f"credit_code,factory,tier,year,source\n{CODE_A},,先进级,2024,虚构\n".encode()
    ).problems
    assert (fault.params["name"], fault.params["field"]) == ("factory", "factory")


def test_a_list_of_names_alone_keeps_the_codes_and_bodies_that_are_known(store: Store) -> None:
    """Public lists carry no codes: an award must not become another one by that, nor a revoked one come back."""
    kept, gone = AWARD, replace(AWARD, credit_code=CODE_B, factory="撤销工厂（虚构）")
    for award in (kept, gone):
        add_single_award(store, ADMINISTRATOR, award, "公布文件补录")
    revoke_award(store, ADMINISTRATOR, gone, "撤销称号")
    rows = [f"{award.factory},{award.tier},{award.year},{award.source}" for award in (kept, gone)]
    new = f"另一家智能工厂（虚构）,{kept.tier},{kept.year},{kept.source}"
    data = "\n".join([HEAD.removeprefix("信用代码,"), *rows, new]).encode()
    shown = preview_awards(store, ADMINISTRATOR, "名单.csv", data)
    assert (shown.removed, len(shown.revoked)) == (0, 1)
    import_awards(store, ADMINISTRATOR, "名单.csv", data)
    assert {(award.credit_code, award.factory, award.body) for award in list_awards(store, ADMINISTRATOR)} == {
        (CODE_A, kept.factory, BODY),
        ("", "另一家智能工厂（虚构）", None),
    }
    assert counted(store) == {BODY: 1}
