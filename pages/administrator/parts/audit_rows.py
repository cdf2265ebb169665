"""An act of the audit trail as a row that people read: hashes by their beginning, before and after side by side.

An act that somebody wrote over is shown as it stands: the page must not break just when it is needed.
"""

from __future__ import annotations

import json

from kpi import i18n
from kpi.model.audit_entry import AUDIT_ACTIONS, AuditEntry
from kpi.model.language import Lang
from kpi.model.scoring.rounds import PANEL_OUTCOMES
from pages.widgets.datetime_format import format_datetime
from pages.widgets.round_label import round_words

SHOWN_OF_A_HASH = 12
_HASH, _NUMBER, _HEX = 64, 32, set("0123456789abcdef")
_ON_POLICY = ("policy_drafted", "policy_approved", "policy_withdrawn")
_WORDS = {
    "taken": "audit.taken",
    "state": "step",
    "role": "role",
    "finding": "evidence",
    "outcome": "objections.outcome",
}
"""Where the words of a detail's values stand."""


def audit_row(act: AuditEntry, lang: Lang) -> list[str]:
    """Number and time, who and from where, what, to what, the change."""
    return [
        str(act.seq),
        format_datetime(act.done_at),
        "\n".join(part for part in (act.actor, act.address) if part),
        i18n.text(f"page.audit.action.{act.action}", lang) if act.action in AUDIT_ACTIONS else act.action,
        _subject(act, lang),
        "\n".join(_changes(_details(act.before), _details(act.after), lang)),
    ]


def _subject(act: AuditEntry, lang: Lang) -> str:
    if act.action in _ON_POLICY:
        return i18n.text("page.policy_change.number", lang, number=act.subject)
    return round_words(act.subject, lang) or _beginning(act.subject)


def _beginning(text: str) -> str:
    """Of a hash, or of a number that the program gave: nobody reads it whole."""
    return text[:SHOWN_OF_A_HASH] if len(text) == _NUMBER and set(text) <= _HEX else text


def _details(text: str | None) -> dict[str, object]:
    try:
        details = json.loads(text or "{}")
    except ValueError:
        details = None
    return details if isinstance(details, dict) else {"change": text}


def _changes(before: dict[str, object], after: dict[str, object], lang: Lang) -> list[str]:
    changes = []
    for key in [*after, *(key for key in before if key not in after)]:
        name = _name(key, lang)
        was, becomes = _short(key, before.get(key), lang), _short(key, after.get(key), lang)
        said = f"{was} → {becomes}" if key in before else becomes
        changes.append(i18n.text("carried.line", lang, label=name, text=said))
    return changes


def _name(key: str, lang: Lang) -> str:
    return _word(f"audit.field.{key}", lang) or key


def _short(key: str, value: object, lang: Lang) -> str:
    if value is None or value == "":
        return "—"
    if key == "condition":
        return i18n.condition_name(str(value), lang)
    if key in _WORDS and (word := _word(f"{_WORDS[key]}.{value}", lang)):
        return word
    if key == "outcome" and value in PANEL_OUTCOMES:
        return i18n.text(f"scoring.outcome.{value}", lang)
    if isinstance(value, bool):
        return i18n.text(f"page.yes_or_no.{'yes' if value else 'no'}", lang)
    if isinstance(value, list):
        # A list of pairs is one of whose parts belong together: a reviewer and a candidate, say.
        parts = (" ".join(map(str, one)) if isinstance(one, list) else _one(key, one, lang) for one in value)
        return i18n.text("number.list", lang).join(parts) or "—"
    if isinstance(value, dict):
        parts = (f"{_name(part, lang)} {_short(part, one, lang)}" for part, one in value.items())
        return i18n.text("number.list", lang).join(parts) or "—"
    text = str(value)
    return f"{text[:SHOWN_OF_A_HASH]}…" if len(text) == _HASH else round_words(text, lang) or _beginning(text)


def _one(key: str, value: object, lang: Lang) -> str:
    """Of a list."""
    return i18n.policy_value_name(str(value), lang) if key == "keys" else _short(key, value, lang)


def _word(key: str, lang: Lang) -> str | None:
    """A page's text where there is one."""
    try:
        return i18n.text(f"page.{key}", lang)
    except KeyError:
        return None
