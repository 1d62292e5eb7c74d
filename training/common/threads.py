"""A thread of messages between a person and the body that follows something of hers: a file, a place in a cohort (R109).

The ground floor keeps the messages, tells each side by mail, and says what waits for an answer; it knows neither
files nor learners. A room **declares** which of its things have a thread: a :class:`ThreadKind` gives the parties of a
subject, and the room's own pages show it and judge who reads and writes.
"""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    delete,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.common import clock, journal
from training.common.access import apart
from training.common.errors import Refused
from training.common.journal import Subject
from training.common.mail import MailUrgency, Recipient, post
from training.common.policy import Principal
from training.database import PERSON, Base, WithId, db

LONGEST: Final = 5_000
"""Characters of one message."""


class Side(StrEnum):
    """Who writes: the person herself, or someone for the body that follows her."""

    PERSON = "person"
    BODY = "body"


class Thread(Base):
    """A thread and what it waits for; its subject is known by its table and its uuid.

    ``body_id`` names the body on the other side; ``about`` and ``path`` are how a desk tells and reaches it.
    """

    __tablename__ = "thread"
    __table_args__ = (Index("ix_thread_body", "body_id"), Index("ix_thread_person", "person_id"))
    subject_kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    subject_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(info=PERSON)
    person_name: Mapped[str] = mapped_column(String(170))
    body_id: Mapped[uuid.UUID]
    body_name: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(200))
    last_from_person_at: Mapped[datetime | None]
    last_from_body_at: Mapped[datetime | None]
    person_read_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    @property
    def awaits_body(self) -> bool:
        """Whether the person wrote last, and nobody answered nor set it aside."""
        asked = self.last_from_person_at
        return asked is not None and all(
            done is None or done < asked for done in (self.last_from_body_at, self.settled_at)
        )

    @property
    def is_unread(self) -> bool:
        """Whether the body wrote since the person last opened it."""
        written = self.last_from_body_at
        return written is not None and (self.person_read_at is None or self.person_read_at < written)


class Mailing(WithId, Base):
    """One message written to many threads at once, kept with what chose them (R109)."""

    __tablename__ = "mailing"
    body_id: Mapped[uuid.UUID] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(160))
    words: Mapped[str] = mapped_column(Text())
    chosen: Mapped[str] = mapped_column(String(300))
    people: Mapped[int]
    written_by: Mapped[uuid.UUID] = mapped_column(info=PERSON)
    writer_name: Mapped[str] = mapped_column(String(170))
    written_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class ThreadMessage(WithId, Base):
    """One message; ``mailing_id`` when it was written to many."""

    __tablename__ = "thread_message"
    __table_args__ = (
        Index("ix_thread_message_subject", "subject_kind", "subject_id"),
        CheckConstraint("words <> ''", name="says_something"),
    )
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[uuid.UUID]
    side: Mapped[Side]
    author_id: Mapped[uuid.UUID | None] = mapped_column(index=True, info=PERSON)
    author_name: Mapped[str] = mapped_column(String(170))
    title: Mapped[str] = mapped_column(String(160), default="")
    words: Mapped[str] = mapped_column(Text())
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    mailing_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("mailing.id"), index=True)
    mailing: Mapped[Mailing | None] = relationship()


@dataclass(frozen=True, slots=True)
class Parties:
    """Both sides of a thread: the person, and the body with the address its answers go to (null: it has none).

    ``follower``: who reads in the body’s name what the person writes, when it is someone in particular.
    """

    person: Recipient
    person_id: uuid.UUID
    body_id: uuid.UUID
    body_name: str
    body_email: str | None
    about: str
    path: str
    follower: Recipient | None = None

    @property
    def reader(self) -> Recipient | None:
        """To whom what the person writes is sent."""
        return self.follower or (Recipient(self.body_email, self.body_name) if self.body_email else None)


@dataclass(frozen=True, slots=True)
class ThreadKind:
    """A kind of thing that has a thread; ``parties(subject)`` reads what is already loaded."""

    table: str
    label: str
    parties: Callable[[Any], Parties]


_kinds: Final[dict[str, ThreadKind]] = {}


def declare(kind: ThreadKind) -> None:
    """Give a kind of thing a thread (a room's declarations call it); doing it again changes nothing."""
    _kinds[kind.table] = kind


def parties_of(subject: Subject) -> Parties:
    """Return both sides of a subject's thread; ``KeyError`` if no room declares it."""
    return _kinds[subject.__tablename__].parties(subject)


