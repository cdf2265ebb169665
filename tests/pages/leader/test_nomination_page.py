"""The list's page: order by number, a proposal applied, put forward and withdrawn, each act confirmed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace
from typing import cast

import pytest
from streamlit.testing.v1 import AppTest

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import catalogue_name, condition_name, text
from kpi.model.evaluation import Reason
from kpi.model.programme import ConditionReason, ListContent, Placement
from kpi.model.viewer import Viewer
from kpi.recommendation.choice import Wishes
from kpi.services.enterprise.sheets import create_sheet
from kpi.services.enterprise.uploads import receive_file
from kpi.services.leader.coverage import leader_to_dos
from kpi.services.leader.nomination import nominate, save_list, withdraw_list
from kpi.services.leader.own_list import ListFault, OwnList, current_list, own_list
from kpi.services.leader.recommendation import own_recommendation
from kpi.services.operation.authentication import viewer_of
from pages.leader.parts import order
from pages.leader.parts.list import fault_words
from pages.session.context import PageContext
from tests.pages.app_runs import EXAMPLE, Office, all_say_no_conflict, app, each_tab, opened, strings, submitted
from tests.services.submitting import lock_as_it_stands

pytestmark = pytest.mark.slow

BODY, INDUSTRY, YEAR = "松江区", "高端装备", 2025
EVERY_CONDITION = (ConditionReason("Checked on site", tuple(condition.code for condition in catalogue().conditions)),)


def leader(office: Office) -> Viewer:
    office.sit("leader")
    found = viewer_of(office.store, office.tokens["leader"])
    assert found is not None
    return found


def pressed(test: AppTest, label: str) -> AppTest:
    return next(item for item in test.button if item.label == label).click().run()


def confirmed(test: AppTest, act: str, reason: str = "") -> AppTest:
    for box in test.checkbox:
        if str(box.key).startswith(f"act-{act}-{YEAR}-sure"):
            box.check()
    if reason:
        test.text_input(key=f"act-{act}-{YEAR}-reason").input(reason)
    return pressed(test, {"withdraw": "Withdraw", "put_forward": "Nominate", "send": "Send"}[act])


def the_list(office: Office) -> OwnList:
    return own_list(office.store, leader(office))


def test_from_a_withdrawn_list_by_a_proposal_to_one_put_forward(office_here: Office) -> None:
    before = the_list(office_here)
    assert before.forward
    test = pressed(opened("nomination", "en"), "Withdraw")
    assert "Tick the confirmation first." in "\n".join(strings(test))
    test = confirmed(test, "withdraw", "Order again (demonstration)")
    assert (the_list(office_here).forward, the_list(office_here).latest.state) == ((), "draft")

    test = pressed(test, "Compute a proposal")
    said = "\n".join(strings(test))
    assert not test.exception
    assert "proposed: optimal, verified" in said
    assert "In: " in said
    test = pressed(test, "Apply to the list")
    drawn = the_list(office_here).latest
    assert drawn.content.order[: len(before.forward)] == before.forward, "placements are kept"
    assert drawn.content.proposal is not None
    assert set(drawn.content.proposal.order) == set(drawn.content.order)

    test = confirmed(test, "put_forward")
    assert "The list is nominated." in "\n".join(strings(test))
    assert the_list(office_here).forward == drawn.content.order


@pytest.mark.campaign
def test_the_order_is_set_by_number_and_the_reason_kept(office_here: Office) -> None:
    first, second, *_ = the_list(office_here).latest.content.order
    edition = the_list(office_here).latest.edition
    test = opened("nomination", "en")
    for key, place in ((first, 2), (second, 1)):
        test.number_input(key=f"place-{YEAR}-{edition}-{key}").set_value(place)
    test.text_input(key=f"reason-{YEAR}-{edition}-{second}").input("Verified on site (demonstration)")
    test = pressed(test, "Save the list")
    assert not test.exception
    placements = the_list(office_here).latest.content.placements
    assert [placement.credit_code for placement in placements[:2]] == [second, first]
    assert placements[0].reason == "Verified on site (demonstration)"
    assert "not yet nominated" in "\n".join(strings(test))


def test_what_one_writes_while_a_colleague_saves_is_neither_lost_nor_saved_unseen(copied_office: Office) -> None:
    viewer, before = leader(copied_office), the_list(copied_office).latest
    code, edition = before.content.order[0], before.edition
    test = opened("nomination", "en")
    colleagues = [Placement(option, "Of the colleague (demonstration)") for option in before.content.order]
    save_list(copied_office.store, viewer, before.year, edition, colleagues)
    test.text_input(key=f"reason-{YEAR}-{edition}-{code}").input("My own (demonstration)")
    test = pressed(test, "Save the list")
    said = "\n".join(strings(test))
    assert "Not saved: somebody else has updated the list." in said
    assert "What you have written below is still here" in said
    assert test.text_input(key=f"reason-{YEAR}-{edition}-{code}").value == "My own (demonstration)"
    assert the_list(copied_office).latest.content.placements == tuple(colleagues)

    next(item for item in test.checkbox if item.label.startswith("I have seen the latest list")).check()
    test = pressed(test, "Save the list")
    assert "The list is saved" in "\n".join(strings(test))
    assert the_list(copied_office).latest.content.placements[0].reason == "My own (demonstration)"
    assert "after you opened this page" not in "\n".join(strings(test.run()))


@pytest.mark.campaign
def test_of_several_of_one_name_the_one_that_was_chosen_moves(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser sends back names: whichever was chosen, the last of that name moved."""
    monkeypatch.setattr(order, "label_of", lambda *_: "第一工厂（虚构）")
    first, second, third, *others = the_list(copied_office).latest.content.order
    test = opened("nomination", "en")
    test.selectbox(key="move").set_value(second)
    pressed(test, "Down")
    assert the_list(copied_office).latest.content.order == (first, third, second, *others)


