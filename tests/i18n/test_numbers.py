"""How numbers are written: units beside them, one decimal unless the data carries more, "—" for undefined."""

from __future__ import annotations

from datetime import date
from math import inf, nan

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import (
    kpi_gap,
    kpi_number,
    long_date,
    odds_ratio,
    p_value,
    percent,
    plain_number,
    share_in_percent,
    share_of_percent,
    stated_percent,
)


@pytest.mark.parametrize(
    ("code", "value", "zh"),
    [
        ("K01", 92, "92.0 %"),
        ("K01", 92.25, "92.25 %"),
        ("K01", 100 / 3, "33.3 %"),
        ("K01", 0.1 + 0.2, "0.3 %"),
        ("K07", -12.4, "−12.4 %"),
        ("K07", -0.0, "0.0 %"),
        ("K05", 36, "36 个"),
        ("K05", 7.4, "7.4 个"),
        ("K21", 7, "7 家"),
        ("K01", nan, "—"),
        ("K01", None, "—"),
        ("K07", inf, "—"),
    ],
)
def test_a_value_stands_with_its_unit(code, value, zh):
    assert kpi_number(value, catalogue().kpi(code), "zh") == zh


def test_percentage_points_are_named():
    assert kpi_number(2.1, catalogue().kpi("K10"), "zh", "points") == "2.1 个百分点"
    assert kpi_number(2.1, catalogue().kpi("K10"), "en", "points") == "2.1 pp"


def test_two_percentages_differ_by_percentage_points():
    assert kpi_gap(3.2, catalogue().kpi("K01"), "zh") == "+3.2 个百分点"
    assert kpi_gap(-3, catalogue().kpi("K05"), "zh") == "−3 个"
    assert kpi_gap(nan, catalogue().kpi("K05"), "zh") == "—"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.83, "83 %"),
        (0, "0 %"),
        (1, "100 %"),
        (0.997, "99 %"),
        (0.002, "1 %"),
        (0.29, "29 %"),
        (nan, "—"),
        (None, "—"),
    ],
)
def test_a_share_short_of_all_is_never_written_as_all(share, words):
    assert percent(share) == words


def test_small_p_values_odds_and_plain_numbers():
    assert (p_value(0.0004), p_value(0.0314), p_value(nan)) == ("< 0.001", "0.031", "—")
    assert (odds_ratio(1.4), odds_ratio(inf), odds_ratio(nan)) == ("1.40", "∞", "—")
    assert (plain_number(35.0), plain_number(2.5), plain_number(nan)) == ("35", "2.5", "—")


def test_a_date_is_written_in_words_of_its_language():
    assert long_date(date(2026, 11, 24), "zh") == "2026 年 11 月 24 日"
    assert long_date(date(2026, 11, 24), "en") == "24 November 2026"


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.8, "80 %"), (0.07, "7 %"), (0.825, "82.5 %"), (0.29, "29 %"), (1, "100 %"), (1e-05, "0.001 %")],
)
def test_a_share_that_was_stated_keeps_its_digits_in_percent_and_back(share: float, said: str) -> None:
    assert stated_percent(share) == said
    assert share_of_percent(share_in_percent(share)) == share
