"""Loading ``data/policy``: each file against its schema, merged by the day it comes into force."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from kpi.catalogue.catalogue import Catalogue, catalogue, kept_per_notice
from kpi.catalogue.schema import DATA, check_schema, data_fault, noting_faults, read_toml, refuse_faults
from kpi.errors import InvalidData, UserError
from kpi.model.language import Text
from kpi.model.times import year_end
from kpi.policy.policy import (
    DisclosureRules,
    MaturityRules,
    Policy,
    PolicyEntry,
    QuotaRule,
    RecommendationRules,
    WeightBounds,
)
from kpi.policy.schema import (
    RETIRED,
    DisclosureEntries,
    GroupWeightEntries,
    MaturityEntries,
    PolicyFile,
    PolicyFileEntry,
    QuotaEntries,
    RecommendationEntries,
)

NESTED: Mapping[str, type[BaseModel]] = {
    "disclosure": DisclosureEntries,
    "quota": QuotaEntries,
    "recommendation": RecommendationEntries,
    "maturity": MaturityEntries,
    "group_weight": GroupWeightEntries,
}
RAISED_QUOTA = frozenset({"quota.raised", "quota.raised_from"})
"""Stated both or neither: without them each body has the same quota."""
PER_INDUSTRY = ("main_kpis", "not_applicable_allowed")
CODES = (*PER_INDUSTRY, "disclosure.median_only", "recommendation.spread_kpis")
NameFault = Literal["no_industry", "no_kpi", "no_main_kpis", "one_basis"]
NAME_FAULTS: Mapping[NameFault, str] = {
    "no_industry": "not_there",
    "no_kpi": "not_there",
    "no_main_kpis": "empty",
    "one_basis": "one_basis",
}
"""How a data file's fault is called: ``data_fault.<code>``."""


@dataclass(frozen=True, slots=True)
class Policies:
    """Every value ever stored, in the order of coming into force."""

    stored: tuple[PolicyEntry, ...]

    def in_force_dates(self) -> tuple[date, ...]:
        """The days on which something changed, the earliest first: from the first on that has a policy, as what
        notices share may be older than the notice.
        """
        days = sorted({statement.in_force_from for statement in self.stored})
        first = next((place for place, day in enumerate(days) if self._is_whole(self._by_key(day))), len(days))
        return tuple(days[first:])

    def statements(self, day: date | None = None) -> tuple[PolicyEntry, ...]:
        """The values in force on ``day`` (by default: the last known), one for each key, repealed ones included and
        retired ones not.
        """
        return tuple(self._by_key(day).values())

    def _by_key(self, day: date | None) -> dict[str, PolicyEntry]:
        latest = {entry.key: entry for entry in self.stored if day is None or entry.in_force_from <= day}
        return {key: entry for key, entry in latest.items() if key not in RETIRED}

    @staticmethod
    def _is_whole(in_force: Mapping[str, PolicyEntry]) -> bool:
        """Whether nothing that a verdict needs is missing or repealed."""
        return not _missing({key for key, item in in_force.items() if not item.repealed}, catalogue())

    def with_changes(self, changes: Iterable[PolicyFile]) -> Policies:
        """These values and the changes', each from its day on; of two for one day the later one counts.

        A change may be older than the notice in hand: what names an industry or KPI that this one has not is left out.
        """
        added = (
            _statement(key, entry, change.in_force_from)
            for change in changes
            for key, entry in file_entries(change)
            if unknown_name(key, entry.value, catalogue()) is None
        )
        return Policies(tuple(sorted((*self.stored, *added), key=lambda item: item.in_force_from)))

    def on(self, day: date) -> Policy:
        """The policy of ``day``. Raises ``UserError("no_policy")`` before the first, or with a rule repealed."""
        in_force = self._by_key(day)
        if not self._is_whole(in_force):
            raise UserError("no_policy", day=day.isoformat())
        # Of retired values too: verdicts were sealed under the day from which they were in force.
        return _policy(in_force, max(item for item in self.in_force_dates() if item <= day))

    def of_year(self, year: int) -> Policy:
        """The policy at the end of a year; for a year before the first, the first: a baseline may be older."""
        return self.on(max(year_end(year), *self.in_force_dates()[:1]))


