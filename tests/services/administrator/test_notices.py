"""A notice takes two administrators: sent as its folder, checked whole, previewed, and approved as it was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta

import pytest

from kpi import tables
from kpi.catalogue.catalogue import first_notice, shipped_notice
from kpi.errors import InvalidData, NotFound, UserError
from kpi.model.viewer import Viewer
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.administrator.notices import (
    against_approving_notice,
    approve_notice,
    notices_known,
    preview_notice,
    preview_proposed_notice,
    propose_notice,
    withdraw_notice,
)
from kpi.services.notices import notice_in_force, notice_of_year, proposed_notice
from kpi.services.operation.verification import verify_store
from kpi.store.store import Store
from kpi.tables.notices import NoticeProposal
from tests.services.notice_archives import (
    EXAMPLE,
    OFFICIAL,
    archive,
    notice_archive,
    official_files,
    official_notice,
)
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, A
from tests.services.submitting import YEAR, locked
from tests.services.test_notice_of_2026 import lock_2026
from tests.services.two_people import SECOND_ADMINISTRATOR

pytestmark = pytest.mark.slow

LATER = AT + timedelta(hours=1)
FIRST = "shanghai-2025-514"


@contextmanager
def refused(code: str, **params: object) -> Iterator[None]:
    with pytest.raises(UserError) as found:
        yield
    assert found.value.code == code
    assert found.value.params == params or not params


def proposed(store: Store, data: bytes | None = None) -> NoticeProposal:
    return propose_notice(store, ADMINISTRATOR, official_notice() if data is None else data, AT)


def approved(store: Store, data: bytes | None = None) -> NoticeProposal:
    proposal = proposed(store, data)
    approve_notice(store, SECOND_ADMINISTRATOR, proposal.id, LATER)
    return proposal


def known(store: Store) -> list[str]:
    return [item.notice.id for item in notices_known(store, ADMINISTRATOR).notices]


def waiting(store: Store) -> list[str]:
    return [item.notice for item in notices_known(store, ADMINISTRATOR).proposals if item.outcome is None]


def trail(store: Store) -> list[tuple[str, str, str]]:
    with store.cursor() as cursor:
        return [(act.action, act.actor, act.subject) for act in tables.audit.audit_entries(cursor)]


def said_at_home(store: Store, viewer: Viewer) -> list[tuple[bool, object]]:
    """What this administrator's home says of notices that wait."""
    found = administrator_to_dos(store, viewer, LATER)
    return [(item.open, item.params["count"]) for item in found if item.code == "notices_wait"]


def as_demonstration(store: Store) -> None:
    with store.transaction() as cursor:
        tables.lists.set_mark(cursor, tables.lists.DEMONSTRATION, "true")


def test_one_proposes_another_approves_and_its_years_are_its_own(store: Store) -> None:
    proposal = proposed(store)
    assert (known(store), waiting(store)) == ([FIRST], [OFFICIAL])
    assert said_at_home(store, ADMINISTRATOR) == [(False, 1)]
    assert said_at_home(store, SECOND_ADMINISTRATOR) == [(True, 1)]
    hindered = against_approving_notice(store, ADMINISTRATOR, proposal)
    assert hindered
    assert hindered.code == "second_own"
    with refused("second_own"):
        approve_notice(store, ADMINISTRATOR, proposal.id, LATER)
    assert against_approving_notice(store, SECOND_ADMINISTRATOR, proposal) is None
    taken = approve_notice(store, SECOND_ADMINISTRATOR, proposal.id, LATER)
    assert (taken.notice.id, taken.sha256) == (OFFICIAL, proposal.sha256)
    assert (known(store), waiting(store)) == ([FIRST, OFFICIAL], [])
    with store.cursor() as cursor:
        years = {year: notice_of_year(cursor, year).notice.id for year in (2024, 2025, 2026, 2027)}
        days = [notice_in_force(cursor, day).notice.id for day in (date(2025, 12, 31), date(2026, 1, 1))]
        assert notice_of_year(cursor, 2026, AT).notice.id == FIRST, "before it was approved"
    assert years == {2024: FIRST, 2025: FIRST, 2026: OFFICIAL, 2027: OFFICIAL}
    assert days == [FIRST, OFFICIAL]
    assert trail(store)[-2:] == [
        ("notice_proposed", "administrator", OFFICIAL),
        ("notice_approved", "administrator2", OFFICIAL),
    ]
    assert said_at_home(store, SECOND_ADMINISTRATOR) == []
    assert verify_store(store).sound
    with pytest.raises(NotFound):
        approve_notice(store, SECOND_ADMINISTRATOR, proposal.id, LATER)


def test_a_preview_says_what_it_would_do_and_writes_nothing(store: Store) -> None:
    locked(store, A, CODE_A)
    before = trail(store)
    found = preview_notice(store, ADMINISTRATOR, official_notice())
    assert (found.notice.notice.id, found.before.notice.id) == (OFFICIAL, FIRST)
    assert (found.year, found.applications) == (YEAR, 1)
    assert {"kpis", "notice", "policy"} <= {change.part for change in found.changes}
    assert ("kpis", "K07", "") in {(change.part, change.item, change.key) for change in found.changes}
    assert (trail(store), waiting(store)) == (before, [])
    proposal = proposed(store)
    assert preview_proposed_notice(store, SECOND_ADMINISTRATOR, proposal.id) == found


