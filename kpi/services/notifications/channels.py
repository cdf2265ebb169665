"""Where messages leave by: the office's mail server, and one messenger or webhook for each role.

Off until configured by the environment; ``deploy/README.md`` has the settings. A certificate is always checked: of an
office's own authority it is made known by ``SSL_CERT_FILE``, as for every program.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from typing import TYPE_CHECKING

from kpi.model.notification import MessageWords
from kpi.services.operation.settings import (
    MAIL_FROM,
    MAIL_HOST,
    MAIL_PASSWORD,
    MAIL_USER,
    MESSENGER,
    PUBLIC_ADDRESS,
    ServerSettings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

IMPLICIT_TLS_PORT, STARTTLS_PORT = 465, 587
TIMEOUT_SECONDS = 15


class NotDelivered(Exception):
    """``fault`` says why (texts: ``page.notifications.fault.<fault>``); ``for_good``: another try ends alike."""

    def __init__(self, fault: str, *, for_good: bool = False) -> None:
        super().__init__(fault)
        self.fault, self.for_good = fault, for_good


@dataclass(frozen=True, slots=True)
class MailServer:
    """Reached with TLS: from the first byte at port 465, else by STARTTLS, without which nothing is sent."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        """For several messages. Raises ``NotDelivered``."""
        context = ssl.create_default_context()
        try:
            if self.port == IMPLICIT_TLS_PORT:
                server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        except ssl.SSLError as error:
            raise NotDelivered("tls") from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered("unreachable") from error
        try:
            self._greet(server, context)
            yield server
        finally:
            server.close()

    def _greet(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        try:
            if self.port != IMPLICIT_TLS_PORT:
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except smtplib.SMTPAuthenticationError as error:
            raise NotDelivered("sign_in") from error
        except (ssl.SSLError, smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException) as error:
            raise NotDelivered("tls") from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered("unreachable") from error


def letter(server: MailServer, to: str, words: MessageWords, number: str) -> EmailMessage:
    """A message with the ``number`` that it has each time it is handed over."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = server.sender, to, words.subject
    message["Message-ID"] = f"<{number}@{server.sender.rpartition('@')[2]}>"
    # RFC 3834: no vacation notice answers it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{words.body}\n")
    return message


def send_mail(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Hand one message to a connected server. Raises ``NotDelivered``."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise NotDelivered("address", for_good=all(_for_good(code) for code in codes)) from error
    except smtplib.SMTPResponseException as error:
        raise NotDelivered("refused", for_good=_for_good(error.smtp_code)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered("unreachable") from error


def _for_good(code: int) -> bool:
    """By RFC 5321, 4.2.1: 5xx is an answer that stays."""
    return 500 <= code < 600


@dataclass(frozen=True, slots=True)
class Channels:
    """What is configured: nothing of it in the beginning. ``messengers``: an address of the kept library's, by role."""

    links_to: str = ""
    mail: MailServer | None = None
    messengers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def send_to_messenger(self, role: str, words: MessageWords) -> None:
        """Raises ``NotDelivered``."""
        # Here and not above: it knows a hundred services, and nobody else has use for them.
        import apprise

        service = apprise.Apprise()
        if not service.add(self.messengers[role]):
            raise NotDelivered("messenger_unknown")
        if not service.notify(words.body, words.subject, body_format=apprise.NotifyFormat.TEXT):
            raise NotDelivered("messenger")


def channels_of(settings: ServerSettings) -> Channels:
    """Those of the settings, which were checked as they were read."""
    said = settings.texts
    mail = None
    if host := said.get(MAIL_HOST):
        port = settings.mail_port or STARTTLS_PORT
        mail = MailServer(host, port, said[MAIL_FROM], said.get(MAIL_USER, ""), said.get(MAIL_PASSWORD, ""))
    messengers = {
        name.removeprefix(MESSENGER).lower(): address for name, address in said.items() if name.startswith(MESSENGER)
    }
    return Channels(said.get(PUBLIC_ADDRESS, ""), mail, messengers)


def is_mail_address(words: str) -> bool:
    """Whether a message can be addressed to it: one plain address, without a name beside it."""
    name, address = parseaddr(words)
    local, _, domain = address.rpartition("@")
    plain = words.isascii() and words.isprintable() and not set(words) & set(' ,;<>"()[]\\:')
    return plain and not name and address == words and bool(local) and "." in domain.strip(".") and len(words) <= 254
