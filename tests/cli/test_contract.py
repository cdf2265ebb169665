"""How a call is made and how it ends: exit 0 done, 1 the input has errors, 2 wrong call, 3 the store cannot be used."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
import sys
import tracemalloc
from errno import ENOSPC
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from kpi.cli.call import CallSession
from kpi.cli.main import run
from kpi.reports.report_file import FORMS
from kpi.store.folder import DEFAULT_FOLDER
from kpi.store.store import Store
from tests.cli.command_line import ROOT, TABLE, WORKBOOK, content, here, process
from tests.either_store import copied_store

pytestmark = pytest.mark.slow

STATED = ["--year", "2025", "--provenance", "illustrative"]


def faulty(folder: Path) -> Path:
    path = folder / "faulty.csv"
    path.write_text("item,value,basis,before,after,note\ncredit_code,91000000MA9990001X\nyear,2025\nK01,955\n", "utf-8")
    return path


@pytest.mark.campaign
def test_a_process_takes_the_store_from_the_environment_and_speaks_utf8(tmp_path: Path, authority: dict) -> None:
    call = process("benchmark", WORKBOOK, "--json", "--lang", "en", KPI_STORE=str(tmp_path / "new"))
    assert (call.code, call.err) == (0, "")
    assert call.json == authority
    assert "演示企业001（虚构）" in call.out
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


@pytest.mark.campaign
def test_a_process_ends_with_1_for_a_faulty_file_and_2_for_a_wrong_call_and_3_for_no_store(tmp_path: Path) -> None:
    call = process("--json", "--lang", "en", "check", faulty(tmp_path), cwd=tmp_path)
    assert (call.code, {problem["file"] for problem in call.json["problems"]}) == (1, {"faulty.csv"})
    call = process("bench", WORKBOOK, "--lang", "en", cwd=tmp_path)
    assert (call.code, call.out) == (2, "")
    (tmp_path / "file").write_text("no folder")
    call = process("baseline", "list", cwd=tmp_path, KPI_STORE="file")
    assert (call.code, call.out) == (3, "")
    assert "没有数据仓库" in call.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faulty.csv", "file"]


@pytest.mark.campaign
def test_a_process_says_a_chinese_name_where_python_is_set_to_read_ascii(tmp_path: Path) -> None:
    call = process("check", "没有.csv", cwd=tmp_path, PYTHONUTF8="0")
    assert call.code == 2
    assert "“没有.csv”" in call.err


@pytest.mark.parametrize(
    ("words", "said"), [(["--lang", "en"], "See kpi --help."), (["--lang=en"], "See kpi --help."), ([], "用法见")]
)
def test_a_call_that_cannot_be_read_is_answered_in_the_language_it_asked_for(words: list[str], said: str) -> None:
    call = here("store", "verify", "--no-such-option", *words)
    assert call.code == 2
    assert call.err.splitlines()[-1].startswith(said)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--store", "{store}", "--json", "--lang", "en", "baseline", "list"],
        ["baseline", "--store", "{store}", "--json", "--lang", "en", "list"],
        ["baseline", "list", "--store", "{store}", "--json", "--lang", "en"],
        ["--store", "/nowhere", "--lang", "zh", "baseline", "list", "--lang", "en", "--store", "{store}", "--json"],
    ],
    ids=["before", "between", "after", "the later word wins"],
)
def test_options_stand_before_and_after_the_subcommand(store: Path, arguments: list[str]) -> None:
    call = here(*(argument.format(store=store) for argument in arguments))
    assert call.code == 0
    assert [item["name"] for item in call.json["baselines"]] == ["illustrative-2025"]


def test_option_store_outdoes_the_environment_which_outdoes_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_STORE", "/named/by/environment")
    assert CallSession(cwd=ROOT, store_option="/named/by/option").folder == Path("/named/by/option")
    assert CallSession(cwd=Path("/here"), store_option="beside").folder == Path("/here/beside")
    assert CallSession(cwd=ROOT).folder == Path("/named/by/environment")
    monkeypatch.delenv("KPI_STORE")
    assert CallSession(cwd=ROOT).folder == DEFAULT_FOLDER


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout: there is no git to ignore anything")
def test_the_default_store_lies_in_the_project_and_git_ignores_it() -> None:
    assert DEFAULT_FOLDER.parent == ROOT
    assert subprocess.run(["git", "check-ignore", "-q", f"{DEFAULT_FOLDER}/x"], cwd=ROOT, check=False).returncode == 0


def test_languages_speak_their_own(store: Path) -> None:
    zh, en = (here("benchmark", WORKBOOK, "--json", "--store", store, "--lang", lang).json for lang in ("zh", "en"))
    assert here("benchmark", WORKBOOK, "--json", "--store", store).json == zh
    assert zh["kpis"][0]["name"] == "关键设备数控化率"
    assert en["kpis"][0]["name"].isascii()
    assert [kpi["p_value"] for kpi in zh["kpis"]] == [kpi["p_value"] for kpi in en["kpis"]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_template_and_check_create_no_store(tmp_path: Path, lang: str) -> None:
    store = tmp_path / "store"
    assert here("template", "out.xlsx", "--store", store, "--lang", lang, cwd=tmp_path).code == 0
    assert here("check", WORKBOOK, TABLE, "--store", store, "--lang", lang).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.xlsx"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "kpi --help"),
        (["nothing"], "kpi --help"),
        (["check"], "kpi --help"),
        (["check", "{sample}", "--colour"], "kpi --help"),
        (["check", "{tmp}/not-there.xlsx"], "Check its name"),
        (["check", "{tmp}"], "Check its name"),
        (["template", "{tmp}/not-there/out.xlsx"], "folder"),
        (["template", "{tmp}"], ".xlsx"),
        (["template", "{tmp}/out.docx"], ".xlsx"),
        (["benchmark"], "kpi --help"),
        (["benchmark", "{sample}", "--as-of", "2025-02-30"], "kpi --help"),
        (["benchmark", "{sample}", "--view", "public"], "kpi --help"),
        (["benchmark", "{sample}", "--baseline", "not-there"], "Check the name"),
        (["benchmark", "{sample}", "--baseline", "x'; drop table baseline; --"], "Check the name"),
        (["benchmark", "{sample}", "--report", "{tmp}/out.txt"], ".docx"),
        (["benchmark", "{sample}", "--report", "{tmp}/not-there/out.html"], "folder"),
        (["baseline", "show", "not-there"], "Check the name"),
        (["baseline", "import", "{panel}", "--name", "x"], "kpi --help"),
        (["baseline", "import", "{panel}", *STATED, "--name", " ", "--region", "上海市"], "--name"),
        (["baseline", "import", "{panel}", *STATED, "--name", "one\nother", "--region", "上海市"], "--name"),
        (["baseline", "import", "{panel}", *STATED, "--name", "x", "--region", ""], "--region"),
        (["baseline", "import", "{panel}", *STATED, "--name", "x", "--region", "上海市", "--year", "20"], "--year"),
        (["baseline", "import", "{tmp}/no.csv", *STATED, "--name", "x", "--region", "上海市"], "Check its name"),
        (["baseline", "list", "--lang", "fr"], "kpi --help"),
        (["benchmark", "{sample}", "--baseline", ""], "Invalid value for --baseline: ''"),
        (["benchmark", "{sample}", "--report", ""], "--report"),
        (
            ["baseline", "import", "{panel}", *STATED, "--name", "x", "--region", "S", "--industry-size="],
            "--industry-size",
        ),
        (["recommend", "松江区", "--must", "91000000MA9990001E", "--must", ""], "--must"),
        (["account", "add", "a1", "--role", "reviewer", "--oidc", "https://login.example.org", ""], "--oidc"),
        (["serve", "--address", ""], "--address"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_ends_with_2_and_its_remedy(store: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    names = {"sample": WORKBOOK, "tmp": tmp_path, "panel": ROOT / "data" / "baselines" / "illustrative-2025.csv"}
    call = here("--store", store, "--lang", "en", "--json", *(word.format(**names) for word in arguments))
    assert (call.code, len(call.faults)) == (2, 1)
    assert said in call.err
    assert str(tmp_path.parent) not in call.err.replace(str(tmp_path), "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "x", "--jsno"], "没有选项 --jsno。是否想用：--json、--store？"),
        (["nothing"], "没有命令 nothing。"),
        (["check"], "缺少参数 FILE。"),
        (["baseline", "import", "x"], "缺少选项 --name。"),
        (["store", "verify", "a", "b"], "此处不应有：a b。"),
        (["baseline", "import", "x", "--year"], "选项 --year 缺少取值。"),
        (["baseline", "list", "--json=3"], "选项 --json 不带取值。"),
        (["benchmark", "x", "--view", "public"], "--view 的取值 'public' 无效，可取：authority、enterprise。"),
        (["benchmark", "x", "--as-of", "2025-02-30"], "--as-of 的取值 '2025-02-30' 无效，应为日期，如 2026-12-31。"),
        (["serve", "--port", "0"], "--port 的取值 0 无效，应为 1 至 65535 之间的整数。"),
        (["compare", "x", "--seed", "-1"], "--seed 的取值 -1 无效，应为不小于 0 的整数。"),
        (["account", "token", "add", "a", "--days", "x"], "--days 的取值 'x' 无效，应为整数。"),
        (["baseline", "import", "x", "--name", ""], "--name 的取值 '' 无效。"),
        (["baseline", "list", "--store", ""], "--store 的取值 '' 无效。"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_is_answered_in_chinese_unless_it_asks_otherwise(arguments: list[str], said: str) -> None:
    call = here(*arguments)
    assert (call.code, call.out, call.err) == (2, "", f"{said}\n用法见 kpi --help。\n")


def test_what_has_no_answer_is_said_in_json_too_where_that_was_asked_for(tmp_path: Path) -> None:
    call = here("benchmark", "none.csv", "--json", "--lang", "en", cwd=tmp_path)
    problem = {
        "severity": "error",
        "code": "cannot_read",
        **dict.fromkeys(("file", "sheet", "row", "column", "value")),
        "message": 'The file "none.csv" cannot be read.',
        "remedy": "Check its name and permissions.",
    }
    assert (call.code, call.json) == (2, {"problems": [problem]})
    assert call.err == f"{problem['message']}\n{problem['remedy']}\n"
    assert here("--json", "nothing").faults == ["wrong_call"]
    assert here("benchmark", "x", "--json", "--view", "public").faults == ["wrong_call"]
    absent = here("coverage", "--store", tmp_path / "none", "--json")
    assert (absent.code, absent.faults) == (3, ["store_absent"])


def test_help_is_no_fault() -> None:
    assert here("--help").code == here("benchmark", "-h").code == 0


@pytest.mark.parametrize("group", ["", "baseline", "account", "account token", "document", "policy", "notice", "store"])
def test_help_says_of_each_command_its_whole_sentence(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert here(*group.split(), "--help").code == 0
    shown = capsys.readouterr().out
    assert shown.partition("Commands:")[2].rstrip().endswith(".")
    assert "..." not in shown.partition("Commands:")[2]
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.folder_store("its database is a file that can be damaged")
def test_a_damaged_store_ends_with_3_and_its_remedy(store: Path, tmp_path: Path) -> None:
    copied_store(store, tmp_path / "damaged")
    (tmp_path / "damaged" / "duibiao.duckdb").write_bytes(b"no database at all" * 1000)
    before = content(tmp_path)
    call = here("benchmark", WORKBOOK, "--json", "--lang", "en", "--store", tmp_path / "damaged")
    assert (call.code, call.faults) == (3, ["store_damaged"])
    assert "restore a backup" in call.err
    assert content(tmp_path) == before


@pytest.mark.campaign
def test_a_store_changed_behind_its_back_is_found_by_verify(store: Path, tmp_path: Path) -> None:
    copied_store(store, tmp_path / "store")
    call = here("store", "verify", "--json", "--store", tmp_path / "store")
    assert (call.code, call.json["sound"], call.json["baselines"], call.json["originals"]) == (0, True, 1, 1)
    original = next((tmp_path / "store" / "originals").iterdir())
    original.write_bytes(original.read_bytes() + b"\n")
    call = here("store", "verify", "--json", "--lang", "en", "--store", tmp_path / "store")
    assert (call.code, call.json["sound"]) == (3, False)
    assert original.name in call.err


@pytest.mark.parametrize("as_json", [[], ["--json"]], ids=["words", "json"])
def test_benchmark_of_a_faulty_file_tells_what_check_tells_and_leaves_no_trace(tmp_path: Path, as_json: list) -> None:
    path, store = faulty(tmp_path), tmp_path / "store"
    checked, benched = (here(word, path, *as_json, "--store", store) for word in ("check", "benchmark"))
    assert checked.code == benched.code == 1
    assert benched.out == checked.out if as_json else set(benched.out.splitlines()) <= set(checked.out.splitlines())
    assert benched.out
    assert not store.exists()


def test_several_files_are_checked_in_one_call(tmp_path: Path) -> None:
    call = here("check", WORKBOOK, faulty(tmp_path), TABLE, "--json")
    assert call.code == 1
    assert [file["name"] for file in call.json["files"]] == [WORKBOOK.name, "faulty.csv", TABLE.name]
    assert len(call.json["factories"]) >= 2
    assert {problem["file"] for problem in call.json["problems"] if problem["severity"] == "error"} == {"faulty.csv"}
    assert here("check", WORKBOOK, TABLE, "--json").code == 0


@pytest.mark.parametrize("view", ["authority", "enterprise"])
@pytest.mark.parametrize("form", FORMS)
def test_a_report_is_written_in_every_form(store: Path, tmp_path: Path, form: str, view: str) -> None:
    name = f"报告{form}"
    call = here("benchmark", WORKBOOK, "--report", name, "--view", view, "--store", store, cwd=tmp_path)
    assert (call.code, call.err) == (0, "")
    assert name in call.out
    data = (tmp_path / name).read_bytes()
    if form in (".xlsx", ".docx"):
        with ZipFile(BytesIO(data)) as package:
            assert package.testzip() is None
    else:
        assert data.startswith(b"%PDF-" if form == ".pdf" else b"<!DOCTYPE html>")
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.campaign
def test_what_a_call_reads_is_never_written_over(store: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.xlsx"
    mine.write_bytes(WORKBOOK.read_bytes())
    (tmp_path / "link.xlsx").symlink_to(mine)
    for name in ("mine.xlsx", "./mine.xlsx", "link.xlsx"):
        call = here("benchmark", mine, "--report", name, "--json", "--store", store, cwd=tmp_path)
        assert (call.code, call.faults) == (2, ["out_was_read"])
    assert mine.read_bytes() == WORKBOOK.read_bytes()


@pytest.mark.parametrize(
    "words", [["check"], ["benchmark"], ["baseline", "import", *STATED, "--name", "x", "--region", "上海市"]]
)
def test_a_file_beyond_every_limit_is_not_brought_into_memory(store: Path, tmp_path: Path, words: list[str]) -> None:
    """More than a small one, which has loaded by then whatever a call loads."""
    peaks = []
    for name, size in (("small.csv", 100), ("large.csv", 10**9)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
        tracemalloc.start()
        call = here(*words, name, "--json", "--store", store, cwd=tmp_path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (call.code, [item["code"] for item in call.json["problems"]]) == (1, ["too_large"])
    assert call.json["problems"][0]["file"] == "large.csv"
    assert peaks[1] < peaks[0] + 10_000_000


@pytest.mark.parametrize(("address", "code"), [("127.0.0.1", "port_taken"), ("192.0.2.1", "cannot_listen")])
def test_an_app_that_nobody_could_reach_is_not_said_to_be_ready(
    store: Path, address: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "")  # which it sets: no other test should meet it
    with socket.create_server(("127.0.0.1", 0)) as other:
        words = ["--port", other.getsockname()[1], "--address", address]
        call = here("serve", *words, "--json", "--store", store)
    assert (call.code, call.faults) == (2, [code])


def test_a_template_goes_over_a_template_and_never_over_a_filled_one(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    out.touch()
    for lang in ("zh", "en", "zh"):
        assert here("template", "out.xlsx", "--lang", lang, cwd=tmp_path).code == 0
    out.write_bytes(WORKBOOK.read_bytes())
    call = here("template", "out.xlsx", "--json", cwd=tmp_path)
    assert (call.code, call.faults) == (2, ["out_would_be_lost"])
    assert out.read_bytes() == WORKBOOK.read_bytes()


@pytest.mark.campaign
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_that_cannot_be_written_ends_with_2_and_its_remedy() -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "kpi", "check", str(TABLE), "--lang", "en"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=240,
            check=False,
        )
    assert (ended.returncode, ended.stderr.decode().splitlines()[0]) == (2, '"stdout" cannot be written.')


def test_a_full_disk_ends_with_3_and_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    call = here("benchmark", WORKBOOK, "--json", "--lang", "en", "--store", tmp_path / "store")
    assert (call.code, call.faults) == (3, ["store_full"])
    assert "free space" in call.err


@pytest.mark.parametrize(
    "words", [["restore", "kept"], ["upgrade"], ["migrate-to", "postgresql://h/d", "--files", "f"]]
)
def test_what_would_replace_a_served_store_says_that_the_app_must_be_stopped(
    store: Path, tmp_path: Path, words: list[str]
) -> None:
    with Store.open(copied_store(store, tmp_path / "served")) as served:
        session = CallSession(cwd=tmp_path, serving=served)
        run(["store", *words, "--lang", "en"], session)
    assert (session.code, session.out) == (3, [])
    assert "Stop the app first" in session.err[0]


def test_a_user_without_a_name_goes_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container, where nothing says who a number is."""
    assert CallSession(cwd=ROOT).user == getpass.getuser()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)

    def unknown(uid: int) -> None:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.setattr("pwd.getpwuid", unknown)
    assert CallSession(cwd=ROOT).user == str(os.getuid())
