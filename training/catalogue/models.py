"""Programmes, editions and what an edition holds; a published edition cannot be changed, wherever the change comes from.

Every row says where it comes from (``provenance``, ``source``). Only drafts move:
:mod:`training.catalogue.immutability` refuses any flush that would touch the content of a
published or historical edition, but for the acts of R103.
"""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.enums import StructureKind
from training.accounts.models import PartMixin, Person
from training.catalogue.enums import (
    CreditMode,
    DepositPlace,
    EditionStatus,
    Modality,
    ModuleType,
    PartialCredit,
    Provenance,
    ReferentRule,
    TracerWork,
)
from training.catalogue.immutability import EditionContent, PartOfEdition
from training.database import PERSON, Base, WithId


class Sourced:
    """Where a row comes from; ``source`` is a short reference (“S2”)."""

    provenance: Mapped[Provenance]
    source: Mapped[str] = mapped_column(String(60), default="")


class SourcedFields(Sourced):
    """A row whose fields may have their own origin: ``field_sources`` maps a field to [provenance, source].

    A change to ``field_sources`` is a new mapping, so that it is seen.
    """

    field_sources: Mapped[dict[str, Any]] = mapped_column(default=dict)

    def origin(self, name: str) -> tuple[Provenance, str]:
        """Return the provenance and source of one field; an unknown value is always “à confirmer”."""
        if getattr(self, name) is None:
            return Provenance.TO_CONFIRM, ""
        provenance, source = (self.field_sources or {}).get(name, (self.provenance, self.source))
        return Provenance(provenance), str(source or "")


class Source(Base):
    """A document the catalogue rests on; rows name it by its code in ``source``."""

    __tablename__ = "source"
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(String(300))


class Programme(WithId, Sourced, Base):
    """A course of study over the years and regions: PACTE, MOSAIC. Its code gives its tile’s colour."""

    __tablename__ = "programme"
    code: Mapped[str] = mapped_column(String(20), unique=True)
    label: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text())
    position: Mapped[int]
    editions: Mapped[list["Edition"]] = relationship(back_populates="programme", order_by="Edition.code")


class Edition(WithId, SourcedFields, EditionContent, Base):
    """One vintage of a programme, national, or regional and then derived from its parent (R102).

    ``content_version`` moves when a value is settled after publication (R103): what is kept of it is then read again.
    """

    __tablename__ = "edition"
    __table_args__ = (
        CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="dated_when_published"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
    )
    PROCEDURE_COLUMNS: ClassVar[frozenset[str]] = frozenset(
        {"status", "published_at", "published_by", "content_version"}
    )

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"), index=True)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    label: Mapped[str] = mapped_column(String(160))
    vintage: Mapped[str | None] = mapped_column(String(40))
    acronym_expansion: Mapped[str | None] = mapped_column(String(200))
    seminars_pattern: Mapped[str | None] = mapped_column(String(200))
    diploma_title: Mapped[str | None] = mapped_column(String(200))
    mention_text: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[EditionStatus] = mapped_column(default=EditionStatus.DRAFT, active_history=True)
    content_version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)

    programme: Mapped[Programme] = relationship(back_populates="editions")
    parent: Mapped["Edition | None"] = relationship(remote_side="Edition.id")
    publisher: Mapped[Person | None] = relationship()
    parts: Mapped[list["EditionPart"]] = relationship(
        back_populates="edition", cascade="all, delete-orphan", order_by="EditionPart.part, EditionPart.id"
    )
    variants: Mapped[list["Variant"]] = relationship(
        back_populates="edition", cascade="all, delete-orphan", order_by="Variant.position"
    )
    choice_groups: Mapped[list["ChoiceGroup"]] = relationship(
        back_populates="edition", cascade="all, delete-orphan", order_by="ChoiceGroup.code"
    )
    modules: Mapped[list["Module"]] = relationship(
        back_populates="edition", cascade="all, delete-orphan", order_by="Module.position, Module.code"
    )
    rules: Mapped["DiplomaRules"] = relationship(
        back_populates="edition", cascade="all, delete-orphan", uselist=False, single_parent=True
    )

    @property
    def is_draft(self) -> bool:
        """Whether its content may still be edited."""
        return self.status is EditionStatus.DRAFT

    @property
    def is_public(self) -> bool:
        """Whether anyone may read it."""
        return not self.is_draft


class EditionPart(WithId, PartMixin, PartOfEdition, Base):
    """A body's part in an edition: its carrier, its schools, its partners (R95)."""

    __tablename__ = "edition_part"
    __table_args__ = (UniqueConstraint("edition_id", "organisation_id", "part"),)
    PROCEDURE_COLUMNS: ClassVar[frozenset[str]] = frozenset({"outside_tool", "note"})
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"), index=True)
    edition: Mapped[Edition] = relationship(back_populates="parts")


