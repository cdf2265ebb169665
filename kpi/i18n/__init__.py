"""Texts for people: all are in ``data/text/<language>/<topic>.toml``, none in code.

``texts``      a language's files merged into one strict table; ``text`` fills one sentence
``number_format``  figures: one decimal unless the data has more, "—" for undefined
``kpi_numbers``  a KPI's values and gaps with units, and dates
``kpi_words``  the word beside a KPI, also where there is no verdict
``sentences``  problems, reasons, errors and verdicts
``published_lines``  at which percentiles published numbers are
``headlines``  the opening sentence of an answer
``conditions`` the notice's conditions and annex 3's facts; personal names and telephone numbers are masked
``recommendations``  wishes, and why a proposal leaves a candidate out
``flags``  what is worth a second look, and how rare it is among peers
``gaps``  where nobody stands, in words one can act on
``document_findings``  findings of the check of an application report, and their places
"""

from kpi.i18n.conditions import (
    catalogue_name,
    condition_finding,
    condition_name,
    condition_reference,
    condition_remedy,
    condition_source,
    fact_shown,
    factory_label,
    masked_name,
    masked_phone,
)
from kpi.i18n.document_findings import document_finding, document_place
from kpi.i18n.flags import flag_name, flag_reason
from kpi.i18n.gaps import coverage_gap
from kpi.i18n.headlines import Headline, headline
from kpi.i18n.kpi_numbers import compared_and_stated, kpi_gap, kpi_number, long_date
from kpi.i18n.kpi_words import WITHHELD, kpi_reasons, kpi_word, verdict_sentence, verdict_shown
from kpi.i18n.number_format import (
    NO_NUMBER,
    odds_ratio,
    p_value,
    percent,
    plain_number,
    share_in_percent,
    share_of_percent,
    stated_percent,
    two_decimals,
)
from kpi.i18n.policy_values import kpi_label, policy_value, value_in_words
from kpi.i18n.published_lines import other_line, published_at
from kpi.i18n.recommendations import left_out_text, wish_text
from kpi.i18n.sentences import (
    VerdictWord,
    clause_word,
    error_message,
    page_error_message,
    policy_value_name,
    problem_message,
    reason_text,
    region_name,
    verdict_word,
)
from kpi.i18n.texts import begun, text

__all__ = [
    "NO_NUMBER",
    "WITHHELD",
    "Headline",
    "VerdictWord",
    "begun",
    "catalogue_name",
    "clause_word",
    "compared_and_stated",
    "condition_finding",
    "condition_name",
    "condition_reference",
    "condition_remedy",
    "condition_source",
    "coverage_gap",
    "document_finding",
    "document_place",
    "error_message",
    "fact_shown",
    "factory_label",
    "flag_name",
    "flag_reason",
    "headline",
    "kpi_gap",
    "kpi_label",
    "kpi_number",
    "kpi_reasons",
    "kpi_word",
    "left_out_text",
    "long_date",
    "masked_name",
    "masked_phone",
    "odds_ratio",
    "other_line",
    "p_value",
    "page_error_message",
    "percent",
    "plain_number",
    "policy_value",
    "policy_value_name",
    "problem_message",
    "published_at",
    "reason_text",
    "region_name",
    "share_in_percent",
    "share_of_percent",
    "stated_percent",
    "text",
    "two_decimals",
    "value_in_words",
    "verdict_sentence",
    "verdict_shown",
    "verdict_word",
    "wish_text",
]
