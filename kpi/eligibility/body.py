"""The six conditions of the notice's body (part I), as far as they are not statements only."""

from __future__ import annotations

from kpi.eligibility.rules import Case, Rule, RuleFinding, rule_state, stated, unknown_fact


def not_awarded_before(case: Case) -> RuleFinding:
    """An enterprise on the list does not apply again: 主体 is the enterprise, whichever factory was awarded.

    An award of a later year than the application's does not count: it may be its outcome.
    """
    awards = case.known.awards
    if awards is None:
        return RuleFinding("unknown", "no_list")
    before = [award for award in awards.own if award.year <= case.application.year]
    if not before:
        return RuleFinding("ok", "not_listed", {"listed": awards.listed})
    last = max(before, key=lambda award: award.year)
    award_params = {"tier": last.tier, "factory": last.factory, "source": last.source}
    return RuleFinding("fails", "awarded", {"year": last.year, **award_params})


def body_maturity(case: Case) -> RuleFinding:
    """The level of the body, or the industry's guidance instead; the authority decides which guidance counts."""
    level, needed = maturity_level(case), case.policy.maturity.body_advanced
    other = case.known.statements.get("industry_guidance")
    if level is None:
        return unknown_fact("maturity_level")
    if level < needed and other is not None and other.holds:
        return RuleFinding("unknown", "guidance", {"level": level}, other.evidence)
    return rule_state(level >= needed, "level", level=level)


def body_accidents(case: Case) -> RuleFinding:
    """重大、特大: the two highest classes. No accident of the class below implies none of these."""
    own = stated("accidents_body")(case)
    stricter = case.known.statements.get("accidents_annex1")
    if own.state == "unknown" and stricter is not None and stricter.holds:
        return RuleFinding("ok", "by_stricter", {}, stricter.evidence)
    return own


def maturity_level(case: Case) -> int | None:
    level = case.application.facts.get("maturity_level")
    return None if level is None else int(str(level))


RULES: dict[str, Rule] = {
    "not_awarded_before": not_awarded_before,
    "maturity_body": body_maturity,
    "accidents_body": body_accidents,
}
