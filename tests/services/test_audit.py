"""The audit trail: every change leaves its word, no word holds a secret, and whatever is done to the words is found."""

from __future__ import annotations

import ast
import hmac
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kpi import tables
from kpi.errors import UserError
from kpi.model.audit import AUDIT_ACTIONS, AuditEntry, AuditFilter
from kpi.model.viewer import SYSTEM, Actor
from kpi.services import audit_trail as trail_check
from kpi.services.administrator.audit import (
    audit_accounts,
    check_audit,
    export_audit,
    frequent_changes,
    read_audit,
    take_audit_entries,
)
from kpi.services.audit_losses import rotate_secret
from kpi.services.audit_trail import CHAIN_START, audit_key, audit_keys, broken_entries, entry_mac
from kpi.services.authorization import AUTHORIZED_SERVICES
from kpi.services.operation.authentication import SignedIn, sign_in, sign_out
from kpi.services.operation.demonstration import ensure_demonstration
from kpi.services.operation.verification import verify_store
from kpi.services.row_binding import changed_rows
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.cli.command_line import here
from tests.house.tracked import ROOT, declared, python_files
from tests.services.account_asking import CODE as ASKING_CODE
from tests.services.notice_archives import OFFICIAL
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, PASSWORD, A
from tests.services.service_calls import ASKS, DATED_YEAR, FIRST_ROUND, LIKE_A, NOBODYS, World, kept
from tests.services.submitting import YEAR, accepted, locked
from tests.services.test_authorization import PUBLIC

pytestmark = pytest.mark.slow

ADDRESS = "203.0.113.7"
SHA256 = re.compile(r"[0-9a-f]{64}")
SHORT_ID = re.compile(r"[0-9a-f]{8,32}")

POLICY_CHANGE = {"in_force_from": "2999-01-01", "keys": ["quota.base"], "version": 1}

DIGEST = re.compile(r"[0-9a-f]{32}")
SCORED = {"round": FIRST_ROUND, "version": 1, "position": 1, "sha256": SHA256}

