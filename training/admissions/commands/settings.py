"""What the pages of a call's settings ask of its services: one command a page, one for a line of each list."""

import uuid
from dataclasses import dataclass
from datetime import date

from training.accounts.enums import Part
from training.admissions.enums import PieceProvider, QuestionKind
from training.common.files import StagedFile


@dataclass(frozen=True, slots=True)
class Presentation:
    """How the call presents itself."""

    title: str
    presentation: str
    contact_email: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """When people apply; the days are those of Paris, closing day included (R13)."""

    opens_on: date | None
    closes_on: date | None
    reference_on: date | None


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may apply (R5, R7, R8, R10, R11)."""

    structure_kinds: tuple[str, ...]
    regions: tuple[str, ...]
    accepts_other_regions: bool
    membership_required: bool
    derogation_allowed: bool
    max_per_structure: int | None


@dataclass(frozen=True, slots=True)
class Places:
    """Places, and the most of them each variant may take (R28); null = to be confirmed, or no limit."""

    places: int | None
    quotas: tuple[tuple[uuid.UUID, int | None], ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """The facts of a profile that are asked (R111)."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """How the choice is made (R24, R26, R27, R29, R105, R106); ``interview_minutes`` and ``offer_days`` are positive."""

    has_preselection: bool
    has_interviews: bool
    interview_minutes: int
    has_school_step: bool
    publishes_before_school: bool
    opinion_parts: tuple[str, ...]
    opinions_in_session: bool
    offer_days: int


Section = Presentation | Window | Audience | Places | Profile | Selection


@dataclass(frozen=True, slots=True)
class PieceLine:
    """A document asked (R18); ``max_bytes`` for one file; a new ``template`` replaces the one that was there.

    ``statement``: what the structure undertakes by signing, one sentence a line; empty = the usual sentences (R107).
    """

    label: str
    hint: str
    media_types: tuple[str, ...]
    max_bytes: int
    mandatory: bool
    only_derogation: bool
    hidden_in_review: bool
    due_on: date | None
    provided_by: PieceProvider
    statement: str = ""
    template: StagedFile | None = None
    without_template: bool = False


@dataclass(frozen=True, slots=True)
class DeclarationLine:
    """A sentence to declare true (R9)."""

    text: str


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question of the call's own."""

    label: str
    hint: str
    kind: QuestionKind
    choices: tuple[str, ...]
    mandatory: bool
    frozen: bool


@dataclass(frozen=True, slots=True)
class DateLine:
    """A step of the calendar; ``step`` is a known one (:data:`rules.STEPS`), or null for one of the call's own."""

    step: str | None
    label: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class CostLineCommand:
    """Who pays what (R72); no payer = to be confirmed."""

    label: str
    payer: str | None
    note: str


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A body's part in the call (R95, R96)."""

    organisation_id: uuid.UUID
    part: Part
    outside_tool: bool


Line = PieceLine | DeclarationLine | QuestionLine | DateLine | CostLineCommand | BodyLine


@dataclass(frozen=True, slots=True)
class Renewal:
    """A call copied for another cohort, every date moved so that it opens on ``opens_on``."""

    cohort_id: uuid.UUID
    code: str
    title: str
    opens_on: date


@dataclass(frozen=True, slots=True)
class ValidateCall:
    """The funder's validation of the call (R112); ``places`` null = without a number."""

    decided_on: date
    places: int | None
    comment: str
    evidence: StagedFile | None = None
