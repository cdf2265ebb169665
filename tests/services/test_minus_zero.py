"""Two zeros are equal, of which one has a minus sign: what is sealed and what was decided go by the same."""

from __future__ import annotations

from dataclasses import replace

from kpi.intake.cells import parse_number
from kpi.intake.read import read
from kpi.model.application import Application
from kpi.model.claims import NO_RULINGS
from kpi.services.enterprise.lock import reopen_application
from kpi.services.evaluation import deciding_contents, evaluation_context
from kpi.services.operation.verification import verify_store
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.services.sample_store import file_of
from tests.services.shared_locker import owner
from tests.services.submitting import YEAR, accepted, lock_as_it_stands

CODE = credit_code(8_400_000)


def test_nought_is_read_without_a_sign() -> None:
    for written in ("-0", "-0.00", "－0", -0.0):
        found = parse_number(written, percent_sign=False)
        assert found is not None
        assert str(found.value) == "0.0"


def test_answers_to_the_two_zeros_are_kept_apart(store: Store) -> None:
    """Drafts of earlier releases have the sign."""
    ensure_baseline(store)
    nought = read("a.csv", file_of(CODE, "0")).applications[0]
    minus = _with_a_sign(nought)
    assert minus == nought
    with store.cursor() as cursor:
        on = evaluation_context(cursor, YEAR)
        one, other = deciding_contents([nought, minus], on, [NO_RULINGS, NO_RULINGS])
    assert one != other


def test_what_is_corrected_to_minus_nought_is_sealed_sound(store: Store) -> None:
    ensure_baseline(store)
    viewer = owner(CODE)
    accepted(store, viewer, CODE, "0")
    lock_as_it_stands(store, viewer, CODE)
    reopen_application(store, viewer, CODE, YEAR, "更正")
    accepted(store, viewer, CODE, "-0")
    lock_as_it_stands(store, viewer, CODE)
    assert verify_store(store).sound


def _with_a_sign(application: Application) -> Application:
    values = {
        code: replace(value, value=-0.0) if value.value == 0 else value for code, value in application.values.items()
    }
    assert any(str(value.value) == "-0.0" for value in values.values())
    return replace(application, values=values)
