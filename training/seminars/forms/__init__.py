"""The forms of the seminars and of attendance."""

from training.seminars.forms.attendance import (
    AddForm,
    AnnounceForm,
    CodeForm,
    CorrectForm,
    GuestForm,
    IssuerForm,
    MakeUpForm,
    MarkForm,
    ScanForm,
    SignForm,
    WaiveForm,
)
from training.seminars.forms.pattern import PatternForm
from training.seminars.forms.seminars import AlarmsForm, HalfDayForm, InvitationsForm, PlanForm, WordsForm
from training.seminars.forms.shifting import ShiftForm
from training.seminars.forms.speakers import SpeakerForm
from training.seminars.forms.venues import VenueForm

__all__ = [
    "AddForm",
    "AlarmsForm",
    "AnnounceForm",
    "CodeForm",
    "CorrectForm",
    "GuestForm",
    "HalfDayForm",
    "InvitationsForm",
    "IssuerForm",
    "MakeUpForm",
    "MarkForm",
    "PatternForm",
    "PlanForm",
    "ScanForm",
    "ShiftForm",
    "SignForm",
    "SpeakerForm",
    "VenueForm",
    "WaiveForm",
    "WordsForm",
]
