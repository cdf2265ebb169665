"""``kpi store delete-contacts``: shown first, deleted on --confirm, and named by ``kpi store verify``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi.services.operation import contacts
from kpi.store.store import Store
from tests.cli.command_line import content, here
from tests.services.sample_store import AT, CODE_A, A, furnish
from tests.services.submitting import YEAR, accepted, lock_as_it_stands

pytestmark = pytest.mark.slow


def test_what_is_due_is_shown_deleted_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "s"
    with Store.open(folder) as store:
        furnish(store)
        accepted(store, A, CODE_A)
        lock_as_it_stands(store, A, CODE_A, YEAR, AT)
    monkeypatch.setattr(contacts, "now", lambda: datetime(YEAR + 3, 6, 1, tzinfo=UTC))
    early = here("store", "delete-contacts", "--confirm", "--store", folder)
    assert (early.code, str(YEAR - 1) in early.out) == (0, True)
    monkeypatch.setattr(contacts, "now", lambda: datetime(YEAR + 4, 6, 1, tzinfo=UTC))
    before = content(folder / "originals")
    shown = here("store", "delete-contacts", "--json", "--store", folder)
    said = {"year": YEAR, "applications": 1, "sheets": 1, "originals": 1, "unnamed": 0}
    assert json.loads(shown.out) == said | {"deleted": False}
    assert content(folder / "originals") == before
    done = here("store", "delete-contacts", "--confirm", "--json", "--store", folder)
    assert json.loads(done.out) == said | {"deleted": True}
    assert len(content(folder / "originals")) == len(before) - 1
    verified = here("store", "verify", "--lang", "en", "--store", folder)
    assert (verified.code, verified.err) == (0, "")
    assert "Contacts deleted: 1 application" in verified.out
