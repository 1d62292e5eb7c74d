"""Messages: written in the transaction of the act, when they may leave (R120), how they are rendered.

A room's ``mails.py`` calls :func:`post` with a message's name, ``<room>/<message>``, which is
also the folder of its templates under ``templates/mail/``: ``subject.txt``, ``body.txt`` and
``body.html``. The two bodies extend ``mail/layout.txt`` and ``mail/layout.html``. Nothing is
sent here: the row waits in the outbox, and leaves only if the act was committed.
"""

import re
import unicodedata
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from training.common import clock, formatting, nudging
from training.common.emails import is_reachable
from training.common.journal import Subject
from training.config import ROOT, Settings
from training.database import PERSON, Base, WithId, db

PRODUCT: Final = "Tesselle"
NIGHT_BEGINS: Final = 21  # o'clock in Paris
DAY_BEGINS: Final = 7
MAXIMUM_SUBJECT: Final = 250
MAXIMUM_EMAIL: Final = 254
_ADDRESS: Final = r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+"


class MailUrgency(StrEnum):
    """When a message may leave (R120)."""

    ASKED = "asked"
    """She has just asked for it: at any hour (a magic link, a code, a receipt)."""
    PROMPT = "prompt"
    """At once, but never between 21 h and 7 h (a correction, an offer, a convocation, a change within 7 days)."""
    DAILY = "daily"
    """With all others of the day, in one message at 7 h."""


