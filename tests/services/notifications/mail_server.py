# ruff: noqa: ARG002 - the library hands over more than is asked for
"""A mail server of the tests' own, with STARTTLS and a certificate that only its callers know, and its mailbox."""

from __future__ import annotations

import ipaddress
import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kpi.model.language import Lang
from kpi.model.notification import MessageWords
from kpi.model.viewer import Viewer
from kpi.services.notifications.channels import Channels, MailServer
from kpi.services.notifications.preferences import confirm_notification_address, set_notification_address
from kpi.store.store import Store

USER, PASSWORD = "duibiao", "word-of-the-mail-server"
SENDER = "duibiao@office.example"


@dataclass
class Mailbox:
    """What came, in order; ``refused``: addresses that the server knows not to exist."""

    messages: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    encrypted: list[bool] = field(default_factory=list)

    def of(self, address: str) -> list[EmailMessage]:
        """As a mail program shows them: of one ``Message-ID`` once."""
        own = {item["Message-ID"]: item for item in self.messages if item["To"] == address}
        return list(own.values())

    async def handle_RCPT(  # noqa: N802 - the library's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library's names
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self.keep(envelope.content)
        self.encrypted.append(session.ssl is not None)
        return "250 taken"

    def keep(self, content: bytes) -> None:
        """Before it is acknowledged."""
        self.messages.append(message_from_bytes(content, policy=policy.default))


class Kept(Mailbox):
    """Each message as a file of ``folder`` before it is acknowledged; a server that takes its time over each."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def keep(self, content: bytes) -> None:
        time.sleep(SLOW)
        with (self.folder / f"{os.getpid()}-{time.monotonic_ns()}.eml").open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        time.sleep(SLOW)


SLOW = 0.1


def words_of(message: EmailMessage) -> str:
    return f"{message['Subject']}\n{message.get_content()}"


def send_by_mail_to(
    store: Store,
    viewer: Viewer,
    channels: Channels,
    mailbox: Mailbox,
    lang: Lang = "zh",
    at: datetime | None = None,
) -> str:
    """Have the account's messages sent to an address of its own, as a person does it."""
    address = f"{viewer.account}@firm.example"
    set_notification_address(store, viewer, address, lang, channels, lambda code, _: MessageWords("", code), at)
    [letter] = [item for item in mailbox.messages if item["To"] == address]
    confirm_notification_address(store, viewer, words_of(letter), at)
    mailbox.messages.clear()
    return address


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            tls_context=self.tls,
            require_starttls=True,
            auth_required=True,
            authenticator=_known,
            hostname="mail.office.example",
        )

    tls: ssl.SSLContext


def _known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object) -> AuthResult:
    known = isinstance(login, LoginPassword) and (login.login, login.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def mail_server(folder: Path, mailbox: Mailbox, port: int) -> Iterator[MailServer]:
    """Listening as long as it is asked for; ``folder`` has ``authority.pem``, to be made known by ``SSL_CERT_FILE``."""
    controller = _Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    controller.tls.load_cert_chain(folder / "authority.pem", folder / "key.pem")
    controller.start()
    try:
        yield MailServer("127.0.0.1", port, SENDER, USER, PASSWORD)
    finally:
        controller.stop()


def make_certificate(folder: Path) -> Path:
    """A key and a certificate of its own for 127.0.0.1; the certificate's place."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    place = folder / "authority.pem"
    place.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return place


@contextmanager
def mail_process(folder: Path, kept: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The same as a process of its own, which can be killed; what it took lies in ``kept``."""
    command = [sys.executable, "-m", "tests.services.notifications.mail_server", str(folder), str(kept), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout
    try:
        assert process.stdout.readline() == b"listening\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def taken(kept: Path) -> list[EmailMessage]:
    """What such processes took; one that was being written as it was killed is none, for it was not acknowledged."""
    read = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(kept.glob("*.eml")))
    return [message for message in read if message["Message-ID"]]


if __name__ == "__main__":
    with mail_server(Path(sys.argv[1]), Kept(Path(sys.argv[2])), int(sys.argv[3])):
        print("listening", flush=True)
        threading.Event().wait()
