"""The policy page: a value is refused where it is entered, a withdrawal is asked once, the history is a time line."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.policy.change_file import EnteredValue
from kpi.services.administrator.policy import (
    PolicyChange,
    approve_policy_change,
    policy_overview,
    set_policy_value,
    withdraw_policy_change,
)
from kpi.services.operation.authentication import viewer_of
from tests.pages.app_runs import Office, opened, strings, submitted
from tests.retired_values import retired_change


def administrator(office: Office) -> Viewer:
    viewer = viewer_of(office.store, office.tokens["administrator"])
    assert viewer is not None
    return viewer


def changes(office: Office) -> tuple[PolicyChange, ...]:
    return policy_overview(office.store, administrator(office)).changes


def words(key: str, **params: object) -> str:
    return text(f"page.{key}", "zh", **params)


def scheduled(office: Office, key: str, value: float) -> tuple[date, int]:
    """A value that another administrator drafted and this one approved, for a day to come: the day, and its number."""
    viewer = administrator(office)
    day = shanghai_date(now()) + timedelta(days=40)
    stated = EnteredValue(day, key, value, ("某通知，二", ""), ("通知调整", ""))
    number = set_policy_value(office.store, replace(viewer, account="another"), stated)
    approve_policy_change(office.store, viewer, number, 1)
    office.sit("administrator")
    return day, number


def chosen(page: AppTest, key: str) -> AppTest:
    return page.selectbox(key="policy-key").set_value(key).run()


def entered(page: AppTest, reference: str, reason: str) -> AppTest:
    for name, said in (("reference", reference), ("reason", reason)):
        [field] = [
            item for item in page.text_input if item.key and item.key.endswith(f"-{name}") and "policy-" in item.key
        ]
        page = field.set_value(said).run()
    return page


def save(page: AppTest) -> AppTest:
    [button] = [
        item for item in page.button if item.key and item.key.startswith("policy-") and item.key.endswith("-save")
    ]
    return button.click().run()


def test_a_number_out_of_bounds_is_refused_at_its_field_and_nothing_is_drafted(copied_office: Office) -> None:
    copied_office.sit("administrator")
    page = chosen(opened("policy"), "leading_quantile")
    [field] = page.number_input
    assert (field.label, field.value) == (words("policy_change.value_percent"), 80.0)
    page = field.set_value(180.0).run()
    must = [
        words("policy_change.must.above", bound="0 %"),
        words("policy_change.must.below", bound="100 %"),
    ]
    said = words("policy_change.unfit", value="180 %", must="、".join(must))
    assert f'<p class="kpi-error" role="alert">{said}</p>' in strings(page)
    page = save(entered(page, "某通知，二", "提高"))
    assert changes(copied_office) == ()


def test_main_kpis_are_picked_by_name_and_an_empty_list_is_refused(copied_office: Office) -> None:
    copied_office.sit("administrator")
    page = chosen(opened("policy"), "main_kpis.automotive")
    [field] = page.multiselect
    assert field.options[7].startswith("K08 ")
    page = field.set_value([]).run()
    assert "没有列出任何主要指标" in "\n".join(strings(page))
    [field] = page.multiselect
    page = field.set_value(["K16", "K08"]).run()
    page = save(page)
    assert f'<p class="kpi-error" role="alert">{words("policy_change.reason_needed")}</p>' in strings(page)
    save(entered(page, "某通知，二", "行业特点"))
    [change] = changes(copied_office)
    assert [entry.value for entry in change.content.main_kpis.values()] == [("K08", "K16")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_shares_are_read_and_compared_in_percent(copied_office: Office, lang: Lang) -> None:
    scheduled(copied_office, "confidence", 0.07)
    scheduled(copied_office, "disclosure.p_percent", 12.5)
    page = opened("policy", lang)
    shown = re.sub(r"<[^>]+>|\xa0", " ", "\n".join(strings(page)))
    assert re.search(r"80 %\s+(同行比例|share of the peers)\s", shown)
    assert re.search(r"95 %\s+7 %\s+(概率|probability)\s", shown)
    assert re.search(r"\s10\s+12.5\s+%", shown)
    assert re.search(r"75 %(、|, )80 %(、|, )90 %", shown)
    for raw in ("0 至 1", "0 to 1", "0.07", "0.8 ", "10.0"):
        assert raw not in shown, raw


def test_shares_are_entered_in_percent_and_kept_as_files_have_them(copied_office: Office) -> None:
    copied_office.sit("administrator")
    page = chosen(opened("policy"), "leading_quantile")
    [field] = page.number_input
    page = save(entered(field.set_value(82.5).run(), "某通知，二", "提高"))
    page = chosen(page, "sensitivity_quantiles")
    [field] = page.multiselect
    assert field.value == ["75 %", "80 %", "90 %"]
    page = field.set_value(["0.8"]).run()
    assert words("policy_change.must.percent") in "\n".join(strings(page))
    [field] = page.multiselect
    page = save(entered(field.set_value(["70 %", "82.5", "7％"]).run(), "某通知，二", "提高"))
    [change] = changes(copied_office)
    assert change.content.leading_quantile.value == 0.825
    assert change.content.sensitivity_quantiles.value == (0.07, 0.7, 0.825)
    page = chosen(page, "leading_quantile")
    [field] = page.number_input
    page = field.set_value(45.0).run()
    refused = text("problem.policy_quantile_order.message", "zh", value="45 %", name="领先线")
    assert refused in "\n".join(strings(page))


@pytest.mark.campaign
def test_the_next_value_goes_into_the_same_change_with_empty_fields(copied_office: Office) -> None:
    copied_office.sit("administrator")
    page = save(entered(chosen(opened("policy"), "quota.raised"), "某通知，二", "名额增加"))
    assert page.success[0].value == page.toast[0].value == words("policy_change.saved", number=1)
    page = chosen(page, "quota.base")
    assert page.selectbox(key="policy-into").value == 1
    values = {
        item.key.rpartition("-")[2]: item.value for item in page.text_input if item.key and "quota.base" in item.key
    }
    assert (values["reference"], values["reason"]) == ("某通知，二", "")
    [field] = page.number_input
    page = field.set_value(13).run()
    assert words("policy.list").join(["推荐数量"]) in "\n".join(strings(page))
    assert text("problem.policy_quota_order.remedy", "zh") in "\n".join(strings(page))
    [field] = page.number_input
    save(entered(field.set_value(11).run(), "某通知，二", "名额增加"))
    [change] = changes(copied_office)
    quota = change.content.quota
    assert quota.base is not None
    assert quota.raised is not None
    assert (change.edition.version, quota.base.value, quota.raised.value) == (2, 11, 12)


def test_a_withdrawal_says_what_falls_away_and_is_asked_once(copied_office: Office) -> None:
    day, number = scheduled(copied_office, "quota.base", 11)
    viewer = administrator(copied_office)
    page = opened("policy")
    means = words(
        "policy_change.withdraw_means_scheduled",
        number=number,
        day=day.isoformat(),
        names="推荐数量",
        count=1,
        who="another",
        other=viewer.account,
    )
    shown = "\n".join(strings(page))
    assert means in shown
    assert words("policy_change.withdraw_stays") in shown
    page = page.button(key="withdraw-1-1").click().run()
    assert text("error.policy_needs_reason.message", "zh") in page.error[0].value
    page = page.text_input(key="withdraw-1-1-reason").set_value("另有安排").run()
    page = page.button(key="withdraw-1-1").click().run()
    assert page.success[0].value == words("policy_change.withdrawn_now")
    assert [change.state for change in changes(copied_office)] == ["withdrawn"]
    shown = "\n".join(strings(page))
    assert f'<li class="past"><p><strong>{words("policy_history.from", day=day.isoformat())}</strong>' in shown
    assert "另有安排" in shown


def test_a_stored_value_that_decides_nothing_any_more_says_so(copied_office: Office) -> None:
    retired_change(copied_office.store, date(2026, 6, 1))
    copied_office.sit("administrator")
    shown = "\n".join(strings(opened("policy")))
    assert shown.count(words("policy_history.retired")) == 1


def test_who_withdraws_a_draft_does_not_withdraw_what_was_approved_meanwhile(copied_office: Office) -> None:
    viewer, day = administrator(copied_office), shanghai_date(now()) + timedelta(days=40)
    stated = EnteredValue(day, "quota.base", 11, ("某通知，二", ""), ("通知调整", ""))
    number = set_policy_value(copied_office.store, replace(viewer, account="another"), stated)
    copied_office.sit("administrator")
    page = opened("policy").text_input(key="withdraw-1-1-reason").set_value("另有安排").run()
    approve_policy_change(copied_office.store, replace(viewer, account="a third"), number, 1)
    page = page.button(key="withdraw-1-1").click().run()
    assert text("error.asked_no_more.message", "zh") in "\n".join(strings(page))
    assert [change.state for change in changes(copied_office)] == ["scheduled"]
    page = page.button(key="withdraw-1-1").click().run()
    assert [change.state for change in changes(copied_office)] == ["withdrawn"]


def test_an_edition_that_a_colleague_saves_meanwhile_is_not_approved_unread(copied_office: Office) -> None:
    viewer, day = administrator(copied_office), shanghai_date(now()) + timedelta(days=40)
    another = replace(viewer, account="another")
    stated = EnteredValue(day, "quota.base", 11, ("某通知，二", ""), ("通知调整", ""))
    number = set_policy_value(copied_office.store, another, stated)
    copied_office.sit("administrator")
    page = opened("policy").toggle(key=f"effect-{number}-1").set_value(True).run()
    page = page.checkbox(key=f"sure-{number}-1").check().run()
    set_policy_value(copied_office.store, another, replace(stated, value=12), number)
    page = page.button(key=f"approve-{number}").click().run()
    assert text("error.policy_edited.message", "zh", change=number) in "\n".join(strings(page))
    assert [(change.state, change.edition.version) for change in changes(copied_office)] == [("draft", 2)]
    assert page.checkbox(key=f"sure-{number}-2").disabled, "the preview of this edition was not opened"
    page = page.toggle(key=f"effect-{number}-2").set_value(True).run()
    page = page.checkbox(key=f"sure-{number}-2").check().run()
    page = page.button(key=f"approve-{number}").click().run()
    assert page.success[0].value == words("policy_change.approved_now", day=day.isoformat())
    assert [change.state for change in changes(copied_office)] == ["scheduled"]


@pytest.mark.campaign
def test_a_value_being_entered_when_a_colleague_approves_or_edits_stays_and_is_refused_once(
    copied_office: Office,
) -> None:
    """It voided an approval that nobody at the page had seen, and was gone where another edition was saved."""
    viewer, day = administrator(copied_office), shanghai_date(now()) + timedelta(days=40)
    another = replace(viewer, account="another")
    stated = EnteredValue(day, "quota.base", 11, ("某通知，二", ""), ("通知调整", ""))
    number = set_policy_value(copied_office.store, another, stated)
    copied_office.sit("administrator")
    page = chosen(opened("policy"), "factory_name_hanzi")
    page = entered(page.selectbox(key="policy-into").set_value(number).run(), "某通知，二", "名称更长")
    approve_policy_change(copied_office.store, replace(viewer, account="a third"), number, 1)
    page = save(page)
    said = text("error.policy_approved_since.message", "zh", change=number, who="a third")
    assert said in "\n".join(strings(page)).replace("\\", "")
    assert [item.state for item in changes(copied_office)] == ["scheduled"]
    set_policy_value(copied_office.store, another, replace(stated, value=12), number)
    page = save(page)
    assert text("error.policy_edited.message", "zh", change=number) in "\n".join(strings(page))
    page = save(page)
    assert not page.error
    [change] = changes(copied_office)
    assert (change.edition.version, change.content.quota.base.value) == (3, 12)
    assert change.content.factory_name_hanzi.reason.zh == "名称更长"


def test_a_value_for_a_change_that_a_colleague_withdraws_meanwhile_is_said_to_be_unsaved(
    copied_office: Office,
) -> None:
    viewer, day = administrator(copied_office), shanghai_date(now()) + timedelta(days=40)
    another = replace(viewer, account="another")
    stated = EnteredValue(day, "quota.base", 11, ("某通知，二", ""), ("通知调整", ""))
    number = set_policy_value(copied_office.store, another, stated)
    copied_office.sit("administrator")
    page = chosen(opened("policy"), "factory_name_hanzi")
    page = entered(page.selectbox(key="policy-into").set_value(number).run(), "某通知，二", "名称更长")
    withdraw_policy_change(copied_office.store, another, number, "另有安排")
    shown = "\n".join(strings(save(page)))
    assert text("error.form_gone.message", "zh") in shown
    assert "名称更长" in shown
    assert [change.state for change in changes(copied_office)] == ["withdrawn"]


def test_a_value_is_taken_out_of_an_approved_change_which_is_then_a_draft(copied_office: Office) -> None:
    viewer, day = administrator(copied_office), shanghai_date(now()) + timedelta(days=40)
    another = replace(viewer, account="another")
    for version, (key, value) in enumerate((("quota.base", 11), ("factory_name_hanzi", 17))):
        stated = EnteredValue(day, key, value, ("某通知，二", ""), ("通知调整", ""))
        set_policy_value(copied_office.store, another, stated, 1 if version else None)
    approve_policy_change(copied_office.store, viewer, 1, 2)
    copied_office.sit("administrator")
    page = opened("policy")
    assert not [item for item in page.button if item.key == "take-out-1-2"]
    page = page.selectbox(key="take-out-1-2-which").set_value("factory_name_hanzi").run()
    shown, name = "\n".join(strings(page)), changes(copied_office)[0].content.factory_name_hanzi.name.zh
    assert words("policy_change.take_out_means", number=1, name=name, value="17") in shown
    assert words("policy_change.take_out_voids", number=1) in shown
    page = page.button(key="take-out-1-2").click().run()
    assert page.success[0].value == words("policy_change.taken_out", number=1, name=name)
    [change] = changes(copied_office)
    assert (change.state, change.edition.version, change.content.factory_name_hanzi) == ("draft", 3, None)
    assert not [item for item in page.selectbox if item.key == "take-out-1-3-which"], (
        "a single value is withdrawn whole"
    )


def test_the_values_of_another_day_are_shown_with_what_is_approved_for_it(copied_office: Office) -> None:
    day, _ = scheduled(copied_office, "factory_name_hanzi", 17)
    page = opened("policy")
    assert ">17</td>" not in "\n".join(string for string in strings(page) if words("policy.column_since") in string)
    page = page.date_input(key="policy-day").set_value(day).run()
    assert ">17</td>" in "\n".join(string for string in strings(page) if words("policy.column_since") in string)


@pytest.mark.campaign
def test_a_result_of_before_says_that_another_policy_is_in_force_since(copied_office: Office) -> None:
    submitted(copied_office, locked=True)
    viewer, another = administrator(copied_office), replace(administrator(copied_office), account="another")
    at, day = datetime(2026, 3, 1, 2, tzinfo=UTC), date(2026, 6, 1)
    value = EnteredValue(day, "quota.base", 11, ("某通知，二", ""), ("名额增加", ""))
    number = set_policy_value(copied_office.store, another, value, at=at)
    copied_office.sit("enterprise")
    said = words("result.policy_superseded", old="2025-01-01", new=day.isoformat())
    assert said not in "\n".join(strings(opened("result")))
    approve_policy_change(copied_office.store, replace(viewer, account="a third"), number, 1, at=at)
    assert said in "\n".join(strings(opened("result")))
