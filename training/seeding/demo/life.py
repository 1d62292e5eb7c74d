"""The demonstration's daily life of cohorts: choices, convocations, messages, by the real services."""

import io
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.cohorts.commands import ModulesToChoose
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.queries.choosing import choices_in
from training.cohorts.services import choosing, registration
from training.common import clock, files, threads
from training.common.declarations import file_use
from training.common.threads import Side
from training.database import db
from training.seeding.demo.cohorts import cohort_of, staff_of
from training.seeding.demo.people import Cast
from training.seeding.demo.pieces import FOOTER
from training.seeding.demo.portfolio import word_document
from training.seminars.commands.convocations import NewMaterial, PracticalAnswer, Terms
from training.seminars.enums import OFF, MaterialKind
from training.seminars.models import HalfDay, Seminar
from training.seminars.queries.convocations import invitees_of
from training.seminars.services import convening, convocations

LEFT_TO_CHOOSE: Final = 2
"""How many learners have not chosen yet."""
QUESTION: Final = "Puis-je déposer ma fiche de poste sous forme de tableau, ou faut-il un texte suivi\u202f?"


def load_life(cast: Cast) -> None:
    """Play what happens in cohorts day by day; done once, when nobody has entered anything yet."""
    _choose(cohort_of("MOSAIC-2026"), cast)
    for code in ("ARA-1", "BFC-P8"):
        _convene(cohort_of(code), cast)
    _write(cohort_of("BFC-P8"), cast)


def learners_of(cohort: Cohort) -> list[Enrolment]:
    """Return the learners of a cohort, by name."""
    query = select(Enrolment).join(Enrolment.person).where(Enrolment.cohort_id == cohort.id)
    return list(db.session.scalars(query.options(joinedload(Enrolment.person)).order_by(Person.sort_key, Enrolment.id)))


def _choose(cohort: Cohort, cast: Cast) -> None:
    """MOSAIC's specialisations: open three weeks more, ten places each; most have chosen."""
    (choice,) = choices_in(cohort)
    choosing.set_terms(
        cohort,
        choice.id,
        until=clock.today() + timedelta(days=21),
        approved=False,
        places={option.id: 10 for option in choice.options},
        by=cast.principal(staff_of(cohort.code)),
    )
    for rank, enrolment in enumerate(learners_of(cohort)[:-LEFT_TO_CHOOSE]):
        option = choice.options[rank % len(choice.options)]
        choosing.choose(enrolment, choice.id, ModulesToChoose((option.id,)), by=cast.principal(enrolment.person.email))


def _convene(cohort: Cohort, cast: Cast) -> None:
    """The next seminar: convocations sent, a few meals, a car shared, a programme to read, an urgent word."""
    by = cast.principal(staff_of(cohort.code))
    terms = Terms(
        "Secrétariat de la formation", "03 80 00 00 00", "", "", "", "Votre ordinateur, et de quoi écrire.", ""
    )
    convocations.set_terms(cohort, terms, by=by)
    seminar = _next_seminar(cohort)
    if seminar is None:
        return
    invitees = invitees_of(seminar)
    convening.send(seminar, invitees, by=by)
    learners = [each for each in invitees if each.learns]
    own = [each for each in learners if each.person.email.startswith("apprenant.")]
    for rank, invitee in enumerate([*own, *[each for each in learners if each not in own]][:3]):
        answer = PracticalAnswer(
            eats=frozenset(half_day.id for half_day in invitee.half_days),
            diet="Sans gluten" if rank == 1 else "",
            remembered=rank == 1,
            town=("Dole", "Besançon", "")[rank],
            seats=3 if rank == 0 else 0,
            phone="06 00 00 00 0" + str(rank),
        )
        convocations.answer(seminar, invitee, answer)
    use = file_use(convocations.MATERIAL_USE)
    content = word_document([seminar.title, "9 h 30 : accueil", "10 h : retour sur les documents déposés", FOOTER])
    staged = files.stage(files.check(io.BytesIO(content), "Ordre du jour.docx", use), use)
    material = NewMaterial(MaterialKind.AGENDA, "Ordre du jour", clock.today(), staged)
    convocations.add_material(seminar, material, by=by)
    words = "Le parking de la salle est fermé : venez par le train, ou partagez une voiture."
    convocations.say_urgently(cohort, words, clock.today() + timedelta(days=14), by=by)


def _next_seminar(cohort: Cohort) -> Seminar | None:
    """Return the first seminar of a cohort of which nothing has begun."""
    begins = func.min(HalfDay.starts_at)
    query = (
        select(Seminar)
        .join(HalfDay, HalfDay.seminar_id == Seminar.id)
        .where(Seminar.cohort_id == cohort.id, Seminar.status.not_in(OFF))
        .group_by(Seminar.id)
        .having(begins > clock.now())
        .order_by(begins)
        .limit(1)
    )
    return db.session.scalars(query).first()


def _write(cohort: Cohort, cast: Cast) -> None:
    """A question of a learner to her trainer; what people show in the directory."""
    learners = learners_of(cohort)
    own = next(each for each in learners if each.person.email.startswith("apprenant."))
    by = cast.principal(own.person.email)
    threads.write(own, QUESTION, side=Side.PERSON, by=by)
    for each in learners[:3]:
        registration.show_address(cohort, email=True, phone=False, by=cast.principal(each.person.email))
