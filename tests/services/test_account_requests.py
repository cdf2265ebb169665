"""Asking for an account: a stranger learns nothing, fills nothing up, and the proof is gone once it is decided."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from kpi import tables
from kpi.access.passwords import generate_password
from kpi.errors import NotFound, UserError
from kpi.model.account_request import RequestOutcome
from kpi.model.campaign import RegisteredEnterprise, RegisterEdition
from kpi.model.viewer import SYSTEM
from kpi.services.account_decisions import (
    RequestChecks,
    account_request_proof,
    account_request_to_dos,
    decide_account_request,
    requests_to_decide,
)
from kpi.services.account_links import issue_account_links, usable_link, use_account_link
from kpi.services.account_requests import ask_for_account, own_request, request_limits, supply_answer, sweep_proofs
from kpi.services.administrator.accounts import declare_conflict
from kpi.services.leader.coverage import leader_to_dos
from kpi.services.operation.backup import back_up
from kpi.services.unit_of_work import unit_of_work
from kpi.store.proofs import kept_proof
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.either_store import table_rows
from tests.services.account_asking import ASKING, CODE, CONTACT, JPEG, PDF, PNG, STRANGER, asked, reached
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, LEADER, OTHER_LEADER, account_by_now

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ELSEWHERE = "嘉定区"


def _checks(store: Store, code: str = CODE) -> RequestChecks:
    found = requests_to_decide(store, LEADER)
    return found.checks(next(item for item in found.requests if item.credit_code == code))


def _proof(store: Store, number: str) -> tuple[str, bytes]:
    name, place = account_request_proof(store, LEADER, number)
    return name, place.read_bytes()


def test_a_request_reaches_its_own_body_and_whoever_keeps_accounts(store: Store) -> None:
    asked(store)
    asked(store, credit_code=CODE_A, district=ELSEWHERE)
    assert reached(store, LEADER) == [CODE]
    assert reached(store, OTHER_LEADER) == [CODE_A]
    assert set(reached(store, ADMINISTRATOR)) == {CODE, CODE_A}
    declare_conflict(store, ADMINISTRATOR, "administrator", CODE_A, "曾任职", AT)
    assert reached(store, account_by_now(store, "administrator")) == [CODE]
    [request] = requests_to_decide(store, LEADER).requests
    assert (request.enterprise, request.contact, request.state) == (ASKING.enterprise, CONTACT, "waiting")
    with pytest.raises(NotFound):
        decide_account_request(store, OTHER_LEADER, request.id, "granted", at=AT)
    with pytest.raises(NotFound):
        account_request_proof(store, OTHER_LEADER, request.id)


def test_granted_the_asker_makes_the_account_once_and_contact_and_proof_are_gone(store: Store) -> None:
    token, request = asked(store)
    assert _proof(store, request.id) == (f"{CODE}-{request.id[:8]}.pdf", PDF)
    assert usable_link(store, token, AT) is None
    decide_account_request(store, LEADER, request.id, "granted", at=AT + HOUR)
    with pytest.raises(NotFound):
        account_request_proof(store, LEADER, request.id)
    assert list((store.folder.root / "proofs").iterdir()) == []
    after = own_request(store, token)
    assert after
    assert (after.state, after.contact) == ("granted", "")
    assert CONTACT not in str(table_rows(store))
    with store.cursor() as cursor:
        acts = tables.audit.audit_entries(cursor)
    assert [act.action for act in acts if act.subject == CODE] == ["account_requested", "account_request_decided"]
    assert request.proof_sha256 in (acts[-1].after or "")
    password = generate_password()
    use_account_link(store, token, "eight", "王五", password, password, AT + HOUR)
    assert account_by_now(store, "eight").scope == (CODE,)
    assert usable_link(store, token, AT + HOUR) is None
    assert reached(store, LEADER) == []


def test_what_is_asked_is_answered_by_the_asker_and_waits_again(store: Store) -> None:
    token, request = asked(store)
    with pytest.raises(UserError, match="link_over"):
        supply_answer(store, token, "早了", b"", AT)
    decide_account_request(store, LEADER, request.id, "asked", "请补交正面", AT)
    waiting = own_request(store, token)
    assert waiting
    assert (waiting.state, waiting.last_words, waiting.contact) == ("asked", "请补交正面", CONTACT)
    with pytest.raises(UserError, match="request_answer_missing"):
        supply_answer(store, token, " ", b"", AT)
    with pytest.raises(UserError, match="proof_unknown"):
        supply_answer(store, token, "见附件", b"MZ", AT)
    supply_answer(store, token, "见附件", PNG, AT, STRANGER)
    [again] = requests_to_decide(store, LEADER).requests
    assert (again.state, again.last_words) == ("waiting", "见附件")
    assert _proof(store, request.id) == (f"{CODE}-{request.id[:8]}.png", PNG)


def test_refused_the_asker_reads_why(store: Store) -> None:
    token, request = asked(store)
    decide_account_request(store, ADMINISTRATOR, request.id, "refused", "不在本市", AT)
    after = own_request(store, token)
    assert after
    assert (after.state, after.last_words, after.contact) == ("refused", "不在本市", "")
    assert kept_proof(store.folder, request.id) is None
    assert usable_link(store, token, AT) is None
    with pytest.raises(NotFound):
        decide_account_request(store, ADMINISTRATOR, request.id, "granted", at=AT)


@pytest.mark.parametrize("outcome", ["asked", "refused"])
def test_words_are_needed_for_all_but_a_grant(store: Store, outcome: RequestOutcome) -> None:
    _, request = asked(store)
    with pytest.raises(UserError, match=f"request_{outcome}_without_words"):
        decide_account_request(store, LEADER, request.id, outcome, "  ", AT)
    assert reached(store, LEADER) == [CODE]


def test_everything_that_is_wrong_is_said_at_once(store: Store) -> None:
    wrong = replace(ASKING, credit_code="x", enterprise=" ", industry="x", district="x", contact="", proof=b"")
    with pytest.raises(UserError) as refused:
        ask_for_account(store, wrong, AT, STRANGER)
    assert [item.code for item in (refused.value, *refused.value.also)] == [
        "request_code_invalid",
        "request_name_missing",
        "request_industry_missing",
        "request_district_missing",
        "request_contact_missing",
        "proof_missing",
    ]


@pytest.mark.parametrize(
    ("proof", "code"),
    [(b"MZ" + PDF[5:], "proof_unknown"), (b"<svg/>", "proof_unknown"), (PDF + bytes(5_000_000), "proof_too_large")],
)
def test_only_a_small_pdf_or_picture_is_a_proof_whatever_it_is_called(store: Store, proof: bytes, code: str) -> None:
    with pytest.raises(UserError, match=code):
        asked(store, proof=proof)
    assert asked(store, proof=JPEG)[1].proof_kind == "jpeg"


def test_a_decision_is_shown_who_has_an_account_near_names_and_the_register(store: Store) -> None:
    near = credit_code(8_000_802)
    asked(store, credit_code=near, enterprise="演示企业八厂")
    asked(store, credit_code=CODE_A)
    asked(store)
    asked(store)
    found = _checks(store)
    assert (found.persons, found.also_asked, found.registered, found.differs) == ((), 1, None, False)
    assert ("演示企业八厂", near) in found.near
    assert _checks(store, CODE_A).persons == (("演示企业A（虚构）", "a"),)
    edition = RegisterEdition(2026, 1, "x.csv", "0" * 64, 1, "administrator", AT)
    listed = RegisteredEnterprise(CODE, "演示企业九（虚构）", "高端装备", None, None, None, None)
    with unit_of_work(store, SYSTEM, AT) as change:
        tables.campaign.add_register(change.cursor, edition, [listed])
        change.audit("register_taken_in", "2026")
    assert (_checks(store).registered, _checks(store).differs) == ("演示企业九（虚构）", True)
    assert _checks(store, CODE_A).registered == ""


def test_a_matter_on_the_home_is_one_that_can_be_decided_now(store: Store) -> None:
    _, request = asked(store)
    assert "account_requests" in {matter.code for matter in leader_to_dos(store, LEADER)}
    assert "account_requests" not in {matter.code for matter in leader_to_dos(store, OTHER_LEADER)}
    decide_account_request(store, LEADER, request.id, "asked", "?", AT)
    with store.cursor() as cursor:
        assert account_request_to_dos(cursor, ADMINISTRATOR) == []


def test_a_thousand_codes_from_one_stranger_end_in_waiting(store: Store) -> None:
    taken, refused = 0, set()
    for number in range(1000):
        try:
            ask_for_account(store, replace(ASKING, credit_code=credit_code(8_100_000 + number)), AT, STRANGER)
            taken += 1
        except UserError as error:
            refused.add((error.code, tuple(error.params)))
    assert taken == request_limits().a_day_from_one_address
    assert refused == {("asked_enough", ())}
    assert len(list((store.folder.root / "proofs").iterdir())) == taken
    asked(store, at=AT + DAY)
    asked(store, address="192.0.2.9")


def test_whoever_has_a_network_of_addresses_is_one_stranger(store: Store) -> None:
    for number in range(request_limits().a_day_from_one_address):
        asked(store, address=f"2001:db8::{number:x}:1")
    with pytest.raises(UserError, match="asked_enough"):
        asked(store, address="2001:db8::ffff")
    asked(store, address="2001:db8:0:1::1")
    asked(store, address="no:address")


@pytest.mark.parametrize("limit", ["open_requests", "a_day"])
def test_many_strangers_together_do_not_fill_the_store(
    store: Store, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setitem(vars(request_limits()), limit, 3)
    for number in range(3):
        asked(store, address=f"192.0.2.{number}")
    with pytest.raises(UserError, match="asked_enough"):
        asked(store, address="192.0.2.7")
    assert len(list((store.folder.root / "proofs").iterdir())) == 3


def test_whatever_is_known_of_a_code_its_request_is_answered_alike(store: Store) -> None:
    """An account exists for the first, a request for the second, and nothing for the third."""
    asked(store, credit_code=credit_code(8_000_803))
    tokens = [asked(store, credit_code=code)[0] for code in (CODE_A, credit_code(8_000_803), credit_code(8_000_804))]
    assert {len(token) for token in tokens} == {43}


def test_what_a_kill_left_behind_is_erased_and_open_proofs_stay(store: Store) -> None:
    _, request = asked(store)
    left = store.folder.root / "proofs" / ("0" * 32)
    left.write_bytes(PDF)
    for path in left.parent.iterdir():
        os.utime(path, (0, 0))
    sweep_proofs(store, AT)
    assert [path.name for path in left.parent.iterdir()] == [request.id]


def test_a_backup_holds_no_proof_and_is_made_beside_them(store: Store) -> None:
    asked(store)
    destination = store.folder.root.with_name("backup")
    back_up(store, destination, SYSTEM, at=AT)
    assert PDF not in [path.read_bytes() for path in destination.rglob("*") if path.is_file()]


def test_a_letter_of_before_is_over_once_a_request_is_granted_and_used(store: Store) -> None:
    with unit_of_work(store, ADMINISTRATOR.actor, AT) as change:
        letter = issue_account_links(change, {CODE: ASKING.enterprise}, AT + timedelta(days=60))[CODE]
        change.audit("enterprises_invited", "2026")
    token, request = asked(store)
    assert usable_link(store, letter, AT)
    decide_account_request(store, LEADER, request.id, "granted", at=AT)
    assert usable_link(store, letter, AT + HOUR) is None
    assert usable_link(store, token, AT + HOUR)


def test_links_make_no_more_people_than_policy_allows(store: Store) -> None:
    password = generate_password()
    for number in range(11):
        with unit_of_work(store, ADMINISTRATOR.actor, AT) as change:
            letter = issue_account_links(change, {CODE: ASKING.enterprise}, AT + timedelta(days=60))[CODE]
            change.audit("enterprises_invited", "2026")
        if number < 10:
            use_account_link(store, letter, f"person{number}", f"演示人员{number}", password, password, AT)
    with pytest.raises(UserError, match="people_too_many"):
        use_account_link(store, letter, "person10", "演示人员", password, password, AT)
