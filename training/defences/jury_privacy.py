"""What days of defences hold of a person (R90, R91): minutes are the proof of a diploma and outlive an anonymisation."""

import uuid
from typing import Any

from sqlalchemy import delete, select, update

from training.cohorts.models import Cohort, Enrolment
from training.database import db, touched
from training.defences.models import (
    DefenceDay,
    DefenceSlot,
    Juror,
    JurorConflict,
    JuryEvaluation,
    JurySeat,
    Memoire,
    Minutes,
    MinutesMark,
    MinutesSignature,
)


def export_jurors(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return where the person judged, and what she wrote there."""
    rows = db.session.execute(
        select(Cohort.label, Juror.part, DefenceSlot.starts_at, JurySeat.pledged_at, JuryEvaluation.words)
        .join(Cohort, Cohort.id == Juror.cohort_id)
        .outerjoin(JurySeat, JurySeat.juror_id == Juror.id)
        .outerjoin(DefenceSlot, DefenceSlot.id == JurySeat.slot_id)
        .outerjoin(JuryEvaluation, JuryEvaluation.seat_id == JurySeat.id)
        .where(Juror.person_id == person_id)
        .order_by(Juror.id, DefenceSlot.starts_at, JurySeat.id)
    )
    return [
        {"promotion": label, "au titre de": part.label, "soutenance": at, "engagement": pledged, "évaluation": words}
        for label, part, at, pledged, words in rows
    ]


def export_defences(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the person’s own defences: when, where, and their published result."""
    rows = db.session.execute(
        select(DefenceSlot.starts_at, DefenceDay.place, DefenceSlot.published_at, Minutes.outcome, Minutes.comments)
        .join(DefenceDay, DefenceDay.id == DefenceSlot.day_id)
        .join(Memoire, Memoire.id == DefenceSlot.memoire_id)
        .join(Enrolment, Enrolment.id == Memoire.enrolment_id)
        .outerjoin(Minutes, Minutes.slot_id == DefenceSlot.id)
        .where(Enrolment.person_id == person_id)
        .order_by(DefenceSlot.starts_at)
    )
    return [
        {
            "soutenance": at,
            "lieu": place,
            "résultat": outcome.label if published and outcome else None,
            "commentaires": comments if published else None,
        }
        for at, place, published, outcome, comments in rows
    ]


def export_minutes(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the minutes the person wrote down."""
    rows = db.session.execute(
        select(Minutes.written_at, Minutes.digest).where(Minutes.written_by == person_id).order_by(Minutes.written_at)
    )
    return [{"procès-verbal écrit le": at, "empreinte": digest} for at, digest in rows]


def empty_jurors(person_id: uuid.UUID) -> int:
    """Forget the lines the person drew, and what she declared of others; her seats and signatures are proof."""
    own = select(Juror.id).where(Juror.person_id == person_id)
    signed = (
        select(MinutesSignature.id)
        .join(JurySeat, JurySeat.id == MinutesSignature.seat_id)
        .where(JurySeat.juror_id.in_(own))
    )
    return touched(delete(MinutesMark).where(MinutesMark.signature_id.in_(signed))) + touched(
        update(JurorConflict).where(JurorConflict.juror_id.in_(own), JurorConflict.words != "").values(words="")
    )


def empty_defences(person_id: uuid.UUID) -> int:
    """Empty what each juror wrote by herself of the person’s defence; the minutes are proof."""
    seats = (
        select(JurySeat.id)
        .join(DefenceSlot, DefenceSlot.id == JurySeat.slot_id)
        .join(Memoire, Memoire.id == DefenceSlot.memoire_id)
        .join(Enrolment, Enrolment.id == Memoire.enrolment_id)
        .where(Enrolment.person_id == person_id)
    )
    return touched(
        update(JuryEvaluation).where(JuryEvaluation.seat_id.in_(seats), JuryEvaluation.words != "").values(words="")
    )


def keep(_person_id: uuid.UUID) -> int:
    """Nothing to empty: the row keeps the key of a person who is anonymised herself."""
    return 0
