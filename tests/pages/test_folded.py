"""A box that the reader has opened stays open while its heading changes: a count in it, or the reader's language."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from pages.widgets.acts import opened_box

    if box := opened_box(f"{st.session_state.get('count', 3)} rows", "rows"):
        with box:
            st.text("the rows")


def drawn(test: AppTest) -> list[str]:
    assert not test.exception
    return [text.value for text in test.text]


def test_a_box_stays_as_the_reader_left_it_when_its_heading_changes() -> None:
    test = AppTest.from_function(page).run()
    assert drawn(test) == []
    test.session_state["folded-rows"] = True
    assert drawn(test.run()) == ["the rows"]
    for count in (4, 5):
        test.session_state["count"] = count
        assert drawn(test.run()) == ["the rows"]
        assert [box.label for box in test.expander] == [f"{count} rows"]
    test.session_state["folded-rows"] = False
    assert drawn(test.run()) == []
    test.session_state["count"] = 6
    assert drawn(test.run()) == []
