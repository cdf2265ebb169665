"""A register of 600, 240 reports of three kinds, corrections, groups and duplicates, a freeze by two, and a verdict."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kpi import tables
from kpi.access.roles import Scope
from kpi.api import rates
from kpi.api.application import api_application
from kpi.i18n import peers_sentence
from kpi.model.viewer import Role, Viewer
from kpi.services.administrator.accounts import add_token
from kpi.services.administrator.baseline_proposals import confirm_baseline, preview_proposal, proposed_baselines
from kpi.services.administrator.campaign import campaign_board, invite_enterprises, open_campaign
from kpi.services.administrator.panel_sources import (
    assembled_panel,
    choose_source,
    panel_sources,
    put_panel_forward,
    sha256_of,
)
from kpi.services.administrator.register import preview_register, take_in_register
from kpi.services.enterprise.reports import report_for_baseline
from kpi.services.enterprise.sheets import SheetEdit, create_sheet, edit_sheet
from kpi.services.enterprise.uploads import receive_file
from kpi.services.evaluation import enterprise_evaluation, evaluation_context, full_evaluation
from kpi.services.operation.verification import verify_store
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.services.administrator.campaign_store import (
    LAST_DAY,
    YEAR,
    application_file,
    code_of,
    register_file,
    report,
    row_of,
    viewer_of,
)
from tests.services.sample_store import ADMINISTRATOR, AT, EXAMPLE
from tests.services.submitting import lock_as_it_stands

pytestmark = [pytest.mark.slow, pytest.mark.campaign]
SECOND = Viewer("administrator2", "演示管理员二", "administrator", ())
NAME = "2026 年度征集基准（虚构）"
WORKBOOK, PAGE, HTTP = range(120), range(120, 200), range(200, 240)
DUPLICATES = range(228, 240)
GROUPS = {"演示集团一（虚构）": range(8), "演示集团二（虚构）": range(8, 13)}


def _rows() -> list[list[str]]:
    groups = {number: name for name, numbers in GROUPS.items() for number in numbers}
    rows = [row_of(number, groups.get(number, "")) for number in range(600)]
    for number in DUPLICATES:
        rows[number][1] = rows[number - 100][1]  # one enterprise under an old code and a new one
    return rows


def _by_page(store: Store, number: int) -> None:
    """A file with a value missing its basis, put right on the page."""
    viewer, code = viewer_of(number), code_of(number)
    text = (
        application_file(number)
        .decode("gb18030")
        .replace("订单准时交付率提升（%）,6.5,百分点", "订单准时交付率提升（%）,6.5,")
    )
    received = receive_file(store, viewer, "报送.csv", text.encode("gb18030"), AT)
    create_sheet(store, viewer, received, 0, code, YEAR, AT)
    edit_sheet(store, viewer, code, YEAR, 1, [SheetEdit("K14", "basis", "百分点")], "补口径（虚构）", AT)
    report_for_baseline(store, viewer, code, YEAR, AT)


def _by_interface(store: Store, client: TestClient, number: int) -> None:
    viewer = viewer_of(number)
    with unit_of_work(store, ADMINISTRATOR.actor, AT) as change:
        role: Role = "enterprise"
        tables.accounts.insert_account(change.cursor, viewer.account, viewer.name, role, viewer.scope, None, False, AT)
        change.audit("account_added", viewer.account)
    headers = {"Authorization": f"Bearer {add_token(store, ADMINISTRATOR, viewer.account, 30).token}"}
    file = {"file": ("报送.csv", application_file(number))}
    sent = client.post("/submissions", headers=headers | {"Idempotency-Key": f"campaign-{number}"}, files=file)
    assert sent.status_code == 201, sent.text
    assert client.post(f"/reports/{code_of(number)}/{YEAR}", headers=headers).status_code == 204


@pytest.fixture
def reported(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    for name in ("CALLS", "FILES", "GUESSES"):
        monkeypatch.setattr(rates, name, rates.RateLimitItemPerMinute(1000))
    data = register_file(_rows())
    assert len(preview_register(store, ADMINISTRATOR, YEAR, "名录.csv", data).same_name) == len(DUPLICATES)
    take_in_register(store, ADMINISTRATOR, YEAR, "名录.csv", data, AT)
    open_campaign(store, ADMINISTRATOR, YEAR, LAST_DAY.replace(year=2400), AT)
    letters = invite_enterprises(store, ADMINISTRATOR, YEAR, [code_of(number) for number in range(600)], AT)
    assert len({letter.token for letter in letters}) == 600
    for number in WORKBOOK:
        report(store, number)
    for number in PAGE:
        _by_page(store, number)
    client = TestClient(api_application(lambda: store), raise_server_exceptions=False)
    for number in HTTP:
        _by_interface(store, client, number)
    for number in range(20, 30):
        report(store, number, efficiency=30)
    return store


def test_from_a_register_to_the_first_verdict(reported: Store, tmp_path: Path) -> None:
    store = reported
    board = campaign_board(store, ADMINISTRATOR, YEAR, AT)
    assert board
    assert board.states() == {"reported": 240, "invited": 360}
    for number in DUPLICATES:
        choose_source(store, ADMINISTRATOR, YEAR, code_of(number), "", f"与{code_of(number - 100)}同一企业（虚构）", AT)
    sources = panel_sources(store, ADMINISTRATOR, YEAR)
    assert len(sources.taken()) == 228
    assert sources.taken()[code_of(20)].source.values["K08"] == (30, None)
    made = assembled_panel(store, ADMINISTRATOR, YEAR)
    assert made == assembled_panel(store, ADMINISTRATOR, YEAR)
    # A real store of official figures takes two; this one holds an invented baseline, and panel is not invented.
    assert put_panel_forward(store, ADMINISTRATOR, YEAR, NAME, "panel", "基准征集（虚构）", seen=made.sha256, at=AT)
    [waiting] = proposed_baselines(store, SECOND)
    seen = preview_proposal(store, SECOND, waiting.id)
    assert seen.panel.enterprises == 228
    frozen = confirm_baseline(store, SECOND, waiting.id, seen.standing, AT)
    assert (frozen.sha256, frozen.original_sha256) == (seen.panel.sha256, sha256_of(made.panel))
    with store.cursor() as cursor:
        found = tables.representation.representations(cursor, NAME)
        groups = tables.freezing.group_register(cursor, NAME)
    assert {name: (stands.included, stands.registered) for name, stands in found.items()} == {
        "高端装备": (114, 300),
        "汽车": (114, 300),
    }
    assert set(groups["own_group"]) == set(GROUPS)
    applicant = viewer_of(400)
    create_sheet(
        store,
        applicant,
        receive_file(store, applicant, EXAMPLE.name, application_file(400, efficiency=61), AT),
        0,
        code_of(400),
        YEAR,
        AT,
    )
    lock_as_it_stands(store, applicant, code_of(400), YEAR, AT)
    with store.cursor() as cursor:
        [locked] = tables.applications.locked_applications(cursor, Scope(own=(code_of(400),)))
        answer = full_evaluation(cursor, locked.application, evaluation_context(cursor, YEAR))
        own = enterprise_evaluation(cursor, locked.application, evaluation_context(cursor, YEAR), locked, AT)
    assert peers_sentence(own, "en").startswith("The peers are 60+ of 300 enterprises of the register")
    assert (answer.baseline.name, answer.kpi("K08").verdict) == (NAME, "leading")
    assert peers_sentence(answer, "en").startswith("The peers are 114 of 300 enterprises of the register (38 %)")
    assert verify_store(store).sound
