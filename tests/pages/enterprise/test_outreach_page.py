"""A listed factory promises and reports on its home; its body and the authority read how each promise stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.model.application import Application
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Role
from kpi.services.administrator.stages import advance
from kpi.services.outreach import outreach_in_reach
from tests.pages.app_runs import Office, opened, strings, submitted, unfolded
from tests.services.sample_store import ADMINISTRATOR

WHAT, SHOWN = "接待同行参观两次（虚构）", "参观记录第 1 号（虚构）"


@pytest.fixture
def listed(copied_office: Office) -> Application:
    """The demonstration's enterprise is on the final list, and reads."""
    sent = submitted(copied_office, locked=True)
    advance(copied_office.store, ADMINISTRATOR, sent.credit_code, sent.year, "listed", "演示")
    copied_office.sit("enterprise")
    return sent


def _press(page: AppTest, form: str, **entered: object) -> AppTest:
    """What one enters into a form of the page, and its button."""
    start = f"outreach-{form}-"
    fields = [*page.date_input, *page.text_input, *page.selectbox]
    for field, said in entered.items():
        [entry] = [item for item in fields if str(item.key).startswith(start) and str(item.key).endswith(f"-{field}")]
        entry.set_value(said)
    [button] = [item for item in page.button if str(item.key).startswith(start)]
    page = button.click().run()
    assert not page.exception
    return page


def test_a_promise_is_written_down_and_reported(copied_office: Office, listed: Application) -> None:
    page, today = opened("enterprise-home"), shanghai_date(now())
    page = _press(page, "promise", what=WHAT)
    assert "没有写明承诺" in page.error[0].value
    page = _press(page, "promise", due=today + timedelta(days=30))
    assert text("page.outreach.kept", "zh") in [item.value for item in page.success]
    assert WHAT in "\n".join(strings(page))
    page = _press(page, "report", evidence=SHOWN, day=today + timedelta(days=1))
    assert "还没有到" in page.error[0].value
    page = _press(page, "report", day=today)
    assert text("page.outreach.sent", "zh") in [item.value for item in page.success]
    found = outreach_in_reach(copied_office.store, ADMINISTRATOR)
    [own] = [item for item in found if item.credit_code == listed.credit_code]
    assert [(item.what, item.evidence, item.done_on) for item in own.promises] == [(WHAT, SHOWN, today)]


@pytest.mark.parametrize(("role", "address"), [("leader", "leader-home"), ("administrator", "awards")])
def test_who_recommended_it_reads_how_it_stands(
    copied_office: Office, listed: Application, role: Role, address: str
) -> None:
    today = shanghai_date(now())
    _press(opened("enterprise-home"), "promise", what=WHAT, due=today)
    copied_office.sit(role)
    page = unfolded(opened(address))
    assert not page.exception
    said = "\n".join(strings(page))
    assert WHAT in said
    assert text("page.outreach.open", "zh") in said
    assert listed.facts["factory_name"] in said
