"""A body's list: saved, put forward, withdrawn and sent; quota and conditions hold, and nobody overwrites anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi import tables
from kpi.access.roles import Scope
from kpi.benchmark.sealed_record import sealed_hash
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.claims import Award
from kpi.model.evaluation import Reason
from kpi.model.programme import (
    ConditionReason,
    ListDifference,
    Placement,
    ProposalUsed,
    differences_to_proposal,
    dump_list,
    list_difference,
    load_list,
)
from kpi.model.viewer import Viewer
from kpi.recommendation.choice import Wishes
from kpi.services.leader.coverage import coverage, leader_to_dos
from kpi.services.leader.nomination import nominate, package_parts, save_list, send_list, take_package, withdraw_list
from kpi.services.leader.own_list import own_list
from kpi.services.leader.recommendation import own_recommendation
from kpi.store.store import Store
from tests.either_store import copied_store

pytestmark = pytest.mark.slow

BODY, YEAR = "松江区", 2025
AT = datetime(2200, 1, 1, tzinfo=UTC)
"""After the demonstration was made, whenever that is."""

LEADER = Viewer("leader", "演示推荐单位", "leader", (BODY,))
COLLEAGUE = replace(LEADER, account="colleague")
INELIGIBLE = "91000000MA0000111G"
LOW_MATURITY = "91000000MA0012913A"
ON_PAPER = "纸质材料已由本单位报送（演示）"
WHY = "条件已逐项核对（演示）"


@pytest.fixture
def store(demonstration: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.open(copied_store(demonstration, tmp_path / "store")) as opened:
        yield opened


EVERY_CONDITION = (ConditionReason(WHY, tuple(condition.code for condition in catalogue().conditions)),)


def placed(*codes: str) -> list[Placement]:
    return [Placement(code, WHY, ON_PAPER, EVERY_CONDITION) for code in codes]


def eligible(store: Store, count: int) -> list[str]:
    return [code for code in own_list(store, LEADER).applications if code not in (INELIGIBLE, LOW_MATURITY)][:count]


def states(store: Store) -> dict[str, tuple[str, str]]:
    with store.cursor() as cursor:
        steps = tables.stages.stages_entered(cursor, Scope(bodies=(BODY,)))
    return {step.credit_code: (step.state, step.note) for step in steps}


def refused(code: str) -> pytest.RaisesExc[UserError]:
    return pytest.raises(UserError, match=code)


def test_what_was_nominated_before_is_the_first_list(store: Store) -> None:
    found = own_list(store, LEADER)
    assert (found.latest.edition, found.latest.state, found.earlier) == (0, "put_forward", ())
    assert found.latest.content.order == found.forward
    assert len(found.forward) == found.quota.used == 6
    assert len(found.unplaced) == len(found.applications) - 6


def test_a_saved_order_changes_nothing_but_the_list(store: Store) -> None:
    before, states_before = own_list(store, LEADER), states(store)
    codes = [*before.forward[::-1], before.unplaced[0]]
    used = ProposalUsed((1.0, 2.0, 1.0), ("each_industry",), tuple(codes), 3.25)
    save_list(store, LEADER, YEAR, 0, [Placement(codes[0], f"  {WHY}  "), *placed(*codes[1:])], used, AT)
    after = own_list(store, LEADER)
    assert (after.latest.edition, after.latest.state) == (1, "draft")
    assert after.latest.content.order == tuple(codes)
    assert after.latest.content.placements[0].reason == WHY
    assert after.latest.content.proposal == used
    assert after.forward == before.forward
    assert states(store) == states_before


def test_putting_forward_takes_places_and_is_the_state_that_others_see(store: Store) -> None:
    before, states_before = own_list(store, LEADER), states(store)
    dropped, kept = before.forward[-1], before.forward[:-1]
    added = next(code for code in before.unplaced if code not in (INELIGIBLE, LOW_MATURITY))
    save_list(store, LEADER, YEAR, 0, placed(*kept, added), at=AT)
    with refused("list_needs_reason"):
        nominate(store, LEADER, YEAR, 1, at=AT)
    nominate(store, LEADER, YEAR, 1, "材料撤回（演示）", AT)
    assert own_list(store, LEADER).forward == (*kept, added)
    assert coverage(store, LEADER).quota.used == 6
    assert states(store) == states_before | {dropped: ("submitted", "材料撤回（演示）"), added: ("put_forward", "")}


def test_withdrawing_needs_a_reason_and_gives_the_places_back(store: Store) -> None:
    forward = own_list(store, LEADER).forward
    with refused("list_needs_reason"):
        withdraw_list(store, LEADER, YEAR, 0, "  ", AT)
    withdraw_list(store, LEADER, YEAR, 0, "重新排序（演示）", AT)
    after = own_list(store, LEADER)
    assert (after.latest.state, after.latest.note, after.forward) == ("draft", "重新排序（演示）", ())
    assert after.latest.content.order == forward
    assert set(states(store).values()) == {("submitted", "重新排序（演示）")}
    with refused("list_not_forward"):
        withdraw_list(store, LEADER, YEAR, 1, "再次（演示）", AT)


def test_what_the_city_reviews_is_not_taken_back(store: Store) -> None:
    forward = own_list(store, LEADER).forward
    with store.transaction() as cursor:
        tables.stages.add_stage_entered(cursor, forward[0], YEAR, "on_site", "administrator", AT)
    with refused("list_under_review"):
        withdraw_list(store, LEADER, YEAR, 0, "撤回（演示）", AT)
    save_list(store, LEADER, YEAR, 0, placed(*forward[1:]), at=AT)
    with refused("list_under_review"):
        nominate(store, LEADER, YEAR, 1, "撤回（演示）", AT)


def test_two_officials_do_not_overwrite_each_other(store: Store) -> None:
    codes = own_list(store, LEADER).forward
    save_list(store, LEADER, YEAR, 0, placed(*codes), at=AT)
    for act in (
        lambda: save_list(store, COLLEAGUE, YEAR, 0, placed(*codes[:2]), at=AT),
        lambda: nominate(store, COLLEAGUE, YEAR, 0, at=AT),
        lambda: withdraw_list(store, COLLEAGUE, YEAR, 0, WHY, AT),
        lambda: send_list(store, COLLEAGUE, YEAR, 0, AT),
    ):
        with refused("list_changed"):
            act()
    assert own_list(store, COLLEAGUE).latest.saved_by == "leader"


def test_quota_conditions_and_strangers_are_refused(store: Store) -> None:
    with store.transaction() as cursor:
        tables.awards.set_award(cursor, BODY, 29)
    codes = list(own_list(store, LEADER).applications)
    for wrong, code in (
        (["91000000MA9990001E"], "list_unknown"),
        ([codes[0], codes[0]], "list_twice"),
    ):
        with refused(code):
            save_list(store, LEADER, YEAR, 0, placed(*wrong), at=AT)
    for edition, (wrong, code) in enumerate(
        ((codes, "list_over_quota"), ([INELIGIBLE], "list_not_eligible"), ([], "list_empty"))
    ):
        save_list(store, LEADER, YEAR, edition, placed(*wrong), at=AT)
        with refused(code):
            nominate(store, LEADER, YEAR, edition + 1, WHY, AT)
    assert len(own_list(store, LEADER).forward) == 6, "nothing was done"


@pytest.mark.parametrize("tier", ["先进级", "市级智能工厂"])
def test_an_award_through_any_body_bars_and_only_its_level_and_year_are_reported(store: Store, tier: str) -> None:
    """The list of awards is everybody's; the leader learns of it no more than that."""
    code, other = eligible(store, 2)
    save_list(store, LEADER, YEAR, 0, placed(code, other), at=AT)
    assert own_list(store, LEADER).faults == ()
    award = Award(code, "另一家工厂（虚构）", tier, 2023, "另一批次公布（虚构）", "浦东新区")
    with store.transaction() as cursor:
        tables.awards.set_awarded(cursor, [*tables.awards.awarded(cursor), award])
    [fault] = own_list(store, LEADER).faults
    assert (fault.credit_code, fault.fixed_by) == (code, "body")
    assert fault.why == Reason("awarded", {"tier": tier, "year": 2023})
    with refused("list_not_eligible"):
        nominate(store, LEADER, YEAR, 1, WHY, AT)
    left_out = dict(own_recommendation(store, LEADER, Wishes(), year=YEAR).left_out)
    assert left_out[code] == Reason("not_eligible", {"conditions": "not_awarded_before"})


