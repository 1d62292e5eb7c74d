"""What defence days ask of a person: of jurors, of those who organise them, of learners (R64–R66, R97)."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from training.common import clock
from training.common.articles import of
from training.common.formatting import plural, time_of_day
from training.common.policy import Principal
from training.defences.enums import Stage
from training.defences.models import Juror, JurySeat
from training.defences.queries.pending import CohortDefences, defences_of, own_defences, own_seats
from training.defences.rules.juries import stage_of, unsigned
from training.desk.facts import Presence
from training.desk.queries.own import COURSE
from training.desk.rules import Coming, Desk, Line

JURY: Final = "Jury"
ORGANISES: Final = "Soutenances"


def add_juries(desk: Desk, principal: Principal, there: Presence) -> None:
    """Add a juror’s days and defences, the days to come and what they lack, a learner’s own. At most five SELECTs."""
    jurors, seats = own_seats(principal)
    for juror in jurors:
        desk.lines += _availability(juror)
    desk.lines += _pledges([seat for seat in seats if _lacks_pledge(seat)])
    for seat in seats:
        desk.lines += _seat(seat)
    desk.dates += _coming([seat for seat in seats if seat.slot.starts_at > clock.now()])
    for found in defences_of({*there.read, *there.trained, *there.taught, *there.managed}):
        runs = found.id in there.managed or found.id in there.taught
        desk.dates += _days(found, opens=runs)
        if runs:
            desk.lines += _cohort(found, there)
    for defence in own_defences(there.enrolments):
        desk.dates.append(
            Coming(
                clock.in_paris(defence.starts_at).date(),
                f"Votre soutenance, à {time_of_day(defence.starts_at)}",
                COURSE,
                f"/soutenances/{defence.id}",
            )
        )


def _days(found: CohortDefences, *, opens: bool) -> Iterator[Coming]:
    """Yield the days of defences of a cohort; those who run or teach it open them."""
    for held_on, placed in found.days.items():
        words = plural(placed, "soutenance") if placed else "Journée de soutenances"
        yield Coming(held_on, words, found.label, f"/promotions/{found.code}/soutenances" if opens else None)


def _availability(juror: Juror) -> Iterator[Line]:
    if juror.asked_at is not None and juror.answered_at is None:
        yield Line(
            "Dire quand vous pouvez venir au jury", juror.cohort.label, "Donner mes disponibilités",
            f"/jurys/{juror.id}", JURY, since=clock.in_paris(juror.asked_at).date(), weight=2,
        )  # fmt: skip


def _coming(seats: list[JurySeat]) -> Iterator[Coming]:
    """Yield one date for each day she sits."""
    for _day, gathered in groupby(seats, key=lambda seat: seat.slot.day_id):
        sitting = list(gathered)
        first = sitting[0].slot
        words = f"Jury de {plural(len(sitting), 'soutenance')}, dès {time_of_day(first.starts_at)}"
        day = clock.in_paris(first.starts_at).date()
        yield Coming(day, words, first.day.cohort.label, f"/jurys/{sitting[0].juror_id}")


def _lacks_pledge(seat: JurySeat) -> bool:
    return seat.pledged_at is None and stage_of(seat.slot) in {Stage.TO_COME, Stage.EVALUATION}


def _pledges(seats: list[JurySeat]) -> Iterator[Line]:
    """Yield what is left to pledge: one line for each cohort."""
    for juror_id, gathered in groupby(sorted(seats, key=lambda seat: str(seat.juror_id)), lambda seat: seat.juror_id):
        lacking = list(gathered)
        first = min((seat.slot for seat in lacking), key=lambda slot: slot.starts_at)
        memoire = first.memoire
        one = len(lacking) == 1 and memoire is not None
        yield Line(
            f"Signer votre engagement pour la soutenance {of(memoire.enrolment.person.name)}"
            if one and memoire is not None
            else f"Signer vos {len(lacking)} engagements d’impartialité",
            first.day.cohort.label,
            "Ouvrir la soutenance" if one else "Ouvrir mon jury",
            f"/soutenances/{first.id}" if one else f"/jurys/{juror_id}",
            JURY,
            due=clock.in_paris(first.starts_at).date(),
            prefix="soutenance" if one else "première soutenance",
            weight=2,
        )


def _seat(seat: JurySeat) -> Iterator[Line]:
    slot = seat.slot
    if slot.memoire is None:
        return
    name, href = slot.memoire.enrolment.person.name, f"/soutenances/{slot.id}"
    stage = stage_of(slot)
    due = clock.in_paris(slot.starts_at).date()
    told: tuple[str, str] | None = None
    if (
        stage is Stage.EVALUATION
        and seat.pledged_at is not None
        and (seat.evaluation is None or seat.evaluation.given_at is None)
    ):
        told = (f"Remettre votre évaluation {of(name)}", "Écrire l’évaluation")
    elif stage is Stage.DELIBERATION and seat.presides:
        told = (f"Écrire le procès-verbal {of(name)}", "Délibérer")
    elif stage is Stage.SIGNATURES and seat in unsigned(slot):
        told = (f"Signer le procès-verbal {of(name)}", "Signer")
    elif stage is Stage.TO_PUBLISH and seat.presides:
        told = (f"Publier le résultat {of(name)}", "Publier")
    if told is not None:
        yield Line(told[0], slot.day.cohort.label, told[1], href, JURY, due=due, prefix="soutenance", weight=2)


def _cohort(pending: CohortDefences, there: Presence) -> Iterator[Line]:
    capacity = there.managed.get(pending.id, ORGANISES)
    href = f"/promotions/{pending.code}/soutenances"
    manages = pending.id in there.managed

    def line(sentence: str, act: str, weight: int) -> Line:
        return Line(sentence, pending.label, act, href, capacity, weight=weight)

    if manages and pending.to_place:
        yield line(f"Placer {plural(pending.to_place, 'soutenance')}", "Voir les journées", 4)
    if manages and pending.to_convoke:
        yield line(f"Envoyer {plural(pending.to_convoke, 'convocation')} de soutenance", "Relire et envoyer", 3)
    if manages and pending.unanswered:
        sentence = f"Relancer {plural(pending.unanswered, 'membre')} de jury sans réponse"
        yield line(sentence, "Voir les jurys", 5)
    if pending.to_sign:
        one = pending.to_sign == 1
        yield line(
            "Faire signer un procès-verbal" if one else f"Faire signer {pending.to_sign} procès-verbaux",
            "Voir les soutenances", 2,
        )  # fmt: skip
    if pending.id in there.taught and pending.to_publish:
        yield line(f"Publier {plural(pending.to_publish, 'résultat')} de soutenance", "Relire et publier", 2)
