"""The notice's own text: whole, word for word, each clause cited by what rests on it or with a reason."""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from kpi.catalogue.catalogue import NOTICES, Catalogue, known_notices, load_catalogue, notice_in_hand, shipped_notice
from kpi.catalogue.clauses import CitingUse, ClauseUse, is_heading, lines_of, reason_of, uses_of_clauses
from kpi.errors import InvalidData
from kpi.policy.load import policies
from tests.cli.command_line import here

FIRST, EXAMPLE = "shanghai-2025-514", "shanghai-2026-example"
AS_PRINTED = "291159fa0a87e6b3d050c3424f182fc2da97f3b678b3a76cb43de0d0aeafe0bd"
"""Of the notice's words as it was printed, without blanks: all that ``clauses.toml`` has of them."""
MARKS = re.compile(r"^（(?:大意|未见公开)）|（(?:正文|附件 1)）")


@pytest.fixture(params=known_notices())
def notice(request: pytest.FixtureRequest) -> Catalogue:
    return shipped_notice(request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(NOTICES / FIRST, tmp_path / FIRST))


def bare(words: str) -> str:
    return re.sub(r"\s", "", words)


def said(notice: Catalogue, *codes: str) -> str:
    return bare("".join(line for code in codes for line in lines_of(notice, notice.clause(code))))


def uses(notice: Catalogue) -> dict[str, tuple[ClauseUse, ...]]:
    with notice_in_hand(notice):
        values = policies().statements()
    return uses_of_clauses(
        notice, [CitingUse(ClauseUse("policy", item.key, item.name), item.reference.zh) for item in values]
    )


def test_the_notice_stands_there_word_for_word() -> None:
    text = "".join(clause.text or "" for clause in shipped_notice(FIRST).clauses)
    assert sha256(bare(text).encode()).hexdigest() == AS_PRINTED


def test_nobody_who_answers_for_the_office_is_named() -> None:
    for name in known_notices():
        text = (NOTICES / name / "clauses.toml").read_text("utf-8")
        assert re.findall(r"1[3-9]\d{9}|(?<!\d)\d{8}(?!\d)|[\w.]+@[\w.]+|联系人：", text) == [], name
    assert "200020" in said(shipped_notice(FIRST), "body.III")


def test_what_a_condition_quotes_stands_in_its_clauses(notice: Catalogue) -> None:
    for condition in notice.conditions:
        text = said(notice, *condition.clauses)
        for part in MARKS.sub("", condition.quote).split("；"):
            assert bare(part) in text, condition.code


@pytest.mark.parametrize("name", [FIRST, EXAMPLE])
def test_what_other_files_quote_stands_in_the_clauses_too(name: str) -> None:
    notice = shipped_notice(name)
    text = said(notice, *(clause.code for clause in notice.clauses))
    head = notice.notice
    quoted = [*head.parents, *(tier.clause.zh for tier in notice.tiers), notice.annex3.title, notice.annex4.title]
    quoted += [row.title for row in notice.annex3.row]
    quoted += [words for part in notice.report.part[:4] for words in (part.title.zh, *(i.text.zh for i in part.item))]
    quoted += [*([head.office.zh, head.division.zh] if head.status == "official" else [])]
    assert [words for words in quoted if bare(words) not in text] == []


def test_a_condition_is_cited_as_its_clauses_are() -> None:
    known = shipped_notice(FIRST)
    assert known.condition("good_results").source.model_dump() == {
        "zh": "正文 一.1；附件 1 一.2",
        "en": "body I.1; annex 1 I.2",
    }
    assert known.condition("credit_code_valid").source.en == "annex 5; GB 32100-2015"


def test_each_clause_is_decided_by_something_or_says_why_not(notice: Catalogue) -> None:
    found = uses(notice)
    assert list(found) == [clause.code for clause in notice.clauses]
    silent = [clause for clause in notice.clauses if not found[clause.code] and not is_heading(notice, clause)]
    assert [clause.code for clause in silent if reason_of(notice, clause) is None] == []


def test_a_reason_holds_for_what_lies_below_a_clause_and_not_for_a_whole_part() -> None:
    known = shipped_notice(FIRST)
    assert reason_of(known, known.clause("annex1.IV.1.3")) == known.clause("annex1.IV").reason is not None
    assert known.clause("body").reason is not None
    assert reason_of(known, known.clause("body.I.4")) is None


