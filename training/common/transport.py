"""How a message leaves: into a folder (development) or through an SMTP relay. Only the worker does it.

``MAIL_URL`` chooses: ``file:///folder``; ``smtp://user:password@host:port?starttls=1``;
``smtps://…``. ``from=address`` and ``name=words`` say in whose name messages leave; without
them ``ne-pas-repondre@`` the host of PUBLIC_URL, as Tesselle.
"""

import contextlib
import os
import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from training.common import clock
from training.common.mail import PRODUCT, OutgoingMail, mailbox_of
from training.config import ConfigurationError, Settings

TIMEOUT: Final = 20.0  # seconds for each exchange with the relay
TEMPORARY: Final = range(400, 500)
ACCEPTED: Final = 250


class SendFault(Exception):
    """The relay did not confirm a message; ``reason`` has no personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TemporaryFault(SendFault):
    """Not accepted now: worth trying again."""


class PermanentFault(SendFault):
    """Refused for good: trying again would be refused again."""


class UncertainFault(SendFault):
    """All was said, the answer never came: it may have been accepted."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready to leave; ``key`` is stable over its tries."""

    key: str
    sender: str
    recipient: str
    content: bytes


class Sender(Protocol):
    """A way out. ``send`` returns once the message is accepted, and raises a :class:`SendFault` otherwise."""

    def send(self, parcel: Parcel) -> None:
        """Send one message."""

    def close(self) -> None:
        """End the conversation, if one is open."""


class FolderSender:
    """Writes each message as an .eml file, newest last by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, parcel: Parcel) -> None:
        """Write the file whole or not at all."""
        name = f"{clock.in_paris(clock.now()):%Y%m%dT%H%M%S}-{parcel.key}.eml"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = self.folder / f".{parcel.key}.part"
            draft.write_bytes(parcel.content)
            draft.rename(self.folder / name)
        except OSError as fault:
            raise TemporaryFault(f"folder: {os.strerror(fault.errno or 0)}") from fault

    def close(self) -> None:
        """Do nothing: no conversation is kept open."""


class SmtpSender:
    """Talks to a relay; keeps one conversation open over the messages of a sweep."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        options = options_of(url)
        self.tls = parts.scheme == "smtps"
        self.starttls = options.get("starttls") == "1"
        self.host = parts.hostname or ""
        self.port = parts.port or (465 if self.tls else 587 if self.starttls else 25)
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")
        self._connection: smtplib.SMTP | None = None

    def send(self, parcel: Parcel) -> None:
        """Send one message, on the open conversation or a new one."""
        try:
            self._data(self._begin(parcel), parcel)
        except SendFault:
            raise
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            raise TemporaryFault(session_fault(fault)) from fault

    def close(self) -> None:
        """Say goodbye."""
        if self._connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._drop()

    def _begin(self, parcel: Parcel) -> smtplib.SMTP:
        """Give the envelope, on a new conversation if the relay had closed the idle one: nothing was said yet."""
        if self._connection is not None:
            try:
                self._envelope(self._connection, parcel)
            except (smtplib.SMTPServerDisconnected, ConnectionError):
                self._drop()
            else:
                return self._connection
        connection = self._connect()
        self._envelope(connection, parcel)
        return connection

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        self._connection = connection
        connection.ehlo_or_helo_if_needed()
        if self.starttls:
            connection.starttls(context=context)
            connection.ehlo()
        if self.user:
            connection.login(self.user, self.password)
        return connection

    def _envelope(self, connection: smtplib.SMTP, parcel: Parcel) -> None:
        code, _words = connection.mail(parcel.sender)
        if code != ACCEPTED:
            self._reset(connection)
            raise refusal(code, "sender")
        code, _words = connection.rcpt(parcel.recipient)
        if code not in {ACCEPTED, 251}:
            self._reset(connection)
            raise refusal(code, "recipient")

    def _data(self, connection: smtplib.SMTP, parcel: Parcel) -> None:
        """Give the content. A conversation that breaks from here on may have been heard to its end."""
        try:
            code, _words = connection.data(parcel.content)
        except smtplib.SMTPDataError as fault:  # DATA itself was refused: nothing was said
            self._reset(connection)
            raise refusal(fault.smtp_code, "content") from fault
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            raise UncertainFault(f"no answer after the content: {type(fault).__name__}") from fault
        if code != ACCEPTED:
            self._reset(connection)
            raise refusal(code, "content")

    def _reset(self, connection: smtplib.SMTP) -> None:
        try:
            connection.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def refusal(code: int, stage: str) -> SendFault:
    """Return the fault that a relay's answer means; its words are left out, they may name the person."""
    kind = TemporaryFault if code in TEMPORARY else PermanentFault
    return kind(f"the relay answered {code} to the {stage}")


