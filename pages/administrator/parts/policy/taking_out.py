"""Taking a value out of a change that is not in force yet: what stays is said, and it is asked once."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.errors import InvalidFile, UserError
from kpi.policy.load import file_entries
from kpi.services.administrator.policy import PolicyChange, take_out_policy_value
from pages.administrator.parts.policy.policy_value import in_value_names
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.ask_once import ask_once
from pages.widgets.error_message import show_error
from pages.widgets.problem_list import problem_items


def taken_out(context: PageContext, change: PolicyChange) -> str | None:
    """The name of the value that was taken out; a change of a single value is withdrawn as a whole instead."""
    number, version = change.number, change.edition.version
    entries = dict(file_entries(change.content))
    if len(entries) < 2:
        return None
    names = {key: entry.name.in_(context.lang) for key, entry in entries.items()}
    chosen = st.selectbox(
        translate("policy_change.take_out_which"),
        list(entries),
        index=None,
        format_func=lambda key: names[key],
        placeholder=translate("begin.choose"),
        key=f"take-out-{number}-{version}-which",
    )
    if chosen is None:
        return None
    entry, name = entries[chosen], names[chosen]
    value = (
        translate("policy_change.repealed") if entry.repealed else i18n.policy_value(chosen, entry.value, context.lang)
    )
    said = [translate("policy_change.take_out_means", number=number, name=name, value=value)]
    if change.state == "scheduled":
        said.append(translate("policy_change.take_out_voids", number=number))
    if not ask_once(translate("policy_change.take_out"), "\n".join(said), key=f"take-out-{number}-{version}"):
        return None
    try:
        take_out_policy_value(context.store, context.viewer, change.edition, chosen)
    except InvalidFile as refused:
        problem_items([in_value_names(one, names) for one in refused.problems], lambda _: "")
    except UserError as error:
        show_error(error)
    else:
        return name
    return None
