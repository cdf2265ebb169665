"""A factory's years in one view: each with its own notice, words and reach, and none of a rival."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from kpi import tables
from kpi.access.roles import Scope
from kpi.catalogue.catalogue import catalogue, shipped_notice
from kpi.errors import NotFound
from kpi.model.application import ReportedValue
from kpi.model.claims import GROUP_ITEM, ClaimKey
from kpi.model.viewer import SYSTEM
from kpi.screening import screen
from kpi.screening.rules import Floats
from kpi.services.enterprise.documents import attach_evidence
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.factory_years import (
    FactoryYears,
    KpiOfYear,
    body_years,
    candidate_years,
    change_of,
    own_years,
)
from kpi.services.reviewer.claims import candidate_claims, rule_on_claim
from kpi.services.reviewer.screening import screen_candidate, standing_flags
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.services import test_two_notices as two_notices
from tests.services.notice_archives import EXAMPLE, take_in
from tests.services.sample_store import CODE_A, LEADER, OTHER_LEADER, OTHER_REVIEWER, REVIEWER, A, B, file_of
from tests.services.submitting import lock_as_it_stands, say_no_conflict

two_years = two_notices.store
IN_2027 = datetime(2027, 6, 1, 8, tzinfo=UTC)


@pytest.fixture
def locked(store: Store) -> Store:
    """A's application of 2025, none of 2026, and that of 2027 with another K08."""
    for year, efficiency in ((2025, "45"), (2027, "30")):
        accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A, efficiency, year)))
        lock_as_it_stands(store, A, CODE_A, year, IN_2027)
    say_no_conflict(store)
    return store


def standing(found: FactoryYears) -> dict[int, str]:
    return {year.year: year.standing for year in found.years}


def test_a_year_without_an_application_says_so_and_is_no_zero(locked: Store) -> None:
    found = own_years(locked, A, CODE_A)
    assert standing(found) == {2025: "locked", 2026: "none", 2027: "locked"}
    assert found.years[1].kpis == {}
    assert found.changes["K08"] == "worse"
    assert {change for code, change in found.changes.items() if code != "K08"} <= {"same", "unknown"}
    accept_application(locked, A, receive_file(locked, A, "a.csv", file_of(CODE_A, "50", 2026)))
    found = own_years(locked, A, CODE_A)
    assert standing(found)[2026] == "draft"
    assert [year.kpis["K08"].value for year in found.years] == [45, 50, 30]


def test_a_year_whose_rows_are_gone_says_that_it_was_submitted(locked: Store) -> None:
    accept_application(locked, A, receive_file(locked, A, "a.csv", file_of(CODE_A, "50", 2026)))
    lock_as_it_stands(locked, A, CODE_A, 2026, IN_2027)
    with unit_of_work(locked, SYSTEM) as change:
        change.cursor.execute("delete from release where year = 2026")
        change.audit("backup_made", "演示")
    assert standing(own_years(locked, A, CODE_A))[2026] == "lost"


def test_nobody_reads_the_years_of_a_rival(locked: Store) -> None:
    for ask, viewer in (
        (own_years, B),
        (candidate_years, OTHER_REVIEWER),
        (body_years, OTHER_LEADER),
        (candidate_years, replace(REVIEWER, barred=(CODE_A,))),
    ):
        with pytest.raises(NotFound):
            ask(locked, viewer, CODE_A)


def test_the_words_are_those_that_each_reader_may_know(locked: Store) -> None:
    own, body, reviewer = (
        ask(locked, viewer, CODE_A)
        for ask, viewer in ((own_years, A), (body_years, LEADER), (candidate_years, REVIEWER))
    )
    released = {item.answer.application.year: item.answer for item in own_results(locked, A)}
    for year in own.reported:
        words = {code: item.word for code, item in year.kpis.items()}
        assert words == {kpi.code: kpi.verdict for kpi in released[year.year].kpis}
    assert body.years == own.years
    assert all(item.word for year in reviewer.reported for item in year.kpis.values()), "every sealed word"


