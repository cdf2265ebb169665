"""The list of core equipment and software and the files beside statements, as writer and readers see them."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.model.application import Application
from kpi.model.claims import CoreTechnology
from kpi.model.viewer import Role, Viewer
from kpi.services.conditions import StatementInput, state_conditions
from kpi.services.operation.authentication import viewer_of
from kpi.services.statement_support import attach_statement_file, list_technology, own_support
from pages.enterprise.parts import statement_support
from tests.pages.app_runs import (
    Office,
    all_say_no_conflict,
    downloads_offered,
    each_tab,
    opened,
    strings,
    submitted,
    unfolded,
)
from tests.services.submitting import lock_as_it_stands

MACHINE = CoreTechnology("equipment", "=数控机床（虚构）", "演示机床厂（虚构）", "domestic")
FOREIGN = CoreTechnology("software", "仿真软件（虚构）", "境外厂商（虚构）", "imported")
PASTED = {"kind": "工业软件", "name": "仿真软件（虚构）", "maker": "境外厂商（虚构）", "source": "进口"}
SENT = ("信用报告（虚构）.pdf", b"%PDF-1.7 x")


def _own(office: Office) -> Viewer:
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    assert viewer
    return viewer


def _listed(office: Office, of: Application, *rows: CoreTechnology) -> None:
    list_technology(office.store, _own(office), of.credit_code, of.year, rows)


def _rows(office: Office, of: Application) -> tuple[CoreTechnology, ...]:
    return own_support(office.store, _own(office), of.credit_code, of.year).technology.rows


def _page(office: Office, role: Role = "enterprise", address: str = "conditions", **asked: str) -> AppTest:
    office.sit(role)
    page = opened(address, **asked)
    assert not page.exception
    return page


def _said(page: AppTest) -> str:
    return unescape("\n".join(strings(page)))


def _typed(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """What the browser's editor would send; it cannot be typed into here."""
    monkeypatch.setattr(statement_support, "_changes", lambda _: changes)


def test_pasted_and_changed_rows_are_saved_with_one_press(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = submitted(copied_office, locked=False)
    _listed(copied_office, of, MACHINE, MACHINE)
    page = _page(copied_office)
    _typed(monkeypatch, edited_rows={0: {"source": "自主研发"}}, deleted_rows=[1], added_rows=[PASTED, {}])
    page.button(key="technology-save").click().run()
    assert _rows(copied_office, of) == (CoreTechnology("equipment", MACHINE.name, MACHINE.maker, "own"), FOREIGN)
    said = _said(page)
    assert text("page.technology.kept", "zh", count=2) in said
    assert "共 2 项，其中 1 项为国产或自主研发：技术装备 1 项中 1 项、工业软件 1 项中 0 项。" in said


def test_what_is_not_complete_or_was_changed_meanwhile_is_refused_and_stays(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = submitted(copied_office, locked=False)
    page = _page(copied_office)
    _typed(monkeypatch, added_rows=[{**PASTED, "kind": "别的"}])
    page.button(key="technology-save").click().run()
    assert "第 2 行没有填全" in page.error[0].value
    _typed(monkeypatch, added_rows=[PASTED])
    _listed(copied_office, of, MACHINE)
    page.button(key="technology-save").click().run()
    assert "没有覆盖" in page.error[0].value
    assert text("page.technology.now", "zh") in _said(page)
    assert _rows(copied_office, of) == (MACHINE,)
    page.button(key="technology-save").click().run()
    assert _rows(copied_office, of) == (FOREIGN,), "now that it was read"


def test_a_switch_of_language_keeps_what_was_typed(copied_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    monkeypatch.setattr(
        statement_support, "_changes", lambda typing: {} if typing.carried else {"added_rows": [PASTED]}
    )
    page.button(key="language").click().run()
    assert not page.exception
    [editor] = [item.value for item in page.dataframe if "kind" in item.value]
    assert editor.to_dict("records")[-1] == {**PASTED, "kind": "Industrial software", "source": "Imported"}


def _with_file(office: Office, lock: bool) -> Application:
    of = submitted(office, locked=False)
    on = office.store, _own(office), of.credit_code, of.year
    _listed(office, of, MACHINE)
    state_conditions(*on, {"good_credit": StatementInput(True, "信用报告（虚构）第 8 号")})
    attach_statement_file(*on, "good_credit", SENT)
    if lock:
        lock_as_it_stands(*on)
        all_say_no_conflict(office.store)
    return of


def test_one_uploader_offers_the_conditions_that_are_stated(copied_office: Office) -> None:
    _with_file(copied_office, lock=False)
    page = _page(copied_office)
    assert SENT[0] in _said(page)
    [choice] = [item for item in page.selectbox if (item.key or "").startswith("statement-file-")]
    assert len(choice.options) == 1
    [uploader] = [item for item in page.file_uploader if (item.key or "").startswith("statement-file-")]
    choice.select_index(0)
    uploader.set_value(("第二份（虚构）.docx", b"second", "application/octet-stream")).run()
    page.button(key="attach-statement-file").click().run()
    assert not page.exception
    assert text("page.statement_file.attached", "zh") in _said(page)
    assert "第二份（虚构）.docx" in _said(page)


def test_once_locked_both_are_only_read(copied_office: Office) -> None:
    _with_file(copied_office, lock=True)
    page = _page(copied_office)
    said = _said(unfolded(page))
    assert MACHINE.name in said
    assert SENT[0] in said
    assert "technology-save" not in {item.key for item in page.button}
    assert not [item for item in page.file_uploader if (item.key or "").startswith("statement-file-")]


@pytest.mark.parametrize("role", ["reviewer", "leader", "administrator"])
def test_whoever_rules_reads_the_list_and_is_handed_the_file(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    of = _with_file(copied_office, lock=True)
    offered: dict[str, Callable[[], bytes]] = downloads_offered(monkeypatch)
    page = unfolded(_page(copied_office, role, "condition-rulings", of=f"{of.credit_code} {of.year}"))
    said = _said(page)
    assert MACHINE.name in said
    assert "附有文件：" in said
    [purpose] = [item for item in page.text_input if (item.key or "").startswith("purpose-statement-file-")]
    purpose.set_value("核对（演示）").run()
    [file] = [make for key, make in offered.items() if key.startswith("statement-file-")]
    assert file() == SENT[1]
    [csv] = [make for key, make in offered.items() if key.startswith("download-tablecore-technology") and "csv" in key]
    assert "'=数控机床" in csv().decode("utf-8-sig"), "no formula"


@pytest.mark.campaign
def test_the_candidates_page_has_both(copied_office: Office) -> None:
    of = _with_file(copied_office, lock=True)
    copied_office.sit("reviewer")
    page = opened("candidate", industry=of.industry, candidate=of.credit_code)
    said = "\n".join(_said(tab) for tab in each_tab(page))
    assert MACHINE.name in said
    assert text("page.statement_file.title", "zh", count=1) in said
