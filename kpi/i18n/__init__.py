"""Words for people: every one of them stands in ``data/text/<language>/<topic>.toml``, never in code.

``texts``      a language's files merged into one strict table; ``text`` fills one sentence
``number_format``  how figures are written: one decimal unless the data carries more, "—" for undefined
``kpi_numbers``  a KPI's values, gaps and dates in a language, units beside them
``sentences``  problems, reasons, errors and verdicts put into words
``headlines``  the sentence an answer opens with
``conditions`` the notice's conditions and annex 3's facts; people's names and telephones are masked
``document_findings``  findings of the check of an application document, and where they are
"""

from kpi.i18n.conditions import (
    condition_finding,
    condition_name,
    condition_remedy,
    condition_source,
    fact_shown,
    masked_name,
    masked_phone,
)
from kpi.i18n.document_findings import document_finding, document_place
from kpi.i18n.headlines import Headline, headline
from kpi.i18n.kpi_numbers import kpi_gap, kpi_number, long_date
from kpi.i18n.number_format import NO_NUMBER, odds_ratio, p_value, percent, plain_number
from kpi.i18n.sentences import (
    VerdictWord,
    clause_word,
    error_message,
    problem_message,
    reason_text,
    region_name,
    verdict_sentence,
    verdict_word,
)
from kpi.i18n.texts import text

__all__ = [
    "NO_NUMBER",
    "Headline",
    "VerdictWord",
    "clause_word",
    "condition_finding",
    "condition_name",
    "condition_remedy",
    "condition_source",
    "document_finding",
    "document_place",
    "error_message",
    "fact_shown",
    "headline",
    "kpi_gap",
    "kpi_number",
    "long_date",
    "masked_name",
    "masked_phone",
    "odds_ratio",
    "p_value",
    "percent",
    "plain_number",
    "problem_message",
    "reason_text",
    "region_name",
    "text",
    "verdict_sentence",
    "verdict_word",
]
