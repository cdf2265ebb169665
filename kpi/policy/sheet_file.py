"""Reading a score sheet that somebody sends, as in ``data/scoring``: hostile until checked, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from kpi.errors import InvalidFile
from kpi.files.limits import application_limits
from kpi.files.printable import printable, printable_file_name
from kpi.files.settings_text import UnreadableSettings, read_settings
from kpi.model.problem import Problem
from kpi.policy.score_sheet import ScoreSheet

LARGEST_SHEET = 256 * 1024
"""A sheet with twenty criteria in two languages takes a tenth of this."""

_MEGABYTE = 1024 * 1024
_CODES = {
    "missing": "scoresheet_missing",
    "extra_forbidden": "scoresheet_unknown_key",
    "value_error": "scoresheet_inconsistent",
}


def read_score_sheet(file: str, data: bytes) -> ScoreSheet:
    """The sheet in ``data``; ``file`` is only shown.

    Raises:
        InvalidFile: it has faults.
    """
    most = application_limits().problem_value_characters
    name = printable_file_name(file, most)
    if len(data) > LARGEST_SHEET:
        size = {"found": round(len(data) / _MEGABYTE, 1), "limit": LARGEST_SHEET / _MEGABYTE}
        raise InvalidFile([Problem("error", "too_large", name, params=size)])
    try:
        content = read_settings(data)
    except UnreadableSettings as error:
        raise InvalidFile([Problem("error", "scoresheet_not_toml", name, row=error.row)]) from None
    try:
        return ScoreSheet.model_validate(content)
    except ValidationError as error:
        raise InvalidFile([_problem(name, one, most) for one in error.errors()]) from None


def _problem(file: str, fault: Mapping[str, Any], most: int) -> Problem:
    key = printable(".".join(str(part) for part in fault["loc"]), most)
    code = _CODES.get(fault["type"], "scoresheet_unfit_value")
    value = printable(str(fault["input"]), most) if code == "scoresheet_unfit_value" else None
    return Problem("error", code, file, value=value, params={"name": key})
