"""What each run says of the theme is looked for once, and is what Streamlit would say."""

from __future__ import annotations

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from pages.session.streamlit_internals import write_theme_once

STREAMLITS = app_session._populate_theme_msg


def said() -> CustomThemeConfig:
    """As Streamlit asks for it at the beginning of a run."""
    theme = CustomThemeConfig()
    for part, section in (
        (theme, "theme"),
        (theme.light, "theme.light"),
        (theme.dark, "theme.dark"),
        (theme.sidebar, "theme.sidebar"),
        (theme.light.sidebar, "theme.light.sidebar"),
        (theme.dark.sidebar, "theme.dark.sidebar"),
    ):
        app_session._populate_theme_msg(part, section)
    return theme


def test_every_run_says_of_the_theme_what_streamlit_would(monkeypatch: pytest.MonkeyPatch) -> None:
    config.get_config_options()
    monkeypatch.setattr(app_session, "_populate_theme_msg", STREAMLITS)
    of_streamlit = said()
    assert of_streamlit.HasField("light")
    assert of_streamlit.HasField("dark")
    write_theme_once()
    assert said() == of_streamlit
    monkeypatch.setattr(config, "get_options_for_section", None)  # whoever looks again fails
    assert said() == of_streamlit


def test_a_section_without_a_setting_stays_unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_session, "_populate_theme_msg", STREAMLITS)
    write_theme_once()
    theme = CustomThemeConfig()
    for _ in range(2):
        app_session._populate_theme_msg(theme.dark.sidebar, "theme.dark.sidebar")
        assert not theme.HasField("dark")
