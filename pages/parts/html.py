"""Small pieces of HTML from values: everything that comes from a person or a file is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st


def sentence(text: str) -> None:
    """The answer, first on the page."""
    st.html(f'<p class="kpi-sentence">{escape(text)}</p>')


def clause(text: str) -> None:
    st.html(f'<p class="kpi-clause">{escape(text)}</p>')


def where(text: str) -> None:
    """What an answer leans on, in small."""
    st.html(f'<p class="kpi-where">{escape(text)}</p>')


def caption(text: str) -> None:
    """How to read a picture, a line each."""
    st.html(f'<p class="kpi-caption">{escape(text).replace(chr(10), "<br>")}</p>')


def notice(text: str) -> None:
    """What nobody may miss."""
    st.html(f'<p class="kpi-notice" role="note">{escape(text)}</p>')


def badge(text: str) -> None:
    """What holds for the whole store, on every page; it wraps where Streamlit's own badge is cut short."""
    st.html(f'<span class="kpi-badge" role="note">{escape(text)}</span>')


def table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = (), narrow: bool = False
) -> None:
    """A quiet table; ``numbers`` are the columns set right-aligned; ``narrow`` keeps few columns close together.

    A cell of several lines keeps each together and sets them beside or below one another as the width allows.
    """
    head = "".join(_cell("th", name, at in numbers) for at, name in enumerate(columns))
    body = "".join(
        "<tr>" + "".join(_cell("td", text, at in numbers) for at, text in enumerate(row)) + "</tr>" for row in rows
    )
    box = "kpi-table-box kpi-narrow" if narrow else "kpi-table-box"
    st.html(f'<div class="{box}"><table class="kpi-table"><tr>{head}</tr>{body}</table></div>')


def _cell(tag: str, text: str, number: bool) -> str:
    look = ' class="number"' if number else ""
    parts = "".join(f"<span>{escape(part)}</span>" for part in text.split("\n")) if "\n" in text else escape(text)
    return f"<{tag}{look}>{parts}</{tag}>"
