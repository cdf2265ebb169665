"""Weights of the KPI groups as a reviewer gives them, for an order: within the bounds of policy, all faults at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.errors import InvalidFile
from kpi.files.limits import application_limits
from kpi.files.text import UnreadableSettings, printable, printable_file_name, read_settings
from kpi.model.problem import Problem, listed
from kpi.policy.policy import WeightBounds

LARGEST_BYTES = 64 * 1024
"""A number for each group, and room for notes."""
SUM_TOLERANCE = 1e-9
"""Weights of two decimals do not always add up to 1 exactly in floats."""


def read_group_weights(file: str, data: bytes, bounds: WeightBounds) -> dict[str, float]:
    """The weights in ``data``, by group code: JSON, or TOML. ``file`` is only shown.

    Raises:
        InvalidFile: it is neither, a group is missing or unknown, or a weight is out of bounds.
    """
    name = printable_file_name(file, application_limits().problem_value_characters)
    try:
        content = read_settings(data[:LARGEST_BYTES], json_too=True)
    except UnreadableSettings as error:
        raise InvalidFile([Problem("error", "weights_not_read", name, row=error.row)]) from None
    return checked_group_weights(content, bounds, name)


def checked_group_weights(given: Mapping[str, Any], bounds: WeightBounds, file: str = "") -> dict[str, float]:
    """The weights in the catalogue's order of groups.

    Raises:
        InvalidFile: they are not one number a group, each within ``bounds`` and 1 in all.
    """
    problems = list(_problems(given, bounds, file))
    if problems:
        raise InvalidFile(problems)
    return {group.code: float(given[group.code]) for group in catalogue().groups}


def _problems(given: Mapping[str, Any], bounds: WeightBounds, file: str) -> Iterator[Problem]:
    codes = [group.code for group in catalogue().groups]
    for unknown in sorted(given.keys() - set(codes)):
        yield _problem("weights_unknown_group", file, unknown, known=listed(codes))
    for missing in [code for code in codes if code not in given]:
        yield _problem("weights_missing_group", file, missing)
    weights = {code: given[code] for code in codes if code in given}
    unfit = [code for code, weight in weights.items() if not _fits(weight, bounds)]
    for code in unfit:
        yield _problem("weights_out_of_bounds", file, code, weights[code], lowest=bounds.lowest, highest=bounds.highest)
    if not unfit and len(weights) == len(codes) and abs(sum(weights.values()) - 1) > SUM_TOLERANCE:
        total = round(sum(weights.values()), 6)
        yield _problem("weights_sum", file, "", total, total=total)


def _fits(weight: object, bounds: WeightBounds) -> bool:
    return isinstance(weight, int | float) and not isinstance(weight, bool) and bounds.allow(weight)


def _problem(code: str, file: str, name: str, value: object = None, **params: str | float) -> Problem:
    longest = application_limits().problem_value_characters
    shown = None if value is None else printable(str(value), longest)
    return Problem("error", code, file, value=shown, params={"name": printable(name, longest), **params})
