"""What this installation states, signed: whoever has its published keys checks it, and needs nothing that is secret.

Each key of the audit trail has an Ed25519 pair of its own made of it, so that one file of secrets is all there is to
keep. A statement is a JSON Web Signature (RFC 7515), the published keys are a JSON Web Key Set (RFC 7517), and a key is
named by its thumbprint (RFC 7638): other tools than this one read them too. Each key after the first is introduced by
the one before it, so that who was once given a key by hand can follow to the present one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal

from kpi import tables
from kpi.errors import UserError
from kpi.model.audit import AuditEntry
from kpi.services.audit_trail import LOST_KEY, audit_keys, refuse_lost_acts, trail_sha256
from kpi.services.row_binding import rows_digests
from kpi.store.database import Cursor
from kpi.store.folder import StoreFolder
from kpi.store.store import Store
from kpi.tables.audit import AuditHead

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

ALGORITHM: Final = "Ed25519"
HANDOVER: Final = "handover"
"""The member of a published key in which the key before it introduces it."""
SALT_BYTES: Final = 16
Kind = Literal["anchor", "verdict", "receipt", "handover"]
CERTIFICATES: Final[tuple[Kind, ...]] = ("verdict", "receipt", "anchor")


def published_keys(folder: StoreFolder) -> dict[str, Any]:
    """Every key that this installation has signed with, as a JSON Web Key Set; the present one is the last.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    known: list[dict[str, Any]] = []
    before: OKPKey | None = None
    for trail_key in audit_keys(folder):
        if trail_key == LOST_KEY:
            before = None
            continue
        key = _signing_key(trail_key)
        published = {**_public(key), "use": "sig", "alg": ALGORITHM}
        if before is not None:
            published[HANDOVER] = _signed_with(before, "handover", {"key": key.thumbprint()})
        known.append(published)
        before = key
    return {"keys": known}


