"""Claims: evidence, a reviewer's ruling, the second record beside the first, and which words are then seen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kpi import tables
from kpi.errors import NotFound, UserError
from kpi.model.application import ReportedValue
from kpi.model.claims import GROUP_ITEM, ClaimKey
from kpi.model.publication import EnterpriseView
from kpi.model.times import year_end
from kpi.policy.load import policies
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.enterprise.documents import attach_evidence, own_claims
from kpi.services.enterprise.lock import own_results, reopen_application
from kpi.services.operation.verification import verify_store
from kpi.services.reviewer.candidates import candidate_evaluation
from kpi.services.reviewer.claims import (
    ListedClaim,
    candidate_claims,
    evidence_file,
    listed_claims,
    rule_on_claim,
    withdraw_ruling,
)
from kpi.services.reviewer.conflicts import state_conflicts
from kpi.services.reviewer.home import reviewer_to_dos
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from kpi.tables import sql_runner
from tests.benchmark.panels import CODES, MAIN, application, credit_code, freeze
from tests.benchmark.panels import records as panel_records
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, OTHER_REVIEWER, REVIEWER, A
from tests.services.submitting import YEAR, lock_as_it_stands, say_no_conflict

GROUP = "演示集团01（虚构）"
START = ClaimKey("start", "K11")
GROUP_CLAIM = ClaimKey("group", GROUP_ITEM)
LATER = AT + timedelta(days=3)
HOUR = timedelta(hours=1)


@pytest.fixture
def panel(store: Store) -> Store:
    """30 peers at 1..30 on every KPI; the last is of a group."""
    peers = {code: [float(place) for place in range(1, 31)] for code in CODES}
    freeze(store, "claims", panel_records(peers, [None] * 29 + [GROUP]))
    return store


def lock(
    store: Store,
    own: dict[str, float | ReportedValue],
    group: str | None = None,
    at: datetime = AT,
    *,
    code: str = CODE_A,
    year: int = YEAR,
    answered: bool = True,
) -> None:
    """As A, or its like: 99 on every main KPI but those of ``own``. ``answered``: its reviewer denied a conflict."""
    sent = application(dict.fromkeys(MAIN, 99.0) | own, code, group)
    sent = replace(sent, facts={**sent.facts, "year": year})
    sender = replace(A, scope=(code,))
    with unit_of_work(store, sender.actor, at) as change:
        tables.applications.accept_draft(change.cursor, sent, "sent", sender.account, at)
        change.audit("draft_accepted", code)
    lock_as_it_stands(store, sender, code, year, at)
    if answered:
        say_no_conflict(store)


def start_of_96(value: float) -> dict[str, float | ReportedValue]:
    return {"K11": ReportedValue("K11", "reported", value, "relative", 96.0)}


def seen(store: Store) -> EnterpriseView:
    return own_results(store, A)[0].answer


def sealed(store: Store) -> list[dict[str, object]]:
    with store.cursor() as cursor:
        return [json.loads(record.record) for record in tables.applications.sealed_records(cursor)]


def test_what_an_application_claims_is_listed_with_its_evidence(panel: Store) -> None:
    lock(panel, start_of_96(4.0), GROUP)
    attach_evidence(panel, A, CODE_A, YEAR, START, " 节能量审核报告\n第 17 号 ", ("../报告.pdf", b"%PDF"), LATER)
    start = next(claim for claim in own_claims(panel, A, CODE_A, YEAR) if claim.key == START)
    assert {claim.key for claim in own_claims(panel, A, CODE_A, YEAR)} == {START, GROUP_CLAIM}
    assert (start.claimed, start.evidence[0].evidence, start.ruling) == ("96.0", "节能量审核报告 第 17 号", None)
    [upload] = [evidence.upload for evidence in candidate_claims(panel, REVIEWER, CODE_A, YEAR)[1].evidence]
    assert upload is not None
    name, path = evidence_file(panel, REVIEWER, CODE_A, YEAR, upload)
    assert (name, Path(path).read_bytes()) == ("报告.pdf", b"%PDF")


def test_what_no_ruling_could_change_is_not_asked_of_a_reviewer(panel: Store) -> None:
    """A reduction can always reach 100 %, and policy lets no "not applicable" leave the main KPIs."""
    needless = {
        "K10": ReportedValue("K10", "reported", 20.0, "relative", 3.2),
        "K15": ReportedValue("K15", "not_applicable", note="没有此类能耗"),
    }
    lock(panel, start_of_96(4.0) | needless)
    assert [claim.key for claim in own_claims(panel, A, CODE_A, YEAR)] == [START]
    assert [claim.key for claim in candidate_claims(panel, REVIEWER, CODE_A, YEAR)] == [START]
    for key, claimed in ((ClaimKey("start", "K10"), "3.2"), (ClaimKey("not_applicable", "K15"), "没有此类能耗")):
        with pytest.raises(NotFound):
            attach_evidence(panel, A, CODE_A, YEAR, key, "报告")
        with pytest.raises(NotFound):
            rule_on_claim(panel, REVIEWER, CODE_A, YEAR, key, claimed, "accepted", "一致")
    assert _waiting(panel) == {"claims": 1, "claims_with_reviewers": 1}
    barred = replace(ADMINISTRATOR, barred=(CODE_A,))
    assert "claims_with_reviewers" not in {item.code for item in administrator_to_dos(panel, barred)}
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "一致")
    assert _waiting(panel) == {}


def _waiting(store: Store) -> dict[str, object]:
    """What the homes of reviewer and administrator say of claims that wait."""
    to_dos = [*reviewer_to_dos(store, REVIEWER), *administrator_to_dos(store, ADMINISTRATOR)]
    return {item.code: item.params["count"] for item in to_dos if item.code in ("claims", "claims_with_reviewers")}


def _open(found: list[ListedClaim]) -> list[tuple[str, ClaimKey]]:
    return [(item.candidate.credit_code, item.claim.key) for item in found if item.claim.ruling is None]


def test_the_home_counts_the_open_claims_of_the_list(panel: Store) -> None:
    """In every year: a claim of the next year waits as well."""
    lock(panel, start_of_96(4.0), GROUP)
    lock(panel, start_of_96(4.0), year=YEAR + 1)
    assert len(_open(listed_claims(panel, REVIEWER))) == 3
    assert _waiting(panel)["claims"] == 3
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "refused", "报告缺页", LATER)
    found = listed_claims(panel, REVIEWER)
    assert (len(found), len(_open(found)), _waiting(panel)["claims"]) == (3, 2, 2)
    assert (found[-1].claim.key, found[-1].candidate.year, found[-1].since) == (START, YEAR, LATER)


def test_claims_of_whom_the_reviewer_has_a_conflict_with_or_has_not_said_are_not_listed(panel: Store) -> None:
    lock(panel, start_of_96(4.0), answered=False)
    assert listed_claims(panel, REVIEWER) == []
    assert {item.code for item in reviewer_to_dos(panel, REVIEWER)} & {"claims", "no_claims"} == set()
    state_conflicts(panel, REVIEWER, [f"{CODE_A} {YEAR}"])
    assert _open(listed_claims(panel, REVIEWER)) == [(CODE_A, START)]
    assert listed_claims(panel, replace(REVIEWER, barred=(CODE_A,))) == []
    assert listed_claims(panel, OTHER_REVIEWER) == []


def test_a_claim_is_listed_with_its_evidence_and_since_when_it_is_open(panel: Store) -> None:
    lock(panel, start_of_96(4.0), GROUP)
    attach_evidence(panel, A, CODE_A, YEAR, START, "审核报告第 17 号", None, LATER)
    assert {item.claim.key: (len(item.claim.evidence), item.since) for item in listed_claims(panel, REVIEWER)} == {
        GROUP_CLAIM: (0, AT),
        START: (1, AT),
    }
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "一致", LATER)
    withdraw_ruling(panel, REVIEWER, CODE_A, YEAR, START, LATER, "看错了", LATER + HOUR)
    found = listed_claims(panel, REVIEWER)
    assert [(item.claim.key, item.since) for item in found] == [(GROUP_CLAIM, AT), (START, LATER + HOUR)]


def test_the_list_asks_the_store_no_more_for_more_candidates(panel: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    query = sql_runner.query_rows
    for module in (tables.applications, tables.audit, tables.claims, tables.policy, tables.stages):
        monkeypatch.setattr(
            module, "query_rows", lambda cursor, name, *a: asked.append(name) or query(cursor, name, *a)
        )
    counts = []
    for code in (CODE_A, credit_code(1), credit_code(2)):
        lock(panel, start_of_96(4.0), code=code)
        asked.clear()
        assert len(listed_claims(panel, REVIEWER)) == len(counts) + 1
        counts.append(sorted(asked))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0].count("locked_applications") == counts[0].count("claim_evidence") == 1


def test_a_not_applicable_that_policy_lets_leave_is_asked(panel: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = policies().on(year_end(YEAR))
    allowed = replace(allowed, not_applicable_by_industry=dict.fromkeys(allowed.not_applicable_by_industry, ("K15",)))
    monkeypatch.setattr("kpi.services.claims.policy_on", lambda *_: allowed)
    lock(panel, {code: ReportedValue(code, "not_applicable", note="无") for code in ("K15", "K16")})
    assert [claim.key.item for claim in own_claims(panel, A, CODE_A, YEAR)] == ["K15"]


def test_evidence_for_what_is_not_claimed_is_refused_and_nothing_is_kept(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    originals = panel.folder.originals()
    with pytest.raises(NotFound):
        attach_evidence(panel, A, CODE_A, YEAR, ClaimKey("start", "K10"), "报告", ("a.pdf", b"new"))
    with pytest.raises(UserError, match="claim_evidence_needed"):
        attach_evidence(panel, A, CODE_A, YEAR, START, " \u200b ")
    assert panel.folder.originals() == originals


def test_an_accepted_start_seals_a_second_record_and_its_words_are_seen(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    assert (seen(panel).kpi("K11").verdict, seen(panel).clause) == ("undecided", "undecided")
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "审核报告与台账一致", LATER)
    assert (seen(panel).kpi("K11").verdict, seen(panel).clause) == ("no_discrimination", "met")
    assert candidate_evaluation(panel, REVIEWER, CODE_A, YEAR).clause.verdict == "met"
    assert sorted(str(item["clause"]) for item in sealed(panel)) == ["met", "undecided"]
    assert [item["rulings"] for item in sealed(panel) if item["clause"] == "met"] == [[["start", "K11", "accepted"]]]
    assert [item["rulings"] for item in sealed(panel) if item["clause"] != "met"] == [[]]
    assert verify_store(panel).sound


def test_a_refused_start_puts_the_kpi_back_to_the_plain_test(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "refused", "报告不是本工厂的", LATER)
    assert (seen(panel).kpi("K11").verdict, seen(panel).clause) == ("not_leading", "not_met")


def test_the_latest_ruling_counts(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "refused", "报告缺页", LATER)
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "已补齐", LATER)
    assert seen(panel).clause == "met"
    assert len(sealed(panel)) == 3


def test_the_latest_ruling_counts_where_the_clock_was_put_back(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "refused", "报告缺页", LATER + HOUR)
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "已补齐", LATER)
    assert seen(panel).clause == "met"
    [accepted] = candidate_claims(panel, REVIEWER, CODE_A, YEAR)
    assert accepted.ruling is not None
    withdraw_ruling(panel, REVIEWER, CODE_A, YEAR, START, accepted.ruling.ruled_at, "看错了报告", LATER)
    assert seen(panel).clause == "undecided"
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "已补齐", LATER)
    assert seen(panel).clause == "met"


def test_a_ruling_is_on_the_claim_that_the_reviewer_saw(panel: Store) -> None:
    """Reopened and stated again while the reviewer read: nothing is ruled on what nobody has seen."""
    lock(panel, start_of_96(4.0))
    reopen_application(panel, A, CODE_A, YEAR, "起点填错", LATER)
    lock(panel, {"K11": ReportedValue("K11", "reported", 4.0, "relative", 95.0)})
    with pytest.raises(UserError, match="claim_changed"):
        rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "一致", LATER)
    assert own_claims(panel, A, CODE_A, YEAR)[0].ruling is None


def test_a_ruling_needs_a_reason_and_a_claim(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    with pytest.raises(UserError, match="ruling_needs_reason"):
        rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "  ")
    with pytest.raises(NotFound):
        rule_on_claim(panel, REVIEWER, CODE_A, YEAR, GROUP_CLAIM, GROUP, "accepted", "有章程")
    assert len(sealed(panel)) == 1


def test_a_claimed_group_among_the_peers_holds_all_words_until_somebody_rules(panel: Store) -> None:
    """The peer at 30 is of that group: with or without it is one more question, so no word is out before."""
    lock(panel, {}, GROUP)
    held = seen(panel)
    assert (held.clause, {kpi.verdict for kpi in held.kpis if kpi.main}) == (None, {None})
    assert "held_for_group" in {reason.code for reason in (*held.clause_reasons, *held.kpi("K08").reasons)}
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, GROUP_CLAIM, GROUP, "accepted", "工商登记一致", LATER)
    assert (seen(panel).clause, candidate_evaluation(panel, REVIEWER, CODE_A, YEAR).kpi("K08").peers.n) == ("met", 29)


@pytest.mark.parametrize(
    ("group", "claimed"),
    [
        (GROUP, "演示集团０１(虚构)"),
        (GROUP, "演示集团 01（虚构）"),
        ("Demo Group（虚构）", "DEMO group (虚构)"),
    ],
    ids=["width", "spacing", "case"],
)
def test_a_verdict_that_was_sealed_with_the_group_spelled_otherwise_and_so_taking_nobody_out_is_named(
    store: Store, monkeypatch: pytest.MonkeyPatch, group: str, claimed: str
) -> None:
    peers = {code: [float(place) for place in range(1, 31)] for code in CODES}
    freeze(store, "spelled", panel_records(peers, [None] * 29 + [group]))
    with monkeypatch.context() as earlier:
        earlier.setattr("kpi.tables.peers.as_spelled", lambda _names, name: name)
        lock(store, {"K08": 29.5}, claimed)
        rule_on_claim(store, REVIEWER, CODE_A, YEAR, GROUP_CLAIM, claimed, "accepted", "工商登记一致", LATER)
        assert verify_store(store).sound
    found = {(finding.code, finding.name) for finding in verify_store(store).findings}
    assert found == {("record_decided_otherwise", f"{CODE_A} {YEAR}")}


def test_a_group_that_takes_nobody_away_holds_nothing(panel: Store) -> None:
    lock(panel, {}, "演示集团07（虚构）")
    assert seen(panel).clause == "met"


@pytest.mark.parametrize("number", [7, 9_000_007], ids=["a peer", "nobody of the panel"])
def test_a_claim_of_a_firms_code_tells_nobody_whether_that_firm_is_a_peer(panel: Store, number: int) -> None:
    """A peer that stands alone was found by typing its code as the group: only then the words were held."""
    lock(panel, {}, credit_code(number))
    held = seen(panel)
    assert "held_for_group" in {reason.code for reason in (*held.clause_reasons, *held.kpi("K08").reasons)}
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, GROUP_CLAIM, credit_code(number), "refused", "查无依据", LATER)
    assert seen(panel).clause == "met"


def test_a_start_changed_after_its_ruling_is_open_again(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "一致", LATER)
    reopen_application(panel, A, CODE_A, YEAR, "起点填错", LATER)
    lock(panel, {"K11": ReportedValue("K11", "reported", 4.0, "relative", 95.0)})
    [claim] = own_claims(panel, A, CODE_A, YEAR)
    assert (claim.claimed, claim.ruling) == ("95.0", None)
    assert candidate_evaluation(panel, REVIEWER, CODE_A, YEAR).kpi("K11").reasons[0].code == "start_unproven"


def test_reopening_gives_no_second_word_by_another_start(panel: Store) -> None:
    """The words are of the first lock: a start stated afterwards, even an accepted one, changes none of them."""
    lock(panel, {"K11": ReportedValue("K11", "reported", 4.0, "relative")})
    assert seen(panel).kpi("K11").verdict == "not_leading"
    reopen_application(panel, A, CODE_A, YEAR, "补充起点", LATER)
    lock(panel, start_of_96(4.0))
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "一致", LATER)
    assert seen(panel).kpi("K11").verdict == "not_leading"


def words(store: Store) -> tuple[object, dict[str, object]]:
    """What is out: the clause, and each KPI's word."""
    view = seen(store)
    return view.clause, {kpi.code: kpi.verdict for kpi in view.kpis}


