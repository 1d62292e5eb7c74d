"""Assessments: one as a page shows it, its spread, those of a partnership, the light facts a live screen asks."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Uuid, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload, selectinload

from training.common import clock
from training.common.errors import NotFound
from training.common.loading import load_list
from training.common.policy import Principal
from training.cooperation.enums import AssessmentStatus, Role
from training.cooperation.models import (
    Assessment,
    Grid,
    Participant,
    PartnerMember,
    Partnership,
)
from training.cooperation.queries.partnerships import load_people, shared_with, takes_part
from training.cooperation.rules.access import role_of
from training.database import db


def find_assessment(principal: Principal, assessment_id: uuid.UUID, *, to_change: bool = False) -> Assessment:
    """Return an assessment this person sees, with its partnership and what was settled. Six SELECTs.

    Whoever only reads what is shared sees the finalised ones (R84); ``NotFound`` otherwise. ``to_change`` holds its row.
    """
    seen = or_(takes_part(principal), and_(shared_with(principal), Assessment.status == AssessmentStatus.FINALISED))
    query = (
        select(Assessment)
        .join(Assessment.partnership)
        .options(
            joinedload(Assessment.partnership, innerjoin=True).joinedload(Partnership.region, innerjoin=True),
            joinedload(Assessment.grid, innerjoin=True),
        )
        .where(Assessment.id == assessment_id, seen)
    )
    if to_change:
        query = query.with_for_update(of=Assessment)
    assessment = db.session.scalar(query)
    if assessment is None:
        raise NotFound
    load_people(assessment.partnership)
    load_list(assessment, Assessment.results)
    load_list(assessment, Assessment.questions)
    return assessment


def takes_the_floor(principal: Principal, assessment: Assessment) -> bool:
    """Whether this person is in the partnership: she reads the comments and the answers, not only the report (R84)."""
    return role_of(principal, assessment) is not None


_WITH_BODIES: Final = (selectinload(Participant.bodies), selectinload(Participant.answers))


def load_answers(assessment: Assessment) -> None:
    """Read who answers and what each answered. Three SELECTs."""
    load_list(assessment, Assessment.participants, *_WITH_BODIES)


@dataclass(frozen=True, slots=True)
class Spread:
    """What the room sees of an item: who has answered, and once it is shown, who answered what (R82).

    Before that, ``by_choice`` is empty: nothing of it leaves the server.
    """

    item: str
    shown: bool
    present: int
    answered: int
    waiting: tuple[str, ...]
    by_choice: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Each answer with how many gave it."""
        return [(label, len(names)) for _choice, label, names in self.by_choice]


def spread_of(assessment: Assessment, item: str) -> Spread:
    """Return the spread of an item, from what was loaded. Two people for one body show as such (R129)."""
    shown = item in assessment.revealed
    given: dict[uuid.UUID, str] = {
        participant.id: answer.choice
        for participant in assessment.participants
        for answer in participant.answers
        if answer.item == item
    }
    present = [each for each in assessment.participants if each.left_at is None]
    by_choice: list[tuple[str, str, tuple[str, ...]]] = []
    if shown:
        for choice in assessment.grid.definition.choices:
            labels = Counter(each.label for each in assessment.participants if given.get(each.id) == choice.code)
            names = tuple(f"{label} ({n} personnes)" if n > 1 else label for label, n in labels.items())
            by_choice.append((choice.code, choice.label, names))
    return Spread(
        item=item,
        shown=shown,
        present=len(present),
        answered=sum(each.id in given for each in present),
        waiting=tuple(each.label for each in present if each.id not in given),
        by_choice=tuple(by_choice),
    )


def raw_answers(assessment: Assessment) -> list[tuple[Any, ...]]:
    """Return one row an answer the room has seen: item, its words, for whom, the answer, its points, when."""
    definition, shown = assessment.grid.definition, assessment.revealed
    return [
        (
            item.code,
            item.label,
            rank,
            participant.label,
            definition.label(answer.choice),
            definition.points[answer.choice],
            answer.answered_at,
        )
        for item in definition.items
        if item.code in shown
        for rank, participant in enumerate(assessment.participants, 1)
        for answer in participant.answers
        if answer.item == item.code
    ]


def assessments_of(partnership: Partnership) -> Sequence[Assessment]:
    """Return the assessments of a partnership, newest first, with what each settled. Two SELECTs."""
    query = (
        select(Assessment)
        .options(joinedload(Assessment.grid, innerjoin=True), selectinload(Assessment.results))
        .where(Assessment.partnership_id == partnership.id)
        .order_by(Assessment.held_on.desc(), Assessment.created_at.desc(), Assessment.id)
        .limit(40)
    )
    return db.session.scalars(query).all()


