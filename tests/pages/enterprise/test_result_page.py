"""The result answers first: what stands above and beside the picture, and what waits in its tabs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpi.i18n import reason_text, text
from kpi.model.evaluation import Reason
from kpi.services.enterprise import lock
from tests.pages.app_runs import Office, opened, strings, submitted


def _place(said: list[str], words: str) -> int:
    return next(at for at, string in enumerate(said) if words in string)


@pytest.mark.parametrize("locked", [False, True])
def test_the_answer_says_of_what_state_it_is_and_what_comes_next(copied_office: Office, locked: bool) -> None:
    copied_office.sit("enterprise")
    submitted(copied_office, locked)
    said = strings(opened("result"))
    card = said[_place(said, "kpi-answer")]
    assert (text("clause.met.short", "zh") in card) is locked
    assert (text("page.result.of_draft", "zh", year=2025) in card) is not locked
    assert text("page.result.claim_group", "zh") in card, "what may still change it"
    onward = text("page.result.to_evidence", "zh", count=3) if locked else text("page.result.to_lock", "zh")
    assert any(onward in string for string in said)


def test_it_opens_at_what_is_not_leading_and_stands_nearest_to_the_line(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    submitted(copied_office, locked=True)
    page = opened("result")
    assert page.query_params["kpi"] == "K12"


@pytest.mark.campaign
def test_why_words_are_withheld_is_read_above_the_answer(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied_office.sit("enterprise")
    submitted(copied_office, locked=True)
    real, why = lock.own_results, Reason("decided_before", {"year": 2025})

    def withheld(*asked: object) -> list[lock.OwnResult]:
        [found] = real(*asked)  # type: ignore[arg-type]  # handed on as they come
        kpis = tuple(replace(kpi, verdict=None, reasons=(*kpi.reasons, why)) for kpi in found.answer.kpis)
        return [replace(found, answer=replace(found.answer, clause=None, clause_reasons=(why,), kpis=kpis))]

    monkeypatch.setattr("pages.enterprise.parts.journey.own_results", withheld)
    said = strings(opened("result"))
    assert _place(said, reason_text(why, "zh")) < _place(said, "kpi-answer")
