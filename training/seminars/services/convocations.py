"""What people answer to their convocations, documents handed around, an urgent word (R118)."""

import uuid
from datetime import date
from typing import Final

from sqlalchemy import delete, func, null, or_, select, update

from training.cohorts.enums import CohortStatus
from training.cohorts.models import Cohort
from training.common import clock, files, journal
from training.common.declarations import file_use
from training.common.errors import Refused
from training.common.files import Erasure
from training.common.policy import Principal
from training.database import db
from training.seminars.commands.convocations import NewMaterial, PracticalAnswer, Terms
from training.seminars.models import (
    CarShare,
    Convocation,
    ConvocationTerms,
    Diet,
    DietMemory,
    HalfDay,
    MealChoice,
    Seminar,
    SeminarMaterial,
    SeminarPractical,
    UrgentWord,
)
from training.seminars.rules.convocations import FORGOTTEN_AFTER, Invitee

MATERIAL_USE: Final = "seminar_material"


def set_terms(cohort: Cohort, command: Terms, *, by: Principal) -> None:
    """Say what every convocation of a cohort tells beside its half-days; journaled."""
    row = db.session.get(ConvocationTerms, cohort.id) or ConvocationTerms(cohort_id=cohort.id)
    for name in Terms.__dataclass_fields__:
        setattr(row, name, getattr(command, name))
    db.session.add(row)
    db.session.flush()
    journal.record(cohort, "cohort.convocations_settled", by=by)


def set_practical(seminar: Seminar, *, access: str, bring: str, by: Principal) -> None:
    """Say how one gets to a seminar, and what to bring this time; journaled."""
    row = db.session.get(SeminarPractical, seminar.id) or SeminarPractical(seminar_id=seminar.id)
    row.access, row.bring = access, bring
    db.session.add(row)
    db.session.flush()
    journal.record(seminar, "seminar.practical_set", by=by)


# --- what people answer ----------------------------------------------------------------------------------------------


def answer(seminar: Seminar, invitee: Invitee, command: PracticalAnswer) -> None:
    """Keep what someone says before a seminar; said again, it is corrected. Nothing of it is journaled.

    Raises ``Refused`` once the seminar has begun, and for a car without a number to call.
    """
    person_id = invitee.person.id
    if min(half_day.starts_at for half_day in invitee.half_days) <= clock.now():
        raise Refused("Le séminaire a commencé : voyez sur place avec l’organisation.")
    for half_day in invitee.half_days:
        row = db.session.get(MealChoice, (half_day.id, person_id)) or MealChoice(
            half_day_id=half_day.id, person_id=person_id
        )
        row.eats, row.told_at = half_day.id in command.eats, clock.now()
        db.session.add(row)
    _keep_diet(seminar, person_id, command)
    _share(seminar, person_id, command)
    db.session.flush()


def _keep_diet(seminar: Seminar, person_id: uuid.UUID, command: PracticalAnswer) -> None:
    diet, memory = (
        db.session.get(Diet, (seminar.id, person_id)),
        db.session.get(DietMemory, (seminar.cohort_id, person_id)),
    )
    if command.diet:
        diet = diet or Diet(seminar_id=seminar.id, person_id=person_id)
        diet.words = command.diet
        db.session.add(diet)
    elif diet is not None:
        db.session.delete(diet)
    if command.diet and command.remembered:
        memory = memory or DietMemory(cohort_id=seminar.cohort_id, person_id=person_id)
        memory.words = command.diet
        db.session.add(memory)
    elif memory is not None:
        db.session.delete(memory)


def _share(seminar: Seminar, person_id: uuid.UUID, command: PracticalAnswer) -> None:
    share = db.session.get(CarShare, (seminar.id, person_id))
    if not command.town:
        if share is not None:
            db.session.delete(share)
        return
    if not command.phone:
        raise Refused("Donnez un numéro : c’est ainsi que les autres vous joindront.", field="phone")
    share = share or CarShare(seminar_id=seminar.id, person_id=person_id)
    share.town, share.seats, share.phone, share.told_at = command.town, command.seats, command.phone, clock.now()
    db.session.add(share)


# --- documents, and an urgent word -----------------------------------------------------------------------------------


def add_material(seminar: Seminar, command: NewMaterial, *, by: Principal) -> SeminarMaterial:
    """Hand around a document from a day on; journaled."""
    use = file_use(MATERIAL_USE)
    material = SeminarMaterial(
        id=uuid.uuid4(),
        seminar_id=seminar.id,
        kind=command.kind,
        title=command.title,
        visible_from=command.visible_from,
        added_by=by.person_id,
    )
    material.file_id = files.keep(command.file, use=use, subject=material, by=by).id
    db.session.add(material)
    db.session.flush()
    codes = {"title": command.title, "visible_from": command.visible_from.isoformat()}
    journal.record(seminar, "seminar.material_added", by=by, codes=codes)
    return material


def remove_material(material: SeminarMaterial, *, by: Principal) -> None:
    """Take a document back: its bytes are erased; journaled."""
    seminar, title = material.seminar, material.title
    files.erase(material.file, Erasure.REQUEST)
    db.session.delete(material)
    db.session.flush()
    journal.record(seminar, "seminar.material_removed", by=by, codes={"title": title})


def say_urgently(cohort: Cohort, words: str, until: date, *, by: Principal) -> None:
    """Put an urgent message on the paths of a cohort to the end of a day; no words take it away. Journaled."""
    row = db.session.get(UrgentWord, cohort.id)
    if not words:
        if row is not None:
            db.session.delete(row)
    else:
        if until < clock.today():
            raise Refused("Choisissez un dernier jour à venir.", field="until")
        row = row or UrgentWord(cohort_id=cohort.id)
        row.words, row.until, row.written_at = words, until, clock.now()
        db.session.add(row)
    db.session.flush()
    journal.record(cohort, "cohort.urgent_word", by=by, codes={"until": until.isoformat() if words else None})


# --- forgetting ------------------------------------------------------------------------------------------------------


def forget_practical() -> int:
    """Forget meals, diets, cars and the words of convocations a week after their seminar, and diets remembered once their cohort has ended."""
    ended = (
        select(HalfDay.seminar_id)
        .group_by(HalfDay.seminar_id)
        .having(func.max(HalfDay.ends_at) < clock.now() - FORGOTTEN_AFTER)
    )
    closed = select(Cohort.id).where(or_(Cohort.status == CohortStatus.CLOSED, Cohort.ends_on < clock.today()))
    days = select(HalfDay.id).where(HalfDay.seminar_id.in_(ended))
    statements = (
        delete(MealChoice).where(MealChoice.half_day_id.in_(days)),
        delete(Diet).where(Diet.seminar_id.in_(ended)),
        delete(CarShare).where(CarShare.seminar_id.in_(ended)),
        delete(DietMemory).where(DietMemory.cohort_id.in_(closed)),
        update(Convocation)
        .where(Convocation.seminar_id.in_(ended), Convocation.facts.is_not(None))
        .values(facts=null())
        .execution_options(synchronize_session=False),
    )
    return sum(int(getattr(db.session.execute(each), "rowcount", 0)) for each in statements)
