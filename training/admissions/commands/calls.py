"""What the forms of a call ask of its services."""

import uuid
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to prepare for a cohort that has none."""

    cohort_id: uuid.UUID
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class CallSettings:
    """What a call in preparation asks; the days are those of Paris, closing day included (R13)."""

    title: str
    opens_on: date | None
    closes_on: date | None
    reference_on: date | None
    structure_kinds: tuple[str, ...]
    piece_codes: tuple[str, ...]
    membership_required: bool
    derogation_allowed: bool
    has_preselection: bool
    has_school_step: bool
    publishes_before_school: bool
    opinion_parts: tuple[str, ...]
    offer_days: int
    places: int | None
    presentation: str
    contact_email: str | None
