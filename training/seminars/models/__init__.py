"""Tables of the seminars: the calendar, the feeds, the attendance sheets and the papers drawn from them."""

from training.seminars.models.attendance import (
    AbsenceNotice,
    AttendanceEntry,
    AttendanceSheet,
    AttendanceWaiver,
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

__all__ = [
    "AbsenceNotice",
    "AttendanceEntry",
    "AttendanceSheet",
    "AttendanceWaiver",
    "CalendarChoice",
    "CalendarFeed",
    "CalendarInvitation",
    "DocumentArchive",
    "DocumentBatch",
    "DocumentIssuer",
    "EntryMark",
    "FeedBody",
    "HalfDay",
    "HalfDayStaff",
    "InvitationRound",
    "MakeUp",
    "ScheduleChange",
    "Seminar",
    "SheetGuest",
    "Venue",
    "half_day_module",
    "half_day_variant",
]
