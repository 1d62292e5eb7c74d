"""What people of the demonstration wrote, asked and gave: a letter to sign, messages, civil status, teams."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from training.admissions import rules
from training.admissions.enums import ApplicationStatus, PieceProvider
from training.admissions.models import Application, Call
from training.admissions.services import letters, messages
from training.cohorts.commands import TeamToBring
from training.cohorts.queries.registration import civil_fields
from training.cohorts.registration import CivilField
from training.cohorts.services import launch, registration
from training.common import clock
from training.database import db
from training.seeding.demo.cohorts import staff_of
from training.seeding.demo.people import Cast, at

QUESTION: Final = (
    "Je change de bureau en janvier. Dois-je modifier ma fonction dans le dossier, ou suffit-il de vous le dire ici ?"
)
ASKED: Final = "Puis-je venir à la journée de lancement avec quatre personnes de l’équipe ?"
ANSWERED: Final = "Oui, avec plaisir. Indiquez ce nombre sur votre dossier : nous comptons les repas avec."
TOWNS: Final = ("Dole", "Mâcon", "Vesoul", "Nevers", "Autun", "Pontarlier")


def load_exchanges(cast: Cast, call: Call) -> None:
    """Tell what was asked and written on the files of the open call."""
    by_status: dict[ApplicationStatus, list[Application]] = {}
    for file in db.session.scalars(
        select(Application).where(Application.call_id == call.id).order_by(Application.created_at)
    ):
        by_status.setdefault(file.status, []).append(file)
    _ask_a_letter(cast, by_status[ApplicationStatus.DRAFT])
    asking, answered = by_status[ApplicationStatus.SUBMITTED][:2]
    with at(clock.today() - timedelta(days=1), 17, 40):
        messages.write(asking, QUESTION, by=cast.principal(asking.person.email))
    with at(clock.today() - timedelta(days=3), 9, 10):
        messages.write(answered, ASKED, by=cast.principal(answered.person.email))
    with at(clock.today() - timedelta(days=2), 15, 30):
        messages.write(answered, ANSWERED, by=cast.principal(staff_of(call.cohort.code)))


def _ask_a_letter(cast: Cast, drafts: list[Application]) -> None:
    """Ask a letter of the structure of a draft that lacks it; the candidate's own is left to whoever tries."""
    for file in drafts:
        asked = next(piece for piece in file.call.pieces if piece.provided_by is PieceProvider.STRUCTURE)
        if file.person.email != "candidat@example.org" and rules.current_piece(file, asked) is None:
            with at(clock.today() - timedelta(days=2), 11):
                letters.ask(file, asked, "presidence.equipe@example.org", by=cast.principal(file.person.email))


GUESTS: Final = (("Hugues Lantier", "hugues.lantier@example.org"), ("Maëlle Ferrand", None))
"""Whom the first learner of a past call brings to the launch, by name."""


def give_registrations(call: Call) -> None:
    """Have most of a past call's learners give their civil status and their team."""
    asked = civil_fields(call.edition_id)
    enrolled = db.session.scalars(
        select(Application)
        .where(Application.call_id == call.id, Application.status == ApplicationStatus.ENROLLED)
        .order_by(Application.number)
    ).all()
    for rank, file in enumerate(enrolled):
        if rank % 4 == 3:  # noqa: PLR2004 - one in four has not yet
            continue
        told = {
            CivilField.BIRTH_NAME: file.person.last_name,
            CivilField.FIRST_NAMES: file.person.first_name,
            CivilField.BORN_ON: date(1970 + 3 * rank % 25, 1 + rank % 12, 1 + 5 * rank % 28),
            CivilField.BIRTH_PLACE: TOWNS[rank % len(TOWNS)],
        }
        given = {field: told[field] for field in asked if field in told}
        registration.give_civil_status(call.cohort, file.person_id, given)
        guests = GUESTS if rank == 0 else ()
        team = TeamToBring(len(guests) + rank % 4, diets="un repas végétarien" if rank % 3 == 1 else "", guests=guests)
        launch.bring_team(call.cohort, file.person_id, team)
