"""Who belongs together in a panel: subsidiaries of one group, and a branch with its legal person."""

from __future__ import annotations

import pandas as pd

from kpi.catalogue.credit_code import normalise_credit_code
from kpi.intake.settings import comparable_word


def own_groups(records: pd.DataFrame) -> pd.Series:
    """The group that owns each record: its ``group``, else the enterprise itself.

    A ``group`` that is the credit code of an enterprise of the panel names a branch's legal person; the branch then
    belongs to the group of that legal person. One name in several widths and spacings is one group. Index and length
    are those of ``records``.
    """
    owner = _one_spelling(records["group"].where(records["group"].notna(), records["credit_code"]))
    of = dict(zip(records["credit_code"], owner, strict=True))
    found = {group: _ultimate_owner(group, of) for group in owner.unique()}
    return owner.map(found)


def _one_spelling(groups: pd.Series) -> pd.Series:
    """The least of the spellings that occur: half- and full-width brackets must not make two groups of one."""
    found = sorted(groups.unique(), reverse=True)
    chosen = {comparable_word(group): group for group in found}
    return groups.map({group: chosen[comparable_word(group)] for group in found})


def _ultimate_owner(group: str, of: dict[str, str]) -> str:
    """From legal person to legal person, until a group that is no enterprise; a circle ends at its smallest code."""
    met: list[str] = []
    at = group
    while (code := normalise_credit_code(at)) in of and of[code] != code:
        if code in met:
            return min(met[met.index(code) :])
        met.append(code)
        at = of[code]
    return normalise_credit_code(at) if normalise_credit_code(at) in of else at
