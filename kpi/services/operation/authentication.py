"""Who is signed in. Role and scope are looked up in the store each time: a disabled account stops at its next click."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from itsdangerous import BadSignature, URLSafeSerializer

from kpi import tables
from kpi.access.passwords import FORGOTTEN, FREE, LONGEST, held_until, normalised, weakness
from kpi.errors import NotFound, StoreUnavailable, UserError
from kpi.model.times import CLOCK_PUT_BACK, now, shanghai_minute
from kpi.model.viewer import SYSTEM, Actor, Viewer
from kpi.services.audit_trail import refuse_lost_acts
from kpi.services.authorization import reads, requires
from kpi.services.operation.second_factor import (
    keep_second_factor,
    lacks_second_factor,
    new_recovery_codes,
    second_factor_of,
    step_of,
    use_code,
)
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.accounts import Account, SignIn
from kpi.tables.api import KeptAnswer

# Wrong passwords are counted and slowed, by bucket: a try counts as failed until it has succeeded.


def account_bucket(name: str) -> str:
    """Where wrong passwords from unknown devices are counted; the account's other buckets begin with the same."""
    return "account " + hashlib.sha256(name.encode()).hexdigest()


# Without a word in the trail: the trail hears of an account that is being slowed, not of each try
def begin_attempt(store: Store, bucket: str, at: datetime) -> datetime | None:
    """Until when nothing is tried; else the try counts as failed until it succeeds, so that no burst slips through."""
    with store.transaction_of_a_try() as cursor:
        refuse_lost_acts(store, cursor)
        past = tables.accounts.failures(cursor, bucket)
        count = past.count if past and at - past.last_at < FORGOTTEN else 0
        if past and count >= FREE:
            if past.last_at > at:
                # The clock was ahead and has been put right: the wait begins now, instead of on the day it showed.
                tables.accounts.count_failure(cursor, bucket, count, at)
            if at < (until := held_until(count, min(past.last_at, at))):
                return until
        tables.accounts.count_failure(cursor, bucket, count + 1, at)
        tables.accounts.forget_failures(cursor, "", older_than=at - FORGOTTEN)
    return None


# Without a word in the trail: as of each try
def attempt_succeeded(store: Store, bucket: str) -> None:
    with store.transaction_of_a_try() as cursor:
        tables.accounts.forget_failures(cursor, bucket)


def attempt_failed(store: Store, bucket: str, actor: Actor | None, at: datetime) -> datetime | None:
    """Until when nothing is tried now. The trail hears of it where an account that exists is being slowed."""
    with store.cursor() as cursor:
        past = tables.accounts.failures(cursor, bucket)
    if past is None or past.count < FREE:
        return None
    if actor:
        with unit_of_work(store, actor, at) as change:
            change.audit("sign_in_held", actor.account, after={"failures": past.count})
    else:
        _as_long_as_a_note(store, bucket)
    return held_until(past.count, past.last_at)


# Without a word in the trail: it writes in place of a word
def _as_long_as_a_note(store: Store, bucket: str) -> None:
    """Write as much as a word in the trail would: else the time taken tells, at the fifth try, which names exist."""
    with store.write_lock():
        with store.transaction() as cursor:
            if past := tables.accounts.failures(cursor, bucket):
                tables.accounts.count_failure(cursor, bucket, past.count, past.last_at)
        if head := store.folder.head():
            store.keep_head(*head)


HASHER = PasswordHasher()
SIGN_IN_LASTS = timedelta(hours=12)
TICKET_LASTS = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(minutes=1)
"""Tolerance between clocks for what was ended: until then nothing that began holds."""

# Each check takes 64 MiB: many guesses queue instead of filling the memory.
AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``token`` represents the account from now on; ``mark`` identifies this device at its next sign-in."""

    account: str
    token: str
    mark: str


@dataclass(frozen=True, slots=True)
class CodeNeeded:
    """The password was right; ``ticket`` shows so for ``TICKET_LASTS``, to whoever has the account's code as well."""

    ticket: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """Incorrect account, password or code; before ``until``, if set, nothing is tried. ``expired``: the password, which
    the code goes with, was entered too long ago, or has changed since.
    """

    until: datetime | None = None
    expired: bool = False


