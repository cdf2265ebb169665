"""The notice's own text for every role; what decides a clause; an enterprise's state there, and the way to both."""

from __future__ import annotations

import re
from html import unescape
from typing import get_args
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.clauses import lines_of
from kpi.i18n import condition_name, condition_remedy, text
from kpi.model.language import Lang
from kpi.model.viewer import Role
from kpi.services.conditions import own_checklists
from kpi.services.operation.authentication import viewer_of
from tests.pages.app_runs import Office, opened, strings, submitted, unfolded

pytestmark = pytest.mark.slow


def said(page: AppTest) -> str:
    assert not page.exception
    return unescape("\n".join(strings(page)))


def links(page: AppTest) -> set[tuple[str, str]]:
    """The pages that it leads to, each with what is asked of it."""
    found = [node.proto for node in page._tree if node.type == "page_link"]
    return {(link.page, link.query_string) for link in found}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("role", get_args(Role))
def test_every_role_reads_the_whole_notice_and_what_decides_each_clause(
    office_here: Office, role: Role, lang: Lang
) -> None:
    office_here.sit(role)
    shown = said(unfolded(opened("notice", lang)))
    known = catalogue()
    for clause in known.clauses:
        assert clause.label.in_(lang) in shown
        assert all(part in shown for line in lines_of(known, clause) for part in line.split("\n")), clause.code
        assert clause.reason is None or clause.reason.in_(lang) in shown or clause.code == "annex1"
    for condition in known.conditions:
        assert condition_name(condition.code, lang) in shown
    assert text("page.notice.uses.scenario", lang, count=40) in shown


def test_nothing_of_the_text_is_sent_before_a_part_is_opened(office_here: Office) -> None:
    office_here.sit("leader")
    assert catalogue().clause("body.I.4").text not in said(opened("notice"))


@pytest.mark.parametrize(
    ("words", "found", "not_found"),
    [
        ("国家秘密", "正文 一.5", "正文 一.4"),
        ("强化学习", "9.车间智能排产", "12.仓储智能管理"),
        ("库存周转率提升", "12 库存周转率提升（%）", "8 生产效率提升（%）"),
    ],
)
def test_a_search_shows_the_clauses_scenarios_and_kpis_with_the_words_alone(
    office_here: Office, words: str, found: str, not_found: str
) -> None:
    office_here.sit("reviewer")
    page = opened("notice")
    page.text_input(key="sought").set_value(words).run()
    shown = said(page)
    assert found in shown
    assert not_found not in shown


def test_a_search_for_what_is_not_there_says_so(office_here: Office) -> None:
    office_here.sit("reviewer")
    page = opened("notice", "en")
    page.text_input(key="sought").set_value("量子").run()
    assert text("page.notice.nothing", "en", words="量子") in said(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_enterprise_reads_its_states_and_next_acts_and_is_led_to_where_they_are_done(
    copied_office: Office, lang: Lang
) -> None:
    application = submitted(copied_office, locked=False)
    [own] = own_checklists(copied_office.store, viewer_of(copied_office.store, copied_office.tokens["enterprise"]))
    copied_office.sit("enterprise")
    page = opened("notice", lang, clause="body.I.5,annex3.2.1")
    shown = said(page)
    states = {rule.rule: rule for rule in own.rules}
    for code in ("material_readable", "no_secrets", "factory_name_ending"):
        state = text(f"page.conditions.{states[code].state}", lang)
        line = next(line for line in shown.split("<") if condition_name(code, lang) in line)
        assert state in line
        assert (condition_remedy(states[code], lang) in shown) == (states[code].state != "ok")
    assert {states[code].state for code in ("material_readable", "factory_name_ending")} == {"unknown", "ok"}
    asked = f"application={application.credit_code}+{application.year}"
    assert {("conditions", asked), ("document", asked)} <= links(page)


@pytest.mark.campaign
def test_to_others_a_clause_says_no_state_and_leads_nowhere(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    for role in ("reviewer", "leader", "administrator"):
        copied_office.sit(role)
        page = opened("notice", clause="body.I.5")
        assert condition_name("no_secrets", "zh") in said(page)
        assert not re.search("[✓✗?]\u00a0", said(page))
        assert not [asked for _, asked in links(page) if "application" in asked]


@pytest.mark.parametrize("locked", [False, True])
def test_a_press_on_a_condition_leads_to_its_clauses(copied_office: Office, locked: bool) -> None:
    submitted(copied_office, locked=locked)
    copied_office.sit("enterprise")
    conditions = said(unfolded(opened("conditions")))
    known = catalogue()
    for code in ("good_results", "maturity_body"):
        quote = known.condition(code).quote
        led = rf'<a href="(/notice[^"]*)" target="_blank">[^<]*?{re.escape(quote)}'
        [address] = set(re.findall(led, conditions))
        asked = dict(parse_qsl(urlsplit(address).query))
        shown = said(opened("notice", **asked))
        assert asked["lang"] == "zh"
        for clause in known.condition(code).clauses:
            assert known.clause(clause).text in shown


@pytest.mark.parametrize(
    ("page", "clause", "words"),
    [
        ("result", "annex1.table", "附表"),
        ("conditions", "annex2", "附件 2"),
        ("answers", "annex3.1", "附件 3 第 1 行"),
    ],
)
def test_a_press_leads_from_a_kpi_a_scenario_and_a_field_to_the_clause_and_back(
    copied_office: Office, page: str, clause: str, words: str
) -> None:
    submitted(copied_office, locked=page == "result")
    copied_office.sit("enterprise")
    shown = unfolded(opened(page))
    helps = [widget.help or "" for widget in (*shown.text_input, *shown.selectbox, *shown.multiselect)]
    addresses = re.findall(r"/notice\?[^\"')\s]*", "\n".join([said(shown), *helps]))
    asked = [dict(parse_qsl(urlsplit(address).query)) for address in addresses]
    assert any(clause in item["clause"].split(",") for item in asked), words
    back = opened("notice", clause=clause)
    assert page in {address for address, _ in links(back)}


def test_an_address_of_no_clause_opens_the_page_as_ever(office_here: Office) -> None:
    office_here.sit("leader")
    shown = said(opened("notice", clause="<b>nothing</b>"))
    assert text("page.notice.asked", "zh") not in shown
    assert "<b>" not in shown
