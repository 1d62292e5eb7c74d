"""The derogations a carrier's team has to decide, and the proofs of recruitment it awaits (R7)."""

import uuid

from sqlalchemy import case, func, or_, select

from training.accounts.models import Person
from training.admissions.enums import ApplicationStatus, Situation
from training.admissions.models import Application, Derogation
from training.common import clock
from training.common.articles import of
from training.database import db
from training.desk.facts import RunCall
from training.desk.rules import Desk, Line

S = ApplicationStatus
TO_DECIDE = (S.SUBMITTED, S.ADMISSIBLE, S.UNDER_REVIEW, S.PRESELECTED, S.SHORTLISTED, S.WAITING)
SEATED = (S.OFFERED, S.CONFIRMED, S.ENROLLED)
LINES = 12


def add_derogations(desk: Desk, calls: dict[uuid.UUID, RunCall]) -> None:
    """Add a line for each derogation to decide and, once the training is launched, each proof awaited. One SELECT."""
    run = {call.id: call for call in calls.values() if call.is_run}
    launched = [call.id for call in run.values() if call.launch_on is not None and call.launch_on <= clock.today()]
    undecided = Derogation.application_id.is_(None) & Application.status.in_(TO_DECIDE)
    awaited = (
        Derogation.granted.is_(True)
        & Derogation.met_at.is_(None)
        & Application.status.in_(SEATED)
        & Application.call_id.in_(launched)
    )
    rows = db.session.execute(
        select(
            Application.id,
            Application.call_id,
            func.trim(Person.first_name + " " + Person.last_name).label("name"),
            Derogation.due_on,
            case((undecided, True), else_=False).label("undecided"),
        )
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Derogation, Derogation.application_id == Application.id)
        .where(
            Application.call_id.in_(run),
            Application.situation == Situation.BEING_RECRUITED,
            or_(undecided, awaited),
        )
        .order_by(Derogation.due_on.asc().nulls_last(), Application.submitted_at, Application.id)
        .limit(LINES)
    )
    for row in rows:
        call = run[row.call_id]
        sentence = (
            f"Décider de la dérogation {of(row.name)}"
            if row.undecided
            else f"Recevoir la preuve de recrutement {of(row.name)}"
        )
        about = (
            "Sans décision favorable, aucune place ne peut être proposée."
            if row.undecided
            else "Sans elle, la personne ne suit plus les séminaires ; vous pouvez aussi accorder un délai."
        )
        href = f"/candidatures/{row.id}/derogation"
        act = "Décider" if row.undecided else "Voir la dérogation"
        desk.lines.append(Line(sentence, call.title, act, href, call.capacity, about=about, due=row.due_on, weight=3))
