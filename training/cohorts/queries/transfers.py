"""Transfers: where a learner may go, one of them as its page shows it, who is to be told (R116)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from training.accounts.models import Person, Structure
from training.catalogue.models import Edition, EditionPart, Module, ModuleVariant, Variant
from training.cohorts import carrying, transfer_rules
from training.cohorts.carrying import Bar
from training.cohorts.enums import FOLLOWING, CohortStatus
from training.cohorts.models import Cohort, CohortPart, Enrolment, TrainerAssignment
from training.cohorts.queries.choosing import chosen_by
from training.cohorts.queries.cohorts import in_force_on
from training.cohorts.transfers import LIVE_TRANSFER, Transfer, TransferLine
from training.common import clock
from training.common.errors import NotFound
from training.common.loading import load_list
from training.common.policy import Permission, Principal, policy
from training.database import db


def targets_for(enrolment: Enrolment) -> list[tuple[Cohort, Variant]]:
    """Return where a learner may pass: the other cohorts of her programme that are not over, by variant, hers first. Two SELECTs."""
    rows = db.session.execute(
        select(Cohort, Variant)
        .join(Edition, Edition.id == Cohort.edition_id)
        .join(Variant, Variant.edition_id == Edition.id)
        .where(
            Edition.programme_id == enrolment.programme_id,
            Cohort.id != enrolment.cohort_id,
            Cohort.status != CohortStatus.CLOSED,
        )
        .options(selectinload(Cohort.parts).joinedload(CohortPart.organisation, innerjoin=True))
        .order_by(Cohort.first_seminar_on.desc().nulls_last(), Cohort.label, Cohort.id, Variant.position, Variant.code)
    ).all()
    hers = enrolment.variant.code
    order = {cohort.id: rank for rank, cohort in enumerate(dict.fromkeys(row[0] for row in rows))}
    return sorted(((row[0], row[1]) for row in rows), key=lambda pair: (order[pair[0].id], pair[1].code != hers))


def courses_compared(enrolment: Enrolment, variant_id: uuid.UUID) -> tuple[list[Module], list[Module]]:
    """Return the modules of the course left, those at choice only if chosen or begun, and those of the course to come."""
    chosen = chosen_by([enrolment.id]).get(enrolment.id, frozenset())
    begun, _rest = carrying.acquired(enrolment)
    former = [
        module
        for module in _modules(enrolment.variant_id)
        if module.choice_group_id is None or module.id in chosen or module.id in begun
    ]
    return former, _modules(variant_id)


def _modules(variant_id: uuid.UUID) -> list[Module]:
    return list(
        db.session.scalars(
            select(Module)
            .join(ModuleVariant, ModuleVariant.module_id == Module.id)
            .where(ModuleVariant.variant_id == variant_id)
            .order_by(Module.position, Module.code, Module.id)
        )
    )


_OF_COHORT: Final = joinedload(Cohort.edition, innerjoin=True).joinedload(Edition.programme, innerjoin=True)
_BODY: Final = joinedload(CohortPart.organisation, innerjoin=True)


def _load_rights(transfer: Transfer) -> None:
    """Read what rights on a transfer are judged by: the parts of both cohorts and of their editions, who trains where she leaves.

    Three SELECTs.
    """
    cohorts = {each.id: each for each in (transfer.former, transfer.cohort)}
    editions = {each.edition_id: each.edition for each in cohorts.values()}
    played = db.session.scalars(select(CohortPart).where(CohortPart.cohort_id.in_(cohorts)).options(_BODY)).all()
    for cohort in cohorts.values():
        set_committed_value(cohort, "parts", [part for part in played if part.cohort_id == cohort.id])
    shared = db.session.scalars(select(EditionPart).where(EditionPart.edition_id.in_(editions))).all()
    for edition in editions.values():
        set_committed_value(edition, "parts", [part for part in shared if part.edition_id == edition.id])
    load_list(transfer.former, Cohort.assignments)


def live_transfer_of(enrolment_id: uuid.UUID) -> Transfer | None:
    """Return the transfer that awaits somebody’s agreement, or null. One SELECT."""
    return db.session.scalar(
        select(Transfer).where(Transfer.enrolment_id == enrolment_id, Transfer.status.in_(LIVE_TRANSFER))
    )


def transfers_about(enrolment: Enrolment) -> Sequence[Transfer]:
    """Return the transfers that leave from an enrolment or led to it, the latest first. One SELECT."""
    return db.session.scalars(
        select(Transfer)
        .where(or_(Transfer.enrolment_id == enrolment.id, Transfer.to_enrolment_id == enrolment.id))
        .options(joinedload(Transfer.former, innerjoin=True), joinedload(Transfer.cohort, innerjoin=True))
        .order_by(Transfer.proposed_at.desc(), Transfer.id)
    ).all()


def find_transfer(principal: Principal, transfer_id: uuid.UUID, *, to_change: bool = False) -> Transfer:
    """Return a transfer this person reads; ``to_change`` takes both cohorts, always in one order, then itself."""
    if to_change:
        ends = db.session.execute(
            select(Transfer.from_cohort_id, Transfer.to_cohort_id).where(Transfer.id == transfer_id)
        ).one_or_none()
        if ends is None:
            raise NotFound
        for cohort_id in sorted(ends):
            db.session.scalar(select(Cohort.id).where(Cohort.id == cohort_id).with_for_update())
    query = (
        select(Transfer)
        .where(Transfer.id == transfer_id)
        .options(
            joinedload(Transfer.enrolment, innerjoin=True).options(
                joinedload(Enrolment.person, innerjoin=True),
                joinedload(Enrolment.variant, innerjoin=True),
                joinedload(Enrolment.structure, innerjoin=True).joinedload(Structure.departement, innerjoin=True),
            ),
            joinedload(Transfer.former, innerjoin=True).options(_OF_COHORT),
            joinedload(Transfer.cohort, innerjoin=True).options(_OF_COHORT),
            joinedload(Transfer.variant, innerjoin=True),
            joinedload(Transfer.proposer),
            selectinload(Transfer.lines).options(
                joinedload(TransferLine.from_module), joinedload(TransferLine.to_module)
            ),
        )
    )
    if to_change:
        query = query.with_for_update(of=Transfer).execution_options(populate_existing=True)
    transfer = db.session.scalar(query)
    if transfer is None:
        raise NotFound
    _load_rights(transfer)
    if not policy.allows(principal, Permission.COHORTS_TRANSFER_READ, transfer):
        raise NotFound
    return transfer


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the correspondence, with what she has of that module in words."""

    line: TransferLine
    words: Sequence[str]

    @property
    def name(self) -> str:
        """The module of the course left."""
        return self.line.from_module.name if self.line.from_module else "Demi-journées sans module"


