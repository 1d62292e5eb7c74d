"""What forms ask of the services."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from training.cohorts.enums import AssignmentKind, LeavingReason
from training.cohorts.meetings import MeetingAct
from training.common.files import StagedFile


@dataclass(frozen=True, slots=True)
class NewCohort:
    """A cohort to open on a published edition; ``parts`` are (organisation, part slug, outside the tool)."""

    code: str
    label: str
    edition_id: uuid.UUID
    provenance: str
    source: str = ""
    launch_on: date | None = None
    first_seminar_on: date | None = None
    ends_on: date | None = None
    places: int | None = None
    parts: tuple[tuple[uuid.UUID, str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class CohortSettings:
    """What a cohort in preparation may still change; ``outside_tool`` names the parts played outside the tool (R96)."""

    launch_on: date | None
    first_seminar_on: date | None
    ends_on: date | None
    places: int | None
    outside_tool: frozenset[uuid.UUID]


@dataclass(frozen=True, slots=True)
class EnrolmentChange:
    """An act on an enrolment that takes effect on a day."""

    on: date
    reason: str | None = None
    leaving: LeavingReason | None = None


@dataclass(frozen=True, slots=True)
class TransferPlan:
    """To which cohort a learner passes, in which variant, from which day, and why (R116)."""

    cohort_id: uuid.UUID
    variant_id: uuid.UUID
    enters_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """For which module each line of a correspondence counts (null: for none); ``loose``: half-days of no module count."""

    modules: Mapping[uuid.UUID, uuid.UUID | None]
    loose: bool = True


@dataclass(frozen=True, slots=True)
class Agreement:
    """A school agrees to a correspondence; ``evidence`` is the proof of a transcription (R96)."""

    kept: Kept
    evidence: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class Postless:
    """A learner has no post any more, since a day; the carrier settles it by another (R116)."""

    since: date
    settle_by: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Learners passed from their referent to another from a day on, with a word to all (R119)."""

    from_id: uuid.UUID
    to_id: uuid.UUID
    since: date
    enrolment_ids: frozenset[uuid.UUID]
    words: str = ""


@dataclass(frozen=True, slots=True)
class TrainerToApprove:
    """A school’s agreement to a trainer, known by her address; ``evidence`` is the proof of a transcription (R96)."""

    email: str
    organisation_id: uuid.UUID
    agreed_on: date
    valid_until: date | None = None
    evidence: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class TrainerToAssign:
    """Who follows a learner, in which capacity, from a day to a day (excluded)."""

    person_id: uuid.UUID
    kind: AssignmentKind
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A follow-up note; ``shared`` shows it to the learner."""

    words: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class TeamToBring:
    """Whom a person brings to the launch: how many, how many meals with hers, what to know of them, who by name (R117)."""

    headcount: int
    meals: int | None = None
    diets: str = ""
    guests: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class GuestAnswer:
    """A guest's answer to the invitation to the launch."""

    comes: bool
    eats: bool = False
    diet: str = ""


@dataclass(frozen=True, slots=True)
class ModulesToChoose:
    """The modules chosen in one group; ``reason`` when it is not the learner who chooses."""

    modules: tuple[uuid.UUID, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SlotsToOpen:
    """A stretch of time a trainer offers, cut into meetings of so many minutes, to those she follows or to one."""

    cohort_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    minutes: int
    place: str = ""
    link: str = ""
    offered_to_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class MeetingMove:
    """The new time and place of a meeting."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class MeetingReport:
    """What came of a meeting; ``words`` become a note of follow-up."""

    act: MeetingAct
    words: str = ""
    shared: bool = False
