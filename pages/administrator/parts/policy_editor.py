"""Drafting a change of policy: one value at a time, or a whole file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import InvalidFile, UserError
from kpi.model.language import Lang
from kpi.model.problem import Problem
from kpi.policy.change_file import LONGEST_WORDS, EnteredValue, change_with, parse_change
from kpi.policy.load import Policies, policy_file
from kpi.policy.policy import PolicyEntry
from kpi.policy.schema import ValueRule, value_rule
from kpi.services.administrator.policy import (
    PolicyChange,
    PolicyOverview,
    draft_policy_change,
    set_policy_value,
)
from pages.administrator.parts.policy import in_value_names, policy_unit
from pages.session.context import PageContext
from pages.session.language import current_lang, in_language, translate
from pages.widgets import html
from pages.widgets.acts import keep_press, press_answered, show_error
from pages.widgets.documents import problem_items, problem_list

# The values in force as a file: the beginning of a new notice's.


NEXT_YEAR = "policy-file-year"


def offer_policy_file(overview: PolicyOverview) -> None:
    """Taken away, changed where the new notice says otherwise, and sent back below."""
    html.where(translate("policy_change.file_how"))
    day = date(overview.today.year + 1, 1, 1)
    st.download_button(
        translate("policy_change.file"),
        partial(_written, overview, day, current_lang()),
        file_name=translate("policy_change.file_name", day=day.isoformat()),
        mime="application/toml",
        key=NEXT_YEAR,
        on_click="ignore",
    )


def _written(overview: PolicyOverview, day: date, lang: Lang) -> bytes:
    with in_language(lang):
        head = translate("policy_change.file_head")
    return policy_file(overview.current, day, head).encode()


# A field fit for the kind of a policy value: its unit and bounds stand below, and what cannot be is refused there.


COMMON_SHARES = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99)
"""What a list of shares is offered to be picked from; any other can be typed."""

_BAND = re.compile(r"(\d{1,6})(?:-(\d{1,6})|\+)")


def value_field(rule: ValueRule, value: Any, unit: str, key: str) -> object | None:
    """What was entered; None where it cannot be, which is said below the field."""
    label = translate("policy_change.value_percent" if rule.is_share else "policy_change.value")
    in_words = partial(i18n.value_in_words, lang=current_lang())
    found: object | None
    fault = ""
    match rule.kind:
        case "yes_no":
            found = st.radio(label, (True, False), 0 if value else 1, format_func=in_words, key=key, horizontal=True)
        case "day":
            first, last = date(2000, 1, 1), date(2999, 12, 31)
            found = st.date_input(label, value, min_value=first, max_value=last, key=key, format="YYYY-MM-DD")
        case "choice":
            found = st.selectbox(label, rule.choices, rule.choices.index(value), format_func=in_words, key=key)
        case "kpis":
            codes = [kpi.code for kpi in catalogue().kpis]
            named = partial(i18n.kpi_label, lang=current_lang())
            found = sorted(st.multiselect(label, codes, list(value), format_func=named, key=key))
        case "numbers":
            found, fault = _numbers(rule, value, label, key)
        case "bands":
            text = st.text_input(label, translate("policy.list").join(item.name for item in value), key=key)
            found, fault = _bands(text)
        case _:
            whole = rule.kind == "whole"
            stands = int(value) if whole else i18n.share_in_percent(value) if rule.is_share else float(value)
            step, shown = (1, "%d") if whole else (1.0, "%g")
            entered = st.number_input(label, value=stands, step=step, format=shown, key=key)
            stated = i18n.share_of_percent(entered) if rule.is_share else entered
            found = stated if rule.within(stated) else None
            if found is None:
                fault = translate("policy_change.unfit", value=_number(rule, stated), must=bounds(rule))
    if fault:
        html.fault(fault)
    if must := bounds(rule):
        html.where(translate("policy_change.unit", unit=unit, bounds=must))
    return found


def bounds(rule: ValueRule) -> str:
    """What a number must be; empty where nothing bounds it."""
    said = [translate("policy_change.must.whole")] if rule.kind == "whole" else []
    given = {name: getattr(rule, name) for name in ("above", "lowest", "below", "highest")}
    said += [
        translate(f"policy_change.must.{name}", bound=_number(rule, bound))
        for name, bound in given.items()
        if bound is not None
    ]
    if rule.kind == "numbers":
        said.insert(0, translate("policy_change.must.percent"))
    if rule.kind in ("numbers", "bands"):
        said.append(translate(f"policy_change.must.{rule.kind}"))
    return translate("policy.list").join(said)


def _number(rule: ValueRule, number: float) -> str:
    return i18n.stated_percent(number) if rule.is_share else i18n.plain_number(number)


def _numbers(rule: ValueRule, value: tuple[float, ...], label: str, key: str) -> tuple[object | None, str]:
    """Shares, picked from the common ones, or typed in percent."""
    offered = [i18n.stated_percent(item) for item in sorted({*COMMON_SHARES, *value})]
    picked = st.multiselect(label, offered, list(map(i18n.stated_percent, value)), key=key, accept_new_options=True)
    numbers = [_parsed(item) for item in picked]
    unfit = [item for item, number in zip(picked, numbers, strict=True) if number is None or not rule.within(number)]
    if unfit or not picked:
        return None, translate("policy_change.unfit", value=translate("policy.list").join(unfit), must=bounds(rule))
    return sorted({number for number in numbers if number is not None}), ""


def _parsed(text: str) -> float | None:
    """In percent, with the sign or without; what is written as a share is not taken for less than one percent."""
    try:
        number = float(text.replace("％", "%").removesuffix("%"))
    except ValueError:
        return None
    return i18n.share_of_percent(number) if number >= 1 or text != text.rstrip("%％") else None


def _bands(text: str) -> tuple[object | None, str]:
    """``10-14, 15-29, 60+`` as pairs; whether they follow one another is the policy's to say."""
    parts = [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    found = [_BAND.fullmatch(part) for part in parts]
    if not parts or not all(found):
        unfit = translate("policy.list").join(part for part, item in zip(parts, found, strict=True) if item is None)
        return None, translate("policy_change.unfit", value=unfit, must=translate("policy_change.must.bands"))
    return [[int(item[1]), int(item[2]) if item[2] else None] for item in found if item], ""


# Drafting a change of policy: one value at a time, or a whole file.


INTO, NEXT, ROUND, TRIED = "policy-into", "policy-into-next", "policy-round", "policy-tried"
_READ = "policy-read"
"""The edition that stood on the page when saving was pressed: a colleague may have saved another by now."""


def policy_editor(context: PageContext, overview: PolicyOverview) -> None:
    """A new change, or a further edition of one that is not in force."""
    with st.expander(translate("policy_change.edit"), expanded=bool(st.session_state.get(ROUND))):
        change = _into(overview)
        entries = {entry.key: entry for entry in overview.current if not entry.repealed}
        key = st.selectbox(
            translate("policy_change.value_name"),
            list(entries),
            index=list(entries).index("leading_quantile"),
            format_func=lambda item: entries[item].name.in_(context.lang),
            key="policy-key",
        )
        _one_value(context, overview, entries[key], change)
        offer_policy_file(overview)
        _file_form(context, change)


def _into(overview: PolicyOverview) -> PolicyChange | None:
    """The change to be edited; None is a new one. After a value was saved, the one that it was saved in."""
    still_open = {item.number: item for item in overview.changes if item.state in ("draft", "scheduled")}
    if (saved := st.session_state.pop(NEXT, None)) in still_open:
        st.session_state[INTO] = saved
    chosen: int = st.selectbox(
        translate("policy_change.into"),
        [0, *still_open],
        format_func=lambda item: translate("policy_change.number", number=item) if item else _new(),
        key=INTO,
    )
    change = still_open.get(chosen)
    if change and change.state == "scheduled":
        html.notice(translate("policy_change.voids", number=change.number))
    return change


def _new() -> str:
    return translate("policy_change.edit_new")


def _one_value(context: PageContext, overview: PolicyOverview, now: PolicyEntry, change: PolicyChange | None) -> None:
    """Fields that empty themselves once the value is saved; day and reference stay with the change."""
    drafted = Policies(()).with_changes([change.content]).stored if change else ()
    entry = next((policy for policy in drafted if policy.key == now.key and not policy.repealed), now)
    # Not of an edition: what is typed stays when a colleague saves another.
    key = f"policy-{now.key}-{change.number if change else 'new'}-{st.session_state.get(ROUND, 0)}"
    value = value_field(
        value_rule(now.key), entry.value, policy_unit(now.key, entry.unit.in_(context.lang)), f"{key}-value"
    )
    in_value = st.container()
    silent = bool(entry.silent) and not st.checkbox(
        translate("policy_change.of_the_notice"),
        key=f"{key}-stated",
        help=translate("policy_change.of_the_notice_help"),
    )
    tomorrow = overview.today + timedelta(days=1)
    first = change.content.in_force_from if change else date(overview.today.year + 1, 1, 1)
    day = st.date_input(
        translate("policy_change.day"), max(first, tomorrow), min_value=tomorrow, key=f"{key}-day", format="YYYY-MM-DD"
    )
    last = drafted[-1] if drafted else None
    reference = _words("reference", f"{key}-reference", last.reference.zh if last else "")
    reason = _words("reason", f"{key}-reason")
    with st.expander(translate("policy_change.in_english")):
        reference_en = _words("reference", f"{key}-reference-en", last.reference.en if last else "", needed=False)
        reason_en = _words("reason", f"{key}-reason-en", needed=False)
    typed = {translate(f"policy_change.{name}"): f"{key}-{name}" for name in ("value", "reference", "reason")}
    pressed = st.button(
        translate("policy_change.save"), type="primary", key=f"{key}-save", on_click=_tried, args=(key, change, typed)
    )
    if pressed:
        press_answered()
    if value is None:
        return
    entered = EnteredValue(day, now.key, value, (reference, reference_en), (reason, reason_en), not silent)
    problems = _problems(overview, entered, now, change, context)
    with in_value:
        problem_items(problems, lambda _: "")
    if not pressed or problems or not reference.strip() or not reason.strip():
        return
    try:
        number = change.number if change else None
        number = set_policy_value(context.store, context.viewer, entered, number, seen=st.session_state.get(_READ))
    except InvalidFile as refused:
        problem_list(refused.problems)
    except UserError as error:
        show_error(error)
    else:
        _saved(number)


def _tried(key: str, change: PolicyChange | None, typed: Mapping[str, str]) -> None:
    """Before the page is drawn again, which has no such fields where the change is withdrawn or in force by now."""
    st.session_state[TRIED] = key
    _read(change)
    keep_press(typed)


def _read(change: PolicyChange | None) -> None:
    st.session_state[_READ] = change.edition if change else None


def _words(name: str, key: str, value: str = "", needed: bool = True) -> str:
    """A line of words; where it is needed and missing, that is said below it once saving was tried."""
    found: str = st.text_input(translate(f"policy_change.{name}"), value, max_chars=LONGEST_WORDS, key=key)
    if needed and not found.strip() and st.session_state.get(TRIED, "") and key.startswith(st.session_state[TRIED]):
        html.fault(translate(f"policy_change.{name}_needed"))
    return found


def _problems(
    overview: PolicyOverview, entered: EnteredValue, now: PolicyEntry, change: PolicyChange | None, context: PageContext
) -> list[Problem]:
    """What of the value cannot be, before it is saved; its words are looked at apart."""
    known = Policies(overview.known)
    trial = EnteredValue(entered.in_force_from, entered.key, entered.value, ("-", "-"), ("-", "-"))
    try:
        parse_change("", change_with(trial, now, change.content if change else None), known)
    except InvalidFile as refused:
        names = {entry.key: entry.name.in_(context.lang) for entry in overview.known}
        return [in_value_names(problem, names) for problem in refused.problems]
    return []


def _file_form(context: PageContext, change: PolicyChange | None) -> None:
    key = f"policy-file-{st.session_state.get(ROUND, 0)}"
    file = st.file_uploader(translate("policy_change.upload"), type=["toml"], key=key, max_upload_size=1)
    if file is None:
        return
    if not st.button(translate("policy_change.upload_save"), key="policy-file-save", on_click=_read, args=(change,)):
        return
    number, seen = change.number if change else None, st.session_state.get(_READ)
    try:
        number = draft_policy_change(context.store, context.viewer, file.name, file.getvalue(), number, seen=seen)
    except InvalidFile as refused:
        html.sentence(translate("policy_change.refused"))
        problem_list(refused.problems)
    except UserError as error:
        show_error(error)
    else:
        _saved(number)


def _saved(number: int) -> None:
    """The fields are empty again, and the next value goes into the same change."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state[NEXT] = number
    st.session_state["policy_said"] = translate("policy_change.saved", number=number)
    st.rerun()
