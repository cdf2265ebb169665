"""Picking one of several, a page of many rows, or a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date
from html import escape
from math import ceil
from typing import Literal, TypeVar
from unicodedata import east_asian_width

import streamlit as st

from kpi.services.year import ProgrammeYear, programme_year
from pages.session.context import PageContext
from pages.session.language import current_lang, translate
from pages.session.notice import show_notice_of
from pages.widgets import html

# Picking one of several, or a page of many rows.
#
# The choice of an option stands in the address, and only values that are offered are taken from it.
# A page that is come back to has the choices it was left with.


Item = TypeVar("Item")
Option = TypeVar("Option", bound=str)

ROWS_A_PAGE = 50
YEAR = "year"
"""Where the address names the year that a page is of."""


def pick_option(
    label: str,
    options: Sequence[str],
    key: str,
    words: Callable[[str], str],
    begin: str | None = None,
    *,
    named: bool = True,
) -> str:
    """The option chosen: by the reader, else by the address (``?key=option``), else ``begin`` or the first. Where the
    address names what is not offered, it is said that this is another. An option "", for all of them, stands in none.
    Not ``named``: the label is for a screen reader alone.

    ``st.selectbox(bind=...)`` would put the words shown into the address, and they change with the language.
    """
    in_address, page = st.query_params.get(key), st.session_state.get("address")
    # What was chosen by this key on the page before is no choice of this one: its widget would show the first option.
    if st.session_state.get(f"{key}-page", page) != page:
        st.session_state.pop(key, None)
    st.session_state[f"{key}-page"] = page
    if key not in st.session_state:
        _say_out_of_reach(label, options, key)
    if st.session_state.get(key) not in options:
        st.session_state[key] = in_address if in_address in options else begin or options[0]
    labels = distinguished({option: words(option) for option in options})
    # The browser keeps the words of what was chosen: where they are others by now, it is given the choice again.
    option, said = st.session_state.get(f"{key}-said", (None, ""))
    if option == st.session_state[key] and said != labels[option]:
        st.session_state[key] = option
    st.session_state[f"{key}-said"] = (st.session_state[key], labels[st.session_state[key]])
    shown: Literal["visible", "collapsed"] = "visible" if named else "collapsed"
    chosen: str = st.selectbox(label, options, format_func=labels.__getitem__, key=key, label_visibility=shown)
    _in_address(key, chosen)
    _whole_below(labels[chosen])
    return chosen


def _say_out_of_reach(label: str, options: Collection[str], key: str) -> None:
    """Where the address names what is not offered: whoever follows a link would take another item for that one."""
    if st.query_params.get(key, "") not in {"", *options} and key not in st.session_state.get(_RESTORED, ()):
        html.notice(translate("picker.out_of_reach", label=label))


def _whole_below(said: str) -> None:
    """A field has one line: on a telephone the words of what was chosen stand below it where they are too long for it.

    A screen reader hears them from the field.
    """
    if sum(_WIDE if east_asian_width(letter) in "WF" else _NARROW for letter in said) > _FIELD:
        html.element(f'<p class="kpi-full-name" aria-hidden="true">{escape(said)}</p>')


_WIDE, _NARROW, _FIELD = 16, 6.8, 310
"""Pixels: a Chinese character, another on average, and the line of a field on a screen of 390."""


def distinguished(words: Mapping[str, str]) -> dict[str, str]:
    """The words of each option, and behind those that others have too what the option is kept by: the browser sends
    words back, so that of two alike only the last could be chosen.
    """
    times = Counter(words.values())
    return {option: said if times[said] == 1 else f"{said} ({option})" for option, said in words.items()}


def pick_item(
    label: str, items: Mapping[str, Item], key: str, words: Callable[[str], str] = str, begin: str | None = None
) -> Item:
    """One of these items as ``pick_option``; where there is a single one nobody is asked."""
    if len(items) > 1:
        return items[pick_option(label, list(items), key, words, begin)]
    _say_out_of_reach(label, items, key)
    return next(iter(items.values()))


def pick_year(label: str, years: Collection[int], begin: int) -> int:
    """A year as ``pick_option`` by ``?year=``, the latest first; where there is a single one nobody is asked. The page
    is of that year's notice from there on.
    """
    options = {str(year): str(year) for year in sorted(years, reverse=True)}
    year = int(pick_item(label, options, YEAR, str, str(begin)))
    show_notice_of(year)
    return year


def pick_order(label: str, options: Sequence[Option], key: str, words: Callable[[str], str]) -> Option:
    """What a list is sorted by, as the reader or the address has it: the first of them until then."""
    if key not in st.session_state:
        asked = st.query_params.get(key)
        st.session_state[key] = next((item for item in options if item == asked), options[0])
    chosen = st.segmented_control(label, options, format_func=words, key=key, required=True) or options[0]
    _in_address(key, chosen)
    return chosen


def pick_day(label: str, key: str) -> date | None:
    """A day, as the reader or the address has it; None until then."""
    if key not in st.session_state:
        st.session_state[key] = None
        with suppress(ValueError):
            st.session_state[key] = date.fromisoformat(st.query_params.get(key, ""))
    picked = st.date_input(label, None, format="YYYY-MM-DD", key=key)
    day = picked if isinstance(picked, date) else None
    _in_address(key, day.isoformat() if day else "")
    return day


LONGEST_WORD = 60


def search_word(label: str, key: str, longest: int = LONGEST_WORD) -> str:
    """The words looked for, as the reader or the address has them, at most so long."""
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get(key, "")[:longest]
    word = st.text_input(label, max_chars=longest, key=key).strip()
    _in_address(key, word)
    return word


_CHOSEN, _RESTORED = "chosen-by-page", "restored"


def _in_address(key: str, value: str) -> None:
    """Where it stays after its page is left, too: Streamlit lets go of what a field holds that is not drawn."""
    st.session_state.setdefault(_CHOSEN, {}).setdefault(st.session_state.get("address"), {})[key] = value
    if value:
        if st.query_params.get(key) != value:
            st.query_params[key] = value
    elif key in st.query_params:
        del st.query_params[key]


def come_back(address: str) -> None:
    """Before a page is drawn to which the reader comes from another: it is shown as it was left, unless the address
    says itself what to show.
    """
    kept: dict[str, str] = {}
    if st.session_state.get("address") != address and set(st.query_params) <= {"lang"}:
        kept = {key: value for key, value in st.session_state.get(_CHOSEN, {}).get(address, {}).items() if value}
        st.query_params.update(kept)
    st.session_state[_RESTORED] = frozenset(kept)  # no link, so that what is gone by now is passed over without a word


def page_of(rows: Sequence[Item], key: str, most: int = ROWS_A_PAGE, looked_for: object = None) -> Sequence[Item]:
    """The rows of the page chosen; nothing to choose where there are no more than ``most``.

    The number stands in the address. It is the first page again where ``looked_for``, which the rows are those of, is
    not what it was at the last run.
    """
    pages = ceil(len(rows) / most)
    lang = current_lang()
    said, before = st.session_state.get(f"{key}-of", (lang, looked_for))
    if said == lang and before != looked_for:  # the same search said in another language is no other search
        st.session_state[key] = 1
    elif key not in st.session_state and (asked := st.query_params.get(key, "")) in map(str, range(1, pages + 1)):
        st.session_state[key] = int(asked)
    st.session_state[f"{key}-of"] = (lang, looked_for)
    number = st.pagination(pages, key=key) if pages > 1 else 1
    _in_address(key, str(number) if number > 1 else "")
    return rows[(number - 1) * most : number * most]


# The dates of the programme's year in words, for everybody whom they concern.


def year_words(found: ProgrammeYear) -> str:
    """Whether applications are taken, and until when; the publicity, where it is set."""
    dates = found.dates
    days = found.until(dates.closes).days_left
    words = translate(f"year.window_{found.window}", year=found.year, opens=dates.opens, closes=dates.closes, days=days)
    if dates.publicity_from and dates.publicity_to:
        words += translate("year.publicity_words", first=dates.publicity_from, last=dates.publicity_to)
    return words


def show_window(context: PageContext, year: int | None) -> ProgrammeYear | None:
    """Said where applications are worked on; nothing for a year without dates."""
    found = programme_year(context.store, context.viewer, year)
    if found is None:
        return None
    words = year_words(found)
    if found.window == "open":
        html.where(words)
    else:
        html.notice(words)
    return found
