"""An administrator's home: baseline, policy, backup, applications and claims, each as it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kpi import tables
from kpi.access.roles import whole_programme
from kpi.model.lifecycle import is_listed, waits_for_its_body
from kpi.model.programme import ToDo
from kpi.model.times import now, shanghai_date, shanghai_stamp
from kpi.model.viewer import Viewer
from kpi.services.account_decisions import account_request_to_dos
from kpi.services.administrator.accounts import combined_duties
from kpi.services.administrator.meeting import meeting_of
from kpi.services.administrator.notices import notice_awaits
from kpi.services.administrator.policy import against_approval, policy_overview
from kpi.services.administrator.rounds import complete_rounds, current_rounds
from kpi.services.administrator.same_enterprises import find_like_names
from kpi.services.administrator.second_person import console_acts, freezing_hindrance
from kpi.services.administrator.year_dates import against_second, waiting_dates
from kpi.services.authorization import requires
from kpi.services.claims import claims
from kpi.services.condition_rulings import conditions_in_reach
from kpi.services.evaluation import newest_baseline
from kpi.services.operation.backup import ReportProgress, back_up, unreported
from kpi.services.operation.contacts import last_due_year
from kpi.services.operation.demonstration import is_demonstration
from kpi.services.operation.state import InstallationState, installation_state
from kpi.services.operation.upgrade import BACKUPS
from kpi.services.year import begun_years, dates_of, other_years, year_at_work, year_matters
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.accounts import SignedInAccount
from kpi.tables.stages import ApplicationInHand

# An administrator's home: baseline, policy, backup, applications and claims, each as it stands.


CONSOLE_ACTS_SHOWN = timedelta(days=30)


@requires("administer")
def administrator_to_dos(store: Store, viewer: Viewer, at: datetime | None = None) -> list[ToDo]:
    """What waits for an administrator, by its duties; the programme comes first in its own order."""
    moment = at or now()
    found = _programme(store, viewer, moment) if "system" in viewer.duties else []
    with store.cursor() as cursor:
        if "security" in viewer.duties:
            found += account_request_to_dos(cursor, viewer)
        return [*found, *_combined_duties(cursor, viewer, moment), *_console(cursor, viewer, moment)]


def _programme(store: Store, viewer: Viewer, moment: datetime) -> list[ToDo]:
    """Applications, policy, baseline, backup."""
    drafts = [change for change in policy_overview(store, viewer, moment).changes if change.state == "draft"]
    mine = any(against_approval(store, viewer, change) is None for change in drafts)
    with store.cursor() as cursor:
        in_hand = tables.stages.applications_in_hand(cursor, viewer.barred)
        return [
            _baseline(cursor, in_hand),
            # Whoever drafted them waits for a colleague.
            ToDo("policy_drafts" if drafts else "policy_settled", mine, "policy", {"count": len(drafts)}),
            *_objections(cursor, viewer, in_hand),
            *_dates(cursor, in_hand, needed=not is_demonstration(store), at=moment),
            *_dates_that_wait(cursor, viewer),
            *_baselines_that_wait(cursor, viewer),
            *_notices_that_wait(cursor, viewer),
            *_years(cursor, in_hand, moment),
            *_like_names(cursor, viewer),
            _claims(cursor, viewer),
            *_appeals(cursor, viewer),
            _scoring(cursor, viewer),
            # Their bodies come first.
            _applications(in_hand),
            _backup(cursor, needed=not is_demonstration(store)),
            *_undelivered(cursor),
        ]


def _appeals(cursor: Cursor, viewer: Viewer) -> list[ToDo]:
    """Conditions to look at a second time; the others wait for reviewers first."""
    appealed = [rule for item in conditions_in_reach(cursor, viewer) for rule in item.waiting if rule.appealed]
    return [ToDo("appeals_to_rule", True, "condition-rulings", {"count": len(appealed)})] if appealed else []


def _like_names(cursor: Cursor, viewer: Viewer) -> list[ToDo]:
    """Pairs of credit codes of which nobody has said whether they are one enterprise."""
    count = sum(item.answer is None for item in find_like_names(cursor, viewer.barred))
    return [ToDo("like_names_open", True, "register", {"count": count})] if count else []


def _baseline(cursor: Cursor, in_hand: Sequence[ApplicationInHand]) -> ToDo:
    baseline = newest_baseline(cursor)
    params: dict[str, object] = {"name": baseline.name, "year": baseline.year, "provenance": baseline.provenance}
    applied = max(begun_years(cursor, {hand.year for hand in in_hand}), default=baseline.year)
    if applied > baseline.year:
        return ToDo("baseline_missing", True, "baselines", params | {"applied": applied})
    return ToDo("baseline_in_force", False, "baselines", params)


def _applications(in_hand: Sequence[ApplicationInHand]) -> ToDo:
    listed = sum(is_listed(hand.stage) for hand in in_hand)
    waiting = sum(waits_for_its_body(hand.stage) for hand in in_hand)
    return ToDo(
        "applications" if in_hand else "no_applications",
        waiting > 0,
        "progress",
        {"count": len(in_hand), "waiting": waiting, "listed": listed},
    )


def _objections(cursor: Cursor, viewer: Viewer, in_hand: Sequence[ApplicationInHand]) -> list[ToDo]:
    """Nothing before the first."""
    known = {(hand.credit_code, hand.year) for hand in in_hand}
    found = [
        objection
        for objection in tables.objections.objections(cursor, barred=viewer.barred)
        if (objection.credit_code, objection.year) in known
    ]
    waiting = sum(objection.state == "open" for objection in found)
    if waiting:
        return [ToDo("objections_open", True, "objections", {"count": waiting})]
    return [ToDo("objections_answered", False, "objections", {"count": len(found)})] if found else []


def _dates(cursor: Cursor, in_hand: Sequence[ApplicationInHand], *, needed: bool, at: datetime) -> list[ToDo]:
    """Of the year at work, else of this one; and of a later one that has begun without: then nothing closes."""
    applied = {hand.year for hand in in_hand}
    if not applied:
        return _dates_of_year(cursor, shanghai_date(at).year, needed=needed, at=at)
    year = _year_at_work(cursor, applied, at)
    later = [
        begun_year
        for begun_year in begun_years(cursor, applied, at)
        if begun_year > year and not dates_of(cursor, begun_year)
    ]
    return [matter for item in (year, *later) for matter in _dates_of_year(cursor, item, needed=needed, at=at)]


def _dates_of_year(cursor: Cursor, year: int, *, needed: bool, at: datetime) -> list[ToDo]:
    found = year_matters(cursor, year, scores=True, at=at)
    query = {"year": str(year)}
    if not found:
        code = "year_dates_missing" if needed else "year_dates_not_needed"
        return [ToDo(code, needed, "programme-year", {"year": year}, query)]
    return [replace(standing, page="programme-year", query=query) for standing in found[:1]] + found[1:]


def _dates_that_wait(cursor: Cursor, viewer: Viewer) -> list[ToDo]:
    """For whoever may confirm them; others read that they wait."""
    found = waiting_dates(cursor)
    if not found:
        return []
    mine = [given for given in found if against_second(cursor, viewer.account, given) is None]
    shown = mine or found
    return [ToDo("dates_wait", bool(mine), "programme-year", {"count": len(shown)}, {"year": str(shown[0].year)})]


def _baselines_that_wait(cursor: Cursor, viewer: Viewer) -> list[ToDo]:
    """As dates: those that this reader can confirm, else that they wait."""
    found = tables.baselines.waiting_baselines(cursor)
    if not found:
        return []
    mine = [proposal for proposal in found if freezing_hindrance(cursor, viewer.account, proposal) is None]
    return [ToDo("baselines_wait", bool(mine), "baseline-import", {"count": len(mine or found)})]


def _notices_that_wait(cursor: Cursor, viewer: Viewer) -> list[ToDo]:
    """As baselines."""
    waiting, mine = notice_awaits(cursor, viewer.account)
    return [ToDo("notices_wait", mine > 0, "notices", {"count": mine or waiting})] if waiting else []


def _combined_duties(cursor: Cursor, viewer: Viewer, at: datetime) -> list[ToDo]:
    """Accounts that combine more than policy lets one have: whoever keeps accounts can part them, others know."""
    found = combined_duties(cursor, at)
    if not found:
        return []
    mine = "security" in viewer.duties and any(account.viewer.account != viewer.account for account in found)
    said: dict[str, object] = {"count": len(found), "accounts": [account.viewer.name for account in found]}
    return [ToDo("duties_combined", mine, "accounts" if "security" in viewer.duties else "", said)]


def _console(cursor: Cursor, viewer: Viewer, at: datetime) -> list[ToDo]:
    """What one person did alone on the server: the others read it here, and find it in the trail."""
    found = console_acts(cursor, at - CONSOLE_ACTS_SHOWN)
    if not found:
        return []
    count = sum(done.acts for done in found)
    said = {"count": count, "days": CONSOLE_ACTS_SHOWN.days, "at": shanghai_date(found[0].last_at)}
    trail = {"actor": found[0].actor} if "audit" in viewer.duties else {}
    return [ToDo("console_acts", False, "audit" if trail else "", said, trail)]


def _years(cursor: Cursor, in_hand: Sequence[ApplicationInHand], at: datetime) -> list[ToDo]:
    """The coverage of each year where there are several: of the one at work first."""
    counts = Counter(hand.year for hand in in_hand)
    if len(counts) < 2:
        return []
    year = _year_at_work(cursor, counts, at)
    said: dict[str, object] = {"year": year, "count": counts[year]}
    shown = ToDo("year_at_work", False, "city-coverage", said, {"year": str(year)})
    return [shown, *other_years(cursor, "city-coverage", counts, year, at)]


def _year_at_work(cursor: Cursor, applied: Collection[int], at: datetime) -> int:
    return year_at_work(cursor, applied, lambda year: dates_of(cursor, year) is not None, at)


def _claims(cursor: Cursor, viewer: Viewer) -> ToDo:
    """Reviewers rule on them: an administrator sees that they wait."""
    reached = tables.applications.locked_applications(cursor, whole_programme(viewer))
    found = claims(cursor, [locked.application for locked in reached])
    waiting = sum(claim.ruling is None for claimed in found for claim in claimed)
    page = "accounts" if "security" in viewer.duties else ""
    return ToDo("claims_with_reviewers" if waiting else "no_claims", False, page, {"count": waiting})


def _scoring(cursor: Cursor, viewer: Viewer) -> ToDo:
    """What of the panel waits: reviewers to be assigned, rounds to be started, scores, decisions."""
    rounds = current_rounds(tables.scoring.scoring_rounds(cursor))
    if not rounds:
        return ToDo("no_rounds", open=False, page="scoring")
    progress = tables.scoring.scoring_progress(cursor)
    waiting = {scoring.id: sum(own.waiting for own in progress if own.round == scoring.id) for scoring in rounds}
    assigned = {reviewer.round for reviewer in progress}
    unassigned = sum(scoring.id not in assigned for scoring in rounds if not scoring.released)
    if unassigned:
        return ToDo("rounds_unassigned", True, "scoring", {"rounds": unassigned})
    if prepared := sum(not scoring.started for scoring in rounds):
        return ToDo("rounds_to_start", True, "scoring", {"rounds": prepared})
    released = [meeting_of(cursor, viewer, scoring.id) for scoring in rounds if scoring.released]
    undecided = sum(code not in item.decisions for item in released for code in item.labels)
    if complete := len(complete_rounds(cursor)):
        return ToDo("rounds_to_release", True, "scoring", {"rounds": complete})
    if undecided:
        return ToDo("decisions_open", True, "decisions", {"count": undecided})
    if missing := sum(waiting[scoring.id] for scoring in rounds if not scoring.released):
        running = sum(not scoring.released for scoring in rounds)
        return ToDo("rounds_waiting", False, "scoring", {"rounds": running, "waiting": missing})
    return ToDo("panel_done", open=False, page="panel")


def _backup(cursor: Cursor, needed: bool) -> ToDo:
    last = tables.audit.last_backup_at(cursor)
    if last:
        return ToDo("backup_made", False, "operation", {"date": shanghai_date(last).isoformat()})
    return ToDo("backup_never" if needed else "backup_not_needed", needed, "operation" if needed else "")


def _undelivered(cursor: Cursor) -> list[ToDo]:
    """Messages that were given up; nothing where none was."""
    count = tables.notifications.delivery_counts(cursor)["given_up"]
    return [ToDo("messages_undelivered", True, "operation", {"count": count})] if count else []


# Keeping the installation running: how it stands, who is signed in, and a backup by hand.


@dataclass(frozen=True, slots=True)
class OperationOverview:
    """The installation, and the accounts that are signed in by a password, the latest first."""

    state: InstallationState
    signed_in: tuple[SignedInAccount, ...]
    contacts_until: int
    """Of applications of this year and before contacts are kept no longer."""


@requires("see_operation")
def operation_overview(store: Store, _: Viewer, at: datetime | None = None) -> OperationOverview:
    """As it is now."""
    with store.cursor() as cursor:
        signed_in = tuple(tables.accounts.signed_in_accounts(cursor, at or now()))
        contacts_until = last_due_year(cursor, at)
    return OperationOverview(installation_state(store), signed_in, contacts_until)


@requires("see_operation")
def back_up_now(
    store: Store, viewer: Viewer, report: ReportProgress = unreported, at: datetime | None = None
) -> tuple[str, int]:
    """Make a backup in the store's own folder ``backups``, checked and noted in the trail. Returns its folder's name,
    and how many originals are not in it because the store lacks them.

    Raises:
        UserError: one of the same second is there already.
        StoreUnavailable: the store is damaged, acts are missing from its trail, or the disk is full.
    """
    moment = at or now()
    name = shanghai_stamp(moment)
    made = back_up(store, store.folder.root / BACKUPS / name, viewer.actor, at=moment, report=report)
    return f"{BACKUPS}/{name}", len(made.missing)
