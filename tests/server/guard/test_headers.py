"""Every answer says the same to the browser, whatever was asked for and whoever was refused."""

from __future__ import annotations

import pytest

from pages.server.security_headers import content_security_policy
from pages.session.context import PAGE_ADDRESSES
from tests.conftest import Served
from tests.server.http_client import ask, signed_in

ANSWERED = [
    *((address, 200) for address in sorted(PAGE_ADDRESSES)),
    ("/_stcore/health", 200),
    ("/_stcore/host-config", 200),
    ("/favicon.png", 200),
    ("/static/no-such-file", 200),  # Streamlit's page again
    ("/media/0000.xlsx", 403),
    ("/_stcore/upload_file/a/b", 403),
    ("/account/sign-in", 404),
    ("/no-such-page", 404),
    ("/upload/_stcore/health", 404),
    ("/_stcore/metrics", 404),
    ("/_stcore/agent/openapi.json", 404),
    ("/_stcore/agent/mcp", 404),
    ("/_stcore/bidi-components/a", 404),
    ("/component/a", 404),
    ("/_stcore/script-health-check", 404),
    ("/auth/login", 404),
    ("/oauth2callback", 404),
    ("/app/static/a", 404),
    ("/pages/enterprise/upload.py", 404),
    ("/..%2f..%2fetc/passwd", 404),
    ("//evil.example/", 404),
]


@pytest.mark.parametrize(("path", "status"), ANSWERED)
def test_every_path_answers_as_it_should_with_all_headers(served: Served, path: str, status: int) -> None:
    answer = ask(served.url, path)
    assert answer.status == status
    host = served.url.removeprefix("http://")
    assert answer.headers["content-security-policy"] == content_security_policy(host, secure=False)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "strict-transport-security" not in answer.headers
    if not path.startswith("/static/"):
        assert answer.headers["cache-control"] == "no-store"


def test_the_policy_takes_nothing_from_elsewhere_and_allows_no_script_but_files_and_known_ones() -> None:
    reported = dict(
        part.split(" ", 1) for part in content_security_policy("duibiao.example.org", secure=True).split("; ")
    )
    assert reported["default-src"] == "'self'"
    assert reported["connect-src"] == "'self' wss://duibiao.example.org"
    assert reported["object-src"] == reported["frame-src"] == reported["frame-ancestors"] == "'none'"
    assert (reported["base-uri"], reported["form-action"]) == ("'none'", "'self'")
    scripts = reported["script-src"].split()
    assert scripts[0] == "'self'"
    assert scripts[1:]
    assert all(script.startswith("'sha256-") for script in scripts[1:])
    assert not any(place in content_security_policy("a", secure=True) for place in ("unsafe-eval", "https:", "*"))


def test_files_named_by_their_content_may_be_kept_by_the_browser(served: Served) -> None:
    page = ask(served.url, "/", headers={"Cookie": signed_in(served.url, "leader")}).text
    script = page.split('src="./static/js/index.')[1].split('"')[0]
    answer = ask(served.url, f"/static/js/index.{script}")
    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_behind_tls_the_browser_is_kept_there_and_every_cookie_is_secure(served: Served) -> None:
    answer = ask(served.url, "/_stcore/health", headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["strict-transport-security"] == "max-age=63072000"
    assert "wss://" in answer.headers["content-security-policy"]
    assert [cookie.split("=")[0] for cookie in answer.cookies] == ["_streamlit_xsrf"]
    assert answer.cookies[0].endswith("; Secure")


@pytest.mark.parametrize(("asked", "said"), [("en", "This page does not exist."), ("zh", "未找到该页面")])
def test_an_unknown_address_is_reported_in_the_readers_language(served: Served, asked: str, said: str) -> None:
    for answer in (
        ask(served.url, f"/no-such-page?lang={asked}"),
        ask(served.url, "/no-such-page", headers={"Accept-Language": f"{asked}-XX,fr;q=0.5"}),
    ):
        assert answer.status == 404
        assert said in answer.text
        assert f'lang="{asked}"' in answer.text
    hostile = ask(served.url, "/%3Cscript%3Ealert(1)%3C/script%3E?lang=%22%3E%3Cb%3E")
    assert hostile.status == 404
    assert "<script" not in hostile.text
    assert "<b>" not in hostile.text
