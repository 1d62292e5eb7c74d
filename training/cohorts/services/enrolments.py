"""Cohorts opened and moved, learners enrolled, followed, leaving (R31, R33)."""

import uuid
from datetime import date

from sqlalchemy import select

from training.accounts.enums import Part
from training.accounts.models import Person, Structure
from training.catalogue.enums import Provenance
from training.catalogue.models import Edition, Variant
from training.cohorts.commands import EnrolmentChange, NewCohort, Note
from training.cohorts.enums import LIVE, CohortAct, EnrolmentAct
from training.cohorts.models import Cohort, CohortPart, Enrolment, FollowUpNote, Seat
from training.cohorts.procedure import COHORT_PROCEDURE, ENROLMENT_PROCEDURE
from training.cohorts.queries.learners import without_outcome
from training.cohorts.services.capacity import SeatTaken, bump_calendar, lock_cohort, open_seats
from training.cohorts.services.departures import cancel_meetings
from training.cohorts.services.settings import check_dates
from training.cohorts.transfers import LIVE_TRANSFER, Transfer
from training.common import journal
from training.common.errors import NotFound, Refused
from training.common.formatting import enumeration, long_date
from training.common.policy import Principal
from training.database import db


class AlreadyEnrolled(Refused):
    """The person already follows this programme (R31)."""


def open_cohort(command: NewCohort, *, by: Principal) -> Cohort:
    """Open a cohort on a published edition, with its parts and its seats, and journal it.

    Raises ``NotFound`` for an unknown edition, ``Refused`` while it is a draft: what learners follow
    must not move under their feet (R1); ``Refused`` too for dates that contradict each other.
    """
    edition = db.session.get(Edition, command.edition_id)
    if edition is None:
        raise NotFound
    if edition.is_draft:
        raise Refused("Publiez d’abord l’édition : une promotion ne s’ouvre que sur une édition publiée.")
    check_dates(command.launch_on, command.first_seminar_on, command.ends_on)
    cohort = Cohort(
        code=command.code,
        label=command.label,
        edition=edition,
        launch_on=command.launch_on,
        first_seminar_on=command.first_seminar_on,
        ends_on=command.ends_on,
        provenance=Provenance(command.provenance),
        source=command.source,
        parts=[
            CohortPart(organisation_id=organisation_id, part=Part(part), outside_tool=outside)
            for organisation_id, part, outside in command.parts
        ],
    )
    db.session.add(cohort)
    db.session.flush()
    if command.places is not None:
        open_seats(cohort, command.places)
    journal.record(cohort, "cohort.opened", by=by, codes={"places": command.places})
    return cohort


def move_cohort(cohort: Cohort, act: CohortAct, *, by: Principal, reason: str | None = None) -> None:
    """Start, close or reopen a cohort. Raises ``Refused`` for a closing while someone’s course has no outcome, and names them."""
    lock_cohort(cohort.id)
    if act is CohortAct.CLOSE:
        _refuse_without_outcome(cohort)
    COHORT_PROCEDURE.advance(cohort, act, by=by, reason=reason)


def _refuse_without_outcome(cohort: Cohort) -> None:
    """Refuse to close a cohort while the course of someone goes on (R70)."""
    names = [person.name for _enrolment_id, person in without_outcome(cohort.id)]
    if names:
        lead = "Cette personne n’a pas encore d’issue" if len(names) == 1 else "Ces personnes n’ont pas encore d’issue"
        raise Refused(
            f"{lead} (diplôme, attestation ou départ)\u00a0: {enumeration(names)}. La promotion se clôt quand chacune "
            "en a une."
        )


def enrol(
    *,
    cohort: Cohort,
    seat: Seat,
    person: Person,
    variant: Variant,
    structure: Structure,
    entered_on: date,
    by: Principal,
) -> Enrolment:
    """Seat a learner: the seat stops being held and is taken; journaled on the enrolment.

    The caller answers for the seat being held for this person. Raises ``SeatTaken`` for a seat closed, taken
    or of another cohort, ``AlreadyEnrolled`` when she already follows the programme (R31), ``Refused`` for a
    variant of another edition.
    """
    lock_cohort(cohort.id)
    db.session.refresh(seat)
    if seat.cohort_id != cohort.id or not seat.is_open or _occupant(seat) is not None:
        raise SeatTaken("Cette place n’est plus libre. Relisez la liste des places de la promotion.")
    if variant.edition_id != cohort.edition_id:
        raise Refused("Ce parcours n’appartient pas à l’édition de la promotion.", field="variant")
    programme_id = cohort.edition.programme_id
    refuse_twice(person, programme_id)
    seat.holder_id = None
    seat.holder_variant_id = None
    enrolment = Enrolment(
        cohort=cohort,
        programme_id=programme_id,
        person=person,
        variant=variant,
        structure=structure,
        seat_id=seat.id,
        entered_on=entered_on,
    )
    db.session.add(enrolment)
    db.session.flush()
    journal.record(enrolment, "enrolment.enrolled", by=by, codes={"seat": seat.number, "variant": variant.code})
    bump_calendar(cohort)
    return enrolment


