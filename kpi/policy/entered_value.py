"""One policy value as somebody enters it: what it takes the place of lends it name and unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from kpi.files.printable import plain_line
from kpi.policy.policy import PolicyEntry
from kpi.policy.schema import PolicyFile

LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class EnteredValue:
    """``reference`` and ``reason``: Chinese, and English where it was entered.

    ``of_the_notice``: the notice itself gives the value, which is then no interpretation of this product any more.
    """

    in_force_from: date
    key: str
    value: object
    reference: tuple[str, str]
    reason: tuple[str, str]
    of_the_notice: bool = False


def change_with(entered: EnteredValue, current: PolicyEntry, earlier: PolicyFile | None) -> dict[str, Any]:
    """A change with this value beside those of its ``earlier`` edition, for ``parse_change``."""
    stated = {
        "value": entered.value,
        "name": current.name.model_dump(),
        "unit": current.unit.model_dump(),
        "reference": _both(entered.reference),
        "reason": _both(entered.reason),
        "silent": current.silent.model_dump() if current.silent and not entered.of_the_notice else None,
    }
    content = earlier.model_dump(exclude_none=True) if earlier else {}
    content["in_force_from"] = entered.in_force_from
    table, _, name = entered.key.partition(".")
    if name:
        content.setdefault(table, {})[name] = stated
    else:
        content[table] = stated
    return content


def change_without(key: str, earlier: PolicyFile) -> dict[str, Any]:
    """A change as ``earlier`` but for the value ``key``, for ``parse_change``."""
    content: dict[str, Any] = earlier.model_dump(exclude_none=True)
    table, _, name = key.partition(".")
    if name:
        del content[table][name]
    if not name or not content[table]:
        del content[table]
    return content


def _both(words: tuple[str, str]) -> dict[str, str]:
    """In both languages; what has no English stands in Chinese."""
    zh, en = (plain_line(text, LONGEST_WORDS) for text in words)
    return {"zh": zh, "en": en or zh}
