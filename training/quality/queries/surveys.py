"""Surveys of a cohort, one’s own invitation, and what was answered (R123)."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.enums import Function
from training.accounts.models import Membership, Person
from training.catalogue.models import Edition
from training.cohorts.enums import GONE, LIVE
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.common import clock
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality.enums import SurveyKind, SurveyStatus
from training.quality.models import (
    Survey,
    SurveyAnswer,
    SurveyInvitee,
    SurveyQuestion,
    SurveyResponse,
    SurveyTemplate,
)
from training.quality.queries.questionnaires import asked_in
from training.quality.rules.surveys import QuestionResult, gathered, may_show, rate
from training.seminars.enums import OFF, SeminarKind
from training.seminars.models import HalfDay, HalfDayStaff, Seminar
from training.seminars.queries.sheets import expected_at

_WHOLE = (
    joinedload(Survey.template, innerjoin=True),
    joinedload(Survey.seminar),
    joinedload(Survey.cohort, innerjoin=True).options(
        joinedload(Cohort.edition, innerjoin=True).joinedload(Edition.programme, innerjoin=True),
        selectinload(Cohort.parts),
    ),
)


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """A survey with its rate of return and, once it may be told, its mean level."""

    survey: Survey
    invited: int
    answered: int
    mean: Any = None
    reminders: int = 0

    @property
    def rate(self) -> int | None:
        """Per cent of those asked who answered."""
        return rate(self.answered, self.invited)


def _counts() -> Any:
    return (
        select(
            SurveyInvitee.survey_id,
            func.count().label("invited"),
            func.sum(case((SurveyInvitee.answered, 1), else_=0)).label("answered"),
            func.sum(SurveyInvitee.reminders).label("reminders"),
        )
        .group_by(SurveyInvitee.survey_id)
        .subquery()
    )


def surveys_of(cohorts: Collection[uuid.UUID], *, by_name: bool = True) -> list[SurveyLine]:
    """Return the surveys of cohorts, the last opened first; those answered by name, if this reader has them. Two SELECTs."""
    counts = _counts()
    rows = db.session.execute(
        select(
            Survey,
            func.coalesce(counts.c.invited, 0),
            func.coalesce(counts.c.answered, 0),
            func.coalesce(counts.c.reminders, 0),
        )
        .outerjoin(counts, counts.c.survey_id == Survey.id)
        .where(Survey.cohort_id.in_(cohorts), Survey.anonymous.in_((True,) if not by_name else (True, False)))
        .options(joinedload(Survey.template, innerjoin=True), joinedload(Survey.seminar))
        .order_by(Survey.opened_at.desc(), Survey.id)
        .limit(100)
    ).all()
    shown = [
        survey.id
        for survey, _invited, answered, _reminders in rows
        if may_show(anonymous=survey.anonymous, closed=survey.status is SurveyStatus.CLOSED, answers=answered)
    ]
    means: dict[uuid.UUID, Any] = {
        row[0]: row[1]
        for row in db.session.execute(
            select(SurveyResponse.survey_id, func.avg(SurveyAnswer.level))
            .join(SurveyAnswer, SurveyAnswer.response_id == SurveyResponse.id)
            .where(SurveyResponse.survey_id.in_(shown), SurveyAnswer.level.is_not(None))
            .group_by(SurveyResponse.survey_id)
        )
    }
    return [
        SurveyLine(s, invited, answered, round(float(means[s.id]), 1) if s.id in means else None, reminders)
        for s, invited, answered, reminders in rows
    ]


def find_survey(principal: Principal, survey_id: uuid.UUID, *, to_change: bool = False) -> Survey:
    """Return a survey whose results this person reads; ``to_change`` takes it FOR UPDATE. Two SELECTs and her rights."""
    query = select(Survey).where(Survey.id == survey_id).options(*_WHOLE)
    if to_change:
        query = query.with_for_update(of=Survey)
    survey = db.session.scalar(query)
    if survey is None or not policy.allows(principal, Permission.QUALITY_SURVEY_READ, survey):
        raise NotFound
    return survey


def find_invitation(person_id: uuid.UUID | None, survey_id: uuid.UUID, *, to_change: bool = False) -> SurveyInvitee:
    """Return someone’s invitation; ``to_change`` takes the survey FOR UPDATE, so that answers come one at a time."""
    query = select(Survey).where(Survey.id == survey_id).options(*_WHOLE)
    survey = db.session.scalar(query.with_for_update(of=Survey) if to_change else query)
    invitee = db.session.scalar(
        select(SurveyInvitee)
        .where(SurveyInvitee.survey_id == survey_id, SurveyInvitee.person_id == person_id)
        .options(joinedload(SurveyInvitee.person, innerjoin=True))
    )
    if survey is None or invitee is None:
        raise NotFound
    return invitee


def questions_of(template_id: uuid.UUID) -> Sequence[SurveyQuestion]:
    """Return the questions of a template, in order. One SELECT."""
    return db.session.scalars(
        select(SurveyQuestion)
        .where(SurveyQuestion.template_id == template_id)
        .order_by(SurveyQuestion.position, SurveyQuestion.code)
    ).all()


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a survey; ``questions`` is empty while nothing may be told."""

    line: SurveyLine
    shown: bool
    questions: Sequence[QuestionResult]


