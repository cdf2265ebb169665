"""What each kind of rule finds. ``kpi.catalogue.conditions`` says what the kinds and their parameters mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.conditions import (
    AnyOfRule,
    AtLeastRule,
    BodyOfAreaRule,
    CoversRule,
    EndingRule,
    Form,
    LegalPersonRule,
    LengthRule,
    Limit,
    NotListedRule,
    OneOfRule,
    RegisteredInRule,
    RuleKind,
    RulingRule,
    StatementRule,
    ValidRule,
    VerdictRule,
)
from kpi.catalogue.names import is_mobile, is_valid
from kpi.eligibility.rules import Case, RuleFinding, blank_fact, rule_state
from kpi.model.claims import Award
from kpi.model.evaluation import ClauseVerdict, RuleState
from kpi.policy.policy import Policy


def rule_finding(rule: RuleKind, condition: str, case: Case) -> RuleFinding:
    """What a rule of ``condition`` finds, by its kind."""
    return _BY_KIND[type(rule)](rule, condition, case)


def worst_of(findings: list[RuleFinding]) -> RuleFinding:
    """The worst, and of equals the first: one that fails decides, else one that is unknown."""
    return min(findings, key=lambda finding: _WORST_FIRST.index(finding.state))


_WORST_FIRST: tuple[RuleState, ...] = ("fails", "unknown", "ok")


def _any_of(rule: AnyOfRule, condition: str, case: Case) -> RuleFinding:
    """The best, and of equals the first; what the others found goes into its words."""
    findings = [rule_finding(other, condition, case) for other in rule.of]
    best = max(findings, key=lambda finding: _WORST_FIRST.index(finding.state))
    params = {name: said for finding in findings for name, said in finding.params.items()}
    return RuleFinding(best.state, best.why, {**params, **best.params}, best.evidence)


def _stated(rule: StatementRule, condition: str, case: Case) -> RuleFinding:
    """What people decided stands before what the enterprise states."""
    if ruled := _decided(condition, case):
        return ruled
    own = case.known.statements.get(condition)
    graver = _held(rule.refuted_by, case)
    stricter = _held(rule.implied_by, case)
    if graver is not None and not graver.holds:
        return RuleFinding("fails", "by_graver", {"other": graver.condition}, graver.evidence)
    if own is not None and own.holds:
        return RuleFinding("ok", "stated", {}, own.evidence)
    if own is not None:
        return RuleFinding("fails", "denied", {}, own.evidence)
    if stricter is not None and stricter.holds:
        return RuleFinding("ok", "by_stricter", {"other": stricter.condition}, stricter.evidence)
    return RuleFinding("unknown", "not_stated")


def _decided(condition: str, case: Case) -> RuleFinding | None:
    """What stands of what was decided on a condition; None where nobody has."""
    ruling = case.known.rulings.get(condition)
    if ruling is None:
        return None
    if ruling.outcome == "appealed":
        return RuleFinding("unknown", "appealed", {"reason": ruling.reason})
    said = {"by": ruling.role, "reason": ruling.reason}
    return RuleFinding("ok" if ruling.outcome == "met" else "fails", f"ruled_{ruling.outcome}", said, ruling.evidence)


def _ruled(condition: str, case: Case) -> RuleFinding | None:
    """The same of reviewers and the authority alone: what is asked of its candidate no recommending body settles."""
    ruling = case.known.rulings.get(condition)
    return None if ruling is None or ruling.role == "leader" else _decided(condition, case)


@dataclass(frozen=True, slots=True)
class _Held:
    """Whether another condition holds, as was decided or else stated; ``evidence`` for it."""

    condition: str
    holds: bool
    evidence: str


def _held(condition: str | None, case: Case) -> _Held | None:
    """None where nobody has said so, or what was decided is under appeal."""
    if condition is None:
        return None
    if ruling := case.known.rulings.get(condition):
        appealed = ruling.outcome == "appealed"
        return None if appealed else _Held(condition, ruling.outcome == "met", ruling.evidence)
    stated = case.known.statements.get(condition)
    return _Held(condition, stated.holds, stated.evidence) if stated else None


def _ruled_on(rule: RulingRule, condition: str, case: Case) -> RuleFinding:
    if ruled := _decided(condition, case):
        return ruled
    if rule.stated_by is None:
        return RuleFinding("unknown", "reviewed")
    stated = case.known.statements.get(rule.stated_by)
    if stated is None or not stated.holds:
        return RuleFinding("fails", "fails")
    return RuleFinding("unknown", "to_be_ruled_on", {"other": rule.stated_by}, stated.evidence)


def _not_listed(_rule: NotListedRule, condition: str, case: Case) -> RuleFinding:
    """An award counts for the enterprise, whichever factory of its was awarded: 主体 is the enterprise.

    One of a later year than the application's does not: it may be the application's outcome. What is listed under its
    credit code nobody overrules; a name that is near is ruled on by people, as is an award that only they know of.
    """
    awards = case.known.awards
    if awards and (award := _last_award(awards.own, case)):
        return RuleFinding("fails", "awarded", award)
    ruling = case.known.rulings.get(condition)
    settled = ruling.evidence if ruling and ruling.outcome == "met" else ""
    alike = [award for award in awards.alike if award.factory not in settled] if awards else []
    award = _last_award(alike, case)
    # That one name is another's says nothing of a name that came on the list since.
    if not (settled and award) and (ruled := _decided(condition, case)):
        return ruled
    if awards is None:
        return RuleFinding("unknown", "no_list")
    if award:
        asked = dict.fromkeys(award.factory for award in alike)
        return RuleFinding("unknown", "name_listed", {**award, "asked": "; ".join(asked)})
    return RuleFinding("ok", "not_listed", {"listed": awards.listed})


def _last_award(awards: Sequence[Award], case: Case) -> Mapping[str, str | float] | None:
    before = [award for award in awards if award.year <= case.application.year]
    if not before:
        return None
    last = max(before, key=lambda award: award.year)
    return {"year": last.year, "tier": last.tier, "factory": last.factory, "source": last.source}


def _verdict(_rule: VerdictRule, _condition: str, case: Case) -> RuleFinding:
    """The verdict on the clause as given; nothing is decided here."""
    return _CLAUSE[case.known.clause]


_CLAUSE: dict[ClauseVerdict | None, RuleFinding] = {
    "met": RuleFinding("ok", "clause_met"),
    "not_met": RuleFinding("fails", "clause_not_met"),
    "undecided": RuleFinding("unknown", "clause_undecided"),
    "withheld": RuleFinding("unknown", "clause_withheld"),
    None: RuleFinding("unknown", "clause_unreleased"),
}


def _at_least(rule: AtLeastRule, _condition: str, case: Case) -> RuleFinding:
    if rule.kpi:
        reported = case.application.values.get(rule.kpi)
        number = reported.value if reported is not None and reported.state == "reported" else None
        named = {"kpi": rule.kpi}
    else:
        fact = str(rule.fact)
        given = case.application.text(fact)
        number = None if given is None else float(given)
        named = {"fact": fact}
    if number is None:
        return RuleFinding("unknown", "not_reported" if rule.kpi else "blank", named)
    return rule_state(number >= _limit(rule.limit, case.policy), "at_least", **named, number=number)


def _covers(rule: CoversRule, _condition: str, case: Case) -> RuleFinding:
    named = case.application.scenarios
    if not named:
        return blank_fact("scenarios")
    needed, covered = catalogue().tier(rule.tier).segments, catalogue().segments_of(named)
    missing = [code for code in needed if code not in covered]
    return RuleFinding("fails", "segments_missing", {"segments": ",".join(missing)}) if missing else rule_state(True)


def _ending(rule: EndingRule, _condition: str, case: Case) -> RuleFinding:
    said = case.application.text(rule.fact)
    return blank_fact(rule.fact) if said is None else rule_state(said.strip().endswith(rule.ends))


def _length(rule: LengthRule, _condition: str, case: Case) -> RuleFinding:
    said = case.application.text(rule.fact)
    if said is None:
        return blank_fact(rule.fact)
    length = length_in_hanzi(said, rule.narrow_in_one)
    half_width = sum(character.isascii() for character in said.strip())
    counts = {"length": float(length), "whole": len(said.strip()) - half_width, "half": half_width}
    return rule_state(length <= _limit(rule.limit, case.policy), "length", **counts)


def length_in_hanzi(said: str, narrow_in_one: int) -> Fraction:
    """Length in Chinese characters, unrounded: "英文字符每 3 个计一个汉字字节" where ``narrow_in_one`` is 3.

    A half-width (ASCII) character - letter, digit, punctuation mark, space - counts that part of one: the notice says
    characters, not letters. All others, including full-width Latin and Chinese punctuation, count one: they are as
    wide as a Chinese character. Spaces around the text do not count.
    """
    bare = said.strip()
    half_width = sum(character.isascii() for character in bare)
    return len(bare) - half_width + Fraction(half_width, narrow_in_one)


def _one_of(rule: OneOfRule, _condition: str, case: Case) -> RuleFinding:
    said = case.application.text(rule.fact)
    return blank_fact(rule.fact) if said is None else rule_state(said in (rule.among or _names_for(rule.fact)))


def _names_for(fact: str) -> tuple[str, ...]:
    """The notice's own names that may answer a fact, exact and Chinese."""
    return tuple(item.name.zh for item in getattr(catalogue(), str(catalogue().fact(fact).choices)))


