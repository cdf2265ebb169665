"""On a path without a store: what only reads makes none there, and neither does a step that fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kpi.model.viewer import SYSTEM
from kpi.services.operation.new_store import store_for_a_step
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.cli.candidates import candidate_rows, write_candidates
from tests.cli.command_line import PANEL, ROOT, WORKBOOK, here, made
from tests.either_store import place_of

pytestmark = pytest.mark.slow

BODY = "浦东新区经委"
READING = [
    ["baseline", "list"],
    ["baseline", "show", "x"],
    ["baseline", "compare", "x", "y"],
    ["coverage"],
    ["recommend", BODY],
    ["plan"],
    ["policy", "list"],
    ["policy", "history"],
    ["account", "list"],
    ["account", "import", "accounts.csv", "--check"],
    ["account", "token", "list"],
    ["store", "verify"],
    ["store", "anchor"],
    ["store", "delete-contacts"],
]
OF_WHAT_IS_THERE = [
    ["account", "disable", "x"],
    ["account", "enable", "x"],
    ["account", "reset", "x"],
    ["account", "token", "add", "x"],
    ["account", "token", "revoke", "x"],
    ["store", "backup", "kept"],
    ["store", "upgrade"],
    ["store", "rotate-secret"],
    ["store", "delete-contacts", "--confirm"],
    ["place", "x", "--out", "out", "--purpose", "x"],
]


@pytest.mark.parametrize("words", READING + OF_WHAT_IS_THERE, ids=" ".join)
def test_what_needs_a_store_that_is_there_makes_none(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("账号,显示名称,角色,范围\nsomebody,Somebody,administrator,\n", "utf-8")
    call = here(*words, "--store", tmp_path / "none", "--lang", "en", cwd=tmp_path)
    assert call.code == 3, call
    assert [path.name for path in tmp_path.iterdir()] == ["accounts.csv"]


@pytest.mark.campaign
def test_a_comparison_is_made_with_the_illustrative_panel_and_leaves_nothing(tmp_path: Path, store: Path) -> None:
    files = write_candidates(tmp_path, candidate_rows(2))
    before = sorted(tmp_path.iterdir())
    there = here("compare", *files, "--json", "--store", store)
    absent = here("compare", *files, "--json", "--store", tmp_path / "none")
    assert (absent.code, absent.json) == (0, there.json)
    assert sorted(tmp_path.iterdir()) == before


FAULTY = "credit_code,group,industry,body,kpi,value,basis\nx,,y,z,K01,1,\n"
STATED = ["--year", "2025", "--provenance", "panel", "--region", "上海市"]
REFUSED = [
    (["baseline", "import", "faulty.csv", "--name", "x", *STATED], 1),
    (["baseline", "import", str(PANEL), "--name", "illustrative-2025", *STATED], 2),
    (["benchmark", str(WORKBOOK), "--baseline", "not-there"], 2),
    (["account", "add", "No Name", "--role", "administrator"], 2),
    (["account", "import", "accounts.csv"], 1),
]


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("words", "code", "there"),
    [(*item, []) for item in REFUSED] + [(*REFUSED[3], ["none"]), (*REFUSED[3], ["none", "none/of mine"])],
)
def test_a_step_that_fails_makes_no_store(words: list[str], code: int, there: list[str], tmp_path: Path) -> None:
    (tmp_path / "faulty.csv").write_text(FAULTY, "utf-8")
    (tmp_path / "accounts.csv").write_text("账号,显示名称,角色,范围\nx,,nobody,\n", "utf-8")
    for name in there:
        (tmp_path / name).mkdir(mode=0o700)
    before = sorted(tmp_path.rglob("*"))
    call = here(*words, "--store", tmp_path / "none", "--lang", "en", cwd=tmp_path)
    assert call.code == code, call
    assert "stays saved" not in call.err
    assert sorted(tmp_path.rglob("*")) == before


def test_the_folders_above_a_new_store_go_with_it(tmp_path: Path) -> None:
    call = here("account", "add", "No Name", "--role", "administrator", "--store", tmp_path / "a" / "b" / "c")
    assert (call.code, list(tmp_path.iterdir())) == (2, [])


@pytest.mark.campaign
def test_a_store_that_was_there_stays_and_so_does_one_where_something_was_saved(tmp_path: Path) -> None:
    old = made(tmp_path / "old")
    assert here("account", "add", "No Name", "--role", "administrator", "--store", old).code == 2
    assert here("store", "verify", "--store", old).code == 0
    with pytest.raises(ZeroDivisionError):
        _fail(tmp_path / "new", _save_something)
    assert here("store", "verify", "--store", tmp_path / "new").code == 0


@pytest.mark.campaign
@pytest.mark.folder_store("another process opens the folder; of a shared store see tests/store/test_unmaking.py")
def test_a_new_store_that_another_process_has_opened_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[subprocess.Popen[str]] = []

    def closed(store: Store) -> None:
        closing(store)
        if not others:
            others.append(_holder(tmp_path / "new"))

    closing = Store.close
    monkeypatch.setattr(Store, "close", closed)
    with pytest.raises(ZeroDivisionError):
        _fail(tmp_path / "new", lambda _: None)
    [other] = others
    other.communicate("go on\n", timeout=60)
    assert other.returncode == 0
    assert here("store", "verify", "--store", tmp_path / "new").code == 0


def _holder(root: Path) -> subprocess.Popen[str]:
    """A process that has the store open until it is spoken to."""
    words = "from pathlib import Path; from kpi.store.store import Store; import sys\n"
    words += "with Store.open(Path(sys.argv[1])): print('open', flush=True); sys.stdin.readline()"
    other = subprocess.Popen(
        [sys.executable, "-c", words, str(root)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "open\n"
    return other


def _fail(root: Path, after: Callable[[Store], None]) -> None:
    with store_for_a_step(place_of(root)) as store:
        after(store)
        raise ZeroDivisionError


def _save_something(store: Store) -> None:
    with unit_of_work(store, SYSTEM) as change:
        change.audit("account_added", "somebody")
