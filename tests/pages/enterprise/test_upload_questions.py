"""The questions of an upload: each once, for several KPIs together, accepted as a whole or one by one."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from tests.pages.app_runs import Office, opened
from tests.pages.screen_text import seen


def words(key: str, **params: object) -> str:
    return text(f"page.{key}", "zh", **params)


def press(test: AppTest, key: str, **params: object) -> AppTest:
    label = words(key, **params)
    return next(one for one in test.button if one.label == label).click().run()


def count_of(test: AppTest) -> int:
    """How many KPIs and headers are asked about, by the heading."""
    return next((count for count in range(1, 20) if words("ask.title", count=count) in seen(test)), 0)


def own_table(office: Office) -> AppTest:
    office.sit("enterprise")
    test = opened("upload")
    return test.button(key="sample-own_table").click().run()


def test_the_same_question_of_several_kpis_is_asked_once(copied_office: Office) -> None:
    test = own_table(copied_office)
    assert count_of(test) == 8
    assert len(test.radio) == 5
    assert words("ask.all_unit", count=3) in seen(test)
    assert any("K20" in one and "0.88" in one and "88%" in one for one in seen(test))


def test_a_confirmation_without_a_choice_says_so_and_changes_nothing(copied_office: Office) -> None:
    test = press(own_table(copied_office), "ask.confirm")
    assert [one.value for one in test.warning] == [words("ask.nothing_chosen")]
    assert count_of(test) == 8


def test_all_suggestions_are_accepted_at_once_and_a_basis_is_never_suggested(copied_office: Office) -> None:
    test = press(own_table(copied_office), "ask.accept", count=6)
    assert count_of(test) == 2
    [basis] = test.radio
    assert words("ask.accept", count=2) not in seen(test)
    basis.set_value("relative")
    next(one for one in test.selectbox if "K11" in one.label).set_value("points")
    test = press(test, "ask.confirm")
    assert count_of(test) == 0
    answers = test.session_state["received"].answers
    assert sorted(answers.basis.values()) == ["points", "relative"]
    assert set(answers.unit.values()) == {"fraction"}


def test_an_own_choice_goes_before_a_suggestion(copied_office: Office) -> None:
    test = own_table(copied_office)
    next(one for one in test.radio if "K17" in str(one.options)).set_value("ignore")
    test = press(test, "ask.accept", count=6)
    assert "ignore" in test.session_state["received"].answers.header.values()
