"""Two notices in one store: a sealed year stays as it was, whatever the next one's notice says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kpi import tables
from kpi.access.roles import Scope
from kpi.benchmark.sealed_record import sealed_notice
from kpi.catalogue.catalogue import first_notice, notice_in_hand, read_catalogue, shipped_notice
from kpi.errors import InvalidData, NotFound, StoreUnavailable, UserError
from kpi.intake.form.answer_sheet import sheet_items
from kpi.model.viewer import SYSTEM, Viewer
from kpi.reports.as_json import enterprise_json
from kpi.services import notices
from kpi.services.administrator.objections import NewObjection, listed_objections, record_objection
from kpi.services.administrator.public_lists import listed_applications
from kpi.services.administrator.stages import advance
from kpi.services.enterprise import lock
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.carry_over import carry_over, year_to_begin
from kpi.services.enterprise.lock import lock_application, nothing_done_to, own_results
from kpi.services.enterprise.sheets import (
    SheetEdit,
    accept_application,
    create_sheet,
    edit_sheet,
    own_sheet,
    sheet_changes,
)
from kpi.services.enterprise.uploads import receive_file
from kpi.services.freeze import import_baseline
from kpi.services.notices import notice_in_force, notice_of_year, proposed_notice
from kpi.services.operation.demonstration import demonstration_roles
from kpi.services.operation.demonstration_applications import lock_demonstration_applications
from kpi.services.operation.verification import verify_store
from kpi.services.preparation import IncomingBaseline
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.notices import NoticeProposal
from tests.cli.command_line import here
from tests.either_store import copied_store
from tests.services.notice_archives import EXAMPLE, archive_files, notice_folder, take_in
from tests.services.sample_store import ADMINISTRATOR, AT
from tests.services.submitting import lock_as_it_stands

ROOT = Path(__file__).resolve().parents[2]
[OWN] = [account for account in demonstration_roles() if account.role == "enterprise"]
ENTERPRISE = Viewer(OWN.name, OWN.display, "enterprise", OWN.scope)
[CODE] = OWN.scope
KEPT = ROOT / "tests" / "store" / "older" / "notice-of-version-29.zip"
"""The example of 2026 as a store of version 29 keeps it."""
IN_2025 = ROOT / "data" / "samples" / "example-application.xlsx"


@pytest.fixture
def store(demonstration: Path, tmp_path: Path) -> Iterator[Store]:
    """2025 as it stands in the demonstration, the enterprise's own application among what is locked."""
    with Store.open(copied_store(demonstration, tmp_path / "s")) as opened:
        accept_application(opened, ENTERPRISE, receive_file(opened, ENTERPRISE, IN_2025.name, IN_2025.read_bytes()))
        lock_as_it_stands(opened, ENTERPRISE, CODE, 2025)
        yield opened


def in_2026() -> bytes:
    """The example of the notice of 2026, as of the demonstration's own enterprise."""
    file = shipped_notice(EXAMPLE).illustrative("example")
    assert file is not None
    text = file.read_text("utf-8-sig")
    [line] = [line for line in text.splitlines() if line.startswith("统一社会信用代码")]
    return text.replace(line.split(",")[1], CODE).encode()


def said_of_2025(store: Store) -> object:
    """What its enterprise reads of it."""
    [result] = [item for item in own_results(store, ENTERPRISE) if item.answer.application.year == 2025]
    with notice_in_hand(first_notice()):
        return enterprise_json(result.answer, "zh")


def seals(store: Store, year: int) -> list[tuple[str, str]]:
    with store.cursor() as cursor:
        return [(item.record, item.sha256) for item in tables.applications.sealed_records(cursor) if item.year == year]


def begin_2026(store: Store) -> str:
    """The panel and the applications of 2026 that ship with its example; the credit code of one of them."""
    notice = shipped_notice(EXAMPLE)
    panel, applications = notice.illustrative("panel"), notice.illustrative("applications")
    assert panel
    assert applications
    described = IncomingBaseline(
        panel.name, panel.read_bytes(), "illustrative-2026", 2026, "上海市", "illustrative", "invented", shipped=True
    )
    import_baseline(store, described)
    original = store.folder.keep_original(applications.read_bytes())
    with notice_in_hand(notice), store.write_lock(), unit_of_work(store, SYSTEM) as change:
        lock_demonstration_applications(change, original, but_not=())
    with store.cursor() as cursor:
        locked = tables.applications.locked_applications(cursor, Scope(everything=True), year=2026)
    return locked[0].application.credit_code


