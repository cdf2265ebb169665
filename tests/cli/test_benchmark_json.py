"""The JSON of ``benchmark``: every field of the contract with its type, and the enterprise's view without counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import TABLE, WORKBOOK, here

NUMBER = (int, float)
MAYBE = (int, float, type(None))
TEXT_OR_NULL = (str, type(None))
REASONS = [{"code": str, "text": str}]
VERDICTS = {
    "not_reported",
    "not_applicable",
    "basis_mismatch",
    "too_few_peers",
    "leading",
    "no_discrimination",
    "not_leading",
    "undecided",
}
KPI = {
    "code": str,
    "name": str,
    "unit": {"%", "个", "家", "models", "enterprises"},
    "state": {"reported", "not_applicable", "not_reported"},
    "value": MAYBE,
    "basis": {"relative", "points", None},
    "peers": {"region": str, "industry": str, "n": int, "industry_size": (int, type(None))},
    "worse": int,
    "tied": int,
    "better": int,
    "percentile": {"strict": MAYBE, "mid": MAYBE, "lower": MAYBE, "upper": MAYBE},
    "p_value": MAYBE,
    "p_value_not": MAYBE,
    "gamma": MAYBE,
    "mean": MAYBE,
    "median": MAYBE,
    "leading_line": MAYBE,
    "gap_to_line": MAYBE,
    "verdict": VERDICTS,
    "reasons": REASONS,
}
ANSWER = {
    "factory": {
        "enterprise": str,
        "name": str,
        "credit_code": str,
        "group": TEXT_OR_NULL,
        "industry": str,
        "body": TEXT_OR_NULL,
        "year": int,
    },
    "baseline": {
        "name": str,
        "region": str,
        "year": int,
        "provenance": {"official", "panel", "illustrative"},
        "sha256": str,
    },
    "policy": {"leading_quantile": float, "confidence": float, "main_kpis": [str], "reference": str},
    "kpis": [KPI],
    "groups": [{"code": str, "name": str, "score": MAYBE, "leading": int, "reported": int}],
    "clause": {"verdict": {"met", "not_met", "undecided", "withheld"}, "coverage": NUMBER, "reasons": REASONS},
    "leading_list": [str],
    "at_least_leading": int,
    "sensitivity": [dict],
    "eligibility": [{"rule": str, "source": str, "state": {"ok", "fails", "unknown"}, "why": str}],
}
PUBLISHED = {"n_band": TEXT_OR_NULL, "median": MAYBE, "mean": MAYBE, "p20": MAYBE, "p80": MAYBE, "unit": MAYBE}
FORBIDDEN = {
    *("worse", "tied", "better", "n", "industry_size", "population", "not_better", "tested", "k", "e", "b", "counts"),
    *("p_value", "p_value_not", "p_value_median", "lower", "upper", "percentile", "strict", "weak", "mid", "gamma"),
    *("leading_list", "at_least_leading", "leading", "sensitivity", "expected_power", "leading_line", "highest"),
}


def misfits(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Where ``value`` is not of ``shape``: a type, a set of words, a dict of needed keys, or a list of one shape."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{path} is no object"
            return
        for key, inner in shape.items():
            if key in value:
                yield from misfits(value[key], inner, f"{path}.{key}")
            else:
                yield f"{path}.{key} is not there"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for place, item in enumerate(value):
            yield from misfits(item, shape[0], f"{path}[{place}]")
    elif value not in shape if isinstance(shape, set) else not isinstance(value, shape) or isinstance(value, bool):
        yield f"{path} is {value!r}"


def keys(value: Any) -> Iterator[str]:
    """Every key at every depth."""
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(inner)
    if isinstance(value, dict):
        yield from value


def without(value: Any, *names: str) -> Any:
    """The same without the keys of these names, at any depth."""
    if isinstance(value, dict):
        return {key: without(inner, *names) for key, inner in value.items() if key not in names}
    return [without(item, *names) for item in value] if isinstance(value, list) else value


def test_every_field_of_the_contract_is_there_with_its_type(authority: dict) -> None:
    assert list(misfits(authority, ANSWER)) == []
    assert [kpi["code"] for kpi in authority["kpis"]] == [f"K{number:02}" for number in range(1, 22)]
    assert [group["code"] for group in authority["groups"]] == ["G1", "G2", "G3", "G4", "G5"]
    assert len(authority["baseline"]["sha256"]) == 64
    assert authority["policy"]["leading_quantile"] == 0.8
    assert authority["policy"]["confidence"] == 0.95


def test_a_misfit_would_be_seen(authority: dict) -> None:
    broken = authority | {"at_least_leading": "9", "groups": None, "kpis": [{"code": 1}]}
    assert {"at_least_leading is '9'", "groups is no list", "kpis[0].code is 1"} <= {
        misfit.removeprefix(".") for misfit in misfits(broken, ANSWER)
    }


def test_numbers_are_null_just_where_nothing_was_placed(authority: dict) -> None:
    for kpi in authority["kpis"]:
        placed = kpi["state"] == "reported"
        numbers = [*kpi["percentile"].values(), kpi["p_value"], kpi["mean"], kpi["median"], kpi["gap_to_line"]]
        assert all((number is not None) == placed for number in numbers), kpi["code"]
        assert kpi["worse"] + kpi["tied"] + kpi["better"] == kpi["peers"]["n"]
        assert (kpi["gamma"] is not None) == (kpi["verdict"] in ("leading", "not_leading"))
        if kpi["state"] != "reported":
            assert (kpi["verdict"], kpi["value"]) == (kpi["state"], None)


def test_workbook_and_table_give_the_same_but_for_their_cells(store: Path, authority: dict) -> None:
    table = here("benchmark", TABLE, "--json", "--lang", "en", "--store", store).json
    assert without(table, "cell") == without(authority, "cell")
    assert table["kpis"][0]["cell"] != authority["kpis"][0]["cell"]


def test_a_main_kpi_stated_as_not_applicable_blocks_the_clause_in_words(store: Path, tmp_path: Path) -> None:
    stated = TABLE.read_text(encoding="gb18030").replace("生产效率提升（%）,45,", "生产效率提升（%）,不适用,")
    (tmp_path / "stated.csv").write_text(stated, encoding="utf-8")
    for lang, word in (("zh", "不适用"), ("en", "not applicable")):
        found = here("benchmark", tmp_path / "stated.csv", "--json", "--lang", lang, "--store", store)
        assert (found.code, found.err) == (0, "")
        assert found.json["clause"]["verdict"] == "undecided"
        blocked = found.json["clause"]["reasons"][0]
        assert blocked["code"] == "blocked_not_applicable"
        assert word in blocked["text"]


def test_the_same_call_gives_the_same_bytes(store: Path) -> None:
    one, other = (here("benchmark", WORKBOOK, "--json", "--store", store).out for _ in range(2))
    assert one == other


def test_an_enterprise_sees_nothing_that_was_counted(enterprise: dict) -> None:
    assert sorted(set(keys(enterprise)) & FORBIDDEN) == []
    compared = [kpi for kpi in enterprise["kpis"] if kpi["state"] == "reported"]
    stated = [reason["text"] for item in (*compared, enterprise["clause"]) for reason in item["reasons"]]
    assert len(stated) > len(compared)
    assert not [text for text in stated if any(letter.isdigit() for letter in text)]


def test_the_authority_would_be_caught_by_the_same_search(authority: dict) -> None:
    assert {"worse", "n", "p_value", "lower", "leading_list", "sensitivity"} <= set(keys(authority)) & FORBIDDEN


def test_an_enterprise_sees_the_published_table_and_a_place_by_it(enterprise: dict) -> None:
    for kpi in enterprise["kpis"]:
        assert list(misfits(kpi["published"], PUBLISHED)) == []
        assert set(kpi["published"]) == set(PUBLISHED)
        assert kpi["published"]["n_band"] in {None, "10-14", "15-29", "30-59", "60+"}
        low, high, estimate = kpi["place"]["low"], kpi["place"]["high"], kpi["place"]["estimate"]
        assert {low, high} <= {0.0, 0.2, 0.5, 0.8, 1.0}
        assert estimate is None or low <= estimate <= high
    k05 = enterprise["kpis"][4]["published"]
    assert k05["median"] is not None
    assert [k05["mean"], k05["p20"], k05["p80"]] == [None, None, None]


def test_published_numbers_are_rounded_to_their_unit(enterprise: dict) -> None:
    found = 0
    for kpi in enterprise["kpis"]:
        unit = kpi["published"]["unit"]
        for name in ("median", "mean", "p20", "p80"):
            if kpi["published"][name] is not None:
                found += 1
                assert kpi["published"][name] % unit == 0
                assert unit >= 1
    assert found > 40


def test_an_enterprise_whose_values_are_not_locked_reads_no_verdict(enterprise: dict) -> None:
    assert {kpi["verdict"] for kpi in enterprise["kpis"]} == {None, "not_applicable", "not_reported"}
    assert enterprise["clause"]["verdict"] is None


@pytest.mark.parametrize("name", ["factory", "baseline", "policy"])
def test_both_views_agree_on_what_is_no_secret(authority: dict, enterprise: dict, name: str) -> None:
    assert authority[name] == enterprise[name]


def test_both_views_agree_on_every_condition_but_the_one_that_is_the_verdict(authority: dict, enterprise: dict) -> None:
    differing = [
        (item["rule"], item["state"], other["state"])
        for item, other in zip(authority["eligibility"], enterprise["eligibility"], strict=True)
        if item != other
    ]
    assert differing == [("main_kpis_leading", "ok", "unknown")]
