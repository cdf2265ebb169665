"""The home of each role: what is to be done next comes first, and what was done is no longer asked for."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from kpi.errors import UserError
from kpi.i18n import text
from kpi.model.programme import ToDo, next_matter
from kpi.model.viewer import Role, Viewer
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.enterprise.sheets import own_sheets
from kpi.services.enterprise.uploads import ReceivedFile, receive_file
from kpi.services.leader.coverage import leader_to_dos
from kpi.services.operation.authentication import viewer_of
from kpi.services.reviewer.candidate_list import own_candidates
from kpi.services.reviewer.candidates import candidate_evaluation, candidates
from kpi.services.reviewer.home import reviewer_to_dos
from kpi.services.reviewer.readings import write_readings
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests.pages.app_runs import Office, app, opened, strings, submitted
from tests.services.sample_store import ADMINISTRATOR, AT


def _viewer(office: Office, role: Role) -> Viewer:
    viewer = viewer_of(office.store, office.tokens[role])
    assert viewer is not None
    return viewer


def _said(office: Office, role: Role) -> str:
    office.sit(role)
    return "\n".join(strings(app()))


@pytest.mark.parametrize("failed", ["form", "held", "full", "store"])
def test_whoever_is_in_a_role_reads_once_why_no_other_was_taken(office_here: Office, failed: str) -> None:
    office_here.sit("leader")
    test = app(failed=failed)
    assert [item.value for item in test.error] == [
        text("page.sign_in.form_signed_in" if failed == "form" else f"page.sign_in.{failed}", "zh")
    ]
    assert "failed" not in test.query_params
    assert not test.run().error


def test_the_next_matter_is_the_first_open_one() -> None:
    done, first, second = ToDo("a", False), ToDo("b", True), ToDo("c", True)
    assert next_matter([done, first, second]) == first
    assert next_matter([done]) is None


@pytest.mark.campaign
def test_a_reviewer_is_led_to_a_candidate_not_looked_at_until_all_are(copied_office: Office) -> None:
    store, reviewer = copied_office.store, _viewer(copied_office, "reviewer")
    everyone = candidates(store, reviewer)
    unread = sum(not candidate.looked_at for candidate in own_candidates(store, reviewer))
    first = reviewer_to_dos(store, reviewer)[0]
    said = {"count": unread, "of": len(everyone), "year": everyone[0].year}
    assert (first.code, first.params) == ("unread", said)
    assert text("page.home.unread", "zh", **said) in _said(copied_office, "reviewer")

    candidate_evaluation(store, reviewer, first.query["candidate"], everyone[0].year)
    noted = reviewer_to_dos(store, reviewer)[0]
    assert noted.params["count"] == unread - 1
    assert noted.query != first.query
    write_readings(store)
    assert reviewer_to_dos(store, reviewer)[0] == noted, "noted or written down, it is read"

    for entry in everyone:
        candidate_evaluation(store, reviewer, entry.credit_code, entry.year)
    assert reviewer_to_dos(store, reviewer)[0].code == "all_read"


def test_what_comes_next_is_said_once(office_here: Office) -> None:
    """It stood in the list of all matters once more."""
    first = reviewer_to_dos(office_here.store, _viewer(office_here, "reviewer"))[0]
    words = text(f"page.home.{first.code}", "zh", **first.params)
    assert _said(office_here, "reviewer").count(words) == 1


@pytest.mark.campaign
def test_the_next_as_a_button_opens_that_candidate(copied_office: Office) -> None:
    copied_office.sit("reviewer")
    ahead = reviewer_to_dos(copied_office.store, _viewer(copied_office, "reviewer"))[0]
    page = opened("candidate", **ahead.query)
    assert page.session_state["candidate"] == ahead.query["candidate"]


def test_a_leader_reads_places_gaps_and_who_cannot_be_put_forward(office_here: Office) -> None:
    found = {standing.code: standing for standing in leader_to_dos(office_here.store, _viewer(office_here, "leader"))}
    assert (found["places_left"].open, found["places_left"].page) == (True, "nomination")
    assert found["places_left"].params == {"year": 2025, "left": 6, "allowed": 12, "used": 6, "waiting": 6}
    assert found["industries_thin"].params == {"year": 2025, "industries": ["时尚消费品"]}
    assert found["awarded_before"].params == {"year": 2025, "factories": ["演示电子011智能工厂"]}
    assert {item.query["year"] for item in found.values() if item.page} == {"2025"}
    assert "演示电子011智能工厂" in _said(office_here, "leader").replace("\\", "")


def test_an_administrator_reads_each_matter(office_here: Office) -> None:
    found = {
        standing.code: standing
        for standing in administrator_to_dos(office_here.store, _viewer(office_here, "administrator"))
    }
    assert list(found) == [
        "baseline_in_force",
        "policy_settled",
        "year_dates_not_needed",
        "claims_with_reviewers",
        "rounds_unassigned",
        "applications",
        "backup_not_needed",
        "duties_combined",
    ]
    assert found["applications"].params == {"count": 40, "waiting": 40 - 17, "listed": 0}
    assert [item.code for item in found.values() if item.open] == ["rounds_unassigned", "applications"]


def test_a_store_without_backup_or_dates_says_so_as_to_be_done_unless_it_is_a_demonstration(tmp_path: Path) -> None:
    """Dates were said to be missing, and that there was nothing to do, until somebody had applied."""
    with Store.open(tmp_path / "store") as store:
        ensure_baseline(store)
        matters = administrator_to_dos(store, ADMINISTRATOR, AT)
    found = {matter.code: matter for matter in matters}
    assert [found[code].open for code in ("backup_never", "year_dates_missing")] == [True, True]


@pytest.mark.campaign
@pytest.mark.parametrize("locked", [False, True])
def test_an_enterprise_is_led_to_its_next_step(copied_office: Office, locked: bool) -> None:
    assert text("page.home.nothing_yet", "zh") in _said(copied_office, "enterprise")
    submitted(copied_office, locked)
    said = _said(copied_office, "enterprise")
    step = text("page.journey.next", "zh", step="3 " + text("page.title.conditions", "zh"))
    result = text("page.steps.to_result", "zh")
    assert (result if locked else step) in said
    assert (step if locked else result) not in said
    assert text("page.home.nothing_yet", "zh") not in said


def test_the_example_is_one_click_from_its_answer_sheet(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    test = app()
    test.button(key="sample-example").click().run()
    assert not test.exception
    assert text("page.sheet.faultless", "zh") in "\n".join(strings(test))


def test_the_example_replaces_nothing_that_was_made_meanwhile_until_that_is_pressed_for(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied_office.sit("enterprise")
    test = app()

    def after_a_colleague(store: Store, viewer: Viewer, name: str, data: bytes) -> ReceivedFile:
        submitted(copied_office, locked=False)
        return receive_file(store, viewer, name, data)

    monkeypatch.setattr("pages.enterprise.parts.upload.receive_file", after_a_colleague)
    test.button(key="sample-example").click().run()
    assert not test.exception
    [sheet] = own_sheets(copied_office.store, _viewer(copied_office, "enterprise"))
    assert sheet.version == 1
    assert text("page.begin.take", "zh") in [item.label for item in test.button]


def test_what_waits_is_read_where_no_picture_can_be_drawn(office_here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a day without policy whoever puts that right finds the way at home."""

    def refused(*_: object) -> NoReturn:
        raise UserError("no_policy", day="2020-01-01")

    monkeypatch.setattr("kpi.services.administrator.plan.newest_baseline", refused)
    said = _said(office_here, "administrator")
    assert text("page.home.also_open", "zh", count=1) in said
    assert text("page.home.policy_settled", "zh") in said
    assert text("page.home.stages", "zh") not in said
