"""What a recommending body sees of its coverage: its own exactly, of others what is published, and no small number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from kpi import tables
from kpi.access.roles import Scope
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound
from kpi.model.application import Application, ReportedValue, dump_application
from kpi.model.claims import Award
from kpi.model.programme import YearDates
from kpi.model.viewer import Viewer
from kpi.recommendation.choice import Wishes
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.administrator.year_dates import set_year_dates, years_known
from kpi.services.enterprise.lock import reopen_application
from kpi.services.leader.coverage import city_coverage, coverage, kpi_spread, leader_to_dos
from kpi.services.leader.nomination import withdraw_list
from kpi.services.leader.recommendation import body_candidates, own_recommendation
from kpi.services.operation.demonstration_applications import demonstration_applications
from kpi.services.published import published_industry
from kpi.services.reviewer.home import reviewer_to_dos
from kpi.store.store import Store
from tests.either_store import copied_store
from tests.services.sample_store import REVIEWER
from tests.services.submitting import lock_as_it_stands

pytestmark = pytest.mark.slow

BODY, YEAR = "松江区", 2025
LEADER = Viewer("leader", "演示推荐单位", "leader", (BODY,))
ADMINISTRATOR = Viewer("administrator", "演示管理员", "administrator", ())
FEW, NONE, MANY = "电子信息", "时尚消费品", "高端装备"
LATER, AHEAD = datetime(2200, 1, 1, tzinfo=UTC), 2099


@pytest.fixture
def store(demonstration: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.open(copied_store(demonstration, tmp_path / "store")) as opened:
        yield opened


def test_enterprises_of_the_own_area_are_counted_and_small_numbers_withheld(store: Store) -> None:
    found = {industry.industry: industry for industry in coverage(store, LEADER).industries}
    with store.cursor() as cursor:
        known = tables.lists.baseline_enterprises(cursor, "illustrative-2025", "上海市", BODY)
        everywhere = tables.lists.baseline_enterprises(cursor, "illustrative-2025", "上海市")
    assert found[MANY].enterprises == known[MANY] >= 10
    assert known[MANY] < everywhere[MANY]
    assert 0 < known[FEW] < 10
    assert found[FEW].enterprises is None
    assert found[NONE].enterprises == known.get(NONE, 0) == 0


@pytest.mark.parametrize(
    ("industry", "code", "params"),
    [
        (MANY, "own_industry_some_enterprises", {"enterprises"}),
        (FEW, "own_industry_few_enterprises", set()),
        (NONE, "own_industry_no_enterprises", set()),
    ],
)
def test_a_gap_says_whom_to_invite_and_withholds_a_small_number(
    store: Store, industry: str, code: str, params: set[str]
) -> None:
    with store.transaction() as cursor:
        cursor.execute("delete from release where industry = $1 and body = $2", [industry, BODY])
    [gap] = [reason for reason in coverage(store, LEADER).gaps if reason.params.get("industry") == industry]
    assert gap.code == code
    assert set(gap.params) == {"industry", "least"} | params


def test_an_awarded_factory_that_applied_before_covers_its_scenarios(store: Store) -> None:
    before = coverage(store, LEADER)
    gone = next(candidate for candidate in before.candidates if candidate.place is None)
    with store.transaction() as cursor:
        [release] = tables.applications.locked_applications(cursor, Scope(bodies=(BODY,)), [gone.credit_code])
        earlier = replace(release.application, facts={**release.application.facts, "year": YEAR - 1})
        cursor.execute(
            "update release set year = $1, application = $2 where credit_code = $3",
            [YEAR - 1, dump_application(earlier), gone.credit_code],
        )
        tables.awards.set_awarded(cursor, [Award(gone.credit_code, "演示工厂（虚构）", "先进级", YEAR - 1, "虚构")])
    after = coverage(store, LEADER)
    assert [awardee.credit_code for awardee in after.awardees] == [gone.credit_code]
    assert gone.credit_code not in {candidate.credit_code for candidate in after.candidates}
    counts = {item.scenario: (item.candidates, item.awarded) for item in after.scenarios}
    for scenario in before.scenarios:
        lost = scenario.scenario in gone.scenarios
        assert counts[scenario.scenario] == (scenario.candidates - lost, int(lost))
    assert {industry.industry: industry.awarded for industry in after.industries}[gone.industry] == 1


def test_a_year_that_was_locked_before_it_has_begun_takes_no_other_away(store: Store) -> None:
    """A store may hold such locks of before they were refused: there the mistyped year was everybody's latest."""
    gone = next(candidate for candidate in coverage(store, LEADER).candidates if candidate.place is None)
    with store.transaction() as cursor:
        [release] = tables.applications.locked_applications(cursor, Scope(bodies=(BODY,)), [gone.credit_code])
        ahead = replace(release.application, facts={**release.application.facts, "year": AHEAD})
        cursor.execute(
            "update release set year = $1, application = $2 where credit_code = $3",
            [AHEAD, dump_application(ahead), gone.credit_code],
        )
    for found, there in (
        (coverage(store, LEADER), coverage(store, LEADER, AHEAD)),
        (city_coverage(store, ADMINISTRATOR), city_coverage(store, ADMINISTRATOR, AHEAD)),
    ):
        assert (found.year, found.years) == (YEAR, (AHEAD, YEAR))
        assert [candidate.credit_code for candidate in there.candidates] == [gone.credit_code]
    said = {"year": AHEAD, "count": 1}
    for matters in (
        leader_to_dos(store, LEADER),
        administrator_to_dos(store, ADMINISTRATOR),
        reviewer_to_dos(store, replace(REVIEWER, scope=(gone.industry,))),
    ):
        by_code = {matter.code: matter for matter in matters}
        assert by_code["other_year_ahead"].params == said
        assert not {"list_unsent", "baseline_missing"} & set(by_code)
        assert [code for code, item in by_code.items() if AHEAD in item.params.values()] == ["other_year_ahead"]
    assert years_known(store, ADMINISTRATOR)[0] == YEAR


