"""A start: the server answers before it has loaded what verdicts, charts and the HTTP interface need."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from pages.server.api_mount import loaded_interface
from tests.cli.command_line import ROOT
from tests.conftest import _free_port

LATER = {"pandas", "scipy", "numpy", "pyarrow", "fastapi"}
"""Of streamlit's own, plotly alone is there from the beginning."""


@pytest.mark.campaign
@pytest.mark.slow
@pytest.mark.parametrize("module", ["kpi.cli.serve", "pages.server.asgi"])
def test_nothing_heavy_is_loaded_before_the_first_answer(module: str) -> None:
    code = f"import sys, {module}; print(sorted(set(sys.modules) & {LATER}))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_a_process_has_one_interface() -> None:
    assert loaded_interface() is loaded_interface()


@pytest.mark.campaign
@pytest.mark.slow
def test_what_draws_has_pandas_whole() -> None:
    """Plotly takes it out of ``sys.modules`` while another thread is still loading it, and fails at what it lacks."""
    code = "import sys, kpi.charts.chart; print(hasattr(sys.modules.get('pandas'), 'Series'))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "True"


def test_a_port_of_the_tests_is_given_to_nobody_else_between_two_starts() -> None:
    place = ("127.0.0.1", _free_port())
    for _ in range(2):
        with pytest.raises(OSError, match="in use"), socket.socket() as stranger:
            stranger.bind(place)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place)
        with socket.create_server(place), pytest.raises(OSError, match="in use"):
            socket.create_server(place)
