"""Choices among modules: of one learner, of a whole cohort, and what each learner chose (R104)."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.catalogue.models import ChoiceGroup, Module, ModuleVariant
from training.cohorts.choice_rules import Choice, Option
from training.cohorts.choosing import ChoiceTerms, ModuleChoice, OptionPlaces
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.common.among import among
from training.common.errors import NotFound
from training.database import db

_CHOSEN: Final = select(ModuleChoice.enrolment_id, ModuleChoice.module_id).where(
    among(ModuleChoice.enrolment_id, "enrolments"), ModuleChoice.agreed_at.is_not(None)
)


def chosen_by(enrolment_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, frozenset[uuid.UUID]]:
    """Return the modules each of these learners chose and that are agreed. One SELECT, none for nobody."""
    if not enrolment_ids:
        return {}
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for enrolment_id, module_id in db.session.execute(_CHOSEN, {"enrolments": enrolment_ids}):
        found[enrolment_id].add(module_id)
    return {enrolment_id: frozenset(modules) for enrolment_id, modules in found.items()}


def choices_in(cohort: Cohort, variant_id: uuid.UUID | None = None) -> list[Choice]:
    """Return the choices of a cohort, with the places held in each option; of one variant if named. Two SELECTs."""
    taken: dict[uuid.UUID, int] = dict(
        db.session.execute(
            select(ModuleChoice.module_id, func.count())
            .join(Enrolment, Enrolment.id == ModuleChoice.enrolment_id)
            .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
            .group_by(ModuleChoice.module_id)
        ).all()
    )
    query = (
        select(ChoiceGroup, Module, OptionPlaces.places, ChoiceTerms)
        .join(Module, Module.choice_group_id == ChoiceGroup.id)
        .outerjoin(OptionPlaces, and_(OptionPlaces.module_id == Module.id, OptionPlaces.cohort_id == cohort.id))
        .outerjoin(ChoiceTerms, and_(ChoiceTerms.group_id == ChoiceGroup.id, ChoiceTerms.cohort_id == cohort.id))
        .where(ChoiceGroup.edition_id == cohort.edition_id)
        .order_by(ChoiceGroup.code, Module.position, Module.code)
    )
    if variant_id is not None:
        query = query.join(
            ModuleVariant, and_(ModuleVariant.module_id == Module.id, ModuleVariant.variant_id == variant_id)
        )
    options: dict[uuid.UUID, list[Option]] = defaultdict(list)
    groups: dict[uuid.UUID, tuple[ChoiceGroup, ChoiceTerms | None]] = {}
    row: Any
    for row in db.session.execute(query):
        group, module, places, terms = row
        groups[group.id] = (group, terms)
        options[group.id].append(Option(module.id, module.full_name, places, taken.get(module.id, 0)))
    return [_choice(group, terms, options[group.id]) for group, terms in groups.values()]


def options_by_variant(edition_id: uuid.UUID) -> Mapping[uuid.UUID, Sequence[Choice]]:
    """Return the choices of an edition as each of its variants has them, whatever a cohort settles of them. One SELECT."""
    rows = db.session.execute(
        select(ModuleVariant.variant_id, ChoiceGroup, Module)
        .join(Module, Module.id == ModuleVariant.module_id)
        .join(ChoiceGroup, ChoiceGroup.id == Module.choice_group_id)
        .where(ChoiceGroup.edition_id == edition_id)
        .order_by(ChoiceGroup.code, Module.position, Module.code)
    )
    options: dict[uuid.UUID, dict[ChoiceGroup, list[Option]]] = defaultdict(lambda: defaultdict(list))
    for variant_id, group, module in rows:
        options[variant_id][group].append(Option(module.id, module.full_name))
    return {
        variant_id: [_choice(group, None, offered) for group, offered in groups.items()]
        for variant_id, groups in options.items()
    }


def _choice(group: ChoiceGroup, terms: ChoiceTerms | None, options: Sequence[Option]) -> Choice:
    return Choice(
        id=group.id,
        label=group.label,
        least=group.min_choices,
        most=group.max_choices,
        until=(terms.until if terms else None) or group.decided_until,
        approved=bool(terms and terms.approved),
        options=options,
    )


def _of(choice: Choice, chosen: Mapping[uuid.UUID, bool]) -> Choice:
    return replace(choice, chosen={each.id: chosen[each.id] for each in choice.options if each.id in chosen})


def choices_of(enrolment: Enrolment) -> list[Choice]:
    """Return the choices of one learner, with what she chose. Three SELECTs."""
    rows = db.session.execute(
        select(ModuleChoice.module_id, ModuleChoice.agreed_at).where(ModuleChoice.enrolment_id == enrolment.id)
    )
    chosen = {module_id: agreed_at is not None for module_id, agreed_at in rows}
    return [_of(choice, chosen) for choice in choices_in(enrolment.cohort, enrolment.variant_id)]


def find_choice(enrolment: Enrolment, group_id: uuid.UUID) -> Choice:
    """Return one choice of a learner; ``NotFound`` for one that is not hers. Three SELECTs."""
    found = next((choice for choice in choices_of(enrolment) if choice.id == group_id), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A learner of the cohort with her choices, in the order of the board’s."""

    enrolment_id: uuid.UUID
    name: str
    variant: str
    choices: Sequence[Choice]

    @property
    def is_awaited(self) -> bool:
        """Whether she must still choose something."""
        return any(choice.is_awaited for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Board:
    """The choices of a cohort and of each of its learners."""

    choices: Sequence[Choice]
    rows: Sequence[BoardRow]

    @property
    def awaited(self) -> Sequence[BoardRow]:
        """Those who have still to choose."""
        return [row for row in self.rows if row.is_awaited]

    @property
    def to_agree(self) -> Sequence[BoardRow]:
        """Those whose choice awaits an agreement."""
        return [row for row in self.rows if any(choice.awaits_agreement for choice in row.choices)]


def board_of(cohort: Cohort) -> Board:
    """Return who chose what in a cohort, by name. Four SELECTs."""
    choices = choices_in(cohort)
    enrolments = db.session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
        .options(joinedload(Enrolment.person, innerjoin=True), joinedload(Enrolment.variant, innerjoin=True))
        .order_by(Person.sort_key, Enrolment.id)
    ).all()
    chosen: dict[uuid.UUID, dict[uuid.UUID, bool]] = defaultdict(dict)
    rows = db.session.execute(
        select(ModuleChoice.enrolment_id, ModuleChoice.module_id, ModuleChoice.agreed_at)
        .join(Enrolment, Enrolment.id == ModuleChoice.enrolment_id)
        .where(Enrolment.cohort_id == cohort.id)
    )
    for enrolment_id, module_id, agreed_at in rows:
        chosen[enrolment_id][module_id] = agreed_at is not None
    return Board(
        choices,
        [
            BoardRow(each.id, each.person.name, each.variant.code, [_of(choice, chosen[each.id]) for choice in choices])
            for each in enrolments
        ],
    )


