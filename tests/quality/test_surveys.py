"""Surveys: opened by themselves, answered by link on a phone, anonymous for good, reminded twice, plotted (R120, R123)."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from sqlalchemy import DateTime, select, text
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import quality as make
from tests.factories import seminars as seminar_rows
from training.accounts.enums import Function
from training.cohorts.models import Cohort, Enrolment
from training.common import clock, links
from training.common.errors import Conflict, Forbidden, Refused
from training.common.journal import Event
from training.common.mail import MailUrgency, OutgoingMail
from training.database import UtcDateTime, db
from training.quality.commands import Answers
from training.quality.enums import QuestionKind, QuestionnaireStatus, SurveyKind, SurveyStatus
from training.quality.models import Survey, SurveyInvitee, SurveyQuestion, SurveyResponse, SurveyTemplate
from training.quality.queries.surveys import results_of, surveys_of, to_answer
from training.quality.rules.surveys import SURVEY, gathered, is_due, may_show, months_later, rate, reminder_is_due
from training.quality.services import surveys

DAY = date.fromisoformat


@pytest.mark.parametrize(
    ("day", "later"), [("2026-01-31", "2026-07-31"), ("2026-08-31", "2027-02-28"), ("2026-12-01", "2027-06-01")]
)
def test_six_months_later_is_the_same_day_or_the_last(day: str, later: str) -> None:
    assert months_later(DAY(day), 6) == DAY(later)


@pytest.mark.parametrize(
    ("on", "due"), [(None, False), ("2026-03-03", False), ("2026-03-02", True), ("2026-02-22", False)]
)
def test_what_was_over_long_ago_does_not_open(on: str | None, due: bool) -> None:
    assert is_due(DAY(on) if on else None, DAY("2026-03-02")) is due


@pytest.mark.parametrize(
    ("days", "reminders", "due"), [(4, 0, False), (5, 0, True), (9, 1, False), (10, 1, True), (30, 2, False)]
)
def test_r120_two_reminders_at_most(days: int, reminders: int, due: bool) -> None:
    assert reminder_is_due(DAY("2026-03-02"), reminders, DAY("2026-03-02") + timedelta(days=days)) is due


@pytest.mark.parametrize(
    ("anonymous", "closed", "answers", "shown"),
    [
        (True, True, 5, True),
        (True, True, 4, False),
        (True, False, 20, False),
        (False, False, 1, True),
        (False, True, 0, False),
    ],
)
def test_few_anonymous_answers_are_not_told_nor_those_of_an_open_survey(
    anonymous: bool, closed: bool, answers: int, shown: bool
) -> None:
    assert may_show(anonymous=anonymous, closed=closed, answers=answers) is shown


def test_results_are_counted_and_words_sorted() -> None:
    scale = gathered("?", QuestionKind.SCALE, (), [(5, ""), (5, ""), (2, "")])
    assert (scale.mean, scale.count, scale.bars[4]) == (Decimal("4.0"), 3, ("5", 2))
    choice = gathered("?", QuestionKind.CHOICE, ("oui", "non"), [(None, "oui")])
    assert choice.bars == [("oui", 1), ("non", 0)]
    assert gathered("?", QuestionKind.TEXT, (), [(None, "b"), (None, "A")]).words == ["A", "b"]
    assert (rate(1, 3), rate(0, 0)) == (33, None)


def template(kind: SurveyKind = SurveyKind.SEMINAR_END, *, anonymous: bool = True) -> SurveyTemplate:
    made = SurveyTemplate(
        code=kind.value,
        kind=kind,
        status=QuestionnaireStatus.PUBLISHED,
        title="Votre avis",
        lead="",
        anonymous=anonymous,
        open_days=15,
    )
    made.questions = [
        SurveyQuestion(code="a", position=1, kind=QuestionKind.SCALE, text="Utile"),
        SurveyQuestion(code="b", position=2, kind=QuestionKind.CHOICE, text="Encore", choices=["oui", "non"]),
        SurveyQuestion(code="c", position=3, kind=QuestionKind.TEXT, text="Un mot", mandatory=False),
    ]
    db.session.add(made)
    db.session.flush()
    return made


def opened(cohort: Cohort, kind: SurveyKind = SurveyKind.SIX_MONTHS, *, anonymous: bool = True) -> Survey:
    return surveys.open_survey(template(kind, anonymous=anonymous), cohort, None, by=make.carrier(cohort))


def answers(survey: Survey, level: int = 4, words: str = "") -> Answers:
    scale, choice, free = survey.template.questions
    return Answers({scale.id: level}, {choice.id: "oui", free.id: words})


def invitation(survey: Survey, enrolment: Enrolment) -> SurveyInvitee:
    return db.session.scalars(
        select(SurveyInvitee).where(
            SurveyInvitee.survey_id == survey.id, SurveyInvitee.person_id == enrolment.person_id
        )
    ).one()


@pytest.fixture
def six(cohort: Cohort, frozen_clock: Any) -> list[Enrolment]:
    """Six learners of the cohort."""
    return [cohort_rows.learner(cohort) for _ in range(6)]


@pytest.mark.both_engines
def test_an_anonymous_answer_is_tied_to_nobody(cohort: Cohort, six: list[Enrolment]) -> None:
    survey = opened(cohort)
    events = len(db.session.scalars(select(Event)).all())
    mails = len(db.session.scalars(select(OutgoingMail)).all())
    db.session.commit()
    before = transactions()
    surveys.answer(invitation(survey, six[2]), answers(survey, words="Merci"))
    db.session.commit()

    assert [response.person_id for response in db.session.scalars(select(SurveyResponse))] == [None]
    assert [each.answered for each in (invitation(survey, e) for e in six)] == [False, False, True, False, False, False]
    assert len(db.session.scalars(select(Event)).all()) == events
    assert len(db.session.scalars(select(OutgoingMail)).all()) == mails
    if before is not None:  # every invitation was written by the same transaction as the answer: none stands out
        after = transactions()
        assert after is not None
        assert len(after) == 1
        assert after != before


def transactions() -> set[str] | None:
    """The transactions that wrote the invitations, on PostgreSQL."""
    if db.session.get_bind().dialect.name != "postgresql":
        return None
    return set(db.session.scalars(text("SELECT xmin::text FROM survey_invitee")))


def test_no_column_could_tell_who_answered_or_when() -> None:
    keys = {
        key.column.table.name for table in ("survey_response", "survey_answer") for key in _table(table).foreign_keys
    }
    assert keys == {"survey", "person", "survey_response", "survey_question"}
    for name in ("survey_response", "survey_answer", "survey_invitee"):
        assert not [c.name for c in _table(name).columns if isinstance(c.type, (DateTime, UtcDateTime))], name
    assert not {c.name for c in _table("survey_invitee").columns} & {"response_id", "answered_at", "link_id"}


def _table(name: str) -> Any:
    return db.metadata.tables[name]


@pytest.mark.both_engines
def test_the_database_refuses_a_name_on_an_anonymous_answer(cohort: Cohort, six: list[Enrolment]) -> None:
    survey = opened(cohort)
    db.session.commit()
    for anonymous in (True, False):
        db.session.add(SurveyResponse(survey_id=survey.id, anonymous=anonymous, person_id=six[0].person_id))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


@pytest.mark.both_engines
def test_one_answers_once_and_every_question_that_must_be(cohort: Cohort, six: list[Enrolment]) -> None:
    survey = opened(cohort)
    scale, choice, _free = survey.template.questions
    for command in (
        Answers({scale.id: 4}, {}),
        Answers({}, {choice.id: "oui"}),
        Answers({scale.id: 4}, {choice.id: "peut-être"}),
    ):
        with pytest.raises(Refused):
            surveys.answer(invitation(survey, six[0]), command)
    surveys.answer(invitation(survey, six[0]), answers(survey))
    with pytest.raises(Conflict, match="déjà répondu"):
        surveys.answer(invitation(survey, six[0]), answers(survey))
    surveys.close(survey, by=make.carrier(cohort))
    with pytest.raises(Conflict, match="close"):
        surveys.answer(invitation(survey, six[1]), answers(survey))


def test_results_are_read_once_closed_from_five_answers_on(cohort: Cohort, six: list[Enrolment]) -> None:
    survey = opened(cohort)
    for level, enrolment in zip((5, 5, 4, 2), six, strict=False):
        surveys.answer(invitation(survey, enrolment), answers(survey, level))
    assert not results_of(survey).shown
    surveys.answer(invitation(survey, six[4]), answers(survey, 4, "Bravo"))
    assert results_of(survey).questions == ()
    surveys.close(survey, by=make.carrier(cohort))
    found = results_of(survey)
    assert [question.mean for question in found.questions] == [Decimal("4.0"), None, None]
    assert found.questions[2].words == ["Bravo"]
    (line,) = surveys_of([cohort.id])
    assert (line.rate, line.mean) == (83, 4.0)


@pytest.mark.both_engines
def test_the_worker_opens_at_the_end_of_a_seminar_reminds_twice_and_closes(
    cohort: Cohort, six: list[Enrolment], frozen_clock: Any
) -> None:
    template()
    seminar = seminar_rows.seminar(cohort)
    old = seminar_rows.seminar(cohort, seminar_rows.half_day_plan(DAY("2026-01-05")))
    db.session.commit()
    assert surveys.sweep() == 0
    frozen_clock.at(clock.at_paris(seminar_rows.DAY, 20))
    assert surveys.sweep() == 1
    assert surveys.sweep() == 0
    (survey,) = db.session.scalars(select(Survey))
    assert survey.seminar_id == seminar.id != old.id
    assert len(to_answer(six[0].person_id)) == 1
    surveys.answer(invitation(survey, six[0]), answers(survey))
    db.session.commit()
    told = []
    for _ in range(17):
        frozen_clock.advance(timedelta(days=1))
        surveys.sweep()
        told.append(len(db.session.scalars(select(OutgoingMail.id)).all()))
    assert told[-1] == 6 + 5 * 2
    assert {mail.urgency for mail in db.session.scalars(select(OutgoingMail))} == {MailUrgency.DAILY}
    db.session.refresh(survey)
    status: SurveyStatus = survey.status
    assert status is SurveyStatus.CLOSED


def test_six_months_after_the_course_learners_and_their_structures_are_asked(
    cohort: Cohort, six: list[Enrolment], frozen_clock: Any
) -> None:
    for kind in SurveyKind:
        template(kind, anonymous=False)
    employer = accounts.person()
    accounts.membership(employer, Function.REPRESENTATIVE, six[0].structure)
    cohort.ends_on = DAY("2026-02-15")
    db.session.commit()
    frozen_clock.at(clock.at_paris(DAY("2026-08-15"), 8))
    surveys.sweep()
    assert {survey.template.kind for survey in db.session.scalars(select(Survey))} == {
        SurveyKind.SIX_MONTHS,
        SurveyKind.EMPLOYERS,
    }
    assert [survey.template.kind for survey in to_answer(employer.id)] == [SurveyKind.EMPLOYERS]


def test_only_the_carrier_opens_and_never_for_nobody(cohort: Cohort, six: list[Enrolment]) -> None:
    made = template(SurveyKind.TRAINERS)
    with pytest.raises(Forbidden):
        surveys.open_survey(made, cohort, None, by=accounts.principal(six[0].person))
    with pytest.raises(Refused):
        surveys.open_survey(made, cohort, None, by=make.carrier(cohort))


def test_one_answers_by_link_without_signing_in_and_nothing_typed_is_lost(
    cohort: Cohort, six: list[Enrolment], client: Any, page: Any
) -> None:
    survey = opened(cohort)
    scale, choice, free = survey.template.questions
    secret = links.issue(SURVEY, survey, bearer_id=six[1].person_id, replace=False)
    address = f"/enquetes/{survey.id}"
    assert client.get(address).status_code == 303
    assert client.post(f"/acces/{secret}").location == address
    assert "anonymes" in page(address).text
    answer = client.post(address, data={f"q-{scale.id}": "5", f"q-{free.id}": "Un mot long"})
    assert answer.status_code == 422
    assert "Un mot long" in answer.text
    assert re.search(f'value="5" id="q-{scale.id}-5" checked', answer.text)
    assert client.post(address, data={f"q-{scale.id}": "5", f"q-{choice.id}": "non"}).status_code == 303
    assert "Merci" in page(address).text
    assert invitation(survey, six[1]).answered


@pytest.mark.both_engines
def test_when_a_link_was_pressed_is_forgotten(cohort: Cohort, six: list[Enrolment], client: Any) -> None:
    survey = opened(cohort)
    secret = links.issue(SURVEY, survey, bearer_id=six[1].person_id, replace=False)
    db.session.commit()
    assert client.post(f"/acces/{secret}").status_code == 303
    db.session.rollback()
    same = select(links.AccessLink.used_at).where(links.AccessLink.subject_id == survey.id)
    assert set(db.session.scalars(same)) == {None}
    if (
        db.session.get_bind().dialect.name == "postgresql"
    ):  # nor does the transaction that wrote it tell it from the others
        assert len(set(db.session.scalars(text("SELECT xmin::text FROM access_link WHERE purpose = 'survey'")))) == 1


def test_what_is_answered_by_name_is_not_for_trainers(
    cohort: Cohort, six: list[Enrolment], new_client: Any, page: Any
) -> None:
    represented = accounts.person()
    accounts.membership(represented, Function.REPRESENTATIVE, six[0].structure)
    named = opened(cohort, SurveyKind.EMPLOYERS, anonymous=False)
    anonymous = opened(cohort, SurveyKind.SIX_MONTHS)
    trainer, carrier = new_client(), new_client()
    accounts.sign_in(trainer, cohort_rows.animator(cohort))
    accounts.sign_in(carrier, cohort_rows.carrier_of(cohort))
    for survey, statuses in ((named, (404, 200)), (anonymous, (200, 200))):
        at = f"/enquetes/{survey.id}/resultats"
        assert tuple(who.get(at).status_code for who in (trainer, carrier)) == statuses
    lists = [who.get(f"/promotions/{cohort.code}/enquetes").text for who in (trainer, carrier)]
    assert [f"/enquetes/{named.id}" in each for each in lists] == [False, True]
    assert all(f"/enquetes/{anonymous.id}" in each for each in lists)


def test_whoever_was_not_asked_finds_no_survey(cohort: Cohort, six: list[Enrolment], new_client: Any) -> None:
    survey = opened(cohort)
    for person in (cohort_rows.carrier_of(cohort), accounts.person()):
        browser = new_client()
        accounts.sign_in(browser, person)
        assert browser.get(f"/enquetes/{survey.id}").status_code == 404
    learner = new_client()
    accounts.sign_in(learner, six[0].person)
    assert learner.get(f"/enquetes/{survey.id}").status_code == 200
    assert learner.get(f"/enquetes/{survey.id}/resultats").status_code == 404


def test_the_carrier_opens_closes_and_keeps_the_results(
    cohort: Cohort, six: list[Enrolment], client: Any, page: Any, selects: Any
) -> None:
    template(SurveyKind.SIX_MONTHS)
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/enquetes"
    page(address)
    assert client.post(address, data={"what": ""}).status_code == 422
    assert client.post(address, data={"what": "six_months:"}).status_code == 303
    survey = db.session.scalars(select(Survey)).one()
    counts = []
    for enrolment in six[:5]:
        surveys.answer(invitation(survey, enrolment), answers(survey))
        with selects() as asked:
            page(f"/enquetes/{survey.id}/resultats")
        counts.append(asked.count)
    assert client.get(f"/enquetes/{survey.id}/resultats?format=xlsx").status_code == 404
    assert client.post(f"/enquetes/{survey.id}/cloture").status_code == 303
    with selects() as asked:
        assert "5 réponses sur 6" in page(f"/enquetes/{survey.id}/resultats").text
    assert max(*counts, asked.count) <= 12
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/enquetes/{survey.id}/resultats?format=xlsx").data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert ("Utile", "4", 5, None) in rows
    with selects() as asked:
        page(address)
    assert asked.count <= 12


def test_answers_left_out_are_counted(cohort: Cohort, six: list[Enrolment]) -> None:
    survey = opened(cohort)
    scale, _, _ = survey.template.questions
    with pytest.raises(Refused, match=r"Il manque une réponse.: elle est"):
        surveys.answer(invitation(survey, six[0]), Answers({scale.id: 4}, {}))
    with pytest.raises(Refused, match=r"Il manque 2.réponses.: elles sont"):
        surveys.answer(invitation(survey, six[0]), Answers({}, {}))


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0, "réponse", "0\u00a0réponse"),
        (1, "mémoire", "1\u00a0mémoire"),
        (3, "personne", "3\u00a0personnes"),
        (49.8, "h", "49\u00a0h\u00a048"),
        (4, "", "4"),
        (None, "absence", "à confirmer"),
    ],
)
def test_a_plot_counts_in_french(app: Any, value: float | None, unit: str, words: str) -> None:
    assert app.jinja_env.get_template("components/plots.html").module.amount(value, unit).strip() == words
