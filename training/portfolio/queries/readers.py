"""Who follows a learner today, and is told of what she hands in."""

from sqlalchemy import select

from training.accounts.models import Person
from training.cohorts.enums import FOLLOWING
from training.cohorts.models import Enrolment
from training.cohorts.rules import in_force
from training.common import clock
from training.database import db


def readers_of(enrolment: Enrolment) -> list[Person]:
    """Return those who follow the learner today: referent, co-referent, substitute."""
    today = clock.today()
    following = [
        term.person_id
        for term in enrolment.cohort.assignments
        if term.enrolment_id == enrolment.id and term.kind in FOLLOWING and in_force(term, today)
    ]
    people = select(Person).where(Person.id.in_(following)).order_by(Person.sort_key, Person.id)
    return list(db.session.scalars(people)) if following else []
