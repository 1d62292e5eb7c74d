"""The demonstration's follow-up: meetings offered and taken, an alert, someone without a post."""

import uuid
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from training.accounts.models import Person
from training.cohorts import services
from training.cohorts.commands import Postless, SlotsToOpen
from training.cohorts.enums import LIVE
from training.cohorts.meetings import MeetingSlot
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.cohorts.queries.meetings import cohorts_taught
from training.cohorts.services import meetings
from training.common import clock
from training.database import db
from training.seeding.demo.cohorts import staff_of
from training.seeding.demo.people import Cast, at

TRAINER: Final = "relais.ara@example.org"
LEARNER: Final = "apprenant.ara@example.org"


def load_following(cast: Cast) -> None:
    """Offer three meetings, one taken; raise an alert on a learner, and note that another has no post any more."""
    if db.session.scalar(select(MeetingSlot.id).limit(1)) is not None:
        return
    trainer, today = cast.principal(TRAINER), clock.today()
    taught = cohorts_taught(trainer)
    if not taught:
        return
    start = clock.at_paris(today + timedelta(days=9), 14)
    command = SlotsToOpen(
        taught[0].id, start, start + timedelta(minutes=135), 45, link="https://visio.example.org/suivi"
    )
    with at(today - timedelta(days=3), 10):
        slots = meetings.open_slots(command, by=trainer)
        meetings.book(slots[1], "Le plan de mon mémoire", by=cast.principal(LEARNER))
        _situations(taught[0].id, cast)


def _situations(cohort_id: uuid.UUID, cast: Cast) -> None:
    cohort = db.session.get_one(Cohort, cohort_id)
    others = [
        each
        for each in db.session.scalars(
            select(Enrolment)
            .join(TrainerAssignment, TrainerAssignment.enrolment_id == Enrolment.id)
            .join(Person, Person.id == Enrolment.person_id)
            .where(
                Enrolment.cohort_id == cohort_id,
                Enrolment.status.in_(LIVE),
                TrainerAssignment.person_id == cast.principal(TRAINER).person_id,
                TrainerAssignment.until.is_(None),
            )
            .order_by(Person.sort_key, Enrolment.id)
        )
        if each.person.email != LEARNER
    ]
    if len(others) > 1:
        services.raise_risk(others[0], "Deux absences de suite et plus de réponse.", by=cast.principal(TRAINER))
        today = clock.today()
        postless = Postless(today, today + timedelta(days=21), "Fin de contrat dans sa structure.")
        services.declare_postless(others[1], postless, by=cast.principal(staff_of(cohort.code)))
