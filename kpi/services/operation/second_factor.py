"""One-time codes by RFC 6238, as any authenticator app makes them, and recovery codes for whoever has lost the app.

The seed is encrypted by a key made of the store's secret, so that a copy of the database alone makes no codes. A code
is accepted during its 30 seconds and the 30 before and after them, for clocks that differ (RFC 6238, section 5.2).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from kpi import tables
from kpi.errors import UserError
from kpi.model.times import shanghai_date
from kpi.services.audit_trail import LOST_KEY, audit_keys
from kpi.services.unit_of_work import UnitOfWork
from kpi.services.year import policy_of_day
from kpi.store.cache import snapshot
from kpi.store.database import Cursor
from kpi.store.folder import StoreFolder
from kpi.store.store import Store
from kpi.tables.accounts import Account

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SEED_BYTES = 20
STEP_SECONDS = 30
CLOCKS_DIFFER_STEPS = 1
RECOVERY_CODES = 5
RECOVERY_BYTES = 15
"""120 bits: as hard to guess as a key, so that a plain hash of it may be kept (ASVS 6.5.2)."""
NONCE_BYTES = 12
ISSUER = "Duibiao"


@dataclass(frozen=True, slots=True)
class UsedCode:
    """``step`` is that of a one-time code, ``sha256`` the hash of a recovery code."""

    kind: Literal["one_time_code", "recovery_code"]
    step: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class KnownFactor:
    """An account's second factor as it stands. ``seed`` is "" where the key that encrypted it is lost."""

    seed: str
    last_step: int
    recovery_sha256: frozenset[str]

    def fits(self, code: str, at: datetime) -> UsedCode | None:
        """As what the typed code is good at this moment, if at all."""
        sha256 = _recovery_sha256(code)
        if sha256 in self.recovery_sha256:
            return UsedCode("recovery_code", sha256=sha256)
        step = step_of(self.seed, code, at) if self.seed else None
        # Of a clock that was ahead and has been put right no step is waited for.
        used = step is not None and step <= self.last_step <= _step(at) + CLOCKS_DIFFER_STEPS
        return None if step is None or used else UsedCode("one_time_code", step=step)


def new_seed() -> str:
    """In base32, as people type it where no camera reads the picture."""
    return base64.b32encode(secrets.token_bytes(SEED_BYTES)).decode()


def provisioning_uri(seed: str, account: str) -> str:
    """What an authenticator app reads from the picture: ``otpauth://totp/...``."""
    from pyotp import TOTP

    return TOTP(seed).provisioning_uri(name=account, issuer_name=ISSUER)


def new_recovery_codes() -> tuple[str, ...]:
    """In groups of four letters and digits; small or capital, with or without hyphens, they are the same."""
    plain = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    return tuple("-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in plain)


def step_of(seed: str, code: str, at: datetime) -> int | None:
    """The step that the code is of, if that is about now; steps are counted from 1970."""
    from pyotp import TOTP

    typed, present = "".join(code.split()), _step(at)
    if not (typed.isascii() and typed.isdecimal()):
        return None
    near = range(present - CLOCKS_DIFFER_STEPS, present + CLOCKS_DIFFER_STEPS + 1)
    return next((step for step in near if hmac.compare_digest(TOTP(seed).generate_otp(step), typed)), None)


def lacks_second_factor(store: Store, cursor: Cursor, account: Account, at: datetime) -> bool:
    """Whether policy asks one of this account, and it has none. A demonstration's passwords are public anyway."""
    if account.second_factor_at or account.demonstration:
        return False
    try:
        with snapshot(store.cache):  # asked at every request: read again where somebody has written to it
            asked = policy_of_day(cursor, shanghai_date(at)).second_factor
    except UserError:  # on a day that has no policy, as strictly as the one that ships
        asked = "administrators"
    return asked == "everyone" or (asked == "administrators" and account.viewer.role == "administrator")


def second_factor_of(store: Store, cursor: Cursor, account: str) -> KnownFactor | None:
    kept = tables.second_factors.second_factor(cursor, account)
    if kept is None:
        return None
    seed = _decrypted(store.folder, account, kept.seed)
    return KnownFactor(seed, kept.last_step, frozenset(kept.recovery_sha256))


def keep_second_factor(
    store: Store, change: UnitOfWork, account: str, seed: str, step: int, codes: Sequence[str]
) -> None:
    """``step`` is that of the code which showed that the account's holder has the seed: it is used by that."""
    encrypted = _encrypted(store.folder, account, seed)
    hashes = [_recovery_sha256(code) for code in codes]
    tables.second_factors.set_second_factor(change.cursor, account, encrypted, step, hashes, change.at)


def use_code(change: UnitOfWork, account: str, used: UsedCode) -> None:
    """It is good no more."""
    if used.kind == "recovery_code":
        tables.second_factors.remove_recovery_code(change.cursor, account, used.sha256)
    else:
        tables.second_factors.note_step(change.cursor, account, used.step)


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def _recovery_sha256(code: str) -> str:
    return hashlib.sha256("".join(code.upper().replace("-", " ").split()).encode()).hexdigest()


def _encrypted(folder: StoreFolder, account: str, seed: str) -> str:
    """For this account and no other: a row that is copied to another account's is as if it were changed."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _ciphers(folder)[0].encrypt(nonce, seed.encode(), account.encode())
    return base64.b64encode(nonce + sealed).decode()


def _decrypted(folder: StoreFolder, account: str, encrypted: str) -> str:
    """The seed, or "" where no key that is left has encrypted it for this account."""
    from cryptography.exceptions import InvalidTag

    sealed = base64.b64decode(encrypted)
    for cipher in _ciphers(folder):
        with suppress(InvalidTag):
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], account.encode()).decode()
    return ""


def _ciphers(folder: StoreFolder) -> list[AESGCM]:
    """By a key of the present trail key's first, then by those before it: replacing the secret ends no seed."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    known = [trail_key for trail_key in reversed(audit_keys(folder)) if trail_key != LOST_KEY]
    return [AESGCM(hmac.digest(trail_key, b"second factor seeds", "sha256")) for trail_key in known]
