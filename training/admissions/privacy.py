"""What the applicant's side of admissions holds of a person: her own copy, and what anonymising her empties."""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, select, update

from training.admissions.models import Application, LetterRequest
from training.database import db


def _letters_of(person_id: uuid.UUID) -> ColumnElement[bool]:
    return LetterRequest.application_id.in_(select(Application.id).where(Application.person_id == person_id))


def export_letters(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the letters she asked of her structures."""
    found = db.session.scalars(select(LetterRequest).where(_letters_of(person_id)).order_by(LetterRequest.asked_at))
    return [
        {"adresse": letter.email, "demandée le": letter.asked_at.isoformat(), "état": letter.status.label}
        for letter in found
    ]


def anonymise_letters(person_id: uuid.UUID) -> int:
    """Forget the addresses she had letters asked at; the signer's name stays, as proof."""
    result = db.session.execute(update(LetterRequest).where(_letters_of(person_id)).values(email=""))
    return int(getattr(result, "rowcount", 0))
