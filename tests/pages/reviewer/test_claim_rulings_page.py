"""A reviewer's ruling on the page: asked once with what it does, and nothing stays in the form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from kpi import tables
from kpi.i18n import text
from kpi.model.application import Application
from kpi.model.claims import GROUP_ITEM, ClaimKey
from kpi.services.reviewer.claims import rule_on_claim
from kpi.services.unit_of_work import unit_of_work
from tests.pages.app_runs import Office, all_say_no_conflict, opened, strings, submitted, viewer_of
from tests.services.submitting import lock_as_it_stands

Widget = TypeVar("Widget", bound=Any)
GROUP = "演示集团01（虚构）"
REASON = "股权结构图可证（虚构）"


def claimed(office: Office, *, locked: bool = True) -> Application:
    """The demonstration's enterprise has locked the example as a member of a group: for a reviewer to rule on."""
    sent = submitted(office, locked=False)
    drafted = replace(sent, facts=dict(sent.facts) | {"group": GROUP})
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    assert viewer is not None
    with unit_of_work(office.store, viewer.actor) as change:
        tables.applications.accept_draft(change.cursor, drafted, "sent", viewer.account, change.at)
        change.audit("draft_accepted", drafted.credit_code)
    if locked:
        lock_as_it_stands(office.store, viewer, drafted.credit_code, drafted.year)
        all_say_no_conflict(office.store)
    return drafted


def _own(widgets: Iterable[Widget]) -> Widget:
    """The one of the form for the group: the example has other claims too."""
    [found] = [
        widget for widget in widgets if widget.key and widget.key.startswith("ruling-") and "-group-" in widget.key
    ]
    return found


def test_a_ruling_says_what_it_does_before_the_one_press_that_does_it(copied_office: Office) -> None:
    one = claimed(copied_office)
    copied_office.sit("reviewer")
    page = opened("candidate", industry=one.industry, candidate=one.credit_code)
    assert text("page.claims.rule_first", "zh") in "\n".join(strings(page))
    page = _own(page.button).click().run()
    assert text("error.ruling_needed.message", "zh") in page.error[0].value

    page = _own(page.radio).set_value("refused").run()
    means = text("page.claims.rule_means_refused", "zh", claim=text("page.claims.group", "zh", claimed=GROUP))
    assert means in "\n".join(strings(page))
    page = _own(page.text_input).set_value(REASON).run()
    with copied_office.store.cursor() as cursor:
        assert tables.claims.claim_rulings(cursor, [one.credit_code]) == {}
    page = _own(page.button).click().run()
    assert page.success[0].value == text("page.claims.ruled_done", "zh")
    assert _own(page.text_input).value == ""
    with copied_office.store.cursor() as cursor:
        [given] = tables.claims.claim_rulings(cursor, [one.credit_code])[one.credit_code, one.year]
    assert (given.ruling, given.reason) == ("refused", REASON)


def test_a_ruling_is_taken_back_once_confirmed_and_both_stay_in_sight(copied_office: Office) -> None:
    one = claimed(copied_office)
    viewer = viewer_of(copied_office.store, copied_office.tokens["reviewer"])
    assert viewer is not None
    key = ClaimKey("group", GROUP_ITEM)
    rule_on_claim(copied_office.store, viewer, one.credit_code, one.year, key, GROUP, "refused", REASON)
    copied_office.sit("reviewer")
    page = opened("candidate", industry=one.industry, candidate=one.credit_code)
    [button] = [found for found in page.button if found.key and found.key.startswith("unrule-")]
    assert text("page.claims.withdraw_stays", "zh") in "\n".join(strings(page))
    page = button.click().run()
    assert text("error.unruling_needs_reason.message", "zh") in page.error[0].value
    [field] = [found for found in page.text_input if found.key and found.key.startswith("unrule-")]
    page = field.set_value("看错了材料").run()
    [button] = [found for found in page.button if found.key and found.key.startswith("unrule-")]
    page = button.click().run()
    assert page.success[0].value == text("page.claims.withdrawn_done", "zh")
    shown = "\n".join(strings(page))
    assert REASON in shown
    assert "看错了材料" in shown
    assert not [found for found in page.button if found.key and found.key.startswith("unrule-")]


@pytest.mark.campaign
@pytest.mark.parametrize("locked", [False, True])
def test_that_a_group_may_hold_verdicts_is_said_before_the_lock_alone(copied_office: Office, locked: bool) -> None:
    """It stood beside verdicts that were released. Which are held after it, and why, the result says by its rule."""
    one = claimed(copied_office, locked=locked)
    copied_office.sit("enterprise")
    for address in ("conditions", "submission", "result"):
        said = "\n".join(strings(opened(address, application=f"{one.credit_code} {one.year}")))
        assert (text("page.claims.held", "zh") in said) == (not locked and address != "result"), address


@pytest.mark.campaign
def test_a_reviewer_reads_the_enterprises_note_beside_the_value(copied_office: Office) -> None:
    sent, note = submitted(copied_office, locked=False), "含外协工序（虚构）"
    drafted = replace(sent, values=dict(sent.values) | {"K08": replace(sent.values["K08"], note=note)})
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    with unit_of_work(copied_office.store, viewer.actor) as change:
        tables.applications.accept_draft(change.cursor, drafted, "sent", viewer.account, change.at)
        change.audit("draft_accepted", drafted.credit_code)
    lock_as_it_stands(copied_office.store, viewer, drafted.credit_code, drafted.year)
    all_say_no_conflict(copied_office.store)
    copied_office.sit("reviewer")
    said = "\n".join(strings(opened("candidate", industry=drafted.industry, candidate=drafted.credit_code, kpi="K08")))
    assert text("page.detail.note", "zh", note=note) in said
