"""``kpi notice``: a folder is checked whole, every fault with file and key in the reader's words; two are compared."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kpi.catalogue.catalogue import NOTICES, catalogue
from kpi.model.language import Lang
from tests.cli.command_line import here

SHIPPED = catalogue().notice.id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Next year's, as one would begin it: a copy of this year's."""
    copied = Path(shutil.copytree(NOTICES / SHIPPED, tmp_path / "shanghai-2026-1"))
    edit(copied, "notice.toml", 'id = "shanghai-2025-514"', 'id = "shanghai-2026-1"')
    return copied


def edit(folder: Path, name: str, old: str, new: str) -> None:
    content = (folder / name).read_text("utf-8")
    assert old in content
    (folder / name).write_text(content.replace(old, new, 1), "utf-8")


def of_2026(folder: Path) -> None:
    edit(folder, "notice.toml", "year = 2025", "year = 2026")
    edit(folder, "policy.toml", "in_force_from = 2025-01-01", "in_force_from = 2026-01-01")
    edit(folder, "policy.toml", "value = 2025-08-15", "value = 2026-08-14")
    head, _, _ = (folder / "notice.toml").read_text("utf-8").partition("[illustrative]")
    (folder / "notice.toml").write_text(head, "utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_ships_is_listed_shown_and_whole(lang: Lang) -> None:
    listed = here("notice", "list", "--lang", lang)
    assert (listed.code, listed.err) == (0, "")
    assert SHIPPED in listed.out
    assert catalogue().notice.title.in_(lang) in listed.out
    assert {"zh": "正式通知", "en": "official notice"}[lang] in listed.out
    shown = here("notice", "show", "--lang", lang)
    assert all(condition.quote in shown.out for condition in catalogue().conditions)
    assert {str(len(catalogue().conditions)), "21", "40", "19"} <= set(
        re.findall(r"\d+", here("notice", "check", SHIPPED, "--lang", lang).out)
    )


def test_a_folder_that_is_no_notice_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is has the name and the text of what ships: whoever is read is kept for the process."""
    shutil.copytree(NOTICES / SHIPPED, tmp_path / SHIPPED)
    (tmp_path / "__pycache__").mkdir()
    monkeypatch.setattr("kpi.catalogue.catalogue.NOTICES", tmp_path)
    assert [item["id"] for item in here("notice", "list", "--json").json["notices"]] == [SHIPPED]


def test_every_fault_is_named_at_once_with_file_and_key(folder: Path) -> None:
    edit(folder, "bodies.toml", 'kind = "district"', 'kind = "county"')
    edit(folder, "industries.toml", 'code = "automotive"', 'kode = "automotive"')
    (folder / "facts.toml").unlink()
    edit(folder, "groups.toml", "[[group]]", "[[group")
    found = here("notice", "check", folder, "--json", "--lang", "en")
    assert found.code == 1
    assert {(fault["place"], fault["code"]) for fault in found.json["problems"]} == {
        ("bodies.toml: body[0].kind", "not_one_of"),
        ("industries.toml: industry[1].code", "missing"),
        ("industries.toml: industry[1].kode", "unknown_key"),
        ("facts.toml", "no_file"),
        ("groups.toml", "no_toml"),
    }


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "没有定义“G9”"), ("en", '"advance" is defined nowhere. Nearest: advanced.')]
)
def test_what_names_nothing_is_said_with_what_is_nearest(folder: Path, lang: Lang, said: str) -> None:
    edit(folder, "notice.toml", 'tier = "advanced"', 'tier = "advance"')
    edit(folder, "kpis.toml", 'group = "G1"', 'group = "G9"')
    found = here("notice", "check", folder, "--lang", lang)
    assert found.code == 1
    assert said in found.out


def test_a_rule_of_no_kind_or_about_nothing_is_named_with_its_condition(folder: Path) -> None:
    edit(folder, "conditions.toml", 'kind = "covers"', 'kind = "cover"')
    edit(folder, "conditions.toml", 'kind = "ending", fact', 'kind = "ending", about')
    assert [(fault["place"], fault["code"]) for fault in _faults_of(folder)] == [
        ("conditions.toml: condition[22].tests[0].kind", "not_one_of"),
        ("conditions.toml: condition[25].tests[0].fact", "missing"),
        ("conditions.toml: condition[25].tests[0].about", "unknown_key"),
    ]
    edit(folder, "conditions.toml", 'kind = "cover"', 'kind = "covers"')
    edit(folder, "conditions.toml", 'kind = "ending", about = "factory_name"', 'kind = "ending", fact = "name"')
    edit(folder, "conditions.toml", 'tier = "advanced"', 'tier = "advance"')
    edit(folder, "conditions.toml", '"maturity.annex1_advanced"', '"maturity.annex1"')
    edit(folder, "conditions.toml", 'kind = "one_of", fact = "industry"', 'kind = "one_of", fact = "address"')
    edit(folder, "conditions.toml", '"accidents_annex1" }', '"accidents" }')
    edit(folder, "conditions.toml", 'tests = [{ kind = "statement" }]', "tests = []")
    edit(folder, "conditions.toml", 'fact = "maturity_level"', 'kpi = "K04", fact = "maturity_level"')
    (by_itself,) = _faults_of(folder)
    assert (by_itself["place"], by_itself["code"]) == ("conditions.toml: condition[9].tests[0].of[0]", "other")
    edit(folder, "conditions.toml", 'kpi = "K04", fact', "fact")
    assert {(fault["place"].removeprefix("conditions.toml: "), fault["code"]) for fault in _faults_of(folder)} == {
        ("condition[0].tests", "empty"),
        ("condition[14].tests.implied_by", "not_there_near"),
        ("condition[21].tests.limit", "not_there_near"),
        ("condition[22].tests.tier", "not_there_near"),
        ("condition[25].tests.fact", "not_there"),
        ("condition[27].tests.among", "missing"),
    }


def _faults_of(folder: Path) -> list[dict[str, str]]:
    found = here("notice", "check", folder, "--json")
    assert found.code == 1
    return found.json["problems"]


def test_a_number_is_asked_of_a_fact_that_is_one_and_a_file_must_be_there(folder: Path) -> None:
    edit(folder, "conditions.toml", '"maturity_level", limit = "maturity.annex1', '"honours", limit = "maturity.annex1')
    edit(folder, "notice.toml", "samples/demo-awarded.csv", "/nowhere/demo-awarded.csv")
    assert [(fault["place"], fault["code"]) for fault in _faults_of(folder)] == [
        ("notice.toml: illustrative.awarded", "no_file"),
        ("conditions.toml: condition[21].tests.fact", "not_one_of"),
    ]


def test_what_was_copied_with_last_years_folder_and_left_as_it_was_is_named(folder: Path) -> None:
    edit(folder, "notice.toml", "year = 2025", "year = 2026")
    said = here("notice", "check", folder, "--lang", "en").out
    assert "notice.toml: illustrative.applications: This is of 2025, and the notice of 2026." in said
    head, _, _ = (folder / "notice.toml").read_text("utf-8").partition("[illustrative]")
    (folder / "notice.toml").write_text(head, "utf-8")
    assert [(fault["place"], fault["code"]) for fault in _faults_of(folder)] == [
        ("policy.toml: in_force_from", "other_year"),
        ("policy.toml: window_closes", "other_year"),
    ]
    edit(folder, "policy.toml", "in_force_from = 2025-01-01", "in_force_from = 2026-01-01")
    edit(folder, "policy.toml", "value = 2025-08-15", "value = 2027-01-15")
    assert here("notice", "check", folder).code == 0


def test_a_fact_that_the_product_goes_by_must_be_asked(folder: Path) -> None:
    edit(folder, "facts.toml", 'code = "year"', 'code = "of_year"')
    assert [(fault["place"], fault["code"]) for fault in _faults_of(folder)] == [("facts.toml: year", "missing")]


def test_the_values_of_its_policy_are_checked_against_its_own_lists(folder: Path) -> None:
    edit(folder, "policy.toml", "[main_kpis.automotive]", "[main_kpis.automobile]")
    edit(folder, "policy.toml", 'value = ["K05", "K21"]', 'value = ["K05", "K99"]')
    edit(folder, "policy.toml", "[basis.K09]", "[basis.K08]")
    assert {(fault["place"].removeprefix("policy.toml: "), fault["code"]) for fault in _faults_of(folder)} == {
        ("main_kpis.automobile", "not_there"),
        ("disclosure.median_only", "not_there"),
        ("basis.K08", "one_basis"),
    }
    edit(folder, "policy.toml", "[main_kpis.automobile]", "[main_kpis.automotive]")
    edit(folder, "policy.toml", '"K99"', '"K21"')
    edit(folder, "policy.toml", "[basis.K08]", "[basis.K09]")
    edit(folder, "policy.toml", "[factory_name_hanzi]", "[contact_years]")
    assert [(fault["place"], fault["code"]) for fault in _faults_of(folder)] == [
        ("policy.toml: factory_name_hanzi", "missing")
    ]


def test_two_notices_are_compared_item_by_item(folder: Path) -> None:
    of_2026(folder)
    edit(folder, "scenarios.toml", 'zh = "先进过程控制"', 'zh = "先进过程控制与优化"')
    edit(folder, "industries.toml", 'code = "consumer"', 'code = "fashion"')
    for key in ("main_kpis", "not_applicable_allowed"):
        edit(folder, "policy.toml", f"[{key}.consumer]", f"[{key}.fashion]")
    edit(folder, "policy.toml", "[quota.base]\nvalue = 10", "[quota.base]\nvalue = 8")
    found = here("notice", "compare", SHIPPED, folder, "--json")
    assert found.code == 0
    changes = [tuple(item.values()) for item in found.json["changes"]]
    assert ("notice", "", "year", "2025", "2026") in changes
    assert ("scenarios", "22", "name.zh", "先进过程控制", "先进过程控制与优化") in changes
    assert ("industries", "consumer", "", "时尚消费品", None) in changes
    assert ("industries", "fashion", "", None, "时尚消费品") in changes
    assert ("policy", "quota.base", "value", "10", "8") in changes
    assert len([item for item in changes if item[0] != "policy"]) == 5, "and the id"
    said = here("notice", "compare", SHIPPED, folder, "--lang", "en").out.splitlines()
    assert {
        "scenarios 22 name.zh: 先进过程控制 -> 先进过程控制与优化",
        "gone: industries consumer 时尚消费品",
        "new: industries fashion 时尚消费品",
        f"{len(changes)} differences",
    } <= set(said)
    reversed_order = (folder / "groups.toml").read_text("utf-8").split("[[group]]")
    (folder / "groups.toml").write_text("[[group]]".join([reversed_order[0], *reversed_order[:0:-1]]), "utf-8")
    careful = next(kpi for kpi in catalogue().kpis if kpi.caution)
    caution = f'caution = {{ zh = "{careful.caution.zh}", en = "{careful.caution.en}" }}\n'
    edit(folder, "kpis.toml", caution, "")
    edit(folder, "conditions.toml", 'limit = "maturity.annex1_advanced"', "limit = 3")
    changes = [tuple(item.values()) for item in here("notice", "compare", SHIPPED, folder, "--json").json["changes"]]
    assert ("groups", "", "order", "G1, G2, G3, G4, G5", "G5, G4, G3, G2, G1") in changes
    assert (careful.code, "caution.zh", careful.caution.zh, "") in [item[1:] for item in changes]
    rule = "kind at_least, fact maturity_level, limit"
    assert ("maturity_annex1", "tests", f"{rule} maturity.annex1_advanced", f"{rule} 3.0") in [
        item[1:] for item in changes
    ]
    assert here("notice", "compare", SHIPPED, SHIPPED, "--json").json["changes"] == []


def test_faults_of_either_are_said_with_whose_they_are(folder: Path) -> None:
    edit(folder, "bodies.toml", 'kind = "district"', 'kind = "county"')
    for words in (["show", folder], ["compare", SHIPPED, folder], ["compare", folder, SHIPPED]):
        found = here("notice", *words, "--lang", "en")
        assert found.code == 1
        assert str(folder) in found.out
        assert "bodies.toml: body[0].kind" in found.out


def test_a_notice_that_is_not_there_is_said(tmp_path: Path) -> None:
    for words in (["show", "shanghai-1999-1"], ["check", tmp_path / "none"], ["compare", SHIPPED, "none"]):
        found = here("notice", *words, "--json")
        assert (found.code, found.faults) == (2, ["not_there"])