# What each service says of what it did: action, subject, before, after. A pattern stands for what is new each time.
SAID: dict[str, list[tuple[Any, ...]]] = {
    "authentication.end_own_sign_in": [("sign_in_ended", "a", None, {"sign_in": SHORT_ID})],
    "authentication.end_own_sign_ins": [("signed_out", "a", None, None)],
    "authentication.audit_provider_sign_in": [("signed_in", "a", None, {"elsewhere": True})],
    "authentication.change_password": [("password_changed", "a", None, None)],
    "authentication.set_up_second_factor": [("second_factor_set_up", "a", None, None)],
    "preferences.set_notification_address": [("notification_address_removed", "a", None, None)],
    "preferences.confirm_notification_address": [("notification_address_confirmed", "a", None, None)],
    "preferences.choose_notifications": [("notifications_chosen", "a", None, {"once_a_day": True, "off": ["ruled"]})],
    "own_calendar.make_calendar_address": [("calendar_address_made", "a", None, None)],
    "own_calendar.revoke_calendar_address": [("calendar_address_revoked", "a", None, None)],
    "sending.send_again": [("notifications_sent_again", "notifications", None, {"items": 0})],
    "accounts.remove_second_factor": [("second_factor_removed", "a", None, None)],
    "accounts.add_account": [
        ("account_added", "carol", None, {"role": "reviewer", "scope": [], "elsewhere": False}),
    ],
    "account_import.add_accounts": [
        ("accounts_imported", "accounts", None, {"items": 1, "sha256": SHA256}),
        ("account_added", "dora", None, {"role": "reviewer", "scope": ["汽车"], "elsewhere": False}),
    ],
    "account_decisions.decide_account_request": [
        (
            "account_request_decided",
            ASKING_CODE,
            None,
            {"request": SHORT_ID, "outcome": "account_granted", "reason": "", "erased": SHA256},
        ),
    ],
    "accounts.end_account_sign_ins": [("sign_ins_ended", "b", None, None)],
    "accounts.disable_account": [
        ("account_disabled", "a", {"disabled": False}, {"disabled": True}),
        ("api_token_revoked", "a", None, {"token": SHORT_ID}),
    ],
    "accounts.enable_account": [("account_enabled", "a", {"disabled": True}, {"disabled": False})],
    "accounts.reset_account": [
        ("password_reset", "a", None, None),
        ("api_token_revoked", "a", None, {"token": SHORT_ID}),
    ],
    "accounts.set_scope": [("scope_changed", "a", {"scope": [CODE_A]}, {"scope": [CODE_B]})],
    "accounts.set_person_duties": [
        ("duties_changed", "a", {"duties": ["fill", "check", "confirm"]}, {"duties": ["fill"]})
    ],
    "people.invite_person": [
        (
            "account_added",
            "chen",
            None,
            {"role": "enterprise", "scope": [CODE_B], "elsewhere": False, "duties": ["fill"]},
        )
    ],
    "people.set_duties": [("duties_changed", "bo.li", {"duties": ["fill"]}, {"duties": ["check"]})],
    "people.end_person": [("account_disabled", "bo.li", {"disabled": False}, {"disabled": True})],
    "people.hand_over": [
        ("duties_changed", "bo.li", {"duties": ["fill"]}, {"duties": ["fill", "check"]}),
        ("duties_changed", "b", {"duties": ["fill", "check", "confirm"]}, {"duties": ["fill", "confirm"]}),
    ],
    "checks.check_draft": [("draft_checked", f"{CODE_B} {YEAR}", None, {"sha256": SHA256})],
    "accounts.declare_conflict": [
        ("conflict_declared", "reviewer", None, {"credit_code": CODE_A, "reason": "曾任职"}),
    ],
    "accounts.correct_conflict_reason": [
        (
            "conflict_corrected",
            "barred",
            {"credit_code": CODE_B, "reason": "曾任职"},
            {"credit_code": CODE_B, "reason": "曾任职两年"},
        )
    ],
    "accounts.withdraw_conflict": [("conflict_withdrawn", "barred", {"credit_code": CODE_B}, None)],
    "audit.export_audit": [("audit_exported", "administrator", None, {"purpose": "x"})],
    "audit.take_audit_entries": [("audit_exported", "administrator", None, {"purpose": "x"})],
    "persons.export_person": [
        ("file_downloaded", "", None, {"taken": "person_export", "format": "json", "sha256": SHA256, "purpose": "x"})
    ],
    "persons.correct_person": [
        ("person_erased", "account.display b", {"digest": DIGEST}, {"digest": DIGEST, "reason": "x"})
    ],
    "awards.import_awards": [("awards_imported", "awarded", None, {"items": 1, "sha256": SHA256})],
    "conditions.state_conditions": [
        (
            "condition_stated",
            f"{CODE_B} {YEAR}",
            {"holds": None, "sha256": None},
            {"condition": "good_credit", "holds": True, "sha256": SHA256},
        )
    ],
    "scenario_accounts.account_for_scenarios": [
        ("scenarios_accounted", f"{CODE_B} {YEAR}", {"sha256": SHA256}, {"items": 1, "sha256": SHA256})
    ],
    "statement_support.list_technology": [
        (
            "technology_listed",
            f"{CODE_B} {YEAR}",
            {"items": 0, "sha256": SHA256},
            {"items": 1, "sha256": SHA256},
        )
    ],
    "statement_support.attach_statement_file": [
        (
            "statement_file_attached",
            f"{CODE_B} {YEAR}",
            None,
            {"condition": "good_credit", "file": SHA256},
        )
    ],
    "awards.add_single_award": [
        ("award_added", NOBODYS, None, {"award": "演示工厂（虚构） 先进级 2024 松江区", "reason": "演示"})
    ],
    "awards.correct_award": [
        (
            "award_corrected",
            NOBODYS,
            {"award": "演示工厂（虚构） 先进级 2024 松江区"},
            {"award": "演示工厂（虚构） 先进级 2023 松江区", "reason": "演示"},
        )
    ],
    "awards.revoke_award": [
        ("award_revoked", NOBODYS, {"award": "演示工厂（虚构） 先进级 2024 松江区"}, {"reason": "演示"})
    ],
    "objections.record_objection": [
        (
            "objection_recorded",
            f"{CODE_A} {YEAR}",
            None,
            {"objection": SHORT_ID, "received_on": "2026-03-02", "file": SHA256},
        )
    ],
    "objections.add_to_objection": [
        (
            "objection_added_to",
            f"{CODE_A} {YEAR}",
            None,
            {"objection": SHORT_ID, "received_on": "2026-03-02", "file": SHA256},
        )
    ],
    "objections.inform_enterprise": [
        ("enterprise_informed", f"{CODE_A} {YEAR}", None, {"objection": SHORT_ID, "reply_by": str}),
    ],
    "hearings.reply_to_objection": [
        (
            "enterprise_replied",
            f"{CODE_A} {YEAR}",
            None,
            {"objection": SHORT_ID, "kind": "reply", "sha256": SHA256, "file": None},
        )
    ],
    "objections.answer_objection": [
        (
            "objection_answered",
            f"{CODE_A} {YEAR}",
            None,
            {"objection": SHORT_ID, "outcome": "rejected", "answered_on": "2026-03-02"},
        )
    ],
    "objections.reopen_objection": [("objection_reopened", f"{CODE_A} {YEAR}", None, {"objection": SHORT_ID})],
    "year_dates.set_year_dates": [
        (
            "year_dates_set",
            str(DATED_YEAR),
            None,
            {"opens": "2400-07-01", "closes": "2400-07-31", "lists_due": "2400-08-15", "reason": "演示"},
        )
    ],
    "year_dates.set_body_deadline": [
        (
            "dates_proposed",
            f"松江区 {DATED_YEAR}",
            None,
            {"lists_due": "2400-09-01", "reason": "演示"},
        )
    ],
    "year_dates.confirm_dates": [
        (
            "year_dates_set",
            str(DATED_YEAR),
            {"opens": "2400-07-01", "closes": "2400-07-31", "lists_due": "2400-08-15"},
            {"opens": "2400-07-01", "closes": "2400-07-30", "lists_due": "2400-08-15", "reason": "演示"},
        )
    ],
    "year_dates.withdraw_dates": [("dates_withdrawn", str(DATED_YEAR), None, {"set_by": "administrator"})],
    "documents.attach_evidence": [
        (
            "claim_evidence_attached",
            f"{CODE_B} {YEAR}",
            None,
            {"kind": "start", "item": "K11", "sha256": SHA256, "file": SHA256},
        )
    ],
    "candidate_list.sort_by_composite": [
        ("candidates_sorted", f"高端装备 {YEAR}", None, {"by": "composite", "candidates": int}),
    ],
    "claims.rule_on_claim": [
        (
            "claim_ruled",
            f"{CODE_A} {YEAR}",
            None,
            {"kind": "start", "item": "K11", "ruling": "accepted", "reason": "见审核报告（虚构）", "records": list},
        )
    ],
    "claims.withdraw_ruling": [
        (
            "ruling_withdrawn",
            f"{CODE_A} {YEAR}",
            {"kind": "start", "item": "K11", "ruling": "accepted", "reason": "见审核报告（虚构）"},
            {"kind": "start", "item": "K11", "reason": "报告并非本工厂的", "records": list},
        )
    ],
    "register.take_in_register": [("register_taken_in", str(YEAR), None, {"items": 2, "sha256": SHA256})],
    "campaign.open_campaign": [("campaign_opened", str(YEAR), None, {"last_day": "2400-01-01"})],
    "campaign.invite_enterprises": [("enterprises_invited", str(YEAR), None, {"items": 1})],
    "campaign.note_report_refusal": [
        ("report_refused", f"{CODE_B} {YEAR}", None, {"outcome": "not_found", "reason": "查无此企业（虚构）"})
    ],
    "same_enterprises.answer_like_names": [
        ("enterprises_matched", f"{CODE_A} {LIKE_A}", None, {"outcome": "same", "reason": "换发营业执照（虚构）"})
    ],
    "panel_sources.choose_source": [
        ("panel_source_chosen", f"{CODE_A} {YEAR}", None, {"source": "", "reason": "与另一家重复（虚构）"})
    ],
    "panel_sources.put_panel_forward": [
        ("panel_assembled", f"征集基准（虚构） {YEAR}", None, {"items": 1, "panel": SHA256, "sources": SHA256}),
        (
            "baseline_frozen",
            "征集基准（虚构）",
            None,
            {"sha256": SHA256, "year": YEAR, "quantiles": list},
        ),
    ],
    "reports.report_for_baseline": [("baseline_reported", f"{CODE_B} {YEAR}", None, {"sha256": SHA256})],
    "reports.decline_report": [
        ("report_refused", f"{CODE_B} {YEAR}", None, {"outcome": "declined", "reason": "数据涉密（虚构）"})
    ],
    "advice.share_accounts": [("accounts_shared", f"{CODE_A} {YEAR}", {"scenarios": []}, {"scenarios": []})],
    "advice.set_target": [("target_set", f"{CODE_B} {YEAR + 1}", None, {"kpi": "K08"})],
    "outreach.promise_outreach": [
        ("outreach_promised", f"{CODE_A} {YEAR}", None, {"promise": str, "due": "2400-01-01", "sha256": str})
    ],
    "outreach.report_outreach": [
        (
            "outreach_reported",
            f"{CODE_A} {YEAR}",
            None,
            {"promise": str, "done_on": "2026-03-02", "sha256": str, "file": None},
        )
    ],
    "timetable.set_appointments": [
        (
            "appointment_set",
            f"{CODE_A} {YEAR}",
            None,
            {
                "kind": "visit",
                "starts_at": "2026-03-02 16:30",
                "ends_at": "2026-03-02 18:30",
                "place": "一号会议室（虚构）",
                "experts": ["reviewer"],
                "reason": "",
            },
        )
    ],
    "condition_rulings.rule_on_conditions": [
        (
            "condition_ruled",
            f"{CODE_A} {YEAR}",
            None,
            {
                "condition": "industry_leader",
                "outcome": "met",
                "reason": "现场核实（虚构）",
                "evidence": "申报书（虚构）",
            },
        )
    ],
    "condition_rulings.rule_together": [
        (
            "condition_ruled",
            f"{CODE_A} {YEAR}",
            None,
            {
                "condition": "industry_leader",
                "outcome": "met",
                "reason": "现场核实（虚构）",
                "evidence": "申报书（虚构）",
            },
        )
    ],
    "condition_rulings.appeal_ruling": [
        (
            "condition_appealed",
            f"{CODE_A} {YEAR}",
            None,
            {"condition": "industry_leader", "outcome": "appealed", "reason": "另有行业报告（虚构）", "evidence": ""},
        )
    ],
    "stages.advance_all": [("step_taken", f"{CODE_A} {YEAR}", {"state": "submitted"}, {"state": "put_forward"})],
    "stages.advance": [("step_taken", f"{CODE_A} {YEAR}", {"state": "submitted"}, {"state": "put_forward"})],
    "stages.undo_steps": [("step_undone", f"{CODE_A} {YEAR}", {"state": "put_forward"}, {"state": "submitted"})],
    "uploads.receive_file": [("file_received", SHORT_ID, None, {"sha256": SHA256, "faults": 1})],
    "carry_over.carry_over": [("file_received", SHORT_ID, None, {"sha256": SHA256, "faults": int})],
    "uploads.answer_questions": [("file_answered", SHORT_ID, None, {"faults": 0})],
    "interface.submit_file": [
        ("file_received", SHORT_ID, None, {"sha256": SHA256, "faults": 0}),
        ("draft_accepted", f"{CODE_B} {YEAR}", None, {"sha256": SHA256}),
    ],
    "sheets.accept_application": [("draft_accepted", f"{CODE_B} {YEAR}", None, {"sha256": SHA256})],
    "sheets.create_sheet": [("draft_accepted", f"{CODE_B} {YEAR}", None, {"sha256": SHA256})],
    "sheets.edit_sheet": [("draft_accepted", f"{CODE_B} {YEAR}", None, {"sha256": SHA256})],
    "drafts.discard_draft": [("draft_discarded", f"{CODE_B} {YEAR}", None, None)],
    "documents.check_document": [("document_checked", SHORT_ID, None, {"sha256": SHA256, "faults": int})],
    "lock.lock_application": [("application_locked", f"{CODE_B} {YEAR}", None, {"sha256": SHA256, "record": SHA256})],
    "documents.attach_report": [("document_attached", f"{CODE_B} {YEAR}", None, {"kind": "report", "sha256": SHA256})],
    "documents.attach_self_assessment": [
        (
            "document_attached",
            f"{CODE_B} {YEAR}",
            None,
            {"kind": "self_assessment", "sha256": SHA256, "assessed_on": str},
        )
    ],
    "evidence.take_candidate_document": [
        (
            "document_opened",
            f"{CODE_A} {YEAR}",
            None,
            {"kind": "self_assessment", "sha256": SHA256, "purpose": "评审（演示）"},
        )
    ],
    "evidence.check_candidate_report": [
        ("document_opened", f"{CODE_A} {YEAR}", None, {"kind": "report", "sha256": SHA256})
    ],
    "downloads.note_download": [
        (
            "file_downloaded",
            f"{CODE_A} {YEAR}",
            None,
            {"taken": "result_report", "format": "pdf", "sha256": SHA256},
        )
    ],
    "lock.reopen_application": [("application_reopened", f"{CODE_A} {YEAR}", None, {"sha256": SHA256})],
    "rounds.open_round": [("round_opened", FIRST_ROUND, None, {"sheet": SHA256, "assignments": 0})],
    "rounds.start_round": [("round_started", FIRST_ROUND, None, {"reviewers": 1, "assignments": 1})],
    "rounds.release_round": [("round_released", FIRST_ROUND, None, {"scores": 1, "abstained": 0})],
    "rounds.set_score_sheet": [
        ("score_sheet_set", FIRST_ROUND, {"sheet": SHA256}, {"sheet": SHA256, "edition": 2}),
    ],
    "rounds.assign_reviewers": [
        (
            "reviewers_assigned",
            FIRST_ROUND,
            None,
            {"added": [], "dropped": [["reviewer", CODE_A]], "reason": "另有安排"},
        ),
    ],
    "rounds.draw_reviewers": [
        (
            "reviewers_drawn",
            f"{YEAR}-equipment-on_site-1",
            None,
            {"seed": 7, "per_candidate": 1, "added": [["reviewer", CODE_A]]},
        ),
    ],
    "scores.save_score": [("score_saved", f"{CODE_A} {YEAR}", None, SCORED)],
    "conflicts.state_conflicts": [("no_conflict_stated", f"{CODE_A} {YEAR}", None, None)],
    "scores.abstain": [
        ("score_abstained", f"{CODE_A} {YEAR}", None, SCORED),
    ],
    "accounts.declare_own_conflict": [
        ("conflict_declared", "reviewer", None, {"credit_code": CODE_A, "reason": "曾任职"}),
    ],
    "meeting.write_review_panel_note": [
        ("panel_noted", f"{CODE_A} {YEAR}", None, {"round": FIRST_ROUND, "note": "看法不一，以现场为准"}),
    ],
    "meeting.decide_candidates": [
        (
            "panel_decided",
            f"{CODE_A} {YEAR}",
            None,
            {"round": FIRST_ROUND, "outcome": "forward", "reason": "各项有依据", "edition": 1},
        ),
    ],
    "screening.dismiss_flag": [
        ("flag_dismissed", f"{CODE_A} {YEAR}", None, {"flag": "example_copied", "note": "已核实"}),
    ],
    "evidence.note_findings": [
        ("evidence_noted", f"{CODE_A} {YEAR}", None, {"kpi": "K08", "finding": "doubted", "note": "缺记录"}),
    ],
    "evidence.ask_enterprise": [("enterprise_asked", f"{CODE_A} {YEAR}", None, {"kpi": "K08", "sha256": SHA256})],
    "evidence.withdraw_question": [
        (
            "question_withdrawn",
            f"{CODE_A} {YEAR}",
            None,
            {"kpi": "K08", "sha256": SHA256, "reason": "已从申报书查明（虚构）"},
        ),
    ],
    "evidence.open_original": [("original_opened", f"{CODE_A} {YEAR}", None, {"kpi": "K08", "file": SHA256})],
    "documents.answer_enquiry": [
        ("enterprise_answered", f"{CODE_A} {YEAR}", None, {"kpi": "K08", "sha256": SHA256, "file": None}),
    ],
    "accounts.add_token": [("api_token_added", "a", None, {"token": SHORT_ID, "label": "", "expires_at": str})],
    "accounts.revoke_token": [("api_token_revoked", "a", None, {"token": SHORT_ID})],
    "policy.draft_policy_change": [("policy_drafted", "2", None, POLICY_CHANGE | {"sha256": SHA256})],
    "policy.set_policy_value": [("policy_drafted", "2", None, POLICY_CHANGE)],
    "policy.take_out_policy_value": [
        ("policy_drafted", "2", None, POLICY_CHANGE | {"keys": ["quota.raised"], "version": 3}),
    ],
    "policy.approve_policy_change": [("policy_approved", "1", None, POLICY_CHANGE)],
    "policy.withdraw_policy_change": [("policy_withdrawn", "1", None, {"reason": "另有安排"})],
    "baselines.put_baseline_in_force": [
        ("baseline_in_force", "second", {"baseline": "second"}, {"reason": "已核对"}),
    ],
    "baseline_import.freeze_baseline": [
        ("baseline_frozen", "incoming", None, {"sha256": SHA256, "year": 2031, "quantiles": list}),
    ],
    "baseline_proposals.propose_baseline": [
        ("baseline_proposed", "incoming", None, {"sha256": SHA256, "year": 2031, "original": SHA256}),
    ],
    "baseline_proposals.confirm_baseline": [
        (
            "baseline_frozen",
            "incoming",
            None,
            {"sha256": SHA256, "year": 2031, "quantiles": list, "proposed_by": "administrator"},
        ),
    ],
    "baseline_proposals.withdraw_baseline": [
        (
            "baseline_withdrawn",
            "incoming",
            None,
            {"sha256": SHA256, "proposed_by": "administrator", "reason": "来源有误"},
        ),
    ],
    "notices.propose_notice": [("notice_proposed", OFFICIAL, None, {"sha256": SHA256, "year": 2026})],
    "notices.approve_notice": [
        (
            "notice_approved",
            OFFICIAL,
            None,
            {"sha256": SHA256, "year": 2026, "proposed_by": "administrator", "sheets": 0},
        ),
    ],
    "notices.withdraw_notice": [
        (
            "notice_withdrawn",
            OFFICIAL,
            None,
            {"sha256": SHA256, "proposed_by": "administrator", "reason": "来源有误"},
        ),
    ],
    "home.back_up_now": [("backup_made", re.compile(r"\d{8}T\d{6}"), None, {"secret": True, "seq": int})],
    "nomination.save_list": [
        ("list_saved", f"松江区 {YEAR}", {"list": []}, {"edition": 1, "list": []}),
    ],
    "nomination.nominate": [
        ("list_put_forward", f"松江区 {YEAR}", {"list": [CODE_A]}, {"edition": 2, "list": [CODE_A]}),
    ],
    "nomination.withdraw_list": [
        ("list_withdrawn", f"松江区 {YEAR}", {"list": [CODE_A]}, {"edition": 3, "list": [CODE_A]}),
    ],
    "nomination.send_list": [
        ("list_sent", f"松江区 {YEAR}", {"list": [CODE_A]}, {"edition": 3, "list": [CODE_A]}),
    ],
    "interface.evaluate_file": [("values_tried", f"{CODE_A} {YEAR}", None, None)],
    "nomination.take_package": [("package_made", f"松江区 {YEAR}", None, {"list": [CODE_A], "purpose": "x"})],
}


