"""Deciding on a derogation, receiving the proof it waits for, telling who has not brought it (R7)."""

import uuid
from typing import Final

from sqlalchemy import or_, select

from training.admissions import mails, queries, rules
from training.admissions.commands import DecideDerogation
from training.admissions.enums import ApplicationStatus, Situation
from training.admissions.events import ApplicationEvent
from training.admissions.models import Application, Call, Derogation
from training.cohorts.models import Cohort
from training.common import clock, journal
from training.common.errors import Conflict, Refused
from training.common.policy import Principal
from training.common.sweeping import one_by_one
from training.database import db

SEATED: Final = (ApplicationStatus.OFFERED, ApplicationStatus.CONFIRMED, ApplicationStatus.ENROLLED)


def decide(application: Application, command: DecideDerogation, *, by: Principal) -> Derogation:
    """Grant the derogation a file asks for, or refuse it; deciding again replaces the decision, or its day.

    Raises ``Conflict`` for a file that asks for none or whose proof is received, ``Refused`` for a day gone by.
    """
    _refuse_deciding(application, command)
    if by.person_id is None:
        raise Refused("Une dérogation est décidée par une personne nommée.")
    decided = application.derogation or Derogation(application=application)
    decided.granted, decided.due_on, decided.reason = command.granted, command.due_on, command.reason
    decided.decided_at, decided.decided_by, decided.reminded_at = clock.now(), by.person_id, None
    db.session.add(decided)
    _hold_back(application)
    db.session.flush()
    journal.record(
        application,
        ApplicationEvent.DEROGATION_GRANTED if command.granted else ApplicationEvent.DEROGATION_REFUSED,
        by=by,
        codes={"due_on": command.due_on.isoformat() if command.due_on else None},
        text={"reason": command.reason} if command.reason else {},
    )
    (mails.derogation_granted if command.granted else mails.derogation_refused)(application)
    return decided


def _refuse_deciding(application: Application, command: DecideDerogation) -> None:
    if application.situation is not Situation.BEING_RECRUITED:
        raise Conflict("Ce dossier ne demande pas de dérogation.")
    if application.derogation is not None and application.derogation.met_at is not None:
        raise Conflict("La preuve du recrutement est reçue : la dérogation est levée.")
    if command.granted and (command.due_on is None or command.due_on <= clock.today()):
        raise Refused("Choisissez un jour à venir.", field="due_on")
    if not command.granted and application.status in SEATED:
        raise Refused(
            "Une place est déjà proposée ou prise : laissez passer le jour dit, ou enregistrez un désistement.",
            field="decision",
        )


def receive_proof(application: Application, note: str, *, by: Principal) -> None:
    """Note that the proof of the recruitment came: the admission holds without condition."""
    decided = application.derogation
    if decided is None or not decided.granted:
        raise Conflict("Aucune dérogation n’est accordée à ce dossier.")
    if decided.met_at is not None:
        raise Conflict("La preuve du recrutement est déjà reçue.")
    decided.met_at, decided.met_by, decided.met_note = clock.now(), by.person_id, note
    _hold_back(application)
    db.session.flush()
    journal.record(application, ApplicationEvent.DEROGATION_MET, by=by, text={"reason": note})


def _hold_back(application: Application) -> None:
    """Say on her enrolment, if she has one, from when she may not attend."""
    if application.enrolment is not None:
        application.enrolment.held_from = rules.proof_awaited_from(application)


def remind_proofs() -> int:
    """Tell each person seated on a condition, once the training is launched, that the proof is awaited; return how many."""
    return one_by_one(_late(), _remind)


def _late() -> list[uuid.UUID]:
    launched = or_(Cohort.launch_on <= clock.today(), Cohort.first_seminar_on <= clock.today())
    rows = (
        select(Application.id)
        .join(Derogation, Derogation.application_id == Application.id)
        .join(Call, Call.id == Application.call_id)
        .join(Cohort, Cohort.id == Call.cohort_id)
        .where(
            Application.status.in_(SEATED),
            Application.situation == Situation.BEING_RECRUITED,
            Derogation.granted.is_(True),
            Derogation.met_at.is_(None),
            Derogation.reminded_at.is_(None),
            launched,
        )
        .order_by(Application.id)
    )
    return list(db.session.scalars(rows))


def _remind(file_id: uuid.UUID) -> bool:
    application = queries.file_for_worker(file_id, seats=False)
    if application is None or application.derogation is None or application.derogation.reminded_at is not None:
        return False
    if rules.proof_awaited_from(application) is None:
        return False
    application.derogation.reminded_at = clock.now()
    db.session.flush()
    mails.derogation_due(application)
    return True
