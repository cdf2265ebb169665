"""The registry of what can be wrong with a file that a person sends: code -> severity.

The words are ``problem.<code>.message`` and ``.remedy`` in ``data/text``. A document's findings have no cells, have
severities of their own, and their words under ``annex4.finding.<code>``. The docs list the same codes
(problem-codes, panel-format, awarded-format, document-check); tests hold them together.
"""

from __future__ import annotations

from kpi.model.document_report import FindingSeverity
from kpi.model.problem import Severity

ERROR: tuple[Severity, ...] = ("error",)
WARNING: tuple[Severity, ...] = ("warning",)
QUESTION: tuple[Severity, ...] = ("question",)

PROBLEM_CODES: dict[str, tuple[Severity, ...]] = {
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
    "missing_facts": WARNING,
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
    # the list of awards
    "awarded_missing_column": ERROR,
    "awarded_empty": ERROR,
    "awarded_blank": ERROR,
    "awarded_invalid_credit_code": ERROR,
    "awarded_unknown_tier": ERROR,
    "awarded_invalid_year": ERROR,
    "awarded_unreadable_text": ERROR,
    "awarded_repeated": ERROR,
    # a drafted change of policy
    "policy_not_toml": ERROR,
    "policy_empty": ERROR,
    "policy_unknown_key": ERROR,
    "policy_missing": ERROR,
    "policy_value_missing": ERROR,
    "policy_unfit_value": ERROR,
    "policy_no_industry": ERROR,
    "policy_no_kpi": ERROR,
    "policy_no_main_kpis": ERROR,
    "policy_one_basis": ERROR,
    "policy_unreadable_words": ERROR,
    "policy_incomplete": ERROR,
    # weights of the KPI groups
    "weights_not_read": ERROR,
    "weights_unknown_group": ERROR,
    "weights_missing_group": ERROR,
    "weights_out_of_bounds": ERROR,
    "weights_sum": ERROR,
    # a panel: the file
    "panel_unreadable": ERROR,
    "panel_too_large": ERROR,
    "panel_unsafe": ERROR,
    "panel_empty": ERROR,
    "panel_other_sheet": WARNING,
    # a panel: the header
    "panel_missing_column": ERROR,
    "panel_unknown_column": ERROR,
    "panel_repeated_column": ERROR,
    # a panel: the row
    "panel_extra_cells": ERROR,
    "panel_blank": ERROR,
    "panel_invalid_credit_code": ERROR,
    "panel_unknown_industry": ERROR,
    "panel_unknown_body": ERROR,
    "panel_forbidden_characters": ERROR,
    "panel_cell_too_long": ERROR,
    "panel_repeated_enterprise": ERROR,
    "panel_two_industries": ERROR,
    "panel_two_groups": ERROR,
    "panel_two_bodies": ERROR,
    # a panel: the value
    "panel_unknown_kpi": ERROR,
    "panel_not_a_number": ERROR,
    "panel_percent_format": ERROR,
    "panel_error_cell": ERROR,
    "panel_formula_not_computed": ERROR,
    "panel_below_minimum": ERROR,
    "panel_above_maximum": ERROR,
    "panel_fractional_count": ERROR,
    "panel_missing_basis": ERROR,
    "panel_unknown_basis": ERROR,
    "panel_basis_not_allowed": WARNING,
    "panel_repeated_value": ERROR,
    # a list of industry sizes
    "panel_size_not_whole": ERROR,
    "panel_size_repeated": ERROR,
    "panel_size_below_panel": ERROR,
    "panel_groups_above_size": ERROR,
    "panel_groups_below_panel": ERROR,
    # a register of groups
    "groups_unknown_column": ERROR,
    "groups_empty": ERROR,
    # the list of problems itself, cut where it is long
    "panel_more_problems": ERROR,
}
"""A code may carry any of its severities; the first one where none is said."""

FAULT: FindingSeverity = "fault"
NOTE: FindingSeverity = "note"

FINDING_CODES: dict[str, FindingSeverity] = {
    # the file, which then has no other finding
    "not_docx": FAULT,
    "old_doc": FAULT,
    "locked_document": FAULT,
    "macro_document": FAULT,
    "unreadable_file": FAULT,
    "unsafe_file": FAULT,
    "too_large": FAULT,
    "too_much_text": FAULT,
    "too_many_pictures": FAULT,
    # characters
    "too_few_characters": FAULT,
    "too_many_characters": FAULT,
    "few_without_punctuation": NOTE,
    # parts
    "part_missing": FAULT,
    "parts_out_of_order": FAULT,
    "part_empty": FAULT,
    "required_item_missing": FAULT,
    "item_missing": NOTE,
    "cover_fields_missing": NOTE,
    "instructions_left": NOTE,
    "report_not_inside": NOTE,
    "report_level_not_told": NOTE,
    # formatting
    "font": FAULT,
    "size": FAULT,
    "spacing": FAULT,
    "latin_font": NOTE,
    "headings_differ": NOTE,
    "captions_differ": NOTE,
    "tables_differ": NOTE,
    "boxes_differ": NOTE,
    # pictures
    "too_few_pictures": FAULT,
    "picture_pixels": FAULT,
    "picture_bytes": FAULT,
    "picture_bytes_near": NOTE,
    "picture_vector": FAULT,
    "picture_form": FAULT,
    "picture_damaged": FAULT,
    "picture_linked": FAULT,
    "picture_repeated": NOTE,
    "picture_cropped": NOTE,
    "picture_clipped": NOTE,
    "graphics_not_counted": NOTE,
    "report_pictures_left_aside": NOTE,
    # captions
    "caption_missing": FAULT,
    "caption_words_missing": FAULT,
    "caption_number_missing": FAULT,
    "caption_number_double": FAULT,
    "caption_number_order": FAULT,
    "caption_number_gap": FAULT,
    "caption_shared": NOTE,
    # not checked
    "tracked_changes": NOTE,
    "document_within": NOTE,
    "content_elsewhere": NOTE,
}
