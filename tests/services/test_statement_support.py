"""What stands beside statements: the list of core equipment and software, and files; who writes and who reads them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.files.limits import application_limits
from kpi.model.claims import CoreTechnology
from kpi.services import statement_support
from kpi.services.conditions import StatementInput, state_conditions
from kpi.services.operation.unnamed_originals import unnamed_originals
from kpi.services.operation.verification import verify_store
from kpi.services.statement_support import (
    LONGEST_NAME,
    MOST_ROWS,
    attach_statement_file,
    list_technology,
    own_support,
    statement_file,
    support_to_read,
)
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, LEADER, OTHER_REVIEWER, REVIEWER, A, B
from tests.services.submitting import YEAR, accepted, lock_as_it_stands, say_no_conflict

MACHINE = CoreTechnology("equipment", "数控机床（虚构）", "演示机床厂（虚构）", "domestic")
SYSTEM = CoreTechnology("software", "排程系统（虚构）", "", "own")
FOREIGN = CoreTechnology("operating_system", "控制系统（虚构）", "境外厂商（虚构）", "imported")
BLANK = CoreTechnology("", "", "", "")  # type: ignore[arg-type]
ON = (CODE_A, YEAR)
SENT = ("信用报告（虚构）.pdf", b"first")


@pytest.fixture
def draft(store: Store) -> Store:
    """A's application accepted and not locked, with one statement."""
    accepted(store, A, CODE_A)
    state_conditions(store, A, *ON, {"good_credit": StatementInput(True, "信用报告（虚构）")}, AT)
    return store


def acts(store: Store, action: str) -> list[tuple[dict | None, dict | None]]:
    with store.cursor() as cursor:
        found = [act for act in tables.audit.audit_entries(cursor) if act.action == action]
    return [(act.before and json.loads(act.before), act.after and json.loads(act.after)) for act in found]


def locked(store: Store) -> Store:
    lock_as_it_stands(store, A, *ON, AT)
    say_no_conflict(store)
    return store


def test_the_list_is_replaced_as_a_whole_in_its_order_and_again_leaves_no_trace(draft: Store) -> None:
    assert list_technology(draft, A, *ON, [MACHINE, BLANK, SYSTEM], AT)
    assert list_technology(draft, A, *ON, [FOREIGN, MACHINE], AT)
    assert not list_technology(draft, A, *ON, [FOREIGN, MACHINE], AT)
    kept = own_support(draft, A, *ON).technology
    assert (kept.rows, kept.written_by, kept.written_at) == ((FOREIGN, MACHINE), "a", AT)
    assert [(before["items"], after["items"]) for before, after in acts(draft, "technology_listed")] == [(0, 2), (2, 2)]
    assert "机床" not in str(acts(draft, "technology_listed"))
    assert verify_store(draft).sound


def test_a_colleagues_change_is_not_overwritten_unless_it_is_known_or_the_same(draft: Store) -> None:
    list_technology(draft, A, *ON, [MACHINE])
    with pytest.raises(UserError, match="technology_changed"):
        list_technology(draft, A, *ON, [SYSTEM], seen=[])
    assert own_support(draft, A, *ON).technology.rows == (MACHINE,)
    assert not list_technology(draft, A, *ON, [MACHINE], seen=[])
    assert list_technology(draft, A, *ON, [SYSTEM], seen=[MACHINE])
    assert list_technology(draft, A, *ON, [], seen=[SYSTEM])
    assert own_support(draft, A, *ON).technology.rows == ()


@pytest.mark.parametrize(
    "faulty",
    [
        replace(MACHINE, kind="other"),  # type: ignore[arg-type]
        replace(MACHINE, source=""),  # type: ignore[arg-type]
        replace(MACHINE, name=" \u200b "),
        replace(FOREIGN, maker=""),
    ],
)
def test_each_row_is_complete_and_own_development_alone_needs_no_maker(draft: Store, faulty: CoreTechnology) -> None:
    with pytest.raises(UserError, match="technology_incomplete") as error:
        list_technology(draft, A, *ON, [SYSTEM, faulty, faulty])
    assert error.value.params == {"row": 2, "count": 2}
    assert own_support(draft, A, *ON).technology.rows == ()


