"""Questionnaires: which one is asked, what someone may read and write of them (R123)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.enums import READING_FUNCTIONS
from training.catalogue.models import Edition, EditionPart, Programme
from training.cohorts.models import Cohort
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality.enums import QuestionnaireStatus, SurveyKind
from training.quality.models import Survey, SurveyQuestion, SurveyResponse, SurveyTemplate, schools_of
from training.quality.rules.questionnaires import nearest
from training.quality.rules.rights import ASKING_PARTS

_SCOPE = (
    joinedload(SurveyTemplate.edition).options(joinedload(Edition.programme), selectinload(Edition.parts)),
    joinedload(SurveyTemplate.programme).selectinload(Programme.editions).selectinload(Edition.parts),
)


def asked_in(cohort: Cohort) -> dict[SurveyKind, SurveyTemplate]:
    """Return what a cohort is asked at each moment. One SELECT."""
    programme = select(Edition.programme_id).where(Edition.id == cohort.edition_id).scalar_subquery()
    return nearest(
        db.session.scalars(
            select(SurveyTemplate).where(
                SurveyTemplate.status == QuestionnaireStatus.PUBLISHED,
                _of_scope(cohort.edition_id, programme) | _of_the_house(),
            )
        )
    )


def _of_the_house() -> Any:
    return SurveyTemplate.edition_id.is_(None) & SurveyTemplate.programme_id.is_(None)


def _of_scope(edition_id: Any, programme_id: Any) -> Any:
    return or_(SurveyTemplate.edition_id == edition_id, SurveyTemplate.programme_id == programme_id)


def asked_of_scope(edition_id: uuid.UUID | None, programme_id: uuid.UUID | None, kind: SurveyKind) -> Any:
    """Return what is asked today where a questionnaire is being written; null when nothing is. One SELECT."""
    above = select(Edition.programme_id).where(Edition.id == edition_id).scalar_subquery()
    found = db.session.scalars(
        select(SurveyTemplate)
        .where(
            SurveyTemplate.kind == kind,
            SurveyTemplate.status == QuestionnaireStatus.PUBLISHED,
            _of_scope(edition_id, above if edition_id else programme_id) | _of_the_house(),
        )
        .options(selectinload(SurveyTemplate.questions))
    )
    return nearest(found).get(kind)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a questionnaire may be asked: an edition, or every edition of a programme."""

    key: str
    label: str
    parts: Sequence[EditionPart]
    edition_id: uuid.UUID | None = None
    programme_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The editions someone’s bodies carry or teach, and their programmes."""

    editions: Sequence[Edition]
    programmes: Sequence[Programme]

    @property
    def parts(self) -> Sequence[EditionPart]:
        """Whence the right to write there."""
        return [part for edition in self.editions for part in edition.parts]

    @property
    def readers(self) -> Sequence[EditionPart]:
        """Whence the right to read."""
        return self.parts

    @property
    def scopes(self) -> Sequence[Scope]:
        """Each edition, then each programme."""
        return [
            *(Scope(f"edition-{each.id}", each.label, each.parts, edition_id=each.id) for each in self.editions),
            *(
                Scope(f"programme-{each.id}", f"{each.label}, toutes éditions", schools_of(each), programme_id=each.id)
                for each in self.programmes
            ),
        ]


def shelf_of(principal: Principal) -> Shelf:
    """Return where someone reads or writes what is asked. Three SELECTs; none for whoever is in no body."""
    bodies = {c.organisation_id for c in principal.capacities if c.organisation_id and c.function in READING_FUNCTIONS}
    if not bodies:
        raise NotFound
    mine = exists().where(
        EditionPart.edition_id == Edition.id,
        EditionPart.organisation_id.in_(bodies),
        EditionPart.part.in_(ASKING_PARTS),
    )
    editions = db.session.scalars(
        select(Edition)
        .where(mine)
        .options(
            selectinload(Edition.parts),
            joinedload(Edition.programme).selectinload(Programme.editions).selectinload(Edition.parts),
        )
        .order_by(Edition.code)
    ).all()
    if not editions:
        raise NotFound
    return Shelf(editions, list({each.programme.id: each.programme for each in editions}.values()))


def questionnaires_of(shelf: Shelf) -> Sequence[SurveyTemplate]:
    """Return what is written or asked on a shelf, the house’s own last; those no longer asked are left out. Five SELECTs."""
    found = db.session.scalars(
        select(SurveyTemplate)
        .where(
            SurveyTemplate.status != QuestionnaireStatus.RETIRED,
            or_(
                SurveyTemplate.edition_id.in_([each.id for each in shelf.editions]),
                SurveyTemplate.programme_id.in_([each.id for each in shelf.programmes]),
                _of_the_house(),
            ),
        )
        .options(*_SCOPE, selectinload(SurveyTemplate.questions))
        .order_by(SurveyTemplate.kind, SurveyTemplate.version, SurveyTemplate.code)
    ).all()
    return sorted(found, key=lambda each: (each.is_of_the_house, each.programme is None, scope_name(each)))


def scope_name(questionnaire: SurveyTemplate) -> str:
    """Return where a questionnaire is asked, in words."""
    if questionnaire.edition is not None:
        return questionnaire.edition.label
    return questionnaire.programme.label if questionnaire.programme is not None else "Toutes les formations"


def find_questionnaire(principal: Principal, key: uuid.UUID, *, to_change: bool = False) -> SurveyTemplate:
    """Return a questionnaire this person may read; ``to_change`` holds it, and the surveys that ask it. Six SELECTs.

    An answer holds its survey: whoever changes a question waits for it, and then sees it.
    """
    query = select(SurveyTemplate).where(SurveyTemplate.id == key)
    query = query.with_for_update(of=SurveyTemplate) if to_change else query.options(*_SCOPE)
    found = db.session.scalar(query)
    if found is None or not policy.allows(principal, Permission.QUALITY_QUESTIONNAIRE_READ, found):
        raise NotFound
    if to_change:
        asked = select(Survey.id).where(Survey.template_id == key).order_by(Survey.id).with_for_update()
        db.session.execute(asked).all()
    return found


def is_answered(questionnaire: SurveyTemplate) -> bool:
    """Whether somebody answered it. One SELECT."""
    answered = exists().where(SurveyResponse.survey_id == Survey.id, Survey.template_id == questionnaire.id)
    return bool(db.session.scalar(select(answered)))


def times_asked(questionnaire: SurveyTemplate) -> int:
    """Return how many surveys ask it. One SELECT."""
    asked = select(func.count()).where(Survey.template_id == questionnaire.id)
    return int(db.session.scalar(asked) or 0)


def _same_line(questionnaire: SurveyTemplate) -> Any:
    return (
        (SurveyTemplate.kind == questionnaire.kind)
        & (SurveyTemplate.edition_id.is_not_distinct_from(questionnaire.edition_id))
        & (SurveyTemplate.programme_id.is_not_distinct_from(questionnaire.programme_id))
    )


def versions_of(questionnaire: SurveyTemplate) -> Sequence[SurveyTemplate]:
    """Return the versions of one questionnaire, the last one first. One SELECT."""
    return db.session.scalars(
        select(SurveyTemplate)
        .where(_same_line(questionnaire))
        .order_by(SurveyTemplate.version.desc(), SurveyTemplate.code)
        .limit(50)
    ).all()


def last_version(edition_id: uuid.UUID | None, programme_id: uuid.UUID | None, kind: SurveyKind) -> int:
    """Return the number of the last version written there; 0 when there is none. One SELECT."""
    highest = select(func.max(SurveyTemplate.version)).where(
        SurveyTemplate.kind == kind,
        SurveyTemplate.edition_id.is_not_distinct_from(edition_id),
        SurveyTemplate.programme_id.is_not_distinct_from(programme_id),
    )
    return int(db.session.scalar(highest) or 0)


def question_in(questionnaire: SurveyTemplate, key: uuid.UUID) -> SurveyQuestion:
    """Return a question of this questionnaire, or raise ``NotFound``."""
    found = next((each for each in questionnaire.questions if each.id == key), None)
    if found is None:
        raise NotFound
    return found
