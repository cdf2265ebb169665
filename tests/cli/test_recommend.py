"""``kpi recommend``: the contract's object, from which the objective can be computed again; quota and words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from kpi import tables
from kpi.services.operation.demonstration_applications import demonstration_applications
from kpi.store.store import Store
from tests.cli.command_line import content, here
from tests.either_store import copied_store

pytestmark = pytest.mark.slow

BODY = "松江区"
ORDER = [
    "body",
    "year",
    "quota",
    "weights",
    "wishes",
    "candidates",
    "proposal",
    "objective",
    "bound",
    "status",
    "conflict",
    "price",
    "alternatives",
    "left_out",
    "nominated",
    "shares",
]


@pytest.fixture(scope="module")
def open_list(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration before its body has nominated anybody."""
    folder = tmp_path_factory.mktemp("open") / "store"
    copied_store(demonstration, folder)
    with Store.open(folder) as store, store.transaction() as cursor:
        tables.stages.set_nominations(cursor, BODY, 2025, [])
    return folder


def recommended(store: Path, *arguments: object, code: int = 0) -> dict[str, Any]:
    call = here("recommend", BODY, "--json", "--store", store, *arguments)
    assert (call.code, call.err) == (code, "")
    found: dict[str, Any] = call.json
    return found


def computed_again(found: dict[str, Any], codes: list[str]) -> float:
    chosen = [item for item in found["candidates"] if item["credit_code"] in codes]
    weights = found["weights"]
    return float(
        weights["quality"] * sum(item["quality"] for item in chosen)
        + weights["industry"] * len({item["industry"] for item in chosen}) / 6
        + weights["scenario"] * len({name for item in chosen for name in item["scenarios"]}) / 40
    )


def test_the_object_of_the_contract(open_list: Path) -> None:
    found = recommended(open_list, "--each-industry")
    assert list(found) == ORDER
    assert set(found["quota"]) == {"awarded", "allowed", "used", "left", "rule"}
    assert found["quota"]["left"] == found["quota"]["allowed"] - found["quota"]["used"]
    applied = [demonstration for demonstration in demonstration_applications() if demonstration.body == BODY]
    applied = [item for item in applied if item.credit_code != "91000000MA9990001E"]
    candidates = {item["credit_code"]: item for item in found["candidates"]}
    assert candidates.keys() == {item.credit_code for item in applied}
    for application in applied:
        assert tuple(candidates[application.credit_code]["scenarios"]) == application.scenarios
        assert 0 <= candidates[application.credit_code]["quality"] <= 1
    assert all(candidates[code]["eligible"] for code in found["proposal"])
    qualities = [candidates[code]["quality"] for code in found["proposal"]]
    assert qualities == sorted(qualities, reverse=True)
    assert {item["credit_code"] for item in found["left_out"]} == candidates.keys() - set(found["proposal"])
    assert [item["wish"] for item in found["price"]] == ["each_industry"]


