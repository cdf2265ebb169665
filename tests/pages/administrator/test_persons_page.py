"""The page of persons: what is held at all, where one was found, and nothing erased by one press."""

from __future__ import annotations

from kpi.i18n import text
from kpi.services.administrator.persons import personal_data
from tests.pages.app_runs import Office, opened, strings

NAME = "演示评审员乙"


def test_it_says_what_is_held_and_until_when(copied_office: Office) -> None:
    copied_office.sit("administrator")
    said = "\n".join(strings(opened("persons")))
    for kind in personal_data():
        assert text(f"page.persons.kind.{kind.code}", "zh") in said
        assert text(f"page.persons.until_{kind.until}", "zh") in said


def test_a_person_is_found_and_erased_after_a_question(copied_office: Office) -> None:
    copied_office.sit("administrator")
    page = opened("persons")
    page.text_input(key="person").input(NAME).run()
    assert not page.exception
    assert text("page.persons.found", "zh", count=1, on_request=1) in "\n".join(strings(page))
    rows = page.multiselect(key=f"persons-rows-{NAME}")
    rows.select(rows.options[0]).run()
    page.text_input(key=f"persons-reason-{NAME}").input("本人申请（演示）").run()
    erase = text("page.persons.erase", "zh")
    assert name_is_there(copied_office), "what is asked stands in a menu; nothing is done before its own button"
    next(item for item in page.button if item.label == erase).click().run()
    assert not page.exception
    assert text("page.persons.erase_done", "zh", count=1) in [item.value for item in page.success]
    assert not name_is_there(copied_office)


def name_is_there(office: Office) -> bool:
    with office.store.cursor() as cursor:
        return bool(cursor.execute("select 1 from account where display = $1", [NAME]).fetchall())


def test_what_names_nobody_is_said(copied_office: Office) -> None:
    copied_office.sit("administrator")
    page = opened("persons", "en")
    page.text_input(key="person").input("x").run()
    assert "This names no person" in "\n".join([*strings(page), *(item.value for item in page.error)])
