"""What comes due, told by mail once: a review, an assessment, an action (R81)."""

import uuid
from datetime import date

from sqlalchemy import func, select

from training.accounts.models import Person
from training.common import clock
from training.common.sweeping import one_by_one
from training.cooperation import mails
from training.cooperation.enums import LIVE_ACTIONS, AssessmentStatus, Role
from training.cooperation.models import Action, Assessment, Partnership
from training.cooperation.rules.rhythm import ACTION_AHEAD, assessment_due_on, review_due_on
from training.database import db


def remind() -> int:
    """Tell what is due today; return how many reminders were written. Doubled, it tells nothing twice."""
    today = clock.today()
    partnerships = list(db.session.scalars(select(Partnership.id).order_by(Partnership.id)))
    near = select(Action.id).where(
        Action.status.in_(LIVE_ACTIONS), Action.due_on <= today + ACTION_AHEAD, Action.reminded_on.is_(None)
    )
    actions = list(db.session.scalars(near.order_by(Action.due_on, Action.id)))
    return one_by_one(partnerships, _partnership) + one_by_one(actions, _action)


def _partnership(partnership_id: uuid.UUID) -> int:
    query = select(Partnership).where(Partnership.id == partnership_id).with_for_update(of=Partnership)
    partnership = db.session.scalar(query)
    if partnership is None:
        return 0
    return _review(partnership) + _assessment(partnership)


def _is_new(reminded: date | None, due: date | None) -> bool:
    """Whether what is due has come and was not told yet."""
    return due is not None and due <= clock.today() and (reminded is None or reminded < due)


def _review(partnership: Partnership) -> int:
    first, count = db.session.execute(
        select(func.min(Action.created_at), func.count()).where(
            Action.partnership_id == partnership.id, Action.status.in_(LIVE_ACTIONS)
        )
    ).one()
    since = clock.in_paris(first).date() if first else None
    if not _is_new(partnership.review_reminded_on, review_due_on(partnership.reviewed_on, since)):
        return 0
    partnership.review_reminded_on = clock.today()
    for person in _facilitators(partnership):
        mails.review_due(person, partnership, actions=count)
    return 1


def _assessment(partnership: Partnership) -> int:
    mine = Assessment.partnership_id == partnership.id
    final = Assessment.status == AssessmentStatus.FINALISED
    last = db.session.scalar(select(func.max(Assessment.held_on)).where(mine, final))
    if db.session.scalar(select(Assessment.id).where(mine, ~final).limit(1)) is not None:
        return 0
    if last is None or not _is_new(partnership.assessment_reminded_on, assessment_due_on(last, partnership.cadence)):
        return 0
    partnership.assessment_reminded_on = clock.today()
    for person in _facilitators(partnership):
        mails.assessment_due(person, partnership, since=last)
    return 1


def _facilitators(partnership: Partnership) -> list[Person]:
    return [member.person for member in partnership.present_members if member.role is Role.FACILITATOR]


def _action(action_id: uuid.UUID) -> int:
    query = select(Action).where(Action.id == action_id, Action.reminded_on.is_(None))
    action = db.session.scalar(query.where(Action.status.in_(LIVE_ACTIONS)).with_for_update(of=Action))
    if action is None:
        return 0
    action.reminded_on = clock.today()
    members = action.partnership.present_members
    leading = [member.person for member in members if action.lead_id and member.body_id == action.lead_id]
    for person in leading or _facilitators(action.partnership):
        mails.action_due(person, action)
    return 1
