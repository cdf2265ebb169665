"""Check, fix, submit, read: and nothing of another's, nothing without a token, nothing twice."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from kpi import tables
from kpi.access.roles import scope_of
from kpi.api import application as routes
from kpi.api import callers
from kpi.api import rates as request_rates
from kpi.api.application import api_application
from kpi.api.published import PUBLISHED_ROUTES
from kpi.errors import NotFound, StoreUnavailable, UserError
from kpi.intake.read import read
from kpi.model.times import now
from kpi.reports.as_json import check_json
from kpi.services.administrator.accounts import (
    add_token,
    disable_account,
    enable_account,
    list_tokens,
    reset_account,
    revoke_token,
    set_person_duties,
)
from kpi.services.administrator.audit import read_audit
from kpi.services.enterprise.interface import submit_file
from kpi.services.operation.authentication import ANSWERS_KEPT, earlier_answer, viewer_of_token
from kpi.store.store import Store
from tests.api.conftest import headers_of
from tests.either_store import table_rows
from tests.services.sample_store import ADMINISTRATOR, CODE_A, CODE_B, A, file_of
from tests.services.submitting import YEAR, lock_as_it_stands

PROBLEM = "application/problem+json"
GOOD, FAULTY = file_of(CODE_A), file_of(CODE_A, "四十五")


def sent(data: bytes, name: str = "a.csv") -> dict[str, tuple[str, bytes]]:
    return {"file": (name, data)}


def with_key(headers: dict[str, str], key: str = "key-00001") -> dict[str, str]:
    return headers | {"Idempotency-Key": key}


def test_a_file_is_checked_with_the_command_lines_words(client: TestClient, a: dict[str, str]) -> None:
    answer = client.post("/check?lang=en", headers=a, files=sent(FAULTY))
    assert answer.status_code == 200
    assert answer.json() == check_json([read("a.csv", FAULTY)], "en")
    assert any(problem["severity"] == "error" for problem in answer.json()["problems"])


def test_checked_fixed_submitted_and_read(client: TestClient, store: Store, a: dict[str, str]) -> None:
    refused = client.post("/submissions", headers=with_key(a, "first-try"), files=sent(FAULTY))
    assert (refused.status_code, refused.headers["content-type"]) == (422, PROBLEM)
    assert refused.json()["code"] == "file_refused"
    assert refused.json()["problems"]
    assert client.get("/submissions", headers=a).json() == []

    taken = client.post("/submissions", headers=with_key(a), files=sent(GOOD))
    assert (taken.status_code, taken.json()["state"]) == (201, "draft")
    estimate = client.get(f"/results/{CODE_A}/{YEAR}", headers=a).json()
    assert estimate["locked_at"] is None

    lock_as_it_stands(store, A, CODE_A, YEAR)
    assert client.get(f"/submissions/{CODE_A}/{YEAR}", headers=a).json()["state"] == "locked"
    assert [item["state"] for item in client.get("/submissions", headers=a).json()] == ["locked"]
    result = client.get(f"/results/{CODE_A}/{YEAR}", headers=a).json()
    assert result["locked_at"]
    assert len(result["result"]["kpis"]) == 21
    assert not {"worse", "p_value", "percentile"} & result["result"]["kpis"][0].keys()

    again = client.post("/submissions", headers=with_key(a, "after-lock"), files=sent(GOOD))
    assert (again.status_code, again.json()["code"]) == (409, "already_locked")


def test_a_comparison_keeps_nothing_but_that_it_was_asked(client: TestClient, store: Store, a: dict[str, str]) -> None:
    answer = client.post("/benchmark", headers=a, files=sent(GOOD))
    assert answer.status_code == 200
    assert answer.json()["factory"]["credit_code"] == CODE_A
    with store.cursor() as cursor:
        assert tables.applications.drafts(cursor, scope_of(A)) == []
        [(asked,)] = cursor.execute("select count(*) from asked where kind = 'what_if'").fetchall()
    assert asked == 1


def test_nothing_of_another_enterprise(client: TestClient, a: dict[str, str], b: dict[str, str]) -> None:
    client.post("/submissions", headers=with_key(a), files=sent(GOOD))
    for path in (f"/submissions/{CODE_A}/{YEAR}", f"/results/{CODE_A}/{YEAR}"):
        there, nowhere = client.get(path, headers=b), client.get(path.replace(CODE_A, CODE_B), headers=b)
        assert there.status_code == nowhere.status_code == 404
        assert there.text.replace(CODE_A, CODE_B) == nowhere.text
        assert '""' not in there.json()["detail"], "nothing is called nothing"
        assert "“”" not in there.json()["detail"]
    assert client.get("/submissions", headers=b).json() == []
    for path in ("/benchmark", "/submissions"):
        refused = client.post(path, headers=with_key(b, "of-a-rival"), files=sent(GOOD))
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_enterprise")


def test_a_token_may_what_its_person_may(client: TestClient, store: Store, a: dict[str, str]) -> None:
    set_person_duties(store, ADMINISTRATOR, "a", ("check",))
    refused = client.post("/submissions", headers=with_key(a, "of-who-checks"), files=sent(GOOD))
    assert (refused.status_code, refused.json()["code"]) == (403, "duty_needed_fill")
    refused = client.post(f"/reports/{CODE_A}/{YEAR}", headers=a)
    assert (refused.status_code, refused.json()["code"]) == (403, "duty_needed_confirm")
    assert client.get("/submissions", headers=a).json() == []


@pytest.mark.parametrize("account", ["reviewer", "leader", "administrator"])
def test_other_roles_submit_nothing(client: TestClient, store: Store, account: str) -> None:
    headers = headers_of(store, account)
    for path in ("/check", "/benchmark", "/submissions"):
        assert client.post(path, headers=with_key(headers), files=sent(GOOD)).status_code == 404
    assert client.get("/submissions", headers=headers).status_code == 404
    assert client.get(f"/published/{YEAR}?industry=高端装备", headers=headers).status_code == 200


def test_the_published_table_is_the_same_for_everybody(
    client: TestClient, a: dict[str, str], b: dict[str, str]
) -> None:
    asked = f"/published/{YEAR}?industry=高端装备"
    table = client.get(asked, headers=a).json()
    assert table == client.get(asked, headers=b).json()
    assert [row["code"] for row in table["kpis"]] == [f"K{number:02}" for number in range(1, 22)]
    assert {"code", "name", "unit", "basis", "published", "withheld"} == table["kpis"][0].keys()
    assert client.get(f"/published/{YEAR}?industry=无", headers=a).status_code == 404
    assert client.get("/published/1999?industry=高端装备", headers=a).json()["code"] == "no_baseline"


def test_the_published_table_leaves_as_csv_with_a_byte_order_mark_or_without(
    client: TestClient, a: dict[str, str]
) -> None:
    asked = f"/published/{YEAR}/table.csv?industry=高端装备&lang=en"
    whole = client.get(asked, headers=a)
    assert whole.headers["content-type"] == "text/csv; charset=utf-8"
    plain = client.get(f"{asked}&bom=false", headers=a)
    assert whole.content.startswith(codecs.BOM_UTF8)
    assert not plain.content.startswith(codecs.BOM_UTF8)
    head, *rows = list(csv.reader(StringIO(plain.text)))[:22]
    published = client.get(f"/published/{YEAR}?industry=高端装备", headers=a).json()["kpis"]
    assert [row[0].split()[0] for row in rows] == [item["code"] for item in published]
    line = head.index("Published leading line (P80)")
    assert [row[line] for row in rows] == [
        "" if item["published"]["p80"] is None else f"{item['published']['p80']:.15g}" for item in published
    ]
    assert "illustrative" in plain.text
    assert client.get(f"/published/{YEAR}/table.csv?industry=无", headers=a).status_code == 404


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer duibiao_0123456789abcdef", "Basic YTpi", "Bearer \xe9\xe9"])
def test_nothing_without_a_token(client: TestClient, token: str) -> None:
    answer = client.get("/submissions", headers={"Authorization": token.encode("latin-1")} if token else {})
    assert (answer.status_code, answer.json()["code"]) == (401, "api_token_needed")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_ends(store: Store) -> None:
    since = datetime(2026, 3, 2, tzinfo=UTC)
    new = add_token(store, ADMINISTRATOR, "a", 30, "制造执行系统", since)
    accepted = viewer_of_token(store, new.token, "10.0.0.9", since)
    assert accepted == A
    assert accepted.address == f"10.0.0.9 token {new.id}"
    assert viewer_of_token(store, new.token, at=since + timedelta(days=30)) is None
    assert list_tokens(store, ADMINISTRATOR)[0].used_at == since
    revoke_token(store, ADMINISTRATOR, new.id, since)
    assert viewer_of_token(store, new.token, at=since) is None
    another = add_token(store, ADMINISTRATOR, "a", 30, at=since)
    disable_account(store, ADMINISTRATOR, "a", since)
    assert viewer_of_token(store, another.token, at=since) is None
    with pytest.raises(UserError, match="token_of_disabled"):
        add_token(store, ADMINISTRATOR, "a", 30)
    with pytest.raises(NotFound):
        add_token(store, ADMINISTRATOR, "nobody", 30)
    for days in (0, 367):
        with pytest.raises(UserError, match="token_days"):
            add_token(store, ADMINISTRATOR, "b", days)


def test_only_a_hash_is_stored_and_the_trail_names_the_token(client: TestClient, store: Store) -> None:
    new = add_token(store, ADMINISTRATOR, "a", 30)
    headers = {"Authorization": f"Bearer {new.token}"}
    assert client.post("/submissions", headers=with_key(headers), files=sent(GOOD)).status_code == 201
    with store.cursor() as cursor:
        [(everything,)] = cursor.execute("select string_agg(t::varchar, ' ') from api_token t").fetchall()
    assert new.token not in everything
    received = next(act for act in read_audit(store, ADMINISTRATOR, 20).acts if act.action == "file_received")
    assert received.address.endswith(f"token {new.id}")
    assert received.actor == "a"


def test_the_same_key_is_answered_alike_and_done_once(client: TestClient, store: Store, a: dict[str, str]) -> None:
    first = client.post("/submissions", headers=with_key(a), files=sent(GOOD))
    second = client.post("/submissions", headers=with_key(a), files=sent(GOOD))
    assert (second.status_code, second.text) == (201, first.text)
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    with store.cursor() as cursor:
        assert len(tables.applications.uploads(cursor, "a")) == 1
    other = client.post("/submissions", headers=with_key(a), files=sent(file_of(CODE_A, "46")))
    assert (other.status_code, other.json()["code"]) == (422, "api_key_reused")
    missing = client.post("/submissions", headers=a, files=sent(GOOD))
    assert (missing.status_code, missing.json()["code"]) == (400, "api_parameters")


@pytest.mark.campaign
@pytest.mark.parametrize(
    "step", ["applications.add_upload", "applications.accept_draft", "api.keep_api_answer", "audit.add_audit_entry"]
)
def test_a_submission_that_the_store_cannot_take_leaves_nothing(
    step: str, client: TestClient, store: Store, a: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said to have changed nothing has changed nothing, wherever the database went away."""

    def gone(*_given: object) -> None:
        raise StoreUnavailable("database_unreachable", name="x")

    client.get("/submissions", headers=a)  # that the token was used is noted
    before = table_rows(store)
    with monkeypatch.context() as patched:
        patched.setattr(f"kpi.tables.{step}", gone)
        refused = client.post("/submissions", headers=with_key(a), files=sent(GOOD))
    assert (refused.status_code, refused.json()["code"]) == (503, "database_unreachable")
    assert table_rows(store) == before
    taken = client.post("/submissions", headers=with_key(a), files=sent(GOOD))
    assert (taken.status_code, taken.headers.get("idempotency-replayed")) == (201, None)
    with store.cursor() as cursor:
        assert len(tables.applications.uploads(cursor, "a")) == 1


