"""A what-if leaves a line in the log and nothing else, for one's own factory alone, and probing by it is noticed."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from kpi.errors import NotFound
from kpi.model.publication import EnterpriseView
from kpi.model.times import shanghai_date
from kpi.policy.load import policies
from kpi.services.administrator.audit import frequent_changes
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.enterprise.what_if import what_if
from kpi.store.store import Store
from tests.either_store import table_rows
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, EVERYBODY, A, B, file_of

SERVICES = Path(__file__).resolve().parents[3] / "kpi" / "services"


@pytest.fixture
def own(store: Store) -> EnterpriseView:
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    return own_results(store, A)[0].answer


def _log(store: Store) -> list[tuple[str, str, str]]:
    with store.cursor() as cursor:
        return cursor.execute("select account, credit_code, kind from asked where kind = 'what_if'").fetchall()


def _everything_else(store: Store) -> dict[str, str]:
    return {name: rows for name, rows in table_rows(store).items() if name not in ("asked", "audit")}


def test_the_way_of_unmoved_values_is_not_logged(store: Store, own: EnterpriseView) -> None:
    asked = what_if(store, A, own, {"K08": 45.0})
    assert (asked.changed, asked.moved) == ((), asked.own)
    assert _log(store) == []


def test_each_set_of_values_is_logged_once_and_nothing_else_changes(store: Store, own: EnterpriseView) -> None:
    before = _everything_else(store)
    for value in (50.0, 51.0, 50.0, 50.0):
        assert what_if(store, A, own, {"K08": value}).changed == ("K08",)
    assert _log(store) == [("a", CODE_A, "what_if")] * 2
    assert _everything_else(store) == before
    assert own_results(store, A)[0].answer.kpi("K08").value == 45.0


def test_the_estimate_follows_the_values(store: Store, own: EnterpriseView) -> None:
    line = own.kpi("K08").published.p80
    asked = what_if(store, A, own, {"K08": line - 0.1})
    assert (asked.own.of("K08").standing, asked.moved.of("K08").standing) == ("reached", "below")
    assert asked.moved.main_reached == asked.own.main_reached - 1


def test_no_released_word_is_carried_to_a_value_nobody_reached(store: Store, own: EnterpriseView) -> None:
    fields = set(type(what_if(store, A, own, {"K08": 50.0}).moved.of("K08")).__slots__)
    assert not fields & {"verdict", "reasons", "p_value", "peers", "worse", "better", "percentile"}


def test_a_move_that_cannot_be_is_left_out(store: Store, own: EnterpriseView) -> None:
    assert what_if(store, A, own, {"K01": 101.0, "K02": 5.0, "K99": 1.0}).changed == ()
    assert _log(store) == []


@pytest.mark.parametrize("viewer", [item for item in (*EVERYBODY, None) if item != A], ids=str)
def test_nobody_elses_factory_can_be_asked_about(store: Store, own: EnterpriseView, viewer: object) -> None:
    with pytest.raises(NotFound):
        what_if(store, viewer, own, {"K08": 50.0})
    assert _log(store) == []


@pytest.mark.campaign
def test_probing_by_many_values_is_shown_to_the_administrator(store: Store, own: EnterpriseView) -> None:
    most = policies().on(shanghai_date(AT)).disclosure.alert_what_ifs
    for step in range(most):
        what_if(store, A, own, {"K08": 50.0 + step}, AT + timedelta(seconds=step))
    assert frequent_changes(store, ADMINISTRATOR, AT + timedelta(hours=1)) == []
    what_if(store, A, own, {"K08": 49.0}, AT)
    alerted = frequent_changes(store, ADMINISTRATOR, AT + timedelta(hours=1))
    assert [(probe.credit_code, probe.what_if, probe.different) for probe in alerted] == [(CODE_A, True, most + 1)]
    assert B.scope[0] not in {probe.credit_code for probe in alerted}


def test_what_is_written_past_the_audit_trail_stands_in_few_modules() -> None:
    """The trail, tries at signing in, a token's last use, what is sent of acts; all else by ``unit_of_work``."""
    writing = {
        file.stem for file in SERVICES.rglob("*.py") if re.search(r"store\.transaction\(", file.read_text("utf-8"))
    }
    assert writing == {"unit_of_work", "authentication", "days", "inbox", "sending"}
