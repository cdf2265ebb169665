"""A change of policy changes nothing before its day, whatever it states."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kpi.policy.load import policies
from kpi.policy.schema import PolicyFile

FIRST = policies().in_force_dates()[0]
WORDS = {name: {"zh": "甲", "en": "a"} for name in ("name", "unit", "reference", "reason")}


@given(
    day=st.dates(FIRST + timedelta(days=1), date(2999, 12, 31)),
    before=st.integers(1, 400_000),
    line=st.floats(0.5, 0.99),
    coverage=st.floats(0.1, 0.99),
)
def test_before_its_day_nothing_and_from_it_on_what_it_states(
    day: date, before: int, line: float, coverage: float
) -> None:
    stated = {"leading_quantile": {"value": line, **WORDS}, "clause_coverage": {"value": coverage, **WORDS}}
    change = PolicyFile.model_validate({"in_force_from": day, **stated})
    changed = policies().with_changes([change])
    earlier = max(FIRST, day - timedelta(days=before))
    assert changed.on(earlier) == policies().on(earlier)
    for later in (day, max(day, date(2999, 12, 31))):
        assert (changed.on(later).leading_quantile, changed.on(later).clause_coverage) == (line, coverage)
