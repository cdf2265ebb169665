"""Streamlit's settings: each one exists, and their colours are the tokens of the pictures."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from streamlit import config

from kpi.charts.theme import FONT, Theme, tokens
from tests.house.tracked import ROOT

SETTINGS: dict[str, Any] = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))


def unknown(settings: dict[str, Any]) -> list[str]:
    """Settings that this Streamlit does not know: it would pass over them with a warning at most."""
    known = config.get_config_options()
    return [name for name in _names(settings) if name not in known]


def _names(table: dict[str, Any], prefix: str = "") -> list[str]:
    found: list[str] = []
    for key, value in table.items():
        found += _names(value, f"{prefix}{key}.") if isinstance(value, dict) else [prefix + key]
    return found


def test_every_setting_exists() -> None:
    assert unknown(SETTINGS) == []
    assert unknown({"server": {"port": 1, "prot": 1}, "theme": {"light": {"ink": "#000"}}}) == [
        "server.prot",
        "theme.light.ink",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_has_the_colours_of_the_pictures(theme: Theme) -> None:
    page, look = SETTINGS["theme"][theme], tokens(theme)
    assert (page["backgroundColor"], page["textColor"], page["borderColor"]) == (look.ground, look.ink, look.grid)
    assert {page["primaryColor"], page["linkColor"], page["blueColor"], page["blueTextColor"]} == {look.leading}
    assert {page["redColor"], page["redTextColor"]} == {look.error}
    assert (page["orangeColor"], page["orangeTextColor"]) == (look.undecided, look.undecided_text)
    assert (page["grayColor"], page["grayTextColor"]) == (look.plain, look.plain_text)


def test_the_font_is_the_same_everywhere() -> None:
    assert SETTINGS["theme"]["font"] == SETTINGS["theme"]["headingFont"] == FONT


def test_nothing_is_sent_out_or_served_outwards_by_default() -> None:
    assert SETTINGS["server"]["address"] == "127.0.0.1"
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["client"]["showErrorDetails"] == "none"
