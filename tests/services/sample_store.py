"""A store with the shipped baseline and a few accounts, and application files to send to it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kpi import tables
from kpi.model.viewer import SYSTEM, Role, Viewer
from kpi.services.operation.authentication import SignedIn, hash_password, sign_in
from kpi.services.shipped_baseline import ensure_baseline
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.benchmark.panels import credit_code

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "example-application.csv"
AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
CODE_A, CODE_B = credit_code(8_000_001), credit_code(8_000_002)
PASSWORD = "right horse"

A = Viewer("a", "演示企业A（虚构）", "enterprise", (CODE_A,))
B = Viewer("b", "演示企业B（虚构）", "enterprise", (CODE_B,))
REVIEWER = Viewer("reviewer", "演示评审员", "reviewer", ("高端装备",))
OTHER_REVIEWER = Viewer("other", "演示评审员二", "reviewer", ("汽车",))
LEADER = Viewer("leader", "演示推荐单位", "leader", ("松江区",))
OTHER_LEADER = Viewer("leader2", "演示推荐单位二", "leader", ("嘉定区",))
ADMINISTRATOR = Viewer("administrator", "演示管理员", "administrator", ())
EVERYBODY = (A, B, REVIEWER, OTHER_REVIEWER, LEADER, OTHER_LEADER, ADMINISTRATOR)


def furnish(store: Store) -> None:
    ensure_baseline(store)
    password_hash = hash_password(PASSWORD)
    with unit_of_work(store, SYSTEM, AT) as change:
        for item in EVERYBODY:
            role: Role = item.role
            tables.accounts.insert_account(
                change.cursor, item.account, item.name, role, item.scope, password_hash, False, AT
            )
        change.audit("accounts_imported", "sample")


def account_by_now(store: Store, name: str) -> Viewer:
    """The account as the store knows it now, with its conflicts of interest."""
    with store.cursor() as cursor:
        kept = tables.accounts.account_named(cursor, name)
    assert kept
    return kept.viewer


def file_of(code: str, efficiency: str = "45", year: int = 2025) -> bytes:
    """The example application of a factory with this code; ``efficiency`` is its K08."""
    text = EXAMPLE.read_text("gb18030")
    assert "91000000MA9990001E" in text
    assert "生产效率提升（%）,45," in text
    assert "年度,2025," in text
    text = text.replace("91000000MA9990001E", code).replace("生产效率提升（%）,45,", f"生产效率提升（%）,{efficiency},")
    text = text.replace("年度,2025,", f"年度,{year},")
    return text.encode("gb18030")


def token_of(store: Store, name: str, at: datetime = AT) -> str:
    """The token of a sign-in that succeeds."""
    signed_in = sign_in(store, name, PASSWORD, at)
    assert isinstance(signed_in, SignedIn)
    return signed_in.token
