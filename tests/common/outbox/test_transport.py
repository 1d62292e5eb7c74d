"""How a message leaves: what the relay hears, in which words, under which protection."""

import re
import socket
import ssl
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from tests.common.outbox.kit import (
    CALENDAR,
    Relay,
    send_all,
    serving,
    write,
)
from training.common import clock
from training.common.mail import MailStatus
from training.common.transport import (
    FolderSender,
    SmtpSender,
    open_sender,
    options_of,
)
from training.config import ConfigurationError, Settings


@pytest.mark.both_engines
def test_a_message_leaves_once_and_its_words_are_forgotten(relay: Relay, smtp: Settings) -> None:
    made = write(reply_to="federation@example.org", calendar=CALENDAR)
    assert send_all(smtp) == 1
    assert send_all(smtp) == 0
    (received,) = relay.accepted
    assert relay.senders == ["formation@example.org"]
    assert received["Message-ID"] == f"<{made.id}@localhost>"
    assert received["Subject"] == "Votre place"
    assert received["From"] == "Tesselle <formation@example.org>"
    assert received["To"].addresses[0].display_name == "Camille Roy, cheffe"
    assert received["Reply-To"] == "federation@example.org"
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["Date"].datetime == clock.now()
    assert [part.get_content_type() for part in received.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    plain, html, calendar = received.iter_parts()
    assert "À très vite." in plain.get_content()
    assert "<p>Bonjour Camille</p>" in html.get_content()
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_payload(decode=True) == CALENDAR
    assert (made.status, made.sent_at, made.text, made.html, made.calendar) == (
        MailStatus.SENT, clock.now(), "", "", None,
    )  # fmt: skip


def test_one_conversation_serves_a_whole_sweep(relay: Relay, smtp: Settings) -> None:
    for number in range(5):
        write(f"personne{number}@example.org")
    assert send_all(smtp) == 5
    assert relay.conversations == 1


def test_a_conversation_the_relay_closed_meanwhile_is_opened_again(relay: Relay, smtp: Settings) -> None:
    sender = open_sender(smtp)
    assert isinstance(sender, SmtpSender)
    write()
    send_all(smtp, sender)
    sender._connect()
    assert sender._connection is not None
    assert sender._connection.sock is not None
    sender._connection.sock.shutdown(socket.SHUT_RDWR)
    write()
    send_all(smtp, sender)
    assert len(relay.accepted) == 2


def test_a_relay_that_asks_for_a_password_gets_it(relay: Relay, configure: Callable[..., Settings]) -> None:
    given: list[tuple[bytes, bytes]] = []

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        given.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss word", handled=False)

    with serving(relay, authenticator=check, auth_require_tls=False) as port:
        write()
        send_all(configure(mail_url=f"smtp://tesselle:p%40ss%20word@127.0.0.1:{port}"))
        assert relay.senders == ["ne-pas-repondre@localhost"]
        wrong = write()
        send_all(configure(mail_url=f"smtp://tesselle:other@127.0.0.1:{port}"))
    assert given[0] == (b"tesselle", b"p@ss word")
    assert wrong.status is MailStatus.QUEUED  # a wrong password is ours to mend: no message is lost for it
    assert len(relay.accepted) == 1


@pytest.mark.parametrize("scheme", ["smtps", "starttls"])
def test_the_conversation_is_encrypted_with_a_relay_that_proves_its_name(
    relay: Relay, configure: Callable[..., Settings], certificate: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    options = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
    with serving(relay, hostname="localhost", **options) as port:
        suffix = "" if scheme == "smtps" else "?starttls=1"
        settings = configure(mail_url=f"{'smtps' if scheme == 'smtps' else 'smtp'}://localhost:{port}{suffix}")
        unproven = write()
        send_all(settings)
        assert (unproven.status, unproven.failure) == (MailStatus.QUEUED, "relay: SSLCertVerificationError")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        write()
        assert send_all(settings) == 1
    assert len(relay.accepted) == 1


def test_a_relay_that_cannot_encrypt_gets_nothing_when_encryption_is_asked(
    relay: Relay, configure: Callable[..., Settings]
) -> None:
    with serving(relay) as port:
        made = write()
        send_all(configure(mail_url=f"smtp://127.0.0.1:{port}?starttls=1"))
    assert (made.status, made.failure) == (MailStatus.QUEUED, "relay: SMTPNotSupportedError")
    assert relay.accepted == []


def test_an_unknown_option_of_mail_url_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="tls"):
        options_of("smtp://relay?tls=1")


def test_in_a_folder_each_message_is_one_file(tmp_path: Path, configure: Callable[..., Settings]) -> None:
    settings = configure(mail_url=(tmp_path / "courriels é").as_uri())
    made = write()
    send_all(settings)
    (file,) = (tmp_path / "courriels é").iterdir()
    assert re.fullmatch(rf"20260302T100000-{made.id}\.eml", file.name)
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == "Votre place"
    assert isinstance(open_sender(settings), FolderSender)
