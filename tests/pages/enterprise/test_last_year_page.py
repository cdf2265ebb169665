"""Last year's values beside the cells of the sheet, taken over by one press; what has changed, before the lock."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.intake.form.carried_over import is_taken_over
from kpi.model.language import Lang
from kpi.services.enterprise.sheets import SheetEdit, accept_application, edit_sheet, own_sheet
from kpi.services.enterprise.uploads import receive_file
from tests.pages.app_runs import Office, opened, strings, submitted
from tests.services.sample_store import file_of
from tests.services.test_two_notices import CODE, ENTERPRISE

OF_2026 = {"application": f"{CODE} 2026"}


@pytest.fixture
def begun(copied_office: Office) -> Office:
    """2025 is locked; in the sheet of 2026 K08 is another and K01 and K03 are blank."""
    copied_office.sit("enterprise")
    submitted(copied_office, locked=True)
    store = copied_office.store
    accept_application(store, ENTERPRISE, receive_file(store, ENTERPRISE, "a.csv", file_of(CODE, "99", 2026)))
    edit_sheet(store, ENTERPRISE, CODE, 2026, 1, [SheetEdit(code, "value", "") for code in ("K01", "K03")])
    return copied_office


def held(office: Office) -> dict[str, tuple[str, bool]]:
    rows = own_sheet(office.store, ENTERPRISE, CODE, 2026).rows
    return {row.item: (row.value, is_taken_over(row.note)) for row in rows if row.item in ("K01", "K03")}


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_blank_values_are_offered_taken_and_confirmed(begun: Office, lang: Lang) -> None:
    page = opened("answers", lang, **OF_2026)
    assert not page.exception
    said = " ".join(strings(page))
    assert text("page.last_year.offered", lang, year=2025, count=2) in said
    assert "95.5 %" in said, "beside the cells"
    page = press(page, "last-year-take-K01")
    assert held(begun) == {"K01": ("95.5", True), "K03": ("", False)}
    page = press(page, "last-year-take-all")
    assert held(begun) == {"K01": ("95.5", True), "K03": ("92", True)}
    assert text("page.last_year.taken", lang, count=2) in " ".join(strings(page))
    page = press(page, "last-year-confirm-K01")
    assert held(begun) == {"K01": ("95.5", False), "K03": ("92", True)}
    assert not page.exception


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_changes_are_pointed_out_before_the_lock_which_stays_on_offer(begun: Office, lang: Lang) -> None:
    page = opened("submission", lang, **OF_2026)
    assert not page.exception
    said = " ".join(strings(page))
    assert text("page.last_year.title", lang, before=2025) in said
    assert text("page.last_year.change.jump", lang, count=1, before=2025) in said
    assert text("page.last_year.change.gone", lang, count=2, before=2025) in said
    assert text("page.lock.lock", lang) in said


def test_a_first_year_has_nothing_beside_it(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    submitted(copied_office, locked=False)
    for address in ("answers", "submission"):
        page = opened(address)
        assert not page.exception
        said = " ".join(strings(page))
        for words in ("page.sheet.earlier", "page.last_year.take_how", "page.last_year.nothing"):
            assert text(words, "zh", year="") not in said
