"""An administrator's page of rounds while a colleague works on the same one: nothing pressed is lost without a word."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import FileUploader, NumberInput

from kpi import tables
from kpi.catalogue.schema import DATA
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.services.administrator.accounts import disable_account
from kpi.services.administrator.rounds import (
    assign_reviewers,
    assignment_board,
    open_round,
    round_standings,
    set_score_sheet,
    start_round,
)
from kpi.services.operation.authentication import hash_password
from kpi.services.reviewer.scores import own_score_sheet, save_score
from tests.pages.app_runs import Office, opened, strings, without_rounds
from tests.services.sample_store import ADMINISTRATOR
from tests.services.service_calls import OTHER_SHEET, whole_score

pytestmark = pytest.mark.slow

INDUSTRY, YEAR = "汽车", 2025
SECOND = Viewer("second", "演示评审员乙", "reviewer", (INDUSTRY,))


@pytest.fixture
def panel(copied_office: Office) -> Office:
    """A second reviewer, no round of the demonstration's, and an administrator who reads."""
    copied_office.sit("administrator")
    with copied_office.store.transaction() as cursor:
        without_rounds(cursor)
        password = hash_password("right horse")
        tables.accounts.insert_account(
            cursor, SECOND.account, SECOND.name, "reviewer", (INDUSTRY,), password, True, now()
        )
    return copied_office


@pytest.fixture
def a_round(panel: Office) -> str:
    return open_round(panel.store, ADMINISTRATOR, YEAR, INDUSTRY, "material")


def first_candidate(office: Office, name: str) -> str:
    return next(iter(assignment_board(office.store, ADMINISTRATOR, name).assigned))


def assigned(office: Office, name: str) -> tuple[str, ...]:
    return assignment_board(office.store, ADMINISTRATOR, name).assigned[first_candidate(office, name)]


def chosen(test: AppTest) -> list[str]:
    return next(item for item in test.multiselect if (item.key or "").startswith("assign-")).value


def press(test: AppTest, label: str) -> str:
    next(item for item in test.button if item.label == text(f"page.scoring.{label}", "zh")).click().run()
    assert not test.exception
    return "\n".join(strings(test))


def test_reviewers_assigned_after_a_colleagues_are_refused_in_words_and_stay_chosen(
    panel: Office, a_round: str
) -> None:
    test = opened("scoring")
    next(item for item in test.multiselect if item.label == text("page.scoring.column_reviewers", "zh")).set_value(
        ["reviewer"]
    )
    code = first_candidate(panel, a_round)
    assign_reviewers(panel.store, ADMINISTRATOR, a_round, {code: ["second"]})
    said = press(test, "assign_save")
    # On the page and over it: on a phone the form fills the window.
    assert said.count(text("error.assignment_changed.message", "zh")) == 2
    assert assigned(panel, a_round) == ("second",)
    # What was chosen is still chosen: pressed once more, it holds.
    assert chosen(test) == ["reviewer"]
    assert text("page.scoring.assigned", "zh") in press(test, "assign_save")
    assert assigned(panel, a_round) == ("reviewer",)


def test_what_a_colleague_assigned_is_what_the_form_begins_with_when_nothing_was_pressed(
    panel: Office, a_round: str
) -> None:
    test = opened("scoring")
    code = first_candidate(panel, a_round)
    assign_reviewers(panel.store, ADMINISTRATOR, a_round, {code: ["second"]})
    assert chosen(test.run()) == ["second"]


def test_reviewers_assigned_in_a_round_that_is_over_by_then_are_refused_in_words(panel: Office, a_round: str) -> None:
    test = opened("scoring")
    next(item for item in test.multiselect if item.label == text("page.scoring.column_reviewers", "zh")).set_value(
        ["reviewer"]
    )
    open_round(panel.store, ADMINISTRATOR, YEAR, INDUSTRY, "material")
    assert text("error.round_followed.message", "zh") in press(test, "assign_save")


