"""A flag of screening in words."""

from __future__ import annotations

from math import floor, isnan

from kpi.i18n.texts import text
from kpi.model.language import Lang
from kpi.model.screening import Flag, FlagCode


def flag_name(code: FlagCode, lang: Lang) -> str:
    return text(f"flag.{code}.name", lang)


def flag_reason(flag: Flag, lang: Lang) -> str:
    """Why it was raised, with how rare that is among peers."""
    rare = {} if isnan(flag.chance) else {"one_in": floor(1 / flag.chance)}
    return text(f"flag.{flag.code}.why", lang, **flag.params, **rare)