def test_claims_are_shown_with_their_ruling_and_the_name_of_the_file(locked: Store) -> None:
    [group] = [claim for claim in candidate_claims(locked, REVIEWER, CODE_A, 2025) if claim.key.kind == "group"]
    key = ClaimKey("group", GROUP_ITEM)
    attach_evidence(locked, A, CODE_A, 2025, key, "股权登记（虚构）", ("a.pdf", b"%PDF-1.4 x"))
    rule_on_claim(locked, REVIEWER, CODE_A, 2025, key, group.claimed, "accepted", "已核对")
    before, _, after = own_years(locked, A, CODE_A).years
    assert [(claim.ruling, claim.evidence) for claim in before.group_claims] == [
        ("accepted", ("股权登记（虚构）", "a.pdf"))
    ]
    assert [(claim.ruling, claim.evidence) for claim in after.group_claims] == [("open", ())]


def test_each_year_is_read_by_its_own_notice(two_years: Store) -> None:
    take_in(two_years)
    received = receive_file(two_years, two_notices.ENTERPRISE, "example.csv", two_notices.in_2026())
    accept_application(two_years, two_notices.ENTERPRISE, received)
    lock_as_it_stands(two_years, two_notices.ENTERPRISE, two_notices.CODE, 2026)
    found = own_years(two_years, two_notices.ENTERPRISE, two_notices.CODE)
    before, after = found.years
    assert "K07" in before.kpis
    assert "K07" not in after.kpis
    assert "K22" in after.kpis
    assert "K22" not in before.kpis
    assert found.changes["K07"] == found.changes["K22"] == "unknown"
    assert {kpi.code for kpi in found.kpis} == before.kpis.keys() | after.kpis.keys()
    assert (before.industry, after.industry) == ("高端装备", "汽车")
    assert standing(body_years(two_years, LEADER, two_notices.CODE)) == {2025: "locked"}, "2026 names another body"
    say_no_conflict(two_years, REVIEWER)
    assert standing(candidate_years(two_years, REVIEWER, two_notices.CODE)) == {2025: "locked"}


def test_screening_holds_a_year_against_the_one_before_by_kpi_and_not_by_place(
    two_years: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(two_years)
    received = receive_file(two_years, two_notices.ENTERPRISE, "example.csv", two_notices.in_2026())
    accept_application(two_years, two_notices.ENTERPRISE, received)
    lock_as_it_stands(two_years, two_notices.ENTERPRISE, two_notices.CODE, 2026)
    reviewer = replace(REVIEWER, scope=("高端装备", "汽车"))
    say_no_conflict(two_years, reviewer)
    with two_years.cursor() as cursor:
        records = tables.applications.candidate_records(cursor, Scope(own=(two_notices.CODE,)))
    [before] = [dict(zip(record.codes, record.values, strict=True)) for record in records if record.year == 2025]
    held: list[Floats] = []

    def jump_flag(_: Floats, earlier: Floats, *__: object) -> None:
        held.append(earlier)

    monkeypatch.setattr(screen, "jump_flag", jump_flag)
    screen_candidate(two_years, reviewer, two_notices.CODE, 2026)
    asked = [kpi.code for kpi in shipped_notice(EXAMPLE).kpis]
    assert asked != list(before)
    [earlier] = held
    known = {code: value for code, value in zip(asked, earlier, strict=True) if not np.isnan(value)}
    assert known == {code: before[code] for code in asked if before.get(code) is not None}
    assert known
    assert standing_flags(two_years, reviewer).keys() >= {f"{two_notices.CODE} {year}" for year in (2025, 2026)}


def test_values_of_two_bases_or_units_do_not_compare() -> None:
    kpi = catalogue().kpi("K09")

    def of(value: float | None, **about: str) -> KpiOfYear:
        basis = "points" if about.get("basis") == "points" else "relative"
        known = kpi.model_copy(update={"kind": about["kind"]}) if "kind" in about else kpi
        return KpiOfYear(known, ReportedValue("K09", "reported", value, basis), None, ())

    assert change_of(of(1), of(2)) == "better"
    assert change_of(of(0), of(-1)) == "worse"
    assert change_of(of(0), of(0)) == "same"
    assert change_of(of(1), of(2, basis="points")) == "other_basis"
    assert change_of(of(1), of(2, kind="level")) == "other_unit"
    assert change_of(None, of(2)) == change_of(of(None), of(2)) == "unknown"
