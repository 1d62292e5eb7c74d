"""Where jurors sit beside a day that would be moved, in any cohort (R64)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from training.database import db
from training.defences.models import DefenceSlot, Juror, JurySeat


@dataclass(frozen=True, slots=True)
class Sitting:
    """When someone sits at a defence."""

    person_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime


def sittings_elsewhere(people: Collection[uuid.UUID], day_id: uuid.UUID) -> Sequence[Sitting]:
    """Return when these people sit at defences to come of other days, whatever the cohort. One SELECT."""
    rows = db.session.execute(
        select(Juror.person_id, DefenceSlot.starts_at, DefenceSlot.ends_at)
        .join(JurySeat, JurySeat.juror_id == Juror.id)
        .join(DefenceSlot, DefenceSlot.id == JurySeat.slot_id)
        .where(
            Juror.person_id.in_(people),
            JurySeat.ended_at.is_(None),
            DefenceSlot.day_id != day_id,
            DefenceSlot.memoire_id.is_not(None),
            DefenceSlot.published_at.is_(None),
        )
    )
    return [Sitting(*row) for row in rows]