def trail(store: Store) -> list[AuditEntry]:
    with store.cursor() as cursor:
        return tables.audit.audit_entries(cursor)


def fits(reported: Any, expected: Any) -> bool:
    if isinstance(expected, re.Pattern):
        return isinstance(reported, str) and expected.fullmatch(reported) is not None
    if isinstance(expected, type):
        return isinstance(reported, expected)
    if isinstance(expected, dict):
        if not isinstance(reported, dict) or reported.keys() != expected.keys():
            return False
        return all(fits(reported[key], expected[key]) for key in reported)
    return bool(reported == expected)


def content(act: AuditEntry) -> tuple[Any, ...]:
    return (act.action, act.subject, *(json.loads(item) if item else None for item in (act.before, act.after)))


@pytest.mark.parametrize("name", AUTHORIZED_SERVICES)
def test_what_changes_anything_says_so_once_and_what_changes_nothing_says_nothing(world: World, name: str) -> None:
    ask = ASKS[name]
    viewer = replace(ask.viewer, address=ADDRESS)
    arguments = ask.inside(world)
    before, length = kept(world.store), len(trail(world.store))
    PUBLIC[name](world.store, viewer, *arguments)
    said = trail(world.store)[length:]
    expected = SAID.get(name, [])
    assert len(said) == len(expected)
    for act, item in zip(said, expected, strict=True):
        assert all(map(fits, content(act), item)), content(act)
        assert (act.actor, act.role, act.address) == (viewer.account, viewer.role, ADDRESS)
    assert (kept(world.store) == before) == (not expected)
    assert broken_entries(world.store, trail(world.store)) == []
    with world.store.cursor() as cursor:
        assert changed_rows(cursor, trail(world.store), audit_keys(world.store.folder)) == [], (
            "all is bound as it stands"
        )


