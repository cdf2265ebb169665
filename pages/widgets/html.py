"""Small pieces of HTML from values: everything that comes from a person or a file is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from html import escape
from typing import Literal

import streamlit as st


def plain(text: str) -> str:
    """Somebody's words for a place where Streamlit reads Markdown: a label, a caption, a heading, an alert.

    Marks are escaped, but for two that mean nothing to Markdown in any place: a label is read aloud as it is sent,
    backslashes included. Addresses and shortcodes (``:smile:``) are looked for after that, so a joiner of no width
    stands within them; without it a name could be a link, and an image in it a request to anywhere.
    """
    return _ADDRESS.sub("\\g<0>\u2060", _MARK.sub(r"\\\g<0>", text))


_MARK = re.compile(r"[!-$&-+\--/:-@\[-`{-~]")
_ADDRESS = re.compile(r"\\[:@]|www(?=\\\.)", re.IGNORECASE)


def marked(text: str) -> str:
    """Escaped, and what belongs together kept on one line: each date (``style.css``), a number and its per cent."""
    return _DAY.sub(r"<time>\g<0></time>", _PER_CENT.sub("\u00a0%", escape(text)))


def unbroken(text: str) -> str:
    """The same in words of Streamlit's own, which take no markup: a joiner of no width behind each hyphen of a date."""
    return _DAY.sub(lambda day: day[0].replace("-", "-\u2060"), _PER_CENT.sub("\u00a0%", text))


_PER_CENT = re.compile(r"(?<=\d) %")
_DAY = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")


Tone = Literal["leading", "undecided", "plain"]
"""The ground of an answer: as its verdict, or of none."""

_TOGETHER: ContextVar[list[str] | None] = ContextVar("pieces of one element", default=None)


@contextmanager
def together() -> Iterator[None]:
    """The sentences, clauses and notices said inside as one element of the page, one below the other as ever.

    Each element is a message of its own to the browser. Nothing else may be drawn meanwhile: it would stand above them.
    """
    pieces: list[str] = []
    token = _TOGETHER.set(pieces)
    try:
        yield
    finally:
        _TOGETHER.reset(token)
        if pieces:
            _say(f'<div class="kpi-together">{"".join(pieces)}</div>')


@dataclass(frozen=True, slots=True)
class _AsItStands:
    """Markup as Streamlit is to send it: a text it would first take apart into lines, to remove their indentation."""

    markup: str

    def _repr_html_(self) -> str:
        return self.markup


def element(markup: str) -> None:
    """Markup as one element of the page. Whatever comes from a person or a file in it is escaped already."""
    st.html(_AsItStands(markup))


def _say(markup: str) -> None:
    pieces = _TOGETHER.get()
    if pieces is None:
        element(markup)
    else:
        pieces.append(markup)


def sentence(text: str) -> None:
    """The answer, first on the page."""
    _say(f'<p class="kpi-sentence">{marked(text)}</p>')


def answer(over: str, beside: str, mark: str, text: str, below: str, tone: Tone, *, pending: bool = False) -> None:
    """The answer of a page as a card: what it is of, its mark and words, and in small what goes with it, or what is
    ``pending`` and may still change it. An answer that is no verdict has no ``mark``.
    """
    look = ' class="pending"' if pending else ""
    small = f"<small{look}>{marked(below)}</small>" if below else ""
    words = f"{mark} {marked(text)}".strip()
    said = f"<p><span>{escape(over)}</span><span>{marked(beside)}</span></p><strong>{words}</strong>{small}"
    _say(f'<section class="kpi-answer {tone}">{said}</section>')


def clause(text: str) -> None:
    _say(f'<p class="kpi-clause">{marked(text)}</p>')


def titled(text: str) -> None:
    """The name of what follows, too small a part of the page for a heading in its outline."""
    _say(f'<p class="kpi-titled">{marked(text)}</p>')


def bar(share: float) -> None:
    """A share, 0..1, beside the words that say it."""
    _say(f'<div class="kpi-bar" style="--share: {share:.1%}" aria-hidden="true"></div>')


def paragraph(text: str) -> None:
    """Plain words."""
    _say(f'<p class="kpi-paragraph">{marked(text)}</p>')


def where(text: str, address: str = "") -> None:
    """What an answer leans on, in small; its words lead to that ``address``, as those of ``Linked`` do."""
    _say(f'<p class="kpi-where">{_leading(marked(text), address)}</p>')


def caption(text: str) -> None:
    """How to read a picture, a line each."""
    _say(f'<p class="kpi-caption">{marked(text).replace(chr(10), "<br>")}</p>')


def notice(text: str) -> None:
    """What nobody may miss."""
    _say(f'<p class="kpi-notice" role="note">{marked(text)}</p>')


def bullets(texts: Sequence[str]) -> None:
    """Several of the same kind, a line each."""
    _say(f'<ul class="kpi-bullets">{"".join(f"<li>{marked(text)}</li>" for text in texts)}</ul>')


def folded(title: str, points: Sequence[tuple[str, str]]) -> None:
    """Words for whoever asks for them, a line until then: each of the ``points`` is a name and what is said of it."""
    items = "".join(
        f'<p class="kpi-where"><strong>{marked(name)}</strong>\u2002{marked(text)}</p>' for name, text in points
    )
    _say(f'<details class="kpi-where"><summary>{marked(title)}</summary>{items}</details>')


def fault(text: str) -> None:
    """What the field above it cannot be."""
    _say(f'<p class="kpi-error" role="alert">{marked(text)}</p>')