def signed(folder: StoreFolder, kind: Kind, claims: Mapping[str, object]) -> str:
    """The claims as a statement of this installation, signed with its present key.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    return _signed_with(_signing_key(audit_keys(folder)[-1]), kind, claims)


@dataclass(frozen=True, slots=True)
class Statement:
    """What was signed, of which kind it is, and the thumbprint of the key that signed it."""

    kind: Kind
    claims: Mapping[str, Any]
    key: str


def read_statement(text: str, keys: Mapping[str, Any], *kinds: Kind) -> Statement:
    """What a statement of one of these kinds says, signed by one of the published ``keys``.

    Raises:
        UserError: the keys are none or do not introduce each other, or the statement is not of one of them, was
            changed, or is of another kind.
    """
    return _read(text, _linked_keys(keys), kinds)


def _linked_keys(published: Mapping[str, Any]) -> list[OKPKey]:
    from joserfc.errors import JoseError
    from joserfc.jwk import OKPKey

    try:
        entries = list(published["keys"])
        keys = [OKPKey.import_key({name: entry[name] for name in ("kty", "crv", "x")}) for entry in entries]
    except (KeyError, TypeError, ValueError, JoseError) as error:
        raise UserError("keys_invalid") from error
    if not keys:
        raise UserError("keys_invalid")
    for (before, key), entry in zip(pairwise(keys), entries[1:], strict=True):
        # A key that nobody introduces begins again after a lost secret: whoever trusts it was given it by hand.
        if HANDOVER in entry and not _introduces(str(entry[HANDOVER]), before, key):
            raise UserError("keys_invalid")
    return keys


def _introduces(text: str, before: OKPKey, key: OKPKey) -> bool:
    try:
        return bool(_read(text, [before], ("handover",)).claims["key"] == key.thumbprint())
    except UserError:
        return False


def _read(text: str, keys: Sequence[OKPKey], kinds: Sequence[Kind]) -> Statement:
    from joserfc import jws
    from joserfc.errors import JoseError

    for key in keys:
        try:
            found = jws.deserialize_compact(text.strip(), key, algorithms=[ALGORITHM])
            claims = json.loads(found.payload)
        except (JoseError, ValueError, UnicodeError):
            continue
        kind = next((item for item in kinds if found.headers().get("typ") == _type_of(item)), None)
        if kind and isinstance(claims, dict):
            return Statement(kind, claims, key.thumbprint())
    raise UserError("signature_invalid")


def _signed_with(key: OKPKey, kind: Kind, claims: Mapping[str, object]) -> str:
    from joserfc import jws

    # Sorted and without blanks: the same statement is the same text whenever it is signed.
    payload = json.dumps(claims, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    header = {"alg": ALGORITHM, "kid": key.thumbprint(), "typ": _type_of(kind)}
    return jws.serialize_compact(header, payload.encode(), key, algorithms=[ALGORITHM])


def _type_of(kind: Kind) -> str:
    """A statement of one kind is never taken for one of another."""
    return f"duibiao-{kind}"


def _signing_key(trail_key: bytes) -> OKPKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from joserfc.jwk import OKPKey

    return OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(hmac.digest(trail_key, b"signatures", "sha256")))


def _public(key: OKPKey) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key.thumbprint()}


def certify(folder: StoreFolder, kind: Kind, credit_code: str, year: int, text: str, **more: str) -> str:
    """The certificate of what was locked or sealed of a factory's year: whoever has the text can compare its hash.

    Raises:
        StoreUnavailable: the secret is missing.
    """
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return signed(folder, kind, {"credit_code": credit_code, "year": year, "sha256": sha256, **more})


# An anchor: how far the trail went at a moment, and what it and the rows were.


@dataclass(frozen=True, slots=True)
class SignedAnchor:
    """``trail`` is the SHA-256 of all acts up to ``head``; ``rows``, of a backup's, what its bound tables hash to with
    ``salt``.
    """

    head: AuditHead
    trail: str
    signed_at: str
    key: str
    rows: Mapping[str, str] | None = None
    salt: str = ""

    def compares_rows(self, acts: Sequence[AuditEntry]) -> bool:
        """Whether it says what the rows must be: a store that went on since has others."""
        return self.rows is not None and bool(acts) and acts[-1].seq == self.head.seq


def sign_anchor(store: Store, at: datetime) -> str:
    """The trail's last act and the hash of all acts, signed: to be kept elsewhere, by who is not to have the secret.

    Raises:
        StoreUnavailable: acts are missing, so that there is nothing to vouch for, or the secret is.
        UserError: there is no act yet.
    """
    with store.write_lock(), store.cursor() as cursor:
        cursor.begin()
        refuse_lost_acts(store, cursor)
        last = tables.audit.audit_head(cursor)
    if last is None:
        raise UserError("nothing_to_anchor")
    with store.cursor() as cursor:
        acts = tables.audit.audit_entries(cursor, until=last.seq)
    return signed(store.folder, "anchor", _anchor(acts, at))


def sign_copy(folder: StoreFolder, cursor: Cursor, acts: Sequence[AuditEntry], at: datetime, salt: str) -> str:
    """As an anchor, with what the rows are that a copy of the store holds: nothing in it can be changed unnoticed.

    The salt goes with the copy. Where the copy is gone, what is left of it confirms no guess at what it held.
    """
    rows = rows_digests(cursor, bytes.fromhex(salt))
    return signed(folder, "anchor", {**_anchor(acts, at), "rows": rows, "salt": salt})


def _anchor(acts: Sequence[AuditEntry], at: datetime) -> dict[str, object]:
    last = acts[-1]
    return {"seq": last.seq, "mac": last.mac, "trail": trail_sha256(acts), "at": at.isoformat()}


def read_anchor(text: str, keys: Mapping[str, Any]) -> SignedAnchor:
    """A signed anchor, from its text or from the manifest of a backup.

    Raises:
        UserError: as for ``read_statement``.
    """
    found = read_statement(_statement_in(text), keys, "anchor")
    said = found.claims
    try:
        head = AuditHead(int(said["seq"]), str(said["mac"]))
        return SignedAnchor(
            head, str(said["trail"]), str(said["at"]), found.key, said.get("rows"), str(said.get("salt", ""))
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserError("signature_invalid") from error


def _statement_in(text: str) -> str:
    """A backup's manifest holds it as ``signed``."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        return str(json.loads(text)["signed"])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError("signature_invalid") from error


def changed_since_signed(acts: Sequence[AuditEntry], cursor: Cursor, anchor: SignedAnchor) -> list[tuple[str, str]]:
    """Findings and their names: acts that are not those that were signed, and tables whose rows are not."""
    until = [act for act in acts if act.seq <= anchor.head.seq]
    if not until or AuditHead(until[-1].seq, until[-1].mac) != anchor.head:
        return [("anchor_lost", str(anchor.head.seq))]
    found = [] if trail_sha256(until) == anchor.trail else [("trail_changed", f"1-{anchor.head.seq}")]
    if anchor.rows is not None and anchor.compares_rows(acts):
        present = rows_digests(cursor, bytes.fromhex(anchor.salt))
        tables_of_both = sorted({*present, *anchor.rows})
        found += [("rows_changed", table) for table in tables_of_both if present.get(table) != anchor.rows.get(table)]
    return found
