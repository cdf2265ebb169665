"""A crowd that goes on is reported in the log once a second: neither each of it, nor the first alone."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from kpi.services.operation.server_settings import Limits
from pages.server import request_guard
from pages.server.request_guard import RequestGuard
from pages.server.sockets import Sockets
from pages.server.uploads import DiskUploads


def test_a_crowd_is_logged_once_a_second_as_long_as_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = RequestGuard(Starlette(), Sockets(Limits()), DiskUploads("/up", Limits()))
    moments = iter([1000 + tenth / 10 for tenth in range(35)])
    monkeypatch.setattr(request_guard.time, "monotonic", lambda: next(moments))
    assert [tenth for tenth in range(35) if guard._to_be_logged()] == [0, 10, 20, 30]
