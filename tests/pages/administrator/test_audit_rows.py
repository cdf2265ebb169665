"""What an act changed, as people read it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import get_args

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import policy_value_name, text
from kpi.model.audit import AuditEntry
from kpi.model.language import Lang
from pages.administrator.parts.audit import audit_row, object_named
from pages.widgets.meeting import round_named, round_words
from tests.services.service_calls import ASKS


def changed(before: dict[str, object] | None, after: dict[str, object]) -> list[str]:
    at = datetime(2025, 9, 1, tzinfo=UTC)
    was = None if before is None else json.dumps(before)
    what = ("chair", "administrator", "", "reviewers_assigned", "一轮", was, json.dumps(after))
    act = AuditEntry(1, at, *what, previous="0" * 64, mac="1" * 64)
    return audit_row(act, "zh")[-1].splitlines()


def test_pairs_and_objects_are_words_and_no_program_text() -> None:
    lines = changed({"head": {"seq": 5, "mac": "a" * 64}}, {"added": [["甲", "91A"], ["乙", "91B"]], "dropped": []})
    assert lines[0].endswith("：甲 91A、乙 91B")
    assert lines[1].endswith("：—")
    assert "aaaaaaaaaaaa… → —" in lines[2]
    assert not set("[]{}'") & set("".join(lines))


def test_a_long_list_is_counted_and_begun_on_the_page_and_whole_in_the_export() -> None:
    pairs = [["甲", f"91{number}"] for number in range(26)]
    act = AuditEntry(
        1,
        datetime(2025, 9, 1, tzinfo=UTC),
        *("chair", "administrator", "", "reviewers_assigned", "一轮", None, json.dumps({"added": pairs})),
        previous="0" * 64,
        mac="1" * 64,
    )
    page, export = audit_row(act, "zh", whole=False)[-1], audit_row(act, "zh")[-1]
    assert "26" in page
    assert ("甲 914" in page, "甲 915" in page, "甲 9125" in export) == (True, False, True)
    [short] = changed(None, {"added": pairs[:5]})
    assert short.endswith("甲 914")


def test_what_the_program_calls_by_a_word_of_its_own_has_words_in_both_languages() -> None:
    at = datetime(2025, 9, 1, tzinfo=UTC)
    for lang, words in (("zh", "演示数据"), ("en", "demonstration data")):
        made = ("duibiao", "system", "", "demonstration_made", "demonstration", None, None)
        assert audit_row(AuditEntry(1, at, *made, "0" * 64, "1" * 64), lang)[4] == words
        assert object_named(words) == "demonstration"
    named = ("chief", "administrator", "", "account_added", "demonstration", None, None)
    assert audit_row(AuditEntry(1, at, *named, "0" * 64, "1" * 64), "zh")[4] == "demonstration", "an account's own name"


@pytest.mark.parametrize("service", [name for name, ask in ASKS.items() if ask.says])
def test_every_detail_of_an_act_is_named_in_both_languages(service: str) -> None:
    for _, _, *details in ASKS[service].says:
        for key in {key for detail in details if detail for key in detail}:
            for lang in get_args(Lang):
                assert text(f"page.audit.field.{key}", lang)
        for kind in ("kind", "ruling", "by", "flag"):
            for value in {detail[kind] for detail in details if detail and kind in detail}:
                assert value not in changed(None, {kind: value})[0]


def test_a_list_of_states_is_a_list_of_their_names() -> None:
    [line] = changed(None, {"state": ["submitted"]})
    assert "submitted" not in line


def test_a_change_of_policy_is_named_as_its_page_names_it() -> None:
    at, after = datetime(2025, 9, 1, tzinfo=UTC), {"keys": ["leading_quantile", "quota.base"], "version": 2}
    for action in ("policy_drafted", "policy_approved", "policy_withdrawn"):
        act = AuditEntry(1, at, "chair", "administrator", "", action, "3", None, json.dumps(after), "0" * 64, "1" * 64)
        row = audit_row(act, "zh")
        assert row[4] == text("page.policy_change.number", "zh", number=3)
        assert "leading_quantile" not in row[-1]
        assert policy_value_name("leading_quantile", "zh") in row[-1]


def test_a_number_that_the_program_gave_is_shown_by_its_beginning() -> None:
    assert changed(None, {"objection": "0123456789abcdef" * 2})[0].endswith("：0123456789ab")


def test_a_panels_decision_and_an_empty_reason_are_words() -> None:
    decided, reason = changed(None, {"outcome": "reserve", "reason": ""})
    assert decided.endswith(f"：{text('scoring.outcome.reserve', 'zh')}")
    assert reason.endswith("：—")


def test_a_round_is_named_as_its_page_names_it_and_found_by_that_name() -> None:
    at, kept = datetime(2025, 9, 1, tzinfo=UTC), "2025-equipment-on_site-2"
    for lang in get_args(Lang):
        named = text(
            "scoring.round",
            lang,
            year=2025,
            industry=catalogue().industry("equipment").name.in_(lang),
            occasion=text("scoring.occasion.on_site", lang),
            number=2,
        )
        after = json.dumps({"round": kept})
        act = AuditEntry(1, at, "chair", "administrator", "", "round_started", kept, None, after, "0" * 64, "1" * 64)
        row = audit_row(act, lang)
        assert row[4] == named
        assert row[-1].endswith(named)
        assert round_named(named) == kept
    assert round_words("2025-no_such-on_site-2", "zh") is None
    assert round_named("91000000MA9990001E 2025") is None
