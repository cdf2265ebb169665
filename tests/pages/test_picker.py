"""What is picked is what was asked for, or it is said that it is not; and a page come back to is as it was left."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.model.viewer import Role
from tests.pages.app_runs import BY_ADDRESS, RUN_SECONDS, Office, opened, strings


def _rounds(count: int) -> None:
    """A page of its own, run apart: all that it needs is imported here."""
    from pages.widgets.picker import pick_item

    pick_item("轮次", {name: name for name in ("first", "second")[:count]}, "round")


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(("asked", "said"), [("", False), ("first", False), ("elsewhere", True)])
def test_whoever_follows_a_link_to_what_is_out_of_reach_is_not_shown_another_unsaid(
    count: int, asked: str, said: bool
) -> None:
    page = AppTest.from_function(_rounds, args=(count,), default_timeout=RUN_SECONDS)
    if asked:
        page.query_params["round"] = asked
    shown = "\n".join(strings(page.run()))
    assert not page.exception
    assert (text("page.picker.out_of_reach", "zh", label="轮次") in shown) is said


LISTS: list[tuple[Role, str, str, dict[str, str]]] = [
    ("reviewer", "candidates", "claims", {"in-industry": "汽车", "list-search": "部件", "list-order": "leading"}),
    ("reviewer", "panel", "candidates", {"panel-order": "mean"}),
    ("leader", "coverage", "nomination", {"industry": "汽车"}),
    ("administrator", "progress", "audit", {"progress-word": "演示", "progress-from_day": "2025-01-01"}),
    ("administrator", "audit", "accounts", {"audit-object": "演示", "audit-since": "2025-01-02"}),
    ("administrator", "accounts", "audit", {"accounts-role": "leader", "accounts-added_from": "2020-02-02"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("role", "address", "elsewhere", "asked"), LISTS)
def test_a_list_that_is_come_back_to_has_the_filters_and_the_order_it_was_left_with(
    office_here: Office, role: Role, address: str, elsewhere: str, asked: dict[str, str]
) -> None:
    office_here.sit(role)
    test = opened(address, **asked)
    left = dict(test.query_params)
    assert {key: str(test.session_state[key]) for key in asked} == asked
    test.query_params.clear()  # as the browser does on the way to another page
    test = test.switch_page(BY_ADDRESS[elsewhere].file).run()
    test.query_params.clear()
    test = test.switch_page(BY_ADDRESS[address].file).run()
    assert not test.exception
    assert {key: str(test.session_state[key]) for key in asked} == asked
    assert dict(test.query_params) == left


@pytest.mark.slow
def test_an_address_that_says_what_to_show_is_not_narrowed_by_what_was_chosen_before(office_here: Office) -> None:
    office_here.sit("reviewer")
    test = opened("candidates", **{"in-industry": "汽车"})
    test.query_params.clear()
    test = test.switch_page(BY_ADDRESS["claims"].file).run()
    test.query_params.clear()
    test.query_params["seen"] = "unseen"
    test = test.switch_page(BY_ADDRESS["candidates"].file).run()
    assert (test.session_state["in-industry"], test.session_state["seen"]) == ("all", "unseen")
