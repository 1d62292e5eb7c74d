"""Identifiers of the school’s platform, and the learners they may belong to (R121)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from training.accounts.enums import CARRYING, Part
from training.accounts.models import Organisation, Person
from training.cohorts.enums import LIVE
from training.cohorts.models import CohortPart, Enrolment
from training.common.errors import NotFound
from training.common.listing import PER_PAGE, offset
from training.database import db
from training.portfolio.models import PlatformAccount


def _answered_for(body: Organisation) -> ColumnElement[bool]:
    """Return the condition: the person learns in a cohort this body carries or teaches."""
    cohorts = select(CohortPart.cohort_id).where(
        CohortPart.organisation_id == body.id, CohortPart.part.in_((*CARRYING, Part.SCHOOL))
    )
    return Person.id.in_(
        select(Enrolment.person_id).where(Enrolment.cohort_id.in_(cohorts), Enrolment.status.in_(LIVE))
    )


def accounts_of(body: Organisation, *, number: int) -> tuple[Sequence[PlatformAccount], int]:
    """Return one page of the identifiers known for a body’s learners, and how many there are. Two SELECTs."""
    query = select(PlatformAccount).join(PlatformAccount.person).where(_answered_for(body))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.scalars(
        query.options(joinedload(PlatformAccount.person, innerjoin=True))
        .order_by(Person.sort_key, PlatformAccount.identifier_key)
        .limit(PER_PAGE)
        .offset(offset(number))
    ).all()
    return rows, total


def learners_of(body: Organisation) -> Sequence[Person]:
    """Return the learners a body answers for, by name. One SELECT."""
    return db.session.scalars(select(Person).where(_answered_for(body)).order_by(Person.sort_key, Person.id)).all()


def learner_of(body: Organisation, person_id: uuid.UUID) -> Person:
    """Return a learner this body answers for; ``NotFound`` for any other. One SELECT."""
    person = db.session.scalar(select(Person).where(Person.id == person_id, _answered_for(body)))
    if person is None:
        raise NotFound
    return person


def account_of(body: Organisation, account_id: uuid.UUID) -> PlatformAccount:
    """Return an identifier of one of the body’s learners; ``NotFound`` for any other. One SELECT."""
    account = db.session.scalar(
        select(PlatformAccount)
        .join(PlatformAccount.person)
        .where(PlatformAccount.id == account_id, _answered_for(body))
        .options(joinedload(PlatformAccount.person, innerjoin=True))
    )
    if account is None:
        raise NotFound
    return account


def holder_of(identifier: str) -> uuid.UUID | None:
    """Return whose an identifier is known to be, or null. One SELECT."""
    return db.session.scalar(
        select(PlatformAccount.person_id).where(PlatformAccount.identifier_key == identifier.strip().casefold())
    )
