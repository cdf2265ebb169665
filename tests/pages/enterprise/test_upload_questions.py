"""The questions of an upload: each once, for several KPIs together, accepted as a whole or one by one."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.services.enterprise.answer_sheets import create_sheet
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import viewer_of
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


def test_a_file_that_names_no_year_is_known_as_taken_once_it_is(copied_office: Office) -> None:
    """The year chosen at the press was asked for again on the way back, and the file said to be in no answer sheet."""
    copied_office.sit("enterprise")
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    received = receive_file(copied_office.store, viewer, "a.csv", "项目,数值\n关键设备数控化率,95.5\n".encode())
    test = opened("upload", sent=received.upload)
    assert words("begin.not_taken") in seen(test)
    test = test.selectbox(key=f"year-{received.upload}-0").set_value(2025).run()
    press(test, "begin.take")
    again = opened("upload", sent=received.upload)
    assert words("begin.taken", version=1) in seen(again)
    assert words("begin.not_taken") not in seen(again)


def test_of_several_applications_the_one_that_was_taken_is_shown(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    [code] = viewer.scope
    table = f"统一社会信用代码,年度,K01 关键设备数控化率\n{code},2026,95\n{code},2025,96\n"
    received = receive_file(copied_office.store, viewer, "a.csv", table.encode())
    test = opened("upload", sent=received.upload)
    assert len(received.reading.applications) == 2
    create_sheet(copied_office.store, viewer, received, 1, code, 2025)
    assert words("begin.taken", version=1) in seen(opened("upload", sent=received.upload))
    assert words("begin.not_taken") in seen(test)
