"""Advice beside the gaps: quoted from the notice, agreed to by listed factories, own targets, and one page to print."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from kpi import tables
from kpi.access.roles import Scope
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.advice import Advice, OwnTarget, SharedAccount
from kpi.model.application import Application
from kpi.model.claims import ScenarioAccount
from kpi.model.language import Lang
from kpi.model.times import now
from kpi.reports.content import Taken, page_report
from kpi.reports.report_file import write_content
from kpi.services.administrator.stages import advance
from kpi.services.enterprise.advice import own_advice, shareable_accounts
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.what_if import what_if
from kpi.services.operation.authentication import viewer_of
from kpi.services.unit_of_work import unit_of_work
from pages.enterprise.parts.advice import about_advice, advice_board, advice_sections
from pages.session.context import PageContext
from pages.session.language import in_language
from tests.pages.app_runs import Office, opened, strings, submitted, unfolded
from tests.reports.text_extraction import pdf_pages, pdf_words
from tests.services.sample_store import ADMINISTRATOR

SCENARIO, HOW = "仓储智能管理", "立体仓库按订单自动出库（虚构）"


@pytest.fixture
def sent(copied_office: Office) -> Application:
    """The demonstration's enterprise, which has locked, and reads."""
    found = submitted(copied_office, locked=True)
    copied_office.sit("enterprise")
    return found


def _listed(office: Office, credit_code: str, year: int, *, shared: bool) -> None:
    """On the final list, with what it says of a scenario, and whether it agreed to show that."""
    advance(office.store, ADMINISTRATOR, credit_code, year, "listed", "演示")
    with unit_of_work(office.store, ADMINISTRATOR.actor) as change:
        account = ScenarioAccount(SCENARIO, HOW, False, "", "a", change.at)
        tables.conditions.keep_scenario_account(change.cursor, credit_code, year, account)
        if shared:
            tables.advice.share_scenario(change.cursor, credit_code, year, SCENARIO, "a", change.at)
        change.audit("accounts_shared", f"{credit_code} {year}")


def _another(office: Office, own: Application) -> Application:
    with office.store.cursor() as cursor:
        found = tables.applications.locked_applications(cursor, Scope(everything=True))
    return next(
        item.application
        for item in found
        if item.application.industry == own.industry and item.application.credit_code != own.credit_code
    )


def _said(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(strings(test))


def _target(test: AppTest, kpi: str, value: float | None) -> AppTest:
    for box in [item for item in test.selectbox if str(item.key).startswith("target-")]:
        if str(box.key).endswith("-kpi"):
            test = box.set_value(kpi).run()
    [number] = [item for item in test.number_input if str(item.key).startswith("target-")]
    number.set_value(value)
    [button] = [item for item in test.button if str(item.key).startswith("target-")]
    return button.click().run()


@pytest.mark.campaign
def test_each_gap_names_its_scenarios_in_the_words_of_the_notice_and_else_nothing(sent: Application) -> None:
    said = _said(unfolded(opened("way")))
    for scenario in catalogue().scenarios:
        assert (scenario.effect is not None and scenario.effect.quote in said) == (scenario.effect is not None)
    moved = {code for item in catalogue().scenarios if item.effect for code in item.effect.kpis}
    assert said.count(text("advice.not_known", "zh")) == len(catalogue().kpis) - len(moved)
    assert text("advice.none_shared", "zh") in said
    assert "条款要求" in said


@pytest.mark.campaign
def test_what_a_listed_factory_agreed_to_show_stands_beside_the_gap(copied_office: Office, sent: Application) -> None:
    other = _another(copied_office, sent)
    _listed(copied_office, other.credit_code, other.year, shared=False)
    assert HOW not in _said(unfolded(opened("way")))
    _listed_shown = text("advice.account", "zh", factory=other.label, year=other.year, how=HOW)
    with unit_of_work(copied_office.store, ADMINISTRATOR.actor) as change:
        tables.advice.share_scenario(change.cursor, other.credit_code, other.year, SCENARIO, "a", change.at)
        change.audit("accounts_shared", f"{other.credit_code} {other.year}")
    assert _listed_shown in _said(unfolded(opened("way")))


def test_a_target_is_set_shown_and_taken_back(sent: Application) -> None:
    page = _target(unfolded(opened("way")), "K08", 52.5)
    assert text("page.advice.kept", "zh") in [item.value for item in page.success]
    stands = text("advice.target", "zh", year=sent.year + 1, value="52.5 %", state=text("advice.target_open", "zh"))
    assert stands in _said(page).replace("\u00a0", " ")
    page = _target(page, "K01", 101.0)
    assert text("error.target_impossible.message", "zh", kpi="关键设备数控化率") in page.error[0].value
    page = _target(page, "K08", None)
    assert text("page.advice.removed", "zh") in [item.value for item in page.success]
    assert stands not in _said(page).replace("\u00a0", " ")


def test_a_listed_factory_ticks_what_others_may_read_and_takes_it_back(
    copied_office: Office, sent: Application
) -> None:
    _listed(copied_office, sent.credit_code, sent.year, shared=False)
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    for shown in (True, False):
        page = unfolded(opened("enterprise-home"))
        [tick] = [item for item in page.checkbox if str(item.key).startswith("share-")]
        tick.set_value(shown)
        [button] = [item for item in page.button if str(item.key).startswith("share-keep-")]
        page = button.click().run()
        assert text("page.advice.share_kept", "zh") in [item.value for item in page.success]
        [own] = shareable_accounts(copied_office.store, viewer)
        assert [agreed for _, agreed in own.accounts] == [shown]


@pytest.mark.parametrize("lang", get_args(Lang))
def test_all_of_it_is_printed_on_one_page(copied_office: Office, sent: Application, lang: Lang) -> None:
    """Also with words as long as they may be, many factories, and targets of every KPI."""
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    context = PageContext(viewer, copied_office.store, lang, "light", nullcontext(), lambda: viewer)
    answer = own_results(copied_office.store, viewer)[0].answer
    assert own_advice(copied_office.store, viewer, answer).accounts == ()
    moving = [item.name.zh for item in catalogue().scenarios if item.effect]
    accounts = [
        SharedAccount(name, f"示范工厂{number}号智能制造有限公司（虚构）", 2025, "改" * 300)
        for name in moving
        for number in range(9)
    ]
    targets = [OwnTarget(year, kpi.code, 55.25, kpi.basis) for kpi in answer.kpis for year in range(2026, 2031)]
    with in_language(lang):
        board = advice_board(context, answer, what_if(copied_office.store, viewer, answer, {}).own)
        board = replace(board, advice=Advice(tuple(accounts), tuple(targets)))
        report = page_report(about_advice(context, board), advice_sections(context, board), lang, Taken(now(), "x"))
    printed = write_content(replace(report, one_page=True), "x.pdf")
    assert len(pdf_pages(printed)) == 1
    said = "".join(pdf_words(printed).split())
    assert all("".join(kpi.short.in_(lang).split()) in said for kpi in catalogue().kpis)
