"""Bringing a cohort in: learners seated as they were, told only when asked, taken back while nothing was built on them (R114)."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from training.accounts import queries as people_known
from training.accounts.commands import Identity, StructureCommand
from training.accounts.models import Person, Structure
from training.accounts.services import people, structures
from training.catalogue.models import Variant
from training.cohorts import mails, rules
from training.cohorts.commands import EnrolmentChange, TrainerToAssign
from training.cohorts.enums import LIVE, AssignmentKind, EnrolmentAct
from training.cohorts.models import Cohort, Enrolment, TrainerApproval, TrainerAssignment
from training.cohorts.services.capacity import bump_calendar, hold_seat, lock_cohort
from training.cohorts.services.enrolments import change_enrolment, enrol
from training.cohorts.services.trainers import assign_animator, assign_trainer
from training.common import clock, journal
from training.common.building import built_on
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db

FROM_A_SPREADSHEET = "Repris d’un tableur"


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A learner as a spreadsheet tells her; ``person`` null: she has no account yet. ``act`` is how she left, if she did."""

    person: Person | None
    email: str
    first_name: str
    last_name: str
    phone: str | None
    structure: Structure
    variant: Variant
    entered_on: date
    act: EnrolmentAct | None = None
    since: date | None = None
    reason: str = ""


def account(email: str, first_name: str, last_name: str, phone: str | None) -> Person:
    """Return whoever holds this address, or someone new; nobody is told."""
    known = people_known.person_by_email(email, lock=True)
    return known or people.create(email, identity=Identity(first_name, last_name, phone))


def enter_structure(values: Mapping[str, Any], *, by: Principal) -> Structure:
    """Enter in the register the structure a row names."""
    command = StructureCommand(
        name=values["name"],
        kind=values["kind"],
        departement_code=values["departement"],
        city=values["city"] or "",
        address="",
        finess=values["finess"],
        email=None,
        phone=None,
    )
    return structures.add(command, by=by)


def take_over(cohort: Cohort, learner: TakenOver, *, by: Principal) -> Enrolment:
    """Seat a learner as the spreadsheet tells her, marked as taken over; no mail leaves. Raises what seating raises."""
    person = learner.person or account(learner.email, learner.first_name, learner.last_name, learner.phone)
    seat = hold_seat(cohort, holder_id=uuid.uuid4(), variant=learner.variant)
    enrolment = enrol(
        cohort=cohort,
        seat=seat,
        person=person,
        variant=learner.variant,
        structure=learner.structure,
        entered_on=learner.entered_on,
        by=by,
    )
    enrolment.taken_over = True
    db.session.flush()
    journal.record(enrolment, "enrolment.taken_over", by=by)
    if learner.act is not None and learner.since is not None:
        change = EnrolmentChange(learner.since, learner.reason or FROM_A_SPREADSHEET)
        change_enrolment(enrolment, learner.act, change, by=by)
    return enrolment


def give_referent(enrolment: Enrolment, trainer: Person, *, by: Principal) -> None:
    """Have a trainer follow a learner, from her entry, or from the trainer's approval if it came later."""
    since = max(enrolment.entered_on, _approved_from(enrolment.cohort, trainer))
    assign_trainer(enrolment, TrainerToAssign(trainer.id, AssignmentKind.REFERENT, since), by=by)


def give_animator(cohort: Cohort, trainer: Person, since: date | None, *, by: Principal) -> None:
    """Have a trainer animate the cohort, from a day, or from her approval if it came later."""
    wanted = since or cohort.launch_on or cohort.first_seminar_on or clock.today()
    day = max(wanted, _approved_from(cohort, trainer))
    assign_animator(cohort, TrainerToAssign(trainer.id, AssignmentKind.ANIMATOR, day), by=by)


def _approved_from(cohort: Cohort, trainer: Person) -> date:
    """Return since when a school of the cohort agrees to a trainer; the latest approval counts."""
    days = db.session.scalars(
        select(TrainerApproval.agreed_on).where(
            TrainerApproval.person_id == trainer.id,
            TrainerApproval.organisation_id.in_(rules.approving_schools(cohort)),
        )
    ).all()
    return max(days) if days else date.min


def take_back(cohort: Cohort, ids: Collection[uuid.UUID], *, by: Principal) -> None:
    """Remove enrolments that an import made, with their trainers; ``Refused`` when something was built on one of them."""
    cohort = lock_cohort(cohort.id)
    enrolments = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(ids), Enrolment.cohort_id == cohort.id)
        .options(joinedload(Enrolment.person, innerjoin=True))
    ).all()
    used = built_on(Enrolment, ids, besides={"trainer_assignment"})
    named = next((each.person.name for each in enrolments if each.id in used), None)
    if named is not None:
        raise Refused(
            f"Quelque chose a été fait depuis pour {named} : cet import ne s’annule plus. Corrigez la ligne sur sa page."
        )
    db.session.execute(delete(TrainerAssignment).where(TrainerAssignment.enrolment_id.in_(ids)))
    for enrolment in enrolments:
        journal.record(enrolment, "enrolment.taken_back", by=by)
        db.session.expire(enrolment, ["assignments", "notes", "seat"])
        db.session.delete(enrolment)
    db.session.flush()
    db.session.expire_all()
    bump_calendar(cohort)


def invite(cohort: Cohort, *, by: Principal) -> int:
    """Tell those brought in, who have not been told yet, that their place is here; return how many are told."""
    cohort = lock_cohort(cohort.id)
    waiting = db.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.taken_over,
            Enrolment.invited_at.is_(None),
            Enrolment.status.in_(LIVE),
        )
        .options(joinedload(Enrolment.person, innerjoin=True))
        .order_by(Enrolment.id)
    ).all()
    for enrolment in waiting:
        enrolment.invited_at = clock.now()
        mails.moved_in(enrolment)
    db.session.flush()
    if waiting:
        journal.record(cohort, "cohort.moved_in_told", by=by, codes={"people": len(waiting)})
    return len(waiting)
