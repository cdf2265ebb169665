"""Both languages hold the same sentences with the same placeholders, and nothing is said twice."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from kpi.annex4.outline import new_finding
from kpi.errors import InvalidData, UserError
from kpi.i18n import clause_word, reason_text, text, verdict_word
from kpi.i18n.documents import document_finding
from kpi.i18n.texts import begun, load_texts, placeholders
from kpi.i18n.words import error_message, problem_message
from kpi.model.evaluation import Reason, Verdict
from kpi.model.language import Lang
from kpi.model.problem import Problem, listed
from kpi.services.administrator.accounts import NewAccount, account_faults
from pages.widgets.acts import OUTDATED
from tests.house.tracked import python_files

CODES = [
    "leading_shown",
    "not_leading_shown",
    "leans_leading",
    "leans_not_leading",
    "tied_on_line",
    "group",
    "no_room",
    "start_unproven",
    "at_ceiling",
    "smallest_n",
    "stated_other_basis",
    "na_reason",
    "blank",
    "mean_and_median_disagree",
    "low_start_caution",
    "ratio_groups",
    *(f"blocked_{verdict}" for verdict in get_args(Verdict) if verdict != "leading"),
    "blocked_no_room",
    "smallest_p",
    "all_pass",
    "enough_lead",
    "too_few_lead",
    "coverage_low",
    "tested_low",
    "conditional_not_applicable",
    "expected_power",
    "not_official_no_refusal",
    "not_in_list",
    "not_released",
    "decided_before",
    "decided_in_other_industry",
    "held_to_close",
    "held_exposing",
    "held_exposing_main",
    "no_word_of_few_groups",
    "few_groups_main",
    "in_zone_by_estimate",
    "published_withheld",
    "few_groups",
    "dominant_group",
    "would_reveal",
]


def test_both_languages_hold_the_same_keys():
    assert load_texts("zh").keys() == load_texts("en").keys()
    assert len(load_texts("zh")) > 100


def named(sentence):
    # A name given in both languages comes as name_zh and name_en; each language shows its own.
    return {name.removesuffix("_zh").removesuffix("_en") for name in placeholders(sentence)}


def test_both_languages_ask_for_the_same_placeholders():
    differing = [
        key
        for key in load_texts("zh").keys() & load_texts("en").keys()
        if named(load_texts("zh")[key]) != named(load_texts("en")[key])
    ]
    assert differing == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_claims_proof(lang):
    for key, sentence in load_texts(lang).items():
        if key.startswith(("verdict.", "clause.", "reason.", "headline.", "strip.")) and "reason.rule." not in key:
            assert "证明" not in sentence, key
            assert not re.search(r"\bprove[ns]?\b", sentence.lower()), key


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sentence_of_a_verdict_names_baseline_n_and_confidence(lang):
    for verdict in ("leading", "not_leading", "undecided", "too_few_peers", "no_discrimination"):
        assert {"n", "baseline", "confidence"} <= placeholders(load_texts(lang)[f"verdict.{verdict}.sentence"])
        assert "n" not in placeholders(load_texts(lang)[f"verdict.{verdict}.released"])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_reason_has_a_sentence_that_carries_no_count(code, lang):
    assert placeholders(load_texts(lang)[f"reason.{code}.plain"]) <= {"kpi"}
    assert reason_text(Reason(code, {"kpi": "K10"}), lang)


def test_a_reason_tells_its_counts_only_where_it_was_given_them():
    assert (
        reason_text(Reason("smallest_n", {"n": 9.0, "n_needed": 14}), "zh")
        == "可比同行 9 家，至少需要 14 家才可能显示领先。"
    )
    assert reason_text(Reason("smallest_n"), "zh") == "可比同行太少，不足以作出任何方向的判定。"


def test_a_p_value_reads_as_a_comparison():
    assert reason_text(Reason("leading_shown", {"p": 0.0041}), "en").endswith("(p = 0.004).")
    assert reason_text(Reason("leading_shown", {"p": 0.0}), "en").endswith("(p < 0.001).")


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (1, "1 error stands"),
        (1.0, "1 error stands"),
        ("1", "1 error stands"),
        (0, "0 errors stand"),
        (11, "11 errors stand"),
        ("9–12", "9–12 errors stand"),
    ],
)
def test_a_word_agrees_with_its_count(monkeypatch, count, written):
    table = {"x": "{count} {count:error|errors} {count:stands|stand}"}
    monkeypatch.setattr("kpi.i18n.texts.load_texts", lambda _lang: table)
    assert text("x", "en", count=count) == written


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_count_stands_before_a_word_that_cannot_agree_with_it(lang):
    # "1 files": a plural right behind a bare count, or the "(s)" of forms.
    loose = re.compile(r"\{(?:count|n|missing|used|left|factories|candidates|changed|different)\} [a-z]+s\b|\(s\)")
    assert {key: load_text for key, load_text in load_texts(lang).items() if loose.search(load_text)} == {}


BEGINNINGS = ("kpi ", "psycopg,", "pyspark,", "no.", "n: ", "relative = ")
"""Written small wherever they stand: a command, programs, an abbreviation of a table's head, symbols."""