def test_signing_in_and_out_are_reported_with_their_address(store: Store) -> None:
    length = len(trail(store))
    signed_in = sign_in(store, "a", PASSWORD, AT, ADDRESS)
    assert isinstance(signed_in, SignedIn)
    sign_out(store, signed_in.token, AT)
    said = trail(store)[length:]
    assert [(act.action, act.subject, act.actor, act.role, act.done_at) for act in said] == [
        (action, "a", "a", "enterprise", AT) for action in ("signed_in", "signed_out")
    ]
    assert said[0].address == ADDRESS


def test_what_the_product_does_itself_is_reported_as_its_own(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s") as store:
        ensure_demonstration(store, AT)
        said = trail(store)
        assert broken_entries(store, said) == []
    assert {(act.actor, act.role, act.address) for act in said} == {
        (SYSTEM.account, "system", ""),
        ("administrator", "administrator", ""),
        *((word, "reviewer", "") for word in ("reviewer", "reviewer2", "reviewer3")),
    }
    scoring = {"round_opened", "reviewers_assigned", "round_started", "round_released", "panel_noted", "panel_decided"}
    scoring |= {
        "conflict_declared",
        "no_conflict_stated",
        "candidate_read",
        "score_saved",
        "score_handed_in",
        "score_abstained",
    }
    assert {act.action for act in said} == scoring | {
        "baseline_frozen",
        "application_locked",
        "step_taken",
        "demonstration_made",
    }
    assert [said[0].action, said[-1].action] == ["baseline_frozen", "demonstration_made"]


def test_every_kind_of_act_that_a_service_notes_is_known() -> None:
    noted = set()
    for file, source in python_files().items():
        if file.startswith("kpi/services/"):
            noted |= set(re.findall(r'(?:audit|audit_values)\((?:change, )?"(\w+)"', source))
    assert noted
    assert noted <= set(AUDIT_ACTIONS)


def test_no_act_holds_a_value_a_password_a_telephone_or_a_contact(world: World) -> None:
    for name in SAID:
        # Some take away what others need: a draft that is locked, an account that is disabled.
        try:
            PUBLIC[name](world.store, ASKS[name].viewer, *ASKS[name].inside(world))
        except (UserError, IndexError):
            continue
    said = [act for act in trail(world.store) if act.action != "baseline_frozen"]
    assert len({act.action for act in said}) > 14
    text = "\n".join(f"{act.actor} {act.address} {act.subject} {act.before} {act.after}" for act in said)
    application = world.answer.application
    facts = [application.text(name) for name in ("contact", "phone", "factory_name", "address", "enterprise")]
    assert [fact for fact in [*facts, PASSWORD, "$argon2", "magnet"] if fact is None or fact in text] == []
    assert not re.search(r"(?<![0-9A-Za-z])1\d{10}(?!\d)", text), "a mobile telephone"
    written = [json.loads(item) for act in said for item in (act.before, act.after) if item]
    numbers = {key for item in written for key, value in item.items() if type(value) in (int, float)}
    counts = {
        "items",
        "candidates",
        "faults",
        "assignments",
        "per_candidate",
        "position",
        "scores",
        "abstained",
        "sheets",
    }
    assert numbers <= counts | {"version", "edition", "seq", "year", "seed"}, "versions and counts"


def test_the_export_is_the_whole_trail_with_itself_at_the_end(store: Store) -> None:
    locked(store, A, CODE_A)
    lines = [json.loads(line) for line in export_audit(store, ADMINISTRATOR, "另存（演示）", AT).splitlines()]
    acts = trail(store)
    assert [(line["seq"], line["mac"], line["action"]) for line in lines] == [
        (act.seq, act.mac, act.action) for act in acts
    ]
    assert lines[-1]["action"] == "audit_exported"
    assert set(lines[0]) == set(AuditEntry.__slots__)


def test_the_trail_is_read_by_account_and_by_kind_the_latest_first(store: Store) -> None:
    locked(store, A, CODE_A)
    found = read_audit(store, ADMINISTRATOR, 2)
    assert [act.seq for act in found.acts] == [found.length, found.length - 1]
    assert (found.check and found.check.broken, found.unchecked) == ((), 0)
    assert {act.actor for act in asked(store, actor="a")} == {"a"}
    [act] = asked(store, action="application_locked")
    assert act.subject == f"{CODE_A} {YEAR}"
    assert asked(store, actor="nobody") == []
    assert asked(store, action="' or true --") == []
    assert audit_accounts(store, ADMINISTRATOR) == sorted({act.actor for act in asked(store)})


def test_the_trail_is_read_by_object_and_by_day(store: Store) -> None:
    locked(store, A, CODE_A)
    every = asked(store)
    assert len(asked(store, subject=CODE_A[3:9].lower())) == sum(CODE_A in act.subject for act in every) > 0
    assert asked(store, subject="%") == []
    [moment] = {act.done_at for act in every if act.action == "application_locked"}
    assert all(act.done_at >= moment for act in asked(store, since=moment))
    assert all(act.done_at < moment for act in asked(store, before=moment))
    assert len(asked(store, since=moment)) + len(asked(store, before=moment)) == len(every)
    assert asked(store, since=moment, before=moment) == []


def test_what_is_taken_of_the_trail_as_a_table_is_what_was_asked_for_and_stands_in_it(store: Store) -> None:
    locked(store, A, CODE_A)
    taken = take_audit_entries(store, ADMINISTRATOR, AuditFilter(actor="a"), "核对（演示）")
    assert {act.actor for act in taken} == {"a"}
    [exported] = asked(store, action="audit_exported")
    assert exported.actor == "administrator"
    assert json.loads(exported.after or "") == {"purpose": "核对（演示）"}


def test_without_a_purpose_nothing_of_the_trail_is_taken(store: Store) -> None:
    with pytest.raises(UserError, match="purpose_missing"):
        take_audit_entries(store, ADMINISTRATOR, AuditFilter(), " ")
    with pytest.raises(UserError, match="purpose_missing"):
        export_audit(store, ADMINISTRATOR, "", AT)
    assert asked(store, action="audit_exported") == []


def asked(store: Store, **wanted: Any) -> list[AuditEntry]:
    return read_audit(store, ADMINISTRATOR, 500, AuditFilter(**wanted)).acts


def test_the_alert_is_on_the_eleventh_set_of_values_within_thirty_days(store: Store) -> None:
    for number in range(10):
        accepted(store, A, CODE_A, str(30 + number))
        accepted(store, A, CODE_A, str(30 + number))
    assert frequent_changes(store, ADMINISTRATOR, AT) == []
    accepted(store, A, CODE_A, "50")
    [one] = frequent_changes(store, ADMINISTRATOR, AT)
    assert (one.credit_code, one.year, one.different, one.accounts) == (CODE_A, YEAR, 11, ("a",))
    assert frequent_changes(store, ADMINISTRATOR, AT + timedelta(days=31)) == []


@pytest.fixture
def chained(store: Store) -> Store:
    """Seven acts, with and without before and after, and rows that they bind."""
    for number in range(2, 7):
        with unit_of_work(store, Actor("somebody", "administrator", ADDRESS), AT + timedelta(seconds=number)) as change:
            change.audit("scope_changed", f"nr{number}", {"n": number} if number % 2 else None, {"n": -number})
    assert [act.seq for act in trail(store)] == [1, 2, 3, 4, 5, 6, 7]
    assert broken_entries(store, trail(store)) == []
    return store


def plant(store: Store, *statements: str) -> list[str]:
    """What is found after somebody wrote this into the database behind the product's back."""
    with store.transaction() as cursor:
        for sql in statements:
            cursor.execute(sql)
    return broken_entries(store, trail(store))


CHANGED = {column: f"coalesce({column}, '') || ' '" for column in AuditEntry.__slots__} | {
    "seq": "seq + 100",
    "done_at": "done_at + interval '1 microsecond'",
    "before": "case when before is null then '' end",
    "mac": "upper(mac)",
}
"""An upper-case mac is the same number: what counts is how it was written."""


@pytest.mark.parametrize("column", CHANGED)
@pytest.mark.parametrize("seq", [2, 4, 7], ids=["early", "middle", "last"])
def test_a_changed_column_of_any_act_is_found(chained: Store, column: str, seq: int) -> None:
    assert plant(chained, f"update audit set {column} = {CHANGED[column]} where seq = {seq}")


REST = ", ".join(AuditEntry.__slots__[1:-3])


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["delete from audit where seq = 1"], "2"),
        (["delete from audit where seq = 4"], "5"),
        (["delete from audit where seq = 7"], "end"),
        (["delete from audit where seq > 3"], "end"),
        (["delete from audit"], "end"),
        (["delete from audit where seq = 4", "update audit set seq = seq - 1 where seq > 4"], "4"),
        (["update audit set seq = 100 where seq = 3", "update audit set seq = 3 where seq = 4"], "3"),
        ([f"insert into audit select 8, {REST}, previous, mac, bound from audit where seq = 7"], "8"),
        ([f"insert into audit select 8, {REST}, mac, mac, bound from audit where seq = 7"], "8"),
        ([f"insert into audit select 0, {REST}, previous, mac, bound from audit where seq = 1"], "0"),
    ],
    ids=["first", "middle", "last", "tail", "all", "closed up", "moved", "repeated", "chained on", "before the first"],
)
def test_taken_out_moved_or_put_in_is_found(chained: Store, statements: list[str], found: str) -> None:
    assert found in plant(chained, *statements)


