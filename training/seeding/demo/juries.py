"""The demonstration's defences: the ARA days of January 2027, partly placed, by the real services."""

from datetime import date, time
from typing import Final

from training.accounts.enums import Part
from training.cohorts.queries import find_cohort
from training.common import clock
from training.defences.commands import DayToHold, JurorToAdd
from training.defences.enums import Availability
from training.defences.queries.days import board_of, problem_of
from training.defences.rules.placing import place
from training.defences.services import days, placing
from training.seeding.demo.people import Cast, at

HELD_ON: Final = date(2027, 1, 14)
OPENS_ON: Final = date(2026, 12, 21)
PREPARED_ON: Final = date(2026, 11, 16)
BY: Final = "gestion.ara@example.org"
JURORS: Final = (
    ("jury.ara@example.org", Part.FUNDER, Availability.ALL_DAY),
    ("Odile Vernay", Part.FUNDER, None),
    ("Claire Montagnon", Part.SCHOOL, Availability.ALL_DAY),
    ("Régis Faucon", Part.CARRIER, Availability.ALL_DAY),
    ("Sabine Charvet", Part.CARRIER, Availability.MORNING),
)


def load_juries(cast: Cast) -> None:
    """Open the day, ask the jurors, place the first defences; done once, when nobody has entered anything yet."""
    if clock.today() < PREPARED_ON or clock.today() >= HELD_ON:
        return
    by = cast.principal(BY)
    cohort = find_cohort(by, "ARA-1")
    with at(PREPARED_ON, 9):
        hours = ((time(9), time(12)), (time(13, 30), time(15, 30)))
        access = "Métro A, arrêt Hôtel de Ville ; accueil au rez-de-chaussée, salle au premier étage.".replace(
            " ;", "\u202f;"
        )
        command = DayToHold(HELD_ON, "Lyon, siège du groupement", access, OPENS_ON, ("Salle Rhône",), hours)
        day = days.add_day(cohort, command, by=by)
        for who, part, answer in JURORS:
            person = cast.person(who)
            juror = days.add_juror(cohort, JurorToAdd(person.email, "", "", part), by=by)
            juror.asked_at = clock.now()
            if answer is not None:
                days.answer_availability(juror, {day: answer}, by=cast.principal(who))
    with at(PREPARED_ON, 17):
        board = board_of(cohort)
        first = place(problem_of(board))
        placing.accept(cohort, placing.token_of(first), by=by)