def results_of(survey: Survey) -> Results:
    """Return the results of a survey. Three SELECTs."""
    invited, answered = db.session.execute(
        select(func.count(), func.coalesce(func.sum(case((SurveyInvitee.answered, 1), else_=0)), 0)).where(
            SurveyInvitee.survey_id == survey.id
        )
    ).one()
    shown = may_show(anonymous=survey.anonymous, closed=survey.status is SurveyStatus.CLOSED, answers=answered)
    line = SurveyLine(survey, invited, answered)
    if not shown:
        return Results(line, shown, ())
    said: dict[uuid.UUID, list[tuple[int | None, str]]] = {}
    rows = db.session.execute(
        select(SurveyAnswer.question_id, SurveyAnswer.level, SurveyAnswer.words)
        .join(SurveyResponse, SurveyResponse.id == SurveyAnswer.response_id)
        .where(SurveyResponse.survey_id == survey.id)
    )
    for question_id, level, words in rows:
        said.setdefault(question_id, []).append((level, words))
    questions = [gathered(q.text, q.kind, q.choices, said.get(q.id, ())) for q in questions_of(survey.template_id)]
    return Results(line, shown, questions)


# --- whom to ask -----------------------------------------------------------------------------------------------------


def people_for(kind: SurveyKind, cohort: Cohort, seminar: Seminar | None) -> list[Person]:
    """Return whom a survey asks, each once. Three SELECTs at most."""
    if kind is SurveyKind.TRAINERS:
        return _trainers(cohort)
    if seminar is not None:
        return _each_once(each.person for each in expected_at(seminar) if each.status in LIVE)
    enrolments = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.not_in(GONE))
        .options(joinedload(Enrolment.person, innerjoin=True))
        .order_by(Enrolment.id)
    ).all()
    if kind is SurveyKind.EMPLOYERS:
        return _representatives({each.structure_id for each in enrolments})
    return _each_once(each.person for each in enrolments)


def _each_once(people: Iterable[Person]) -> list[Person]:
    return [p for p in {p.id: p for p in people}.values() if p.active and p.anonymised_at is None]


def _trainers(cohort: Cohort) -> list[Person]:
    taught = (
        select(HalfDayStaff.person_id)
        .join(HalfDay, HalfDay.id == HalfDayStaff.half_day_id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .where(Seminar.cohort_id == cohort.id)
    )
    followed = select(TrainerAssignment.person_id).where(TrainerAssignment.cohort_id == cohort.id)
    return _each_once(db.session.scalars(select(Person).where(Person.id.in_(taught) | Person.id.in_(followed))))


def _representatives(structures: Collection[uuid.UUID]) -> list[Person]:
    return _each_once(
        db.session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.structure_id.in_(structures),
                Membership.function == Function.REPRESENTATIVE,
                Membership.until.is_(None),
            )
        )
    )