def test_two_acts_that_changed_places_are_found(chained: Store) -> None:
    with chained.cursor() as cursor:
        rows = cursor.execute("select * from audit where seq in (3, 4) order by seq").fetchall()
    with chained.transaction() as cursor:
        cursor.execute("delete from audit where seq in (3, 4)")
        for seq, row in ((4, rows[0]), (3, rows[1])):
            cursor.execute(
                f"insert into audit values ({', '.join(f'${at}' for at in range(1, len(row) + 1))})", [seq, *row[1:]]
            )
    assert broken_entries(chained, trail(chained)) == ["3", "4", "5"]


def test_a_trail_written_anew_without_the_key_is_found(chained: Store) -> None:
    """Whoever can write the database has everything but this installation's secret."""
    previous = CHAIN_START
    for act in trail(chained):
        forged = replace(act, subject="another", previous=previous)
        mac = entry_mac(forged, hmac.digest(b"guessed", b"audit trail", "sha256"))
        with chained.transaction() as cursor:
            cursor.execute(
                "update audit set subject = $2, previous = $3, mac = $4 where seq = $1",
                [act.seq, forged.subject, previous, mac],
            )
        previous = mac
    assert broken_entries(chained, trail(chained)) == [*"1234567", "end"]


def test_what_cannot_even_be_read_is_found_and_named(store: Store) -> None:
    locked(store, A, CODE_A)
    [act] = [act for act in trail(store) if act.action == "application_locked"]
    for after in ("{", "[1]", "7", "", "篡改"):
        plant(store, f"update audit set after = '{after}', mac = '篡改' where seq = {act.seq}")
        found = [(finding.code, finding.name) for finding in verify_store(store).findings]
        assert ("act_changed", str(act.seq)) in found
        assert ("record_unwitnessed", act.subject) in found


