"""What the page of baselines says before its figures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.services.administrator.baselines import list_baseline_decisions, put_baseline_in_force
from kpi.services.freeze import import_baseline
from kpi.services.preparation import IncomingBaseline
from tests.pages.app_runs import Office, opened, strings
from tests.services.sample_store import ADMINISTRATOR, AT
from tests.shipped import SHIPPED


def test_which_baseline_is_in_force_stands_on_the_page_once(office_here: Office) -> None:
    office_here.sit("administrator")
    said = [
        string for string in strings(opened("baselines")) if text("page.baselines.in_force", "zh", year=2025) in string
    ]
    assert len(said) == 1


def with_more(office: Office) -> AppTest:
    """The page with three more of the same content, one of them of another region."""
    for hours, (name, region) in enumerate((("first", "上海市"), ("elsewhere", "江苏省"), ("twin", "上海市"))):
        sent = IncomingBaseline("p.csv", SHIPPED.read_bytes(), name, 2025, region, "illustrative", "演示（虚构）")
        import_baseline(office.store, sent, at=AT + timedelta(hours=hours))
    office.sit("administrator")
    return opened("baselines")


@pytest.mark.campaign
def test_which_cannot_be_put_in_force_and_why_and_which_are_the_same(copied_office: Office) -> None:
    page = with_more(copied_office)
    label = text("page.baseline_decision.name", "zh")
    [offered] = [
        item.options
        for item in page.selectbox
        if item.label == label and (item.key or "").startswith("baseline-decision-")
    ]
    assert offered == ["twin", "first"]
    said = "\n".join(strings(page))
    assert text("page.baseline_decision.not_shipped", "zh", names="illustrative-2025") in said
    assert text("page.baseline_decision.not_elsewhere", "zh", names="elsewhere") in said
    for names in ("twin、first", "twin、illustrative-2025", "first、illustrative-2025"):
        assert said.count(text("page.baselines.same_content", "zh", names=names)) == 1


def test_a_decision_after_a_colleagues_is_refused_in_words_and_made_by_another_press(copied_office: Office) -> None:
    page, decide = with_more(copied_office), text("page.baseline_decision.decide", "zh")
    [reason] = [item for item in page.text_input if item.label == text("page.baseline_decision.reason", "zh")]
    reason.set_value("样本更全（虚构）")
    page.checkbox[0].check()
    put_baseline_in_force(copied_office.store, ADMINISTRATOR, "first", "另一位的决定（虚构）")
    page = next(item for item in page.button if item.label == decide).click().run()
    assert text("error.baseline_decided_meanwhile.message", "zh") in "\n".join(strings(page))
    assert [decision.name for decision in list_baseline_decisions(copied_office.store, ADMINISTRATOR)] == ["first"]
    page = next(item for item in page.button if item.label == decide).click().run()
    assert [decision.name for decision in list_baseline_decisions(copied_office.store, ADMINISTRATOR)] == [
        "twin",
        "first",
    ]
    assert not page.checkbox[0].value
