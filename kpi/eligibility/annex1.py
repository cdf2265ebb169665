"""Annex 1: base conditions (I) and conditions of an advanced factory (III)."""

from __future__ import annotations

from kpi.catalogue.catalogue import catalogue
from kpi.eligibility.body import maturity_level
from kpi.eligibility.rules import Case, Rule, RuleFinding, rule_state, stated, unknown_fact
from kpi.model.evaluation import ClauseVerdict


def annex1_maturity(case: Case) -> RuleFinding:
    level = maturity_level(case)
    if level is None:
        return unknown_fact("maturity_level")
    return rule_state(level >= case.policy.maturity.annex1_advanced, "level", level=level)


def annex1_accidents(case: Case) -> RuleFinding:
    """较大及以上: stricter than the body. Accidents of the body's classes are included."""
    own = stated("accidents_annex1")(case)
    graver = case.known.statements.get("accidents_body")
    if graver is not None and not graver.holds:
        return RuleFinding("fails", "by_graver", {}, graver.evidence)
    return own


def required_segments(case: Case) -> RuleFinding:
    """The segments an advanced factory must cover, by the stages of its scenarios (annex 1, notes 1 to 5)."""
    named = case.application.scenarios
    if not named:
        return unknown_fact("scenarios")
    needed, covered = catalogue().tier("advanced").segments, catalogue().segments_of(named)
    missing = [code for code in needed if code not in covered]
    return RuleFinding("fails", "segments_missing", {"segments": ",".join(missing)}) if missing else rule_state(True)


def leading_main_kpis(case: Case) -> RuleFinding:
    """The verdict on the clause as given; nothing is decided here."""
    return _CLAUSE[case.known.clause]


_CLAUSE: dict[ClauseVerdict | None, RuleFinding] = {
    "met": RuleFinding("ok", "clause_met"),
    "not_met": RuleFinding("fails", "clause_not_met"),
    "undecided": RuleFinding("unknown", "clause_undecided"),
    "withheld": RuleFinding("unknown", "clause_withheld"),
    None: RuleFinding("unknown", "clause_unreleased"),
}

RULES: dict[str, Rule] = {
    "accidents_annex1": annex1_accidents,
    "maturity_annex1": annex1_maturity,
    "segments_covered": required_segments,
    "main_kpis_leading": leading_main_kpis,
}
