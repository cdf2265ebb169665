"""A bug of ours: reported in words with the place it broke at, by a code of its own, and never as a traceback."""

from pathlib import Path

import pytest

from kpi.cli.main import BUG, run
from kpi.cli.session import CallSession


@pytest.mark.parametrize(("lang", "said"), [("zh", "发生意外错误"), ("en", "An unexpected error occurred")])
def test_a_bug_is_reported_with_its_place_and_without_a_path(monkeypatch, tmp_path: Path, lang: str, said: str) -> None:
    def broken(name: str, data: bytes) -> None:
        raise ZeroDivisionError(f"secret of {tmp_path}")

    monkeypatch.setattr("kpi.cli.check.read", broken)
    (tmp_path / "a.csv").write_text("item,value\n", "utf-8")
    session = CallSession(cwd=tmp_path)
    run(["check", "a.csv", "--lang", lang], session)
    printed = "".join(session.err)
    assert session.code == BUG
    assert session.out == []
    assert said in printed
    assert "ZeroDivisionError test_internal_errors.py:" in printed
    assert "Traceback" not in printed
    assert str(tmp_path) not in printed
