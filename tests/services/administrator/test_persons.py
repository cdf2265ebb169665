"""A person is found wherever it is named, handed over, corrected and erased; what must stay stays, all stays proved."""

from __future__ import annotations

import json
from fnmatch import fnmatch

import pytest

from kpi import tables
from kpi.errors import UserError
from kpi.model.application import load_application
from kpi.services.administrator.persons import (
    ERASED,
    correct_person,
    export_person,
    find_person,
    personal_data,
    personal_data_file,
)
from kpi.services.operation.contacts import delete_contacts
from kpi.services.operation.verification import verify_store
from kpi.store.schema import FROZEN, table_names
from kpi.store.store import Store
from tests.services.operation.test_contact_deletion import OVER, PERSONAL, TYPED, kept, kept_texts
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A

__all__ = ["kept"]  # a fixture
PLACES = [place for kind in personal_data_file().kinds for place in kind.places]


def text_columns(store: Store) -> set[str]:
    """Every column of text of every table that is not a baseline's frozen records."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "select table_name, column_name from information_schema.columns"
            " where data_type in ('VARCHAR', 'BLOB', 'text', 'character varying', 'bytea')"
        ).fetchall()
    ours = set(table_names()) - set(FROZEN)
    return {f"{table}.{column}" for table, column in rows if table in ours}


def test_every_column_of_text_is_of_persons_or_said_not_to_be(store: Store) -> None:
    known = [*PLACES, *personal_data_file().impersonal.places]
    columns = text_columns(store)
    assert [column for column in sorted(columns) if not any(fnmatch(column, pattern) for pattern in known)] == []
    named = {place for place in PLACES if "*" not in place}
    assert named - columns == set(), "a place that is none"


def test_a_name_in_exact_words_is_in_one_kind_alone() -> None:
    exact = [place for place in PLACES if "*" not in place]
    assert len(exact) == len(set(exact))
    assert all(kind.stays or kind.until for kind in personal_data())


def found_at(store: Store, words: str) -> set[str]:
    return {trace.place for trace in find_person(store, ADMINISTRATOR, words)}


def test_a_person_is_found_wherever_it_is_named(kept: Store) -> None:
    assert found_at(kept, TYPED) == {"release.application", "worksheet.sheet", "worksheet_change.becomes"}
    facts = load_application(kept_texts(kept)[0]).facts
    name = str(facts[next(code for code in PERSONAL if code in facts)])
    assert "withdrawn.application" in found_at(kept, name)
    export_person(kept, ADMINISTRATOR, TYPED, "本人申请（演示）", AT)
    assert "audit.actor" in found_at(kept, ADMINISTRATOR.account)


def test_what_is_erased_is_nowhere_and_everything_stays_proved(kept: Store) -> None:
    chosen = [trace.id for trace in find_person(kept, ADMINISTRATOR, TYPED)]
    assert correct_person(kept, ADMINISTRATOR, TYPED, "", chosen, f"{TYPED}本人申请", AT) == len(chosen)
    assert found_at(kept, TYPED) == set()
    with kept.cursor() as cursor:
        acts = tables.audit.audit_entries(cursor)
    named = [act for act in acts if act.action in ("person_erased", "contacts_deleted")]
    assert len(named) == len(chosen)
    assert all(json.loads(act.before or "{}") != json.loads(act.after or "{}") for act in named)
    assert not any(TYPED in f"{act.subject}{act.before}{act.after}" for act in named)
    verified = verify_store(kept)
    assert verified.sound, verified.findings
    assert all("本人申请" in str(act.after) for act in named), "why stands in each, without the name"
    delete_contacts(kept, at=OVER)
    assert verify_store(kept).sound, "policy takes the rest away, and the seal is still proved"


def test_what_policy_deletes_by_itself_is_what_the_table_says(kept: Store) -> None:
    """Two lists of places would drift apart: the table, and what the deletion asks for."""
    names = [str(fact) for code, fact in load_application(kept_texts(kept)[0]).facts.items() if code in PERSONAL]
    by_policy = {place for kind in personal_data() if kind.until == "contact_years" for place in kind.places}
    assert by_policy & {place for name in names for place in found_at(kept, name)}
    delete_contacts(kept, at=OVER)
    assert by_policy & {place for name in [*names, TYPED] for place in found_at(kept, name)} == set()


def test_what_others_wrote_is_corrected_word_by_word(kept: Store) -> None:
    words = "审核报告（虚构）"
    (trace,) = find_person(kept, ADMINISTRATOR, words)
    assert trace.place == "claim_evidence.evidence"
    assert correct_person(kept, ADMINISTRATOR, words, "审查报告（虚构）", [trace.id], "写错", AT) == 1
    with kept.cursor() as cursor:
        (row,) = tables.persons.rows_with(cursor, trace.place, "审查报告")
    assert row["evidence"] == "审查报告（虚构）第 1 号"
    assert verify_store(kept).sound
    (again,) = find_person(kept, ADMINISTRATOR, "审查报告（虚构）")
    correct_person(kept, ADMINISTRATOR, "审查报告（虚构）", "", [again.id], "申请", AT)
    with kept.cursor() as cursor:
        (row,) = tables.persons.rows_with(cursor, trace.place, ERASED)
    assert row["evidence"].startswith(ERASED)


def code(store: Store, words: str, becomes: str, chosen: list[str], reason: str = "x") -> str:
    with pytest.raises(UserError) as refused:
        correct_person(store, ADMINISTRATOR, words, becomes, chosen, reason, AT)
    return refused.value.code


def test_what_stays_and_what_is_locked_is_not_changed(kept: Store) -> None:
    before = kept_texts(kept)
    acts = [trace.id for trace in find_person(kept, ADMINISTRATOR, CODE_A) if not trace.on_request]
    assert code(kept, CODE_A, "", acts[:1]) == "person_chosen"
    assert code(kept, TYPED, "", []) == "person_chosen"
    assert code(kept, TYPED, "", ["release.application nobody"]) == "person_chosen"
    locked = [trace.id for trace in find_person(kept, ADMINISTRATOR, TYPED)]
    assert code(kept, TYPED, "另一人", locked) == "person_locked"
    assert code(kept, TYPED, "", locked, " ") == "purpose_missing"
    assert (code(kept, "王", "", locked), code(kept, "王" * 61, "", locked)) == ("person_words", "person_words")
    assert kept_texts(kept) == before


def test_the_export_says_where_and_why_and_nothing_that_others_wrote(kept: Store) -> None:
    exported = json.loads(export_person(kept, ADMINISTRATOR, TYPED, "本人申请（演示）", AT))
    assert exported["words"] == TYPED
    assert {line["place"] for line in exported["found"]} == found_at(kept, TYPED)
    assert any(line["facts"] for line in exported["found"])
    assert all(line["until"] for line in exported["found"])
    with kept.cursor() as cursor:
        (last,) = tables.audit.latest_audit_entries(cursor, 1)
    assert json.loads(last.after or "{}")["taken"] == "person_export"
    assert TYPED not in f"{last.subject}{last.after}"