class Variant(WithId, Sourced, PartOfEdition, Base):
    """A version of the edition for some kinds of structures: MSP, CDS, CPTS, DAC, dispositif régional (R12)."""

    __tablename__ = "variant"
    __table_args__ = (UniqueConstraint("edition_id", "code"),)
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(80))
    structure_kinds: Mapped[list[str]]
    position: Mapped[int]
    edition: Mapped[Edition] = relationship(back_populates="variants")
    hours: Mapped[list["HoursRequirement"]] = relationship(
        back_populates="variant", cascade="all, delete-orphan", order_by="HoursRequirement.modality"
    )

    @property
    def kinds(self) -> tuple[StructureKind, ...]:
        """The kinds of structures it serves."""
        return tuple(StructureKind(kind) for kind in self.structure_kinds)

    @property
    def short(self) -> str:
        """What people call it: the kinds it serves, by the trade's own acronyms; its code if it serves none yet."""
        return ", ".join(kind.label for kind in self.kinds) or self.code


class HoursRequirement(WithId, Sourced, PartOfEdition, Base):
    """Hours of one modality a learner of the variant must follow (R3).

    ``low`` and ``high`` are equal but for historical editions, which published ranges;
    both null = unknown. Totals are computed, never stored.
    """

    __tablename__ = "hours_requirement"
    __table_args__ = (
        UniqueConstraint("variant_id", "modality"),
        CheckConstraint("(low IS NULL) = (high IS NULL)", name="both_bounds"),
        CheckConstraint("low IS NULL OR (low >= 0 AND low <= high)", name="ordered_bounds"),
        CheckConstraint("(low IS NULL) = (provenance = 'a_confirmer')", name="unknown_is_to_confirm"),
    )
    OWNED_BY: ClassVar[str] = "variant"
    variant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("variant.id"), index=True)
    modality: Mapped[Modality]
    low: Mapped[int | None]
    high: Mapped[int | None]
    variant: Mapped[Variant] = relationship(back_populates="hours")

    @property
    def hours(self) -> int | None:
        """The exact requirement; null when unknown or known only as a range."""
        return self.low if self.low == self.high else None

    @hours.setter
    def hours(self, value: int | None) -> None:
        self.low = self.high = value


class ChoiceGroup(WithId, Sourced, PartOfEdition, Base):
    """Modules of one type among which learners choose from ``min_choices`` to ``max_choices`` (R2, R104)."""

    __tablename__ = "choice_group"
    __table_args__ = (
        UniqueConstraint("edition_id", "code"),
        CheckConstraint("min_choices >= 0 AND max_choices >= 1 AND min_choices <= max_choices", name="ordered_choices"),
    )
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(160))
    module_type: Mapped[ModuleType]
    min_choices: Mapped[int]
    max_choices: Mapped[int]
    decided_until: Mapped[date | None]
    edition: Mapped[Edition] = relationship(back_populates="choice_groups")


class Module(WithId, SourcedFields, PartOfEdition, Base):
    """A unit of teaching; ``blocking`` modules must be validated for the diploma (R2, R68)."""

    __tablename__ = "module"
    __table_args__ = (
        UniqueConstraint("edition_id", "code"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
    )
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"), index=True)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("module.id"), index=True)
    choice_group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("choice_group.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    title: Mapped[str | None] = mapped_column(String(160))
    type: Mapped[ModuleType]
    blocking: Mapped[bool]
    position: Mapped[int]
    edition: Mapped[Edition] = relationship(back_populates="modules")
    parent: Mapped["Module | None"] = relationship(remote_side="Module.id")
    choice_group: Mapped[ChoiceGroup | None] = relationship()
    module_variants: Mapped[list["ModuleVariant"]] = relationship(
        back_populates="module", cascade="all, delete-orphan", order_by="ModuleVariant.id"
    )
    objectives: Mapped[list["Objective"]] = relationship(
        back_populates="module", cascade="all, delete-orphan", order_by="Objective.position"
    )
    tracers: Mapped[list["TracerType"]] = relationship(
        back_populates="module", cascade="all, delete-orphan", order_by="TracerType.position, TracerType.code"
    )
    resources: Mapped[list["Resource"]] = relationship(
        back_populates="module", cascade="all, delete-orphan", order_by="Resource.position, Resource.title"
    )

    @property
    def name(self) -> str:
        """Its title, or its code while the title is unknown."""
        return self.title or self.code

    @property
    def full_name(self) -> str:
        """Its title; while it is unknown, its code, said to await one."""
        return self.title or f"{self.code} (titre à confirmer)"


class ModuleVariant(WithId, PartOfEdition, Base):
    """The module concerns this variant, and whether it is mandatory there (R2)."""

    __tablename__ = "module_variant"
    __table_args__ = (UniqueConstraint("module_id", "variant_id"),)
    OWNED_BY: ClassVar[str] = "module"
    module_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("module.id"))
    variant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("variant.id"), index=True)
    mandatory: Mapped[bool]
    module: Mapped[Module] = relationship(back_populates="module_variants")
    variant: Mapped[Variant] = relationship()


