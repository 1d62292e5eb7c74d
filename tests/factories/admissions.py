"""Calls and files for tests: each function adds rows to ``db.session``, flushes them and returns the main one."""

import hashlib
import itertools
import uuid
from datetime import timedelta
from typing import Any, Final

from tests.factories import accounts, cohorts
from training.accounts.enums import Function, Part
from training.accounts.models import Organisation, Person, Structure
from training.admissions.commands import ChooseStructure, DecideForSchool, Declare, DescribeSituation
from training.admissions.enums import ApplicationAct, ApplicationStatus, CallStatus, Situation
from training.admissions.file_uses import use_of
from training.admissions.models import (
    Application,
    Call,
    CallDate,
    CallPart,
    CostLine,
    DeclarationRequirement,
    Extension,
    Piece,
    PieceRequirement,
)
from training.admissions.procedure import APPLICATION
from training.admissions.services import deciding, filing, processing, publishing, reserve
from training.admissions.standard import SIGNED, WRITTEN
from training.cohorts.models import Cohort
from training.common import clock
from training.common.files import StoredFile
from training.common.policy import Principal
from training.database import db

_numbers = itertools.count(1)
OPEN_FOR: Final = 25
"""Days until the closing of a call, unless said otherwise."""


def cohort(**values: Any) -> Cohort:
    """A cohort of 20 places that starts in two months."""
    today = clock.today()
    dates = {"launch_on": today + timedelta(days=60), "first_seminar_on": today + timedelta(days=90)}
    made: Cohort = cohorts.cohort(**{**dates, **values})
    return made


def call(
    of: Cohort | None = None,
    *,
    pieces: tuple[str, ...] = ("cv", "lettre"),
    closes_in: int = OPEN_FOR,
    opened: int = 20,
    **values: Any,
) -> Call:
    """A published call, open for 25 days, without preselection nor required opinion; its cohort's bodies play in it."""
    of, number, today = of or cohort(), next(_numbers), clock.today()
    made = Call(
        **{
            "id": uuid.uuid4(),
            "code": f"APPEL-{number}",
            "title": f"Appel {number}",
            "edition": of.edition,
            "cohort": of,
            "status": CallStatus.PUBLISHED,
            "opens_at": clock.at_paris(today - timedelta(days=opened)),
            "closes_at": clock.end_of_day(today + timedelta(days=closes_in)),
            "reference_on": of.first_seminar_on,
            "structure_kinds": ["msp", "cpts"],
            "regions": [],
            "has_preselection": False,
            "opinion_parts": [],
            **values,
        }
    )
    made.parts = [
        CallPart(
            organisation=played.organisation,
            organisation_id=played.organisation_id,
            part=played.part,
            outside_tool=played.outside_tool,
        )
        for played in of.parts
    ]
    made.pieces = [requirement(code, position) for position, code in enumerate(pieces, start=1)]
    made.declarations = [DeclarationRequirement(code="poste", text="Je suis en poste.", position=1)]
    db.session.add(made)
    db.session.flush()
    return made


def requirement(code: str, position: int = 1, **values: Any) -> PieceRequirement:
    """A mandatory PDF or image of at most 200 kB."""
    return PieceRequirement(
        **{
            "id": uuid.uuid4(),
            "code": code,
            "label": {"cv": "CV", "lettre": "Lettre de motivation", "photo": "Photo"}.get(code, code),
            "hint": "Une page suffit.",
            "media_types": sorted(WRITTEN | SIGNED),
            "max_bytes": 200_000,
            "position": position,
            **values,
        }
    )


def with_lines(of: Call, count: int) -> Call:
    """Give the call ``count`` dates, cost lines and declarations."""
    of.dates = [CallDate(code=f"etape-{n}", label=f"Étape {n}", starts_on=None, position=n) for n in range(count)]
    of.costs = [CostLine(label=f"Dépense {n}", payer=None, position=n) for n in range(count)]
    of.declarations = [
        DeclarationRequirement(code=f"declaration-{n}", text=f"Je déclare {n}.", position=n) for n in range(count)
    ]
    db.session.flush()
    return of


def body(of: Call, part: Part) -> Organisation:
    """The body that plays a part in the call."""
    return next(played.organisation for played in of.parts if played.part is part)


def manager(of: Call, part: Part = Part.CARRIER) -> Principal:
    """A manager of the body that plays this part, as services receive her."""
    return accounts.principal(accounts.manager(body(of, part)))


