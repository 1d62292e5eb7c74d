"""The demonstration's evidence: a livret read by most, a survey closed, a complaint answered, by the real services."""

import io
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.common import clock, files, pdf
from training.common.declarations import file_use
from training.common.policy import Principal
from training.database import db
from training.quality.commands import (
    Answers,
    ComplaintToFile,
    HandbookToPublish,
    ImprovementToPlan,
    SelfRating,
)
from training.quality.enums import ComplaintKind, ComplaintTopic, HandbookKind, Moment, QuestionKind, SurveyKind
from training.quality.models import Handbook, SurveyInvitee
from training.quality.queries.positioning import positioning_of
from training.quality.queries.questionnaires import asked_in
from training.quality.queries.surveys import questions_of
from training.quality.services import handbooks, positioning, registers, surveys
from training.seeding.demo.cohorts import cohort_of
from training.seeding.demo.people import Cast, at
from training.seeding.demo.pieces import FOLDER, FOOTER
from training.seminars.models import HalfDay, Seminar

ARA: Final = ("ARA-1", "gestion.ara@example.org", "apprenant.ara@example.org")
BFC: Final = ("BFC-P8", "gestion.bfc@example.org", "apprenant.bfc@example.org")
PUBLISHED: Final = {"ARA-1": date(2025, 10, 27), "BFC-P8": date(2025, 12, 2)}
LINES: Final = (
    "Qui fait quoi : l’école, l’organisme porteur, votre formateur·rice relais.",
    "Les dates, les lieux, ce qui est demandé avant chaque séminaire.",
    "À qui parler si cela se passe mal.",
)


def publish_handbooks(cast: Cast) -> None:
    """Give the cohorts their livret d’accueil, before they start."""
    for code, carrier, _learner in (ARA, BFC):
        cohort = cohort_of(code)
        with at(PUBLISHED[code]):
            command = HandbookToPublish(HandbookKind.WELCOME, _livret(cohort))
            handbooks.publish(cohort, command, by=cast.principal(carrier))


def load_quality(cast: Cast) -> None:
    """Play what has happened by today; done once, when nobody has entered anything yet."""
    for code, carrier, learner in (ARA, BFC):
        cohort = cohort_of(code)
        by = cast.principal(carrier)
        enrolments = _learners(cohort)
        own = next(each for each in enrolments if each.person.email == learner)
        livret = db.session.scalars(select(Handbook).where(Handbook.cohort_id == cohort.id)).one()
        readers = [own, *enrolments[:6]] if code == ARA[0] else [e for e in enrolments[:4] if e is not own]
        for number, enrolment in enumerate(dict.fromkeys(readers)):
            with at(PUBLISHED[code] + timedelta(days=1 + number), 19):
                handbooks.read(livret, enrolment, by=cast.principal(enrolment.person.email))
        if code == ARA[0]:
            _rate(cast, readers)
            _survey(cohort, by)
            _complaint(cohort, cast, by, learner)


def _learners(cohort: Cohort) -> list[Enrolment]:
    rows = db.session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
        .order_by(Enrolment.entered_on, Enrolment.id)
    )
    return sorted(rows, key=lambda each: each.person.sort_key)


def _livret(cohort: Cohort) -> files.StagedFile:
    data = {"who": cohort.label, "lines": list(LINES), "footer": FOOTER}
    title = "Livret d’accueil"
    content = pdf.render("piece", data, title=title, timestamp=clock.now(), templates=FOLDER).content
    use = file_use(handbooks.USE)
    return files.stage(files.check(io.BytesIO(content), "livret-accueil.pdf", use), use)


def _rate(cast: Cast, readers: list[Enrolment]) -> None:
    """Everybody of these rates herself at entry, from discovering to doing with help."""
    for number, enrolment in enumerate(dict.fromkeys(readers)):
        asked = positioning_of(enrolment).objectives
        if not asked:
            return
        levels = {objective: (rank + number) % 3 for rank, objective in enumerate(asked)}
        with at(date(2026, 1, 5) + timedelta(days=number), 20):
            by = cast.principal(enrolment.person.email)
            positioning.give(enrolment, SelfRating(Moment.ENTRY, levels), asked, by=by)


def _survey(cohort: Cohort, by: Principal) -> None:
    """The survey of the first seminar that took place: six answers, closed."""
    template = asked_in(cohort).get(SurveyKind.SEMINAR_END)
    first = db.session.scalars(
        select(Seminar)
        .join(HalfDay, HalfDay.seminar_id == Seminar.id)
        .where(Seminar.cohort_id == cohort.id, Seminar.kind == "seminar", HalfDay.ends_at < clock.now())
        .order_by(HalfDay.starts_at)
        .limit(1)
    ).first()
    if template is None or first is None:
        return
    day = max(half_day.starts_on for half_day in first.half_days)
    with at(day, 19):
        survey = surveys.open_survey(template, cohort, first, by=by)
    invited = db.session.scalars(
        select(SurveyInvitee).where(SurveyInvitee.survey_id == survey.id).order_by(SurveyInvitee.id).limit(6)
    ).all()
    said = ("Les études de cas de l’après-midi.", "", "Prévoir plus de temps pour les échanges.", "", "", "")
    questions = questions_of(template.id)
    for number, invitee in enumerate(invited):
        levels = {
            q.id: 3 + (2 * rank + number * number) % 3
            for rank, q in enumerate(questions)
            if q.kind is QuestionKind.SCALE
        }
        words = {questions[-1].id: said[number]} if said[number] else {}
        with at(day + timedelta(days=1 + number), 20):
            surveys.answer(invitee, Answers(levels, words))
    with at(day + timedelta(days=16), 8):
        surveys.close(survey, by=by)


def _complaint(cohort: Cohort, cast: Cast, by: Principal, learner: str) -> None:
    with at(date(2026, 3, 16), 21):
        filed = registers.file_complaint(
            cohort,
            ComplaintToFile(
                ComplaintKind.COMPLAINT,
                ComplaintTopic.PLACE,
                "Le parking de la salle était complet dès 8 h 30 : nous avons été plusieurs à arriver en retard.",
                date(2026, 3, 12),
            ),
            by=cast.principal(learner),
        )
    with at(date(2026, 3, 20), 9):
        registers.answer(filed, "Vous avez raison. La prochaine salle est à cinq minutes de la gare.", by=by)
    with at(date(2026, 3, 20), 10):
        improvement = registers.plan(
            cohort,
            ImprovementToPlan(
                title="Choisir des salles à moins de dix minutes d’une gare",
                owner="La coordination du groupement",
                due_on=date(2026, 6, 1),
                complaint_id=filed.id,
            ),
            by=by,
        )
    if clock.today() > date(2026, 6, 1):
        with at(date(2026, 5, 28), 10):
            registers.complete(improvement, date(2026, 5, 28), by=by)
