"""Locks of a factory and year that were made at one moment, as where the clock stood still, have an order too."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

from kpi import tables
from kpi.access.roles import scope_of
from kpi.store.store import Store
from tests.services.sample_store import AT, CODE_A, A
from tests.services.submitting import YEAR, locked

COPY = """
    insert into withdrawn
    select credit_code, year, industry, body, upload, application, locked_by, locked_at, baseline, $1, $1,
           'a', $2, 'by mistake'
    from release
"""


def test_the_order_is_that_of_their_reopening_however_they_lie_in_the_table(store: Store) -> None:
    locked(store, A, CODE_A)
    with store.cursor() as cursor:
        [last] = [lock.sha256 for lock in tables.claims.locks(cursor, CODE_A, YEAR)]
        [baseline] = [item.name for item in tables.baselines.baselines(cursor)]
    for order in permutations(range(3)):
        with store.transaction() as changing:
            changing.execute("delete from withdrawn")
            for number in order:
                at = (AT + timedelta(hours=number)).replace(tzinfo=None)
                changing.execute(COPY, [f"lock {number}", at])
        with store.cursor() as cursor:
            found = [lock.sha256 for lock in tables.claims.locks(cursor, CODE_A, YEAR)]
            assert found == ["lock 0", "lock 1", "lock 2", last], order
            first = tables.applications.deciding_lock(cursor, scope_of(A), CODE_A, YEAR, baseline)
            assert first is not None
            assert first.record == "lock 0", order
            [application] = tables.applications.locked_applications(cursor, scope_of(A))
            assert application.first_record == "lock 0", order


OTHER_YEAR = """
    insert into withdrawn
    select credit_code, year - 1, industry, body, upload, application, locked_by, locked_at, baseline, $1, $1,
           'a', locked_at, 'by mistake'
    from release
"""


def test_of_two_years_of_one_moment_every_question_names_the_same_first(store: Store) -> None:
    locked(store, A, CODE_A)
    with store.cursor() as cursor:
        [baseline] = [item.name for item in tables.baselines.baselines(cursor)]
    for order in permutations(["lock 0", "lock 1"]):
        with store.transaction() as changing:
            changing.execute("delete from withdrawn")
            for name in order:
                changing.execute(OTHER_YEAR, [name])
        with store.cursor() as cursor:
            first = tables.applications.deciding_lock(cursor, scope_of(A), CODE_A, YEAR, baseline)
            [application] = tables.applications.locked_applications(cursor, scope_of(A))
            assert first is not None
            assert application.first_record == first.record == "lock 0", order
