"""An error, a warning or a question found in a file; ``kpi.i18n`` puts it into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kpi.model.application import CellReference

# The result of checking an application report: counts, pictures, parts, and findings with their places.


FindingSeverity = Literal["fault", "note"]
NumberRanges = tuple[tuple[int, int], ...]
"""Inclusive ranges: ((3, 5), (9, 9)) is 3 to 5, and 9."""


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """A place in a document, as far as a finding has one.

    ``paragraphs`` numbers the paragraphs with text or a picture, including tables and text boxes, from 1;
    ``words`` are the first words of the first of them and ``heading`` the heading above it. ``pictures`` numbers the
    pictures of the first four parts from 1; ``caption`` is the first one's caption, or the nearest words. ``cell`` is a
    table, its row and its column, all from 1; ``margin``: in a header, a footer or a watermark.
    """

    paragraphs: NumberRanges = ()
    words: str = ""
    heading: str = ""
    pictures: NumberRanges = ()
    caption: str = ""
    cell: tuple[int, int, int] | tuple[()] = ()
    margin: bool = False


@dataclass(frozen=True, slots=True)
class ApplicationPlace:
    """The place in the application that a finding differs from: a fact or a KPI by its code, and its cell in the file
    as sent, where it stands in one."""

    item: str
    cell: CellReference | None = None


@dataclass(frozen=True, slots=True)
class DocumentFinding:
    """One departure, or one thing to look at, with all its places.

    ``fault``: departs from annex 4; ``note``: left to a person, as annex 4 is silent or a machine cannot decide.
    ``against``: the report says ``found`` where the application says ``wanted``. Texts:
    ``annex4.finding.<code>.message`` and ``.remedy`` in ``data/text``, filled by ``found``, ``wanted`` and ``params``.
    """

    severity: FindingSeverity
    code: str
    where: DocumentPlace = DocumentPlace()
    found: str = ""
    wanted: str = ""
    params: Mapping[str, str | float] = field(default_factory=dict)
    against: ApplicationPlace | None = None


@dataclass(frozen=True, slots=True)
class CharacterCount:
    """Characters by three rules. ``counted`` decides: Word's count without part five.

    ``whole`` is Word's count of the whole document, ``without_punctuation`` the counted part without punctuation.
    """

    counted: int
    whole: int
    without_punctuation: int


@dataclass(frozen=True, slots=True)
class DocumentPicture:
    """One picture of the first four parts. ``bytes`` and the sizes are None where it could not be read.

    ``kind`` is the format of the embedded file ("PNG", "EMF"), or "" for one that is only linked or is missing.
    """

    number: int
    paragraph: int
    caption: str
    kind: str
    width: int | None
    height: int | None
    bytes: int | None

    @property
    def megapixels(self) -> float | None:
        return None if self.width is None or self.height is None else self.width * self.height / 1_000_000


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """A checked document. ``sha256`` is of its bytes; a file that cannot be opened has one finding and no counts.

    ``parts`` are the numbers of the parts found, ``different_pictures`` the number of pictures with different content.
    """

    name: str
    sha256: str
    characters: CharacterCount | None = None
    pictures: tuple[DocumentPicture, ...] = ()
    different_pictures: int = 0
    parts: tuple[int, ...] = ()
    findings: tuple[DocumentFinding, ...] = ()

    @property
    def faults(self) -> tuple[DocumentFinding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "fault")

    @property
    def differences(self) -> tuple[DocumentFinding, ...]:
        """Where the report and the application say two things."""
        return tuple(finding for finding in self.findings if finding.against)

    @property
    def notes(self) -> tuple[DocumentFinding, ...]:
        """What else is left to a person."""
        return tuple(finding for finding in self.findings if finding.severity == "note" and not finding.against)


Severity = Literal["error", "warning", "question"]


LISTED = "\x1f"
"""Between several names in one parameter: in words each language has a mark of its own there."""


def listed(names: Iterable[str]) -> str:
    """Several names as one parameter of a problem, an error or a reason; ``kpi.i18n.text`` joins them."""
    return LISTED.join(names)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at one place. ``value`` is the content found, as text; ``params`` fill message and remedy.

    ``items`` are the codes of all items that it is about, where it is about several at once.

    Texts: ``problem.<code>.message`` and ``problem.<code>.remedy`` in ``data/text``.
    """

    severity: Severity
    code: str
    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    params: Mapping[str, str | float] = field(default_factory=dict)
    items: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """Errors and unanswered questions stop the file from being used."""
        return self.severity != "warning"


# The registry of what can be wrong with a file that a person sends: code -> severity.
#
# The words are ``problem.<code>.message`` and ``.remedy`` in ``data/text``. A document's findings have no cells, have
# severities of their own, and their words under ``annex4.finding.<code>``. The docs list the same codes
# (problem-codes, panel-format, list-formats, document-check); tests hold them together.


ERROR: tuple[Severity, ...] = ("error",)
WARNING: tuple[Severity, ...] = ("warning",)
QUESTION: tuple[Severity, ...] = ("question",)