# Writing --------------------------------------------------------------------------------------------------------------


def write(
    subject: Subject, words: str, *, side: Side, by: Principal, title: str = "", mailing: Mailing | None = None
) -> ThreadMessage:
    """Add a message, and tell the other side by mail with a link; what the body writes answers to its own address.

    A person without a body's address is answered all the same: the thread waits on the body's desk.
    """
    text = words.strip()
    if not text:
        raise Refused("Écrivez votre message.", field="words")
    parties, now = parties_of(subject), clock.now()
    thread = _thread(subject, parties)
    message = ThreadMessage(
        id=uuid.uuid4(),
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        side=side,
        author_id=by.person_id,
        author_name=by.name,
        title=title,
        words=text,
        written_at=now,
        mailing_id=mailing.id if mailing else None,
    )
    db.session.add(message)
    if side is Side.PERSON:
        thread.last_from_person_at = now
        thread.person_read_at = now
    else:
        thread.last_from_body_at = now
    db.session.flush()
    journal.record(subject, f"thread.{side.value}_wrote", by=by, codes={"mailing": mailing is not None})
    _tell(message, parties, subject)
    return message


def settle(subject: Subject, *, by: Principal) -> None:
    """Set the thread aside: it needs no answer."""
    thread = db.session.get(Thread, (subject.__tablename__, subject.id))
    if thread is None or not thread.awaits_body:
        raise Refused("Ce fil n’attend plus de réponse.")
    thread.settled_at = clock.now()
    db.session.flush()
    journal.record(subject, "thread.settled", by=by)


def open_mailing(body_id: uuid.UUID, *, title: str, words: str, chosen: str, people: int, by: Principal) -> Mailing:
    """Keep what is about to be written to many; the caller then writes to each with it."""
    if by.person_id is None:
        raise Refused("Connectez-vous pour écrire.")
    mailing = Mailing(
        id=uuid.uuid4(),
        body_id=body_id,
        title=title,
        words=words.strip(),
        chosen=chosen,
        people=people,
        written_by=by.person_id,
        writer_name=by.name,
    )
    db.session.add(mailing)
    db.session.flush()
    return mailing


def _thread(subject: Subject, parties: Parties) -> Thread:
    thread = db.session.get(Thread, (subject.__tablename__, subject.id))
    if thread is None:
        thread = Thread(subject_kind=subject.__tablename__, subject_id=subject.id)
        db.session.add(thread)
    thread.person_id, thread.person_name = parties.person_id, parties.person.name
    thread.body_id, thread.body_name = parties.body_id, parties.body_name
    thread.about, thread.path = parties.about, parties.path
    return thread


def _tell(message: ThreadMessage, parties: Parties, subject: Subject) -> None:
    from_person = message.side is Side.PERSON
    to = parties.reader if from_person else parties.person
    if to is None:
        return
    post(
        "common/thread_answer" if from_person else "common/thread_message",
        to=to,
        context={
            "writer": parties.person.name if from_person else parties.body_name,
            "body": parties.body_name,
            "about": parties.about,
            "title": message.title,
            "words": message.words,
            "path": parties.path,
        },
        about=subject,
        urgency=MailUrgency.DAILY if from_person else MailUrgency.PROMPT,
        path=parties.path,
        reply_to=parties.person.email if from_person else parties.body_email,
    )


# Reading --------------------------------------------------------------------------------------------------------------


def messages(subject: Subject) -> Sequence[ThreadMessage]:
    """Return the messages of a thread, the oldest first. One SELECT."""
    return db.session.scalars(
        select(ThreadMessage)
        .where(ThreadMessage.subject_kind == subject.__tablename__, ThreadMessage.subject_id == subject.id)
        .order_by(ThreadMessage.written_at, ThreadMessage.id)
    ).all()


def thread_of(subject: Subject) -> Thread | None:
    """Return the thread of a subject, or null before its first message. One SELECT."""
    return db.session.get(Thread, (subject.__tablename__, subject.id))


def note_reading(thread: Thread) -> None:
    """Note that the person has read her thread: like an access note, in a short transaction of its own."""
    key = (thread.subject_kind, thread.subject_id)
    with apart() as session:
        session.execute(
            update(Thread)
            .where(Thread.subject_kind == key[0], Thread.subject_id == key[1])
            .values(person_read_at=clock.now())
        )


