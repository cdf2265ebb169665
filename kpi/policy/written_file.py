"""Policy values written as a file in the form of ``data/policy``: to be changed into the draft of a new notice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from kpi.model.language import Text
from kpi.policy.policy import PolicyEntry


def policy_file(entries: Iterable[PolicyEntry], in_force_from: date, head: str = "") -> str:
    """The values from that day on. ``head`` stands above them as a remark; repealed values are left out."""
    remark = [f"# {line}" for line in head.splitlines()]
    return "\n".join([*remark, f"in_force_from = {in_force_from.isoformat()}", *_tables(entries)]) + "\n"


def _tables(entries: Iterable[PolicyEntry]) -> Iterator[str]:
    for one in entries:
        if one.repealed:
            continue
        yield f"\n[{one.key}]"
        yield f"value = {_value(one.value)}"
        for name in ("name", "unit", "reference", "reason", "silent"):
            words: Text | None = getattr(one, name)
            if words is not None:
                yield f"{name} = {{ zh = {_value(words.zh)}, en = {_value(words.en)} }}"


def _value(value: Any) -> str:
    """As TOML has it; strings of JSON are strings of TOML."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(_value(one) for one in value if one is not None)}]"
    return json.dumps(value, ensure_ascii=False)
