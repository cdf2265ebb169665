"""Versions of the method: what a sealed record was decided by, so that it can be decided again years later."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.model.evaluation import MethodVersion


@dataclass(frozen=True, slots=True)
class Method:
    """What differs between versions (``docs/method.md`` 8).

    ``records_per_group``: a cell with more records a group is tested by one record a group.
    ``tests_room``: the value attainable from a KPI's start is tested, instead of held against the line's estimate.
    ``rules_claims``: a start and a claimed group count only as a reviewer rules.
    """

    version: MethodVersion
    records_per_group: float
    tests_room: bool
    rules_claims: bool


METHODS: dict[MethodVersion, Method] = {
    1: Method(1, records_per_group=1.25, tests_room=False, rules_claims=False),
    2: Method(2, records_per_group=1.0, tests_room=True, rules_claims=True),
}
CURRENT_METHOD = METHODS[2]
