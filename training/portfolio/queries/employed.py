"""The learners a structure employs or counts as members, for those who represent it (R122)."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.accounts.enums import Function
from training.accounts.models import Person, Structure
from training.cohorts.enums import GONE
from training.cohorts.models import Enrolment
from training.common.policy import Principal
from training.database import db


def employed(structure: Structure, principal: Principal) -> list[Enrolment] | None:
    """Return the learners of a structure to whoever represents it; none to anyone else. One SELECT."""
    represented = {c.structure_id for c in principal.capacities if c.function == Function.REPRESENTATIVE}
    if structure.id not in represented:
        return None
    query = (
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.structure_id == structure.id, Enrolment.status.not_in(GONE))
        .options(joinedload(Enrolment.person), joinedload(Enrolment.cohort))
        .order_by(Person.sort_key, Enrolment.id)
    )
    return list(db.session.scalars(query)) or None
