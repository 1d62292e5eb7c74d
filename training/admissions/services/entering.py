"""Staff fill in a file for a person who sent everything by mail; she is told, and takes it over when she wants."""

import uuid

from sqlalchemy import select

from training.accounts import queries as accounts
from training.accounts.commands import Identity
from training.accounts.models import Person
from training.accounts.services import people
from training.admissions import rules
from training.admissions.commands import EnterForSomeone
from training.admissions.enums import ApplicationStatus
from training.admissions.events import ApplicationEvent
from training.admissions.mails import entering as mails
from training.admissions.models import Application, Call
from training.common import clock, journal
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db


def enter(call: Call, command: EnterForSomeone, *, by: Principal) -> Application:
    """Open a file in the name of a person, with an account if she has none, and tell her (R11, R13).

    Raises ``Refused`` outside the call's window, for one's own address, or when she has a live file already.
    """
    refusal = rules.window_refusal(call, clock.now())
    if refusal:
        raise Refused(refusal)
    person = _person(command)
    if person.id == by.person_id:
        raise Refused("C’est votre adresse : commencez votre propre dossier depuis la page de l’appel.", field="email")
    live = select(Application.id).where(
        Application.call_id == call.id,
        Application.person_id == person.id,
        Application.status.not_in([ApplicationStatus.WITHDRAWN, ApplicationStatus.NOT_SUBMITTED]),
    )
    if db.session.scalar(live) is not None:
        raise Refused("Cette personne a déjà un dossier pour cet appel : elle le remplit elle-même.", field="email")
    application = Application(id=uuid.uuid4(), call=call, person=person, entered_by=by.person_id)
    db.session.add(application)
    db.session.flush()
    journal.record(application, ApplicationEvent.ENTERED_FOR_HER, by=by, codes={"for_her": True})
    mails.entered_for_you(application)
    return application


def _person(command: EnterForSomeone) -> Person:
    known = accounts.person_by_email(command.email, lock=True)
    if known is None:
        return people.create(command.email, identity=Identity(command.first_name, command.last_name, None))
    if not known.active or known.anonymised_at is not None:
        raise Refused("Le compte de cette adresse a été fermé : demandez-en une autre à la personne.", field="email")
    return known


def take_over(application: Application, *, by: Principal) -> None:
    """Have the applicant take her file over: staff no longer change it."""
    if application.entered_by is None:
        raise Refused("Ce dossier est déjà entre vos mains.")
    application.entered_by = None
    application.changed_at = clock.now()
    journal.record(application, ApplicationEvent.TAKEN_OVER, by=by)