Look = Literal["now", "coming", "open", "past"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One place on a time line: a day, its state, whose it is, what it holds (each with its grounds), who did it."""

    when: str
    state: str
    look: Look
    source: str
    items: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()


def time_line(moments: Sequence[Moment]) -> None:
    """A list down a line, a mark each: filled for what holds, open for what does not or not yet."""
    element(f'<ol class="kpi-time">{"".join(_moment(moment) for moment in moments)}</ol>')


def _moment(one: Moment) -> str:
    items = "".join(f"<li>{marked(what)}<small>{marked(why)}</small></li>" for what, why in one.items)
    notes = "".join(f"<small>{marked(note)}</small>" for note in one.notes)
    return (
        f'<li class="{one.look}"><p><strong>{marked(one.when)}</strong> <span class="tag">{marked(one.state)}</span> '
        f"<span>{marked(one.source)}</span></p>{notes}<ul>{items}</ul></li>"
    )


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere on the same page."""

    text: str
    anchor: str


def landing(name: str) -> None:
    """Where a ``Link`` leads: to whatever comes next."""
    _say(f'<span class="kpi-anchor" id="{escape(name)}"></span>')


def links(targets: Sequence[Link]) -> None:
    """Several places on the same page, a line each."""
    linked = (f'<li><a href="#{escape(to.anchor)}">{marked(to.text)}</a></li>' for to in targets)
    element(f'<ul class="kpi-bullets">{"".join(linked)}</ul>')


def open_points(texts: Sequence[tuple[str, str]]) -> None:
    """What is open, each with what it means and what to do about it; lines after the first are listed below it."""
    items = "".join(
        f'<li class="question"><strong>{marked(what)}</strong><br><span class="remedy">{marked(lines[0])}</span>'
        f"{_columns(lines[1:])}</li>"
        for what, lines in ((what, means.split("\n")) for what, means in texts)
    )
    element(f'<ul class="kpi-faults">{items}</ul>')


def _columns(names: Sequence[str]) -> str:
    lines = "".join(f"<li>{marked(name)}</li>" for name in names)
    return f'<ul class="kpi-columns">{lines}</ul>' if lines else ""


def badge(text: str) -> None:
    """What holds for the whole store, on every page; it wraps where Streamlit's own badge is cut short."""
    element(f'<span class="kpi-badge" role="note">{marked(text)}</span>')


Form = Literal["plain", "narrow", "stacked", "brief", "facts", "whole", "heat"]
"""``narrow`` keeps few columns close together; ``stacked`` becomes a card a row where the screen is narrow, for many
columns or long text, ``heat`` likewise with each cell below its name, ``brief`` with the cells after one another and
without their names, for long lists that need none; ``facts`` has names and what they are, which breaks anywhere, as a
hash; ``whole`` breaks lines in the first and the last column alone."""


@dataclass(frozen=True, slots=True)
class ShadedShare:
    """A cell whose ground shows the size of a share, 0..1, beside the words that say it; None is not shaded."""

    text: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A cell whose ground catches the eye; its words say why."""

    text: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A cell whose words lead to another page, in a window of its own: what is typed on this one stays."""

    text: str
    address: str


Cell = str | ShadedShare | Marked | Linked
SHADES = 5
"""So many steps of shading (``style.css``)."""


def _leading(markup: str, address: str) -> str:
    return f'<a href="{escape(address)}" target="_blank">{markup}</a>' if address else markup


def table(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], numbers: Sequence[int] = (), form: Form = "plain"
) -> None:
    """A quiet table; ``numbers`` are the columns set right-aligned.

    A cell of several lines keeps each together and sets them beside or below one another as the width allows.
    """
    element(table_markup(columns, rows, numbers, form))


def table_markup(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], numbers: Sequence[int] = (), form: Form = "plain"
) -> str:
    """The same as text."""
    head = "".join(_cell("th", name, at in numbers, "") for at, name in enumerate(columns))
    body = "".join(
        "<tr>" + "".join(_cell("td", text, at in numbers, columns[at]) for at, text in enumerate(row)) + "</tr>"
        for row in rows
    )
    table = f'<table class="kpi-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    if form in ("stacked", "brief"):
        return f'<div class="kpi-table-box kpi-{form}">{_announced(table)}</div>'
    # It may be wider than its page: the keyboard scrolls what it can reach.
    return f'<div class="kpi-table-box kpi-{form}" tabindex="0">{table}</div>'


def _announced(table: str) -> str:
    """Rows set as blocks are no table to a screen reader any more, unless their roles are said."""
    for tag, role in (("table", "table"), ("tr", "row"), ("th", "columnheader"), ("td", "cell")):
        table = re.sub(f"<{tag}(?=[ >])", f'<{tag} role="{role}"', table)
    return table


def _one(words: str) -> str:
    """In a card a cell is a grid: words around a marked date would each be an item of it."""
    return f"<div>{words}</div>" if "<time>" in words else words


def _cell(tag: str, cell: Cell, number: bool, label: str) -> str:
    text = cell if isinstance(cell, str) else cell.text
    share = cell.share if isinstance(cell, ShadedShare) else None
    looks = ["number"] if number else []
    looks += [] if share is None else [f"shade-{min(int(share * SHADES), SHADES - 1)}"]
    looks += ["marked"] if isinstance(cell, Marked) else []
    look = f' class="{" ".join(looks)}"' if looks else ""
    label_attribute = f' data-label="{escape(label)}"' if label else ""
    parts = "".join(f"<span>{marked(part)}</span>" for part in text.split("\n")) if "\n" in text else _one(marked(text))
    parts = _leading(parts, cell.address if isinstance(cell, Linked) else "")
    scope = ' scope="col"' if tag == "th" else ""
    return f"<{tag}{scope}{look}{label_attribute}>{parts}</{tag}>"
