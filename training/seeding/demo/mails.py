"""The mails of the demonstration's past: they are told as sent, and nothing leaves."""

import uuid
from typing import Final

from sqlalchemy import select

from training.common.mail import MailStatus, OutgoingMail
from training.database import db

TROUBLED: Final = {
    "admissions/correction_asked": (MailStatus.FAILED, "550 mailbox unavailable"),
    "admissions/seat_offered": (MailStatus.UNCERTAIN, "the worker stopped before recording the answer"),
}
"""The latest mail of each of these did not go well, so that the administrator has something to settle."""


def settle_mails(*, but: set[uuid.UUID]) -> None:
    """Note the waiting mails as sent at their time, their words forgotten; leave those that waited before.

    Two of them are left in trouble. Nothing is in the outbox for the worker to send.
    """
    query = (
        select(OutgoingMail).where(OutgoingMail.status == MailStatus.QUEUED).order_by(OutgoingMail.created_at.desc())
    )
    troubled = dict(TROUBLED)
    for mail in db.session.scalars(query):
        if mail.id in but:
            continue
        trouble = troubled.pop(mail.message, None)
        if trouble:
            mail.status, mail.failure = trouble
            mail.attempts = mail.tries = 1
        else:
            with db.session.no_autoflush:
                mail.status, mail.sent_at = MailStatus.SENT, mail.send_after
                mail.attempts = mail.tries = 1
                mail.forget_words()
    db.session.flush()