def member(of: Call, part: Part, function: Function, **scope: Any) -> Principal:
    """Someone who holds this function in the body that plays this part."""
    someone = accounts.person()
    accounts.membership(someone, function, body(of, part), **scope)
    return accounts.principal(someone)


def owner(application: Application) -> Principal:
    """The applicant, as services receive her."""
    return accounts.principal(application.person)


def draft(of: Call | None = None, person: Person | None = None) -> Application:
    """An empty draft."""
    made = filing.start(of or call(), by=accounts.principal(person or accounts.person()))
    db.session.refresh(made)
    return made


def stored(application: Application, piece: PieceRequirement, name: str = "cv.pdf") -> StoredFile:
    """A file's row, without its bytes."""
    made = StoredFile(
        id=uuid.uuid4(),
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        size=12_345,
        media_type="application/pdf",
        original_name=name,
        use=use_of(piece).code,
        pages=1,
        subject_kind="application",
        subject_id=application.id,
        deposited_by=application.person_id,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def deposit(application: Application, code: str = "cv", version: int = 1) -> Piece:
    """A version of a piece, without its bytes."""
    asked = next(piece for piece in application.call.pieces if piece.code == code)
    made = Piece(
        application=application,
        requirement=asked,
        version=version,
        file=stored(application, asked, f"{code}-{version}.pdf"),
    )
    db.session.add(made)
    db.session.flush()
    return made


def complete(application: Application | None = None, structure: Structure | None = None) -> Application:
    """A draft with everything the call asks."""
    made = application or draft()
    by = owner(made)
    chosen = ChooseStructure((structure or accounts.structure()).id, "Coordinatrice")
    filing.choose_structure(made, chosen, by=by)
    filing.describe_situation(made, DescribeSituation(Situation.IN_POST, None, ""), by=by)
    filing.declare(made, Declare(tuple(line.code for line in made.call.declarations)), by=by)
    for piece in made.call.pieces:
        if not piece.only_derogation:
            deposit(made, piece.code)
    return made


def submitted(of: Call | None = None, person: Person | None = None, structure: Structure | None = None) -> Application:
    """A submitted file."""
    made = complete(draft(of, person), structure)
    filing.submit(made, by=owner(made))
    return made


def under_review(of: Call | None = None, **values: Any) -> Application:
    """A file before the committee."""
    made = submitted(of, **values)
    staff = manager(made.call)
    processing.admit(made, by=staff)
    processing.start_review(made, by=staff)
    return made


def shortlisted(of: Call | None = None, **values: Any) -> Application:
    """A file the committee kept, untold."""
    made = under_review(of, **values)
    _step(made, "shortlist")
    return made


def refused(of: Call | None = None, *, reason: str = "Le projet n’est pas assez mûr.", **values: Any) -> Application:
    """A file the committee did not keep, untold."""
    made = under_review(of, **values)
    _step(made, "not_select", reason)
    return made


def _step(application: Application, act: str, reason: str | None = None) -> None:
    APPLICATION.advance(application, ApplicationAct(act), by=manager(application.call), reason=reason)


def validated(of: Call | None = None, *, told: bool = True, **values: Any) -> Application:
    """A file the school validated, its result published unless refused."""
    made = shortlisted(of, **values)
    deciding.transmit(made, by=manager(made.call))
    decision = DecideForSchool(clock.today(), "")
    deciding.decide_for_school(made, decision, accepted=True, by=manager(made.call, Part.SCHOOL))
    if told:
        publishing.publish_results(made.call, by=manager(made.call))
    return made


def offered(of: Call | None = None, **values: Any) -> Application:
    """A file with a seat offered."""
    made = validated(of, **values)
    reserve.offer(made, by=manager(made.call))
    return made


def confirmed(of: Call | None = None, **values: Any) -> Application:
    """A file whose seat is confirmed."""
    made = offered(of, **values)
    reserve.confirm(made, by=owner(made))
    return made


def late_right(application: Application, days: int) -> Extension:
    """A late right of so many days from today (R14)."""
    made = Extension(
        call_id=application.call_id,
        person_id=application.person_id,
        until=clock.end_of_day(clock.today() + timedelta(days=days)),
        reason="Un empêchement",
        granted_by=accounts.manager(body(application.call, Part.CARRIER)).id,
    )
    db.session.add(made)
    db.session.flush()
    db.session.expire(application, ["extension"])
    return made


def force(application: Application, status: ApplicationStatus, published: ApplicationStatus | None = None) -> None:
    """Put a file in a state without the acts that lead there; a number is given where the database asks for one."""
    application.number = application.number or next(_numbers)
    application.status = status
    application.published_status = published.value if published else None
    db.session.flush()
