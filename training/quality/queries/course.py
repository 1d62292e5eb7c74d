"""What a course is made of, as its evidence tells it: its modules, and who follows each learner (R123)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.models import Person
from training.catalogue.models import Module
from training.cohorts.enums import FOLLOWING
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.cohorts.queries.cohorts import in_force_on
from training.common import clock
from training.database import db


def modules_of(cohort: Cohort) -> Sequence[Module]:
    """Return the modules of its edition with their objectives and resources. Three SELECTs."""
    query = select(Module).where(Module.edition_id == cohort.edition_id)
    return db.session.scalars(
        query.options(selectinload(Module.objectives), selectinload(Module.resources)).order_by(Module.position)
    ).all()


def followed_of(cohort: Cohort) -> Sequence[tuple[Enrolment, str]]:
    """Return each learner with who follows her today, in words. Two SELECTs."""
    rows = db.session.execute(
        select(TrainerAssignment.enrolment_id, Person)
        .join(Person, Person.id == TrainerAssignment.person_id)
        .where(
            TrainerAssignment.cohort_id == cohort.id,
            TrainerAssignment.kind.in_(FOLLOWING),
            in_force_on(clock.today()),
        )
        .order_by(Person.sort_key, Person.id)
    )
    followers: dict[object, list[str]] = {}
    for enrolment_id, person in rows:
        followers.setdefault(enrolment_id, []).append(person.name)
    query = select(Enrolment).join(Enrolment.person).where(Enrolment.cohort_id == cohort.id)
    learners = db.session.scalars(
        query.options(joinedload(Enrolment.person, innerjoin=True)).order_by(Person.sort_key, Enrolment.id)
    )
    return [(each, ", ".join(followers.get(each.id, ()))) for each in learners]
