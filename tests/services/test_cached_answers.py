"""Pages keep in memory what the authority has decided: an act that may change it is seen by the next page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from kpi.access.roles import scope_of
from kpi.benchmark.evaluation import evaluate_all
from kpi.benchmark.method import METHODS, Method
from kpi.model.claims import AwardList, ClaimKey, GivenRuling, Rulings
from kpi.model.evaluation import Evaluation
from kpi.model.programme import YearDates
from kpi.services import evaluation
from kpi.services.administrator.awards import import_awards
from kpi.services.administrator.baselines import put_baseline_in_force
from kpi.services.enterprise.lock import OwnResult, own_results, reopen_application
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.evaluation import EvaluationContext, evaluation_context, full_evaluation
from kpi.services.freeze import import_baseline
from kpi.services.preparation import IncomingBaseline
from kpi.services.year import dates_of, own_deadlines
from kpi.store.cache import snapshot
from kpi.store.store import Store
from kpi.tables.applications import locked_applications
from kpi.tables.awards import award_lists
from tests.benchmark.panels import HOME_REGION, as_csv, records
from tests.eligibility.sample_application import application
from tests.services.administrator.test_policy_changes import (
    LATER,
    SECOND,
    approve_policy_change,
    drafted,
    lower_line,
    withdraw_policy_change,
)
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, A, file_of
from tests.services.service_calls import AWARDED, NOBODYS
from tests.services.submitting import YEAR, lock_as_it_stands
from tests.services.test_programme_year import BODY, DATES, WORDS, set_body_deadline, set_dates
from tests.services.two_people import confirm_waiting

COMING = date(2027, 12, 31)


def on_a_page(store: Store, day: date) -> EvaluationContext:
    with snapshot(store.cache), store.cursor() as cursor:
        return evaluation_context(cursor, day.year, as_of=day)


def awards_on_a_page(store: Store) -> AwardList | None:
    with snapshot(store.cache), store.cursor() as cursor:
        return award_lists(cursor, [application()])[0]


def own_on_a_page(store: Store) -> list[OwnResult]:
    with snapshot(store.cache):
        return own_results(store, A)


def test_policy_that_is_approved_or_withdrawn(store: Store) -> None:
    assert on_a_page(store, COMING).policy.leading_quantile == 0.8
    number = drafted(store, lower_line())
    approve_policy_change(store, SECOND, number, 1, LATER)
    assert on_a_page(store, COMING).policy.leading_quantile == 0.5
    withdraw_policy_change(store, ADMINISTRATOR, number, "更正", LATER + timedelta(minutes=1))
    assert on_a_page(store, COMING).policy.leading_quantile == 0.8


def test_a_baseline_that_is_imported_or_decided_on(store: Store) -> None:
    assert on_a_page(store, COMING).baseline.shipped
    for name, value in (("first", 1.0), ("second", 2.0)):
        panel = as_csv(records({"K08": [value] * 20}))
        import_baseline(store, IncomingBaseline("p.csv", panel, name, 2025, HOME_REGION, "panel", "invented"))
        assert on_a_page(store, COMING).baseline.name == name
    put_baseline_in_force(store, ADMINISTRATOR, "first", "更正有误", AT)
    assert on_a_page(store, COMING).baseline.name == "first"


def test_awards(store: Store) -> None:
    assert awards_on_a_page(store) is None
    import_awards(store, ADMINISTRATOR, "awarded.csv", AWARDED)
    assert awards_on_a_page(store) is not None


def test_dates_of_the_year_and_a_bodys_own(store: Store) -> None:
    def days() -> tuple[YearDates | None, dict[str, date]]:
        with snapshot(store.cache), store.cursor() as cursor:
            return dates_of(cursor, YEAR), dict(own_deadlines(cursor, YEAR))

    assert days() == (None, {})
    set_dates(store)
    assert days() == (DATES, {})
    later = DATES.lists_due + timedelta(days=3)
    set_body_deadline(store, ADMINISTRATOR, YEAR, BODY, later, *WORDS, AT)
    confirm_waiting(store, YEAR)
    assert days() == (DATES, {BODY: later})


def test_a_draft_and_its_lock_are_read_by_the_next_page(store: Store) -> None:
    assert own_on_a_page(store) == []
    for efficiency in ("45", "46"):
        sent = receive_file(store, A, "a.csv", file_of(CODE_A, efficiency))
        accept_application(store, A, sent)
        [draft] = own_on_a_page(store)
        assert (draft.locked_at, draft.answer.application.values["K08"].value) == (None, float(efficiency))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    [locked] = own_on_a_page(store)
    assert locked.locked_at is not None


def decided_on_a_page(store: Store, method: Method | None = None, **rulings: GivenRuling) -> Evaluation:
    """The authority's answer about A, ruled on as asked."""
    given = Rulings({ClaimKey("not_applicable", code): ruling for code, ruling in rulings.items()})
    with snapshot(store.cache), store.cursor() as cursor:
        [locked] = locked_applications(cursor, scope_of(A))
        on = evaluation_context(cursor, COMING.year, as_of=COMING)
        found = full_evaluation(cursor, locked.application, on, given, method)
    with store.cursor() as cursor:
        assert repr(found) == repr(full_evaluation(cursor, locked.application, on, given, method))
    return found


def test_a_verdict_is_decided_again_when_anything_that_decides_it_changes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values, rulings, method, policy, baseline; and conditions, which rest on more, are judged every time."""
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    decided: list[int] = []

    def again(**how: Any) -> bool:
        monkeypatch.setattr(evaluation, "evaluate_all", lambda *given: decided.append(1) or evaluate_all(*given))
        decided.clear()
        decided_on_a_page(store, **how)
        return len(decided) > 1  # once outside the page

    assert again()
    assert not again()
    assert again(K21="accepted")
    assert again(method=METHODS[min(METHODS)])
    assert not again()
    approve_policy_change(store, SECOND, drafted(store, lower_line()), 1, LATER)
    assert again()
    panel = as_csv(records({"K08": [1.0] * 20}))
    import_baseline(store, IncomingBaseline("p.csv", panel, "panel", 2025, HOME_REGION, "panel", "invented"))
    assert again()
    reopen_application(store, A, CODE_A, YEAR, "更正")
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A, "46")))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    assert again()
    import_awards(store, ADMINISTRATOR, "awarded.csv", AWARDED.replace(NOBODYS.encode(), CODE_A.encode()))
    before = decided_on_a_page(store).eligibility
    import_awards(store, ADMINISTRATOR, "awarded.csv", AWARDED)
    assert decided_on_a_page(store).eligibility != before