def test_a_list_leaves_only_without_faults_and_is_sealed(store: Store) -> None:
    codes = eligible(store, 3)
    save_list(store, LEADER, YEAR, 0, [Placement(code) for code in codes], at=AT)
    with refused("list_not_forward"):
        send_list(store, LEADER, YEAR, 1, AT)
    nominate(store, LEADER, YEAR, 1, WHY, AT)
    assert {(fault.why.code, fault.fixed_by) for fault in own_list(store, LEADER).faults} == {
        ("unexplained", "body"),
        ("no_report", "either"),
        ("no_self_assessment", "either"),
    }
    open_points = next(fault for fault in own_list(store, LEADER).faults if fault.why.code == "unexplained").why.params
    named = str(open_points["conditions"]).split()
    assert len(named) == open_points["count"]
    assert {"review", "statement"} <= {catalogue().condition(code).rests_on for code in named}
    save_list(store, LEADER, YEAR, 2, [Placement(code, WHY, "", EVERY_CONDITION) for code in codes], at=AT)
    nominate(store, LEADER, YEAR, 3, at=AT)
    assert {fault.why.code for fault in own_list(store, LEADER).faults} == {"no_report", "no_self_assessment"}
    with refused("list_has_faults"):
        send_list(store, LEADER, YEAR, 4, AT)
    save_list(store, LEADER, YEAR, 4, placed(*codes), at=AT)
    nominate(store, LEADER, YEAR, 5, at=AT)
    assert own_list(store, LEADER).faults == ()
    send_list(store, LEADER, YEAR, 6, AT)
    sent = own_list(store, LEADER)
    assert (sent.latest.state, sent.outdated) == ("sent", ())
    assert [sealed.credit_code for sealed in sent.latest.content.inputs] == codes
    assert sent.latest.sha256 == sealed_hash(dump_list(sent.latest.content))
    for act in (
        lambda: save_list(store, LEADER, YEAR, 7, placed(*codes[:1]), at=AT),
        lambda: withdraw_list(store, LEADER, YEAR, 7, WHY, AT),
        lambda: nominate(store, LEADER, YEAR, 7, at=AT),
    ):
        with refused("list_sent"):
            act()