@pytest.mark.campaign
def test_a_candidate_moves_to_either_end_and_not_beyond(copied_office: Office) -> None:
    whole = the_list(copied_office).latest.content.order
    *others, before_last, last = whole
    for code, way, order_then in (
        (before_last, "Down", (*others, last, before_last)),
        (before_last, "Down", (*others, last, before_last)),
        (last, "Down", whole),
    ):
        test = opened("nomination", "en")
        test.selectbox(key="move").set_value(code)
        pressed(test, way)
        assert the_list(copied_office).latest.content.order == tuple(order_then)


def test_no_act_is_done_on_a_list_that_was_not_seen(copied_office: Office) -> None:
    viewer, before = leader(copied_office), the_list(copied_office)
    test = opened("nomination", "en")
    colleagues = [Placement(item) for item in before.forward[:3]]
    save_list(copied_office.store, viewer, before.latest.year, before.latest.edition, colleagues)
    for act, said in (("withdraw", "Someone else has changed the list"), ("move", "Not saved: somebody else has")):
        test = pressed(test, "Down") if act == "move" else confirmed(test, act, "Order again (demonstration)")
        assert said in "\n".join(strings(test))
        assert the_list(copied_office).latest.content.placements == tuple(colleagues)
        assert the_list(copied_office).forward == before.forward
    test = pressed(test, "Discard my entries and use the latest list")
    test = confirmed(test, "withdraw", "Order again (demonstration)")
    assert not test.exception
    assert the_list(copied_office).forward == ()


@pytest.mark.parametrize(
    ("numbers", "order"),
    [
        ({0: 3}, [1, 2, 0]),
        ({2: 1}, [2, 0, 1]),
        ({0: 3, 2: 1}, [2, 1, 0]),
        ({0: 0, 2: 1}, [2, 1]),
        ({0: 2, 2: 2}, [1, 0, 2]),
    ],
)
def test_who_gets_a_number_stands_at_it_and_the_others_keep_their_order(
    copied_office: Office, numbers: dict[int, int], order: list[int]
) -> None:
    copied_office.sit("leader")
    before = the_list(copied_office).latest
    test = opened("nomination", "en")
    for at, number in numbers.items():
        test.number_input(key=f"place-{YEAR}-{before.edition}-{before.content.order[at]}").set_value(number)
    pressed(test, "Save the list")
    after = the_list(copied_office).latest.content.order
    rest = before.content.order[3:]
    assert list(after) == [*(before.content.order[at] for at in order), *rest]