def head_of(store: Store) -> Path:
    return store.folder.root / "audit-head"


@pytest.mark.parametrize("head", [None, b"", b"7", b"seven x", b"\xff\xfe", b"8 x y"], ids=repr)
def test_without_a_head_nobody_says_that_the_last_entries_are_missing(chained: Store, head: bytes | None) -> None:
    head_of(chained).unlink() if head is None else head_of(chained).write_bytes(head)
    assert broken_entries(chained, trail(chained)) == ["head"]
    root = chained.folder.root
    chained.close()
    said = here("store", "verify", "--store", root, "--lang", "en")
    assert (said.code, "the last entries are missing" in said.err) == (3, False)
    assert here("store", "verify", "--store", root, "--json").json["findings"] == [
        {"code": "head_missing", "name": "head"}
    ]


def test_a_head_of_another_act_is_found(chained: Store) -> None:
    head_of(chained).write_bytes(b"7 " + b"0" * 64)
    assert broken_entries(chained, trail(chained)) == ["end"]


def test_a_page_checks_what_is_new_and_calls_nothing_checked_that_was_not(
    chained: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_check, "CHECKED_AT_ONCE", 3)
    found = read_audit(chained, ADMINISTRATOR, 1)
    assert (found.check, found.length, found.unchecked) == (None, 7, 7)
    shares: list[float] = []
    monkeypatch.setattr(trail_check, "REPORTED_EVERY", 2)
    whole = check_audit(chained, ADMINISTRATOR, shares.append, AT)
    assert (whole.seq, whole.whole_seq, whole.whole_at, whole.broken) == (7, 7, AT, ())
    assert shares == [2 / 7, 4 / 7, 6 / 7]
    for number in range(5):
        with unit_of_work(chained, SYSTEM, AT + timedelta(minutes=number)) as change:
            change.audit("signed_out", "x")
    first, then = (read_audit(chained, ADMINISTRATOR, 1) for _ in range(2))
    assert [(item.check and item.check.seq, item.unchecked) for item in (first, then)] == [(10, 2), (12, 0)]
    assert then.check is not None
    assert (then.check.whole_seq, then.check.whole_at) == (7, AT)