AWAITS_BODY: Final = and_(
    Thread.last_from_person_at.is_not(None),
    or_(Thread.last_from_body_at.is_(None), Thread.last_from_body_at < Thread.last_from_person_at),
    or_(Thread.settled_at.is_(None), Thread.settled_at < Thread.last_from_person_at),
)
UNREAD: Final = and_(
    Thread.last_from_body_at.is_not(None),
    or_(Thread.person_read_at.is_(None), Thread.person_read_at < Thread.last_from_body_at),
)


def waiting_for(
    principal: Principal, bodies: Collection[uuid.UUID], *, also: ColumnElement[bool] | None = None
) -> Sequence[Thread]:
    """Return what a person has to read, and what these bodies have to answer, whatever the kind of thing. One SELECT.

    ``also`` names the threads she answers for another reason: those of whom she follows.
    """
    mine = Thread.person_id == principal.person_id if principal.person_id else false()
    theirs = or_(Thread.body_id.in_(bodies) if bodies else false(), false() if also is None else also)
    return db.session.scalars(
        select(Thread)
        .where(or_(and_(mine, UNREAD), and_(theirs, Thread.person_id != principal.person_id, AWAITS_BODY)))
        .order_by(Thread.last_from_person_at, Thread.subject_id)
    ).all()


def mailings(bodies: Collection[uuid.UUID], *, limit: int, skip: int) -> Sequence[Mailing]:
    """Return what these bodies wrote to many, the latest first. One SELECT."""
    return db.session.scalars(
        select(Mailing)
        .where(Mailing.body_id.in_(bodies) if bodies else false())
        .order_by(Mailing.written_at.desc(), Mailing.id)
        .limit(limit)
        .offset(skip)
    ).all()


# Personal data (R91) --------------------------------------------------------------------------------------------------


def threads_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the person's threads, for her own copy."""
    rows = db.session.scalars(select(Thread).where(Thread.person_id == person_id).order_by(Thread.subject_id))
    return [{"avec": thread.body_name, "sur": thread.about} for thread in rows]


def messages_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the messages the person wrote, and those written to her."""
    own = select(Thread.subject_id).where(Thread.person_id == person_id)
    rows = db.session.scalars(
        select(ThreadMessage)
        .where(or_(ThreadMessage.author_id == person_id, ThreadMessage.subject_id.in_(own)))
        .order_by(ThreadMessage.written_at, ThreadMessage.id)
    )
    return [
        {"écrit le": m.written_at.isoformat(), "message": m.words, "par elle": m.author_id == person_id} for m in rows
    ]


def mailings_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return what the person wrote to many."""
    rows = db.session.scalars(select(Mailing).where(Mailing.written_by == person_id).order_by(Mailing.written_at))
    return [{"écrit le": each.written_at.isoformat(), "objet": each.title, "personnes": each.people} for each in rows]


def forget_threads(person_id: uuid.UUID) -> int:
    """Forget the person's name on her threads."""
    result = db.session.execute(update(Thread).where(Thread.person_id == person_id).values(person_name="(effacé)"))
    return int(getattr(result, "rowcount", 0))


def forget_messages(person_id: uuid.UUID) -> int:
    """Empty the words of her threads, and forget her name under those she wrote elsewhere."""
    own = select(Thread.subject_id).where(Thread.person_id == person_id)
    emptied = db.session.execute(
        update(ThreadMessage).where(ThreadMessage.subject_id.in_(own)).values(words="(message effacé)", title="")
    )
    signed = db.session.execute(
        update(ThreadMessage).where(ThreadMessage.author_id == person_id).values(author_name="(effacé)")
    )
    return int(getattr(emptied, "rowcount", 0)) + int(getattr(signed, "rowcount", 0))


def forget_writer(person_id: uuid.UUID) -> int:
    """Forget her name under what she wrote to many."""
    result = db.session.execute(update(Mailing).where(Mailing.written_by == person_id).values(writer_name="(effacé)"))
    return int(getattr(result, "rowcount", 0))


def erase(subject: Subject) -> None:
    """Delete a thread and its messages: what it was about has outlived its retention (R89)."""
    for table in (ThreadMessage, Thread):
        db.session.execute(
            delete(table).where(table.subject_kind == subject.__tablename__, table.subject_id == subject.id)
        )


SENTENCES: Final = {
    "thread.person_wrote": "a écrit un message",
    "thread.body_wrote": "a écrit un message à la personne",
    "thread.settled": "a classé le fil de messages, sans réponse à donner",
}
