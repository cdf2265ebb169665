"""The lock on its page: confirmed by a person, decided before the page is drawn, and harmless if clicked twice."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.services.enterprise import lock as submissions
from kpi.services.enterprise.lock import own_results, words_at_stake
from kpi.services.enterprise.sheets import SheetEdit, edit_sheet, own_sheets
from kpi.services.operation.authentication import viewer_of
from tests.frozen_otherwise import frozen_otherwise
from tests.pages.app_runs import Office, opened, strings, submitted


def _draft_page(office: Office) -> AppTest:
    submitted(office, locked=False)
    office.sit("enterprise")
    page = opened("submission")
    assert not page.exception
    return page


def _tick(page: AppTest) -> AppTest:
    [truthful] = [item for item in page.checkbox if item.key and item.key.startswith("truthful-")]
    return truthful.check().run()


def _lock(page: AppTest) -> Button:
    return next(item for item in page.button if item.label == i18n.text("page.lock.lock", "zh"))


def _locked(office: Office) -> list[bool]:
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    assert viewer is not None
    return [own_result.locked_at is not None for own_result in own_results(office.store, viewer)]


def test_a_click_locks_and_shows_the_receipt_in_one_run(copied_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    page = _tick(_draft_page(copied_office))
    results = []
    monkeypatch.setattr(submissions, "_draft", lambda *_: results.append("drawn as a draft"))
    _lock(page).click().run()
    assert not page.exception
    assert (_locked(copied_office), results) == ([True], [])
    assert i18n.text("page.receipt.number", "zh") in "\n".join(strings(page))


def test_what_was_not_confirmed_is_not_locked_whatever_the_browser_sends(copied_office: Office) -> None:
    page = _draft_page(copied_office)
    lock = _lock(page)
    assert lock.disabled
    lock.proto.disabled = False
    lock.click().run()
    assert _locked(copied_office) == [False]


@pytest.mark.campaign
def test_a_second_click_finds_the_receipt_and_no_error(copied_office: Office) -> None:
    page = _tick(_draft_page(copied_office))
    submitted(copied_office, locked=True)  # on another page, or by the first click
    _lock(page).click().run()
    assert not page.exception
    assert not page.error
    assert i18n.text("page.receipt.number", "zh") in "\n".join(strings(page))


def test_a_lock_with_nothing_declared_names_the_open_conditions_and_asks_to_confirm_them(copied_office: Office) -> None:
    page = _draft_page(copied_office)
    said = "\n".join(strings(page))
    assert i18n.text("page.before_lock.point.conditions", "zh", count=17) in said
    for condition in catalogue().stated_conditions:
        assert i18n.condition_name(condition.code, "zh") in said
    [truthful] = [item for item in page.checkbox if item.key and item.key.startswith("truthful-")]
    assert truthful.label == i18n.text("page.lock.truthful_with_gaps", "zh", count=3)


@pytest.mark.campaign
def test_a_value_that_a_colleague_changes_after_the_tick_is_seen_before_it_is_locked(copied_office: Office) -> None:
    page = _tick(_draft_page(copied_office))
    colleague = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    [sheet] = own_sheets(copied_office.store, colleague)
    edit_sheet(
        copied_office.store, colleague, sheet.credit_code, sheet.year, sheet.version, [SheetEdit("K08", "value", "44")]
    )
    _lock(page).click().run()
    assert i18n.text("error.changed_since_read.message", "zh") in page.error[0].value
    assert _locked(copied_office) == [False]
    assert _lock(page).disabled, "what holds now is confirmed by itself"
    _lock(_tick(page)).click().run()
    assert _locked(copied_office) == [True]


def test_a_lock_of_what_changed_after_it_was_seen_is_refused_above_the_draft(copied_office: Office) -> None:
    page = _tick(_draft_page(copied_office))
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    [own] = own_results(copied_office.store, viewer)
    with frozen_otherwise(copied_office.store) as cursor:
        cursor.execute("update cell set groups = 9 where kpi = 'K08'")
    _lock(page).click().run()
    assert _locked(copied_office) == [False]
    assert i18n.text("error.lock_not_confirmed.message", "zh")[:12] in page.error[0].value
    assert own.locked_at is None


@pytest.mark.campaign
def test_reopening_names_each_word_that_a_changed_value_would_cost(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    sent = submitted(copied_office, locked=True)
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    stake = words_at_stake(copied_office.store, viewer, sent.credit_code, sent.year)
    assert stake.words, "the control"
    said = "\n".join(strings(opened("submission")))
    for code, word in stake.words:
        named = f"{code} {catalogue().kpi(code).short.zh}"
        assert i18n.text("page.reopen.with_word", "zh", kpi=named, word=i18n.verdict_word(word, "zh").word) in said
    assert i18n.text("page.reopen.stake_clause", "zh") in said
    assert f"没有判定 {len(stake.without)} 项" in said


@pytest.mark.campaign
def test_reopening_says_what_it_does_needs_a_reason_and_is_asked_once(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    one = submitted(copied_office, locked=True)
    key = f"reopen-{one.credit_code}-{one.year}"
    page = opened("submission")
    assert f"{one.year} 年度的申报退回草稿" in "\n".join(strings(page))
    page = page.button(key=key).click().run()
    assert i18n.text("error.reopening_needs_reason.message", "zh") in page.error[0].value
    assert _locked(copied_office) == [True]
    page = page.text_input(key=f"{key}-reason").set_value("数据有误").run()
    assert _locked(copied_office) == [True]
    page = page.button(key=key).click().run()
    assert not page.exception
    assert not page.error
    assert _locked(copied_office) == [False]
