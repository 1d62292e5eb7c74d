"""Transfers: a learner passes to another cohort of the same programme, with what she acquired (R116)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.catalogue.models import Module, Variant
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.common.files import StoredFile
from training.database import PERSON, Base, WithId


class TransferStatus(StrEnum):
    """Where a transfer stands: proposed by the cohort left, welcomed by the one that receives, done once its school agreed."""

    DECLINED = "declined"
    DONE = "done"
    PROPOSED = "proposed"
    REFUSED = "refused"
    WELCOMED = "welcomed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """French name."""
        return {
            TransferStatus.DECLINED: "décliné par la promotion d’accueil",
            TransferStatus.DONE: "fait",
            TransferStatus.PROPOSED: "attend la promotion d’accueil",
            TransferStatus.REFUSED: "refusé par l’école",
            TransferStatus.WELCOMED: "attend l’école",
            TransferStatus.WITHDRAWN: "retiré",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            TransferStatus.DECLINED: "refused",
            TransferStatus.DONE: "done",
            TransferStatus.PROPOSED: "waiting",
            TransferStatus.REFUSED: "refused",
            TransferStatus.WELCOMED: "progress",
            TransferStatus.WITHDRAWN: "neutral",
        }[self]


LIVE_TRANSFER: Final = (TransferStatus.PROPOSED, TransferStatus.WELCOMED)
"""Somebody has still to agree: one such transfer per enrolment."""


class TransferAct(StrEnum):
    """What moves a transfer from one state to the next."""

    ACCEPT = "accept"
    DECLINE = "decline"
    REFUSE = "refuse"
    WELCOME = "welcome"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            TransferAct.ACCEPT: "Accepter la correspondance",
            TransferAct.DECLINE: "Décliner le transfert",
            TransferAct.REFUSE: "Refuser le transfert",
            TransferAct.WELCOME: "Accueillir cette personne",
            TransferAct.WITHDRAW: "Retirer la proposition",
        }[self]


LIVE_TRANSFER_SQL: Final = "status IN ('proposed', 'welcomed')"


class Transfer(WithId, Base):
    """From one enrolment to another: nothing moves before the cohort that receives and its school have agreed.

    ``answer`` says why it was declined, refused or withdrawn. Once welcomed, a seat is held in its name; once done,
    ``to_enrolment`` sits there.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["enrolment_id", "from_cohort_id"], ["enrolment.id", "enrolment.cohort_id"], name="fk_transfer_enrolment"
        ),
        ForeignKeyConstraint(
            ["to_enrolment_id", "to_cohort_id"],
            ["enrolment.id", "enrolment.cohort_id"],
            name="fk_transfer_to_enrolment",
        ),
        CheckConstraint("from_cohort_id <> to_cohort_id", name="elsewhere"),
        CheckConstraint("reason <> ''", name="for_a_reason"),
        CheckConstraint("(status = 'done') = (to_enrolment_id IS NOT NULL)", name="enrolled_once_done"),
        CheckConstraint(f"({LIVE_TRANSFER_SQL}) = (settled_at IS NULL)", name="settled_unless_live"),
        CheckConstraint("status NOT IN ('welcomed', 'done') OR welcomed_at IS NOT NULL", name="welcomed_first"),
        CheckConstraint("status NOT IN ('declined', 'refused') OR answer <> ''", name="refused_for_a_reason"),
        CheckConstraint("NOT transcribed OR evidence_id IS NOT NULL", name="evidence_if_transcribed"),
        Index(
            "uq_transfer_live",
            "enrolment_id",
            unique=True,
            sqlite_where=text(LIVE_TRANSFER_SQL),
            postgresql_where=text(LIVE_TRANSFER_SQL),
        ),
    )
    enrolment_id: Mapped[uuid.UUID] = mapped_column(index=True)
    from_cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    to_cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    variant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("variant.id"))
    to_enrolment_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    enters_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text())
    status: Mapped[TransferStatus] = mapped_column(default=TransferStatus.PROPOSED)
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    proposed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    welcomed_at: Mapped[datetime | None]
    welcomed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    answer: Mapped[str] = mapped_column(Text(), default="")
    transcribed: Mapped[bool] = mapped_column(default=False)
    evidence_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))

    enrolment: Mapped[Enrolment] = relationship(foreign_keys=[enrolment_id, from_cohort_id], overlaps="former,cohort")
    to_enrolment: Mapped[Enrolment | None] = relationship(
        foreign_keys=[to_enrolment_id, to_cohort_id], overlaps="cohort"
    )
    former: Mapped[Cohort] = relationship(foreign_keys=[from_cohort_id], overlaps="enrolment")
    cohort: Mapped[Cohort] = relationship(foreign_keys=[to_cohort_id], overlaps="to_enrolment")
    variant: Mapped[Variant] = relationship()
    proposer: Mapped[Person | None] = relationship(foreign_keys=[proposed_by])
    evidence: Mapped[StoredFile | None] = relationship()
    lines: Mapped[list["TransferLine"]] = relationship(
        back_populates="transfer", cascade="all, delete-orphan", order_by="TransferLine.position, TransferLine.id"
    )

    @property
    def parts(self) -> Sequence[CohortPart]:
        """The parts bodies play in the cohort that receives: whence the rights of those who agree (R95)."""
        return self.cohort.parts

    @property
    def person_id(self) -> uuid.UUID:
        """The learner."""
        return self.enrolment.person_id

    @property
    def is_live(self) -> bool:
        """Whether somebody has still to agree."""
        return self.status in LIVE_TRANSFER


class TransferLine(WithId, Base):
    """For which module of the new course a module of the former one counts; not ``kept``: for none.

    Without ``from_module``: the half-days that name no module, which count for those of the new course.
    """

    __tablename__ = "transfer_line"
    __table_args__ = (
        UniqueConstraint("transfer_id", "from_module_id"),
        CheckConstraint("from_module_id IS NULL OR kept = (to_module_id IS NOT NULL)", name="kept_for_a_module"),
        CheckConstraint("from_module_id IS NOT NULL OR to_module_id IS NULL", name="loose_for_loose"),
    )
    transfer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("transfer.id"))
    position: Mapped[int]
    from_module_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("module.id"))
    to_module_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("module.id"))
    kept: Mapped[bool]
    transfer: Mapped[Transfer] = relationship(back_populates="lines")
    from_module: Mapped[Module | None] = relationship(foreign_keys=[from_module_id])
    to_module: Mapped[Module | None] = relationship(foreign_keys=[to_module_id])
