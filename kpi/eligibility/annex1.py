"""Annex 1: its base conditions (I), and what it asks of an advanced factory (III)."""

from __future__ import annotations

from kpi.catalogue import catalogue
from kpi.eligibility.body import maturity_level
from kpi.eligibility.rules import Case, Found, Rule, blank, held, reviewed, stated
from kpi.model.evaluation import ClauseVerdict


def maturity(case: Case) -> Found:
    level = maturity_level(case)
    if level is None:
        return blank("maturity_level")
    return held(level >= case.policy.maturity.annex1_advanced, "level", level=level)


def accidents(case: Case) -> Found:
    """较大及以上: stricter than the body. An accident of the body's classes is one of these as well."""
    own = stated("accidents_annex1")(case)
    graver = case.known.statements.get("accidents_body")
    if graver is not None and not graver.holds:
        return Found("fails", "by_graver", {}, graver.evidence)
    return own


def segments(case: Case) -> Found:
    """The segments an advanced factory must cover, by the stages of its scenarios (annex 1, notes 1 to 5)."""
    named = case.application.facts.get("scenarios")
    if not isinstance(named, tuple) or not named:
        return blank("scenarios")
    needed, covered = catalogue().tier("advanced").segments, catalogue().segments_of(named)
    missing = [code for code in needed if code not in covered]
    return Found("fails", "segments_missing", {"segments": ",".join(missing)}) if missing else held(True)


def main_kpis(case: Case) -> Found:
    """The verdict on the clause, in the words of whoever gave it: nothing is decided anew here."""
    return _CLAUSE[case.known.clause]


_CLAUSE: dict[ClauseVerdict | None, Found] = {
    "met": Found("ok", "clause_met"),
    "not_met": Found("fails", "clause_not_met"),
    "undecided": Found("unknown", "clause_undecided"),
    "withheld": Found("unknown", "clause_withheld"),
    None: Found("unknown", "clause_unreleased"),
}

RULES: dict[str, Rule] = {
    "above_designated_size": stated("above_designated_size"),
    "competitive": stated("competitive"),
    "accidents_annex1": accidents,
    "cyber_risk": stated("cyber_risk"),
    "organisation": stated("organisation"),
    "maturity_annex1": maturity,
    "segments_covered": segments,
    "main_kpis_leading": main_kpis,
    "leads_others": reviewed,
}
