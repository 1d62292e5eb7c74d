"""A relay over a real socket, and messages to send through it."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from training.common import clock, mail, outbox
from training.common.mail import MailStatus, MailUrgency, OutgoingMail
from training.common.policy import Capacity, Principal
from training.common.transport import (
    Sender,
    open_sender,
)
from training.config import Settings
from training.database import db

ADMINISTRATOR = Principal(name="Alix Admin", capacities=(Capacity("administrator", "Administration"),))
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


class Relay:
    """An SMTP server of this process: keeps what it accepts, answers what it is told to."""

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []
        self.answers: dict[str, list[str]] = {"rcpt": [], "data": []}
        self.senders: list[str | None] = []
        self.conversations = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.conversations += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answers["rcpt"].pop(0) if self.answers["rcpt"] else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        answer = self.answers["data"].pop(0) if self.answers["data"] else "250 OK"
        if answer == "hang up":
            server.transport.close()
            return "250 never heard"
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.senders.append(envelope.mail_from)
            self.accepted.append(message_from_bytes(content, policy=policy.default))
        return answer


def status(made: OutgoingMail) -> MailStatus:
    """Return where a message stands now, in the database."""
    db.session.refresh(made)
    return made.status


@contextmanager
def serving(relay: Relay, hostname: str = "127.0.0.1", **options: Any) -> Iterator[int]:
    """Serve it on a free port."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(relay, hostname=hostname, port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def write(email: str = "camille@example.org", subject: str = "Votre place", **values: Any) -> OutgoingMail:
    """Put a message in the outbox and commit; its words are written here, not by templates."""
    made = OutgoingMail(
        **{
            "message": "trial/offer",
            "urgency": MailUrgency.PROMPT,
            "to_email": email,
            "to_name": "Camille Roy, cheffe",
            "subject": subject,
            "text": "Bonjour Camille,\n\nÀ très vite.\n",
            "html": "<p>Bonjour Camille</p>",
            "created_at": clock.now(),
            "send_after": clock.now(),
            **values,
        }
    )
    db.session.add(made)
    db.session.commit()
    return made


def send_all(settings: Settings, sender: Sender | None = None) -> int:
    """Do what the worker does."""
    outbox.expire_leases()
    outbox.group()
    sender = sender or open_sender(settings)
    sent = 0
    while taken := outbox.claim(settings):
        outbox.deliver(taken, sender)
        sent += 1
    sender.close()
    db.session.expire_all()
    return sent


def daily(email: str = "camille@example.org", **values: Any) -> OutgoingMail:
    send_after = mail.next_sending(clock.now(), MailUrgency.DAILY)
    return write(email, **{"urgency": MailUrgency.DAILY, "path": "/parcours", "send_after": send_after, **values})


def failed(**values: Any) -> OutgoingMail:
    return write(status=MailStatus.FAILED, attempts=7, tries=7, failure="the relay answered 550", **values)
