"""The demonstration's daily life of cohorts: choices among modules, by the real services."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.cohorts.commands import ModulesToChoose
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.queries.choosing import choices_in
from training.cohorts.services import choosing
from training.common import clock
from training.database import db
from training.seeding.demo.cohorts import cohort_of, staff_of
from training.seeding.demo.people import Cast

LEFT_TO_CHOOSE = 2
"""How many learners have not chosen yet."""


def load_life(cast: Cast) -> None:
    """Play what happens in cohorts day by day; done once, when nobody has entered anything yet."""
    _choose(cohort_of("MOSAIC-2026"), cast)


def learners_of(cohort: Cohort) -> list[Enrolment]:
    """Return the learners of a cohort, by name."""
    query = select(Enrolment).join(Enrolment.person).where(Enrolment.cohort_id == cohort.id)
    return list(db.session.scalars(query.options(joinedload(Enrolment.person)).order_by(Person.sort_key, Enrolment.id)))


def _choose(cohort: Cohort, cast: Cast) -> None:
    """MOSAIC's specialisations: open three weeks more, ten places each; most have chosen."""
    (choice,) = choices_in(cohort)
    choosing.set_terms(
        cohort,
        choice.id,
        until=clock.today() + timedelta(days=21),
        approved=False,
        places={option.id: 10 for option in choice.options},
        by=cast.principal(staff_of(cohort.code)),
    )
    for rank, enrolment in enumerate(learners_of(cohort)[:-LEFT_TO_CHOOSE]):
        option = choice.options[rank % len(choice.options)]
        choosing.choose(enrolment, choice.id, ModulesToChoose((option.id,)), by=cast.principal(enrolment.person.email))
