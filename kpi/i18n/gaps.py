"""Gaps of coverage in words that one can act on."""

from __future__ import annotations

from kpi.i18n.conditions import catalogue_name
from kpi.i18n.texts import text
from kpi.model.evaluation import Reason
from kpi.model.language import Lang


def coverage_gap(gap: Reason, lang: Lang) -> str:
    """A gap of coverage, with names in the reader's language."""
    params: dict[str, object] = dict(gap.params)
    for key in ("body", "industry", "stage"):
        if isinstance(name := params.get(key), str):
            params[key] = catalogue_name(name, lang)
    if isinstance(names := params.get("scenarios"), str):
        shown = [catalogue_name(name, lang) for name in names.split(",")]
        params["scenarios"] = text("number.list", lang).join(shown)
    return text(f"gap.{gap.code}", lang, **params)