class Objective(WithId, Sourced, PartOfEdition, Base):
    """What a learner can do after the module."""

    __tablename__ = "objective"
    __table_args__ = (UniqueConstraint("module_id", "text"),)
    OWNED_BY: ClassVar[str] = "module"
    module_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("module.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(300))
    module: Mapped[Module] = relationship(back_populates="objectives")


class TracerType(WithId, SourcedFields, PartOfEdition, Base):
    """A written output expected of a module; due ``due_days`` after the end of its seminar (R51, R53, R124)."""

    __tablename__ = "tracer_type"
    __table_args__ = (
        UniqueConstraint("module_id", "code"),
        CheckConstraint("due_days IS NULL OR due_days >= 0", name="delay_forward"),
    )
    OWNED_BY: ClassVar[str] = "module"
    module_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("module.id"))
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(200))
    due_days: Mapped[int | None]
    deposit: Mapped[DepositPlace]
    work: Mapped[TracerWork] = mapped_column(default=TracerWork.DOCUMENT)
    position: Mapped[int]
    module: Mapped[Module] = relationship(back_populates="tracers")
    tracer_variants: Mapped[list["TracerVariant"]] = relationship(
        back_populates="tracer", cascade="all, delete-orphan", order_by="TracerVariant.id"
    )


class TracerVariant(WithId, PartOfEdition, Base):
    """The tracer is asked of this variant's learners, and whether it is mandatory for them (R51)."""

    __tablename__ = "tracer_variant"
    __table_args__ = (UniqueConstraint("tracer_id", "variant_id"),)
    OWNED_BY: ClassVar[str] = "tracer"
    tracer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tracer_type.id"))
    variant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("variant.id"), index=True)
    mandatory: Mapped[bool]
    tracer: Mapped[TracerType] = relationship(back_populates="tracer_variants")
    variant: Mapped[Variant] = relationship()


class Resource(WithId, SourcedFields, PartOfEdition, Base):
    """An e-learning resource of a module: a link and how long it takes, in minutes (R47)."""

    __tablename__ = "resource"
    __table_args__ = (
        UniqueConstraint("module_id", "title"),
        CheckConstraint("minutes IS NULL OR minutes > 0", name="lasting"),
    )
    OWNED_BY: ClassVar[str] = "module"
    module_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("module.id"))
    title: Mapped[str] = mapped_column(String(160))
    url: Mapped[str | None] = mapped_column(String(500))
    minutes: Mapped[int | None]
    position: Mapped[int]
    module: Mapped[Module] = relationship(back_populates="resources")


class DiplomaRules(WithId, SourcedFields, PartOfEdition, Base):
    """What the diploma asks for; a null field is unknown, is shown “à confirmer” and blocks nobody (R3).

    ``attendance_threshold`` is in per cent of the expected half-days (R44), delays in days,
    ``defence_minutes`` in minutes, ``referent_load`` in learners of one referent; ``jury_bodies`` are slugs of :class:`Part`, ``outcomes``
    slugs of :class:`Outcome`.
    """

    __tablename__ = "diploma_rules"
    __table_args__ = (
        CheckConstraint("attendance_threshold BETWEEN 0 AND 100", name="threshold_is_percent"),
        CheckConstraint("memoire_pages_min <= memoire_pages_max", name="ordered_pages"),
        CheckConstraint("final_deadline_days >= 0", name="deadline_before_defence"),
        CheckConstraint("defence_minutes > 0", name="defence_lasts"),
        CheckConstraint("quorum >= 1", name="quorum_present"),
        CheckConstraint("referent_load >= 1", name="someone_followed"),
        CheckConstraint("approval_notice_days >= 0", name="notice_before_end"),
    )
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"), unique=True)
    attendance_threshold: Mapped[int | None]
    credit_mode: Mapped[CreditMode | None]
    visio_counts: Mapped[bool | None]
    partial_credit: Mapped[PartialCredit | None]
    forum_required: Mapped[bool | None]
    memoire_pages_min: Mapped[int | None]
    memoire_pages_max: Mapped[int | None]
    memoire_pages_blocking: Mapped[bool | None]
    final_deadline_days: Mapped[int | None]
    defence_minutes: Mapped[int | None]
    jury_bodies: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    quorum: Mapped[int | None]
    outcomes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    referent: Mapped[ReferentRule | None]
    referent_may_judge: Mapped[bool | None]
    referent_load: Mapped[int | None]
    approval_notice_days: Mapped[int | None]
    edition: Mapped[Edition] = relationship(back_populates="rules")
