"""The outbox, as if the worker had sent all it holds."""

from sqlalchemy import update

from training.common import clock
from training.common.mail import MailStatus, OutgoingMail
from training.database import db


def all_sent() -> None:
    """Every message that waits has left."""
    waiting = update(OutgoingMail).where(OutgoingMail.status == MailStatus.QUEUED)
    db.session.execute(waiting.values(status=MailStatus.SENT, sent_at=clock.now()))
    db.session.expire_all()
