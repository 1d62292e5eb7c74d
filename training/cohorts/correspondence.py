"""The thread of a learner: between her, the trainer who follows her and the carrier of her cohort (R109)."""

from typing import Final

from training.accounts.enums import Part
from training.cohorts.enums import AssignmentKind
from training.cohorts.models import Enrolment
from training.cohorts.rules import in_force
from training.common import clock
from training.common.mail import Recipient
from training.common.threads import Parties, ThreadKind


def parties(enrolment: Enrolment) -> Parties:
    """Return the learner and her carrier; what she writes goes to the trainer who follows her, or else to the carrier."""
    person, cohort = enrolment.person, enrolment.cohort
    carrier = next(part.organisation for part in cohort.parts if part.part is Part.CARRIER)
    return Parties(
        person=Recipient(person_id=person.id, email=person.email, name=person.name),
        person_id=person.id,
        body_id=carrier.id,
        body_name=carrier.short_name,
        body_email=carrier.email,
        follower=follower_of(enrolment),
        about=cohort.label,
        path=f"/promotions/{cohort.code}/apprenants/{enrolment.id}/messages",
    )


def follower_of(enrolment: Enrolment) -> Recipient | None:
    """Return the trainer who follows a learner today: a substitute first, then her referent; null without any."""
    today = clock.today()
    order = (AssignmentKind.SUBSTITUTE, AssignmentKind.REFERENT, AssignmentKind.CO_REFERENT)
    following = [term for term in enrolment.assignments if term.kind in order and in_force(term, today)]
    if not following:
        return None
    person = min(following, key=lambda term: order.index(term.kind)).person
    return Recipient(person_id=person.id, email=person.email, name=person.name)


KIND: Final = ThreadKind(Enrolment.__tablename__, "Formation", parties)
