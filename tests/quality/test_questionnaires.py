"""Questionnaires: written, ordered, seen as one answers, published, in versions; frozen once answered (R123)."""

import re
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import quality as make
from tests.factories.catalogue import make_edition, saved
from training.accounts.enums import CARRYING, Function, Part
from training.accounts.models import Organisation
from training.catalogue.enums import EditionStatus
from training.catalogue.models import Edition
from training.cohorts.models import Cohort
from training.common import doctor
from training.common.errors import Conflict, Forbidden, NotFound, Refused
from training.common.journal import Event
from training.common.policy import Principal
from training.database import db
from training.quality.commands import Answers, NewQuestionnaire, QuestionnaireToWrite, QuestionToAsk
from training.quality.enums import QuestionKind, QuestionnaireStatus, SurveyKind
from training.quality.integrity import faults
from training.quality.models import Survey, SurveyInvitee, SurveyQuestion, SurveyTemplate
from training.quality.queries import questionnaires as queries
from training.quality.queries.surveys import may_be_opened
from training.quality.rules.questionnaires import check_question, moved
from training.quality.services import questionnaires, surveys

SAID = QuestionnaireToWrite(title="Votre avis", lead="Trois minutes.", anonymous=False, open_days=15)
SCALE = QuestionToAsk(QuestionKind.SCALE, "C’était utile.")
CHOICE = QuestionToAsk(QuestionKind.CHOICE, "Encore ?", ("oui", "non"))
WORDS = QuestionToAsk(QuestionKind.TEXT, "Un mot", (), mandatory=False)


def test_a_question_goes_up_and_down_and_stays_at_the_ends() -> None:
    one, two, three = (uuid.uuid4() for _ in range(3))
    assert moved([one, two, three], three, -1) == [one, three, two]
    assert moved([one, two, three], one, 1) == [two, one, three]
    assert moved([one, two, three], one, -1) == moved([one, two, three], one, 0) == [one, two, three]


@pytest.mark.parametrize("choices", [(), ("oui",), ("Oui", "oui"), ("a" * 200, "b"), tuple("abcdefghijklm")])
def test_a_choice_offers_several_short_words_all_different(choices: tuple[str, ...]) -> None:
    check_question(QuestionKind.TEXT, choices)
    with pytest.raises(Refused):
        check_question(QuestionKind.CHOICE, choices)


@pytest.fixture
def cohort(session: Any, frozen_clock: Any) -> Cohort:
    """A cohort carried and taught by the bodies of its edition, a national one."""
    edition = saved(make_edition(), status=EditionStatus.PUBLISHED)
    return cohort_rows.cohort(edition=edition, carrier=body_of(edition, Part.CARRIER))


def body_of(edition: Edition, part: Part) -> Organisation:
    return next(each.organisation for each in edition.parts if each.part is part)


def staff(cohort: Cohort, part: Part = Part.CARRIER) -> Principal:
    return accounts.principal(accounts.manager(body_of(cohort.edition, part)))


def house(kind: SurveyKind = SurveyKind.SIX_MONTHS) -> SurveyTemplate:
    made = SurveyTemplate(
        code=kind.value,
        kind=kind,
        status=QuestionnaireStatus.PUBLISHED,
        title="De la maison",
        lead="",
        anonymous=False,
        open_days=15,
    )
    made.questions = [SurveyQuestion(code="a", position=1, kind=QuestionKind.SCALE, text="Utile")]
    db.session.add(made)
    db.session.flush()
    return made


def started(cohort: Cohort, by: Principal, *, copied: bool = False, **where: Any) -> SurveyTemplate:
    where = where or {"edition_id": cohort.edition_id}
    command = NewQuestionnaire(SurveyKind.SIX_MONTHS, SAID, copied=copied, **where)
    return questionnaires.start(queries.shelf_of(by), command, by=by)


def published(cohort: Cohort, by: Principal, **where: Any) -> SurveyTemplate:
    made = started(cohort, by, **where)
    for each in (SCALE, CHOICE, WORDS):
        questionnaires.add_question(made, each, by=by)
    questionnaires.publish(made, by=by)
    return made