class MailStatus(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    GROUPED = "grouped"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    GIVEN_UP = "given_up"

    @property
    def label(self) -> str:
        """The French word."""
        return _STATUS_WORDS[self][0]

    @property
    def tone(self) -> str:
        """The tint of its tag."""
        return _STATUS_WORDS[self][1]


_STATUS_WORDS: Final = {
    MailStatus.QUEUED: ("En attente d’envoi", "waiting"),
    MailStatus.SENDING: ("En cours d’envoi", "progress"),
    MailStatus.SENT: ("Envoyé", "done"),
    MailStatus.GROUPED: ("Envoyé avec d’autres", "done"),
    MailStatus.FAILED: ("Non parti", "refused"),
    MailStatus.UNCERTAIN: ("Envoi incertain", "waiting"),
    MailStatus.GIVEN_UP: ("Abandonné", "neutral"),
}

WAITING: Final = frozenset({MailStatus.QUEUED, MailStatus.FAILED})
"""States of a message that nobody received: a later one on the same topic may take its place."""

SUPERSEDED: Final = "a later message took its place"

BODY_FORGOTTEN: Final = frozenset({MailStatus.SENT, MailStatus.GROUPED, MailStatus.GIVEN_UP})
"""States in which the words are gone: they may carry a personal link, whose secret is kept nowhere else."""


class OutgoingMail(WithId, Base):
    """One message to one person. Its words are forgotten once it is settled; its subject and fate stay.

    ``attempts`` never goes back: it tells a worker's late answer from a newer one's. ``tries`` counts
    them since the message was last put in the outbox. ``topic``: what it tells the state of; a later one takes its place.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_at_an_instant"),
        CheckConstraint("(status = 'sending') = (lease_until IS NOT NULL)", name="sending_under_a_lease"),
        CheckConstraint("(status = 'grouped') = (grouped_into_id IS NOT NULL)", name="grouped_into_a_mail"),
        CheckConstraint("text <> '' OR status IN ('sent', 'grouped', 'given_up')", name="words_until_settled"),
        CheckConstraint("urgency <> 'daily' OR path IS NOT NULL", name="daily_has_a_link"),
        CheckConstraint("(about_kind IS NULL) = (about_id IS NULL)", name="about_one_thing"),
        UniqueConstraint("to_email", "grouped_on"),
        Index("ix_outgoing_mail_waiting", "status", "send_after"),
        Index("ix_outgoing_mail_about", "about_kind", "about_id"),
        Index("ix_outgoing_mail_topic", "topic"),
    )
    message: Mapped[str] = mapped_column(String(80))
    urgency: Mapped[MailUrgency]
    status: Mapped[MailStatus] = mapped_column(default=MailStatus.QUEUED)
    to_person_id: Mapped[uuid.UUID | None] = mapped_column(index=True, info=PERSON)
    to_email: Mapped[str] = mapped_column(String(MAXIMUM_EMAIL))
    to_name: Mapped[str] = mapped_column(String(200), default="")
    reply_to: Mapped[str | None] = mapped_column(String(MAXIMUM_EMAIL))
    subject: Mapped[str] = mapped_column(String(MAXIMUM_SUBJECT))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    calendar: Mapped[bytes | None] = mapped_column(LargeBinary)
    path: Mapped[str | None] = mapped_column(String(500))
    about_kind: Mapped[str | None] = mapped_column(String(60))
    about_id: Mapped[uuid.UUID | None]
    topic: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(300))
    grouped_on: Mapped[date | None]
    grouped_into_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("outgoing_mail.id"), index=True)

    def forget_words(self) -> None:
        """Empty the bodies; the subject stays."""
        self.text = self.html = ""
        self.calendar = None


class UnsafeHeader(ValueError):
    """A name, an address or a subject would break a header: a line break, a control character, no address."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whoever a message is for. ``name`` is how the message greets; the person is unknown for a bare address."""

    email: str
    name: str = ""
    person_id: uuid.UUID | None = None


# -- when -------------------------------------------------------------------------------------------------------------


def is_night(moment: datetime) -> bool:
    """Whether it is between 21 h and 7 h in Paris (R120)."""
    wall = clock.in_paris(moment).time()
    return wall >= time(NIGHT_BEGINS) or wall < time(DAY_BEGINS)


def next_morning(moment: datetime) -> datetime:
    """Return the first 7 h of Paris at or after ``moment``, in UTC."""
    day = clock.in_paris(moment).date()
    morning = clock.at_paris(day, DAY_BEGINS)
    return morning if moment <= morning else clock.at_paris(day + timedelta(days=1), DAY_BEGINS)


def next_sending(moment: datetime, urgency: MailUrgency) -> datetime:
    """Return the first instant from ``moment`` on at which a message of this urgency may leave, in UTC (R120)."""
    if urgency is MailUrgency.DAILY or (urgency is MailUrgency.PROMPT and is_night(moment)):
        return next_morning(moment)
    return moment


# -- how --------------------------------------------------------------------------------------------------------------


class Templates:
    """The mails' own templates: no request, no page globals, nothing undefined."""

    def __init__(self, public_url: str, folder: Path) -> None:
        self.public_url = public_url
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=lambda name: name is not None and name.endswith(".html"),  # noqa: S701 - plain bodies are not markup
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        self._environment.filters.update(formatting.FILTERS)
        self._environment.globals.update(url=self.url, product=PRODUCT)
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)

    def url(self, path: str) -> str:
        """Return the public address of a path of ours."""
        if not path.startswith("/"):
            raise ValueError(f"A path begins with a slash: {path!r}")
        return self.public_url + path

    def render(self, message: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
        """Return the subject, the text and the html (its styles inlined) of a message."""
        subject, text, html = (
            self._environment.get_template(f"mail/{message}/{part}").render(context)
            for part in ("subject.txt", "body.txt", "body.html")
        )
        return shortened(one_line(subject.strip())), tidy(text), self._inliner.inline(html)


_in_use: list[Templates] = []


def configure(settings: Settings, *, folder: Path = ROOT / "templates") -> None:
    """Tell the mails which address their links begin with (called once at start)."""
    _in_use[:] = [Templates(settings.public_url, folder)]


def templates() -> Templates:
    """Return the templates in use; ``RuntimeError`` before :func:`configure`."""
    if not _in_use:
        raise RuntimeError("mail.configure(settings) has not been called.")
    return _in_use[0]


def seen_only(name: str) -> str:
    """Return a name without line ends, controls and direction marks: whatever is stored, its owner gets her mail."""
    seen = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else c for c in name)
    return " ".join(seen.split())


def one_line(text: str) -> str:
    """Return ``text`` if it may stand in a header; raise :class:`UnsafeHeader` if a control character is in it."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise UnsafeHeader("A header cannot hold a line break or a control character.")
    return text


def shortened(subject: str) -> str:
    """Return a subject no longer than what is kept of it: the words of others may make it long."""
    return subject if len(subject) <= MAXIMUM_SUBJECT else f"{subject[: MAXIMUM_SUBJECT - 1].rstrip()}…"


def mailbox_of(email: str, name: str = "") -> Address:
    """Return a header's mailbox; raise :class:`UnsafeHeader` for what is not one plain address."""
    if len(email) > MAXIMUM_EMAIL or not re.fullmatch(_ADDRESS, one_line(email)):
        raise UnsafeHeader("This is not one plain e-mail address.")
    try:
        return Address(display_name=one_line(name), addr_spec=email)
    except (ValueError, IndexError, MessageError) as fault:
        raise UnsafeHeader("This is not an e-mail address.") from fault


