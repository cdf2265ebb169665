"""A draft is given up on its page, with a confirmation; one of a year without a baseline keeps nobody from the rest."""

from __future__ import annotations

import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from kpi.services.enterprise.sheets import SheetEdit, edit_sheet, own_sheets
from kpi.services.operation.authentication import viewer_of
from tests.pages.app_runs import Office, opened, strings, submitted

YEAR = 2025
COMMANDS = re.compile(r"--baseline|--as-of|--store|kpi store")


def page_of(office: Office, address: str) -> AppTest:
    office.sit("enterprise")
    page = opened(address)
    assert not page.exception
    return page


def years(office: Office) -> list[int]:
    return [
        own_sheet.year for own_sheet in own_sheets(office.store, viewer_of(office.store, office.tokens["enterprise"]))
    ]


def of_an_earlier_year(office: Office) -> None:
    """As an earlier version of the product took it."""
    submitted(office, locked=False)
    with office.store.transaction() as cursor:
        cursor.execute("update worksheet set year = 2024")
        cursor.execute("update draft set year = 2024, application = replace(application, '2025', '2024')")


def discard(page: AppTest) -> AppTest:
    [button] = [item for item in page.button if item.key and item.key.startswith("discard-")]
    assert button.disabled, "nothing irreversible by one press"
    [sure] = [item for item in page.checkbox if item.key and item.key.startswith("discard-sure-")]
    sure.check().run()
    [button] = [item for item in page.button if item.key and item.key.startswith("discard-")]
    return button.click().run()


@pytest.mark.campaign
@pytest.mark.parametrize("address", ["submission", "answers"])
def test_a_draft_is_discarded_after_a_confirmation(copied_office: Office, address: str) -> None:
    submitted(copied_office, locked=False)
    page = discard(page_of(copied_office, address))
    assert not page.exception
    assert years(copied_office) == []


@pytest.mark.campaign
def test_what_a_colleague_has_changed_meanwhile_is_not_discarded_unseen(copied_office: Office) -> None:
    application = submitted(copied_office, locked=False)
    page = page_of(copied_office, "answers")
    [sure] = [item for item in page.checkbox if item.key and item.key.startswith("discard-sure-")]
    sure.check().run()
    colleague = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    edit = [SheetEdit("K08", "value", "44")]
    edit_sheet(copied_office.store, colleague, application.credit_code, application.year, 1, edit)
    [button] = [item for item in page.button if item.key and item.key.startswith("discard-")]
    page = button.click().run()
    assert not page.exception
    assert years(copied_office) == [YEAR]
    discard(page)
    assert years(copied_office) == []


@pytest.mark.campaign
def test_a_locked_application_offers_nothing_to_discard(copied_office: Office) -> None:
    submitted(copied_office, locked=True)
    page = page_of(copied_office, "submission")
    assert [item.key for item in page.button if item.key and item.key.startswith("discard-")] == []


@pytest.mark.campaign
@pytest.mark.parametrize("address", ["submission", "answers", "result", "way", "conditions"])
def test_a_year_without_a_baseline_is_said_on_every_page_and_the_others_are_shown(
    copied_office: Office, address: str
) -> None:
    of_an_earlier_year(copied_office)
    submitted(copied_office, locked=True)
    page = page_of(copied_office, address)
    assert [item for item in page.warning if "2024" in item.value]
    said = unescape("\n".join(strings(page)))
    assert str(YEAR) in said
    assert COMMANDS.search(said) is None
    assert not list(page.error)
    discard(page)
    assert 2024 not in years(copied_office)