@pytest.mark.parametrize(
    ("place", "after"), [(1, "undecided"), (30, "leading")], ids=["its record is below", "its record is above"]
)
def test_a_group_that_is_dropped_and_claimed_again_tells_after_a_ruling_what_security_says(
    store: Store, place: int, after: str
) -> None:
    """28 of 30 are below; without the group's one record 27 of 29 or 28 of 29. Refused, nothing is said."""
    peers = {code: [float(number) for number in range(1, 31)] for code in CODES}
    freeze(store, "dropped", panel_records(peers, [GROUP if number == place else None for number in range(1, 31)]))
    own: dict[str, float | ReportedValue] = {"K08": 28.5}
    lock(store, own, GROUP)
    assert seen(store).kpi("K08").verdict is None
    reopen_application(store, A, CODE_A, YEAR, "不再主张", AT + HOUR)
    lock(store, own, None, AT + HOUR)
    out = words(store)
    assert out[1]["K08"] == "leading"
    reopen_application(store, A, CODE_A, YEAR, "仍然主张", AT + 2 * HOUR)
    lock(store, own, GROUP, AT + 2 * HOUR)
    rule_on_claim(store, REVIEWER, CODE_A, YEAR, GROUP_CLAIM, GROUP, "refused", "无登记", LATER)
    assert words(store) == out
    rule_on_claim(store, REVIEWER, CODE_A, YEAR, GROUP_CLAIM, GROUP, "accepted", "见登记", LATER + HOUR)
    assert seen(store).kpi("K08").verdict == after
    assert verify_store(store).sound


