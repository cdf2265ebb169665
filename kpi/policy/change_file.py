"""Reading a drafted change of policy, a file as in ``data/policy``: hostile until checked, all faults at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from kpi.errors import InvalidFile, UserError
from kpi.files.limits import application_limits
from kpi.files.printable import is_forbidden, printable, printable_file_name
from kpi.files.settings_text import UnreadableSettings, read_settings
from kpi.model.problem import Problem
from kpi.policy.contradicting_values import contradicting_values
from kpi.policy.load import Policies, file_entries, unknown_name
from kpi.policy.schema import RETIRED, Band, PolicyFile, PolicyFileEntry

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
        raise InvalidFile([_in_form(file, one, rows) for one in error.errors()]) from None
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
        return ", ".join(written_value(one) for one in value) or "-"
    return "-" if value is None else str(value)


def _faults(change: PolicyFile) -> Iterator[tuple[str, str, object]]:
    entries = list(file_entries(change))
    if not entries:
        yield "policy_empty", "in_force_from", change.in_force_from
    for key, entry in entries:
        if key in RETIRED:
            yield "policy_retired", key, written_value(entry.value)
        if fault := unknown_name(key, entry.value):
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
