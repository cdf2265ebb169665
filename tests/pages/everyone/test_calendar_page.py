"""The address of one's own calendar: made, shown until it is noted, replaced, revoked."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from kpi.services.administrator.accounts import set_scope
from kpi.services.operation.authentication import viewer_of
from kpi.services.own_calendar import calendar_at, make_calendar_address, own_calendar_address
from tests.pages.app_runs import Office, opened
from tests.services.sample_store import ADMINISTRATOR


def press(page: AppTest, key: str) -> AppTest:
    return next(item for item in page.button if item.key == f"calendar-{key}").click().run()


def secret(page: AppTest) -> str:
    [shown] = [item.value for item in page.code if "/calendar/" in item.value]
    return shown.partition("/calendar/")[2].removesuffix(".ics")


def test_a_reviewer_to_whom_nothing_is_assigned_is_offered_none(copied_office: Office) -> None:
    copied_office.sit("reviewer")
    viewer = viewer_of(copied_office.store, copied_office.token)
    assert viewer
    token = make_calendar_address(copied_office.store, viewer, "zh")
    set_scope(copied_office.store, ADMINISTRATOR, viewer.account, ())
    assert calendar_at(copied_office.store, token) is None
    assert not [item for item in opened("my-account", "en").button if (item.key or "").startswith("calendar-")]


def test_an_address_is_shown_once_replaced_and_revoked(copied_office: Office) -> None:
    copied_office.sit("reviewer")
    store, viewer = copied_office.store, viewer_of(copied_office.store, copied_office.token)
    page = press(opened("my-account", "en"), "make")
    assert not page.exception
    first = secret(page)
    found = calendar_at(store, first)
    assert found
    assert found.lang == "en"
    page = press(page, "noted")
    assert not [item for item in page.code if "/calendar/" in item.value]
    page = press(page, "replace")
    second = secret(page)
    assert (calendar_at(store, first), calendar_at(store, second) is None) == (None, False)
    page = press(page, "revoke")
    assert not page.exception
    assert calendar_at(store, second) is None
    assert own_calendar_address(store, viewer) is None
    assert not [item for item in page.button if item.key == "calendar-revoke"]
