"""Peers' values that nobody can mistake, looked for in everything that an enterprise can get hold of."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import streamlit

from kpi import tables
from kpi.errors import UserError
from kpi.i18n import error_message
from kpi.intake.read import read
from kpi.model.language import Lang
from kpi.model.viewer import Role
from kpi.reports.as_json import check_json
from kpi.reports.as_text import as_text
from kpi.reports.report_file import FORMS, write_report
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import hash_password
from kpi.store.store import Store
from pages.session import app_store
from tests.attacks.rival import CODES, RIVALS, WHOLE, Rival, answer_sheet, counted, planted
from tests.benchmark.panels import INDUSTRY, credit_code
from tests.campaign import LONG, size, tally
from tests.cli.command_line import here
from tests.either_store import copied_store, place_of
from tests.pages.app_runs import all_say_no_conflict, opened, strings, unfolded
from tests.reports.text_extraction import words as words_of
from tests.services.sample_store import AT, PASSWORD, token_of

LANGS: tuple[Lang, ...] = ("zh", "en")
OWN = {code: 42_000.0 if code in WHOLE else 50.0 for code in CODES}
ENTERPRISE_PAGES = ("upload", "answers", "submission", "conditions", "document", "way", "my-account")
DECIMALS = (2, 3, 5)
"""37.41, 37.412 and 37.41287: what an enterprise may see here is whole, or an estimate of one decimal."""
NEEDLES = frozenset(
    needle
    for row in planted()
    for needle in (
        [f"{row.value:.0f}", f"{row.value:,.0f}"]
        if row.kpi in WHOLE
        else [f"{row.value:.{places}f}" for places in DECIMALS]
    )
)
CODE_LENGTH = 18
NUMBER = re.compile(r"\d+(?:,\d{3}(?!\d))*(?:\.\d+)?")
"""As far as it goes, so that none begins within another. What may not stand before it is asked afterwards: asked at
every place of megabytes, it takes most of the work."""
HASH = re.compile(r"[0-9a-f]{32,}(?![0-9A-Za-z])")
"""Of an element, a file, a page: five digits within it may well be those of a value, and say nothing of it. Before it
stands no letter and no digit, which is asked afterwards, too."""
NAMES = frozenset(row.credit_code for row in planted())
BEGINNING = credit_code(0)[:10]
"""Of every credit code here: a text of megabytes is searched for it once, not for each of the codes."""


def found(text: str) -> set[str]:
    """The peers' values and credit codes in a text; numbers as a whole."""
    codes = {text[at.start() : at.start() + CODE_LENGTH] for at in re.finditer(BEGINNING, text)}
    text = HASH.sub(lambda at: at[0] if re.match("[0-9A-Za-z]", text[at.start() - 1 : at.start()]) else "", text)
    if NEEDLES.isdisjoint(NUMBER.findall(text)):
        return codes & NAMES
    # 37.41 is none in 1.37.41.
    numbers = [at for at in NUMBER.finditer(text) if text[at.start() - 1 : at.start()] != "."]
    return ({at[0] for at in numbers} & NEEDLES) | (codes & NAMES)


