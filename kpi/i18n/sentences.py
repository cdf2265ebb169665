"""Problems, reasons, errors and verdicts in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.i18n.conditions import rule_names
from kpi.i18n.texts import has_text, load_texts, placeholders, text
from kpi.model.evaluation import ClauseVerdict, Reason, Verdict
from kpi.model.language import Lang
from kpi.model.problem import Problem
from kpi.policy.load import policies


@dataclass(frozen=True, slots=True)
class VerdictWord:
    """A verdict's word and its meaning."""

    word: str
    explanation: str


def problem_message(found: Problem, lang: Lang) -> tuple[str, str]:
    """Message and remedy of a problem; they may name its place (file, sheet, cell, value) and its items."""
    place = {"file": found.file, "sheet": found.sheet, "row": found.row, "column": found.column, "value": found.value}
    filled = {name: "" if value is None else value for name, value in place.items()} | _named(found.params, lang)
    if found.items:
        filled |= {"count": len(found.items), "names": text("number.list", lang).join(_item_names(found.items, lang))}
    key = f"problem.{found.code}"
    message, remedy = _message_and_remedy(key, lang, filled)
    # Where nothing is alike, nothing is said of it.
    alone = "" in (filled.get("suggestion"), filled.get("nearest")) and has_text(f"{key}.alone", lang)
    return message, text(f"{key}.alone", lang, **filled) if alone else remedy


def error_message(error: UserError, lang: Lang) -> tuple[str, str]:
    """Message and remedy of an error; what is not there and has no name is not named."""
    unnamed = f"error.{error.code}.unnamed"
    if not error.params.get("name", "x") and has_text(unnamed, lang):
        return text(unnamed, lang, **_named(error.params, lang)), text(f"error.{error.code}.remedy", lang)
    return _message_and_remedy(f"error.{error.code}", lang, _named(error.params, lang))


def page_error_message(error: UserError, lang: Lang) -> tuple[str, str]:
    """Message and remedy of an error on a page, whose reader has no command line."""
    on_page = f"error.{error.code}.on_page"
    message, remedy = error_message(error, lang)
    return message, text(on_page, lang, **_named(error.params, lang)) if has_text(on_page, lang) else remedy


def reason_text(why: Reason, lang: Lang) -> str:
    """A reason's sentence, with its counts where the reason carries them.

    ``docs/method.md`` 5 applies here: a reason stripped of its params gets the sentence without counts, so an
    enterprise's view cannot reveal more than it was given.
    """
    counted = f"reason.{why.code}.counted"
    params = rule_names(why.params, lang) if why.code.startswith("rule.") else _named(why.params, lang)
    if has_text(counted, lang) and placeholders(load_texts(lang)[counted]) <= params.keys():
        return text(counted, lang, **params)
    return text(f"reason.{why.code}.plain", lang, **params)


def verdict_word(verdict: Verdict | None, lang: Lang) -> VerdictWord:
    """The word of a KPI's verdict; None is not released yet."""
    key = f"verdict.{verdict or 'unreleased'}"
    return VerdictWord(text(f"{key}.word", lang), text(f"{key}.explanation", lang))


def clause_word(verdict: ClauseVerdict | None, lang: Lang) -> str:
    """The word of the clause's verdict; None is not released yet."""
    return text(f"clause.{verdict or 'unreleased'}.word", lang)


def region_name(name: str, lang: Lang) -> str:
    """A region's name; unknown ones as they are."""
    key = f"region.{name}"
    return text(key, lang) if has_text(key, lang) else name


def _message_and_remedy(key: str, lang: Lang, params: Mapping[str, object]) -> tuple[str, str]:
    return text(f"{key}.message", lang, **params), text(f"{key}.remedy", lang, **params)


def _named(params: Mapping[str, str | float], lang: Lang) -> dict[str, object]:
    """The params with kinds, roles, rules, KPI codes and keys of policy (``kpi``, ``policy_keys``: comma-separated)
    replaced by names.
    """
    named: dict[str, object] = dict(params)
    if has_text(kind := f"not_there.{params.get('kind')}", lang):
        named["kind"] = text(kind, lang)
    if has_text(role := f"page.role.{params.get('role')}", lang):
        named["role"] = text(role, lang)
    if has_text(rule := f"rule.{params.get('rule')}.name", lang):
        named["rule"] = text(rule, lang)
    if isinstance(codes := params.get("kpi"), str):
        named["kpi"] = text("number.list", lang).join(_name(code.strip(), lang) for code in codes.split(","))
    if isinstance(keys := params.get("policy_keys"), str):
        named["policy_keys"] = text("number.list", lang).join(
            policy_value_name(key.strip(), lang) for key in keys.split(",")
        )
    return named


def policy_value_name(key: str, lang: Lang) -> str:
    """A policy value's name by its key; a key that is none stays."""
    names = {one.key: one.name.in_(lang) for one in policies().statements()}
    return names.get(key, key)


def _name(code: str, lang: Lang) -> str:
    names = {kpi.code: kpi.short.in_(lang) for kpi in catalogue().kpis}
    return names.get(code, code)


def _item_names(codes: Iterable[str], lang: Lang) -> list[str]:
    """The full names of facts and KPIs."""
    names = {kpi.code: kpi.name for kpi in catalogue().kpis} | {fact.code: fact.name for fact in catalogue().facts}
    return [names[code].in_(lang) for code in codes]
