"""Whom a frozen baseline stands for: counted once, at its freeze, beside the register of that day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kpi.model.campaign import RegisteredEnterprise
from kpi.model.representation import PanelOrigin, Representation, StratumCount, representation
from kpi.store.database import Cursor
from kpi.tables.sql_runner import fields_of, insert_rows, query_rows


@dataclass(frozen=True, slots=True)
class KnownEnterprises:
    """What a store knows, when a baseline is frozen, of enterprises that may be in it. Codes are credit codes."""

    register: tuple[RegisteredEnterprise, ...]
    applied: frozenset[str]
    awarded: frozenset[str]

    def codes(self) -> list[str]:
        return sorted({*self.applied, *self.awarded, *(item.credit_code for item in self.register)})

    def coverage(self, members: PanelMembers) -> list[StratumCount]:
        """Of the register, how many of each kind the panel has."""
        registered, included = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
        for item in self.register:
            stratum = (item.industry, item.district or "", item.size or "")
            registered[stratum] += 1
            included[stratum] += (item.industry, item.credit_code) in members.held
        return [StratumCount(*stratum, count, included[stratum]) for stratum, count in sorted(registered.items())]

    def origins(self, members: PanelMembers) -> list[PanelOrigin]:
        """By industry, in order."""
        held = {industry: {code for name, code in members.held if name == industry} for industry in members.enterprises}
        return [
            PanelOrigin(industry, count, len(held[industry] & self.applied), len(held[industry] & self.awarded))
            for industry, count in sorted(members.enterprises.items())
        ]


@dataclass(frozen=True, slots=True)
class PanelMembers:
    """Of a panel: its enterprises by industry, and which of those that were asked about it holds, in which industry."""

    enterprises: Mapping[str, int]
    held: frozenset[tuple[str, str]]


def applicant_codes(cursor: Cursor) -> dict[str, frozenset[str]]:
    """Who has ever locked an application ("applied"), and who is on the list of awards by its code ("awarded")."""
    found = query_rows(cursor, "applicant_codes")
    return {
        kind: frozenset(row["credit_code"] for row in found if row["kind"] == kind) for kind in ("applied", "awarded")
    }


def panel_members(cursor: Cursor, baseline: str, region: str, codes: Collection[str]) -> PanelMembers:
    """Of a baseline whose records are laid out."""
    counted = query_rows(cursor, "enterprises_by_industry", {"baseline": baseline, "region": region})
    asked = {"baseline": baseline, "region": region, "codes": list(codes)}
    held = query_rows(cursor, "enterprises_of_baseline", asked)
    return PanelMembers(
        {row["industry"]: row["enterprises"] for row in counted},
        frozenset((row["industry"], row["credit_code"]) for row in held),
    )


def add_representation(
    cursor: Cursor, baseline: str, coverage: Sequence[StratumCount], origins: Sequence[PanelOrigin]
) -> None:
    """Write both for a baseline that is being frozen."""
    of = {"baseline": baseline}
    insert_rows(cursor, "baseline_coverage", [of | fields_of(row) for row in coverage])
    insert_rows(cursor, "baseline_origin", [of | fields_of(row) for row in origins])


def coverage_of(cursor: Cursor, baseline: str) -> list[StratumCount]:
    """Empty where there was no register."""
    return [StratumCount(**row) for row in query_rows(cursor, "baseline_coverage", {"baseline": baseline})]


def representations(cursor: Cursor, baseline: str) -> dict[str, Representation]:
    """By industry; empty for a baseline that was frozen before anybody counted."""
    coverage = coverage_of(cursor, baseline)
    return {
        row["industry"]: representation(PanelOrigin(**row), coverage)
        for row in query_rows(cursor, "baseline_origin", {"baseline": baseline})
    }
