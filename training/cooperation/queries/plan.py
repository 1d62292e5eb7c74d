"""What follows an assessment: actions, and the questions a territory asked last time."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import case, select
from sqlalchemy.orm import joinedload, selectinload

from training.cooperation.enums import BOARD
from training.cooperation.models import Action, Assessment, LocalQuestion, Partnership
from training.database import db

BOARD_ORDER: Final = case({status: rank for rank, status in enumerate(BOARD)}, value=Action.status)


def last_questions(partnership: Partnership) -> list[str]:
    """Return the local questions of the last assessment, to ask them again (R83). One SELECT."""
    last = (
        select(Assessment.id)
        .where(Assessment.partnership_id == partnership.id)
        .order_by(Assessment.created_at.desc(), Assessment.id)
        .limit(1)
        .scalar_subquery()
    )
    query = select(LocalQuestion.label).where(LocalQuestion.assessment_id == last)
    return list(db.session.scalars(query.order_by(LocalQuestion.position, LocalQuestion.id)))


def actions_of(partnership: Partnership, *, limit: int = 200) -> Sequence[Action]:
    """Return the actions of a partnership: by state, then by date. Three SELECTs."""
    query = (
        select(Action)
        .options(joinedload(Action.lead), selectinload(Action.partners), selectinload(Action.news))
        .where(Action.partnership_id == partnership.id)
        .order_by(BOARD_ORDER, Action.due_on.is_(None), Action.due_on, Action.created_at, Action.id)
    )
    return db.session.scalars(query.limit(limit)).all()


def actions_of_assessment(assessment: Assessment) -> list[Action]:
    """Return the actions that came out of an assessment. One SELECT."""
    query = (
        select(Action)
        .options(joinedload(Action.lead))
        .where(Action.assessment_id == assessment.id)
        .order_by(Action.due_on.is_(None), Action.due_on, Action.created_at, Action.id)
    )
    return list(db.session.scalars(query))
