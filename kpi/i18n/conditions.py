"""The notice's conditions and annex 3's facts in words; people's names and telephones are masked."""

from __future__ import annotations

from collections.abc import Mapping

from kpi.catalogue.load import catalogue
from kpi.catalogue.mobile_number import is_mobile, normalise_mobile
from kpi.catalogue.schema import Fact
from kpi.i18n.texts import has_text, text
from kpi.model.application import FactValue as Answer
from kpi.model.evaluation import RuleResult
from kpi.model.language import Lang, Text

_SHOWN_OF_A_NUMBER = 2


def condition_name(code: str, lang: Lang) -> str:
    """A condition in a few words; what is none of the notice's stands as it is told."""
    key = f"rule.{code}.name"
    return text(key, lang) if has_text(key, lang) else code


def condition_source(code: str, lang: Lang) -> str:
    """Where in the notice a condition stands, without the notice's own name."""
    return catalogue().condition(code).source.in_(lang)


def condition_finding(rule: RuleResult, lang: Lang) -> str:
    """A condition and what was found, without the word of its state: for a table that has a column for that."""
    opening = text("report.eligibility.opening", lang, state=text(f"report.eligibility.{rule.state}", lang))
    told = text(f"reason.{rule.why.code}.plain", lang, **rule_names(rule.why.params, lang))
    return told.removeprefix(opening)


def condition_remedy(rule: RuleResult, lang: Lang) -> str:
    """What to do about a condition that is not met, or not known."""
    denied = rule.why.code in ("rule.denied", "rule.by_graver")
    return text("remedy.denied" if denied else f"rule.{rule.rule}.remedy", lang)


def rule_names(params: Mapping[str, str | float], lang: Lang) -> dict[str, object]:
    """What a rule found, with the codes in it turned into names; words from people and files stay as they are."""
    named: dict[str, object] = dict(params)
    named["rule"] = condition_name(str(params["rule"]), lang)
    if isinstance(fact := params.get("fact"), str):
        named["fact"] = catalogue().fact(fact).name.in_(lang)
    if isinstance(segments := params.get("segments"), str):
        names = (catalogue().segment(code).name.in_(lang) for code in segments.split(","))
        named["segments"] = text("number.list", lang).join(names)
    for key in ("body", "district"):
        if isinstance(body := params.get(key), str):
            named[key] = _name(body, lang)
    return named


def fact_shown(fact: Fact, answer: Answer, lang: Lang) -> str:
    """A fact for a screen: names in the reader's language, personal data masked."""
    if isinstance(answer, tuple):
        return text("number.list", lang).join(_name(one, lang) for one in answer)
    told = str(answer)
    if fact.kind == "phone":
        return masked_phone(told)
    if fact.person:
        return masked_name(told)
    return _name(told, lang) if fact.choices else told


def masked_name(name: str) -> str:
    """ "张三 总经理" is 张**: neither how long the name is nor the office is told, for an office names its holder."""
    bare = name.strip()
    return f"{bare[0]}**" if bare else ""


def masked_phone(number: str) -> str:
    """13800000001 is 138****0001; of any other number only the last digits are told."""
    bare = normalise_mobile(number)
    if is_mobile(bare):
        return f"{bare[:3]}****{bare[-4:]}"
    return f"****{bare[-_SHOWN_OF_A_NUMBER:]}" if len(bare) > 2 * _SHOWN_OF_A_NUMBER else "****"


def _name(name: str, lang: Lang) -> str:
    """Of an industry, a body or a scenario; what the catalogue does not know stays as told."""
    whole = catalogue()
    names: dict[str, Text] = {one.name.zh: one.name for one in whole.industries}
    names |= {one.name.zh: one.name for one in whole.bodies}
    names |= {one.name.zh: one.name for one in whole.scenarios}
    return names[name].in_(lang) if name in names else name