def test_the_objective_is_computed_again_from_the_object_alone(open_list: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights.json"
    weights.write_text('{"quality": 0.25, "industry": 3, "scenario": 1.5}')
    for arguments in ((), ("--weights", weights)):
        found = recommended(open_list, *arguments)
        assert (found["status"], found["bound"]) == ("optimal", found["objective"])
        assert computed_again(found, found["proposal"]) == pytest.approx(found["objective"], abs=1e-12)
        for other in found["alternatives"]:
            assert computed_again(found, other["credit_codes"]) == pytest.approx(other["objective"], abs=1e-12)
            assert 0.98 * found["objective"] <= other["objective"] <= found["objective"]
    assert found["weights"] == {"quality": 0.25, "industry": 3.0, "scenario": 1.5}


def test_the_objective_is_that_of_the_whole_list(demonstration: Path) -> None:
    """What those nominated cover already is worth nothing more; each on the list has its share of the objective."""
    found = recommended(demonstration, "--most-places", 2)
    assert found["nominated"], "the demonstration's body has nominated some"
    assert not set(found["nominated"]) & {candidate["credit_code"] for candidate in found["candidates"]}
    assert [share["credit_code"] for share in found["shares"]] == found["nominated"] + found["proposal"]
    shared = sum(share["quality"] + share["industry"] + share["scenario"] for share in found["shares"])
    assert shared == pytest.approx(found["objective"], abs=1e-12)
    covered = recommended(demonstration, "--each-industry", "--most-of-industry", 1)
    assert (covered["status"], covered["conflict"]) == ("optimal", [])


@pytest.mark.parametrize(("awarded", "allowed"), [(29, 10), (30, 12), (31, 12)])
def test_the_quota_by_awards(open_list: Path, tmp_path: Path, awarded: int, allowed: int) -> None:
    folder = tmp_path / "store"
    copied_store(open_list, folder)
    with Store.open(folder) as store, store.transaction() as cursor:
        tables.awards.set_award(cursor, BODY, awarded)
    quota = recommended(folder, "--lang", "en")["quota"]
    assert (quota["awarded"], quota["allowed"], quota["left"]) == (awarded, allowed, allowed)
    assert quota["rule"].startswith(f"{awarded} awards")
    assert quota["rule"].endswith("30 or more" if allowed == 12 else "fewer than 30")


@pytest.mark.campaign
def test_wishes_that_conflict_are_named_and_nothing_is_proposed(open_list: Path) -> None:
    found = recommended(open_list)
    first, second, *_ = found["proposal"]
    refused = recommended(open_list, "--must", first, "--must-not", first, "--must-not", second)
    assert (refused["status"], refused["proposal"]) == ("infeasible", [])
    assert (refused["objective"], refused["bound"]) == (None, None)
    assert refused["conflict"] == [f"must:{first}", f"must_not:{first}"]
    barred = [item["credit_code"] for item in found["candidates"] if not item["eligible"]]
    assert recommended(open_list, "--must", barred[0])["conflict"] == [f"must:{barred[0]}"]
    without = recommended(open_list, "--must-not", first)
    assert first not in without["proposal"]
    assert without["price"] == [{"wish": f"must_not:{first}", "objective_without": found["objective"]}]


@pytest.mark.campaign
def test_bounds_hold_and_have_a_price(open_list: Path) -> None:
    free = recommended(open_list)
    found = recommended(open_list, "--most-of-industry", "1", "--most-places", "4")
    assert (found["wishes"]["most_of_industry"], found["wishes"]["most_places"]) == (1, 4)
    industries = {item["credit_code"]: item["industry"] for item in found["candidates"]}
    chosen = [industries[code] for code in found["proposal"]]
    assert len(chosen) == len(set(chosen)) == 4
    assert found["objective"] < free["objective"]
    assert [item["wish"] for item in found["price"]] == ["most_places:4", "most_of_industry:1"]
    every = recommended(open_list, "--each-industry", "--most-places", "1")
    assert (every["status"], every["conflict"]) == ("infeasible", ["each_industry", "most_places:1"])


def test_who_has_been_put_forward_is_no_candidate(demonstration: Path) -> None:
    before = content(demonstration)
    found = recommended(demonstration)
    assert found["quota"]["used"] > 0
    assert len(found["candidates"]) + found["quota"]["used"] == 12
    assert len(found["proposal"]) <= found["quota"]["left"]
    words = here("recommend", BODY, "--store", demonstration, "--lang", "en")
    assert (words.code, words.err) == (0, "")
    assert "Proposal for Songjiang" in words.out
    assert here("recommend", "Songjiang", "--store", demonstration, "--lang", "en").out == words.out
    assert "Conditions not met: " in words.out
    assert content(demonstration) == before, "reading changes nothing"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["天涯区"], "天涯区"),
        (["天涯区"], "浦东新区"),
        ([BODY, "--must", "91000000MA9990001E"], "91000000MA9990001E"),
        ([BODY, "--weights", "none.json"], "none.json"),
    ],
)
def test_what_is_not_there_is_a_wrong_call(demonstration: Path, arguments: list[str], words: str) -> None:
    call = here("recommend", *arguments, "--json", "--store", demonstration)
    assert (call.code, len(call.faults)) == (2, 1)
    assert words in call.err


@pytest.mark.parametrize(
    "written",
    [
        '{"quality": 1, "industry": 2}',
        '{"quality": 1, "industry": 2, "scenario": 1, "luck": 1}',
        '{"quality": NaN, "industry": 2, "scenario": 1}',
        '{"quality": -1, "industry": 2, "scenario": 1}',
        '{"quality": 0.12345, "industry": 2, "scenario": 1}',
        '{"quality": true, "industry": 2, "scenario": 1}',
        "quality = nan\nindustry = 1\nscenario = 1",
        "[" * 5000,
        "quality = " + "[" * 5000,
        '{"quality": ',
        "",
    ],
)
def test_weights_that_are_none_are_refused(demonstration: Path, tmp_path: Path, written: str) -> None:
    (tmp_path / "weights").write_text(written)
    call = here("recommend", BODY, "--weights", tmp_path / "weights", "--store", demonstration)
    assert (call.code, call.out) == (1, ""), "an input with errors, as the weights of a comparison"
    assert not any(word in call.err for word in ("codec", "line 1", "Expecting", "expected")), "in its reader's words"


def test_weights_as_toml(open_list: Path, tmp_path: Path) -> None:
    (tmp_path / "weights").write_text("quality = 0.5\nindustry = 0\nscenario = 2.25\n")
    found = recommended(open_list, "--weights", tmp_path / "weights")
    assert found["weights"] == {"quality": 0.5, "industry": 0.0, "scenario": 2.25}


@pytest.mark.parametrize("name", ["list.xlsx", "list.docx"])
def test_annex_5_of_the_proposal(open_list: Path, tmp_path: Path, name: str) -> None:
    found = recommended(open_list, "--annex5", tmp_path / name)
    rows = codes_of(tmp_path / name)
    assert rows == found["proposal"]
    refused = here("recommend", BODY, "--annex5", tmp_path / "list.pdf", "--store", open_list)
    assert (refused.code, refused.out) == (2, "")
    assert not (tmp_path / "list.pdf").exists()


def codes_of(path: Path) -> list[str]:
    """The credit codes of an annex 5, in its order."""
    if path.suffix == ".docx":
        return [row.cells[3].text for row in Document(path).tables[0].rows][1:]
    return [str(row[3]) for row in openpyxl.load_workbook(path).worksheets[0].values if row[3]][1:]
