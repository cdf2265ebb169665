"""Credit codes with like names: asked, answered with a reason, and joined over the years only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kpi.errors import NotFound, UserError
from kpi.model.viewer import Viewer
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.administrator.register import take_in_register
from kpi.services.administrator.same_enterprises import answer_like_names, like_names
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.factory_years import body_years, candidate_years, own_years
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.services.sample_store import (
    ADMINISTRATOR,
    CODE_A,
    CODE_B,
    LEADER,
    OTHER_REVIEWER,
    REVIEWER,
    A,
    B,
    file_of,
)
from tests.services.submitting import lock_as_it_stands, say_no_conflict

IN_2026 = datetime(2026, 6, 1, 8, tzinfo=UTC)
PAIR = (CODE_A, CODE_B)
NAME = "演示企业001（虚构）"


def applied(store: Store, code: str, year: int, name: str = NAME) -> None:
    viewer = A if code == CODE_A else B
    data = file_of(code, "45", year).decode("gb18030").replace(NAME, name).encode("gb18030")
    accept_application(store, viewer, receive_file(store, viewer, "a.csv", data))
    lock_as_it_stands(store, viewer, code, year, IN_2026)


@pytest.fixture
def moved(store: Store) -> Store:
    """An enterprise of one name under two codes, a year each: a new licence, or another enterprise."""
    applied(store, CODE_A, 2025)
    applied(store, CODE_B, 2026)
    say_no_conflict(store)
    return store


OF_BOTH = replace(B, scope=PAIR)
"""An account that the enterprise's two codes were given to."""


def codes_joined(store: Store, viewer: Viewer = OF_BOTH) -> list[tuple[int, str]]:
    return [(year.year, year.credit_code) for year in own_years(store, viewer, CODE_B).years]


def asked_on_home(store: Store) -> bool:
    return any(to_do.code == "like_names_open" for to_do in administrator_to_dos(store, ADMINISTRATOR))


def test_nothing_is_joined_until_it_is_answered_and_then_for_each_reader(moved: Store) -> None:
    [pair] = like_names(moved, ADMINISTRATOR)
    assert (pair.codes, pair.answer) == (PAIR, None)
    assert asked_on_home(moved)
    assert codes_joined(moved) == [(2026, CODE_B)]
    with pytest.raises(UserError, match="reason_needed"):
        answer_like_names(moved, ADMINISTRATOR, PAIR, "same", " ")
    answer_like_names(moved, ADMINISTRATOR, PAIR, "same", "换发营业执照（虚构）")
    both = [(2025, CODE_A), (2026, CODE_B)]
    assert codes_joined(moved) == both
    assert codes_joined(moved, B) == [(2026, CODE_B)], "an answer opens no values to an account"
    assert not asked_on_home(moved)
    for ask, viewer in ((candidate_years, REVIEWER), (body_years, LEADER)):
        assert [(year.year, year.credit_code) for year in ask(moved, viewer, CODE_B).years] == both
    with pytest.raises(NotFound):
        candidate_years(moved, OTHER_REVIEWER, CODE_B)
    [known] = like_names(moved, ADMINISTRATOR)
    assert known.answer is not None
    assert (known.answer.written_by, known.answer.reason) == ("administrator", "换发营业执照（虚构）")
    with pytest.raises(UserError, match="changed_since_read"):
        answer_like_names(moved, ADMINISTRATOR, PAIR, "other", "看错了（虚构）")
    answer_like_names(moved, ADMINISTRATOR, PAIR, "other", "看错了（虚构）", seen=known.answer)
    assert codes_joined(moved) == [(2026, CODE_B)]


def test_a_reviewer_with_a_conflict_reads_the_years_of_the_other_code_alone(moved: Store) -> None:
    answer_like_names(moved, ADMINISTRATOR, PAIR, "same", "换发营业执照（虚构）")
    found = candidate_years(moved, replace(REVIEWER, barred=(CODE_A,)), CODE_B)
    assert [year.credit_code for year in found.years] == [CODE_B]


def test_names_without_their_legal_form_are_near_and_two_of_one_list_are_two(store: Store) -> None:
    applied(store, CODE_A, 2025, "演示宏图机床（虚构）")
    third, fourth = credit_code(8_000_003), credit_code(8_000_004)
    rows = [(third, "演示宏图机床有限公司（虚构）"), (fourth, "演示长风电子有限公司（虚构）")]
    table = "credit_code,name,industry\n" + "".join(f"{code},{name},高端装备\n" for code, name in rows)
    take_in_register(store, ADMINISTRATOR, 2026, "r.csv", table.encode())
    assert [pair.codes for pair in like_names(store, ADMINISTRATOR)] == [(CODE_A, third)]
    assert like_names(store, replace(ADMINISTRATOR, barred=(third,))) == [], "a conflict of interest"
    table += f"{CODE_A},演示宏图机床（虚构）,高端装备\n"
    take_in_register(store, ADMINISTRATOR, 2026, "r.csv", table.encode())
    assert like_names(store, ADMINISTRATOR) == [], "the register knows them for two"


def test_nobody_answers_what_is_not_asked(store: Store) -> None:
    with pytest.raises(NotFound):
        answer_like_names(store, ADMINISTRATOR, PAIR, "same", "演示（虚构）")