# Asked without rights: nobody is anybody yet: it checks the password
def sign_in(
    store: Store,
    name: str,
    password: str,
    at: datetime | None = None,
    address: str = "",
    device: str = "",
    mark: str = "",
) -> SignedIn | CodeNeeded | SignInRefused:
    """Sign in by password. Names that do not exist are answered, slowed and timed like those that do.

    ``address`` and ``device`` are shown to the account's holder; ``mark`` is from an earlier sign-in.
    """
    since = at or now()
    bucket = _bucket(store, name, mark)
    if until := begin_attempt(store, bucket, since):
        return SignInRefused(until)
    with store.cursor() as cursor:
        account = tables.accounts.account_named(cursor, name)
        demonstration = tables.lists.marks(cursor).get("demonstration") == "true"
    known = Actor(name, account.viewer.role, address) if account else None
    right = _password_right(account.password_hash if account else None, password)
    if not right or account is None or account.disabled or (account.demonstration and not demonstration):
        return SignInRefused(attempt_failed(store, bucket, known, since))
    if account.second_factor_at:
        attempt_succeeded(store, bucket)
        return CodeNeeded(_ticket(store, account, since))
    with store.write_lock():
        if not _unchanged(store, account):
            return SignInRefused()
        with unit_of_work(store, Actor(name, account.viewer.role, address), since) as change:
            return _begin(store, change, name, bucket, address, device)


# Asked without rights: signing in: whoever has the ticket of a right password, and the code
def sign_in_by_code(
    store: Store, ticket: str, code: str, at: datetime | None = None, address: str = "", device: str = ""
) -> SignedIn | SignInRefused:
    """Sign in whoever's password was right, by a one-time code or a recovery code: each is good once.

    Wrong codes are slowed like wrong passwords; only whoever has the password comes so far.
    """
    since = at or now()
    account = _account_of_ticket(store, ticket, since)
    if account is None:
        return SignInRefused(expired=True)
    name, actor = account.viewer.account, replace(account.viewer, address=address).actor
    bucket = account_bucket(name) + " code"
    if until := begin_attempt(store, bucket, since):
        return SignInRefused(until)
    with store.write_lock():
        if not _unchanged(store, account):
            return SignInRefused(expired=True)
        with store.cursor() as cursor:
            known = second_factor_of(store, cursor, name)
        if known and (used := known.fits(code, since)):
            with unit_of_work(store, actor, since) as change:
                use_code(change, name, used)
                return _begin(store, change, name, bucket, address, device, used.kind)
    return SignInRefused(attempt_failed(store, bucket, actor, since))


def _begin(
    store: Store, change: UnitOfWork, name: str, bucket: str, address: str, device: str, code: str = ""
) -> SignedIn:
    """``code``: of which kind the one was that came beside the password."""
    token = secrets.token_urlsafe(32)
    tables.accounts.forget_failures(change.cursor, bucket)
    tables.accounts.start_sign_in(
        change.cursor, token_sha256(token), name, change.at, change.at + SIGN_IN_LASTS, address, device
    )
    change.audit("signed_in", name, after={"second_factor": code} if code else None)
    return SignedIn(name, token, _mark(store, name))


def _tickets(store: Store) -> URLSafeSerializer:
    key = hmac.digest(store.folder.secret(), b"second factor", "sha256")
    return URLSafeSerializer(key, salt="ticket", signer_kwargs={"digest_method": hashlib.sha256})


def _ticket(store: Store, account: Account, at: datetime) -> str:
    return _tickets(store).dumps([account.viewer.account, (at + TICKET_LASTS).isoformat(), _fingerprint(account)])


def _account_of_ticket(store: Store, ticket: str, at: datetime) -> Account | None:
    """Whose password was right, unless that was too long ago, or the account was disabled or its password changed."""
    try:
        name, until, fingerprint = _tickets(store).loads(ticket)
    except BadSignature:
        return None
    with store.cursor() as cursor:
        account = tables.accounts.account_named(cursor, name)
    good = account and not account.disabled and fingerprint == _fingerprint(account)
    return account if good and at < datetime.fromisoformat(until) <= at + TICKET_LASTS else None


def _fingerprint(account: Account) -> str:
    """Of the password that a ticket was given for: it holds for no other, nor for a second factor set up since."""
    return token_sha256(f"{account.password_hash} {account.second_factor_at}")


