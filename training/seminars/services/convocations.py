"""Convocations sent, what people answer to them, documents handed around, an urgent word (R118)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import delete, func, or_, select

from training.accounts.models import Person
from training.cohorts.enums import CohortStatus
from training.cohorts.models import Cohort
from training.common import clock, files, journal, links
from training.common.declarations import file_use
from training.common.errors import Refused
from training.common.files import Erasure
from training.common.mail import together
from training.common.policy import Principal
from training.database import db
from training.seminars import mails
from training.seminars.commands.convocations import NewMaterial, PracticalAnswer, Terms
from training.seminars.convening import facts_of
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
from training.seminars.queries.convocations import Sent, Setting, history_of, materials_of, setting_of
from training.seminars.rules.attendance import SIGN
from training.seminars.rules.convocations import CONVOCATION, FORGOTTEN_AFTER, Invitee, digest_of, is_to_send

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


def to_send(
    seminar: Seminar, invitees: Sequence[Invitee], setting: Setting, sent: Mapping[uuid.UUID, Sent]
) -> list[tuple[Invitee, str]]:
    """Return who has no convocation yet, or one that says something else, with the digest of what hers says."""
    found = []
    for invitee in invitees:
        digest, known = digest_of(facts_of(seminar, invitee, setting)), sent.get(invitee.person.id)
        if is_to_send(digest, known.digest if known else None):
            found.append((invitee, digest))
    return found


def send(seminar: Seminar, invitees: Sequence[Invitee], *, by: Principal) -> int:
    """Send their convocations to those who have none, or whose facts have changed; return how many left. Journaled.

    Each has a personal link to answer, and a learner the one that knows her at the door. Raises ``Refused`` for nobody.
    """
    if seminar.is_off:
        raise Refused(f"Ce séminaire est {seminar.status.label} : personne n’y est convoqué.")
    setting, sent = setting_of(seminar), history_of(seminar).sent
    wanted = to_send(seminar, invitees, setting, sent)
    if not wanted:
        raise Refused("Chacun·e a déjà sa convocation, et rien n’a changé depuis.")
    has_documents, now = bool(materials_of(seminar, all_of_them=False)), clock.now()
    with together():
        for invitee, digest in wanted:
            person = invitee.person
            answer = links.issue(CONVOCATION, seminar, bearer_id=person.id, created_by=by.person_id)
            sign = links.issue(SIGN, seminar, bearer_id=person.id, created_by=by.person_id) if invitee.learns else None
            facts = facts_of(seminar, invitee, setting)
            known = sent[person.id].times if person.id in sent else 0
            mails.convocation(
                seminar,
                person,
                facts,
                answer,
                sign,
                changed=known > take_back(seminar, person),
                documents=has_documents,
            )
            db.session.add(
                Convocation(
                    seminar_id=seminar.id, person_id=person.id, sent_at=now, sent_by=by.person_id, digest=digest
                )
            )
    journal.record(seminar, "seminar.convocations_sent", by=by, codes={"people": len(wanted)})
    return len(wanted)


def take_back(seminar: Seminar, person: Person | None = None) -> int:
    """Drop the convocations that have not left, one person’s or all, as if they had never been sent; return how many (R120)."""
    people = mails.withdraw_convocations(seminar, person)
    for person_id in people:
        last = (
            select(Convocation)
            .where(Convocation.seminar_id == seminar.id, Convocation.person_id == person_id)
            .order_by(Convocation.sent_at.desc())
            .limit(1)
        )
        if (row := db.session.scalar(last)) is not None:
            db.session.delete(row)
            db.session.flush()
    return len(people)


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
    """Forget meals, diets and cars a week after their seminar, and diets remembered once their cohort has ended."""
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
    )
    return sum(int(getattr(db.session.execute(each), "rowcount", 0)) for each in statements)
