"""The registry of findings: code -> severity.

``docs/document-check.md`` and ``data/text/*/annex4.toml`` list the same codes; a test keeps the three consistent.
"""

from __future__ import annotations

from kpi.model.document_report import FindingSeverity

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
