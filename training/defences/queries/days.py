"""The days of a cohort: slots, jurors, who is to be placed, who may judge whom (R61–R64)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager, joinedload

from training.accounts.models import Membership
from training.cohorts.enums import FOLLOWING, LIVE
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.cohorts.queries.cohorts import in_force_on
from training.common import clock
from training.common.errors import NotFound
from training.common.formatting import enumeration, plain_date
from training.database import db
from training.defences.enums import MemoireStatus
from training.defences.models import DefenceDay, DefenceRoom, DefenceSlot, Juror, JurySeat, Memoire
from training.defences.rules import juries
from training.defences.rules.juries import JurorTies, LearnerTies
from training.defences.rules.placing import Candidate, Member, Placed, Problem, Slot

TO_PLACE: Final = (MemoireStatus.CLEARED, MemoireStatus.DEFERRED, MemoireStatus.NO_SHOW)
"""States from which a defence may be fixed: a second one after a deferral or an absence."""

_DAY: Final = (
    select(DefenceSlot.starts_at)
    .where(DefenceSlot.memoire_id == bindparam("memoire"))
    .order_by(DefenceSlot.published_at.is_not(None), DefenceSlot.starts_at.desc())
    .limit(1)
)
_SLOT: Final = (
    joinedload(DefenceSlot.room, innerjoin=True),
    joinedload(DefenceSlot.minutes),
    joinedload(DefenceSlot.memoire)
    .joinedload(Memoire.enrolment, innerjoin=True)
    .options(joinedload(Enrolment.person, innerjoin=True), joinedload(Enrolment.structure, innerjoin=True)),
    joinedload(DefenceSlot.seats).options(
        joinedload(JurySeat.juror, innerjoin=True).joinedload(Juror.person, innerjoin=True),
        joinedload(JurySeat.evaluation),
    ),
)
_JUROR: Final = (
    joinedload(Juror.person, innerjoin=True),
    joinedload(Juror.structure),
    joinedload(Juror.answers),
    joinedload(Juror.conflicts),
)


def defence_day_of(memoire_id: uuid.UUID) -> date | None:
    """Return the day a mémoire is defended, the one to come first; null while none is fixed. One SELECT."""
    starts_at = db.session.scalar(_DAY, {"memoire": memoire_id})
    return clock.in_paris(starts_at).date() if starts_at is not None else None


def days_of(cohort_id: uuid.UUID) -> list[DefenceDay]:
    """Return the days of a cohort with their rooms, in order. One SELECT."""
    query = (
        select(DefenceDay)
        .where(DefenceDay.cohort_id == cohort_id)
        .options(joinedload(DefenceDay.rooms))
        .order_by(DefenceDay.held_on, DefenceDay.id)
    )
    return list(db.session.scalars(query).unique())


def slots_of(cohort_id: uuid.UUID) -> list[DefenceSlot]:
    """Return the slots of a cohort with their learner, jury and minutes, in order of time. One SELECT."""
    query = (
        select(DefenceSlot)
        .join(DefenceSlot.day)
        .where(DefenceDay.cohort_id == cohort_id)
        .options(contains_eager(DefenceSlot.day), *_SLOT)
        .order_by(DefenceSlot.starts_at, DefenceSlot.id)
    )
    return list(db.session.scalars(query).unique())


def jurors_of(cohort_id: uuid.UUID) -> list[Juror]:
    """Return those who may judge in a cohort, with what they answered and declared. One SELECT."""
    query = select(Juror).where(Juror.cohort_id == cohort_id, Juror.ended_at.is_(None)).options(*_JUROR)
    return sorted(
        db.session.scalars(query).unique(), key=lambda juror: (juror.part, juror.person.sort_key, str(juror.id))
    )


def memoires_of(cohort_id: uuid.UUID) -> list[Memoire]:
    """Return the mémoires of a cohort’s present learners, by name. One SELECT."""
    query = (
        select(Memoire)
        .join(Memoire.enrolment)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.status.in_(LIVE))
        .options(
            contains_eager(Memoire.enrolment).options(
                joinedload(Enrolment.person, innerjoin=True), joinedload(Enrolment.structure, innerjoin=True)
            )
        )
    )
    return sorted(db.session.scalars(query), key=lambda each: (each.enrolment.person.sort_key, str(each.id)))


def find_day(cohort: Cohort, day_id: uuid.UUID) -> DefenceDay:
    """Return a day of a cohort, with its rooms and slots. Two SELECTs."""
    day = next((each for each in days_of(cohort.id) if each.id == day_id), None)
    if day is None:
        raise NotFound
    return day


def find_juror(cohort: Cohort, juror_id: uuid.UUID) -> Juror:
    """Return someone who may judge in a cohort. One SELECT."""
    juror = next((each for each in jurors_of(cohort.id) if each.id == juror_id), None)
    if juror is None:
        raise NotFound
    return juror


def find_room(day: DefenceDay, room_id: uuid.UUID) -> DefenceRoom:
    """Return a room of a day."""
    room = next((each for each in day.rooms if each.id == room_id), None)
    if room is None:
        raise NotFound
    return room


# --- who may judge whom ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ties:
    """What may bar the jurors and the learners of a cohort from one another."""

    jurors: Mapping[uuid.UUID, JurorTies]
    learners: Mapping[uuid.UUID, LearnerTies]
    referent_may_judge: bool | None

    def why(self, juror_id: uuid.UUID, enrolment_id: uuid.UUID) -> str | None:
        """Return why this juror may not judge this learner, or null."""
        juror, learner = self.jurors.get(juror_id), self.learners.get(enrolment_id)
        if juror is None or learner is None:
            return None
        return juries.why_barred(juror, learner, referent_may_judge=self.referent_may_judge)


def ties_of(cohort: Cohort, jurors: Sequence[Juror], enrolments: Sequence[Enrolment]) -> Ties:
    """Return what may bar them (R63): their structures today, those who follow them, conflicts declared. Three SELECTs."""
    people = [juror.person_id for juror in jurors]
    structures: dict[uuid.UUID, set[uuid.UUID]] = {}
    held = (
        select(Membership.person_id, Membership.structure_id).where(
            Membership.person_id.in_(people), Membership.structure_id.is_not(None), Membership.until.is_(None)
        )
    )  # fmt: skip
    learns = select(Enrolment.person_id, Enrolment.structure_id).where(
        Enrolment.person_id.in_(people), Enrolment.status.in_(LIVE)
    )
    for query in (held, learns):
        for person_id, structure_id in db.session.execute(query):
            if structure_id is not None:
                structures.setdefault(person_id, set()).add(structure_id)
    following: dict[uuid.UUID, set[uuid.UUID]] = {}
    terms = select(TrainerAssignment.enrolment_id, TrainerAssignment.person_id).where(
        TrainerAssignment.cohort_id == cohort.id,
        TrainerAssignment.kind.in_(FOLLOWING),
        in_force_on(clock.today()),
    )
    for enrolment_id, person_id in db.session.execute(terms):
        if enrolment_id is not None:
            following.setdefault(enrolment_id, set()).add(person_id)
    rules = cohort.edition.rules
    return Ties(
        {
            juror.id: JurorTies(
                juror.id,
                juror.person_id,
                frozenset(
                    structures.get(juror.person_id, set()) | ({juror.structure_id} if juror.structure_id else set())
                ),
                frozenset(conflict.enrolment_id for conflict in juror.conflicts),
            )
            for juror in jurors
        },
        {
            each.id: LearnerTies(each.id, each.person_id, each.structure_id, frozenset(following.get(each.id, ())))
            for each in enrolments
        },
        rules.referent_may_judge if rules is not None else None,
    )


# --- the page of a cohort ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Board:
    """Everything of a cohort’s defences: its page shows it, the placing is computed from it."""

    cohort: Cohort
    days: Sequence[DefenceDay]
    slots: Sequence[DefenceSlot]
    jurors: Sequence[Juror]
    memoires: Sequence[Memoire]
    ties: Ties

    def on(self, day: DefenceDay) -> list[DefenceSlot]:
        """Return the slots of a day."""
        return [slot for slot in self.slots if slot.day_id == day.id]

    @property
    def bodies(self) -> tuple[str, ...]:
        """The bodies a jury is made of."""
        return juries.bodies_of(self.cohort.edition.rules)

    @property
    def placed(self) -> list[DefenceSlot]:
        """The slots given to someone."""
        return [slot for slot in self.slots if slot.memoire_id is not None]

    @property
    def to_place(self) -> list[Memoire]:
        """The mémoires that await a slot."""
        live = {slot.memoire_id for slot in self.placed if slot.published_at is None}
        return [each for each in self.memoires if each.status in TO_PLACE and each.id not in live]

    @property
    def not_ready(self) -> list[Memoire]:
        """The mémoires that may not be defended yet."""
        known = {slot.memoire_id for slot in self.placed}
        return [
            each
            for each in self.memoires
            if each.id not in known and each.status not in TO_PLACE and each.status is not MemoireStatus.PASSED
        ]

    @property
    def unanswered(self) -> list[Juror]:
        """The jurors who have not said when they can come, on some day to come."""
        coming = {day.id for day in self.days if day.held_on >= clock.today()}
        return [juror for juror in self.jurors if coming - {answer.day_id for answer in juror.answers}]

    @property
    def free(self) -> list[DefenceSlot]:
        """The slots to come that are nobody’s."""
        return [slot for slot in self.slots if slot.memoire_id is None and slot.starts_at > clock.now()]

    def away(self, juror: Juror) -> str:
        """Say why a juror cannot come to every free slot: she has not answered for these days, or cannot come (R64)."""
        answers = {answer.day_id: answer.availability for answer in juror.answers}
        held = {slot.day_id for slot in self.free}
        silent = [plain_date(day.held_on) for day in self.days if day.id in held and day.id not in answers]
        comes = any(juries.can_come(answers.get(slot.day_id), slot.starts_at, slot.ends_at) for slot in self.free)
        if silent:
            said = f"n’a pas répondu pour {enumeration(f'le {day}' for day in silent)}"
            return (
                said
                if comes or len(silent) == len(held)
                else f"{said}, et n’est disponible sur aucun autre créneau libre"
            )
        return (
            f"n’est {'pas disponible sur tous les créneaux libres' if comes else 'disponible sur aucun créneau libre'}"
        )

    @property
    def to_convoke(self) -> list[DefenceSlot]:
        """The defences to come whose people have not been told, or not of the last change."""
        return [
            slot
            for slot in self.placed
            if slot.published_at is None
            and slot.starts_at > clock.now()
            and (slot.convoked_at is None or slot.convoked_at < slot.changed_at)
        ]

    @property
    def to_publish(self) -> list[DefenceSlot]:
        """The defences whose minutes are locked and whose result nobody was told."""
        return [
            slot
            for slot in self.placed
            if slot.published_at is None and slot.minutes is not None and slot.minutes.locked_at is not None
        ]

    def loads(self) -> dict[uuid.UUID, int]:
        """Return at how many defences each juror sits."""
        counts: dict[uuid.UUID, int] = {}
        for slot in self.placed:
            for seat in slot.sitting:
                counts[seat.juror_id] = counts.get(seat.juror_id, 0) + 1
        return counts

    def warnings(self) -> dict[uuid.UUID, list[str]]:
        """Return, for each defence to come, the rules it no longer keeps, in words."""
        return {slot.id: found for slot in self.placed if slot.published_at is None if (found := self.faults(slot))}

    def faults(self, slot: DefenceSlot) -> list[str]:
        """Return what is wrong with one defence: barred, elsewhere, away, a seat without anyone (R61, R63, R64)."""
        found: list[str] = []
        if slot.memoire is None:
            return found
        if slot.memoire.enrolment.status not in LIVE:
            found.append("Cette personne n’est plus en formation\u00a0: retirez sa soutenance de la journée.")
        for seat in slot.sitting:
            why = self.ties.why(seat.juror_id, slot.memoire.enrolment_id)
            name = seat.juror.person.name
            if why is not None and not (why == juries.FOLLOWS_HER and seat.dispensed_reason):
                found.append(f"{name} {why}.")
            if any(self._meets(slot, other, seat.juror.person_id) for other in self.placed if other is not slot):
                found.append(f"{name} siège ailleurs à la même heure.")
            answer = next((each for each in seat.juror.answers if each.day_id == slot.day_id), None)
            if answer is not None and not juries.can_come(answer.availability, slot.starts_at, slot.ends_at):
                found.append(f"{name} a répondu ne pas être disponible à cette heure.")
        seated = sorted(seat.juror.part.value for seat in slot.sitting)
        if self.bodies and seated != sorted(self.bodies):
            found.append("Le jury ne réunit pas un membre de chaque organisme prévu.")
        if not any(seat.presides for seat in slot.sitting):
            found.append("Personne ne préside ce jury.")
        return found

    @staticmethod
    def _meets(slot: DefenceSlot, other: DefenceSlot, person_id: uuid.UUID) -> bool:
        return (
            slot.starts_at < other.ends_at
            and other.starts_at < slot.ends_at
            and any(seat.juror.person_id == person_id for seat in other.sitting)
        )


def board_of(cohort: Cohort) -> Board:
    """Return everything of a cohort’s defences. Seven SELECTs."""
    jurors, memoires = jurors_of(cohort.id), memoires_of(cohort.id)
    slots = slots_of(cohort.id)
    enrolments = {each.enrolment_id: each.enrolment for each in memoires}
    enrolments |= {slot.memoire.enrolment_id: slot.memoire.enrolment for slot in slots if slot.memoire is not None}
    ties = ties_of(cohort, jurors, list(enrolments.values()))
    return Board(cohort, days_of(cohort.id), slots, jurors, memoires, ties)


def problem_of(board: Board) -> Problem:
    """Return what there is to place: those who await a slot, in the free slots to come; what is placed stays."""
    free = board.free
    answers = {(a.juror_id, a.day_id): a.availability for juror in board.jurors for a in juror.answers}
    members = [
        Member(
            juror.id,
            juror.part.value,
            frozenset(
                slot.id
                for slot in free
                if juries.can_come(answers.get((juror.id, slot.day_id)), slot.starts_at, slot.ends_at)
            ),
            juror.may_preside,
        )
        for juror in board.jurors
    ]
    learners = [
        Candidate(
            each.id,
            frozenset(juror.id for juror in board.jurors if board.ties.why(juror.id, each.enrolment_id) is not None),
        )
        for each in board.to_place
    ]
    fixed = [
        Placed(slot.memoire_id, _slot(slot), tuple(seat.juror_id for seat in slot.sitting))
        for slot in board.placed
        if slot.memoire_id is not None and slot.published_at is None
    ]
    return Problem([_slot(slot) for slot in free], members, learners, board.bodies, fixed)


def _slot(slot: DefenceSlot) -> Slot:
    return Slot(slot.id, slot.room_id, slot.starts_at, slot.ends_at)
