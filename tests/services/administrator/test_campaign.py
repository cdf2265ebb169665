"""A campaign for a baseline: register, invitations, reports, and the panel that they come to."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from kpi import stats, tables
from kpi.access.roles import Scope
from kpi.baseline.panel import read_panel
from kpi.catalogue.catalogue import catalogue
from kpi.errors import InvalidFile, NotFound, UserError
from kpi.i18n import peers_sentence
from kpi.model.language import Lang
from kpi.policy.load import policies
from kpi.reports.as_json import enterprise_json, evaluation_json
from kpi.reports.evaluation import report_content, summary_content
from kpi.services.administrator.campaign import (
    campaign_board,
    invite_enterprises,
    more_needed,
    note_report_refusal,
    open_campaign,
)
from kpi.services.administrator.panel_sources import (
    assembled_panel,
    choose_source,
    panel_sources,
    put_panel_forward,
    sha256_of,
)
from kpi.services.administrator.plan import EXAMPLE_PERCENTILE, POWER_WANTED
from kpi.services.administrator.register import preview_register, register_of_year, take_in_register
from kpi.services.enterprise.lock import reopen_application
from kpi.services.enterprise.reports import decline_report, own_invitations, report_for_baseline
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.evaluation import enterprise_evaluation, evaluation_context, full_evaluation
from kpi.services.operation.verification import verify_store
from kpi.store.store import Store
from tests.services.administrator.campaign_store import (
    HEADER,
    LAST_DAY,
    YEAR,
    application_file,
    code_of,
    register_file,
    report,
    row_of,
    viewer_of,
)
from tests.services.sample_store import ADMINISTRATOR, AT, furnish
from tests.services.submitting import lock_as_it_stands


@pytest.fixture
def register() -> bytes:
    return register_file([row_of(number) for number in range(60)])


@pytest.fixture
def opened(store: Store, register: bytes) -> Store:
    take_in_register(store, ADMINISTRATOR, YEAR, "名录.csv", register, AT)
    open_campaign(store, ADMINISTRATOR, YEAR, LAST_DAY, AT)
    invite_enterprises(store, ADMINISTRATOR, YEAR, [code_of(number) for number in range(50)], AT)
    return store


def test_a_register_is_taken_in_whole_with_what_it_changes_said_first(store: Store, register: bytes) -> None:
    seen = preview_register(store, ADMINISTRATOR, YEAR, "名录.csv", register)
    assert (len(seen.enterprises), seen.before, len(seen.added)) == (60, None, 60)
    assert register_of_year(store, ADMINISTRATOR, YEAR) is None
    take_in_register(store, ADMINISTRATOR, YEAR, "名录.csv", register, AT, seen=0)
    rows = [row_of(number) for number in range(1, 61)]
    rows[0][6] = "微型"
    again = preview_register(store, ADMINISTRATOR, YEAR, "名录.csv", register_file(rows))
    assert again.added == ("演示企业60（虚构）",)
    assert again.changed == ("演示企业1（虚构）",)
    assert again.gone == ("演示企业0（虚构）",)
    with pytest.raises(UserError, match="changed_since_read"):
        take_in_register(store, ADMINISTRATOR, YEAR, "名录.csv", register_file(rows), AT, seen=0)
    take_in_register(store, ADMINISTRATOR, YEAR, "名录.csv", register_file(rows), AT, seen=1)
    standing = register_of_year(store, ADMINISTRATOR, YEAR)
    assert standing
    assert standing.edition.edition == 2
    assert next(item.size for item in standing.enterprises if item.credit_code == code_of(1)) == "micro"


def test_every_fault_of_a_register_is_said_at_once(store: Store) -> None:
    rows = [row_of(number) for number in range(6)]
    rows[0][0], rows[1][2], rows[2][4], rows[3][6], rows[4][3] = "123", "高端装", "松江", "巨型", "Z9999"
    with pytest.raises(InvalidFile) as refused:
        preview_register(store, ADMINISTRATOR, YEAR, "名录.csv", register_file(rows))
    assert {(fault.row, fault.error.code) for fault in refused.value.rows} == {
        (2, "register_credit_code"),
        (3, "register_industry"),
        (4, "register_district"),
        (5, "register_size"),
        (6, "register_sub_industry"),
    }
    assert refused.value.rows[1].error.params["near"] == "高端装备"


def test_a_register_says_which_names_several_codes_bear(store: Store) -> None:
    rows = [row_of(number) for number in range(3)]
    rows[2][1] = rows[0][1]
    seen = preview_register(store, ADMINISTRATOR, YEAR, "名录.csv", register_file(rows))
    assert seen.same_name == {rows[0][1]: (code_of(0), code_of(2))}


def test_a_campaign_needs_a_register_and_a_day_to_come(store: Store, register: bytes) -> None:
    with pytest.raises(UserError, match="campaign_without_register"):
        open_campaign(store, ADMINISTRATOR, YEAR, LAST_DAY, AT)
    take_in_register(store, ADMINISTRATOR, YEAR, "名录.csv", register, AT)
    with pytest.raises(UserError, match="campaign_day_over"):
        open_campaign(store, ADMINISTRATOR, YEAR, AT.date() - timedelta(days=1), AT)
    with pytest.raises(UserError, match="no_campaign"):
        invite_enterprises(store, ADMINISTRATOR, YEAR, [code_of(1)], AT)
    assert campaign_board(store, ADMINISTRATOR, YEAR) is None


def test_an_invitation_is_a_link_once_and_again_another(opened: Store) -> None:
    [letter] = invite_enterprises(opened, ADMINISTRATOR, YEAR, [code_of(1)], AT)
    assert letter.enterprise.name == "演示企业1（虚构）"
    assert len(letter.token) > 40
    with pytest.raises(NotFound):
        invite_enterprises(opened, ADMINISTRATOR, YEAR, [code_of(999)], AT)


def test_what_becomes_of_an_invitation_is_said(opened: Store) -> None:
    report(opened, 1)
    decline_report(opened, viewer_of(2), code_of(2), YEAR, "数据涉密（虚构）", AT)
    note_report_refusal(opened, ADMINISTRATOR, YEAR, code_of(3), "not_found", "迁出本市（虚构）", AT)
    board = campaign_board(opened, ADMINISTRATOR, YEAR, AT)
    assert board
    by_code = {item.enterprise.credit_code: item for item in board.invited}
    assert [by_code[code_of(number)].state for number in range(1, 5)] == [
        "reported",
        "declined",
        "not_found",
        "invited",
    ]
    assert by_code[code_of(3)].reason == "迁出本市（虚构）"
    assert len(board.to_remind()) == 47
    assert len(board.uninvited) == 10
    after = campaign_board(opened, ADMINISTRATOR, YEAR, AT + timedelta(days=40))
    assert after
    assert after.states() == {"reported": 1, "declined": 1, "not_found": 1, "late": 47}
    note_report_refusal(opened, ADMINISTRATOR, YEAR, code_of(3), "expected", "找到了（虚构）", AT)
    board = campaign_board(opened, ADMINISTRATOR, YEAR, AT)
    assert board
    assert board.states()["not_found"] == 0


def test_a_report_is_corrected_until_the_last_day_and_not_after(opened: Store) -> None:
    report(opened, 1, efficiency=20)
    [own] = own_invitations(opened, viewer_of(1), AT)
    assert own.state == "reported"
    report(opened, 1, efficiency=25)
    assert panel_sources(opened, ADMINISTRATOR, YEAR).taken()[code_of(1)].source.values["K08"] == (25, None)
    with pytest.raises(UserError, match="campaign_over"):
        report_for_baseline(opened, viewer_of(1), code_of(1), YEAR, AT + timedelta(days=40))
    with pytest.raises(UserError, match="reported_already"):
        decline_report(opened, viewer_of(1), code_of(1), YEAR, "不报了（虚构）", AT)


def test_nobody_reports_who_was_not_invited(opened: Store) -> None:
    assert own_invitations(opened, viewer_of(55), AT) == []
    with pytest.raises(NotFound):
        report(opened, 55)
    with pytest.raises(NotFound):
        decline_report(opened, viewer_of(1), code_of(2), YEAR, "不是我们（虚构）", AT)


def test_progress_says_how_many_more_are_needed(opened: Store) -> None:
    for number in range(0, 40, 2):
        report(opened, number)
    board = campaign_board(opened, ADMINISTRATOR, YEAR, AT)
    assert board
    found = {item.industry: item for item in board.industries}
    assert (found["高端装备"].registered, found["高端装备"].included) == (30, 20)
    assert found["汽车"].power == 0
    assert {item.name: item.included for item in board.sizes} == {"large": 8, "medium": 8, "small": 4}


def test_the_same_reports_come_to_the_same_panel(opened: Store, tmp_path: Path) -> None:
    numbers = list(range(30))
    for number in numbers:
        report(opened, number)
    first = assembled_panel(opened, ADMINISTRATOR, YEAR)
    with Store.open(tmp_path / "other") as other:
        furnish(other)
        take_in_register(
            other, ADMINISTRATOR, YEAR, "名录.csv", register_file([row_of(n) for n in range(59, -1, -1)]), AT
        )
        open_campaign(other, ADMINISTRATOR, YEAR, LAST_DAY, AT)
        invite_enterprises(other, ADMINISTRATOR, YEAR, [code_of(number) for number in range(50)], AT)
        for number in reversed(numbers):
            report(other, number)
        again = assembled_panel(other, ADMINISTRATOR, YEAR)
    assert first.panel == again.panel
    assert first.sizes == again.sizes
    waits = put_panel_forward(
        opened,
        ADMINISTRATOR,
        YEAR,
        "征集基准（虚构）",
        "illustrative",
        "基准征集（虚构）",
        seen=first.sha256,
        at=AT,
    )
    assert not waits
    with opened.cursor() as cursor:
        frozen = next(item for item in tables.baselines.baselines(cursor) if item.name == "征集基准（虚构）")
        sizes = tables.baselines.register_sizes(cursor, frozen.name, frozen.region)
    assert {(item.industry, item.size) for item in sizes} == {("高端装备", 30), ("汽车", 30)}
    assert frozen.original_sha256 == sha256_of(first.panel)


def test_a_choice_takes_another_source_or_none_and_says_why(opened: Store) -> None:
    report(opened, 1)
    report(opened, 2)
    with pytest.raises(NotFound):
        choose_source(opened, ADMINISTRATOR, YEAR, code_of(1), "application", "已锁定（虚构）", AT)
    with pytest.raises(UserError, match="reason_needed"):
        choose_source(opened, ADMINISTRATOR, YEAR, code_of(1), "", " ", AT)
    choose_source(opened, ADMINISTRATOR, YEAR, code_of(1), "", "与演示企业2重复（虚构）", AT)
    found = panel_sources(opened, ADMINISTRATOR, YEAR)
    assert found.taken_codes() == {code_of(2)}
    assert found.left_out() == {code_of(1): "与演示企业2重复（虚构）"}


def test_the_header_names_what_a_register_needs(store: Store) -> None:
    with pytest.raises(InvalidFile):
        preview_register(store, ADMINISTRATOR, YEAR, "名录.csv", ",".join(HEADER[2:]).encode())


def test_a_baseline_says_whom_its_peers_stand_for(opened: Store) -> None:
    for number in range(40):
        report(opened, number)
    put_panel_forward(opened, ADMINISTRATOR, YEAR, "征集基准（虚构）", "illustrative", "基准征集（虚构）", at=AT)
    with opened.cursor() as cursor:
        found = tables.representation.representations(cursor, "征集基准（虚构）")["汽车"]
        on = evaluation_context(cursor, YEAR)
        draft = next(item.application for item in tables.applications.drafts(cursor, Scope(own=(code_of(1),))))
        full, own = full_evaluation(cursor, draft, on), enterprise_evaluation(cursor, draft, on)
    assert (found.enterprises, found.registered, found.included, found.kind) == (20, 30, 20, "industry")
    assert on.baseline.name == "征集基准（虚构）"
    assert peers_sentence(full, "zh") == "同行是名录 30 家企业中的 20 家（67 %）；同行不限于申报企业。"
    said = peers_sentence(own, "zh")
    # "15–29 of 30" would say that nearly all are among them.
    assert said == "同行代表哪些企业不公布，以免由此推知某家企业是否在内。"
    for lang in get_args(Lang):
        papers = [report_content(own, lang), summary_content(own, lang, "")]
        assert all(peers_sentence(own, lang) in {line.text for line in paper.provenance} for paper in papers)
        assert enterprise_json(own, lang)["peers"] == peers_sentence(own, lang)
        assert peers_sentence(full, lang) in evaluation_json(full, lang)["peers"]


def test_a_report_after_the_freeze_changes_nothing_that_is_frozen(opened: Store) -> None:
    for number in range(40):
        report(opened, number)
    put_panel_forward(opened, ADMINISTRATOR, YEAR, "征集基准（虚构）", "illustrative", "基准征集（虚构）", at=AT)

    def frozen() -> tuple[object, ...]:
        with opened.cursor() as cursor:
            name = "征集基准（虚构）"
            return (
                tables.baselines.baseline_named(cursor, name),
                tables.baselines.published_rows(cursor, name),
                tables.representation.representations(cursor, name),
            )

    before = frozen()
    report(opened, 1, efficiency=59.9)
    report(opened, 45)
    take_in_register(opened, ADMINISTRATOR, YEAR, "名录.csv", register_file([row_of(n) for n in range(55)]), AT)
    assert frozen() == before
    assert verify_store(opened).sound


def test_how_many_more_are_needed_is_what_a_slow_search_finds() -> None:
    chance, policy = random.Random(45), policies().on(AT.date())

    def enough(counts: Sequence[int], more: int, size: int) -> bool:
        sizes = [min(count + more, size - 1) for count in counts]
        line, others = policy.leading_quantile, [size - 1] * len(sizes)
        power = stats.clause_power(sizes, line, policy.alpha, EXAMPLE_PERCENTILE, others, policy.clause_at_least)
        return power >= POWER_WANTED

    for _ in range(20):
        size = chance.randint(20, 120)
        counts = [chance.randint(0, size - 1) for _ in range(3)]
        most = size - 1 - min(counts)
        least = next((more for more in range(most, -1, -1) if not enough(counts, more, size)), -1) + 1
        assert more_needed(counts, size, policy) == (least if enough(counts, most, size) else None)


def test_a_published_figure_is_no_peer() -> None:
    """It has no enterprise: nothing that tells whose it is, and so nothing a panel could take."""
    figures = Path("data/baselines/published_figures.csv").read_bytes()
    reading = read_panel("published_figures.csv", figures, catalogue().notice.region.zh)
    assert reading.blocked
    assert reading.records.empty


def test_an_administrator_with_a_conflict_of_interest_sees_no_difference_in_values(opened: Store) -> None:
    report(opened, 1, efficiency=20)
    viewer = viewer_of(1)
    received = receive_file(opened, viewer, "申报.csv", application_file(1, efficiency=21), AT)
    accept_application(opened, viewer, received, at=AT)
    lock_as_it_stands(opened, viewer, code_of(1), YEAR, AT)
    [differing] = panel_sources(opened, ADMINISTRATOR, YEAR).differences()[code_of(1)]
    assert (differing.kpi, differing.reported, differing.applied) == ("K08", (20, None), (21, None))
    assert panel_sources(opened, replace(ADMINISTRATOR, barred=(code_of(1),)), YEAR).differences() == {}
    taken = panel_sources(opened, ADMINISTRATOR, YEAR).taken()
    assert taken.keys() == {code_of(1)}
    assert taken[code_of(1)].source.kind == "application"


def test_a_report_names_no_person(opened: Store) -> None:
    report(opened, 1)
    with opened.cursor() as cursor:
        kept = tables.campaign.reports(cursor, YEAR)[code_of(1)].application
        [draft] = tables.applications.drafts(cursor, Scope(own=(code_of(1),)))
    assert draft.application.facts.keys() - kept.facts.keys() == {
        fact.code for fact in catalogue().facts if fact.person or fact.kind == "phone"
    }
    [own] = own_invitations(opened, viewer_of(1), AT)
    assert own.state == "reported"


def test_a_choice_that_is_gone_leaves_the_order_to_decide(opened: Store) -> None:
    report(opened, 1, efficiency=20)
    viewer = viewer_of(1)
    received = receive_file(opened, viewer, "申报.csv", application_file(1, efficiency=21), AT)
    accept_application(opened, viewer, received, at=AT)
    lock_as_it_stands(opened, viewer, code_of(1), YEAR, AT)
    choose_source(opened, ADMINISTRATOR, YEAR, code_of(1), "application", "已确认（虚构）", AT)
    assert panel_sources(opened, ADMINISTRATOR, YEAR).taken()[code_of(1)].reason == "已确认（虚构）"
    reopen_application(opened, viewer, code_of(1), YEAR, "更正（虚构）", AT + timedelta(minutes=1))
    taken = panel_sources(opened, ADMINISTRATOR, YEAR).taken()[code_of(1)]
    assert (taken.source.kind, taken.reason) == ("report", "")


def test_one_code_in_two_spellings_is_one_enterprise(store: Store) -> None:
    rows = [row_of(0), row_of(1), row_of(0)]
    rows[2][0] = f"{code_of(0)[:8]}-{code_of(0)[8:]}"
    with pytest.raises(InvalidFile) as refused:
        preview_register(store, ADMINISTRATOR, YEAR, "名录.csv", register_file(rows))
    assert [(fault.row, fault.error.code) for fault in refused.value.rows] == [(4, "register_repeated")]


def test_what_is_confirmed_is_the_panel_with_its_register(opened: Store) -> None:
    for number in range(20):
        report(opened, number)
    seen = assembled_panel(opened, ADMINISTRATOR, YEAR)
    rows = [row_of(number) for number in range(55)]
    take_in_register(opened, ADMINISTRATOR, YEAR, "名录.csv", register_file(rows), AT)
    assert assembled_panel(opened, ADMINISTRATOR, YEAR).panel == seen.panel
    with pytest.raises(UserError, match="changed_since_read"):
        put_panel_forward(
            opened, ADMINISTRATOR, YEAR, "征集基准（虚构）", "illustrative", "演示", seen=seen.sha256, at=AT
        )
