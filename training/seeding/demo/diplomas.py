"""The demonstration's diplomas: a board announced, names proofread, a waiver given and another asked for."""

from datetime import date
from typing import Final

from sqlalchemy import select

from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.database import db
from training.diplomas import queries, services
from training.diplomas.commands import Decisions, WaiverToAsk, WaiverToGrant
from training.diplomas.enums import Verdict, WaiverScope
from training.diplomas.models import DiplomaBoard
from training.diplomas.rules import WaiverKey
from training.seeding.demo.people import Cast, at

COHORT: Final = "ARA-1"
ANNOUNCED: Final = date(2026, 11, 16)
BOARD: Final = date(2027, 2, 5)
E_LEARNING: Final = WaiverKey(WaiverScope.HOURS, "e_learning")
TEAM: Final = WaiverKey(WaiverScope.HOURS, "team")
SCHOOL: Final = "ehesp@example.org"
CARRIER: Final = "gestion.ara@example.org"
READY: Final = "Delphine Astier"
FIRST: Final = "Stéphanie Paccard"
DECIDED_ON: Final = date(2026, 11, 25)


def load_diplomas(cast: Cast) -> None:
    """Play what has happened by today; once, before anyone has announced a board."""
    cohort = db.session.scalars(select(Cohort).where(Cohort.code == COHORT)).one()
    if clock.today() < ANNOUNCED or db.session.scalars(select(DiplomaBoard.id)).first() is not None:
        return
    learners = list(
        db.session.scalars(
            select(Enrolment).join(Enrolment.person).where(Enrolment.cohort_id == cohort.id).order_by(Enrolment.id)
        )
    )
    learners.sort(key=lambda each: each.person.sort_key)
    with at(ANNOUNCED, 11):
        services.plan_board(cohort, BOARD, by=cast.principal(CARRIER))
    lacking = [each for each in learners if TEAM in queries.progress_of_learner(each.id).eligibility.waivable][:2]
    with at(ANNOUNCED, 14):
        for enrolment in learners[1:3]:
            own = cast.principal(enrolment.person.email)
            services.proofread(enrolment, queries.printed_name_of(enrolment).name, by=own)
    for enrolment in lacking[:1]:
        with at(ANNOUNCED, 15):
            command = WaiverToGrant(
                TEAM, "Deux ans de coordination avant la formation, attestés par sa structure.", ANNOUNCED
            )
            services.grant(enrolment, command, by=cast.principal(SCHOOL))
    for enrolment in lacking[1:]:
        with at(ANNOUNCED, 16):
            command_asked = WaiverToAsk(E_LEARNING, "Deux mois sans accès à la plateforme, signalés en juin.")
            services.ask(enrolment, command_asked, by=cast.principal(CARRIER))
    _make_ready(next(each for each in learners if each.person.name == READY), cast)
    _graduate(next(each for each in learners if each.person.name == FIRST), cast)


def _make_ready(enrolment: Enrolment, cast: Cast) -> None:
    """Dispense someone from all that still stands in her way: she may then be proposed."""
    with at(ANNOUNCED, 17):
        for key in queries.progress_of_learner(enrolment.id).eligibility.waivable:
            command = WaiverToGrant(key, "Suivi dans une formation antérieure, au vu de ses attestations.", ANNOUNCED)
            services.grant(enrolment, command, by=cast.principal(SCHOOL))


def _graduate(enrolment: Enrolment, cast: Cast) -> None:
    """Give the first diploma to whoever defended early and was admitted; she had proofread her name."""
    if clock.today() < DECIDED_ON:
        return
    _make_ready(enrolment, cast)
    with at(ANNOUNCED, 18):
        name = queries.printed_name_of(enrolment).name
        services.proofread(enrolment, name, by=cast.principal(enrolment.person.email))
    with at(DECIDED_ON, 15):
        command = Decisions((enrolment.id,), Verdict.GRADUATED, DECIDED_ON)
        services.decide(enrolment.cohort, command, by=cast.principal(SCHOOL))
