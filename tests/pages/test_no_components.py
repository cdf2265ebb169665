"""A server's start reads nothing of other packages in search of components: the product uses none of others."""

from __future__ import annotations

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.components.v2.component_manager import BidiComponentManager

from pages.session.streamlit_internals import seek_no_components


def test_no_package_is_searched_for_components(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", lambda: searched.append("all") or [])
    seek = BidiComponentManager.discover_and_register_components
    monkeypatch.setattr(BidiComponentManager, "discover_and_register_components", seek)  # to be put back afterwards
    BidiComponentManager().discover_and_register_components(start_file_watching=False)
    assert searched == ["all"]
    seek_no_components()
    BidiComponentManager().discover_and_register_components()
    assert searched == ["all"]