def test_a_list_has_an_end_and_its_words_are_one_line(draft: Store) -> None:
    with pytest.raises(UserError, match="technology_too_long"):
        list_technology(draft, A, *ON, [MACHINE] * (MOST_ROWS + 1))
    list_technology(draft, A, *ON, [replace(MACHINE, name="第\n一\u202e台" + "长" * 300)] * MOST_ROWS)
    [name] = {row.name for row in own_support(draft, A, *ON).technology.rows}
    assert name.startswith("第 一台长")
    assert len(name) == LONGEST_NAME


def test_a_notice_that_asks_for_no_list_takes_none(draft: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    without = replace(catalogue(), conditions=())
    monkeypatch.setattr(statement_support, "catalogue", lambda: without)
    with pytest.raises(NotFound):
        list_technology(draft, A, *ON, [MACHINE])


def test_the_latest_file_of_a_stated_condition_stands_and_all_are_kept(draft: Store) -> None:
    attach_statement_file(draft, A, *ON, "good_credit", SENT, AT)
    attach_statement_file(draft, A, *ON, "good_credit", ("第二份（虚构）.docx", b"second"), AT - timedelta(hours=1))
    [file] = own_support(draft, A, *ON).files.values()
    assert (file.condition, file.file_name, file.attached_by) == ("good_credit", "第二份（虚构）.docx", "a")
    with draft.cursor() as cursor:
        assert unnamed_originals(draft, cursor, AT + timedelta(days=36_500)) == []
    assert verify_store(draft).sound
    assert len(acts(draft, "statement_file_attached")) == 2
    state_conditions(draft, A, *ON, {"good_credit": StatementInput(None)})
    assert not own_support(draft, A, *ON).files, "no statement, no file beside it"


def test_a_file_needs_its_statement_and_has_the_limit_of_every_upload(draft: Store) -> None:
    originals = draft.folder.originals()
    with pytest.raises(UserError, match="file_before_statement"):
        attach_statement_file(draft, A, *ON, "no_secrets", SENT)
    with pytest.raises(NotFound):
        attach_statement_file(draft, A, *ON, "industry_leader", SENT)
    with pytest.raises(UserError, match="evidence_too_large"):
        attach_statement_file(draft, A, *ON, "good_credit", ("x", bytes(application_limits().file_bytes + 1)))
    assert draft.folder.originals() == originals


def test_once_locked_nothing_is_written(draft: Store) -> None:
    locked(draft)
    with pytest.raises(UserError, match="already_locked"):
        list_technology(draft, A, *ON, [MACHINE])
    with pytest.raises(UserError, match="already_locked"):
        attach_statement_file(draft, A, *ON, "good_credit", SENT)


def test_whoever_rules_reads_list_and_file_and_nobody_else(draft: Store) -> None:
    list_technology(draft, A, *ON, [MACHINE])
    attach_statement_file(draft, A, *ON, "good_credit", SENT, AT)
    with pytest.raises(NotFound):
        support_to_read(draft, ADMINISTRATOR, *ON)
    locked(draft)
    for viewer in (REVIEWER, ADMINISTRATOR, LEADER):
        support = support_to_read(draft, viewer, *ON)
        assert support.technology.rows == (MACHINE,)
        name, path = statement_file(draft, viewer, *ON, support.files["good_credit"].upload)
        assert (name, path.read_bytes()) == SENT
    upload = support.files["good_credit"].upload
    for stranger in (OTHER_REVIEWER, B, None):
        with pytest.raises(NotFound):
            statement_file(draft, stranger, *ON, upload)
    with draft.cursor() as cursor:
        other = next(sent.id for sent in tables.applications.uploads(cursor, "a", None) if sent.id != upload)
    with pytest.raises(NotFound):
        statement_file(draft, REVIEWER, *ON, other)
