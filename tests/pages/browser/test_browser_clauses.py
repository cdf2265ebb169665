"""One factory is taken through every clause to met, another to not met, by the pages that each clause leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import condition_name, text
from kpi.model.claims import Award, GivenOutcome
from kpi.model.viewer import Viewer
from kpi.services.administrator.awards import add_single_award
from kpi.services.conditions import own_checklists
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.store.store import Store
from tests.campaign import tally
from tests.pages.app_runs import ROOT, all_say_no_conflict
from tests.pages.browser_actions import LATER, Reader, reader
from tests.pages.websocket_client import fresh_server
from tests.services.sample_store import ADMINISTRATOR
from tests.services.submitting import lock_as_it_stands

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

CODE, YEAR = "91000000MA9990001E", 2025
BEST = {
    "所属集团,演示企业集团（虚构）": "所属集团,",
    "生产效率提升（%）,45,": "生产效率提升（%）,290,",
    "产品不良率下降（%）,62.5,相对,3.2,1.2,": "产品不良率下降（%）,99,相对,,,",
    "设备综合利用率提升（%）,24,相对,62.5,77.5,": "设备综合利用率提升（%）,99,相对,,,",
    "单位产值运营成本下降（%）,26,": "单位产值运营成本下降（%）,99,",
    "全员劳动生产率提升（%）,48,": "全员劳动生产率提升（%）,290,",
    "单位产值综合能耗降低（%）,21,": "单位产值综合能耗降低（%）,99,",
}
WORST = {
    "所属集团,演示企业集团（虚构）": "所属集团,",
    "精密传动部件智能工厂": "一二三四五六七八九十一二三四五车间",
    "推荐单位,松江区": "推荐单位,嘉定区",
    "成熟度等级,3": "成熟度等级,1",
    "13800000001": "021-12345678",
    "13800000002": "021-12345678",
    "13800000003": "021-12345678",
    "工厂数字化规划设计；数字基础设施建设；产品数字化设计；": "",
    "生产计划优化；车间智能排产；仓储智能管理；能源智能管控；": "",
    "数智精益管理；供应商数字化管理": "",
    "生产效率提升（%）,45,": "生产效率提升（%）,1,",
    "产品不良率下降（%）,62.5,相对,3.2,1.2,": "产品不良率下降（%）,1,相对,,,",
    "设备综合利用率提升（%）,24,相对,62.5,77.5,": "设备综合利用率提升（%）,1,相对,,,",
}
MOST_TO_STATE = 20
NEVER_SENT = {"industry_of_six", "district_told", "credit_code_valid"}
"""Not met by no application: a file without one of the notice's industries or a valid code is refused, and a district
that there is none of counts as blank.
"""


@pytest.mark.parametrize(("ends", "facts"), [("met", BEST), ("not_met", WORST)])
def test_a_factory_is_taken_through_every_clause(
    browser: Browser, copy_of_store: Callable[[], Path], ends: GivenOutcome, facts: dict[str, str]
) -> None:
    expected, word = ("ok", "met") if ends == "met" else ("fails", "not_met")
    said = text(f"page.conditions.{expected}", "zh")
    folder = copy_of_store()
    enterprise = sent(folder, facts)
    with fresh_server(folder) as url:
        walker = reader(browser, url)
        walker.begin_as("enterprise", at="conditions")
        presses = stated(walker, ends)
        assert presses <= MOST_TO_STATE
        walker.shoot(f"clauses-{ends}-stated")
        assert (walker.errors, walker.outside) == ([], [])
        walker.context.close()
    locked(folder, enterprise, ends)
    with fresh_server(folder) as url:
        walker = reader(browser, url)
        walker.begin_as("reviewer", at="condition-rulings", query=f"&of={CODE}+{YEAR}")
        ruled(walker, ends)
        walker.context.close()
        walker = reader(browser, url)
        cited = {code for condition in catalogue().judged_conditions for code in condition.clauses}
        walker.begin_as("enterprise", at="notice", query=f"&clause={','.join(sorted(cited))}")
        main = walker.page.locator("[data-testid=stMain]")
        expect(main).to_contain_text(f"{said}\u3000")
        shown = main.inner_text()
        walker.shoot(f"clauses-{ends}-notice")
        assert (walker.errors, walker.outside) == ([], [])
        walker.context.close()
    with Store.open(folder) as store:
        [own] = [own for own in own_checklists(store, enterprise) if own.application.credit_code == CODE]
    left = {rule.rule: rule.state for rule in own.rules if rule.state != expected}
    assert left.keys() <= (NEVER_SENT if ends == "not_met" else set()), left
    for rule in own.rules:
        if rule.rule not in left:
            assert f"{said}\u3000{condition_name(rule.rule, 'zh')}" in shown, rule
    tally("a walk through every clause", **{word: len(own.rules) - len(left), f"presses_{word}": presses})


def sent(folder: Path, facts: dict[str, str]) -> Viewer:
    """The example's table with other facts and values, taken over; its enterprise."""
    table = (ROOT / "data" / "samples" / "example-application.csv").read_text("gb18030")
    for before, after in facts.items():
        assert before in table
        table = table.replace(before, after)
    with Store.open(folder) as store:
        with store.cursor() as cursor:
            [viewer] = [item.viewer for item in tables.accounts.accounts(cursor) if item.viewer.account == "enterprise"]
        accept_application(store, viewer, receive_file(store, viewer, "本厂.csv", table.encode("gb18030")))
    return viewer


