"""A proposal's wishes and the reasons for what it leaves out, in words."""

from __future__ import annotations

from kpi.i18n.conditions import condition_name
from kpi.i18n.texts import text
from kpi.model.evaluation import Reason
from kpi.model.language import Lang

WORTH_DIGITS = 4
"""A quality has four decimals, and so its worth is shown with as many."""


def left_out_text(reason: Reason, lang: Lang) -> str:
    """Why a candidate is not in a proposal; conditions by their names."""
    params: dict[str, object] = dict(reason.params)
    if isinstance(codes := params.get("conditions"), str):
        params["conditions"] = text("number.list", lang).join(condition_name(code, lang) for code in codes.split(","))
    if isinstance(loss := params.get("loss"), float):
        params["loss"] = f"{loss:.{WORTH_DIGITS}f}"
    return text(f"recommend.left_out.{reason.code}", lang, **params)


def wish_text(kind: str, factory: str, most: int | None, lang: Lang) -> str:
    """A wish; ``factory`` is the factory's name for a wish that names one, ``most`` the number of a bound."""
    return text(f"recommend.wish.{kind}", lang, factory=factory, most=most)
