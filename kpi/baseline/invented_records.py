"""Records of the illustrative panel found again in a panel that is said to be another, however it was saved since."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import pandas as pd

from kpi.baseline.panel_settings import panel_settings

SAME_SHARE = 0.5
"""An enterprise that has at least so many of its values from an invented one of its credit code is that one."""
_RECORD = ["credit_code", "kpi", "value"]


def invented_enterprises(records: pd.DataFrame, invented: pd.DataFrame) -> list[str]:
    """The credit codes, in order, of a panel's enterprises of whose values at least half are ``invented``.

    Both have credit_code, kpi and value; ``records`` may leave out enterprises that ``invented`` has not. A code alone
    is not enough, because other fictitious enterprises may have it.
    """
    known = records[records["credit_code"].isin(invented["credit_code"].unique())].astype({"credit_code": str})
    same = known[_RECORD].astype(object).merge(invented[_RECORD].astype(object), on=_RECORD)
    stated, found = known["credit_code"].value_counts(), same["credit_code"].value_counts()
    return sorted(code for code, count in found.items() if count >= SAME_SHARE * stated[code])


def illustrative_text(texts: Iterable[str]) -> str | None:
    """The first text that says that what it is about is illustrative (``data/intake/panel.toml``)."""
    words = panel_settings().illustrative.words
    for text in texts:
        plain = unicodedata.normalize("NFKC", text).casefold()
        if any(word in plain for word in words):
            return text
    return None
