"""The notice's conditions, rule by rule, against the facts told so far. The full checklist grows here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kpi.catalogue import catalogue
from kpi.catalogue.credit_code import is_valid
from kpi.model.answer import Eligibility, Reason, RuleState
from kpi.model.reported import Application
from kpi.policy import Policy

BODY_TEXT = "沪经信制〔2025〕514号 正文一"
ANNEX_1 = "沪经信制〔2025〕514号 附件1"
ANNEX_3 = "沪经信制〔2025〕514号 附件3"


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition with its place in the notice and the question it puts to an application."""

    code: str
    source: str
    finds: Callable[[Application, Policy], RuleState]


def _state(held: bool | None) -> RuleState:
    if held is None:
        return "unknown"
    return "ok" if held else "fails"


def _maturity(application: Application, needed: int) -> RuleState:
    level = application.facts.get("maturity_level")
    return _state(None if level is None else int(str(level)) >= needed)


def _name_ending(application: Application, _: Policy) -> RuleState:
    name = application.text("factory_name")
    return _state(None if name is None else name.endswith("智能工厂"))


def _name_length(application: Application, policy: Policy) -> RuleState:
    """Characters that are not Latin count whole, Latin ones a third each; nothing is rounded."""
    name = application.text("factory_name")
    if name is None:
        return "unknown"
    latin = sum(character.isascii() for character in name)
    thirds = 3 * (len(name) - latin) + latin
    return _state(thirds <= 3 * policy.factory_name_hanzi)


def _segments(application: Application, _: Policy) -> RuleState:
    """The segments an advanced factory must cover, by the stages of its scenarios (annex 1, notes 1 to 5)."""
    named = application.facts.get("scenarios")
    if not isinstance(named, tuple) or not named:
        return "unknown"
    return _state(set(catalogue().tier("advanced").segments) <= catalogue().segments_of(named))


def _credit_code(application: Application, _: Policy) -> RuleState:
    return _state(is_valid(application.credit_code))


def _unknown(_: Application, __: Policy) -> RuleState:
    """What no fact of annex 3 tells: it takes evidence and a person."""
    return "unknown"


RULES = (
    Rule("independent_legal_person", f"{BODY_TEXT}.1", _unknown),
    Rule("not_awarded_before", f"{BODY_TEXT}.1", _unknown),
    Rule("industry_leader", f"{BODY_TEXT}.2", _unknown),
    Rule("maturity_body", f"{BODY_TEXT}.3", lambda a, p: _maturity(a, p.maturity.body_advanced)),
    Rule("maturity_annex1", f"{ANNEX_1} 一.5", lambda a, p: _maturity(a, p.maturity.annex1_advanced)),
    Rule("accidents_body", f"{BODY_TEXT}.6", _unknown),
    Rule("accidents_annex1", f"{ANNEX_1} 一.2", _unknown),
    Rule("above_designated_size", f"{ANNEX_1} 一.1", _unknown),
    Rule("segments_covered", f"{ANNEX_1} 三(一)", _segments),
    Rule("leads_others", f"{ANNEX_1} 三(二)2", _unknown),
    Rule("factory_name_ending", f"{ANNEX_3} 2.1", _name_ending),
    Rule("factory_name_length", f"{ANNEX_3} 2.2", _name_length),
    Rule("credit_code_valid", "GB 32100-2015", _credit_code),
)


def eligibility(application: Application, policy: Policy) -> tuple[Eligibility, ...]:
    """Every rule with its state; where two sources differ both stand here, and the stricter binds."""
    found = [(rule, rule.finds(application, policy)) for rule in RULES]
    return tuple(
        Eligibility(rule.code, rule.source, state, Reason(f"rule.{rule.code}.{state}")) for rule, state in found
    )