def test_a_factory_of_an_industry_that_it_does_not_know_is_named(store: Store) -> None:
    locked(store, A, CODE_A)
    files = official_files()
    industry = shipped_notice(FIRST).industries
    with store.cursor() as cursor:
        [own] = {row.industry for row in tables.stages.applications_in_hand(cursor, ())}
    assert own in {item.name.zh for item in industry}
    files["industries.toml"] = files["industries.toml"].replace(f'"{own}"', '"另一行业"')
    found = preview_notice(store, ADMINISTRATOR, archive({f"{OFFICIAL}/{name}": text for name, text in files.items()}))
    assert (found.applications, len(found.elsewhere), found.clauses) == (1, 1, ())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (notice_archive(), "notice_is_fictitious"),
        (notice_archive("jiangsu-2026-advanced"), "notice_other_region"),
        (notice_archive(FIRST), "notice_in_force"),
        (official_notice("shanghai-2024-1", year=2024), "notice_too_old"),
        (official_notice("shanghai-2025-999", year=2025), "notice_year_taken"),
    ],
    ids=["fictitious", "other region", "in force", "too old", "year taken"],
)
def test_a_notice_that_does_not_fit_the_store_is_neither_previewed_nor_proposed(
    store: Store, data: bytes, code: str
) -> None:
    with refused(code):
        preview_notice(store, ADMINISTRATOR, data)
    with refused(code):
        proposed(store, data)
    assert (waiting(store), said_at_home(store, SECOND_ADMINISTRATOR)) == ([], [])


def test_a_demonstration_takes_an_invented_one(store: Store) -> None:
    as_demonstration(store)
    approved(store, notice_archive())
    assert known(store) == [FIRST, EXAMPLE]


def test_a_year_has_one_notice_and_an_edition_waits_once(store: Store) -> None:
    first = proposed(store)
    with refused("notice_waits", id=OFFICIAL, who="administrator"):
        propose_notice(store, SECOND_ADMINISTRATOR, official_notice(), AT)
    other = proposed(store, official_notice("shanghai-2026-99"))
    approve_notice(store, SECOND_ADMINISTRATOR, first.id, LATER)
    with refused("notice_year_taken", id="shanghai-2026-99", year=2026, other=OFFICIAL):
        approve_notice(store, SECOND_ADMINISTRATOR, other.id, LATER)
    assert said_at_home(store, SECOND_ADMINISTRATOR) == [(False, 1)]
    assert known(store) == [FIRST, OFFICIAL]


def test_a_correction_takes_the_place_of_the_edition_before(store: Store) -> None:
    first = approved(store)
    second = proposed(store, official_notice(title="更正版（虚构）"))
    assert second.sha256 != first.sha256
    approve_notice(store, SECOND_ADMINISTRATOR, second.id, LATER + timedelta(seconds=1))
    assert [item.sha256 for item in notices_known(store, ADMINISTRATOR).notices][1:] == [second.sha256]


def test_what_is_locked_keeps_its_notice(store: Store) -> None:
    locked(store, A, CODE_A)
    corrected = official_notice(FIRST, FIRST, YEAR, "更正版（虚构）")
    with refused("notice_year_locked", id=FIRST, years=str(YEAR)):
        proposed(store, corrected)
    proposal = proposed(store)
    lock_2026(store)
    hindered = against_approving_notice(store, SECOND_ADMINISTRATOR, proposal)
    assert hindered
    assert hindered.code == "notice_year_locked"
    with refused("notice_year_locked", id=OFFICIAL, years="2026"):
        approve_notice(store, SECOND_ADMINISTRATOR, proposal.id, LATER)
    assert said_at_home(store, SECOND_ADMINISTRATOR) == [(False, 1)]
    assert known(store) == [FIRST]


def test_what_is_withdrawn_or_refused_is_on_record_and_never_in_force(store: Store) -> None:
    proposal = proposed(store)
    with refused("notice_withdrawal_reason"):
        withdraw_notice(store, ADMINISTRATOR, proposal.id, " ", AT)
    withdraw_notice(store, ADMINISTRATOR, proposal.id, "来源有误", AT)
    for act in (
        lambda: approve_notice(store, SECOND_ADMINISTRATOR, proposal.id, LATER),
        lambda: withdraw_notice(store, SECOND_ADMINISTRATOR, proposal.id, "x", LATER),
        lambda: preview_proposed_notice(store, SECOND_ADMINISTRATOR, proposal.id),
    ):
        with pytest.raises(NotFound):
            act()
    again = proposed(store)
    withdraw_notice(store, SECOND_ADMINISTRATOR, again.id, "口径不符", LATER)
    assert (known(store), waiting(store), said_at_home(store, ADMINISTRATOR)) == ([FIRST], [], [])
    ended = notices_known(store, ADMINISTRATOR).proposals
    assert [(item.outcome, item.reason, item.noted_by) for item in ended] == [
        ("withdrawn", "来源有误", "administrator"),
        ("withdrawn", "口径不符", "administrator2"),
    ]
    assert verify_store(store).sound


