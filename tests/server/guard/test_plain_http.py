"""What anybody may try with bare HTTP: odd methods, folders, two lengths, another origin, a way to elsewhere."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.web.server.starlette.starlette_routes import create_media_routes

from tests.conftest import Served
from tests.server.http_client import FORM, ask, form, signed_in


@pytest.mark.parametrize("path", ["/", "/result", "/livez", "/metrics", "/api/v1/check"])
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH"])
def test_methods_that_nothing_needs_are_refused(served: Served, method: str, path: str) -> None:
    answer = ask(served.url, path, method, {"X-Planted": "planted"})
    assert answer.status == 405
    assert "planted" not in answer.text


@pytest.mark.parametrize(
    "path", ["/static", "/static/js", "/media/", "/.git/config", "/.streamlit/config.toml", "/logs"]
)
def test_no_folder_is_listed_and_no_file_beside_the_pages_is_served(served: Served, path: str) -> None:
    answer = ask(served.url, path, headers={"Cookie": signed_in(served.url, "leader")})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for found in ("Index of", "index.js", "repositoryformatversion", "maxUploadSize", "duibiao.jsonl"):
        assert found not in answer.text


@pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/api/v1/openapi.json", "/no-such-page", "/media/a"])
def test_an_answer_says_its_type_and_characters(served: Served, path: str) -> None:
    kind, _, characters = ask(served.url, path).headers["content-type"].partition("; ")
    assert characters == "charset=utf-8" if kind.startswith("text/") else kind == "application/json"


def test_no_other_origin_is_let_in(served: Served) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/api/v1/openapi.json", "/static/no-such-file"):
        for method in ("GET", "OPTIONS"):
            headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
            assert "access-control-allow-origin" not in ask(served.url, path, method, headers).headers


def test_a_request_has_one_length(served: Served) -> None:
    hidden = b"0\r\n\r\nGET /livez HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    chunked = [b"Content-Length: %d" % len(hidden), b"Transfer-Encoding: chunked"]
    # By the chunks, as the standard has it: what follows is a request of its own, and guarded as one.
    assert _said(served, chunked, hidden)[:2] == [303, 400]
    assert _said(served, [b"Content-Length: 5", b"Content-Length: 6"], b"abcdef") == [400]
    assert _said(served, [b"Transfer-Encoding: chunked, identity"], b"abcdef") in ([400], [501])


def _said(served: Served, lengths: list[bytes], body: bytes) -> list[int]:
    place = urlsplit(served.url)
    lines = [b"POST /account/sign-in HTTP/1.1", b"Host: " + place.netloc.encode(), *lengths, b"", body]
    with socket.create_connection((place.hostname or "", place.port or 0), 60) as line:
        line.sendall(b"\r\n".join(lines))
        line.shutdown(socket.SHUT_WR)
        heard = b"".join(iter(lambda: line.recv(65536), b""))
    return [int(head.split(b" ")[0]) for head in heard.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize(
    "page", ["https://evil.example", "//evil.example", "/\\evil.example", "coverage\r\nX-Planted: 1"]
)
def test_a_form_sends_nobody_elsewhere(served: Served, page: str) -> None:
    body = form(served.url, account="leader", secret_word="demo-leader", reader_page=page)
    answer = ask(served.url, "/account/sign-in", "POST", FORM, body)
    assert (answer.status, answer.headers["location"]) == (303, "/?lang=en")
    assert "x-planted" not in answer.headers


@pytest.mark.parametrize("name", ['a".html', "a\r\nX-Planted: 1.csv", "表格;/..\\.csv", "plain.csv"])
def test_a_files_name_changes_no_header(name: str) -> None:
    kept = MemoryMediaFileStorage("/media")
    number = kept.load_and_get_id(b"x", "text/csv", MediaFileKind.DOWNLOADABLE, name)
    answer = TestClient(Starlette(routes=create_media_routes(kept, ""))).get(kept.get_url(number))
    assert answer.status_code == 200
    assert "x-planted" not in answer.headers
    said = answer.headers["content-disposition"].removeprefix("attachment; ")
    assert (
        said == 'filename="plain.csv"' if name == "plain.csv" else not set(said.partition("''")[2]) & set('";/\\\r\n ')
    )