def test_a_key_that_two_processes_answer_at_once_is_no_error(store: Store, a: dict[str, str]) -> None:
    """A caller that waits for no answer sends it again, and another process takes it while the first is at work."""
    processes = [TestClient(api_application(lambda: store), raise_server_exceptions=False) for _ in range(2)]
    answered = list[int]()

    def overtaken(*given: Any) -> tuple[tables.api.KeptAnswer, bool]:
        if not answered:
            answered.append(0)
            answered[0] = processes[1].post("/submissions", headers=with_key(a), files=sent(GOOD)).status_code
        return submit_file(*given)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(routes, "submit_file", overtaken)
        late = processes[0].post("/submissions", headers=with_key(a), files=sent(GOOD))
    again = processes[0].post("/submissions", headers=with_key(a), files=sent(GOOD))
    assert answered == [201]
    for item in (late, again):
        assert (item.status_code, item.headers["idempotency-replayed"]) == (201, "true")
    with store.cursor() as cursor:
        assert len(tables.applications.uploads(cursor, "a")) == 1


def test_tokens_end_for_good_with_a_reset_password_and_with_a_disabled_account(store: Store) -> None:
    """Whoever knew the old password may have had one, which needs no password and outlasts it."""
    since = datetime(2026, 3, 2, tzinfo=UTC)

    def ended(act: Callable[[], Any]) -> Any:
        tokens = [add_token(store, ADMINISTRATOR, "a", 30, at=since).token for _ in range(2)]
        others = add_token(store, ADMINISTRATOR, "b", 30, at=since).token
        before = audit_acts(store)
        done = act()
        enable_account(store, ADMINISTRATOR, "a", since)
        assert [viewer_of_token(store, token, at=since) for token in tokens] == [None, None]
        assert viewer_of_token(store, others, at=since)
        assert all(list_token.revoked_at for list_token in list_tokens(store, ADMINISTRATOR, "a"))
        assert audit_acts(store)[len(before) :].count(("api_token_revoked", "a")) == 2
        return done

    assert ended(lambda: reset_account(store, ADMINISTRATOR, "a", since)).tokens == 2
    assert ended(lambda: disable_account(store, ADMINISTRATOR, "a", since)) == 2

    def disabled_by_an_earlier_release() -> None:
        with store.transaction() as cursor:
            cursor.execute("update account set disabled = true where name = 'a'")

    ended(disabled_by_an_earlier_release)