def test_a_year_takes_in_the_next_ones_notice_and_closes_it_while_its_own_objections_run(store: Store) -> None:
    before, sealed = said_of_2025(store), seals(store, 2025)
    advance(store, ADMINISTRATOR, CODE, 2025, "publicity", "演示")
    objection = NewObjection(CODE, 2025, date(2026, 1, 5), "某先生（虚构）", "所报产值有出入（虚构）", None)
    record_objection(store, ADMINISTRATOR, objection)
    example = take_in(store)
    with store.cursor() as cursor:
        notices = [notice_of_year(cursor, year) for year in (2024, 2025, 2026, 2027)]
        assert notices == [first_notice(), first_notice(), example, example]
        assert notice_in_force(cursor, date(2025, 12, 31)) == first_notice()
        assert notice_in_force(cursor, date(2026, 1, 1)) == example
    assert verify_store(store).sound

    code = begin_2026(store)
    assert said_of_2025(store) == before  # before the list of awards grows, which it is held against
    advance(store, ADMINISTRATOR, code, 2026, "publicity", "演示（虚构）")
    advance(store, ADMINISTRATOR, code, 2026, "listed", "演示（虚构）")
    listed = [item.credit_code for item in listed_applications(store, ADMINISTRATOR, 2026, "final").applications]
    assert listed == [code]
    [waiting] = listed_objections(store, ADMINISTRATOR)
    assert (waiting.objection.credit_code, waiting.objection.state) == (CODE, "open")

    assert seals(store, 2025) == sealed
    assert verify_store(store).sound


