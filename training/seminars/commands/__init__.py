"""What forms ask of the services."""

from training.seminars.commands.attendance import (
    Announcement,
    Correction,
    Dispensation,
    GuestSignature,
    IssuerDetails,
    MakeUpPlan,
    Marking,
    Signature,
)
from training.seminars.commands.seminars import HalfDayPlan, SeminarPlan, SeminarWords, SpeakerWords, VenueWords

__all__ = [
    "Announcement",
    "Correction",
    "Dispensation",
    "GuestSignature",
    "HalfDayPlan",
    "IssuerDetails",
    "MakeUpPlan",
    "Marking",
    "SeminarPlan",
    "SeminarWords",
    "Signature",
    "SpeakerWords",
    "VenueWords",
]