@pytest.mark.parametrize(
    ("code", "kind", "found"),
    [
        ("head", "fact", {"year"}),
        ("body.I", "policy", {"recommendation.points_conditions"}),
        ("body.II.1", "policy", {"window_closes"}),
        ("body.II.1", "condition", {"body_of_district"}),
        ("annex1.I.5", "policy", {"maturity.annex1_advanced", "recommendation.points_maturity"}),
        ("annex1.II.2", "tier", {"basic"}),
        ("annex1.table", "kpi", {f"K{number:02d}" for number in range(1, 22)}),
        ("annex2", "scenario", {str(number) for number in range(1, 41)}),
        ("annex3.8b", "fact", {"leader", "leader_phone"}),
        ("annex3.8a", "fact", {"honours"}),
        ("annex4.I.1", "report", {"report"}),
        ("annex4.I", "condition", set()),
        ("body", "policy", set()),
    ],
)
def test_what_rests_on_a_clause_is_found_by_its_citation(code: str, kind: str, found: set[str]) -> None:
    assert {use.code for use in uses(shipped_notice(FIRST))[code] if use.kind == kind} == found


def test_every_value_that_cites_this_notice_is_found_below_a_clause() -> None:
    known = shipped_notice(FIRST)
    resting = {use.code for of in uses(known).values() for use in of if use.kind == "policy"}
    with notice_in_hand(known):
        citing = {item.key for item in policies().statements() if known.notice.number.zh in item.reference.zh}
    assert citing == resting


def test_every_fault_of_clauses_is_named_at_once(folder: Path) -> None:
    for name, old, new in (
        ("clauses.toml", 'code = "body.annexes"', 'code = "body.date"'),
        ("conditions.toml", 'clauses = ["body.p2"]', 'clauses = ["body.p3", "elsewhere"]'),
    ):
        content = (folder / name).read_text("utf-8")
        assert old in content
        (folder / name).write_text(content.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidData) as refused:
        load_catalogue(folder)
    assert sorted((fault.place, fault.code) for fault in refused.value.faults) == [
        ("clauses.toml: code", "given_twice"),
        ("conditions.toml: condition[0].clauses", "not_there"),
        ("conditions.toml: condition[0].clauses", "not_there_near"),
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "code"),
    [
        ("clauses.toml", 'holds = "kpis"', 'holds = "facts"', "clauses.toml: clause[{at}].holds", "not_one_of"),
        ("clauses.toml", 'code = "annex2"', 'code = "Annex 2"', "clauses.toml: clause[{at}].code", "pattern"),
        ("clauses.toml", 'text = "二、组织实施"', "", "clauses.toml: clause[{at}]", "other"),
        ("conditions.toml", 'clauses = ["body.p2"]', "", "conditions.toml: condition[0].clauses", "missing"),
        ("conditions.toml", 'clauses = ["body.p2"]', "clauses = []", "conditions.toml: condition[0].clauses", "empty"),
        (
            "conditions.toml",
            'clauses = ["body.p2"]',
            'source = { zh = "正文", en = "body" }',
            "conditions.toml: condition[0].source",
            "unknown_key",
        ),
    ],
)
def test_a_clause_that_is_none_is_refused_by_file_and_key(
    folder: Path, name: str, old: str, new: str, place: str, code: str
) -> None:
    content = (folder / name).read_text("utf-8")
    at = content.partition(old)[0].count("[[clause]]") - 1
    (folder / name).write_text(content.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidData) as refused:
        load_catalogue(folder)
    assert [(fault.place, fault.code) for fault in refused.value.faults] == [(place.format(at=at), code)]


def test_a_comparison_names_clauses_that_are_new_and_those_that_say_otherwise() -> None:
    found = [tuple(change.values()) for change in here("notice", "compare", FIRST, EXAMPLE, "--json").json["changes"]]
    assert ("clauses", "annex1.III.2.3", "", None, "3.应用人工智能技术场景比例不低于 10%。") in found
    [quota] = [change for change in found if change[:3] == ("clauses", "body.II.2", "text")]
    assert "10个" in str(quota[3])
    assert "8 个" in str(quota[4])
