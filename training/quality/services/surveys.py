"""Surveys: opened, answered without a trace of who said what, reminded, closed (R120, R123)."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select, update

from training.cohorts.models import Cohort
from training.common import clock, journal, links
from training.common.errors import Conflict, Forbidden, Refused
from training.common.formatting import plural
from training.common.policy import WORKER, Permission, Principal, policy
from training.common.sweeping import one_by_one
from training.database import db
from training.quality import mails
from training.quality.commands import Answers
from training.quality.enums import QuestionKind, SurveyAct, SurveyKind, SurveyStatus
from training.quality.models import (
    Survey,
    SurveyAnswer,
    SurveyInvitee,
    SurveyQuestion,
    SurveyResponse,
    SurveyTemplate,
)
from training.quality.procedure import SURVEY as PROCEDURE
from training.quality.queries import surveys as queries
from training.quality.queries.questionnaires import asked_in
from training.quality.rules.surveys import MONTHS_AFTER, SURVEY, is_due, months_later, reminder_is_due
from training.seminars.models import Seminar


def open_survey(template: SurveyTemplate, cohort: Cohort, seminar: Seminar | None, *, by: Principal) -> Survey:
    """Ask the people of a seminar or of a cohort; each receives her link with the messages of her day.

    Raises ``Refused`` when there is nobody to ask. The database refuses to ask the same twice.
    """
    if not by.is_worker and not policy.allows(by, Permission.QUALITY_SURVEY_MANAGE, cohort):
        raise Forbidden
    people = queries.people_for(template.kind, cohort, seminar)
    if not people:
        raise Refused("Personne n’est à interroger.")
    survey = Survey(
        template=template,
        cohort=cohort,
        seminar=seminar,
        anonymous=template.anonymous,
        closes_on=clock.today() + timedelta(days=template.open_days),
    )
    db.session.add(survey)
    db.session.flush()
    # in the order of a random key: on no engine does the place of a row tell who answered when
    invitees = [SurveyInvitee(id=uuid.uuid4(), survey_id=survey.id, person_id=person.id) for person in people]
    invitees.sort(key=_key)
    db.session.add_all(invitees)
    db.session.flush()
    journal.record(survey, "survey.opened", by=by, codes={"people": len(people)})
    for person in people:
        secret = links.issue(SURVEY, survey, bearer_id=person.id, created_by=by.person_id, replace=False)
        mails.survey_opened(survey, person, secret)
    return survey


def _key(invitee: SurveyInvitee) -> uuid.UUID:
    return invitee.id


def answer(invitee: SurveyInvitee, command: Answers) -> None:
    """Keep what someone answers. Of an anonymous survey, nothing kept tells who said what.

    Its response names nobody and bears no instant; every invitation of the survey is written anew, so that neither the
    order of rows nor the transaction that wrote them points at one person. Nothing is journaled.
    """
    survey = invitee.survey
    if survey.status is SurveyStatus.CLOSED:
        raise Conflict("Cette enquête est close. Merci d’y avoir pensé.")
    if invitee.answered:
        raise Conflict("Vous avez déjà répondu à cette enquête. Merci.")
    questions = queries.questions_of(survey.template_id)
    _check(questions, command)
    response = SurveyResponse(
        id=uuid.uuid4(),
        survey_id=survey.id,
        anonymous=survey.anonymous,
        person_id=None if survey.anonymous else invitee.person_id,
    )
    db.session.add(response)
    db.session.flush()
    for question in questions:
        level, words = command.levels.get(question.id), command.words.get(question.id, "").strip()
        if level is not None or words:
            db.session.add(SurveyAnswer(response_id=response.id, question_id=question.id, level=level, words=words))
    db.session.execute(
        update(SurveyInvitee)
        .where(SurveyInvitee.survey_id == survey.id)
        .values(answered=or_(SurveyInvitee.answered, SurveyInvitee.person_id == invitee.person_id)),
        execution_options={"synchronize_session": False},
    )
    db.session.flush()
    db.session.expire(invitee)


def _check(questions: Sequence[SurveyQuestion], command: Answers) -> None:
    left_out = 0
    for question in questions:
        level, words = command.levels.get(question.id), command.words.get(question.id, "")
        if question.kind is QuestionKind.CHOICE and words and words not in question.choices:
            raise Refused("Choisissez une des réponses proposées.")
        if question.mandatory and level is None and not words.strip():
            left_out += 1
    if left_out == 1:
        raise Refused("Il manque une réponse : elle est signalée plus bas.")
    if left_out:
        raise Refused(f"Il manque {plural(left_out, 'réponse')} : elles sont signalées plus bas.")


def close(survey: Survey, *, by: Principal) -> None:
    """Close it: nobody answers any more, and its results may be read."""
    PROCEDURE.check(survey, SurveyAct.CLOSE, by=by)
    with db.session.no_autoflush:
        survey.closed_at = clock.now()
        PROCEDURE.advance(survey, SurveyAct.CLOSE, by=by)
    links.revoke(SURVEY, survey)


# --- what the worker does --------------------------------------------------------------------------------------------


def sweep() -> int:
    """Open what is due, remind those who have not answered, close what is over; return how much was done."""
    done = one_by_one(queries.seminars_over(), _open_for_seminar)
    done += one_by_one(queries.cohorts_ended(), _open_for_cohort)
    open_ones = select(Survey.id).where(Survey.status == SurveyStatus.OPEN).order_by(Survey.id)
    return done + one_by_one(list(db.session.scalars(open_ones)), _follow)


def _open_for_seminar(seminar_id: uuid.UUID) -> int:
    seminar = db.session.scalar(select(Seminar).where(Seminar.id == seminar_id).with_for_update(of=Seminar))
    if seminar is None or seminar_id not in queries.seminars_over():
        return 0
    template = asked_in(seminar.cohort).get(SurveyKind.SEMINAR_END)
    if template is None:
        return 0
    return _opened(template, seminar.cohort, seminar)


def _open_for_cohort(cohort_id: uuid.UUID) -> int:
    cohort = db.session.scalar(select(Cohort).where(Cohort.id == cohort_id).with_for_update(of=Cohort))
    ends_on = cohort.ends_on if cohort is not None else None
    if cohort is None or ends_on is None:
        return 0
    later = months_later(ends_on, MONTHS_AFTER)
    due = {
        SurveyKind.TRAINERS: ends_on + timedelta(days=1),
        SurveyKind.SIX_MONTHS: later,
        SurveyKind.EMPLOYERS: later,
    }
    wanted = [kind for kind, day in due.items() if is_due(day, clock.today())]
    if not wanted:
        return 0
    asked, written = queries.asked_of(cohort.id), asked_in(cohort)
    done = 0
    for kind in wanted:
        template = written.get(kind)
        if kind not in asked and template is not None:
            done += _opened(template, cohort, None)
    return done


def _opened(template: SurveyTemplate, cohort: Cohort, seminar: Seminar | None) -> int:
    try:
        open_survey(template, cohort, seminar, by=WORKER)
    except Refused:
        return 0
    return 1


def _follow(survey_id: uuid.UUID) -> int:
    survey = db.session.scalar(select(Survey).where(Survey.id == survey_id).with_for_update(of=Survey))
    if survey is None or survey.status is SurveyStatus.CLOSED:
        return 0
    if survey.closes_on < clock.today():
        close(survey, by=WORKER)
        return 1
    return remind(survey)


def remind(survey: Survey) -> int:
    """Remind those who have not answered and whose reminder is due, twice at most; return how many."""
    opened_on = clock.in_paris(survey.opened_at).date()
    silent = db.session.scalars(
        select(SurveyInvitee)
        .where(SurveyInvitee.survey_id == survey.id, SurveyInvitee.answered.is_(False))
        .order_by(SurveyInvitee.id)
    ).all()
    due = [each for each in silent if reminder_is_due(opened_on, each.reminders, clock.today())]
    for invitee in due:
        invitee.reminders += 1
        secret = links.issue(SURVEY, survey, bearer_id=invitee.person_id, replace=False)
        mails.survey_reminder(survey, invitee.person, secret)
    db.session.flush()
    return len(due)
