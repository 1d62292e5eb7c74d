"""The feed of dated actions: found by its secret’s digest, and what it shows."""

import uuid
from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.cooperation.models import Action, ActionFeed, PartnerMember
from training.database import db


def live_feed_of(person_id: uuid.UUID) -> ActionFeed | None:
    """Return a person’s live feed, or null. One SELECT."""
    query = select(ActionFeed).where(ActionFeed.person_id == person_id, ActionFeed.revoked_at.is_(None))
    return db.session.scalar(query)


def feed_by_digest(digest: str) -> ActionFeed | None:
    """Return the live feed of a secret, of someone who still has an account; null for any other. One SELECT."""
    return db.session.scalar(
        select(ActionFeed)
        .join(Person, Person.id == ActionFeed.person_id)
        .where(ActionFeed.secret_digest == digest, ActionFeed.revoked_at.is_(None), Person.active.is_(True))
    )


def dated_actions_of(person_id: uuid.UUID) -> Sequence[Action]:
    """Return the dated actions of the partnerships a person is in today, in order. One SELECT."""
    there = exists().where(
        PartnerMember.partnership_id == Action.partnership_id,
        PartnerMember.person_id == person_id,
        PartnerMember.until.is_(None),
    )
    query = (
        select(Action)
        .options(joinedload(Action.partnership), joinedload(Action.lead))
        .where(Action.due_on.is_not(None), there)
        .order_by(Action.due_on, Action.id)
        .limit(500)
    )
    return db.session.scalars(query).all()
