"""The demonstration's defences, by the real services: an early day held and concluded, the ARA days of January 2027 partly placed."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any, Final

from training.accounts.enums import Part
from training.catalogue.enums import Outcome
from training.cohorts.models import Cohort
from training.cohorts.queries import find_cohort
from training.common import clock
from training.defences.commands import Conclusion, DayToHold, Evaluation, JurorToAdd, MemberSignature, Placement
from training.defences.enums import Appreciation, Availability, Criterion
from training.defences.models import DefenceDay, DefenceSlot, JurySeat
from training.defences.queries.days import board_of, problem_of
from training.defences.rules import juries
from training.defences.rules.placing import place
from training.defences.services import days, placing, publishing, sitting
from training.extensions import settings
from training.seeding import toml
from training.seeding.demo.people import Cast, at

EARLY_ON: Final = date(2026, 11, 20)
HELD_ON: Final = date(2027, 1, 14)
OPENS_ON: Final = date(2026, 12, 21)
PREPARED_ON: Final = date(2026, 11, 16)
PLACED_ON: Final = date(2026, 11, 23)
HOURS: Final = ((time(9), time(12)), (time(13, 30), time(16, 30)))
EARLY_HOURS: Final = ((time(9), time(12)), (time(13, 30), time(14, 30)))
WHERE: Final = "Lyon, siège du groupement"
ACCESS: Final = "Métro A, arrêt Hôtel de Ville\u202f; accueil au rez-de-chaussée, salle au premier étage."
BY: Final = "gestion.ara@example.org"
JURORS: Final = (
    ("jury.ara@example.org", Part.FUNDER, Availability.ALL_DAY),
    ("Odile Vernay", Part.FUNDER, None),
    ("Claire Montagnon", Part.SCHOOL, Availability.ALL_DAY),
    ("Régis Faucon", Part.CARRIER, Availability.ALL_DAY),
    ("Sabine Charvet", Part.CARRIER, Availability.MORNING),
)
JURY: Final = ("Claire Montagnon", "jury.ara@example.org", "Régis Faucon")
"""The jury of the early day; the first presides."""


def load_juries(cast: Cast) -> None:
    """Open the days, ask the jurors, hold the early day, place the first defences of January; done once."""
    if clock.today() < PREPARED_ON or clock.today() >= HELD_ON:
        return
    by = cast.principal(BY)
    cohort = find_cohort(by, "ARA-1")
    day, early = _open_days(cohort, cast)
    told = toml.read("demo/memoires")["defences"] if clock.today() > EARLY_ON else []
    slots = _place_early(cohort, early, told, cast)
    for table, slot in zip(told, slots, strict=True):
        _hold(table, slot, cast)
    deferred = [slot for table, slot in zip(told, slots, strict=True) if table["outcome"] == Outcome.DEFERRED]
    _place_again(cohort, day, deferred, cast)
    with at(PLACED_ON, 17):
        first = place(problem_of(board_of(cohort)))
        placing.accept(cohort, placing.token_of(first), by=by)


def _open_days(cohort: Cohort, cast: Cast) -> tuple[DefenceDay, DefenceDay]:
    """Open both days, and ask the jurors when they can come."""
    by = cast.principal(BY)
    with at(PREPARED_ON, 9):
        day = days.add_day(cohort, DayToHold(HELD_ON, WHERE, ACCESS, OPENS_ON, ("Salle Rhône",), HOURS), by=by)
        early = days.add_day(cohort, DayToHold(EARLY_ON, WHERE, ACCESS, None, ("Salle Saône",), EARLY_HOURS), by=by)
        for who, part, answer in JURORS:
            person = cast.person(who)
            juror = days.add_juror(cohort, JurorToAdd(person.email, person.first_name, person.last_name, part), by=by)
            juror.asked_at = clock.now()
            answers = {early: Availability.ALL_DAY if who in JURY else Availability.NO}
            if answer is not None:
                days.answer_availability(juror, {day: answer, **answers}, by=cast.principal(who))
    return day, early


def _place_early(cohort: Cohort, day: DefenceDay, held: Sequence[toml.Table], cast: Cast) -> list[DefenceSlot]:
    """Place by hand those who defend early, in the order told, and convoke everyone."""
    by = cast.principal(BY)
    found = []
    with at(PREPARED_ON, 11):
        for table, slot in zip(held, list(day.slots), strict=False):
            found.append(_by_hand(cohort, slot, _memoire_of(cohort, table["who"], cast), cast))
    if found:
        with at(PREPARED_ON, 12):
            placing.convoke(found, by=by)
    return found


def _memoire_of(cohort: Cohort, who: str, cast: Cast) -> Any:
    person = cast.person(who)
    return next(each for each in board_of(cohort).memoires if each.enrolment.person_id == person.id)


def _by_hand(cohort: Cohort, slot: DefenceSlot, memoire: Any, cast: Cast) -> DefenceSlot:
    people = [cast.person(who).id for who in JURY]
    known = {juror.person_id: juror.id for juror in board_of(cohort).jurors}
    jury = tuple(known[person] for person in people)
    command = Placement(slot.id, memoire.id, jury, jury[0], confirmed=True)
    return placing.place_by_hand(cohort, command, by=cast.principal(BY))


def _hold(table: toml.Table, slot: DefenceSlot, cast: Cast) -> None:
    """The jury pledges, hears, writes, decides, signs; the result is published once all have signed."""
    by_person = {cast.person(who).id: cast.principal(who) for who in JURY}
    seats = [(seat, by_person[seat.juror.person_id]) for seat in slot.sitting]
    hour = clock.in_paris(slot.starts_at).hour + 1
    for seat, by in seats:
        with at(EARLY_ON, 8, 30):
            sitting.pledge(seat, by=by)
        with at(EARLY_ON, hour, 5):
            sitting.evaluate(seat, _evaluation(table), by=by)
    chair = seats[0][1]
    outcome = Outcome(table["outcome"])
    with at(EARLY_ON, hour, 15):
        sitting.open_deliberation(slot, by=chair)
        command = Conclusion(
            frozenset(seat.id for seat, _by in seats), outcome, table["comments"], table.get("corrections", ""),
            table.get("due"),
        )  # fmt: skip
        sitting.conclude(slot, command, by=chair)
    with at(EARLY_ON, hour, 25):
        locked = [_sign(slot, seat, by) for seat, by in seats[: table.get("signed", len(seats))]]
    if any(locked):
        with at(EARLY_ON, 18):
            publishing.publish(slot, by=chair)


def _evaluation(table: toml.Table) -> Evaluation:
    marks = dict.fromkeys(Criterion, Appreciation(table["appreciation"]))
    return Evaluation(marks, table["comments"], Outcome(table["outcome"]), give=True)


def _sign(slot: DefenceSlot, seat: JurySeat, by: Any) -> bool:
    code = juries.code_of(seat.juror_id, seat.juror.code_version, settings().secret_key)
    return sitting.sign(slot, MemberSignature(seat.id, code, seat.juror.person.name, None), by=by)


def _place_again(cohort: Cohort, day: DefenceDay, deferred: Sequence[DefenceSlot], cast: Cast) -> None:
    """Give whoever was deferred a second defence, on the first hour of January still free."""
    for slot in deferred:
        with at(EARLY_ON, 18, 30):
            free = next((each for each in board_of(cohort).on(day) if each.memoire_id is None), None)
            if free is not None:
                _by_hand(cohort, free, slot.memoire, cast)