def locked(folder: Path, enterprise: Viewer, ends: GivenOutcome) -> None:
    with Store.open(folder) as store:
        lock_as_it_stands(store, enterprise, CODE, YEAR)
        all_say_no_conflict(store)
        if ends == "not_met":
            award = Award(CODE, "演示智能工厂（虚构）", "先进级", YEAR - 1, "演示名单（虚构）")
            add_single_award(store, ADMINISTRATOR, award, "演示（虚构）")


def stated(walker: Reader, ends: GivenOutcome) -> int:
    """Every condition that the enterprise states, in one save; how many presses and typed texts that took."""
    presses = 1
    if ends == "met":
        walker.press(walker.page.locator(".st-key-rest button").first)
        presses += 1
    for condition in catalogue().stated_conditions:
        of = f"{CODE}-{YEAR}-{condition.code}"
        if ends == "not_met":
            choose(walker, f"holds-{of}", walker.words("stating.no"))
        else:
            walker.enter(walker.page.locator(f".st-key-evidence-{of} input"), "演示佐证 1 号（虚构）")
        presses += 1
    walker.press(walker.page.locator(".st-key-declare button"))
    kept = walker.words("stating.kept", count=len(catalogue().stated_conditions))
    expect(walker.page.get_by_text(kept).first).to_be_visible(timeout=LATER)
    return presses


def ruled(walker: Reader, ends: GivenOutcome) -> None:
    """Every condition that waits for a ruling, in one save."""
    waiting = list(waiting_codes(walker))
    assert waiting
    for code in waiting:
        of = f"{CODE}-{YEAR}-{code}"
        choose(walker, f"ruling-{of}", walker.words(f"rulings.choice_{ends}"))
        walker.enter(walker.page.locator(f".st-key-why-{of} input"), "现场核实（虚构）")
        walker.enter(walker.page.locator(f".st-key-against-{of} input"), "申报书第二部分（虚构）")
    walker.press(walker.page.locator(".st-key-rule button"))
    expect(walker.page.get_by_text(walker.words("rulings.kept", count=len(waiting))).first).to_be_visible(timeout=LATER)


def waiting_codes(walker: Reader) -> Iterable[str]:
    """Of the conditions whose fields stand in sight: the others are folded."""
    for condition in catalogue().judged_conditions:
        row = walker.page.locator(f".st-key-ruling-{CODE}-{YEAR}-{condition.code}")
        if row.count() and row.is_visible():
            yield condition.code


def choose(walker: Reader, key: str, label: str) -> None:
    walker.press(walker.page.locator(f".st-key-{key}").get_by_text(label, exact=True))
