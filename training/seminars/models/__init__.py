"""Tables of the seminars: the calendar, the feeds, the attendance sheets and the papers drawn from them."""

from training.seminars.models.attendance import (
    AbsenceNotice,
    AttendanceEntry,
    AttendanceSheet,
    AttendanceWaiver,
    CarriedPresence,
    EntryMark,
    MakeUp,
    SheetGuest,
)
from training.seminars.models.changes import (
    CalendarChoice,
    CalendarInvitation,
    InvitationRound,
    ScheduleChange,
    Venue,
)
from training.seminars.models.convocations import (
    CarShare,
    Convocation,
    ConvocationTerms,
    Diet,
    DietMemory,
    MealChoice,
    SeminarMaterial,
    SeminarPractical,
    UrgentWord,
)
from training.seminars.models.documents import DocumentArchive, DocumentBatch, DocumentIssuer
from training.seminars.models.seminars import (
    CalendarFeed,
    FeedBody,
    HalfDay,
    HalfDayStaff,
    Seminar,
    half_day_module,
    half_day_variant,
)
from training.seminars.models.speakers import Speaker

__all__ = [
    "AbsenceNotice",
    "AttendanceEntry",
    "AttendanceSheet",
    "AttendanceWaiver",
    "CalendarChoice",
    "CalendarFeed",
    "CalendarInvitation",
    "CarShare",
    "CarriedPresence",
    "Convocation",
    "ConvocationTerms",
    "Diet",
    "DietMemory",
    "DocumentArchive",
    "DocumentBatch",
    "DocumentIssuer",
    "EntryMark",
    "FeedBody",
    "HalfDay",
    "HalfDayStaff",
    "InvitationRound",
    "MakeUp",
    "MealChoice",
    "ScheduleChange",
    "Seminar",
    "SeminarMaterial",
    "SeminarPractical",
    "SheetGuest",
    "Speaker",
    "UrgentWord",
    "Venue",
    "half_day_module",
    "half_day_variant",
]
