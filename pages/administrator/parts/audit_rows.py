"""An act of the audit trail as a row that people read: hashes by their beginning, before and after side by side.

An act that somebody wrote over is shown as it stands: the page must not break just when it is needed.
"""

from __future__ import annotations

import json
from typing import get_args

from kpi import i18n
from kpi.model.audit import AUDIT_ACTIONS, AuditEntry
from kpi.model.language import Lang
from kpi.model.scoring import FLAG_CODES, PANEL_OUTCOMES
from pages.widgets.datetime_format import format_datetime
from pages.widgets.round_label import round_words

SHOWN_OF_A_HASH = 12
_HASH, _NUMBER, _HEX = 64, 32, set("0123456789abcdef")
SHOWN_OF_A_LIST = 5
"""Of a longer list the page shows so many and how many there are; all of it is in what is taken away."""
_ON_POLICY = ("policy_drafted", "policy_approved", "policy_withdrawn")
_WORDS = {
    "taken": "audit.taken",
    "state": "step",
    "role": "role",
    "finding": "evidence",
    "outcome": "objections.outcome",
    "kind": "audit.value",
    "ruling": "audit.value",
    "by": "audit.value",
}
"""Where the words of a detail's values stand."""


_WORDED = {
    "demonstration_made": "demonstration",
    "accounts_imported": "accounts",
    "awards_imported": "awarded",
    "secret_rotated": "secret",
}
"""Acts whose object is a word of the program."""


def audit_row(act: AuditEntry, lang: Lang, *, whole: bool = True) -> list[str]:
    """Number and time, who and from where, what, to what, the change; ``whole`` with every item of a long list."""
    return [
        str(act.seq),
        format_datetime(act.done_at),
        "\n".join(part for part in (act.actor, act.address) if part),
        i18n.text(f"page.audit.action.{act.action}", lang) if act.action in AUDIT_ACTIONS else act.action,
        _subject(act, lang),
        "\n".join(_changes(_details(act.before), _details(act.after), lang, whole)),
    ]


def object_named(words: str) -> str | None:
    """The object, as it is kept, that is shown by these words in either language."""
    for action, kept in _WORDED.items():
        if words in {i18n.text(f"page.audit.named.{action}", lang) for lang in get_args(Lang)}:
            return kept
    return None


def _subject(act: AuditEntry, lang: Lang) -> str:
    if act.action in _ON_POLICY:
        return i18n.text("page.policy_change.number", lang, number=act.subject)
    if act.action in _WORDED:
        return i18n.text(f"page.audit.named.{act.action}", lang)
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


def _changes(before: dict[str, object], after: dict[str, object], lang: Lang, whole: bool) -> list[str]:
    changes = []
    for key in [*after, *(key for key in before if key not in after)]:
        name = _name(key, lang)
        was, becomes = (_short(key, details.get(key), lang, whole) for details in (before, after))
        said = f"{was} → {becomes}" if key in before else becomes
        changes.append(i18n.text("carried.line", lang, label=name, text=said))
    return changes


def _name(key: str, lang: Lang) -> str:
    return _word(f"audit.field.{key}", lang) or key


def _short(key: str, value: object, lang: Lang, whole: bool) -> str:
    if value is None or value == "":
        return "—"
    if key == "condition":
        return i18n.condition_name(str(value), lang)
    if key == "flag" and value in FLAG_CODES:
        return i18n.text(f"flag.{value}.name", lang)
    if key in _WORDS and (word := _word(f"{_WORDS[key]}.{value}", lang)):
        return word
    if key == "outcome" and value in PANEL_OUTCOMES:
        return i18n.text(f"scoring.outcome.{value}", lang)
    if isinstance(value, bool):
        return i18n.text(f"page.yes_or_no.{'yes' if value else 'no'}", lang)
    if isinstance(value, list):
        # A list of pairs is one of whose parts belong together: a reviewer and a candidate, say.
        parts = [" ".join(map(str, one)) if isinstance(one, list) else _one(key, one, lang, whole) for one in value]
        shown = i18n.text("number.list", lang).join(parts if whole else parts[:SHOWN_OF_A_LIST])
        if not whole and len(parts) > SHOWN_OF_A_LIST:
            return i18n.text("page.audit.first_of", lang, count=len(parts), first=shown)
        return shown or "—"
    if isinstance(value, dict):
        named = (f"{_name(part, lang)} {_short(part, one, lang, whole)}" for part, one in value.items())
        return i18n.text("number.list", lang).join(named) or "—"
    text = str(value)
    return f"{text[:SHOWN_OF_A_HASH]}…" if len(text) == _HASH else round_words(text, lang) or _beginning(text)


def _one(key: str, value: object, lang: Lang, whole: bool) -> str:
    """Of a list."""
    return i18n.policy_value_name(str(value), lang) if key == "keys" else _short(key, value, lang, whole)


def _word(key: str, lang: Lang) -> str | None:
    """A page's text where there is one."""
    try:
        return i18n.text(f"page.{key}", lang)
    except KeyError:
        return None
