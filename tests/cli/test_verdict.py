"""``kpi verdict check``: exit 0 where nothing contradicts the record, 1 where a word does not follow or it is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kpi import tables
from kpi.i18n.texts import load_texts
from kpi.model.language import Lang
from kpi.store.store import Store
from tests.benchmark.test_record_check import ROOM_SHOWN, third, third_kpi
from tests.cli.command_line import content, here
from tests.either_store import copied_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "record.json").write_text(third(), "utf-8")
    (tmp_path / "second.json").write_text(second(), "utf-8")
    (tmp_path / "wrong.json").write_text(third(third_kpi("K08", "leading", ("records", 30, 31, 40))), "utf-8")
    return tmp_path


def second() -> str:
    """The same as version 2 would have sealed it: one test of each KPI, and nothing of the clause's terms."""
    record = json.loads(third())
    for kpi in record["kpis"]:
        for name in ("tests", "room", "at_ceiling"):
            del kpi[name]
    for name in ("clause_at_least", "clause_coverage", "may_leave"):
        del record["policy"][name]
    return json.dumps(record | {"method": 2})


def test_a_sealed_record_is_taken_out_for_a_purpose_and_checked_by_whoever_is_given_it(
    demonstration: Path, tmp_path: Path
) -> None:
    """The trail has who took it, what for, and its hash; the check needs neither store nor account."""
    copied_store(demonstration, tmp_path / "s")
    with Store.open(tmp_path / "s") as store, store.cursor() as cursor:
        sealed = tables.applications.sealed_records(cursor)[0]
    of = (sealed.credit_code, sealed.year, "--store", tmp_path / "s", "--lang", "en")
    refused = here("verdict", "record", *of, "--out", tmp_path / "none", "--purpose", " ")
    assert (refused.code, (tmp_path / "none").exists()) == (2, False)
    taken = here("verdict", "record", *of, "--out", tmp_path / "out", "--purpose", "objection 7")
    assert (taken.code, taken.err) == (0, "")
    written, certificate = sorted((tmp_path / "out").iterdir())
    assert written.read_text("utf-8") == sealed.record
    checked = here("verdict", "check", written, "--store", tmp_path / "nowhere")
    assert (checked.code, checked.err) == (0, "")
    assert sealed.sha256 in checked.out
    (tmp_path / "keys.json").write_text(here("store", "keys", "--store", tmp_path / "s").out)
    certified = here("certificate", certificate, "--keys", tmp_path / "keys.json", "--of", written, "--json")
    assert (certified.code, certified.json["same"], certified.json["kind"]) == (0, True, "verdict")
    with Store.open(tmp_path / "s") as store, store.cursor() as cursor:
        [last] = tables.audit.latest_audit_entries(cursor, 1)
    assert (last.action, last.subject) == ("file_downloaded", f"{sealed.credit_code} {sealed.year}")
    assert json.loads(last.after or "{}")["purpose"] == "objection 7"


def test_a_record_whose_words_follow_ends_with_0_and_needs_no_store(folder: Path) -> None:
    before = content(folder)
    call = here("verdict", "check", "record.json", "--store", folder / "none", cwd=folder)
    assert (call.code, call.err) == (0, "")
    assert "成立 9 项；与记录相符但仅凭记录不能确定 0 项；不成立 0 项。" in call.out
    assert content(folder) == before


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_record_alone_cannot_show_is_said_with_its_reason(folder: Path, lang: Lang) -> None:
    call = here("verdict", "check", "second.json", "--lang", lang, cwd=folder)
    assert (call.code, call.err) == (0, "")
    texts = load_texts(lang)
    assert texts["cli.verdict.lacks.siblings"] in call.out
    assert texts["cli.verdict.beyond"] in call.out
    assert texts["cli.verdict.standing.may_follow"] in call.out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_word_that_does_not_follow_ends_with_1_and_says_what_does(folder: Path, lang: Lang) -> None:
    call = here("verdict", "check", "wrong.json", "--lang", lang, cwd=folder)
    assert (call.code, call.err) == (1, "")
    assert load_texts(lang)["cli.verdict.fault.word_differs"] in call.out
    assert load_texts(lang)["verdict.undecided.word"] in call.out


def test_as_json_it_is_one_object(folder: Path) -> None:
    call = here("verdict", "check", "wrong.json", "--json", "--lang", "en", cwd=folder)
    assert (call.code, call.json["follows"], call.json["method"]) == (1, False, 3)
    k08 = next(item for item in call.json["kpis"] if item["code"] == "K08")
    assert (k08["recorded"], k08["possible"], k08["standing"]) == ("leading", ["undecided"], "does_not_follow")
    assert [item["code"] for item in k08["faults"]] == ["word_differs"]
    [test] = k08["tests"]
    assert (test["unit"], test["worse"], test["n"]) == ("records", 30, 40)
    assert test["p_value"]["again"] == pytest.approx(test["p_value"]["recorded"])
    assert (call.json["clause"]["recorded"], call.json["clause"]["possible"]) == ("met", ["undecided"])


def test_the_tests_of_the_best_value_are_shown_beside_the_others(folder: Path) -> None:
    room = {"tests": [ROOM_SHOWN], "ruling": "open"}
    kpi = third_kpi("K11", "undecided", ("records", 10, 10, 40), room=room, reasons=["start_unproven"])
    (folder / "start.json").write_text(third(kpi, clause="undecided"), "utf-8")
    call = here("verdict", "check", "start.json", "--lang", "en", cwd=folder)
    assert call.code == 0
    assert call.out.count("Best value from the start. Enterprises: 20 of 40 below") == 1


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{}", b'{"problems": []}'])
def test_what_is_no_record_ends_with_1(folder: Path, data: bytes) -> None:
    (folder / "other.json").write_bytes(data)
    call = here("verdict", "check", "other.json", "--json", "--lang", "en", cwd=folder)
    assert (call.code, call.faults) == (1, ["no_sealed_record"])


def test_what_a_terminal_should_not_be_sent_is_shown_as_its_number(folder: Path) -> None:
    record = json.loads(third())
    record["baseline"]["name"] = "\x1b[2J"
    (folder / "odd.json").write_text(json.dumps(record), "utf-8")
    call = here("verdict", "check", "odd.json", cwd=folder)
    assert (call.code, "\x1b" in call.out, "\\u001b" in call.out) == (0, False, True)


def test_a_file_that_is_not_there_is_a_wrong_call(folder: Path) -> None:
    assert here("verdict", "check", "none.json", cwd=folder).code == 2