@pytest.mark.campaign
def test_one_press_moves_a_candidate_a_place_down_and_keeps_all_reasons(office_here: Office) -> None:
    viewer, before = leader(office_here), the_list(office_here).latest
    reasons = [Placement(code, f"Reason {at}") for at, code in enumerate(before.content.order)]
    save_list(office_here.store, viewer, before.year, before.edition, reasons)
    test = pressed(opened("nomination", "en"), "Down")
    assert not test.exception
    first, second, *others = reasons
    assert the_list(office_here).latest.content.placements == (second, first, *others)
    test.selectbox(key="move").set_value(others[-1].credit_code)
    pressed(test, "Up")
    assert the_list(office_here).latest.content.order[-2] == others[-1].credit_code


@pytest.mark.campaign
def test_what_is_written_in_the_rows_goes_with_a_press_of_up_or_down(office_here: Office) -> None:
    before = the_list(office_here)
    first, second, *_ = before.latest.content.order
    off, edition = before.unplaced[0], before.latest.edition
    test = opened("nomination", "en")
    test.text_input(key=f"reason-{YEAR}-{edition}-{second}").input("Written, not saved (demonstration)")
    test.text_input(key=f"reason-{YEAR}-{edition}-{off}").input("Production line being rebuilt (demonstration)")
    test = pressed(test, "Down")
    after = the_list(office_here).latest
    assert after.content.order[:2] == (second, first)
    assert after.content.placements[0].reason == "Written, not saved (demonstration)"
    assert after.content.left_out == (Placement(off, "Production line being rebuilt (demonstration)"),)
    assert test.text_input(key=f"reason-{YEAR}-{after.edition}-{off}").value.startswith("Production line")

    test.selectbox(key="move").set_value(second)
    test = pressed(test, "Up")
    assert "Nothing has changed." in "\n".join(strings(test))
    assert the_list(office_here).latest.edition == after.edition, "nobody moves beyond the head of the list"


def test_what_is_decided_otherwise_than_proposed_is_shown_before_it_is_sent_and_after(copied_office: Office) -> None:
    viewer, before, store = leader(copied_office), the_list(copied_office), copied_office.store
    assert "No proposal was applied to this list" in "\n".join(strings(opened("nomination", "en")))
    withdraw_list(store, viewer, before.latest.year, before.latest.edition, "Order again (demonstration)")
    save_list(store, viewer, before.latest.year, before.latest.edition + 1, [])
    test = pressed(opened("nomination", "en"), "Compute a proposal")
    test = pressed(test, "Apply to the list")
    assert "The list is the proposal that was applied." in "\n".join(strings(test))
    proposed = the_list(copied_office).latest
    first, second, third, *others = proposed.content.order
    names = {code: application.label for code, application in before.applications.items()}
    decided = [
        Placement(code, "Checked (demonstration)", "On paper (demonstration)", EVERY_CONDITION)
        for code in (second, first, *others)
    ]
    why = Placement(third, "Production line being rebuilt (demonstration)")
    save_list(store, viewer, proposed.year, proposed.edition, decided, left_out=[why])
    nominate(store, viewer, proposed.year, proposed.edition + 1)
    for act in ("before", "sent"):
        said = "\n".join(strings(test := opened("nomination", "en")))
        assert "Against the proposal that was applied: 1 out, 2 moved." in said
        out = said[said.index(f"{names[third]}</td>") :].split("</tr>")[0]
        assert [cell.split(">")[-1] for cell in out.split("</td>")[1:5]] == ["out", "3", "—", why.reason]
        assert "Weights of the proposal: quality 1" in said
        if act == "before":
            confirmed(test, "send")
    assert {item.label for item in test.get("download_button")} >= {"Sealed record (JSON)"}


