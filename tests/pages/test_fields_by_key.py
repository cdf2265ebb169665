"""A field reads of its session what its own key has: the same as Streamlit's, without gathering the whole."""

from __future__ import annotations

import pytest
from streamlit.runtime.state import SafeSessionState
from streamlit.testing.v1 import AppTest

from pages.session.streamlit_internals import StateByKey, look_up_fields_by_key

STREAMLITS = SafeSessionState.filtered_state


@pytest.fixture
def by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SafeSessionState, "filtered_state", STREAMLITS)
    look_up_fields_by_key()


def form() -> None:
    """Fields with a key and without, cleared ones, a chosen option, and values that the script itself has put there."""
    import streamlit as st

    st.session_state.setdefault("own", [1, 2])
    st.session_state.setdefault("number", None)
    st.text_input("words", "as drawn", key="words")
    st.text_input("nameless", "x")
    st.number_input("number", value=3, key="number")
    st.selectbox("choice", ["a", "b"], index=1, key="choice")
    st.radio("side", ["left", "right"], key="side")
    st.slider("share", 0, 10, 4, key="share")
    st.date_input("day", None, key="day")


def test_every_key_has_what_streamlit_gathers(by_key: None) -> None:
    page = AppTest.from_function(form).run()
    page.text_input("words").input("typed")
    page.run()
    state = page.session_state._state
    kept, gathered = StateByKey(state), STREAMLITS.__get__(state)
    assert set(gathered) == {"own", "number", "words", "choice", "side", "share", "day"}
    assert dict(kept) == gathered
    assert {key: kept[key] for key in gathered} == gathered
    assert len(kept) == len(gathered)
    assert str(kept) == str(gathered)
    assert all(key in kept for key in gathered)
    assert "nobody's" not in kept
    assert kept.get("nobody's") is None


def test_a_field_cleared_by_the_script_is_drawn_empty(by_key: None) -> None:
    page = AppTest.from_function(form).run()
    assert isinstance(page.session_state._state.filtered_state, StateByKey)
    assert page.number_input("number").value is None
    assert page.text_input("words").value == "as drawn"
    page.number_input("number").set_value(5)
    page.run()
    assert page.number_input("number").value == 5
    assert not page.exception


def test_a_form_gathers_nothing(by_key: None, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[int] = []
    gathers = type(AppTest.from_function(form).run().session_state._state._state)
    whole = gathers.filtered_state
    monkeypatch.setattr(gathers, "filtered_state", property(lambda state: times.append(1) or whole.__get__(state)))
    AppTest.from_function(form).run()
    assert times == []
