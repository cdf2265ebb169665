"""Enterprises of their own, each with values of its own: of the same ones, much would be remembered from the first."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from pathlib import Path
from random import Random

from kpi import tables
from kpi.catalogue.names import check_digit
from kpi.catalogue.schema import DATA
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.lock import lock_application
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import SIGN_IN_LASTS, token_sha256
from kpi.store.store import Store

EXAMPLE = DATA / "samples" / "example-application.csv"
EXAMPLE_CODE = "91000000MA9990001E"
FIRST_KPI, COUNTED, IN_POINTS = "关键设备数控化率", ("（个）", "（家）"), "百分点"
HOST = "127.0.0.1"


def with_drafts(root: Path, count: int, begin: int = 0, *, locked: bool = False) -> list[str]:
    """Tokens of the sign-ins of so many enterprises that have sent the example with values of their own, and locked it.

    ``begin`` is the number of the first: those of other numbers are others.
    """
    tokens = []
    with Store.open(root) as store:
        for own in range(begin, begin + count):
            first17 = f"91000000MA{8_300_000 + own:07d}"
            viewer = Viewer(f"rush{own}", "x", "enterprise", (first17 + check_digit(first17),))
            tokens.append(_signed_in(store, viewer))
            sent = _example_with(viewer.scope[0], Random(own))
            application = accept_application(store, viewer, receive_file(store, viewer, EXAMPLE.name, sent))
            if locked:
                code, year = application.credit_code, application.year
                lock_application(store, viewer, code, year, lock_outlook(store, viewer, code, year).points)
    return tokens


def _example_with(credit_code: str, draws: Random) -> bytes:
    """The example with other values: of the same ones, all but the first would find the exact tests worked out."""
    rows = list(csv.reader(EXAMPLE.read_text("gb18030").replace(EXAMPLE_CODE, credit_code).splitlines()))
    first_kpi = next(at for at, row in enumerate(rows) if row[0].startswith(FIRST_KPI))
    for row in rows[first_kpi:]:
        with suppress(ValueError):  # not applicable, or not reported
            value = round(float(row[1]) * draws.uniform(0.6, 1.03), 1)
            row[1] = f"{value:.0f}" if row[0].endswith(COUNTED) else f"{value}"
            if row[3] and row[4]:
                before, sign = float(row[3]), 1 if float(row[4]) > float(row[3]) else -1
                change = value if row[2] == IN_POINTS else before * value / 100
                row[4] = f"{before + sign * change:.6g}"
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode("gb18030")


def _signed_in(store: Store, viewer: Viewer) -> str:
    """As after a sign-in by another provider: fifty passwords would take longer to make than all else."""
    token, at = f"token of {viewer.account}", now()
    with store.transaction() as cursor:
        tables.accounts.insert_account(cursor, viewer.account, viewer.name, viewer.role, viewer.scope, None, False, at)
        tables.accounts.start_sign_in(cursor, token_sha256(token), viewer.account, at, at + SIGN_IN_LASTS, HOST, "")
    return token
