"""The thread of a file: between its applicant and the carrier of the call (R109)."""

from typing import Final

from training.admissions.models import Application
from training.common.mail import Recipient
from training.common.threads import Parties, ThreadKind


def parties(application: Application) -> Parties:
    """Return the applicant and the carrier."""
    person, call = application.person, application.call
    carrier = call.carrier
    return Parties(
        person=Recipient(person_id=person.id, email=person.email, name=person.name),
        person_id=person.id,
        body_id=carrier.id,
        body_name=carrier.short_name,
        body_email=call.contact_email or carrier.email,
        about=call.title,
        path=f"/candidatures/{application.id}/messages",
    )


KIND: Final = ThreadKind(Application.__tablename__, "Dossier de candidature", parties)
