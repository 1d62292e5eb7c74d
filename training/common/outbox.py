"""The outbox: who sends what, once (design of the mails; R120).

A message is claimed under a lease and committed as ``sending`` before the relay hears of
it; it is recorded after. Whatever breaks in between leaves a lease that runs out: the
message is then ``uncertain``, shown to staff, and never sent again by itself. Several
workers share the outbox: rows are claimed with FOR UPDATE SKIP LOCKED on PostgreSQL, under
BEGIN IMMEDIATE on SQLite. These functions commit, item by item: only the worker calls them;
the staff's two acts and the privacy functions do not.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import ColumnElement

from training.common import clock
from training.common.journal import Subject
from training.common.mail import (
    BODY_FORGOTTEN,
    MailStatus,
    MailUrgency,
    OutgoingMail,
    Recipient,
    is_night,
    next_morning,
    next_sending,
    post,
)
from training.common.policy import Permission, Principal
from training.common.procedure import Procedure, Step
from training.common.transport import Parcel, PermanentFault, Sender, SendFault, UncertainFault, build
from training.config import Settings
from training.database import db, writing

LEASE: Final = timedelta(minutes=5)
DELAYS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""How long to wait after each temporary failure; after the last one the message has failed."""
KEPT_FOR: Final = timedelta(days=365)


class MailAct(StrEnum):
    """What staff may do with a message that did not leave."""

    RESEND = "resend"
    GIVE_UP = "give_up"


UNSENT: Final = frozenset({MailStatus.FAILED, MailStatus.UNCERTAIN})

PROCEDURE: Final = Procedure(
    name="mail",
    steps={
        MailAct.RESEND: Step(
            from_=UNSENT,
            to=MailStatus.QUEUED,
            permission=Permission.OUTBOX_WATCH,
            label="Envoyer de nouveau",
            sentence="a demandé un nouvel envoi du courriel",
        ),
        MailAct.GIVE_UP: Step(
            from_=UNSENT,
            to=MailStatus.GIVEN_UP,
            permission=Permission.OUTBOX_WATCH,
            label="Ne plus l’envoyer",
            sentence="a renoncé à l’envoi du courriel",
            reason=True,
        ),
    },
)


# -- the worker's steps -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claim:
    """A message taken by this worker: nothing else is needed to send it, not even the database."""

    id: uuid.UUID
    attempt: int
    parcel: Parcel


def _due(status: MailStatus) -> ColumnElement[bool]:
    return and_(OutgoingMail.status == status, OutgoingMail.send_after <= clock.now())


def expire_leases() -> int:
    """Mark uncertain the messages whose worker never recorded what became of them; commits. Return how many."""
    with writing():
        result = db.session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.status == MailStatus.SENDING, OutgoingMail.lease_until < clock.now())
            .values(
                status=MailStatus.UNCERTAIN, lease_until=None, failure="the worker stopped before recording the answer"
            )
        )
        db.session.commit()
    return int(getattr(result, "rowcount", 0))


def claim(settings: Settings) -> Claim | None:
    """Take the message that has waited longest, under a lease, and commit; null when none may leave now."""
    while True:
        with writing():
            mail = db.session.scalar(_next_to_send())
            if mail is None:
                db.session.rollback()
                return None
            taken = _take(mail, settings)
            db.session.commit()
        if taken is not None:
            return taken