def test_body_candidates_have_words_conditions_and_two_digits(store: Store) -> None:
    found = body_candidates(store, LEADER, YEAR)
    assert {judged.application.body for judged in found} == {BODY}
    assert len(found) == len(coverage(store, LEADER).candidates) == 12
    for candidate in found:
        assert (candidate.composite * 100).denominator == 1
        assert Fraction(0) <= candidate.composite <= 1
        assert not {rule.rule for rule in candidate.failed} & {rule.rule for rule in candidate.open_points}
        assert candidate.states[0].state == "submitted"
    assert {judged.state for judged in found} == {"submitted", "put_forward"}
    assert any(judged.failed for judged in found)


def test_a_candidate_locked_again_with_other_values_is_judged_by_the_first_until_the_close(store: Store) -> None:
    """Enterprise and body could read every peer's value off the scores of lock after lock."""
    before = next(
        candidate
        for candidate in body_candidates(store, LEADER, YEAR)
        if candidate.state == "submitted" and not candidate.failed
    )
    code, enterprise = (
        before.application.credit_code,
        Viewer("mover", "演示账号", "enterprise", (before.application.credit_code,)),
    )
    reopen_application(store, enterprise, code, YEAR, "填错（演示）")
    with store.transaction() as cursor:
        [draft] = tables.applications.drafts(cursor, Scope(own=(code,)))
        nought = {kpi: ReportedValue(kpi, "not_reported") for kpi in draft.application.values}
        moved = Application({**draft.application.facts, "maturity_level": 5}, nought)
        tables.applications.accept_draft(cursor, moved, draft.upload, enterprise.account, draft.accepted_at)
    lock_as_it_stands(store, enterprise, code, YEAR)

    def seen() -> set[tuple[bool, str, Fraction, object]]:
        """As the lists of candidates and as the proposal has it."""
        listed = {
            (
                candidate.as_first_locked,
                candidate.clause,
                candidate.composite,
                candidate.application.facts["maturity_level"],
            )
            for candidate in body_candidates(store, LEADER, YEAR)
            if candidate.application.credit_code == code
        }
        return listed | {
            (
                candidate.as_first_locked,
                candidate.clause,
                candidate.composite,
                candidate.application.facts["maturity_level"],
            )
            for candidate in own_recommendation(store, LEADER, Wishes(), year=YEAR).candidates
            if candidate.credit_code == code
        }

    assert seen() == {(True, before.clause, before.composite, 5)}
    over = YearDates(date(YEAR, 1, 1), date(YEAR, 2, 1), date(YEAR, 3, 1))
    set_year_dates(store, ADMINISTRATOR, YEAR, over, "虚构", "截止（演示）")
    [(earlier, _, composite, _)] = seen()
    assert not earlier
    assert composite < before.composite


def test_states_follow_one_another_from_the_lock_on(store: Store) -> None:
    withdraw_list(store, LEADER, YEAR, 0, "重新排序（演示）", LATER)
    forward = [body for body in body_candidates(store, LEADER, YEAR) if len(body.states) > 1]
    assert len(forward) == 6
    for candidate in forward:
        assert [reached.state for reached in candidate.states] == ["submitted", "put_forward", "submitted"]
        assert [reached.at for reached in candidate.states] == sorted(reached.at for reached in candidate.states)


def test_a_spread_holds_the_own_values_and_the_published_line(store: Store) -> None:
    [year] = kpi_spread(store, LEADER, MANY, "K08").years
    applied = [
        application
        for application in demonstration_applications()
        if (application.body, application.industry) == (BODY, MANY)
    ]
    values = [
        application.values["K08"].value for application in applied if application.credit_code in _candidates(store)
    ]
    assert list(year.values) == sorted(value for value in values if value is not None)
    assert year.cell == published_industry(store, LEADER, MANY, YEAR).cell("K08")
    with pytest.raises(NotFound):
        kpi_spread(store, LEADER, "没有的行业", "K08")


def test_every_kpi_is_on_the_basis_that_is_published(store: Store) -> None:
    for kpi in catalogue().kpis:
        found = kpi_spread(store, LEADER, MANY, kpi.code)
        assert found.illustrative
        assert (found.basis is None) == (not kpi.bases)
        assert [list(year.values) for year in found.years] == [sorted(year.values) for year in found.years]


def test_others_candidates_are_in_no_answer_of_a_leader(store: Store) -> None:
    others = {
        candidate.credit_code for candidate in city_coverage(store, ADMINISTRATOR).candidates if candidate.body != BODY
    }
    assert others
    own = coverage(store, LEADER)
    assert not others & {candidate.credit_code for candidate in (*own.candidates, *own.awardees)}
    assert not others & {candidate.application.credit_code for candidate in body_candidates(store, LEADER, YEAR)}


def test_the_citys_lists_are_what_its_counts_say(store: Store) -> None:
    found = city_coverage(store, ADMINISTRATOR)
    assert len(found.candidates) == sum(industry.candidates for industry in found.industries)
    for body in found.bodies:
        assert (
            sum(candidate.place is not None for candidate in found.candidates if candidate.body == body.body)
            == body.nominated
        )
    for scenario in found.scenarios:
        assert sum(scenario.scenario in candidate.scenarios for candidate in found.candidates) == scenario.candidates


def _candidates(store: Store) -> set[str]:
    return {candidate.credit_code for candidate in coverage(store, LEADER).candidates}
