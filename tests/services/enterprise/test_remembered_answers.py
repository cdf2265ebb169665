"""What was answered for one file is proposed for the next, and never applied to it."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from kpi.intake.answers import NO_ANSWERS
from kpi.intake.settings import sample
from kpi.model.viewer import SYSTEM
from kpi.services.enterprise.drafts import discard_draft
from kpi.services.enterprise.sheets import create_sheet
from kpi.services.enterprise.uploads import (
    ReceivedFile,
    answer_questions,
    forget_answers,
    kpi_readings,
    read_again,
    receive_file,
)
from kpi.services.operation.upgrade import upgrade_store
from kpi.store.store import Store
from tests.services.sample_store import AT, CODE_A, A

YEAR = 2025
OLDER = Path(__file__).resolve().parents[2] / "store" / "older" / "version-22.tar.xz"


def table(k01: object, k08: object, k11: object, code: str = CODE_A) -> bytes:
    """A table of the factory's own; its figures as decimals or percentages."""
    head = "统一社会信用代码,所属行业,年度,关键设备数控化率,生产效率提升,设备综合利用率提升"
    return f"{head}\n{code},高端装备,{YEAR},{k01},{k08},{k11}\n".encode()


DECIMALS, PERCENTAGES, NEXT_DECIMALS = table(0.955, 0.45, 0.24), table(95.5, 45, 24), table(0.91, 0.4, 0.2)


def answered(store: Store, sent: ReceivedFile) -> ReceivedFile:
    answers = sent.answers
    for question in sent.reading.questions:
        answers = answers.give(question, question.proposal)
    return answer_questions(store, A, sent.upload, answers)


@pytest.fixture
def after_decimals(store: Store) -> Store:
    """An enterprise whose last table held decimals, answered and made a sheet of."""
    create_sheet(store, A, answered(store, receive_file(store, A, "a.csv", DECIMALS)), 0, CODE_A, YEAR)
    return store


def values(sent: ReceivedFile) -> dict[str, float | None]:
    return {code: value.value for code, value in sent.reading.applications[0].values.items() if value.value is not None}


def test_a_table_in_percent_is_not_read_by_the_answers_for_one_in_decimals(after_decimals: Store) -> None:
    sent = receive_file(after_decimals, A, "b.csv", PERCENTAGES)
    assert (values(sent)["K01"], values(sent)["K08"]) == (95.5, 45.0)
    assert sent.answers == NO_ANSWERS
    assert [question.topic for question in sent.reading.questions] == ["basis"], "the basis, too, is asked again"


def test_the_next_table_of_the_layout_has_them_as_proposals_with_their_source(after_decimals: Store) -> None:
    sent = receive_file(after_decimals, A, "b.csv", NEXT_DECIMALS)
    presets = {(question.topic, question.key): question.preset for question in sent.reading.questions}
    assert presets[("unit", "关键设备数控化率")] == "fraction"
    assert presets[("basis", "设备综合利用率提升")] == "relative"
    assert all(question.remembered for question in sent.reading.questions)
    assert (sent.remembered.confirmed_by, sent.remembered.confirmed_at is not None) == (A.account, True)
    assert not sent.usable


def test_a_remembered_unit_against_which_the_numbers_speak_is_no_proposal(store: Store) -> None:
    sent = receive_file(store, A, "a.csv", DECIMALS)
    answers = NO_ANSWERS
    for question in sent.reading.questions:
        answers = answers.give(question, "percent" if question.topic == "unit" else question.proposal)
    create_sheet(store, A, answer_questions(store, A, sent.upload, answers), 0, CODE_A, YEAR)
    later = receive_file(store, A, "b.csv", NEXT_DECIMALS)
    assert {question.remembered for question in later.reading.questions if question.topic == "unit"} == {None}


def test_answers_of_a_file_hold_for_its_bytes_and_outlast_a_refresh(store: Store) -> None:
    sent = answered(store, receive_file(store, A, "a.csv", DECIMALS))
    assert read_again(store, A, sent.upload) == sent
    assert receive_file(store, A, "again.csv", DECIMALS).answers == sent.answers


def test_forgotten_answers_are_proposed_no_more(after_decimals: Store) -> None:
    forget_answers(after_decimals, A)
    sent = receive_file(after_decimals, A, "b.csv", NEXT_DECIMALS)
    assert {question.remembered for question in sent.reading.questions} == {None}


def test_who_discards_a_draft_is_asked_again(after_decimals: Store) -> None:
    discard_draft(after_decimals, A, CODE_A, YEAR)
    sent = receive_file(after_decimals, A, "a.csv", DECIMALS)
    assert (sent.answers, {question.remembered for question in sent.reading.questions}) == (NO_ANSWERS, {None})
    assert len(sent.reading.questions) == 4


@pytest.mark.folder_store("an older one is upgraded, and the archive holds its folder")
def test_what_an_older_store_applied_becomes_a_proposal(tmp_path: Path) -> None:
    with tarfile.open(OLDER) as archive:
        archive.extractall(tmp_path / "s", filter="data")
    (tmp_path / "s").chmod(0o700)
    upgrade_store(tmp_path / "s", SYSTEM, AT)
    with Store.open(tmp_path / "s") as store:
        from kpi import tables

        with store.cursor() as cursor:
            account = tables.accounts.account_named(cursor, "enterprise")
        assert account is not None
        viewer = account.viewer
        assert receive_file(store, viewer, "own-table.xlsx", sample("own_table")).usable, "its own file is answered"
        other = table(0.955, 0.45, 0.24, viewer.scope[0])
        sent = receive_file(store, viewer, "b.csv", other)
        asked = {(question.topic, question.key): question.remembered for question in sent.reading.questions}
        assert asked[("unit", "关键设备数控化率")] == "fraction"
        assert asked[("basis", "设备综合利用率提升")] == "relative"


def test_readings_show_cell_text_and_what_would_become_of_it(store: Store) -> None:
    sent = receive_file(store, A, "a.csv", DECIMALS)
    shown = {reading.kpi: reading for reading in kpi_readings(store, A, sent.upload, 0)}
    first, third = shown["K01"], shown["K11"]
    assert (str(first.cell), first.text, first.change, first.value) == ("D2", "0.955", "times_100", 95.5)
    assert (first.state, third.state, third.value, shown["K02"].state) == ("asked", "asked", None, "absent")
    done = answered(store, sent)
    assert {reading.state for reading in kpi_readings(store, A, done.upload, 0)} == {"certain", "absent"}
