"""The pages of coverage: a tile, a cell and a button lead to the list behind them; others' candidates never."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.model.viewer import Viewer
from kpi.services.leader.coverage import CityCoverage, city_coverage
from kpi.services.operation.authentication import viewer_of
from pages.widgets.html import plain
from tests.pages.app_runs import BY_ADDRESS, Office, app, each_tab, opened, strings

pytestmark = pytest.mark.slow

BODY, OTHER, INDUSTRY, EMPTY = "松江区", "浦东新区", "汽车", "时尚消费品"
SCENARIO = "数字基础设施建设"
NOBODY = {"body": BODY, "other": OTHER}


def city(office: Office) -> CityCoverage:
    office.sit("administrator")
    viewer = viewer_of(office.store, office.tokens["administrator"])
    assert isinstance(viewer, Viewer)
    return city_coverage(office.store, viewer)


def names(found: CityCoverage, body: str, industry: str | None = None) -> set[str]:
    return {
        candidate.factory
        for candidate in found.candidates
        if candidate.body == body and industry in (None, candidate.industry)
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_leader_reads_gaps_and_own_candidates_and_never_anothers(office_here: Office, lang: str) -> None:
    found = city(office_here)
    office_here.sit("leader")
    test = opened("coverage", lang)
    assert not test.exception
    said = "\n".join(words for page in each_tab(test) for words in strings(page))
    assert {"zh": "时尚消费品没有候选工厂", "en": "No candidate in Fashion and consumer goods"}[lang] in said
    for name in names(found, BODY):
        assert name in said
    others = {candidate.factory for candidate in found.candidates if candidate.body != BODY}
    assert others
    assert not [name for name in others if name in said]


def test_places_that_are_left_lead_to_the_list(office_here: Office) -> None:
    office_here.sit("leader")
    links = [item.proto.label for item in opened("coverage", "en").get("page_link")]
    assert links == ["My account", "Go to: Nomination list"]


def listed(test: AppTest) -> set[str]:
    """The factories of the list of candidates."""
    table = next((string for string in strings(test) if "Composite score" in string), "")
    return set(re.findall(r"<td[^>]*>([^<]*智能工厂)</td>", table))


def picked(test: AppTest, kind: str, name: str) -> AppTest:
    return test.selectbox(key=kind).set_value(name).run()


def test_what_is_picked_narrows_the_list_the_pictures_and_their_titles(office_here: Office) -> None:
    found = city(office_here)
    office_here.sit("leader")
    test = opened("coverage", "en")
    assert listed(test) == names(found, BODY)
    test = picked(test, "industry", INDUSTRY)
    assert listed(test) == names(found, BODY, INDUSTRY)
    said = "\n".join(strings(test))
    assert f"Songjiang: {len(listed(test))} candidates, Automotive" in said
    assert "Automotive: 19 scenarios covered, 21 missing" in said
    test = picked(test, "scenario", SCENARIO)
    both = {item.factory for item in found.candidates if (item.body, item.industry) == (BODY, INDUSTRY)}
    both &= {item.factory for item in found.candidates if SCENARIO in item.scenarios}
    assert listed(test) == both < names(found, BODY, INDUSTRY)
    assert [test.query_params[kind] for kind in ("industry", "scenario")] == [INDUSTRY, SCENARIO]
    test = test.button(key="clear-chosen").click().run()
    assert listed(test) == names(found, BODY)
    assert not {"body", "industry", "scenario"} & set(test.query_params)
    test = picked(test, "industry", EMPTY)
    assert "Fashion and consumer goods: no candidate yet." in "\n".join(strings(test))


def test_what_the_address_picks_is_picked(office_here: Office) -> None:
    found = city(office_here)
    office_here.sit("leader")
    assert listed(opened("coverage", "en", industry=INDUSTRY)) == names(found, BODY, INDUSTRY)


def test_of_what_the_address_gives_twice_nothing_counts_and_that_is_said(office_here: Office) -> None:
    office_here.sit("leader")
    test = app("en").switch_page(BY_ADDRESS["coverage"].file)
    test.query_params["industry"] = [INDUSTRY, EMPTY]
    test.run()
    assert [item.value for item in test.error] == [
        plain(text("error.address_repeated.message", "en", names="industry"))
        + "\n\n"
        + plain(text("error.address_repeated.remedy", "en"))
    ]
    assert test.session_state["industry"] == ""
    assert "industry" not in test.query_params
    assert not test.run().error


def test_a_tile_leads_to_what_may_be_said_of_its_body(office_here: Office) -> None:
    found = city(office_here)
    office_here.sit("leader")
    test = picked(opened("coverage", "en"), "body", OTHER)
    assert not test.exception
    said = "\n".join(strings(test))
    awarded = next(body.awarded for body in found.bodies if body.body == OTHER)
    assert f"Pudong New Area: {awarded} published awards, 12 places." in said
    assert "Pudong New Area: candidates visible to that body alone" in said
    assert not [name for name in names(found, OTHER) if name in said]
    assert not listed(test)


def test_the_city_is_shown_by_body_and_industry(office_here: Office) -> None:
    found = city(office_here)
    test = opened("city-coverage", "en")
    assert not test.exception
    assert "to see its candidates here" in "\n".join(strings(test))
    test = picked(picked(test, "body", BODY), "industry", INDUSTRY)
    wanted = names(found, BODY, INDUSTRY)
    said = "\n".join(strings(test))
    assert f"Automotive: {sum(item.industry == INDUSTRY for item in found.candidates)} candidates of" in said
    behind = next(string for string in strings(test) if "<th" in string and all(name in string for name in wanted))
    assert not [name for name in names(found, BODY) - wanted if name in behind]
    assert sum(candidate.industry == INDUSTRY for candidate in found.candidates) > len(wanted)
    test = picked(test, "industry", EMPTY)
    assert "Songjiang, Fashion and consumer goods: no candidate yet." in "\n".join(strings(test))


@pytest.mark.campaign
@pytest.mark.parametrize("candidates", [False, True])
def test_the_way_to_the_list_is_offered_where_somebody_can_be_put_on_it(
    copied_office: Office, candidates: bool
) -> None:
    if not candidates:
        with copied_office.store.transaction() as cursor:
            cursor.execute("delete from nomination where body = $body", {"body": BODY})
            cursor.execute("update release set body = $other where body = $body", NOBODY)
    copied_office.sit("leader")
    test = opened("coverage")
    assert not test.exception
    said = "\n".join(strings(test))
    assert (text("page.home.next", "zh", page=text("page.title.nomination", "zh")) in said) is candidates
    assert "个名额" in said
