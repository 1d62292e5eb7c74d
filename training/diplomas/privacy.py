"""What the diplomas hold of a person: her own copy, and what anonymising her empties (R90, R91)."""

import uuid
from typing import Any, Final

from sqlalchemy import select, update

from training.cohorts.models import Cohort, Enrolment
from training.database import db, touched
from training.diplomas.models import DiplomaBatch, DiplomaDecision, DiplomaWaiver, PrintedName, RegisterEntry

EMPTIED: Final = "(motif effacé)"


def _own(person_id: uuid.UUID) -> Any:
    return select(Enrolment.id).where(Enrolment.person_id == person_id)


def export_waivers(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return what the school dispensed the person from, and what was asked for her."""
    rows = db.session.scalars(
        select(DiplomaWaiver)
        .where(DiplomaWaiver.enrolment_id.in_(_own(person_id)))
        .order_by(DiplomaWaiver.asked_at, DiplomaWaiver.id)
    )
    return [
        {"dispense": each.label, "état": each.status.label, "motif": each.reason, "décidée le": each.decided_on}
        for each in rows
    ]


def export_decisions(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return what the school decided of the person."""
    rows = db.session.execute(
        select(Cohort.label, DiplomaDecision.verdict, DiplomaDecision.decided_on, DiplomaDecision.reason)
        .join(Enrolment, Enrolment.id == DiplomaDecision.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.person_id == person_id)
        .order_by(DiplomaDecision.recorded_at, DiplomaDecision.id)
    )
    return [
        {"promotion": label, "décision": verdict.label, "le": on, "motif": reason}
        for label, verdict, on, reason in rows
    ]


def export_register(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the person’s lines of the register, and the name she wants on her diploma."""
    entries = db.session.scalars(
        select(RegisterEntry)
        .where(RegisterEntry.enrolment_id.in_(_own(person_id)))
        .order_by(RegisterEntry.decided_on, RegisterEntry.id)
    )
    names = db.session.execute(
        select(PrintedName.name, PrintedName.proofread_at)
        .where(PrintedName.enrolment_id.in_(_own(person_id)))
        .order_by(PrintedName.proofread_at)
    )
    lines: list[dict[str, Any]] = [
        {"registre": each.reference, "nom imprimé": each.printed_name, "le": each.decided_on} for each in entries
    ]
    return lines + [{"nom à imprimer": name, "relu le": at} for name, at in names]


def export_batches(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the papers of cohorts the person asked for."""
    rows = db.session.scalars(
        select(DiplomaBatch).where(DiplomaBatch.requested_by == person_id).order_by(DiplomaBatch.requested_at)
    )
    return [{"promotion": each.cohort.label, "lot": each.label, "demandé le": each.requested_at} for each in rows]


def nothing(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return nothing: who announced a board is a proof of the act, not hers to carry away."""
    del person_id
    return []


def empty_waivers(person_id: uuid.UUID) -> int:
    """Empty what was written about the person; what she was dispensed from stays."""
    return touched(
        update(DiplomaWaiver)
        .where(DiplomaWaiver.enrolment_id.in_(_own(person_id)), DiplomaWaiver.reason != EMPTIED)
        .values(reason=EMPTIED, answer="")
    )


def empty_decisions(person_id: uuid.UUID) -> int:
    """Empty the reasons of decisions about the person; the decisions stay, as the register does."""
    return touched(
        update(DiplomaDecision)
        .where(DiplomaDecision.enrolment_id.in_(_own(person_id)), DiplomaDecision.reason.not_in(("", EMPTIED)))
        .values(reason=EMPTIED)
    )


def keep(_person_id: uuid.UUID) -> int:
    """Nothing to empty: a diploma stands, and so does the name it bears."""
    return 0