def finalised_before(assessment: Assessment) -> list[Assessment]:
    """Return the finalised assessments of the partnership on the same grid, up to this one, oldest first. Two SELECTs."""
    query = (
        select(Assessment)
        .join(Grid, Grid.id == Assessment.grid_id)
        .options(selectinload(Assessment.results))
        .where(
            Assessment.partnership_id == assessment.partnership_id,
            Grid.code == assessment.grid.code,
            Assessment.status == AssessmentStatus.FINALISED,
            Assessment.id != assessment.id,
            Assessment.finalised_at < (assessment.finalised_at or clock.now()),
        )
        .order_by(Assessment.finalised_at, Assessment.id)
    )
    return list(db.session.scalars(query))


# --- live: what a screen asks every three seconds ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemberFact:
    """A facilitator, as a permission reads her."""

    person_id: uuid.UUID
    role: Role
    until: None = None


@dataclass(frozen=True, slots=True)
class LiveRoom:
    """The version a room's screen shows now, and who asks."""

    assessment_id: uuid.UUID
    version: int
    members: tuple[MemberFact, ...]
    shares: tuple[()] = ()

    @property
    def partnership(self) -> "LiveRoom":
        """Whence one’s rights on it."""
        return self


# Of tables and not of models: a screen asks every three seconds, and the mapper would cost a tenth of the answer.
_assessment, _participant, _member = Assessment.__table__.c, Participant.__table__.c, PartnerMember.__table__.c
_LIVE_ROOM: Final = select(_assessment.version).where(
    _assessment.id == bindparam("assessment_id", type_=Uuid()),
    _member.partnership_id == _assessment.partnership_id,
    _member.person_id == bindparam("person_id", type_=Uuid()),
    _member.until.is_(None),
    _member.role == Role.FACILITATOR,
)
_LIVE_SEAT: Final = select(_assessment.version).where(
    _assessment.id == bindparam("assessment_id", type_=Uuid()),
    _participant.assessment_id == _assessment.id,
    _participant.id == bindparam("participant_id", type_=Uuid()),
    _participant.left_at.is_(None),
)


def live_room(principal: Principal, assessment_id: uuid.UUID) -> LiveRoom:
    """Return the present version of a room for who facilitates it; ``NotFound`` for anyone else. One SELECT."""
    version = None
    if principal.person_id is not None:
        version = db.session.scalar(_LIVE_ROOM, {"assessment_id": assessment_id, "person_id": principal.person_id})
    if version is None or principal.person_id is None:
        raise NotFound
    return LiveRoom(assessment_id, version, (MemberFact(principal.person_id, Role.FACILITATOR),))


def live_version(assessment_id: uuid.UUID, participant_id: uuid.UUID) -> int:
    """Return the present version of a room for one of its seats; ``NotFound`` for any other. One SELECT."""
    asked = {"assessment_id": assessment_id, "participant_id": participant_id}
    version: int | None = db.session.scalar(_LIVE_SEAT, asked)
    if version is None:
        raise NotFound
    return version


# --- seats -----------------------------------------------------------------------------------------------------------


def assessment_by_code(code: str, *, to_change: bool = False) -> Assessment | None:
    """Return the assessment a live short code opens, with the bodies one may answer for; null if none does. Four SELECTs."""
    query = select(Assessment).options(joinedload(Assessment.partnership, innerjoin=True))
    query = query.where(Assessment.join_code == code, Assessment.status == AssessmentStatus.OPEN)
    query = query.where(Assessment.code_expires_at > clock.now())
    if to_change:
        query = query.with_for_update(of=Assessment)
    assessment = db.session.scalar(query)
    if assessment is not None:
        load_people(assessment.partnership)
    return assessment


@dataclass(frozen=True, slots=True)
class Seat:
    """A place taken in a room, as its pages read it."""

    participant: Participant
    assessment: Assessment

    def choice(self, item: str) -> str | None:
        """Return what was answered from this seat."""
        return next((answer.choice for answer in self.participant.answers if answer.item == item), None)

    @property
    def next_item(self) -> str | None:
        """The first item neither answered from here nor shown yet."""
        answered = {answer.item for answer in self.participant.answers} | self.assessment.revealed
        return next((item.code for item in self.assessment.grid.definition.items if item.code not in answered), None)


def find_seat(assessment_id: uuid.UUID, participant_id: uuid.UUID, *, to_change: bool = False) -> Seat:
    """Return a seat with its room, as far as the room has shown. Three SELECTs, one more to hold the row; or ``NotFound``.

    A POST takes the assessment FOR UPDATE: answers come one after the other.
    """
    query = select(Assessment).options(joinedload(Assessment.partnership, innerjoin=True))
    query = query.where(Assessment.id == assessment_id)
    if to_change:
        query = query.with_for_update(of=Assessment)
    assessment = db.session.scalar(query)
    participant = db.session.scalar(
        select(Participant)
        .options(selectinload(Participant.answers))
        .where(
            Participant.id == participant_id, Participant.assessment_id == assessment_id, Participant.left_at.is_(None)
        )
    )
    if assessment is None or participant is None:
        raise NotFound
    load_list(assessment, Assessment.results)
    return Seat(participant, assessment)
