"""What forms hand to services."""

import uuid
from dataclasses import dataclass
from datetime import date

from training.accounts.enums import Function, StructureKind


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a person says she is."""

    first_name: str
    last_name: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class InvitationCommand:
    """A function offered to an address; scope narrows what its holder will see (R95)."""

    email: str
    function: Function
    region_code: str | None = None
    departements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StructureCommand:
    """The facts of a structure."""

    name: str
    kind: StructureKind
    departement_code: str
    city: str
    address: str
    finess: str | None
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class DuesCommand:
    """A structure's dues to one body for one year; ``paid_on`` null: a member that has not paid yet (R8)."""

    organisation_id: uuid.UUID
    year: int
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class GrantCommand:
    """A function given to a person by the administrator; both bodies null for an administrator."""

    function: Function
    organisation_id: uuid.UUID | None
    region_code: str | None = None
    departements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MergeCommand:
    """Which of two records is kept, which is set aside, and why (R101)."""

    kept_id: uuid.UUID
    merged_id: uuid.UUID
    reason: str
