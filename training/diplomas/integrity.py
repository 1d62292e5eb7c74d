"""Whether the database still defends the register, and whether it says what was decided (asked by ``doctor``)."""

from collections.abc import Iterator

from sqlalchemy import select

from training.cohorts.enums import EnrolmentStatus
from training.cohorts.models import Enrolment
from training.common import doctor
from training.database import db
from training.diplomas import queries
from training.diplomas.models import RegisterEntry


def faults() -> Iterator[str]:
    """Yield what is wrong: an undefended register, a diploma without its line or the reverse."""
    for table in ("register_entry", "diploma_decision"):
        told = doctor.triggers_on(table)
        yield from (f"The database would accept {act} on {table}." for act in ("UPDATE", "DELETE") if act not in told)
    entered = select(RegisterEntry.enrolment_id).where(queries.in_force())
    for enrolment_id in db.session.scalars(
        select(Enrolment.id)
        .where((Enrolment.status == EnrolmentStatus.GRADUATED) != Enrolment.id.in_(entered))
        .order_by(Enrolment.id)
    ):
        yield f"Enrolment {enrolment_id} is graduated without a line of the register, or the reverse."
