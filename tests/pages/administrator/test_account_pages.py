"""The pages by which accounts are kept and the trail is read: what they do, and why they say that it cannot be done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi import i18n, tables
from kpi.errors import UserError
from kpi.i18n import text
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import DUTIES, SYSTEM, Duty
from kpi.services import audit_trail
from kpi.services.administrator.accounts import add_token, declare_conflict, list_accounts, withdraw_conflict
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import SignedIn, own_sign_ins, sign_in, token_sha256, viewer_of
from kpi.services.signatures import published_keys, read_anchor
from kpi.services.unit_of_work import unit_of_work
from kpi.tables.accounts import Account
from pages.session.context import pages_for
from pages.widgets.picker import ROWS_A_PAGE
from tests.pages.app_runs import Office, opened, strings
from tests.services.sample_store import ADMINISTRATOR, file_of

CODE = "91000000MA9990001E"
NEW = "magnet violin 47 oatmeal"
OWN = "demo-reviewer"


def word(key: str) -> str:
    return text(f"page.{key}", "zh")


def labelled(widgets: Any, key: str) -> Any:
    """The last one that bears these words: forms repeat the labels of what stands above them."""
    return [widget for widget in widgets if widget.label == word(key)][-1]


def said(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(strings(test))


def errors(test: AppTest) -> list[str]:
    """As they are read: what Markdown would take for a mark is escaped."""
    return [item.value.split("\n")[0].replace("\\", "").replace("\u2060", "") for item in test.error]


def message(code: str, **params: str | float) -> str:
    return i18n.error_message(UserError(code, **params), "zh")[0]


def account(office: Office, name: str) -> Account | None:
    administrator = viewer_of(office.store, office.tokens["administrator"])
    return {item.viewer.account: item for item in list_accounts(office.store, administrator)}.get(name)


def change(test: AppTest, old: str, new: str, again: str | None = None) -> AppTest:
    for key, value in (("account.old", old), ("account.new", new), ("account.again", again or new)):
        labelled(test.text_input, key).set_value(value)
    return labelled(test.button, "account.change").click().run()


def test_changing_the_password_ends_the_other_sign_ins_and_says_so(copied_office: Office) -> None:
    other = sign_in(copied_office.store, "reviewer", OWN)
    assert isinstance(other, SignedIn)
    copied_office.sit("reviewer")
    test = change(opened("my-account"), OWN, NEW)
    assert [item.value for item in test.success] == [word("account.changed")]
    assert viewer_of(copied_office.store, other.token) is None
    assert viewer_of(copied_office.store, copied_office.tokens["reviewer"]) is not None
    assert isinstance(sign_in(copied_office.store, "reviewer", NEW), SignedIn)
    assert NEW not in said(test)


@pytest.mark.parametrize(
    ("old", "new", "again", "code"),
    [
        ("wrong", NEW, NEW, "password_wrong"),
        (OWN, NEW, NEW + " ", "passwords_differ"),
        (OWN, "too short", "too short", "password_too_short"),
        (OWN, "passwordpassword", "passwordpassword", "password_easily_guessed"),
        (OWN, OWN, OWN, "password_same"),
    ],
)
def test_a_password_that_is_not_changed_learns_why(
    office_here: Office, old: str, new: str, again: str, code: str
) -> None:
    office_here.sit("reviewer")
    test = change(opened("my-account"), old, new, again)
    assert errors(test) == [message(code)]
    assert not test.success
    assert isinstance(sign_in(office_here.store, "reviewer", OWN), SignedIn)


def test_a_sign_in_one_does_not_know_is_ended_and_the_present_one_has_no_button(copied_office: Office) -> None:
    other = sign_in(copied_office.store, "reviewer", OWN, address="203.0.113.7", device="Edge · Windows")
    assert isinstance(other, SignedIn)
    copied_office.sit("reviewer")
    test = opened("my-account")
    assert "Edge · Windows · 203.0.113.7" in said(test)
    present = token_sha256(copied_office.tokens["reviewer"])
    assert [item.key for item in test.button if str(item.key).startswith("end-")] == [
        f"end-{token_sha256(other.token)}"
    ]
    test.button(key=f"end-{token_sha256(other.token)}").click().run()
    assert "Edge · Windows" not in said(test)
    reviewer = viewer_of(copied_office.store, copied_office.tokens["reviewer"])
    assert [own_sign_in.id for own_sign_in in own_sign_ins(copied_office.store, reviewer)] == [present]
    assert viewer_of(copied_office.store, other.token) is None


def add(test: AppTest, name: str, display: str, role: str, scope: str) -> AppTest:
    labelled(test.text_input, "accounts.name").set_value(name)
    labelled(test.text_input, "accounts.display").set_value(display)
    labelled(test.selectbox, "accounts.role").set_value(role).run()
    if role == "leader":
        labelled(test.selectbox, "accounts.reach_of_leader").set_value(scope or None)
    else:
        labelled(test.multiselect, f"accounts.reach_of_{role}").set_value(scope.split())
    return labelled(test.button, "accounts.add").click().run()


def test_the_account_offered_to_be_changed_is_not_ones_own(office_here: Office) -> None:
    office_here.sit("administrator")
    [offered] = [item for item in opened("accounts").selectbox if item.key == "account"]
    assert offered.value != "administrator"
    assert offered.options[-1] == "administrator"


def test_an_account_is_added_and_its_first_password_shown_until_it_is_noted(copied_office: Office) -> None:
    copied_office.sit("administrator")
    test = add(opened("accounts"), "group", "演示集团（虚构）", "enterprise", CODE.lower())
    [shown] = [item.value for item in test.code]
    made = account(copied_office, "group")
    assert (made.viewer.role, made.viewer.scope, made.viewer.must_change) == ("enterprise", (CODE,), True)
    assert isinstance(sign_in(copied_office.store, "group", shown), SignedIn)
    assert labelled(test.text_input, "accounts.name").value == "", "the form is empty again"
    # A second press adds nobody, and the password that cannot be shown again is still there.
    labelled(test.button, "accounts.add").click().run()
    assert [item.value for item in test.code] == [shown]
    test.button(key="password-noted").click().run()
    assert shown not in said(test)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("Group", "演示", "reviewer", ""), "account_name_invalid"),
        (("leader", "演示", "reviewer", ""), "account_exists"),
        (("group", "", "reviewer", ""), "display_name_invalid"),
        (("group", "演示", "enterprise", ""), "scope_needed"),
        (("group", "演示", "enterprise", "<b>汽车"), "scope_does_not_fit"),
        (("group", "演示", "leader", ""), "scope_needed"),
    ],
)
def test_an_account_that_cannot_be_learns_why(office_here: Office, given: tuple[str, ...], code: str) -> None:
    office_here.sit("administrator")
    test = add(opened("accounts"), *given)
    params = {"name": given[0], "role": given[2], "reach": given[3]}
    assert errors(test) == [message(code, **params)]
    assert not test.code
    assert account(office_here, "group") is None


def test_an_account_is_disabled_and_enabled_and_ones_own_is_not(copied_office: Office) -> None:
    copied_office.sit("administrator")
    add_token(copied_office.store, ADMINISTRATOR, "leader", 30)
    test = opened("accounts", account="leader")
    assert text("page.accounts.tokens_end", "zh", count=1) in said(test)
    assert test.button(key="disable-leader").label == "停用账号", "who reads this button alone knows what it does"
    test.button(key="disable-leader").click().run()
    assert account(copied_office, "leader").disabled
    assert text("page.accounts.tokens_end", "zh", count=1) not in said(test)
    assert viewer_of(copied_office.store, copied_office.tokens["leader"]) is None
    test.button(key="enable-leader").click().run()
    assert not account(copied_office, "leader").disabled
    own = opened("accounts", account="administrator")
    own.button(key="disable-administrator").click().run()
    assert errors(own) == [message("own_account")]
    assert not account(copied_office, "administrator").disabled


def test_scope_and_conflicts_of_a_reviewer_are_changed_where_it_is_picked(copied_office: Office) -> None:
    copied_office.sit("administrator")
    test = opened("accounts", account="reviewer")
    before = account(copied_office, "reviewer").viewer.scope
    reach(test, *before, "没有的行业")
    assert "没有的行业" in said(test), "what it would be is shown before"
    test.button(key="set-reach-reviewer").click().run()
    assert errors(test) == [message("scope_does_not_fit", role="reviewer", reach="没有的行业")]
    assert account(copied_office, "reviewer").viewer.scope == before
    reach(test, "汽车", CODE)
    test.button(key="set-reach-reviewer").click().run()
    assert sorted(account(copied_office, "reviewer").viewer.scope) == sorted(("汽车", CODE))
    assert not [item for item in test.button if item.key == "set-reach-reviewer"], "nothing is left to be set"
    test = opened("accounts", account="reviewer")
    labelled(test.text_input, "accounts.conflict_with").set_value(CODE)
    labelled(test.text_input, "accounts.conflict_reason").set_value("曾任职").run()
    assert text(
        "page.accounts.declare_means", "zh", who=account(copied_office, "reviewer").viewer.name, code=CODE
    ).splitlines()[0] in said(test)
    assert account(copied_office, "reviewer").viewer.barred == ()
    declare_conflict(copied_office.store, ADMINISTRATOR, "reviewer", CODE, "他人先登记")
    test.button(key="declare-reviewer").click().run()
    assert errors(test) == [message("conflict_known")], "what was typed was not lost by a colleague's entry"
    withdraw_conflict(copied_office.store, ADMINISTRATOR, "reviewer", CODE)
    test.button(key="declare-reviewer").click().run()
    assert account(copied_office, "reviewer").viewer.barred == (CODE,)
    assert labelled(test.text_input, "accounts.conflict_with").value == ""
    assert text("page.accounts.barred", "zh", code=CODE, reason="曾任职") in said(test)
    test.text_input(key=f"correct-reviewer-{CODE}-曾任职-reason").set_value("配偶曾任职")
    labelled(test.button, "accounts.correct").click().run()
    assert text("page.accounts.barred", "zh", code=CODE, reason="配偶曾任职") in said(test)
    test.button(key=f"withdraw-reviewer-{CODE}").click().run()
    assert account(copied_office, "reviewer").viewer.barred == ()
    assert "conflict" not in said(opened("accounts", account="leader"))


def test_an_administrators_conflict_is_declared_on_the_page_and_withdrawn_by_another_alone(
    copied_office: Office,
) -> None:
    """It holds for administrators as for reviewers, and no page let anybody say so."""
    with copied_office.store.transaction() as cursor:
        tables.accounts.insert_account(cursor, "second", "管理员乙（虚构）", "administrator", (), None, False, now())
    copied_office.sit("administrator")
    for name in ("administrator", "second"):
        test = opened("accounts", account=name)
        labelled(test.text_input, "accounts.conflict_with").set_value(CODE)
        labelled(test.text_input, "accounts.conflict_reason").set_value("曾任职").run()
        test.button(key=f"declare-{name}").click().run()
        assert account(copied_office, name).viewer.barred == (CODE,)
        others = [item for item in test.button if item.key == f"withdraw-{name}-{CODE}"]
        assert (word("accounts.own_conflicts") in said(test)) is (name == "administrator")
        assert len(others) == (name == "second")
    others[0].click().run()
    assert account(copied_office, "second").viewer.barred == ()


@pytest.mark.campaign
def test_an_account_being_entered_when_a_colleague_adds_one_stays_and_is_added(copied_office: Office) -> None:
    """The fields were those of the number of accounts: all was gone, and the press with it."""
    copied_office.sit("administrator")
    test = opened("accounts")
    labelled(test.text_input, "accounts.name").set_value("expert.new")
    labelled(test.text_input, "accounts.display").set_value("评审员丙（虚构）").run()
    with copied_office.store.transaction() as cursor:
        tables.accounts.insert_account(cursor, "second", "管理员乙（虚构）", "administrator", (), None, False, now())
    assert labelled(test.text_input, "accounts.name").value == "expert.new"
    labelled(test.selectbox, "accounts.role").set_value("administrator").run()
    assert labelled(test.text_input, "accounts.display").value == "评审员丙（虚构）"
    labelled(test.button, "accounts.add").click().run()
    assert errors(test) == [message("duties_too_many", held=3, most=1)]
    labelled(test.multiselect, "accounts.reach_of_administrator").set_value(["audit"]).run()
    labelled(test.button, "accounts.add").click().run()
    assert not test.exception
    added = account(copied_office, "expert.new")
    assert added
    assert (added.viewer.role, added.viewer.scope) == ("administrator", ("audit",))
    assert text("page.duty.audit", "zh") in said(opened("accounts"))
    own = opened("accounts", account="administrator")
    assert text("page.duty.all", "zh") in said(own)
    assert not [item for item in own.multiselect if str(item.key).startswith("reach-")], "one's own are not changed"


@pytest.mark.campaign
@pytest.mark.parametrize("duty", DUTIES)
def test_an_administrator_with_one_duty_has_its_pages_and_they_are_drawn(copied_office: Office, duty: Duty) -> None:
    with copied_office.store.transaction() as cursor:
        tables.accounts.update_scope(cursor, "administrator", (duty,))
        tables.accounts.insert_account(cursor, "second", "管理员乙（虚构）", "administrator", (), None, False, now())
    copied_office.sit("administrator")
    listed = {page.address for page in pages_for(replace(ADMINISTRATOR, scope=(duty,)))}
    assert listed > {"administrator-home", "my-account"}
    for address in sorted(listed):
        test = opened(address)
        assert not test.exception, address
        assert not errors(test), address
    assert "管理员乙（虚构）" in said(opened("administrator-home"))


def reach(test: AppTest, *chosen: str) -> None:
    [picker] = [item for item in test.multiselect if str(item.key).startswith("reach-")]
    picker.set_value(list(chosen)).run()


def test_the_duties_of_an_enterprises_person_are_listed_and_set(copied_office: Office) -> None:
    copied_office.sit("administrator")
    test = opened("accounts", account="enterprise")
    [picker] = [item for item in test.multiselect if str(item.key).startswith("person-duties-")]
    picker.set_value(["check"]).run()
    test.button(key="set-duties-enterprise").click().run()
    assert not test.exception
    with copied_office.store.cursor() as cursor:
        kept = tables.accounts.account_named(cursor, "enterprise")
    assert kept
    assert kept.viewer.enterprise_duties == ("check",)
    assert text("page.duty.check", "zh") in said(test)


def test_an_administrator_ends_an_accounts_sign_ins_everywhere(copied_office: Office) -> None:
    other = sign_in(copied_office.store, "leader", "demo-leader", address="203.0.113.7", device="Edge · Windows")
    assert isinstance(other, SignedIn)
    copied_office.sit("administrator")
    test = opened("accounts", account="leader")
    assert "Edge · Windows · 203.0.113.7" in said(test)
    test.button(key="end-leader").click().run()
    assert viewer_of(copied_office.store, other.token) is None
    assert viewer_of(copied_office.store, copied_office.tokens["leader"]) is None
    assert "203.0.113.7" not in said(test)


FILE = """账号,显示名称,身份,权限范围
{first},演示评审甲（虚构）,评审,汽车；Electronics and information
new-leader,演示推荐单位（虚构）,推荐单位,嘉定区
new-enterprise,演示企业（虚构）,企业,{code}
"""


def test_accounts_from_a_file_are_shown_asked_and_added_together_with_their_passwords(copied_office: Office) -> None:
    copied_office.sit("administrator")
    test = opened("accounts")
    test.file_uploader[0].set_value(("名单.csv", FILE.format(first="Leader", code="x").encode("gb18030"), "text/csv"))
    test.run()
    assert "第 2 行" in said(test)
    assert "第 4 行" in said(test)
    assert not [item for item in test.button if str(item.key).startswith("add-accounts-file")]
    test.file_uploader[0].set_value(("名单.csv", FILE.format(first="new-reviewer", code=CODE).encode(), "text/csv"))
    test.run()
    [add_all] = [item for item in test.button if str(item.key).startswith("add-accounts-file")]
    assert account(copied_office, "new-reviewer") is None, "shown, not done"
    add_all.click().run()
    assert account(copied_office, "new-reviewer").viewer.scope == ("汽车", "电子信息")
    assert account(copied_office, "new-leader").viewer.scope == ("嘉定区",)
    assert account(copied_office, "new-enterprise").viewer.must_change
    given = test.session_state["first_password"]
    assert [item.account for item in given] == ["new-reviewer", "new-leader", "new-enterprise"]
    assert all(item.password in said(test) for item in given)
    assert isinstance(sign_in(copied_office.store, "new-leader", given[1].password), SignedIn)
    test.button(key="password-noted").click().run()
    assert not any(item.password in said(test) for item in given)


def test_accounts_are_found_by_word_role_and_state(office_here: Office) -> None:
    office_here.sit("administrator")
    test = opened("accounts")

    def tables() -> str:
        return "\n".join(string for string in strings(test) if "<table" in string)

    assert "leader" in tables()
    test.text_input(key="accounts-word").set_value("REVIEWER").run()
    assert "leader" not in tables()
    assert "reviewer" in tables()
    test.selectbox(key="accounts-state").set_value("disabled").run()
    assert "reviewer" not in tables()


def test_accounts_are_found_by_the_day_on_which_they_were_added(office_here: Office) -> None:
    office_here.sit("administrator")
    leader = account(office_here, "leader")
    assert leader is not None
    added = shanghai_date(leader.created_at)
    test = opened("accounts")

    def found() -> bool:
        return any("<table" in string and "leader" in string for string in strings(test))

    test.date_input(key="accounts-added_from").set_value(added).run()
    test.date_input(key="accounts-added_to").set_value(added).run()
    assert found()
    test.date_input(key="accounts-added_to").set_value(added - timedelta(days=1)).run()
    assert not found()
    test.date_input(key="accounts-added_to").set_value(None).run()
    test.date_input(key="accounts-added_from").set_value(added + timedelta(days=1)).run()
    assert not found()


@pytest.mark.campaign
def test_a_reset_shows_a_password_that_opens_only_its_change(copied_office: Office) -> None:
    copied_office.sit("administrator")
    test = opened("accounts", account="leader")
    test.button(key="reset-leader").click().run()
    [shown] = [item.value for item in test.code]
    signed_in = sign_in(copied_office.store, "leader", shown)
    assert isinstance(signed_in, SignedIn)
    copied_office.token = signed_in.token
    page = opened("my-account")
    assert word("account.must_change") in said(page)
    change(page, shown, NEW)
    assert [item.value for item in page.header] == [word("title.account")]
    assert [item.value for item in opened("coverage").header] == [word("title.coverage")]


def test_the_trail_is_shown_whole_and_by_kind(office_here: Office) -> None:
    office_here.sit("administrator")
    test = opened("audit")
    assert not test.error
    assert "锁定申报" in said(test)
    test.selectbox(key="action").set_value("signed_in").run()
    shown = "\n".join(string for string in strings(test) if "<table" in string)
    assert "登录" in shown
    assert "锁定申报" not in shown
    assert said(opened("audit", action="signed_in"))
    test.text_input(key="audit-object").set_value("nobody of that name").run()
    assert not [string for string in strings(test) if "<table" in string]


def test_a_trail_too_long_to_check_at_once_is_called_unchecked_until_somebody_asks(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_trail, "CHECKED_AT_ONCE", 1)
    copied_office.sit("administrator")
    with copied_office.store.cursor() as cursor:
        head = tables.audit.audit_head(cursor)
    assert head is not None
    test = opened("audit")
    assert text("page.audit.not_checked", "zh", length=head.seq) in said(test)
    assert text("page.audit.whole", "zh", length=head.seq) not in said(test)
    test.button(key="audit-check").click().run()
    assert text("page.audit.whole", "zh", length=head.seq) in said(test)
    for _ in range(3):
        with unit_of_work(copied_office.store, SYSTEM) as change:
            change.audit("signed_out", "x")
    partly = text("page.audit.partly", "zh", length=head.seq + 3, until=head.seq + 1, unchecked=2)
    assert partly in said(test.run())


def test_the_trail_is_found_by_account_object_and_day_in_shanghai(copied_office: Office) -> None:
    with copied_office.store.transaction() as cursor:  # 23:30 in Greenwich is the next day here
        cursor.execute("update audit set done_at = timestamp '2025-06-30 23:30:00' where seq = 1")
        cursor.execute("delete from audit where action = 'no_conflict_stated'")  # no more than the page lists
    copied_office.sit("administrator")
    test = opened("audit")

    def shown() -> int:
        """On all pages of the list."""
        rows = 0
        for page in range(test.pagination[0].num_pages if test.pagination else 1):
            if test.pagination:
                test.pagination(key="audit-page").set_value(page + 1).run()
            rows += len(re.findall("<tr", table_of(test))) - 1
        return rows

    every = shown()
    test.date_input(key="audit-until").set_value(date(2025, 6, 30)).run()
    assert word("audit.none_found") in said(test)
    test.date_input(key="audit-until").set_value(date(2025, 7, 1)).run()
    assert shown() == 1
    test.date_input(key="audit-until").set_value(None).run()
    test.date_input(key="audit-since").set_value(date(2025, 7, 2)).run()
    assert shown() == every - 1
    test.date_input(key="audit-since").set_value(None).run()
    test.text_input(key="audit-object").set_value("ENTERPRISE").run()
    assert 0 < shown() < every
    test.text_input(key="audit-object").set_value("").run()
    test.selectbox(key="actor").set_value("enterprise").run()
    assert 0 < shown() < every
    assert not test.exception


def test_a_long_trail_is_listed_a_page_at_a_time_and_taken_whole(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = ROWS_A_PAGE + 1
    for number in range(acts):
        with unit_of_work(copied_office.store, SYSTEM) as change:
            change.audit("backup_made", f"counted-{number}-")
    offered: dict[str, Callable[[], bytes]] = {}
    monkeypatch.setattr(st, "download_button", lambda _, data, **options: offered.update({options["key"]: data}))
    copied_office.sit("administrator")
    test = opened("audit", action="backup_made")
    first = table_of(test)
    assert [f"counted-{number}-" in first for number in range(acts)] == [False] + [True] * ROWS_A_PAGE
    test.pagination(key="audit-page").set_value(2).run()
    assert [f"counted-{number}-" in table_of(test) for number in range(acts)] == [True] + [False] * ROWS_A_PAGE
    test.text_input(key="purpose-audit").input("另存（演示）").run()
    taken = offered["audit.csv"]().decode()
    assert all(f"counted-{number}-" in taken for number in range(acts))
    assert not test.exception


def table_of(test: AppTest) -> str:
    return "".join(string for string in strings(test) if "<table" in string)


@pytest.mark.parametrize("after", ["'{'", "'[1]'", "null", "'{\"unheard\": 1}'"])
def test_a_trail_that_was_written_over_is_reported_on_the_page(copied_office: Office, after: str) -> None:
    with copied_office.store.transaction() as cursor:
        cursor.execute(f"update audit set after = {after}, action = '<b>no act' where seq = 2")
    copied_office.sit("administrator")
    test = opened("audit")
    assert not test.exception
    assert "：2。" in test.error[0].value
    assert "<b>no act" not in said(test)


@pytest.mark.campaign
def test_the_eleventh_set_of_values_raises_the_alert(copied_office: Office) -> None:
    enterprise = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    reported = text("page.audit.often", "zh", code=CODE, year=2025, different=11, accounts="enterprise", at="|").split(
        "|"
    )[0]
    copied_office.sit("administrator")
    for number in range(11):
        assert number != 10 or reported not in said(opened("audit"))
        file = file_of(CODE, f"{30 + number}")
        accept_application(
            copied_office.store, enterprise, receive_file(copied_office.store, enterprise, "a.csv", file)
        )
    assert reported in said(opened("audit"))


def test_the_export_is_handed_over_as_lines_of_json(copied_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[tuple[Callable[[], bytes], dict[str, Any]]] = []
    monkeypatch.setattr(st, "download_button", lambda _, data, **options: offered.append((data, options)))
    copied_office.sit("administrator")
    page = opened("audit")
    assert offered[-2][1]["disabled"], "the trail names persons: what it is taken for comes first"
    page.text_input(key="purpose-audit").input("另存（演示）").run()
    (data, options), (anchor, _) = offered[-2:]
    assert not options["disabled"]
    assert read_anchor(anchor().decode(), published_keys(copied_office.store.folder)).head.seq > 0
    lines = [json.loads(line) for line in data().decode().splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert (lines[-1]["action"], lines[-1]["actor"]) == ("audit_exported", "administrator")
    assert options["file_name"].endswith(".jsonl")
