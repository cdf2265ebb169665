"""Side by side: the order with its uncertainty, differences within noise, weights within policy, a link, a workbook."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from kpi.catalogue.load import catalogue
from kpi.i18n import text
from kpi.model.viewer import Viewer
from kpi.reports.comparison_xlsx import comparison_xlsx
from kpi.services.operation.authentication import viewer_of
from kpi.services.reviewer.candidates import candidates, side_by_side
from tests.pages.app_runs import Office, alone, strings

pytestmark = pytest.mark.slow

INDUSTRY = "汽车"


@pytest.fixture
def reviewer(office_here: Office) -> Viewer:
    office_here.sit("reviewer")
    found = viewer_of(office_here.store, office_here.tokens["reviewer"])
    assert found is not None
    return found


def codes(office: Office, viewer: Viewer, count: int) -> list[str]:
    return [one.credit_code for one in candidates(office.store, viewer) if one.industry == INDUSTRY][:count]


def test_the_page_says_the_order_and_that_it_is_no_verdict(office_here: Office, reviewer: Viewer) -> None:
    picked = codes(office_here, reviewer, 8)
    assert len(picked) == 8
    test = alone("compare", lang="en", industry=INDUSTRY, **{"with": ",".join(picked)})
    said = "\n".join(strings(test))
    assert text("page.order.no_verdict", "en") in said
    assert said.count('<span class="bar"') == 8
    assert all(kpi.short.en in said for kpi in catalogue().kpis)
    # What is missing and what does not apply are words, never an empty cell.
    assert 'data-label="A' in said
    assert "<td></td>" not in said
    # The link opens the same: the address names those who are compared.
    again = alone("compare", lang="en", industry=INDUSTRY, **{"with": ",".join(reversed(picked[:2]))})
    assert again.multiselect(key="compared").value == list(reversed(picked[:2]))


def test_weights_from_an_address_hold_only_within_policy(office_here: Office, reviewer: Viewer) -> None:
    picked = ",".join(codes(office_here, reviewer, 3))
    without = text("reason.weights_given.plain", "en")
    for weights, used in (("40,10,10,20,20", True), ("60,10,10,10,10", False), ("40,10,10,20,21", False), ("x", False)):
        test = alone("compare", lang="en", industry=INDUSTRY, weights=weights, **{"with": picked})
        assert (without in "\n".join(strings(test))) is used, weights


def test_weights_that_do_not_add_up_are_refused_on_the_page(office_here: Office, reviewer: Viewer) -> None:
    test = alone("compare", lang="en", industry=INDUSTRY, **{"with": ",".join(codes(office_here, reviewer, 2))})
    test.number_input(key="weight-G1").set_value(40)
    [use] = [one for one in test.button if one.label == text("page.order.weights_use", "en")]
    use.click().run()
    assert "The weights add up to 1.2 instead of 1." in "\n".join(strings(test))
    test.number_input(key="weight-G2").set_value(10)
    test.number_input(key="weight-G3").set_value(10)
    [use] = [one for one in test.button if one.label == text("page.order.weights_use", "en")]
    use.click().run()
    assert test.query_params["weights"] in ("40,10,10,20,20", ["40,10,10,20,20"])


def test_the_workbook_holds_the_page_and_every_draw(office_here: Office, reviewer: Viewer) -> None:
    found = side_by_side(office_here.store, reviewer, codes(office_here, reviewer, 3), 2025).comparison
    book = openpyxl.load_workbook(BytesIO(comparison_xlsx(found, "en")))
    assert book.sheetnames == ["About", "Order", "KPIs", "Draws"]
    order = list(book["Order"].iter_rows(values_only=True))
    assert [row[1] for row in order[1:]] == [
        found.candidates[at].evaluation.application.credit_code for at in found.order
    ]
    assert order[1][3] == pytest.approx(found.candidates[found.order[0]].composite.score)
    assert book["KPIs"].max_row == 22
    assert book["Draws"].max_row == 1 + len(found.draws.places)
    assert "illustrative" in str(book["About"]["A2"].value).lower()