def opened_up(data: bytes) -> str:
    """A file's bytes as text, with the parts of a zip and the streams of a PDF."""
    texts = [data.decode("utf-8", "replace"), data.decode("gb18030", "replace")]
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as parts:
            texts += [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL) if data[:4] == b"%PDF" else []:
        try:
            texts.append(zlib.decompress(stream).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(texts)


def locked(store: Store, lock: bool) -> Rival:
    rival = Rival.with_account(store, RIVALS[0])
    rival.hand_in(OWN)
    if lock:
        rival.lock()
    return rival


def test_the_search_finds_a_peer_in_every_kind_of_file() -> None:
    """The control on the search itself: one value as text, in a zip's part and in a PDF's stream."""
    value = planted()[0].value
    zipped, text = BytesIO(), f"x={value} y".encode()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/sheet.xml", text)
    pdf = b"%PDF-1.7\nstream\n" + zlib.compress(text) + b"\nendstream"
    for data in (text, zipped.getvalue(), pdf):
        assert found(opened_up(data)) == {repr(value)}
    assert found(f'{{"x":[1.5,{value},2]}}') == {repr(value)}
    assert found(f"{value:.2f} %") == {f"{value:.2f}"}
    whole = next(row.value for row in planted() if row.kpi in WHOLE)
    assert found(f"[{whole:.0f},3] {whole:,.0f}") == {f"{whole:.0f}", f"{whole:,.0f}"}
    assert found(f"{credit_code(7)}") == {credit_code(7)}
    assert found(f"$$ID-{'a' * 13}{whole:.0f}{'b' * 14}-strip") == set()
    assert found(f"{'a' * 13}{whole:.0f}") == {f"{whole:.0f}"}
    assert found(f"1.{value} {value}.{value}") == {repr(value)}
    assert found(f"1.5.{value} .{value}") == set()
    assert found("137.4 41000 0.412 50.000 41,000") == set()


@pytest.mark.parametrize("lock", size([True], [False, True]))
def test_no_answer_and_no_report_of_an_enterprise_holds_a_peers_value(store: Store, lock: bool) -> None:
    rival = locked(store, lock)
    texts = list(rival.shown().values())
    for lang in LANGS:
        texts.append(as_text(rival.result(), lang))
        for form in FORMS:
            texts.append(opened_up(write_report(rival.result(), lang, f"x{form}")))
            texts.append(words_of(rival.result(), lang, form))
    learned = set().union(*map(found, texts))
    tally("attacks: planted values in answers and reports", texts_searched=len(texts), found=len(learned))
    assert learned == set()


@pytest.mark.campaign
def test_the_command_line_gives_no_peers_value_in_the_enterprises_view(frozen: Path, tmp_path: Path) -> None:
    folder = copied_store(frozen, tmp_path / "store")
    file = tmp_path / "own.csv"
    file.write_bytes(answer_sheet(RIVALS[0], OWN))
    texts = []
    for lock in (False, True):
        if lock:
            with Store.open(folder) as store:
                locked(store, lock=True)
        for lang in LANGS:
            asked = ("benchmark", file, "--view", "enterprise", "--lang", lang, "--store", folder)
            for more in ((), ("--json",), ("--report", "out.docx")):
                call = here(*asked, *more, cwd=tmp_path)
                assert call.code == 0, call.err
                texts += [call.out, call.err]
            texts.append(opened_up((tmp_path / "out.docx").read_bytes()))
        texts.append(here("check", file, "--json", cwd=tmp_path).out)
    learned = set().union(*map(found, texts))
    tally("attacks: planted values on the command line", texts_searched=len(texts), found=len(learned))
    assert learned == set()


def test_no_fault_and_no_refusal_holds_a_peers_value(store: Store) -> None:
    """Files with faults of every kind near the peers' values, and everything that is refused."""
    rival, texts = Rival.with_account(store, RIVALS[0]), []
    for values in ({"K01": "101"}, {"K01": "四十"}, {"K10": "5|"}, {"K01": "-3", "K08": "1e9"}, {"K05": "1.5"}, OWN):
        data = answer_sheet(RIVALS[0], values, group=credit_code(3))
        sent = receive_file(store, rival.viewer, "x.csv", data, AT)
        texts += [
            json.dumps(check_json([sent.reading, read("x.csv", data)], lang), ensure_ascii=False) for lang in LANGS
        ]
    for attempt in (lambda: rival.lock(), lambda: rival.reopen(), lambda: rival.change(OWN), lambda: rival.what_if({})):
        texts += refusals(attempt)
    rival.hand_in(OWN)
    rival.lock()
    for attempt in (lambda: rival.lock(), lambda: rival.hand_in(OWN), lambda: rival.change(OWN)):
        texts += refusals(attempt)
    for data in (b"", b"\x00" * 40, b"%PDF-1.7", answer_sheet(credit_code(2), OWN)):
        sent = receive_file(store, rival.viewer, "y.csv", data, AT)
        texts.append(repr(sent))
    learned = set().union(*map(found, texts)) - {credit_code(2), credit_code(3)}
    tally("attacks: planted values in faults and refusals", texts_searched=len(texts), found=len(learned))
    assert learned == set(), "but for the codes that the rival itself wrote"


def refusals(attempt: Callable[[], Any]) -> list[str]:
    try:
        attempt()
    except UserError as refused:
        return [" ".join(error_message(refused, lang)) for lang in LANGS] + [repr(refused.params)]
    except (AssertionError, LookupError, ValueError):
        return []
    return []


# Pages: everything that they send, and the files that they offer.


@pytest.fixture
def sit(copied: Callable[[], Store], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Role], Store]]:
    """The app of this process on a copy of the store; called with a role, it sits its account down."""
    made = copied()
    folder = made.folder.root
    made.close()
    for name, value in place_of(folder).environment.items():
        monkeypatch.setenv(name, value)
    store, tokens = app_store.app_store(), {}
    accounts: tuple[tuple[Role, str], ...] = (("enterprise", RIVALS[0]), ("reviewer", INDUSTRY))
    with store.transaction() as cursor:
        for role, reach in accounts:
            tables.accounts.insert_account(cursor, role, "演示账户", role, (reach,), hash_password(PASSWORD), False, AT)
    for role, _ in accounts:
        tokens[role] = token_of(store, role, None)
    reader: list[Role] = ["enterprise"]
    monkeypatch.setattr("pages.session.context.session_token", lambda: tokens[reader[0]])
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.ip_address", "203.0.113.9")

    def down(role: Role) -> Store:
        reader[0] = role
        return store

    yield down
    store.close()


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[object, bytes]:
    """The files that a page's buttons would have downloaded, each made once: a page that opens its menus runs again.

    To be emptied before the next page.
    """
    files: dict[object, bytes] = {}
    button = streamlit.download_button

    def kept(label: str, data: Any, *args: Any, **more: Any) -> Any:
        name = (label, more["file_name"], more.get("key"))
        if name not in files:
            made = data() if callable(data) else data
            files[name] = made if isinstance(made, bytes) else str(made).encode()
        return button(label, data, *args, **more)

    monkeypatch.setattr(streamlit, "download_button", kept)
    return files


