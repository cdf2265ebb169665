"""The registry of what can be wrong with a baseline panel or a list of industry sizes: code -> severity.

``docs/panel-format.md`` and ``data/text/*/panel.toml`` list the same codes; a test holds the three together.
"""

from __future__ import annotations

from kpi.model.problem import Severity

PANEL_CODES: dict[str, Severity] = {
    # the file
    "panel_unreadable": "error",
    "panel_too_large": "error",
    "panel_unsafe": "error",
    "panel_empty": "error",
    "panel_other_sheet": "warning",
    # the header
    "panel_missing_column": "error",
    "panel_unknown_column": "error",
    "panel_repeated_column": "error",
    # the row
    "panel_extra_cells": "error",
    "panel_blank": "error",
    "panel_invalid_credit_code": "error",
    "panel_unknown_industry": "error",
    "panel_unknown_body": "error",
    "panel_forbidden_characters": "error",
    "panel_cell_too_long": "error",
    "panel_repeated_enterprise": "error",
    "panel_two_industries": "error",
    "panel_two_groups": "error",
    "panel_two_bodies": "error",
    # the value
    "panel_unknown_kpi": "error",
    "panel_not_a_number": "error",
    "panel_percent_format": "error",
    "panel_error_cell": "error",
    "panel_formula_not_computed": "error",
    "panel_below_minimum": "error",
    "panel_above_maximum": "error",
    "panel_fractional_count": "error",
    "panel_missing_basis": "error",
    "panel_unknown_basis": "error",
    "panel_basis_not_allowed": "warning",
    "panel_repeated_value": "error",
    # industry sizes
    "panel_size_not_whole": "error",
    "panel_size_repeated": "error",
    "panel_size_below_panel": "error",
    # the list of problems itself
    "panel_more_problems": "error",
}
