"""Cohorts for tests: one on a published edition, its learners, its trainers; all in ``db.session``, flushed."""

import itertools
import uuid
from datetime import date
from typing import Any, Final

from tests.factories import accounts
from tests.factories.catalogue import make_edition, saved
from training.accounts.enums import Function, OrganisationKind, Part
from training.accounts.models import Organisation, Person, Structure
from training.catalogue.enums import EditionStatus
from training.catalogue.models import Edition, Variant
from training.cohorts import services
from training.cohorts.commands import NewCohort, TrainerToAssign
from training.cohorts.enums import AssignmentKind
from training.cohorts.models import Cohort, Enrolment, TrainerApproval, TrainerAssignment
from training.common.policy import WORKER
from training.database import db

ENTERED: Final = date(2025, 12, 11)
_numbers = itertools.count(1)


def published_edition(**values: Any) -> Edition:
    """A published edition with variants MSP and CPTS."""
    return saved(make_edition(**values), status=EditionStatus.PUBLISHED)


def part_of(cohort: Cohort, part: Part) -> Organisation:
    """The body that plays a part in the cohort."""
    return next(played.organisation for played in cohort.parts if played.part is part)


def cohort(
    *,
    edition: Edition | None = None,
    carrier: Organisation | None = None,
    places: int | None = 20,
    school_outside: bool = False,
    **values: Any,
) -> Cohort:
    """A cohort with a carrier, a school and a funder, on a published edition."""
    number = next(_numbers)
    edition = edition or published_edition()
    bodies = {
        Part.CARRIER: carrier or accounts.organisation(),
        Part.SCHOOL: accounts.organisation(kind=OrganisationKind.SCHOOL),
        Part.FUNDER: accounts.organisation(kind=OrganisationKind.ARS),
    }
    return services.open_cohort(
        NewCohort(
            **{
                "code": f"PROMO-{number}",
                "label": f"Promotion {number}",
                "edition_id": edition.id,
                "provenance": "officiel",
                "first_seminar_on": date(2026, 1, 29),
                "places": places,
                "parts": tuple(
                    (body.id, part.value, school_outside and part is Part.SCHOOL) for part, body in bodies.items()
                ),
                **values,
            }
        ),
        by=WORKER,
    )


def variant(of: Cohort, code: str = "MSP") -> Variant:
    """A variant of the cohort’s edition."""
    return next(each for each in of.edition.variants if each.code == code)


def learner(
    of: Cohort,
    *,
    person: Person | None = None,
    code: str = "MSP",
    structure: Structure | None = None,
    entered_on: date = ENTERED,
) -> Enrolment:
    """Someone enrolled in the cohort, on the next free seat."""
    seat = services.hold_seat(of, holder_id=uuid.uuid4(), variant=variant(of, code))
    return services.enrol(
        cohort=of,
        seat=seat,
        person=person or accounts.person(),
        variant=variant(of, code),
        structure=structure or accounts.structure(),
        entered_on=entered_on,
        by=WORKER,
    )


def approve(someone: Person, of: Cohort, **values: Any) -> TrainerApproval:
    """The school’s approval of a trainer, from 2025 and without end unless said otherwise."""
    approval = TrainerApproval(
        **{
            "person_id": someone.id,
            "organisation_id": part_of(of, Part.SCHOOL).id,
            "agreed_on": date(2025, 1, 6),
            **values,
        }
    )
    db.session.add(approval)
    db.session.flush()
    return approval


def trainer(of: Cohort, **values: Any) -> Person:
    """Someone the cohort’s school has approved."""
    someone = accounts.person(**values)
    approve(someone, of)
    return someone


def animator(of: Cohort, **values: Any) -> Person:
    """An approved trainer who animates the cohort."""
    someone = trainer(of, **values)
    services.assign_animator(
        of, TrainerToAssign(person_id=someone.id, kind=AssignmentKind.ANIMATOR, since=ENTERED), by=WORKER
    )
    return someone


def referent(enrolment: Enrolment, someone: Person | None = None, since: date = ENTERED) -> TrainerAssignment:
    """An approved trainer who follows the learner."""
    someone = someone or trainer(enrolment.cohort)
    return services.assign_trainer(
        enrolment, TrainerToAssign(person_id=someone.id, kind=AssignmentKind.REFERENT, since=since), by=WORKER
    )


def carrier_of(of: Cohort) -> Person:
    """A manager of the cohort’s carrier."""
    return accounts.manager(part_of(of, Part.CARRIER))


def people_around(of: Cohort) -> dict[str, Person]:
    """One person of each kind that has something to do with the cohort, and two that have not."""
    enrolment = learner(of, person=accounts.person(first_name="Alix", last_name="Morel"))
    follower = trainer(of)
    referent(enrolment, follower)
    reader = accounts.person()
    accounts.membership(reader, Function.READER, part_of(of, Part.CARRIER))
    return {
        "carrier": accounts.manager(part_of(of, Part.CARRIER)),
        "carrier's reader": reader,
        "school": accounts.manager(part_of(of, Part.SCHOOL)),
        "funder": accounts.manager(part_of(of, Part.FUNDER)),
        "animator": animator(of),
        "referent": follower,
        "learner": enrolment.person,
        "another carrier": accounts.manager(),
        "nobody in particular": accounts.person(),
        "administrator": accounts.administrator(),
    }
