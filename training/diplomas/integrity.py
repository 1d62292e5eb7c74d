"""Whether the database still defends the register, and whether it says what was decided (asked by ``doctor``)."""

from collections.abc import Iterator

from sqlalchemy import select, text

from training.cohorts.enums import EnrolmentStatus
from training.cohorts.models import Enrolment
from training.database import db
from training.diplomas.models import RegisterEntry


def faults() -> Iterator[str]:
    """Yield what is wrong: an undefended register, a diploma without its line or the reverse."""
    told = " ".join(db.session.scalars(text(_triggers()))).upper()
    yield from (
        f"The database would accept {act} on register_entry." for act in ("UPDATE", "DELETE") if act not in told
    )
    entered = select(RegisterEntry.enrolment_id)
    for enrolment_id in db.session.scalars(
        select(Enrolment.id)
        .where((Enrolment.status == EnrolmentStatus.GRADUATED) != Enrolment.id.in_(entered))
        .order_by(Enrolment.id)
    ):
        yield f"Enrolment {enrolment_id} is graduated without a line of the register, or the reverse."


def _triggers() -> str:
    if db.session.get_bind().dialect.name == "sqlite":
        return "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'register_entry'"
    return (
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE tgrelid = CAST('register_entry' AS regclass) AND NOT tgisinternal AND tgenabled <> 'D'"
    )