def test_an_english_sentence_begins_with_a_capital():
    sentence = re.compile(r"[.!?:](\"|\))?$")
    small = [key for key, words in load_texts("en").items() if sentence.search(words) and words[0].islower()]
    assert [key for key in small if not load_texts("en")[key].startswith(BEGINNINGS)] == []


ALONE = (
    "accounts.every_role",
    "accounts.every_state",
    "audit.every_account",
    "audit.action.every",
    "awards.all_years",
    "awards.new",
    "progress.all",
)
"""The first entries of menus, and the head of a row: nothing stands beside them."""


def test_english_words_that_stand_alone_begin_with_a_capital():
    assert [key for key in ALONE if not text(f"page.{key}", "en")[0].isupper()] == []
    assert begun("not started") == "Not started"
    assert begun("1 missing") == "1 missing"
    assert begun("") == ""


def test_a_kpi_code_is_reported_by_its_name():
    assert "K11" not in reason_text(Reason("blocked_undecided", {"kpi": "K11"}), "zh")
    assert "、" in reason_text(Reason("blocked_undecided", {"kpi": "K10,K11"}), "zh")


def test_every_verdict_has_its_word():
    assert verdict_word("leading", "zh").word == "领先"
    assert verdict_word("undecided", "zh").word == "尚不能判定"
    assert verdict_word("basis_mismatch", "zh").word == "口径不一致"
    assert verdict_word(None, "zh").word == "尚未发布"
    assert clause_word("withheld", "zh") == "暂不判定"


def test_a_missing_key_or_parameter_is_a_bug():
    with pytest.raises(KeyError):
        text("no.such.key", "zh")
    with pytest.raises(KeyError):
        text("reason.na_reason.counted", "zh")


def test_a_problem_names_its_place_and_an_error_its_next_move(monkeypatch):

    table = {
        "problem.x.message": "{file} {column}{row}: {value}, {least:pct}",
        "problem.x.remedy": "mend",
        "error.y.message": "no {day}",
        "error.y.remedy": "ask",
    }
    monkeypatch.setattr("kpi.i18n.texts.load_texts", lambda _lang: table)
    found = Problem("error", "x", "a.csv", None, 3, "B", "12", {"least": 0.5})
    assert problem_message(found, "en") == ("a.csv B3: 12, 50 %", "mend")
    assert error_message(UserError("y", day="2024-01-01"), "en") == ("no 2024-01-01", "ask")


def test_a_key_given_twice_names_file_and_key(tmp_path):
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "a.toml").write_text('[x]\ny = "1"', "utf-8")
    (tmp_path / "zh" / "b.toml").write_text('[x]\ny = "2"', "utf-8")
    with pytest.raises(InvalidData, match=r"b\.toml: x\.y"):
        load_texts("zh", tmp_path)