def answered(cohort: Cohort, made: SurveyTemplate) -> Survey:
    """A survey that asks it, with one answer."""
    enrolment = cohort_rows.learner(cohort)
    survey = surveys.open_survey(made, cohort, None, by=make.carrier(cohort))
    invitee = db.session.scalars(
        select(SurveyInvitee).where(
            SurveyInvitee.survey_id == survey.id, SurveyInvitee.person_id == enrolment.person_id
        )
    ).one()
    levels = {q.id: 4 for q in made.questions if q.kind is QuestionKind.SCALE}
    words = {q.id: q.choices[0] for q in made.questions if q.kind is QuestionKind.CHOICE}
    surveys.answer(invitee, Answers(levels, words))
    return survey


def test_the_nearest_questionnaire_is_asked_edition_then_programme_then_house(cohort: Cohort) -> None:
    kept = house()
    assert queries.asked_in(cohort) == {SurveyKind.SIX_MONTHS: kept}
    school = published(cohort, staff(cohort, Part.SCHOOL), programme_id=cohort.edition.programme_id)
    assert queries.asked_in(cohort)[SurveyKind.SIX_MONTHS] is school
    own = published(cohort, staff(cohort))
    assert queries.asked_in(cohort)[SurveyKind.SIX_MONTHS] is own
    other = cohort_rows.cohort()
    assert queries.asked_in(other)[SurveyKind.SIX_MONTHS] is kept
    questionnaires.retire(own, by=staff(cohort))
    assert queries.asked_in(cohort)[SurveyKind.SIX_MONTHS] is school


def test_a_questionnaire_in_preparation_is_asked_to_nobody_and_publishes_with_a_question(cohort: Cohort) -> None:
    by = staff(cohort)
    made = started(cohort, by)
    with pytest.raises(Refused, match="au moins une question"):
        questionnaires.publish(made, by=by)
    assert queries.asked_in(cohort) == {}


def test_one_starts_from_what_is_asked_today(cohort: Cohort) -> None:
    kept = house()
    made = started(cohort, staff(cohort), copied=True)
    assert [(each.code, each.text) for each in made.questions] == [(each.code, each.text) for each in kept.questions]
    assert made.questions[0].id != kept.questions[0].id


def test_questions_are_added_reworded_ordered_and_taken_out(cohort: Cohort) -> None:
    by = staff(cohort)
    made = started(cohort, by)
    one, two, three = (questionnaires.add_question(made, each, by=by) for each in (SCALE, CHOICE, WORDS))
    questionnaires.move(made, three, -1, by=by)
    assert [(each.text, each.position) for each in made.questions] == [
        (one.text, 1),
        (three.text, 2),
        (two.text, 3),
    ]
    code = two.code
    questionnaires.reword(made, two, QuestionToAsk(QuestionKind.CHOICE, two.text, ("oui", "non"), False), by=by)
    assert two.code == code
    questionnaires.reword(made, two, QuestionToAsk(QuestionKind.CHOICE, "Autrement ?", ("oui", "non")), by=by)
    assert two.code != code
    questionnaires.remove_question(made, one, by=by)
    assert [(each.text, each.position) for each in made.questions] == [(three.text, 1), ("Autrement ?", 2)]
    with pytest.raises(Refused):
        questionnaires.add_question(made, QuestionToAsk(QuestionKind.CHOICE, "?", ("seul",)), by=by)
    kinds = db.session.scalars(select(Event.kind).where(Event.subject_id == made.id).order_by(Event.position)).all()
    assert kinds == [
        "questionnaire.started",
        *["questionnaire.question_added"] * 3,
        "questionnaire.question_moved",
        *["questionnaire.question_reworded"] * 2,
        "questionnaire.question_removed",
    ]