def test_a_seal_names_the_edition_of_its_notice_and_another_one_is_said(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(store)
    accept_application(store, ENTERPRISE, receive_file(store, ENTERPRISE, "example.csv", in_2026()))
    lock_as_it_stands(store, ENTERPRISE, CODE, 2026)
    with store.cursor() as cursor:
        records = tables.applications.sealed_records(cursor)
    named = {record.year: sealed_notice(record.record) for record in records}
    assert named == {2025: first_notice().edition, 2026: shipped_notice(EXAMPLE).edition}
    assert verify_store(store).other_editions == ()
    [later] = [record for record in records if record.year == 2026]
    assert "K22" in later.record
    (tmp_path / "record.json").write_text(later.record, "utf-8")
    assert here("verdict", "check", tmp_path / "record.json").code == 0, "by the notice that it names"

    files = notice_folder(first_notice().notice.id)
    files["kpis.toml"] = files["kpis.toml"].replace("单位产值综合能耗", "万元产值综合能耗")
    ships = read_catalogue({name: text.encode() for name, text in files.items()}, first_notice().notice.id)
    assert ships.edition != first_notice().edition
    monkeypatch.setattr(notices, "first_notice", lambda: ships)
    verified = verify_store(store)
    assert verified.sound, "its words are decided again and come out the same"
    assert {item.notice for item in verified.other_editions} == {ships.notice.id}
    assert len(verified.other_editions) == sum(record.year == 2025 for record in records)


def test_a_file_is_read_by_the_notice_of_its_own_year(store: Store) -> None:
    example = take_in(store)
    old = receive_file(store, ENTERPRISE, IN_2025.name, IN_2025.read_bytes())
    new = receive_file(store, ENTERPRISE, "example.csv", in_2026())
    for received, notice in ((old, first_notice()), (new, example)):
        [application] = received.reading.applications
        assert list(application.values) == [kpi.code for kpi in notice.kpis]
        assert not received.reading.blocked
    accept_application(store, ENTERPRISE, new)
    lock_as_it_stands(store, ENTERPRISE, CODE, 2026)
    judged = {
        item.answer.application.year: [kpi.code for kpi in item.answer.kpis] for item in own_results(store, ENTERPRISE)
    }
    assert judged == {
        2025: [kpi.code for kpi in first_notice().kpis],
        2026: [kpi.code for kpi in example.kpis],
    }
    # Against the panel of 2025, which has not heard of what is new: withheld, and no fault.
    assert verify_store(store).sound


def test_what_was_reported_moves_on_with_its_source_as_far_as_it_is_still_asked_for(store: Store) -> None:
    assert year_to_begin(store, ENTERPRISE, CODE, 2025) is None, "there is no later notice"
    example = take_in(store)
    assert year_to_begin(store, ENTERPRISE, CODE, 2025) == 2026
    received = carry_over(store, ENTERPRISE, CODE, 2025, 2026)
    [application] = received.reading.applications
    [earlier] = [item.answer.application for item in own_results(store, ENTERPRISE)]
    assert application.year == 2026
    gone = {"K07"}
    for code, value in earlier.values.items():
        if code in gone or value.state != "reported":
            continue
        carried = application.values[code]
        assert (carried.value, carried.basis) == (value.value, value.basis), code
        assert value.cell is not None
        assert f"2025 年申报值（{value.cell.file} {value.cell}）" in (carried.note or "")
    known = {scenario.name.zh for scenario in example.scenarios}
    assert set(application.scenarios) == set(earlier.scenarios) & known
    assert own_results(store, ENTERPRISE)[0].answer.application.year == 2025, "nothing is reported by that"
    with pytest.raises(UserError):
        own_sheet(store, ENTERPRISE, CODE, 2026)


def test_an_application_that_is_locked_never_changes_its_notice(store: Store) -> None:
    with store.cursor() as cursor:
        assert notice_of_year(cursor, 2026) == first_notice()
    early = receive_file(store, ENTERPRISE, IN_2025.name, IN_2025.read_bytes())
    create_sheet(store, ENTERPRISE, early, 0, CODE, 2026)
    lock_application(store, ENTERPRISE, CODE, 2026, lock_outlook(store, ENTERPRISE, CODE, 2026).points)
    with pytest.raises(UserError) as refused:
        take_in(store)
    assert refused.value.code == "notice_year_locked"
    with store.cursor() as cursor:
        assert notice_of_year(cursor, 2026) == first_notice()


def test_a_sheet_that_was_begun_before_goes_on_under_the_new_notice(store: Store) -> None:
    early = receive_file(store, ENTERPRISE, IN_2025.name, IN_2025.read_bytes())
    create_sheet(store, ENTERPRISE, early, 0, CODE, 2026)
    example = take_in(store)
    sheet = own_sheet(store, ENTERPRISE, CODE, 2026)
    with notice_in_hand(example):
        assert [row.item for row in sheet.rows] == sheet_items()
        assert {problem.code for problem in sheet.reading.problems if problem.blocks} == {"unknown_industry"}
    left = [change for change in sheet_changes(store, ENTERPRISE, CODE, 2026) if change.item == "K07"]
    assert [(change.field, change.becomes) for change in left] == [("value", "")]
    # Its industry was split: there is no draft until it says which it is of.
    assert [item.answer.application.year for item in own_results(store, ENTERPRISE)] == [2025]
    industry = example.industries[0].name.zh
    edit_sheet(store, ENTERPRISE, CODE, 2026, sheet.version, [SheetEdit("industry", "value", industry)])
    assert [item.answer.application.year for item in own_results(store, ENTERPRISE)] == [2026, 2025]


def test_a_lock_that_another_notice_overtakes_is_decided_by_that_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = receive_file(store, ENTERPRISE, IN_2025.name, IN_2025.read_bytes())
    create_sheet(store, ENTERPRISE, early, 0, CODE, 2026)
    points = lock_outlook(store, ENTERPRISE, CODE, 2026).points
    asked = nothing_done_to

    def overtaken(cursor: Cursor, credit_code: str, *, since: tuple[int, str] | None) -> bool:
        monkeypatch.setattr(lock, "nothing_done_to", asked)
        take_in(store)
        return asked(cursor, credit_code, since=since)

    monkeypatch.setattr(lock, "nothing_done_to", overtaken)
    with pytest.raises(NotFound):  # its industry was split: there is no draft before it says which it is of
        lock_application(store, ENTERPRISE, CODE, 2026, points)
    assert seals(store, 2026) == []
    assert verify_store(store).sound


def test_a_notice_that_was_taken_in_by_an_earlier_version_is_read_or_refused_in_words(store: Store) -> None:
    """A change of what a notice's folder must hold brings the files that stores keep forward, in an upgrade or as they
    are read: what was sealed names the notice by the hash of what it said.
    """
    files = archive_files(KEPT.read_bytes())
    older = read_catalogue(files, EXAMPLE, kept=True)
    assert older.notice.id == EXAMPLE
    assert older.condition("main_kpis_leading").source.zh == "附件 1 三（二）1（虚构示例）"
    assert {code for item in older.conditions for code in item.clauses} == {clause.code for clause in older.clauses}
    with pytest.raises(InvalidData, match=r"clauses\.toml: not there"):
        read_catalogue(files, EXAMPLE, sent=True)
    del files["report.toml"]
    lost = NoticeProposal("lost", EXAMPLE, 2026, "0" * 64, "a", AT)
    with store.transaction() as cursor:
        tables.notices.add_notice_proposal(cursor, lost, files)
        with pytest.raises(StoreUnavailable) as refused:
            proposed_notice(cursor, lost)
    assert (refused.value.code, refused.value.params["id"]) == ("notice_unreadable", EXAMPLE)
    assert "report.toml" in str(refused.value.params["fault"])