def test_a_leaf_that_is_no_text_names_file_and_key(tmp_path):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "a.toml").write_text("[x]\ny = 1", "utf-8")
    with pytest.raises(InvalidData, match=r"a\.toml: x\.y"):
        load_texts("en", tmp_path)


def test_which_way_a_kpi_leans_is_said_in_peers_because_the_line_shown_may_lie_on_the_other_side() -> None:
    # Ahead of 11 of 14 is 79 %, and above the type-7 line of those 14.
    for code in ("leans_leading", "leans_not_leading"):
        assert "领先线" not in reason_text(Reason(code), "zh")
        assert "the line" not in reason_text(Reason(code), "en")


def test_every_error_that_is_raised_by_its_code_has_its_words():
    raising = re.compile(r"(?:StoreUnavailable|UserError)\(\s*\"([a-z_]+)\"")
    raised = {code: path for path, source in python_files().items() for code in raising.findall(source)}
    assert len(raised) > 100
    known = load_texts("en")
    assert {code: path for code, path in raised.items() if f"error.{code}.message" not in known} == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("unknown_scenario", "suggestion"),
        ("unknown_item", "suggestion"),
        ("panel_unknown_column", "nearest"),
        ("panel_unknown_kpi", "nearest"),
    ],
)
def test_where_nothing_is_alike_nothing_is_said_of_it(lang: Lang, code: str, named: str) -> None:
    def remedy(nearest: str) -> str:
        found = Problem("warning", code, "f", None, 1, "A", "xyz", params={named: nearest})
        return problem_message(found, lang)[1]

    assert "排产" in remedy("排产")
    assert not re.search("—|closest|Closest|最接近", remedy(""))


@pytest.mark.parametrize(("lang", "said"), [("zh", "未填写账号名。"), ("en", "The account name is missing.")])
def test_a_blank_account_name_is_missing(lang: Lang, said: str) -> None:
    blank = NewAccount("  ", "x", "administrator", ())
    assert error_message(account_faults(blank)[0], lang)[0] == said


@pytest.mark.parametrize(("lang", "names"), [("zh", "甲、乙"), ("en", "甲, 乙")])
def test_several_names_in_one_parameter_are_joined_as_the_language_does(lang: Lang, names: str) -> None:
    short = UserError("too_few_reviewers", count=2, names=listed(["甲", "乙"]), wanted=3)
    assert names in error_message(short, lang)[0]
    tier = Problem("error", "awarded_unknown_tier", "x.csv", value="x", params={"tiers": listed(["甲", "乙"])})
    assert names in problem_message(tier, lang)[1]
    missing = new_finding("cover_fields_missing", wanted="甲、乙")
    assert names in " ".join(document_finding(missing, lang))


@pytest.mark.parametrize("lang", get_args(Lang))
def test_no_text_asks_to_reload_where_a_button_shows_what_holds_now(lang: Lang) -> None:
    texts, button = load_texts(lang), text("page.show_current", lang)
    asking = {
        key for key, said in texts.items() if re.search(r"reload|load the page|刷新|重新加载", said, re.IGNORECASE)
    }
    assert asking == {"page.baseline_import.leave"}, "which says what reloading does"
    assert {key for key, said in texts.items() if button in said} == {
        "page.show_current",
        *(f"error.{code}.remedy" for code in OUTDATED),
    }


def test_the_button_stands_with_an_error_after_which_the_page_shows_what_held_before() -> None:
    def page() -> None:
        from kpi.errors import UserError
        from pages.widgets.acts import show_error

        show_error(UserError("ruling_changed"))
        show_error(UserError("finding_needed", kpi="K01"))
        show_error(UserError("ruling_changed"))

    test = AppTest.from_function(page).run()
    assert [item.label for item in test.button] == [text("page.show_current", "zh")] * 2
    assert not test.exception, "two errors of one code on one page"
    assert len(test.button[1].click().run().button) == 2
