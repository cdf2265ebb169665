"""Changes of policy: drafted by one, approved by another, in force from a day to come; the past stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kpi import tables
from kpi.errors import InvalidFile, NotFound, UserError
from kpi.model.programme import PolicyChangeVersion, YearDates
from kpi.model.viewer import Viewer
from kpi.policy.change_file import EnteredValue, read_change
from kpi.policy.load import file_entries
from kpi.services.administrator.accounts import NewAccount, add_account, reset_account
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.administrator.policy import (
    against_approval,
    approve_policy_change,
    draft_policy_change,
    policy_overview,
    refuse_decided,
    set_policy_value,
    take_out_policy_value,
    withdraw_policy_change,
)
from kpi.services.administrator.policy_effect import preview_policy_change, preview_policy_file
from kpi.services.administrator.year_dates import set_year_dates
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.sheets import create_sheet
from kpi.services.evaluation import evaluation_context
from kpi.services.operation.verification import verify_store
from kpi.services.year import policies_known, policy_on, window_hindrance
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, A
from tests.services.submitting import YEAR, accepted, lock_as_it_stands, locked, received

SECOND = replace(ADMINISTRATOR, account="second")
WORDS = "name = {zh='甲',en='a'}\nunit = {zh='甲',en='a'}\nreference = {zh='甲',en='a'}\nreason = {zh='甲',en='a'}\n"
UNSEEN = WORDS.replace("甲", "\u202e", 1)
NEXT = date(2027, 1, 1)
LATER = AT + timedelta(hours=1)
AHEAD = 2099


def change(body: str, day: date = NEXT) -> bytes:
    return f"in_force_from = {day}\n{body}".encode()


def lower_line(line: float = 0.5, day: date = NEXT) -> bytes:
    return change(f"[leading_quantile]\nvalue = {line}\n{WORDS}", day)


def drafted(store: Store, data: bytes, number: int | None = None, at: datetime = AT) -> int:
    return draft_policy_change(store, ADMINISTRATOR, "change.toml", data, number, at)


def refused(code: str) -> pytest.RaisesExc[UserError]:
    return pytest.RaisesExc(UserError, match=code)


def last(store: Store) -> PolicyChangeVersion:
    """The latest change as it stands."""
    return policy_overview(store, ADMINISTRATOR, AT).changes[0].edition


def line(store: Store, day: date, known_at: datetime | None = None) -> float:
    with store.cursor() as cursor:
        return policy_on(cursor, day, known_at).leading_quantile


def test_a_change_is_in_force_from_its_day_once_another_has_approved_it(store: Store) -> None:
    number = drafted(store, lower_line())
    assert line(store, NEXT) == 0.8
    approve_policy_change(store, SECOND, number, 1, LATER)
    assert (line(store, date(2026, 12, 31)), line(store, NEXT)) == (0.8, 0.5)
    assert line(store, NEXT, AT) == 0.8, "it was not known before its approval"
    assert [item.state for item in policy_overview(store, ADMINISTRATOR, AT).changes] == ["scheduled"]
    in_force = datetime(2027, 1, 1, tzinfo=UTC)
    assert [item.state for item in policy_overview(store, ADMINISTRATOR, in_force).changes] == ["in_force"]


def test_nobody_approves_what_they_drafted_or_edited(store: Store) -> None:
    number = drafted(store, lower_line())
    with refused("second_own"):
        approve_policy_change(store, ADMINISTRATOR, number, 1, LATER)
    draft_policy_change(store, SECOND, "change.toml", lower_line(0.6), number, AT)
    with refused("second_own"):
        approve_policy_change(store, SECOND, number, 2, LATER)
    with refused("second_own"):
        approve_policy_change(store, ADMINISTRATOR, number, 2, LATER)


def test_nobody_approves_by_an_account_of_the_drafters_making(store: Store) -> None:
    """Whoever handed out its last password, or made it after the draft, may be the same person once more."""
    third = replace(ADMINISTRATOR, account="third")

    def added(viewer: Viewer, name: str, at: datetime) -> Viewer:
        add_account(store, viewer, NewAccount(name, name, "administrator", ("system",)), at)
        return replace(ADMINISTRATOR, account=name)

    made, newer = added(ADMINISTRATOR, "made", AT), added(third, "newer", LATER)
    reset = added(third, "reset", AT)
    reset_account(store, ADMINISTRATOR, "reset", AT)
    number = drafted(store, lower_line(), at=AT + timedelta(minutes=1))
    for viewer, code in ((made, "second_made"), (newer, "second_newer"), (reset, "second_made")):
        with refused(code):
            approve_policy_change(store, viewer, number, 1, LATER)
        [change] = policy_overview(store, viewer, LATER).changes
        hindered = against_approval(store, viewer, change)
        assert hindered is not None
        assert hindered.code == code
        [waiting] = [item for item in administrator_to_dos(store, viewer, LATER) if item.code == "policy_drafts"]
        assert not waiting.open
    reset_account(store, third, "reset", LATER)
    [waiting] = [item for item in administrator_to_dos(store, reset, LATER) if item.code == "policy_drafts"]
    assert waiting.open
    approve_policy_change(store, reset, number, 1, LATER)


def test_an_edit_voids_the_approval_and_a_stale_approval_is_refused(store: Store) -> None:
    number = drafted(store, lower_line())
    approve_policy_change(store, SECOND, number, 1, LATER)
    drafted(store, lower_line(0.6), number, LATER)
    assert line(store, NEXT) == 0.8
    with refused("policy_edited"):
        approve_policy_change(store, SECOND, number, 1, LATER)
    approve_policy_change(store, SECOND, number, 2, LATER)
    assert line(store, NEXT) == 0.6


def test_who_read_a_draft_does_not_undo_what_became_of_it_since(store: Store) -> None:
    entered = EnteredValue(NEXT, "quota.base", 9, ("某通知第二条", ""), ("名额减少", ""))
    number = set_policy_value(store, ADMINISTRATOR, entered, at=AT)
    set_policy_value(store, ADMINISTRATOR, replace(entered, key="quota.raised", value=11), number, AT)
    draft = last(store)

    acts: list[Callable[[], object]] = [
        lambda: withdraw_policy_change(store, ADMINISTRATOR, number, "另有安排", LATER, draft),
        lambda: draft_policy_change(store, ADMINISTRATOR, "x.toml", lower_line(), number, LATER, draft),
        lambda: set_policy_value(store, ADMINISTRATOR, replace(entered, value=8), number, LATER, draft),
        lambda: take_out_policy_value(store, ADMINISTRATOR, draft, "quota.base", LATER),
    ]

    approve_policy_change(store, SECOND, number, 2, LATER)
    for act in acts:
        with refused("policy_approved_since"):
            act()
    set_policy_value(store, SECOND, replace(entered, value=7), number, LATER)
    for act in acts:
        with refused("policy_edited"):
            act()
    assert last(store).version == 3
    withdraw_policy_change(store, ADMINISTRATOR, number, "另有安排", LATER, last(store))


def test_the_same_draft_once_more_is_no_edition(store: Store) -> None:
    number = drafted(store, lower_line())
    approve_policy_change(store, SECOND, number, 1, LATER)
    with refused("policy_same"):
        drafted(store, lower_line(), number, LATER)
    assert line(store, NEXT) == 0.5, "the approval holds"


def test_what_is_in_force_can_neither_be_edited_nor_withdrawn(store: Store) -> None:
    number = drafted(store, lower_line())
    approve_policy_change(store, SECOND, number, 1, LATER)
    in_force = datetime(2027, 1, 2, tzinfo=UTC)
    with refused("policy_in_force"):
        drafted(store, lower_line(0.6, date(2028, 1, 1)), number, in_force)
    with refused("policy_in_force"):
        withdraw_policy_change(store, ADMINISTRATOR, number, "另有安排", in_force)


def test_a_withdrawal_needs_a_reason_and_leaves_no_trace_in_what_is_in_force(store: Store) -> None:
    number = drafted(store, lower_line())
    approve_policy_change(store, SECOND, number, 1, LATER)
    with refused("policy_needs_reason"):
        withdraw_policy_change(store, ADMINISTRATOR, number, " \u200b", LATER)
    withdraw_policy_change(store, ADMINISTRATOR, number, "另有安排", LATER + timedelta(hours=1))
    assert line(store, NEXT) == 0.8
    assert line(store, NEXT, LATER) == 0.5, "it was in force to come until then"
    with refused("policy_withdrawn"):
        approve_policy_change(store, SECOND, number, 1, LATER)


def test_no_change_begins_today_or_before(store: Store) -> None:
    for day in (date(2026, 3, 2), date(2025, 6, 1)):
        with refused("policy_too_early"):
            drafted(store, lower_line(day=day))
    number = drafted(store, lower_line(day=date(2026, 3, 3)))
    with refused("policy_too_early"):
        approve_policy_change(store, SECOND, number, 1, AT + timedelta(days=1))


def test_a_change_of_verdicts_begins_after_the_years_that_are_locked(store: Store) -> None:
    soon = date(2026, 3, 3)
    number = drafted(store, lower_line(day=soon))
    locked(store, A, CODE_A)
    approve_policy_change(store, SECOND, number, 1, LATER)
    assert line(store, date(YEAR, 12, 31)) == 0.8
    with refused("policy_stated_twice"):
        approve_policy_change(store, SECOND, drafted(store, lower_line(day=soon)), 1, LATER)


def test_a_change_that_would_decide_a_locked_application_is_refused_and_names_the_first_day(store: Store) -> None:
    locked(store, A, CODE_A)
    with store.transaction() as cursor:
        cursor.execute("update release set year = 2026")
    with refused("policy_decides_locked") as error:
        drafted(store, lower_line(day=date(2026, 12, 31)))
    assert error.value.params == {"count": 1, "year": 2026, "first": "2027-01-01"}
    drafted(store, change(f"[quota.base]\nvalue = 11\n{WORDS}", date(2026, 12, 31)))
    drafted(store, lower_line(day=NEXT))


def locked_ahead(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A's application locked for a mistyped year, as an earlier release let it."""
    create_sheet(store, A, received(store, A, CODE_A), 0, CODE_A, AHEAD)
    with monkeypatch.context() as earlier:
        earlier.setattr("kpi.services.enterprise.lock.lock_hindrance", window_hindrance)
        lock_as_it_stands(store, A, CODE_A, AHEAD, AT)