def test_one_sentence_explains_no_condition_that_it_does_not_name(store: Store) -> None:
    [code] = eligible(store, 1)
    save_list(store, LEADER, YEAR, 0, [Placement(code, WHY, ON_PAPER)], at=AT)
    found = own_list(store, LEADER)
    [fault] = found.faults
    every = found.open_conditions[code]
    assert (fault.why.code, str(fault.why.params["conditions"]).split()) == ("unexplained", list(every))
    first, second, *rest = every
    named = (ConditionReason("信用报告（演示）", (first,)), ConditionReason("  ", (second,)), ConditionReason("x", ()))
    save_list(store, LEADER, YEAR, 1, [Placement(code, WHY, ON_PAPER, named)], at=AT)
    found = own_list(store, LEADER)
    assert found.latest.content.placements[0].explained == (named[0],), "neither half says anything"
    [fault] = found.faults
    assert str(fault.why.params["conditions"]).split() == [second, *rest]
    assert fault.why.params["count"] == len(every) - 1
    whole = (named[0], ConditionReason("现场核查记录（演示）", (second, *rest)))
    save_list(store, LEADER, YEAR, 2, [Placement(code, "", ON_PAPER, whole)], at=AT)
    assert own_list(store, LEADER).faults == ()
    nominate(store, LEADER, YEAR, 3, WHY, AT)
    send_list(store, LEADER, YEAR, 4, AT)
    sent = own_list(store, LEADER).latest
    sealed = json.loads(dump_list(sent.content))["placements"][0]["explained"]
    assert [(why["reason"], why["conditions"]) for why in sealed] == [
        (why.reason, list(why.conditions)) for why in whole
    ]
    assert sent.sha256 == sealed_hash(dump_list(load_list(dump_list(sent.content))))


