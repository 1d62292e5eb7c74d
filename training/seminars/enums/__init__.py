"""The words of the seminars, their calendars and their attendance sheets."""

from training.seminars.enums.attendance import (
    CREDITED,
    SEEN_BY_OTHERS,
    AbsenceKind,
    BatchStatus,
    DocumentKind,
    Presence,
    SheetAct,
    SheetStatus,
    SigningMethod,
)
from training.seminars.enums.seminars import (
    ALARMS,
    MOVABLE,
    OFF,
    USUAL_ALARMS,
    Alarm,
    Mode,
    SeminarAct,
    SeminarKind,
    SeminarStatus,
    StaffRole,
)

__all__ = [
    "ALARMS",
    "CREDITED",
    "MOVABLE",
    "OFF",
    "SEEN_BY_OTHERS",
    "USUAL_ALARMS",
    "AbsenceKind",
    "Alarm",
    "BatchStatus",
    "DocumentKind",
    "Mode",
    "Presence",
    "SeminarAct",
    "SeminarKind",
    "SeminarStatus",
    "SheetAct",
    "SheetStatus",
    "SigningMethod",
    "StaffRole",
]
