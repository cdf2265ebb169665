"""Documents that go with an application: kept as sent, sealed at the lock, opened by its reviewer, found by verify."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from kpi import tables
from kpi.access.roles import scope_of
from kpi.benchmark.sealed_record import sealed_documents
from kpi.catalogue.forms import document_limits
from kpi.errors import NotFound, UserError
from kpi.model.application import SelfAssessment
from kpi.model.times import shanghai_date
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.documents import (
    application_of_report,
    attach_report,
    attach_self_assessment,
    check_document,
    own_documents,
)
from kpi.services.operation.verification import verify_store
from kpi.services.reviewer.claims import candidate_claims, rule_on_claim
from kpi.services.reviewer.evidence import (
    candidate_documents,
    candidate_report_picture,
    check_candidate_report,
    take_candidate_document,
)
from kpi.store.store import Store
from tests.annex4.documents import application, jpeg
from tests.annex4.test_self_assessment import pdf
from tests.services.sample_store import AT, CODE_A, OTHER_REVIEWER, REVIEWER, A
from tests.services.service_calls import PDF, START_CLAIM
from tests.services.submitting import YEAR, accepted, lock_as_it_stands, received, say_no_conflict

DAY = AT.date()


def _both(store: Store) -> None:
    accepted(store, A, CODE_A)
    sent = check_document(store, A, "申报书（虚构）.docx", b"not a Word document", at=AT)
    attach_report(store, A, CODE_A, YEAR, sent.upload, AT)
    attach_self_assessment(store, A, CODE_A, YEAR, "自评估报告（虚构）.pdf", PDF, DAY, AT)


def _sealed(store: Store) -> dict[str, str]:
    with store.cursor() as cursor:
        [lock] = tables.applications.locked_applications(cursor, scope_of(A))
    return dict(sealed_documents(lock.record))


def test_both_documents_are_sealed_with_the_lock_and_their_originals_are_kept(store: Store) -> None:
    _both(store)
    attached = own_documents(store, A, CODE_A, YEAR)
    lock_as_it_stands(store, A, CODE_A)
    assert _sealed(store) == {kind: item.sha256 for kind, item in attached.items()}
    assert store.folder.original(attached["self_assessment"].sha256).read_bytes() == PDF
    assert verify_store(store).sound


def test_the_latest_of_a_kind_counts(store: Store) -> None:
    _both(store)
    attach_self_assessment(store, A, CODE_A, YEAR, "二.pdf", PDF + b"\n%%EOF", DAY)
    assert own_documents(store, A, CODE_A, YEAR)["self_assessment"].file_name == "二.pdf"


def test_after_the_lock_nothing_is_attached(store: Store) -> None:
    _both(store)
    lock_as_it_stands(store, A, CODE_A)
    with pytest.raises(UserError) as refused:
        attach_self_assessment(store, A, CODE_A, YEAR, "x.pdf", PDF, DAY)
    assert refused.value.code == "already_locked"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a Word document", b"%PDF-1.7 cut off", b" " * 2000 + PDF, b"%%EOF"])
def test_what_is_no_whole_pdf_is_refused_and_not_kept(store: Store, data: bytes) -> None:
    accepted(store, A, CODE_A)
    before = store.folder.originals()
    with pytest.raises(UserError) as refused:
        attach_self_assessment(store, A, CODE_A, YEAR, "x.pdf", data, DAY)
    assert refused.value.code == "self_assessment_no_pdf"
    assert store.folder.originals() == before


def test_a_pdf_above_the_limit_is_refused_by_its_size(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted(store, A, CODE_A)
    with pytest.raises(UserError) as refused:
        attach_self_assessment(store, A, CODE_A, YEAR, "x.pdf", bytes(document_limits().self_assessment_bytes + 1), DAY)
    assert refused.value.code == "self_assessment_too_large"


def test_a_table_is_no_report(store: Store) -> None:
    accepted(store, A, CODE_A)
    with pytest.raises(NotFound):
        attach_report(store, A, CODE_A, YEAR, received(store, A, CODE_A).upload)


def test_what_is_not_attached_is_a_point_before_the_lock(store: Store) -> None:
    accepted(store, A, CODE_A)
    points = {point.kind: point.items for point in lock_outlook(store, A, CODE_A, YEAR).points}
    assert points["documents"] == ("report", "self_assessment")
    _both(store)
    assert "documents" not in {point.kind for point in lock_outlook(store, A, CODE_A, YEAR).points}


def test_the_reviewer_takes_what_was_sealed_and_the_trail_says_what_for(store: Store) -> None:
    _both(store)
    lock_as_it_stands(store, A, CODE_A)
    say_no_conflict(store)
    assert set(candidate_documents(store, REVIEWER, CODE_A, YEAR)) == {"report", "self_assessment"}
    with pytest.raises(UserError, match="purpose_missing"):
        take_candidate_document(store, REVIEWER, CODE_A, YEAR, "self_assessment", " ")
    taken = take_candidate_document(store, REVIEWER, CODE_A, YEAR, "self_assessment", "核对能耗（演示）")
    assert taken.read_bytes() == PDF
    with store.cursor() as cursor:
        act = tables.audit.last_act(cursor)
    assert act is not None
    assert (act.action, act.actor) == ("document_opened", REVIEWER.account)
    noted = json.loads(act.after or "")
    assert (noted["kind"], noted["purpose"]) == ("self_assessment", "核对能耗（演示）")


def test_a_ruling_after_the_lock_seals_the_same_documents_again(store: Store) -> None:
    _both(store)
    lock_as_it_stands(store, A, CODE_A)
    say_no_conflict(store)
    [start] = [claim for claim in candidate_claims(store, REVIEWER, CODE_A, YEAR) if claim.key == START_CLAIM]
    rule_on_claim(store, REVIEWER, CODE_A, YEAR, start.key, start.claimed, "accepted", "见审核报告（虚构）")
    with store.cursor() as cursor:
        later = tables.applications.sealed_records(cursor)
    assert len({json.dumps(sealed_documents(record.record), sort_keys=True) for record in later}) == 1
    assert verify_store(store).sound


def test_a_sealed_document_that_is_gone_or_exchanged_is_found(store: Store) -> None:
    _both(store)
    lock_as_it_stands(store, A, CODE_A)
    place = store.folder.original(_sealed(store)["self_assessment"])
    place.chmod(0o600)
    place.write_bytes(PDF + b"2")
    assert [finding.code for finding in verify_store(store).findings] == ["original_changed"]
    place.unlink()
    assert [finding.code for finding in verify_store(store).findings] == ["original_missing"]
    with store.transaction() as cursor:  # a thief who clears the upload's row as well
        cursor.execute("delete from upload where file_sha256 = $1", [place.name])
    assert [finding.code for finding in verify_store(store).findings] == ["original_missing", "row_missing"]


def test_a_record_with_another_document_in_it_no_longer_matches_its_seal(store: Store) -> None:
    _both(store)
    lock_as_it_stands(store, A, CODE_A)
    with store.transaction() as cursor:
        other = "0" * 64
        cursor.execute("update release set record = replace(record, $1, $2)", [_sealed(store)["report"], other])
    assert "record_changed" in [finding.code for finding in verify_store(store).findings]


def test_a_reviewer_checks_the_sealed_report_and_sees_its_pictures(store: Store) -> None:
    accepted(store, A, CODE_A)
    own = application_of_report(store, A, CODE_A, YEAR)
    sent = check_document(store, A, "申报书（虚构）.docx", application(), at=AT, application=own)
    attach_report(store, A, CODE_A, YEAR, sent.upload, AT)
    lock_as_it_stands(store, A, CODE_A)
    say_no_conflict(store)
    done: list[float] = []
    report = check_candidate_report(store, REVIEWER, CODE_A, YEAR, done.append)
    assert report == sent.report
    assert "factory_name" in [item.against.item for item in report.differences if item.against]
    assert done[-1] == 1
    shown = candidate_report_picture(store, REVIEWER, CODE_A, YEAR, 2)
    assert shown is not None
    assert (shown[0], shown[1]) == ("JPEG", jpeg(2))
    assert candidate_report_picture(store, REVIEWER, CODE_A, YEAR, 11) is None
    with pytest.raises(NotFound):
        candidate_report_picture(store, OTHER_REVIEWER, CODE_A, YEAR, 2)


def test_a_report_that_cannot_be_opened_shows_no_picture(store: Store) -> None:
    _both(store)
    lock_as_it_stands(store, A, CODE_A)
    say_no_conflict(store)
    assert candidate_report_picture(store, REVIEWER, CODE_A, YEAR, 1) is None
    assert check_candidate_report(store, REVIEWER, CODE_A, YEAR).faults


def test_what_its_pdf_says_is_kept_with_the_day_typed_and_reaches_the_reviewer(store: Store) -> None:
    accepted(store, A, CODE_A)
    day = date(2025, 6, 3)
    attach_self_assessment(store, A, CODE_A, YEAR, "自评估报告（虚构）.pdf", pdf(), day, AT)
    read = SelfAssessment(day, True, 3, 3.15, day)
    assert own_documents(store, A, CODE_A, YEAR)["self_assessment"].assessment == read
    lock_as_it_stands(store, A, CODE_A)
    say_no_conflict(store, REVIEWER)
    assert candidate_documents(store, REVIEWER, CODE_A, YEAR)["self_assessment"].assessment == read
    assert verify_store(store).sound


def test_a_pdf_without_text_says_nothing(store: Store) -> None:
    accepted(store, A, CODE_A)
    attach_self_assessment(store, A, CODE_A, YEAR, "x.pdf", PDF, DAY, AT)
    assert own_documents(store, A, CODE_A, YEAR)["self_assessment"].assessment == SelfAssessment(DAY, False)


@pytest.mark.parametrize(
    ("day", "code"),
    [(None, "self_assessment_undated"), (shanghai_date(AT) + timedelta(days=1), "self_assessment_to_come")],
)
def test_a_day_that_is_missing_or_to_come_is_refused(store: Store, day: date | None, code: str) -> None:
    accepted(store, A, CODE_A)
    with pytest.raises(UserError) as refused:
        attach_self_assessment(store, A, CODE_A, YEAR, "x.pdf", PDF, day, AT)
    assert refused.value.code == code
    assert own_documents(store, A, CODE_A, YEAR) == {}