def test_a_reason_that_covers_what_is_no_condition_is_refused(store: Store) -> None:
    [code] = eligible(store, 1)
    with refused("list_condition_unknown"):
        save_list(store, LEADER, YEAR, 0, [Placement(code, explained=(ConditionReason(WHY, ("no_such",)),))], at=AT)


def test_the_seal_holds_the_proposal_and_what_was_decided_otherwise_with_reasons(store: Store) -> None:
    first, second, third, fourth = eligible(store, 4)
    used = ProposalUsed((1.0, 2.0, 1.0), (), (second, third), 1.5, applied=(first, second, third))
    save_list(store, LEADER, YEAR, 0, placed(first, second, third), used, AT)
    said = [Placement(third, "产线停产改造（演示）"), Placement(INELIGIBLE)]
    save_list(store, LEADER, YEAR, 1, placed(second, first, fourth), at=AT, left_out=said)
    before = own_list(store, LEADER).latest.content
    assert before.left_out == (said[0],), "without a word there is nothing to keep"
    expected = ListDifference(added=(fourth,), dropped=(third,), moved=(second, first))
    assert (before.differences, differences_to_proposal(before)) == (None, expected)
    nominate(store, LEADER, YEAR, 2, WHY, AT)
    send_list(store, LEADER, YEAR, 3, AT)
    sent = own_list(store, LEADER).latest
    assert (sent.content.proposal, sent.content.left_out, sent.content.differences) == (used, (said[0],), expected)
    sealed = json.loads(dump_list(sent.content))
    assert sealed["differences"] == {"added": [fourth], "dropped": [third], "moved": [second, first]}
    assert sent.sha256 == sealed_hash(dump_list(load_list(dump_list(sent.content))))


def test_a_reason_for_leaving_out_stays_until_the_candidate_is_on_the_list(store: Store) -> None:
    first, second = eligible(store, 2)
    save_list(store, LEADER, YEAR, 0, placed(first), at=AT, left_out=[Placement(second, WHY)])
    save_list(store, LEADER, YEAR, 1, placed(first), at=AT)
    assert own_list(store, LEADER).latest.content.left_out == (Placement(second, WHY),)
    save_list(store, LEADER, YEAR, 2, placed(first, second), at=AT)
    assert own_list(store, LEADER).latest.content.left_out == ()
    with refused("list_twice"):
        save_list(store, LEADER, YEAR, 3, placed(first), at=AT, left_out=[Placement(first, WHY)])
    with refused("list_unknown"):
        save_list(store, LEADER, YEAR, 3, placed(first), at=AT, left_out=[Placement("91000000MA9990001E", WHY)])


def test_later_data_mark_a_sent_list_and_do_not_alter_it(store: Store) -> None:
    codes = eligible(store, 2)
    save_list(store, LEADER, YEAR, 0, placed(*codes), at=AT)
    nominate(store, LEADER, YEAR, 1, WHY, AT)
    send_list(store, LEADER, YEAR, 2, AT)
    before = own_list(store, LEADER).latest
    with store.transaction() as cursor:
        tables.awards.set_award(cursor, BODY, 3)
        cursor.execute("update release set sha256 = 'other' where credit_code = $1", [codes[0]])
    after = own_list(store, LEADER)
    assert after.latest == before
    assert [reason.code for reason in after.outdated] == ["record", "quota"]
    assert after.outdated[0].params["codes"] == codes[0]


def test_the_home_asks_for_no_more_of_a_list_that_is_sent(store: Store) -> None:
    codes = eligible(store, 2)
    save_list(store, LEADER, YEAR, 0, placed(codes[0]), at=AT)
    nominate(store, LEADER, YEAR, 1, WHY, AT)
    assert _of_the_list(store) == {"places_left": True}
    send_list(store, LEADER, YEAR, 2, AT)
    assert _of_the_list(store) == {"places_sent": False}


