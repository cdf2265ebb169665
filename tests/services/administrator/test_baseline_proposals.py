"""An official baseline takes two administrators: proposed with all its files, confirmed by another as it was seen."""

from __future__ import annotations

import hashlib
import io
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from kpi import tables
from kpi.baseline.recipe import CellRepair, PanelRecipe
from kpi.errors import NotFound, UserError
from kpi.model.viewer import Viewer
from kpi.services.administrator.accounts import NewAccount, add_account, reset_account
from kpi.services.administrator.baseline_import import freeze_baseline, preview_baseline
from kpi.services.administrator.baseline_proposals import (
    against_freezing,
    confirm_baseline,
    preview_proposal,
    propose_baseline,
    proposed_baselines,
    withdraw_baseline,
)
from kpi.services.administrator.baselines import put_baseline_in_force
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.freeze import import_files
from kpi.services.operation.verification import verify_store
from kpi.services.preparation import IncomingBaseline, Stage
from kpi.services.tasks import TaskRunner
from kpi.store.store import Store
from kpi.tables.baselines import BaselineProposal
from tests.benchmark.panels import credit_code
from tests.services.administrator.test_baseline_import import ROWS, names, panel
from tests.services.sample_store import ADMINISTRATOR, AT
from tests.services.submitting import YEAR
from tests.services.two_people import SECOND_ADMINISTRATOR

pytestmark = pytest.mark.slow

LATER = AT + timedelta(hours=1)
SOURCE = "某单位统计（虚构）"


def official(name: str = "own", every: int = 1) -> IncomingBaseline:
    """Figures like those that ship, of other enterprises."""
    frame = pd.read_csv(io.StringIO("\n".join(ROWS)))[::every]
    frame["credit_code"] = [credit_code(number) for number in range(len(frame))]
    data = frame.to_csv(index=False).encode()
    return IncomingBaseline("p.csv", data, name, YEAR, "上海市", "official", SOURCE)


@contextmanager
def refused(code: str, **params: object) -> Iterator[None]:
    with pytest.raises(UserError) as found:
        yield
    assert found.value.code == code
    assert found.value.params == params or not params


def proposed(store: Store, sent: IncomingBaseline | None = None, **more: object) -> BaselineProposal:
    return propose_baseline(store, ADMINISTRATOR, sent or official(), at=AT, **more)


def confirmed(store: Store, proposal: BaselineProposal, viewer: Viewer = SECOND_ADMINISTRATOR) -> None:
    seen = preview_proposal(store, viewer, proposal.id).standing
    confirm_baseline(store, viewer, proposal.id, seen, LATER)


def waiting(store: Store) -> list[str]:
    return [proposal.name for proposal in proposed_baselines(store, ADMINISTRATOR)]


def said_at_home(store: Store, viewer: Viewer) -> list[tuple[bool, object]]:
    """What this administrator's home says of baselines that wait."""
    found = administrator_to_dos(store, viewer, LATER)
    return [(item.open, item.params["count"]) for item in found if item.code == "baselines_wait"]


def test_one_administrator_freezes_no_official_baseline(store: Store) -> None:
    with refused("baseline_takes_two"):
        freeze_baseline(store, ADMINISTRATOR, official(), at=AT)
    assert preview_baseline(store, ADMINISTRATOR, official()).takes_two
    assert not preview_baseline(store, ADMINISTRATOR, panel()).takes_two
    assert names(store) == ["illustrative-2025"]


def test_once_figures_are_not_invented_nobody_puts_invented_ones_in_their_place_alone(store: Store) -> None:
    """The latest of a year is in force: an illustrative one would have taken the official one's place."""
    confirmed(store, proposed(store))
    assert preview_baseline(store, ADMINISTRATOR, panel()).takes_two
    with refused("baseline_takes_two"):
        freeze_baseline(store, ADMINISTRATOR, panel(), at=LATER)

    def colleague(stage: Stage, _: float) -> None:
        if stage == "publishing" and "other" not in names(store):
            import_files(store, replace(official("other"), region="江苏省"), at=LATER)

    elsewhere = replace(panel("trial"), region="江苏省")
    with refused("baseline_takes_two"):
        freeze_baseline(store, ADMINISTRATOR, elsewhere, at=LATER, runner=TaskRunner(colleague))
    assert "trial" not in names(store)


