"""Words of locked applications that would be others, as a table."""

from __future__ import annotations

from kpi import i18n
from kpi.i18n.words import clause_change_reason, verdict_change_reason
from kpi.reports.content import About
from kpi.services.administrator.baselines import ChangedWords
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import offer_data, typed_table


def changed_words_table(context: PageContext, about: About, words: ChangedWords, key: str) -> None:
    """Clauses first, then KPIs with their peers and lines, each with why; nothing where no word would change."""
    lang = context.lang
    clauses = [
        [
            f"{one.factory}\n{one.credit_code}",
            translate("changed_words.clause"),
            i18n.clause_word(one.before, lang),
            i18n.clause_word(one.after, lang),
            "",
            "",
            clause_change_reason(one.why, lang),
        ]
        for one in words.clauses
    ]
    kpis = [
        [
            f"{one.factory}\n{one.credit_code}",
            one.kpi,
            i18n.verdict_word(one.before, lang).word,
            i18n.verdict_word(one.after, lang).word,
            f"{one.n[0]} → {one.n[1]}",
            f"{i18n.plain_number(one.line[0])} → {i18n.plain_number(one.line[1])}",
            verdict_change_reason(one.why, lang),
        ]
        for one in words.verdicts
    ]
    if clauses or kpis:
        columns = ("factory", "kpi", "before", "after", "n", "line", "why")
        html.table(
            [translate(f"changed_words.column_{name}") for name in columns],
            [*clauses, *kpis],
            numbers=(4, 5),
            form="stacked",
        )
        table = typed_table([translate(f"changed_words.column_{name}") for name in columns], [*clauses, *kpis])
        offer_data(context, about, f"changed-words-{key}", table=table)
