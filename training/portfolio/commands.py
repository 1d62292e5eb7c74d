"""What forms and higher rooms ask of the services."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from training.accounts.models import Person
from training.catalogue.enums import Modality
from training.common.files import StagedFile
from training.portfolio.enums import Decision, TracerStatus


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file on its way to a draft: the browser’s name for it, its staged bytes, what was read in it."""

    key: str
    staged: StagedFile
    text: str = ""


@dataclass(frozen=True, slots=True)
class Deposit:
    """The act of handing in: a word to the reader, the pledge (R54), minutes of team work given with it (R119)."""

    message: str = ""
    no_patient_data: bool = False
    team_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewToWrite:
    """What a reader says of version ``number``; without a decision it stays her draft."""

    number: int
    comment: str = ""
    decision: Decision | None = None
    annotated: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class HoursToLog:
    """Minutes of one modality, on a day, for a module; of a resource, or for a tracer document."""

    modality: Modality
    module_id: uuid.UUID
    done_on: date
    minutes: int
    words: str = ""
    resource_id: uuid.UUID | None = None
    type_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """A line of the platform’s export, matched to a learner and a module."""

    enrolment_id: uuid.UUID
    module_id: uuid.UUID
    resource_id: uuid.UUID | None
    minutes: int
    done_on: date
    words: str
    key: str


@dataclass(frozen=True, slots=True)
class HoursTakenOver:
    """Hours as a spreadsheet kept before the tool tells them; ``settled_by`` null: nobody is said to have validated them."""

    modality: Modality
    module_id: uuid.UUID
    done_on: date
    minutes: int
    words: str
    key: str
    settled_by: str | None


@dataclass(frozen=True, slots=True)
class TracerTakenOver:
    """Where a document stood before the tool, since when, and who read it: someone known here, or a name."""

    state: TracerStatus
    on: date | None
    reader: Person | None
    reader_name: str


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence a trainer keeps."""

    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """Entries confirmed or refused together, with why when refused."""

    entry_ids: Sequence[uuid.UUID]
    reason: str = ""
