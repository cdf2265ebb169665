"""Accounts from a file: every fault at once, all of them or none."""

from __future__ import annotations

import pytest

from kpi.errors import InvalidFile, UserError
from kpi.intake.lists import list_form
from kpi.services.administrator.account_import import add_accounts, preview_accounts
from kpi.services.administrator.accounts import list_accounts
from kpi.services.operation.authentication import SignedIn, sign_in
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, CODE_A

HEAD = "账号,显示名称,身份,权限范围"


def file_of(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (file_of(), ["list_empty"]),
        (b"", ["unreadable_file"]),
        (file_of("a,b,c", head="账号,显示名称,身份证"), ["list_missing_column"]),
        (file_of("dora,,评审,汽车", "DORA,演示,评审,汽车"), ["list_blank", "list_repeated"]),
        (file_of("dora,演\u202e示,评审,汽车"), ["list_unreadable_text"]),
        (
            file_of(*(f"dora{number},演示,管理员," for number in range(list_form("accounts").most + 1))),
            ["list_too_long"],
        ),
    ],
)
def test_what_is_no_list_of_accounts_is_refused_with_every_fault(store: Store, data: bytes, codes: list[str]) -> None:
    with pytest.raises(InvalidFile) as refused:
        preview_accounts(store, ADMINISTRATOR, "名单.csv", data)
    assert [problem.code for problem in refused.value.problems] == codes


def test_faults_of_reading_and_of_what_was_read_come_in_one_round(store: Store) -> None:
    data = file_of("dora,,评审,汽车", "anna,演示（虚构）,审稿人,", "ben,演示（虚构）,审计员,")
    with pytest.raises(InvalidFile) as refused:
        preview_accounts(store, ADMINISTRATOR, "名单.csv", data)
    assert [(problem.row, problem.code) for problem in refused.value.problems] == [(2, "list_blank")]
    assert [(fault.row, fault.error.code) for fault in refused.value.rows] == [(3, "role_unknown")]
    assert refused.value.params == {"count": 2}


def test_every_fault_of_every_row_is_reported_and_nothing_is_added(store: Store) -> None:
    data = file_of(
        "dora,演示评审（虚构）,评审,汽车；没有的行业",
        "Dora Maar,演示（虚构）,推荐单位,松江区、嘉定区",
        "reviewer,演示（虚构）,审稿人,",
        f"dora2,演示企业（虚构）,企业,{CODE_A}",
    )
    preview = preview_accounts(store, ADMINISTRATOR, "名单.csv", data)
    assert [(fault.row, fault.error.code) for fault in preview.faults] == [
        (2, "scope_does_not_fit"),
        (3, "account_name_invalid"),
        (3, "one_body_only"),
        (4, "role_unknown"),
        (4, "account_exists"),
    ]
    before = list_accounts(store, ADMINISTRATOR)
    with pytest.raises(UserError) as refused:
        add_accounts(store, ADMINISTRATOR, "名单.csv", data)
    assert (refused.value.code, refused.value.params) == ("accounts_faulty", {"count": 5})
    assert list_accounts(store, ADMINISTRATOR) == before


def test_each_gets_a_password_of_its_own_that_is_kept_nowhere(store: Store) -> None:
    shares: list[float] = []
    given = add_accounts(
        store,
        ADMINISTRATOR,
        "名单.csv",
        file_of("dora,演示评审（虚构）,reviewer,Automotive", "emil,演示管理员（虚构）,管理员,审计"),
        shares.append,
    )
    assert shares == [0.5, 1.0]
    assert len({password.password for password in given}) == 2
    assert all(isinstance(sign_in(store, password.account, password.password), SignedIn) for password in given)
    assert not any(password.password in repr(given) for password in given)
    accounts = {account.viewer.account: account.viewer for account in list_accounts(store, ADMINISTRATOR)}
    assert accounts["dora"].scope == ("汽车",)
    assert accounts["emil"].must_change