def test_once_answered_questions_change_by_a_new_version_only(cohort: Cohort) -> None:
    by = staff(cohort)
    first = published(cohort, by)
    question = questionnaires.add_question(first, WORDS, by=by)  # published, and nobody has answered yet
    answered(cohort, first)
    for act in (
        lambda: questionnaires.edit(first, SAID, by=by),
        lambda: questionnaires.add_question(first, SCALE, by=by),
        lambda: questionnaires.reword(first, question, SCALE, by=by),
        lambda: questionnaires.move(first, question, -1, by=by),
        lambda: questionnaires.remove_question(first, question, by=by),
    ):
        with pytest.raises(Conflict, match="déjà répondu"):
            act()
    second = questionnaires.revise(first, by=by)
    assert (second.version, second.status, len(second.questions)) == (2, QuestionnaireStatus.DRAFT, 4)
    with pytest.raises(Conflict, match="déjà en préparation"):
        questionnaires.revise(first, by=by)
    assert queries.asked_in(cohort)[SurveyKind.SIX_MONTHS] is first
    questionnaires.add_question(second, SCALE, by=by)
    questionnaires.publish(second, by=by)
    assert queries.asked_in(cohort)[SurveyKind.SIX_MONTHS] is second
    assert first.status is QuestionnaireStatus.RETIRED
    assert may_be_opened(cohort) == []  # a moment already asked is not asked again for its new words


CHANGES = (
    "UPDATE survey_question SET text = 'autre chose' WHERE template_id = :key",
    "UPDATE survey_question SET position = position + 1 WHERE template_id = :key",
    "DELETE FROM survey_question WHERE template_id = :key AND kind = 'text'",
    (
        "INSERT INTO survey_question (id, template_id, code, position, kind, text, choices, mandatory) "
        "SELECT :new, template_id, 'autre', 9, kind, text, choices, mandatory FROM survey_question "
        "WHERE template_id = :key AND kind = 'text'"
    ),
    "UPDATE survey_template SET title = 'autre titre' WHERE id = :key",
    "UPDATE survey_template SET anonymous = NOT anonymous WHERE id = :key",
)


@pytest.mark.both_engines
def test_the_database_holds_what_was_answered(cohort: Cohort) -> None:
    made = published(cohort, staff(cohort))
    key = made.id
    db.session.commit()
    postgresql = db.session.get_bind().dialect.name == "postgresql"
    values = {"key": key if postgresql else key.hex, "new": uuid.uuid4() if postgresql else uuid.uuid4().hex}
    for change in CHANGES:
        db.session.execute(text(change), values)
    db.session.rollback()
    answered(cohort, made)
    db.session.commit()
    for change in CHANGES:
        with pytest.raises(DBAPIError, match="cannot be asked otherwise"):
            db.session.execute(text(change), values)
        db.session.rollback()
    questionnaires.retire(made, by=staff(cohort))  # what is asked next may still change
    db.session.commit()
    assert list(faults()) == []
    assert "INSERT" in doctor.triggers_on("survey_question")


@pytest.mark.both_engines
def test_one_version_in_preparation_and_one_asked_at_most(cohort: Cohort) -> None:
    by = staff(cohort)
    published(cohort, by)
    started(cohort, by)
    db.session.commit()
    with pytest.raises(DBAPIError):
        started(cohort, by)
    db.session.rollback()


def test_who_writes_what_is_asked(cohort: Cohort) -> None:
    kept = house()
    carrier, school = staff(cohort), staff(cohort, Part.SCHOOL)
    with pytest.raises(Forbidden):
        started(cohort, carrier, programme_id=cohort.edition.programme_id)
    assert started(cohort, school, programme_id=cohort.edition.programme_id).edition_id is None
    with pytest.raises(Forbidden):
        questionnaires.edit(kept, SAID, by=school)
    stranger = make.carrier(cohort_rows.cohort())
    with pytest.raises((NotFound, Refused)):
        started(cohort, stranger)
    with pytest.raises(NotFound):
        queries.find_questionnaire(stranger, started(cohort, carrier).id)
    assert queries.find_questionnaire(carrier, kept.id) is kept
    with pytest.raises(NotFound):
        queries.find_questionnaire(accounts.principal(cohort_rows.learner(cohort).person), kept.id)


