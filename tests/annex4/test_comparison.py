"""Reports made of our own skeleton, each with one thing planted: that is found, and on clean ones nothing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from unittest.mock import patch

import docx
import pytest
from docx.document import Document as Doc

from kpi import i18n
from kpi.annex4.check import check_report
from kpi.benchmark.gap import gap_analysis
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application, CellReference, FactValue, ReportedValue
from kpi.model.problem import DocumentFinding, DocumentReport
from kpi.reports.annex4 import annex4_docx
from tests.benchmark.reference_gaps import POLICY
from tests.charts.sample_evaluations import enterprise

OTHER = "另一家（虚构）有限公司"
NAME = "演示企业001（虚构）智能装备有限公司"
SCENARIOS = ("车间智能排产", "在线智能检测", "能源智能管控")
VALUES = {"K01": 95.5, "K08": 45.0, "K17": 21.0, "K05": 36.0}
CELLS = {"K01": CellReference("指标表（虚构）.xlsx", "指标", 5, "C")}
OURS = {
    *("cover_differs", "cover_fields_blank", "company_differs", "figure_differs", "figure_not_reported"),
    *("scenarios_not_described", "scenarios_not_claimed", "placeholders_left", "secrecy_mark", "personal_number"),
}
TELEPHONE = "138" + "0000" + "0001"
IDENTITY = "110101" + "19000101" + "001"


def value(given: ReportedValue) -> ReportedValue:
    """Of all others what the sample reports; each change of a share in percent of its start."""
    if given.code in VALUES:
        return replace(given, state="reported", value=VALUES[given.code], cell=CELLS.get(given.code))
    return replace(given, basis="relative") if catalogue().kpi(given.code).bases else given


@cache
def application() -> Application:
    own = enterprise().application
    facts: dict[str, FactValue] = {
        "enterprise": NAME,
        "factory_name": "演示智能工厂",
        "district": "松江区",
        "scenarios": SCENARIOS,
    }
    return replace(own, facts={**own.facts, **facts}, values={code: value(given) for code, given in own.values.items()})


@cache
def skeleton() -> bytes:
    """Without its pictures, which nothing here is about; what the factory has to write is written."""
    seen = replace(enterprise(), application=application())
    with patch("kpi.reports.annex4.annex4_charts", return_value=[]):
        document = docx.Document(io.BytesIO(annex4_docx(seen, gap_analysis(seen, POLICY))))
    for paragraph in document.paragraphs:
        if paragraph.text.startswith("【待填写"):
            paragraph.text = "本工厂按通知的要求逐项建设，内部数据由专人保管，成效见后文。"
    return saved(document)


def saved(document: Doc) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def report_with(*changes: Callable[[Doc], None]) -> DocumentReport:
    document = docx.Document(io.BytesIO(skeleton()))
    for change in changes:
        change(document)
    return check_report("a.docx", saved(document), application=application())


def found(*changes: Callable[[Doc], None]) -> list[DocumentFinding]:
    return [finding for finding in report_with(*changes).findings if finding.code in OURS]


def cell(label: str, text: str, column: int = 1) -> Callable[[Doc], None]:
    """Put into the cell beside a label of the cover or of the table of KPIs."""

    def change(document: Doc) -> None:
        rows = [row for table in document.tables for row in table.rows]
        [row, at] = next([row, at] for row in rows for at, known in enumerate(row.cells) if known.text == label)
        row.cells[at + column].text = text

    return change


def line(text: str, after: str = "第四部分") -> Callable[[Doc], None]:
    """A paragraph below the title of a part."""

    def change(document: Doc) -> None:
        at = next(at for at, known in enumerate(document.paragraphs) if known.text.startswith(after))
        document.paragraphs[at + 1].insert_paragraph_before(text)

    return change


def without(text: str) -> Callable[[Doc], None]:
    def change(document: Doc) -> None:
        [gone] = [known for known in document.paragraphs if text in known.text]
        gone._element.getparent().remove(gone._element)

    return change


def header(text: str) -> Callable[[Doc], None]:
    def change(document: Doc) -> None:
        document.sections[0].header.paragraphs[0].text = text

    return change


def own_table(*rows: tuple[str, ...]) -> Callable[[Doc], None]:
    """A table of the factory's own making, below the last part but one."""

    def change(document: Doc) -> None:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for texts in rows:
            for held, text in zip(table.add_row().cells, texts, strict=True):
                held.text = text
        at = next(known for known in document.paragraphs if known.text.startswith("第五部分"))
        at._element.addprevious(table._element)

    return change


def identity() -> str:
    """With its check digit; born on the first day of 1900."""
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(IDENTITY))
    return IDENTITY + "10X98765432"[total % 11]


