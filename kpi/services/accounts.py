"""Who is signed in. Role and scope are looked up in the store each time: a disabled account stops at its next click."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kpi import queries, records
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.store import Store

HASHER = PasswordHasher()
SIGN_IN_LASTS = timedelta(hours=12)

# Checked against when there is no such account, so that the time taken does not tell which names exist.
NOBODYS_HASH = HASHER.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def sign_in(store: Store, name: str, password: str, at: datetime | None = None) -> str | None:
    """A token that stands for the account from now on, or None where name and password do not belong together."""
    with store.cursor() as cursor:
        account = queries.account_named(cursor, name)
    kept = account.password_hash if account and account.password_hash else NOBODYS_HASH
    try:
        HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return None
    if account is None or account.disabled:
        return None
    token, since = secrets.token_urlsafe(32), at or now()
    with store.writing() as cursor:
        records.start_sign_in(cursor, _sha256(token), name, since, since + SIGN_IN_LASTS)
    return token


def viewer_of(store: Store, token: str | None, at: datetime | None = None) -> Viewer | None:
    """Whose token this is, or None where it holds no longer."""
    if not token:
        return None
    with store.cursor() as cursor:
        return queries.signed_in(cursor, _sha256(token), at or now())


def sign_out(store: Store, token: str) -> None:
    """End the sign-in: the token, copied or not, is refused from now on."""
    with store.writing() as cursor:
        records.end_sign_in(cursor, _sha256(token))


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
