"""What follows an assessment: actions, and the questions a territory asked last time."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from training.common import clock
from training.common.errors import NotFound
from training.cooperation.enums import BOARD, LIVE_ACTIONS, AssessmentStatus
from training.cooperation.models import Action, ActionNews, Assessment, Grid, LocalQuestion, Partnership
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


def first_of(actions: Sequence[Action]) -> date | None:
    """Return the day the oldest of these actions was planned, or null."""
    return min((clock.in_paris(action.created_at).date() for action in actions), default=None)


def find_action(partnership: Partnership, action_id: uuid.UUID, *, to_change: bool = False) -> Action:
    """Return an action of a partnership, with what was said of it; ``NotFound`` for any other. Three SELECTs."""
    query = (
        select(Action)
        .options(
            joinedload(Action.lead),
            joinedload(Action.card),
            joinedload(Action.assessment).joinedload(Assessment.grid),
            selectinload(Action.partners),
            selectinload(Action.news).joinedload(ActionNews.author),
        )
        .where(Action.id == action_id, Action.partnership_id == partnership.id)
    )
    if to_change:
        query = query.with_for_update(of=Action)
    action = db.session.scalar(query)
    if action is None:
        raise NotFound
    set_committed_value(action, "partnership", partnership)
    return action


def suggestion(partnership: Partnership, assessment_id: str, item: str) -> dict[str, Any]:
    """Return the beginning of an action that an item of an assessment gives; nothing for an unknown one. Two SELECTs."""
    try:
        key = uuid.UUID(assessment_id)
    except ValueError:
        return {}
    found = db.session.scalar(
        select(Assessment)
        .options(selectinload(Assessment.results))
        .where(Assessment.id == key, Assessment.partnership_id == partnership.id)
    )
    result = next((each for each in found.results if each.item == item), None) if found else None
    if found is None:
        return {}
    return {"title": result.intention[:200] if result else "", "item": item, "assessment": assessment_id}


def finalised_of(partnership: Partnership, grid_code: str) -> list[Assessment]:
    """Return the finalised assessments of a partnership on a grid, oldest first. Two SELECTs."""
    query = (
        select(Assessment)
        .join(Assessment.grid)
        .options(contains_eager(Assessment.grid), selectinload(Assessment.results))
        .where(
            Assessment.partnership_id == partnership.id,
            Assessment.status == AssessmentStatus.FINALISED,
            Grid.code == grid_code,
        )
        .order_by(Assessment.finalised_at, Assessment.id)
    )
    return list(db.session.scalars(query))


def grids_used(partnership: Partnership) -> list[tuple[str, str]]:
    """Return the grids on which the partnership has finalised an assessment: code and name. One SELECT."""
    query = (
        select(Grid.code, func.max(Grid.name))
        .join(Assessment, Assessment.grid_id == Grid.id)
        .where(Assessment.partnership_id == partnership.id, Assessment.status == AssessmentStatus.FINALISED)
        .group_by(Grid.code)
    )
    return [(code, name) for code, name in db.session.execute(query.order_by(Grid.code))]


def next_actions(partnership: Partnership, *, limit: int = 6) -> Sequence[Action]:
    """Return the live actions of a partnership that come first. One SELECT."""
    query = (
        select(Action)
        .options(joinedload(Action.lead))
        .where(Action.partnership_id == partnership.id, Action.status.in_(LIVE_ACTIONS))
        .order_by(Action.due_on.is_(None), Action.due_on, Action.created_at, Action.id)
    )
    return db.session.scalars(query.limit(limit)).all()
