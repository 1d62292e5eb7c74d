"""The worker is nudged once an act that posted a message is committed, so that the message need not wait for its round."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import event
from sqlalchemy.orm import Session

from training.database import db

_POSTED: Final = "mail posted"
_nudges: list[Callable[[], None]] = []


def posted() -> None:
    """Note that the transaction at hand posts a message."""
    db.session.info[_POSTED] = True


def call_after_commit(nudge: Callable[[], None] | None) -> None:
    """Call ``nudge`` after each commit that posted a message; null for nothing."""
    _nudges[:] = [nudge] if nudge else []


@event.listens_for(Session, "after_commit")
def _nudge(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.pop(_POSTED, False):
        return
    for nudge in _nudges:
        nudge()


@event.listens_for(Session, "after_rollback")
def _forget_nudge(session: Session) -> None:
    session.info.pop(_POSTED, None)
