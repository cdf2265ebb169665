"""The years of a factory as its enterprise, its reviewers and its body read them: the same view in three places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.viewer import Role
from kpi.services.enterprise.sheets import SheetEdit, accept_application, edit_sheet
from kpi.services.enterprise.uploads import receive_file
from tests.pages.app_runs import Office, all_say_no_conflict, opened, strings, submitted, unfolded
from tests.pages.conftest import office_on
from tests.services.notice_archives import take_in
from tests.services.sample_store import file_of
from tests.services.submitting import lock_as_it_stands
from tests.services.test_two_notices import CODE, ENTERPRISE, IN_2025, in_2026

WHERE: list[tuple[Role, str, str, str]] = [
    ("enterprise", "result", "result-tabs", "page.result.tab_years"),
    ("reviewer", "candidate", "held-tabs", "page.candidate.tab_years"),
    ("leader", "coverage", "tabs", "page.coverage.tab_years"),
]
ASKED = {"application": f"{CODE} 2025", "candidate": CODE, "industry": "高端装备", "years_of": CODE, "year": "2025"}


def by_one_body() -> bytes:
    """2026 names the body of the year before, which so reads both."""
    return in_2026().replace("黄浦区".encode(), "松江区".encode())


@pytest.fixture(scope="module")
def office(signed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The demonstration's own enterprise has locked 2025 and, by the next notice, 2026."""
    with office_on(signed_in, tmp_path_factory.mktemp("years")) as here:
        for year, name, data in ((2025, IN_2025.name, IN_2025.read_bytes()), (2026, "example.csv", by_one_body())):
            if year == 2026:
                take_in(here.store)
            accept_application(here.store, ENTERPRISE, receive_file(here.store, ENTERPRISE, name, data))
            lock_as_it_stands(here.store, ENTERPRISE, CODE, year)
        all_say_no_conflict(here.store)
        yield here


def years_of(role: Role, lang: Lang) -> AppTest:
    _, address, tabs, title = next(where for where in WHERE if where[0] == role)
    page = opened(address, lang, **ASKED)
    page.session_state[f"{tabs}-{lang}"] = text(title, lang)
    return unfolded(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("role", [where[0] for where in WHERE])
def test_each_reader_has_answer_picture_and_table(office: Office, role: Role, lang: Lang) -> None:
    office.sit(role)
    page = years_of(role, lang)
    assert not page.exception
    said = " ".join(strings(page))
    assert text("page.years.picture", lang) in said
    assert text("page.years.not_asked", lang) in said, "K07 and K22 are of one notice each"
    assert text("page.years.group", lang) in said
    linked = "kpi=K08" in said
    assert linked is (role != "leader"), "a body has no page that explains a word"


def test_it_is_made_for_whoever_looks_at_it_alone(office: Office) -> None:
    office.sit("enterprise")
    assert text("page.years.picture", "zh") not in " ".join(strings(opened("result", **ASKED)))


@pytest.mark.campaign
def test_years_of_which_nothing_compares_have_a_table_and_no_empty_picture(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    submitted(copied_office, locked=True)
    store = copied_office.store
    accept_application(store, ENTERPRISE, receive_file(store, ENTERPRISE, "a.csv", file_of(CODE, "99", 2026)))
    blank = [
        SheetEdit(kpi.code, field, "") for kpi in catalogue().kpis for field in ("value", "basis", "before", "after")
    ]
    edit_sheet(store, ENTERPRISE, CODE, 2026, 1, blank)
    page = years_of("enterprise", "zh")
    assert not page.exception
    said = " ".join(strings(page))
    assert text("page.years.draft", "zh", year=2026) in said
    assert text("page.years.picture", "zh") not in said
