"""A room of ten phones that answer, for the bench: what a phone asks every three seconds, and the report to print."""

import re
from typing import Final

from sqlalchemy import select

from tools.bench.browser import Browser
from training.accounts import queries as accounts
from training.common import clock
from training.common.policy import NOBODY
from training.cooperation.commands import AssessmentPlan, Seating
from training.cooperation.enums import AssessmentAct, Occasion, Voice
from training.cooperation.models import Assessment, Grid, Partnership
from training.cooperation.services import assessments, seats
from training.database import db

FACILITATOR: Final = "cooperation.occ@example.org"
PARTNERSHIP: Final = "Santé en vallée de la Lauze"
OTHERS: Final = 9


def open_room() -> tuple[str, str]:
    """Open an assessment where nine already sit; return its code, and the address of the last report. Flushes."""
    partnership = db.session.scalars(select(Partnership).where(Partnership.name == PARTNERSHIP)).one()
    person = accounts.person_by_email(FACILITATOR)
    grid = db.session.scalars(select(Grid).where(Grid.code == "cooperation")).one()
    if person is None:
        raise LookupError(FACILITATOR)
    by = accounts.principal_of(person)
    final = db.session.scalars(
        select(Assessment.id).where(Assessment.partnership_id == partnership.id).order_by(Assessment.held_on.desc())
    ).first()
    plan = AssessmentPlan(grid.id, Occasion.FOLLOW_UP, clock.today(), expected=OTHERS + 1)
    assessment = assessments.prepare(partnership, plan, by=by)
    assessments.advance(assessment, AssessmentAct.OPEN, by=by)
    for _ in range(OTHERS):
        participant = seats.take(assessment, Seating(Voice.GUEST), by=NOBODY)
        for item in grid.definition.items:
            seats.answer(participant, assessment, item.code, grid.definition.choices[0].code)
    return str(assessment.join_code), f"/cooperation/auto-evaluations/{final}/rapport.pdf"


def sit(browser: Browser, code: str) -> str:
    """Take the tenth seat with the code; return the address it polls, with the version it shows."""
    page = f"/cooperation/seance?code={code}"
    answer = browser.post(f"/cooperation/seance/{code}", {**browser.form(page, f"/{code}"), "voice": "guest"})
    seat = str(answer.headers["Location"])
    version = re.search(rb'data-version="(\d+)"', browser.get(seat).body)
    if version is None:
        raise LookupError(f"{seat} shows no version")
    return f"{seat}/etat?version={version[1].decode()}"