def test_one_press_explains_every_difference_that_has_no_reason(copied_office: Office) -> None:
    viewer, before, store = leader(copied_office), the_list(copied_office), copied_office.store
    withdraw_list(store, viewer, before.latest.year, before.latest.edition, "Order again (demonstration)")
    save_list(store, viewer, before.latest.year, before.latest.edition + 1, [])
    test = pressed(pressed(opened("nomination", "en"), "Compute a proposal"), "Apply to the list")
    proposed = the_list(copied_office).latest
    first, second, third, *others = proposed.content.order
    decided = [Placement(second, "Checked (demonstration)"), *(Placement(code) for code in (first, *others))]
    save_list(store, viewer, proposed.year, proposed.edition, decided)
    none, add = (text(f"page.nomination.{word}", "en", count=2) for word in ("no_reason", "one_reason_add"))
    test = opened("nomination", "en")
    assert "\n".join(strings(test)).count(none) == 2, "one moved, one out"
    test.text_input(key=f"together-{YEAR}-differences").set_value("Decided in session (demonstration)").run()
    test = pressed(test, add)
    assert not test.exception
    assert none not in "\n".join(strings(test))
    content = the_list(copied_office).latest.content
    reasons = {placement.credit_code: placement.reason for placement in (*content.placements, *content.left_out)}
    why = "Decided in session (demonstration)"
    assert (reasons[first], reasons[second], reasons[third]) == (why, "Checked (demonstration)", why)
    assert content.order == (second, first, *others)


def test_a_wish_beyond_the_list_needs_a_reason_which_is_kept(office_here: Office) -> None:
    viewer, before = leader(office_here), the_list(office_here)
    withdraw_list(office_here.store, viewer, before.latest.year, before.latest.edition, "Order again (demonstration)")
    save_list(office_here.store, viewer, before.latest.year, before.latest.edition + 1, [])
    barred, wanted, *_ = before.forward
    test = opened("nomination", "en")
    test.multiselect[1].set_value([barred])
    test.multiselect[0].set_value([wanted])
    test = pressed(test.run(), "Compute a proposal")
    said = "\n".join(strings(test))
    assert "still missing:</p>" in said
    assert f'<a href="#why-must:{wanted}">' in said
    assert f'id="why-must:{wanted}"' in said
    assert f'<a href="#why-must_not:{barred}">' in said
    test.text_input(key=f"why-must_not:{barred}").input("Moved away (demonstration)")
    test = pressed(test, "Compute a proposal")
    said = "\n".join(strings(test))
    assert f'<a href="#why-must:{wanted}">' in said, "one reason does not serve another wish"
    assert f'<a href="#why-must_not:{barred}">' not in said
    test.text_input(key=f"why-must:{wanted}").input("Pilot of the district (demonstration)")
    test = pressed(test, "Compute a proposal")
    assert "proposed: optimal, verified" in "\n".join(strings(test))
    test = pressed(test, "Apply to the list")
    used = the_list(office_here).latest.content.proposal
    assert used is not None
    reasons = (
        (f"must:{wanted}", "Pilot of the district (demonstration)"),
        (f"must_not:{barred}", "Moved away (demonstration)"),
    )
    assert used.reasons == reasons
    said = "\n".join(strings(test))
    assert all(reason in said for _, reason in reasons)

    test.multiselect[1].set_value([])
    test = pressed(test.run(), "Compute a proposal")
    pressed(test, "Apply to the list")
    used = the_list(office_here).latest.content.proposal
    assert used is not None
    assert reasons[0] in used.reasons, "a placement that is kept keeps the reason of its wish"


@pytest.mark.campaign
@pytest.mark.parametrize(("awards", "places"), [(29, 10), (30, 12), (31, 12)])
def test_the_places_follow_the_awards_and_the_rule_is_said(office_here: Office, awards: int, places: int) -> None:
    """The last case leaves the office with as many places as it had."""
    with office_here.store.transaction() as cursor:
        tables.awards.set_award(cursor, BODY, awards)
    leader(office_here)
    for address in ("nomination", "coverage"):
        said = "\n".join(words for page in each_tab(opened(address, "en")) for words in strings(page))
        rule = f"{awards} awards of the advanced tier and above, {'30 or more' if awards >= 30 else 'fewer than 30'}"
        assert f"Quota {places}: {rule}" in said


