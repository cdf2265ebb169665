"""Boxes that the reader opens, of what is only to be read."""

from __future__ import annotations

from contextlib import AbstractContextManager

import streamlit as st


def opened_box(label: str, key: str, *, unfolded: bool = False) -> AbstractContextManager[object] | None:
    """The box to draw in once the reader has opened it, else None: what nobody has opened is neither made nor sent.

    Not for a form: whatever is typed into a field is let go when the field is not drawn.
    """
    name, heading = f"{FOLDED}{key}", f"{HEADING}{key}"
    if st.session_state.get(heading, label) != label and name in st.session_state:
        # To Streamlit it is another box, which would begin folded.
        st.session_state[name] = st.session_state[name]
    st.session_state[heading] = label
    box = st.expander(label, expanded=unfolded, key=name, on_change="rerun")
    return box if box.open else None


FOLDED, HEADING = "folded-", "heading-"
