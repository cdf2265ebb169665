"""The registry of what intake can find wrong: code -> the severities it may carry.

``docs/problem-codes.md`` and ``data/text/*/intake.toml`` list the same codes; a test holds the three together.
"""

from __future__ import annotations

from kpi.model.problem import Severity

ERROR: tuple[Severity, ...] = ("error",)
WARNING: tuple[Severity, ...] = ("warning",)
QUESTION: tuple[Severity, ...] = ("question",)

INTAKE_CODES: dict[str, tuple[Severity, ...]] = {
    # the file
    "unreadable_file": ERROR,
    "locked_file": ERROR,
    "broken_csv": ERROR,
    "too_large": ERROR,
    "too_many_sheets": ERROR,
    "too_many_rows": ERROR,
    "too_many_columns": ERROR,
    "too_many_cells": ERROR,
    "unsafe_file": ERROR,
    "no_answer_sheet": ERROR,
    "hidden_sheet": WARNING,
    "hidden_rows": WARNING,
    "hidden_columns": WARNING,
    # the table
    "unknown_item": ERROR,
    "missing_item_name": ERROR,
    "duplicate_item": ERROR,
    "duplicate_application": ERROR,
    "extra_cells": ERROR,
    "ignored_cell": WARNING,
    "forbidden_characters": ERROR,
    "cell_too_long": ERROR,
    "error_cell": ERROR,
    "formula_not_computed": ERROR,
    # a table of the factory's own making: docs/problem-codes.md
    "orientation_unclear": QUESTION,
    "similar_item": QUESTION,
    "item_in_doubt": QUESTION,
    "change_or_quantity": QUESTION,
    "unit_unfit": QUESTION,
    "label_unclear": QUESTION,
    "fraction_column": QUESTION,
    "percent_column": QUESTION,
    "basis_unclear": QUESTION,
    "mark_unclear": QUESTION,
    "duplicate_header": ERROR,
    "missing_header": ERROR,
    "merged_value": ERROR,
    "header_not_read": WARNING,
    "summary_not_read": WARNING,
    # the facts
    "missing_fact": ("error", "warning"),
    "unknown_industry": ERROR,
    "unknown_body": WARNING,
    "unknown_district": WARNING,
    "invalid_credit_code": ERROR,
    "invalid_year": ERROR,
    "fact_out_of_range": ERROR,
    "invalid_phone": WARNING,
    "invalid_maturity": ERROR,
    "unknown_scenario": WARNING,
    # the values
    "not_a_number": ERROR,
    "number_in_words": QUESTION,
    "reduction_or_increase": QUESTION,
    "increase_or_decrease": QUESTION,
    "percent_format": QUESTION,
    "above_maximum": ERROR,
    "below_minimum": ERROR,
    "beyond_whole": ERROR,
    "fractional_count": ERROR,
    "missing_basis": ERROR,
    "unknown_basis": ERROR,
    "basis_not_allowed": WARNING,
    "reason_missing": ("error", "warning"),
    "zero_start": ERROR,
    "before_after_incomplete": WARNING,
    "stated_differs_from_computed": ("warning", "error"),
    "direction_contradicted": WARNING,
    "value_computed": WARNING,
    "level_without_value": WARNING,
    # possible but odd: data/intake/plausibility.toml
    "maybe_fraction": WARNING,
    "unusually_large": WARNING,
    "ai_share_without_models": WARNING,
    "unit_slip_since": WARNING,
    "jump_since": WARNING,
    "same_as_year": WARNING,
    "far_from_published": WARNING,
}
