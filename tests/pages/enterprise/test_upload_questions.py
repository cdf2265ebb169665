"""The questions of an upload: each once, for several KPIs together; what is chosen beforehand has two grounds."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.intake.answers import NO_ANSWERS
from kpi.services.enterprise.sheets import create_sheet
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import viewer_of
from tests.pages.app_runs import Office, opened
from tests.pages.screen_text import seen


def words(key: str, **params: object) -> str:
    return text(f"page.{key}", "zh", **params)


def confirm(test: AppTest) -> AppTest:
    return test.button(key="ask-confirm").click().run()


def open_questions(test: AppTest) -> int:
    """How many KPIs and headers are asked about."""
    return len(test.session_state["received"].reading.questions)


def own_table(office: Office) -> AppTest:
    office.sit("enterprise")
    test = opened("upload")
    return test.button(key="sample-own_table").click().run()


def test_the_same_question_of_several_kpis_is_asked_once(copied_office: Office) -> None:
    test = own_table(copied_office)
    assert open_questions(test) == 8
    assert len(test.radio) == 5
    assert any(words("ask.all_unit", count=3) in shown for shown in seen(test))
    assert any("K20" in shown and "0.88" in shown and "88%" in shown for shown in seen(test))


def test_what_two_grounds_speak_for_is_chosen_and_said_and_the_rest_is_counted(copied_office: Office) -> None:
    test = own_table(copied_office)
    chosen = {radio.key: radio.value for radio in test.radio}
    assert sorted(str(value) for value in chosen.values()) == ["K05", "None", "None", "decrease", "fraction"]
    assert words("ask.preset", preset=5, rest=3) in seen(test)
    test = confirm(test)
    assert open_questions(test) == 3
    assert words("ask.preset", preset=0, rest=3) in seen(test)


def test_a_confirmation_without_a_choice_says_so_and_changes_nothing(copied_office: Office) -> None:
    test = confirm(confirm(own_table(copied_office)))
    assert [warning.value for warning in test.warning] == [words("ask.nothing_chosen")]
    assert open_questions(test) == 3


@pytest.mark.campaign
def test_one_basis_for_all_and_another_for_one(copied_office: Office) -> None:
    test = confirm(own_table(copied_office))
    next(radio for radio in test.radio if "relative" in str(radio.key) or "basis" in str(radio.key)).set_value(
        "relative"
    )
    next(box for box in test.selectbox if "K11" in box.label).set_value("points")
    test = confirm(test)
    answers = test.session_state["received"].answers
    assert sorted(answers.basis.values()) == ["points", "relative"]
    assert set(answers.unit.values()) == {"fraction"}


@pytest.mark.campaign
def test_an_own_choice_goes_before_a_suggestion_and_may_be_taken_back(copied_office: Office) -> None:
    test = own_table(copied_office)
    next(radio for radio in test.radio if radio.value == "K05").set_value("ignore")
    test = confirm(test)
    assert "ignore" in test.session_state["received"].answers.header.values()
    test = test.button(key="ask-again").click().run()
    assert open_questions(test) == 8
    assert test.session_state["received"].answers == NO_ANSWERS


def test_every_kpi_is_shown_with_its_cell_its_text_and_what_becomes_of_it(copied_office: Office) -> None:
    shown = "\n".join(seen(own_table(copied_office)))
    row = shown.partition("K01 ")[2][:400]
    for part in ("G4", "0.955", words("reading.times_100"), "95.5 %", words("reading.question", number=3)):
        assert part in row
    assert words("upload.asked", count=8, groups=5) in shown


def test_a_file_that_names_no_year_is_known_as_taken_once_it_is(copied_office: Office) -> None:
    """The year chosen at the press was asked for again on the way back, and the file said to be in no answer sheet."""
    copied_office.sit("enterprise")
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    received = receive_file(copied_office.store, viewer, "a.csv", "项目,数值\n关键设备数控化率,95.5\n".encode())
    test = opened("upload", sent=received.upload)
    assert words("begin.not_taken") in seen(test)
    test = test.selectbox(key=f"year-{received.upload}-0").set_value(2025).run()
    next(button for button in test.button if button.label == words("begin.take")).click().run()
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