def test_what_wishes_do_to_a_proposal_is_said(copied_office: Office) -> None:
    """Fewer candidates than places, all equal, wishes that conflict, no place left: each with its words."""
    viewer, before = leader(copied_office), the_list(copied_office)
    year, store = before.latest.year, copied_office.store
    withdraw_list(store, viewer, year, before.latest.edition, "Order again (demonstration)")
    save_list(store, viewer, year, before.latest.edition + 1, [])
    with store.transaction() as cursor:
        tables.awards.set_award(cursor, BODY, 30)

    test = pressed(opened("nomination", "en"), "Compute a proposal")
    assert "2 places stay free." in (said := "\n".join(strings(test)))
    assert "Apply to the list" in {item.label for item in test.button}

    for box in test.number_input:
        if "Weight" in box.label:
            box.set_value(0.0)
    bound = next(item for item in test.number_input if item.label.startswith("At most so many in this proposal"))
    bound.set_value(3)
    said = "\n".join(strings(test := pressed(test, "Compute a proposal")))
    assert "Other proposals that are nearly as good" in said
    assert "settled by the sum of quality, then by credit code" in said

    next(item for item in test.checkbox if item.label.startswith("At least one of each")).check()
    said = "\n".join(strings(test := pressed(test, "Compute a proposal")))
    assert "These wishes conflict; remove one of them:" in said
    wishes = {
        "each_industry": "at least one of each industry with an eligible candidate",
        "most_places": "at most 3 in this proposal",
    }
    for kind, wish in wishes.items():
        assert f'<a href="#wish-{kind}">{wish}</a>' in said
        assert f'id="wish-{kind}"' in said
    assert "Apply to the list" not in {item.label for item in test.button}

    with store.transaction() as cursor:
        tables.awards.set_award(cursor, BODY, 29)
    eligible = [option.credit_code for option in own_recommendation(store, viewer, Wishes(), year=year).proposal.order]
    assert len(eligible) == 10
    save_list(store, viewer, year, before.latest.edition + 2, [Placement(code) for code in eligible])
    nominate(store, viewer, year, before.latest.edition + 3)
    said = "\n".join(strings(pressed(opened("nomination", "en"), "Compute a proposal")))
    assert "All places are used; nobody can be added." in said


def test_what_the_list_lacks_is_counted_first_and_stands_in_each_candidates_row(office_here: Office) -> None:
    leader(office_here)
    found = the_list(office_here)
    test = opened("nomination", "en")
    said = "\n".join(strings(test))
    count = len(found.latest.content.order)
    kinds = Counter("unexplained" if fault.why.code == "unexplained" else "documents" for fault in found.faults)
    assert kinds == {"unexplained": count, "documents": 2 * count}
    for kind, faults in kinds.items():
        assert text(f"page.nomination.lacks_{kind}", "en", count=faults) in said
    rows = [node for node in test._tree if node.type == "expander" and "to fix" in node.proto.label]
    assert len(rows) == count
    assert said.count("The annex 4 report is not attached") == count, "once each, where it is fixed"
    assert said.count(text("page.nomination.fixed_by_either", "en")) == count


def test_every_fault_is_named_with_who_fixes_it_and_no_count_is_shown(office_here: Office) -> None:
    leader(office_here)
    for lang, faults in (("en", "to fix before the list can be sent"), ("zh", "处理后方可报送")):
        said = "\n".join(strings(opened("nomination", lang)))
        assert faults in said
        assert "p_value" not in said


def test_each_open_condition_gets_a_reason_that_names_it_and_the_rest_one_more_in_a_press(office_here: Office) -> None:
    before = the_list(office_here)
    first, second, *_ = before.latest.content.order
    one, *rest = before.open_conditions[first]
    test = opened("nomination", "en")
    assert test.selectbox(key=f"conditions-of-{YEAR}-{before.latest.edition}").value == first
    key = f"{YEAR}-{before.latest.edition}-{first}"
    assert [box.key for box in test.multiselect if str(box.key).startswith("covers-")] == [f"covers-{key}-1"]
    said = "\n".join(strings(test))
    for code in (one, *rest):
        assert condition_name(code, "en") in unescape(said)
    test.text_input(key=f"why-{key}-1").set_value("Credit report no. 8 (demonstration)").run()
    test = pressed(test, "Save the reasons")
    half = text("page.nomination.reason_half", "en", factories=before.applications[first].label)
    assert half in unescape("\n".join(strings(test)))
    test.text_input(key=f"reason-{YEAR}-{before.latest.edition}-{second}").input("Written above (demonstration)")
    test.multiselect(key=f"covers-{key}-1").set_value([one]).run()
    test = pressed(test, "Save the reasons")
    assert not test.exception
    after = the_list(office_here).latest
    assert after.content.placements[0].explained == (ConditionReason("Credit report no. 8 (demonstration)", (one,)),)
    assert after.content.placements[1].reason == "Written above (demonstration)", "what is in the rows goes along"

    key = f"{YEAR}-{after.edition}-{first}"
    test.text_input(key=f"why-{key}-2").set_value("Visit report (demonstration)").run()
    question = "\n".join(strings(test))
    assert text("page.nomination.all_rest_means", "en", reason="Visit report (demonstration)", count=len(rest)) in (
        unescape(question)
    )
    test = test.button(key=f"all-rest-{key}").click().run()
    assert not test.exception
    found = the_list(office_here)
    assert found.latest.content.placements[0].explained[1] == ConditionReason(
        "Visit report (demonstration)", tuple(rest)
    )
    assert not [item for item in found.faults if (item.credit_code, item.why.code) == (first, "unexplained")]
    assert test.selectbox(key=f"conditions-of-{YEAR}-{found.latest.edition}").value == second, "the next that lacks one"


