"""A link makes one account, once; to whoever has none that is good, all links are the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kpi import tables
from kpi.access.passwords import FREE, generate_password
from kpi.errors import UserError
from kpi.services.account_links import issue_account_links, usable_link, use_account_link
from kpi.services.operation.authentication import SignedIn, sign_in, token_sha256, viewer_of
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.either_store import table_rows
from tests.services.sample_store import ADMINISTRATOR, AT

CODE, ENTERPRISE = credit_code(8_000_701), "演示企业七（虚构）"
LASTS = timedelta(days=30)
PASSWORD = generate_password()


def _issue(store: Store) -> str:
    with unit_of_work(store, ADMINISTRATOR.actor, AT) as change:
        token = issue_account_links(change, {CODE: ENTERPRISE}, AT + LASTS)[CODE]
        change.audit("enterprises_invited", "2026")
    return token


def _use(store: Store, token: str, name: str = "seven", at: timedelta = timedelta(), password: str = PASSWORD) -> None:
    use_account_link(store, token, name, "张三", password, password, AT + at, "192.0.2.7")


def test_an_account_is_made_with_the_password_of_its_person_and_the_trail_says_so(store: Store) -> None:
    token = _issue(store)
    link = usable_link(store, token, AT)
    assert link
    assert (link.credit_code, link.enterprise) == (CODE, ENTERPRISE)
    _use(store, token)
    signed_in = sign_in(store, "seven", PASSWORD, AT)
    assert isinstance(signed_in, SignedIn)
    viewer = viewer_of(store, signed_in.token, AT)
    assert viewer
    assert (viewer.role, viewer.scope, viewer.name, viewer.must_change) == ("enterprise", (CODE,), "张三", False)
    with store.cursor() as cursor:
        [act] = [act for act in tables.audit.audit_entries(cursor) if act.action == "account_added"]
    assert (act.actor, act.subject, act.address) == ("seven", "seven", "192.0.2.7")
    assert token not in str(table_rows(store))


@pytest.mark.parametrize("how", ["used", "over", "unknown", "later one", "none"])
def test_whatever_link_is_good_no_longer_is_answered_alike(store: Store, how: str) -> None:
    token, late = _issue(store), timedelta()
    if how == "used":
        _use(store, token, "first")
    elif how == "later one":
        _issue(store)
    elif how == "over":
        late = LASTS
    else:
        token = "" if how == "none" else token[:-1]
    assert usable_link(store, token, AT + late) is None
    with pytest.raises(UserError) as refused:
        _use(store, token, at=late)
    assert (refused.value.code, refused.value.params, refused.value.also) == ("link_over", {}, ())
    with store.cursor() as cursor:
        assert tables.accounts.account_named(cursor, "seven") is None


def test_everything_that_is_wrong_is_said_at_once_and_the_link_stays_good(store: Store) -> None:
    token = _issue(store)
    with pytest.raises(UserError) as refused:
        use_account_link(store, token, "A B", "", "short", "other", AT)
    codes = [item.code for item in (refused.value, *refused.value.also)]
    assert codes == ["account_name_invalid", "display_name_invalid", "password_too_short", "passwords_differ"]
    _use(store, token)


def test_a_name_that_is_taken_is_refused_and_names_are_tried_slowly(store: Store) -> None:
    token = _issue(store)
    for _ in range(FREE):
        with pytest.raises(UserError, match="account_exists"):
            _use(store, token, "reviewer")
    with pytest.raises(UserError, match="tries_held"):
        _use(store, token, "eight")
    _use(store, token, at=timedelta(minutes=6))
    assert token_sha256(token) not in table_rows(store)["failed_sign_in"]
