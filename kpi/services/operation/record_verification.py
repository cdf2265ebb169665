"""Sealed verdicts decided once more: each by the method, rulings, baseline and policy that its record names."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from kpi import queries
from kpi.benchmark.evaluation import evaluate_all
from kpi.benchmark.sealed_record import seal, sealed_application, sealed_by_method, sealed_documents, sealed_rulings
from kpi.benchmark.verdict import METHODS
from kpi.errors import UserError
from kpi.model.application import load_application
from kpi.model.evaluation import MethodVersion
from kpi.queries import SealedRecord
from kpi.services.policies import binding_changes, policy_on
from kpi.store.cursor import Cursor
from kpi.store.moment import every_answer_again

_Grounds = tuple[str, date, MethodVersion, tuple[tuple[int, int], ...]]
"""Baseline, day, method and the changes of policy that were in force or to come when it was sealed."""


def decided_otherwise(
    cursor: Cursor, records: Sequence[SealedRecord], changed_baselines: Sequence[str]
) -> list[SealedRecord]:
    """Those whose verdict comes out other than it was sealed. ``records`` are as their seals say.

    What rests on a baseline that was changed is not decided again: the baseline is the finding.
    """
    known = {baseline.name for baseline in queries.baselines(cursor)} - set(changed_baselines)
    changes = queries.policy_changes(cursor)
    together: dict[_Grounds, list[SealedRecord]] = defaultdict(list)
    for record in records:
        if record.baseline in known:
            day = date.fromisoformat(json.loads(record.record)["as_of"])
            version = sealed_by_method(record.record).version
            # Policies that were approved later have no part in it.
            bound = tuple((one.change, one.version) for one in binding_changes(changes, record.sealed_at))
            together[record.baseline, day, version, bound].append(record)
    return [
        record
        for (baseline, day, version, _), group in together.items()
        for record in _otherwise(cursor, group, baseline, day, version)
    ]


def _otherwise(
    cursor: Cursor, records: Sequence[SealedRecord], baseline: str, day: date, version: MethodVersion
) -> list[SealedRecord]:
    rulings = [sealed_rulings(record.record) for record in records]
    try:
        with every_answer_again():  # a page may ask this too: what is proved is what the store holds, not the memory
            answers = evaluate_all(
                cursor,
                [load_application(record.application) for record in records],
                queries.baseline_named(cursor, baseline),
                policy_on(cursor, day, records[0].sealed_at),
                day,
                rulings,
                METHODS[version],
            )
    except UserError:
        return list(records)
    # That the application is the sealed one, but for contacts that policy had deleted, was found before.
    sealed_again = (
        seal(answer, by, sealed_documents(record.record), sealed_application(record.record))[1]
        for answer, by, record in zip(answers, rulings, records, strict=True)
    )
    return [record for record, sha256 in zip(records, sealed_again, strict=True) if sha256 != record.sha256]
