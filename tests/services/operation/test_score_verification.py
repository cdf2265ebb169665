"""Scores and sheets that were changed behind the product's back are found and named."""

from __future__ import annotations

from typing import Any

import pytest

from kpi.services.administrator.rounds import set_score_sheet
from kpi.services.audit_trail import trail_with_marks
from kpi.services.operation import verification as store_verification
from kpi.services.operation.verification import changed_scores, verify_store
from kpi.services.reviewer.scores import abstain
from kpi.services.row_binding import ROW_FINDINGS
from kpi.store.store import Store
from tests.services.panels import CODE_B, CODE_C, SECOND, furnish_panel, hand_in, opened
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, REVIEWER
from tests.services.service_calls import OTHER_SHEET

pytestmark = pytest.mark.slow

A_FIRST = f"credit_code = '{CODE_A}' and reviewer = 'reviewer' and version = 1"
OF_A = f"from score_version where {A_FIRST}"
RAISED = """replace(content, '"G1":2', '"G1":5')"""


@pytest.fixture
def scored(store: Store) -> Store:
    """A round by a second edition of its sheet, with two versions of one score, and an abstention."""
    furnish_panel(store)
    name = opened(store)
    set_score_sheet(store, ADMINISTRATOR, name, 1, ("sheet.toml", OTHER_SHEET), at=AT)
    hand_in(store, REVIEWER, name, CODE_A, 2)
    hand_in(store, REVIEWER, name, CODE_A, 4)
    hand_in(store, SECOND, name, CODE_B)
    abstain(store, SECOND, name, CODE_C, 0, "与所学专业不符", at=AT)
    return store


@pytest.mark.campaign
@pytest.mark.folder_store("it tries its changes in a reader's transaction")
def test_what_was_scored_is_sound_until_it_is_changed(scored: Store) -> None:
    assert verify_store(scored).findings == ()
    with scored.cursor() as reading:
        acts, _ = trail_with_marks(scored, reading)
    with scored.cursor() as cursor:
        [(score,)] = cursor.execute(f"select concat_ws(' ', round, credit_code, reviewer, 1) {OF_A}").fetchall()
        name = score.split(" ")[0]
        for sql, finding in (
            (f"update score_version set content = {RAISED} where {A_FIRST}", ("score_changed", score)),
            # With a hash of its own: the trail knows the one that was handed in.
            (
                f"update score_version set content = {RAISED}, sha256 = sha256({RAISED}) where {A_FIRST}",
                ("score_changed", score),
            ),
            (f"delete from score_version where {A_FIRST}", ("score_missing", score)),
            (
                f"insert into score_version select * replace (3 as version) {OF_A}",
                ("score_changed", score.removesuffix("1") + "3"),
            ),
            ("update round_sheet set sheet = sheet || ' ' where edition = 2", ("score_sheet_changed", f"{name} 2")),
            (
                "update round_sheet set sheet = sheet || ' ', sha256 = sha256(sheet || ' ') where edition = 2",
                ("score_sheet_changed", f"{name} 2"),
            ),
            ("delete from round_sheet where edition = 1", ("score_sheet_missing", f"{name} 1")),
        ):
            cursor.begin()
            cursor.execute(sql)
            assert list(changed_scores(cursor, acts)) == [finding], sql
            cursor.rollback()
    with scored.transaction() as cursor:
        cursor.execute(f"update score_version set content = {RAISED} where {A_FIRST}")
    found = [(item.code, item.name) for item in verify_store(scored).findings if item.code not in ROW_FINDINGS]
    assert found == [("score_changed", score)]


@pytest.mark.campaign
def test_what_is_scored_while_it_is_verified_is_no_fault(scored: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(*what: Any) -> Any:
        with scored.cursor() as cursor:
            [(name,)] = cursor.execute("select id from scoring_round").fetchall()
        hand_in(scored, REVIEWER, name, CODE_B)
        return changed_scores(*what)

    monkeypatch.setattr(store_verification, "changed_scores", meanwhile)
    assert verify_store(scored).findings == ()
    monkeypatch.undo()
    assert verify_store(scored).findings == ()