def test_what_was_changed_since_the_last_check_is_found_by_what_is_new_or_by_a_check_of_all(chained: Store) -> None:
    check_audit(chained, ADMINISTRATOR)
    for number in range(2):
        with unit_of_work(chained, SYSTEM, AT + timedelta(minutes=number)) as change:
            change.audit("signed_out", "x")
    plant(chained, "update audit set subject = 'y' where seq in (3, 8)")
    for _ in range(2):
        found = read_audit(chained, ADMINISTRATOR, 1)
        assert found.check is not None
        assert (found.check.broken, found.check.whole_seq) == (("8",), 7)
    assert check_audit(chained, ADMINISTRATOR).broken == ("3", "8")


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("update audit set mac = reverse(mac) where seq = 7", ("7",)),
        ("delete from audit where seq = 7", ("end",)),
        ("delete from audit", ("end",)),
    ],
)
def test_where_what_was_checked_is_not_there_any_more_all_of_it_is_checked(
    chained: Store, statement: str, broken: tuple[str, ...]
) -> None:
    check_audit(chained, ADMINISTRATOR)
    found = plant(chained, statement)
    check = read_audit(chained, ADMINISTRATOR, 1).check
    assert check is not None
    assert check.broken == tuple(found)
    assert set(broken) <= set(found)


