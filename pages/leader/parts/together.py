"""What is still to be written for the whole list: a field for all that lack the same, and one save for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.programme import Placement, differences_to_proposal
from kpi.services.leader.nomination import LONGEST_REASON
from pages.leader.parts.conditions import add_reason, bare_conditions
from pages.leader.parts.list import about_list, label_of
from pages.leader.parts.order import Written, save_written
from pages.leader.parts.proposal import difference_reason
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, opened_box
from pages.widgets.tables import show_table, typed_table

DIFFERENCES = "differences"


@dataclass(frozen=True, slots=True)
class SharedField:
    """A field whose words go to all who lack them: ``count`` of the candidates. ``means``: what they are said of, a
    line each, read before it is confirmed; ``put``: the placement with the words.
    """

    kind: str
    label: str
    count: int
    means: tuple[str, ...]
    put: Callable[[Placement, str], Placement]


def fill_together(context: PageContext, written: Written) -> list[str]:
    """One field for the differences, one for documents, and one for each who rules on open conditions: no sentence
    covers all of them. What somebody has written for a candidate alone stays.

    Returns:
        The labels of the fields that hold words which are not saved yet.
    """
    bare = _bare(written)
    fields = [
        *_of_differences(context, written),
        *_of_documents(context, written),
        *_of_conditions(context, written, bare),
    ]
    if not fields:
        return []
    html.titled(translate("nomination.together"))
    html.where(translate("nomination.together_how"))
    of = f"together-{written.drawn.year}"
    entered: list[tuple[SharedField, str]] = []
    for field in fields:
        key = f"{of}-{field.kind}"
        words = st.text_input(field.label, max_chars=LONGEST_REASON, key=key, persist_state="session")
        if words.strip():
            entered.append((field, words.strip()))
    labels = [field.label for field, _ in entered]
    _save_entered(context, written, entered, of)
    if bare and (box := opened_box(translate("nomination.bare"), "bare-conditions")):
        with box:
            _table(context, written, bare)
    return labels


def _save_entered(context: PageContext, written: Written, entered: Sequence[tuple[SharedField, str]], of: str) -> None:
    """The differences alone by one press; all that is entered by one that is confirmed, with every name."""
    with st.container(horizontal=True, key=f"{of}-save"):
        pressed = [item for item in entered if item[0].kind == DIFFERENCES and _differences_alone(item[0], of)]
        if entered and _confirmed(entered, of):
            pressed = list(entered)
    if not pressed:
        return

    def change(placement: Placement) -> Placement:
        for field, words in pressed:
            placement = field.put(placement, words)
        return placement

    save_written(context, written, change, taken_up=[f"{of}-{field.kind}" for field, _ in pressed])


def _differences_alone(field: SharedField, of: str) -> bool:
    return st.button(translate("nomination.one_reason_add", count=field.count), key=f"{of}-one-reason")


def _confirmed(entered: Sequence[tuple[SharedField, str]], of: str) -> bool:
    lines = [
        translate("nomination.together_line", words=words, of=of_whom)
        for field, words in entered
        for of_whom in field.means
    ]
    question = "\n".join([translate("nomination.together_means"), *lines])
    return confirm_act(translate("nomination.together_save"), question, key=of)


def _of_differences(context: PageContext, written: Written) -> Iterator[SharedField]:
    """All differences to the proposal that have no reason, on the list or off it."""
    found = written.found
    change = differences_to_proposal(found.latest.content)
    codes = (*change.added, *change.dropped, *change.moved) if change else ()
    unsaid = [
        code
        for code in codes
        if code in written.placements and not (difference_reason(found, code) or written.placements[code].reason)
    ]
    if unsaid:
        yield _field(
            context,
            written,
            DIFFERENCES,
            unsaid,
            lambda item, words: replace(item, reason=words) if item.credit_code in unsaid else item,
        )


def _of_documents(context: PageContext, written: Written) -> Iterator[SharedField]:
    """How the documents reach the city of all to whom some are not attached."""
    lacking = [
        code
        for code in dict.fromkeys(fault.credit_code for fault in written.found.faults if fault.fixed_by == "either")
        if not written.placements[code].documents
    ]
    if lacking:
        yield _field(
            context,
            written,
            "documents",
            lacking,
            lambda item, words: replace(item, documents=words) if item.credit_code in lacking else item,
        )


def _field(
    context: PageContext, written: Written, kind: str, codes: Sequence[str], put: Callable[[Placement, str], Placement]
) -> SharedField:
    label = translate(f"nomination.together_{kind}", count=len(codes))
    return SharedField(kind, label, len(codes), (_names(context, written, codes),), put)


Bare = Mapping[str, Mapping[tuple[str, ...], Sequence[str]]]
"""By who rules on them the conditions without a reason, as sets, each with the candidates who lack that set."""


def _bare(written: Written) -> Bare:
    found: dict[str, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for code, placement in written.placements.items():
        by_ruler: dict[str, list[str]] = defaultdict(list)
        for condition in bare_conditions(written.found, placement):
            by_ruler[catalogue().condition(condition).rests_on].append(condition)
        for ruler, conditions in by_ruler.items():
            found[ruler][tuple(conditions)].append(code)
    return found


def _of_conditions(context: PageContext, written: Written, bare: Bare) -> Iterator[SharedField]:
    for ruler, lacking in bare.items():
        conditions_of = {code: conditions for conditions, codes in lacking.items() for code in codes}
        label = translate(
            "nomination.together_conditions",
            on=translate(f"checklist.rests_on.{ruler}"),
            count=len(conditions_of),
        )
        means = tuple(
            translate(
                "nomination.together_covers",
                conditions=_conditions(context, conditions),
                factories=_names(context, written, codes),
            )
            for conditions, codes in lacking.items()
        )
        yield SharedField(ruler, label, len(conditions_of), means, partial(_cover, conditions_of))


def _cover(conditions_of: Mapping[str, Sequence[str]], placement: Placement, words: str) -> Placement:
    conditions = conditions_of.get(placement.credit_code)
    return add_reason(placement, words, conditions) if conditions else placement


def _table(context: PageContext, written: Written, bare: Bare) -> None:
    """Who rules on what, and for whom nothing is written yet."""
    columns = [translate(f"nomination.column_{name}") for name in ("rests_on", "condition", "factory")]
    count = len(written.found.latest.content.order)
    everyone = translate("nomination.together_everyone", count=count)
    rows = [
        [
            translate(f"checklist.rests_on.{ruler}"),
            _conditions(context, conditions),
            everyone if 1 < len(codes) == count else _names(context, written, codes),
        ]
        for ruler, lacking in bare.items()
        for conditions, codes in lacking.items()
    ]
    about = about_list(context, written.found, translate("nomination.together"))
    show_table(context, about, typed_table(columns, rows), "bare-conditions", form="stacked")


def _names(context: PageContext, written: Written, codes: Sequence[str]) -> str:
    return i18n.text("number.list", context.lang).join(label_of(written.found, code) for code in codes)


def _conditions(context: PageContext, codes: Sequence[str]) -> str:
    return i18n.text("number.list", context.lang).join(i18n.condition_name(code, context.lang) for code in codes)
