"""What the forms of convocations ask."""

import uuid
from dataclasses import dataclass
from datetime import date

from training.common.files import StagedFile
from training.seminars.enums import MaterialKind


@dataclass(frozen=True, slots=True)
class Terms:
    """What every convocation of a cohort says."""

    contact_name: str
    contact_phone: str
    contact_email: str
    referent_name: str
    referent_email: str
    bring: str
    absence_rule: str


@dataclass(frozen=True, slots=True)
class PracticalAnswer:
    """What someone says before a seminar: where she eats, what, whether to remember it, how she comes.

    ``town`` empty: she shares no car.
    """

    eats: frozenset[uuid.UUID]
    diet: str
    remembered: bool
    town: str = ""
    seats: int = 0
    phone: str = ""


@dataclass(frozen=True, slots=True)
class NewMaterial:
    """A document to hand around."""

    kind: MaterialKind
    title: str
    visible_from: date
    file: StagedFile
