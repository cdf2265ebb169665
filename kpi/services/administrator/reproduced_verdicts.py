"""Verdicts of a year decided once more, each from the snapshot, policy, method and rulings that its record names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from kpi import queries
from kpi.benchmark.sealed_record import sealed_by_method, sealed_hash
from kpi.errors import NotFound
from kpi.model.application import load_application
from kpi.model.evaluation import ClauseVerdict, MethodVersion
from kpi.model.viewer import Viewer
from kpi.queries import SealedRecord
from kpi.services.authorization import requires
from kpi.services.operation.baseline_verification import baseline_changed, placing_changed
from kpi.services.operation.record_verification import decided_otherwise
from kpi.services.superseded import Superseded, superseded_by
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class ReproducedVerdict:
    """A sealed verdict. ``policy`` is the last day on which that policy changed; ``same``: decided again today it comes
    out to the last bit.
    """

    credit_code: str
    factory: str
    year: int
    baseline: str
    policy: date
    method: MethodVersion
    clause: ClauseVerdict
    sealed_at: datetime
    sha256: str
    same: bool
    superseded: Superseded


@requires("see_baselines")
def sealed_years(store: Store, _: Viewer) -> list[int]:
    """The years that have sealed verdicts, the latest first."""
    with store.cursor() as cursor:
        return sorted({one.year for one in queries.sealed_records(cursor) if one.application}, reverse=True)


@requires("see_baselines")
def sealed_texts(store: Store, _: Viewer, credit_code: str, year: int) -> list[str]:
    """The sealed records of a factory's verdicts of a year, of reopened locks and later ones too, in that order.

    They hold counts of peers: whoever takes them says what for (``note_download``).

    Raises:
        NotFound: there is none.
    """
    with store.cursor() as cursor:
        known = [one for one in queries.sealed_records(cursor) if (one.credit_code, one.year) == (credit_code, year)]
    if not known:
        raise NotFound("application", f"{credit_code} {year}")
    return [record.record for record in sorted(known, key=lambda record: record.sealed_at)]


@requires("see_baselines")
def reproduce_verdicts(store: Store, _: Viewer, year: int) -> list[ReproducedVerdict]:
    """All sealed verdicts of a year, by factory and time. Nothing is written.

    None is the same where the snapshot, or what was counted along it at freeze, is not what was frozen.
    """
    with store.cursor() as cursor:
        sealed = [one for one in queries.sealed_records(cursor) if one.year == year and one.application]
        intact = [one for one in sealed if sealed_hash(one.record) == one.sha256]
        named = {one.baseline for one in intact}
        baselines = [one for one in queries.baselines(cursor) if one.name in named]
        changed = {one.name for one in baselines if baseline_changed(cursor, one) or placing_changed(cursor, one)}
        otherwise = {_key(one) for one in decided_otherwise(cursor, intact, sorted(changed))}
        known = {_key(one) for one in intact if one.baseline not in changed} - otherwise
        found = [_verdict(cursor, one, _key(one) in known) for one in sealed]
    return sorted(found, key=lambda one: (one.credit_code, one.sealed_at))


def _key(record: SealedRecord) -> tuple[str, datetime]:
    return record.credit_code, record.sealed_at


def _verdict(cursor: Cursor, record: SealedRecord, same: bool) -> ReproducedVerdict:
    content, application = json.loads(record.record), load_application(record.application)
    policy = date.fromisoformat(content["policy"]["in_force_from"])
    return ReproducedVerdict(
        credit_code=record.credit_code,
        factory=application.text("factory_name") or application.text("enterprise") or "",
        year=record.year,
        baseline=record.baseline,
        policy=policy,
        method=sealed_by_method(record.record).version,
        clause=content["clause"],
        sealed_at=record.sealed_at,
        sha256=record.sha256,
        same=same,
        superseded=superseded_by(cursor, record.baseline, policy, record.year),
    )