def test_a_start_that_was_dropped_and_stated_again_counts_as_it_is_ruled_on(panel: Store) -> None:
    """The words are of the first lock, which stated it, all the while: no other answer was out."""
    lock(panel, start_of_96(4.0))
    out = words(panel)
    reopen_application(panel, A, CODE_A, YEAR, "不再主张", AT + HOUR)
    lock(panel, {"K11": ReportedValue("K11", "reported", 4.0, "relative")}, at=AT + HOUR)
    assert words(panel) == out
    reopen_application(panel, A, CODE_A, YEAR, "仍然主张", AT + 2 * HOUR)
    lock(panel, start_of_96(4.0), at=AT + 2 * HOUR)
    assert words(panel) == out
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "一致", LATER)
    assert seen(panel).clause == "met"


def test_a_later_record_sealed_past_the_product_is_found(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "refused", "不一致", LATER)
    with panel.transaction() as cursor:
        cursor.execute("update later_record set record = replace(record, 'refused', 'accepted')")
    assert {found.code for found in verify_store(panel).findings} == {"record_changed", "row_changed"}


def test_a_withdrawn_ruling_is_as_if_it_had_never_been_given(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "refused", "报告缺页", LATER)
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "已补齐", LATER + HOUR)
    assert seen(panel).clause == "met"
    withdraw_ruling(panel, REVIEWER, CODE_A, YEAR, START, LATER + HOUR, "报告并非本工厂的", LATER + 2 * HOUR)
    assert (seen(panel).kpi("K11").verdict, seen(panel).clause) == ("undecided", "undecided")
    assert candidate_evaluation(panel, REVIEWER, CODE_A, YEAR).clause.verdict == "undecided"
    [lock_itself, as_if_never] = [item for item in sealed(panel) if not item["rulings"]]
    assert as_if_never == lock_itself, "to the last bit"
    assert verify_store(panel).sound
    [claim] = own_claims(panel, A, CODE_A, YEAR)
    assert claim.ruling is None
    assert claim.taken_back is not None
    assert claim.taken_back.withdrawn is not None
    assert (claim.taken_back.reason, claim.taken_back.withdrawn.reason) == ("已补齐", "报告并非本工厂的")


