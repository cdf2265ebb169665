"""How the claimed scenarios are met: entered by the enterprise in one table, read by it and its reviewer."""

from __future__ import annotations

from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import kpi_number, text
from kpi.model.application import Application
from kpi.model.language import Lang
from kpi.services.conditions import own_checklists
from kpi.services.operation.authentication import viewer_of
from kpi.services.scenario_accounts import AccountInput, account_for_scenarios, as_said
from tests.pages.app_runs import Office, all_say_no_conflict, opened, strings, submitted, unfolded
from tests.services.submitting import lock_as_it_stands

HOW, MODEL = "视觉检测工位（虚构）", "识别模型（虚构）"


def _page(office: Office, lang: Lang = "zh") -> AppTest:
    office.sit("enterprise")
    page = unfolded(opened("conditions", lang))
    assert not page.exception
    return page


def _enter(page: AppTest, scenario: str, how: str = "", ticked: bool | None = None, model: str = "") -> None:
    end = f"-{catalogue().scenario(scenario).number}"
    [words] = [item for item in page.text_area if (item.key or "").endswith(end)]
    [tick] = [item for item in page.checkbox if (item.key or "").startswith("account-ai") and item.key.endswith(end)]
    [named] = [
        item for item in page.text_input if (item.key or "").startswith("account-model") and item.key.endswith(end)
    ]
    words.set_value(how)
    tick.set_value(bool(model) if ticked is None else ticked)
    named.set_value(model)


def _save(page: AppTest) -> str:
    page.button(key="account").click().run()
    assert not page.exception
    return _said(page)


def _said(page: AppTest) -> str:
    return unescape("\n".join(strings(page)))


def _kept(office: Office) -> dict[str, AccountInput]:
    [own] = own_checklists(office.store, viewer_of(office.store, office.tokens["enterprise"]))
    return {name: as_said(account) for name, account in own.ai_use.accounts.items()}


def _colleague(office: Office, application: Application, accounts: dict[str, AccountInput]) -> None:
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    account_for_scenarios(office.store, viewer, application.credit_code, application.year, accounts)


def _asked(application: Application, using: int, lang: Lang) -> str:
    kpi, claimed = catalogue().kpi("K04"), len(application.scenarios)
    return text(
        "page.scenario_accounts.asked",
        lang,
        using=using,
        claimed=claimed,
        share=kpi_number(round(100 * using / claimed, 1), kpi, lang),
        code="K04",
        typed=kpi_number(application.values["K04"].value, kpi, lang),
        every=kpi_number(round(100 * using / len(catalogue().scenarios), 1), kpi, lang),
    )


@pytest.mark.campaign
def test_all_rows_are_saved_by_one_press_and_a_share_that_differs_is_asked(copied_office: Office) -> None:
    application = submitted(copied_office, locked=False)
    page = _page(copied_office)
    for name in application.scenarios:
        _enter(page, name, HOW)
    _enter(page, application.scenarios[0], HOW, model=MODEL)
    said = _save(page)
    every = len(application.scenarios)
    assert text("page.scenario_accounts.kept", "zh", count=every) in said
    assert text("page.scenario_accounts.title", "zh", given=every, all=every) in said
    assert _asked(application, 1, "zh") in said
    assert _kept(copied_office)[application.scenarios[0]] == AccountInput(HOW, True, MODEL)
    assert _asked(application, 1, "en") in _said(_page(copied_office, "en"))
    assert text("page.scenario_accounts.unchanged", "zh") in _save(_page(copied_office))


def test_what_has_no_model_is_refused_and_stays_as_entered(copied_office: Office) -> None:
    application = submitted(copied_office, locked=False)
    first = application.scenarios[0]
    page = _page(copied_office)
    _enter(page, first, HOW, ticked=True)
    assert text("error.scenario_ai_unclear.message", "zh", scenario=first) in _save(page)
    assert _kept(copied_office) == {}
    assert HOW in [item.value for item in page.text_area]
    _enter(page, first, HOW, model=MODEL)
    _save(page)
    _enter(page, first)
    _save(page)
    assert _kept(copied_office) == {}


def test_what_a_colleague_wrote_meanwhile_is_shown_and_replaced_by_the_second_press_alone(
    copied_office: Office,
) -> None:
    application = submitted(copied_office, locked=False)
    first = application.scenarios[0]
    page = _page(copied_office)
    _enter(page, first, HOW)
    _colleague(copied_office, application, {first: AccountInput("另一种写法（虚构）")})
    refused = text("error.scenario_account_changed.message", "zh", scenario=first)
    said = _save(page)
    assert refused in said
    assert "另一种写法（虚构）" in said
    assert refused not in _save(page)
    assert _kept(copied_office) == {first: AccountInput(HOW)}


@pytest.mark.campaign
def test_a_press_after_a_colleague_locked_is_refused_in_words(copied_office: Office) -> None:
    application = submitted(copied_office, locked=False)
    page = _page(copied_office)
    _enter(page, application.scenarios[0], HOW)
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    lock_as_it_stands(copied_office.store, viewer, application.credit_code, application.year)
    assert text("error.already_locked.message", "zh", year=application.year) in _save(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_reviewer_reads_the_same_with_the_question(copied_office: Office, lang: Lang) -> None:
    application = submitted(copied_office, locked=False)
    accounts = {name: AccountInput(HOW) for name in application.scenarios}
    _colleague(copied_office, application, accounts | {application.scenarios[0]: AccountInput(HOW, True, MODEL)})
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    lock_as_it_stands(copied_office.store, viewer, application.credit_code, application.year)
    own = _said(_page(copied_office, lang))
    assert _asked(application, 1, lang) in own
    assert MODEL in own
    all_say_no_conflict(copied_office.store)
    copied_office.sit("reviewer")
    query = {"industry": application.industry, "candidate": application.credit_code}
    said = _said(unfolded(opened("candidate", lang, **query)))
    assert _asked(application, 1, lang) in said
    assert (HOW in said, MODEL in said) == (True, True)
