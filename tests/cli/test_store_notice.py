"""``--notice``: what a call is about; a store belongs to the notice that it was made for."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kpi.catalogue.catalogue import catalogue, first_notice, notice_in_hand, shipped_notice
from kpi.errors import UserError
from kpi.services.notices import notice_of_store
from kpi.services.operation.demonstration import demonstration_roles, ensure_demonstration, is_demonstration
from kpi.services.operation.verification import verify_store
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests.cli.command_line import here

EXAMPLE = "shanghai-2026-example"


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration of the fictitious notice."""
    folder = tmp_path_factory.mktemp("store") / "of-2026"
    with Store.open(folder) as store, notice_in_hand(shipped_notice(EXAMPLE)):
        ensure_demonstration(store)
    return folder


@pytest.mark.campaign
def test_a_store_is_asked_by_its_own_notice_whatever_is_in_hand(demonstrated: Path) -> None:
    with Store.open(demonstrated) as store:
        assert is_demonstration(store)
        assert notice_of_store(store) == shipped_notice(EXAMPLE) != catalogue()
    listed = here("baseline", "list", "--store", demonstrated, "--json")
    assert [item["name"] for item in listed.json["baselines"]] == ["illustrative-2026"]
    found = here("coverage", "--year", "2026", "--store", demonstrated, "--json")
    assert [item["industry"] for item in found.json["industries"]] == [
        industry.name.zh for industry in shipped_notice(EXAMPLE).industries
    ]
    assert {body["allowed"] for body in found.json["bodies"]} == {8}


@pytest.mark.campaign
def test_a_store_is_verified_by_its_own_notice_wherever_that_is_asked(demonstrated: Path) -> None:
    with Store.open(demonstrated) as store:
        assert verify_store(store).findings == ()
    assert here("store", "verify", "--store", demonstrated).code == 0


def test_another_notice_than_the_stores_is_refused_in_words(demonstrated: Path) -> None:
    refused = here("baseline", "list", "--store", demonstrated, "--notice", first_notice().notice.id, "--lang", "en")
    assert refused.code == 2
    assert f"has the notice {EXAMPLE}" in refused.err
    assert here("baseline", "list", "--store", demonstrated, "--notice", EXAMPLE).code == 0


def test_a_notice_is_named_without_a_store(tmp_path: Path) -> None:
    here("template", tmp_path / "first.xlsx")
    here("template", tmp_path / "example.xlsx", "--notice", EXAMPLE)
    first, example = (
        {str(cell.value) for row in openpyxl.load_workbook(tmp_path / name).worksheets[1] for cell in row}
        for name in ("first.xlsx", "example.xlsx")
    )
    gone = next(kpi for kpi in first_notice().kpis if kpi.code == "K07").name.zh
    new = next(kpi for kpi in shipped_notice(EXAMPLE).kpis if kpi.code == "K22").name.zh
    assert any(gone in said for said in first - example)
    assert any(new in said for said in example - first)
    unknown = here("template", tmp_path / "x.xlsx", "--notice", "shanghai-1999-1", "--json")
    assert (unknown.code, unknown.faults) == (2, ["not_there"])


def test_no_store_of_real_enterprises_begins_under_a_fictitious_notice(tmp_path: Path) -> None:
    refused = here("account", "list", "--store", tmp_path / "real", "--notice", EXAMPLE, "--json")
    assert refused.code != 0
    assert not (tmp_path / "real").exists()
    with (
        Store.open(tmp_path / "other") as store,
        notice_in_hand(shipped_notice(EXAMPLE)),
        pytest.raises(UserError, match="notice_is_fictitious"),
    ):
        ensure_baseline(store)


@pytest.mark.campaign
def test_a_store_that_was_killed_as_it_was_made_keeps_its_notice(tmp_path: Path) -> None:
    with Store.open(tmp_path / "killed") as store:
        with notice_in_hand(shipped_notice(EXAMPLE)):
            ensure_baseline(store, to_try=True)
        ensure_demonstration(store)
        assert notice_of_store(store) == shipped_notice(EXAMPLE)
    found = here("coverage", "--year", "2026", "--store", tmp_path / "killed", "--json")
    assert sum(item["candidates"] for item in found.json["industries"]) > 50


def test_one_click_takes_a_role_in_the_order_of_the_work() -> None:
    for notice in (first_notice(), shipped_notice(EXAMPLE)):
        with notice_in_hand(notice):
            accounts = demonstration_roles()
        assert [account.role for account in accounts] == ["enterprise", "reviewer", "leader", "administrator"]
        assert [account.name for account in accounts] == [account.role for account in accounts]
    assert [account.scope for account in demonstration_roles()] == [
        ("91000000MA9990001E",),
        ("高端装备", "汽车", "电子信息"),
        ("松江区",),
        (),
    ]


def test_what_is_older_than_the_choice_is_of_the_first_notice(tmp_path: Path) -> None:
    with Store.open(tmp_path / "old") as store:
        ensure_baseline(store)
        assert notice_of_store(store) == first_notice()