def refuse_twice(person: Person, programme_id: uuid.UUID) -> None:
    """Refuse someone who already follows the programme in a cohort (R31)."""
    elsewhere = db.session.scalar(
        select(Cohort.label)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(Enrolment.person_id == person.id, Enrolment.programme_id == programme_id, Enrolment.status.in_(LIVE))
    )
    if elsewhere is not None:
        raise AlreadyEnrolled(
            f"{person.name} suit déjà ce programme dans « {elsewhere} ». Enregistrez d’abord son départ de cette "
            "promotion."
        )


def _occupant(seat: Seat) -> object | None:
    return db.session.scalar(select(Enrolment.id).where(Enrolment.seat_id == seat.id))


def change_enrolment(enrolment: Enrolment, act: EnrolmentAct, command: EnrolmentChange, *, by: Principal) -> None:
    """Suspend, resume, postpone or withdraw a learner from a day on; leaving gives her seat back (R33).

    Raises ``Refused`` for a day before she entered, and what the procedure raises.
    """
    cohort = lock_cohort(enrolment.cohort_id)
    ENROLMENT_PROCEDURE.check(enrolment, act, by=by, reason=command.reason)
    if command.on < enrolment.entered_on:
        raise Refused(f"Cette date précède l’entrée en formation, le {long_date(enrolment.entered_on)}.", field="on")
    if act.frees_seat:
        refuse_while_leaving(enrolment)
        leave(enrolment, act, command, by=by)
    else:
        codes = {"on": command.on.isoformat()}
        ENROLMENT_PROCEDURE.advance(enrolment, act, by=by, reason=command.reason, codes=codes)
    bump_calendar(cohort)


def leave(enrolment: Enrolment, act: EnrolmentAct, command: EnrolmentChange, *, by: Principal) -> None:
    """End an enrolment: the seat is given back, trainers and meetings to come end. The caller holds the cohort."""
    codes = {"on": command.on.isoformat()}
    if command.leaving is not None:
        codes["leaving"] = command.leaving.value
    if enrolment.seat is not None:
        codes["seat"] = str(enrolment.seat.number)
    with db.session.no_autoflush:  # the CHECKs tie status, seat and date: they change in one statement
        enrolment.left_on = command.on
        enrolment.leaving = command.leaving
        enrolment.postless_since = enrolment.settle_by = None
        enrolment.seat_id = None
        ENROLMENT_PROCEDURE.advance(enrolment, act, by=by, reason=command.reason, codes=codes)
    db.session.expire(enrolment, ["seat"])
    _end_assignments(enrolment, command.on)
    cancel_meetings(enrolment)


def refuse_while_leaving(enrolment: Enrolment) -> None:
    """Refuse another end to a course while a transfer awaits somebody’s agreement (R116)."""
    target = db.session.scalar(
        select(Cohort.label)
        .join(Transfer, Transfer.to_cohort_id == Cohort.id)
        .where(Transfer.enrolment_id == enrolment.id, Transfer.status.in_(LIVE_TRANSFER))
    )
    if target is not None:
        raise Refused(f"Un transfert vers « {target} » est proposé : retirez-le d’abord, ou attendez la réponse.")


def conclude(
    enrolment: Enrolment,
    act: EnrolmentAct,
    *,
    on: date,
    by: Principal,
    reason: str = "",
    on_behalf_of: uuid.UUID | None = None,
) -> None:
    """End a course by the school’s decision, with the diploma or without, or correct how it ended; she keeps her seat (R70).

    The caller holds the cohort. Raises what the procedure raises.
    """
    ENROLMENT_PROCEDURE.check(enrolment, act, by=by, reason=reason)
    refuse_while_leaving(enrolment)
    with db.session.no_autoflush:  # a CHECK ties status and date: they change in one statement
        enrolment.left_on = None if act is EnrolmentAct.REOPEN else max(on, enrolment.entered_on)
        ENROLMENT_PROCEDURE.advance(
            enrolment, act, by=by, reason=reason, codes={"on": on.isoformat()}, on_behalf_of=on_behalf_of
        )
    bump_calendar(enrolment.cohort)


def _end_assignments(enrolment: Enrolment, on: date) -> None:
    for assignment in enrolment.assignments:
        if assignment.until is None or assignment.until > on:
            assignment.until = max(on, assignment.since)
    db.session.flush()


def write_note(enrolment: Enrolment, command: Note, *, by: Principal) -> FollowUpNote:
    """Add a follow-up note on a learner, in the name of the signed-in person."""
    if by.person_id is None:
        raise Refused("Connectez-vous pour écrire une note.")
    note = FollowUpNote(enrolment_id=enrolment.id, author_id=by.person_id, words=command.words, shared=command.shared)
    db.session.add(note)
    db.session.flush()
    db.session.expire(enrolment, ["notes"])
    return note
