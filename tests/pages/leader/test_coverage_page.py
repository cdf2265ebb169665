"""The pages of coverage: a tile, a cell and a button lead to the list behind them; others' candidates never."""

from __future__ import annotations

import pytest

from kpi.i18n import text
from kpi.model.viewer import Viewer
from kpi.services.leader.coverage import CityCoverage, city_coverage
from kpi.services.operation.authentication import viewer_of
from pages.widgets.html import plain
from tests.pages.app_runs import BY_ADDRESS, Office, app, opened, strings

pytestmark = pytest.mark.slow

BODY, OTHER, INDUSTRY, EMPTY = "松江区", "浦东新区", "汽车", "时尚消费品"
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
    said = "\n".join(strings(test))
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


def test_an_industry_leads_to_its_candidates(office_here: Office) -> None:
    found = city(office_here)
    office_here.sit("leader")
    test = opened("coverage", "en")
    pills = next(item for item in test.get("button_group") if item.key == "industry")
    test = pills.set_value(INDUSTRY).run()
    shown = next(string for string in strings(test) if "Composite score" in string)
    assert {name for name in names(found, BODY) if name in shown} == names(found, BODY, INDUSTRY)
    pills = next(item for item in test.get("button_group") if item.key == "industry")
    test = pills.set_value(EMPTY).run()
    assert "No candidate in Fashion and consumer goods yet." in "\n".join(strings(test))


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
    assert test.session_state["industry"] is None
    assert "industry" not in test.query_params
    assert not test.run().error


def test_a_tile_leads_to_what_may_be_said_of_its_body(office_here: Office) -> None:
    found = city(office_here)
    office_here.sit("leader")
    test = opened("coverage", "en")
    test = test.selectbox(key="body").set_value(OTHER).run()
    assert not test.exception
    said = "\n".join(strings(test))
    awarded = next(body.awarded for body in found.bodies if body.body == OTHER)
    assert f"Pudong New Area: {awarded} published awards, 12 places." in said
    assert not [name for name in names(found, OTHER) if name in said]


def test_a_scenario_leads_to_the_factories_that_have_it(office_here: Office) -> None:
    office_here.sit("leader")
    test = opened("coverage", "en")
    test = test.selectbox(key="scenario").set_value("产品虚拟验证").run()
    assert "Virtual product validation: no factory yet." in "\n".join(strings(test))
    test = test.selectbox(key="scenario").set_value("生产计划优化").run()
    assert "Production plan optimisation: 12 factories" in "\n".join(strings(test))


def test_the_city_is_shown_by_body_and_industry(office_here: Office) -> None:
    found = city(office_here)
    test = opened("city-coverage", "en")
    assert not test.exception
    assert "Press a tile or a cell" in "\n".join(strings(test))
    test = test.selectbox(key="body").set_value(BODY).run()
    test = test.selectbox(key="industry").set_value(INDUSTRY).run()
    wanted = names(found, BODY, INDUSTRY)
    said = "\n".join(strings(test))
    assert f"Songjiang × Automotive: {len(wanted)} candidates" in said
    test = test.selectbox(key="industry").set_value(EMPTY).run()
    assert "Songjiang × Fashion and consumer goods: no candidate yet." in "\n".join(strings(test))


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
    assert "剩余" in said
