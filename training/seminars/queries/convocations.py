"""Convocations and what is gathered around a seminar, as its pages read them (R118)."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, exists, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.models import Person
from training.cohorts.choice_rules import at_choice
from training.cohorts.enums import GONE, AssignmentKind
from training.cohorts.models import Cohort, CohortPart, Enrolment, TrainerAssignment
from training.cohorts.queries import in_force_on
from training.cohorts.queries.choosing import chosen_by
from training.common import clock
from training.database import db
from training.portfolio.queries import TracerLine
from training.portfolio.queries.courses import lines_of_modules
from training.seminars.enums import OFF
from training.seminars.models import (
    CarShare,
    Convocation,
    ConvocationTerms,
    Diet,
    DietMemory,
    HalfDay,
    HalfDayStaff,
    MealChoice,
    Seminar,
    SeminarMaterial,
    SeminarPractical,
    UrgentWord,
    Venue,
)
from training.seminars.queries.venues import venue_key
from training.seminars.rules.attendance import carrier_of, expected_on
from training.seminars.rules.convocations import Invitee, counted_diets


def invitees_of(seminar: Seminar, person_id: uuid.UUID | None = None) -> list[Invitee]:
    """Return who is convened to a seminar, learners first, by name; one of them if named. At most three SELECTs.

    Learners to the half-days where they are expected; whoever teaches to hers, or else whoever animates the cohort.
    """
    half_days = [half_day for half_day in seminar.half_days if not half_day.is_off]
    enrolments = _enrolments(seminar, person_id)
    chosen = chosen_by([e.id for e in enrolments]) if any(at_choice(h.modules) for h in half_days) else {}
    found = []
    rosters = {half_day.id: {e.id for e in expected_on(half_day, enrolments, chosen)} for half_day in half_days}
    for enrolment in enrolments:
        hers = [half_day for half_day in half_days if enrolment.id in rosters[half_day.id]]
        if hers:
            found.append(Invitee(enrolment.person, hers, enrolment))
    teaching: dict[uuid.UUID, tuple[Any, list[HalfDay]]] = {}
    animators = _animators(seminar) if any(not half_day.staff for half_day in half_days) else []
    for half_day in half_days:
        for person in [member.person for member in half_day.staff] or animators:
            teaching.setdefault(person.id, (person, []))[1].append(half_day)
    staff = sorted(teaching.values(), key=lambda pair: (pair[0].sort_key, str(pair[0].id)))
    found += [Invitee(person, hers) for person, hers in staff if person_id in (None, person.id)]
    return found


def seminars_to_convene(cohort_id: uuid.UUID) -> Sequence[Seminar]:
    """Return the seminars to come of a cohort, with their half-days, in order of time. Six SELECTs."""
    ahead = exists().where(HalfDay.seminar_id == Seminar.id, HalfDay.ends_at > clock.now())
    seminars = db.session.scalars(
        select(Seminar)
        .where(Seminar.cohort_id == cohort_id, Seminar.status.not_in(OFF), ahead)
        .options(
            joinedload(Seminar.cohort, innerjoin=True).options(
                joinedload(Cohort.edition, innerjoin=True),
                selectinload(Cohort.parts).joinedload(CohortPart.organisation, innerjoin=True),
            ),
            selectinload(Seminar.half_days).options(
                selectinload(HalfDay.modules),
                selectinload(HalfDay.variants),
                selectinload(HalfDay.staff).joinedload(HalfDayStaff.person, innerjoin=True),
            ),
        )
    ).all()
    return sorted(seminars, key=lambda seminar: (seminar.half_days[0].starts_at, seminar.title, str(seminar.id)))


def _enrolments(seminar: Seminar, person_id: uuid.UUID | None) -> Sequence[Enrolment]:
    query = (
        select(Enrolment)
        .join(Enrolment.person)
        .options(joinedload(Enrolment.person, innerjoin=True), joinedload(Enrolment.variant, innerjoin=True))
        .where(Enrolment.cohort_id == seminar.cohort_id, Enrolment.status.not_in(GONE))
        .order_by(Person.sort_key, Enrolment.id)
    )
    return db.session.scalars(query.where(Enrolment.person_id == person_id) if person_id else query).all()


def _animators(seminar: Seminar) -> Sequence[Person]:
    return db.session.scalars(
        select(Person)
        .join(TrainerAssignment, TrainerAssignment.person_id == Person.id)
        .where(
            TrainerAssignment.cohort_id == seminar.cohort_id,
            TrainerAssignment.kind == AssignmentKind.ANIMATOR,
            in_force_on(clock.today()),
        )
        .order_by(Person.sort_key, Person.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Setting:
    """What a convocation to a seminar says beside its half-days."""

    terms: ConvocationTerms | None
    practical: SeminarPractical | None
    venues: Mapping[tuple[str, str], Venue]

    def access(self, half_days: Sequence[HalfDay]) -> str:
        """How one gets there: what the seminar says, or else what is known of its rooms."""
        if self.practical and self.practical.access:
            return self.practical.access
        known = {self.venues[key].access for h in half_days if (key := venue_key(h.place, h.room)) in self.venues}
        return "\n".join(sorted(known - {""}))


def setting_of(seminar: Seminar) -> Setting:
    """Return it. One SELECT."""
    carrier = carrier_of(seminar.cohort)
    rows = db.session.execute(
        select(ConvocationTerms, SeminarPractical, Venue)
        .select_from(Seminar)
        .outerjoin(ConvocationTerms, ConvocationTerms.cohort_id == Seminar.cohort_id)
        .outerjoin(SeminarPractical, SeminarPractical.seminar_id == Seminar.id)
        .outerjoin(Venue, Venue.organisation_id == (carrier.id if carrier is not None else None))
        .where(Seminar.id == seminar.id)
    ).all()
    venues = [row[2] for row in rows if row[2] is not None]
    return Setting(rows[0][0], rows[0][1], {venue_key(venue.place, venue.room): venue for venue in venues})


@dataclass(frozen=True, slots=True)
class Sent:
    """The last convocation someone was sent, and how many there were."""

    at: datetime
    digest: str
    times: int
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """A sending: when, by whom, to how many."""

    at: datetime
    by: str
    people: int


@dataclass(frozen=True, slots=True)
class History:
    """What was sent for a seminar: to each person, and sending by sending, the latest first."""

    sent: Mapping[uuid.UUID, Sent]
    rounds: Sequence[Round]


def history_of(seminar: Seminar) -> History:
    """Return what was sent for a seminar. One SELECT."""
    rows = db.session.execute(
        select(Convocation, Person)
        .outerjoin(Person, Person.id == Convocation.sent_by)
        .where(Convocation.seminar_id == seminar.id)
        .order_by(Convocation.sent_at, Convocation.id)
    )
    sent: dict[uuid.UUID, Sent] = {}
    rounds: dict[datetime, Round] = {}
    for row, sender in rows:
        known, gone = sent.get(row.person_id), rounds.get(row.sent_at)
        sent[row.person_id] = Sent(row.sent_at, row.digest, known.times + 1 if known else 1, row.facts)
        rounds[row.sent_at] = Round(row.sent_at, sender.name if sender else "", gone.people + 1 if gone else 1)
    return History(sent, sorted(rounds.values(), key=lambda each: each.at, reverse=True))


def materials_of(seminar: Seminar, *, all_of_them: bool) -> Sequence[SeminarMaterial]:
    """Return the documents of a seminar that are visible today, or all of them. One SELECT."""
    query = (
        select(SeminarMaterial)
        .where(SeminarMaterial.seminar_id == seminar.id)
        .options(joinedload(SeminarMaterial.file, innerjoin=True))
        .order_by(SeminarMaterial.visible_from, SeminarMaterial.added_at, SeminarMaterial.id)
    )
    if not all_of_them:
        query = query.where(SeminarMaterial.visible_from <= clock.today())
    return db.session.scalars(query).all()


def due_after(seminar: Seminar, enrolment: Enrolment) -> list[TracerLine]:
    """Return the documents a learner owes for what a seminar taught. Two SELECTs."""
    taught = {module.id for half_day in seminar.half_days for module in half_day.modules}
    return [line for line in lines_of_modules(enrolment, taught) if line.awaits_learner]


# --- what is gathered ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """What someone has said before a seminar."""

    meals: Mapping[uuid.UUID, bool]
    diet: str
    remembered: bool
    share: CarShare | None
    others: Sequence[CarShare]
    """Those who share a car too; nobody to whoever does not."""


def answer_of(seminar: Seminar, person_id: uuid.UUID) -> Answered:
    """Return it; a diet she asked to remember comes back by itself. Three SELECTs."""
    ids = [half_day.id for half_day in seminar.half_days]
    meals = db.session.execute(
        select(MealChoice.half_day_id, MealChoice.eats).where(
            MealChoice.person_id == person_id, MealChoice.half_day_id.in_(ids)
        )
    ).all()
    diet, memory = db.session.execute(
        select(Diet.words, DietMemory.words)
        .select_from(Person)
        .outerjoin(Diet, and_(Diet.person_id == Person.id, Diet.seminar_id == seminar.id))
        .outerjoin(DietMemory, and_(DietMemory.person_id == Person.id, DietMemory.cohort_id == seminar.cohort_id))
        .where(Person.id == person_id)
    ).one()
    shares = db.session.scalars(
        select(CarShare)
        .where(CarShare.seminar_id == seminar.id)
        .options(joinedload(CarShare.person, innerjoin=True))
        .order_by(CarShare.town, CarShare.told_at, CarShare.person_id)
    ).all()
    own = next((share for share in shares if share.person_id == person_id), None)
    return Answered(
        meals=dict(meals),
        diet=diet or (memory if memory and not meals else ""),
        remembered=memory is not None,
        share=own,
        others=[share for share in shares if share.person_id != person_id] if own else (),
    )


@dataclass(frozen=True, slots=True)
class MealCount:
    """A half-day: how many eat there, do not, have not said; what they do not eat, counted, without names."""

    half_day: HalfDay
    eating: int
    fasting: int
    silent: int
    diets: Sequence[tuple[str, int]]


def meals_of(seminar: Seminar, invitees: Sequence[Invitee]) -> list[MealCount]:
    """Return the meals of a seminar, half-day by half-day. Two SELECTs."""
    said: dict[uuid.UUID, dict[uuid.UUID, bool]] = defaultdict(dict)
    rows = db.session.execute(
        select(MealChoice.half_day_id, MealChoice.person_id, MealChoice.eats)
        .join(HalfDay, HalfDay.id == MealChoice.half_day_id)
        .where(HalfDay.seminar_id == seminar.id)
    )
    for half_day_id, person_id, eats in rows:
        said[half_day_id][person_id] = eats
    diets: dict[uuid.UUID, str] = dict(
        db.session.execute(select(Diet.person_id, Diet.words).where(Diet.seminar_id == seminar.id)).all()
    )
    counts = []
    for half_day in seminar.half_days:
        if half_day.is_off:
            continue
        convened = {each.person.id for each in invitees if half_day in each.half_days}
        told = {person_id: eats for person_id, eats in said[half_day.id].items() if person_id in convened}
        eating = [person_id for person_id, eats in told.items() if eats]
        counts.append(
            MealCount(
                half_day,
                len(eating),
                len(told) - len(eating),
                len(convened) - len(told),
                counted_diets([diets[person_id] for person_id in eating if person_id in diets]),
            )
        )
    return counts


_URGENT_WORD: Final = select(UrgentWord).where(
    UrgentWord.cohort_id == bindparam("cohort"), UrgentWord.until >= bindparam("today")
)


def urgent_word_of(cohort_id: uuid.UUID) -> UrgentWord | None:
    """Return the urgent message of a cohort, if its last day is not past. One SELECT."""
    return db.session.scalar(_URGENT_WORD, {"cohort": cohort_id, "today": clock.today()})


def find_by_link(seminar_id: uuid.UUID) -> Seminar | None:
    """Return a seminar for whoever bears a link of it. At most six SELECTs."""
    return db.session.scalar(
        select(Seminar)
        .where(Seminar.id == seminar_id)
        .options(joinedload(Seminar.cohort, innerjoin=True).joinedload(Cohort.edition, innerjoin=True))
    )
