"""What the forms of attendance ask of the services."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from training.common.files import StagedFile
from training.seminars.enums import AbsenceKind, Presence, SigningMethod


@dataclass(frozen=True, slots=True)
class Signature:
    """Someone signs for herself: how, under which key, on which device (a digest), with which drawn path if any."""

    method: SigningMethod
    once: str = ""
    device: str | None = None
    strokes: str = ""


@dataclass(frozen=True, slots=True)
class GuestSignature:
    """Someone of a team signs: her name, where she works."""

    name: str
    body: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Marking:
    """What a trainer notes of one learner: a presence, its hours when partial, the kind of reason when justified."""

    status: Presence
    hours: Decimal | None = None
    absence_kind: AbsenceKind | None = None
    method: SigningMethod = SigningMethod.RECORDED


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction after the lock, with its reason (R40)."""

    marking: Marking
    reason: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """An absence told beforehand (R43)."""

    half_days: tuple[uuid.UUID, ...]
    kind: AbsenceKind


@dataclass(frozen=True, slots=True)
class Dispensation:
    """A dispensation by the school; ``evidence`` when it is transcribed (R96)."""

    decided_on: date
    reason: str
    evidence: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class MakeUpPlan:
    """Where a missed half-day will be made up (R116)."""

    invited_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class IssuerDetails:
    """How the carrier signs its papers; empty = to confirm."""

    activity_number: str
    siret: str
    signatory: str
    signatory_role: str