PROBLEM_CODES: dict[str, tuple[Severity, ...]] = {
    # the file
    "unreadable_file": ERROR,
    "locked_file": ERROR,
    "pdf_file": ERROR,
    "broken_csv": ERROR,
    "too_large": ERROR,
    "too_many_sheets": ERROR,
    "too_many_rows": ERROR,
    "too_many_columns": ERROR,
    "too_many_cells": ERROR,
    "unsafe_file": ERROR,
    "no_answer_sheet": ERROR,
    "empty_table": ERROR,
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
    "sheet_of_targets": QUESTION,
    "fraction_column": QUESTION,
    "percent_column": QUESTION,
    "basis_unclear": QUESTION,
    "mark_unclear": QUESTION,
    "duplicate_header": ERROR,
    "missing_header": ERROR,
    "merged_value": ERROR,
    "header_not_read": WARNING,
    "level_for_change": WARNING,
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
    "number_too_large": ERROR,
    "missing_basis": ERROR,
    "unknown_basis": ERROR,
    "basis_not_allowed": ("warning", "error"),
    "reason_missing": ("error", "warning"),
    "zero_start": ERROR,
    "before_after_incomplete": WARNING,
    "stated_differs_from_computed": ("warning", "error"),
    "direction_contradicted": WARNING,
    "value_computed": WARNING,
    "level_without_value": WARNING,
    "reduction_below_zero": WARNING,
    # possible but odd: data/intake/plausibility.toml
    "maybe_fraction": WARNING,
    "unusually_large": WARNING,
    "ai_share_without_models": WARNING,
    "unit_slip_since": WARNING,
    "jump_since": WARNING,
    "same_as_year": WARNING,
    "year_ahead": WARNING,
    "far_from_published": WARNING,
    "position_missing": WARNING,
    "address_incomplete": WARNING,
    "name_changed": WARNING,
    # the list of awards
    "awarded_missing_column": ERROR,
    "awarded_hidden": ERROR,
    "awarded_empty": ERROR,
    "awarded_blank": ERROR,
    "awarded_invalid_credit_code": ERROR,
    "awarded_unknown_tier": ERROR,
    "awarded_invalid_year": ERROR,
    "awarded_unknown_body": ERROR,
    "awarded_unreadable_text": ERROR,
    "awarded_repeated": ERROR,
    # a list of accounts or of stages
    "list_missing_column": ERROR,
    "list_hidden": ERROR,
    "list_empty": ERROR,
    "list_too_long": ERROR,
    "list_blank": ERROR,
    "list_unreadable_text": ERROR,
    "list_repeated": ERROR,
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
    "policy_bands": ERROR,
    "policy_retired": ERROR,
    "policy_quantile_order": ERROR,
    "policy_quota_order": ERROR,
    "policy_weight_bounds": ERROR,
    "policy_not_rising": ERROR,
    "policy_not_among_main": ERROR,
    "policy_clause_at_least": ERROR,
    "policy_clause_version": ERROR,
    "policy_listed_twice": ERROR,
    "scoresheet_not_toml": ERROR,
    "scoresheet_missing": ERROR,
    "scoresheet_unknown_key": ERROR,
    "scoresheet_unfit_value": ERROR,
    "scoresheet_inconsistent": ERROR,
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
    "panel_rows_above": WARNING,
    "panel_hidden_rows": WARNING,
    "panel_hidden_columns": WARNING,
    "panel_merged_cells": ERROR,
    "panel_no_sheet": ERROR,
    "panel_no_header": ERROR,
    "panel_other_encoding": ERROR,
    # a panel: the header
    "panel_missing_column": ERROR,
    "panel_unknown_column": ERROR,
    "panel_repeated_column": ERROR,
    # a panel: the row
    "panel_extra_cells": ERROR,
    "panel_blank": ERROR,
    "panel_invalid_credit_code": ERROR,
    "panel_unknown_group": ERROR,
    "panel_unknown_industry": ERROR,
    "panel_unknown_body": ERROR,
    "panel_unknown_sub_industry": ERROR,
    "panel_forbidden_characters": ERROR,
    "panel_cell_too_long": ERROR,
    "panel_repeated_enterprise": ERROR,
    "panel_two_industries": ERROR,
    "panel_two_groups": ERROR,
    "panel_two_bodies": ERROR,
    "panel_two_sub_industries": ERROR,
    # a panel: the value
    "panel_unknown_kpi": ERROR,
    "panel_not_a_number": ERROR,
    "panel_maybe_fraction": ERROR,
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
    # the recipe by which a panel is read
    "recipe_unreadable": ERROR,
    "recipe_unfit": ERROR,
    "recipe_column_missing": ERROR,
    "recipe_fraction_doubtful": ERROR,
    "recipe_blank_doubtful": ERROR,
    "recipe_repair_unfit": ERROR,
    "recipe_repairs_of_other": WARNING,
    # a list of industry sizes
    "panel_size_not_whole": ERROR,
    "panel_size_repeated": ERROR,
    "panel_size_below_panel": ERROR,
    "panel_groups_above_size": ERROR,
    "panel_groups_below_panel": ERROR,
    "panel_sizes_empty": ERROR,
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
    "cover_fields_blank": NOTE,
    "instructions_left": NOTE,
    "placeholders_left": NOTE,
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
    # held against the application
    "cover_differs": NOTE,
    "company_differs": NOTE,
    "figure_differs": NOTE,
    "figure_not_reported": NOTE,
    "scenarios_not_described": NOTE,
    "scenarios_not_claimed": NOTE,
    # what a report is not to carry
    "secrecy_mark": NOTE,
    "personal_number": NOTE,
    # not checked
    "tracked_changes": NOTE,
    "document_within": NOTE,
    "content_elsewhere": NOTE,
}
