"""``kpi account``: the machine's own way to keep accounts, the first administrator's among them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docx import Document
from pyotp import TOTP

from kpi import tables
from kpi.cli import relay
from kpi.cli.call import CallSession
from kpi.cli.main import run
from kpi.errors import NotFound
from kpi.model.audit import AuditEntry
from kpi.model.times import now
from kpi.services.administrator.accounts import list_accounts
from kpi.services.operation.authentication import SignedIn, change_password, set_up_second_factor, sign_in, viewer_of
from kpi.services.operation.second_factor import new_seed
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.cli.command_line import ROOT, Call, content, here, process
from tests.either_store import copied_store

pytestmark = pytest.mark.slow

LONG = "magnet violin 47 oatmeal"
CODE = credit_code(8_000_001)
ADMINISTRATOR = ["add", "chief", "--role", "administrator"]


@pytest.fixture
def own(store: Path, tmp_path: Path) -> Path:
    """A store to change."""
    return copied_store(store, tmp_path / "own")


def call(own: Path, *words: str, lang: str = "en") -> Call:
    return here("account", *words, "--lang", lang, "--store", own)


def acts(own: Path) -> list[AuditEntry]:
    with Store.open(own) as store, store.cursor() as cursor:
        return [act for act in tables.audit.audit_entries(cursor) if act.action != "baseline_frozen"]


def test_the_first_administrator_signs_in_with_the_printed_password_and_must_change_it(own: Path) -> None:
    said = call(own, *ADMINISTRATOR)
    assert (said.code, said.err) == (0, "")
    [password] = [word.rpartition("：")[2] for word in said.out.split() if word.count("-") == 3]
    with Store.open(own) as store:
        signed_in = sign_in(store, "chief", password)
        assert isinstance(signed_in, SignedIn)
        viewer = viewer_of(store, signed_in.token)
        assert (viewer.role, viewer.must_change) == ("administrator", True)
        with pytest.raises(NotFound):
            list_accounts(store, viewer)
        change_password(store, viewer, password, LONG, signed_in.token)
        viewer = viewer_of(store, signed_in.token)
        with pytest.raises(NotFound):  # and then its second factor is to be set up
            list_accounts(store, viewer)
        seed = new_seed()
        set_up_second_factor(store, viewer, seed, TOTP(seed).at(now()), LONG, signed_in.token)
        assert [account.viewer.account for account in list_accounts(store, viewer_of(store, signed_in.token))] == [
            "chief"
        ]


ROWS = (
    "账号,显示名称,身份,权限范围",
    f"mill,演示企业（虚构）,企业,{CODE}",
    "dora,演示评审（虚构）,评审,汽车；高端装备",
)


def test_accounts_of_a_file_are_added_together_and_their_passwords_printed_or_written_to_a_sheet(
    own: Path, tmp_path: Path
) -> None:
    file = tmp_path / "名单.csv"
    file.write_text("\n".join(ROWS), "utf-8")
    would = call(own, "import", str(file), "--check", "--json").json["accounts"]
    assert [(item["name"], item["role"], item["scope"]) for item in would] == [
        ("mill", "enterprise", [CODE]),
        ("dora", "reviewer", ["汽车", "高端装备"]),
    ]
    assert call(own, "list", "--json").json["accounts"] == []
    given = call(own, "import", str(file), "--json").json
    assert (given["sheet"], [item["name"] for item in given["accounts"]]) == (None, ["mill", "dora"])
    with Store.open(own) as store:
        assert isinstance(sign_in(store, "mill", given["accounts"][0]["password"]), SignedIn)
    file.write_text("\n".join([ROWS[0], "chief,演示管理员（虚构）,管理员,"]), "utf-8")
    out = tmp_path / "passwords.docx"
    said = call(own, "import", str(file), "--sheet", str(out))
    assert (said.code, "chief" in said.out, out.stat().st_mode & 0o777) == (0, False, 0o600)
    assert len(Document(str(out)).tables[0].rows) == 1
    assert acts(own)[-2].action == "accounts_imported"
    file.write_text("\n".join([ROWS[0], "other,演示管理员（虚构）,管理员,"]), "utf-8")
    kept = out.read_bytes()
    assert call(own, "import", str(file), "--sheet", str(out)).code == 2, "the first sheet's passwords are kept nowhere"
    assert out.read_bytes() == kept
    assert "other" not in [item["name"] for item in call(own, "list", "--json").json["accounts"]]


def test_a_file_of_accounts_with_any_fault_adds_none_and_each_fault_is_named(own: Path, tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_text("\n".join([*ROWS, "emil,演示（虚构）,评审,没有的行业"]), "utf-8")
    said = call(own, "import", str(file), "--json")
    assert (said.code, [(item["row"], item["code"]) for item in said.json["problems"]]) == (
        1,
        [(4, "scope_does_not_fit")],
    )
    plain = call(own, "import", str(file))
    assert (plain.code, plain.out.startswith("Row 4:"), "no account was added" in plain.err) == (1, True, True)
    assert call(own, "import", str(file), "--sheet", "out.txt").code == 2
    file.write_bytes(b"")
    assert call(own, "import", str(file)).code == 1
    assert call(own, "list", "--json").json["accounts"] == []


def test_every_command_in_json(own: Path) -> None:
    words = ["add", "mill", "--role", "enterprise", "--display", "演示企业（虚构）", "--scope", CODE]
    added = call(own, *words, "--oidc", "https://login.example", "subject", "--json").json
    assert set(added) == {"name", "password"}
    assert call(own, "disable", "mill", "--json").json == {"name": "mill", "changed": True, "tokens_revoked": 0}
    assert call(own, "disable", "mill", "--json").json == {"name": "mill", "changed": False, "tokens_revoked": 0}
    expected = {
        "name": "mill",
        "display": "演示企业（虚构）",
        "role": "enterprise",
        "scope": [CODE],
        "conflicts": [],
        "disabled": True,
        "demonstration": False,
        "second_factor": False,
        "oidc": ["https://login.example", "subject"],
    }
    assert call(own, "list", "--json").json == {"accounts": [expected]}
    assert call(own, "enable", "mill", "--json").json == {"name": "mill", "changed": True}
    call(own, "token", "add", "mill")
    assert "1 个接口令牌已同时吊销" in call(own, "reset", "mill", lang="zh").out
    token = call(own, "token", "add", "mill", "--json").json["id"]
    again = call(own, "reset", "mill", "--json").json
    assert call(own, "token", "revoke", token, "--json").json == {"id": token, "changed": False}
    assert "已经吊销" in call(own, "token", "revoke", token, lang="zh").out
    assert call(own, "token", "list", "mill", "--json").json["tokens"][0]["id"] == token
    mistyped = call(own, "token", "list", "mil")
    assert (mistyped.code, mistyped.out) == (2, "")
    assert again["password"] != added["password"]
    assert again["tokens_revoked"] == 1
    assert call(own, "list", "--json").json == {"accounts": [expected | {"disabled": False}]}
    done = ["account_added", "account_disabled", "account_enabled"]
    done += ["api_token_added", "password_reset", "api_token_revoked"] * 2
    assert [(act.action, act.subject, act.address) for act in acts(own)] == [(item, "mill", "console") for item in done]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_in_words(own: Path, lang: str) -> None:
    twice = (["disable", "chief"], ["disable", "chief"], ["list"], ["enable", "chief"], ["enable", "chief"])
    for words in (ADMINISTRATOR, *twice, ["reset", "chief"]):
        said = call(own, *words, lang=lang)
        assert (said.code, said.err) == (0, "")
        assert "chief" in said.out
        assert "administrator" in said.out or words[0] != "list"


@pytest.mark.parametrize(
    "words",
    [
        ["add", "chief"],
        ["add", "--role", "administrator"],
        ["add", "chief", "--role", "root"],
        ["add", "Chief", "--role", "administrator"],
        ["add", "duibiao", "--role", "administrator"],
        ["add", "chief", "--role", "administrator", "--scope", "汽车"],
        ["add", "mill", "--role", "enterprise"],
        ["add", "mill", "--role", "enterprise", "--scope", CODE[:17] + "?"],
        ["disable", "nobody"],
        ["enable", "nobody"],
        ["reset", "nobody"],
        ["remove-second-factor", "nobody"],
        ["reset"],
        ["lock", "chief"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_ends_with_2_and_words_and_changes_nothing(own: Path, words: list[str]) -> None:
    before = acts(own)
    for lang in ("zh", "en"):
        said = call(own, *words, "--json", lang=lang)
        assert (said.code, len(said.faults)) == (2, 1)
        assert said.err.strip()
        assert "Traceback" not in said.err
    assert acts(own) == before == []


def test_a_name_is_given_once(own: Path) -> None:
    assert call(own, *ADMINISTRATOR).code == 0
    said = call(own, *ADMINISTRATOR)
    assert (said.code, said.out) == (2, "")
    assert "chief" in said.err


def test_the_trail_names_who_calls_also_through_the_app_that_serves(own: Path) -> None:
    with Store.open(own) as store:
        stop = relay.listen(store, run)
        try:
            session = CallSession(cwd=ROOT, user="li.lei")
            assert relay.forward(store.folder, ["account", *ADMINISTRATOR, "--json", "--store", str(own)], session)
            assert session.code == 0
            password = json.loads("".join(session.out))["password"]
            assert isinstance(sign_in(store, "chief", password), SignedIn)
        finally:
            stop()
    done = [(act.actor, act.role, act.address, act.action) for act in acts(own)]
    assert done[0] == ("console:li.lei", "administrator", "console", "account_added")


@pytest.mark.campaign
def test_a_password_is_printed_once_and_kept_nowhere(own: Path) -> None:
    said = process("account", *ADMINISTRATOR, "--json", "--store", own)
    assert (said.code, said.err) == (0, "")
    password = said.json["password"].encode()
    assert content(own)
    assert not [path for path in own.rglob("*") if path.is_file() and password in path.read_bytes()]


def test_a_second_factor_that_is_lost_is_removed(own: Path) -> None:
    password = call(own, *ADMINISTRATOR, "--json").json["password"]
    with Store.open(own) as store:
        signed_in = sign_in(store, "chief", password)
        assert isinstance(signed_in, SignedIn)
        viewer = viewer_of(store, signed_in.token)
        change_password(store, viewer, password, LONG, signed_in.token)
        seed = new_seed()
        set_up_second_factor(store, viewer_of(store, signed_in.token), seed, TOTP(seed).at(now()), LONG)
    assert call(own, "list", "--json").json["accounts"][0]["second_factor"] is True
    assert call(own, "remove-second-factor", "chief", "--json").json == {"name": "chief", "second_factor": False}
    assert call(own, "remove-second-factor", "chief").code == 2
    with Store.open(own) as store:
        assert isinstance(sign_in(store, "chief", LONG), SignedIn)
