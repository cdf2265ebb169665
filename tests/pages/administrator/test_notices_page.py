"""A notice on the administrators' page: checked and previewed as it is sent, proposed by one, approved by another."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from kpi import tables
from kpi.catalogue.catalogue import Catalogue, shipped_notice
from kpi.i18n import text
from kpi.i18n.texts import has_text
from kpi.model.language import Lang
from kpi.services.administrator.notices import notices_known, propose_notice, withdraw_notice
from kpi.services.operation.authentication import SignedIn, hash_password, sign_in
from kpi.store.store import Store
from kpi.tables.notices import NoticeProposal
from pages.widgets.html import plain
from tests.pages.app_runs import Office, opened, strings, unfolded
from tests.services.notice_archives import EXAMPLE, OFFICIAL, archive, notice_archive, notice_folder, official_files
from tests.services.sample_store import ADMINISTRATOR, PASSWORD

pytestmark = pytest.mark.slow

FIRST = "shanghai-2025-514"


@pytest.fixture
def office(copied_office: Office) -> Office:
    """With a second administrator; the first one sits at it."""
    with copied_office.store.transaction() as cursor:
        found = tables.accounts.account_named(cursor, ADMINISTRATOR.account)
        assert found
        tables.accounts.insert_account(
            cursor, "second", "演示管理员乙", "administrator", (), hash_password(PASSWORD), True, found.created_at
        )
    copied_office.sit("administrator")
    return copied_office


def second_sits(office: Office) -> None:
    entered = sign_in(office.store, "second", PASSWORD)
    assert isinstance(entered, SignedIn)
    office.token = entered.token


def proposed(store: Store) -> NoticeProposal:
    return propose_notice(store, ADMINISTRATOR, notice_archive())


def said(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(strings(test))


def send(test: AppTest, data: bytes) -> str:
    test.file_uploader[0].set_value((f"{EXAMPLE}.zip", data, "application/zip")).run()
    return said(test)


def press(test: AppTest, key: str) -> str:
    [button] = [item for item in test.button if item.label == text(f"page.notices.{key}", "zh")][:1]
    button.click().run()
    return said(test)


def offered(test: AppTest, key: str) -> bool:
    return text(f"page.notices.{key}", "zh") in {item.label for item in test.button}


def known(store: Store) -> list[str]:
    return [item.notice.id for item in notices_known(store, ADMINISTRATOR).notices]


def test_one_proposes_and_the_other_approves_what_both_have_seen(office: Office) -> None:
    test = opened("notices")
    assert not offered(test, "propose")
    shown = send(test, notice_archive())
    assert notices_known(office.store, ADMINISTRATOR).proposals == (), "nothing is saved by it"
    for words in (
        text("page.notices.from", "zh", day="2026-01-01"),
        text("page.notices.part.kpis", "zh", count=5),
        text("notice_status.fictitious", "zh"),
    ):
        assert words in shown
    [effect] = [line for line in shown.splitlines() if "各判定一次" in line]
    assert "2025 年度已锁定申报" in effect
    assert "销售增长率" in said(unfolded(test)), "which it does not ask for any more"
    assert text("page.notices.proposed", "zh", id=plain(EXAMPLE)) in press(test, "propose")
    assert known(office.store) == [FIRST]
    [proposal] = notices_known(office.store, ADMINISTRATOR).proposals
    assert text("error.second_own.message", "zh") in press(test, "read")
    assert not offered(test, "approve")
    waits = text("page.home.notices_wait", "zh", count=1)
    assert waits in said(opened("administrator-home"))
    second_sits(office)
    assert waits in said(opened("administrator-home"))
    test = opened("notices")
    assert not offered(test, "approve"), "before it is read"
    read = press(test, "read")
    assert effect in read
    assert proposal.sha256 in read
    number = plain(shipped_notice(EXAMPLE).notice.number.zh)
    assert text("page.notices.approved", "zh", number=number, day="2026-01-01") in press(test, "approve")
    assert known(office.store) == [FIRST, EXAMPLE]
    assert not offered(test, "read")
    assert waits not in said(opened("administrator-home"))
    assert text("page.notices.was_approved", "zh") in said(unfolded(opened("notices")))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_part_that_may_change_has_its_name(lang: Lang) -> None:
    parts = {item.name for item in fields(Catalogue)} - {"sha256"}
    assert [part for part in sorted(parts) if not has_text(f"page.notices.part.{part}", lang)] == []


def test_a_part_with_many_changes_shows_fifty_and_counts_the_others(office: Office) -> None:
    test = opened("notices")
    send(test, notice_archive())
    label = text("page.notices.part.conditions", "zh", count=78)
    assert label in said(test)
    assert text("page.notices.more", "zh", count=28) in said(unfolded(test))


@pytest.mark.parametrize("lang", get_args(Lang))
def test_all_that_is_wrong_is_listed_in_the_readers_language(office: Office, lang: Lang) -> None:
    files = notice_folder()
    del files["groups.toml"]
    files["notice.toml"] = files["notice.toml"].replace("year = 2026", 'year = "soon"')
    test = opened("notices", lang)
    shown = send(test, archive({f"{EXAMPLE}/{name}": content for name, content in files.items()}))
    assert text("page.notices.faulty", lang, count=2) in shown
    missing = text("page.notices.fault", lang, place="groups.toml", said=text("data_fault.no_file", lang))
    assert missing in shown
    assert "notice.toml: year" in shown
    assert not offered(test, "propose")
    assert notices_known(office.store, ADMINISTRATOR).proposals == ()


@pytest.mark.campaign
def test_what_is_no_notice_for_this_store_is_refused_in_words(office: Office) -> None:
    test = opened("notices")
    assert text("error.notice_no_archive.message", "zh") in send(test, b"no archive")
    other = opened("notices")
    refused = send(other, notice_archive("jiangsu-2026-advanced"))
    assert "江苏" in refused
    assert text("error.notice_other_region.remedy", "zh") in refused
    with office.store.transaction() as cursor:
        tables.lists.set_mark(cursor, tables.lists.DEMONSTRATION, "false")
    invented = send(opened("notices"), notice_archive())
    assert text("error.notice_is_fictitious.on_page", "zh") in invented
    taken = archive({f"{OFFICIAL}/{name}": content for name, content in official_files().items()})
    assert text("page.notices.propose_how", "zh") in send(opened("notices"), taken)


def test_it_is_withdrawn_by_one_and_refused_by_the_other_with_a_reason(office: Office) -> None:
    for how in ("withdraw", "refuse"):
        proposal = proposed(office.store)
        test = opened("notices")
        press(test, "read")
        assert text("error.notice_withdrawal_reason.message", "zh") in press(test, how)
        test.text_input(key=f"notice-reason-{proposal.id}").set_value("来源有误（演示）").run()
        assert text("page.notices.ended", "zh", id=plain(EXAMPLE)) in press(test, how)
        second_sits(office)
    shown = said(unfolded(opened("notices")))
    for words in ("was_withdrawn", "was_refused"):
        assert text(f"page.notices.{words}", "zh") in shown
    assert "来源有误（演示）" in shown
    assert known(office.store) == [FIRST]


@pytest.mark.campaign
def test_one_that_was_ended_while_it_was_read_is_said_to_be_gone(office: Office) -> None:
    proposal = proposed(office.store)
    second_sits(office)
    test = opened("notices")
    press(test, "read")
    withdraw_notice(office.store, ADMINISTRATOR, proposal.id, "来源有误（演示）")
    assert text("error.notice_proposal_gone.message", "zh") in said(test.run())
    assert not offered(test, "approve")
