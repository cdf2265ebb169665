"""Annex 3's facts: the factory's name, industry, district and recommending body, credit code, mobile numbers."""

from __future__ import annotations

from fractions import Fraction

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import is_mobile, is_valid
from kpi.eligibility.rules import Case, Rule, RuleFinding, rule_state, unknown_fact

ENDING = "智能工厂"
LATIN_TO_A_HANZI = 3


def name_length(name: str) -> Fraction:
    """Length in Chinese characters, unrounded: "英文字符每 3 个计一个汉字字节".

    A half-width (ASCII) character - letter, digit, punctuation mark, space - counts one third: the notice says
    characters, not letters. All others, including full-width Latin and Chinese punctuation, count one: they are as
    wide as a Chinese character. Spaces around the name do not count.
    """
    bare = name.strip()
    half_width = sum(character.isascii() for character in bare)
    return len(bare) - half_width + Fraction(half_width, LATIN_TO_A_HANZI)


def _name_ending(case: Case) -> RuleFinding:
    name = case.application.text("factory_name")
    return unknown_fact("factory_name") if name is None else rule_state(name.strip().endswith(ENDING))


def _name_length(case: Case) -> RuleFinding:
    name = case.application.text("factory_name")
    if name is None:
        return unknown_fact("factory_name")
    bare, length = name.strip(), name_length(name)
    half_width = sum(character.isascii() for character in bare)
    counts = {"length": float(length), "whole": len(bare) - half_width, "half": half_width}
    return rule_state(length <= case.policy.factory_name_hanzi, "length", **counts)


def _industry(case: Case) -> RuleFinding:
    name = case.application.text("industry")
    return (
        unknown_fact("industry")
        if name is None
        else rule_state(name in {industry.name.zh for industry in catalogue().industries})
    )


def _district(case: Case) -> RuleFinding:
    name = case.application.text("district")
    return (
        unknown_fact("district")
        if name is None
        else rule_state(name in {district.name.zh for district in catalogue().districts})
    )


def _body_of_district(case: Case) -> RuleFinding:
    """A district nominates its own factories, a committee those of the districts it covers."""
    body, district = case.application.body, case.application.text("district")
    if body is None or district is None:
        return unknown_fact("body" if body is None else "district")
    known = {item.name.zh: item for item in catalogue().bodies}
    reach = () if body not in known else known[body].overlaps or (body,)
    return rule_state(district in reach, "body", body=body, district=district)


def _credit_code(case: Case) -> RuleFinding:
    return rule_state(is_valid(case.application.credit_code))


def _mobile(fact: str) -> Rule:
    def finds(case: Case) -> RuleFinding:
        number = case.application.text(fact)
        return unknown_fact(fact) if number is None else rule_state(is_mobile(number))

    return finds


RULES: dict[str, Rule] = {
    "factory_name_ending": _name_ending,
    "factory_name_length": _name_length,
    "industry_of_six": _industry,
    "district_told": _district,
    "body_of_district": _body_of_district,
    "credit_code_valid": _credit_code,
    "leader_mobile": _mobile("leader_phone"),
    "contact_mobile": _mobile("phone"),
    "filler_mobile": _mobile("filler_phone"),
}
