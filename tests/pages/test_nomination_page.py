"""The list's page: order by number, a proposal applied, put forward and withdrawn, each act confirmed."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from kpi.model.nomination_list import Placement
from kpi.model.viewer import Viewer
from kpi.services.leader.nomination_list import put_forward, save_list
from kpi.services.leader.own_list import OwnList, own_list
from kpi.services.operation.authentication import viewer_of
from tests.pages.app_runs import Office, opened, strings

pytestmark = pytest.mark.slow


def leader(office: Office) -> Viewer:
    office.sit("leader")
    found = viewer_of(office.store, office.tokens["leader"])
    assert found is not None
    return found


def pressed(test: AppTest, label: str) -> AppTest:
    return next(one for one in test.button if one.label == label).click().run()


def confirmed(test: AppTest, act: str, reason: str = "") -> AppTest:
    for box in test.checkbox:
        if box.form_id == f"act-{act}":
            box.check()
    for field in test.text_input:
        if reason and field.form_id == f"act-{act}":
            field.input(reason)
    return pressed(test, {"withdraw": "Withdraw", "put_forward": "Put forward", "send": "Send"}[act])


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
    assert "optimal, verified" in said
    assert "In: " in said
    test = pressed(test, "Apply to the list")
    drawn = the_list(office_here).latest
    assert drawn.content.order[: len(before.forward)] == before.forward, "placements are kept"
    assert drawn.content.proposal is not None
    assert set(drawn.content.proposal.order) == set(drawn.content.order)

    test = confirmed(test, "put_forward")
    assert "The list is put forward." in "\n".join(strings(test))
    assert the_list(office_here).forward == drawn.content.order


def test_the_order_is_set_by_number_and_the_reason_kept(office_here: Office) -> None:
    first, second, *_ = the_list(office_here).latest.content.order
    edition = the_list(office_here).latest.edition
    test = opened("nomination", "en")
    for key, place in ((first, 2), (second, 1)):
        test.number_input(key=f"place-{edition}-{key}").set_value(place)
    test.text_input(key=f"reason-{edition}-{second}").input("Verified on site (demonstration)")
    test = pressed(test, "Save the order")
    assert not test.exception
    placements = the_list(office_here).latest.content.placements
    assert [one.credit_code for one in placements[:2]] == [second, first]
    assert placements[0].reason == "Verified on site (demonstration)"
    assert "not yet put forward" in "\n".join(strings(test))


def test_every_fault_is_named_with_who_fixes_it_and_no_count_is_shown(office_here: Office) -> None:
    leader(office_here)
    for lang, faults in (("en", "to fix before the list can be sent"), ("zh", "处理后方可报送")):
        said = "\n".join(strings(opened("nomination", lang)))
        assert faults in said
        assert "p_value" not in said


def test_a_list_without_faults_is_sent_and_can_no_longer_be_changed(office_here: Office) -> None:
    viewer, found = leader(office_here), the_list(office_here)
    year, edition = found.latest.year, found.latest.edition
    placements = [Placement(code, "Verified (demonstration)") for code in found.latest.content.order]
    save_list(office_here.store, viewer, year, edition, placements)
    put_forward(office_here.store, viewer, year, edition + 1)
    test = opened("nomination", "en")
    assert "No fault found." in "\n".join(strings(test))
    test = confirmed(test, "send")
    said = "\n".join(strings(test))
    assert not test.exception
    assert f"sent with {len(placements)} candidates" in said
    assert the_list(office_here).latest.sha256 is not None
    assert the_list(office_here).latest.sha256 in said
    assert "Download the package (ZIP)" in said
    assert not {"Withdraw", "Save the order", "Put forward"} & {one.label for one in test.button}