def test_what_is_approved_is_what_was_sent_whatever_ships_by_then(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_demonstration(store)
    proposal = proposed(store, notice_archive())
    assert proposal.sha256 == shipped_notice(EXAMPLE).sha256
    monkeypatch.setattr("kpi.services.notices.shipped_notice", lambda _: first_notice())
    monkeypatch.setattr("kpi.services.notices._READ", {})
    taken = approve_notice(store, SECOND_ADMINISTRATOR, proposal.id, LATER)
    assert (taken.notice.id, taken.sha256) == (EXAMPLE, proposal.sha256)
    assert known(store) == [FIRST, EXAMPLE]


# The archive: in its folder or without one, whole or not taken at all.


def in_folder(files: Mapping[str, str | bytes], folder: str = OFFICIAL) -> bytes:
    return archive({f"{folder}/{name}": text for name, text in files.items()})


def encrypted() -> bytes:
    """The flag of encryption set on every entry of the list."""
    data, mark = bytearray(official_notice()), b"PK\x01\x02"
    at = data.find(mark)
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(mark, at + 1)
    return bytes(data)


def test_a_folder_and_its_files_alone_are_the_same_notice(store: Store) -> None:
    found = preview_notice(store, ADMINISTRATOR, in_folder(official_files() | {"说明.txt": "x", "README.md": "x"}))
    assert preview_notice(store, ADMINISTRATOR, archive(official_files())) == found


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "notice_no_archive"),
        (b"[notice]\n", "notice_no_archive"),
        (official_notice()[:-100], "notice_no_archive"),
        (encrypted(), "notice_no_archive"),
        (in_folder(official_files() | {"big.toml": b"#" * 50_000_000}), "notice_no_archive"),
        (archive({}), "notice_no_folder"),
        (
            in_folder({name: text for name, text in official_files().items() if name != "notice.toml"}),
            "notice_no_folder",
        ),
        (in_folder(official_files(), f"x/{OFFICIAL}"), "notice_no_folder"),
        (
            archive({f"{folder}/{name}": text for folder in "ab" for name, text in official_files().items()}),
            "notice_no_folder",
        ),
    ],
    ids=["empty", "text", "cut off", "encrypted", "bomb", "no file", "no head", "too deep", "two folders"],
)
def test_what_is_no_archive_of_one_folder_is_refused(store: Store, data: bytes, code: str) -> None:
    with refused(code):
        preview_notice(store, ADMINISTRATOR, data)
    with refused(code):
        proposed(store, data)


def test_the_bomb_would_unpack_to_more_than_it_is() -> None:
    """The test above refuses it for that, and not for being none."""
    assert len(in_folder({"big.toml": b"#" * 50_000_000})) < 100_000


def test_every_error_of_a_folder_is_listed_at_once(store: Store) -> None:
    files = official_files()
    del files["groups.toml"]
    files["tiers.toml"] = "x = ["
    files["notice.toml"] = files["notice.toml"].replace("year = 2026", 'year = "soon"')
    for act in (preview_notice, propose_notice):
        with pytest.raises(InvalidData) as found:
            act(store, ADMINISTRATOR, in_folder(files))
        said = {(fault.place.split(":")[0], bool(fault.code)) for fault in found.value.faults}
        assert said >= {("groups.toml", True), ("notice.toml", True)}
        assert any(place.startswith("tiers.toml") for place, _ in said)
    with pytest.raises(InvalidData) as found:
        preview_notice(store, ADMINISTRATOR, in_folder(official_files(), "another-2026-1"))
    assert [(fault.place, fault.code) for fault in found.value.faults] == [("notice.toml: id", "other_folder")]
    without = {name: text for name, text in official_files().items() if name != "policy.toml"}
    with pytest.raises(InvalidData):
        preview_notice(store, ADMINISTRATOR, in_folder(without))
    assert waiting(store) == []


def test_a_sent_notice_names_no_file_of_this_machine(store: Store) -> None:
    files = official_files()
    head = files["notice.toml"] + '\n[illustrative]\npanel = "/etc/passwd"\nawarded = "../SECURITY.md"\n'
    data = archive({f"{OFFICIAL}/{name}": text for name, text in (files | {"notice.toml": head}).items()})
    proposal = approved(store, data)
    with store.cursor() as cursor:
        taken = proposed_notice(cursor, proposal)
    assert (taken.illustrative("panel"), taken.illustrative("awarded")) == (None, None)


def test_one_that_would_hold_before_its_year_is_refused(store: Store) -> None:
    """Its policy has the days of the folder that it was copied from: it would be in force at once."""
    data = official_notice("shanghai-2027-1", year=2027)
    with pytest.raises(InvalidData) as found:
        preview_notice(store, ADMINISTRATOR, data)
    assert [(fault.place, fault.code) for fault in found.value.faults] == [
        ("policy.toml: in_force_from", "other_year"),
        ("policy.toml: window_closes", "other_year"),
    ]
