"""The search knows the reader's own pages, factories, KPIs and clauses, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.roles import whole_programme
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.viewer import Role, Viewer
from kpi.services.operation.authentication import viewer_of
from kpi.tables.applications import locked_applications
from pages.session.context import pages_for
from pages.widgets import search
from tests.pages.app_runs import Office, opened, submitted
from tests.services.sample_store import ADMINISTRATOR

pytestmark = pytest.mark.slow
HOMES: dict[Role, str] = {
    "enterprise": "enterprise-home",
    "reviewer": "reviewer-home",
    "leader": "leader-home",
    "administrator": "administrator-home",
}


def searched(office: Office, role: Role) -> AppTest:
    office.sit(role)
    test = opened(HOMES[role], "en")
    assert not [box for box in test.selectbox if box.key == "searched"], "nothing is collected before it is asked for"
    return test.button(key="search").click().run()


def who(office: Office, role: Role) -> Viewer:
    viewer = viewer_of(office.store, office.tokens[role])
    assert viewer
    return viewer


def words(test: AppTest, kind: str) -> Sequence[str]:
    """What is found of a kind, without its name."""
    found: list[str] = test.selectbox(key="searched").options
    return [item.removeprefix(kind).strip() for item in found if item.startswith(kind)]


@pytest.mark.parametrize("role", HOMES)
def test_each_role_finds_its_pages_and_every_kpi(copied_office: Office, role: Role) -> None:
    test = searched(copied_office, role)
    assert len(words(test, "Page")) == len(pages_for(who(copied_office, role)))
    assert [item[:3] for item in words(test, "KPI")] == [kpi.code for kpi in catalogue().kpis]
    assert len(words(test, "Clause")) == len(catalogue().conditions)


def test_pages_are_found_where_no_factory_can_be_read(copied_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> NoReturn:
        raise UserError("no_policy", day="2020-01-01")

    monkeypatch.setattr(search, "coverage", refused)
    copied_office.sit("leader")
    test = opened("benchmarks", "en").button(key="search").click().run()
    assert not test.exception
    assert len(words(test, "Page")) == len(pages_for(who(copied_office, "leader")))
    assert words(test, "Factory") == []


def test_each_role_finds_the_factories_in_its_reach_alone(copied_office: Office) -> None:
    submitted(copied_office, locked=True)
    with copied_office.store.cursor() as cursor:
        every = locked_applications(cursor, whole_programme(ADMINISTRATOR))
    by_role = {role: words(searched(copied_office, role), "Factory") for role in HOMES}
    assert len(by_role["administrator"]) == len(every)
    for role in ("reviewer", "leader", "enterprise"):
        viewer = who(copied_office, role)
        own = [
            locked
            for locked in every
            if {locked.application.industry, locked.application.body, locked.application.credit_code}
            & set(viewer.scope)
        ]
        assert len(by_role[role]) == len(own)
        assert 0 < len(own) < len(every)
