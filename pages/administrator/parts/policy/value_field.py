"""A field fit for the kind of a policy value: its unit and bounds stand below, and what cannot be is refused there."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.policy.schema import ValueRule
from pages.session.language import current_lang, translate
from pages.widgets import html

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
            text = st.text_input(label, translate("policy.list").join(one.name for one in value), key=key)
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
    offered = [i18n.stated_percent(one) for one in sorted({*COMMON_SHARES, *value})]
    picked = st.multiselect(label, offered, list(map(i18n.stated_percent, value)), key=key, accept_new_options=True)
    numbers = [_parsed(one) for one in picked]
    unfit = [one for one, number in zip(picked, numbers, strict=True) if number is None or not rule.within(number)]
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
        unfit = translate("policy.list").join(part for part, one in zip(parts, found, strict=True) if one is None)
        return None, translate("policy_change.unfit", value=unfit, must=translate("policy_change.must.bands"))
    return [[int(one[1]), int(one[2]) if one[2] else None] for one in found if one], ""
