"""The notice's conditions and annex 3's facts in words; personal names and telephone numbers are masked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kpi.catalogue.catalogue import catalogue, kept_per_notice
from kpi.catalogue.names import is_mobile, normalise_mobile
from kpi.catalogue.schema import Fact
from kpi.i18n.texts import has_text, text
from kpi.model.application import Application
from kpi.model.application import FactValue as Answer
from kpi.model.evaluation import RuleResult
from kpi.model.language import Lang, Text
from kpi.model.problem import DocumentFinding, DocumentPlace, NumberRanges

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


# Findings of the check of an application report in words: message, remedy and place.


_BETWEEN = "|"
_UNNAMED = "-"
_SEVERAL = ("required_item_missing", "item_missing", "cover_fields_missing")
"""Findings that want several things, parted by 、 as the report would."""


def document_finding(found: DocumentFinding, lang: Lang) -> tuple[str, str]:
    """Message and remedy of a finding; its place is ``document_place``."""
    params: dict[str, object] = {"found": found.found, "wanted": found.wanted, **found.params}
    params |= _looks(found.params, lang)
    if found.code in _SEVERAL:
        params["wanted"] = found.wanted.replace("、", text("number.list", lang))
    if found.code == "size":
        params["wanted_size"] = _size(found.wanted, lang)
    if found.code == "spacing":
        params["wanted_spacing"] = _spacing(found.wanted, lang)
    key = f"annex4.finding.{found.code}"
    return text(f"{key}.message", lang, **params), text(f"{key}.remedy", lang, **params)


def document_place(where: DocumentPlace, lang: Lang) -> str:
    """ "第 3～5、9 段（“公司成立于……”），“一、发展历程”之下"; "" for the whole document."""
    parts: list[str] = []
    if where.pictures:
        place = text("annex4.place.pictures", lang, ranges=_ranges(where.pictures, lang))
        parts.append(place + (text("annex4.place.caption", lang, caption=where.caption) if where.caption else ""))
    if where.paragraphs:
        place = text("annex4.place.paragraphs", lang, ranges=_ranges(where.paragraphs, lang))
        parts.append(place + (text("annex4.place.words", lang, words=where.words) if where.words else ""))
    if where.heading:
        parts.append(text("annex4.place.heading", lang, heading=where.heading))
    return text("annex4.place.join", lang).join(parts)


def _ranges(ranges: NumberRanges, lang: Lang) -> str:
    parts = (
        str(first) if first == last else text("annex4.place.range", lang, first=first, last=last)
        for first, last in ranges
    )
    return text("number.list", lang).join(parts)


def _looks(params: Mapping[str, str | float], lang: Lang) -> dict[str, object]:
    """Fonts, sizes and spacings in words, separately and in one phrase."""
    words = {
        "fonts": [_font(item, lang) for item in _several(params, "fonts")],
        "sizes": [_size(item, lang) for item in _several(params, "half_points")],
        "spacings": [_spacing(item, lang) for item in _several(params, "spacings")],
    }
    phrases = {name: text("number.list", lang).join(several) for name, several in words.items() if several}
    looks = (text(f"annex4.looks.{name}", lang, **{name: phrase}) for name, phrase in phrases.items())
    return {**phrases, "looks": text("annex4.looks.join", lang).join(looks)}


def _several(params: Mapping[str, str | float], name: str) -> list[str]:
    return [part for part in str(params.get(name, "")).split(_BETWEEN) if part]


def _font(name: str, lang: Lang) -> str:
    return text("annex4.font.unnamed", lang) if name == _UNNAMED else name


def _size(half_points: str, lang: Lang) -> str:
    """A font size, with its Chinese name if any."""
    name, points = _names(lang).get(half_points), float(half_points) / 2
    form = "annex4.size.named" if name else "annex4.size.plain"
    return text(form, lang, name=name, points=points)


@cache
def _names(lang: Lang) -> Mapping[str, str]:
    pairs = (pair.partition("=") for pair in text("annex4.size.names", lang).split())
    return {half_points: name for half_points, _, name in pairs}


def _spacing(spacing: str, lang: Lang) -> str:
    rule, _, value = spacing.partition(" ")
    key = f"annex4.spacing.{rule}"
    return text(key, lang, value=value) if has_text(key, lang) else spacing