def test_the_home_offers_no_place_that_only_who_fails_a_condition_could_take(store: Store) -> None:
    """Seen in the model of the year: its own body had found that the last factory left does not meet a condition."""
    everybody = list(own_list(store, LEADER).applications)
    fit = eligible(store, len(everybody))
    save_list(store, LEADER, YEAR, 0, placed(*fit[:-1]), at=AT)
    nominate(store, LEADER, YEAR, 1, WHY, AT)
    assert _of_the_list(store) == {"places_left": True}
    save_list(store, LEADER, YEAR, 2, placed(*fit), at=AT)
    nominate(store, LEADER, YEAR, 3, WHY, AT)
    assert own_list(store, LEADER).quota.left > 0
    assert len(everybody) > len(fit)
    assert _of_the_list(store) == {"no_places_left": False}


def _of_the_list(store: Store) -> dict[str, bool]:
    """What the leader's home says of places and of the list, and whether it is open."""
    return {
        item.code: item.open for item in leader_to_dos(store, LEADER) if "places" in item.code or "list" in item.code
    }


def test_every_act_is_in_the_trail(store: Store) -> None:
    forward = eligible(store, 3)
    withdraw_list(store, LEADER, YEAR, 0, WHY, AT)
    save_list(store, LEADER, YEAR, 1, placed(*forward), at=AT)
    nominate(store, LEADER, YEAR, 2, at=AT)
    with store.cursor() as cursor:
        last = tables.audit.last_act(cursor)
    assert last is not None
    assert (last.action, last.actor, last.subject) == ("list_put_forward", "leader", f"{BODY} {YEAR}")
    assert json.loads(last.after or "") == {"edition": 3, "list": forward}


def test_a_document_that_is_attached_is_no_fault(store: Store) -> None:
    [code] = eligible(store, 1)
    with store.transaction() as cursor:
        tables.applications.add_upload(
            cursor, "u1", "report.docx", store.folder.keep_original(b"x"), "enterprise", AT, 0
        )
        tables.documents.attach_document(cursor, code, YEAR, "report", "u1", "enterprise", AT)
    save_list(store, LEADER, YEAR, 0, [Placement(code, WHY, "", EVERY_CONDITION)], at=AT)
    assert [fault.why.code for fault in own_list(store, LEADER).faults] == ["no_self_assessment"]


def test_a_list_sealed_before_something_was_added_keeps_its_hash() -> None:
    """As it was written before documents and reasons of wishes were known."""
    before = (
        '{"allowed":null,"awarded":null,"inputs":[],"placements":[{"credit_code":"A","reason":"x"}],'
        '"proposal":{"objective":1.5,"order":["A"],"weights":[1.0,2.0,1.0],"wishes":["must:A"]}}'
    )
    assert dump_list(load_list(before)) == before
    content = load_list(before)
    assert content.proposal is not None
    added = replace(
        content,
        placements=(Placement("A", "x", ON_PAPER, EVERY_CONDITION),),
        proposal=replace(content.proposal, reasons=(("must:A", WHY),), applied=("B", "A")),
        left_out=(Placement("B", WHY),),
        differences=ListDifference((), ("B",), ()),
    )
    assert load_list(dump_list(added)) == added


def test_how_one_order_differs_from_another() -> None:
    found = list_difference(["a", "b", "c", "d"], ["b", "a", "e", "d"])
    assert (found.added, found.dropped, found.moved) == (("e",), ("c",), ("b", "a"))


def test_taking_the_package_is_on_record_and_a_draft_has_none(store: Store) -> None:
    forward = own_list(store, LEADER).forward
    parts = package_parts(store, LEADER, YEAR)
    assert tuple(candidate.application.credit_code for candidate in parts.candidates) == forward
    with refused("purpose_missing"):
        take_package(store, LEADER, YEAR, " ", AT)
    take_package(store, LEADER, YEAR, "报送（演示）", AT)
    with store.cursor() as cursor:
        last = tables.audit.last_act(cursor)
    assert last is not None
    assert last.action == "package_made"
    assert json.loads(last.after or "")["purpose"] == "报送（演示）"
    withdraw_list(store, LEADER, YEAR, 0, WHY, AT)
    with refused("list_not_forward"):
        package_parts(store, LEADER, YEAR)
