"""The words of the seminars: kinds, states, acts, modes, alarms."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class SeminarKind(StrEnum):
    """What a seminar is; the launch gathers learners with their teams and counts no hour by default (R34)."""

    DEFENCE = "defence"
    LAUNCH = "launch"
    REGROUPING = "regrouping"
    SEMINAR = "seminar"

    @property
    def label(self) -> str:
        """French name."""
        return {
            SeminarKind.DEFENCE: "soutenance",
            SeminarKind.LAUNCH: "lancement",
            SeminarKind.REGROUPING: "regroupement",
            SeminarKind.SEMINAR: "séminaire",
        }[self]


class SeminarStatus(StrEnum):
    """Where a seminar stands."""

    CANCELLED = "cancelled"
    CLOSED = "closed"
    CONFIRMED = "confirmed"
    HELD = "held"
    PLANNED = "planned"
    POSTPONED = "postponed"

    @property
    def label(self) -> str:
        """French name."""
        return {
            SeminarStatus.CANCELLED: "annulé",
            SeminarStatus.CLOSED: "clos",
            SeminarStatus.CONFIRMED: "confirmé",
            SeminarStatus.HELD: "tenu",
            SeminarStatus.PLANNED: "prévu, à confirmer",
            SeminarStatus.POSTPONED: "reporté",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            SeminarStatus.CANCELLED: "refused",
            SeminarStatus.CLOSED: "neutral",
            SeminarStatus.CONFIRMED: "progress",
            SeminarStatus.HELD: "done",
            SeminarStatus.PLANNED: "waiting",
            SeminarStatus.POSTPONED: "refused",
        }[self]


OFF: Final = (SeminarStatus.CANCELLED, SeminarStatus.POSTPONED)
"""Nothing takes place: its half-days stay in calendars, marked cancelled (R37)."""

MOVABLE: Final = (SeminarStatus.PLANNED, SeminarStatus.CONFIRMED, SeminarStatus.POSTPONED)
"""Its half-days may still be changed."""


class SeminarAct(StrEnum):
    """What moves a seminar from one state to the next."""

    CANCEL = "cancel"
    CLOSE = "close"
    CONFIRM = "confirm"
    HOLD = "hold"
    POSTPONE = "postpone"
    RESTORE = "restore"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            SeminarAct.CANCEL: "Annuler le séminaire",
            SeminarAct.CLOSE: "Clore le séminaire",
            SeminarAct.CONFIRM: "Confirmer le séminaire",
            SeminarAct.HOLD: "Noter qu’il s’est tenu",
            SeminarAct.POSTPONE: "Reporter le séminaire",
            SeminarAct.RESTORE: "Rétablir le séminaire",
        }[self]


class Mode(StrEnum):
    """How a half-day is followed; whether visio counts as présentiel is the edition’s (R115)."""

    BLENDED = "blended"
    IN_PERSON = "in_person"
    REMOTE = "remote"

    @property
    def label(self) -> str:
        """French name."""
        return {Mode.BLENDED: "mixte", Mode.IN_PERSON: "présentiel", Mode.REMOTE: "visio"}[self]


class StaffRole(StrEnum):
    """What someone does at a half-day."""

    SPEAKER = "speaker"
    TRAINER = "trainer"

    @property
    def label(self) -> str:
        """French name."""
        return {StaffRole.SPEAKER: "intervenant·e", StaffRole.TRAINER: "formateur·rice relais"}[self]


class Alarm(StrEnum):
    """When a calendar program reminds its owner."""

    DAY_BEFORE = "day_before"
    HOUR_BEFORE = "hour_before"
    WEEK_BEFORE = "week_before"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Alarm.DAY_BEFORE: "la veille",
            Alarm.HOUR_BEFORE: "une heure avant",
            Alarm.WEEK_BEFORE: "une semaine avant",
        }[self]

    @property
    def delay(self) -> timedelta:
        """How long before the start."""
        return {
            Alarm.DAY_BEFORE: timedelta(days=1),
            Alarm.HOUR_BEFORE: timedelta(hours=1),
            Alarm.WEEK_BEFORE: timedelta(weeks=1),
        }[self]


ALARMS: Final = (Alarm.WEEK_BEFORE, Alarm.DAY_BEFORE, Alarm.HOUR_BEFORE)
"""From the earliest to the latest."""

USUAL_ALARMS: Final = (Alarm.DAY_BEFORE, Alarm.HOUR_BEFORE)
"""What a new feed has."""


class Interval(StrEnum):
    """What separates two seminars of a pattern."""

    MONTHS = "months"
    WEEKS = "weeks"

    @property
    def label(self) -> str:
        """French name."""
        return {Interval.MONTHS: "mois", Interval.WEEKS: "semaines"}[self]


class ClashKind(StrEnum):
    """What is wanted twice at once, or by too many."""

    CAPACITY = "capacity"
    LEARNER = "learner"
    MEETING = "meeting"
    ROOM = "room"
    TRAINER = "trainer"


class ChangeKind(StrEnum):
    """What a person learns of a half-day that changed."""

    ADDED = "added"
    CANCELLED = "cancelled"
    MOVED = "moved"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ChangeKind.ADDED: "ajoutée",
            ChangeKind.CANCELLED: "annulée",
            ChangeKind.MOVED: "modifiée",
            ChangeKind.RESTORED: "rétablie",
            ChangeKind.WITHDRAWN: "vous n’y êtes plus attendu·e",
        }[self]
