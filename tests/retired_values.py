"""A change of policy that an earlier release stored, of a value that there is no more."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from kpi import tables
from kpi.store.store import Store

APPROVED = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def retired_change(store: Store, first: date) -> None:
    """The published upper quantile, which is the leading line now: approved for that day on."""
    stated = {name: {"zh": "公布的高分位", "en": "x"} for name in ("name", "unit", "reference", "reason")}
    content = {"in_force_from": first.isoformat(), "disclosure": {"upper_quantile": {"value": 0.7, **stated}}}
    with store.transaction() as cursor:
        tables.policy.add_policy_edition(cursor, 1, 1, json.dumps(content), "a", APPROVED)
        tables.policy.add_policy_approval(cursor, 1, 1, "b", APPROVED)
