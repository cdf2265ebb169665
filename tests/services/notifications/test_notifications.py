"""Word goes out: to whom it concerns, once, through a mail server that comes and goes; and it says nothing of what."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kpi import tables
from kpi.access.passwords import FREE
from kpi.errors import NotFound, UserError
from kpi.model.programme import YearDates
from kpi.model.times import SHANGHAI
from kpi.model.viewer import Viewer
from kpi.reports.messages import confirmation_words, mail_foot, message_words
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.enterprise.documents import answer_enquiry, own_enquiries
from kpi.services.enterprise.lock import reopen_application
from kpi.services.notifications.channels import Channels, MailServer, NotDelivered, channels_of, is_mail_address
from kpi.services.notifications.days import near, raise_days
from kpi.services.notifications.inbox import mark_inbox_read, own_event, own_inbox
from kpi.services.notifications.preferences import (
    choose_notifications,
    confirm_notification_address,
    own_kinds,
    own_notification_settings,
    set_notification_address,
)
from kpi.services.notifications.raising import next_digest
from kpi.services.notifications.sending import MOST_ATTEMPTS, Writer, outbox, send_again, send_due, wait_after
from kpi.services.operation.settings import settings_from
from kpi.services.operation.verification import verify_store
from kpi.services.reviewer.evidence import ask_enterprise
from kpi.store.store import Store
from tests.conftest import _free_port
from tests.services.account_asking import asked
from tests.services.notifications.mail_server import (
    SENDER,
    Mailbox,
    mail_server,
    make_certificate,
    send_by_mail_to,
    words_of,
)
from tests.services.sample_store import (
    ADMINISTRATOR,
    AT,
    CODE_A,
    EVERYBODY,
    LEADER,
    OTHER_LEADER,
    OTHER_REVIEWER,
    REVIEWER,
    A,
    B,
)
from tests.services.submitting import locked, say_no_conflict

YEAR = 2025
WRITER = Writer(message_words, mail_foot)
LINKS_TO = "https://duibiao.example"
QUESTION = "请说明生产效率 45.678 的口径（张三 13800000000）"


@pytest.fixture
def candidate(store: Store) -> Store:
    locked(store, A, CODE_A)
    say_no_conflict(store)
    return store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("mail")
    make_certificate(made)
    return made


@pytest.fixture
def mailbox(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
    return Mailbox()


@pytest.fixture
def listening(folder: Path, mailbox: Mailbox) -> Iterator[Channels]:
    with mail_server(folder, mailbox, _free_port()) as server:
        yield Channels(LINKS_TO, server)


def kinds(store: Store, viewer: Viewer) -> list[str]:
    return [item.kind for item in own_inbox(store, viewer)]


def test_an_act_concerns_whom_it_reaches_and_nobody_else(candidate: Store) -> None:
    assert kinds(candidate, LEADER) == ["locked"]
    assert kinds(candidate, REVIEWER) == ["locked"]
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", QUESTION, AT)
    answer_enquiry(candidate, A, own_enquiries(candidate, A)[0].id, "按单位工时", at=AT + timedelta(minutes=1))
    reopen_application(candidate, A, CODE_A, YEAR, "更正", AT + timedelta(minutes=2))
    assert kinds(candidate, A) == ["question_asked"]
    assert kinds(candidate, REVIEWER) == ["reopened", "question_answered", "locked"]
    assert kinds(candidate, LEADER) == ["reopened", "locked"]
    for stranger in (B, OTHER_REVIEWER, OTHER_LEADER):
        assert kinds(candidate, stranger) == []
    assert verify_store(candidate).sound


def test_what_happens_often_is_one_line_until_it_is_read(candidate: Store) -> None:
    for minute in range(3):
        ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", f"{QUESTION}{minute}", AT + timedelta(minutes=minute))
    [item] = own_inbox(candidate, A)
    assert (item.count, item.credit_code, item.unread) == (3, "", True)
    mark_inbox_read(candidate, A, AT + timedelta(minutes=1))
    assert [(item.count, item.unread) for item in own_inbox(candidate, A)] == [(1, True), (2, False)]


def test_a_request_for_an_account_concerns_its_district_and_who_keeps_accounts(store: Store) -> None:
    asked(store)
    assert kinds(store, ADMINISTRATOR) == ["account_requested"]
    assert kinds(store, LEADER) == ["account_requested"]
    assert kinds(store, OTHER_LEADER) == []


def test_a_step_that_fails_has_said_nothing(candidate: Store) -> None:
    with pytest.raises(NotFound):
        ask_enterprise(candidate, OTHER_REVIEWER, CODE_A, YEAR, "K08", QUESTION, AT)
    with pytest.raises(UserError):
        ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", "", AT)
    assert kinds(candidate, A) == []


def test_a_message_says_that_there_is_something_and_where(
    candidate: Store, listening: Channels, mailbox: Mailbox
) -> None:
    address = send_by_mail_to(candidate, A, listening, mailbox, at=AT)
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", QUESTION, AT)
    assert send_due(candidate, listening, WRITER, AT) == 1
    assert send_due(candidate, listening, WRITER, AT + timedelta(days=1)) == 0
    [message] = mailbox.of(address)
    assert mailbox.encrypted == [True, True]
    assert message["From"] == SENDER
    said = words_of(message)
    [link] = [line for line in said.splitlines() if line.startswith(f"{LINKS_TO}/submission?lang=zh&event=")]
    about = own_event(candidate, A, link.rpartition("=")[2])
    assert about
    assert (about.page, about.credit_code, about.year) == ("submission", CODE_A, YEAR)
    assert own_event(candidate, B, about.id) is None
    assert "2025" in said
    for planted in ("45.678", "张三", "13800000000", CODE_A, A.name, REVIEWER.name, "口径", "K08"):
        assert planted not in said


def test_nothing_is_sent_before_an_address_is_confirmed_and_none_without_a_server(
    candidate: Store, listening: Channels, mailbox: Mailbox
) -> None:
    with pytest.raises(UserError, match="mail_not_configured"):
        set_notification_address(candidate, A, "a@firm.example", "zh", Channels(), confirmation_words)
    with pytest.raises(UserError, match="mail_address_invalid"):
        set_notification_address(candidate, A, "a@firm.example, b@firm.example", "zh", listening, confirmation_words)
    set_notification_address(candidate, A, "a@firm.example", "zh", listening, confirmation_words, AT)
    with pytest.raises(UserError, match="mail_code_wrong"):
        confirm_notification_address(candidate, A, "AAAAAAAA")
    mailbox.messages.clear()
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", QUESTION, AT)
    assert send_due(candidate, listening, WRITER, AT + timedelta(hours=1)) == 0
    assert mailbox.messages == []
    assert kinds(candidate, A) == ["question_asked"]


def test_what_waits_while_an_address_is_changed_leaves_once_the_new_one_is_confirmed(
    candidate: Store, listening: Channels, mailbox: Mailbox
) -> None:
    send_by_mail_to(candidate, A, listening, mailbox, at=AT)
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", QUESTION, AT)
    later = AT + timedelta(hours=1)
    set_notification_address(candidate, A, "new@firm.example", "zh", listening, confirmation_words, later)
    code = words_of(mailbox.messages[-1]).split("确认码：")[1].split()[0]
    assert send_due(candidate, listening, WRITER, later) == 0
    confirm_notification_address(candidate, A, code, later)
    assert send_due(candidate, listening, WRITER, later + timedelta(hours=1)) == 1
    assert mailbox.messages[-1]["To"] == "new@firm.example"


def test_a_code_is_of_its_account_and_address(candidate: Store, listening: Channels, mailbox: Mailbox) -> None:
    set_notification_address(candidate, A, "a@firm.example", "zh", listening, confirmation_words, AT)
    code = words_of(mailbox.messages[0]).split("确认码：")[1].split()[0]
    set_notification_address(candidate, A, "other@firm.example", "zh", listening, confirmation_words, AT)
    with pytest.raises(UserError, match="mail_code_wrong"):
        confirm_notification_address(candidate, A, code)
    set_notification_address(candidate, B, "a@firm.example", "zh", listening, confirmation_words, AT)
    with pytest.raises(UserError, match="mail_code_wrong"):
        confirm_notification_address(candidate, B, code)
    assert not own_notification_settings(candidate, A).confirmed


def test_letters_and_codes_that_come_too_fast_are_refused(
    candidate: Store, listening: Channels, mailbox: Mailbox
) -> None:
    def ask(after: int) -> None:
        address, at = f"a{after}@firm.example", AT + timedelta(seconds=after)
        set_notification_address(candidate, A, address, "zh", listening, confirmation_words, at)

    for after in range(FREE):
        ask(after)
    with pytest.raises(UserError, match="tries_held"):
        ask(FREE)
    with pytest.raises(UserError, match="tries_held"):
        confirm_notification_address(candidate, A, "AAAAAAAA", AT + timedelta(seconds=FREE))
    assert len(mailbox.messages) == FREE
    ask(3600)


def test_a_kind_can_be_stopped_and_the_rest_come_once_a_day(
    candidate: Store, listening: Channels, mailbox: Mailbox
) -> None:
    address = send_by_mail_to(candidate, REVIEWER, listening, mailbox, at=AT)
    choose_notifications(candidate, REVIEWER, ["reopened", "backup_late"], "daily", "en", AT)
    assert own_notification_settings(candidate, REVIEWER).off == ("reopened",)
    for minute in (1, 2):
        ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", QUESTION, AT)
        answer_enquiry(candidate, A, own_enquiries(candidate, A)[0].id, "按单位工时", at=AT + timedelta(minutes=minute))
    reopen_application(candidate, A, CODE_A, YEAR, "更正", AT + timedelta(minutes=3))
    assert send_due(candidate, listening, WRITER, AT + timedelta(hours=1)) == 0
    assert send_due(candidate, listening, WRITER, next_digest(AT)) == 1
    [message] = mailbox.of(address)
    assert "2 matters" in message["Subject"]
    assert words_of(message).count("/candidate?lang=en") == 1
    assert "reopened" not in words_of(message)


def test_a_digest_is_of_the_next_eight_in_the_morning() -> None:
    eight = datetime(2026, 3, 2, 8, tzinfo=SHANGHAI)
    assert next_digest(eight - timedelta(seconds=1)) == eight
    assert next_digest(eight) == eight + timedelta(days=1)


def test_a_server_that_is_away_is_asked_again_and_gets_each_message_once(
    candidate: Store, folder: Path, mailbox: Mailbox
) -> None:
    port = _free_port()
    with mail_server(folder, mailbox, port) as server:
        channels = Channels(LINKS_TO, server)
        address = send_by_mail_to(candidate, A, channels, mailbox, at=AT)
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", QUESTION, AT)
    assert send_due(candidate, channels, WRITER, AT) == 0
    assert [item.fault for item in outbox(candidate, ADMINISTRATOR).unsent] == ["unreachable"]
    assert send_due(candidate, channels, WRITER, AT + wait_after(1) - timedelta(seconds=1)) == 0
    with mail_server(folder, mailbox, port):
        assert send_due(candidate, channels, WRITER, AT + wait_after(1)) == 1
        assert send_due(candidate, channels, WRITER, AT + timedelta(days=2)) == 0
    assert len(mailbox.of(address)) == 1
    assert outbox(candidate, ADMINISTRATOR).unsent == ()


def test_a_kill_between_server_and_store_sends_the_same_message_again(
    candidate: Store, listening: Channels, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = send_by_mail_to(candidate, A, listening, mailbox, at=AT)
    for second, kpi in enumerate(("K08", "K09", "K10", "K11", "K12")):
        ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, kpi, QUESTION, AT - timedelta(seconds=9 - second))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(tables.notifications, "note_sent", killed)
        with pytest.raises(KeyboardInterrupt):
            send_due(candidate, listening, WRITER, AT)
    answer_enquiry(candidate, A, own_enquiries(candidate, A)[0].id, "按单位工时", at=AT)
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K13", QUESTION, AT)
    assert send_due(candidate, listening, WRITER, AT + timedelta(hours=1)) == 2
    assert len(mailbox.messages) == 3
    assert len(mailbox.of(address)) == 2
    assert len({words_of(item) for item in mailbox.messages}) == 2


def test_an_address_that_does_not_exist_is_given_up_and_tried_again_on_request(
    candidate: Store, listening: Channels, mailbox: Mailbox
) -> None:
    address = send_by_mail_to(candidate, A, listening, mailbox, at=AT)
    mailbox.refused.add(address)
    ask_enterprise(candidate, REVIEWER, CODE_A, YEAR, "K08", QUESTION, AT)
    assert send_due(candidate, listening, WRITER, AT) == 0
    [item] = outbox(candidate, ADMINISTRATOR).unsent
    assert (item.state, item.fault, item.recipient) == ("given_up", "address", A.account)
    open_matters = {item.code: item.params for item in administrator_to_dos(candidate, ADMINISTRATOR) if item.open}
    assert open_matters["messages_undelivered"] == {"count": 1}
    assert send_due(candidate, listening, WRITER, AT + timedelta(days=9)) == 0
    mailbox.refused.clear()
    send_again(candidate, ADMINISTRATOR, AT + timedelta(days=9))
    assert send_due(candidate, listening, WRITER, AT + timedelta(days=9)) == 1
    assert "messages_undelivered" not in {item.code for item in administrator_to_dos(candidate, ADMINISTRATOR)}


def test_waiting_doubles_and_ends() -> None:
    waits = [wait_after(attempts) for attempts in range(1, MOST_ATTEMPTS)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert max(waits) == timedelta(hours=6)
    assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=4)


@pytest.mark.parametrize(("change", "fault"), [("password", "sign_in"), ("certificate", "tls")])
def test_a_server_that_is_not_to_be_trusted_gets_nothing(
    listening: Channels, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, change: str, fault: str
) -> None:
    known = listening.mail
    assert known
    if change == "certificate":
        monkeypatch.delenv("SSL_CERT_FILE")
    password = "wrong" if change == "password" else known.password
    with (
        pytest.raises(NotDelivered) as refused,
        MailServer(known.host, known.port, SENDER, known.user, password).connected(),
    ):
        pass
    assert refused.value.fault == fault
    assert mailbox.messages == []


def test_an_offices_messenger_has_it_once_and_one_that_is_not_configured_never(candidate: Store) -> None:
    taken: list[dict[str, str]] = []

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Hook) as hook:
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        channels = Channels(LINKS_TO, None, {"leader": f"json://127.0.0.1:{hook.server_port}/"})
        assert send_due(candidate, channels, WRITER, AT + timedelta(days=1)) == 1
        assert send_due(candidate, channels, WRITER, AT + timedelta(days=2)) == 0
        hook.shutdown()
    [said] = taken
    assert f"{LINKS_TO}/nomination?lang=zh" in said["message"]
    assert CODE_A not in said["message"]
    assert outbox(candidate, ADMINISTRATOR).counts["waiting"] == 0


def test_a_day_is_said_once_from_two_weeks_before_to_whom_it_concerns(candidate: Store) -> None:
    closes = date(2026, 3, 31)
    with candidate.transaction() as cursor:
        cursor.execute("delete from programme_dates")
        dates = YearDates(date(2026, 3, 1), closes, date(2026, 4, 10))
        tables.year.add_programme_dates(
            cursor, tables.year.SetDates(YEAR, dates, "x", "x", "administrator", AT, "holds")
        )

    def raised_on(day: date) -> int:
        return raise_days(candidate, None, datetime(day.year, day.month, day.day, 3, tzinfo=SHANGHAI))

    raised_on(closes - timedelta(days=20))
    assert kinds(candidate, B) == kinds(candidate, A) == ["year_opens"]
    assert raised_on(closes - timedelta(days=20)) == 0
    raised_on(closes - timedelta(days=13))  # the server was away on the fourteenth
    assert raised_on(closes - timedelta(days=12)) == 0
    raised_on(closes - timedelta(days=1))
    assert [(item.kind, item.count) for item in own_inbox(candidate, B)] == [("closes_soon", 2), ("year_opens", 1)]
    assert kinds(candidate, A) == ["year_opens"]
    assert kinds(candidate, LEADER).count("list_due_soon") == 1
    assert own_inbox(candidate, B)[0].day == "2026-03-31"


def test_days_are_near_from_two_weeks_to_the_day_itself() -> None:
    day = date(2026, 3, 31)
    found = [near(day - timedelta(days=days), day) for days in (15, 14, 4, 3, 2, 1, 0, -1)]
    assert found == [None, 14, 14, 3, 3, 1, 1, None]


def test_a_late_backup_is_said_once_a_backup(store: Store) -> None:
    with store.cursor() as cursor:
        begun = tables.audit.first_act_at(cursor)
    assert begun
    later = begun + timedelta(days=40)
    assert raise_days(store, timedelta(days=2), later) == 1
    assert raise_days(store, timedelta(days=2), later + timedelta(days=1)) == 0
    assert kinds(store, ADMINISTRATOR) == ["backup_late"]


def test_what_was_read_is_marked_and_what_came_meanwhile_is_not(candidate: Store) -> None:
    seen = own_inbox(candidate, REVIEWER)[0].raised_at
    reopen_application(candidate, A, CODE_A, YEAR, "更正", seen + timedelta(minutes=2))
    mark_inbox_read(candidate, REVIEWER, seen)
    assert [item.unread for item in own_inbox(candidate, REVIEWER)] == [True, False]


def test_every_role_is_told_of_something_and_off_until_configured() -> None:
    assert channels_of(settings_from({})) == Channels()
    for viewer in EVERYBODY:
        assert own_kinds(viewer)
    said = {"KPI_MAIL_HOST": "mail.office.example", "KPI_MAIL_FROM": SENDER, "KPI_PUBLIC_ADDRESS": LINKS_TO}
    assert channels_of(settings_from(said)).mail == MailServer("mail.office.example", 587, SENDER)
    for missing in ("KPI_MAIL_FROM", "KPI_PUBLIC_ADDRESS"):
        with pytest.raises(UserError) as refused:
            settings_from({name: text for name, text in said.items() if name != missing})
        assert missing in str(refused.value.params["settings"])


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("a@firm.example", True),
        ("a.b+c@firm.example.cn", True),
        ("a@firm", False),
        ("A <a@firm.example>", False),
        ("a@firm.example\nBcc: b@firm.example", False),
        ("a@firm.example,b@firm.example", False),
        ("名@firm.example", False),
        ("", False),
    ],
)
def test_an_address_is_one_plain_address(words: str, fits: bool) -> None:
    assert is_mail_address(words) is fits