# --- what the worker opens, reminds and closes -----------------------------------------------------------------------


def seminars_over() -> Sequence[uuid.UUID]:
    """Return the seminars that ended in the last days, whose survey has not opened. One SELECT."""
    now = clock.now()
    over = (
        select(HalfDay.seminar_id)
        .where(HalfDay.cancelled_at.is_(None))
        .group_by(HalfDay.seminar_id)
        .having(func.max(HalfDay.ends_at) <= now, func.max(HalfDay.ends_at) > now - timedelta(days=7))
    )
    asked = (
        select(Survey.seminar_id)
        .join(SurveyTemplate, SurveyTemplate.id == Survey.template_id)
        .where(SurveyTemplate.kind == SurveyKind.SEMINAR_END, Survey.seminar_id.is_not(None))
    )
    return db.session.scalars(
        select(Seminar.id)
        .where(
            Seminar.id.in_(over),
            Seminar.id.not_in(asked),
            Seminar.status.not_in(OFF),
            Seminar.kind.in_((SeminarKind.SEMINAR, SeminarKind.REGROUPING)),
            Seminar.taken_over.is_(False),
        )
        .order_by(Seminar.id)
    ).all()


def cohorts_ended() -> Sequence[uuid.UUID]:
    """Return the cohorts whose known last day is past, within a year. One SELECT."""
    today = clock.today()
    return db.session.scalars(
        select(Cohort.id)
        .where(Cohort.ends_on < today, Cohort.ends_on > today - timedelta(days=365))
        .order_by(Cohort.id)
    ).all()


def asked_of(cohort_id: uuid.UUID) -> set[SurveyKind]:
    """Return the kinds of surveys a cohort as a whole was already asked. One SELECT."""
    rows = db.session.scalars(
        select(SurveyTemplate.kind)
        .join(Survey, Survey.template_id == SurveyTemplate.id)
        .where(Survey.cohort_id == cohort_id, Survey.seminar_id.is_(None))
    )
    return set(rows)


def to_answer(person_id: uuid.UUID | None) -> Sequence[Survey]:
    """Return the open surveys someone has not answered. One SELECT."""
    return db.session.scalars(
        select(Survey)
        .join(SurveyInvitee, SurveyInvitee.survey_id == Survey.id)
        .where(
            SurveyInvitee.person_id == person_id,
            SurveyInvitee.answered.is_(False),
            Survey.status == SurveyStatus.OPEN,
        )
        .options(
            joinedload(Survey.template, innerjoin=True),
            joinedload(Survey.seminar),
            joinedload(Survey.cohort, innerjoin=True),
        )
        .order_by(Survey.closes_on, Survey.id)
        .limit(5)
    ).all()


def may_be_opened(cohort: Cohort) -> list[tuple[SurveyTemplate, Seminar | None]]:
    """Return what the carrier may open by hand: what was never asked, of the cohort or of a past seminar. Three SELECTs.

    A moment whose questionnaire has changed since it was asked is not asked again.
    """
    found = asked_in(cohort)
    asked = {
        (row[0], row[1])
        for row in db.session.execute(
            select(SurveyTemplate.kind, Survey.seminar_id)
            .join(Survey, Survey.template_id == SurveyTemplate.id)
            .where(Survey.cohort_id == cohort.id)
        )
    }
    ended = select(HalfDay.seminar_id).group_by(HalfDay.seminar_id).having(func.max(HalfDay.ends_at) <= clock.now())
    seminars = db.session.scalars(
        select(Seminar)
        .where(Seminar.cohort_id == cohort.id, Seminar.id.in_(ended), Seminar.status.not_in(OFF))
        .order_by(Seminar.created_at, Seminar.id)
    ).all()
    choices: list[tuple[SurveyTemplate, Seminar | None]] = []
    for kind, template in found.items():
        of: Sequence[Seminar | None] = seminars if kind is SurveyKind.SEMINAR_END else (None,)
        choices += [(template, s) for s in of if (kind, s.id if s else None) not in asked]
    return choices