def _next_to_send() -> Select[OutgoingMail]:
    """Select the one message to send: a daily one only once it stands for its day, at night only what was asked."""
    ready = OutgoingMail.urgency != MailUrgency.DAILY
    if is_night(clock.now()):
        ready = OutgoingMail.urgency == MailUrgency.ASKED
    else:
        ready = or_(ready, OutgoingMail.grouped_on.is_not(None))
    return (
        select(OutgoingMail)
        .where(_due(MailStatus.QUEUED), ready)
        .order_by(OutgoingMail.send_after, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _take(mail: OutgoingMail, settings: Settings) -> Claim | None:
    """Put the message under a lease; one that cannot be written for the wire has failed, and gives null."""
    mail.attempts += 1
    mail.tries += 1
    try:
        parcel = build(mail, settings, at=clock.in_paris(clock.now()))
    except ValueError as fault:
        _settle(mail, MailStatus.FAILED, f"the message cannot be written: {type(fault).__name__}")
        return None
    mail.status = MailStatus.SENDING
    mail.lease_until = clock.now() + LEASE
    return Claim(mail.id, mail.attempts, parcel)


def deliver(taken: Claim, sender: Sender) -> None:
    """Send a claimed message and record what became of it; commits."""
    try:
        sender.send(taken.parcel)
    except SendFault as fault:
        record(taken, fault)
    else:
        record(taken, None)


def record(taken: Claim, fault: SendFault | None) -> None:
    """Write the fate of a claimed message, unless someone has acted on it since; commits."""
    with writing():
        mail = db.session.get(OutgoingMail, taken.id, with_for_update=True, populate_existing=True)
        still_ours = mail is not None and mail.attempts == taken.attempt
        if mail is None or not still_ours or mail.status not in {MailStatus.SENDING, MailStatus.UNCERTAIN}:
            db.session.rollback()
            return
        if fault is None:
            _settle(mail, MailStatus.SENT, None)
        elif isinstance(fault, UncertainFault):
            _settle(mail, MailStatus.UNCERTAIN, fault.reason)
        elif isinstance(fault, PermanentFault) or mail.tries > len(DELAYS):
            _settle(mail, MailStatus.FAILED, fault.reason)
        else:
            _settle(mail, MailStatus.QUEUED, fault.reason)
            urgency = MailUrgency.PROMPT if mail.urgency is MailUrgency.DAILY else mail.urgency
            mail.send_after = next_sending(clock.now() + DELAYS[mail.tries - 1], urgency)
        db.session.commit()


def _settle(mail: OutgoingMail, status: MailStatus, failure: str | None) -> None:
    mail.status = status
    mail.lease_until = None
    mail.failure = failure
    if status is MailStatus.SENT:
        mail.sent_at = clock.now()
    if status in BODY_FORGOTTEN:
        mail.forget_words()


def group() -> int:
    """Make one message of each person's due daily ones (R120); commits person by person. Return how many people.

    A lone one stays as it is. Whoever has had today's message gets the others tomorrow at 7 h.
    """
    if is_night(clock.now()):
        return 0
    waiting = _due(MailStatus.QUEUED), OutgoingMail.urgency == MailUrgency.DAILY, OutgoingMail.grouped_on.is_(None)
    mailboxes = list(
        db.session.scalars(select(OutgoingMail.to_email).where(*waiting).distinct().order_by(OutgoingMail.to_email))
    )
    db.session.rollback()
    done = 0
    for mailbox in mailboxes:
        with writing():
            lines = db.session.scalars(
                select(OutgoingMail)
                .where(*waiting, OutgoingMail.to_email == mailbox)
                .order_by(OutgoingMail.created_at, OutgoingMail.id)
                .with_for_update(skip_locked=True)
            ).all()
            try:
                done += bool(lines) and _group(lines)
                db.session.commit()
            except IntegrityError:  # another worker made today's message of this person meanwhile
                db.session.rollback()
    return done


def _group(lines: Sequence[OutgoingMail]) -> bool:
    today, mailbox = clock.today(), lines[0].to_email
    made = select(OutgoingMail.id).where(OutgoingMail.to_email == mailbox, OutgoingMail.grouped_on == today)
    if db.session.scalar(made) is not None:
        for line in lines:
            line.send_after = next_morning(clock.now() + timedelta(seconds=1))
        return False
    if len(lines) == 1:
        lines[0].grouped_on = today
        return True
    first = lines[0]
    whole = post(
        "common/grouped",
        to=Recipient(mailbox, first.to_name, first.to_person_id),
        context={"lines": [{"subject": line.subject, "path": line.path} for line in lines]},
    )
    whole.grouped_on = today
    db.session.flush()
    for line in lines:
        line.grouped_into_id = whole.id
        _settle(line, MailStatus.GROUPED, None)
    return True


# -- what staff sees and does -----------------------------------------------------------------------------------------


def unsent(*, limit: int, offset: int = 0) -> list[OutgoingMail]:
    """Return the messages that failed or may have been lost, newest first. One SELECT."""
    query = (
        select(OutgoingMail)
        .where(OutgoingMail.status.in_(UNSENT))
        .order_by(OutgoingMail.created_at.desc(), OutgoingMail.id)
        .limit(limit)
        .offset(offset)
    )
    return list(db.session.scalars(query))


def count_unsent() -> int:
    """Return how many messages failed or may have been lost."""
    return db.session.scalar(select(func.count()).where(OutgoingMail.status.in_(UNSENT))) or 0


def about(subject: Subject) -> list[OutgoingMail]:
    """Return the messages that concern ``subject``, newest first. One SELECT."""
    query = (
        select(OutgoingMail)
        .where(OutgoingMail.about_kind == subject.__tablename__, OutgoingMail.about_id == subject.id)
        .order_by(OutgoingMail.created_at.desc(), OutgoingMail.id)
    )
    return list(db.session.scalars(query))


def resend(mail: OutgoingMail, *, by: Principal) -> None:
    """Put an unsent message back in the outbox, with all its tries; journals. ``ActUnavailable`` if it has left."""
    PROCEDURE.advance(mail, MailAct.RESEND, by=by, codes={"was_uncertain": mail.status is MailStatus.UNCERTAIN})
    mail.tries = 0
    mail.failure = None
    mail.send_after = clock.now()
    db.session.flush()


def give_up(mail: OutgoingMail, *, by: Principal, reason: str) -> None:
    """Leave an unsent message unsent, and forget its words; journals with the reason."""
    PROCEDURE.advance(mail, MailAct.GIVE_UP, by=by, reason=reason)
    mail.forget_words()
    db.session.flush()


def oldest_due_age() -> timedelta | None:
    """Return how long the oldest message that may leave has waited; null when none waits (``/sante``)."""
    oldest = db.session.scalar(select(func.min(OutgoingMail.send_after)).where(_due(MailStatus.QUEUED)))
    return clock.now() - oldest if oldest is not None else None


# -- personal data ----------------------------------------------------------------------------------------------------


def of_person(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the messages sent to a person, for her own copy of her data (R91)."""
    query = (
        select(OutgoingMail)
        .where(OutgoingMail.to_person_id == person_id)
        .order_by(OutgoingMail.created_at, OutgoingMail.id)
    )
    return [
        {
            "adresse": mail.to_email,
            "objet": mail.subject,
            "etat": mail.status.label,
            "ecrit_le": mail.created_at,
            "envoye_le": mail.sent_at,
        }
        for mail in db.session.scalars(query)
    ]


def forget_person(person_id: uuid.UUID) -> int:
    """Empty the messages to a person of what identifies her (R91); those that have not left never will."""
    mails = db.session.scalars(select(OutgoingMail).where(OutgoingMail.to_person_id == person_id)).all()
    for mail in mails:
        if mail.status not in BODY_FORGOTTEN:
            _settle(mail, MailStatus.GIVEN_UP, None)
        mail.to_email = mail.to_name = mail.subject = ""
        mail.to_person_id = mail.reply_to = mail.path = mail.grouped_on = None
        mail.urgency = MailUrgency.PROMPT if mail.urgency is MailUrgency.DAILY else mail.urgency
    db.session.flush()
    return len(mails)


def purge() -> int:
    """Delete the settled messages older than their retention; return how many went."""
    old = OutgoingMail.created_at < clock.now() - KEPT_FOR
    lines = delete(OutgoingMail).where(old, OutgoingMail.grouped_into_id.is_not(None))
    referred = select(OutgoingMail.grouped_into_id).where(OutgoingMail.grouped_into_id.is_not(None))
    settled = delete(OutgoingMail).where(
        old, OutgoingMail.status.in_(BODY_FORGOTTEN | UNSENT), OutgoingMail.id.not_in(referred)
    )
    return sum(int(getattr(db.session.execute(statement), "rowcount", 0)) for statement in (lines, settled))
