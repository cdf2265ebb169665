"""Words for people: every one of them stands in ``data/text/<language>/<topic>.toml``, never in code.

``texts``      a language's files merged into one strict table; ``text`` fills one sentence
``number_format``  how figures are written: one decimal unless the data carries more, "—" for undefined
``kpi_numbers``  a KPI's values, gaps and dates in a language, units beside them
``sentences``  problems, reasons, errors and verdicts put into words
``headlines``  the sentence an answer opens with
``conditions`` the notice's conditions and annex 3's facts; people's names and telephones are masked
``document_findings``  findings of the check of an application document, and where they are
"""

from kpi.i18n.conditions import condition_name, condition_source, fact_shown, finding, masked_name, masked_phone, remedy
from kpi.i18n.document_findings import document_finding, document_place
from kpi.i18n.headlines import Headline, headline
from kpi.i18n.kpi_numbers import day, gap, number
from kpi.i18n.number_format import NOTHING, odds, p_value, percent, plain
from kpi.i18n.sentences import Word, clause_word, problem, reason, region, sentence, told, verdict_word
from kpi.i18n.texts import text

__all__ = [
    "NOTHING",
    "Headline",
    "Word",
    "clause_word",
    "condition_name",
    "condition_source",
    "day",
    "document_finding",
    "document_place",
    "fact_shown",
    "finding",
    "gap",
    "headline",
    "masked_name",
    "masked_phone",
    "number",
    "odds",
    "p_value",
    "percent",
    "plain",
    "problem",
    "reason",
    "region",
    "remedy",
    "sentence",
    "text",
    "told",
    "verdict_word",
]
