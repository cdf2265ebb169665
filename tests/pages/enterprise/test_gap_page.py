"""The way to leading as it is sent: moved by hand, kept through reruns and other pages, and blind to every rival."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import NumberInput

from kpi import tables
from kpi.i18n import text
from kpi.services.evaluation import evaluation_context
from tests.frozen_otherwise import frozen_otherwise
from tests.pages.app_runs import BY_ADDRESS, Office, opened, specs, strings, submitted, unfolded
from tests.pages.test_scope import CHANGING


def _lever(test: AppTest, code: str) -> NumberInput:
    return next(item for item in test.number_input if item.key.startswith(f"what-if-{code}-"))


def _moved(office: Office, code: str, value: float) -> AppTest:
    office.sit("enterprise")
    test = unfolded(opened("way"))
    _lever(test, code).set_value(value)
    return test.run()


def _said(test: AppTest) -> list[str]:
    return [CHANGING.sub("", string) for string in strings(test)]


@pytest.fixture
def office(copied_office: Office) -> Office:
    submitted(copied_office, locked=False)
    copied_office.sit("enterprise")
    return copied_office


@pytest.mark.campaign
def test_moving_every_rival_changes_nothing_of_a_what_if(office: Office) -> None:
    before = _said(_moved(office, "K08", 12.5))
    with frozen_otherwise(office.store) as cursor:
        cursor.execute("update observation set value = value * 0.61 + 1.37")
        cursor.execute("update cell set mean = mean * 0.7, p50 = p50 * 0.7, p75 = p75 * 0.7, p80 = 1, p90 = 2")
    assert _said(_moved(office, "K08", 12.5)) == before
    assert _said(_moved(office, "K08", 12.6)) != before


def test_moving_follows_and_the_way_back_leads_to_the_own_values(office: Office) -> None:
    test = unfolded(opened("way"))
    first = _said(test)
    _lever(test, "K08").set_value(1.0)
    assert "\n".join(strings(test.run())).count(text("page.what_if.lost", "zh", names="生产效率提升")) == 1
    reset = next(item for item in test.button if item.label == text("page.what_if.reset", "zh"))
    assert _said(reset.click().run()) == first


@pytest.mark.campaign
def test_moves_outlive_a_look_at_another_page(office: Office) -> None:
    test = _moved(office, "K08", 1.0)
    test.switch_page(BY_ADDRESS["result"].file).run()
    back = unfolded(test.switch_page(BY_ADDRESS["way"].file).run())
    assert _lever(back, "K08").value == 1.0
    assert text("page.what_if.lost", "zh", names="生产效率提升") in "\n".join(strings(back))


def test_an_emptied_input_is_the_own_value_again(office: Office) -> None:
    test = _moved(office, "K08", 1.0)
    _lever(test, "K08").set_value(None)
    assert _lever(test.run(), "K08").value == 45.0


def test_the_figure_carries_own_values_and_published_numbers_alone(office: Office) -> None:
    """Each mark's place on the axis is that of the own value or of the published median."""
    figure = json.loads(specs(opened("way"))[0])
    with office.store.cursor() as cursor:
        on = evaluation_context(cursor, 2025)
        published = tables.baselines.published_table(cursor, on.baseline.name, on.baseline.region, "高端装备")
    marked = {round(x, 9) for trace in figure["data"] if trace.get("name") == "medians" for x in trace["x"]}
    lines = [item for item in published.values() if item.p80 == item.p80]
    places = {((line.median - line.p80) / max(line.p80 - line.p20, line.step) + 2) / (2 + 2 / 3) for line in lines}
    assert marked == {round(place, 9) for place in places}
    assert not any("customdata" in trace or "hovertext" in trace for trace in figure["data"])


def test_without_a_file_there_is_a_way_to_the_form(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    assert text("page.nothing_yet.to_read", "zh") in "\n".join(strings(opened("way")))
