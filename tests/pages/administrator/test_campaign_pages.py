"""From a register to a panel on the administrator's pages, and an enterprise that reports on its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.administrator.baseline_import import preview_baseline
from kpi.services.administrator.campaign import (
    campaign_board,
    invite_enterprises,
    note_report_refusal,
    open_campaign,
)
from kpi.services.administrator.panel_sources import assembled_panel, put_panel_forward
from kpi.services.administrator.register import take_in_register
from kpi.services.enterprise.reports import own_invitations, report_for_baseline
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.preparation import IncomingBaseline
from tests.pages.app_runs import Office, each_tab, opened, strings
from tests.services.administrator.campaign_store import (
    application_file,
    code_of,
    register_file,
    row_of,
    viewer_of,
)
from tests.services.sample_store import ADMINISTRATOR

ENTERPRISES = 12
OWN = Viewer("enterprise", "演示企业", "enterprise", ("91000000MA9990001E",))


@pytest.fixture
def office(copied_office: Office) -> Office:
    copied_office.sit("administrator")
    return copied_office


def year() -> int:
    return shanghai_date(now()).year


def said(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(strings(page))


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run(timeout=60)
    assert not page.exception
    return page


def test_a_register_is_taken_in_and_everybody_invited(office: Office) -> None:
    page = opened("register")
    assert "尚未导入企业名录" in said(page)
    upload = next(item for item in page.get("file_uploader"))
    upload.set_value(("名录.csv", register_file([row_of(number) for number in range(ENTERPRISES)]), "text/csv")).run()
    assert f"文件中有 {ENTERPRISES} 家企业" in said(page)
    page = press(page, f"take-register-file-{year()}-0")
    assert f"{ENTERPRISES} 家企业" in said(page)
    page = press(opened("campaign"), "campaign-open")
    assert "12 家企业各有一个一次性链接" in said(page)
    page = press(page, "letters-taken")
    board = campaign_board(office.store, ADMINISTRATOR, year())
    assert board
    assert len(board.invited) == ENTERPRISES
    assert f"邀请 {ENTERPRISES} 家，已报送 0 家" in said(page)


@pytest.fixture
def campaign(office: Office) -> Office:
    """The demonstration's enterprise is in the register, and all are invited until a day to come."""
    own = [OWN.scope[0], "演示企业（虚构）", "高端装备", "", "松江区", "", "大型"]
    data = register_file([own, *(row_of(number) for number in range(ENTERPRISES))])
    take_in_register(office.store, ADMINISTRATOR, year(), "名录.csv", data)
    day = shanghai_date(now()) + timedelta(days=20)
    open_campaign(office.store, ADMINISTRATOR, year(), day)
    codes = [OWN.scope[0], *(code_of(number) for number in range(ENTERPRISES))]
    invite_enterprises(office.store, ADMINISTRATOR, year(), codes)
    return office


def report(office: Office, number: int) -> None:
    viewer = viewer_of(number)
    received = receive_file(office.store, viewer, "报送.csv", application_file(number, year()))
    accept_application(office.store, viewer, received)
    report_for_baseline(office.store, viewer, code_of(number), year())


def test_every_tab_of_a_campaign_says_what_is_in(campaign: Office) -> None:
    report(campaign, 0)
    note_report_refusal(campaign.store, ADMINISTRATOR, year(), code_of(1), "not_found", "查无此人（虚构）")
    shown = "\n".join(said(tab) for tab in each_tab(opened("campaign")))
    for words in ("邀请 13 家，已报送 1 家", "查无此企业", "名录中的企业均已邀请", "本年度报送 1 家"):
        assert words in shown


def test_a_refusal_is_noted_and_a_panel_put_forward(campaign: Office) -> None:
    for number in range(3):
        report(campaign, number)
    page = _tab(opened("campaign"), "企业")
    page.selectbox(key="refusal-who").set_value(code_of(4))
    page.text_input(key="refusal-why").set_value("迁出（虚构）")
    page = press(page, "refusal-keep")
    assert "已保存。" in said(page)
    page = _tab(opened("campaign"), "汇成基准")
    page.selectbox(key="choice-which").set_value((code_of(2), ""))
    page.text_input(key="choice-why").set_value("重复（虚构）")
    page = press(page, "choice-keep")
    assert "不采用 演示企业2（虚构）：重复（虚构）" in said(page)
    page = press(page, "panel-forward")
    assert "已冻结" in said(page)
    with campaign.store.cursor() as cursor:
        assert f"{year()} 年度征集基准" in {item.name for item in tables.baselines.baselines(cursor)}


def test_an_enterprise_reports_from_its_home_on(campaign: Office) -> None:
    campaign.sit("enterprise")
    assert f"受邀报送 {year()} 年度基准数据" in said(opened("enterprise-home"))
    page = opened("baseline-report")
    assert "受邀报送，尚未开始" in said(page)
    key = f"{OWN.scope[0]}-{year()}"
    page.text_input(key=f"decline-why-{key}").set_value("涉密（虚构）")
    page = press(page, f"decline-{key}")
    assert "已注明不报送：涉密（虚构）" in said(page)
    text = application_file(0, year()).decode("gb18030").replace(code_of(0), OWN.scope[0])
    received = receive_file(campaign.store, OWN, "报送.csv", text.encode("gb18030"))
    accept_application(campaign.store, OWN, received)
    page = press(opened("baseline-report"), f"report-{key}")
    assert "已报送。" in said(page)
    [own] = own_invitations(campaign.store, OWN)
    assert own.state == "reported"
    assert "受邀报送" not in said(opened("enterprise-home"))


def _tab(page: AppTest, title: str) -> AppTest:
    page.session_state["tabs-zh"] = title
    page._run()
    return page


def test_a_baseline_is_shown_beside_the_register_of_its_day(campaign: Office) -> None:
    for number in range(6):
        report(campaign, number)
    put_panel_forward(campaign.store, ADMINISTRATOR, year(), "征集基准（虚构）", "illustrative", "基准征集（虚构）")
    page = opened("baselines")
    page.session_state["folded-coverage-征集基准（虚构）"] = True
    page._run()
    shown = said(page)
    assert "高端装备：同行是名录 7 家企业中的 3 家（43 %）" in shown
    assert "3 / 7" in shown


@pytest.mark.campaign
def test_values_far_out_are_named_for_the_second_person(campaign: Office) -> None:
    for number in range(9):
        report(campaign, number)
    made = assembled_panel(campaign.store, ADMINISTRATOR, year())
    text = made.panel[1].decode()
    code = code_of(8)
    lines = text.splitlines()
    at = lines[0].split(",").index("K08")
    row = next(place for place, line in enumerate(lines) if line.startswith(code))
    cells = lines[row].split(",")
    cells[at] = "400"
    lines[row] = ",".join(cells)
    region = catalogue().notice.region.zh
    panel = ("面板.csv", "\n".join(lines).encode())
    incoming = IncomingBaseline(*panel, "离群（虚构）", year(), region, "illustrative", "演示")
    cell = next(
        cell
        for cell in preview_baseline(campaign.store, ADMINISTRATOR, incoming).panel.cells
        if cell.kpi == "K08" and cell.industry == "高端装备"
    )
    assert cell.far_out == len(cell.outliers) == 2
    assert (cell.outliers[0].credit_code, cell.outliers[0].value) == (code, 400)
