"""The other places where an applicant practises, beside the register of structures (R98)."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import String, cast, func, select

from training.accounts.models import Structure
from training.accounts.rules import sort_key
from training.admissions.models import Practice
from training.database import db


def structures_by_name(names: Sequence[str]) -> dict[str, uuid.UUID]:
    """Return the structure of the register that alone bears each of these names (R98). One SELECT, none without names."""
    if not names:
        return {}
    keys = {sort_key(name): name for name in names}
    bearing = (
        select(Structure.sort_key, func.min(cast(Structure.id, String)))
        .where(Structure.sort_key.in_(keys), Structure.merged_into_id.is_(None))
        .group_by(Structure.sort_key)
        .having(func.count() == 1)
    )
    return {keys[key]: uuid.UUID(found) for key, found in db.session.execute(bearing)}


def practices_in(application_id: uuid.UUID, structures: Collection[uuid.UUID]) -> bool:
    """Whether the applicant of this file also practises in one of these structures (R98). One SELECT."""
    there = select(Practice.position).where(
        Practice.application_id == application_id, Practice.structure_id.in_(structures)
    )
    return db.session.scalar(there.limit(1)) is not None