K01, K08, K17 = "关键设备数控化率", "生产效率提升", "单位产值能耗降低"

PLANTED: list[tuple[str, Callable[[Doc], None], str, str]] = [
    (
        "another company on the cover",
        cell("企业名称", OTHER),
        "cover_differs",
        "另一家（虚构）有限公司",
    ),
    ("another factory", cell("工厂名称", "另一智能工厂"), "cover_differs", "另一智能工厂"),
    ("another industry", cell("所属行业", "汽车"), "cover_differs", "汽车"),
    ("a cover not filled in", cell("所属区域", ""), "cover_fields_blank", ""),
    (
        "another company in the text",
        line("另一家（虚构）有限公司成立于2001年。", "第一部分"),
        "company_differs",
        "另一家(虚构)有限公司",
    ),
    ("a figure of the table", cell(K01, "98 %"), "figure_differs", "98%"),
    ("a change of the table", cell(K08, "50.0 %"), "figure_differs", "50.0%"),
    ("a figure that is not reported", cell("先进过程控制投用率", "80 %"), "figure_not_reported", "80%"),
    ("one that is said not to apply", cell(K01, "不适用"), "figure_differs", "不适用"),
    ("a figure in a sentence", line("工厂关键设备数控化率达到 98%。"), "figure_differs", "98%"),
    ("from and to", line("目前，关键设备数控化率由 80% 提升至 97.2%，成效明显。"), "figure_differs", "97.2%"),
    ("years from and to", line("关键设备数控化率由2022年的80%提升至2025年的98%。"), "figure_differs", "98%"),
    ("an item of a list", line("（1）关键设备数控化率98%；（2）一般固废综合利用率100%。"), "figure_differs", "98%"),
    ("a change in a sentence", line("建成后生产效率较改造前平均提高了 50%。"), "figure_differs", "50%"),
    ("a reduction in a sentence", line("单位产值综合能耗（吨标准煤/万元）下降 12%。"), "figure_differs", "12%"),
    ("percentage points", line("实现产品不良率下降 52 个百分点。"), "figure_differs", "52个百分点"),
    ("a number of things", line("人工智能模型数量为 63 个。"), "figure_differs", "63个"),
    (
        "a table of its own",
        own_table(("序号", "指标", "改造前", "改造后", "目标"), ("1", f"{K01}（%）", "80", "97", "99")),
        "figure_differs",
        "97%",
    ),
    ("a scenario left out", without("能源智能管控"), "scenarios_not_described", ""),
    ("a scenario too many", line("4．数智精益管理（经营管理）"), "scenarios_not_claimed", "数智精益管理"),
    ("a placeholder", line("项目总投资为 ×× 万元。"), "placeholders_left", "××"),
    ("another placeholder", line("本项目由XX公司承建。"), "placeholders_left", "XX"),
    ("a mark of secrecy in the header", header("机密★10年"), "secrecy_mark", "机密"),
    ("a mark on its own line", line("内部资料，注意保密", "第一部分"), "secrecy_mark", "内部资料"),
    ("a telephone", line(f"联系人电话：{TELEPHONE}。"), "personal_number", "138****0001"),
    ("an identity number", line(f"负责人证件：{identity()}。"), "personal_number", f"110***********{identity()[-4:]}"),
]