def test_who_has_not_seen_a_colleagues_ruling_does_not_rule_over_it(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    on = (panel, REVIEWER, CODE_A, YEAR, START, "96.0")
    rule_on_claim(*on, "refused", "报告缺页", LATER, "open")
    for read in ("open", AT):
        with pytest.raises(UserError, match="ruled_meanwhile"):
            rule_on_claim(*on, "accepted", "已补齐", LATER + HOUR, read)
    rule_on_claim(*on, "accepted", "已补齐", LATER + HOUR, LATER)
    assert seen(panel).clause == "met"


def test_a_claim_can_be_ruled_on_again_after_a_withdrawal(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "refused", "报告缺页", LATER)
    withdraw_ruling(panel, REVIEWER, CODE_A, YEAR, START, LATER, "看错了报告", LATER + HOUR)
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "已补齐", LATER + 2 * HOUR)
    assert seen(panel).clause == "met"
    [claim] = candidate_claims(panel, REVIEWER, CODE_A, YEAR)
    assert claim.ruling is not None
    assert (claim.ruling.ruling, claim.ruling.withdrawn, claim.taken_back) == ("accepted", None, None)


def test_a_withdrawal_holds_every_word_again_where_a_claimed_group_takes_peers_away(panel: Store) -> None:
    lock(panel, {}, GROUP)
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, GROUP_CLAIM, GROUP, "accepted", "工商登记一致", LATER)
    assert seen(panel).clause == "met"
    withdraw_ruling(panel, REVIEWER, CODE_A, YEAR, GROUP_CLAIM, LATER, "登记已变更", LATER + HOUR)
    assert seen(panel).clause is None
    assert candidate_evaluation(panel, REVIEWER, CODE_A, YEAR).kpi("K08").peers.n == 30


