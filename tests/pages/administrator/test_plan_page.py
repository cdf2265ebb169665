"""The administrator's plan: the answer first, every power with its ground, the register asked for where it helps."""

from __future__ import annotations

import re

import pytest

from kpi.catalogue.catalogue import catalogue
from tests.pages.app_runs import Office, opened, strings

pytestmark = pytest.mark.slow


def test_the_plan_says_of_every_industry_what_it_decides_and_shades_every_power(office_here: Office) -> None:
    office_here.sit("administrator")
    said = "\n".join(strings(opened("plan", "en")))
    answer = said[said.index("kpi-sentence") : said.index("kpi-table")]
    assert all(industry.name.en in answer for industry in catalogue().industries)
    assert "Provide the register of: " in said
    cells = re.findall(r'<td[^>]* class="number( shade-(\d))?" data-label="[^"]*P9\d">([\d ]+%)</td>', said)
    assert cells
    for shade, step, power in cells:
        assert shade, power
        assert int(step) in (share := int(power.split()[0]) * 5 // 100, share - 1)


def test_another_true_place_is_in_the_address(office_here: Office) -> None:
    office_here.sit("administrator")
    clause = re.compile(r"Clause met, (P\d\d)</p>")
    assert clause.findall("\n".join(strings(opened("plan", "en")))) == ["P95"]
    assert clause.findall("\n".join(strings(opened("plan", "en", place="P90")))) == ["P90"]
    assert clause.findall("\n".join(strings(opened("plan", "en", place="P42")))) == ["P95"]


@pytest.mark.campaign
def test_the_worth_of_peers_and_registers_is_counted_once_it_is_asked_for(office_here: Office) -> None:
    office_here.sit("administrator")
    page = opened("plan", "en")
    assert "Words tested" not in "\n".join(strings(page))
    page.session_state["folded-plan-words"] = True
    said = "\n".join(strings(page.run(timeout=60)))
    assert not page.exception
    for title in ("Words tested", "Inconclusive", "Peers +20", "Register = 1 × peers"):
        assert title in said, title
