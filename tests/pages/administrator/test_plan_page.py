"""The administrator's plan: the answer first, every power with its ground, the register asked for where it helps."""

from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from tests.pages.app_runs import Office, each_tab, opened, specs, strings

pytestmark = pytest.mark.slow


@pytest.mark.campaign
def test_the_plan_says_of_every_industry_what_it_decides_and_shades_every_power(office_here: Office) -> None:
    office_here.sit("administrator")
    page = opened("plan", "en")
    said = "\n".join(strings(page))
    answer = said[said.index("kpi-bullets") : said.index("kpi-table")]
    assert all(industry.name.en in answer for industry in catalogue().industries)
    assert "Provide the register of: " in said
    [drawn] = [json.loads(figure) for figure in specs(page)]
    assert len(drawn["layout"]["yaxis"]["tickvals"]) == len(catalogue().industries)
    assert " short" in str(drawn["layout"]["yaxis"]["ticktext"])
    said = "\n".join("\n".join(strings(tab)) for tab in each_tab(page))
    cells = re.findall(r'<td[^>]* class="number( shade-(\d))?" data-label="[^"]*P9\d">([\d ]+%)</td>', said)
    assert cells
    for shade, step, power in cells:
        assert shade, power
        assert int(step) in (share := int(power.split()[0]) * 5 // 100, share - 1)


def at_tab(name: str, **asked: str) -> AppTest:
    page = opened("plan", "en", **asked)
    page.session_state["tabs-en"] = text(f"page.plan.{name}", "en")
    return page.run(timeout=60)


@pytest.mark.parametrize(("asked", "shown"), [({}, "P95"), ({"place": "P90"}, "P90"), ({"place": "P42"}, "P95")])
def test_another_true_place_is_in_the_address(office_here: Office, asked: dict[str, str], shown: str) -> None:
    office_here.sit("administrator")
    said = "\n".join(strings(at_tab("alternatives", **asked)))
    assert re.findall(r"Clause met, (P\d\d)</p>", said) == [shown]


@pytest.mark.campaign
def test_the_worth_of_peers_and_registers_is_counted_once_it_is_asked_for(office_here: Office) -> None:
    office_here.sit("administrator")
    assert "Words tested" not in "\n".join(strings(opened("plan", "en")))
    page = at_tab("words")
    said = "\n".join(strings(page))
    assert not page.exception
    for title in ("Words tested", "Inconclusive", "Peers +20", "Register = 1 × peers"):
        assert title in said, title
