"""Sittings, opinions and reserves for tests: each function adds rows to ``db.session`` and returns the main one."""

import hashlib
import io
import uuid
from typing import Any

from flask.testing import FlaskClient

from tests.factories import accounts
from tests.factories import admissions as make
from tests.support import samples
from training.accounts.enums import Function, Part
from training.accounts.models import Person, Structure
from training.admissions.commands import DecideForSchool, GiveOpinion, NoteAttendance, OpenMeeting, Propose
from training.admissions.enums import OpinionValue, Proposal
from training.admissions.file_uses import EVIDENCE
from training.admissions.models import Application, Call, CommitteeMeeting, Opinion
from training.admissions.services import committee, deciding
from training.common import clock, files
from training.common.declarations import file_use
from training.common.files import StagedFile


def proof(code: str = EVIDENCE) -> StagedFile:
    """A real PDF, checked and staged, that carries a decision."""
    use = file_use(code)
    return files.stage(files.check(io.BytesIO(samples.pdf()), "releve.pdf", use), use)


def staged_name() -> str:
    """A digest that no other file has."""
    return hashlib.sha256(uuid.uuid4().bytes).hexdigest()


def file_in(departement: str, of: Call, **values: Any) -> Application:
    """A submitted file whose structure is in this département."""
    return make.submitted(of, structure=place(departement), **values)


def place(departement: str) -> Structure:
    """A structure of this département."""
    accounts.departement(departement, f"Département {departement}")
    return accounts.structure(departement_code=departement)


def staff_of(of: Call, part: Part = Part.CARRIER, function: Function = Function.MANAGER, **scope: Any) -> Person:
    """A person with a function in the body that plays this part."""
    someone = accounts.person()
    accounts.membership(someone, function, make.body(of, part), **scope)
    return someone


def signed_in(client: FlaskClient, someone: Person) -> FlaskClient:
    """The browser, signed in as this person."""
    accounts.sign_in(client, someone)
    return client


def opinion(
    application: Application,
    part: Part = Part.FUNDER,
    value: OpinionValue | None = OpinionValue.FAVOURABLE,
    *,
    by: Person | None = None,
) -> Opinion:
    """A written opinion of someone in the body that plays this part; no value is a recusal."""
    body = make.body(application.call, part)
    command = GiveOpinion(value, "Solide.", body.id, part, clock.today())
    author = make.manager(application.call, part) if by is None else accounts.principal(by)
    return deciding.give_opinion(application, command, by=author)


def meeting(of: Call, *present: Part) -> CommitteeMeeting:
    """An open sitting, these parts' bodies present."""
    by = make.manager(of)
    opened = committee.open_meeting(of, OpenMeeting(clock.today(), "Dijon"), by=by)
    bodies = tuple((make.body(of, part).id, "Une personne") for part in present)
    committee.note_attendance(opened, NoteAttendance(bodies), by=by)
    return opened


def propose(sitting: CommitteeMeeting, application: Application, proposal: Proposal | None, reason: str = "") -> None:
    """Write, change or take back a proposal."""
    by = make.manager(sitting.call)
    committee.propose(sitting, application, Propose(application.id, proposal, reason), by=by)


def waiting(of: Call, count: int) -> list[Application]:
    """Files on the reserve, in the order of their ranks, put there by one sitting."""
    files_ = [make.under_review(of) for _ in range(count)]
    sitting = meeting(of)
    for each in files_:
        propose(sitting, each, Proposal.WAITING)
    committee.close(sitting, by=make.manager(of))
    return files_


def decided_by_school(application: Application, *, accepted: bool = True, reason: str = "") -> None:
    """The file sent to the school and decided there."""
    deciding.transmit(application, by=make.manager(application.call))
    command = DecideForSchool(clock.today(), reason)
    deciding.decide_for_school(application, command, accepted=accepted, by=make.manager(application.call, Part.SCHOOL))
