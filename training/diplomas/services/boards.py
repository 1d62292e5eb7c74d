"""The board’s day: announced to those whose printed name is still to be proofread, then reminded once (R110, R120)."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from training.cohorts import services as cohorts
from training.cohorts.models import Cohort
from training.common import clock, journal
from training.common.errors import Refused
from training.common.policy import Principal
from training.common.sweeping import one_by_one
from training.database import db
from training.diplomas import mails, queries
from training.diplomas.models import DiplomaBoard

REMINDED: Final = timedelta(days=7)
"""Before the board, those who have not proofread their name are reminded."""


def plan_board(cohort: Cohort, held_on: date, *, by: Principal) -> DiplomaBoard:
    """Announce the day of the board; one to come takes the new day. Journaled; the learners concerned are told.

    Raises ``Refused`` for a day that is past, or already announced.
    """
    cohorts.lock_cohort(cohort.id)
    if held_on < clock.today():
        raise Refused("Cette date est passée.", field="held_on")
    board = queries.next_board(cohort.id)
    if board is not None and board.held_on == held_on:
        raise Refused("Cette date est déjà annoncée.", field="held_on")
    if board is None:
        board = DiplomaBoard(cohort_id=cohort.id)
        db.session.add(board)
    board.held_on, board.planned_at, board.planned_by, board.reminded_at = held_on, clock.now(), by.person_id, None
    db.session.flush()
    journal.record(cohort, "cohort.board_planned", by=by, codes={"on": held_on.isoformat()})
    for enrolment in queries.unproofread(cohort.id):
        mails.name_to_proofread(enrolment, board)
    return board


def remind_names() -> int:
    """Remind those who have not proofread their name, a week before the board, once. One transaction each board."""
    soon = (
        select(DiplomaBoard.id)
        .where(
            DiplomaBoard.reminded_at.is_(None),
            DiplomaBoard.held_on >= clock.today(),
            DiplomaBoard.held_on <= clock.today() + REMINDED,
        )
        .order_by(DiplomaBoard.id)
    )
    return one_by_one(db.session.scalars(soon).all(), _remind)


def _remind(board_id: object) -> bool:
    board = db.session.scalars(
        select(DiplomaBoard).where(DiplomaBoard.id == board_id).with_for_update(of=DiplomaBoard)
    ).one()
    if board.reminded_at is not None:
        return False
    board.reminded_at = clock.now()
    db.session.flush()
    for enrolment in queries.unproofread(board.cohort_id):
        mails.name_to_proofread(enrolment, board)
    return True
