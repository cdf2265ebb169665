"""A reviewer's home: candidates that this account has not opened or scored, claims that wait, released rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from kpi import tables
from kpi.access.roles import scope_of
from kpi.model.claims import WHOLE_APPLICATION, Enquiry
from kpi.model.programme import ToDo
from kpi.model.viewer import Viewer
from kpi.services.administrator.meeting import released_rounds
from kpi.services.authorization import requires
from kpi.services.condition_rulings import conditions_in_reach
from kpi.services.reviewer.candidates import review_year
from kpi.services.reviewer.claims import claims_without_conflict
from kpi.services.reviewer.conflicts import undeclared
from kpi.services.reviewer.readings import noted_readings
from kpi.services.reviewer.scores import scoring_tasks
from kpi.services.year import other_years, year_matters
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import CandidateRecord, LockedApplication


@requires("see_candidates")
def reviewer_to_dos(store: Store, viewer: Viewer) -> list[ToDo]:
    """Of the year at work among those that have a candidate in the viewer's scope, and that others are there; of claims
    and scores in every year.
    """
    with store.cursor() as cursor:
        locked_applications = tables.applications.locked_applications(cursor, scope_of(viewer))
        if not locked_applications:
            return [ToDo("no_candidates", open=False)]
        read = tables.audit.candidates_noted(cursor, viewer.account) | noted_readings(store, viewer.account)
        counts = Counter(locked.application.year for locked in locked_applications)
        year = review_year(
            cursor,
            counts,
            {application.application.year for application in locked_applications if _key(application) not in read},
        )
        of_year = [locked for locked in locked_applications if locked.application.year == year]
        asked = undeclared(cursor, viewer)
        return [
            *_conflicts(asked),
            _unread(of_year, read),
            *_scores(cursor, viewer),
            *_claims(cursor, locked_applications, asked),
            *_conditions(cursor, viewer, asked),
            _questions(cursor, viewer, of_year, read),
            ToDo("compare", False, "compare", {"year": year}, {"year": str(year)}),
            *year_matters(cursor, year, scores=True),
            *other_years(cursor, "candidates", counts, year),
        ]


def _key(locked: LockedApplication) -> str:
    """As a reading of it is kept."""
    return f"{locked.application.credit_code} {locked.application.year}"


def _conflicts(asked: Sequence[CandidateRecord]) -> list[ToDo]:
    """Nothing once it is said of everybody."""
    return [ToDo("conflicts_to_state", True, "candidate", {"count": len(asked)})] if asked else []


def _unread(locked_applications: list[LockedApplication], read: Collection[str]) -> ToDo:
    year = locked_applications[0].application.year
    unread = [locked for locked in locked_applications if _key(locked) not in read]
    if not unread:
        return ToDo(
            "all_read", False, "candidate", {"count": len(locked_applications), "year": year}, {"year": str(year)}
        )
    return _at(unread[0], "unread", {"count": len(unread), "of": len(locked_applications), "year": year})


def _questions(
    cursor: Cursor, viewer: Viewer, locked_applications: list[LockedApplication], read: Mapping[str, datetime]
) -> ToDo:
    """Of the viewer's own questions: an answer is to be looked at until a finding on its KPI follows it; one about the
    whole application, of which there are no findings, until the candidate is opened again.
    """
    year = locked_applications[0].application.year
    by_code = {locked.application.credit_code: locked for locked in locked_applications}
    asked = [
        enquiry for enquiry in tables.enquiries.enquiries(cursor, list(by_code), year) if enquiry.by == viewer.account
    ]
    unseen = [enquiry for enquiry in asked if enquiry.answers and not _followed(cursor, enquiry, read)]
    if unseen:
        at = _at(by_code[unseen[0].credit_code], "answers", {"count": len(unseen), "year": year})
        return replace(at, query={**at.query, "kpi": unseen[0].kpi}) if unseen[0].kpi else at
    waiting = sum(enquiry.waiting for enquiry in asked)
    return ToDo("questions_asked" if asked else "no_questions", False, "", {"asked": len(asked), "waiting": waiting})


def _followed(cursor: Cursor, one: Enquiry, read: Mapping[str, datetime]) -> bool:
    if one.kpi == WHOLE_APPLICATION:
        last = read.get(f"{one.credit_code} {one.year}")
        return last is not None and last > one.answers[-1].at
    found = tables.enquiries.evidence_findings(cursor, one.credit_code, one.year)
    return any(finding.kpi == one.kpi and finding.at > one.answers[-1].at for finding in found)


def _scores(cursor: Cursor, viewer: Viewer) -> list[ToDo]:
    """The own scores that are missing, and rounds that were released; nothing of others' before."""
    found = []
    if tasks := scoring_tasks(cursor, viewer):
        waiting = [task for task in tasks if not task.done and not task.round.released]
        params: dict[str, object] = {"count": len(waiting), "of": len(tasks)}
        if waiting:
            first = waiting[0]
            query = {"round": first.round.id, "candidate": first.candidate.credit_code}
            found.append(ToDo("to_score", True, "scores", params, query))
        else:
            found.append(ToDo("all_scored", False, "scores", params))
    if released := released_rounds(cursor, viewer):
        found.append(ToDo("panel_released", False, "panel", {"count": len(released)}))
    return found


def _claims(
    cursor: Cursor, locked_applications: list[LockedApplication], asked: Sequence[CandidateRecord]
) -> list[ToDo]:
    """Those that the list of claims begins with. That there are none is not said while some cannot be read yet."""
    found = claims_without_conflict(cursor, locked_applications, asked)
    waiting = [item.candidate for item in found if item.claim.ruling is None]
    if waiting:
        said: dict[str, object] = {"count": len(waiting), "candidates": len(set(waiting))}
        return [ToDo("claims", True, "claims", said, {"standing": "open"})]
    return [] if asked else [ToDo("no_claims", False, "claims" if found else "")]


def _conditions(cursor: Cursor, viewer: Viewer, asked: Sequence[CandidateRecord]) -> list[ToDo]:
    """Those that are unknown until somebody rules; nothing is said of none while some cannot be read yet."""
    waiting = [item for item in conditions_in_reach(cursor, viewer) if item.waiting]
    if waiting:
        said: dict[str, object] = {"count": sum(len(item.waiting) for item in waiting), "candidates": len(waiting)}
        return [ToDo("conditions_to_rule", True, "condition-rulings", said)]
    return [] if asked else [ToDo("no_conditions_to_rule", False, "condition-rulings")]


def _at(locked: LockedApplication, code: str, params: Mapping[str, object]) -> ToDo:
    application = locked.application
    query = {
        "year": str(application.year),
        "industry": application.industry,
        "candidate": application.credit_code,
    }
    return ToDo(code, True, "candidate", params, query)
