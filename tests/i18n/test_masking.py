"""People's names and telephones on a screen: enough to know one's own by, no more."""

from __future__ import annotations

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import fact_shown, masked_name, masked_phone
from kpi.i18n.conditions import rule_names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张**"),
        ("张三丰 总经理", "张**"),
        ("欧阳示例", "欧**"),
        ("Zhang San", "Z**"),
        ("  李四 ", "李**"),
        ("", ""),
    ],
)
def test_of_a_name_the_first_character_stays_and_its_length_is_not_shown(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800000001", "138****0001"),
        ("+86 138-0000-0001", "138****0001"),
        ("021-12345678", "****78"),
        ("12", "****"),
        ("", "****"),
    ],
)
def test_of_a_mobile_number_three_and_four_digits_stay_and_of_any_other_the_last_two(number: str, shown: str) -> None:
    assert masked_phone(number) == shown


def test_every_person_and_every_telephone_of_annex_3_is_masked_and_nothing_else() -> None:
    masked = {fact.code for fact in catalogue().facts if fact_shown(fact, "13800000001", "zh") != "13800000001"}
    assert masked == {"leader", "leader_phone", "contact", "phone", "filler", "filler_phone"}


def test_names_of_the_notice_are_reported_in_the_readers_language() -> None:
    facts = {fact.code: fact for fact in catalogue().facts}
    assert fact_shown(facts["industry"], "汽车", "en") == "Automotive"
    assert fact_shown(facts["scenarios"], ("先进过程控制",), "en") == "Advanced process control"
    assert fact_shown(facts["district"], "不知何处", "en") == "不知何处"
    assert fact_shown(facts["enterprise"], "汽车", "en") == "汽车", "an enterprise's name is its own"
    assert rule_names({"rule": "not_awarded_before", "tier": "先进级"}, "en")["tier"] == "Advanced"