def test_a_verdict_of_a_year_that_has_not_begun_holds_no_change_back_and_stays_as_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One enterprise's slip kept policy as it was for as long as the year that it typed is not over."""
    locked_ahead(store, monkeypatch)
    [before] = own_results(store, A)
    number = drafted(store, lower_line())
    assert preview_policy_change(store, ADMINISTRATOR, number).ahead == {AHEAD: 1}
    approve_policy_change(store, SECOND, number, 1, LATER)
    assert (line(store, date(AHEAD, 12, 31)), line(store, date(AHEAD, 12, 31), AT)) == (0.5, 0.8)
    [after] = own_results(store, A)
    assert after.answer.policy == before.answer.policy, "the words stand beside the line that they were given by"
    assert [(kpi.verdict, kpi.reasons) for kpi in after.answer.kpis] == [
        (kpi.verdict, kpi.reasons) for kpi in before.answer.kpis
    ]
    assert after.answer.clause == before.answer.clause
    assert verify_store(store).findings == ()
    withdraw_policy_change(store, ADMINISTRATOR, number, "另有安排", LATER + timedelta(hours=1))
    assert verify_store(store).findings == ()


def test_once_the_dates_of_its_year_are_set_a_verdict_holds_changes_back_like_any_other(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked_ahead(store, monkeypatch)
    quota = drafted(store, change(f"[quota.base]\nvalue = 11\n{WORDS}"))
    assert preview_policy_change(store, ADMINISTRATOR, quota).ahead == {}, "it decides no verdict"
    opens = date(AHEAD, 1, 1)
    set_year_dates(store, ADMINISTRATOR, AHEAD, YearDates(opens, opens, opens), "演示", "演示", AT)
    with refused("policy_decides_locked") as error:
        drafted(store, lower_line())
    assert error.value.params == {"count": 1, "year": AHEAD, "first": f"{AHEAD + 1}-01-01"}


def test_every_sealed_verdict_and_published_table_stays_reproducible(store: Store) -> None:
    locked(store, A, CODE_A)
    with store.cursor() as cursor:
        after = tables.baselines.baselines(cursor)[0].imported_at + timedelta(hours=1)
    body = f"[leading_quantile]\nvalue = 0.5\n{WORDS}[disclosure.min_groups]\nvalue = 30\n{WORDS}"
    number = drafted(store, change(body, date(2999, 1, 1)), at=after)
    approve_policy_change(store, SECOND, number, 1, after)
    # As if the year were still to come: what was sealed before the approval is decided by what was known then.
    with store.transaction() as cursor:
        cursor.execute("update policy_change set content = replace(content, '2999-01-01', '2025-06-01')")
    assert line(store, date(YEAR, 12, 31)) == 0.5
    assert [finding.code for finding in verify_store(store).findings] == ["row_changed"], "the edit, and no verdict"


def test_the_preview_is_what_would_be_decided_and_shows_nothing_before_the_first_day(store: Store) -> None:
    locked(store, A, CODE_A)
    number = drafted(store, lower_line())
    found = preview_policy_change(store, ADMINISTRATOR, number)
    assert (found.year, found.applications, found.as_of) == (YEAR, 1, NEXT)
    assert {(verdict.before, verdict.after) for verdict in found.words.verdicts} >= {("undecided", "leading")}
    assert found.words.applications == 1
    for before in (date(2026, 12, 31), date(2025, 12, 31)):
        earlier = preview_policy_change(store, ADMINISTRATOR, number, before)
        assert (earlier.words.verdicts, earlier.words.clauses, earlier.before) == ((), (), earlier.after)
    same = preview_policy_file(store, ADMINISTRATOR, "same.toml", lower_line(0.8))
    assert (same.words.verdicts, same.words.clauses, same.quotas) == ((), (), ())
    with store.cursor() as cursor:
        assert len(tables.policy.policy_changes(cursor)) == 1, "a preview writes nothing"


def at_least(needed: int, day: date = NEXT) -> bytes:
    return change(f"[clause_at_least]\nvalue = {needed}\n{WORDS}", day)


def test_the_preview_shows_what_a_number_of_leading_main_kpis_would_change(store: Store) -> None:
    """A is far below the line on K08 and leads on the five others."""
    accepted(store, A, CODE_A, efficiency="1")
    lock_as_it_stands(store, A, CODE_A)
    for needed, word in ((5, "met"), (6, None)):
        found = preview_policy_file(store, ADMINISTRATOR, "some.toml", at_least(needed))
        assert [(clause.before, clause.after) for clause in found.words.clauses] == (
            [("not_met", word)] if word else []
        )
        assert found.words.verdicts == ()


def test_what_decides_the_clause_may_not_change_for_a_locked_year(store: Store) -> None:
    locked(store, A, CODE_A)
    with store.cursor() as cursor:
        for body in (at_least(4, date(YEAR, 6, 1)), change(f"[method_version]\nvalue = 2\n{WORDS}", date(YEAR, 6, 1))):
            content = read_change("change.toml", body, policies_known(cursor))
            with refused("policy_decides_locked"):
                refuse_decided(cursor, content, AT)


def test_a_quota_is_previewed_by_body(store: Store) -> None:
    with store.transaction() as cursor:
        cursor.execute("insert into award values ('松江区', 3), ('嘉定区', 30)")
    found = preview_policy_file(store, ADMINISTRATOR, "q.toml", change(f"[quota.base]\nvalue = 11\n{WORDS}"))
    assert [(quota.body, quota.before, quota.after) for quota in found.quotas] == [("松江区", 10, 11)]
    assert found.baseline is None


def test_single_values_are_added_to_a_draft_with_the_words_of_what_they_replace(store: Store) -> None:
    entered = EnteredValue(NEXT, "quota.base", 11, ("某通知第二条", "Notice X, II"), ("名额增加", ""))
    number = set_policy_value(store, ADMINISTRATOR, entered, at=AT)
    more = replace(entered, key="main_kpis.automotive", value=["K08", "K11"])
    assert set_policy_value(store, ADMINISTRATOR, more, number, AT) == number
    approve_policy_change(store, SECOND, number, 2, LATER)
    with store.cursor() as cursor:
        known = policies_known(cursor)
    policy = known.on(NEXT)
    assert (policy.quota.base, policy.main_kpis("汽车")) == (11, ("K08", "K11"))
    stated = {statement.key: statement for statement in known.statements()}["quota.base"]
    assert (stated.reference.en, stated.reason.en) == ("Notice X, II", "名额增加")


def test_a_value_is_taken_out_of_a_change_again(store: Store) -> None:
    entered = EnteredValue(NEXT, "quota.raised", 14, ("某通知第二条", ""), ("名额增加", ""))
    number = set_policy_value(store, ADMINISTRATOR, entered, at=AT)
    set_policy_value(store, ADMINISTRATOR, replace(entered, key="main_kpis.automotive", value=["K08"]), number, AT)
    set_policy_value(store, ADMINISTRATOR, replace(entered, key="quota.base", value=13), number, AT)
    approve_policy_change(store, SECOND, number, 3, LATER)
    with pytest.raises(InvalidFile) as refused:
        take_out_policy_value(store, SECOND, replace(last(store), version=3), "quota.raised", LATER)
    assert [problem.code for problem in refused.value.problems] == ["policy_quota_order"], (
        "13 places would be above the 12"
    )
    with pytest.raises(NotFound):
        take_out_policy_value(store, SECOND, replace(last(store), version=3), "confidence", LATER)
    with pytest.raises(UserError, match="policy_edited"):
        take_out_policy_value(store, SECOND, replace(last(store), version=2), "quota.base", LATER)
    take_out_policy_value(store, SECOND, replace(last(store), version=3), "main_kpis.automotive", LATER)
    take_out_policy_value(store, SECOND, replace(last(store), version=4), "quota.base", LATER)
    [edited] = policy_overview(store, ADMINISTRATOR, LATER).changes
    assert (edited.state, [key for key, _ in file_entries(edited.content)]) == ("draft", ["quota.raised"])
    with pytest.raises(UserError, match="policy_last_value"):
        take_out_policy_value(store, SECOND, replace(last(store), version=5), "quota.raised", LATER)
    with pytest.raises(UserError, match="second_own"):
        approve_policy_change(store, SECOND, number, 5, LATER)


@pytest.mark.parametrize(
    ("data", "code", "key"),
    [
        (b"\xff\xfe", "policy_not_toml", None),
        (b"x = " + b"[" * 5000, "policy_not_toml", None),
        (b"in_force_from = 2027-01-01", "policy_empty", "in_force_from"),
        (change(f"[nothing]\nvalue = 1\n{WORDS}"), "policy_unknown_key", "nothing"),
        (change("[leading_quantile]\nvalue = 0.7\n"), "policy_missing", "leading_quantile.name"),
        (change(f"[leading_quantile]\nvalue = 80\n{WORDS}"), "policy_unfit_value", "leading_quantile.value"),
        (change(f"[disclosure.p_percent]\nvalue = nan\n{WORDS}"), "policy_unfit_value", "disclosure.p_percent.value"),
        (change(f"[confidence]\n{WORDS}"), "policy_value_missing", "confidence"),
        (change(f"[confidence]\nrepealed = true\n{WORDS}"), "policy_incomplete", "in_force_from"),
        (change(f"[main_kpis.aviation]\nvalue = ['K08']\n{WORDS}"), "policy_no_industry", "main_kpis.aviation"),
        (change(f"[main_kpis.automotive]\nvalue = ['K99']\n{WORDS}"), "policy_no_kpi", "main_kpis.automotive"),
        (change(f"[main_kpis.automotive]\nvalue = []\n{WORDS}"), "policy_no_main_kpis", "main_kpis.automotive"),
        (change(f"[basis.K08]\nvalue = 'points'\n{WORDS}"), "policy_one_basis", "basis.K08"),
        (change(f"[confidence]\nvalue = 0.9\n{UNSEEN}"), "policy_unreadable_words", "confidence"),
        (change(f"[quota.base]\nvalue = 13\n{WORDS}"), "policy_quota_order", "quota.base"),
        (change(f"[main_kpis.automotive]\nvalue = ['K08', 'K08']\n{WORDS}"),
         "policy_listed_twice", "main_kpis.automotive"),
        (at_least(7), "policy_clause_at_least", "clause_at_least"),
        (at_least(-1), "policy_unfit_value", "clause_at_least.value"),
        (at_least(4) + f"[method_version]\nvalue = 2\n{WORDS}".encode(), "policy_clause_version", "clause_at_least"),
        (b"#" * 300_000, "too_large", None),
    ],
)  # fmt: skip
def test_what_a_file_has_wrong_is_named_by_its_key(store: Store, data: bytes, code: str, key: str | None) -> None:
    with pytest.raises(InvalidFile) as error:
        drafted(store, data)
    assert (error.value.problems[0].code, error.value.problems[0].params.get("name")) == (code, key)
    with store.cursor() as cursor:
        assert tables.policy.policy_changes(cursor) == []


def test_values_that_contradict_only_together_are_refused_at_the_approval_and_where_one_falls_away(
    store: Store,
) -> None:
    """Each is in order beside what was in force when it was drafted."""
    raised = drafted(store, change(f"[quota.raised]\nvalue = 15\n{WORDS}"))
    approve_policy_change(store, SECOND, raised, 1, LATER)
    more = drafted(store, change(f"[quota.base]\nvalue = 14\n{WORDS}", date(2028, 1, 1)))
    approve_policy_change(store, SECOND, more, 1, LATER)
    with refused("policy_contradicted") as error:
        withdraw_policy_change(store, ADMINISTRATOR, raised, "另有安排", LATER)
    assert error.value.params == {"day": "2028-01-01", "policy_keys": "quota.base, quota.raised"}
    edited = change(f"[quota.raised]\nvalue = 16\n{WORDS}")
    with refused("policy_contradicted"):  # an edition voids the approval
        draft_policy_change(store, ADMINISTRATOR, "x.toml", edited, raised, LATER)
    lower = drafted(store, change(f"[quota.raised]\nvalue = 12\n{WORDS}", date(2027, 6, 1)))
    with refused("policy_contradicted"):
        approve_policy_change(store, SECOND, lower, 1, LATER)
    withdraw_policy_change(store, ADMINISTRATOR, more, "另有安排", LATER)
    approve_policy_change(store, SECOND, lower, 1, LATER)


def test_a_value_that_the_notice_gives_is_no_interpretation_any_more(store: Store) -> None:
    entered = EnteredValue(NEXT, "leading_quantile", 0.85, ("某通知第二条", ""), ("通知写明", ""))
    drafted_silent = set_policy_value(store, ADMINISTRATOR, entered, at=AT)
    drafted_stated = set_policy_value(store, ADMINISTRATOR, replace(entered, of_the_notice=True), at=AT)
    content = {item.number: item.content for item in policy_overview(store, ADMINISTRATOR, AT).changes}
    silent, stated = content[drafted_silent].leading_quantile, content[drafted_stated].leading_quantile
    assert silent is not None
    assert stated is not None
    assert (silent.silent is None, stated.silent) == (False, None)


def test_a_fault_stands_at_its_row(store: Store) -> None:
    with pytest.raises(InvalidFile) as error:
        drafted(store, change(f"[confidence]\nvalue = 0.9\n{WORDS}[leading_quantile]\nvalue = 80\n{WORDS}"))
    assert [problem.row for problem in error.value.problems] == [9]


def test_a_number_that_does_not_exist_is_not_there(store: Store) -> None:
    with pytest.raises(NotFound):
        preview_policy_change(store, ADMINISTRATOR, 7)
    with pytest.raises(NotFound):
        drafted(store, lower_line(), 7)


def test_an_evaluation_names_the_policy_that_decided_it(store: Store) -> None:
    approve_policy_change(store, SECOND, drafted(store, lower_line()), 1, LATER)
    with store.cursor() as cursor:
        assert evaluation_context(cursor, 2026).policy.in_force_from < NEXT
        assert evaluation_context(cursor, 2027).policy.in_force_from == NEXT
