"""The notice's own text for everybody who is signed in: of which years there is one, and what rests on each clause."""

from __future__ import annotations

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.clauses import CitingUse, ClauseUse, uses_of_clauses
from kpi.services.authorization import reads_unscoped
from kpi.services.notices import notices_of_store
from kpi.services.year import policies_known
from kpi.store.database import Cursor


# The same for everybody: which notices there are, which is public
@reads_unscoped("see_published")
def notice_years(cursor: Cursor) -> tuple[int, ...]:
    """The years of the store's notices, the earliest first."""
    return tuple(item.notice.year for item in notices_of_store(cursor))


# The same for everybody: the notice and the policy, which are public
@reads_unscoped("see_published")
def clause_uses(cursor: Cursor) -> dict[str, tuple[ClauseUse, ...]]:
    """What rests on each clause of the notice in hand, by the clause's code: policy values as they stand now."""
    values = policies_known(cursor).statements()
    citing = [CitingUse(ClauseUse("policy", item.key, item.name), item.reference.zh) for item in values]
    return uses_of_clauses(catalogue(), citing)
