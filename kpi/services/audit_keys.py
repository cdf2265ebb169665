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

from kpi.model.audit import AuditEntry
from kpi.model.times import to_stored
from kpi.queries import AuditHead
from kpi.store.store_folder import SECRET_BYTES, StoreFolder

ROTATION: Final = "secret_rotated"
SECRET_LOST: Final = "secret_lost"  # noqa: S105 - the name of an act
"""The act by which a trail goes on whose secret was lost: no old key vouches for it, and it says so."""
LOST_KEY = bytes(SECRET_BYTES)
"""In the place of a retired key that was lost: the acts under it can no longer be proved, only bound from then on."""


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


def after_loss(secret: bytes, parts: int) -> bytes:
    """The file of secrets for a trail of so many parts, of which no key is left, that goes on with ``secret``."""
    return secret + LOST_KEY * parts


def trail_sha256(acts: Sequence[AuditEntry]) -> str:
    """The hash of everything in the acts, macs included: it binds what no key binds any more."""
    digest = hashlib.sha256()
    for act in acts:
        digest.update(_text(act, act.mac).encode() + b"\n")
    return digest.hexdigest()


def entry_mac(act: AuditEntry, key: bytes) -> str:
    """The mac of everything in an act but its mac."""
    return hmac.new(key, _text(act, None).encode(), hashlib.sha256).hexdigest()


def _text(act: AuditEntry, mac: str | None) -> str:
    content = asdict(act) | {"done_at": to_stored(act.done_at).isoformat(timespec="microseconds"), "mac": mac}
    if act.bound is None:
        del content["bound"]  # acts from before rows were bound fit as they were written
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fits(act: AuditEntry, key: bytes) -> bool:
    """Whether the holder of the key wrote the act, as it is."""
    return hmac.compare_digest(act.mac.encode(), entry_mac(act, key).encode())


def countersigned(head: AuditHead, old: bytes, new: bytes) -> str:
    """What the holder of the old key says of the head and of the key that takes over."""
    statement = f"{head.seq} {head.mac} {hashlib.sha256(new).hexdigest()}"
    return hmac.new(old, statement.encode(), hashlib.sha256).hexdigest()


def keys_of(acts: Sequence[AuditEntry], keys: Sequence[bytes]) -> list[bytes | None]:
    """The key of each act: ``LOST_KEY`` where it was lost; None from a change of keys on that does not hold, or that
    has no key.
    """
    found: list[bytes | None] = []
    place, known = 0, True
    for at, act in enumerate(acts):
        if act.action in (ROTATION, SECRET_LOST):
            known = known and place + 1 < len(keys) and _change_holds(acts[: at + 1], keys[place], keys[place + 1])
            place += 1
        found.append(keys[place] if known else None)
    return found


def _change_holds(acts: Sequence[AuditEntry], old: bytes, new: bytes) -> bool:
    """Whether the last of the acts may put the key ``new`` in the place of ``old``."""
    *earlier, act = acts
    if act.action == SECRET_LOST:
        return old == LOST_KEY != new and _stated(act, "trail") == trail_sha256(earlier)
    if old == LOST_KEY:
        return new == LOST_KEY  # both are lost: what was between them is bound by the act of the loss
    return bool(earlier) and hmac.compare_digest(
        _stated(act, "countersigned").encode(),
        countersigned(AuditHead(earlier[-1].seq, earlier[-1].mac), old, new).encode(),
    )


def _stated(act: AuditEntry, name: str) -> str:
    try:
        stated = json.loads(act.after or "")[name]
    except (ValueError, TypeError, KeyError):
        return ""
    return stated if isinstance(stated, str) else ""


def is_other_secret(acts: Sequence[AuditEntry], keys: Sequence[bytes]) -> bool:
    """Whether the acts fit one another and none of the keys: the secret was replaced, and not the trail."""
    if not acts or any(fits(act, key) for act in acts for key in keys if key != LOST_KEY):
        return False
    return all(act.previous == before.mac for before, act in pairwise(acts))


def _derived(secret: bytes) -> bytes:
    return hmac.digest(secret, b"audit trail", "sha256")
