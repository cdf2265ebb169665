"""The audit trail as rows, filtered and taken away as a file; and how far it has been checked."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import get_args

import streamlit as st

from kpi import i18n
from kpi.model.audit import AUDIT_ACTIONS, AuditEntry, AuditFilter
from kpi.model.language import Lang
from kpi.model.scoring import FLAG_CODES, PANEL_OUTCOMES
from kpi.model.times import SHANGHAI
from kpi.reports.as_xlsx import TABLE_FORMS
from kpi.services.administrator.audit import (
    AuditTrail,
    audit_accounts,
    check_audit,
    export_audit,
    take_audit_entries,
    take_signed_anchor,
)
from pages.session.context import PUBLIC_KEYS, PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.downloads import XLSX_TYPE, ask_purpose
from pages.widgets.meeting import round_named, round_words
from pages.widgets.picker import pick_day, pick_option, search_word
from pages.widgets.tables import format_datetime

# An act of the audit trail as a row that people read: hashes by their beginning, before and after side by side.
#
# An act that somebody wrote over is shown as it stands: the page must not break just when it is needed.


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
    "second_factor": "audit.value",
}
"""Where the words of a detail's values stand."""


_WORDED = {
    "notice_chosen": "notice",
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
        name = _audit_rows_name(key, lang)
        was, becomes = (_short(key, details.get(key), lang, whole) for details in (before, after))
        said = f"{was} → {becomes}" if key in before else becomes
        changes.append(i18n.text("carried.line", lang, label=name, text=said))
    return changes


def _audit_rows_name(key: str, lang: Lang) -> str:
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
        parts = [" ".join(map(str, item)) if isinstance(item, list) else _one(key, item, lang, whole) for item in value]
        shown = i18n.text("number.list", lang).join(parts if whole else parts[:SHOWN_OF_A_LIST])
        if not whole and len(parts) > SHOWN_OF_A_LIST:
            return i18n.text("page.audit.first_of", lang, count=len(parts), first=shown)
        return shown or "—"
    if isinstance(value, dict):
        named = (f"{_audit_rows_name(part, lang)} {_short(part, item, lang, whole)}" for part, item in value.items())
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


# Which entries of the trail are looked for: kind, account, object, and days in Shanghai.


EVERY = "every"
LONGEST_SUBJECT = 120


def ask_filters(context: PageContext) -> AuditFilter:
    """What was chosen; everything until then."""
    left, right = st.columns(2)
    with left:
        action = pick_option(
            translate("audit.kind"), [EVERY, *AUDIT_ACTIONS], "action", lambda item: translate(f"audit.action.{item}")
        )
    with right:
        actor = pick_option(
            translate("audit.account"),
            [EVERY, *audit_accounts(context.store, context.viewer)],
            "actor",
            lambda item: translate("audit.every_account") if item == EVERY else item,
        )
    left, middle, right = st.columns((2, 1, 1))
    with left:
        subject = search_word(translate("audit.object"), "audit-object", LONGEST_SUBJECT)
    with middle:
        since = pick_day(translate("audit.since"), "audit-since")
    with right:
        until = pick_day(translate("audit.until"), "audit-until")
    return AuditFilter(
        actor=None if actor == EVERY else actor,
        action=None if action == EVERY else action,
        subject=round_named(subject) or object_named(subject) or subject or None,
        since=_begins(since) if since else None,
        before=_begins(until + timedelta(days=1)) if until else None,
    )


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


# Taking the trail away: what was asked for as a table, or all of it as JSON Lines.


TYPES = {".csv": "text/csv", ".xlsx": XLSX_TYPE}


def offer_export(context: PageContext, wanted: AuditFilter, columns: list[str]) -> None:
    """The buttons; nothing is made before one is pressed. Each asks again who it is that presses."""
    title, purpose = translate("title.audit"), ask_purpose("purpose-audit", "audit")
    with st.container(horizontal=True):
        for suffix, mime in TYPES.items():
            st.download_button(
                translate(f"audit.take{suffix}"),
                partial(_table, context, wanted, purpose, title, columns, suffix),
                file_name=f"audit{suffix}",
                mime=mime,
                on_click="ignore",
                disabled=not purpose,
                key=f"audit{suffix}",
            )
        st.download_button(
            translate("audit.export"),
            partial(_lines, context, purpose),
            file_name="audit.jsonl",
            mime="application/jsonl",
            on_click="ignore",
            disabled=not purpose,
            key="audit.jsonl",
        )
    html.where(translate("audit.export_how"))
    st.download_button(
        translate("audit.anchor"),
        partial(_anchor, context),
        file_name="anchor.jws",
        mime="application/jose",
        on_click="ignore",
        key="anchor.jws",
    )
    html.where(translate("audit.anchor_how", address=PUBLIC_KEYS))


def _anchor(context: PageContext) -> bytes:
    return take_signed_anchor(context.store, context.reader_by_now()).encode()


def _table(
    context: PageContext, wanted: AuditFilter, purpose: str, title: str, columns: list[str], suffix: str
) -> bytes:
    acts = take_audit_entries(context.store, context.reader_by_now(), wanted, purpose)
    return TABLE_FORMS[suffix](title, columns, [audit_row(act, context.lang) for act in acts])


def _lines(context: PageContext, purpose: str) -> bytes:
    return export_audit(context.store, context.reader_by_now(), purpose).encode()


# How far the trail has been checked, and checking all of it where somebody asks for that.


NAMED = 20
"""So many entries that are not as written are named."""


def say_how_far_checked(trail: AuditTrail, lang: Lang) -> None:
    """Nothing is called sound that was not checked."""
    check = trail.check
    if check is None:
        html.notice(translate("audit.not_checked", length=trail.length))
        return
    if check.broken:
        listed = i18n.text("number.list", lang)
        st.error(translate("audit.broken", acts=listed.join(_audit_check_name(item) for item in check.broken[:NAMED])))
    elif trail.unchecked:
        html.notice(translate("audit.partly", length=trail.length, until=check.seq, unchecked=trail.unchecked))
    else:
        html.sentence(translate("audit.whole", length=trail.length))
    html.where(translate("audit.checked_when", whole=check.whole_seq, at=format_datetime(check.whole_at)))


def offer_check(context: PageContext) -> None:
    """A button; the check shows how far it is."""
    if not st.button(translate("audit.check_all"), key="audit-check"):
        return
    bar = st.progress(0.0, translate("audit.checking"))

    def report(share: float) -> None:
        bar.progress(share, translate("audit.checking"))

    check_audit(context.store, context.viewer, report)
    bar.empty()


def _audit_check_name(broken: str) -> str:
    return broken if broken.isdecimal() else translate(f"audit.broken_{broken}")