@kept_per_notice()
def policies() -> Policies:
    """The policies that ship: those of the notice in hand and those that notices share."""
    return load_policies(catalogue())


def load_policies(notice: Catalogue, shared: Path = DATA / "policy") -> Policies:
    """The policies of a notice, and of those that notices share what it does not state itself. Raises ``InvalidData``
    with every fault by file and key.
    """
    faults: list[InvalidData] = []
    own = _stated_in([("policy.toml", notice.policy)], notice, faults)
    in_common = _stated_in([(path.name, read_toml(path)) for path in sorted(shared.glob("*.toml"))], notice, faults)
    refuse_faults(faults)
    restated = {entry.key for entry in own}
    shared_by_it = [
        replace(entry, reference=cited_by(notice, entry.reference)) for entry in in_common if entry.key not in restated
    ]
    stored = [*shared_by_it, *own]
    begins = (own or in_common)[0].in_force_from
    stated = {entry.key for entry in stored if entry.in_force_from <= begins}
    refuse_faults([data_fault(f"policy.toml: {key}", "missing") for key in sorted(_missing(stated, notice))])
    return Policies(tuple(sorted(stored, key=lambda entry: entry.in_force_from)))


def refuse_days_past(notice: Catalogue) -> None:
    """Raises ``InvalidData`` where the first day or the close is before the notice's year: left of the folder that was
    copied. It would be in force at once, or its window would never close.
    """
    said, year = notice.policy or {}, notice.notice.year
    days = {"in_force_from": said.get("in_force_from"), "window_closes": said.get("window_closes", {}).get("value")}
    refuse_faults(
        [
            data_fault(f"policy.toml: {key}", "other_year", given=str(day.year), year=str(year))
            for key, day in days.items()
            if day is not None and day.year < year
        ]
    )


_NUMBER = re.compile(r"[\u4e00-\u9fff]+〔\d{4}〕\d+ ?号")


def cited_by(notice: Catalogue, reference: Text) -> Text:
    """Of what notices share: a clause of another one is none of this ``notice``, whose number stands alone then."""
    cited = _NUMBER.search(reference.zh)
    return notice.notice.number if cited and cited[0] not in notice.notice.number.zh else reference


def _stated_in(
    files: Iterable[tuple[str, Mapping[str, Any] | None]], notice: Catalogue, faults: list[InvalidData]
) -> list[PolicyEntry]:
    """The values of these files, each of them once a day."""
    stored: dict[tuple[date, str], PolicyEntry] = {}
    for name, said in files:
        with noting_faults(faults):
            if said is None:
                raise data_fault(name, "no_file")
            content = check_schema(PolicyFile, said, name)
            for key, entry in file_entries(content):
                place = f"{name}: {key}"
                if (content.in_force_from, key) in stored:
                    faults.append(data_fault(place, "given_twice", given=content.in_force_from.isoformat()))
                if unknown := unknown_name(key, entry.value, notice):
                    faults.append(data_fault(place, NAME_FAULTS[unknown[0]], given=unknown[1]))
                stored[content.in_force_from, key] = _statement(key, entry, content.in_force_from)
    return list(stored.values())


def file_entries(content: PolicyFile) -> Iterator[tuple[str, PolicyFileEntry[Any]]]:
    """The values of one file, each with its key, such as ``quota.base`` or ``main_kpis.automotive``."""
    for key, part in content:
        if isinstance(part, PolicyFileEntry):
            yield key, part
        elif isinstance(part, (BaseModel, Mapping)):
            within = part.items() if isinstance(part, Mapping) else part
            yield from ((f"{key}.{name}", entry) for name, entry in within if entry is not None)


def _statement(key: str, entry: PolicyFileEntry[Any], day: date) -> PolicyEntry:
    return PolicyEntry(
        key, entry.name, entry.value, entry.unit, entry.reference, entry.reason, entry.silent, day, entry.repealed
    )


