"""An act of the audit trail as a row that people read: hashes by their beginning, before and after side by side.

An act that somebody wrote over is shown as it stands: the page must not break just when it is needed.
"""

from __future__ import annotations

import json

from kpi import i18n
from kpi.model.audit_entry import AUDIT_ACTIONS, AuditEntry
from pages.session.language import current_lang, translate
from pages.widgets.datetime_format import format_datetime

SHOWN_OF_A_HASH = 12
_HASH = 64


def audit_row(act: AuditEntry) -> list[str]:
    """Number and time, who and from where, what, to what, the change."""
    return [
        str(act.seq),
        format_datetime(act.done_at),
        "\n".join(part for part in (act.actor, act.address) if part),
        translate(f"audit.action.{act.action}") if act.action in AUDIT_ACTIONS else act.action,
        act.subject[:SHOWN_OF_A_HASH] if len(act.subject) == _HASH // 2 else act.subject,
        "\n".join(_changes(_details(act.before), _details(act.after))),
    ]


def _details(text: str | None) -> dict[str, object]:
    try:
        details = json.loads(text or "{}")
    except ValueError:
        details = None
    return details if isinstance(details, dict) else {"change": text}


def _changes(before: dict[str, object], after: dict[str, object]) -> list[str]:
    changes = []
    for key in [*after, *(key for key in before if key not in after)]:
        name = _name(key)
        was, becomes = _short(key, before.get(key)), _short(key, after.get(key))
        changes.append(f"{name}: {was} → {becomes}" if key in before else f"{name}: {becomes}")
    return changes


def _name(key: str) -> str:
    try:
        return translate(f"audit.field.{key}")
    except KeyError:
        return key


def _short(key: str, value: object) -> str:
    if value is None:
        return "-"
    if key == "condition":
        return i18n.condition_name(str(value), current_lang())
    if isinstance(value, bool):
        return translate("yes_or_no.yes") if value else translate("yes_or_no.no")
    if isinstance(value, list):
        return i18n.text("number.list", current_lang()).join(str(one) for one in value) or "-"
    text = str(value)
    return f"{text[:SHOWN_OF_A_HASH]}…" if len(text) == _HASH else text
