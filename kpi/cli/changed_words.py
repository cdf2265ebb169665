"""Words of locked applications that would be others, as lines and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import Any

from kpi.cli.call import CallSession
from kpi.i18n.words import clause_change_reason, clause_word, verdict_change_reason, verdict_word
from kpi.services.administrator.changed_verdicts import ChangedClause, ChangedVerdict, ChangedWords


def say_changed_words(session: CallSession, words: ChangedWords) -> None:
    """One line a word."""
    lang = session.lang
    for clause in words.clauses:
        _say(
            session,
            clause,
            session.words("changed.clause"),
            clause_word(clause.before, lang),
            clause_word(clause.after, lang),
            clause_change_reason(clause.why, clause.rules, lang),
        )
    for item in words.verdicts:
        before, after = (verdict_word(verdict, lang).word for verdict in (item.before, item.after))
        _say(session, item, item.kpi, before, after, verdict_change_reason(item.why, lang))


def changed_words_json(words: ChangedWords) -> dict[str, Any]:
    return {
        "clauses": [asdict(clause) for clause in words.clauses],
        "verdicts": [
            asdict(verdict) | {"line": [None if isnan(line) else line for line in verdict.line]}
            for verdict in words.verdicts
        ],
    }


def _say(
    session: CallSession, of: ChangedClause | ChangedVerdict, item: str, before: str, after: str, why: str
) -> None:
    session.say(
        session.words(
            "changed.verdict",
            credit_code=of.credit_code,
            factory=of.factory,
            kpi=item,
            before=before,
            after=after,
            why=why,
        )
    )
