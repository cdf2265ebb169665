"""Who comes on the final list is awarded by it, and no longer where it leaves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kpi import tables
from kpi.errors import UserError
from kpi.model.claims import Award, final_list
from kpi.services.administrator.awards import add_single_award, correct_award, import_awards, list_awards, revoke_award
from kpi.services.administrator.stages import advance, applications_in_progress, undo_steps
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand
from tests.eligibility.sample_application import application
from tests.services.administrator.test_objections import public
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B
from tests.services.service_calls import AWARDED
from tests.services.submitting import YEAR

__all__ = ["public"]
HOUR = timedelta(hours=1)


def listed(store: Store, code: str = CODE_A, after: int = 1) -> Award:
    advance(store, ADMINISTRATOR, code, YEAR, "listed", "演示", at=AT + after * HOUR)
    return own(store, code)[0]


def own(store: Store, code: str = CODE_A) -> list[Award]:
    return [award for award in list_awards(store, ADMINISTRATOR) if award.credit_code == code]


def in_hand(store: Store) -> list[ApplicationInHand]:
    return [hand for hand in applications_in_progress(store, ADMINISTRATOR) if hand.credit_code == CODE_A]


def counted(store: Store, body: str | None) -> int:
    with store.cursor() as cursor:
        standing = tables.lists.programme(cursor, YEAR + 1).get(body or "")
    return standing.awarded if standing else 0


def test_the_final_list_awards_with_its_source_and_counts_for_the_body(public: Store) -> None:
    award = listed(public)
    assert (award.tier, award.year, award.source) == ("先进级", YEAR, final_list(YEAR))
    assert award.body
    assert counted(public, award.body) == 1
    with public.cursor() as cursor:
        [entry] = [entry for entry in tables.audit.audit_entries(cursor) if entry.action == "award_added"]
    assert entry.subject == CODE_A


def test_who_leaves_the_final_list_is_awarded_no_longer_and_the_reason_stays(public: Store) -> None:
    body = listed(public).body
    undo_steps(public, ADMINISTRATOR, in_hand(public), "重新公示（虚构）", AT + 2 * HOUR)
    assert (own(public), counted(public, body)) == ([], 0)
    with public.cursor() as cursor:
        latest = tables.awards.award_changes(cursor)[0]
    assert (latest.act, latest.reason) == ("revoked", "重新公示（虚构）")
    assert listed(public, after=3).body == body
    assert counted(public, body) == 1


def test_an_award_known_from_elsewhere_is_not_counted_twice(public: Store) -> None:
    file = AWARDED.splitlines()[0] + f"\n{CODE_A},甲厂（虚构）,先进级,{YEAR},沪经信制〔2026〕1号（虚构）".encode()
    import_awards(public, ADMINISTRATOR, "awarded.csv", file)
    advance(public, ADMINISTRATOR, CODE_A, YEAR, "listed", "演示", at=AT + HOUR)
    assert [award.source for award in own(public)] == ["沪经信制〔2026〕1号（虚构）"]
    undo_steps(public, ADMINISTRATOR, in_hand(public), "演示", AT + 2 * HOUR)
    assert len(own(public)) == 1, "what another list says stays"


def test_an_award_of_the_final_list_is_not_added_once_more_by_hand(public: Store) -> None:
    award = listed(public)
    with pytest.raises(UserError) as refused:
        add_single_award(public, ADMINISTRATOR, replace(award, source="沪经信制〔2026〕1号（虚构）"), "补录（虚构）")
    assert refused.value.code == "award_listed"
    assert counted(public, award.body) == 1


def test_a_list_from_elsewhere_leaves_those_who_are_listed(public: Store) -> None:
    award = listed(public)
    import_awards(public, ADMINISTRATOR, "awarded.csv", AWARDED)
    assert own(public) == [award]
    assert counted(public, award.body) == 1


def test_an_own_final_list_alone_is_no_list_of_awards_for_others(public: Store) -> None:
    listed(public)
    with public.cursor() as cursor:
        known, others = tables.awards.award_lists(cursor, [application(credit_code=code) for code in (CODE_A, CODE_B)])
    assert known is not None
    assert [award.year for award in known.own] == [YEAR]
    assert others is None, "nobody has said who was awarded before"


def test_an_award_of_the_final_list_is_taken_back_there(public: Store) -> None:
    award = listed(public)
    for act in (
        lambda: revoke_award(public, ADMINISTRATOR, award, "更正（虚构）"),
        lambda: correct_award(public, ADMINISTRATOR, award, Award(*_of(award, YEAR - 1)), "更正（虚构）"),
    ):
        with pytest.raises(UserError) as refused:
            act()
        assert refused.value.code == "award_of_final_list"
    correct_award(public, ADMINISTRATOR, award, Award(*_of(award, YEAR)), "更正（虚构）")
    assert own(public)[0].factory == "另一名称（虚构）"


def _of(award: Award, year: int) -> tuple[str, str, str, int, str, str | None]:
    return award.credit_code, "另一名称（虚构）", award.tier, year, award.source, award.body
