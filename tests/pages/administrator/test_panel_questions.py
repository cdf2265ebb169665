"""What the import page asks of a panel's file, and the recipe that its answers make."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.baseline.panel import PanelReading, read_panel
from kpi.baseline.recipe import PanelRecipe
from kpi.i18n import text
from kpi.services.preparation import InvalidPanel
from tests.benchmark.panels import credit_code
from tests.pages.app_runs import RUN_SECONDS, strings

REGION = "江苏省"


def _page(sent: object, desk: object, refused: object) -> None:
    from pages.administrator.parts.panel_import import show_refusal

    show_refusal(None, sent, desk, refused)


@pytest.fixture(autouse=True)
def without_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.administrator.parts.panel_reading.offer_data", lambda *_, **__: None)


class Import:
    """A file on the page: each press reads it again, as the page's desk does."""

    def __init__(self, *lines: str, recipe: PanelRecipe | None = None) -> None:
        self.data = "\n".join(lines).encode()
        self.desk = SimpleNamespace(recipe=recipe, check=self._check)
        self.sent = SimpleNamespace(key="x", recipe=None, incoming=SimpleNamespace(data=self.data, file_name="p.csv"))
        self.reading = self._read()

    def _check(self, _context: object, _sent: object, recipe: PanelRecipe | None) -> None:
        self.desk.recipe = recipe
        self.reading = self._read()

    def _read(self) -> PanelReading:
        return read_panel("p.csv", self.data, REGION, self.desk.recipe)

    def page(self) -> AppTest:
        refused = InvalidPanel(self.reading.problems, self.reading.shape)
        args = (self.sent, self.desk, refused)
        test = AppTest.from_function(_page, default_timeout=RUN_SECONDS, args=args).run()
        assert not test.exception, test.exception
        return test


def press(test: AppTest, key: str = "panel_questions.confirm") -> AppTest:
    [button] = [item for item in test.button if item.label == text(f"page.{key}", "zh")]
    return button.click().run()


def named(fields: Any, words: str) -> Any:
    [found] = [field for field in fields if words in field.label.replace("\\", "")]
    return found


def rows(*cells: str) -> list[str]:
    return [f"{credit_code(number)},,汽车,{line}" for number, line in enumerate(cells, 1)]


def test_a_known_word_is_ticked_a_mark_is_not_and_is_a_fault_until_it_is() -> None:
    sent = Import("credit_code,group,industry,K01,K08", *rows("暂缺,-", "暂缺,-", "5,-", "6,1"))
    page = sent.page()
    assert named(page.checkbox, "暂缺").value
    assert not named(page.checkbox, "“-”").value
    said = "\n".join(strings(page))
    # Three equal faults are one line with their cells.
    assert "E2、E3、E4" in said
    assert "第 2、3、4 行第 E 列" in said
    assert said.count(text("problem.panel_not_a_number.remedy", "zh")) == 1
    page = named(page.checkbox, "“-”").check().run()
    assert text("problem.panel_not_a_number.remedy", "zh") not in "\n".join(strings(page))
    press(page)
    assert sent.reading.problems == ()
    assert sent.reading.rows.blanked == {"暂缺": 2, "-": 3}
    assert sent.desk.recipe.confirmed_for == hashlib.sha256(sent.data).hexdigest()


def test_a_header_in_fractions_is_read_times_a_hundred_once_it_is_confirmed() -> None:
    sent = Import("credit_code,group,industry,关键设备数控化率（小数）,K08", *rows("0.35,1"))
    page = sent.page()
    assert named(page.selectbox, "（小数）").value == "K01"
    press(page)
    assert sent.reading.problems == ()
    assert sent.reading.records["value"].tolist() == [35, 1]


@pytest.mark.parametrize(("answer", "value"), [("fraction", 3520), ("percent", 35.2)])
def test_a_recipes_fractions_that_the_file_contradicts_are_asked_and_nothing_goes_on_without_the_answer(
    answer: str, value: float
) -> None:
    recipe = PanelRecipe(name="去年", fractions=("K07",))
    sent = Import("credit_code,group,industry,销售增长率,K08", *rows("35.2,1"), recipe=recipe)
    page = sent.page()
    assert page.radio[0].value is None
    page = press(page)
    assert text("page.panel_questions.unit_open", "zh") in "\n".join(strings(page))
    assert sent.desk.recipe == recipe
    page.radio[0].set_value(answer)
    press(page)
    assert sent.reading.problems == ()
    assert sent.reading.records["value"].tolist() == [value, 1]


def test_a_number_that_a_recipe_takes_for_nothing_is_a_value_unless_it_is_ticked() -> None:
    sent = Import(
        "credit_code,group,industry,K05,K08",
        *rows("0,1", "2,暂缺"),
        recipe=PanelRecipe(name="去年", blanks=("0", "暂缺")),
    )
    page = sent.page()
    assert not named(page.checkbox, "“0”").value
    press(page)
    assert sent.reading.problems == ()
    assert sent.reading.records["value"].tolist() == [0, 1, 2]
    assert sent.desk.recipe.blanks == ("暂缺",)


def test_bases_without_a_column_are_one_question_and_the_header_may_state_one() -> None:
    header = "credit_code,group,industry,资源综合利用率提升,产品不良率下降（百分点）,设备综合利用率提升"
    sent = Import(header, *rows("1,2,3"))
    page = sent.page()
    assert named(page.selectbox, "K10").value == "points"
    page.radio[0].set_value("relative")
    press(page)
    assert sent.reading.problems == ()
    assert sent.reading.records["basis"].tolist() == ["relative", "points", "relative"]


def test_two_columns_that_say_the_same_and_one_without_a_name_are_asked() -> None:
    sent = Import("credit_code,group,industry,K08,生产效率提升,", *rows("1,2,x"))
    page = sent.page()
    assert named(page.selectbox, "E1“生产效率提升”").value is None
    assert named(page.selectbox, text("page.panel_questions.no_header", "zh")).value is None
    named(page.checkbox, text("page.panel_questions.rest", "zh")).check()
    press(page)
    assert sent.reading.problems == ()
    assert sent.reading.records["value"].tolist() == [1]


def test_next_years_file_of_the_same_layout_asks_nothing_and_of_another_asks_what_is_new() -> None:
    sent = Import("企业代码,集团名称,行业,产线数字化,K08", *rows("35,1"))
    page = sent.page()
    named(page.selectbox, "企业代码").set_value("credit_code")
    named(page.selectbox, "产线数字化").set_value("K01")
    press(page)
    assert sent.reading.problems == ()
    recipe = sent.desk.recipe.without_repairs()
    same = Import("企业代码,集团名称,行业,产线数字化,K08", *rows("36,2"), recipe=recipe)
    assert same.reading.problems == ()
    other = Import("企业代码,集团名称,行业,产线数字化（条）,K08", *rows("36,2"), recipe=recipe)
    assert {problem.code for problem in other.reading.problems} == {"panel_unknown_column", "recipe_column_missing"}
    page = other.page()
    named(page.selectbox, "产线数字化（条）").set_value("K01")
    press(page)
    assert other.reading.problems == ()