def audit_acts(store: Store) -> list[tuple[str, str]]:
    with store.cursor() as cursor:
        return [(audit_entry.action, audit_entry.subject) for audit_entry in tables.audit.audit_entries(cursor)]


def test_keys_are_forgotten_after_a_week(store: Store, client: TestClient, a: dict[str, str]) -> None:
    client.post("/submissions", headers=with_key(a, "key-long-ago"), files=sent(GOOD))
    later = now() + ANSWERS_KEPT + timedelta(seconds=1)
    submit_file(store, A, "a.csv", GOOD, "key-of-today", "0" * 64, lambda _: (201, "{}"), later)
    assert earlier_answer(store, A, "key-long-ago") is None
    assert earlier_answer(store, A, "key-of-today") is not None


def test_too_many_calls_wait(client: TestClient, a: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_rates, "CALLS", request_rates.RateLimitItemPerMinute(2))
    monkeypatch.setattr(request_rates, "GUESSES", request_rates.RateLimitItemPerMinute(1))
    assert [client.get("/submissions", headers=a).status_code for _ in range(3)] == [200, 200, 429]
    wait = client.get("/submissions", headers=a).headers["retry-after"]
    assert 1 <= int(wait) <= 60
    guess = {"Authorization": "Bearer duibiao_guessed-guessed-guessed"}
    assert [client.get("/submissions", headers=guess).status_code for _ in range(2)] == [401, 429]


