"""What the forms of interviews ask of their services (R26)."""

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ProposeSlots:
    """Times an interviewer proposes, one after the other: from when to when, each so many minutes."""

    interviewer_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    minutes: int
    link: str | None


@dataclass(frozen=True, slots=True)
class ChooseSlot:
    """The slot an interview is to be held in."""

    slot_id: uuid.UUID