def test_what_another_confirms_is_what_one_would_have_frozen(store: Store, tmp_path: Path) -> None:
    """With recipe, sizes and register: the same content, table, originals and recipe as frozen by the command line."""
    sent = official()
    code, group = sent.data.decode().splitlines()[1].split(",")[:2]
    repair = CellRepair(row=2, column="B", was=group, becomes="演示集团（虚构）", because="核实")
    recipe = PanelRecipe(name="某年", merge=True, repairs_of=hashlib.sha256(sent.data).hexdigest(), cells=(repair,))
    sent = replace(sent, recipe=recipe)
    sizes = ("名录.csv", "地区,行业,企业数\n上海市,汽车,5000\n".encode())
    groups = ("名册.csv", f"统一社会信用代码,所属集团\n{code},演示集团甲（虚构）\n".encode())
    with Store.open(tmp_path / "direct") as direct:
        alone = import_files(direct, sent, sizes, LATER, SECOND_ADMINISTRATOR.actor, groups).baseline
        with direct.cursor() as cursor:
            published = tables.baselines.published_rows(cursor, "own")
            cells = tables.baselines.cells(cursor, "own")
            kept = tables.baselines.baseline_recipes(cursor)
    proposal = propose_baseline(store, ADMINISTRATOR, sent, sizes, groups, at=AT)
    assert names(store) == ["illustrative-2025"], "nothing is decided by it"
    assert said_at_home(store, ADMINISTRATOR) == [(False, 1)]
    assert said_at_home(store, SECOND_ADMINISTRATOR) == [(True, 1)]
    assert verify_store(store).sound
    first = preview_baseline(store, ADMINISTRATOR, sent, sizes, groups)
    second = preview_proposal(store, SECOND_ADMINISTRATOR, proposal.id)
    assert second == first
    assert (second.standing, second.panel.sha256) == (proposal.standing, proposal.sha256)
    frozen = confirm_baseline(store, SECOND_ADMINISTRATOR, proposal.id, second.standing, LATER)
    assert frozen == alone
    with store.cursor() as cursor:
        assert tables.baselines.published_rows(cursor, "own") == published
        assert tables.baselines.cells(cursor, "own") == cells
        assert tables.baselines.baseline_recipes(cursor) == kept
        acts = [(act.action, act.actor) for act in tables.audit.audit_entries(cursor) if act.subject == "own"]
    assert acts == [("baseline_proposed", "administrator"), ("baseline_frozen", "administrator2")]
    assert waiting(store) == said_at_home(store, ADMINISTRATOR) == said_at_home(store, SECOND_ADMINISTRATOR) == []
    assert verify_store(store).sound
    with pytest.raises(NotFound):
        confirm_baseline(store, SECOND_ADMINISTRATOR, proposal.id, second.standing, LATER)


def test_nobody_confirms_their_own_nor_by_an_account_of_the_proposers_making(store: Store) -> None:
    third = replace(ADMINISTRATOR, account="third")
    add_account(store, ADMINISTRATOR, NewAccount("made", "made", "administrator", ("system",)), AT)
    add_account(store, third, NewAccount("reset", "reset", "administrator", ("system",)), AT)
    reset_account(store, ADMINISTRATOR, "reset", AT)
    add_account(store, third, NewAccount("newer", "newer", "administrator", ("system",)), LATER)
    proposal = proposed(store)
    seen = preview_baseline(store, ADMINISTRATOR, official()).standing
    for account, code in (
        ("administrator", "second_own"),
        ("made", "second_made"),
        ("reset", "second_made"),
        ("newer", "second_newer"),
    ):
        viewer = replace(ADMINISTRATOR, account=account)
        hindered = against_freezing(store, viewer, proposal)
        assert (hindered and hindered.code, said_at_home(store, viewer)) == (code, [(False, 1)])
        with refused(code):
            confirm_baseline(store, viewer, proposal.id, seen, LATER)
    assert names(store) == ["illustrative-2025"]
    assert against_freezing(store, third, proposal) is None
    confirmed(store, proposal, third)


def test_what_is_withdrawn_or_refused_is_on_record_and_never_frozen(store: Store) -> None:
    proposal = proposed(store)
    seen = preview_proposal(store, SECOND_ADMINISTRATOR, proposal.id).standing
    with refused("baseline_withdrawal_reason"):
        withdraw_baseline(store, ADMINISTRATOR, proposal.id, " ", AT)
    with refused("baseline_waits", name="own", who="administrator"):
        propose_baseline(store, SECOND_ADMINISTRATOR, official(), at=AT)
    withdraw_baseline(store, ADMINISTRATOR, proposal.id, "来源有误", AT)
    for act in (
        lambda: confirm_baseline(store, SECOND_ADMINISTRATOR, proposal.id, seen, LATER),
        lambda: withdraw_baseline(store, SECOND_ADMINISTRATOR, proposal.id, "x", LATER),
        lambda: preview_proposal(store, SECOND_ADMINISTRATOR, proposal.id),
    ):
        with pytest.raises(NotFound):
            act()
    again = propose_baseline(store, SECOND_ADMINISTRATOR, official(), at=AT)
    withdraw_baseline(store, ADMINISTRATOR, again.id, "口径不符", LATER)
    assert waiting(store) == said_at_home(store, ADMINISTRATOR) == []
    assert names(store) == ["illustrative-2025"]
    with store.cursor() as cursor:
        acts = [act for act in tables.audit.audit_entries(cursor) if act.action == "baseline_withdrawn"]
    assert ["来源有误" in str(acts[0].after), "口径不符" in str(acts[1].after)] == [True, True]
    assert verify_store(store).sound


