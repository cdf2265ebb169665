"""Files lie on disk until a page takes them; an account has so much room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.elements.lib.file_uploader_utils import enforce_filename_restriction
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from kpi.services.operation.settings import Limits
from pages.server.uploads import DiskUploads
from tests.campaign import LONG, trial
from tests.pages.websocket_client import fresh_server
from tests.server.crowds import server_pid
from tests.server.http_client import ask, session, signed_in

SMALL = {"UPLOAD_MEGABYTES_PER_ACCOUNT": "20", "UPLOADS_PER_ACCOUNT": "3"}
SLOW = (
    "PUT /_stcore/upload_file/{number}/1 HTTP/1.1\r\nHost: {host}\r\nContent-Length: 900\r\n"
    "Content-Type: multipart/form-data; boundary=x\r\n"
)


@pytest.fixture(scope="module")
def small(copy_of_store: Callable[[], Path]) -> Iterator[tuple[str, Path]]:
    store = copy_of_store()
    with pytest.MonkeyPatch.context() as patched:
        for name, value in SMALL.items():
            patched.setenv(f"KPI_LIMIT_{name}", value)
        with fresh_server(store) as url:
            yield url, store


def _proof(url: str, account: str) -> dict[str, str]:
    xsrf = ask(url, "/_stcore/health").cookies[0].split(";")[0]
    return {"Cookie": f"{signed_in(url, account)}; {xsrf}", "X-Xsrftoken": xsrf.split("=", 1)[1], "Origin": url}


def _put(url: str, number: str, file: int, headers: dict[str, str], size: int) -> int:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    body = head + b"a" * size + b"\r\n--x--\r\n"
    return ask(url, f"/_stcore/upload_file/{number}/{file}", "PUT", kind | headers, body).status


def _memory(pid: int) -> int:
    line = next(item for item in Path(f"/proc/{pid}/status").read_text().splitlines() if item.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


@pytest.mark.campaign
def test_an_account_has_so_much_room_and_gets_it_back(small: tuple[str, Path]) -> None:
    url, store = small
    proof, other = _proof(url, "enterprise"), _proof(url, "reviewer")
    with session(url, proof["Cookie"], "my-account") as number:
        quiet = _memory(server_pid(url))
        assert [_put(url, number, file, proof, 9_000_000) for file in (1, 2, 3)] == [204, 204, 429]
        assert _memory(server_pid(url)) < quiet + 400_000_000
        # Nobody else is kept out, and what is taken back gives room; the same file once more takes none.
        with session(url, other["Cookie"], "my-account") as theirs:
            assert _put(url, theirs, 1, other, 9_000_000) == 204
        assert _put(url, number, 2, proof, 9_000_000) == 204
        assert ask(url, f"/_stcore/upload_file/{number}/1", "DELETE", proof).status == 204
        assert _put(url, number, 3, proof, 9_000_000) == 204
    # On disk without a name: nothing to be found, and nothing left behind.
    assert list((store / "incoming").iterdir()) == []


@pytest.mark.skipif(not LONG, reason="the long form: KPI_CAMPAIGN=1")
def test_the_shipped_limits_stand_a_flood_of_memory(copy_of_store: Callable[[], Path]) -> None:
    with fresh_server(copy_of_store()) as url:
        pid, proof = server_pid(url), _proof(url, "enterprise")
        with session(url, proof["Cookie"], "my-account") as number:
            quiet = _memory(pid)
            taken = [_put(url, number, file, proof, 100_000_000) for file in range(10)].count(204)
            more = (_memory(pid) - quiet) // 1_000_000
    wrong = taken != 2 or more > 400
    trial("flood of memory: ten files of 100 MB, two taken, under 400 MB more", 10, int(wrong))
    assert not wrong, (taken, more)


@pytest.mark.campaign
def test_small_files_have_a_limit_of_number(small: tuple[str, Path]) -> None:
    url, _ = small
    proof = _proof(url, "leader")
    with session(url, proof["Cookie"], "my-account") as number:
        assert [_put(url, number, file, proof, 10) for file in range(4)] == [204, 204, 204, 429]


def test_another_account_neither_sends_to_a_page_nor_takes_back_what_it_holds(small: tuple[str, Path]) -> None:
    url, _ = small
    own, other = _proof(url, "enterprise"), _proof(url, "reviewer")
    with session(url, own["Cookie"], "my-account") as number:
        assert _put(url, number, 1, own, 10) == 204
        assert _put(url, number, 2, other, 10) == 404
        assert ask(url, f"/_stcore/upload_file/{number}/1", "DELETE", other).status == 404
        assert ask(url, f"/_stcore/upload_file/{number}/1", "DELETE", own).status == 204


def test_what_is_kept_is_what_came_and_goes_with_its_session() -> None:
    uploads = DiskUploads("/up", Limits(uploads_per_account=2, upload_megabytes_per_account=1, upload_megabytes=1))
    assert uploads.reserve(("s", "1"), "a", 600_000)
    assert not uploads.reserve(("s", "2"), "a", 600_000)
    assert not uploads.reserve(("t", "1"), "b", 600_000)
    uploads.add_file("s", UploadedFileRec("1", "名.csv", "text/csv", b"bytes"))
    uploads.settle(("s", "1"))
    [kept] = uploads.get_files("s", ["1", "2"])
    assert kept == UploadedFileRec("1", "名.csv", "text/csv", b"bytes")
    assert uploads.get_files("t", ["1"]) == []
    uploads.remove_session_files("s")
    assert uploads.get_files("s", ["1"]) == []
    assert uploads.reserve(("t", "1"), "b", 600_000)


def test_a_nul_in_a_name_is_a_name_that_is_shown_so_and_no_unexpected_error() -> None:
    uploads = DiskUploads("/up", Limits(upload_megabytes_per_account=1))
    uploads.add_file("s", UploadedFileRec("1", "a\0b.csv", "text/csv", b"bytes"))
    [kept] = uploads.get_files("s", ["1"])
    enforce_filename_restriction(kept.name, [".csv"])
    assert kept.name == "a\ufffdb.csv"


def _file(number: str, data: bytes = b"bytes") -> UploadedFileRec:
    return UploadedFileRec(number, "a.csv", "text/csv", data)


def test_one_address_takes_one_file_at_a_time() -> None:
    uploads = DiskUploads("/up", Limits(upload_megabytes_per_account=2))
    assert uploads.reserve(("s", "1"), "a", 1_500_000)
    assert not uploads.reserve(("s", "1"), "a", 10), "many at once would count as one"
    uploads.settle(("s", "1"))
    assert uploads.reserve(("s", "1"), "a", 10)


def test_a_file_that_is_removed_while_it_comes_still_counts() -> None:
    uploads = DiskUploads("/up", Limits(upload_megabytes_per_account=1))
    assert uploads.reserve(("s", "1"), "a", 600_000)
    uploads.remove_file("s", "1")
    assert not uploads.reserve(("s", "2"), "a", 600_000)
    uploads.add_file("s", _file("1"))
    uploads.settle(("s", "1"))
    assert not uploads.reserve(("s", "2"), "a", 600_000)
    uploads.remove_file("s", "1")
    assert uploads.reserve(("s", "2"), "a", 600_000)


def test_the_same_file_once_more_that_fails_leaves_the_first_one_counted() -> None:
    uploads = DiskUploads("/up", Limits(upload_megabytes_per_account=1))
    assert uploads.reserve(("s", "1"), "a", 600_000)
    uploads.add_file("s", _file("1"))
    uploads.settle(("s", "1"))
    assert uploads.reserve(("s", "1"), "a", 10)
    uploads.settle(("s", "1"))
    assert not uploads.reserve(("s", "2"), "a", 600_000), "the first one is there still"


def test_a_file_whose_session_has_ended_meanwhile_is_let_go() -> None:
    uploads = DiskUploads("/up", Limits(uploads_per_account=1))
    assert uploads.reserve(("s", "1"), "a", 10)
    uploads.remove_session_files("s")
    uploads.add_file("s", _file("1"))
    uploads.settle(("s", "1"))
    assert uploads.get_files("s", ["1"]) == []
    assert uploads.reserve(("t", "1"), "a", 10)