def sent_sheet(test: AppTest) -> FileUploader:
    [field] = [item for item in test.file_uploader if (item.key or "").startswith("sheet-file-")]
    return field


def edition(office: Office, name: str) -> int:
    return next(
        standing.edition for standing in round_standings(office.store, ADMINISTRATOR) if standing.round.id == name
    )


def test_a_sheet_that_replaces_one_after_a_colleagues_is_refused_in_words_and_stays_chosen(
    panel: Office, a_round: str
) -> None:
    test = opened("scoring")
    sheet = (DATA / "scoring" / "2025-01-01-score-sheet.toml").read_bytes()
    sent_sheet(test).set_value(("评分表（虚构）.toml", sheet, "application/toml"))
    set_score_sheet(panel.store, ADMINISTRATOR, a_round, 1, ("sheet.toml", OTHER_SHEET))
    assert text("error.score_sheet_changed.message", "zh") in press(test, "replace")
    assert edition(panel, a_round) == 2
    assert sent_sheet(test).value is not None
    assert text("page.scoring.replaced", "zh") in press(test, "replace")
    assert edition(panel, a_round) == 3


def test_a_sheet_replaced_after_the_first_hand_in_is_refused_in_words(panel: Office, a_round: str) -> None:
    code = first_candidate(panel, a_round)
    assign_reviewers(panel.store, ADMINISTRATOR, a_round, {code: ["reviewer", "second"]})
    start_round(panel.store, ADMINISTRATOR, a_round)
    test = opened("scoring")
    seen = own_score_sheet(panel.store, SECOND, a_round, code).seen
    save_score(panel.store, SECOND, a_round, code, seen, whole_score("material", 3), hand_in=True)
    assert text("error.score_sheet_frozen.message", "zh") in press(test, "replace")
    assert text("page.scoring.stuck", "zh", count=1) not in "\n".join(strings(test))
    disable_account(panel.store, ADMINISTRATOR, "reviewer")
    assert text("page.scoring.stuck", "zh", count=1) in "\n".join(strings(test.run())), "who is waited for in vain"
    assert edition(panel, a_round) == 1


def fill_in_a_round(test: AppTest) -> AppTest:
    """Neither of the industry nor of the occasion that the form offers first, and ticked."""
    next(item for item in test.selectbox if item.label == text("page.scoring.cell", "zh")).set_value((YEAR, INDUSTRY))
    next(item for item in test.selectbox if item.label == text("page.scoring.occasion", "zh")).set_value(
        "defence"
    ).run()
    [sure] = [item for item in test.checkbox if "open-round" in (item.key or "")]
    for named in (str(YEAR), INDUSTRY, text("scoring.occasion.defence", "zh")):
        assert named in sure.label
    sure.check()
    return test


def rounds(office: Office) -> list[int]:
    """The numbers of the rounds of defence, the latest first."""
    return [
        standing.round.number
        for standing in round_standings(office.store, ADMINISTRATOR)
        if standing.round.occasion == "defence"
    ]


def test_a_round_opened_after_a_colleagues_is_refused_in_words_and_stays_as_entered(panel: Office) -> None:
    """It closed the colleague's without a word."""
    test = fill_in_a_round(opened("scoring"))
    open_round(panel.store, ADMINISTRATOR, YEAR, INDUSTRY, "defence")
    said = press(test, "open")
    assert said.count(text("error.round_opened_meanwhile.message", "zh", number=1)) == 2
    assert rounds(panel) == [1]
    # What was chosen is still chosen, the tick alone is asked for again: then it is opened knowing of the other.
    assert next(item for item in test.selectbox if item.label == text("page.scoring.occasion", "zh")).value == "defence"
    assert text("page.scoring.not_sure", "zh") in press(test, "open")
    assert rounds(panel) == [1]
    assert text("page.scoring.opened", "zh") in press(fill_in_a_round(test), "open")
    assert rounds(panel) == [2, 1]


