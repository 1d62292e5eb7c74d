"""At most so many candidates of one structure, where the call says so (R11)."""

from sqlalchemy import func, select

from training.admissions.enums import DECIDED_AGAINST, ApplicationStatus
from training.admissions.models import Application, Call
from training.common.errors import Refused
from training.common.formatting import plural
from training.database import db

NOT_COUNTED = DECIDED_AGAINST | {ApplicationStatus.DRAFT}
"""States of a file that takes none of its structure's places among candidates."""


def refuse_beyond(application: Application, *, locking: bool) -> None:
    """Raise ``Refused`` when the file's structure already has as many submitted files as the call takes.

    ``locking`` takes the call's row, so that two candidates of one structure do not both pass: a submission does.
    """
    limit = application.call.max_per_structure
    if limit is None or application.structure is None:
        return
    if locking:
        db.session.execute(select(Call.id).where(Call.id == application.call_id).with_for_update()).all()
    others = db.session.scalar(
        select(func.count())
        .select_from(Application)
        .where(
            Application.call_id == application.call_id,
            Application.structure_id == application.structure.id,
            Application.id != application.id,
            Application.number.is_not(None),
            Application.status.not_in(NOT_COUNTED),
        )
    )
    if (others or 0) >= limit:
        raise Refused(
            f"{application.structure.name} a déjà {plural(others or 0, 'candidature déposée', 'candidatures déposées')} : "
            "c’est le plus que cet appel accepte. Écrivez au porteur, qui peut relever ce nombre.",
            field="structure",
        )
