"""What the cohorts hold of a person: her own copy, and what anonymising her empties."""

import uuid
from typing import Any

from sqlalchemy import select, update

from training.cohorts.models import Cohort, Enrolment, FollowUpNote, TrainerApproval, TrainerAssignment
from training.database import db


def export_enrolments(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the person’s enrolments."""
    rows = db.session.execute(
        select(Cohort.label, Enrolment.status, Enrolment.entered_on, Enrolment.left_on)
        .join(Enrolment.cohort)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.entered_on, Enrolment.id)
    )
    return [
        {"promotion": label, "état": status.label, "entrée": entered, "sortie": left}
        for label, status, entered, left in rows
    ]


def export_approvals(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the person’s approvals as a relay trainer."""
    rows = db.session.execute(
        select(TrainerApproval.agreed_on, TrainerApproval.valid_until)
        .where(TrainerApproval.person_id == person_id)
        .order_by(TrainerApproval.agreed_on, TrainerApproval.id)
    )
    return [{"agréé·e le": agreed, "valable jusqu’au": until} for agreed, until in rows]


def export_assignments(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the person’s assignments as a relay trainer, without the learners’ names."""
    rows = db.session.execute(
        select(Cohort.label, TrainerAssignment.kind, TrainerAssignment.since, TrainerAssignment.until)
        .join(TrainerAssignment.cohort)
        .where(TrainerAssignment.person_id == person_id)
        .order_by(TrainerAssignment.since, TrainerAssignment.id)
    )
    return [
        {"promotion": label, "qualité": kind.label, "depuis": since, "jusqu’au": until}
        for label, kind, since, until in rows
    ]


def export_notes(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the notes the person wrote, and those shared with her as a learner."""
    rows = db.session.execute(
        select(FollowUpNote.written_at, FollowUpNote.words, FollowUpNote.author_id)
        .join(FollowUpNote.enrolment)
        .where(
            (FollowUpNote.author_id == person_id) | ((Enrolment.person_id == person_id) & FollowUpNote.shared.is_(True))
        )
        .order_by(FollowUpNote.written_at, FollowUpNote.id)
    )
    return [{"écrite le": at, "note": words, "auteur·rice": author == person_id} for at, words, author in rows]


def keep(_person_id: uuid.UUID) -> int:
    """Nothing to empty: the row keeps the key of a person who is anonymised herself."""
    return 0


def empty_notes(person_id: uuid.UUID) -> int:
    """Empty the words of every note about the person; return how many."""
    about = select(Enrolment.id).where(Enrolment.person_id == person_id)
    result = db.session.execute(
        update(FollowUpNote).where(FollowUpNote.enrolment_id.in_(about)).values(words="(note effacée)")
    )
    return int(getattr(result, "rowcount", 0))
