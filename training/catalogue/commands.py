"""What forms hand to services: frozen, typed, already trimmed and converted."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from training.catalogue.enums import (
    CreditMode,
    DepositPlace,
    Modality,
    ModuleType,
    PartialCredit,
    ReferentRule,
    TracerWork,
)
from training.catalogue.facts import type_value


@dataclass(frozen=True, slots=True)
class CopyEdition:
    """A new edition from an existing one; ``carrier_id`` is the body that will carry it, ``variants`` the codes kept."""

    code: str
    label: str
    vintage: str | None
    carrier_id: uuid.UUID
    variants: frozenset[str]


@dataclass(frozen=True, slots=True)
class CarrierIdentity:
    """What the carrier says of its edition (R102)."""

    label: str
    vintage: str | None
    acronym_expansion: str | None
    seminars_pattern: str | None
    source: str


@dataclass(frozen=True, slots=True)
class SchoolIdentity:
    """What the school says of the diploma (R71, R102)."""

    diploma_title: str | None
    mention_text: str | None
    source: str


@dataclass(frozen=True, slots=True)
class SetHours:
    """Required hours by (variant code, modality); null = unknown (R3)."""

    hours: Mapping[tuple[str, Modality], int | None]
    source: str


@dataclass(frozen=True, slots=True)
class SaveModule:
    """A module as a form gives it: ``variants`` maps the codes concerned to “mandatory there” (R2)."""

    code: str
    title: str | None
    type: ModuleType
    blocking: bool
    position: int
    parent_code: str | None
    group_code: str | None
    variants: Mapping[str, bool]
    objectives: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class SaveGroup:
    """A choice among modules of one type (R104)."""

    code: str
    label: str
    module_type: ModuleType
    min_choices: int
    max_choices: int
    decided_until: date | None
    source: str


@dataclass(frozen=True, slots=True)
class SaveTracer:
    """A tracer document of a module (R51, R53, R124)."""

    code: str
    label: str
    due_days: int | None
    deposit: DepositPlace
    work: TracerWork
    variants: Mapping[str, bool]
    source: str


@dataclass(frozen=True, slots=True)
class AddResource:
    """An e-learning resource of a module (R47)."""

    title: str
    url: str | None
    minutes: int | None
    source: str


@dataclass(frozen=True, slots=True)
class SetRules:
    """The diploma’s rules; null = unknown."""

    attendance_threshold: int | None
    credit_mode: CreditMode | None
    visio_counts: bool | None
    partial_credit: PartialCredit | None
    forum_required: bool | None
    memoire_pages_min: int | None
    memoire_pages_max: int | None
    memoire_pages_blocking: bool | None
    final_deadline_days: int | None
    defence_minutes: int | None
    jury_bodies: tuple[str, ...] | None
    quorum: int | None
    outcomes: tuple[str, ...] | None
    referent: ReferentRule | None
    referent_may_judge: bool | None
    referent_load: int | None
    approval_notice_days: int | None
    source: str


@dataclass(frozen=True, slots=True)
class SettleValue:
    """One value of a published edition set or rectified (R103); ``source`` says on what it rests."""

    path: str
    value: type_value
    reason: str
    source: str
