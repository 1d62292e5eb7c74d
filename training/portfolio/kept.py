"""What a learner keeps once she has left, and what she brought when she came from another cohort (R33, R116)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from training.catalogue.models import Module
from training.cohorts import carrying
from training.cohorts.enums import GONE, EnrolmentStatus
from training.cohorts.models import Enrolment
from training.cohorts.transfers import Transfer, TransferLine
from training.common.policy import Principal
from training.database import db
from training.portfolio.enums import Audience
from training.portfolio.path import Contribution, Contributor, Section


@dataclass(frozen=True, slots=True)
class Kept:
    """What she acquired where she has left; ``transfer`` is where it went, if it did."""

    modules: Sequence[tuple[str, Sequence[str]]]
    rest: Sequence[str]
    left_on: date | None
    ends_on: date | None
    transfer: Transfer | None
    reads_transfer: bool


@dataclass(frozen=True, slots=True)
class Brought:
    """What counts here of the cohort she left."""

    transfer: Transfer
    lines: Sequence[TransferLine]
    reads_transfer: bool


def contribution(enrolment: Enrolment, _principal: Principal, audience: Audience) -> Contribution | None:
    """Return what she keeps, or what she brought; nothing, and no SELECT, for whoever neither left nor came so."""
    sections = []
    reads = audience is not Audience.EMPLOYER
    if enrolment.status in GONE:
        sections.append(Section("portfolio/_kept.html", _kept(enrolment, reads=reads), leads=True))
    if enrolment.carried_from and (transfer := _transfer(Transfer.to_enrolment_id == enrolment.id)) is not None:
        lines = [line for line in transfer.lines if line.kept]
        sections.append(Section("portfolio/_brought.html", Brought(transfer, lines, reads), leads=True))
    return Contribution(sections=tuple(sections)) if sections else None


def _kept(enrolment: Enrolment, *, reads: bool) -> Kept:
    modules, rest = carrying.acquired(enrolment)
    transferred = enrolment.status is EnrolmentStatus.TRANSFERRED
    done = (Transfer.enrolment_id == enrolment.id) & Transfer.to_enrolment_id.is_not(None)
    return Kept(
        modules=_named(modules),
        rest=rest,
        left_on=enrolment.left_on,
        ends_on=enrolment.cohort.ends_on,
        transfer=_transfer(done) if transferred or reads else None,
        reads_transfer=reads,
    )


def _named(words: dict[uuid.UUID | None, list[str]]) -> list[tuple[str, Sequence[str]]]:
    """Return what was acquired under the names of the modules, in their order."""
    rows = db.session.scalars(
        select(Module)
        .where(Module.id.in_([key for key in words if key is not None]))
        .order_by(Module.position, Module.code, Module.id)
    )
    loose = [("Demi-journées sans module", words[None])] if None in words else []
    return [*((module.name, words[module.id]) for module in rows), *loose]


def _transfer(condition: object) -> Transfer | None:
    return db.session.scalar(
        select(Transfer)
        .where(condition)  # type: ignore[arg-type]  # a column condition
        .options(
            joinedload(Transfer.former, innerjoin=True),
            joinedload(Transfer.cohort, innerjoin=True),
            selectinload(Transfer.lines).options(
                joinedload(TransferLine.from_module), joinedload(TransferLine.to_module)
            ),
        )
    )


CONTRIBUTOR = Contributor("kept", 5, contribution)
