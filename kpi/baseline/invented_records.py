"""Records of the illustrative panel found again in a panel that is said to be another, however it was saved since."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import pandas as pd

from kpi.baseline.panel_settings import panel_settings

SAME_SHARE = 0.5
"""An enterprise that has at least so much of its values from an invented one of its credit code is that one."""
_RECORD = ["credit_code", "kpi", "value"]


def invented_enterprises(records: pd.DataFrame, invented: pd.DataFrame, enterprises: int) -> list[str]:
    """The credit codes, in order, of a panel's enterprises whose records are invented.

    Both have credit_code, kpi and value; ``records`` may leave out enterprises that ``invented`` has not;
    ``enterprises`` is how many the panel has. Those are found that have at least half of their values from
    ``invented``; where at least half of all have a code of it, all that have: values that were all changed are no less
    invented. A code alone is not enough, because other fictitious enterprises may have it.
    """
    known = records[records["credit_code"].isin(invented["credit_code"].unique())].astype({"credit_code": str})
    if known.empty:
        return []
    codes = sorted(known["credit_code"].unique())
    if len(codes) >= SAME_SHARE * enterprises:
        return codes
    same = known[_RECORD].astype(object).merge(invented[_RECORD].astype(object), on=_RECORD)
    stated, found = known["credit_code"].value_counts(), same["credit_code"].value_counts()
    return [code for code in codes if found.get(code, 0) >= SAME_SHARE * stated[code]]


def illustrative_text(texts: Iterable[str]) -> str | None:
    """The first text that says that what it is about is illustrative (``data/intake/panel.toml``)."""
    words = panel_settings().illustrative.words
    for text in texts:
        plain = unicodedata.normalize("NFKC", text).casefold()
        if any(word in plain for word in words):
            return text
    return None
