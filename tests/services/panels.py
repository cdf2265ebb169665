"""A panel at work in a furnished store: three candidates, two reviewers, and a third who scores elsewhere."""

from __future__ import annotations

from kpi import tables
from kpi.model.scoring import Occasion, ScoreContent
from kpi.model.viewer import SYSTEM, Viewer
from kpi.services.administrator.rounds import assign_reviewers, open_round, release_round, start_round
from kpi.services.reviewer.scores import own_score_sheet, save_score
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, REVIEWER, A, B
from tests.services.service_calls import whole_score
from tests.services.submitting import YEAR, locked

CODE_C = credit_code(8_000_003)
CODES = (CODE_A, CODE_B, CODE_C)
SECOND = Viewer("second", "演示评审员乙", "reviewer", ("高端装备",))
OTHER_ADMINISTRATOR = Viewer("administrator2", "演示管理员乙", "administrator", ())
C = Viewer("c", "演示企业C（虚构）", "enterprise", (CODE_C,))
REASON = "见现场核查记录（虚构）第 1 号"


def furnish_panel(store: Store) -> None:
    """Three locked applications of one industry, a second reviewer and a second administrator."""
    with unit_of_work(store, SYSTEM, AT) as change:
        for item in (SECOND, OTHER_ADMINISTRATOR, C):
            tables.accounts.insert_account(
                change.cursor, item.account, item.name, item.role, item.scope, None, False, AT
            )
        change.audit("accounts_imported", "sample")
    for viewer, code in ((A, CODE_A), (B, CODE_B), (C, CODE_C)):
        locked(store, viewer, code)


def opened(store: Store, occasion: Occasion = "material", codes: tuple[str, ...] = CODES) -> str:
    """A started round in which both reviewers score these candidates."""
    name = open_round(store, ADMINISTRATOR, YEAR, "高端装备", occasion, at=AT)
    both = [REVIEWER.account, SECOND.account]
    assign_reviewers(store, ADMINISTRATOR, name, dict.fromkeys(codes, both), at=AT)
    start_round(store, ADMINISTRATOR, name, at=AT)
    return name


def hand_in(store: Store, viewer: Viewer, name: str, code: str, level: int = 3, remark: str = "") -> None:
    seen = own_score_sheet(store, viewer, name, code).seen
    content = whole_score("material", level, remark)
    save_score(store, viewer, name, code, seen, content, hand_in=True, at=AT)


def released(store: Store, codes: tuple[str, ...] = CODES) -> str:
    """A released round: REVIEWER has given levels 2, 3, 4 and SECOND 3 everywhere."""
    name = opened(store, codes=codes)
    for level, code in enumerate(codes, start=2):
        hand_in(store, REVIEWER, name, code, level)
        hand_in(store, SECOND, name, code)
    release_round(store, ADMINISTRATOR, name, AT)
    return name


def draft(**levels: int) -> ScoreContent:
    return ScoreContent(levels)
