"""Two notices in one process: what is asked of the one in hand is of that one, and what is kept of it stays apart."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from kpi import i18n
from kpi.catalogue.catalogue import NOTICES, Catalogue, catalogue, load_catalogue, notice_in_hand
from kpi.catalogue.names import match_industry, match_kpi, match_scenario
from kpi.intake.freeform.headers import classify
from kpi.policy.load import policies
from tests.eligibility.sample_application import judged, state_of

DAY = date(2025, 12, 31)
CHANGES = (
    ("notice.toml", 'id = "shanghai-2025-514"', 'id = "elsewhere-2026-1"'),
    ("kpis.toml", '"研制周期缩短"', '"新品上市周期缩短"'),
    ("kpis.toml", "number = 6\n", "number = 66\n"),
    ("scenarios.toml", 'zh = "先进过程控制"', 'zh = "先进过程控制与优化"'),
    ("industries.toml", 'zh = "时尚消费品"', 'zh = "消费品"'),
    ("conditions.toml", 'limit = "maturity.annex1_advanced"', "limit = 4"),
    ("policy.toml", "[quota.base]\nvalue = 10", "[quota.base]\nvalue = 8"),
    ("forms.toml", 'zh = "附件 3"', 'zh = "附件 7"'),
)


@pytest.fixture
def other(tmp_path: Path) -> Catalogue:
    folder = Path(shutil.copytree(NOTICES / catalogue().notice.id, tmp_path / "elsewhere-2026-1"))
    for name, old, new in CHANGES:
        said = (folder / name).read_text("utf-8")
        assert old in said
        (folder / name).write_text(said.replace(old, new), "utf-8")
    return load_catalogue(folder)


def test_each_question_is_answered_by_the_notice_in_hand_however_they_take_turns(other: Catalogue) -> None:
    first = catalogue()
    for _ in range(2):
        assert (match_industry("时尚消费品") is not None, match_industry("消费品")) == (True, None)
        assert match_scenario("先进过程控制与优化") is None
        assert classify("新品上市周期缩短").kpi != classify("研制周期缩短").kpi == "K06"
        assert (state_of("maturity_annex1", maturity_level=3), policies().on(DAY).quota.base) == ("ok", 10)
        assert catalogue().annex3.number.zh == "附件 3"
        assert i18n.catalogue_name("时尚消费品", "en") != "时尚消费品"
        with notice_in_hand(other):
            assert catalogue() is other
            assert match_industry("消费品").code == "consumer"
            assert match_scenario("先进过程控制与优化").number == 22
            assert (match_kpi("K06").number, match_kpi("K66")) == (66, None), "a code is no place in the notice's table"
            assert classify("新品上市周期缩短").kpi == "K06"
            assert (state_of("maturity_annex1", maturity_level=3), policies().on(DAY).quota.base) == ("fails", 8)
            assert catalogue().annex3.number.zh == "附件 7"
            assert i18n.catalogue_name("时尚消费品", "en") == "时尚消费品"
            with notice_in_hand(first):
                assert judged()["maturity_annex1"].state == "ok"
            assert judged()["maturity_annex1"].state == "fails"
        assert catalogue() is first


def test_it_is_put_down_whatever_happens_and_held_in_one_thread_alone(other: Catalogue) -> None:
    with pytest.raises(KeyError), notice_in_hand(other):
        other.kpi("K99")
    assert catalogue() != other
    with notice_in_hand(other), ThreadPoolExecutor(1) as beside:
        assert beside.submit(catalogue).result() != other


def test_two_that_say_the_same_are_one_wherever_they_lie(tmp_path: Path) -> None:
    known = catalogue()
    folder = Path(shutil.copytree(NOTICES / known.notice.id, tmp_path / known.notice.id))
    file = folder / "groups.toml"
    file.write_text("# 另一条说明\n\n" + file.read_text("utf-8"), "utf-8")
    again = load_catalogue(folder)
    assert (again, hash(again)) == (known, hash(known))
    file.write_text(file.read_text("utf-8").replace('"G1"', '"G1" ').replace("zh =", "zh  =", 1), "utf-8")
    assert load_catalogue(folder) == known
    forms = folder / "forms.toml"
    forms.write_text(forms.read_text("utf-8").replace("排名有先后", "排名不分先后"), "utf-8")
    assert load_catalogue(folder) != known
