"""What goes on for a page is stopped as soon as its reader is on another, as the page says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NoReturn

import pytest
from streamlit.testing.v1 import AppTest

from kpi.services.tasks import TaskRunner
from pages.administrator.parts.panel_import import ImportDesk
from tests.pages.app_runs import RUN_SECONDS, Office

SENT = SimpleNamespace(incoming=None, sizes=None, groups=None)


class Task:
    """Goes on until it is stopped."""

    def run(self, _: object) -> NoReturn:
        from time import sleep

        while True:
            sleep(0.1)


def _page(desk: object, act: str, sent: object) -> None:
    import streamlit as st

    from pages.session.context import require_page

    title = st.session_state["at"]
    context = require_page("run_programme", title)
    if title == "baseline_import" and st.session_state.pop("begin", False):
        getattr(desk, act)(context, sent, None)


@pytest.mark.parametrize("act", ["check", "freeze"])
def test_what_an_import_has_begun_is_stopped_on_the_next_page(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    def work(*given: object, **named: object) -> None:
        runner = named.get("runner", given[-1])
        assert isinstance(runner, TaskRunner)
        runner.run(Task())

    monkeypatch.setattr("pages.administrator.parts.panel_import.preview_baseline", work)
    monkeypatch.setattr("pages.administrator.parts.panel_import.freeze_baseline", work)
    monkeypatch.setattr(ImportDesk, "incoming", lambda *_: None)
    desk = ImportDesk("")
    copied_office.sit("administrator")
    test = AppTest.from_function(_page, default_timeout=RUN_SECONDS, args=(desk, act, SENT))
    test.session_state["at"], test.session_state["begin"] = "baseline_import", True
    test.run()
    job = desk.previewing or desk.freezing
    assert job is not None
    test.run()
    assert not job.stopped, "the same page again"
    test.session_state["at"] = "baselines"
    test.run()
    assert not test.exception
    assert job.stopped
    assert job.wait(RUN_SECONDS)