@dataclass(frozen=True, slots=True)
class TransferPage:
    """What the page of a transfer shows."""

    transfer: Transfer
    lines: Sequence[ShownLine]
    rest: Sequence[str]
    offered: Sequence[Module]
    bars: Sequence[Bar]


def transfer_page(transfer: Transfer) -> TransferPage:
    """Return what the page of a transfer shows: what she has today, and while it is live what is to be settled first."""
    former = transfer.enrolment
    modules, rest = carrying.acquired(former)
    on = transfer_rules.leaves_on(transfer.enters_on, former.entered_on, clock.today())
    lines = [ShownLine(line, modules.get(line.from_module_id, ())) for line in transfer.lines]
    return TransferPage(
        transfer=transfer,
        lines=[each for each in lines if each.line.from_module_id is not None or each.words],
        rest=rest,
        offered=_modules(transfer.variant_id) if transfer.is_live else (),
        bars=carrying.bars(former, on) if transfer.is_live else (),
    )


def following_now(enrolment: Enrolment) -> Sequence[Person]:
    """Return the trainers who follow a learner today. One SELECT."""
    following = select(TrainerAssignment.person_id).where(
        TrainerAssignment.enrolment_id == enrolment.id,
        TrainerAssignment.kind.in_(FOLLOWING),
        in_force_on(clock.today()),
    )
    return db.session.scalars(select(Person).where(Person.id.in_(following)).order_by(Person.sort_key, Person.id)).all()
