"""The people of an enterprise on its pages: invited, what waits for whom, a draft checked before it is locked."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from kpi import i18n
from kpi.model.viewer import ENTERPRISE_DUTIES, EnterpriseDuty, Viewer
from kpi.services.enterprise.checks import check_draft, draft_for_check
from kpi.services.enterprise.people import invite_person, own_people, set_duties
from kpi.services.enterprise.sheets import SheetEdit, edit_sheet, own_sheets
from kpi.services.operation.authentication import viewer_of
from pages.session.context import page_at
from tests.pages.app_runs import Office, opened, strings, submitted


def _reader(office: Office) -> Viewer:
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    assert viewer is not None
    return viewer


def _with_colleague(office: Office, mine: tuple[EnterpriseDuty, ...]) -> Viewer:
    """A colleague of the enterprise's first account, who does everything; the first does ``mine`` from then on."""
    first = _reader(office)
    invite_person(office.store, first, "wang.fang", "王芳（虚构）", ENTERPRISE_DUTIES, first.scope)
    colleague = Viewer("wang.fang", "王芳（虚构）", "enterprise", first.scope)
    set_duties(office.store, colleague, first.account, mine)
    office.sit("enterprise")
    return colleague


def _said(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(strings(page))


def _press(page: AppTest, key: str) -> AppTest:
    return next(button for button in page.button if button.key == key).click().run()


def test_the_first_person_invites_another_whose_password_is_shown_once(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    page = opened("people")
    page.text_input(key="invite-0-display").set_value("王芳（虚构）")
    page.text_input(key="invite-0-name").set_value("wang.fang")
    page.multiselect(key="invite-0").set_value(["fill"])
    page = _press(page, "invite-0-send")
    assert not page.exception
    assert len(page.code) == 1
    page = _press(page, "password-noted")
    assert not page.code
    assert "王芳（虚构）" in _said(page)
    [person] = [item for item in own_people(copied_office.store, _reader(copied_office)) if item.account == "wang.fang"]
    assert person.duties == ("fill",)


def test_duties_are_changed_and_handed_over_by_a_question_first(copied_office: Office) -> None:
    first = _reader(copied_office)
    invite_person(copied_office.store, first, "wang.fang", "王芳（虚构）", ("fill",), first.scope)
    copied_office.sit("enterprise")
    page = opened("people")
    page = page.multiselect(key="duties-wang.fang-fill").set_value(["fill", "check"]).run()
    page = _press(page, "set-wang.fang")
    assert "填报、复核" in _said(page)
    page = page.checkbox(key="give-wang.fang-confirm-fill-check-confirm").check().run()
    page = _press(page, "hand-over-wang.fang")
    assert i18n.text("page.people.only_confirm", "zh", who="王芳（虚构）") in _said(page)
    assert _reader(copied_office).enterprise_duties == ("fill", "check")


@pytest.mark.campaign
def test_who_does_not_fill_in_reads_the_sheet_and_is_told_who_can(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    _with_colleague(copied_office, ("confirm",))
    only = i18n.text("page.people.only_fill", "zh", who="王芳（虚构）")
    for page_name in ("answers", "upload", "conditions", "document"):
        page = opened(page_name)
        assert only in _said(page), page_name
        assert not [button for button in page.button if button.type == "primary" and not button.disabled], page_name
    assert page_at("people").permission == "submit_own"


def test_who_fills_in_is_told_who_locks_and_has_no_button(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    _with_colleague(copied_office, ("fill",))
    page = opened("submission")
    assert i18n.text("page.people.only_confirm", "zh", who="王芳（虚构）") in _said(page)
    assert not [button for button in page.button if button.key in ("lock", "check-draft")]


@pytest.mark.campaign
def test_who_confirms_locks_what_another_has_checked_and_sees_what_changed_since(copied_office: Office) -> None:
    store = copied_office.store
    submitted(copied_office, locked=False)
    colleague = _with_colleague(copied_office, ("confirm",))
    page = opened("submission")
    assert i18n.text("error.not_checked.message", "zh") in page.error[0].value
    assert i18n.text("page.people.only_check", "zh", who="王芳（虚构）") in _said(page)
    assert not [button for button in page.button if button.key == "lock"]
    [sheet] = own_sheets(store, colleague)
    own = sheet.credit_code, sheet.year
    check_draft(store, colleague, *own)
    assert [button for button in opened("submission").button if button.key == "lock"]
    edit_sheet(store, colleague, *own, sheet.version, [SheetEdit("K08", "value", "44")])
    page = opened("submission")
    assert i18n.text("error.changed_since_check.message", "zh") in page.error[0].value
    assert "王芳（虚构） 曾于" in _said(page)


def test_who_checks_says_so_with_one_press(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    colleague = _with_colleague(copied_office, ("check",))
    page = _press(opened("submission"), "check-draft")
    assert i18n.text("page.people.check_done", "zh") in _said(page)
    [sheet] = own_sheets(copied_office.store, colleague)
    read = draft_for_check(copied_office.store, colleague, sheet.credit_code, sheet.year)
    assert (read.stands, read.checked_by) == (True, _reader(copied_office).account)


def test_one_who_does_everything_alone_is_shown_no_check(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    copied_office.sit("enterprise")
    page = opened("submission")
    assert i18n.text("page.people.check_title", "zh") not in [item.value for item in page.subheader]
    assert [button for button in page.button if button.key == "lock"]