@pytest.mark.campaign
def test_no_page_and_no_download_of_an_enterprise_holds_a_peers_value(
    sit: Callable[[Role], Store], offered: dict[object, bytes]
) -> None:
    store, texts, files = sit("enterprise"), [], set[bytes]()
    rival = Rival.with_account(store, RIVALS[0], "enterprise")
    for lock in (False, True):
        if lock:
            rival.lock()
        else:
            rival.hand_in(OWN)
        for lang in LANGS if LONG else LANGS[: 1 + lock]:
            codes = CODES if LONG else ("K01", "K05", "K10")
            shown = [(page, {}) for page in ENTERPRISE_PAGES] + [("result", {"kpi": code}) for code in codes]
            for page, asked in shown:
                texts += strings(unfolded(opened(page, lang, **asked)))
                files |= set(offered.values())
                offered.clear()
    texts += [opened_up(data) for data in files]
    learned = set().union(*map(found, texts))
    tally("attacks: planted values on pages", strings_searched=len(texts), downloads=len(files), found=len(learned))
    assert len(files) >= 2
    assert learned == set()


def test_a_reviewers_page_holds_them(sit: Callable[[Role], Store]) -> None:
    """The control: the same search where the peers' values belong."""
    rival = Rival.with_account(sit("enterprise"), RIVALS[0], "enterprise")
    rival.hand_in(OWN)
    rival.lock()
    all_say_no_conflict(sit("reviewer"))
    learned = found("\n".join(strings(opened("candidate", "zh", candidate=RIVALS[0], kpi="K01"))))
    tally("attacks: planted values on a reviewer's page (control)", found=len(learned))
    assert len(learned) >= 20
    assert counted(sit("reviewer"), [rival.result().application])[0].kpi("K01").worse
