"""The comparison as PDF, set by Typst. Text is passed as JSON data, never as markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path

import typst

from kpi.model.comparison import Comparison
from kpi.model.language import Lang
from kpi.model.times import year_end
from kpi.reports.as_pdf import plain_data
from kpi.reports.comparison.comparison_words import comparison_words, parted_strip
from kpi.reports.comparison.heat_rows import YearBefore
from kpi.reports.fonts import FAMILY, fonts

TEMPLATE = Path(__file__).with_name("comparison.typ")


def comparison_pdf(found: Comparison, lang: Lang, year_before: YearBefore) -> bytes:
    """The same for the same comparison."""
    words = comparison_words(found, lang, year_before)
    words |= {"font": FAMILY, "strip": asdict(parted_strip(found, lang, even=False))}
    made = datetime.combine(year_end(found.first.application.year), time(), UTC)
    return typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"comparison": json.dumps(plain_data(words), ensure_ascii=False)},
        format="pdf",
        timestamp=int(made.timestamp()),
        font_paths=fonts(),
    )