# Asked without rights: says who holds a token
def viewer_of(store: Store, token: str | None, at: datetime | None = None, address: str = "") -> Viewer | None:
    """The account of this token, or None if no longer valid."""
    if not token:
        return None
    moment = at or now()
    with store.cursor() as cursor:
        account = tables.accounts.signed_in(cursor, token_sha256(token), moment)
        expired = account is None and tables.accounts.sign_in_expired(cursor, token_sha256(token), moment)
        must_set_up = account is not None and lacks_second_factor(store, cursor, account, moment)
    if expired:
        _end_expired(store, token, moment)
    return replace(account.viewer, address=address, must_set_up=must_set_up) if account else None


# Asked without rights: says whose identity at another provider it is
def viewer_by_identity(
    store: Store, issuer: str, subject: str, since: datetime, at: datetime | None = None, address: str = ""
) -> Viewer | None:
    """The account of this sign-in at another provider, which expires and is revoked like one by password.

    ``since`` is the time of the sign-in according to the provider. An initial password not yet changed does not
    matter here, nor a second factor, which is that provider's to ask for.
    """
    moment = at or now()
    if not since - CLOCK_PUT_BACK <= moment < since + SIGN_IN_LASTS:
        return None
    if since <= moment + CLOCKS_DIFFER:  # else our clock was put back: what was ended before that stays ended
        _ended_ahead(store, issuer, subject, moment)
    with store.cursor() as cursor:
        viewer = tables.accounts.signed_in_elsewhere(cursor, issuer, subject, since)
    return replace(viewer, address=address, must_change=False) if viewer else None


# Asked without rights: ends the sign-in whose token is given: whoever holds it may
def sign_out(store: Store, token: str, at: datetime | None = None) -> None:
    """End the sign-in: the token is refused from now on."""
    if viewer_of(store, token, at) is None:
        return
    with store.write_lock():
        viewer = viewer_of(store, token, at)
        if viewer is None:
            return  # ended meanwhile: signing out once more is no act
        with unit_of_work(store, viewer.actor, at) as change:
            tables.accounts.end_sign_in(change.cursor, token_sha256(token), viewer.account)
            change.audit("signed_out", viewer.account)


@reads("keep_own_account")
def own_sign_ins(cursor: Cursor, viewer: Viewer, at: datetime | None = None) -> list[SignIn]:
    """Where the viewer is signed in, the latest first."""
    return tables.accounts.sign_ins(cursor, viewer.account, at or now())


@requires("keep_own_account")
def end_own_sign_in(store: Store, viewer: Viewer, sign_in_id: str, at: datetime | None = None) -> None:
    """End one of the viewer's own sign-ins.

    Raises:
        NotFound: none of the viewer's has that id; another account's looks the same.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        if sign_in_id not in {item.id for item in tables.accounts.sign_ins(change.cursor, viewer.account, at or now())}:
            raise NotFound("sign_in")
        tables.accounts.end_sign_in(change.cursor, sign_in_id, viewer.account)
        change.audit("sign_in_ended", viewer.account, after={"sign_in": sign_in_id[:8]})


@requires("keep_own_account")
def end_own_sign_ins(store: Store, viewer: Viewer, at: datetime | None = None) -> None:
    """End all of the viewer's sign-ins, here and by another provider, this one included."""
    with unit_of_work(store, viewer.actor, at) as change:
        tables.accounts.end_sign_ins(change.cursor, viewer.account, change.at)
        change.audit("signed_out", viewer.account)


@requires("keep_own_account")
def audit_provider_sign_in(store: Store, viewer: Viewer, at: datetime | None = None) -> None:
    """Record a sign-in by another provider, which sets no cookie of ours."""
    with unit_of_work(store, viewer.actor, at) as change:
        change.audit("signed_in", viewer.account, after={"elsewhere": True})


