"""With which keys the audit trail was written: one after the other, changed by an act that either key vouches for.

The act that changes the key is the first under the new one. It names the head under the old key, and carries what only
the old key's holder can make of that head and the new key. So the acts before it need the old key no more to be kept
unchanged: anyone who has it can make other acts of them, but not the head that stands under the new key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Final

from kpi.model.audit_entry import AuditEntry
from kpi.model.times import to_stored
from kpi.queries import AuditHead
from kpi.store.store_folder import SECRET_BYTES, StoreFolder

ROTATION: Final = "secret_rotated"


def audit_keys(folder: StoreFolder) -> list[bytes]:
    """The trail's keys from the first to the present one.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    kept = folder.secrets()
    retired = [kept[at : at + SECRET_BYTES] for at in range(SECRET_BYTES, len(kept), SECRET_BYTES)]
    return [*retired, audit_key(folder)]


def audit_key(folder: StoreFolder) -> bytes:
    """The key of the acts written from now on."""
    return _derived(folder.secret())


def rotated(kept: bytes, secret: bytes) -> bytes:
    """The file of secrets with ``secret`` in the first place, and the key of the one before it among the retired."""
    return secret + kept[SECRET_BYTES:] + _derived(kept[:SECRET_BYTES])


def entry_mac(act: AuditEntry, key: bytes) -> str:
    """The mac of everything in an act but its mac."""
    content = asdict(act) | {"done_at": to_stored(act.done_at).isoformat(timespec="microseconds"), "mac": None}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def fits(act: AuditEntry, key: bytes) -> bool:
    return hmac.compare_digest(act.mac.encode(), entry_mac(act, key).encode())


def countersigned(head: AuditHead, old: bytes, new: bytes) -> str:
    """What the holder of the old key says of the head and of the key that takes over."""
    statement = f"{head.seq} {head.mac} {hashlib.sha256(new).hexdigest()}"
    return hmac.new(old, statement.encode(), hashlib.sha256).hexdigest()


def keys_of(acts: Sequence[AuditEntry], keys: Sequence[bytes]) -> list[bytes | None]:
    """The key of each act; None from a change of keys on that the old key does not vouch for, or that has no key."""
    found: list[bytes | None] = []
    place, known = 0, True
    for before, act in zip([None, *acts], acts, strict=False):
        if act.action == ROTATION:
            known = known and place + 1 < len(keys) and _vouched(act, before, keys[place], keys[place + 1])
            place += 1
        found.append(keys[place] if known else None)
    return found


def _vouched(act: AuditEntry, before: AuditEntry | None, old: bytes, new: bytes) -> bool:
    if before is None:
        return False
    try:
        signature = json.loads(act.after or "")["countersigned"]
    except (ValueError, TypeError, KeyError):
        return False
    wanted = countersigned(AuditHead(before.seq, before.mac), old, new)
    return isinstance(signature, str) and hmac.compare_digest(signature.encode(), wanted.encode())


def is_other_secret(acts: Sequence[AuditEntry], keys: Sequence[bytes]) -> bool:
    """Whether the acts fit one another and none of the keys: the secret was replaced, and not the trail."""
    if not acts or any(fits(act, key) for act in acts for key in keys):
        return False
    return all(act.previous == before.mac for before, act in pairwise(acts))


def _derived(secret: bytes) -> bytes:
    return hmac.digest(secret, b"audit trail", "sha256")