def test_what_has_changed_since_it_was_read_is_read_again(store: Store) -> None:
    proposal = proposed(store)
    read = preview_proposal(store, SECOND_ADMINISTRATOR, proposal.id)
    confirmed(store, proposed(store, official("other", every=2)))
    with refused("preview_outdated"):
        confirm_baseline(store, SECOND_ADMINISTRATOR, proposal.id, read.standing, LATER)
    now = preview_proposal(store, SECOND_ADMINISTRATOR, proposal.id)
    assert now.standing not in (read.standing, proposal.standing)
    assert (read.earlier, now.earlier and now.earlier.name) == (None, "other")
    import_files(store, official("third", every=3), at=LATER, by=ADMINISTRATOR.actor, smaller_because="演示")
    again = preview_proposal(store, SECOND_ADMINISTRATOR, proposal.id)
    put_baseline_in_force(store, ADMINISTRATOR, "other", "核实", LATER)
    with refused("preview_outdated"):
        confirm_baseline(store, SECOND_ADMINISTRATOR, proposal.id, again.standing, LATER)
    confirmed(store, proposal)
    assert names(store)[0] == "other"


def test_what_is_frozen_while_it_is_computed_is_not_confirmed_past(store: Store) -> None:
    proposal = proposed(store)
    seen = preview_proposal(store, SECOND_ADMINISTRATOR, proposal.id).standing

    def meanwhile(name: str) -> TaskRunner:
        def freeze(stage: Stage, _: float) -> None:
            if stage == "publishing" and name not in names(store):
                import_files(store, official(name), at=LATER, by=ADMINISTRATOR.actor)

        return TaskRunner(freeze)

    with refused("preview_outdated"):
        confirm_baseline(store, SECOND_ADMINISTRATOR, proposal.id, seen, LATER, meanwhile("beside"))
    seen = preview_proposal(store, SECOND_ADMINISTRATOR, proposal.id).standing
    with refused("baseline_name_taken", name="own"):
        confirm_baseline(store, SECOND_ADMINISTRATOR, proposal.id, seen, LATER, meanwhile("own"))
    assert waiting(store) == ["own"]
    assert said_at_home(store, SECOND_ADMINISTRATOR) == [(False, 1)]
    with refused("baseline_name_taken", name="own"):
        proposed(store)


def test_what_was_seen_is_what_is_proposed(store: Store) -> None:
    seen = preview_baseline(store, ADMINISTRATOR, official()).standing
    import_files(store, official("other"), at=AT, by=ADMINISTRATOR.actor)
    with refused("preview_outdated"):
        proposed(store, seen=seen)
    with refused("baseline_needs_words"):
        proposed(store, replace(official(), source=" "))
    small = official("small", every=3)
    with refused("panel_much_smaller"):
        proposed(store, small)
    assert waiting(store) == []
    proposal = proposed(store, small, smaller_because="只收到一部分")
    confirmed(store, proposal)
    with store.cursor() as cursor:
        acts = [act for act in tables.audit.audit_entries(cursor) if act.subject == "small"]
    assert ["只收到一部分" in str(act.after) for act in acts] == [True, True]


def test_a_kept_file_that_is_missing_or_changed_is_not_confirmed(store: Store) -> None:
    proposal = proposed(store)
    path = store.folder.original(proposal.file_sha256)
    data = path.read_bytes()
    for spoil in (lambda: path.write_bytes(data + b"\n"), path.unlink):
        spoil()
        with refused("proposal_file_missing"):
            preview_proposal(store, SECOND_ADMINISTRATOR, proposal.id)
        with refused("proposal_file_missing"):
            confirm_baseline(store, SECOND_ADMINISTRATOR, proposal.id, proposal.standing, LATER)
    assert {finding.code for finding in verify_store(store).findings} == {"original_missing"}


KILLED = """
import os, signal, sys
from pathlib import Path
from kpi import tables
from kpi.services.administrator.baseline_proposals import confirm_baseline, proposed_baselines
from kpi.store.store import Store
from tests.services.two_people import SECOND_ADMINISTRATOR

def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(tables.baselines, sys.argv[2], kill)
with Store.open(Path(sys.argv[1])) as store:
    [waiting] = proposed_baselines(store, SECOND_ADMINISTRATOR)
    confirm_baseline(store, SECOND_ADMINISTRATOR, waiting.id, waiting.standing)
"""


@pytest.mark.campaign
@pytest.mark.folder_store("the process that is killed opens a folder by itself")
@pytest.mark.parametrize("at", ["add_baseline_outcome", "add_baseline", "add_published"])
def test_a_kill_while_it_is_confirmed_leaves_it_waiting_whole(tmp_path: Path, at: str) -> None:
    folder = tmp_path / "own"
    with Store.open(folder) as store:
        proposal = proposed(store)
    done = subprocess.run([sys.executable, "-c", KILLED, folder, at], check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == -signal.SIGKILL
    with Store.open(folder) as store:
        assert (waiting(store), names(store)) == (["own"], [])
        assert verify_store(store).sound
        confirmed(store, proposal)
        assert (waiting(store), names(store)) == ([], ["own"])
