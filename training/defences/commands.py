"""What forms and higher rooms ask of the services."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from training.accounts.enums import Part
from training.catalogue.enums import Outcome
from training.common.files import StagedFile
from training.defences.enums import Appreciation, Criterion, MemoireStatus, VersionKind


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject proposed: its words, how one will find it again, the team’s work it analyses (R56)."""

    subject: str
    keywords: str
    approach: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version on its way: its bytes, what was read in them, what its author states (R54, R58)."""

    kind: VersionKind
    file: StagedFile
    text: str = ""
    message: str = ""
    annex_pages: int = 0
    no_patient_data: bool = False
    own_work: bool = False
    confidential_until: date | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of a version, perhaps with the file annotated."""

    words: str
    annotated: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of the learner’s plan of work."""

    label: str
    due_on: date


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A mémoire’s state, brought in from before the tool (R114)."""

    subject: str
    status: MemoireStatus


# --- days and juries ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayToHold:
    """A day of defences: where, from when its jurors read, its rooms, and the hours its slots fill."""

    held_on: date
    place: str
    access: str
    opens_on: date | None
    rooms: tuple[str, ...] = ()
    spans: tuple[tuple[time, time], ...] = ()


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day as it is to be: ``first_at`` null = the same hours, ``rooms`` empty = the same rooms; ``token``: what was read."""

    held_on: date
    place: str
    access: str
    opens_on: date | None
    first_at: time | None = None
    rooms: tuple[str, ...] = ()
    token: str = ""


@dataclass(frozen=True, slots=True)
class JurorToAdd:
    """Someone who may judge: the account of this address, opened if nobody has it."""

    email: str
    first_name: str
    last_name: str
    part: Part
    structure_id: uuid.UUID | None = None
    may_preside: bool = True


@dataclass(frozen=True, slots=True)
class Placement:
    """A defence set by hand: where, before whom; ``confirmed`` takes its warnings, ``reason`` the school’s dispensation."""

    slot_id: uuid.UUID
    memoire_id: uuid.UUID
    juror_ids: tuple[uuid.UUID, ...]
    president_id: uuid.UUID | None
    confirmed: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a juror writes of a defence, to keep or to give (R65)."""

    marks: Mapping[Criterion, Appreciation]
    words: str
    proposal: Outcome | None
    give: bool


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the jury decides, and who was there (R62, R65)."""

    present: frozenset[uuid.UUID]
    outcome: Outcome
    comments: str
    corrections: str = ""
    corrections_due: date | None = None


@dataclass(frozen=True, slots=True)
class MemberSignature:
    """A member’s signature on the minutes, on a device passed from hand to hand (R126)."""

    seat_id: uuid.UUID
    code: str
    name: str
    strokes: str | None
    pledges: bool = False


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who takes a seat in someone’s stead: another juror of the cohort, or someone new; for this defence or the day (R126)."""

    reason: str
    juror_id: uuid.UUID | None = None
    newcomer: JurorToAdd | None = None
    whole_day: bool = True
