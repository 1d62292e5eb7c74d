"""The kinds of person of the demonstration, and their objects in the two regions that must not see each other."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from tests.support.client import Client
from training.accounts.models import Membership, Organisation, Person, Structure
from training.accounts.services import people
from training.admissions.models import Application, Call, CommitteeMeeting, Interview
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.cooperation.models import Assessment, PartnerBody, Partnership
from training.database import db
from training.portfolio.enums import TracerStatus
from training.portfolio.models import Tracer
from training.seminars.models import HalfDay, Seminar

PASSWORD: Final = "demonstration"
ACCOUNTS: Final = {
    "admin": "admin@example.org",
    "bfc": "gestion.bfc@example.org",
    "ara": "gestion.ara@example.org",
    "occ": "guichet.occ@example.org",
    "ars_bfc": "ars.bfc@example.org",
    "ars_ara": "ars.ara@example.org",
    "ehesp": "ehesp@example.org",
    "relay_bfc": "relais.bfc@example.org",
    "relay_ara": "relais.ara@example.org",
    "learner_bfc": "apprenant.bfc@example.org",
    "learner_ara": "apprenant.ara@example.org",
    "candidate": "candidat@example.org",
    "juror": "jury.ara@example.org",
    "facilitator": "cooperation.occ@example.org",
    "committee": "copil.bfc@example.org",
    "president": "presidence.bfc@example.org",
    "facs": "facs.occ@example.org",
    "inuc": "inuc.occ@example.org",
}
"""The demonstration's accounts (fixed addresses), by the short name the tables use."""

NEWCOMER: Final = "nouvelle.venue@example.org"
EVERYBODY: Final = ("nobody", "newcomer", *ACCOUNTS)
NOWHERE: Final = str(uuid.UUID(int=7))


@dataclass(frozen=True, slots=True)
class Region:
    """Objects of one region, as the variables of the addresses name them."""

    call: str
    cohort: str
    organisation: str
    edition: str
    application_id: str
    meeting_id: str
    interview_id: str
    piece_id: str
    file_id: str
    photo_id: str
    enrolment_id: str
    assignment_id: str
    seminar_id: str
    half_day_id: str
    structure_id: str
    person_id: str
    membership_id: str
    tracer_id: str
    type_id: str
    partnership_id: str
    assessment_id: str
    body_id: str


def sign_in(app: Flask, who: str) -> FlaskClient:
    """Return a browser where this person is signed in; ``nobody`` and ``newcomer`` are known too."""
    client = Client(app)
    if who == "nobody":
        return client
    email = NEWCOMER if who == "newcomer" else ACCOUNTS[who]
    if who == "newcomer":
        _open_account(app)
    answer = client.post("/connexion", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303, f"{email} cannot sign in: {answer.status_code}"
    assert not answer.location.startswith("/connexion"), f"{email} is asked for {answer.location}"
    return client


def _open_account(app: Flask) -> None:
    """A person who has only just opened her account: the demonstration's password, no function, no file."""
    with app.app_context():
        known = db.session.scalars(select(Person).where(Person.email == ACCOUNTS["candidate"])).one()
        person = people.obtain(NEWCOMER)
        person.first_name, person.last_name, person.password = "Nadia", "Venue", known.password
        db.session.commit()


def region(
    app: Flask,
    *,
    call: str,
    cohort: str,
    organisation: str,
    edition: str,
    structure: str,
    learner: str,
    partnership: str,
) -> Region:
    """Return the objects of a region; the file is one the committee may read, with an interview if there is one."""
    with app.app_context():
        the_call = _one(Call, Call.code, call)
        the_cohort = _one(Cohort, Cohort.code, cohort)
        interview = db.session.scalars(
            select(Interview).join(Application).where(Application.call_id == the_call.id).order_by(Interview.id)
        ).first()
        assert interview is not None, f"{call} has no interview to show"
        application = interview.application
        pieces = {piece.requirement.code: piece for piece in application.pieces}
        piece = pieces["cv"]
        person = _one(Person, Person.email, learner)
        enrolment = db.session.scalars(
            select(Enrolment).where(Enrolment.person_id == person.id, Enrolment.cohort_id == the_cohort.id)
        ).one()
        seminar = db.session.scalars(
            select(Seminar).join(HalfDay).where(Seminar.cohort_id == the_cohort.id).order_by(HalfDay.starts_at.desc())
        ).first()
        assert seminar is not None
        tracer = db.session.scalars(
            select(Tracer)
            .where(Tracer.enrolment_id == enrolment.id, Tracer.status != TracerStatus.ACCEPTED)
            .order_by(Tracer.created_at)
        ).first()
        assert tracer is not None, f"{learner} has no document to show"
        body = _one(Organisation, Organisation.code, organisation)
        member = db.session.scalars(select(Membership).where(Membership.organisation_id == body.id)).first()
        assert member is not None
        together = _one(Partnership, Partnership.name, partnership)
        return Region(
            call=call,
            cohort=cohort,
            organisation=organisation,
            edition=edition,
            application_id=str(application.id),
            meeting_id=_id(CommitteeMeeting, CommitteeMeeting.call_id, the_call.id),
            interview_id=str(interview.id),
            piece_id=str(piece.id),
            file_id=str(piece.file.id),
            photo_id=str(pieces["photo"].file.id) if "photo" in pieces else NOWHERE,
            enrolment_id=str(enrolment.id),
            assignment_id=_id(TrainerAssignment, TrainerAssignment.cohort_id, the_cohort.id),
            seminar_id=str(seminar.id),
            half_day_id=_id(HalfDay, HalfDay.seminar_id, seminar.id),
            structure_id=_id(Structure, Structure.name, structure),
            person_id=str(person.id),
            membership_id=str(member.id),
            tracer_id=str(tracer.id),
            type_id=str(tracer.type_id),
            partnership_id=str(together.id),
            assessment_id=_id(Assessment, Assessment.partnership_id, together.id),
            body_id=_id(PartnerBody, PartnerBody.partnership_id, together.id),
        )


def _one(model: Any, column: InstrumentedAttribute[Any], value: object) -> Any:
    return db.session.scalars(select(model).where(column == value)).one()


def _id(model: Any, column: InstrumentedAttribute[Any], value: object) -> str:
    found = db.session.scalars(select(model.id).where(column == value)).first()
    return str(found) if found is not None else NOWHERE
