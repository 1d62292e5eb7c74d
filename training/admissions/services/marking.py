"""The marks of an opinion or of an interview on the criteria of its call (R25)."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import delete

from training.admissions.models import Criterion, Interview, Mark, Opinion
from training.common.errors import Refused
from training.database import db


def write(given: Opinion | Interview, criteria: Sequence[Criterion], marks: Mapping[uuid.UUID, int]) -> None:
    """Write these marks in place of the former ones; none at all clears them.

    Raises ``Refused`` for a grid filled in part, or for points beyond a criterion's highest.
    """
    of = Mark.opinion_id == given.id if isinstance(given, Opinion) else Mark.interview_id == given.id
    db.session.execute(delete(Mark).where(of))
    if not marks:
        return
    for criterion in criteria:
        points = marks.get(criterion.id)
        if points is None:
            raise Refused(f"Notez aussi « {criterion.label} » : la grille se remplit entière.", field=field(criterion))
        if not 0 <= points <= criterion.highest:
            raise Refused(f"Notez « {criterion.label} » de 0 à {criterion.highest}.", field=field(criterion))
        mark = Mark(criterion_id=criterion.id, points=points)
        if isinstance(given, Opinion):
            mark.opinion_id = given.id
        else:
            mark.interview_id = given.id
        db.session.add(mark)
    db.session.flush()


def field(criterion: Criterion) -> str:
    """Return the name under which a criterion’s points are sent."""
    return f"points-{criterion.id}"