def test_a_round_opened_after_a_colleagues_of_another_occasion_is_opened(panel: Office) -> None:
    test = fill_in_a_round(opened("scoring"))
    open_round(panel.store, ADMINISTRATOR, YEAR, INDUSTRY, "on_site")
    assert text("page.scoring.opened", "zh") in press(test, "open")
    assert rounds(panel) == [1]


def test_a_round_is_not_started_with_reviewers_that_were_not_read(panel: Office, a_round: str) -> None:
    """As many as were read: the question was the same."""
    code = first_candidate(panel, a_round)
    assign_reviewers(panel.store, ADMINISTRATOR, a_round, {code: ["reviewer"]})
    test = opened("scoring")
    assign_reviewers(panel.store, ADMINISTRATOR, a_round, {code: ["second"]})
    assert text("error.asked_no_more.message", "zh") in press(test, "start")
    assert text("page.scoring.state_prepared", "zh") in "\n".join(strings(test))
    assert text("page.scoring.started", "zh") in press(test, "start")


def test_reviewers_drawn_in_a_round_that_is_over_by_then_are_refused_in_words(panel: Office, a_round: str) -> None:
    """The press was lost: the page that was drawn next had no such form."""
    test = opened("scoring")
    open_round(panel.store, ADMINISTRATOR, YEAR, INDUSTRY, "material")
    assert press(test, "draw").count(text("error.round_followed.message", "zh")) == 2
    assert assigned(panel, a_round) == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_round_that_is_over_is_named_in_words_for_who_scores_and_for_who_draws(lang: Lang) -> None:
    """The words for who drew reviewers were those for scoring."""
    said = text("error.round_followed.message", lang) + text("error.round_followed.remedy", lang)
    assert not re.search({"zh": "请在最新一轮中评分|不能再评分", "en": "Score in|nothing can be scored"}[lang], said)


def test_reviewers_drawn_are_those_asked_for_and_a_refused_draw_stays_as_entered(panel: Office, a_round: str) -> None:
    def many() -> NumberInput:
        return next(item for item in test.number_input if item.label == text("page.scoring.per_candidate", "zh"))

    test = opened("scoring")
    many().set_value(20)
    refused = text("error.too_few_reviewers.remedy", "zh")
    assert refused in press(test, "draw")
    assert many().value == 20
    many().set_value(2)
    said = press(test, "draw")
    assert text("page.scoring.drawn", "zh") in said
    assert refused not in said
    assert len(assigned(panel, a_round)) == 2


@pytest.mark.usefixtures("a_round")
def test_how_a_round_stands_begins_with_a_capital_where_it_stands_alone() -> None:
    assert '<p class="kpi-clause">Not started</p>' in strings(opened("scoring", "en"))


def test_two_reviewers_of_one_name_can_each_be_chosen(panel: Office, a_round: str) -> None:
    """The browser sends back names: whoever was chosen, the last of that name was assigned."""
    with panel.store.transaction() as cursor:
        cursor.execute("update account set display = '王伟（虚构）' where name in ('reviewer', 'second')")
    test = opened("scoring")
    for word in ("reviewer", "second"):
        next(
            field for field in test.multiselect if field.label == text("page.scoring.column_reviewers", "zh")
        ).set_value([word])
        press(test, "assign_save")
        assert assigned(panel, a_round) == (word,)
    assert f"王伟（虚构） ({SECOND.account})" in "\n".join(strings(test))


def _two_rounds() -> None:
    from pages.widgets.picker import pick_option

    names = {"one": "2025 年度 汽车", "other": "2025 年度 高端装备 · 专家现场评估（第 1 轮） · <尚未开始>"}
    pick_option("轮次", list(names), "which", names.__getitem__)


def test_a_name_that_a_telephones_field_cuts_off_stands_below_it() -> None:
    test = AppTest.from_function(_two_rounds).run()
    assert "kpi-full-name" not in "\n".join(strings(test))
    test.selectbox[0].set_value("other").run()
    assert "&lt;尚未开始&gt;</p>" in next(string for string in strings(test) if "kpi-full-name" in string)
