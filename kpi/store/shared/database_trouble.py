"""What PostgreSQL's errors mean for the store - or a bug of ours."""

from __future__ import annotations

import psycopg
from psycopg import errors

from kpi.errors import StoreUnavailable
from kpi.store.store_place import StorePlace

BUSY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)
CUT_OFF = (errors.IdleInTransactionSessionTimeout, errors.TransactionTimeout)
SHORT_OF: dict[type[psycopg.Error], str] = {
    errors.OutOfMemory: "database_memory",
    errors.DiskFull: "database_full",
    errors.TooManyConnections: "database_connections",
}
NO_MORE_CONNECTIONS = ("too many clients", "too many connections", "connection slots")
"""The server's words for it to who is refused at the door, whom psycopg tells no number; in another language they are
not known."""
REFUSED = (errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege)


def database_name(address: str) -> str:
    """The database as people know it: its name and its machine, never who signs in there or how."""
    try:
        known = psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.Error:
        return "?"
    host = str(known.get("host") or known.get("hostaddr") or "")
    return f"{known.get('dbname') or '?'}{f' @ {host}' if host and not host.startswith('/') else ''}"


def database_trouble(error: psycopg.Error, place: StorePlace) -> StoreUnavailable | None:
    """The error for people, or None where it is no trouble of the store's."""
    name = database_name(place.address or "")
    if isinstance(error, BUSY):
        return StoreUnavailable("store_busy")
    if code := SHORT_OF.get(type(error)):
        return StoreUnavailable(code, name=name)
    if isinstance(error, CUT_OFF):
        return StoreUnavailable("change_cut_off")
    if isinstance(error, errors.DependentObjectsStillExist):
        return StoreUnavailable(
            "database_dependants", name=name, what=" ".join((error.diag.message_detail or "?").split())
        )
    if isinstance(error, REFUSED):
        return StoreUnavailable("database_refuses", name=name, reason=error.sqlstate or "?")
    if error.sqlstate is None and any(words in str(error) for words in NO_MORE_CONNECTIONS):
        return StoreUnavailable("database_connections", name=name)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreUnavailable("database_unreachable", name=name)
    if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
        # What psycopg says of an address that it cannot read.
        return StoreUnavailable("database_unreachable", name=name)
    return None
