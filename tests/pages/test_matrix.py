"""Pages by roles, and nobody: the allowed pages show their title, and the others are not there in either way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.model.times import now
from kpi.model.viewer import Role
from kpi.services.operation.authentication import SignedIn, SignInRefused, sign_in, sign_out
from kpi.services.operation.demonstration import demonstration_roles
from pages.session.context import PAGES
from tests.pages.app_runs import ALLOWED, BY_ADDRESS, READERS, Office, alone, app, opened
from tests.pages.screen_text import seen

BY_READER = [(role, page.address) for role in READERS for page in PAGES]
REFUSED = [pair for pair in BY_READER if pair not in ALLOWED]
NOTHING_HERE, ENDED = text("page.nothing_here", "zh"), text("page.sign_in.ended", "zh")


def _named(value: object) -> str:
    return str(value or "nobody")


def _shows_sign_in(test: AppTest) -> bool:
    return not test.header and text("page.sign_in.title", "zh") in seen(test)


def test_the_matrix_holds_every_page_and_every_role() -> None:
    assert len(BY_READER) == len(PAGES) * (len(get_args(Role)) + 1)
    assert {role for role, _ in ALLOWED} == set(get_args(Role))
    assert {address for _, address in ALLOWED} == {page.address for page in PAGES}


@pytest.mark.parametrize(("role", "address"), ALLOWED, ids=_named)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_allowed_page_runs_and_shows_its_title(office_here: Office, role: Role, address: str, theme: str) -> None:
    office_here.sit(role)
    test = app()
    test.context = {"theme": theme}
    test.switch_page(BY_ADDRESS[address].file).run()
    assert not test.exception
    assert not test.error
    assert [head.value for head in test.header] == [text(f"page.title.{BY_ADDRESS[address].title}", "zh")]
    assert NOTHING_HERE not in [item.value for item in test.info]


@pytest.mark.parametrize(("role", "address"), REFUSED, ids=_named)
def test_a_page_of_others_is_neither_registered_nor_shown(office_here: Office, role: Role | None, address: str) -> None:
    office_here.sit(role)
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        opened(address)
    direct = alone(address)
    assert [item.value for item in direct.info] == [NOTHING_HERE]
    assert not direct.header
    assert {node.type for node in direct.main if node.type != "main"} == {"info"}


@pytest.mark.parametrize("role", get_args(Role))
def test_each_role_is_led_to_the_first_of_its_own_pages(office_here: Office, role: Role) -> None:
    office_here.sit(role)
    address = next(address for other, address in ALLOWED if other == role)
    assert [head.value for head in app().header] == [text(f"page.title.{BY_ADDRESS[address].title}", "zh")]


@pytest.mark.parametrize(("role", "address"), [pair for pair in ALLOWED if pair[1] != "upload"], ids=_named)
def test_a_sign_in_that_was_ended_elsewhere_stops_at_the_next_run(
    office_here: Office, role: Role, address: str
) -> None:
    token = _sign_in(office_here, role)
    office_here.token = token
    test = opened(address)
    assert not _shows_sign_in(test)
    sign_out(office_here.store, token)
    assert _shows_sign_in(test.run())
    assert ENDED in "".join(seen(test))
    assert ENDED not in "".join(seen(app()))


def test_a_disabled_account_stops_at_the_next_run_and_cannot_sign_in_again(office_here: Office) -> None:
    office_here.sit("leader")
    test = app()
    assert not _shows_sign_in(test)
    _set_disabled(office_here, "leader", True)
    try:
        assert _shows_sign_in(test.run())
        assert isinstance(sign_in(office_here.store, "leader", "demo-leader"), SignInRefused)
    finally:
        _set_disabled(office_here, "leader", False)
    assert not _shows_sign_in(test.run())


def test_a_sign_in_lasts_half_a_day(office_here: Office) -> None:
    office_here.token = _sign_in(office_here, "leader", now() - timedelta(hours=11, minutes=59))
    assert not _shows_sign_in(app())
    office_here.token = _sign_in(office_here, "leader", now() - timedelta(hours=12, seconds=1))
    assert _shows_sign_in(app())


def test_a_role_that_changed_changes_the_pages_at_the_next_run(office_here: Office) -> None:
    """Roles are looked up in the store; none is kept in the cookie or the session."""
    office_here.sit("administrator")
    test = app()
    with office_here.store.transaction() as cursor:
        cursor.execute("update account set role = 'leader' where name = 'administrator'")
    try:
        test.run()
        titles = {text(f"page.title.{page.title}", "zh") for page in PAGES if page.permission == "see_baselines"}
        assert not titles & {head.value for head in test.header}
    finally:
        with office_here.store.transaction() as cursor:
            cursor.execute("update account set role = 'administrator' where name = 'administrator'")


def _sign_in(office: Office, role: Role, at: datetime | None = None) -> str:
    account = next(item for item in demonstration_roles() if item.role == role)
    signed_in = sign_in(office.store, account.name, account.password, at)
    assert isinstance(signed_in, SignedIn)
    return signed_in.token


def _set_disabled(office: Office, name: str, disabled: bool) -> None:
    with office.store.transaction() as cursor:
        cursor.execute("update account set disabled = $2 where name = $1", [name, disabled])
