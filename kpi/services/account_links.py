"""Links by which an enterprise makes its own account, once."""

from __future__ import annotations

import secrets
from datetime import datetime

from kpi import tables
from kpi.services.operation.authentication import token_sha256
from kpi.services.unit_of_work import UnitOfWork


def issue_account_link(change: UnitOfWork, credit_code: str, enterprise: str, expires_at: datetime) -> str:
    """A new one for this enterprise, good until that moment: its token, of which the store keeps the hash. Those of
    the same enterprise that were not used are good no longer.
    """
    token = secrets.token_urlsafe(32)
    tables.accounts.end_account_links(change.cursor, credit_code, change.at)
    tables.accounts.insert_account_link(
        change.cursor, token_sha256(token), credit_code, enterprise, change.actor.account, change.at, expires_at
    )
    return token