def session_fault(fault: Exception) -> str:
    """Return what kept a conversation from beginning. It is about the relay or our settings, never about one message."""
    code = f" {fault.smtp_code}" if isinstance(fault, smtplib.SMTPResponseException) else ""
    return f"relay: {type(fault).__name__}{code}"


def options_of(url: str) -> Mapping[str, str]:
    """Return the options of a ``MAIL_URL``; raise :class:`ConfigurationError` for an unknown one."""
    options = {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
    unknown = options.keys() - {"starttls", "from", "name"}
    if unknown:
        raise ConfigurationError(f"MAIL_URL has unknown options: {', '.join(sorted(unknown))}.")
    return options


def open_sender(settings: Settings) -> Sender:
    """Return the way out that ``MAIL_URL`` names; nothing is contacted yet."""
    folder = folder_of(settings)
    if folder is not None:
        return FolderSender(folder)
    parts = urlsplit(settings.mail_url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ConfigurationError("MAIL_URL must be file:///folder, smtp://host:port or smtps://host:port.")
    return SmtpSender(settings.mail_url)


def folder_of(settings: Settings) -> Path | None:
    """Return the folder messages are written to, or null when they leave by SMTP."""
    parts = urlsplit(settings.mail_url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def sender_address(settings: Settings) -> Address:
    """Return in whose name messages leave."""
    options = options_of(settings.mail_url)
    address = options.get("from") or f"ne-pas-repondre@{urlsplit(settings.public_url).hostname or 'localhost'}"
    return mailbox_of(address, options.get("name", PRODUCT))


def message_id(mail: OutgoingMail, settings: Settings) -> str:
    """Return the Message-ID: the same at each try, so that a mailbox may recognise a double."""
    return f"<{mail.id}@{urlsplit(settings.public_url).hostname or 'localhost'}>"


def build(mail: OutgoingMail, settings: Settings, *, at: datetime) -> Parcel:
    """Return the message as it goes on the wire: text, html and, if any, the calendar part with its method.

    Raises ``ValueError`` when it cannot be written: an address that is not ASCII, a calendar without METHOD.
    """
    sender = sender_address(settings)
    content = EmailMessage(policy=policy.SMTP)
    content["Message-ID"] = message_id(mail, settings)
    content["Date"] = at
    content["From"] = sender
    content["To"] = mailbox_of(mail.to_email, mail.to_name)
    if mail.reply_to:
        content["Reply-To"] = mailbox_of(mail.reply_to)
    content["Subject"] = mail.subject
    content["Auto-Submitted"] = "auto-generated"
    content.set_content(mail.text, cte="quoted-printable")
    content.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.calendar is not None:
        method = calendar_method(mail.calendar)
        content.add_alternative(
            mail.calendar.decode(), subtype="calendar", charset="utf-8", cte="base64", params={"method": method}
        )
    return Parcel(str(mail.id), sender.addr_spec, mail.to_email, content.as_bytes())


def calendar_method(calendar: bytes) -> str:
    """Return the METHOD of an iTIP object; ``ValueError`` if it has none, since mail programs would ignore it."""
    found = re.search(rb"^METHOD:([A-Z]+)\r?$", calendar, re.MULTILINE)
    if found is None:
        raise ValueError("The calendar part has no METHOD.")
    return found[1].decode()