def test_a_withdrawal_is_of_the_ruling_that_the_reviewer_saw_and_needs_a_reason(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    with pytest.raises(NotFound):
        withdraw_ruling(panel, REVIEWER, CODE_A, YEAR, START, LATER, "看错了", LATER)
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "refused", "报告缺页", LATER)
    with pytest.raises(UserError, match="unruling_needs_reason"):
        withdraw_ruling(panel, REVIEWER, CODE_A, YEAR, START, LATER, " \u200b", LATER + HOUR)
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "已补齐", LATER + HOUR)
    with pytest.raises(UserError, match="ruling_changed"):
        withdraw_ruling(panel, REVIEWER, CODE_A, YEAR, START, LATER, "看错了", LATER + 2 * HOUR)
    assert seen(panel).clause == "met"
    withdraw_ruling(panel, REVIEWER, CODE_A, YEAR, START, LATER + HOUR, "看错了", LATER + 2 * HOUR)
    with pytest.raises(NotFound):
        withdraw_ruling(panel, REVIEWER, CODE_A, YEAR, START, LATER + HOUR, "看错了", LATER + 3 * HOUR)


def test_evidence_and_rulings_are_acts(panel: Store) -> None:
    lock(panel, start_of_96(4.0))
    attach_evidence(panel, A, CODE_A, YEAR, START, "审核报告第 17 号", None, LATER)
    rule_on_claim(panel, REVIEWER, CODE_A, YEAR, START, "96.0", "accepted", "一致", LATER)
    with panel.cursor() as cursor:
        acts = {act.action: act for act in tables.audit.audit_entries(cursor)}
        assert tables.claims.claim_evidence(cursor, []) == {}
    assert "审核报告" not in (acts["claim_evidence_attached"].after or "")
    assert json.loads(acts["claim_ruled"].after or "")["ruling"] == "accepted"
