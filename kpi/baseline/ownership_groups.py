"""Who belongs together: subsidiaries of one group, and a branch with its legal person.

A register of groups says it where a baseline has one; the panel's own ``group`` only of enterprises not in it.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from kpi.baseline.group_register import NO_GROUPS
from kpi.catalogue.names import normalise_credit_code
from kpi.intake.settings import comparable_word


def own_groups(records: pd.DataFrame, register: pd.DataFrame = NO_GROUPS) -> pd.Series:
    """The group that owns each record: what the register says of its enterprise, else its ``group``, else itself.

    ``records`` and ``register``: columns ``credit_code`` and ``group``, an enterprise once in the register. A group
    that is the credit code of an enterprise of either names a branch's legal person; the branch then belongs to the
    group of that legal person. One name in several widths and spacings is one group. Index and length are those of
    ``records``.
    """
    which, _ = pd.factorize(records["credit_code"])
    # Of an enterprise the first record says whose it is: it has some twenty.
    first = records.loc[~pd.Series(which, records.index).duplicated(), ["credit_code", "group"]]
    owner = first["credit_code"].map(_owners(first, register))
    return owner.take(which).set_axis(records.index)


def codes_named(groups: Iterable[str]) -> list[str]:
    """The credit codes that names of groups may be: who bears one, and is in no group, is moved by that alone.

    So of a panel only those matter to ``own_groups`` who state a group, are in the register, or are named here: all
    others stand alone.
    """
    return sorted({normalise_credit_code(group) for group in groups})


def registered_groups(register: pd.DataFrame, records: pd.DataFrame) -> pd.Series:
    """The group that owns each enterprise of the register, in the panel or not, by the same rules."""
    if register.empty:  # most panels have none, and then nobody need be asked for owners
        return register["credit_code"].astype("str")
    return register["credit_code"].map(_owners(records, register))


def _owners(records: pd.DataFrame, register: pd.DataFrame) -> dict[str, str]:
    """The owning group by credit code."""
    stated = pd.concat([register, records])[["credit_code", "group"]].drop_duplicates("credit_code")
    owner = _one_spelling(stated["group"].where(stated["group"].notna(), stated["credit_code"]))
    of = dict(zip(stated["credit_code"], owner, strict=True))
    found = {group: _ultimate_owner(group, of) for group in owner.unique()}
    return {code: found[group] for code, group in of.items()}


def _one_spelling(groups: pd.Series) -> pd.Series:
    """The least of the spellings that occur: half- and full-width brackets must not make two groups of one."""
    found = sorted(groups.unique(), reverse=True)
    word = {group: comparable_word(group) for group in found}
    chosen = {word[group]: group for group in found}
    return groups.map({group: chosen[word[group]] for group in found})


def _ultimate_owner(group: str, of: dict[str, str]) -> str:
    """From legal person to legal person, until a group that is no enterprise; a circle ends at its smallest code."""
    met: list[str] = []
    at = group
    while (code := normalise_credit_code(at)) in of and of[code] != code:
        if code in met:
            return min(met[met.index(code) :])
        met.append(code)
        at = of[code]
    return code if code in of else at
