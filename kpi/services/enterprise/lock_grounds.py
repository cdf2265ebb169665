"""What a verdict is decided on at the lock, and whether it is still so when the verdict is to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpi import queries
from kpi.access.roles import scope_of
from kpi.eligibility.rules import CaseFacts
from kpi.model.application import AttachedDocument, DocumentKind
from kpi.model.audit import CHANGES_ITS_OWN, CHANGES_NO_VERDICT
from kpi.model.claims import Rulings
from kpi.model.viewer import Viewer
from kpi.queries import DecidingLock, Draft
from kpi.services.claims import rulings_for
from kpi.services.enterprise.drafts import own_draft
from kpi.services.evaluation import EvaluationContext, case_facts, evaluation_context
from kpi.store.cursor import Cursor


@dataclass(frozen=True, slots=True)
class LockGrounds:
    """All that a verdict is decided on, but for the frozen baseline's own records, which never change.

    ``decided``: the lock that has decided about the factory already, of another year say; its words are given again.
    """

    draft: Draft
    on: EvaluationContext
    facts: CaseFacts
    rulings: Rulings
    documents: Mapping[DocumentKind, AttachedDocument]
    decided: DecidingLock | None


def lock_grounds(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> LockGrounds:
    """The grounds of locking the viewer's draft now.

    Raises:
        NotFound: there is no such draft in the viewer's scope.
        UserError: no baseline or no policy covers that year.
    """
    draft = own_draft(cursor, viewer, credit_code, year)
    on = evaluation_context(cursor, year)
    [rulings] = rulings_for(cursor, [draft.application])
    documents = queries.attached_documents(cursor, scope_of(viewer), credit_code, year)
    decided = queries.deciding_lock(cursor, scope_of(viewer), credit_code, year, on.baseline.name)
    return LockGrounds(draft, on, case_facts(cursor, draft.application, None), rulings, documents, decided)


def nothing_done_to(cursor: Cursor, credit_code: str, *, since: tuple[int, str] | None) -> bool:
    """Whether no act after that head of the trail can have changed the grounds of that factory's lock.

    Every change stands in the trail, so that one question takes the place of asking for all the grounds again.
    """
    return all(
        action in CHANGES_NO_VERDICT or (action in CHANGES_ITS_OWN and subject.split(" ")[0] != credit_code)
        for action, subject in queries.acts_since(cursor, since[0] if since else 0)
    )
