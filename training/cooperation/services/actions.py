"""Actions: planned from an item or an idea, followed, reviewed every quarter (R79, R81)."""

import uuid
from datetime import date

from training.common import clock, journal
from training.common.errors import Refused
from training.common.policy import Principal
from training.cooperation.commands import ActionPlan, Review
from training.cooperation.enums import ActionAct
from training.cooperation.models import Action, ActionNews, Assessment, LibraryCard, PartnerBody, Partnership
from training.cooperation.procedure import ACTION
from training.database import db

MOST_INDICATORS = 3


def plan(partnership: Partnership, command: ActionPlan, *, by: Principal) -> Action:
    """Plan an action and journal it."""
    action = Action(id=uuid.uuid4(), partnership=partnership, title=command.title, news=[])
    _write(action, command)
    db.session.add(action)
    db.session.flush()
    journal.record(action, "cooperation_action.planned", by=by)
    return action


def change(action: Action, command: ActionPlan, *, by: Principal) -> None:
    """Change an action; calendars follow, and a new date is reminded anew."""
    if action.due_on != command.due_on:
        action.reminded_on = None
    _write(action, command)
    _bump(action)
    db.session.flush()
    journal.record(action, "cooperation_action.changed", by=by)


def _write(action: Action, command: ActionPlan) -> None:
    known = {body.id: body for body in action.partnership.bodies}
    if len(command.indicators) > MOST_INDICATORS:
        raise Refused(f"Gardez {MOST_INDICATORS} indicateurs au plus.", field="indicator_1")
    action.title, action.first_step, action.due_on = command.title, command.first_step, command.due_on
    action.indicators = list(command.indicators)
    action.lead = known.get(command.lead_id) if command.lead_id else None
    action.partners = [known[each] for each in command.partners if each in known and each != command.lead_id]
    _tie(action, command)


def _tie(action: Action, command: ActionPlan) -> None:
    """Tie the action to what it comes from, when that is the partnership's own or the library's."""
    assessment = db.session.get(Assessment, command.assessment_id) if command.assessment_id else None
    if assessment is not None and assessment.partnership_id == action.partnership.id and command.item:
        assessment.grid.definition.item(command.item)
        action.assessment, action.item = assessment, command.item
    if command.card_code and db.session.get(LibraryCard, command.card_code) is not None:
        action.card_code = command.card_code


def _bump(action: Action) -> None:
    action.sequence += 1
    action.changed_at = clock.now()


def advance(action: Action, act: ActionAct, *, by: Principal, reason: str | None = None) -> None:
    """Start, finish, drop or resume an action."""
    ACTION.check(action, act, by=by, reason=reason)
    with db.session.no_autoflush:  # a CHECK ties the day it was done to the status
        action.done_on = clock.today() if act is ActionAct.FINISH else None
        _bump(action)
    ACTION.advance(action, act, by=by, reason=reason)


def tell(action: Action, text: str, *, by: Principal) -> ActionNews:
    """Say what was done on an action, what was learnt."""
    news = ActionNews(id=uuid.uuid4(), action_id=action.id, written_by=by.person_id, text=text)
    db.session.add(news)
    db.session.flush()
    db.session.expire(action, ["news"])
    journal.record(action, "cooperation_action.news", by=by)
    return news


def review(partnership: Partnership, command: Review, actions: dict[uuid.UUID, Action], *, by: Principal) -> None:
    """Hold the quarterly review: the news of each action and the act taken on it, all at once (R81)."""
    if command.held_on > clock.today():
        raise Refused("La revue a lieu aujourd’hui ou a déjà eu lieu : corrigez son jour.", field="held_on")
    for reviewed in command.actions:
        action = actions[reviewed.action_id]
        if reviewed.news:
            tell(action, reviewed.news, by=by)
        if reviewed.act:
            advance(action, ActionAct(reviewed.act), by=by, reason=reviewed.news or None)
    partnership.reviewed_on = max(command.held_on, partnership.reviewed_on or date.min)
    db.session.flush()
    journal.record(partnership, "partnership.reviewed", by=by, codes={"actions": len(command.actions)})


def bodies_named(action: Action) -> list[PartnerBody]:
    """Return the bodies of an action: the one that leads it, then the others."""
    return [*([action.lead] if action.lead else []), *action.partners]
