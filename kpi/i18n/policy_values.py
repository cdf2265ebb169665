"""Policy values as people read them: whatever their kind, never as Python writes them."""

from __future__ import annotations

import re
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.i18n.number_format import stated_percent
from kpi.i18n.texts import text
from kpi.model.language import Lang
from kpi.policy.schema import Band
from kpi.policy.value_rule import value_rule

WORDS = ("relative", "points", "arithmetic_mean", "at_locking", "at_close")
"""Values that are words, and are said in the reader's."""
_KPI = re.compile(r"K\d\d")


def policy_value(key: str, value: Any, lang: Lang) -> str:
    """Shares in percent; else as ``value_in_words``."""
    if not value_rule(key).is_share:
        return value_in_words(value, lang)
    shares = value if isinstance(value, tuple | list) else [value]
    return text("number.list", lang).join(stated_percent(one) for one in shares)


def value_in_words(value: Any, lang: Lang) -> str:
    """Yes or no, a list with commas, a KPI by its name, a band as "10-14", a number or a word as it is."""
    if isinstance(value, bool):
        return text("policy_value.yes" if value else "policy_value.no", lang)
    if isinstance(value, Band):
        return value.name
    if isinstance(value, tuple | list):
        said = text("number.list", lang).join(value_in_words(one, lang) for one in value)
        return said or text("policy_value.none", lang)
    if isinstance(value, str) and _KPI.fullmatch(value):
        return kpi_label(value, lang)
    if isinstance(value, float):
        return f"{value:.15g}"
    return text(f"policy_value.{value}", lang) if value in WORDS else str(value)


def kpi_label(code: str, lang: Lang) -> str:
    """A KPI's code and short name."""
    return f"{code} {catalogue().kpi(code).short.in_(lang)}"
