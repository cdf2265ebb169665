"""Conflicts of interest are asked before the material, once of each candidate."""

from __future__ import annotations

import pytest

from kpi import tables
from kpi.errors import NotFound, UserError
from kpi.i18n import text
from kpi.model.audit import AuditFilter
from kpi.services.operation.authentication import viewer_of
from kpi.services.reviewer.conflicts import candidates_to_declare_on, state_conflicts
from tests.pages.app_runs import Office, opened, strings, submitted

pytestmark = pytest.mark.slow

PAGES = ("candidate", "compare", "scores")
DECLARE = "declare-conflicts"


def said(office: Office, address: str) -> str:
    office.sit("reviewer")
    return "\n".join(strings(opened(address)))


@pytest.mark.campaign
def test_no_material_is_shown_before_it_is_said_of_a_new_candidate(copied_office: Office) -> None:
    office, asked = copied_office, text("page.conflicts.ask", "zh", count=1)
    for address in PAGES:
        assert asked not in said(office, address), "of the demonstration's candidates it was said"
    application = submitted(office, locked=True, asked=False)
    name = application.text("factory_name") or ""
    assert text("page.home.conflicts_to_state", "zh", count=1) in said(office, "reviewer-home")
    for address in PAGES:
        shown = said(office, address)
        assert asked in shown
        assert name in shown
        assert not [word for word in ("vega", "plotly") if word in shown]
    test = opened("candidate").button(key=DECLARE).click().run()
    assert asked not in "\n".join(strings(test))
    for address in PAGES:
        assert asked not in said(office, address)
    assert text("page.home.conflicts_to_state", "zh", count=1) not in said(office, "reviewer-home")
    with office.store.cursor() as cursor:
        subject = f"{application.credit_code} {application.year}"
        stated = tables.audit.latest_audit_entries(cursor, 9, AuditFilter(action="no_conflict_stated", subject=subject))
    assert [act.actor for act in stated] == ["reviewer"]


def test_all_of_an_answer_is_kept_or_nothing(copied_office: Office) -> None:
    office = copied_office
    application = submitted(office, locked=True, asked=False)
    viewer = viewer_of(office.store, office.tokens["reviewer"])
    assert viewer is not None
    [asked] = candidates_to_declare_on(office.store, viewer)
    stranger = f"91000000MA0000001X {application.year}"
    with pytest.raises(NotFound):
        state_conflicts(office.store, viewer, [stranger], [asked.key], "曾任职（虚构）")
    with pytest.raises(UserError, match="reason_needed"):
        state_conflicts(office.store, viewer, [], [asked.key], " ")
    assert candidates_to_declare_on(office.store, viewer) == [asked]
    assert viewer_of(office.store, office.tokens["reviewer"]) == viewer


@pytest.mark.campaign
def test_a_conflict_needs_its_reason_and_takes_the_candidate_out_of_sight(copied_office: Office) -> None:
    office = copied_office
    application = submitted(office, locked=True, asked=False)
    key = f"{application.credit_code} {application.year}"
    office.sit("reviewer")
    test = opened("candidate").multiselect(key="own-conflicts").set_value([key]).run()
    test = test.button(key=DECLARE).click().run()
    assert text("error.reason_needed.message", "zh") in "\n".join(strings(test))
    test.text_input(key="own-conflicts-why").set_value("曾任职（虚构）").run()
    test = test.button(key=DECLARE).click().run()
    assert not test.exception
    viewer = viewer_of(office.store, office.tokens["reviewer"])
    assert viewer is not None
    assert application.credit_code in viewer.barred
    assert candidates_to_declare_on(office.store, viewer) == []
    assert application.credit_code not in "\n".join(strings(opened("candidate")))
