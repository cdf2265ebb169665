"""Is the store whole and unchanged? Originals, baselines and sealed records against their hashes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kpi import queries
from kpi.access import Scope
from kpi.benchmark.placing import NO_BASIS
from kpi.benchmark.record import sealed_hash
from kpi.catalogue import catalogue
from kpi.intake.canonical import content_sha256
from kpi.model.baseline import Baseline
from kpi.store import Cursor, Store


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written: the words are ``finding.<code>``."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what was found wrong."""

    originals: int
    baselines: int
    releases: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        return not self.findings


EVERYTHING = Scope(
    industries=tuple(industry.name.zh for industry in catalogue().industries),
    bodies=tuple(body.name.zh for body in catalogue().bodies),
)


def verify(store: Store) -> Verified:
    """Read everything once more. Originals that no row names are no fault: a kill may leave them."""
    with store.cursor() as cursor:
        needed = queries.store_files(cursor)
        baselines = queries.baselines(cursor)
        releases = queries.releases(cursor, EVERYTHING)
        broken = [baseline.name for baseline in baselines if _content_hash(cursor, baseline) != baseline.sha256]
    findings = [Finding("original_missing", sha256) for sha256 in needed if not store.folder.original(sha256).exists()]
    originals = store.folder.originals()
    findings += [
        Finding("original_changed", path.name)
        for path in originals
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name
    ]
    findings += [Finding("baseline_changed", name) for name in broken]
    findings += [
        Finding("record_changed", f"{release.application.credit_code} {release.application.year}")
        for release in releases
        if sealed_hash(release.record) != release.sha256
    ]
    return Verified(len(originals), len(baselines), len(releases), tuple(findings))


def _content_hash(cursor: Cursor, baseline: Baseline) -> str:
    observations = queries.observations(cursor, baseline.name)
    panel = observations.assign(
        group=observations["told_group"],
        basis=observations["basis"].mask(observations["basis"] == NO_BASIS, None),
    )
    return content_sha256(panel, queries.industry_sizes(cursor, baseline.name), baseline.region, baseline.year)
