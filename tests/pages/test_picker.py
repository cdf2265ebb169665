"""What is picked is what was asked for, or it is said that it is not."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from tests.pages.app_runs import RUN_SECONDS, strings


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
