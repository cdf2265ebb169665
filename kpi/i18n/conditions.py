"""The notice's conditions and annex 3's facts in words; personal names and telephone numbers are masked."""

from __future__ import annotations

from collections.abc import Mapping

from kpi.catalogue.catalogue import catalogue, kept_per_notice
from kpi.catalogue.names import is_mobile, normalise_mobile
from kpi.catalogue.schema import Fact
from kpi.i18n.texts import text
from kpi.model.application import Application
from kpi.model.application import FactValue as Answer
from kpi.model.evaluation import RuleResult
from kpi.model.language import Lang, Text

_SHOWN_OF_A_NUMBER = 2


def condition_name(code: str, lang: Lang) -> str:
    """A condition's short name; an unknown code as it is."""
    return next((item.name.in_(lang) for item in catalogue().conditions if item.code == code), code)


def condition_source(code: str, lang: Lang) -> str:
    """A condition's place in the notice, without the notice's own name."""
    return catalogue().condition(code).source.in_(lang)


def condition_reference(rule: RuleResult, lang: Lang) -> str:
    """The notice and the condition's place in it, for a document that stands alone."""
    return rule.source if lang == "zh" else f"{catalogue().notice.number.en}, {condition_source(rule.rule, lang)}"


def condition_finding(rule: RuleResult, lang: Lang) -> str:
    """A condition and its finding without the state, for a table with a column for that."""
    opening = text("report.eligibility.opening", lang, state=text(f"report.eligibility.{rule.state}", lang))
    sentence = text(f"reason.{rule.why.code}.plain", lang, **rule_names(rule.why.params, lang))
    return sentence.removeprefix(opening)


def condition_remedy(rule: RuleResult, lang: Lang) -> str:
    """What to do about a condition that is not met or unknown."""
    said = _REMEDIES.get(rule.why.code)
    return text(f"remedy.{said}", lang) if said else catalogue().condition(rule.rule).remedy.in_(lang)


_REMEDIES = {
    "rule.denied": "denied",
    "rule.by_graver": "denied",
    "rule.ruled_not_met": "ruled",
    "rule.appealed": "appealed",
}


def rule_names(params: Mapping[str, str | float], lang: Lang) -> dict[str, object]:
    """A rule's params with codes replaced by names; text from people and files stays as it is."""
    named: dict[str, object] = dict(params)
    named["rule"] = condition_name(str(params["rule"]), lang)
    if isinstance(fact := params.get("fact"), str):
        named["fact"] = named["measured"] = catalogue().fact(fact).name.in_(lang)
    if isinstance(kpi := params.get("kpi"), str):
        named["measured"] = catalogue().kpi(kpi).name.in_(lang)
    if isinstance(other := params.get("other"), str):
        named["other"] = condition_name(other, lang)
    if isinstance(by := params.get("by"), str):
        named["by"] = text(f"ruled_by.{by}", lang)
    if isinstance(segments := params.get("segments"), str):
        names = (catalogue().segment(code).name.in_(lang) for code in segments.split(","))
        named["segments"] = text("number.list", lang).join(names)
    for key in ("body", "district", "tier"):
        if isinstance(name := params.get(key), str):
            named[key] = catalogue_name(name, lang)
    return named


def fact_shown(fact: Fact, answer: Answer, lang: Lang) -> str:
    """A fact for a screen: names in the reader's language, personal data masked."""
    if isinstance(answer, tuple):
        return text("number.list", lang).join(catalogue_name(item, lang) for item in answer)
    shown = str(answer)
    if fact.kind == "phone":
        return masked_phone(shown)
    if fact.person:
        return masked_name(shown)
    return catalogue_name(shown, lang) if fact.choices else shown


def factory_label(application: Application, lang: Lang) -> str:
    """The factory's name, else its enterprise's; a credit code is no name, so else that none was given."""
    return application.text("factory_name") or application.text("enterprise") or text("factory.unnamed", lang)


def catalogue_name(name: str, lang: Lang) -> str:
    """The catalogue's industries, bodies, stages, scenarios and tiers in the reader's language; others as they are."""
    known = _catalogue_names().get(name)
    return known.in_(lang) if known else name


@kept_per_notice()
def _catalogue_names() -> dict[str, Text]:
    whole = catalogue()
    listed = (whole.industries, whole.bodies, whole.stages, whole.scenarios, whole.tiers)
    return {item.name.zh: item.name for kind in listed for item in kind}


def masked_name(name: str) -> str:
    """ "张三 总经理" becomes 张**: neither the length of the name nor the office is shown, as an office identifies."""
    bare = name.strip()
    return f"{bare[0]}**" if bare else ""


def masked_phone(number: str) -> str:
    """13800000001 becomes 138****0001; of other numbers only the last digits are shown."""
    bare = normalise_mobile(number)
    if is_mobile(bare):
        return f"{bare[:3]}****{bare[-4:]}"
    return f"****{bare[-_SHOWN_OF_A_NUMBER:]}" if len(bare) > 2 * _SHOWN_OF_A_NUMBER else "****"
