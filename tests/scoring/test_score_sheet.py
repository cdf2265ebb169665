"""The sheet that ships says that it is ours, and covers the five groups on all three occasions."""

from __future__ import annotations

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import DATA
from kpi.errors import InvalidFile
from kpi.model.scoring import OCCASIONS, Occasion, ScoreContent
from kpi.policy.score_sheet import LARGEST_SHEET, load_score_sheet, read_score_sheet, score_sheets
from kpi.scoring.results import fits_sheet, score_faults

[SHEET] = score_sheets()
TEXT = next((DATA / "scoring").glob("*-score-sheet.toml")).read_text("utf-8")


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_each_occasion_asks_for_the_five_groups_and_for_what_the_notice_names(occasion: Occasion) -> None:
    criteria = SHEET.criteria(occasion)
    assert [criterion.group for criterion in criteria if criterion.group] == [
        group.code for group in catalogue().groups
    ]
    assert len(criteria) == 6
    assert all(len(criterion.levels) == 5 for criterion in criteria)
    assert SHEET.most_points(occasion) == 30


def test_it_says_that_it_is_not_official() -> None:
    assert not SHEET.official
    assert "不是官方标准" in SHEET.reason.zh
    assert "not an official standard" in SHEET.reason.en


def test_what_is_stored_and_what_is_sent_is_read_as_the_same() -> None:
    assert load_score_sheet(SHEET.dump()) == SHEET
    assert read_score_sheet("sheet.toml", TEXT.encode()) == SHEET


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"\xff", {"scoresheet_not_toml"}),
        (b"official = " + b"[" * 5000, {"scoresheet_not_toml"}),
        (b"official = ", {"scoresheet_not_toml"}),
        (b" " * (LARGEST_SHEET + 1), {"too_large"}),
        (TEXT.replace("fewest_characters", "fewest").encode(), {"scoresheet_missing", "scoresheet_unknown_key"}),
        (TEXT.replace("official = false", "official = 7").encode(), {"scoresheet_unfit_value"}),
        (TEXT.replace('code = "G2"', 'code = "G1"').encode(), {"scoresheet_inconsistent"}),
        (TEXT.replace('group = "G2"', 'group = "G9"').encode(), {"scoresheet_inconsistent"}),
        (TEXT.replace("justified_levels = [1, 5]", "justified_levels = [0, 9]").encode(), {"scoresheet_inconsistent"}),
    ],
)
def test_a_sheet_with_faults_is_refused_with_all_of_them(data: bytes, codes: set[str]) -> None:
    with pytest.raises(InvalidFile) as refused:
        read_score_sheet("sheet.toml", data)
    assert {problem.code for problem in refused.value.problems} == codes


def test_the_ends_of_the_scale_are_justified() -> None:
    levels = {criterion.code: 3 for criterion in SHEET.criteria("material")}
    assert list(score_faults(ScoreContent(levels), SHEET, "material")) == []
    short = ScoreContent(levels | {"G1": 5, "G2": 1}, {"G1": "见材料第 12 页，有记录", "G2": "不符"})
    assert list(score_faults(short, SHEET, "material")) == [("G2", "not_justified")]
    assert next(score_faults(ScoreContent({"G1": 3}), SHEET, "material")) == ("G2", "no_level")


def test_no_level_and_no_criterion_but_the_sheets() -> None:
    assert fits_sheet(ScoreContent({"G1": 5}), SHEET, "material")
    for wrong in (
        ScoreContent({"G1": 6}),
        ScoreContent({"G1": 0}),
        ScoreContent({"N2": 3}),
        ScoreContent({}, {"X": ""}),
    ):
        assert not fits_sheet(wrong, SHEET, "material")