def _body_of_area(rule: BodyOfAreaRule, _condition: str, case: Case) -> RuleFinding:
    """A district nominates its own factories, a committee those of the districts it covers."""
    body, area = case.application.body, case.application.text(rule.area)
    if body is None or area is None:
        return blank_fact("body" if body is None else rule.area)
    known = {item.name.zh: item for item in catalogue().bodies}
    reach = () if body not in known else known[body].overlaps or (body,)
    return rule_state(area in reach, "body", body=body, district=area)


def _valid(rule: ValidRule, _condition: str, case: Case) -> RuleFinding:
    said = case.application.text(rule.fact)
    return blank_fact(rule.fact) if said is None else rule_state(_FORMS[rule.form](said))


def _registered_in(rule: RegisteredInRule, condition: str, case: Case) -> RuleFinding:
    """By characters 3 to 8 of the code; an invented enterprise's are zeros, which no authority has."""
    if ruled := _ruled(condition, case):
        return ruled
    code = case.application.credit_code
    authority = code[2:8] if is_valid(code) else _NOBODY
    if authority == _NOBODY or authority.startswith(rule.division):
        return rule_state(True)
    return RuleFinding("unknown", "registered_elsewhere", {"authority": authority})


_NOBODY = "000000"


def _legal_person(rule: LegalPersonRule, condition: str, case: Case) -> RuleFinding:
    if ruled := _ruled(condition, case):
        return ruled
    said = case.application.text(rule.fact)
    if said is None:
        return blank_fact(rule.fact)
    if not re.sub(_LAST_BRACKET, "", said).strip().endswith(rule.branches):
        return rule_state(True)
    allowed = case.application.industry in rule.allowed_in
    return RuleFinding("unknown", "branch_of_allowed" if allowed else "branch", {"industry": case.application.industry})


_LAST_BRACKET = r"[（(][^（()）]*[)）]\s*$"

_FORMS: Mapping[Form, Callable[[str], bool]] = {"credit_code": is_valid, "mobile": is_mobile}


def _limit(limit: Limit, policy: Policy) -> float:
    return float(attrgetter(limit)(policy)) if isinstance(limit, str) else limit


_BY_KIND: Mapping[type, Callable[[Any, str, Case], RuleFinding]] = {
    AnyOfRule: _any_of,
    StatementRule: _stated,
    RulingRule: _ruled_on,
    NotListedRule: _not_listed,
    VerdictRule: _verdict,
    AtLeastRule: _at_least,
    CoversRule: _covers,
    EndingRule: _ending,
    LengthRule: _length,
    OneOfRule: _one_of,
    BodyOfAreaRule: _body_of_area,
    ValidRule: _valid,
    RegisteredInRule: _registered_in,
    LegalPersonRule: _legal_person,
}
