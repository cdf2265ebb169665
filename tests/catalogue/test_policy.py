"""The policy by date in force: what ships, what a later value changes, and what is refused."""

from __future__ import annotations

import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from kpi.catalogue.catalogue import NOTICES, catalogue, load_catalogue
from kpi.catalogue.schema import DATA
from kpi.errors import InvalidData, UserError
from kpi.policy.change_file import contradicting_values
from kpi.policy.load import Policies, load_policies, policies
from kpi.policy.schema import PolicyFile

DAY = date(2025, 12, 31)
WORDS = """
name = { zh = "试", en = "trial" }
unit = { zh = "比例", en = "share" }
reference = { zh = "演示", en = "illustrative" }
reason = { zh = "演示", en = "illustrative" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "policy", tmp_path / "policy"))


def loaded(folder: Path) -> Policies:
    return load_policies(catalogue(), folder)


def later(folder: Path, content: str, day: str = "2027-01-01") -> None:
    (folder / f"{day}-later.toml").write_text(f"in_force_from = {day}\n{content}", encoding="utf-8")


def test_the_values_that_ship_for_2025() -> None:
    policy = policies().on(DAY)
    assert policies().in_force_dates() == (date(2025, 1, 1),)
    assert policy.in_force_from == date(2025, 1, 1)
    assert (policy.leading_quantile, policy.confidence, policy.clause_coverage) == (0.8, 0.95, 0.65)
    assert (policy.method_version, policy.clause_at_least) == (3, 0)
    assert policy.sensitivity_quantiles == (0.75, 0.8, 0.9)
    assert (policy.release, policy.average) == ("at_locking", "arithmetic_mean")
    assert policy.tcams_182_applied is False
    assert policy.reference == "沪经信制〔2025〕514 号，附件 1 三（二）1"


def test_alpha_is_exactly_five_per_cent() -> None:
    assert policies().on(DAY).alpha == 0.05
    assert 1 - 0.95 != 0.05


def test_main_kpis_by_name_or_code_of_the_industry() -> None:
    for industry in catalogue().industries:
        assert policies().on(DAY).main_kpis(industry.name.zh) == ("K08", "K10", "K11", "K15", "K16", "K17")
        assert policies().on(DAY).not_applicable_allowed(industry.code) == ()
    with pytest.raises(KeyError):
        policies().on(DAY).main_kpis("航空")


def test_every_change_of_a_share_has_one_basis_and_nothing_else_has_one() -> None:
    bases = {kpi.code: policies().on(DAY).basis(kpi.code) for kpi in catalogue().kpis}
    assert {code for code, basis in bases.items() if basis == "relative"} == {"K09", "K10", "K11", "K13", "K14"}
    assert {basis for code, basis in bases.items() if not catalogue().kpi(code).bases} == {None}


def test_disclosure_quota_and_maturity() -> None:
    policy = policies().on(DAY)
    rules = policy.disclosure
    assert (rules.min_groups, rules.max_group_share, rules.median_only) == (10, 0.25, ("K05", "K21"))
    assert (rules.quantile_groups, rules.quantile_groups_unbounded) == (15, 21)
    assert (rules.p_percent, rules.rounding_divisor, rules.protection_divisor) == (10, 5, 4)
    assert rules.bands == ((10, 14), (15, 29), (30, 59), (60, None))
    assert [next(band.name for band in rules.bands if band.covers(n)) for n in (10, 14, 15, 29, 30, 59, 60, 999)] == [
        *["10-14"] * 2,
        *["15-29"] * 2,
        *["30-59"] * 2,
        *["60+"] * 2,
    ]
    assert (policy.maturity.annex1_advanced, policy.maturity.body_advanced) == (2, 3)


def test_the_quota_rises_at_30_awards_that_number_included() -> None:
    assert [policies().on(DAY).quota.of(awards) for awards in (0, 29, 30, 31)] == [10, 10, 12, 12]


def test_before_the_first_day_there_is_no_policy() -> None:
    assert policies().on(date(2025, 1, 1)).leading_quantile == 0.8
    with pytest.raises(UserError) as refused:
        policies().on(date(2024, 12, 31))
    assert (refused.value.code, refused.value.params) == ("no_policy", {"day": "2024-12-31"})


def test_a_later_value_overrides_only_itself_and_only_from_its_day(folder: Path) -> None:
    later(folder, f"[leading_quantile]\nvalue = 0.75{WORDS}\n[disclosure.min_groups]\nvalue = 12{WORDS}")
    changed = loaded(folder)
    before, after = changed.on(date(2026, 12, 31)), changed.on(date(2027, 1, 1))
    assert before == policies().on(DAY)
    assert (after.leading_quantile, after.disclosure.min_groups) == (0.75, 12)
    assert after.in_force_from == date(2027, 1, 1)
    assert after.disclosure.bands == before.disclosure.bands
    assert (after.confidence, after.quota) == (before.confidence, before.quota)
    assert changed.in_force_dates() == (date(2025, 1, 1), date(2027, 1, 1))
    assert len(changed.statements()) == len(policies().statements())


def test_a_repealed_rule_leaves_its_day_without_a_policy(folder: Path) -> None:
    later(folder, f"[confidence]\nrepealed = true{WORDS}")
    changed = loaded(folder)
    assert changed.on(date(2026, 12, 31)).confidence == 0.95
    with pytest.raises(UserError, match="no_policy"):
        changed.on(date(2027, 1, 1))
    assert [statement.key for statement in changed.statements() if statement.repealed] == ["confidence"]


def test_without_what_raises_it_the_quota_is_the_same_for_each_body() -> None:
    raised, raised_from = (f"[quota.{name}]\nrepealed = true{WORDS}\n" for name in ("raised", "raised_from"))
    day = date(2027, 1, 1)
    with pytest.raises(UserError, match="no_policy"):
        _changed(raised).on(day)
    quota = _changed(raised + raised_from).on(day).quota
    assert [(quota.of(awards), quota.case(awards)) for awards in (0, 30)] == [(10, "flat"), (10, "flat")]
    assert list(contradicting_values(_changed(raised + raised_from).on(day))) == []


def _changed(content: str) -> Policies:
    return policies().with_changes([PolicyFile.model_validate(tomllib.loads(f"in_force_from = 2027-01-01\n{content}"))])


@pytest.mark.parametrize(
    ("content", "reported"),
    [
        (f"[leading_quantle]\nvalue = 0.75{WORDS}", r"2027-01-01-later\.toml: leading_quantle: Extra inputs"),
        (f"[leading_quantile]\nvalue = 80{WORDS}", r"leading_quantile\.value: Input should be less than 1"),
        (f"[leading_quantile]\nvalue = 0.75{WORDS}author = 'x'", r"leading_quantile\.author: Extra inputs"),
        (f"[leading_quantile]{WORDS}", r"leading_quantile: .*needs a value, or repealed"),
        ("[leading_quantile]\nvalue = 0.75", r"leading_quantile\.unit: Field required"),
        (f"[main_kpis.aviation]\nvalue = ['K08']{WORDS}", r"main_kpis\.aviation: not_there: aviation"),
        (f"[main_kpis.automotive]\nvalue = ['K99']{WORDS}", r"main_kpis\.automotive: not_there: K99"),
        (f"[basis.K08]\nvalue = 'relative'{WORDS}", r"basis\.K08: one_basis"),
    ],
)
def test_a_broken_value_is_refused_by_file_and_key(folder: Path, content: str, reported: str) -> None:
    later(folder, content)
    with pytest.raises(InvalidData, match=reported):
        loaded(folder)


def test_one_value_cannot_be_stated_twice_for_one_day(folder: Path) -> None:
    later(folder, f"[confidence]\nvalue = 0.9{WORDS}", "2025-01-01")
    with pytest.raises(InvalidData, match="confidence: given_twice: 2025-01-01"):
        loaded(folder)


@pytest.mark.parametrize("day", ["2025-01-01", "2027-01-01"])
def test_what_a_notice_states_itself_no_shared_file_states_for_it(folder: Path, day: str) -> None:
    later(folder, f"[quota.base]\nvalue = 5{WORDS}\n[main_kpis.automotive]\nvalue = ['K08', 'K13']{WORDS}", day)
    assert loaded(folder).stored == policies().stored


def test_the_values_of_a_notice_begin_on_its_own_day_with_all_that_is_shared(tmp_path: Path, folder: Path) -> None:
    notice = Path(shutil.copytree(NOTICES / catalogue().notice.id, tmp_path / catalogue().notice.id))
    file = notice / "policy.toml"
    said = file.read_text("utf-8").replace("in_force_from = 2025-01-01", "in_force_from = 2026-03-01")
    file.write_text(f"{said}\n[leading_quantile]\nvalue = 0.75{WORDS}", "utf-8")
    later(folder, f"[confidence]\nvalue = 0.9{WORDS}", "2026-01-01")
    begun = load_policies(load_catalogue(notice), folder)
    assert begun.in_force_dates() == (date(2026, 3, 1),)
    first = begun.of_year(2024)
    assert (first, first.in_force_from) == (begun.of_year(2026), date(2026, 3, 1))
    assert (first.leading_quantile, first.confidence, first.disclosure) == (0.75, 0.9, policies().on(DAY).disclosure)
    with pytest.raises(UserError, match="no_policy"):
        begun.on(date(2026, 2, 28))
    later(folder, f"[contact_years]\nvalue = 5{WORDS}", "2026-03-02")
    (folder / "2025-01-01-office.toml").unlink()
    with pytest.raises(InvalidData) as refused:
        load_policies(load_catalogue(notice), folder)
    assert [fault.place for fault in refused.value.faults] == [
        "policy.toml: contact_years",
        "policy.toml: duties_in_one_account",
        "policy.toml: duties_of_a_person",
        "policy.toml: panel_least_share",
        "policy.toml: people_of_an_enterprise",
        "policy.toml: published_open",
        "policy.toml: second_factor",
    ]


def test_the_first_policy_must_be_whole(folder: Path) -> None:
    file = folder / "2025-01-01-verdict.toml"
    file.write_text(file.read_text("utf-8").split("[release]")[0], "utf-8")
    with pytest.raises(InvalidData) as refused:
        loaded(folder)
    assert [fault.place for fault in refused.value.faults] == ["policy.toml: release", "policy.toml: tcams_182_applied"]


def test_every_statement_has_its_words_and_says_where_the_notice_is_silent() -> None:
    for statement in policies().statements():
        for text in (statement.name, statement.unit, statement.reference, statement.reason):
            assert text.zh, statement.key
            assert text.en, statement.key
    silent = {entry.key for entry in policies().statements() if entry.silent}
    assert {"leading_quantile", "confidence", "main_kpis.automotive", "basis.K10", "disclosure.min_groups"} <= silent
    of_the_notice = {entry.key for entry in policies().statements()} - silent
    assert {"quota.base", "quota.raised", "quota.raised_from", "maturity.body_advanced"} <= of_the_notice
    assert "leading_quantile" not in of_the_notice