def test_what_is_written_for_a_candidate_stays_while_others_are_chosen_and_one_save_keeps_all(
    copied_office: Office,
) -> None:
    before = the_list(copied_office)
    first, second, *_ = before.latest.content.order
    of = f"{YEAR}-{before.latest.edition}"
    names = [before.applications[code].label for code in (first, second)]
    test = opened("nomination", "en")
    for code, words in ((first, "Credit report no. 8 (demonstration)"), (second, "Visit report (demonstration)")):
        test = test.selectbox(key=f"conditions-of-{of}").set_value(code).run()
        test.text_input(key=f"why-{of}-{code}-1").set_value(words)
        test = test.multiselect(key=f"covers-{of}-{code}-1").set_value(["good_credit"]).run()
    unsaved = text("page.nomination.unsaved", "en", factories=", ".join(names))
    assert unsaved in unescape("\n".join(strings(test)))
    test = test.selectbox(key=f"conditions-of-{of}").set_value(first).run()
    assert test.text_input(key=f"why-{of}-{first}-1").value == "Credit report no. 8 (demonstration)"
    test = pressed(test, "Save the reasons")
    assert not test.exception
    assert unsaved not in unescape("\n".join(strings(test)))
    placements = the_list(copied_office).latest.content.placements
    assert [item.explained for item in placements[:2]] == [
        (ConditionReason("Credit report no. 8 (demonstration)", ("good_credit",)),),
        (ConditionReason("Visit report (demonstration)", ("good_credit",)),),
    ]


def test_a_reason_for_nothing_keeps_the_whole_page_from_being_saved(copied_office: Office) -> None:
    """It would be let go: what is written for another candidate than the one shown is out of sight."""
    before = the_list(copied_office)
    first, second, *_ = before.latest.content.order
    of = f"{YEAR}-{before.latest.edition}"
    test = opened("nomination", "en")
    test.text_input(key=f"why-{of}-{first}-1").set_value("Credit report no. 8 (demonstration)")
    test = test.run()
    test = test.selectbox(key=f"conditions-of-{of}").set_value(second).run()
    test = pressed(test, "Down")
    half = text("page.nomination.reason_half", "en", factories=before.applications[first].label)
    assert half in unescape("\n".join(strings(test)))
    assert the_list(copied_office).latest.edition == before.latest.edition


@pytest.mark.campaign
def test_a_list_does_not_leave_past_what_is_written_and_not_saved(copied_office: Office) -> None:
    before = the_list(copied_office)
    first = before.latest.content.order[0]
    test = opened("nomination", "en")
    assert "Withdraw" in {item.label for item in test.button}
    test.text_input(key=f"reason-{YEAR}-{before.latest.edition}-{first}").input("Verified (demonstration)")
    test = pressed(test, "Withdraw")
    first_save = text("page.nomination.unsaved_first", "en", factories=before.applications[first].label)
    assert first_save in unescape("\n".join(strings(test)))
    assert the_list(copied_office).forward == before.forward
    test = confirmed(pressed(test, "Save the list"), "withdraw", "Order again (demonstration)")
    assert the_list(copied_office).forward == ()
    assert the_list(copied_office).latest.content.placements[0].reason == "Verified (demonstration)"
    assert test.text_input(key=f"together-{YEAR}-documents").value == ""


