"""A text with U+0000 in it is refused in words, alike on either kind of store, and nothing of the change is kept."""

from __future__ import annotations

import pytest

from kpi.errors import NotFound, UserError
from kpi.i18n import error_message
from kpi.services.administrator.accounts import add_token, set_scope
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import SignInRefused, sign_in
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.either_store import table_rows
from tests.services.sample_store import ADMINISTRATOR, CODE_A, A, file_of


def test_a_text_with_a_nul_is_the_inputs_fault_and_nothing_is_kept(store: Store) -> None:
    before = table_rows(store)

    def in_a_list() -> None:
        with unit_of_work(store, ADMINISTRATOR) as change:
            change.audit("account_added", "x")
            change.cursor.executemany("update account set name = $1 where name = $2", [["x", "y"], ["x\0", "z"]])

    for act in (lambda: add_token(store, ADMINISTRATOR, "a", 30, "MES\0"), in_a_list):
        with pytest.raises(UserError) as refused:
            act()
        assert refused.value.code == "text_with_nul"
    assert "U+0000" in error_message(refused.value, "en")[0]
    assert table_rows(store) == before


def test_what_is_only_looked_for_is_not_there(store: Store) -> None:
    with pytest.raises(NotFound):
        set_scope(store, ADMINISTRATOR, "a\0", [CODE_A])
    assert isinstance(sign_in(store, "a\0", "word\0"), SignInRefused)


def test_a_cell_and_a_files_name_with_a_nul_are_no_internal_error(store: Store) -> None:
    data = file_of(CODE_A) + b"K01,\0 5\0,,,,x\0y\n"
    assert receive_file(store, A, "a\0.csv", data).reading.problems