def tidy(text: str) -> str:
    """Return a plain body without trailing spaces, with at most one empty line in a row."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


# -- post -------------------------------------------------------------------------------------------------------------


_together: ContextVar[bool] = ContextVar("together", default=False)


@contextmanager
def together() -> Iterator[None]:
    """Put the messages posted inside in the outbox by one flush, at the end: an act that writes to hundreds."""
    token = _together.set(True)
    try:
        with db.session.no_autoflush:
            yield
    finally:
        _together.reset(token)
    db.session.flush()


def _addressed(to: Recipient | str, reply_to: str | None) -> Recipient:
    """Return the recipient with a name that may stand in a header; raise :class:`UnsafeHeader` for a bad address."""
    recipient = Recipient(to) if isinstance(to, str) else replace(to, name=seen_only(to.name))
    mailbox_of(recipient.email, recipient.name)
    if reply_to is not None:
        mailbox_of(reply_to)
    return recipient


def _kept(mail: OutgoingMail) -> OutgoingMail:
    """Put the message in the outbox, in the place of what it supersedes; the worker is nudged once its act is committed.

    To whoever has no address, it is given up at once.
    """
    if mail.topic is not None:
        withdraw(mail.topic, to=Recipient(mail.to_email, mail.to_name, mail.to_person_id))
    if not is_reachable(mail.to_email):
        mail.status, mail.failure = MailStatus.GIVEN_UP, "no address"
        mail.forget_words()
    db.session.add(mail)
    if not _together.get():
        db.session.flush()
    nudging.posted()
    return mail


def withdraw(topic: str, *, to: Recipient | None = None) -> Sequence[OutgoingMail]:
    """Drop from the outbox what waits on a topic, for one person or for all: it no longer holds (R120).

    Return the rows: they stay, without their words, as the trace of what was not sent and why; flushes.
    """
    query = select(OutgoingMail).where(OutgoingMail.topic == topic, OutgoingMail.status.in_(WAITING))
    if to is not None:
        query = query.where(_is_for(to))
    dropped = db.session.scalars(query.order_by(OutgoingMail.id).with_for_update()).all()
    for mail in dropped:
        mail.status, mail.failure, mail.grouped_on = MailStatus.GIVEN_UP, SUPERSEDED, None
        mail.forget_words()
    if dropped:
        db.session.flush()
    return dropped


def last_left(topic: str, *, to: Recipient) -> str | None:
    """Return the last message on a topic that left for a person, or may have; null if she was told nothing. One SELECT."""
    left = select(OutgoingMail.message).where(
        OutgoingMail.topic == topic, _is_for(to), OutgoingMail.status.not_in({*WAITING, MailStatus.GIVEN_UP})
    )
    return db.session.scalar(left.order_by(OutgoingMail.created_at.desc(), OutgoingMail.id).limit(1))


def _is_for(to: Recipient) -> ColumnElement[bool]:
    hers = OutgoingMail.to_person_id == to.person_id if to.person_id is not None else false()
    return or_(OutgoingMail.to_email == to.email, hers)


def post(
    message: str,
    *,
    to: Recipient | str,
    context: Mapping[str, Any],
    about: Subject | None = None,
    topic: str | None = None,
    urgency: MailUrgency = MailUrgency.PROMPT,
    path: str | None = None,
    reply_to: str | None = None,
    not_before: datetime | None = None,
    calendar: bytes | None = None,
) -> OutgoingMail:
    """Render a message and put it in the outbox, in the caller's transaction; flushes.

    ``context`` is what its templates read, beside ``recipient``; ``about``, the thing it concerns; ``topic``, what it tells
    the state of: what waits for this person on it is dropped. ``path``: the address, from its slash, of the page where one
    acts; a DAILY message has one (R120). ``calendar``: an iTIP object with its METHOD. Raises :class:`UnsafeHeader`.
    """
    recipient = _addressed(to, reply_to)
    if urgency is MailUrgency.DAILY and path is None:
        raise ValueError(f"{message} is sent with others: say which path its line leads to.")
    subject, text, html = templates().render(message, {"recipient": recipient, **context})
    moment = clock.now()
    mail = OutgoingMail(
        id=uuid.uuid4(),
        message=message,
        urgency=urgency,
        status=MailStatus.QUEUED,
        to_person_id=recipient.person_id,
        to_email=recipient.email,
        to_name=recipient.name,
        reply_to=reply_to,
        subject=subject,
        text=text,
        html=html,
        calendar=calendar,
        path=path,
        about_kind=about.__tablename__ if about is not None else None,
        about_id=about.id if about is not None else None,
        topic=topic,
        created_at=moment,
        send_after=next_sending(max(moment, not_before or moment), urgency),
    )
    return _kept(mail)
