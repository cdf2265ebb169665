"""Notices that ship beside that of 2025, wholly as data: what each says otherwise, and the files invented for it."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from data.baselines import make_illustrative as of_2025
from data.notices import make_illustrative
from data.notices.make_illustrative import Illustration
from kpi.baseline.panel import read_panel
from kpi.catalogue.catalogue import NOTICES, Catalogue, catalogue, notice_in_hand, shipped_notice
from kpi.catalogue.names import is_mobile, is_valid, match_kpi
from kpi.eligibility.checklist import eligibility_checklist
from kpi.eligibility.rules import CaseFacts
from kpi.intake.form.template import example
from kpi.intake.lists import read_awarded
from kpi.intake.read import read
from kpi.model.claims import AwardList
from kpi.policy.change_file import contradicting_values
from kpi.policy.load import policies
from kpi.policy.score_sheet import score_sheets
from kpi.services.evaluation import evaluation_context, full_evaluations
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests.cli.command_line import here

FIRST, EXAMPLE = "shanghai-2025-514", "shanghai-2026-example"
BESIDE = sorted(folder.parent.name for folder in NOTICES.glob("*/illustrative"))
FILES = ("README.md", "applications.csv", "awarded.csv", "example.csv", "panel.csv")
SAMPLES = NOTICES.parent / "samples"


@pytest.fixture(params=BESIDE)
def notice(request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    """Each of them in hand."""
    with notice_in_hand(shipped_notice(request.param)):
        yield catalogue()


def content(notice: Catalogue, name: str) -> bytes:
    return (NOTICES / notice.notice.id / "illustrative" / name).read_bytes()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def candidates(notice: Catalogue) -> list[dict[str, str]]:
    return rows(NOTICES / notice.notice.id / "illustrative" / "applications.csv")


@cache
def changes() -> frozenset[tuple[str, ...]]:
    """From the notice of 2025 to the example."""
    found = here("notice", "compare", FIRST, EXAMPLE, "--json").json["changes"]
    return frozenset(tuple(change.values()) for change in found)


def test_each_that_ships_is_whole_and_says_what_it_is() -> None:
    status = {item["id"]: item["status"] for item in here("notice", "list", "--json").json["notices"]}
    assert {FIRST: "official", EXAMPLE: "fictitious"}.items() <= status.items()
    assert set(BESIDE) | {FIRST} == status.keys()
    for name in status:
        assert here("notice", "check", name, "--json").json["problems"] == []
    assert "[虚构，仅供演示]" in here("notice", "show", EXAMPLE).out
    assert "[invented, for demonstration only]" in here("notice", "show", EXAMPLE, "--lang", "en").out


def test_the_notice_where_none_is_in_hand_and_its_values_stay_those_of_2025() -> None:
    assert (catalogue().notice.id, len(catalogue().kpis)) == (FIRST, 21)
    before = policies()
    with notice_in_hand(shipped_notice(EXAMPLE)):
        assert policies() != before
    assert policies() is before
    assert before.in_force_dates() == (date(2025, 1, 1),)
    assert (before.of_year(2026).leading_quantile, before.of_year(2026).quota.base) == (0.8, 10)


@pytest.mark.parametrize(
    "change",
    [
        ("notice", "", "status", "official", "fictitious"),
        ("notice", "", "number.zh", "沪经信制〔2025〕514 号", "虚构示例〔2026〕1 号"),
        ("kpis", "K07", "", "销售增长率", None),
        ("kpis", "K22", "", None, "产品碳足迹核算覆盖率"),
        ("kpis", "K23", "", None, "智能体（AI agent）应用数量"),
        ("kpis", "K06", "number", "6", "7"),
        ("scenarios", "30", "name.zh", "智能经营决策", "智能体辅助经营决策"),
        ("tiers", "advanced", "maturity", "2", "3"),
        ("industries", "equipment", "", "高端装备", None),
        ("industries", "intelligent_equipment", "", None, "智能装备"),
        ("industries", "transport_equipment", "", None, "航空航天与海洋装备"),
        ("facts", "employees", "", None, "从业人员数"),
        ("conditions", "ai_scenarios_least", "", None, "应用人工智能技术场景比例不低于 10%"),
        ("policy", "leading_quantile", "value", "0.8", "0.75"),
        ("policy", "quota.base", "value", "10", "8"),
        ("policy", "quota.raised", "value", "12", "8"),
        ("policy", "maturity.annex1_advanced", "value", "2", "3"),
        ("policy", "window_closes", "value", "2025-08-15", "2026-08-14"),
        ("policy", "main_kpis.materials", "value", "K08; K10; K11; K15; K16; K17", "K08; K10; K14; K16; K17"),
        ("policy", "disclosure.median_only", "value", "K05; K21", "K05; K21; K23"),
    ],
    ids=lambda change: "-".join(change[:3]),
)
def test_the_example_changes_something_of_every_kind(change: tuple[str, ...]) -> None:
    assert change in changes()


def test_a_copied_folder_is_drawn_whatever_it_names_to_try_it_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shanghai-2026-1"
    shutil.copytree(NOTICES / EXAMPLE, folder, ignore=shutil.ignore_patterns("illustrative"))
    head = (folder / "notice.toml").read_text("utf-8").replace(EXAMPLE, folder.name)
    (folder / "notice.toml").write_text(head, "utf-8")
    monkeypatch.setattr(make_illustrative, "NOTICES", tmp_path)
    make_illustrative.main([folder.name])
    assert {path.name for path in (folder / "illustrative").iterdir()} == set(FILES)
    assert head.partition("[illustrative]")[2].strip() in capsys.readouterr().out


def test_the_example_has_a_row_more_in_its_form_and_another_definition() -> None:
    first, example = shipped_notice(FIRST), shipped_notice(EXAMPLE)
    assert example.scenarios[29].definition != first.scenarios[29].definition
    of_2025_rows = [row.title for row in catalogue().annex3.row]
    with notice_in_hand(example):
        assert [row.title for row in catalogue().annex3.row if row.title not in of_2025_rows] == ["从业人员数（人）"]


def test_what_the_example_says_names_its_own_number_and_never_that_of_2025() -> None:
    notice = shipped_notice(EXAMPLE)
    for file in (NOTICES / EXAMPLE).glob("*.toml"):
        assert not re.search("514|沪经信制|工信厅", file.read_text("utf-8")), file.name
    number = notice.notice.number
    assert all(number.zh in tier.source.zh and number.en in tier.source.en for tier in notice.tiers)
    assert number.zh in notice.notice.title.zh
    assert number.en in notice.notice.title.en
    assert all("虚构示例" in condition.source.zh for condition in notice.conditions)
    assert all("虚构示例" in fact.source.zh for fact in notice.facts)
    with notice_in_hand(notice):
        own = [entry for entry in policies().stored if entry.in_force_from == date(2026, 1, 1)]
    assert len(own) > 25
    assert all(number.zh in entry.reference.zh and number.en in entry.reference.en for entry in own)


def test_a_kpi_keeps_its_code_where_its_place_in_the_table_is_another() -> None:
    with notice_in_hand(shipped_notice(EXAMPLE)):
        assert [kpi.number for kpi in catalogue().kpis] == list(range(1, 23))
        assert (match_kpi("K06").number, match_kpi("K23").number, match_kpi("K07")) == (7, 6, None)


def test_the_values_of_each_hold_together_from_its_own_day(notice: Catalogue) -> None:
    (begins,) = policies().in_force_dates()
    assert begins == date(notice.notice.year, 1, 1)
    policy = policies().of_year(notice.notice.year)
    assert policies().of_year(2024) == policy
    assert list(contradicting_values(policy)) == []


def test_the_program_writes_the_same_bytes_again(notice: Catalogue) -> None:
    assert Illustration(notice).files() == {name: content(notice, name) for name in FILES}
    assert {path.name for path in (NOTICES / notice.notice.id / "illustrative").iterdir()} == set(FILES)


def test_its_example_is_read_as_the_application_of_who_is_to_send_it(notice: Catalogue) -> None:
    found = read("example.csv", content(notice, "example.csv"))
    assert [problem for problem in found.problems if problem.severity == "error"] == []
    (sent,) = found.applications
    first = candidates(notice)[0]
    assert (sent.credit_code, sent.industry, sent.year) == (first["credit_code"], first["industry"], notice.notice.year)
    assert {code: value.value for code, value in sent.values.items() if value.state == "reported"} == {
        kpi.code: float(first[kpi.code]) for kpi in notice.kpis if first[kpi.code]
    }


def test_its_panel_is_read_without_a_fault_and_reaches_everywhere(notice: Catalogue) -> None:
    found = read_panel("panel.csv", content(notice, "panel.csv"), notice.notice.region.zh)
    assert found.problems == ()
    assert set(found.records["kpi"]) == {kpi.code for kpi in notice.kpis}
    assert set(found.records["industry"]) == {industry.name.zh for industry in notice.industries}
    assert set(found.records["body"]) == {body.name.zh for body in notice.bodies}
    for kpi in notice.kpis:
        values = found.records[found.records["kpi"].eq(kpi.code)]
        assert values.groupby("industry")["value"].size().min() >= 4
        assert values["value"].nunique() > 3
        assert set(values["basis"]) == ({"relative", "points"} if kpi.bases else {None})


def test_a_body_that_is_none_of_its_own_is_refused_in_its_panel(notice: Catalogue) -> None:
    panel = content(notice, "panel.csv").replace(notice.bodies[0].name.zh.encode(), "某单位".encode())
    found = read_panel("panel.csv", panel, notice.notice.region.zh)
    assert {problem.code for problem in found.problems} == {"panel_unknown_body"}


def test_the_example_of_its_template_is_of_its_year_and_region(notice: Catalogue) -> None:
    stated = {row.code: row.value for row in example()}
    assert stated["year"] == notice.notice.year
    assert str(stated["address"]).startswith(notice.notice.region.zh)


def test_what_notices_share_cites_no_clause_of_another_notice(notice: Catalogue) -> None:
    other = shipped_notice(FIRST).notice.number.zh
    used = [entry.reference for entry in policies().stored if entry.key == "confidence"]
    used += [score_sheets()[0].reference, *(item.reference for item in score_sheets()[0].criterion)]
    assert set(used) == {notice.notice.number}
    assert not any(other in text for text in (entry.name.zh + entry.unit.zh for entry in policies().stored))


def test_every_candidate_is_read_as_it_stands_and_judged(notice: Catalogue) -> None:
    sent = read("applications.csv", content(notice, "applications.csv"))
    assert len(sent.applications) == len(candidates(notice))
    assert {problem.code for problem in sent.problems} <= {"ai_share_without_models"}, "odd, and drawn by chance"
    assert len(sent.problems) < 3
    assert 50 <= len(sent.applications) <= 70
    policy = policies().of_year(notice.notice.year)
    found: Counter[tuple[str, str]] = Counter()
    for application, row in zip(sent.applications, candidates(notice), strict=True):
        assert application.text("credit_code") == row["credit_code"]
        assert application.text("year") == str(notice.notice.year)
        stated = {code: value for code, value in application.values.items() if value.state == "reported"}
        assert {code: f"{value.value:g}" for code, value in stated.items()} == {
            kpi.code: row[kpi.code] for kpi in notice.kpis if row[kpi.code]
        }
        for rule in eligibility_checklist(application, policy):
            found[rule.rule, rule.state] += 1
    on_facts = [item.code for item in notice.judged_conditions if item.rests_on == "fact"]
    assert all(found[code, "ok"] > 0.7 * len(sent.applications) for code in on_facts)
    asked = [item.code for item in notice.conditions if {"at_least", "covers"} & {rule.kind for rule in item.rules}]
    assert len(asked) >= 3
    assert all(0 < found[code, "fails"] < 12 for code in asked)


def test_candidates_stand_in_every_industry_and_body_and_half_in_the_panel(notice: Catalogue) -> None:
    listed = candidates(notice)
    assert {row["industry"] for row in listed} == {industry.name.zh for industry in notice.industries}
    bodies = Counter(row["body"] for row in listed)
    assert bodies.keys() == {body.name.zh for body in notice.bodies}
    assert (max(bodies.values()) > policies().of_year(notice.notice.year).quota.raised) == (
        notice.notice.status == "fictitious"
    )
    panel = {row["credit_code"]: row for row in rows(NOTICES / notice.notice.id / "illustrative" / "panel.csv")}
    known = [row for row in listed if row["credit_code"] in panel]
    assert 0.4 < len(known) / len(listed) < 0.7
    for row in known:
        assert {name: row[name] for name in panel[row["credit_code"]]} == panel[row["credit_code"]]


def test_the_panel_decides_some_candidates_both_ways(notice: Catalogue, tmp_path: Path) -> None:
    applications = read("applications.csv", content(notice, "applications.csv")).applications
    with Store.open(tmp_path / "store") as store:
        ensure_baseline(store, to_try=True)
        with store.cursor() as cursor:
            answers = full_evaluations(cursor, applications, evaluation_context(cursor, notice.notice.year))
    words = Counter(answer.clause.verdict for answer in answers)
    assert words["met"] >= 5
    assert words["not_met"] >= 20


def test_awards_are_read_and_find_the_one_candidate_who_has_one(notice: Catalogue) -> None:
    found = read_awarded("awarded.csv", content(notice, "awarded.csv"))
    assert (found.problems, all(award.year < notice.notice.year for award in found.awards)) == ((), True)
    policy = policies().of_year(notice.notice.year)
    rises = policy.quota.raised_from
    assert {rises - 1, rises} <= set(found.by_body.values())
    states = []
    for application in read("applications.csv", content(notice, "applications.csv")).applications:
        own = tuple(award for award in found.awards if award.credit_code == application.credit_code)
        known = CaseFacts(awards=AwardList(len(found.awards), own))
        states += [rule.state for rule in eligibility_checklist(application, policy, known)
                   if rule.rule == "not_awarded_before"]  # fmt: skip
    asked = [item.code for item in notice.conditions if "not_listed" in {rule.kind for rule in item.rules}]
    assert Counter(states)["fails"] == len(asked), "of Jiangsu nobody has said that it asks so"


def test_nobody_of_them_is_real_or_of_another_notice(notice: Catalogue) -> None:
    codes: dict[str, set[str]] = {}
    for name in ("panel.csv", "applications.csv", "awarded.csv"):
        for row in rows(NOTICES / notice.notice.id / "illustrative" / name):
            codes.setdefault(name, set()).add(row["credit_code"])
    own = set().union(*codes.values())
    assert all(is_valid(code) and code[2:8] == "000000" for code in own)
    others = [of_2025.FILE, SAMPLES / "demo-applications.csv", SAMPLES / "demo-awarded.csv"]
    others += [NOTICES / name / "illustrative" / file for name in BESIDE if name != notice.notice.id for file in codes]
    assert own.isdisjoint({row["credit_code"] for path in others for row in rows(path)})
    phones = [fact.code for fact in notice.facts if fact.kind == "phone"]
    people = [fact.code for fact in notice.facts if fact.person]
    for row in candidates(notice):
        assert re.fullmatch(r"演示企业\d{5}（虚构）", row["enterprise"])
        assert all(is_mobile(row[code]) and row[code].startswith("1380000") for code in phones)
        assert all("虚构" in row[code] for code in people)
    assert "虚构" in content(notice, "README.md").decode()


def test_what_is_known_of_jiangsu_names_its_page_and_all_else_says_that_it_is_our_reading() -> None:
    notice = shipped_notice("jiangsu-2026-advanced")
    assert notice.notice.status == "reading"
    published, ours = re.compile(r"zikeys\.com，2025-02|163\.com，KJVAS77N0553DAUH"), re.compile("本产品的解读")
    read_somewhere = {item.code for item in notice.conditions if published.search(item.source.zh)}
    assert {"maturity_level_two", "digital_self_test_least", "factory_level_reached", "accidents"} <= read_somewhere
    sources = [condition.source.zh for condition in notice.conditions]
    sources += [fact.source.zh for fact in notice.facts] + [tier.source.zh for tier in notice.tiers]
    assert [source for source in sources if not published.search(source) and not ours.search(source)] == []
    with notice_in_hand(notice):
        own = [entry for entry in policies().stored if entry.in_force_from == date(2026, 1, 1)]
    assert {entry.key for entry in own if not entry.silent} == {"maturity.annex1_advanced", "maturity.body_advanced"}
    assert all(ours.search(entry.silent.zh) for entry in own if entry.silent)
    assert all(published.search(entry.reference.zh) for entry in own if not entry.silent)


def test_a_panel_can_be_drawn_for_any_notice() -> None:
    notice = shipped_notice(FIRST)
    with notice_in_hand(notice):
        drawn = Illustration(notice).files()
        assert read_panel("panel.csv", drawn["panel.csv"], notice.notice.region.zh).problems == ()
        assert not any(problem.blocks for problem in read("applications.csv", drawn["applications.csv"]).problems)