def test_a_new_secret_has_all_of_it_checked_again(chained: Store) -> None:
    check_audit(chained, ADMINISTRATOR, at=AT)
    rotate_secret(chained, SYSTEM, AT + timedelta(hours=1))
    check = read_audit(chained, ADMINISTRATOR, 1, at=AT + timedelta(hours=2)).check
    assert check is not None
    assert (check.broken, check.whole_at) == ((), AT + timedelta(hours=2))


def test_a_kill_between_the_commit_and_the_head_leaves_a_sound_trail_that_goes_on(store: Store) -> None:
    before = head_of(store).read_bytes()
    with unit_of_work(store, SYSTEM, AT) as change:
        change.audit("signed_out", "x")
    head_of(store).write_bytes(before)
    assert broken_entries(store, trail(store)) == []
    with unit_of_work(store, SYSTEM, AT) as change:
        change.audit("signed_out", "y")
    assert broken_entries(store, trail(store)) == []
    assert store.folder.head() == (trail(store)[-1].seq, trail(store)[-1].mac)


def test_a_kill_before_the_first_act_was_noted_beside_it_leaves_a_sound_trail(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s") as store:
        assert broken_entries(store, trail(store)) == []
        with unit_of_work(store, SYSTEM, AT) as change:
            change.audit("signed_out", "x")
        store.folder.keep_head(0, CHAIN_START)
        assert broken_entries(store, trail(store)) == []
        with unit_of_work(store, SYSTEM, AT + timedelta(hours=1)) as change:
            change.audit("signed_out", "y")
        assert broken_entries(store, trail(store)) == []
        store.folder.keep_head(0, CHAIN_START)
        assert broken_entries(store, trail(store)) == ["end"], "one change may be ahead of the head, two may not"


def test_verifying_the_store_ends_with_3_and_names_the_act(chained: Store) -> None:
    root = chained.folder.root
    chained.close()
    assert here("store", "verify", "--store", root, "--json").json["acts"] == 7
    with Store.open(root) as store:
        plant(store, "update audit set actor = 'another' where seq = 5", "delete from audit where seq = 7")
    said = here("store", "verify", "--store", root, "--json", "--lang", "en")
    assert said.code == 3
    assert said.json["findings"] == [{"code": "act_changed", "name": name} for name in ("5", "end")]
    assert "5" in said.err


def test_eight_that_write_at_once_keep_one_chain(store: Store) -> None:
    length = len(trail(store))

    def write(number: int) -> None:
        for turn in range(5):
            with unit_of_work(store, Actor(f"writer{number}", "administrator"), AT) as change:
                change.audit("scope_changed", f"{turn}")
                change.audit("scope_changed", f"{turn} again")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    acts = trail(store)
    assert len(acts) == length + 80
    assert broken_entries(store, acts) == []
    assert store.folder.head() == (acts[-1].seq, acts[-1].mac)
    for number in range(8):
        own = [act.subject for act in acts if act.actor == f"writer{number}"]
        assert own == [f"{turn}{more}" for turn in range(5) for more in ("", " again")]


def test_a_change_without_a_word_and_one_that_fails_keep_nothing(store: Store) -> None:
    before = kept(store)

    def silent() -> None:
        with unit_of_work(store, SYSTEM, AT) as change:
            change.cursor.execute("delete from account")

    def failing() -> None:
        with unit_of_work(store, SYSTEM, AT) as change:
            change.cursor.execute("delete from account")
            change.audit("signed_out", "x")
            raise KeyError("a bug")

    for ask, error in ((silent, RuntimeError), (failing, KeyError)):
        with pytest.raises(error):
            ask()
    assert kept(store) == before


def test_the_key_is_this_installations_own(store: Store, tmp_path: Path) -> None:
    with Store.open(tmp_path / "another") as another:
        assert audit_key(store.folder) != audit_key(another.folder)
    assert audit_key(store.folder) != store.folder.secret()


CHANGES = {name for name in vars(Store) if name.startswith("transaction")}
"""The store's ways to change something."""


def _writers(source: str) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(item, ast.Attribute) and item.attr in CHANGES for item in ast.walk(node))
    }


def test_nothing_is_written_past_the_trail() -> None:
    """None of it is bound (``kpi/store/writes.py``)."""
    assert {"transaction", "transaction_of_a_try"} <= CHANGES
    elsewhere = {file: source for file, source in python_files().items() if not file.startswith("kpi/store/")}
    found = {f"{file}:{name}" for file, source in elsewhere.items() for name in _writers(source)}
    assert found - {"kpi/services/unit_of_work.py:unit_of_work"} == declared("Without a word in the trail")


def test_no_act_is_ever_changed_or_taken_out() -> None:
    scripts = {path.as_posix(): path.read_text("utf-8") for path in (ROOT / "kpi").rglob("*.sql")}
    sources = {**python_files(), **scripts}
    statements = r"\b(?:update|delete\s+from|insert\s+into|truncate|drop\s+table|alter\s+table)\s+audit\b"
    words = rf'{statements}|\binsert\(cursor, "audit"'
    found = {
        file.rpartition("/")[2]: re.findall(words, source, re.IGNORECASE)
        for file, source in sources.items()
        if re.search(words, source, re.IGNORECASE)
    }
    assert found == {"audit.py": ['insert(cursor, "audit"'], "from_22.sql": ["alter table audit"]}