def test_who_tries_tokens_shuts_nobody_else_of_the_address_out(
    client: TestClient, a: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where another system of the same network goes on with a token that has expired."""
    monkeypatch.setattr(request_rates, "GUESSES", request_rates.RateLimitItemPerMinute(1))
    guess = {"Authorization": "Bearer duibiao_guessed-guessed-guessed"}
    assert [client.get("/submissions", headers=guess).status_code for _ in range(2)] == [401, 429]
    assert client.get("/submissions", headers=a).status_code == 200


def test_a_large_or_unmeasured_body_is_refused_unread(
    client: TestClient, a: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "largest_body", lambda: 1000)
    large = client.post("/check", headers=a, files=sent(b"x" * 2000))
    assert (large.status_code, large.json()["code"]) == (413, "api_too_large")
    unmeasured = client.post("/check", headers=a, content=iter([b"x"]))
    assert (unmeasured.status_code, unmeasured.json()["code"]) == (411, "api_length_needed")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/check", 405), ("POST", "/nothing", 404), ("GET", f"/results/{CODE_A}/x", 400), ("POST", "/check", 400)],
)
def test_every_error_is_a_problem(client: TestClient, a: dict[str, str], method: str, path: str, status: int) -> None:
    answer = client.request(method, path, headers=a)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert {"type", "title", "status", "detail", "code", "remedy"} <= answer.json().keys()


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/submissions", "GET, HEAD, POST"),
        ("/check", "POST"),
        ("/results/x/1", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_answered_with_all_that_the_address_takes(
    client: TestClient, a: dict[str, str], path: str, allowed: str
) -> None:
    answer = client.request("DELETE", path, headers=a)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "path",
    ["/submissions", f"/published/{YEAR}/table.csv?industry=高端装备", "/results/x/1", "/check", "/openapi.json"],
)
def test_the_head_of_an_address_is_that_of_its_answer(client: TestClient, a: dict[str, str], path: str) -> None:
    for headers in (a, {}):
        whole, head = client.get(path, headers=headers), client.head(path, headers=headers)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        named = ("content-type", "allow", "www-authenticate", "cache-control")
        assert [head.headers.get(name) for name in named] == [whole.headers.get(name) for name in named]
    whole = client.get("/submissions", headers=a)
    assert client.head("/submissions", headers=a).headers["content-length"] == str(len(whole.content))


@pytest.mark.campaign
def test_what_only_reads_is_no_act_and_notes_at_most_that_the_token_was_used(
    client: TestClient, store: Store, a: dict[str, str]
) -> None:
    assert client.post("/submissions", headers=with_key(a), files=sent(GOOD)).status_code == 201
    acts, tokens = audit_acts(store), list_tokens(store, ADMINISTRATOR)
    known = [*routes.ROUTES.routes, *PUBLISHED_ROUTES.routes]
    paths = [route.path for route in known if isinstance(route, APIRoute) and "GET" in route.methods]
    assert len(paths) == 6
    for path in paths:
        address = path.format(credit_code=CODE_A, year=YEAR) + "?industry=高端装备" * ("published" in path)
        for method in ("HEAD", "GET"):
            answer = client.request(method, address, headers=a)
            assert (answer.status_code, bool(answer.content)) == (200, method == "GET")
    assert (audit_acts(store), list_tokens(store, ADMINISTRATOR)) == (acts, tokens)


def test_a_bug_is_a_problem_with_a_reference(
    client: TestClient, a: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpi.api.application.own_sheets", lambda *_: 1 / 0)
    answer = client.get("/submissions", headers=a)
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert "ZeroDivision" not in answer.text


def test_a_bug_after_an_act_does_not_deny_the_act(
    client: TestClient, a: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpi.api.application.Response", lambda *_args: 1 / 0)
    answer = client.post("/submissions", headers=with_key(a), files=sent(GOOD))
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected_after_saving")
    monkeypatch.setattr("kpi.api.application.own_sheets", lambda *_: 1 / 0)
    assert client.get("/submissions", headers=a).json()["code"] == "unexpected", "that was another call"