@dataclass(slots=True)
class Unsettled:
    """A choice that learners of a cohort have not made, or that awaits an agreement (``awaits``), with who they are."""

    cohort_id: uuid.UUID
    code: str
    cohort: str
    choice: str
    until: date | None
    awaits: bool
    people: dict[uuid.UUID, str] = field(default_factory=dict)
    enrolments: list[uuid.UUID] = field(default_factory=list)


def unsettled_choices(cohorts: Collection[uuid.UUID]) -> list[Unsettled]:
    """Return the choices of these cohorts that live learners have not made, or that await an agreement. One SELECT."""
    offered = (
        select(Module.id)
        .join(ModuleVariant, ModuleVariant.module_id == Module.id)
        .where(Module.choice_group_id == ChoiceGroup.id, ModuleVariant.variant_id == Enrolment.variant_id)
        .correlate(Enrolment, ChoiceGroup)
        .exists()
    )
    rows = db.session.execute(
        select(Cohort, ChoiceGroup, ChoiceTerms.until, Enrolment.id, Person, ModuleChoice.id)
        .join(ChoiceGroup, ChoiceGroup.edition_id == Cohort.edition_id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(ChoiceTerms, and_(ChoiceTerms.group_id == ChoiceGroup.id, ChoiceTerms.cohort_id == Cohort.id))
        .outerjoin(
            ModuleChoice, and_(ModuleChoice.enrolment_id == Enrolment.id, ModuleChoice.group_id == ChoiceGroup.id)
        )
        .where(
            Cohort.id.in_(list(cohorts)),
            Enrolment.status.in_(LIVE),
            or_(
                and_(ModuleChoice.id.is_(None), ChoiceGroup.min_choices > 0, offered),
                and_(ModuleChoice.id.is_not(None), ModuleChoice.agreed_at.is_(None)),
            ),
        )
        .order_by(Cohort.code, ChoiceGroup.code, Person.sort_key, Enrolment.id)
    )
    found: dict[tuple[uuid.UUID, uuid.UUID, bool], Unsettled] = {}
    for cohort, group, until, enrolment_id, person, choice_id in rows:
        awaits = choice_id is not None
        day = until or group.decided_until
        known = found.setdefault(
            (cohort.id, group.id, awaits), Unsettled(cohort.id, cohort.code, cohort.label, group.label, day, awaits)
        )
        if person.id not in known.people:
            known.people[person.id] = person.name
            known.enrolments.append(enrolment_id)
    return list(found.values())