@requires("keep_own_account")
def change_password(
    store: Store, viewer: Viewer, old: str, new: str, token: str = "", at: datetime | None = None
) -> None:
    """Change the viewer's own password, and end its other sign-ins. ``token`` is the one that stays valid.

    Raises:
        UserError: the old one is wrong, tried too often, or was replaced meanwhile; the new one is the same, too short,
            too long or guessable.
    """
    since = at or now()
    account = _by_own_password(store, viewer, old, since)
    if normalised(new) == normalised(old):
        raise UserError("password_same")
    refuse_weak(new, viewer.account, viewer.name)
    new_hash = hash_password(new)  # slow by design, so before others wait for it
    with store.write_lock():
        if not _unchanged(store, account):
            raise UserError("password_wrong")
        with unit_of_work(store, viewer.actor, since) as change:
            tables.accounts.set_password(change.cursor, viewer.account, new_hash, must_change=False)
            tables.accounts.end_sign_ins(change.cursor, viewer.account, since, token_sha256(token) if token else "")
            change.audit("password_changed", viewer.account)


@dataclass(frozen=True, slots=True)
class OwnSecondFactor:
    """Since when the account signs in with one-time codes, if it does, and how many recovery codes are unused.

    ``open_to_all``: it is a demonstration's, whose password is public, and can have none.
    """

    set_up_at: datetime | None
    recovery_codes: int
    open_to_all: bool


@reads("keep_own_account")
def own_second_factor(cursor: Cursor, viewer: Viewer) -> OwnSecondFactor:
    """How the viewer's account stands."""
    account = tables.accounts.account_named(cursor, viewer.account)
    known = tables.second_factors.second_factor(cursor, viewer.account)
    codes = len(known.recovery_sha256) if known else 0
    return OwnSecondFactor(known.set_up_at if known else None, codes, account is not None and account.demonstration)


@requires("keep_own_account")
def set_up_second_factor(
    store: Store, viewer: Viewer, seed: str, code: str, password: str, token: str = "", at: datetime | None = None
) -> tuple[str, ...]:
    """From now on the viewer signs in with one-time codes as well, by ``seed``; its other sign-ins end.

    ``code`` shows that the viewer's device makes them. One set up before is replaced. ``token`` is the sign-in that
    stays valid. Returns new recovery codes, which are kept as hashes alone.

    Raises:
        UserError: the password is wrong, or tried too often; the code is none of the seed's at this moment; the account
            is a demonstration's.
    """
    since = at or now()
    account = _by_own_password(store, viewer, password, since)
    if account.demonstration:
        raise UserError("demonstration_second_factor")
    step = step_of(seed, code, since)
    if step is None:
        raise UserError("code_wrong", time=shanghai_minute(since))
    codes = new_recovery_codes()
    with store.write_lock():
        if not _unchanged(store, account):
            raise UserError("password_wrong")
        with unit_of_work(store, viewer.actor, since) as change:
            keep_second_factor(store, change, viewer.account, seed, step, codes)
            tables.accounts.end_sign_ins(change.cursor, viewer.account, since, token_sha256(token) if token else "")
            replaced = {"replaced": True} if account.second_factor_at else None
            change.audit("second_factor_set_up", viewer.account, after=replaced)
    return codes


def _by_own_password(store: Store, viewer: Viewer, password: str, at: datetime) -> Account:
    """The viewer's account, as it was when its password was found right."""
    bucket = account_bucket(viewer.account) + " change"
    if until := begin_attempt(store, bucket, at):
        raise UserError("sign_in_held", seconds=int((until - at).total_seconds()) + 1)
    with store.cursor() as cursor:
        account = tables.accounts.account_named(cursor, viewer.account)
    if account is None or not _password_right(account.password_hash, password):
        attempt_failed(store, bucket, viewer.actor, at)
        raise UserError("password_wrong")
    attempt_succeeded(store, bucket)
    return account


def refuse_weak(password: str, *own_words: str) -> None:
    """Raises ``UserError`` for a password that is too short, too long or easily guessed."""
    if weak := weakness(password, *own_words):
        raise UserError(f"password_{weak}")


def hash_password(password: str) -> str:
    return HASHER.hash(normalised(password))


def token_sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _nobodys_hash() -> str:
    """Checked for unknown accounts, so that the time taken does not reveal which names exist."""
    return HASHER.hash(secrets.token_hex(16))


