"""A partner's calendar of dated actions: made, ended, delivered (R79)."""

import uuid
from collections.abc import Iterable

from training.common import clock, ical, sealing
from training.common.errors import NotFound
from training.common.ical import Calendar, CalendarEvent
from training.common.policy import Principal
from training.cooperation.enums import ActionStatus
from training.cooperation.models import Action, ActionFeed
from training.cooperation.queries import feeds as queries
from training.database import db
from training.extensions import settings

NAME = "Actions de coopération (Tesselle)"


def _keys() -> list[str]:
    house = settings()
    return [house.secret_key, *house.secret_key_fallbacks]


def secret_of(feed: ActionFeed) -> str | None:
    """Return the secret of a feed, to show its address again."""
    return sealing.unseal(feed.sealed_secret, _keys())


def create(*, by: Principal) -> ActionFeed:
    """Return one's live feed, made if there is none."""
    if by.person_id is None:
        raise NotFound
    held = queries.live_feed_of(by.person_id)
    if held is not None:
        return held
    secret = sealing.new_secret()
    feed = ActionFeed(
        id=uuid.uuid4(),
        person_id=by.person_id,
        sealed_secret=sealing.seal(secret, _keys()),
        secret_digest=sealing.digest(secret),
    )
    db.session.add(feed)
    db.session.flush()
    return feed


def end_own(*, by: Principal) -> None:
    """End one's live feed, if there is one: its address answers nothing more."""
    held = queries.live_feed_of(by.person_id) if by.person_id else None
    if held is not None:
        held.revoked_at = clock.now()
        db.session.flush()


def body_of(feed: ActionFeed, actions: Iterable[Action]) -> bytes:
    """Return the calendar file of the dated actions, a day each; nobody is named in it but bodies."""
    public_url = settings().public_url
    events = tuple(_event(action, public_url) for action in actions)
    return ical.feed(Calendar(name=NAME, uid=f"{feed.id}@tesselle", events=events))


def _event(action: Action, public_url: str) -> CalendarEvent:
    if action.due_on is None:
        raise ValueError("an action without a date has no place in a calendar")
    lead = action.lead.name if action.lead else "à désigner"
    done = " (faite)" if action.status is ActionStatus.DONE else ""
    return CalendarEvent(
        uid=f"action-{action.id}@tesselle",
        start=action.due_on,
        end=action.due_on,
        summary=f"{action.partnership.name} · {action.title}{done}",
        description="\n".join(line for line in (f"Qui mène : {lead}", action.first_step) if line),
        url=f"{public_url}/cooperation/{action.partnership_id}/actions/{action.id}",
        created=action.created_at,
        last_modified=action.changed_at,
        sequence=action.sequence,
        cancelled=action.status is ActionStatus.DROPPED,
    )