CLEAN: list[tuple[str, Callable[[Doc], None] | None]] = [
    ("the skeleton as it is", None),
    ("rounded to the digits it shows", line("关键设备数控化率达到 96%，生产效率提升 45%。")),
    ("a share of one", cell(K01, "0.955")),
    ("in per mille", line("关键设备数控化率为 955‰。")),
    ("another name of it", line("使单位产值综合能耗较改造前降低了 21.0%。")),
    ("the word within a sentence", line("内部资料由专人保管，涉及机密的数据分级管理，公司内部审批。")),
    ("kinds of data", own_table(("级别", "数据"), ("机密", "配方"), ("内部", "排产"), ("秘密", "图纸"))),
    ("a workshop's figure", line("一号车间关键设备数控化率达到 99%。")),
    ("a workshop named before", line("冲压车间：生产效率提升 60%。装配车间改造后，生产效率提升 70%。")),
    ("what one system does", line("该模型使生产效率提升 8%，注塑工艺的产品不良率下降 80%。")),
    ("another's", line("标杆企业生产效率提升 70%，我们的供应商关键设备数控化率达到 60%。")),
    ("an aim", line("系统将生产效率提升 60%作为考核目标。")),
    ("the level beside the change", line("全员劳动生产率由 85 万元/人提升至 120 万元/人，提升 41%。")),
    ("a plan", line("到2027年，关键设备数控化率达到 99%。力争生产效率提升 60%。")),
    ("the industry's figure", line("行业平均关键设备数控化率为 60%，生产效率提升至 42.8 件/人。")),
    ("another quantity's", line("成品库存周转率提升 9%，关键设备数控化率不低于 90%，关键设备数控化率 90% 以上。")),
    ("several in one", line("关键设备数控化率、数字化生产设备普及率分别达到 98% 和 12%。")),
    ("earlier years", line("2019年关键设备数控化率为 60%。")),
    ("a sentence on a scenario", line("数智精益管理是下一步的方向，工艺动态优化与质量分析与改进相结合。")),
    ("a code with Xs", line("设备型号为 AXXX-200，编号 91000000MA00000016，序列号 13800000001234。")),
    ("a stamp's hint", cell("企业名称", f"{NAME}（盖章）")),
    ("a wider district", cell("所属区域", "上海市松江区")),
    (
        "columns of something else",
        own_table(("指标", "行业平均", "改造前", "本厂"), (K01, "60%", "80%", "95.5%"), (K08, "20%", "—", "45%")),
    ),
    ("the company by itself", line(f"{NAME}（以下简称“公司”）成立于2001年。", "第一部分")),
    ("a company it works with", line(f"工厂与{OTHER}合作开发系统。", "第一部分")),
]


@pytest.mark.parametrize(("change", "code", "said"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED])
def test_what_was_planted_is_found_and_nothing_else(change: Callable[[Doc], None], code: str, said: str) -> None:
    assert [(finding.code, finding.found) for finding in found(change)] == [(code, said)]


@pytest.mark.parametrize("change", [row[1] for row in CLEAN], ids=[row[0] for row in CLEAN])
def test_nothing_is_invented_on_a_clean_report(change: Callable[[Doc], None] | None) -> None:
    changes = [change] if change else []
    assert [(finding.code, finding.found, finding.where) for finding in found(*changes)] == []


def test_the_report_that_once_passed_is_told_by_both_places_and_both_values() -> None:
    """98, 50 and 12 against 95.5, 45 and 21 in the application, and another company."""
    planted = (cell("企业名称", OTHER), cell(K01, "98 %"), cell(K08, "50 %"), cell(K17, "12 %"))
    said = [i18n.document_finding(finding, "zh")[0] for finding in found(*planted)]
    assert said == [
        f"企业名称：申报书为“{OTHER}”，填报表为“{NAME}”。",
        "关键设备数控化率：申报书为 98%，填报表为 95.5 %。",
        "生产效率提升：申报书为 50%，填报表为 45.0 %。",
        "单位产值综合能耗降低：申报书为 12%，填报表为 21.0 %。",
    ]
    figure = found(*planted)[1]
    assert figure.against
    assert figure.where.cell == (2, 2, 2)
    assert "表 2 第 2 行第 2 列" in i18n.document_place(figure.where, "zh")
    assert i18n.application_place(figure.against, "zh") == "填报表“关键设备数控化率”（指标表（虚构）.xlsx，指标!C5）"
    assert i18n.application_place(figure.against, "en").endswith("(指标表（虚构）.xlsx, 指标!C5)")
    assert "95.5 %" in i18n.document_finding(figure, "en")[0]


def test_one_value_at_several_places_is_one_difference_with_all_of_them() -> None:
    [figure] = found(cell(K01, "98%"), line("工厂关键设备数控化率为 98%。", "第三部分"))
    assert len(figure.where.paragraphs) == 2
    assert figure.where.words.startswith("工厂"), "the first of them"


def texts(finding: DocumentFinding) -> Iterator[str]:
    for lang in ("zh", "en"):
        yield from (*i18n.document_finding(finding, lang), i18n.document_place(finding.where, lang))


def test_a_personal_number_is_nowhere_said_in_full() -> None:
    both = found(line(f"关键设备数控化率达到 98%，联系电话 {TELEPHONE}"))
    assert [finding.code for finding in both] == ["figure_differs", "personal_number"]
    assert not any(TELEPHONE in said for finding in both for said in texts(finding))


def test_scenarios_are_named_in_the_language_of_the_reader() -> None:
    [missing] = found(without("能源智能管控"))
    assert "能源智能管控" in i18n.document_finding(missing, "zh")[0]
    assert catalogue().scenario("能源智能管控").name.en in i18n.document_finding(missing, "en")[0]


def test_without_an_application_nothing_is_compared() -> None:
    document = docx.Document(io.BytesIO(skeleton()))
    cell(K01, "98 %")(document)
    assert check_report("a.docx", saved(document)).differences == ()