def test_what_is_written_in_the_rows_is_kept_when_a_proposal_is_applied(copied_office: Office) -> None:
    before = the_list(copied_office)
    first = before.latest.content.order[0]
    test = pressed(opened("nomination", "en"), "Compute a proposal")
    test.text_input(key=f"reason-{YEAR}-{before.latest.edition}-{first}").input("Verified (demonstration)")
    test = pressed(test, "Apply to the list")
    after = the_list(copied_office).latest
    assert after.content.order[: len(before.forward)] == before.forward
    assert len(after.content.order) > len(before.forward)
    assert after.content.placements[0].reason == "Verified (demonstration)"
    assert "Apply to the list" not in {item.label for item in test.button}


def test_one_save_fills_in_what_the_whole_list_lacks_and_no_sentence_covers_all_conditions(
    copied_office: Office,
) -> None:
    before = the_list(copied_office)
    first, *others = before.latest.content.order
    own = replace(before.latest.content.placements[0], documents="By courier (demonstration)")
    save_list(
        copied_office.store,
        leader(copied_office),
        YEAR,
        before.latest.edition,
        [replace(own, explained=EVERY_CONDITION), *before.latest.content.placements[1:]],
    )
    found = the_list(copied_office)
    rests_on = {condition.code: condition.rests_on for condition in catalogue().conditions}
    rulers = {rests_on[code] for other in others for code in found.open_conditions[other]}
    assert len(rulers) > 1
    test = opened("nomination", "en")
    fields = {str(field.key) for field in test.text_input if str(field.key).startswith(f"together-{YEAR}")}
    assert fields == {f"together-{YEAR}-{kind}" for kind in (*rulers, "documents")}
    save = text("page.nomination.together_save", "en")
    assert save not in {item.label for item in test.button}
    test.text_input(key=f"together-{YEAR}-documents").set_value("Sent on paper (demonstration)")
    test.text_input(key=f"together-{YEAR}-statement").set_value("Declarations on file (demonstration)")
    test = test.run()
    question = unescape("\n".join(strings(test)))
    asked = [part.split("</li>")[0] for part in question.split("<li>") if part.startswith('"Declarations on file')]
    stated = [code for code in found.open_conditions[others[0]] if rests_on[code] == "statement"]
    assert all(condition_name(code, "en") in asked[0] for code in stated)
    assert all(found.applications[code].label in asked[0] for code in others)
    assert found.applications[first].label not in asked[0], "it has reasons of its own"
    test = test.button(key=f"together-{YEAR}").click().run()
    assert not test.exception
    after = the_list(copied_office)
    by_code = {item.credit_code: item for item in after.latest.content.placements}
    assert by_code[first] == found.latest.content.placements[0]
    for code in others:
        assert by_code[code].documents == "Sent on paper (demonstration)"
        assert {rests_on[condition] for condition in by_code[code].covered} == {"statement"}
    bare = [fault for fault in after.faults if fault.why.code == "unexplained"]
    assert {fault.credit_code for fault in bare} == set(others), "the other rulers' are still without a reason"
    assert test.text_input(key=f"together-{YEAR}-fact").value == ""
    assert save not in {item.label for item in test.button}


def test_a_list_without_faults_is_sent_and_can_no_longer_be_changed(office_here: Office) -> None:
    viewer, found = leader(office_here), the_list(office_here)
    year, edition = found.latest.year, found.latest.edition
    placements = [
        Placement(code, "Verified (demonstration)", "Sent on paper (demonstration)", EVERY_CONDITION)
        for code in found.latest.content.order
    ]
    save_list(office_here.store, viewer, year, edition, placements)
    nominate(office_here.store, viewer, year, edition + 1)
    test = opened("nomination", "en")
    assert "No problems found" in "\n".join(strings(test))
    test = confirmed(test, "send")
    said = "\n".join(strings(test))
    assert not test.exception
    assert f"sent with {len(placements)} candidates" in said
    assert the_list(office_here).latest.sha256 is not None
    assert the_list(office_here).latest.sha256 in said
    assert "Download the package (ZIP)" in said
    assert "one paper copy each of annex 3, annex 4 and annex 5, sent to the Smart Manufacturing Division" in said
    assert not {"Withdraw", "Save the list", "Nominate"} & {item.label for item in test.button}