def unknown_name(key: str, value: Any, notice: Catalogue) -> tuple[NameFault, str] | None:
    """What of a key or value is not the notice's: a misspelt industry or KPI would be a rule on nothing."""
    table, _, name = key.partition(".")
    if table in PER_INDUSTRY and name not in {industry.code for industry in notice.industries}:
        return "no_industry", name
    if key in CODES or table in CODES:
        if unknown := sorted(set(value or ()) - {kpi.code for kpi in notice.kpis}):
            return "no_kpi", " ".join(unknown)
        if table == "main_kpis" and value == ():
            return "no_main_kpis", name
    if table == "basis" and name not in {kpi.code for kpi in notice.kpis if kpi.bases}:
        return "one_basis", name
    return None


def _missing(stated: set[str], notice: Catalogue) -> set[str]:
    """What is required for a verdict, or by what is stated, and is not stated itself."""
    whole = RAISED_QUOTA if RAISED_QUOTA & stated else frozenset()
    return {*_needed(notice), *whole} - stated


def _needed(notice: Catalogue) -> Iterator[str]:
    """Every key required for a verdict whatever else is stated."""
    for key, field in PolicyFile.model_fields.items():
        if key in NESTED:
            yield from {f"{key}.{name}" for name in NESTED[key].model_fields} - RETIRED - RAISED_QUOTA
        elif key in PER_INDUSTRY:
            yield from (f"{key}.{industry.code}" for industry in notice.industries)
        elif key == "basis":
            yield from (f"basis.{kpi.code}" for kpi in notice.kpis if kpi.bases)
        elif not field.is_required():
            yield key


def _policy(in_force: Mapping[str, PolicyEntry], in_force_from: date) -> Policy:
    values = {key: item.value for key, item in in_force.items()}
    simple = {key: value for key, value in values.items() if "." not in key}
    return Policy(
        in_force_from=in_force_from,
        reference=in_force["leading_quantile"].reference.zh,
        main_by_industry=_within(values, "main_kpis"),
        not_applicable_by_industry=_within(values, "not_applicable_allowed"),
        basis_by_kpi=_within(values, "basis"),
        disclosure=DisclosureRules(**_within(values, "disclosure")),
        quota=QuotaRule(**_within(values, "quota"), reference=_latest(in_force, "quota").reference),
        recommendation=RecommendationRules(**_within(values, "recommendation")),
        maturity=MaturityRules(**_within(values, "maturity")),
        group_weight=WeightBounds(**_within(values, "group_weight")),
        **simple,
    )


def _latest(in_force: Mapping[str, PolicyEntry], table: str) -> PolicyEntry:
    """The value of a table that was stated last."""
    return max(
        (item for key, item in in_force.items() if key.startswith(f"{table}.")), key=lambda item: item.in_force_from
    )


def _within(values: Mapping[str, Any], table: str) -> dict[str, Any]:
    return {key.partition(".")[2]: value for key, value in values.items() if key.startswith(f"{table}.")}


# Policy values written as a file in the form of ``data/policy``: to be changed into the draft of a new notice.


def policy_file(entries: Iterable[PolicyEntry], in_force_from: date, head: str = "") -> str:
    """The values from that day on. ``head`` stands above them as a remark; repealed values are left out."""
    remark = [f"# {line}" for line in head.splitlines()]
    return "\n".join([*remark, f"in_force_from = {in_force_from.isoformat()}", *_tables(entries)]) + "\n"


def _tables(entries: Iterable[PolicyEntry]) -> Iterator[str]:
    for entry in entries:
        if entry.repealed:
            continue
        yield f"\n[{entry.key}]"
        yield f"value = {_value(entry.value)}"
        for name in ("name", "unit", "reference", "reason", "silent"):
            words: Text | None = getattr(entry, name)
            if words is not None:
                yield f"{name} = {{ zh = {_value(words.zh)}, en = {_value(words.en)} }}"


def _value(value: Any) -> str:
    """As TOML has it; strings of JSON are strings of TOML."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(_value(item) for item in value if item is not None)}]"
    return json.dumps(value, ensure_ascii=False)