def _password_right(kept: str | None, password: str) -> bool:
    if len(password) > LONGEST:
        return False
    with AT_ONCE:
        nobodys = _nobodys_hash()  # created by the first check, whatever the name
        try:
            return HASHER.verify(kept or nobodys, normalised(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def _end_expired(store: Store, token: str, at: datetime) -> None:
    """What has expired once stays expired, even where the clock is put back afterwards.

    Where the store cannot be written, the caller still gets the answer that he is not signed in.
    """
    with suppress(StoreUnavailable), store.write_lock():
        with store.cursor() as cursor:
            if not tables.accounts.sign_in_expired(cursor, token_sha256(token), at):
                return  # another request has ended it meanwhile
        with unit_of_work(store, SYSTEM) as change:
            tables.accounts.end_expired_sign_ins(change.cursor, token_sha256(token), at)
            change.audit("sign_ins_expired", "sign_in")


def _ended_ahead(store: Store, issuer: str, subject: str, at: datetime) -> None:
    """Sign-ins that were ended while the clock was ahead ended now: what begins from now on holds."""
    with store.cursor() as cursor:
        ended = tables.accounts.ended_at(cursor, issuer, subject)
    if ended and ended[1] > at + CLOCKS_DIFFER:
        with unit_of_work(store, SYSTEM) as change:
            tables.accounts.believe_sign_ins_from(change.cursor, ended[0], at)
            change.audit("sign_ins_believed", ended[0])


def _unchanged(store: Store, account: Account) -> bool:
    """Whether it was neither disabled nor its password or second factor changed during the check."""
    with store.cursor() as cursor:
        present = tables.accounts.account_named(cursor, account.viewer.account)
    return present is not None and (_fingerprint(present), present.disabled) == (
        _fingerprint(account),
        account.disabled,
    )


def _bucket(store: Store, name: str, mark: str) -> str:
    """The device's own bucket if the mark is valid for this account; else that of all unknown devices."""
    nonce = mark.partition(".")[0]
    if mark and hmac.compare_digest(mark.encode(), _mark(store, name, nonce).encode()):
        return f"{account_bucket(name)} device {token_sha256(mark)}"
    return account_bucket(name)


def _mark(store: Store, name: str, nonce: str = "") -> str:
    """A device's mark, created only by this installation, for one account."""
    nonce = nonce or secrets.token_urlsafe(16)
    key = hmac.digest(store.folder.secret(), b"known device", "sha256")
    return f"{nonce}.{hmac.new(key, f'{name} {nonce}'.encode(), hashlib.sha256).hexdigest()}"


# Whose call of the HTTP interface it is, and a write that is sent twice: answered as it was the first time.


USE_NOTED_EVERY = timedelta(minutes=1)
ANSWERS_KEPT = timedelta(days=7)


# Asked without rights: says who holds a token of the HTTP interface
# Without a word in the trail: when a token was last used is for its holder to see
def viewer_of_token(store: Store, token: str, address: str = "", at: datetime | None = None) -> Viewer | None:
    """The account that the token stands for, as it is now, or None if the token is not accepted.

    The audit trail names the token beside the address. An initial password that nobody changed does not matter here.
    """
    moment = at or now()
    with store.cursor() as cursor:
        token_found = tables.api.usable_token(cursor, token_sha256(token), moment)
        account = tables.accounts.account_named(cursor, token_found.account) if token_found else None
    if token_found is None or account is None:
        return None
    if token_found.used_at is None or moment - token_found.used_at >= USE_NOTED_EVERY:
        # A store that cannot be written, or must not be, is still read.
        with suppress(StoreUnavailable), store.transaction() as cursor:
            refuse_lost_acts(store, cursor)
            tables.api.note_token_use(cursor, token_found.id, moment)
    return replace(account.viewer, must_change=False, address=f"{address} token {token_found.id}".strip())


@reads("submit_own")
def earlier_answer(cursor: Cursor, viewer: Viewer, key: str) -> KeptAnswer | None:
    """What the viewer's account was answered when it sent something with this key, within ``ANSWERS_KEPT``."""
    return tables.api.kept_answer(cursor, viewer.account, key)


def keep_answer(change: UnitOfWork, viewer: Viewer, key: str, answer: KeptAnswer) -> None:
    """Keep it for a repetition, within the change that it is about, and drop those older than ``ANSWERS_KEPT``."""
    tables.api.drop_api_answers(change.cursor, change.at - ANSWERS_KEPT)
    tables.api.keep_api_answer(
        change.cursor, viewer.account, key, answer.request, answer.status, answer.body, change.at
    )