@pytest.mark.parametrize("candidates", [False, True])
def test_a_list_with_nobody_on_it_says_what_it_waits_for(
    office_here: Office, monkeypatch: pytest.MonkeyPatch, candidates: bool
) -> None:
    found = the_list(office_here)
    latest = replace(found.latest, state="draft", content=ListContent(()))
    empty = replace(
        found,
        latest=latest,
        forward=(),
        applications=found.applications if candidates else {},
        faults=(ListFault("", Reason("empty"), "body"),),
    )
    monkeypatch.setattr("kpi.services.leader.own_list.own_list", lambda *_: empty)
    said = "\n".join(strings(test := opened("nomination", "en")))
    assert not test.exception
    allowed = found.quota.allowed
    body = catalogue_name(BODY, "en")
    assert text("page.nomination.sentence_empty", "en", body=body, year=latest.year, allowed=allowed) in said
    assert "changes not yet nominated" not in said
    assert (text("page.nomination.nobody_yet", "en") in said) is not candidates
    assert text("page.nomination.empty", "en") in said
    assert any(item.label == text("page.nomination.save", "en") for item in test.button) is candidates


def test_the_list_of_a_year_stays_in_reach_when_the_next_has_its_first_candidate(copied_office: Office) -> None:
    store, enterprise = copied_office.store, viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert enterprise is not None
    code = submitted(copied_office, locked=True).credit_code
    before = the_list(copied_office).latest
    received = receive_file(store, enterprise, EXAMPLE.name, EXAMPLE.read_bytes())
    create_sheet(store, enterprise, received, 0, code, YEAR + 1)
    lock_as_it_stands(store, enterprise, code, YEAR + 1, datetime(YEAR + 1, 12, 1, tzinfo=UTC))
    all_say_no_conflict(store)
    assert the_list(copied_office).latest.year == YEAR, "its list is not sent yet"
    home = {standing.code: standing for standing in leader_to_dos(store, leader(copied_office))}
    assert (home["list_unsent"].query, home["other_year"].query) == ({"year": str(YEAR)}, {"year": str(YEAR + 1)})
    test = opened("nomination", "en", **home["other_year"].query)
    assert f"list of {YEAR + 1}: no candidates on it yet" in "\n".join(strings(test))
    test = opened("nomination", "en")
    assert test.selectbox(key="year").options == [str(YEAR + 1), str(YEAR)]
    test = test.selectbox(key="year").set_value(str(YEAR + 1)).run()
    assert test.query_params["year"] in (str(YEAR + 1), [str(YEAR + 1)])
    test = test.selectbox(key="year").set_value(str(YEAR)).run()
    said = "\n".join(strings(test))
    assert f"list of {YEAR}: {len(before.content.placements)} nominated" in said
    test = confirmed(test, "withdraw", "Order again (demonstration)")
    assert not test.exception
    with store.cursor() as cursor:
        assert current_list(cursor, BODY, YEAR).state == "draft"
    for year, count in ((YEAR, 13), (YEAR + 1, 1)):
        said = "\n".join(strings(opened("coverage", "en", year=str(year))))
        assert f"List of {catalogue_name(BODY, 'en')}, {year}</span><span>{count} candidate" in said
    copied_office.sit("administrator")
    for year, count in ((YEAR, 41), (YEAR + 1, 1)):
        said = "\n".join(strings(opened("city-coverage", "en", year=str(year))))
        assert f"The whole city, {year}</span><span>{count} candidate" in said
    said = "\n".join(strings(app("en"))).replace("\\", "").replace("\u2060", "")
    assert text("page.home.other_year", "en", year=YEAR, count=41) in said
    copied_office.sit("reviewer")
    asked = {"industry": INDUSTRY, "candidate": code}
    for query, year in ((asked, YEAR), (asked | {"year": str(YEAR + 1)}, YEAR + 1)):
        test = opened("candidate", "en", **query)
        assert (test.selectbox(key="year").value, test.selectbox(key="candidate").value) == (str(year), code)
        assert f" · {year} · " in "\n".join(strings(test))


def test_a_candidate_awarded_before_is_said_to_be_with_its_tier_in_the_readers_language() -> None:
    fault = ListFault("91310000MA1A2B3C4D", Reason("awarded", {"tier": "先进级", "year": 2024}), "body")
    context = SimpleNamespace(lang="en")
    assert "(Advanced, 2024)" in fault_words(cast(PageContext, context), fault)