def test_a_questionnaire_is_written_and_published_from_its_pages(
    cohort: Cohort, client: Any, page: Any, new_client: Any
) -> None:
    house()
    accounts.sign_in(client, accounts.manager(body_of(cohort.edition, Part.CARRIER)))
    assert "De la maison" in page("/questionnaires").text
    assert client.post("/questionnaires/nouveau", data={}).status_code == 422
    new = client.get("/questionnaires/nouveau?moment=six_months").text
    assert re.search(r'value="six_months"[^>]*selected|selected[^>]*value="six_months"', new)
    sent = {
        "scope": f"edition-{cohort.edition_id}",
        "kind": "six_months",
        "copied": "y",
        "title": "Le nôtre",
        "lead": "Deux minutes.",
        "anonymous": "no",
        "open_days": "20",
    }
    answer = client.post("/questionnaires/nouveau", data=sent)
    assert answer.status_code == 303
    made = db.session.scalars(select(SurveyTemplate).where(SurveyTemplate.title == "Le nôtre")).one()
    at = f"/questionnaires/{made.id}"
    assert answer.location == at
    again = client.post("/questionnaires/nouveau", data=sent)
    assert again.status_code == 422
    assert "déjà en préparation" in again.text
    page(f"{at}/questions")
    assert (
        client.post(f"{at}/questions", data={"text": "Encore", "kind": "choice", "choices": "oui"}).status_code == 422
    )
    added = client.post(f"{at}/questions", data={"text": "Encore", "kind": "choice", "choices": "oui\r\n\r\nnon"})
    assert added.status_code == 303
    db.session.expire_all()
    last = made.questions[-1]
    assert (last.choices, last.mandatory) == (["oui", "non"], False)
    page(f"{at}/questions/{last.id}")
    assert client.post(f"{at}/questions/{last.id}/monter").location.endswith(f"#question-{last.id}")
    assert client.post(f"{at}/questions/{last.id}", data={"text": "Et encore", "kind": "text"}).status_code == 303
    page(f"{at}/presentation")
    assert client.post(f"{at}/presentation", data={**sent, "title": "Le nôtre, relu"}).status_code == 303
    page(f"{at}/apercu")
    seen = client.get(f"{at}/apercu").text
    assert "Et encore" in seen
    assert 'type="submit"' not in seen.partition("<main")[2].partition("</main")[0]
    assert client.post(f"{at}/publication").status_code == 303
    db.session.expire_all()
    assert queries.asked_in(cohort)[SurveyKind.SIX_MONTHS].id == made.id
    assert "Le nôtre, relu" in page(f"/promotions/{cohort.code}/enquetes").text
    assert client.post(f"{at}/version").status_code == 303
    for who in (cohort_rows.learner(cohort).person, accounts.person(), cohort_rows.carrier_of(cohort_rows.cohort())):
        other = new_client()
        accounts.sign_in(other, who)
        assert [other.get(address).status_code for address in (at, f"{at}/apercu", f"{at}/questions")] == [404] * 3
        assert other.post(f"{at}/retrait").status_code == 404
    reader = accounts.person()
    accounts.membership(reader, Function.READER, body_of(cohort.edition, CARRYING[0]))
    other = new_client()
    accounts.sign_in(other, reader)
    assert other.get(at).status_code == 200
    assert other.post(f"{at}/retrait").status_code == 403


def test_the_pages_ask_a_fixed_number_of_selects(cohort: Cohort, client: Any, page: Any, selects: Any) -> None:
    by = staff(cohort)
    accounts.sign_in(client, accounts.manager(body_of(cohort.edition, Part.CARRIER)))
    made = started(cohort, by)
    counts = []
    for _ in range(2):
        for _more in range(8):
            questionnaires.add_question(made, SCALE, by=by)
        db.session.commit()
        for address in ("/questionnaires", f"/questionnaires/{made.id}", f"/questionnaires/{made.id}/apercu"):
            with selects() as asked:
                page(address)
            counts.append(asked.count)
    assert counts[:3] == counts[3:]
    assert max(counts) <= 16
    assert db.session.scalar(select(func.count()).select_from(SurveyQuestion)) == 16
