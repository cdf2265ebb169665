"""``kpi document check``: exit 0 for a document within the notice, 1 for one that departs, 2 where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from tests.annex4.documents import application
from tests.cli.command_line import here
from tests.house.tracked import ROOT

EXAMPLE = ROOT / "data" / "samples" / "example-application.xlsx"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("documents")
    (made / "right.docx").write_bytes(application())
    (made / "wrong.docx").write_bytes(application(pictures=9, report=""))
    (made / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(99))
    return made


def test_a_document_within_the_notice_ends_with_0(folder: Path) -> None:
    call = here("document", "check", folder / "right.docx")
    assert (call.code, call.err) == (0, "")
    assert "不符合要求 0 处" in call.out
    assert "不同的配图 10 张" in call.out


def test_a_departing_one_ends_with_1_and_names_what_to_do(folder: Path) -> None:
    call = here("document", "check", folder / "wrong.docx")
    assert call.code == 1
    assert "没有找到第五部分" in call.out
    assert "请补充配图" in call.out
    call = here("document", "check", folder / "old.doc")
    assert (call.code, "另存为 .docx" in call.out) == (1, True)


@pytest.mark.campaign
def test_with_comments_it_is_written_to_another_file(folder: Path) -> None:
    sent = (folder / "wrong.docx").read_bytes()
    call = here("document", "check", folder / "wrong.docx", "--comments", folder / "commented.docx", "--lang", "en")
    assert call.code == 1
    said = [comment.text for comment in Document(str(folder / "commented.docx")).comments]
    assert said
    assert all(line.strip() in call.out for text in said for line in text.splitlines())
    assert here("document", "check", folder / "wrong.docx", "--comments", folder / "wrong.docx").code == 2
    assert (folder / "wrong.docx").read_bytes() == sent
    here("document", "check", folder / "old.doc", "--comments", folder / "none.docx")
    assert not (folder / "none.docx").exists()


def test_as_json_it_is_one_object(folder: Path) -> None:
    call = here("document", "check", folder / "wrong.docx", "--json", "--lang", "en")
    assert call.code == 1
    assert (call.json["name"], call.json["different_pictures"], call.json["parts"]) == ("wrong.docx", 9, [1, 2, 3, 4])
    faults = [item for item in call.json["findings"] if item["severity"] == "fault"]
    assert {fault["code"] for fault in faults} == {"too_few_pictures", "part_missing"}
    assert all(item["message"] and item["remedy"] for item in call.json["findings"])
    assert call.json["pictures"][0]["megapixels"] == 8.0


def test_a_file_that_is_not_there_is_a_wrong_call(folder: Path) -> None:
    call = here("document", "check", folder / "none.docx")
    assert (call.code, call.out) == (2, "")


def test_it_is_compared_with_the_application_where_one_is_named(folder: Path) -> None:
    call = here("document", "check", folder / "right.docx", "--application", EXAMPLE, "--json")
    against = [item["against"]["item"] for item in call.json["findings"] if item["against"]]
    assert "factory_name" in against
    assert call.code == 0
    assert "填报表“工厂名称”" in here("document", "check", folder / "right.docx", "--application", EXAMPLE).out
    assert here("document", "check", folder / "right.docx", "--application", folder / "old.doc").code == 1
