"""Relay trainers: approved by a school, following learners, animating cohorts (R32, R96, R119)."""

import uuid
from datetime import date
from typing import Final

from sqlalchemy import select

from training.accounts.enums import Part
from training.accounts.models import Person
from training.accounts.queries import person_by_email
from training.accounts.rules import transcribes
from training.cohorts import rules
from training.cohorts.commands import TrainerToApprove, TrainerToAssign
from training.cohorts.enums import LIVE, AssignmentKind
from training.cohorts.models import Cohort, Enrolment, TrainerApproval, TrainerAssignment
from training.cohorts.services.capacity import bump_calendar, lock_cohort
from training.common import files, journal
from training.common.declarations import file_use
from training.common.errors import NotFound, Refused
from training.common.policy import Principal
from training.database import db

EVIDENCE_USE: Final = "trainer_approval_evidence"


class NotApproved(Refused):
    """The trainer has no valid approval from a school of the cohort on that day (R32)."""


def approve_trainer(cohort: Cohort, command: TrainerToApprove, *, by: Principal) -> TrainerApproval:
    """Record a school’s approval of a relay trainer, or transcribe it while the school is outside the tool (R96).

    Raises ``Refused`` for a body that is no school of the cohort, an unknown address, a transcription without proof.
    """
    if command.organisation_id not in rules.approving_schools(cohort):
        raise Refused("Cet agrément relève de l’école de la promotion.", field="organisation_id")
    if command.valid_until is not None and command.valid_until < command.agreed_on:
        raise Refused("La fin de validité précède la date de l’agrément.", field="valid_until")
    transcribed = transcribes(by, cohort, Part.SCHOOL)
    if transcribed and command.evidence is None:
        raise Refused(
            "Joignez le courriel ou le compte rendu par lequel l’école a donné son agrément.", field="evidence"
        )
    person = person_by_email(command.email)
    if person is None:
        raise Refused(
            "Personne n’a de compte à cette adresse. Vérifiez-la, ou invitez d’abord cette personne.", field="email"
        )
    approval = TrainerApproval(
        person=person,
        organisation_id=command.organisation_id,
        agreed_on=command.agreed_on,
        valid_until=command.valid_until,
        recorded_by=by.person_id,
    )
    db.session.add(approval)
    db.session.flush()
    if command.evidence is not None:
        kept = files.keep(command.evidence, use=file_use(EVIDENCE_USE), subject=cohort, by=by)
        approval.evidence_id = kept.id
    approval.transcribed = transcribed
    db.session.flush()
    journal.record(
        cohort,
        "cohort.trainer_approved",
        by=by,
        codes={"trainer": str(person.id), "agreed_on": command.agreed_on.isoformat()},
        on_behalf_of=command.organisation_id if transcribed else None,
    )
    return approval


def assign_trainer(enrolment: Enrolment, command: TrainerToAssign, *, by: Principal) -> TrainerAssignment:
    """Give a learner a referent, co-referent or substitute; a new referent ends the one before (R32, R119).

    Raises ``NotApproved``, or ``Refused`` when the learner has left or would follow herself.
    """
    cohort = lock_cohort(enrolment.cohort_id)
    if enrolment.status not in LIVE:
        raise Refused("Cette personne a quitté la promotion : elle n’a plus de référent·e.")
    if command.person_id == enrolment.person_id:
        raise Refused("Une personne ne peut pas se suivre elle-même.", field="person_id")
    if command.kind is AssignmentKind.ANIMATOR:
        raise ValueError("An animator is assigned to a cohort.")
    person = _approved(cohort, command)
    if command.kind is AssignmentKind.REFERENT:
        _end_referent(enrolment, command.since)
    assignment = _assign(cohort, command, person, enrolment)
    journal.record(
        enrolment,
        "enrolment.trainer_assigned",
        by=by,
        codes={"trainer": str(person.id), "as": command.kind.value, "since": command.since.isoformat()},
    )
    return assignment


def assign_animator(cohort: Cohort, command: TrainerToAssign, *, by: Principal) -> TrainerAssignment:
    """Name a relay trainer who animates the cohort. Raises ``NotApproved``."""
    cohort = lock_cohort(cohort.id)
    if command.kind is not AssignmentKind.ANIMATOR:
        raise ValueError("Only an animator is assigned to a cohort.")
    person = _approved(cohort, command)
    already = db.session.scalar(
        select(TrainerAssignment).where(
            TrainerAssignment.cohort_id == cohort.id,
            TrainerAssignment.person_id == person.id,
            TrainerAssignment.kind == AssignmentKind.ANIMATOR,
            TrainerAssignment.until.is_(None),
        )
    )
    if already is not None:
        raise Refused(f"{person.name} anime déjà cette promotion.", field="person_id")
    assignment = _assign(cohort, command, person, None)
    journal.record(cohort, "cohort.animator_assigned", by=by, codes={"trainer": str(person.id)})
    return assignment


def end_assignment(assignment: TrainerAssignment, *, on: date, by: Principal) -> None:
    """End an assignment on a day, which it no longer covers. Raises ``Refused`` for a day before it began."""
    cohort = lock_cohort(assignment.cohort_id)
    if on < assignment.since:
        raise Refused("Cette date précède le début du suivi.", field="on")
    assignment.until = on
    db.session.flush()
    journal.record(
        assignment.enrolment or cohort,
        "enrolment.trainer_ended" if assignment.enrolment else "cohort.animator_ended",
        by=by,
        codes={"trainer": str(assignment.person_id), "on": on.isoformat()},
    )
    bump_calendar(cohort)


def _assign(cohort: Cohort, command: TrainerToAssign, person: Person, enrolment: Enrolment | None) -> TrainerAssignment:
    if command.until is not None and command.until < command.since:
        raise Refused("La fin du suivi précède son début.", field="until")
    assignment = TrainerAssignment(
        cohort_id=cohort.id,
        enrolment_id=enrolment.id if enrolment else None,
        person=person,
        kind=command.kind,
        since=command.since,
        until=command.until,
    )
    db.session.add(assignment)
    db.session.flush()
    db.session.expire(cohort, ["assignments"])
    if enrolment is not None:
        db.session.expire(enrolment, ["assignments"])
    bump_calendar(cohort)
    return assignment


def _end_referent(enrolment: Enrolment, on: date) -> None:
    """End the referent without end; one who would begin later than ``on`` ends the day she begins."""
    current = db.session.scalar(
        select(TrainerAssignment).where(
            TrainerAssignment.enrolment_id == enrolment.id,
            TrainerAssignment.kind == AssignmentKind.REFERENT,
            TrainerAssignment.until.is_(None),
        )
    )
    if current is not None:
        current.until = max(on, current.since)
        db.session.flush()


def _person(person_id: uuid.UUID) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def _approved(cohort: Cohort, command: TrainerToAssign) -> Person:
    person = _person(command.person_id)
    approvals = db.session.scalars(select(TrainerApproval).where(TrainerApproval.person_id == person.id)).all()
    if not rules.is_approved(approvals, rules.approving_schools(cohort), command.since):
        raise NotApproved(
            f"{person.name} n’a pas d’agrément valable de l’école à cette date. Faites-le enregistrer, puis revenez.",
            field="person_id",
        )
    return person
