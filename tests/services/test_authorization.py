"""Every service, every role and nobody: deny unless allowed, and what is out of reach is not there.

The list of services is the product's own (``AUTHORIZED_SERVICES``). A new service fails here until it says whom it is
for, and what to ask it within reach and out of it (``tests/services/service_calls.py``).
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from kpi.access.roles import ROLE_PERMISSIONS
from kpi.errors import NotFound, UserError
from kpi.model.viewer import Viewer
from kpi.services.authorization import AUTHORIZED_SERVICES
from kpi.store.store import Store
from tests.either_store import copied_store
from tests.house.tracked import declared, parsed, python_files
from tests.services.sample_store import ADMINISTRATOR, LEADER, OTHER_REVIEWER, REVIEWER, A, B
from tests.services.service_calls import ASKS, CODE_A, CODE_B, EVERY_ROLE, MODULES, NOBODYS, PUBLIC, YEAR, World, kept

pytestmark = pytest.mark.slow

OF_CANDIDATES = ("see_candidates", "compare_candidates", "rule_on_claims")
READERS: tuple[Viewer | None, ...] = (A, REVIEWER, LEADER, ADMINISTRATOR, None)

BRINGING = ("sheets.accept_application", "sheets.create_sheet")
"""The asker brings a file and says whose it is: that code is said again, and nothing else."""


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


def _place(service: FunctionType) -> str:
    return f"{service.__module__.replace('.', '/')}.py:{service.__name__}"


def _imported_at_doors() -> Iterator[object]:
    """What pages and the HTTP interface take of services. The rest is for services that have asked for rights, and for
    the machine's own command line.
    """
    for path, source in python_files().items():
        if path.startswith(("app.py", "pages/", "kpi/api/")):
            for node in ast.walk(parsed(source)):
                if isinstance(node, ast.Import):
                    assert not [alias.name for alias in node.names if alias.name.startswith("kpi.")], path
                elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kpi"):
                    module = importlib.import_module(node.module or "")
                    yield from (getattr(module, alias.name) for alias in node.names)


def test_a_service_is_told_who_asks_unless_its_answer_is_of_nobody_in_particular() -> None:
    """Where a role with a scope may ask: ``reads_unscoped``, or no use of the viewer."""
    untold = {name for name in AUTHORIZED_SERVICES if "viewer" not in inspect.signature(PUBLIC[name]).parameters}
    scoped = frozenset[str]().union(*(ROLE_PERMISSIONS[role] for role in EVERY_ROLE if role != "administrator"))
    of_nobody = {_place(PUBLIC[name]) for name in untold if AUTHORIZED_SERVICES[name] in scoped}
    assert of_nobody == declared("The same for everybody"), "say over it why, or bind its answer to who asks"


def test_every_other_service_that_pages_ask_of_the_store_has_its_reason() -> None:
    imported = list(_imported_at_doors())
    assert not set(MODULES) & {item for item in imported if isinstance(item, ModuleType)}, (
        "by its functions, to be seen"
    )
    others = {name for name in PUBLIC if name not in AUTHORIZED_SERVICES and _takes_a_store(name)}
    asked = {_place(PUBLIC[name]) for name in others if any(PUBLIC[name] is item for item in imported)}
    assert asked == declared("Asked without rights"), "guard it, or say over it who may ask it and why"


def test_each_service_has_its_questions_and_they_tell_whom_it_is_for() -> None:
    assert set(ASKS) == set(AUTHORIZED_SERVICES)
    reported = {
        name: {role for role in EVERY_ROLE if permission in ROLE_PERMISSIONS[role]}
        for name, permission in AUTHORIZED_SERVICES.items()
    }
    assert {name: set(ask.roles or (ask.viewer.role,)) for name, ask in ASKS.items()} == reported


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
        denied = [reader] if reader is None or reader.role not in (ask.roles or (ask.viewer.role,)) else []
        if reader and AUTHORIZED_SERVICES[name] != "keep_own_account":
            denied.append(replace(reader, must_change=True))
        for item in denied:
            reported = ended(lambda entry=item: PUBLIC[name](untouched.store, entry, *arguments), NotFound)
            assert reported == nobodys, item
    assert kept(untouched.store) == before


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
