"""Reading a drafted change of policy, a file as in ``data/policy``: hostile until checked, all faults at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from kpi.catalogue.catalogue import catalogue
from kpi.errors import InvalidFile, UserError
from kpi.files.limits import application_limits
from kpi.files.text import UnreadableSettings, is_forbidden, plain_line, printable, printable_file_name, read_settings
from kpi.model.problem import Problem
from kpi.policy.load import Policies, file_entries, unknown_name
from kpi.policy.policy import Policy, PolicyEntry, WeightBounds
from kpi.policy.schema import RETIRED, Band, Bands, PolicyFile, PolicyFileEntry

# Values that each are in form and cannot hold together on one day: a list twice over, a range the wrong way round.


Contradiction = tuple[str, tuple[str, ...]]
"""A code, and the keys that contradict one another."""


def contradicting_values(policy: Policy) -> Iterator[Contradiction]:
    """All there are in the policy of a day."""
    rules, quota = policy.disclosure, policy.quota
    if not _in_one_row(rules.bands) or rules.bands[0].first > rules.min_groups:
        yield "bands", ("disclosure.bands", "disclosure.min_groups")
    lower, upper = policy.published_quantiles
    if lower > upper:
        yield "quantile_order", ("leading_quantile",)
    if quota.raised is not None and quota.raised < quota.base:
        yield "quota_order", ("quota.base", "quota.raised")
    if not _can_add_up(policy.group_weight):
        yield "weight_bounds", ("group_weight.lowest", "group_weight.highest")
    for key in ("sensitivity_quantiles", "power_percentiles"):
        numbers: tuple[float, ...] = getattr(policy, key)
        if any(first >= second for first, second in pairwise(numbers)):
            yield "not_rising", (key,)
    if policy.clause_at_least and policy.method_version < 3:
        yield "clause_version", ("clause_at_least", "method_version")
    if short := [item for item, main in policy.main_by_industry.items() if len(main) < policy.clause_at_least]:
        yield "clause_at_least", ("clause_at_least", *(f"main_kpis.{industry}" for industry in short))
    yield from _lists(policy)


def _in_one_row(bands: Bands) -> bool:
    """Each band begins where the one before ends, and the last alone is open."""
    return (
        bool(bands)
        and bands[0].first >= 1
        and bands[-1].last is None
        and all(band.last is not None and band.first <= band.last for band in bands[:-1])
        and all(item.last is not None and after.first == item.last + 1 for item, after in pairwise(bands))
    )


def _can_add_up(bounds: WeightBounds) -> bool:
    """Whether all groups together can weigh 1."""
    groups = len(catalogue().groups)
    return bounds.lowest * groups <= 1 <= bounds.highest * groups


def _lists(policy: Policy) -> Iterator[Contradiction]:
    lists: dict[str, Sequence[str]] = {
        "disclosure.median_only": policy.disclosure.median_only,
        "recommendation.spread_kpis": policy.recommendation.spread_kpis,
    }
    for industry, main in policy.main_by_industry.items():
        allowed = policy.not_applicable_by_industry[industry]
        lists |= {f"main_kpis.{industry}": main, f"not_applicable_allowed.{industry}": allowed}
        if set(allowed) - set(main):
            yield "not_among_main", (f"not_applicable_allowed.{industry}", f"main_kpis.{industry}")
    for key, codes in lists.items():
        if len(set(codes)) < len(codes):
            yield "listed_twice", (key,)


LARGEST_BYTES = 256 * 1024
"""A whole policy with every value and its reasons takes a tenth of this."""

_MEGABYTE = 1024 * 1024
_SIGNS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤", "min_length": "≥"}
_TABLE = re.compile(r"^\s*\[\s*([\w.\-]+)\s*\]")
_KEY = re.compile(r"^\s*([\w\-]+)\s*=")


def read_change(file: str, data: bytes, present: Policies) -> PolicyFile:
    """The change in ``data``, which follows the ``present`` policy. ``file`` is only shown.

    Raises:
        InvalidFile: it has faults: all of one stage (well-formed, in form, meaningful) are reported together.
    """
    name = printable_file_name(file, application_limits().problem_value_characters)
    if len(data) > LARGEST_BYTES:
        raise _refused(name, "too_large", found=round(len(data) / _MEGABYTE, 1), limit=LARGEST_BYTES / _MEGABYTE)
    try:
        content = read_settings(data)
    except UnreadableSettings as error:
        raise InvalidFile([Problem("error", "policy_not_toml", name, row=error.row)]) from None
    return parse_change(name, content, present, _rows(data.decode("utf-8-sig")))


def parse_change(
    file: str, content: Mapping[str, Any], present: Policies, rows: Mapping[str, int] | None = None
) -> PolicyFile:
    """``content`` as a change that follows the ``present`` policy. ``rows`` are those of a file's keys.

    Raises:
        InvalidFile: it is not in form, or states values of nothing, unreadable words, or a day that lacks a rule.
    """
    rows = rows or {}
    try:
        change = PolicyFile.model_validate(content)
    except ValidationError as error:
        raise InvalidFile([_in_form(file, item, rows) for item in error.errors()]) from None
    problems = [_problem(file, *fault, rows) for fault in _faults(change)]
    problems = problems or [_problem(file, *fault, rows) for fault in contradicted(change, present)]
    if problems:
        raise InvalidFile(problems)
    return change


def contradicted(change: PolicyFile, present: Policies) -> Iterator[tuple[str, str, object]]:
    """What of ``change`` cannot hold beside the ``present`` policy on its first day: a code, a key and its value."""
    try:
        policy = present.with_changes([change]).on(change.in_force_from)
    except UserError:
        yield "policy_incomplete", "in_force_from", change.in_force_from
        return
    stated = {key: entry.value for key, entry in file_entries(change)}
    for code, keys in contradicting_values(policy):
        if mine := next((key for key in keys if key in stated), None):
            yield f"policy_{code}", mine, written_value(stated[mine])


def written_value(value: Any) -> str:
    """A value on one line as it is written in a file: a list with commas, a band as "10-14"."""
    if isinstance(value, Band):
        return value.name
    if isinstance(value, tuple):
        return ", ".join(written_value(item) for item in value) or "-"
    return "-" if value is None else str(value)


def _faults(change: PolicyFile) -> Iterator[tuple[str, str, object]]:
    entries = list(file_entries(change))
    if not entries:
        yield "policy_empty", "in_force_from", change.in_force_from
    for key, entry in entries:
        if key in RETIRED:
            yield "policy_retired", key, written_value(entry.value)
        if fault := unknown_name(key, entry.value, catalogue()):
            yield f"policy_{fault[0]}", key, fault[1]
        for text in _words(entry):
            if not text.strip() or any(map(is_forbidden, text)) or len(text) > application_limits().cell_characters:
                yield "policy_unreadable_words", key, text


def _words(entry: PolicyFileEntry[Any]) -> Iterator[str]:
    for text in (entry.name, entry.unit, entry.reference, entry.reason, entry.silent):
        if text is not None:
            yield from (text.zh, text.en)


def _in_form(file: str, fault: Mapping[str, Any], rows: Mapping[str, int]) -> Problem:
    key = ".".join(str(part) for part in fault["loc"]) or "in_force_from"
    kinds = {
        "missing": "policy_missing",
        "extra_forbidden": "policy_unknown_key",
        "value_error": "policy_value_missing",
    }
    code = kinds.get(fault["type"], "policy_unfit_value")
    allowed = ", ".join(
        f"{_SIGNS.get(name, name)} {value}" for name, value in fault.get("ctx", {}).items() if name != "error"
    )
    return _problem(file, code, key, None if code == "policy_missing" else fault["input"], rows, allowed=allowed)


def _problem(file: str, code: str, key: str, value: object, rows: Mapping[str, int], **params: str | float) -> Problem:
    shown = None if value is None or isinstance(value, dict) else printable(str(value), _shown_characters())
    row = next((rows[part] for part in _upwards(key) if part in rows), None)
    return Problem(
        "error", code, file, row=row, value=shown, params={"name": printable(key, _shown_characters()), **params}
    )


def _refused(file: str, code: str, **params: str | float) -> InvalidFile:
    return InvalidFile([Problem("error", code, file, params=params)])


def _shown_characters() -> int:
    return application_limits().problem_value_characters


def _upwards(key: str) -> Iterator[str]:
    """The key and the tables it stands in: a value that is missing has no row of its own."""
    while key:
        yield key
        key = key.rpartition(".")[0]


def _rows(text: str) -> dict[str, int]:
    """The row of each key as written, for the place of a fault; what is written in other ways has none."""
    rows: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = header[1]
            rows.setdefault(table, number)
        elif key := _KEY.match(line):
            rows.setdefault(f"{table}.{key[1]}".lstrip("."), number)
    return rows


# One policy value as somebody enters it: what it takes the place of lends it name and unit.


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
