"""Every service, every role and nobody: deny unless allowed, and what is out of reach is not there.

The list of services is the product's own (``AUTHORIZED_SERVICES``). A new service fails here until it says whom it is
for, and what to ask it within reach and out of it (``tests/services/service_calls.py``).
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FunctionType

import pytest

from kpi import services
from kpi.access.roles import ROLE_PERMISSIONS
from kpi.errors import NotFound, UserError
from kpi.model.viewer import Viewer
from kpi.services.authorization import AUTHORIZED_SERVICES
from kpi.store.store import Store
from tests.either_store import copied_store
from tests.services.sample_store import ADMINISTRATOR, LEADER, OTHER_REVIEWER, REVIEWER, A, B
from tests.services.service_calls import ASKS, CODE_A, CODE_B, EVERY_ROLE, NOBODYS, YEAR, World, kept

pytestmark = pytest.mark.slow

MODULES = [
    importlib.import_module(package.name) for package in pkgutil.walk_packages(services.__path__, "kpi.services.")
]
PUBLIC: dict[str, FunctionType] = {
    f"{module.__name__.rpartition('.')[2]}.{name}": found
    for module in MODULES
    for name, found in vars(module).items()
    if isinstance(found, FunctionType) and not name.startswith("_") and found.__module__ == module.__name__
}
OF_CANDIDATES = ("see_candidates", "compare_candidates", "rule_on_claims")
READERS: tuple[Viewer | None, ...] = (A, REVIEWER, LEADER, ADMINISTRATOR, None)

BRINGING = ("sheets.accept_application", "sheets.create_sheet")
"""The asker brings a file and says whose it is: that code is said again, and nothing else."""

WITHOUT_VIEWER = {
    "account_links.usable_link": "whoever has the link's token, and no account yet",
    "account_links.use_account_link": "as before: the token is the right, once",
    "account_requests.ask_for_account": "strangers ask, and learn nothing",
    "account_requests.own_request": "whoever has the request's token, and no account yet",
    "account_requests.supply_answer": "as before",
    "account_requests.sweep_proofs": "the product's own, daily: what a kill left behind",
    "readings.note_reading": "notes what a guarded service has just shown",
    "readings.noted_readings": "the own readings of whoever asks a guarded service",
    "readings.write_readings": "the server writes down what was noted",
    "rounds.release_due_rounds": "the server releases what the day has released",
    "authentication.sign_in": "nobody is anybody yet: it checks the password",
    "authentication.viewer_of": "says who holds a token",
    "authentication.viewer_of_token": "says who holds a token of the HTTP interface",
    "what_if.note_what_if": "notes what a guarded service has just answered",
    "authentication.viewer_by_identity": "says whose identity at another provider it is",
    "authentication.sign_out": "ends the sign-in whose token is given: whoever holds it may",
    "sent_files.keep_original": "for services that have asked for rights, before they name the file",
    "sent_files.name_original": "for services that have asked for rights",
    "application_audit.original_file": "for services that have asked for rights, and say whose file it must be",
    "unit_of_work.unit_of_work": "the one way to change anything, for services that have asked for rights",
    "audit_trail.trail_marks": "for verifying and for read_audit, which asks for rights",
    "audit_trail.trail_with_marks": "for verifying and for read_audit, which asks for rights",
    "audit_trail.broken_entries": "for verifying and for check_audit, which asks for rights",
    "audit_trail.check_new_entries": "for read_audit, which asks for rights",
    "audit_trail.check_every_entry": "for check_audit, which asks for rights",
    "verification.verify_store": "the machine's own command line; tells names of rows, no values",
    "state.refuse_unsound": "asked where a server is started",
    "state.installation_state": "sizes, versions and ages, for monitoring",
    "state.readiness": "whether the store can do its work, for monitoring",
    "notices.chosen_notice": "which notice a store is of: every page names it",
    "notices.notice_of_store": "which notice a store is of: every page names it",
    "notices.notice_to_show": "which notice a page is of: every page names it",
    "notices.under_notice_of": "takes a year's notice in hand for whoever is asked, and says nothing of it",
    "demonstration.is_demonstration": "whether the store is a demonstration: everybody sees the badge",
    "demonstration.refuse_public": "asked where a server is started",
    "demonstration.take_role": "nobody is anybody yet: the public password of a demonstration, on no other store",
    "demonstration.ensure_demonstration": "the machine's own command line, on an empty store",
    "shipped_baseline.has_baseline": "whether there is any, for who makes the first",
    "authentication.begin_attempt": "nobody is anybody yet: it counts tries",
    "authentication.attempt_failed": "nobody is anybody yet: it counts tries",
    "authentication.attempt_succeeded": "forgets the tries once the right password is given",
    "audit_losses.acknowledge_lost_secret": "the machine's own command line, which names who calls in the trail",
    "audit_losses.rotate_secret": "the machine's own command line, which names who calls in the trail",
    "state.backup_is_old": "asked by monitoring",
    "backup.back_up": "the machine's own command line, which names who calls in the trail",
    "backup.copy_store": "for back_up, and before an upgrade",
    "audit_trail.trail_loss": "names numbers of acts, no act",
    "unit_of_work.has_unnoted_key": "asked before anything is written, and where a server is started",
    "contacts.due_contacts": "the machine's own command line and monitoring; counts and hashes, no person",
    "contacts.delete_contacts": "the server itself, and the machine's own command line; names who in the trail",
    "unnamed_originals.unnamed_originals": "for verify_store; hashes and times, no content",
    "unnamed_originals.unnamed_until": "for contact_deletion; hashes, no content",
    "authentication.sign_in_by_code": "signing in: whoever has the ticket of a right password, and the code",
    "days.raise_days": "the server itself: what a day brings, written for whom it concerns",
    "sending.send_due": "the server itself: sends what is written in the outbox",
    "preferences.address_code": "for set_notification_address and confirm_notification_address, which ask for rights",
    "own_calendar.calendar_at": "whoever has the secret address reads the calendar of its account",
    "second_factor.lacks_second_factor": "for whoever is signed in: of the own account",
    "second_factor.keep_second_factor": "for set_up_second_factor, which asks for rights and the password",
    "second_factor.second_factor_of": "for sign_in_by_code, once the password was right",
    "audit_trail.refuse_lost_acts": "asked before anything is written",
    "audit_losses.acknowledge_changed_rows": "the machine's own command line, which names the caller",
    "audit_losses.acknowledge_loss": "the machine's own command line, which names who calls in the trail",
    "audit_losses.acknowledged_losses": "the machine's own command line",
    "audit_losses.trail_anchor": "the machine's own command line; a number and a mac",
    "signatures.sign_anchor": "the machine's own command line, and take_signed_anchor, which asks for rights; hashes",
    "snapshot.take_snapshot": "the machine's own command line, which names who calls in the trail",
    "doctor.examine": "the machine's own command line; says how it stands, of nobody in particular",
    "doctor.examine_address": "the machine's own command line; says how it stands, of nobody in particular",
    "shipped_baseline.ensure_baseline": "what ships, into a store without any baseline",
    "year.is_published_openly": "a policy, which is public",
    "published.open_industry": "strangers read what is published, where policy opens it",
    "published.open_tables": "as before",
    "published.open_years": "as before",
    "freeze.import_files": "the machine's own command line, which names who calls in the trail",
    "freeze.import_baseline": "the machine's own command line, which names who calls in the trail",
    "freeze.before_reading": "for what imports a panel: a policy, a name and a number of enterprises",
    "freeze.freeze": "for what has checked a panel, and names who calls in the trail",
    "panel_folder.import_folder": "the machine's own command line, which names who calls in the trail",
}

OF_NOBODY = {
    "interface.check_file": "reads what the asker brings, and nothing of the store",
    "notice_text.clause_uses": "the notice and the policy, which are public",
    "notice_text.notice_years": "which notices there are, which is public",
    "published.published_industry": "what is published of a baseline",
    "published.published_years": "what is published of baselines",
    "published.newer_basis": "names and days of baselines and policies, which are public",
    "candidates.group_weight_bounds": "a policy, which is public",
    "year.policy_for_application": "a policy, which is public",
    "year.programme_year": "the dates of a year, which are public",
}
"""Services that a role with a scope may ask, and that are not told who asks: ``reads_unscoped``, or no use of it."""


def _takes(name: str) -> list[str]:
    return [str(parameter.annotation) for parameter in inspect.signature(PUBLIC[name]).parameters.values()]


def _takes_a_store(name: str) -> bool:
    """Also one that takes a store or a cursor."""
    return any("Store" in take.split(" | ") for take in _takes(name))


def test_every_service_that_acts_for_somebody_is_guarded() -> None:
    # Pages have a store and no cursor: what asks for a cursor is a part of services that have asked for rights.
    for_somebody = {name for name in PUBLIC if _takes_a_store(name) and any("Viewer" in take for take in _takes(name))}
    assert for_somebody - set(AUTHORIZED_SERVICES) == set()
    assert set(AUTHORIZED_SERVICES) - set(PUBLIC) == set()
    assert {_takes(name)[0] for name in AUTHORIZED_SERVICES} == {"Store", "Cursor"}
    assert len(AUTHORIZED_SERVICES) >= 24


def test_a_service_is_told_who_asks_unless_its_answer_is_of_nobody_in_particular() -> None:
    untold = {name for name in AUTHORIZED_SERVICES if "viewer" not in inspect.signature(PUBLIC[name]).parameters}
    scoped = frozenset[str]().union(*(ROLE_PERMISSIONS[role] for role in EVERY_ROLE if role != "administrator"))
    assert {name for name in untold if AUTHORIZED_SERVICES[name] in scoped} == set(OF_NOBODY)


def test_every_other_service_on_the_store_has_its_reason() -> None:
    others = {name for name in PUBLIC if name not in AUTHORIZED_SERVICES and _takes_a_store(name)}
    assert others == set(WITHOUT_VIEWER)


def test_each_service_has_its_questions_and_they_tell_whom_it_is_for() -> None:
    assert set(ASKS) == set(AUTHORIZED_SERVICES)
    reported = {
        name: {role for role in EVERY_ROLE if permission in ROLE_PERMISSIONS[role]}
        for name, permission in AUTHORIZED_SERVICES.items()
    }
    assert {name: set(ask.roles) for name, ask in ASKS.items()} == reported


@pytest.fixture(scope="module")
def untouched(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """For services that refuse: nothing may ever change in it."""
    with Store.open(copied_store(made, tmp_path_factory.mktemp("untouched") / "s")) as store:
        yield World(store)


def ended(ask: Callable[[], object], error: type[UserError] = UserError) -> tuple[str, str]:
    """How it was refused: the code and everything that the asker reads."""
    with pytest.raises(error) as raised:
        ask()
    return raised.value.code, repr(raised.value.params)


def _named(value: object) -> str:
    return value.role if isinstance(value, Viewer) else str(value or "nobody")


@pytest.mark.parametrize("name", AUTHORIZED_SERVICES)
def test_a_service_is_not_there_for_whom_it_is_not_for(untouched: World, name: str) -> None:
    ask = ASKS[name]
    arguments = ask.inside(untouched) if name not in BRINGING else (None,)
    before = kept(untouched.store)
    nobodys = ended(lambda: PUBLIC[name](untouched.store, None, *arguments))
    assert nobodys[0] == "not_there"
    for reader in READERS:
        denied = [reader] if reader is None or reader.role not in ask.roles else []
        if reader and AUTHORIZED_SERVICES[name] != "keep_own_account":
            denied.append(replace(reader, must_change=True))
        for item in denied:
            reported = ended(lambda entry=item: PUBLIC[name](untouched.store, entry, *arguments), NotFound)
            assert reported == nobodys, item
    assert kept(untouched.store) == before


@pytest.mark.parametrize("name", AUTHORIZED_SERVICES)
def test_a_service_answers_whom_it_is_for(world: World, name: str) -> None:
    """Else the refusals would prove nothing. Whichever tables it writes to, what was read of them is not kept."""
    arguments = ASKS[name].inside(world)
    before, versions = kept(world.store), world.store.cache.versions()
    PUBLIC[name](world.store, ASKS[name].viewer, *arguments)
    after, noted = kept(world.store), world.store.cache.versions()
    tables = set(after) - {"originals", "head"}
    changed = {table for table in tables if after[table] != before.get(table)}
    assert changed <= {table for table in noted if noted[table] > versions.get(table, 0)}


@pytest.mark.parametrize(
    "name", [name for name, permission in AUTHORIZED_SERVICES.items() if permission == "keep_own_account"]
)
def test_with_a_first_password_ones_own_account_can_be_looked_after(world: World, name: str) -> None:
    PUBLIC[name](world.store, replace(ASKS[name].viewer, must_change=True), *ASKS[name].inside(world))


@pytest.mark.parametrize("name", [name for name, ask in ASKS.items() if ask.absent])
def test_what_is_out_of_reach_or_guessed_is_what_does_not_exist(world: World, name: str) -> None:
    ask, service = ASKS[name], PUBLIC[name]
    asked = [arguments(world) for arguments in (*ask.outside, ask.absent)]
    before = kept(world.store)
    reported = [
        ended(lambda arguments=arguments: service(world.store, ask.outsider, *arguments)) for arguments in asked
    ]
    if name in BRINGING:
        assert [code for code, _ in reported] == ["not_your_enterprise"] * 2
    else:
        assert set(reported) == {reported[-1]}
        assert reported[-1][0] == "not_there"
    assert kept(world.store) == before


@pytest.mark.parametrize(
    ("name", "outsider", "unseen"),
    [
        ("lock.own_results", B, CODE_A),
        ("lock.own_results", A, CODE_B),
        ("lock.own_results", replace(A, scope=()), CODE_A),
        ("lock.own_stages", B, CODE_A),
        ("lock.own_objection_outcomes", B, CODE_A),
        ("lock.own_awards", B, CODE_A),
        ("sheets.own_sheets", B, CODE_A),
        ("sheets.own_sheets", A, CODE_B),
        ("conditions.own_checklists", A, CODE_B),
        ("candidates.candidates", OTHER_REVIEWER, CODE_A),
        ("candidates.candidates", replace(REVIEWER, scope=()), CODE_A),
        ("candidates.candidates", replace(REVIEWER, barred=(CODE_A,)), CODE_A),
        ("candidates.candidates", REVIEWER, CODE_B),
        ("coverage.coverage", replace(LEADER, scope=("嘉定区",)), CODE_A),
        ("coverage.coverage", LEADER, CODE_B),
        ("authentication.own_sign_ins", LEADER, "sign_in"),
    ],
    ids=_named,
)
def test_an_answer_holds_nothing_out_of_reach(untouched: World, name: str, outsider: Viewer, unseen: str) -> None:
    answer = PUBLIC[name](untouched.store, outsider)
    assert unseen not in repr(answer)
    if name == "authentication.own_sign_ins":
        assert answer == []


def test_the_changes_of_anothers_sheet_are_as_many_as_of_none(world: World) -> None:
    service = PUBLIC["sheets.sheet_changes"]
    PUBLIC["sheets.edit_sheet"](world.store, B, *ASKS["sheets.edit_sheet"].inside(world))
    assert len(service(world.store, B, CODE_B, YEAR)) == 1
    assert service(world.store, A, CODE_B, YEAR) == service(world.store, A, NOBODYS, YEAR) == []


def test_nothing_is_said_of_anothers_sheet(world: World) -> None:
    [sheet] = ASKS["sheets.plausibility_warnings"].inside(world)
    assert PUBLIC["sheets.plausibility_warnings"](world.store, A, sheet) == ()


MATERIAL = [
    name
    for name, ask in ASKS.items()
    if ask.viewer is REVIEWER and ask.outsider is not None and AUTHORIZED_SERVICES[name] in OF_CANDIDATES
    if name not in ("conflicts.state_conflicts", "candidate_list.sort_by_composite")
]
"""Every service that hands out or changes something of one candidate: scores are of what was read before."""


@pytest.mark.parametrize("name", MATERIAL)
def test_no_material_of_a_candidate_is_read_before_a_conflict_of_interest_is_denied(name: str, world: World) -> None:
    """Its pages asked, and whoever went by a service or a download was not asked."""
    arguments = ASKS[name].inside(world)
    unasked = replace(REVIEWER, account="unasked")
    with pytest.raises(UserError) as refused:
        PUBLIC[name](world.store, unasked, *arguments)
    assert refused.value.code == "conflict_not_answered"
